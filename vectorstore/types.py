"""The nouns of the collection. All are immutable; text offsets count characters, ``[start, end)``."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Article:
    """One news article. An unknown field is ``""``, never a guess.

    ``id`` is unique in the collection; ``published`` is ``YYYY-MM-DD`` or ``""``.
    """

    id: str
    text: str
    title: str = ""
    url: str = ""
    publisher: str = ""
    author: str = ""
    section: str = ""
    published: str = ""


@dataclass(frozen=True, slots=True)
class SourcedArticle:
    """An article and the absolute path of the file it was read from."""

    path: Path
    article: Article


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of whole sentences: ``article.text[start:end] == text``, exactly."""

    article_id: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that search returned. ``score`` is in [0, 1], higher is better, and compares within one search.

    ``article`` is as it stood when it was searched: it may be replaced or removed while the question is answered.
    """

    passage: Passage
    score: float
    article: Article


@dataclass(frozen=True, slots=True)
class Filters:
    """Which articles a search may return; an empty field sets no bound.

    ``publishers`` and ``article_ids`` are any-of; ``after`` and ``before`` are inclusive ``YYYY-MM-DD``
    days, and an article without a date is outside every date range.
    """

    publishers: tuple[str, ...] = ()
    after: str = ""
    before: str = ""
    article_ids: tuple[str, ...] = ()
