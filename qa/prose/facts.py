"""The facts in running text that can be checked by value: quotations, dates, numbers and names, each with its place.

Finds them; whether an article says the same is for ``qa.prose.match``. English only, and nothing here raises.
"""

import re
from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from qa.followup.mentions import mentions
from qa.followup.words import MEN, NO_NAMES, OPENERS, TITLES, WOMEN
from qa.names import listed
from qa.quantities import CARDINALS

Kind = Literal["quotation", "date", "number", "name"]

_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|(?:Jan|Feb|Mar|Apr|Aug|Sept?|Oct|Nov|Dec)(?:\.|(?= \d)))(?!\w)"
)
_WEEKDAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_YEAR = r"(?:1[5-9]|20)\d\d(?!\d|,\d|\.\d)"
_DAY = r"(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?(?!\w)"
_BEFORE_A_MONTH = ("in", "In", "of", "by", "last", "Last", "next", "this", "late", "early", "since", "from", "until")
_LED = "|".join(f"(?<={word} )" for word in _BEFORE_A_MONTH)
_DATE = re.compile(
    rf"\b\d{{4}}-\d\d-\d\d\b"
    rf"|\b(?:{_WEEKDAY},? )?(?:the )?{_DAY}(?: of)? {_MONTH}(?:,? {_YEAR})?"
    rf"|\b(?:{_WEEKDAY},? )?{_MONTH} {_DAY}(?!:\d)(?:,? {_YEAR})?"
    rf"|\b{_MONTH},? {_YEAR}"
    rf"|\b(?!May\b|Mar\b)(?:{_MONTH})|(?:{_LED})(?:May|March)\b"
    rf"|\b{_WEEKDAY}(?=s?\b)"
    rf"|(?<![\w.,$£€¥-])(?:1[5-9]|20)\d0s\b"
    rf"|(?<![\w.,$£€¥]){_YEAR}(?!s?\w)"
    r"(?! (?:people|troops|times|men|women|dollars|euros|pounds|miles|feet|metres|meters|kilometres|kilometers|jobs"
    r"|homes|votes|points|cases|deaths)\b)"
)
_SCALE = r"(?:hundreds?|thousands?|millions?|billions?|trillions?|dozens?)"
_SMALL = "|".join(sorted((word for word in CARDINALS if word != "one"), key=len, reverse=True))
_ORDINAL = (
    "third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth|twentieth"
)
_SHARE = r"(?:(?:a|one|two|three|four) |two-|three-|one-)?(?:half|thirds?|quarters?|fifths?|tenths?)"
_NUMBER = re.compile(
    rf"(?i:\b{_SHARE}\b(?! (?:man|woman|person|time|day|week|month|year|suspect|and)\b))"
    rf"|(?:(?:US|A|C)?[$£€¥] ?)?(?<![\w.])(?<!\w-)\d+(?:,\d{{3}})*(?:\.\d+)?(?:st|nd|rd|th|k|m|bn|tn)?(?![\w])"
    rf"(?:(?: |-){_SCALE})*(?: ?%| per ?cent)?"
    rf"|(?i:\b(?:(?:{_SMALL}|one)[ -](?:{_SMALL}|one)|(?:an?|one|{_SMALL})(?= {_SCALE})|(?:{_SMALL}))"
    rf"(?: (?:and )?(?:{_SMALL}|{_SCALE}))*(?: per ?cent)?(?!\w))"
    rf"|(?i:\b(?:tens of |hundreds of )?(?:hundreds|thousands|millions|billions|dozens)\b)"
    rf"|(?i:\b(?:twenty|thirty|forty|fifty)-(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)\b)"
    rf"|(?i:\b(?:{_ORDINAL}|twice)\b)"
)
_TIME = re.compile(r"(?<![\w.])\d{1,2}(?:[:.]\d\d)? ?(?:[ap]\.?m\b\.?)|(?<![\w.:])\d{1,2}:\d\d(?![\d:])")
_HEDGE = re.compile(
    r"(?i)(?<!\w)(?:more than|fewer than|less than|over|nearly|almost|about|around|approximately|roughly|some"
    r"|an estimated|close to|under)\s+$"
)
_UNIT = re.compile(r"[ -]([A-Za-z]+)")
_QUOTED = re.compile(r"“([^“”]+)”|\"([^\"]+)\"|‘([^‘’]+(?:’\w[^‘’]*)*)’(?!\w)")
_LEADS = re.compile(r"(?i)(?:(?:the|of|in|and|for) )*")
_CAPITAL = re.compile(r"(?<![\w’'-])[A-Z][\w’-]*\w")
_NATIONS = NO_NAMES - {word for word in OPENERS if word not in ("american", "americans", "british")}
# Capitals that tell nothing: titles, and months, which are read as dates.
_NO_FACTS = TITLES | listed("i ok tv cd mr mrs ms dr u prime interior foreign state million billion")
_NO_FACTS |= {word.lower() for word in re.findall(r"[A-Z]\w+", _MONTH)}


