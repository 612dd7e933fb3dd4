"""Claims in, a cited answer out: one to three sentences in the articles' own words, each with its markers.

Decides nothing about what is true or whether to abstain: it states what it is given.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from qa.agreement import SECOND, ArticleOf, Claim, are_namesakes, has_one_answer, likely, rivals, sentence_of
from qa.cues import names
from qa.names import echoes
from qa.types import Answer, Citation, Finding, Span
from qa.values import Value, competes, covers
from vectorstore.sentences import sentences

MAX_SENTENCES = 3

QUOTED = 60
"""Characters of a differing answer that the text repeats before its sentence; longer ones speak for themselves."""

_OPENS_WITH_PRONOUN = re.compile(
    r"(?i)[\"“‘']?(?:(?:but|and|so|yet|then|still) )?(?:he|she|they|it|his|her|their|its)\b"
)
_MARKER = re.compile(r"\[(\s*\d+\s*)\]")
_ABSTAINED = "The articles do not say."


@dataclass(slots=True)
class _Notes:
    """The citations so far, numbered in the order of their first use."""

    article_of: ArticleOf
    citations: list[Citation] = field(default_factory=list)

    def cite(self, span: Span) -> Citation:
        """The citation of what is quoted for the span."""
        start, end = _quoted(span, self.article_of)
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
    namesakes = [claim for claim in against if are_namesakes(question, best, claim)]
    beside = (claim for claim in likely(question, claims, share)[1:] if claim not in against)
    one_answer = has_one_answer(question)
    others = [claim for claim in beside if not (one_answer and competes(best.said, claim.said))]
    told: list[_Told] = []
    for claim in (best, *against, *others):
        if any(_repeats(claim.said, other.said) for one in told for other in one.claims):
            continue
        sentence = sentence_of(claim.spans[0], article_of)
        place = None if claim in against else next((one for one in told if echoes(one.text, sentence)), None)
        if place is not None:
            place.claims.append(claim)
        elif not told or _length([*(one.text for one in told), sentence]) <= MAX_SENTENCES:
            told.append(_Told(sentence, _lead(claim, best, against, of_another=claim in namesakes), [claim]))
    differ = any(claim in against and claim not in namesakes for one in told for claim in one.claims)
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


def _quoted(span: Span, article_of: ArticleOf) -> tuple[int, int]:
    """The bounds of the sentence that the span stands in, for what is told of it.

    Where it opens with a pronoun, the sentence before is in them too, if it has a name and nothing stands between.
    """
    text, start, end = article_of(span.passage.article_id).text, span.sentence_start, span.sentence_end
    if not _OPENS_WITH_PRONOUN.match(text[start:end]):
        return start, end
    before = next((one for one in reversed(sentences(text)) if one[1] <= start), None)
    if before and not text[before[1] : start].strip() and names(text[slice(*before)]):
        return before[0], end
    return start, end


def _written(draft: Answer, told: Sequence[_Told], article_of: ArticleOf) -> Answer:
    """The answer's text, each sentence with the citations of all its claims, numbered as they come."""
    notes = _Notes(article_of)
    texts, findings = [], []
    for one in told:
        cited = [*dict.fromkeys(notes.cite(span) for claim in one.claims for span in claim.spans)]
        texts.append(f"{one.lead}{plain(cited[0].quote)} {_markers(cited)}")
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


def _repeats(said: Value, told: Value) -> bool:
    """Whether a value says less than one that is told, or the same in more words ("24 October", "Date 24 October")."""
    return covers(told, said) or (said.kind == "text" != told.kind and covers(said, told))


def _lead(claim: Claim, best: Claim, against: Sequence[Claim], *, of_another: bool) -> str:
    """What leads to a differing sentence: how many articles say what; nothing before any other sentence.

    ``of_another``: they may speak of another thing by the name that was asked for.
    """
    if claim not in against:
        return ""
    stories = best.stories.union(*(rival.stories for rival in against))
    mine = len(claim.stories - best.stories)
    few = len(stories) <= 2  # noqa: PLR2004 - "1 of 2" says less than "another"
    who = "another article says" if few else f"{mine} of {len(stories)} articles say{'s' * (mine == 1)}"
    said = plain(claim.value)
    opening = "Perhaps of another by that name," if of_another else "But"
    return f"{opening} {who} “{said}”: " if len(said) <= QUOTED else f"{opening} {who} otherwise: "


def _length(texts: Sequence[str]) -> int:
    """Sentences that stating these texts takes."""
    return sum(max(1, len(sentences(text))) for text in texts)


def _markers(citations: Iterable[Citation]) -> str:
    return "".join(f"[{citation.marker}]" for citation in citations)
