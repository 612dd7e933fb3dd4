"""How the page is told what a visitor or the disk did wrong: as a line. Ignorant of endpoints."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec

from vectorstore.errors import BylineError

Given = ParamSpec("Given")


def refusing(function: Callable[Given, dict[str, Any]]) -> Callable[Given, dict[str, Any]]:
    """Give back what a visitor or the disk did wrong as ``{"error": line}``; a bug is raised."""

    @wraps(function)
    def answer(*args: Given.args, **kwargs: Given.kwargs) -> dict[str, Any]:
        try:
            return function(*args, **kwargs)
        except BylineError as error:
            return {"error": str(error)}

    return answer
