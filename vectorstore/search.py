"""Fusing what words and vectors found into one ranking. Pure functions: no index, no file."""

from collections.abc import Mapping, Sequence

from vectorstore.types import Hit

CANDIDATES = 100  # of each ranking
BM25_UNIT = 25.0  # this much BM25 weighs as much as a cosine of 1; a question's best passage has about 50


def fuse(words: Sequence[tuple[str, float]], cosines: Mapping[str, float]) -> list[tuple[str, float]]:
    """Ids and scores in [0, 1), best first; ties are in the order of ids.

    The sum ``s`` of cosine and BM25, each in its unit, as ``s / (1 + s)``. BM25 is not scaled by the question's best:
    where no passage holds the question's words, meaning should decide, and where one holds its rare names, words. A
    passage that words did not find gets their last score if their list was cut at that, else none. ``cosines`` holds
    every candidate; below 0 counts as 0.

    Of the fusions tried on RealTimeQA's questions of 2022 and on the seeds' development half it does best on both
    together (evals/LOG.md, 2026-11-22).
    """
    bm25 = dict(words)
    least = words[-1][1] if len(words) >= CANDIDATES else 0.0
    sums = {id_: bm25.get(id_, least) / BM25_UNIT + max(0.0, cosine) for id_, cosine in cosines.items()}
    return sorted(((id_, s / (1 + s)) for id_, s in sums.items()), key=lambda item: (-item[1], item[0]))


def collapse(hits: Sequence[Hit], copies: Mapping[str, str]) -> list[Hit]:
    """Drop the hits of all but the best-placed article of each group of copies; the order stays."""
    speaker: dict[str, str] = {}  # group → the article that speaks for it
    kept = []
    for hit in hits:
        article_id = hit.passage.article_id
        if speaker.setdefault(copies.get(article_id, article_id), article_id) == article_id:
            kept.append(hit)
    return kept
