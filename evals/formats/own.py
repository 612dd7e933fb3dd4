"""Gold questions as Byline writes them: one JSON object a line. Every other format is turned into these rows."""

import re
from collections.abc import Container, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from evals.formats.rows import OnBad, Placed, Row, Unusable, listed, objects, text, texts
from evals.types import UNANSWERABLE, Evidence, Example
from qa.types import Turn

_REQUIRED = ("id", "kind", "question", "answers", "evidence")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def questions(path: Path, bad: OnBad) -> Iterator[Placed]:
    """The rows as they are."""
    for place, row in objects(path, bad):
        yield place, dict(row)


def articles(path: Path, bad: OnBad) -> Iterator[Row]:  # noqa: ARG001 - all formats have this form
    """None: a gold file of ours holds no articles."""
    return iter(())


def example(row: Mapping[str, Any], taken: Container[str]) -> Example:
    """Read one row; its id must not be among ``taken``. Raises ``Unusable``."""
    example_id = label(row, "id")
    if example_id in taken:
        raise Unusable(f'the id "{example_id}" is taken by an earlier line; give it another')
    answers = tuple(texts(row, "answers", required=True))
    kind = label(row, "kind")
    if kind == "all":
        raise Unusable('the kind "all" is taken by the sum of all kinds; choose another')
    if kind == UNANSWERABLE and answers:
        raise Unusable('"answers" must be empty for the kind "unanswerable"')
    asked = row.get("asked") or ""
    if not isinstance(asked, str) or not (asked == "" or _is_day(asked)):
        raise Unusable('"asked" must be a day, YYYY-MM-DD')
    return Example(
        id=example_id,
        kind=kind,
        question=text(row, "question"),
        answers=answers,
        evidence=tuple(_evidence(item) for item in listed(row, "evidence", required=True)),
        history=tuple(_turn(item) for item in listed(row, "history")),
        choices=tuple(texts(row, "choices")),
        wrong=tuple(texts(row, "wrong")),
        documents=tuple(texts(row, "documents")),
        asked=asked,
    )


def label(row: Mapping[str, Any], name: str) -> str:
    """A text on one line. Raises ``Unusable``."""
    value = text(row, name)
    if not value.isprintable():
        raise Unusable(f'"{name}" must be printable, on one line')
    return value


def _is_day(value: str) -> bool:
    try:
        return bool(_DAY.fullmatch(value) and date.fromisoformat(value))
    except ValueError:
        return False


def _evidence(item: Any) -> Evidence:
    quote = item.get("quote") if isinstance(item, dict) else None
    if not isinstance(quote, str) or quote.isspace():
        raise Unusable('each of "evidence" must be {"source": article id, "quote": text or ""}')
    return Evidence(text(item, "source"), quote)


def _turn(item: Any) -> Turn:
    if not isinstance(item, dict) or item.get("role") not in ("user", "assistant"):
        raise Unusable('each of "history" must be {"role": "user" or "assistant", "content": text}')
    return Turn(item["role"], text(item, "content"))


def to_row(made: Example) -> Row:
    """The row that ``example`` reads as this one; optional fields that are empty are left out."""
    row: Row = {
        "id": made.id,
        "kind": made.kind,
        "question": made.question,
        "answers": list(made.answers),
        "evidence": [{"source": piece.source, "quote": piece.quote} for piece in made.evidence],
        "history": [{"role": turn.role, "content": turn.content} for turn in made.history],
        "choices": list(made.choices),
        "wrong": list(made.wrong),
        "documents": list(made.documents),
        "asked": made.asked,
    }
    return {name: value for name, value in row.items() if value or name in _REQUIRED}
