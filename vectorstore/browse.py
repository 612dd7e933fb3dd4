"""The articles as a list to look through: those that hold some words, sorted by day, copies of one story together.

Reads the library through a connection of its own, so that a long listing holds up no search.
"""

import json
import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from vectorstore.errors import StoreDamaged
from vectorstore.rows import ARTICLE_COLUMNS
from vectorstore.store import library_path
from vectorstore.types import Article, Filters

EVERYTHING = Filters()
TERM = re.compile(r'"([^"]+)"|(\S+)')
MOST_TERMS = 10
"""Words or phrases looked for at most; each is a scan of every text."""
SEARCHED = ("title", "publisher", "author", "id", "text")
WILD = re.compile(r"([%_\\])")


@dataclass(frozen=True, slots=True)
class Story:
    """An article, and the others whose text is a copy of its own, in the order of ids."""

    article: Article
    copies: tuple[Article, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of stories, and how many stories and articles the whole list has."""

    stories: tuple[Story, ...]
    total: int
    articles: int


def terms(words: str) -> list[str]:
    """The words and "quoted phrases" to look for, each once; those past ``MOST_TERMS`` are left out."""
    found = (phrase.strip() or word for phrase, word in TERM.findall(words.replace("\0", " ")))
    return list(dict.fromkeys(filter(None, found)))[:MOST_TERMS]


def browse(
    store: Path,
    words: str = "",
    filters: Filters = EVERYTHING,
    *,
    oldest_first: bool = False,
    offset: int = 0,
    limit: int = 50,
) -> Listing:
    """The stories of which an article holds every one of ``words`` and passes ``filters``.

    Newest first, or oldest; undated ones last, then in the order of ids. A word matches inside longer ones, in title,
    publisher, author, id or text, whatever its case. ``offset`` and ``limit`` count stories. Raises ``StoreDamaged``.
    """
    try:
        with closing(_open(store)) as db:
            query, values = _matching(terms(words), filters)
            order = "a.published" if oldest_first else "a.published DESC"
            rows = db.execute(f"{query} ORDER BY a.published = '', {order}, a.id", values).fetchall()
            stories: dict[str, str] = {}  # group → the article that stands first in it
            for id_, group in rows:
                stories.setdefault(group, id_)
            page = list(stories.items())[offset : offset + limit]
            return Listing(tuple(_stories(db, page)), len(stories), len(rows))
    except sqlite3.DatabaseError as error:
        raise StoreDamaged(f"{library_path(store)}: {error}; run: byline rebuild --store {store}") from error


def count(store: Path, filters: Filters) -> int:
    """How many articles pass ``filters``. Raises ``StoreDamaged``."""
    return browse(store, "", filters, limit=0).articles


def _open(store: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{library_path(store).absolute().as_uri()}?mode=ro", uri=True, timeout=30)


def _matching(wanted: Sequence[str], filters: Filters) -> tuple[str, list[str]]:
    """The query for ``(id, group)`` of the articles wanted, without its order, and what is bound in it."""
    clauses, values = [], []
    for term in wanted:
        spellings = _spellings(term)
        clauses.append(" OR ".join(f"a.{field} LIKE ? ESCAPE '\\'" for field in SEARCHED for _ in spellings))
        patterns = ["%" + WILD.sub(r"\\\1", one) + "%" for one in spellings]
        values += patterns * len(SEARCHED)
    for field, any_of in (("publisher", filters.publishers), ("id", filters.article_ids)):
        if any_of:
            clauses.append(f"a.{field} IN (SELECT value FROM json_each(?))")  # noqa: S608 - our own column names
            values.append(json.dumps(any_of))
    if filters.after or filters.before:
        clauses.append("a.published != '' AND a.published >= ? AND a.published <= ?")
        values += [filters.after, filters.before or "9999-12-31"]
    where = " AND ".join(f"({clause})" for clause in clauses) or "1"
    joined = "articles a LEFT JOIN copies c ON c.article_id = a.id"
    return f"SELECT a.id, coalesce(c.first_id, a.id) FROM {joined} WHERE {where}", values  # noqa: S608 - of our own


def _spellings(term: str) -> list[str]:
    """The term, and where SQLite does not know its letters' cases (it knows ASCII's), in the cases that occur."""
    if term.isascii():
        return [term]
    return list(dict.fromkeys((term, term.lower(), term.upper(), term.capitalize(), term.title())))


def _stories(db: sqlite3.Connection, page: Sequence[tuple[str, str]]) -> Iterator[Story]:
    columns = ", ".join(f"a.{name}" for name in ARTICLE_COLUMNS.split(", "))
    whole = f"SELECT {columns} FROM articles a "  # noqa: S608 - our own column names
    for group, id_ in page:
        copies = f"{whole} JOIN copies c ON c.article_id = a.id WHERE c.first_id = ? AND a.id != ? ORDER BY a.id"
        for row in db.execute(f"{whole} WHERE a.id = ?", (id_,)):  # none: it was removed this instant
            yield Story(Article(*row), tuple(Article(*other) for other in db.execute(copies, (group, id_))))
