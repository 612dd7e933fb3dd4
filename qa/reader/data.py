"""Training questions: read, mended, split by article, drawn with variations and negatives, cut into windows.

Knows nothing of the network. Every choice is drawn from the caller's random generator, so that a seed repeats it.
"""

import random
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from qa.reader.augment import Entities, cropped, falsified, unmarked
from qa.reader.jsonl import read_rows
from qa.reader.question import Question
from qa.reader.spans import trimmed
from qa.reader.windows import Tokenizer, Tokens, Window, windows
from vectorstore.errors import InputError

# Articles of SQuAD 2.0's dev set kept from training, for the choice of model and threshold.
HELD_OUT = frozenset(f"squad2dev:{title}" for title in ("Black_Death", "Construction", "Pharmacy"))

_CANDIDATES = 12  # paragraphs looked at for each question that is paired with another one
_MISPLACED = "squad2dev"  # about 5 % of its offsets point at an earlier occurrence of the same string
_TITLED = frozenset(("squad2dev", "squad2train", "new_wiki"))  # the groups of these are named by the article's title


@dataclass(frozen=True, slots=True)
class Mix:
    """What one pass holds. ``weights``: how often a source's questions come on average (default 1).

    The others are shares. Of the answerable questions, so many come a second time: ``elsewhere`` with another paragraph
    of their group, ``off_topic`` with one of another group, ``false`` made false. Of all, so many are ``cropped`` to
    part of their context, ``unmarked`` (no question mark; the model reads no capitals anyway) and ``untitled``.
    """

    # Reviews and posts are many and least like news. Of the news-quiz questions most have no passage that answers.
    weights: Mapping[str, float] = field(
        default_factory=lambda: {
            "squad2dev": 1.5,
            "reddit": 0.5,
            "amazon_reviews": 0.5,
            "hotpot": 0.6,
            "news": 2.0,
            "newsnone": 0.5,
        }
    )
    elsewhere: float = 0.25
    off_topic: float = 0.06
    false: float = 0.35
    cropped: float = 0.5
    unmarked: float = 0.15
    untitled: float = 0.4


@dataclass(frozen=True, slots=True)
class Example:
    """A window and the tokens ``first`` to ``last`` that answer; (0, 0), its ``[CLS]``, if none of its tokens do."""

    window: Window
    first: int
    last: int


def read_questions(*paths: Path) -> list[Question]:
    """Read files of questions (``question``, ``context``, ``answers``, ``group``, ``title``), their answers mended.

    Raises:
        InputError: a file cannot be read, a line is no question, or an answer is not where its file says.
    """
    return [_question(row, path, number) for path in paths for number, row in read_rows(path)]


def _question(row: object, path: Path, number: int) -> Question:
    match row:
        case {"question": str(question), "context": str(context), "answers": list(given), **more} if all(
            map(_is_answer, given)
        ):
            group = str(more.get("group", ""))
        case _:
            raise InputError(f"{path}: line {number} is no question with its answers' places; mend or drop it")
    answers: list[tuple[int, int]] = []
    for answer in given:
        start, end = answer["start"], answer["start"] + len(answer["text"])
        if context[start:end] != answer["text"]:
            raise InputError(f"{path}: question {more.get('id')}: {answer['text']!r} is not at {start} of its context")
        answers.append((start, end))
    if group.startswith(_MISPLACED):
        answers = _mended(context, question, answers)
    source, _, article = group.partition(":")
    title = str(more.get("title", "")) or (article.replace("_", " ") if source in _TITLED else "")
    return Question(question, context, tuple(answers), group, title)


def _is_answer(one: object) -> bool:
    match one:
        case {"text": str(), "start": int()}:
            return True
    return False


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


