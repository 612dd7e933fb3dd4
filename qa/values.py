"""What a short answer says, so that two wordings can be compared: a quantity, a day, a name or plain words.

Reads answers ("at least 31", "Tuesday", "Koen Geens"), not sentences, and knows nothing of articles or questions. It
compares what is written, not what is true: relations that take knowledge of the world are ``apart``.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from qa.names import Name, Relation, listed, name, relate_names, relate_words, words
from qa.quantities import Quantity, quantity, relate_quantities

Kind = Literal["quantity", "date", "name", "text"]

_MONTHS = (
    "jan january feb february mar march apr april may _ jun june jul july aug august sep september oct october "
    "nov november dec december"
)
_MONTH = {word: n // 2 + 1 for n, word in enumerate(_MONTHS.split())} | {"sept": 9}
_WEEKDAYS = "mon monday tue tuesday wed wednesday thu thursday fri friday sat saturday sun sunday"
_WEEKDAY = {word: n // 2 for n, word in enumerate(_WEEKDAYS.split())} | {"tues": 1, "weds": 2, "thur": 3, "thurs": 3}
# A day told from one side only, or roughly, is never said to differ.
_OPEN = {"before": "before", "until": "before", "till": "before", "by": "by", "after": "after", "since": "after"}
_OPEN |= dict.fromkeys(("about", "around", "circa", "c", "approximately"), "about")
_EITHER = frozenset(_OPEN.values())
_QUALIFIERS = _OPEN | {word: word for word in listed("morning noon afternoon evening night midnight early mid late")}
_SKIPPED = listed("on in at the of during from year day it was ad ce last this next - –")
_HEDGE_BEFORE = re.compile(
    r"(?i)(?<!\w)(?:at least|no fewer than|no less than|more than|fewer than|less than|up to|as many as|as much as|"
    r"nearly|almost|about|around|over|approximately|roughly|an estimated|close to)\s+$"
)
_RELATIVE = {"today": 0, "tonight": 0, "yesterday": -1, "tomorrow": 1}
_RELATIVE_YEAR = {"last year": -1, "this year": 0, "next year": 1}
_RUN = re.compile(r"(?:from |between )?([12]\d{3}) ?(?:[-–]|to|and|until) ?([12]\d{3}|\d\d)")
_NEAR = 10  # years that a year told roughly may be off
LEAP_YEAR = 2000


@dataclass(frozen=True, slots=True)
class Day:
    """A date as far as it is told. ``assumed``: "day" if only the weekday was written, "year" if no year was.

    ``weekday`` is 0 (Monday) to 6 where it is written or follows. A run of years, or a
    decade, is from ``year`` ``until`` another.
    """

    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    assumed: Literal["", "day", "year"] = ""
    until: int | None = None


@dataclass(frozen=True, slots=True)
class Value:
    """What an answer says. Equal keys and qualifiers say the same; ``words`` are its own, for kinds that differ.

    ``qualifier`` is "" or one word of those that hedge ("at least", "vague") or narrow ("night", "early", "before").
    """

    key: Quantity | Day | Name | tuple[str, ...]
    qualifier: str
    words: tuple[str, ...]

    @property
    def kind(self) -> Kind:
        """Which of the four it is."""
        match self.key:
            case Quantity():
                return "quantity"
            case Day():
                return "date"
            case Name():
                return "name"
            case _:
                return "text"


def value(text: str, published: str = "", *, counted: bool = False) -> Value:
    """Read a short answer. ``published`` is its article's day, ``YYYY-MM-DD`` or "", by which weekdays are placed.

    ``counted`` tells that a number is asked for: then "2015" is no year, and what is counted makes no difference.
    """
    own = words(text)
    if not (counted and not re.search(r"[^\W\d]", text)) and (found := _day(text, published)):
        return Value(found[0], found[1], own)
    if amount := quantity(text):
        return Value(replace(amount, nouns=frozenset()) if counted else amount, amount.hedge, own)
    if called := name(text):
        return Value(called, "", own)
    return Value(own, "", own)


def hedge_start(text: str, start: int, end: int) -> int:
    """Where the quantity ``text[start:end]`` begins with the "at least" before it; ``start`` if there is none."""
    found = _HEDGE_BEFORE.search(text[max(0, start - 30) : start])
    amount = quantity(text[start:end]) if found else None
    return start - len(found.group()) if found and amount and not amount.hedge else start


def same(one: Value, other: Value) -> bool:
    """Whether both say the same. Reflexive and symmetric; transitive but for what one of three leaves out.

    A bare surname is the same as each full name with it, a day without a year as that day of any year, a bare number
    as that number of anything: a question about one thing means one of them, and the caller groups by the best first.
    """
    return relation(one, other) == "same"


def compatible(one: Value, other: Value) -> bool:
    """Whether both can be true of one thing though they do not say the same: one is vaguer, hedged or a part."""
    return relation(one, other) == "compatible"


def competes(one: Value, other: Value) -> bool:
    """Whether a question with one answer cannot have both. Only values of one kind compete.

    A name and a description never do: the description may be of the name's bearer.
    """
    return relation(one, other) == "competes"


def covers(full: Value, part: Value) -> bool:
    """Whether ``part`` says nothing that ``full`` does not: compatible, and in fewer of the same words."""
    return full.kind != "quantity" and compatible(full, part) and frozenset(part.words) < frozenset(full.words)


def relation(one: Value, other: Value) -> Relation:
    """Exactly one of the four, and symmetric. Rules: ``relate_quantities``, ``relate_names``, ``relate_words``, days.

    Between kinds only the words count: equal is same ("Police" opens a sentence and looks like a name), fewer of the
    other's is compatible, anything else apart.
    """
    match one.key, other.key:
        case Quantity() as mine, Quantity() as theirs:
            return relate_quantities(mine, theirs)
        case Day() as mine, Day() as theirs:
            far = bool(mine.year and theirs.year and abs(mine.year - theirs.year) > _NEAR)
            return _narrowed(_relate_days(mine, theirs), one.qualifier, other.qualifier, far=far)
        case Name() as mine, Name() as theirs:
            return relate_names(mine, theirs)
        case tuple() as mine, tuple() as theirs:
            return relate_words(mine, theirs)
    if one.words == other.words and {one.kind, other.kind} == {"name", "text"}:
        return "same"
    inside = frozenset(one.words) <= frozenset(other.words) or frozenset(other.words) <= frozenset(one.words)
    return "compatible" if inside else "apart"


def _day(text: str, published: str) -> tuple[Day, str] | None:
    """Read a text that is a date and nothing else: it and its qualifier."""
    today = date.fromisoformat(published) if published else None
    plain = " ".join(text.split()).strip(" .,").lower()
    if told := _told_otherwise(plain, today):
        return _placed(told, "", today)
    if run := _RUN.fullmatch(plain):
        first, last = run[1], run[1][: -len(run[2])] + run[2]
        return (Day(int(first), until=int(last)), "") if last > first else None
    if plain.isalpha() and text.islower():  # "may" and "march" are verbs
        return None
    fields: dict[str, int] = {}
    qualifiers: list[str] = []
    for word in re.findall(
        r"\d+(?:s\b)?|[^\W\d_]+|[^\s.,()]", re.sub(r"(?<=\d)(?:st|nd|rd|th)\b|(?<=\w)['’]s\b", "", plain)
    ):
        field = _field(word)
        if word in _QUALIFIERS:
            qualifiers.append(_QUALIFIERS[word])
        elif field is not None and field[0] not in fields:
            fields |= [field]
        elif word not in _SKIPPED:
            return None
    return _placed(fields, qualifiers[0] if qualifiers else "", today)


def _told_otherwise(plain: str, today: date | None) -> dict[str, int]:
    """The fields of "2015-12-09" and, where the article's day is known, of "yesterday" and "last year"; else none."""
    if iso := re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", plain):
        return dict(zip(("year", "month", "day"), map(int, iso.groups()), strict=True))
    if today and plain in _RELATIVE:
        there = today + timedelta(days=_RELATIVE[plain])
        return {"year": there.year, "month": there.month, "day": there.day}
    return {"year": today.year + _RELATIVE_YEAR[plain]} if today and plain in _RELATIVE_YEAR else {}