@dataclass(frozen=True, slots=True)
class Fact:
    """``text[start:end] == told``.

    ``hedged``: "about" or the like stands before a number. ``opens``: a lone word that opens its sentence, and so has
    a capital and may be no name.
    """

    kind: Kind
    told: str
    start: int
    end: int
    hedged: bool = False
    opens: bool = False


@lru_cache(maxsize=4096)
def facts(text: str) -> tuple[Fact, ...]:
    """The facts of one sentence or passage, in order, none inside another; what a quotation holds is not looked into.

    The number "one" is left out: it is most often no count.
    """
    found: list[Fact] = []
    for fact in (*_quotations(text), *_days(text), *_times(text), *_mentions(text), *_numbers(text), *_capitals(text)):
        at = bisect(found, fact.start, key=lambda one: one.start)
        free = (at == 0 or found[at - 1].end <= fact.start) and (at == len(found) or fact.end <= found[at].start)
        if free and fact.start < fact.end:
            found.insert(at, fact)
    return tuple(found)


def _quotations(text: str) -> Iterator[Fact]:
    for match in _QUOTED.finditer(text):
        group = match.lastindex or 1
        yield Fact("quotation", match[group], match.start(group), match.end(group))


def _days(text: str) -> Iterator[Fact]:
    return (Fact("date", match.group(), *match.span()) for match in _DATE.finditer(text))


def _times(text: str) -> Iterator[Fact]:
    return (Fact("number", match.group(), *match.span()) for match in _TIME.finditer(text))


def _numbers(text: str) -> Iterator[Fact]:
    for match in _NUMBER.finditer(text):
        hedged = _HEDGE.search(text[max(0, match.start() - 20) : match.start()]) is not None
        yield Fact("number", match.group(), *match.span(), hedged=hedged)


def _mentions(text: str) -> Iterator[Fact]:
    """Names of one or several words."""
    for mention in mentions(text):
        leads = _LEADS.match(mention.name)
        start = mention.start + (leads.end() if leads else 0)
        told = text[start : mention.end]
        if re.search(r"[^\W\d]", told) and not _NUMBER.fullmatch(told):
            lone = re.fullmatch(r"[\w’'.]+", told) is not None and told.lower() not in MEN | WOMEN
            yield Fact("name", told, start, mention.end, opens=lone and _opens(text, mention.start))


def _capitals(text: str) -> Iterator[Fact]:
    """Single words with a capital that are no such name: peoples, and what opens a sentence."""
    for match in _CAPITAL.finditer(text):
        word, opens = match.group().lower(), _opens(text, match.start())
        if word not in _NO_FACTS and not (opens and word in OPENERS - _NATIONS):
            yield Fact("name", match.group(), *match.span(), opens=opens)


def with_unit(text: str, fact: Fact) -> tuple[str, ...]:
    """A number as it may be read: with the word after it, which may be its unit, and alone."""
    unit = _UNIT.match(text, fact.end)
    return (f"{fact.told} {unit[1]}", fact.told) if unit else (fact.told,)


def _opens(text: str, start: int) -> bool:
    before = text[max(0, start - 4) : start].rstrip(" \"“‘'(")
    return not before or before[-1] in ".?!:;\n"
