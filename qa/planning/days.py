"""Days and runs of days: what the words for a date are turned into."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
WINDOW = 40
"""Characters before a date that say what it is to the question."""


@dataclass(frozen=True, slots=True)
class Days:
    """A run of days that the question names, both ends inclusive; ``None`` is open.

    The words for it, with their preposition, are ``question[start:end]``. ``hints``: were it not said of articles, it
    would still tell where to look; "since 2004" is as often what something is measured from.
    """

    first: date | None
    last: date | None
    start: int
    end: int
    hints: bool = True


def month_number(name: str) -> int:
    """``"Sept."`` → 9."""
    return MONTHS.index(name[:3].lower()) + 1


def day_of(year: int, month: int, day: int) -> date | None:
    """That day, or ``None`` where the calendar has none."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def month_end(day: date) -> date:
    """The last day of its month."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def latest(newest: date, month: int, day: int, year: int = 0) -> date | None:
    """That day; without a year (0) the last one up to ``newest``."""
    found = day_of(year or newest.year, month, day)
    return day_of(newest.year - 1, month, day) if found and not year and found > newest else found
