"""Variations of a training question: shorter contexts, questions made false, questions as people type them.

Every choice is drawn from the caller's random generator. Knows nothing of tokens or of the network.
"""

import random
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from qa.reader.question import Question
from vectorstore.sentences import sentences

_CROP = (200, 700)  # characters of a cropped context, about
_MARKED = re.compile(r"[?\s]+$")

# A run of capitalised words inside a sentence, or a number: what a false question swaps for another one.
_ENTITY = re.compile(r"(?<=[a-z0-9,;] )[A-Z][\w’'-]+(?: (?:of |the |de )?[A-Z][\w’'-]+)*|(?<![\w.,])\d[\d,.]*(?![\w%])")
_YEAR = re.compile(r"[12]\d{3}")
_OPPOSITES = (
    "first last|before after|most least|largest smallest|biggest smallest|highest lowest|more less|more fewer|"
    "increase decrease|increased decreased|began ended|beginning end|start stop|started stopped|oldest youngest|"
    "north south|northern southern|east west|eastern western|earliest latest|best worst|longest shortest|"
    "always never|male female|men women|father mother|son daughter|brother sister|husband wife|won lost|"
    "allowed forbidden|legal illegal|same different|included excluded|accepted rejected|supported opposed|"
    "support oppose|for against|above below|inside outside|rise fall|rose fell|major minor|rich poor|public private|"
    "positive negative|cause prevent|caused prevented|gained lost|buy sell|bought sold|arrived left|common rare|"
    "early late|easy difficult|new old|high low|large small|strong weak|hot cold|wet dry|young old|"
    "winter summer|morning evening|majority minority|minimum maximum|import export|attack defend|open close|"
    "opened closed"
)
_OPPOSITE: dict[str, list[str]] = defaultdict(list)
for _one, _other in (_pair.split() for _pair in _OPPOSITES.split("|")):
    _OPPOSITE[_one].append(_other)
    _OPPOSITE[_other].append(_one)
_OPPOSED = re.compile(rf"\b(?:{'|'.join(sorted(_OPPOSITE, key=len, reverse=True))})\b")
_VERB = re.compile(r"\b(?:is|are|was|were|did|does|do|has|had|can|could|would|will)\b")
_NEGATED = {"can": "can't", "will": "won't"}


@dataclass(frozen=True, slots=True)
class Entities:
    """What a text names: years, other numbers, and names by how many words they have."""

    of_shape: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Entities":
        """Collect what texts name, each once, in the order of the texts."""
        shapes: dict[str, dict[str, None]] = {}
        for text in texts:
            for match in _ENTITY.finditer(text):
                shapes.setdefault(_shape(match[0]), {})[match[0]] = None
        return cls({shape: tuple(found) for shape, found in shapes.items()})


def cropped(question: Question, rng: random.Random) -> Question:
    """The question with a run of whole sentences of its context, those of its first answer among them."""
    bounds = sentences(question.context)
    if len(bounds) < 2:  # noqa: PLR2004 - nothing to leave out
        return question
    at, until = question.answers[0] if question.answers else (rng.randrange(len(question.context)),) * 2
    inside = [i for i, (start, end) in enumerate(bounds) if start < max(until, at + 1) and end > at]
    if not inside:
        return question
    first, last, wanted = inside[0], inside[-1], rng.randint(*_CROP)
    while bounds[last][1] - bounds[first][0] < wanted and (first > 0 or last < len(bounds) - 1):
        if last == len(bounds) - 1 or (first > 0 and rng.random() < 0.5):  # noqa: PLR2004 - either side
            first -= 1
        else:
            last += 1
    begin, end = bounds[first][0], bounds[last][1]
    kept = tuple((start - begin, stop - begin) for start, stop in question.answers if begin <= start and stop <= end)
    return replace(question, context=question.context[begin:end], answers=kept)


def falsified(question: Question, near: Entities, far: Entities, rng: random.Random) -> Question | None:
    """The question made one that its context does not answer, as far as rules tell; ``None`` where no rule fits.

    A name, year or number of the question becomes another one of the context (``near``) or of its article (``far``), a
    word becomes its opposite, or the first verb is negated: the ways of SQuAD 2.0's own unanswerable questions
    (Rajpurkar et al. 2018, table 1). Some remain answerable: noise.
    """
    near_or_far = near if rng.random() < 0.5 else far  # noqa: PLR2004 - either
    ways = rng.choice(((_swapped, _opposed), (_swapped, _opposed), (_opposed, _swapped), (_negated,)))
    texts = (way(question, near_or_far, rng) for way in ways)
    text = next((text for text in texts if text), "")
    return replace(question, question=text, answers=()) if text else None


def unmarked(question: Question) -> Question:
    """The question without its question mark."""
    return replace(question, question=_MARKED.sub("", question.question))


def _swapped(question: Question, entities: Entities, rng: random.Random) -> str:
    text, answer = question.question, _answer(question)
    places = [match.span() for match in _ENTITY.finditer(text)]
    rng.shuffle(places)
    for start, end in places:
        others = [
            other
            for other in entities.of_shape.get(_shape(text[start:end]), ())
            if other.lower() not in text.lower()
            and text[start:end].lower() not in other.lower()
            and other not in answer
        ]
        if others:
            return text[:start] + rng.choice(others) + text[end:]
    return ""


def _opposed(question: Question, _: Entities, rng: random.Random) -> str:
    found: Sequence[re.Match[str]] = list(_OPPOSED.finditer(question.question))
    if not found:
        return ""
    match = rng.choice(found)
    return question.question[: match.start()] + rng.choice(_OPPOSITE[match[0]]) + question.question[match.end() :]


def _negated(question: Question, _: Entities, __: random.Random) -> str:
    match = _VERB.search(question.question)
    if match is None:
        return ""
    return (
        question.question[: match.start()] + _NEGATED.get(match[0], f"{match[0]}n't") + question.question[match.end() :]
    )


def _shape(entity: str) -> str:
    if _YEAR.fullmatch(entity):
        return "year"
    return "number" if entity[0].isdigit() else f"name {min(len(entity.split()), 3)}"


def _answer(question: Question) -> str:
    return " ".join(question.context[start:end] for start, end in question.answers)
