"""Texts and numbers that a browser sends, for what takes no others. Ignorant of what they mean."""

from typing import Any

from vectorstore.errors import InputError

MOST = 2**53 - 1
"""The largest whole number that JavaScript holds exactly."""


def text(value: Any, longest: int) -> str:
    """A text; half a surrogate pair in it becomes "?". Raises ``InputError``."""
    if not isinstance(value, str) or len(value) > longest:
        raise InputError(f"not a text of at most {longest:,} characters; shorten it, or reload the page and try again")
    return value.encode(errors="replace").decode()


def whole(value: Any) -> int:
    """A whole number from ``-MOST`` to ``MOST``. Raises ``InputError``."""
    if not isinstance(value, int | float) or not -MOST <= value <= MOST or value != int(value):
        raise InputError("not a whole number; reload the page and try again")
    return int(value)
