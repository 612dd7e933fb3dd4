"""Spans in, claims out: what the articles say, each claim with every article that says it.

Compares words and numbers only; what a claim means is the reader's business.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from qa.cues import content_stems, numbers
from qa.types import Span

SAME = 0.7
"""Share of the shorter sentence's content words in the longer one from which both say the same.

Between the sentences of different seeds there is nothing from 0.57 to 0.70: above are the repetitions, below are not.
"""


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing that is said: ``value`` in the words of its best span, and every span that says it, best first.

    ``confidence`` is the probability (0 to 1) that it answers the question.
    """

    value: str
    confidence: float
    spans: tuple[Span, ...]


def weigh(spans: Iterable[Span]) -> list[Claim]:
    """Group the spans of different articles that say the same; likeliest claim first.

    ``spans`` come best first, as a reader gives them. A second span of the same article never joins a claim: an
    article supports a claim once.
    """
    claims: list[Claim] = []
    for span in spans:
        for i, claim in enumerate(claims):
            if _new_article(span, claim) and same(span.text, claim.spans[0].text):
                claims[i] = replace(claim, spans=(*claim.spans, span))
                break
        else:
            claims.append(Claim(span.text, span.score, (span,)))
    return claims


def same(one: str, other: str) -> bool:
    """Whether two sentences say the same: most words of the shorter are in the longer, and neither counts otherwise.

    They count otherwise when each has a number that the other has not. The order of the two makes no difference.
    """
    if not (numbers(one) <= numbers(other) or numbers(other) <= numbers(one)):
        return False
    shorter, longer = sorted((frozenset(content_stems(one)), frozenset(content_stems(other))), key=len)
    return bool(shorter) and len(shorter & longer) / len(shorter) >= SAME


def _new_article(span: Span, claim: Claim) -> bool:
    return all(span.passage.article_id != other.passage.article_id for other in claim.spans)
