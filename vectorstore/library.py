"""The library: articles, their passages and the passages' vectors, in one SQLite file.

It is the truth. The search indexes are derived from it and can be thrown away; this file is what to back up.
Every row can be checked by itself (``damaged``), so that a flipped bit is found and the article it hit is named.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import astuple
from pathlib import Path
from typing import Literal, Self

import numpy as np

from vectorstore.rows import (
    ARTICLE_COLUMNS,
    SCHEMA,
    Candidate,
    Entry,
    IndexedPassage,
    Known,
    article_checksum,
    article_hash,
    passage_checksum,
    passage_id,
)
from vectorstore.types import Article, Passage

_MANY = 500  # bound variables a statement; SQLite's oldest limit is 999


class Library:
    """An open library. Reading is safe from several threads; one process writes at a time (see ``lock``)."""

    def __init__(self, path: Path, mode: Literal["read", "write", "create"] = "write") -> None:
        """Open the file: ``read`` changes no byte of it and is for a snapshot that nobody writes to.

        Raises ``sqlite3.Error`` where the file is absent (unless it is to be created) or no database.
        """
        self.path = path
        flags = {"read": "mode=ro&immutable=1", "write": "mode=rw", "create": "mode=rwc"}[mode]
        uri = f"{path.absolute().as_uri()}?{flags}"
        self._db = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False, timeout=30)
        try:
            if mode != "read":
                self._db.execute("PRAGMA journal_mode = WAL")
                self._db.execute("PRAGMA synchronous = FULL")
                self._db.execute("PRAGMA foreign_keys = ON")
            if mode == "create":
                self._db.executescript(SCHEMA)
        except sqlite3.Error:
            self._db.close()
            raise

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Reading

    def manifest(self) -> dict[str, str]:
        """How the library was made (model, dtype, passage settings) and which index generation is in use."""
        return dict(self._db.execute("SELECT key, value FROM manifest"))

    def known(self) -> dict[str, Known]:
        """Every article's id, with its content hash and file."""
        return {row[0]: Known(row[1], row[2]) for row in self._db.execute("SELECT id, hash, path FROM articles")}

    def article(self, article_id: str) -> Article:
        """The article. Raises ``KeyError`` where there is none of that id."""
        row = self._db.execute(f"SELECT {ARTICLE_COLUMNS} FROM articles WHERE id = ?", (article_id,)).fetchone()
        if row is None:
            raise KeyError(article_id)
        return Article(*row)

    def articles(self) -> Iterator[Article]:
        """Every article, in the order of ids."""
        for row in self._db.execute(f"SELECT {ARTICLE_COLUMNS} FROM articles ORDER BY id"):
            yield Article(*row)

    def signatures(self) -> dict[str, bytes]:
        """Every article's MinHash signature, by id."""
        return dict(self._db.execute("SELECT id, signature FROM articles"))

    def copies(self) -> dict[str, str]:
        """The articles that copy one another: id → id of the first of its group, only where that is not alone."""
        return dict(self._db.execute("SELECT article_id, first_id FROM copies"))

    def passage_ids(self) -> list[str]:
        """The ids of all passages, article by article, in reading order."""
        return [row[0] for row in self._db.execute("SELECT id FROM passages ORDER BY article_id, start")]

    def passages(self, ids: Sequence[str]) -> Iterator[IndexedPassage]:
        """The passages of these ids, in no order; an id that is not here is left out."""
        for first in range(0, len(ids), _MANY):
            chunk = list(ids[first : first + _MANY])
            articles: dict[str, Article | None] = {}
            rows = self._db.execute(
                "SELECT passages.id, article_id, start, end, vector, hash FROM passages JOIN articles "
                f"ON articles.id = article_id WHERE passages.id IN ({_marks(chunk)})",
                chunk,
            ).fetchall()
            for id_, article_id, start, end, vector, content_hash in rows:
                if article_id not in articles:
                    articles[article_id] = self._unchanged(article_id, content_hash)
                if (article := articles[article_id]) is not None:
                    passage = Passage(article_id, start, end, article.text[start:end])
                    yield IndexedPassage(id_, passage, article, np.frombuffer(vector, dtype="<f4"))

    def _unchanged(self, article_id: str, content_hash: str) -> Article | None:
        """The article, unless another process has removed or replaced it since it had this hash."""
        row = self._db.execute(
            f"SELECT {ARTICLE_COLUMNS} FROM articles WHERE id = ? AND hash = ?", (article_id, content_hash)
        ).fetchone()
        return None if row is None else Article(*row)

    def candidates(self, ids: Sequence[str]) -> dict[str, Candidate]:
        """What ranking needs of the passages of these ids; an id that is not here is left out."""
        found = {}
        for first in range(0, len(ids), _MANY):
            chunk = list(ids[first : first + _MANY])
            for id_, published, vector in self._db.execute(
                "SELECT passages.id, published, vector FROM passages JOIN articles "
                f"ON articles.id = article_id WHERE passages.id IN ({_marks(chunk)})",
                chunk,
            ):
                found[id_] = Candidate(published, np.frombuffer(vector, dtype="<f4"))
        return found

    def counts(self) -> tuple[int, int]:
        """The numbers of articles and of passages."""
        articles, passages = self._db.execute(
            "SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM passages)"
        ).fetchone()
        return articles, passages

    def publishers(self) -> dict[str, int]:
        """Each publisher and its number of articles, most first; "" where none is stated."""
        return dict(self._db.execute("SELECT publisher, count(*) FROM articles GROUP BY publisher ORDER BY 2 DESC, 1"))

    def dates(self) -> tuple[str, str]:
        """The first and last publication day, "" and "" where no article has one."""
        first, last = self._db.execute(
            "SELECT coalesce(min(published), ''), coalesce(max(published), '') FROM articles WHERE published != ''"
        ).fetchone()
        return first, last

    # Writing: each method is one transaction

    def set_manifest(self, values: Mapping[str, str]) -> None:
        """Set these keys of the manifest, all or none."""
        with _transaction(self._db):
            self._db.executemany("INSERT OR REPLACE INTO manifest VALUES (?, ?)", values.items())

    def put(self, entries: Iterable[Entry]) -> None:
        """Keep these articles, each in place of the one of its id, all or none."""
        with _transaction(self._db):
            for entry in entries:
                self._db.execute("DELETE FROM articles WHERE id = ?", (entry.article.id,))
                self._insert(entry)

    def _insert(self, entry: Entry) -> None:
        content_hash = article_hash(entry.article)
        kept = (content_hash, entry.path, entry.signature, len(entry.passages))
        row = (*astuple(entry.article), *kept, article_checksum(*kept))
        self._db.execute(f"INSERT INTO articles VALUES ({_marks(row)})", row)
        rows = []
        for passage, vector in zip(entry.passages, entry.vectors, strict=True):
            id_ = passage_id(content_hash, passage.start, passage.end)
            blob = vector.astype("<f4").tobytes()
            check = passage_checksum(id_, entry.article.id, blob)
            rows.append((id_, entry.article.id, passage.start, passage.end, blob, check))
        self._db.executemany("INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?)", rows)

    def move(self, paths: Mapping[str, str]) -> None:
        """Note that these articles, unchanged, are now read from other files: id → path, all or none."""
        with _transaction(self._db):
            for article_id, path in paths.items():
                content_hash, signature, passages = self._db.execute(
                    "SELECT hash, signature, passages FROM articles WHERE id = ?", (article_id,)
                ).fetchone()
                checksum = article_checksum(content_hash, path, signature, passages)
                self._db.execute(
                    "UPDATE articles SET path = ?, checksum = ? WHERE id = ?", (path, checksum, article_id)
                )

    def remove(self, article_ids: Sequence[str]) -> None:
        """Forget these articles and their passages, all or none."""
        with _transaction(self._db):
            self._db.executemany("DELETE FROM articles WHERE id = ?", ((id_,) for id_ in article_ids))

    def set_copies(self, copies: Mapping[str, str]) -> None:
        """Replace the groups of copies by these, all or none."""
        with _transaction(self._db):
            self._db.execute("DELETE FROM copies")
            self._db.executemany("INSERT INTO copies VALUES (?, ?)", sorted(copies.items()))

    # Checking

    def snapshot(self, target: Path) -> None:
        """Write a consistent copy of the whole library to ``target``, without its log."""
        copy = sqlite3.connect(target)
        try:
            self._db.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
        finally:
            copy.close()

    def integrity_errors(self) -> list[str]:
        """What SQLite itself finds wrong with the file; empty when nothing is."""
        found = [row[0] for row in self._db.execute("PRAGMA integrity_check(20)")]
        found += [f"{row[0]} row {row[1]} has no article" for row in self._db.execute("PRAGMA foreign_key_check")]
        return [line for line in found if line != "ok"]

    def damaged(self) -> list[str]:
        """The ids of articles of which any byte (text, metadata, signature, passage, vector) is not as it was kept."""
        bad: set[str] = set()
        hashes: dict[str, str] = {}
        missing: dict[str, int] = {}  # passages not seen yet
        query = f"SELECT {ARTICLE_COLUMNS}, hash, path, signature, passages, checksum FROM articles"
        for row in self._db.execute(query):
            article, kept, checksum = Article(*row[:8]), row[8:12], row[12]
            if article_hash(article) != kept[0] or article_checksum(*kept) != checksum:
                bad.add(article.id)
            hashes[article.id], missing[article.id] = kept[0], kept[3]
        for id_, article_id, start, end, vector, checksum in self._db.execute("SELECT * FROM passages"):
            whole = checksum == passage_checksum(id_, article_id, vector)
            if not whole or id_ != passage_id(hashes.get(article_id, ""), start, end):
                bad.add(article_id)
            missing[article_id] = missing.get(article_id, 0) - 1
        return sorted(bad.union(id_ for id_, passages in missing.items() if passages))


@contextmanager
def _transaction(db: sqlite3.Connection) -> Iterator[None]:
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))
