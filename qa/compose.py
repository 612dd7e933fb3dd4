"""Claims in, a cited answer out: one to three sentences in the articles' own words, each with its markers.

Decides nothing about what is true or whether to abstain: it states what it is given.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from qa.findings import Claim, same
from qa.types import Answer, Citation, Finding, Span
from vectorstore.types import Article

MAX_SENTENCES = 3
ADDS = 0.4
"""A further sentence is stated when it is this likely, as a share of the best one's probability.

Of 0.2 to 0.6, chosen on the development half of evals/gold/seeds.jsonl: lower adds sentences and hardly an answer.
"""

_MARKER = re.compile(r"\[(\s*\d+\s*)\]")
_ABSTAINED = "The articles do not say."

ArticleOf = Callable[[str], Article]


@dataclass(slots=True)
class _Notes:
    """The citations so far, numbered in the order of their first use."""

    article_of: ArticleOf
    citations: list[Citation] = field(default_factory=list)

    def cite(self, span: Span) -> Citation:
        """The citation of the whole sentence(s) that the span stands in."""
        start, end = span.sentence_start, span.sentence_end
        for known in self.citations:
            if (known.article.id, known.start, known.end) == (span.passage.article_id, start, end):
                return known
        article = self.article_of(span.passage.article_id)
        citation = Citation(len(self.citations) + 1, article, article.text[start:end], start, end)
        self.citations.append(citation)
        return citation


def compose(draft: Answer, claims: Sequence[Claim], article_of: ArticleOf) -> Answer:
    """State the first claim and what others add; at least one claim is needed.

    The first claim is the one finding: whole sentences that differ need not disagree.
    """
    notes = _Notes(article_of)
    told = []
    for claim in (claims[0], *_further(claims)):
        cited = tuple(notes.cite(span) for span in claim.spans)
        told.append((plain(cited[0].quote), cited))
    best, citations = claims[0], told[0][1]
    return replace(
        draft,
        answer=" ".join(f"{text} {_markers(cited)}" for text, cited in told),
        short_answer=plain(best.value),
        confidence=best.confidence,
        findings=(Finding(plain(best.value), best.confidence, citations),),
        citations=tuple(notes.citations),
    )


def abstain(draft: Answer, claims: Sequence[Claim], article_of: ArticleOf) -> Answer:
    """Say that the articles do not say, and point at the nearest sentences, if there are any."""
    notes = _Notes(article_of)
    nearest = tuple(notes.cite(claim.spans[0]) for claim in claims[:MAX_SENTENCES])
    pointer = f" What comes nearest: {_markers(nearest)}" if nearest else ""
    return replace(
        draft,
        answer=_ABSTAINED + pointer,
        abstained=True,
        confidence=claims[0].confidence if claims else 0.0,
        citations=nearest,
    )


def plain(quote: str) -> str:
    """A quote as running text: one line, and a literal ``[3]`` as ``(3)``, so that it is no marker of ours."""
    return _MARKER.sub(r"(\1)", " ".join(quote.split()))


def markers(text: str) -> tuple[int, ...]:
    """The markers of an answer in order of first appearance, each once."""
    return tuple(dict.fromkeys(int(number) for number in _MARKER.findall(text)))


def _further(claims: Sequence[Claim]) -> list[Claim]:
    """Up to two claims that add to the first, those of articles that have not spoken yet first."""
    told = [claims[0]]
    rest = [claim for claim in claims[1:] if claim.confidence >= ADDS * claims[0].confidence]
    while rest := [claim for claim in rest if not any(_tells(other, claim) for other in told)]:
        spoken = {span.passage.article_id for claim in told for span in claim.spans}
        rest.sort(key=lambda claim: claim.spans[0].passage.article_id in spoken)
        if _length([*told, rest[0]]) > MAX_SENTENCES:
            break
        told.append(rest[0])
    return told[1:]


def _tells(told: Claim, claim: Claim) -> bool:
    """Whether the claim's best sentence is told already, in the same place or in nearly the same words."""
    new = claim.spans[0]
    return any(
        same(span.text, new.text)
        or (
            span.passage.article_id == new.passage.article_id
            and span.sentence_start < new.sentence_end
            and new.sentence_start < span.sentence_end
        )
        for span in told.spans
    )


def _length(claims: Sequence[Claim]) -> int:
    """Sentences that stating these claims takes; a sentence that leans on the one before brings it along."""
    best = [claim.spans[0] for claim in claims]
    return sum(1 + (span.sentence_start < span.start) for span in best)


def _markers(citations: Iterable[Citation]) -> str:
    return "".join(f"[{citation.marker}]" for citation in citations)
