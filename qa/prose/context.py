"""Which fact of an article stands where a sentence has one: by the words around both.

"31 people died and 270 were hurt" holds 270, and yet does not tell that 270 died. Compares words only.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from qa.cues import FUNCTION_WORDS, stem
from qa.followup.words import NO_NAMES
from qa.prose.evidence import Line
from qa.prose.facts import Fact, facts
from qa.prose.match import occurrences, same_fact

RATIO = 1.5
"""How much better the place of another fact has to fit than any place of this one, to say that it stands there."""

FIT = 0.35
"""How well it has to fit at all: its share of the fit of a place with all the same words."""

SAME_LINE = 0.6
"""What the fit of another fact counts for in a line that tells this one too: it may belong to both."""

RUN, SURE = 2, 4
"""Words next to a place that have to be those next to the other one; where the lines do not tell the fact at all."""

_WORD = re.compile(r"\w+(?:[.,]\d+)*")
_END = ""  # stands for the end of a sentence


@dataclass(frozen=True, slots=True)
class Place:
    """The words before a fact, nearest first, and after it: all of them, and the content words by nearness."""

    before: tuple[str, ...]
    after: tuple[str, ...]
    near: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Runs:
    """How many words before and after two places are the same; ``content``: not function words alone."""

    before: int
    after: int
    content: bool

    @property
    def words(self) -> int:
        """Both together."""
        return self.before + self.after


@lru_cache(maxsize=4096)
def place(text: str, start: int, end: int) -> Place:
    """The words around ``text[start:end]``, as stems."""
    sides: tuple[list[str], list[str]] = ([], [])
    for word in _WORD.finditer(text):
        if word.end() <= start or word.start() >= end:
            sides[word.start() >= end].append(word.group().lower())
    sides[0].reverse()
    near: dict[str, float] = {}
    for side in sides:
        for distance, told in enumerate(told for told in side if told not in FUNCTION_WORDS):
            near[stem(told)] = max(near.get(stem(told), 0.0), 1 / (1 + distance / 2))
    before, after = ((*map(stem, side), _END) for side in sides)
    return Place(before, after, near)


def displaced(fact: Fact, sentence: str, lines: Sequence[Line], published: Mapping[int, str]) -> str:
    """What the lines tell in the place that the sentence gives to this fact; "" where the fact itself stands there.

    ``published`` are the sources' days.
    """
    mine = place(sentence, fact.start, fact.end)
    others = [one for one in facts(sentence) if one is not fact and one.kind == fact.kind]
    own: list[tuple[Runs, float]] = []
    elsewhere: list[tuple[Runs, float, str]] = []
    for line in lines:
        day = published.get(line.source, "")
        here = [(there, place(line.text, there.start, there.end)) for there in _rivals(fact, line)]
        matching = {there for there, _ in here if same_fact(fact, sentence, there, line.text, day)}
        for there, at in here:
            if there in matching:
                own.append((_runs(mine, at), _fit(mine, at)))
                continue
            told_too = _told_too(others, sentence, there, line.text, day)
            weight = 0.0 if told_too else SAME_LINE if matching else 1.0
            elsewhere.append((_runs(mine, at), weight * _fit(mine, at), there.told))
        if not matching and (start := line.text.find(fact.told)) >= 0:  # read as part of a longer name
            inside = place(line.text, start, start + len(fact.told))
            own.append((_runs(mine, inside), _fit(mine, inside)))
    for runs, _, instead in elsewhere:
        least = RUN if own else SURE
        if runs.content and runs.words >= least and all(_beats(runs, mine_there) for mine_there, _ in own):
            return instead
    fit, instead = max(((fit, told) for _, fit, told in elsewhere), default=(0.0, ""))
    own_fit = max((fit for _, fit in own), default=0.0)
    return instead if own and fit >= RATIO * own_fit and fit >= FIT * _fit(mine, mine) else ""


def _rivals(fact: Fact, line: Line) -> list[Fact]:
    """What could stand in the fact's place: of its kind, a people for a people only."""
    people = fact.told.lower() in NO_NAMES
    return [
        there
        for there in occurrences(fact.kind, line.text)
        if fact.kind != "name" or (there.told.lower() in NO_NAMES) is people
    ]


def _fit(mine: Place, theirs: Place) -> float:
    """How well two places fit, 0 and up: the sum over shared content words of the product of their nearness."""
    return sum(weight * theirs.near[word] for word, weight in mine.near.items() if word in theirs.near)


def _runs(mine: Place, theirs: Place) -> Runs:
    """The words next to both places that are the same, without a gap."""
    counts, content = [], False
    for side, other in ((mine.before, theirs.before), (mine.after, theirs.after)):
        pairs = list(zip(side, other, strict=False))
        count = next((i for i, (word, there) in enumerate(pairs) if word != there), len(pairs))
        counts.append(count)
        content = content or any(word != _END and word not in FUNCTION_WORDS for word in side[:count])
    return Runs(counts[0], counts[1], content)


def _beats(one: Runs, other: Runs) -> bool:
    """Whether a place fits better by the words next to it, on neither side worse: an aside may be left out."""
    return one.before >= other.before and one.after >= other.after and one.words > other.words + 1


def _told_too(others: Iterable[Fact], sentence: str, there: Fact, text: str, day: str) -> bool:
    return any(same_fact(one, sentence, there, text, day) for one in others)
