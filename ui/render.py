"""Answers and articles as HTML. All text in it is escaped by the templates; nothing here trusts an article.

Knows nothing of Gradio; ``static/`` styles what this writes and turns clicks on it into events.
"""

import re
from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from qa.types import Citation
from ui.conversation import Conversation
from vectorstore.types import Article

MARKER = re.compile(r"\[(\d+)\]")
BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*")
LINE_END = re.compile(r"\n\s*")
BEGINNING = 60
"""Characters that an article without a title is called by."""
CONFIDENCE = ((0.9, "very likely right"), (0.7, "likely right"), (0.5, "more likely right than wrong"), (0.0, "unsure"))
"""The words for a probability: those of the first bound that it reaches."""


def conversation(exchanges: Conversation, articles: int, suggestions: Sequence[str]) -> str:
    """Return the conversation, or before its first question what to do on this page."""
    return _template("conversation.html").render(exchanges=exchanges, articles=articles, suggestions=suggestions)


def article(citation: Citation, opened: int) -> str:
    """Return the article of ``citation`` with its quote marked; ``opened`` differs with every opening."""
    text = citation.article.text
    gap = BLANK_LINE if BLANK_LINE.search(text) else LINE_END
    before, after = text[: citation.start], text[citation.end :]
    return _template("article.html").render(
        article=citation.article,
        before=paragraphs(before, gap),
        quote=paragraphs(citation.quote, gap),
        after=paragraphs(after, gap),
        opened=opened,
    )


def header(articles: int) -> str:
    """Return the line on top of the page."""
    return _template("header.html").render(articles=articles)


def paragraphs(text: str, gap: re.Pattern[str]) -> list[tuple[bool, str]]:
    """Cut ``text`` into runs, ``(is a gap between paragraphs, characters)``; joined again they are ``text``."""
    runs: list[tuple[bool, str]] = []
    position = 0
    for found in gap.finditer(text):
        runs += [(False, text[position : found.start()]), (True, found.group())]
        position = found.end()
    runs.append((False, text[position:]))
    return [run for run in runs if run[1]]


def marked(text: str, citations: Sequence[Citation]) -> list[tuple[str, Citation | None]]:
    """Cut an answer at its markers: ``(characters, their citation or None)``; joined again they are ``text``."""
    known = {citation.marker: citation for citation in citations}
    parts: list[tuple[str, Citation | None]] = []
    position = 0
    for found in MARKER.finditer(text):
        parts += [(text[position : found.start()], None), (found.group(), known.get(int(found.group(1))))]
        position = found.end()
    parts.append((text[position:], None))
    return [part for part in parts if part[0]]


def name(shown: Article) -> str:
    """Return what a reader would call the article: its title, or else how it begins, in quotation marks."""
    begin = " ".join(shown.text[: 2 * BEGINNING].split())
    if not shown.title and len(begin) > BEGINNING:
        begin = f"{begin[:BEGINNING].rsplit(' ', 1)[0]} …"
    return shown.title or f"“{begin}”"


def day(published: str) -> str:
    """Return ``2016-03-24`` as ``24 March 2016``, and anything else as it is."""
    try:
        parsed = date.fromisoformat(published)
    except ValueError:
        return published
    return f"{parsed.day} {parsed:%B %Y}"


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


def count(number: int, noun: str) -> str:
    """Return ``1 article``, ``2 articles``, ``1,000 articles``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


@cache
def _template(file: str) -> Template:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(name=name, day=day, confidence=confidence, link=link, count=count, marked=marked)
    return environment.get_template(file)
