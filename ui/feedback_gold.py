"""Gold questions made in the page: what the visitor wrote, held against the articles and against the evals' own reader.

Makes rows and reads them, and writes nothing. Knows nothing of votes or HTML.
"""

import json
import re
import unicodedata
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from evals.formats import own
from evals.formats.rows import Unusable, parse_row
from evals.gold import load
from evals.types import Example
from evals.writing.check_text import nearest
from qa.errors import check_question
from ui.endpoints import turns
from ui.feedback_answer import ArticleOf, entries, text
from vectorstore.errors import BylineError, InputError
from vectorstore.sentences import sentences

KINDS = {
    "factoid": "one article states it",
    "paraphrase": "one article states it, in other words than the question's",
    "multi_source": "two articles or more state it, or each a part of it",
    "conflict": "the articles differ: every answer is one that some article gives",
    "follow_up": "only the messages before it say what is meant",
    "unanswerable": "the articles do not answer it",
}
"""The kinds that can be chosen, and what each means (evals/gold/README.md)."""

LONGEST_ANSWER = 1_000
LONGEST_QUOTE = 5_000
"""Characters. A quote is a sentence or a few."""
MOST_ANSWERS = 50
MOST_EVIDENCE = 50
MOST_DOCUMENTS = 10_000

PREFIX = "kept-"
"""How the ids of rows begin that were kept in the page."""
ID_WORDS = 8
ID_LENGTH = 60
"""Words of the question in an id, and their characters at most."""


@dataclass(frozen=True, slots=True)
class Unproven:
    """Evidence that does not hold: its ``place`` in the list, a ``line`` that says why, and the ``nearest`` quote."""

    place: int
    line: str
    nearest: str = ""


def make(sent: Any, article_of: ArticleOf) -> tuple[dict[str, Any], list[Unproven]]:
    """Return the row that the browser sent, without its id, and what of its evidence does not hold.

    Raises ``BylineError`` where anything else is not as docs/gold-questions.md has it.
    """
    if not isinstance(sent, dict):
        raise InputError("the gold question is no object; reload the page and try again")
    question, kind = text(sent, "question").strip(), text(sent, "kind")
    check_question(question)
    if kind not in KINDS:
        raise InputError(f"the kind must be one of: {', '.join(KINDS)}")
    answers = list(dict.fromkeys(_answers(sent)))
    evidence, unproven = _evidence(sent, article_of)
    history = [{"role": turn.role, "content": turn.content} for turn in turns(entries(sent, "history"))]
    documents = [_known(source, article_of) for source in entries(sent, "documents", MOST_DOCUMENTS)]
    asked = _day(text(sent, "asked"))
    _agree(kind, answers, [*evidence, *unproven], history)
    row: dict[str, Any] = {"kind": kind, "question": question, "answers": answers, "evidence": evidence}
    optional = {"history": history, "documents": documents, "asked": asked}
    return row | {name: value for name, value in optional.items() if value}, unproven


def _answers(sent: Mapping[str, Any]) -> list[str]:
    given = entries(sent, "answers", MOST_ANSWERS)
    written = [text({"answer": one}, "answer", LONGEST_ANSWER).strip() for one in given]
    return [one for one in written if one]


def _evidence(sent: Mapping[str, Any], article_of: ArticleOf) -> tuple[list[dict[str, str]], list[Unproven]]:
    held: list[dict[str, str]] = []
    unproven = []
    for place, one in enumerate(entries(sent, "evidence", MOST_EVIDENCE)):
        if not isinstance(one, dict):
            raise InputError("a piece of evidence is no object; reload the page and try again")
        source, quote = text(one, "source"), text(one, "quote", LONGEST_QUOTE).strip()
        try:
            body = article_of(source).text
        except KeyError:
            line = "This article is no longer in the collection." if source else "Choose the article that says so."
            unproven.append(Unproven(place, line))
            continue
        exact = _exact(body, quote)
        if exact is None:
            offered = _nearest(quote, body)
            more = "The nearest that it says is below." if offered else "Nothing in it comes near."
            unproven.append(Unproven(place, f"The article does not say exactly this. {more}", offered))
        elif (piece := {"source": source, "quote": exact}) not in held:
            held.append(piece)
    return held, unproven


