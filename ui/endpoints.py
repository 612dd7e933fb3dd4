"""What the page asks of the server: answers as they grow, an article to read, what the collection holds.

Nothing of a visitor is kept: the earlier turns and the filters come with each question, from the browser, and are
checked here before anything else sees them. Knows nothing of Gradio or HTML.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any

from qa.engine import Engine
from qa.errors import MAX_QUESTION, QuestionError
from qa.types import Answer, Turn
from ui import shown
from ui.refusing import refusing
from ui.sent import text, whole
from ui.suggest import suggest
from vectorstore.errors import BylineError, StoreMissing
from vectorstore.stats import stats
from vectorstore.types import Filters

LOOKED_AT = 100
"""Articles that suggestions are made from."""
REMEMBERED = 40
"""Turns of a conversation that a follow-up may refer to."""
LONGEST_ID = 10_000
"""Characters of an article's id, which may be a path."""
LONGEST_TURN = 10_000
"""Characters of an earlier turn; answers are far shorter."""
CHOSEN = 10_000
"""Articles or outlets that one question may be limited to."""
NO_MODEL = "none"
"""What a visitor sends to be answered without a language model."""


@dataclass(slots=True)
class Endpoints:
    """The functions of the page. They raise for bugs only: what a user did comes back as ``error``.

    ``engine`` has no language model; ``prose`` are engines over the same store that have, by the model's name. The
    first of them answers where a visitor chose none.
    """

    engine: Engine
    prose: Mapping[str, Engine] = field(default_factory=dict)
    _suggested: dict[int, tuple[str, ...]] = field(default_factory=dict)

    def stream(self, question: str, history: Any, filters: Any, model: Any) -> Iterator[Answer]:
        """Answer a question that came from outside, as it grows. Raises ``QuestionError`` for what cannot be asked."""
        yield from self._engine(model).stream(str(question), turns(history), chosen(filters))

    def _engine(self, model: Any) -> Engine:
        """The engine with the model of that name, which comes from outside and is one of those offered or none."""
        if model == "":
            return next(iter(self.prose.values()), self.engine)
        if model == NO_MODEL:
            return self.engine
        if isinstance(model, str) and model in self.prose:
            return self.prose[model]
        raise QuestionError(f"model: not offered here; on offer: {', '.join([*self.prose, NO_MODEL])}")

    def ask(
        self, question: str, history: list[Any], filters: dict[str, Any], model: str = ""
    ) -> Iterator[dict[str, Any]]:
        """Answer a question with quotes from the articles, as it grows.

        ``history`` is the conversation so far, oldest first: ``{"role": "user" | "assistant", "content": …}``.
        ``filters`` limits the articles: ``publishers`` and ``article_ids`` (lists), ``after`` and ``before`` (days).
        ``model`` is the language model that writes the answer: one of ``about``, "none", or "" for the first there.
        Each snapshot is ``{"answer": {…}, "done": false}``; the last has ``"done": true``, or is ``{"error": …}``.
        """
        try:
            threshold = self._engine(model).settings.threshold
            for snapshot in self.stream(question, history, filters, model):
                done = "total" in snapshot.seconds
                yield {"answer": shown.answer(snapshot, threshold), "done": done}
        except BylineError as error:
            yield {"error": str(error)}

    @refusing
    def article(self, article_id: str, quote: str, start: int) -> dict[str, Any]:
        """Return one article, and where the quote stands in it (``ui.shown.article``), or ``{"error": …}``."""
        try:
            found = self.engine.store.article(text(article_id, LONGEST_ID))
        except KeyError:
            return {"error": "This article is no longer in the collection. The sentence was quoted while it was."}
        return shown.article(found, str(quote), whole(start))

    def about(self) -> dict[str, Any]:
        """Return the number of ``articles``, ``suggestions`` (questions that they answer) and the ``models`` on offer.

        ``models`` are names of language models, the default first; empty where there is none.
        """
        store = self.engine.store
        try:
            articles = stats(store.path).articles
        except StoreMissing:  # the last article was removed
            return {"articles": 0, "suggestions": [], "models": list(self.prose)}
        if articles not in self._suggested:
            self._suggested.clear()
            self._suggested[articles] = suggest(self.engine, list(islice(store.articles(), LOOKED_AT)))
        return {
            "articles": articles,
            "suggestions": list(self._suggested[articles]),
            "models": list(self.prose),
        }


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
