"""Fusing what words and vectors found into one ranking. Pure functions: no index, no file."""

from collections.abc import Mapping, Sequence

from vectorstore.types import Hit

CANDIDATES = 100  # of each ranking
WORDS = 0.5  # share of the words in the score


def fuse(words: Sequence[tuple[str, float]], cosines: Mapping[str, float]) -> list[tuple[str, float]]:
    """Ids and scores in [0, 1], best first; ties are in the order of ids.

    The score is the mean of the cosine and of BM25 as a share of the question's best (a convex combination: Bruch, Gai
    and Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval", TOIS 2023). A passage that words did not find
    gets their last score if their list was cut at that, else none. ``cosines`` holds every candidate; below 0 counts
    as 0.

    On RealTimeQA's questions of 2022 it puts the answer first more often than reciprocal rank fusion does, and loses
    nothing further down (evals/LOG.md, 2026-11-22).
    """
    bm25 = dict(words)
    best = words[0][1] if words else 1.0
    least = words[-1][1] if len(words) >= CANDIDATES else 0.0
    scores = {
        id_: WORDS * bm25.get(id_, least) / best + (1 - WORDS) * max(0.0, cosine) for id_, cosine in cosines.items()
    }
    return sorted(((id_, min(1.0, score)) for id_, score in scores.items()), key=lambda item: (-item[1], item[0]))


def collapse(hits: Sequence[Hit], copies: Mapping[str, str]) -> list[Hit]:
    """Drop the hits of all but the best-placed article of each group of copies; the order stays."""
    speaker: dict[str, str] = {}  # group → the article that speaks for it
    kept = []
    for hit in hits:
        article_id = hit.passage.article_id
        if speaker.setdefault(copies.get(article_id, article_id), article_id) == article_id:
            kept.append(hit)
    return kept