def _field(word: str) -> tuple[str, int] | None:
    """The field of a date that a word fills."""
    if word in _MONTH:
        return "month", _MONTH[word]
    if word in _WEEKDAY:
        return "weekday", _WEEKDAY[word]
    if re.fullmatch(r"[12]\d\d0s", word):
        return "decade", int(word[:-1])
    if re.fullmatch(r"1\d{3}|2[01]\d\d", word):
        return "year", int(word)
    return ("day", int(word)) if re.fullmatch(r"0?[1-9]|[12]\d|3[01]", word) else None


def _placed(fields: Mapping[str, int], qualifier: str, today: date | None) -> tuple[Day, str] | None:
    """Make a date of its fields; what news leaves out is taken from the day it appeared.

    A weekday is the last one up to that day, a day or month without a year the nearest one.
    """
    year, month, day, weekday = (fields.get(field) for field in ("year", "month", "day", "weekday"))
    if "decade" in fields:
        return (Day(fields["decade"], until=fields["decade"] + 9), qualifier) if len(fields) == 1 else None
    if not fields or (day and not month) or (month and _date(year or LEAP_YEAR, month, day or 1) is None):
        return None
    found = Day(year, month, day, weekday)
    if today and weekday is not None and not month and not year:
        last = today - timedelta(days=(today.weekday() - weekday) % 7)
        found = Day(last.year, last.month, last.day, weekday, "day")
    elif today and month and not year:
        near = [there for years in (-1, 0, 1) if (there := _date(today.year + years, month, day or 15))]
        year = min(near, key=lambda there: abs(there - today)).year if near else None  # none: February 29
        found = Day(year, month, day, weekday, "year" if near else "")
    if found.year and found.month and found.day:
        found = replace(found, weekday=date(found.year, found.month, found.day).weekday())
    return found, qualifier


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:  # February 30
        return None


