"""One visitor's conversation: questions and their growing answers. Knows nothing of HTML or Gradio."""

from collections.abc import Iterator
from dataclasses import dataclass

from qa.engine import Engine
from qa.types import Answer, Citation, Turn
from vectorstore.errors import BylineError

ECHOED = 160
"""Characters of a refused question that are shown again."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and the newest snapshot of its answer.

    ``error`` says in one line why there is no answer; ``done`` is False while the answer grows.
    """

    question: str
    answer: Answer | None = None
    done: bool = False
    error: str = ""


Conversation = tuple[Exchange, ...]


def ask(engine: Engine, question: str, earlier: Conversation) -> Iterator[Conversation]:
    """Yield the conversation with ``question`` in it, growing as the engine answers.

    A BylineError ends it as an exchange with its ``error``; earlier exchanges that failed are dropped.
    """
    kept = tuple(exchange for exchange in earlier if exchange.done and not exchange.error)
    answer = None
    try:
        for answer in engine.stream(question, history(kept)):
            yield (*kept, Exchange(question, answer))
    except BylineError as error:
        yield (*kept, failed(question, str(error)))
    else:
        yield (*kept, Exchange(question, answer, done=True))


def failed(question: str, error: str) -> Exchange:
    """Return an exchange that ended with ``error``; a very long question is cut, and what is no text is ``?``."""
    shown = question if len(question) <= ECHOED else f"{question[:ECHOED]} …"
    shown = shown.encode(errors="replace").decode()
    return Exchange(shown, done=True, error=error)


def history(conversation: Conversation) -> list[Turn]:
    """Return the turns that a follow-up question may refer to, oldest first."""
    return [
        turn
        for exchange in conversation
        if exchange.answer
        for turn in (Turn("user", exchange.question), Turn("assistant", exchange.answer.answer))
    ]


def cited(conversation: Conversation, turn: object, marker: object) -> Citation | None:
    """Return citation ``marker`` of exchange ``turn`` (from 0), or None; both come from the browser."""
    if not isinstance(turn, int) or not 0 <= turn < len(conversation):
        return None
    answer = conversation[turn].answer
    return next((one for one in answer.citations if one.marker == marker), None) if answer else None
