"""Claims in, a cited answer out: one to three sentences in the articles' own words, each with its markers.

Decides nothing about what is true or whether to abstain: it states what it is given.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from qa.agreement import SECOND, ArticleOf, Claim, has_one_answer, rivals, sentence_of
from qa.names import echoes
from qa.types import Answer, Citation, Finding, Span
from qa.values import competes, covers
from vectorstore.sentences import sentences

MAX_SENTENCES = 3

QUOTED = 60
"""Characters of a differing answer that the text repeats before its sentence; longer ones speak for themselves."""

_MARKER = re.compile(r"\[(\s*\d+\s*)\]")
_ABSTAINED = "The articles do not say."


@dataclass(slots=True)
class _Notes:
    """The citations so far, numbered in the order of their first use."""

    article_of: ArticleOf
    citations: list[Citation] = field(default_factory=list)

    def cite(self, span: Span) -> Citation:
        """The citation of the whole sentence that the span stands in."""
        start, end = span.sentence_start, span.sentence_end
        for known in self.citations:
            if (known.article.id, known.start, known.end) == (span.passage.article_id, start, end):
                return known
        article = self.article_of(span.passage.article_id)
        citation = Citation(len(self.citations) + 1, article, article.text[start:end], start, end)
        self.citations.append(citation)
        return citation


@dataclass(slots=True)
class _Told:
    """A sentence of the answer, what leads to it, and the claims that it states: that of the sentence first."""

    text: str
    lead: str
    claims: list[Claim]


def compose(draft: Answer, claims: Sequence[Claim], article_of: ArticleOf, share: float = SECOND) -> Answer:
    """State the best claim in its article's own sentence, then what differs, then what others add; all of it cited.

    At least one claim is needed. At most ``MAX_SENTENCES`` sentences; the findings are the claims that they state. Left
    out are a claim that says less than one that is told ("Thursday", "Thursday night"), and another answer, to a
    question with one, from articles that give the best one too: it answers something else.
    """
    question, best = draft.standalone_question, claims[0]
    against = rivals(question, claims, share)
    likely = (claim for claim in claims[1:] if claim.confidence >= share * best.confidence and claim not in against)
    one_answer = has_one_answer(question)
    others = [claim for claim in likely if not (one_answer and competes(best.said, claim.said))]
    told: list[_Told] = []
    for claim in (best, *against, *others):
        if any(covers(other.said, claim.said) for one in told for other in one.claims):
            continue
        sentence = sentence_of(claim.spans[0], article_of)
        place = None if claim in against else next((one for one in told if echoes(one.text, sentence)), None)
        if place is not None:
            place.claims.append(claim)
        elif not told or _length([*(one.text for one in told), sentence]) <= MAX_SENTENCES:
            told.append(_Told(sentence, _lead(claim, best, against), [claim]))
    differ = any(claim in against for one in told for claim in one.claims)
    return replace(_written(draft, told, article_of), differ=differ)


def abstain(draft: Answer, claims: Sequence[Claim], article_of: ArticleOf) -> Answer:
    """Say that the articles do not say, and point at the nearest sentences, if there are any."""
    notes = _Notes(article_of)
    nearest = tuple(dict.fromkeys(notes.cite(claim.spans[0]) for claim in claims[:MAX_SENTENCES]))
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


def _written(draft: Answer, told: Sequence[_Told], article_of: ArticleOf) -> Answer:
    """The answer's text, each sentence with the citations of all its claims, numbered as they come."""
    notes = _Notes(article_of)
    texts, findings = [], []
    for one in told:
        cited = dict.fromkeys(notes.cite(span) for claim in one.claims for span in claim.spans)
        texts.append(f"{one.lead}{plain(one.text)} {_markers(cited)}")
        for claim in one.claims:
            citations = dict.fromkeys(notes.cite(span) for span in claim.spans)
            findings.append(Finding(plain(claim.value), claim.confidence, tuple(citations)))
    return replace(
        draft,
        answer=" ".join(texts),
        short_answer=findings[0].value,
        confidence=findings[0].confidence,
        findings=tuple(findings),
        citations=tuple(notes.citations),
    )


def _lead(claim: Claim, best: Claim, against: Sequence[Claim]) -> str:
    """What leads to a differing sentence: how many articles say what; nothing before any other sentence."""
    if claim not in against:
        return ""
    stories = best.stories.union(*(rival.stories for rival in against))
    mine = len(claim.stories - best.stories)
    few = len(stories) <= 2  # noqa: PLR2004 - "1 of 2" says less than "another"
    who = "another article says" if few else f"{mine} of {len(stories)} articles say{'s' * (mine == 1)}"
    said = plain(claim.value)
    return f"But {who} “{said}”: " if len(said) <= QUOTED else f"But {who} otherwise: "


def _length(texts: Sequence[str]) -> int:
    """Sentences that stating these texts takes."""
    return sum(max(1, len(sentences(text))) for text in texts)


def _markers(citations: Iterable[Citation]) -> str:
    return "".join(f"[{citation.marker}]" for citation in citations)
