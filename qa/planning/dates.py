"""The days that a question names: "in December 2023", "before March 2022", "between May and July 2020", "last week".

Reads words, not meaning: whether days bound what may be read or only hint at it is decided in ``plan``. What is no
bound at all is left out here: the year in a name ("the 2018 World Cup"), a target ("by 2025"), a measure ("the highest
since 2017"). English only; every pattern looks at a bounded piece of text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from qa.planning.days import MONTH, WINDOW, Days, day_of, latest, month_end, month_number
from qa.planning.relative import relative

_SEASONS = {"spring": (3, 5), "summer": (6, 8), "autumn": (9, 11), "fall": (9, 11), "winter": (12, 14)}  # 14: February
_HALVES = {"early": (1, 6), "mid": (4, 9), "late": (7, 12)}
_YEAR = r"(?:19|20)\d\d(?![\d%])(?![,.]\d)"
_DAY = r"\d{1,2}(?!\d)(?:st|nd|rd|th)?"
_PART = r"(?:(?:early|mid|late)[\s-]+)?"  # of a month: not told apart
_POINT = re.compile(
    rf"(?<![\w$£€/.,-])(?:(?P<iso>(?:19|20)\d\d-\d\d-\d\d)|(?P<slash>\d{{1,2}}/\d{{1,2}}/(?:19|20)\d\d)"
    rf"|(?P<d1>{_DAY})\s+(?:of\s+)?(?P<m1>{MONTH})(?:,?\s+(?P<y1>{_YEAR}))?"
    rf"|(?P<m2>{MONTH})\s+(?:the\s+)?(?P<d2>{_DAY})(?:,?\s+(?P<y2>{_YEAR}))?"
    rf"|(?P<half>early|mid|late)[\s-]+(?P<y3>{_YEAR})|{_PART}(?P<m4>{MONTH})(?:\s+of)?,?\s+(?P<y4>{_YEAR})"
    rf"|(?P<season>{'|'.join(_SEASONS)})(?:\s+of)?\s+(?P<y5>{_YEAR})"
    rf"|(?P<decade>(?:19|20)\d)0s|{_PART}(?P<m6>{MONTH})|(?P<y7>{_YEAR}))(?![\w/]|-\d)",
    re.IGNORECASE,
)
_IN = re.compile(
    r"\b(?P<in>in|during|on|throughout|within|dated|from|of|as of)\s+(?P<the>the\s+)?"
    r"(?:(?:year|month|days?)\s+(?:of\s+)?)?$",
    re.IGNORECASE,
)
_WEEK_OF = re.compile(r"\b(?:in|during|from)\s+the\s+week\s+(?:of|from|beginning)\s+$", re.IGNORECASE)
_BEFORE = re.compile(
    r"\b(?P<word>before|prior to|earlier than|until|till|up to|by)\s+(?P<end>the\s+end\s+of\s+)?$", re.IGNORECASE
)
_AFTER = re.compile(r"\b(?P<word>after|following|later than|since|starting(?: in| on| from)?)\s+$", re.IGNORECASE)
_ONWARDS = re.compile(r"\s*(?:onwards?\b|on\b(?!\s+\w))", re.IGNORECASE)
_RANGE = re.compile(r"\b(?:between|from)\s+(?:the\s+)?$", re.IGNORECASE)
_RANGE_DAY = re.compile(
    rf"\b(?:between|from)\s+(?:the\s+)?(?P<day>{_DAY})\s+(?:and|to|until|through)\s+$", re.IGNORECASE
)
_TO = re.compile(r"\s*(?:and|to|until|till|through|[-–—])\s*(?:the\s+)?", re.IGNORECASE)
_MEASURES = re.compile(  # what is counted, compared or outdone since then
    r"(?:\b(?:time|first|last|ever|(?:low|high|large|big|great|few|young|old|bad|hard|hott|cold|warm|fast|small|strong|"
    r"long|short|deadli|heavi)(?:g)?est|most|least|best|worst|record)\b[\w ,'’-]{0,30}?|\bas of )$",
    re.IGNORECASE,
)
_TO_COME = re.compile(
    r"\b(?:will|set to|going to|(?:plans?|hopes?|wants?) to|expected|about to|upcoming|next|coming)\b", re.IGNORECASE
)
_QUOTED = re.compile(r"[“\"][^“”\"]{1,300}[”\"]")


@dataclass(frozen=True, slots=True)
class _Point:
    """A date as written, with the days that it may mean; ``month`` is 0 unless it names a month and no year."""

    first: date
    last: date
    start: int
    end: int
    form: str  # day, month, year, season or decade
    month: int = 0


def read_days(question: str, asked: date, newest: date) -> list[Days]:
    """The runs of days that the question may be bound to, in the order of its words.

    ``asked`` is the day on which it is asked: what is wholly after that is left out. A day or month without a year is
    the last one up to ``asked`` and ``newest``, the collection's last day; in a question about what is to come, none.
    """
    text = _QUOTED.sub(lambda quote: "¤" * len(quote.group()), question)
    found = [*relative(text, asked), *_dated(text, min(asked, newest))]
    kept = [days for days in found if not (days.first and days.first > asked)]
    return sorted(kept, key=lambda days: days.start)


def _dated(text: str, newest: date) -> Iterator[Days]:
    to_come = _TO_COME.search(text) is not None
    points = [point for match in _POINT.finditer(text) if (point := _point(text, match, newest))]
    at = 0
    while at < len(points):
        point, second = points[at], points[at + 1] if at + 1 < len(points) else None
        at += 1
        before = text[max(0, point.start - WINDOW) : point.start]
        opened = _RANGE.search(before)
        if opened and second and _TO.fullmatch(text, point.end, second.start):
            at += 1
            first = _in_year_of(point, second)
            if first <= second.last:
                yield Days(first, second.last, point.start - len(opened.group()), second.end)
        elif not (to_come and point.month) and (days := _framed(text, point, before)):
            yield days


def _framed(text: str, point: _Point, before: str) -> Days | None:
    """The days that the words before a date make of it, or ``None`` where they make it no bound."""
    cut = point.start - len(before)
    if day := _RANGE_DAY.search(before):
        first = day_of(point.last.year, point.last.month, int(re.sub(r"\D", "", day["day"])))
        return Days(first, point.last, cut + day.start(), point.end) if first and point.form == "day" else None
    if week := _WEEK_OF.search(before):
        return Days(point.first, point.first + timedelta(days=6), cut + week.start(), point.end)
    if found := _BEFORE.search(before):
        return _until(found, point, cut)
    if found := _AFTER.search(before):
        return _since(found, point, cut)
    return _within(text, point, before)


def _until(found: re.Match[str], point: _Point, cut: int) -> Days | None:
    word = found["word"].lower()
    inclusive = found["end"] or word in ("until", "till", "up to", "by")
    last = point.last if inclusive else point.first - timedelta(days=1)
    return Days(None, last, cut + found.start(), point.end) if word != "by" or point.form == "day" else None


def _since(found: re.Match[str], point: _Point, cut: int) -> Days | None:
    word = found["word"].lower()
    if word == "since" and _MEASURES.search(found.string[: found.start()]):
        return None
    first = point.first if word.startswith(("since", "start")) else point.last + timedelta(days=1)
    return Days(first, None, cut + found.start(), point.end, hints=word != "since" or point.form in ("day", "month"))


def _within(text: str, point: _Point, before: str) -> Days | None:
    found = _IN.search(before)
    if not found or (found["the"] and point.form not in ("decade", "season", "day")):
        return None
    word, start = found["in"].lower(), point.start - len(found.group())
    onwards = _ONWARDS.match(text, point.end) if word == "from" else None
    if onwards:
        return Days(point.first, None, start, onwards.end())
    named = _named(text, point, word)
    return None if named else Days(point.first, point.last, start, point.end, hints=word != "from")


def _named(text: str, point: _Point, word: str) -> bool:
    """Whether the date belongs to a name ("in 2022 World Cup", "of 2020") rather than to when."""
    follows = re.match(r"\s+[A-Z]", text[point.end :]) is not None and point.start > len("during ")
    if point.form == "year":
        return follows or word == "of" or re.match(r"['’]s\b", text[point.end :]) is not None
    return follows and point.form != "day"


def _in_year_of(point: _Point, second: _Point) -> date:
    """The first day of a range; one without a year ("between May and July 2020") is in the second's."""
    if not point.month:
        return point.first
    later = (point.month, point.first.day) > (second.last.month, second.last.day)
    return day_of(second.last.year - later, point.month, point.first.day) or point.first


