"""Who and what a message names, each with the kind of thing it is as far as letters tell.

Knows no conversation, no articles and no model. English only; every pattern reads a text once.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from qa.followup.words import DIRECTIONS, GROUPS, MEN, NO_NAMES, OPENERS, PLACES, TITLES, WOMEN, word_set

Kind = Literal["man", "woman", "person", "group", "place", "thing", "unknown"]

_WORD = re.compile(r"[^\W_]+(?:[-’'.&][^\W_]+)*")
_WORK = re.compile(r"[\"“]([A-Z0-9(][^\"“”\n]{1,60})[\"”]")
_LINKS = word_set("of de van von la le du da del der den di dos bin ibn al el ul ben the and")
_LEADS = word_set("the a an i in on at for from by to and but or of")
_SUFFIX = word_set("jr sr ii iii iv")
_ABBREVIATIONS = TITLES | _SUFFIX | word_set("mr mrs ms dr st vs")
_MR = word_set("mr king prince sir father")
_MRS = word_set("mrs ms miss queen princess dame lady")
_POSSESSIVE = re.compile(r"['’]s?$")
_IN = re.compile(r"\b(?:in|at|near|outside)\s+(?:the\s+)?$")
_THE = re.compile(r"\b[Tt]he\s+(?:[a-z-]+\s+)?$")
_TITLE = re.compile(r"(\w+)\.?\s*$")
_NEXT = re.compile(r"\s+([a-z]+)")
_ACTS = re.compile(
    r"\s+(?:was|is|were|are|had|has|did|would|could|also|later|then|said|says|made|began|won|ran|became|met|told|took|"
    r"went|left|wrote|gave|got|came|found|hit|led|sold|sang|spent|felt|grew|held|kept|lost|put|set|sent|thought|knew|"
    r"[a-z]{2,}ed)\b"
)
_UNDER = re.compile(
    r"\b(?:[Ww]hen|[Aa]fter|[Bb]efore|[Bb]ecause|[Ww]hile|[Uu]ntil|[Ss]ince|[Aa]s|[Ii]f|that|whom?|of|by|with|than|and)"
    r"\s+$"
)
_SENTENCE_ENDS = '.?!;:\n"“”()'
_MOST = 20  # names that count in one message: untrusted text may be nothing but names
_BEFORE, _AFTER = 30, 20  # characters around a name that tell its kind


@dataclass(frozen=True, slots=True)
class Mention:
    """A name as written, ``text[start:end] == name``, with its "the"; ``subject`` says that it acts or owns."""

    name: str
    start: int
    end: int
    kind: Kind
    subject: bool


def words_of(name: str) -> tuple[str, ...]:
    """The name's words in lower case, without accents, ``'s``, full stops and a leading "the"."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", name) if not unicodedata.combining(char))
    words = [re.sub(r"['’]s$|[.’']", "", word.group().lower()) for word in _WORD.finditer(plain)]
    return tuple(words[1:] if len(words) > 1 and words[0] == "the" else words)


@lru_cache(maxsize=256)  # a conversation is read again with every question
def mentions(text: str) -> tuple[Mention, ...]:
    """The first ``_MOST`` names in a text, in order: words with capitals that belong together, and quoted titles."""
    works = [
        Mention(found[1].strip(" ,."), found.start(1), found.end(1), "thing", subject=False)
        for found in _WORK.finditer(text)
    ]
    names = [name for name in _names(text) if not any(work.start <= name.start < work.end for work in works)]
    return tuple(sorted([*works, *names], key=lambda mention: mention.start)[:_MOST])


def _names(text: str) -> Iterator[Mention]:
    run: list[re.Match[str]] = []
    for word in _WORD.finditer(text):
        between = text[run[-1].end() : word.start()] if run else ""
        joined = between in (" ", "-", " & ") or (between == ". " and _abbreviates(run[-1].group()))
        ended = bool(run) and _POSSESSIVE.search(run[-1].group()) is not None
        if run and joined and not ended and (_is_capital(word.group()) or word.group() in _LINKS):
            run.append(word)
        else:
            yield from _of_run(text, run)
            run = [word] if _is_capital(word.group()) else []
    yield from _of_run(text, run)


