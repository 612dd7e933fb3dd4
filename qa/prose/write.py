"""A language model's answer as it grows, every sentence checked before it is shown, or the extractive one instead.

The model decides nothing about what counts as evidence: findings, short answer and confidence stay the reader's.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from qa.agreement import Claim
from qa.compose import abstain, plain
from qa.prose.check import check
from qa.prose.evidence import Encode, Evidence, evidence
from qa.prose.models import Model, ModelFailed, Usage
from qa.prose.prompt import NO_ANSWER, chosen, prompt
from qa.prose.sentences import Written, written
from qa.types import Answer, Citation, Finding, Sentence
from vectorstore.types import Article

SHARE = 0.5
"""Share of supported sentences below which the extractive answer takes over."""

SURE = 0.5
"""The reader's confidence from which its answer stands though the model found none: it is likelier right than wrong."""

MOST = 30
"""Sentences of one answer; the model was asked for five."""

INSTEAD = "The answer is in the articles' own words instead."
_SAYS_NONE = re.compile(
    r"(?i)\b(?:articles?|passages?|sources?|texts?|context|information)\b.{0,40}"
    r"\b(?:do|does|did|is|are) ?(?:not|n['’]t)\b"
    r"|\bno (?:answer|information|mention)\b"
)


@dataclass(slots=True)
class _Draft:
    """What is written so far: its sentences, each with its markers, and the citations, numbered as they come."""

    sentences: list[Sentence] = field(default_factory=list)
    markers: list[tuple[int, ...]] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)

    def add(self, one: Written, given: Evidence) -> None:
        """Check a sentence and take it up, with what bears it out, or with the reason against it."""
        verdict = check(one.text, one.cites, given)
        cited = (
            [] if verdict.reason else [self._cite(given, line.source, line.start, line.end) for line in verdict.lines]
        )
        self.sentences.append(Sentence(plain(one.text), plain(verdict.reason)))
        self.markers.append(tuple(dict.fromkeys(cited)))

    def _cite(self, given: Evidence, number: int, start: int, end: int) -> int:
        source = given.source(number)
        assert source is not None, f"a verdict rests on passage {number}, which was not given"
        return self.cite(source.article, start, end)

    def cite(self, article: Article, start: int, end: int) -> int:
        """The marker of ``article.text[start:end]``."""
        for known in self.citations:
            if (known.article.id, known.start, known.end) == (article.id, start, end):
                return known.marker
        self.citations.append(Citation(len(self.citations) + 1, article, article.text[start:end], start, end))
        return len(self.citations)

    def text(self) -> str:
        """The sentences in a row, each with its markers; one that is not borne out is marked as such in place."""
        return " ".join(
            f"{one.text} {_markers(markers)}" if one.supported else f"{one.text} (Not borne out: {one.reason}.)"
            for one, markers in zip(self.sentences, self.markers, strict=True)
        )


@dataclass(frozen=True, slots=True)
class Task:
    """What a model is asked to write: ``read`` is the reader's whole answer, ``claims`` what it rests on.

    ``query`` is the standalone question without its outlets and days; ``deadline`` is by ``time.monotonic``.
    """

    read: Answer
    claims: Sequence[Claim]
    article_of: Callable[[str], Article]
    encode: Encode
    deadline: float
    usage: Usage


def write(model: Model, task: Task) -> Iterator[Answer]:
    """Yield the answer as it grows, sentence by sentence; the last is whole, and stands whatever the model did."""
    passages = chosen(task.claims, task.read.passages)
    draft = _Draft()
    try:
        with model.reply(
            prompt(task.read.standalone_question, passages, task.article_of), task.deadline, task.usage
        ) as pieces:
            given = evidence(passages, task.article_of, task.encode)  # while the model thinks
            for one in written(pieces):
                draft.add(one, given)
                if len(draft.sentences) >= MOST:
                    break
                if _share(draft.sentences) >= SHARE:  # what may yet be taken back is not shown
                    yield _grown(task.read, draft)
    except ModelFailed as failure:
        yield replace(task.read, notice=f"{failure}. {INSTEAD}", sentences=tuple(draft.sentences), tokens=_tokens(task))
        return
    yield replace(_settled(model.name, task, draft), tokens=_tokens(task))


def _settled(name: str, task: Task, draft: _Draft) -> Answer:
    """What becomes of all that was written."""
    read, sentences = task.read, draft.sentences
    if not sentences:
        return replace(read, notice=f"{name} wrote nothing. {INSTEAD}")
    if _says_none(sentences):
        return _refused(name, task)
    supported = sum(one.supported for one in sentences)
    if _share(sentences) >= SHARE:
        return _grown(read, draft)
    wrote = f"{name} wrote {len(sentences)} sentence{'s' * (len(sentences) > 1)}, of which the articles bear out "
    notice = f"{wrote}{supported or 'none'}. {INSTEAD}"
    return replace(read, notice=notice, sentences=tuple(draft.sentences))


def _refused(name: str, task: Task) -> Answer:
    """The model found no answer: the reader's stands where it is likelier right than wrong, and is told of if not."""
    read = task.read
    if read.abstained:
        return read
    if read.confidence >= SURE:
        return replace(read, notice=f"{name} found no answer in these passages; this is what the reader found.")
    draft = Answer(read.question, read.standalone_question, read.scope, passages=read.passages)
    guess = f"the reader's guess is “{read.short_answer}” ({read.confidence:.0%} sure)"
    withheld = abstain(draft, task.claims, task.article_of)
    return replace(withheld, notice=f"{name} found no answer in these passages; {guess}.")


def _says_none(sentences: Sequence[Sentence]) -> bool:
    """Whether all that was written is that there is no answer."""
    if len(sentences) > 2 or any(one.supported for one in sentences):  # noqa: PLR2004 - it may say so and say why
        return False
    first = sentences[0].text if sentences else ""
    return first.rstrip(".").lower() == NO_ANSWER.rstrip(".").lower() or bool(_SAYS_NONE.search(first))


def _share(sentences: Sequence[Sentence]) -> float:
    """The share that is supported, in [0, 1]."""
    return sum(one.supported for one in sentences) / max(1, len(sentences))


def _grown(read: Answer, draft: _Draft) -> Answer:
    """The reader's answer with the text that was written; its findings are cited after it where the text does not."""
    now = replace(draft, citations=list(draft.citations))
    findings = [_renumbered(finding, now) for finding in read.findings]
    beyond = [citation.marker for citation in now.citations[len(draft.citations) :]]
    also = f" Also in the articles: {_markers(beyond)}" if beyond else ""
    return replace(
        read,
        answer=draft.text() + also,
        abstained=False,
        mode="generated",
        findings=tuple(findings),
        citations=tuple(now.citations),
        sentences=tuple(draft.sentences),
    )


def _renumbered(finding: Finding, draft: _Draft) -> Finding:
    """A finding that cites what the text cites where that is the same sentence."""
    markers = [draft.cite(one.article, one.start, one.end) for one in finding.citations]
    return replace(finding, citations=tuple(draft.citations[marker - 1] for marker in dict.fromkeys(markers)))


def _tokens(task: Task) -> dict[str, int]:
    return {"input": task.usage.input, "output": task.usage.output}


def _markers(numbers: Sequence[int]) -> str:
    return "".join(f"[{number}]" for number in numbers)
