"""Retrieval metrics of one ranking, on binary relevance. Ignorant of questions, answers and how the ranking was made.

What is relevant is decided once, by ``judge``; the metrics are the textbook ones on what it returns, so that they equal
any other tool's on the same judgements.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from evals.types import Evidence
from vectorstore.types import Passage


@dataclass(frozen=True, slots=True)
class LocatedEvidence:
    """Evidence and every place ``[start, end)`` in its article where the quote stands; none when the quote is ""."""

    evidence: Evidence
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """A ranking after judgement: ``relevant[i]`` for rank i + 1, and ``total``, how many there are to be found."""

    relevant: tuple[bool, ...]
    total: int


def judge(evidence: Sequence[Evidence], passages: Sequence[Passage]) -> Judged:
    """Judge a ranking, best first, against at least one piece of evidence.

    A passage is relevant when it is the first to hold some piece: it is of the evidence's article and contains the
    whole quote (any passage of the article when the quote is ""). A later passage with nothing but what was found
    already is not, so that a ranking gains nothing by repeating itself. ``total`` is the relevant passages plus one for
    each piece that none holds; two pieces in one passage are one passage to find.

    Strict: a quote that straddles two passages is in neither, and not found; ``covered`` measures what that costs.
    """
    missing = set(evidence)
    relevant = []
    for passage in passages:
        found = {piece for piece in missing if piece.source == passage.article_id and piece.quote in passage.text}
        relevant.append(bool(found))
        missing -= found
    return Judged(tuple(relevant), sum(relevant) + len(missing))


def hit(judged: Judged, k: int) -> float:
    """1 if a relevant passage is among the k best, else 0 (hit@k, success@k). Higher is better.

    Source: Success@n of TREC (Craswell & Hawking 2004); the "top-k accuracy" of Karpukhin et al. 2020.
    """
    return float(any(judged.relevant[:k]))


def recall(judged: Judged, k: int) -> float:
    """The share of the relevant passages that are among the k best, in [0, 1]; higher is better.

    Formula: |relevant in the k best| / |relevant|. Source: Manning, Raghavan & Schütze 2008, section 8.4.
    """
    return sum(judged.relevant[:k]) / judged.total


def reciprocal_rank(judged: Judged) -> float:
    """1 / rank of the first relevant passage, 0 if there is none; in [0, 1], higher is better. Its mean is MRR.

    Source: Voorhees 1999, the TREC-8 question answering track.
    """
    return 1 / (judged.relevant.index(True) + 1) if any(judged.relevant) else 0.0


def ndcg(judged: Judged, k: int) -> float:
    """Normalised discounted cumulative gain of the k best, in [0, 1]; higher is better.

    Formula: DCG / ideal DCG; DCG = sum over ranks r ≤ k of gain(r) / log2(r + 1), gain 1 if relevant, else 0; the ideal
    has every relevant passage first. Source: Järvelin & Kekäläinen 2002, with the log2(r + 1) discount of trec_eval.
    """
    gained = sum(1 / math.log2(rank + 1) for rank, relevant in enumerate(judged.relevant[:k], start=1) if relevant)
    return gained / sum(1 / math.log2(rank + 1) for rank in range(1, min(judged.total, k) + 1))


def covered(evidence: Sequence[LocatedEvidence], passages: Sequence[Passage], k: int) -> float:
    """1 if the k best passages together hold some piece of evidence, else 0. Higher is better; never below ``hit``.

    As ``hit``, but a quote may be spread over passages: every character of it that is not white space must lie in one
    of the k best. Source: ours; the gap to ``hit`` is what splitting articles into passages costs.
    """
    return float(any(_holds(piece, passages[:k]) for piece in evidence))


def _holds(piece: LocatedEvidence, passages: Sequence[Passage]) -> bool:
    """Whether the passages together hold the piece of evidence."""
    spans = [(passage.start, passage.end) for passage in passages if passage.article_id == piece.evidence.source]
    if not piece.evidence.quote:
        return bool(spans)
    letters = [i for i, char in enumerate(piece.evidence.quote) if not char.isspace()]
    return any(all(any(low <= start + i < high for low, high in spans) for i in letters) for start, _end in piece.spans)
