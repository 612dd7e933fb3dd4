"""Fusing what words and vectors found into one ranking. Pure functions: no index, no file.

Reciprocal rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009): the score of a passage is the sum over both
rankings of 1 / (K + rank), rank from 1. K is small so that the first ranks count: on RealTimeQA's questions of 2022
the answer is in the best passage more often than with the customary 60 (evals/LOG.md).
"""

from collections.abc import Mapping, Sequence

from vectorstore.types import Hit

K = 10
CANDIDATES = 100  # of each ranking


def fuse(words: Sequence[tuple[str, float]], vectors: Sequence[tuple[str, float]]) -> list[tuple[str, float]]:
    """Ids and scores in (0, 1], best first: 1.0 is the first of both rankings. Ties are in the order of ids."""
    scores: dict[str, float] = {}
    for ranking in (words, vectors):
        for rank, (id_, _) in enumerate(ranking, start=1):
            scores[id_] = scores.get(id_, 0.0) + (K + 1) / (K + rank) / 2
    return sorted(scores.items(), key=lambda item: (-item[1], item[0]))


def collapse(hits: Sequence[Hit], copies: Mapping[str, str]) -> list[Hit]:
    """Drop the hits of all but the best-placed article of each group of copies; the order stays."""
    speaker: dict[str, str] = {}  # group → the article that speaks for it
    kept = []
    for hit in hits:
        article_id = hit.passage.article_id
        if speaker.setdefault(copies.get(article_id, article_id), article_id) == article_id:
            kept.append(hit)
    return kept
