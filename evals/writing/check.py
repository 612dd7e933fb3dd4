"""Gold questions held against the articles: what is wrong in the file, line by line, each with its fix.

Reads texts only; whether the product finds an answer to a question that should have none is asked of ``looks``.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from difflib import get_close_matches
from pathlib import Path

from evals.normalize import words
from evals.types import Evidence, Example
from evals.writing.check_text import nearest, same_side, says
from qa.cues import content_stems, names
from vectorstore.types import Article

ALIKE = 0.8
"""Share of two questions' content words, in [0, 1], that both have, from which they ask the same in other words."""

_ZONES = timedelta(days=1)  # a day begins at different times around the world
_SHOWN = 60  # characters of a text in a finding


@dataclass(frozen=True, slots=True)
class Look:
    """What the product answers to a question that should have no answer, and the sentence it has it from."""

    answer: str
    confidence: float
    article_id: str
    sentence: str


Looks = Callable[[Example], Look | None]
"""Asks the product; ``None`` where it gives no answer that it is sure of."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong with the question ``id`` at ``place`` of the file, and what to do about it."""

    path: Path
    place: str
    id: str
    what: str
    fix: str

    def __str__(self) -> str:
        return f"{self.path}:{self.place} {self.id}: {self.what}; {self.fix}"


def check(
    path: Path, questions: Sequence[tuple[str, Example]], articles: Mapping[str, Article], looks: Looks | None = None
) -> Iterator[Finding]:
    """Yield what is wrong, in the order of the file: evidence, answers, sides, dates, duplicates, answers after all.

    ``questions`` are those of the file with their places, ``articles`` the whole collection by id.
    """
    earlier = _duplicates(questions)
    for place, example in questions:
        found = [
            *(problem for piece in example.evidence for problem in _evidence(piece, articles)),
            *_answers(example, articles),
            *_sides(example),
            *_dates(example, articles),
        ]
        if example.id in earlier:
            found.append((f"asks what {earlier[example.id]} asks", "remove one of the two"))
        if looks and not example.answerable and (look := looks(example)):
            found.append(_suspicion(look))
        for what, fix in found:
            yield Finding(path, place, example.id, what, fix)


Problem = tuple[str, str]


def _evidence(piece: Evidence, articles: Mapping[str, Article]) -> Iterator[Problem]:
    """The article that is not there, or the quote that is not in it."""
    article = articles.get(piece.source)
    if article is not None and piece.quote in article.text:
        return
    holder = next((one for one in articles.values() if piece.quote and piece.quote in one.text), None)
    if article is None:
        near = holder.id if holder else next(iter(get_close_matches(piece.source, articles, n=1)), None)
        fix = f"{near} {'has the quote' if holder else 'is nearest'}" if near else "add the article, or name another"
        yield f'no article "{_short(piece.source)}"', fix
        return
    what = f'"{_short(piece.quote)}" is not in {piece.source}'
    if holder:
        yield what, f"paste {_pasted(holder.id, piece.quote)}"
    elif found := nearest(piece.quote, article.text):
        yield what, f"paste {_pasted(piece.source, found.text)}"
    else:
        yield what, "nothing there is like it: quote the sentence that answers, or remove the question"


def _answers(example: Example, articles: Mapping[str, Article]) -> Iterator[Problem]:
    """Answers that none of the articles of evidence says; not where one of these is missing, which is told already."""
    sources = list(dict.fromkeys(piece.source for piece in example.evidence))
    if not sources or not all(source in articles for source in sources):
        return
    for answer in example.answers:
        if not any(says(articles[source], answer) for source in sources):
            where = sources[0] if len(sources) == 1 else f"any of its {len(sources)} articles"
            yield (
                f'the answer "{_short(answer)}" is not in {where}',
                "write it as it stands there, or mend the evidence",
            )


def _sides(example: Example) -> Iterator[Problem]:
    """A conflict needs two answers that are not the same, and two articles; spellings of a name can be sides of one."""
    if example.kind != "conflict" or example.documents:  # of RAMDocs' questions some have one answer and only noise
        return
    sides = (*example.answers, *example.wrong)
    if len([one for i, one in enumerate(sides) if not any(same_side(one, other) for other in sides[:i])]) < 2:  # noqa: PLR2004
        yield "a conflict with one side", "give each side its answer, or another kind"
    elif not example.wrong and len({piece.source for piece in example.evidence}) < 2:  # noqa: PLR2004
        yield "a conflict with evidence of one article", "add the other article, or give it another kind"


def _dates(example: Example, articles: Mapping[str, Article]) -> Iterator[Problem]:
    """Asked on a day that is still to come, or before any of its evidence was published."""
    if not example.asked:
        return
    asked = date.fromisoformat(example.asked)
    if asked > datetime.now(UTC).date() + _ZONES:
        yield f"asked on {example.asked}, which is still to come", "correct the day"
    published = [articles[piece.source].published for piece in example.evidence if piece.source in articles]
    if published and all(published) and asked + _ZONES < date.fromisoformat(min(published)):
        yield f"asked on {example.asked}, before its evidence was published ({min(published)})", "correct the day"


def _suspicion(look: Look) -> Problem:
    sentence = " ".join(look.sentence.split())
    what = f'perhaps answerable: "{_short(look.answer)}" ({look.confidence:.0%} sure), {look.article_id}: "{sentence}"'
    return what, "if that answers it, give it answers and another kind; else keep it"


def _duplicates(questions: Sequence[tuple[str, Example]]) -> dict[str, str]:
    """The ids of questions that ask the same as an earlier one, each with that one's place and id.

    The same words, or most of them with the same names, numbers and answers and the same kind; asked of the same
    articles, on the same day and after the same turns.
    """
    found: dict[str, str] = {}
    groups: dict[object, list[tuple[str, Example]]] = {}
    for place, example in questions:
        key = example.history, example.documents, example.asked, names(example.question)
        group = groups.setdefault(key, [])
        twin = next((f"{there} {one.id}" for there, one in group if _same_question(one, example)), None)
        if twin:
            found[example.id] = twin
        group.append((place, example))
    return found


def _same_question(one: Example, other: Example) -> bool:
    if words(one.question) == words(other.question):
        return True
    mine, theirs = set(content_stems(one.question)), set(content_stems(other.question))
    answers, others = (set(map(words, example.answers)) for example in (one, other))
    alike = len(mine & theirs) >= ALIKE * len(mine | theirs)
    return alike and one.kind == other.kind and (answers == others or bool(answers & others))


def _pasted(source: str, quote: str) -> str:
    return json.dumps({"source": source, "quote": quote}, ensure_ascii=False)


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