def _relate_days(one: Day, other: Day) -> Relation:
    """How two dates stand to each other; symmetric.

    same: the same day, month or year, a year that one of them leaves out aside. compatible: one is told further
    ("December", "December 9"), or only a weekday or an assumed year tells them apart. competes: any other difference
    in what both tell.
    """
    if one == other:
        return "same"
    if one.day and other.day:
        return _relate_placed(one, other)
    if one.until or other.until:
        ends = one.until or one.year, other.until or other.year
        differ = bool(one.year and other.year and max(one.year, other.year) > min(end for end in ends if end))
    elif one.weekday is not None and other.weekday is not None:
        differ = one.weekday != other.weekday
    else:
        told = (
            (day.year if not day.assumed else None, day.month if day.assumed != "day" else None) for day in (one, other)
        )
        differ = any(mine and theirs and mine != theirs for mine, theirs in zip(*told, strict=True))
    if not differ and replace(one, assumed="") == replace(other, assumed=""):
        return "same"
    return "competes" if differ else "compatible"


def _relate_placed(one: Day, other: Day) -> Relation:
    """The same for two dates that have a day, said or assumed."""
    alike = (one.month, one.day) == (other.month, other.day)
    if alike and (one.year == other.year or not one.year or not other.year):
        return "same"
    if alike:
        return "compatible" if one.assumed or other.assumed else "competes"
    weekdays = {one.weekday, other.weekday}
    return (
        "compatible"
        if "day" in {one.assumed, other.assumed} and (len(weekdays) == 1 or None in weekdays)
        else "competes"
    )


def _narrowed(found: Relation, one: str, other: str, *, far: bool) -> Relation:
    """What qualifiers make of the relation of two dates; ``far``: their years are too far apart for an "about"."""
    if {one, other} & _EITHER:
        if far and {one, other} <= {"", "about"}:
            return found
        return "same" if found == "same" and one == other else "compatible"
    if found == "same" and one != other:
        return "competes" if one and other else "compatible"
    return found