def _point(text: str, match: re.Match[str], newest: date) -> _Point | None:
    """The days of one date as written; ``None`` where there is no such day or the word is no month."""
    got = match.groupdict()
    start, end = match.span()
    if text[end - 1] == "." and not text[end:].strip():
        end -= 1  # the end of the sentence, not of "Dec."
    if got["iso"] or got["slash"]:
        day = _in_digits(match.group())
        return _Point(day, day, start, end, "day") if day else None
    name = got["m1"] or got["m2"] or got["m4"] or got["m6"]
    year = int(got["y1"] or got["y2"] or got["y3"] or got["y4"] or got["y5"] or got["y7"] or 0)
    if not name:
        return _long(got, year, start, end)
    month, number = month_number(name), got["d1"] or got["d2"]
    if not (year or number or name[0].isupper() or len(name) > len("march")):
        return None  # "may", "march"
    first = latest(newest, month, int(re.sub(r"\D", "", number)) if number else 1, year)
    if not first:
        return None
    last = first if number else month_end(first)
    return _Point(first, last, start, end, "day" if number else "month", 0 if year else month)


def _in_digits(text: str) -> date | None:
    """2016-07-14, or 7/14/2016: the month first, as in the United States, where that is a day at all."""
    one, two, three = (int(part) for part in re.split(r"[-/]", text))
    if "-" in text:
        return day_of(one, two, three)
    return day_of(three, one, two) or day_of(three, two, one)


def _long(got: dict[str, str | None], year: int, start: int, end: int) -> _Point:
    """A year, half of one, a season or a decade."""
    if got["decade"]:
        first = int(got["decade"]) * 10
        return _Point(date(first, 1, 1), date(first + 9, 12, 31), start, end, "decade")
    form, months = "year", (1, 12)
    if got["season"]:
        form, months = "season", _SEASONS[got["season"].lower()]
    elif got["half"]:
        months = _HALVES[got["half"].lower()]
    last = date(year + (months[1] > 12), (months[1] - 1) % 12 + 1, 1)  # noqa: PLR2004 - months of a year
    return _Point(date(year, months[0], 1), month_end(last), start, end, form)