def draw(questions: Sequence[Question], mix: Mix, seed: int) -> list[Question]:
    """Draw the questions of one pass, in random order."""
    rng = random.Random(seed)  # noqa: S311 - no secret
    drawn: list[Question] = []
    negatives = _Negatives(questions)
    for question in questions:
        weight = mix.weights.get(question.source, 1.0)
        for _ in range(int(weight) + (rng.random() < weight % 1)):
            drawn.append(question)
            if question.answers:
                drawn.extend(negatives.draw(question, mix, rng))
    drawn = [_varied(question, mix, rng) for question in drawn]
    rng.shuffle(drawn)
    return drawn


def _varied(question: Question, mix: Mix, rng: random.Random) -> Question:
    if rng.random() < mix.unmarked:
        question = unmarked(question)
    if rng.random() < mix.untitled:
        question = replace(question, title="")
    return cropped(question, rng) if rng.random() < mix.cropped else question


@dataclass(frozen=True, slots=True)
class _Paragraph:
    text: str
    title: str
    words: frozenset[str]


class _Negatives:
    """Unanswerable questions made of answerable ones."""

    def __init__(self, questions: Sequence[Question]) -> None:
        groups: dict[str, dict[str, _Paragraph]] = defaultdict(dict)
        for row in questions:
            if row.context not in groups[row.group]:
                groups[row.group][row.context] = _Paragraph(row.context, row.title, words(row.context))
        self._groups = {group: list(paragraphs.values()) for group, paragraphs in groups.items()}
        self._names = list(self._groups)
        self._entities = {
            # The paragraphs of a source without articles have nothing in common: a few of them are enough.
            group: Entities.of(paragraph.text for paragraph in paragraphs[:200])
            for group, paragraphs in self._groups.items()
        }

    def draw(self, question: Question, mix: Mix, rng: random.Random) -> Iterator[Question]:
        if rng.random() < mix.elsewhere:
            yield from self._elsewhere(question, rng)
        if rng.random() < mix.off_topic:
            paragraph = rng.choice(self._groups[rng.choice(self._names)])
            if _lacks(paragraph, question):
                yield replace(question, context=paragraph.text, title=paragraph.title, answers=())
        if rng.random() < mix.false:
            false = falsified(question, Entities.of([question.context]), self._entities[question.group], rng)
            if false:
                yield false

    def _elsewhere(self, question: Question, rng: random.Random) -> Iterator[Question]:
        """Pair a question with the paragraph that shares most of its words and holds none of its answers, if any."""
        paragraphs = self._groups[question.group]
        wanted = words(question.question)
        without = [
            paragraph
            for paragraph in rng.sample(paragraphs, min(_CANDIDATES, len(paragraphs)))
            if _lacks(paragraph, question)
        ]
        if without:
            best = max(without, key=lambda paragraph: len(wanted & paragraph.words))
            yield replace(question, context=best.text, title=best.title, answers=())


def _lacks(paragraph: _Paragraph, question: Question) -> bool:
    """Whether a paragraph is another than the question's and holds none of its answers."""
    if paragraph.text == question.context:
        return False
    text = paragraph.text.lower()
    return not any(question.context[start:end].lower() in text for start, end in question.answers)


class Encoded:
    """The tokens of all texts of some questions, each text tokenised once."""

    def __init__(self, questions: Iterable[Question], tokenizer: Tokenizer) -> None:
        texts = list(dict.fromkeys(text for row in questions for text in (row.question, row.context, row.title)))
        self._tokens: dict[str, Tokens] = dict(zip(texts, tokenizer.tokens(texts), strict=True))

    def examples(self, question: Question, rng: random.Random) -> Iterator[Example]:
        """Cut a question into windows; one of its answers, drawn at random and trimmed, is the one to find."""
        answer = trimmed(question.context, *rng.choice(question.answers)) if question.answers else None
        for window in self.windows(question):
            first, last = (answer and window.locate(*answer)) or (0, 0)
            yield Example(window, first, last)

    def windows(self, question: Question) -> list[Window]:
        """Cut a question into windows."""
        tokens = self._tokens
        return list(windows(tokens[question.question], tokens[question.context], tokens[question.title]))
