"""RealTimeQA: news-quiz questions ``…_qa.jsonl``, and beside them the articles found for them (Kasai et al. 2022).

Questions ``{"question_id", "question_date", "question_sentence", "choices", "answer": [index of the choice],
"evidence"}``, one a line; articles ``{"question_id", "search_result": [{"url", "text", "authors", "publish_date"}]}``
in ``DATE_gcs.jsonl`` (a web search) or ``DATE_gold.jsonl``, DATE being that of the ``question_id``. ``evidence`` is the
quiz's own explanation and in none of the articles: an article is evidence here when it holds the answer.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from evals.formats.rows import OnBad, Placed, Row, Unusable, day, listed, objects, optional_text, text, texts
from evals.metrics import contains

_ARTICLES = ("_gcs.jsonl", "_gold.jsonl")
_NONE = "none of the above"
_QUOTES = "“”\"'‘’ "


def matches(row: Mapping[str, Any]) -> bool:
    """Whether a file whose first line is this is of this format."""
    return {"question_id", "question_sentence"} <= row.keys()


def questions(path: Path, bad: OnBad) -> Iterator[Placed]:
    """Each question with the articles that hold its answer; "None of the above" is no answer that an article gives."""
    found: dict[str, list[Row]] = {}
    for question_id, article in _found(path, lambda _place, _why: None):
        found.setdefault(question_id, []).append(article)
    for place, row in objects(path, bad):
        try:
            yield place, _question(row, found)
        except Unusable as why:
            bad(place, str(why))


def articles(path: Path, bad: OnBad) -> Iterator[Row]:
    """The articles found for the questions of the file; one that was found twice is taken once."""
    taken: set[str] = set()
    for _question_id, article in _found(path, bad):
        if article["id"] not in taken:
            taken.add(article["id"])
            yield article


def _question(row: Mapping[str, Any], found: Mapping[str, list[Row]]) -> Row:
    choices = [choice.strip() for choice in texts(row, "choices", required=True)]
    indices = listed(row, "answer", required=True)
    if not indices or not all(str(index).isdecimal() and int(index) < len(choices) for index in indices):
        raise Unusable('"answer" must be a list of numbers of choices, from 0')
    answers = [choices[int(index)].strip(_QUOTES) for index in indices]
    if any(answer.lower() in (_NONE, "") for answer in answers):
        raise Unusable('its answer is "None of the above", which no article gives; use the file without "_nota"')
    question_id = text(row, "question_id")
    holders = (one["id"] for one in found.get(question_id, ()) if contains(one["text"], answers))
    return {
        "id": question_id,
        "kind": "factoid",
        "question": text(row, "question_sentence").strip(),
        "answers": list(dict.fromkeys(answers)),
        "evidence": [{"source": source, "quote": ""} for source in dict.fromkeys(holders)],
        "choices": choices,
        "asked": day(row.get("question_date")),
    }


def _found(path: Path, bad: OnBad) -> Iterator[tuple[str, Row]]:
    """The articles that have a text, each with the question it was found for."""
    ids = [optional_text(row, "question_id") for _place, row in objects(path, lambda _place, _why: None)]
    for name in dict.fromkeys(id_.partition("_")[0] for id_ in ids):
        files = [path.with_name(name + suffix) for suffix in _ARTICLES] if name.isdecimal() else []
        file = next((file for file in files if file.is_file()), None)
        for place, row in objects(file, lambda place, why: bad(f"{place} of the articles", why)) if file else ():
            try:
                question_id = text(row, "question_id")
                results = [result for result in listed(row, "search_result") if isinstance(result, dict)]
            except Unusable as why:
                bad(f"{place} of the articles", str(why))
                continue
            for result in results:
                if optional_text(result, "url").strip() and optional_text(result, "text").strip():
                    yield question_id, _article(result)


def _article(result: Mapping[str, Any]) -> Row:
    url = result["url"].strip()
    authors = result.get("authors")
    names = [authors] if isinstance(authors, str) else authors if isinstance(authors, list) else []
    return {
        "id": url,
        "text": result["text"],
        "title": optional_text(result, "title"),
        "url": url,
        "publisher": _host(url).removeprefix("www."),
        "author": ", ".join(name for name in names if isinstance(name, str)),
        "published": day(result.get("publish_date")),
    }


def _host(url: str) -> str:
    """The host that an address names, "" where it is no address."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:  # http://[x
        return ""