def _exact(body: str, quote: str) -> str | None:
    """The quote as the article has it; a browser's text box holds every kind of line end as one."""
    if quote in body:
        return quote
    found = re.search(re.escape(quote).replace("\\\n", r"(?:\r\n|\r|\n)"), body) if "\n" in quote else None
    return found.group() if found else None


def _nearest(quote: str, body: str) -> str:
    """The same words where the article has them with other marks; else the whole sentences that come nearest, or ""."""
    found = nearest(quote, body)
    if found is None or found.likeness == 1:
        return found.text if found else ""
    inside = [span for span in sentences(body) if span[0] < found.end and found.start < span[1]]
    return body[inside[0][0] : inside[-1][1]] if inside else found.text


def _known(source: Any, article_of: ArticleOf) -> str:
    source = text({"documents": source}, "documents")
    try:
        return article_of(source).id
    except KeyError:
        raise InputError(
            "an article that the question was limited to is no longer in the collection; ask all articles"
        ) from None


def _day(asked: str) -> str:
    try:
        return date.fromisoformat(asked).isoformat() if asked else ""
    except ValueError:
        raise InputError("the day on which it was asked must be a day, YYYY-MM-DD, or empty") from None


def _agree(kind: str, answers: Sequence[str], evidence: Sequence[object], history: Sequence[object]) -> None:
    """Raise ``InputError`` where the parts of the row do not go together."""
    if kind == "unanswerable" and (answers or evidence):
        raise InputError("an unanswerable question has no answers and no evidence; remove them or choose another kind")
    if kind != "unanswerable" and not answers:
        raise InputError("write the right answer; if the articles give none, choose the kind unanswerable")
    if kind != "unanswerable" and not evidence:
        raise InputError("name an article that says so; if none does, choose the kind unanswerable")
    if kind == "conflict" and len(answers) == 1:
        raise InputError("a conflict has two answers or more; add the other side, or choose another kind")
    if kind == "follow_up" and not history:
        raise InputError("a follow-up needs the messages before it; keep them, or choose another kind")


def named(row: Mapping[str, Any], day: date, taken: Container[str]) -> dict[str, Any]:
    """Return the row with an id that is readable and not taken: ``kept-2026-11-22-who-is-jan-jambon``."""
    plain = unicodedata.normalize("NFKD", row["question"]).encode("ascii", "ignore").decode().lower()
    words = "-".join(re.findall(r"[a-z0-9]+", plain)[:ID_WORDS])[:ID_LENGTH].rstrip("-") or "question"
    first = f"{PREFIX}{day.isoformat()}-{words}"
    example_id, number = first, 2
    while example_id in taken:
        example_id, number = f"{first}-{number}", number + 1
    return {"id": example_id} | dict(row)


def read(path: Path) -> list[Example]:
    """The gold questions of a file that can be used; none where there is no file yet."""
    if not path.exists():
        return []
    try:
        return load(path, lambda _error: None)
    except BylineError:  # no usable line yet; what cannot be read at all cannot be written either, and says so then
        return []


def check(row: Mapping[str, Any], taken: Container[str]) -> None:
    """Raise ``InputError`` unless the evals' own reader reads the row, with an id that is not ``taken``."""
    try:
        own.example(parse_row(json.dumps(row).encode()), taken)
    except Unusable as why:
        raise InputError(f"not a gold question: {why}") from why


def same(row: Mapping[str, Any], examples: Sequence[Example]) -> list[str]:
    """The ids of those that ask the same: the question but for case and spaces, after the same messages."""

    def key(question: str, said: Sequence[str]) -> tuple[str, ...]:
        return tuple(" ".join(one.casefold().split()) for one in (question, *said))

    wanted = key(row["question"], [turn["content"] for turn in row.get("history", [])])
    return [one.id for one in examples if key(one.question, [turn.content for turn in one.history]) == wanted]
