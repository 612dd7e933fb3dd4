"""Asks the product what should have no answer. Ignorant of what is then said about it."""

from datetime import date

from evals.types import Example
from evals.writing.check import Look, Looks
from qa.engine import Engine
from qa.errors import QuestionError
from vectorstore.types import Filters

SURE = 0.75
"""Confidence, in [0, 1], from which an answer to a question that should have none is worth a look.

Of the 71 unanswerable questions that Byline ships (seeds, planning, vellum), none of which its articles answer, 4 reach
it; 12 reach 0.6.
"""


def looks(engine: Engine, sure: float = SURE) -> Looks:
    """A function that asks the engine, as a run would, and returns the answers that it is sure of."""

    def look(example: Example) -> Look | None:
        asked = date.fromisoformat(example.asked) if example.asked else None
        try:
            answer = engine.ask(example.question, example.history, Filters(article_ids=example.documents), asked)
        except QuestionError:  # too long to be asked: a run tells of it
            return None
        if answer.abstained or answer.confidence < sure or not answer.findings:
            return None
        citation = answer.findings[0].citations[0]
        return Look(answer.short_answer, answer.confidence, citation.article.id, citation.quote)

    return look
