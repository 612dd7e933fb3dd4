"""What the library keeps: its tables, what a row of them stands for, and the hashes by which each can be checked."""

import hashlib
import json
import zlib
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from vectorstore.types import Article, Passage

Vectors: TypeAlias = NDArray[np.float32]
"""``(n, d)`` unit rows."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS manifest (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS articles (
    id TEXT PRIMARY KEY, text TEXT NOT NULL, title TEXT NOT NULL, url TEXT NOT NULL, publisher TEXT NOT NULL,
    author TEXT NOT NULL, section TEXT NOT NULL, published TEXT NOT NULL,
    hash TEXT NOT NULL,        -- of the eight fields above
    path TEXT NOT NULL,        -- the file it was last read from
    signature BLOB NOT NULL,   -- MinHash of the text, for finding copies
    passages INTEGER NOT NULL, -- how many
    checksum INTEGER NOT NULL  -- of hash, path, signature and passages
);
CREATE TABLE IF NOT EXISTS passages (
    id TEXT PRIMARY KEY,       -- of the article's hash, start and end: the same passage never has two ids
    article_id TEXT NOT NULL REFERENCES articles ON DELETE CASCADE,
    start INTEGER NOT NULL, end INTEGER NOT NULL,
    vector BLOB NOT NULL,      -- float32, little-endian, unit length
    checksum INTEGER NOT NULL  -- of id, article_id and vector
);
CREATE INDEX IF NOT EXISTS passages_by_article ON passages (article_id);
-- Without these, listing outlets or days reads past every article's text: 0.1 s for 7,900 articles.
CREATE INDEX IF NOT EXISTS articles_by_publisher ON articles (publisher);
CREATE INDEX IF NOT EXISTS articles_by_day ON articles (published);
CREATE TABLE IF NOT EXISTS copies (article_id TEXT PRIMARY KEY, first_id TEXT NOT NULL) WITHOUT ROWID;
"""
ARTICLE_COLUMNS = "id, text, title, url, publisher, author, section, published"


@dataclass(frozen=True, slots=True)
class Entry:
    """An article ready to be kept. ``vectors`` is ``(len(passages), d)``."""

    article: Article
    path: str
    signature: bytes
    passages: Sequence[Passage]
    vectors: Vectors


@dataclass(frozen=True, slots=True)
class Known:
    """What the library knows of an article without reading it: its content hash and its file."""

    hash: str
    path: str


@dataclass(frozen=True, slots=True)
class IndexedPassage:
    """A passage with all that the search indexes keep of it."""

    id: str
    passage: Passage
    article: Article
    vector: Vectors  # (d,)


@dataclass(frozen=True, slots=True)
class Candidate:
    """What ranking needs of a passage; its text is read when it is among the best."""

    published: str
    vector: Vectors  # (d,)


def article_hash(article: Article) -> str:
    """SHA-256 over all fields, 64 hexadecimal digits."""
    return hashlib.sha256(json.dumps(astuple(article), ensure_ascii=True).encode()).hexdigest()


def passage_id(content_hash: str, start: int, end: int) -> str:
    """The passage's id, 32 hexadecimal digits: a function of the article's whole content and the offsets."""
    return hashlib.sha256(f"{content_hash} {start} {end}".encode()).hexdigest()[:32]


def article_checksum(content_hash: str, path: str, signature: bytes, passages: int) -> int:
    """CRC-32 of what is kept of an article beside its fields."""
    return zlib.crc32(signature, zlib.crc32(f"{content_hash}\0{path}\0{passages}".encode()))


def passage_checksum(id_: str, article_id: str, vector: bytes) -> int:
    """CRC-32 of a passage's row, its offsets by way of the id."""
    return zlib.crc32(vector, zlib.crc32(f"{id_}\0{article_id}".encode()))
