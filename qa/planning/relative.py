"""Days counted from the day of the question: "yesterday", "last week", "two months ago".

Left out is what measures or compares ("than last year", "over the past year") and what is a name ("Last Week Tonight").
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from qa.planning.days import MONTH, WINDOW, Days, latest, month_end, month_number

_NUMBERS = {"a": 1, "one": 1, "two": 2, "couple of": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7}
_NUMBERS |= {"eight": 8, "nine": 9, "ten": 10, "few": 3, "several": 4}
_COUNT = rf"(?:\d{{1,3}}|{'|'.join(_NUMBERS)})"
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_UNIT = r"(?:day|week|month|year)"
_RELATIVE = re.compile(
    r"\b(?:(?P<word>the day before yesterday|yesterday|today|last night|this morning|this afternoon|this evening)"
    rf"|(?:on )?last (?P<weekday>{'|'.join(_WEEKDAYS)})"
    rf"|(?:in |during )?(?P<which>this|last|the past|the previous) (?P<unit>weekend|week|month|year|{MONTH})\b(?!\.\w)"
    r"|(?P<over>(?:in |during |from |over |within )?)"
    rf"the (?:last|past|previous) (?P<count>{_COUNT}) (?P<span>{_UNIT})s?"
    rf"|(?P<ago>{_COUNT}) (?P<back>{_UNIT})s? ago)(?![\w-])",
    re.IGNORECASE,
)
_COMPARES = re.compile(
    r"(?:\b(?:than|like|versus|vs\.?|against|over|since|for|later|(?:end|start|beginning) of|"
    r"compared (?:to|with|from))\s+"
    r"(?:the\s+|those\s+|(?:it|they)\s+(?:was|were)\s+|in\s+|during\s+)*|\bfrom\s+[^,;?]{1,16}\s+|\bthis time\s+)$",
    re.IGNORECASE,
)
_DAYS = {"day": 1, "week": 7, "weekend": 7, "month": 30, "year": 365}
_ONE = timedelta(days=1)


def relative(text: str, asked: date) -> Iterator[Days]:
    """The runs of days that are counted from ``asked``, in the order of the words."""
    for match in _RELATIVE.finditer(text):
        before = text[max(0, match.start() - WINDOW) : match.start()]
        if _is_a_name(match, text) or _COMPARES.search(before) or _measures(match):
            continue
        span = _span(match, asked)
        if span:
            yield Days(*span, *match.span())


def _is_a_name(match: re.Match[str], text: str) -> bool:
    """Whether capitals make it one, that no sentence, weekday or month asks for: "Last Week Tonight", "USA Today"."""
    words = match.group()
    calendar = match["weekday"] or (match["unit"] and _is_month(match["unit"]))
    inside = any(letter.isupper() for letter in words[1:]) and not calendar
    before = text[max(0, match.start() - WINDOW) : match.start()]
    opens = re.search(r"(?:^|[.?!:])[\s¤]*$", before) is not None
    return inside or (words[0].isupper() and not opens)


def _measures(match: re.Match[str]) -> bool:
    over = (match["over"] or "").strip().lower()
    return match["span"] is not None and (match["span"].lower() == "year" or over in ("over", "within"))


def _is_month(unit: str) -> bool:
    return re.fullmatch(MONTH, unit, re.IGNORECASE) is not None


def _span(match: re.Match[str], asked: date) -> tuple[date, date] | None:
    """The first and last day of what the words say."""
    if word := match["word"]:
        back = {"yesterday": 1, "last night": 1, "the day before yesterday": 2}.get(word.lower(), 0)
        return _calendar("day", asked, back)
    if name := match["weekday"]:
        return _calendar("day", asked, (asked.weekday() - _WEEKDAYS.index(name.lower()) - 1) % 7 + 1)
    if match["span"]:
        return asked - _number(match["count"]) * _DAYS[match["span"].lower()] * _ONE, asked
    if match["back"]:
        return _calendar(match["back"].lower(), asked, _number(match["ago"]))
    return _named(match["which"].lower(), match["unit"].lower(), asked)


def _named(which: str, unit: str, asked: date) -> tuple[date, date] | None:
    """The days of "this month", "last weekend", "the past week", "last March"."""
    if _is_month(unit):
        first = latest(asked, month_number(unit), 1)
        return (first, month_end(first)) if first else None
    if which == "the past":
        return asked - _DAYS[unit] * _ONE, asked
    if which != "this":
        return _calendar(unit, asked, 1)
    # "this week" said on a Monday is about the last days too
    starts = {"month": asked.replace(day=1), "year": asked.replace(month=1, day=1), "weekend": asked - 2 * _ONE}
    return starts.get(unit, asked - 6 * _ONE), asked


def _calendar(unit: str, asked: date, back: int) -> tuple[date, date]:
    """The calendar day, week (Monday to Sunday), weekend, month or year that lies ``back`` of them before the day."""
    if unit == "day":
        day = asked - back * _ONE
        return day, day
    if unit in ("week", "weekend"):
        first = asked - timedelta(days=asked.weekday(), weeks=back)
        return first + timedelta(days=5 * (unit == "weekend")), first + timedelta(days=6)
    if unit == "month":
        months = asked.year * 12 + asked.month - 1 - back
        first = date(months // 12, months % 12 + 1, 1)
        return first, month_end(first)
    return date(asked.year - back, 1, 1), date(asked.year - back, 12, 31)


def _number(words: str) -> int:
    return int(words) if words.isdecimal() else _NUMBERS[words.lower()]
