"""A small engine whose every answer is written by hand, and the questions and articles that go with it."""

import time

from evals.types import Evidence, Example
from qa.errors import QuestionError
from qa.types import Answer, Citation
from vectorstore.types import Article, Hit, Passage

A = Article("a", "Thirty-one people died, or 31. Geens offered to resign.")
B = Article("b", "At least 34 died.")


class Shelf:
    """Two articles."""

    def article(self, article_id):
        """The article, or `KeyError`."""
        return {"a": A, "b": B}[article_id]


def cite(marker, article, start, end):
    return Citation(marker, article, article.text[start:end], start, end)


def hit(article, start, end):
    return Hit(Passage(article.id, start, end, article.text[start:end]), 1.0, article)


def answer(question, **fields):
    return Answer(question, question, **fields)


DIED = Example("died", "factoid", "How many died?", ("31",), (Evidence("a", "Thirty-one people died, or 31."),))
WHO = Example("who", "factoid", "Who offered to resign?", ("Koen Geens", "Geens"), (Evidence("a", "Geens"),))
SIDES = Example("sides", "conflict", "How many?", ("31", "34"), (Evidence("a", A.text[:30]), Evidence("b", B.text)))
NONE = Example("none", "unanswerable", "Who won?", (), ())
WHERE = Example("where", "unanswerable", "Where?", (), ())

ANSWERS = {
    DIED.question: answer(
        DIED.question,
        answer="Thirty-one people died, or 31. [1]",
        short_answer="31",
        confidence=0.9,
        citations=(cite(1, A, 0, 30),),
        passages=(hit(B, 0, 17), hit(A, 0, 30)),
    ),
    WHO.question: answer(WHO.question, answer="The articles do not say.", abstained=True, confidence=0.1),
    SIDES.question: answer(
        SIDES.question,
        answer="At least 34 died. [1]",
        short_answer="34",
        confidence=0.6,
        citations=(cite(1, B, 0, 17),),
        passages=(hit(B, 0, 17),),
    ),
    NONE.question: answer(NONE.question, answer="The articles do not say.", abstained=True, confidence=0.2),
    WHERE.question: answer(
        WHERE.question,
        answer="Geens offered to resign. [1]",
        short_answer="Geens",
        confidence=0.7,
        citations=(cite(1, A, 31, 55),),
    ),
}


class Scripted:
    """An engine that knows some answers and fails on any other question."""

    def __init__(self, answers=ANSWERS, delay=0.0):
        self.answers = answers
        self.delay = delay
        self.asked = []

    def ask(self, question, history, filters, asked=None):  # noqa: ARG002 - the protocol's
        """The answer that was written for the question."""
        self.asked.append((question, tuple(history), filters))
        time.sleep(self.delay)
        if question not in self.answers:
            raise QuestionError("the question is not known")
        return self.answers[question]