def _of_run(text: str, run: list[re.Match[str]]) -> Iterator[Mention]:
    """The names that a run of words makes: none, one or, split at "and", several."""
    while run and run[-1].group() in _LINKS:
        run = run[:-1]
    at = next((i for i, word in enumerate(run) if word.group() == "and"), 0)
    if at:
        yield from _of_run(text, run[:at])
        yield from _of_run(text, run[at + 1 :])
        return
    opens = bool(run) and _opens(text, run[0].start())
    while run and (run[0].group().lower() in (OPENERS if opens else _LEADS) or run[0].group() in _LINKS):
        run, opens = run[1:], False
    titled = [i for i, word in enumerate(run[:3]) if word.group().lower() in TITLES]
    if titled and titled[-1] + 1 < len(run):
        run, opens = run[titled[-1] + 1 :], False  # "Justice Minister Koen Geens"
    if run:
        mention = _mention(text, run[0].start(), run[-1].end())
        alone = len(run) == 1 and not mention.subject and mention.name.lower() not in MEN | WOMEN
        if not (opens and alone) and not (
            len(run) == 1 and NO_NAMES.intersection(re.split("[ -]", mention.name.lower()))
        ):
            yield mention  # else a capital that opens a sentence, or "French", which no pronoun means


def _mention(text: str, start: int, end: int) -> Mention:
    owner = _POSSESSIVE.search(text[start:end])
    end = start + owner.start() if owner else end
    before = text[max(0, start - _BEFORE) : start]
    acts = _ACTS.match(text, end) is not None and not _UNDER.search(before)
    subject = acts or owner is not None
    kind = kind_of(text[start:end], "" if subject else before, text[end : end + _AFTER])
    if kind in ("group", "thing") and text[:start][-4:].lower() == "the ":
        start -= len("the ")
    return Mention(text[start:end], start, end, kind, subject)


def kind_of(name: str, before: str = "", after: str = "") -> Kind:
    """The kind of thing a name names, by its own words and the text around it; "unknown" where they do not tell."""
    words = words_of(name)
    title, next_word = _TITLE.search(before), _NEXT.match(after)
    called = {*words[:1], title[1].lower() if title else ""}
    if not words:
        return "unknown"
    group = any(word in GROUPS for word in words) or (next_word is not None and next_word[1] in GROUPS)
    signs: list[tuple[bool, Kind]] = [
        (bool(called & _MR), "man"),
        (bool(called & _MRS), "woman"),
        (group, "group"),
        (words[-1] in PLACES or words[0] in DIRECTIONS, "place"),
        (words[0] in MEN & WOMEN, "person"),
        (words[0] in MEN, "man"),
        (words[0] in WOMEN, "woman"),
        (bool(called & TITLES) or words[-1] in _SUFFIX, "person"),
        (bool(_THE.search(before)) or name.startswith("The "), "group" if words[-1].endswith("s") else "thing"),
        (bool(_IN.search(before)), "place"),
    ]
    return next((kind for holds, kind in signs if holds), "unknown")


def _is_capital(word: str) -> bool:
    """Whether a word is written like a name: "Jan", "iPhone", "al-Bakrawi", not "English-speaking"."""
    first, _, last = word.rpartition("-")
    if first:
        return last[:1].isupper() and (first[0].isupper() or first in _LINKS)
    return word[0].isupper() or word[1:2].isupper()


def _abbreviates(word: str) -> bool:
    return len(word) == 1 or word.lower() in _ABBREVIATIONS


def _opens(text: str, start: int) -> bool:
    """Whether a sentence starts here."""
    before = text[max(0, start - 3) : start].rstrip(" ")
    return (not before and start <= 3) or before[-1:] in tuple(_SENTENCE_ENDS)  # noqa: PLR2004 - the text's start
