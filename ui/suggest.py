"""Questions to begin with, made from the articles at hand and kept only if the engine answers them.

They are cut from English patterns ("Justice Minister Koen Geens", "… said"); where none fits there are none.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import chain, zip_longest

from qa.engine import Engine
from vectorstore.types import Article

SUGGESTED = 3
TRIED = 9
"""Questions put to the engine at most, so that a slow reader does not hold up the start."""

_WORD = r"[A-Z][a-z]+(?:[-'’][A-Z]?[a-z]+)*"
_OFFICE = (
    "[Mm]inister|[Pp]resident|[Cc]hancellor|[Pp]remier|[Ss]ecretary|[Ss]enator|[Mm]ayor|[Gg]overnor|[Jj]udge|[Cc]oach|"
    "[Dd]irector|[Cc]ommissioner|[Ss]pokesman|[Ss]pokeswoman|[Ss]pokesperson|[Cc]aptain|[Gg]eneral|[Pp]rofessor"
)
OFFICE = re.compile(rf"\b(?:{_OFFICE}) ({_WORD} {_WORD})\b")
SPEECH = re.compile(rf"(?<![.?!] )\b({_WORD} {_WORD}) (said|told|confirmed|announced|denied|rejected)\b")
VERBS = {"told": "say", "said": "say", "confirmed": "confirm", "announced": "announce"} | {
    "denied": "deny",
    "rejected": "reject",
}
LONGEST_TITLE = 80


def suggest(engine: Engine, articles: Sequence[Article]) -> tuple[str, ...]:
    """Return up to three questions, each about another name or title, each answered by the engine and not abstained."""
    kept: list[str] = []
    candidates = dict.fromkeys(_candidates(articles))
    for question in list(candidates)[:TRIED]:
        if not engine.ask(question).abstained:
            kept.append(question)
        if len(kept) == SUGGESTED:
            break
    return tuple(kept)


def _candidates(articles: Sequence[Article]) -> Iterator[str]:
    """Yield questions of the three kinds in turn; no name twice."""
    names: set[str] = set()
    by_kind = zip_longest(
        *(chain.from_iterable(map(kind, articles)) for kind in (_who, _what_said, _what_happened)),
    )
    for name, question in filter(None, chain.from_iterable(by_kind)):
        if name not in names:
            names.add(name)
            yield question


def _who(article: Article) -> Iterator[tuple[str, str]]:
    for found in OFFICE.finditer(article.text):
        yield found.group(1), f"Who is {found.group(1)}?"


def _what_said(article: Article) -> Iterator[tuple[str, str]]:
    for found in SPEECH.finditer(article.text):
        yield found.group(1), f"What did {found.group(1)} {VERBS[found.group(2)]}?"


def _what_happened(article: Article) -> Iterator[tuple[str, str]]:
    if 0 < len(article.title) <= LONGEST_TITLE and article.title.isprintable():
        yield article.title, f"What is “{article.title}” about?"
