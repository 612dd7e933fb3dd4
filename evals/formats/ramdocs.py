"""RAMDocs: questions that come with their own documents, some right, some wrong, some noise (Wang et al. 2025).

``{"question", "documents": [{"text", "type": "correct" | "misinfo" | "noise", "answer"}], "disambig_entity",
"gold_answers", "wrong_answers"}``, one a line. Each question is asked of its own documents; the answer must give all
gold answers and no wrong one.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from evals.formats.rows import OnBad, Placed, Row, Unusable, listed, obj, objects, optional_text, text, texts

KIND = "conflict"


def matches(row: Mapping[str, Any]) -> bool:
    """Whether a file whose first line is this is of this format."""
    return {"question", "documents", "gold_answers"} <= row.keys()


def questions(path: Path, bad: OnBad) -> Iterator[Placed]:
    """Each question; the documents of the type "correct" are its evidence."""
    for place, row in objects(path, bad):
        try:
            documents = [(one["id"], kind) for one, kind in _documents(place, row)]
            yield place, _question(place, row, documents)
        except Unusable as why:
            bad(place, str(why))


def articles(path: Path, bad: OnBad) -> Iterator[Row]:  # noqa: ARG001 - ``questions`` tells what is bad
    """The documents of every usable question."""
    for place, row in objects(path, lambda _place, _why: None):
        try:
            documents = _documents(place, row)
            _question(place, row, [(one["id"], kind) for one, kind in documents])
        except Unusable:
            continue
        yield from (one for one, _kind in documents)


def _documents(place: str, row: Mapping[str, Any]) -> list[tuple[Row, str]]:
    """The documents and their types; an id is the line's number and the document's."""
    items = [obj(item, "a document") for item in listed(row, "documents", required=True)]
    return [
        ({"id": f"ramdocs-{int(place):04d}-{number}", "text": text(item, "text")}, optional_text(item, "type"))
        for number, item in enumerate(items, start=1)
    ]


def _question(place: str, row: Mapping[str, Any], documents: list[tuple[str, str]]) -> Row:
    answers = texts(row, "gold_answers", required=True)
    if not answers:
        raise Unusable('"gold_answers" is empty; give the right answers')
    return {
        "id": f"ramdocs-{int(place):04d}",
        "kind": KIND,
        "question": text(row, "question").strip(),
        "answers": list(dict.fromkeys(answers)),
        "evidence": [{"source": id_, "quote": ""} for id_, kind in documents if kind == "correct"],
        "wrong": list(dict.fromkeys(texts(row, "wrong_answers"))),
        "documents": [id_ for id_, _kind in documents],
    }
