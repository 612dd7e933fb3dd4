"""What the page asks of the server: answers as they grow, an article to read, what the collection holds.

Nothing of a visitor is kept: the earlier turns and the filters come with each question, from the browser, and are
checked here before anything else sees them. Knows nothing of Gradio or HTML.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any

from qa.engine import Engine
from qa.errors import MAX_QUESTION, QuestionError
from qa.types import Turn
from ui import shown
from ui.suggest import suggest
from vectorstore.errors import BylineError, StoreMissing
from vectorstore.stats import stats
from vectorstore.types import Filters

LOOKED_AT = 100
"""Articles that suggestions are made from."""
REMEMBERED = 40
"""Turns of a conversation that a follow-up may refer to."""
LONGEST_TURN = 10_000
"""Characters of an earlier turn; answers are far shorter."""
CHOSEN = 10_000
"""Articles or outlets that one question may be limited to."""


@dataclass(slots=True)
class Endpoints:
    """The functions of the page over one engine. They raise for bugs only: what a user did comes back as ``error``."""

    engine: Engine
    _suggested: dict[int, tuple[str, ...]] = field(default_factory=dict)

    def ask(self, question: str, history: list[Any], filters: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """Answer a question with quotes from the articles, as it grows.

        ``history`` is the conversation so far, oldest first: ``{"role": "user" | "assistant", "content": …}``.
        ``filters`` limits the articles: ``publishers`` and ``article_ids`` (lists), ``after`` and ``before`` (days).
        Each snapshot is ``{"answer": {…}, "done": false}``; the last has ``"done": true``, or is ``{"error": …}``.
        """
        try:
            snapshots = self.engine.stream(str(question), turns(history), chosen(filters))
            for snapshot in snapshots:
                done = "total" in snapshot.seconds
                yield {"answer": shown.answer(snapshot, self.engine.store.article), "done": done}
        except BylineError as error:
            yield {"error": str(error)}

    def article(self, article_id: str, quote: str, start: int) -> dict[str, Any]:
        """Return one article, and where the quote stands in it (``ui.shown.article``), or ``{"error": …}``."""
        try:
            found = self.engine.store.article(str(article_id))
        except KeyError:
            return {"error": "This article is no longer in the collection. The sentence was quoted while it was."}
        return shown.article(found, str(quote), int(start))

    def about(self) -> dict[str, Any]:
        """Return how many ``articles`` there are, and ``suggestions``: questions that they answer."""
        store = self.engine.store
        try:
            articles = stats(store.path).articles
        except StoreMissing:  # the last article was removed
            return {"articles": 0, "suggestions": []}
        if articles not in self._suggested:
            self._suggested.clear()
            self._suggested[articles] = suggest(self.engine, list(islice(store.articles(), LOOKED_AT)))
        return {"articles": articles, "suggestions": list(self._suggested[articles])}


def turns(history: list[Any]) -> list[Turn]:
    """Return the newest ``REMEMBERED`` turns that the browser sent. Raises ``QuestionError`` where they are none."""
    if not isinstance(history, list):
        raise QuestionError("history: not a list of turns; start a new conversation")
    return [_turn(entry) for entry in history[-REMEMBERED:]]


def _turn(entry: Any) -> Turn:
    match entry:
        case {"role": "user" | "assistant" as role, "content": str(content)} if _is_text(content, LONGEST_TURN):
            return Turn(role, content)
    raise QuestionError("history: an earlier turn is no turn; start a new conversation")


def chosen(filters: dict[str, Any]) -> Filters:
    """Return the filters that the browser sent. Raises ``QuestionError`` where they are none."""
    if not isinstance(filters, dict):
        raise QuestionError("filters: not an object; remove the filters and ask again")
    return Filters(
        publishers=_names(filters.get("publishers", [])),
        after=_day(filters.get("after", "")),
        before=_day(filters.get("before", "")),
        article_ids=_names(filters.get("article_ids", [])),
    )


def _names(value: Any) -> tuple[str, ...]:
    if isinstance(value, list) and len(value) <= CHOSEN and all(_is_text(one, MAX_QUESTION) for one in value):
        return tuple(value)
    raise QuestionError(f"filters: not a list of at most {CHOSEN:,} names; remove the filter and ask again")


def _day(value: Any) -> str:
    if value == "":
        return ""
    try:
        return date.fromisoformat(value).isoformat()
    except (TypeError, ValueError):
        raise QuestionError("filters: not a day as YYYY-MM-DD; remove the filter and ask again") from None


def _is_text(value: Any, longest: int) -> bool:
    return isinstance(value, str) and len(value) <= longest and value == value.encode(errors="replace").decode()
