"""How sure to be: from what the reader found to the probability that the best claim answers the question.

The reader's own share of probability is no such thing: it is spread over wordings and passages, and a passage that
looks right without holding the answer still takes some. A logistic model over a few measures of the claims sets it
right.
"""

import math
from collections.abc import Sequence
from dataclasses import replace

from qa.agreement import Claim
from vectorstore.types import Hit

# The measures and their weights, fitted by evals/bench/calibrate.py (evals/LOG.md).
WEIGHTS: dict[str, float] = {
    "share": 0.178,  # log-odds of the best claim's share of all that was read
    "span": 0.129,  # log-odds of its best span's share
    "second": -0.144,  # log of the second claim's share, as a part of the best's
    "stories": 1.695,  # log of how many stories say it
    "rank": -0.424,  # log of the rank of the best span's passage, from 1
    "search": 1.396,  # the score of that passage in the search
}
BIAS = -1.394
LEAST = 1e-6  # shares are held away from 0 and 1


def calibrated(claims: Sequence[Claim], hits: Sequence[Hit]) -> list[Claim]:
    """The claims with their shares turned into probabilities of being right, in [0, 1], higher is better.

    The best claim gets the model's, the others the same part of it as they had of the share.
    """
    if not claims:
        return []
    measured = measures(claims, hits)
    probability = 1 / (1 + math.exp(-BIAS - sum(WEIGHTS[name] * value for name, value in measured.items())))
    share = max(claims[0].confidence, LEAST)
    return [replace(claim, confidence=probability * min(1.0, claim.confidence / share)) for claim in claims]


def measures(claims: Sequence[Claim], hits: Sequence[Hit]) -> dict[str, float]:
    """What the model knows of the claims, best first (at least one), by the names of ``WEIGHTS``."""
    best = claims[0]
    top = best.spans[0]
    rank, search = next((rank, hit.score) for rank, hit in enumerate(hits, start=1) if hit.passage == top.passage)
    second = claims[1].confidence if len(claims) > 1 else 0.0
    return {
        "share": _log_odds(best.confidence),
        "span": _log_odds(top.score),
        "second": math.log(max(second, LEAST) / max(best.confidence, LEAST)),
        "stories": math.log(len(best.stories)),
        "rank": math.log(rank),
        "search": search,
    }


def _log_odds(share: float) -> float:
    bounded = min(max(share, LEAST), 1 - LEAST)
    return math.log(bounded / (1 - bounded))
