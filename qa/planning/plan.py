"""What a question says about where to look: which outlets, which days. Rules, no model, English only.

Knows no store: the collection's publishers and days are arguments. What is certain ("according to Le Soir") becomes a
filter; what only hints ("who resigned in March 2016?": the day of the event, and later articles tell of it too) becomes
a preference. Where the rules are unsure the question is left as it is.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from qa.cues import content_stems
from qa.planning.dates import read_days
from qa.planning.days import Days
from qa.planning.outlets import Source, read_sources

_ARTICLES = r"(?:articles?|stories|coverage|headlines?|reporting|pieces|editorials?)"
_PRESS = r"(?:press|newspapers?|media|papers|outlets)"
_OF_ARTICLES = re.compile(  # before a date: it is the articles', not the event's
    rf"(?:\b{_ARTICLES}(?:\s+(?:about|of|on)\s+[^,.;?]{{1,60}})?"
    r"(?:\s+(?:that|which|were|was|are|is|published|written|printed|appeared|dated|ran|out|from|of|in)){0,4}"
    rf"|\b(?:was|were|has been|had been|been|did (?:the )?{_PRESS})\s+(?:write|report|written|reported)"
    r"(?:\s+about\s+[^,.;?]{1,60})?)\s*$",
    re.IGNORECASE,
)
_OF_COLLECTION = re.compile(rf"['’]s?\s+(?:{_ARTICLES}|{_PRESS}|news)\b", re.IGNORECASE)  # "last week's articles"
_WINDOW = 120  # characters before a date
_LEFT_OVER = re.compile(r"^[\s,;:–—-]+|\s+(?=[,?.!;])|(?<=\s)\s+|(?<=[,;])\s*[,;]")


@dataclass(frozen=True, slots=True)
class Period:
    """Days of publication, ``YYYY-MM-DD``, both ends inclusive; ``""`` is open.

    ``certain``: the question is about articles of these days; otherwise about something of these days.
    """

    after: str = ""
    before: str = ""
    certain: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """How to search for a question.

    ``outlets`` are the sources it names, each with all its names in the collection; two or more are to be searched one
    by one. ``certain`` says of them what ``Period.certain`` says of the days. ``query`` is the question without the
    words that say where to look: what is searched for and read for.
    """

    question: str
    query: str
    outlets: tuple[tuple[str, ...], ...] = ()
    certain: bool = False
    period: Period | None = None


def plan(question: str, publishers: Sequence[str], days: tuple[str, str], asked: date) -> Plan:
    """Read the question's outlets and days.

    ``publishers`` and ``days`` (first and last, ``YYYY-MM-DD`` or ``""``) are the collection's; ``asked`` is the day on
    which the question is asked, from which "last week" counts.
    """
    sources = read_sources(question, publishers)
    certain = any(source.certain for source in sources)
    kept = [source for source in sources if source.certain or not certain]
    period, words = _period(question, kept if certain else [], days, asked)
    cuts = [(source.cut_start, source.cut_end) for source in kept if source.certain]
    return Plan(
        question=question,
        query=_without(question, [*cuts, *words]),
        outlets=tuple(source.publishers for source in kept),
        certain=certain,
        period=period,
    )


def _period(
    question: str, sources: Sequence[Source], days: tuple[str, str], asked: date
) -> tuple[Period | None, list[tuple[int, int]]]:
    """The days, if the question is bound to one run of them, and the words to leave out of the search."""
    if not days[1]:
        return None, []
    found = read_days(question, asked, date.fromisoformat(days[1]))
    certain = [one for one in found if _of_articles(question, one, sources)]
    chosen = certain or [one for one in found if one.hints and _overlaps(one, days)]
    if len({(one.first, one.last) for one in chosen}) != 1:
        return None, []
    one = chosen[0]
    period = Period(_text(one.first), _text(one.last), certain=bool(certain))
    return period, [(one.start, one.end)] if certain else []


def _of_articles(question: str, days: Days, sources: Sequence[Source]) -> bool:
    """Whether the days are when articles appeared: said of articles, or right beside the outlet or its verb."""
    if _OF_ARTICLES.search(question[max(0, days.start - _WINDOW) : days.start]):
        return True
    if _OF_COLLECTION.match(question, days.end):
        return True
    if not sources:
        return False
    first, last = min(one.cut_start for one in sources), max(one.frame_end for one in sources)
    opens = not question[: days.start].strip() and days.end <= first
    follows = days.start >= last and not question[last : days.start].strip(" ,")
    return opens or follows


def _overlaps(days: Days, collection: tuple[str, str]) -> bool:
    return _text(days.first) <= collection[1] and (not days.last or _text(days.last) >= collection[0])


def _text(day: date | None) -> str:
    return day.isoformat() if day else ""


def _without(question: str, cuts: Sequence[tuple[int, int]]) -> str:
    """The question without these stretches; the whole of it where nothing would be left to search for."""
    kept: list[str] = []
    at = 0
    for start, end in sorted(cuts):
        kept.append(question[at:start])
        at = max(at, end)
    kept = [re.sub(r"^['’]s?(?!\w)", "", part) for part in (*kept, question[at:])]
    left = _LEFT_OVER.sub("", " ".join(kept)) if cuts else question
    return left if content_stems(left) else question
