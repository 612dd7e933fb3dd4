"""SQuAD 1.1 and 2.0: one JSON file of articles, each with its paragraphs and their questions.

``{"data": [{"title", "paragraphs": [{"context", "qas": [{"id", "question", "answers": [{"text", "answer_start"}],
"is_impossible"}]}]}]}`` (Rajpurkar et al. 2016, 2018). The paragraphs of a title become one article. A question that is
"impossible" is so of its own paragraph only: another of the collection may answer it.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from evals.formats.rows import OnBad, Placed, Row, Unusable, document, listed, obj, optional_text, text
from evals.types import UNANSWERABLE
from vectorstore.sentences import sentences

BETWEEN = "\n\n"
"""Between the paragraphs of an article."""


def matches(head: bytes) -> bool:
    """Whether a JSON file that begins so is of this format."""
    return head.lstrip().startswith(b"{") and b'"paragraphs"' in head


def questions(path: Path, bad: OnBad) -> Iterator[Placed]:
    """Each question with the sentence that holds its first answer as evidence."""
    for article_id, place, paragraph in _paragraphs(path, bad):
        try:
            found = listed(paragraph, "qas", required=True)
        except Unusable as why:
            bad(place, str(why))
            continue
        for number, item in enumerate(found):
            where = f"{place}.qas[{number}]"
            try:
                yield where, _question(obj(item, "a question"), article_id, paragraph["context"])
            except Unusable as why:
                bad(where, str(why))


def articles(path: Path, bad: OnBad) -> Iterator[Row]:  # noqa: ARG001 - ``questions`` tells what is bad
    """One article a title."""
    texts: dict[str, list[str]] = {}
    for article_id, _place, paragraph in _paragraphs(path, lambda _place, _why: None):
        texts.setdefault(article_id, []).append(paragraph["context"])
    for article_id, paragraphs in texts.items():
        yield {"id": article_id, "title": article_id.replace("_", " "), "text": BETWEEN.join(paragraphs)}


def _paragraphs(path: Path, bad: OnBad) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Each paragraph that has a text, with its article's id and its place."""
    try:
        data = listed(obj(document(path), "the file"), "data", required=True)
    except Unusable as why:
        bad("1", str(why))
        return
    taken: set[str] = set()
    for number, item in enumerate(data):
        place = f"data[{number}]"
        try:
            entry = obj(item, "an article")
            title = optional_text(entry, "title").strip() or f"article-{number + 1}"
            paragraphs = listed(entry, "paragraphs", required=True)
        except Unusable as why:
            bad(place, str(why))
            continue
        article_id = title if title not in taken else f"{title} ({number + 1})"
        taken.add(article_id)
        for at, paragraph in enumerate(paragraphs):
            where = f"{place}.paragraphs[{at}]"
            try:
                text(obj(paragraph, "a paragraph"), "context")
            except Unusable as why:
                bad(where, str(why))
            else:
                yield article_id, where, paragraph


def _question(item: Mapping[str, Any], article_id: str, context: str) -> Row:
    impossible = item.get("is_impossible") is True
    answers = [] if impossible else [obj(answer, "an answer") for answer in listed(item, "answers", required=True)]
    if not answers and not impossible:
        raise Unusable('has no answers; give it one, or "is_impossible": true')
    given = [text(answer, "text") for answer in answers]
    evidence = [{"source": article_id, "quote": _sentence(context, answers[0], given[0])}] if answers else []
    return {
        "id": text(item, "id"),
        "kind": UNANSWERABLE if impossible else "factoid",
        "question": text(item, "question").strip(),
        "answers": list(dict.fromkeys(given)),
        "evidence": evidence,
    }


def _sentence(context: str, answer: Mapping[str, Any], told: str) -> str:
    """The sentence that the answer begins in, on to the one that it ends in; ``answer_start`` may be a little off."""
    stated = answer.get("answer_start")
    starts = [i for i in range(len(context)) if context.startswith(told, i)]
    if not starts:
        raise Unusable(f'the answer "{told}" is not in its paragraph')
    start = min(starts, key=lambda at: abs(at - stated)) if isinstance(stated, int) else starts[0]
    end = start + len(told)
    around = [(first, last) for first, last in _split(context) if first < end and start < last]
    return context[min([start, *(first for first, _ in around)]) : max([end, *(last for _, last in around)])]


@lru_cache(maxsize=8)
def _split(context: str) -> Sequence[tuple[int, int]]:
    return sentences(context)
