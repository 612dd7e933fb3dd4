"""Answers and articles as the page gets them: the JSON of ``qa.formats`` and what a reader of the page needs besides.

Decides the words: for a probability, for an article without a title, for why there is no answer. Knows nothing of HTML.
"""

from typing import Any
from urllib.parse import urlsplit

from qa.formats import to_json
from qa.types import Answer
from vectorstore.types import Article, Hit

BEGINNING = 60
"""Characters that an article without a title is called by."""
NEAREST = 4
"""Passages that come with their text: those shown while the answer is read, or where there is none."""
CONFIDENCE = ((0.9, "very likely right"), (0.7, "likely right"), (0.5, "more likely right than wrong"), (0.0, "unsure"))
"""The words for a probability: those of the first bound that it reaches."""


def answer(snapshot: Answer, threshold: float) -> dict[str, Any]:
    """Return the answer as ``qa.formats.to_json`` has it, and more. ``threshold`` is that of the engine's settings.

    More are ``confidence_words``; ``why`` (no answer was given, "" where one was); ``articles_read``; of each citation
    the ``name`` and ``author`` of its article. Only the ``NEAREST`` passages have their ``text``, and their article's
    ``name``, ``publisher`` and ``published``: the others are in the store.
    """
    shown = to_json(snapshot)
    for citation, cited in zip(shown["citations"], snapshot.citations, strict=True):
        citation |= {"name": name(cited.article), "author": cited.article.author}
    for place, hit in enumerate(snapshot.passages):
        del shown["passages"][place]["text"]
        if place < NEAREST:
            shown["passages"][place] |= _nearest(hit)
    return shown | {
        "confidence_words": confidence(snapshot.confidence),
        "why": why(snapshot, threshold) if snapshot.abstained else "",
        "articles_read": len({hit.passage.article_id for hit in snapshot.passages}),
    }


def _nearest(hit: Hit) -> dict[str, Any]:
    return {
        "text": hit.passage.text,
        "name": name(hit.article),
        "publisher": hit.article.publisher,
        "published": hit.article.published,
    }


def article(found: Article, quote: str, start: int) -> dict[str, Any]:
    """Return the article and where ``quote`` stands in it, ``text[start:end] == quote``.

    The quote is looked for at ``start``, then elsewhere, as the article may have changed since it was quoted;
    ``start`` and ``end`` are -1 where it is gone. ``link`` is the URL if a click may open it, else "".
    """
    if start < 0 or not found.text.startswith(quote, start):
        start = found.text.find(quote)
    return {
        "id": found.id,
        "name": name(found),
        "publisher": found.publisher,
        "author": found.author,
        "section": found.section,
        "published": found.published,
        "url": found.url,
        "link": link(found.url),
        "text": found.text,
        "start": start,
        "end": start + len(quote) if start >= 0 else -1,
    }


def why(abstained: Answer, threshold: float) -> str:
    """Return why there is no answer, in a sentence or two. ``threshold`` is the confidence from which there is one."""
    if not abstained.passages:
        return "No article that may be searched has a passage near to this question."
    if not abstained.citations:
        return "No sentence of what was read answers this question."
    return (
        f"The nearest sentence answers it with a probability of {percent(abstained.confidence)}. "
        f"Byline answers from {percent(threshold)} on."
    )


def percent(probability: float) -> str:
    """Return a probability of 0 to 1 as ``7 %``; none is called impossible or certain."""
    whole = round(probability * 100)
    words = {0: "less than 1", 100: "more than 99"}.get(whole, str(whole))
    return f"{words}\N{NO-BREAK SPACE}%"


def name(shown: Article) -> str:
    """Return what a reader would call the article: its title, or else how it begins, in quotation marks."""
    begin = " ".join(shown.text[: 2 * BEGINNING].split())
    if not shown.title and len(begin) > BEGINNING:
        begin = f"{begin[:BEGINNING].rsplit(' ', 1)[0]} …"
    return shown.title or f"“{begin}”"


def confidence(probability: float) -> str:
    """Return the words for a probability, 0 to 1."""
    return next(words for bound, words in CONFIDENCE if probability >= bound)


def link(url: str) -> str:
    """Return ``url`` when a click on it may open it (http and https), else ""."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    plain = url.isprintable() and " " not in url
    return url if plain and parts.scheme in {"http", "https"} and parts.hostname else ""
