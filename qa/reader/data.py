"""Training questions: read, mended, split by article, paired with paragraphs that hold no answer, cut into windows.

Knows nothing of the network. Every choice is drawn from the caller's random generator, so that a seed repeats it.
"""

import gzip
import json
import random
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from qa.reader.spans import trimmed
from qa.reader.windows import Tokenizer, Tokens, Window, windows
from vectorstore.errors import InputError

# Articles of SQuAD 2.0's dev set kept from training, for the choice of model and threshold.
HELD_OUT = frozenset(f"squad2dev:{title}" for title in ("Black_Death", "Construction", "Pharmacy"))

_CANDIDATES = 8  # paragraphs looked at for each question that is paired with another one
_MISPLACED = "squad2dev"  # about 5 % of its offsets point at an earlier occurrence of the same string


@dataclass(frozen=True, slots=True)
class Question:
    """``context[start:end]`` is an answer for each of ``answers``; without any the context does not answer."""

    question: str
    context: str
    answers: tuple[tuple[int, int], ...]
    group: str

    @property
    def source(self) -> str:
        """The dataset it comes from."""
        return self.group.split(":", 1)[0]


@dataclass(frozen=True, slots=True)
class Example:
    """A window and the tokens ``first`` to ``last`` that answer; (0, 0), its ``[CLS]``, if none of its tokens do."""

    window: Window
    first: int
    last: int


def read_questions(path: Path) -> list[Question]:
    """Read a file of questions (``question``, ``context``, ``answers``, ``group``), its answers mended.

    Raises:
        InputError: an answer is not where the file says.
    """
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [_question(json.loads(line), path) for line in lines]


def _question(row: Mapping[str, object], path: Path) -> Question:
    context, group = str(row["context"]), str(row.get("group", ""))
    answers: list[tuple[int, int]] = []
    assert isinstance(row["answers"], list)
    for answer in row["answers"]:
        start, end = answer["start"], answer["start"] + len(answer["text"])
        if context[start:end] != answer["text"]:
            raise InputError(f"{path}: question {row.get('id')}: {answer['text']!r} is not at {start} of its context")
        answers.append((start, end))
    if group.startswith(_MISPLACED):
        answers = _mended(context, str(row["question"]), answers)
    return Question(str(row["question"]), context, tuple(answers), group)


def _mended(context: str, question: str, answers: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Move an answer to the occurrence of its string that other annotators' answers overlap.

    If no other answer overlaps any, the occurrence with most of the question's words near it is taken.
    """
    wanted = words(question)
    moved = []
    for index, (start, end) in enumerate(answers):
        pattern = rf"(?<!\w){re.escape(context[start:end])}(?!\w)"
        places = [match.span() for match in re.finditer(pattern, context)] or [(start, end)]
        # The others' strings too may be misplaced: only those that occur once vote.
        votes = [
            other
            for number, other in enumerate(answers)
            if number != index and context.count(context[other[0] : other[1]]) == 1
        ]
        moved.append(
            max(
                places,
                key=lambda place: (
                    sum(place[0] < other[1] and other[0] < place[1] for other in votes),
                    len(wanted & words(context[max(0, place[0] - 100) : place[1] + 100])),
                ),
            )
        )
    return moved


def words(text: str) -> frozenset[str]:
    """The different words of a text, in lower case."""
    return frozenset(re.findall(r"\w+", text.lower()))


def split(questions: Iterable[Question]) -> tuple[list[Question], list[Question]]:
    """Part the questions to train on from those held out."""
    both: tuple[list[Question], list[Question]] = ([], [])
    for question in questions:
        both[question.group in HELD_OUT].append(question)
    return both


def draw(
    questions: Sequence[Question], weights: Mapping[str, float], unanswerable: float, unmarked: float, seed: int
) -> list[Question]:
    """Draw the questions of one pass, in random order.

    ``weights`` says how often a source's questions come on average (default 1). Of the answerable ones, the share
    ``unanswerable`` comes a second time with another paragraph of its group. The share ``unmarked`` of all loses its
    question mark (the model reads no capitals anyway).
    """
    rng = random.Random(seed)  # noqa: S311 - no secret
    contexts = _contexts(questions)
    drawn: list[Question] = []
    for question in questions:
        weight = weights.get(question.source, 1.0)
        for _ in range(int(weight) + (rng.random() < weight % 1)):
            drawn.append(question)
            if question.answers and rng.random() < unanswerable:
                drawn.extend(_elsewhere(question, contexts[question.group], rng))
    drawn = [_unmarked(question) if rng.random() < unmarked else question for question in drawn]
    rng.shuffle(drawn)
    return drawn


def _contexts(questions: Iterable[Question]) -> dict[str, list[tuple[str, frozenset[str]]]]:
    """The different paragraphs of each group, with their words."""
    groups: dict[str, dict[str, frozenset[str]]] = defaultdict(dict)
    for question in questions:
        if question.context not in groups[question.group]:
            groups[question.group][question.context] = words(question.context)
    return {group: list(contexts.items()) for group, contexts in groups.items()}


def _elsewhere(
    question: Question, contexts: Sequence[tuple[str, frozenset[str]]], rng: random.Random
) -> Iterator[Question]:
    """Pair a question with the paragraph that shares most of its words and holds none of its answers, if any."""
    answers = {question.context[start:end].lower() for start, end in question.answers}
    candidates = rng.sample(contexts, min(_CANDIDATES, len(contexts)))
    wanted = words(question.question)
    without = [
        (len(wanted & held), context)
        for context, held in candidates
        if context != question.context and not any(answer in context.lower() for answer in answers)
    ]
    if without:
        yield Question(question.question, max(without)[1], (), question.group)


def _unmarked(question: Question) -> Question:
    return Question(question.question.rstrip("? "), question.context, question.answers, question.group)


class Encoded:
    """The tokens of all texts of some questions, each text tokenised once."""

    def __init__(self, questions: Iterable[Question], tokenizer: Tokenizer) -> None:
        texts = list(dict.fromkeys(text for row in questions for text in (row.question, row.context)))
        self._tokens: dict[str, Tokens] = dict(zip(texts, tokenizer.tokens(texts), strict=True))

    def examples(self, question: Question, rng: random.Random) -> Iterator[Example]:
        """Cut a question into windows; one of its answers, drawn at random and trimmed, is the one to find."""
        answer = trimmed(question.context, *rng.choice(question.answers)) if question.answers else None
        for window in windows(self._tokens[question.question], self._tokens[question.context]):
            first, last = (answer and window.locate(*answer)) or (0, 0)
            yield Example(window, first, last)

    def windows(self, question: Question) -> list[Window]:
        """Cut a question into windows."""
        return list(windows(self._tokens[question.question], self._tokens[question.context]))
