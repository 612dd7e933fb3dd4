"""MultiHop-RAG: ``MultiHopRAG.json``, the questions, and ``corpus.json``, the articles, beside it (Tang & Yang 2024).

Questions ``{"query", "answer", "question_type", "evidence_list": [{"title", "url", "source", "fact"}]}``; articles
``{"title", "author", "source", "published_at", "category", "url", "body"}``. A ``null_query`` has no answer in the
collection. The kinds are the data set's own question types.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from evals.formats.rows import OnBad, Placed, Row, Unusable, day, document, listed, obj, optional_text, text

QUESTIONS, CORPUS = "MultiHopRAG.json", "corpus.json"
UNANSWERED = "null_query"


def matches(head: bytes) -> bool:
    """Whether a JSON file that begins so is of this format."""
    return head.lstrip().startswith(b"[") and b'"evidence_list"' in head and b'"query"' in head


def questions(path: Path, bad: OnBad) -> Iterator[Placed]:
    """Each question; a fact is quoted where it stands in its article, white space aside."""
    corpus = {article["id"]: article["text"] for article in articles(path, lambda _place, _why: None)}
    by_title = {title: id_ for id_, title in _titles(path)}
    for number, item in enumerate(_items(path, bad)):
        where = f"[{number}]"
        try:
            yield where, _question(obj(item, "a question"), number, corpus, by_title)
        except Unusable as why:
            bad(where, str(why))


def articles(path: Path, bad: OnBad) -> Iterator[Row]:
    """The articles of ``corpus.json``, if it is there; an id is the article's url, else its title."""
    file = path.parent / CORPUS
    taken: set[str] = set()
    for number, item in enumerate(_items(file, bad) if file.is_file() else ()):
        try:
            row = obj(item, "an article")
            body = text(row, "body")
            article_id = optional_text(row, "url").strip() or text(row, "title")
        except Unusable as why:
            bad(f"{CORPUS}[{number}]", str(why))
            continue
        if article_id in taken:
            bad(f"{CORPUS}[{number}]", f'the url "{article_id}" is taken by an earlier article')
            continue
        taken.add(article_id)
        yield {
            "id": article_id,
            "text": body,
            "title": optional_text(row, "title"),
            "url": optional_text(row, "url"),
            "publisher": optional_text(row, "source"),
            "author": optional_text(row, "author"),
            "section": optional_text(row, "category"),
            "published": day(row.get("published_at")),
        }


def _items(path: Path, bad: OnBad) -> list[Any]:
    items = document(path)
    if isinstance(items, list):
        return items
    bad("1", f"{path.name} must be a list")
    return []


def _titles(path: Path) -> Iterator[tuple[str, str]]:
    return ((one["id"], one["title"]) for one in articles(path, lambda _place, _why: None))


def _question(row: Mapping[str, Any], number: int, corpus: Mapping[str, str], by_title: Mapping[str, str]) -> Row:
    kind = text(row, "question_type")
    evidence = []
    for item in listed(row, "evidence_list", required=True):
        piece = obj(item, "a piece of evidence")
        url, title = optional_text(piece, "url").strip(), optional_text(piece, "title")
        source = url if url in corpus else by_title.get(title, url or title)
        if not source:
            raise Unusable("a piece of evidence has neither url nor title")
        evidence.append({"source": source, "quote": _as_printed(optional_text(piece, "fact"), corpus.get(source, ""))})
    return {
        "id": f"multihop-{number + 1:04d}",
        "kind": kind,
        "question": text(row, "query").strip(),
        "answers": [] if kind == UNANSWERED else [text(row, "answer").strip()],
        "evidence": list({(one["source"], one["quote"]): one for one in evidence}.values()),
    }


def _as_printed(fact: str, body: str) -> str:
    """The fact as its article has it, where only white space differs; "" where it is not in the article."""
    words = fact.split()
    found = re.search(r"\s+".join(map(re.escape, words)), body) if words else None
    return found.group() if found else ""
