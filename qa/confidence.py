"""How sure to be: from what the reader found to the probability that the best claim answers the question.

The reader's own share of probability is no such thing: it is spread over wordings and passages, and a passage that
looks right without holding the answer still takes some. A logistic model over a few measures of the claims sets it
right.
"""

import math
from collections.abc import Sequence
from dataclasses import replace

from qa.agreement import Claim
from qa.cues import content_stems
from vectorstore.types import Hit

# The measures and their weights, fitted by evals/bench/calibrate.py (evals/LOG.md).
WEIGHTS: dict[str, float] = {
    "share": 0.149,  # log-odds of the best claim's share of all that was read
    "second": -0.216,  # log of the second claim's share, as a part of the best's
    "alone": 0.091,  # log-odds of the most that a passage gives the best claim by itself
    "answered": 0.1,  # log-odds that the best span's passage answers at all
    "stories": 1.411,  # log of how many stories say it
    "rank": -0.313,  # log of the rank of the best span's passage, from 1
    "sentence": 0.292,  # share of the question's content words in the best span's sentence
    "everything": 0.538,  # 1 where all there is was read, as in a handful of articles, else 0
}
BIAS = -1.568
LEAST = 1e-6  # shares are held away from 0 and 1


def calibrated(question: str, claims: Sequence[Claim], hits: Sequence[Hit], *, everything: bool) -> list[Claim]:
    """The claims with their shares turned into probabilities of being right, in [0, 1], higher is better.

    The best claim gets the model's, the others the same part of it as they had of the share. Where nothing that was
    read has a content word of the question ("thanks!"), whatever was found is no answer: 0. ``everything``: the hits
    are all that there is to read, not the best of more.
    """
    if not claims:
        return []
    asked = frozenset(content_stems(question))
    if asked and all(asked.isdisjoint(content_stems(f"{hit.article.title} {hit.passage.text}")) for hit in hits):
        return [replace(claim, confidence=0.0) for claim in claims]
    measured = measures(question, claims, hits, everything=everything)
    probability = 1 / (1 + math.exp(-BIAS - sum(WEIGHTS[name] * value for name, value in measured.items())))
    share = max(claims[0].confidence, LEAST)
    return [replace(claim, confidence=probability * min(1.0, claim.confidence / share)) for claim in claims]


def measures(question: str, claims: Sequence[Claim], hits: Sequence[Hit], *, everything: bool) -> dict[str, float]:
    """What the model knows of the claims, best first (at least one), by the names of ``WEIGHTS``."""
    best, asked = claims[0], frozenset(content_stems(question))
    top = best.spans[0]
    begin = top.passage.start
    sentence = top.passage.text[max(0, top.sentence_start - begin) : top.sentence_end - begin]
    second = claims[1].confidence if len(claims) > 1 else 0.0
    return {
        "share": _log_odds(best.confidence),
        "second": math.log(max(second, LEAST) / max(best.confidence, LEAST)),
        "alone": _log_odds(best.alone or best.confidence),  # a reader may give neither this nor the next
        "answered": _log_odds(top.answered or best.confidence),
        "stories": math.log(len(best.stories)),
        "rank": math.log(next(rank for rank, hit in enumerate(hits, start=1) if hit.passage == top.passage)),
        "sentence": len(asked.intersection(content_stems(sentence))) / max(1, len(asked)),
        "everything": float(everything),
    }


def _log_odds(share: float) -> float:
    bounded = min(max(share, LEAST), 1 - LEAST)
    return math.log(bounded / (1 - bounded))
