"""From a window's logits to the stretches of text that answer best. Knows nothing of networks, passages or articles."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qa.reader.windows import Window

MAX_ANSWER_TOKENS = 30  # of 7,700 training questions 999 in 1,000 have an answer this short
SPANS = 3  # of one context, at most
_LOOKED_AT = 64  # best spans of a window that are looked at for those few; most of them overlap

_OPENING, _CLOSING = "([{“‘«", ")]}”’»"
_EDGE = frozenset(" \t\n\r\xa0.,;:!?…·•*|/\\\"'`-–—" + _OPENING + _CLOSING)
_ABBREVIATION = re.compile(r"(?:\b\w\.){2,}$|\b(?:Jr|Sr|Inc|Co|Corp|Ltd|Bros)\.$")  # "U.S.", "Jr."


@dataclass(frozen=True, slots=True)
class Candidate:
    """A stretch ``[start, end)`` of a context, inside its sentence ``[sentence_start, sentence_end)``.

    ``margin`` is the logit of its start plus that of its end minus those of "no answer here": above 0 the network
    prefers it to no answer. Margins compare between contexts; logits do not. Higher is better.
    """

    start: int
    end: int
    margin: float
    sentence_start: int
    sentence_end: int


@dataclass(frozen=True, slots=True)
class Reading:
    """What one context says: its best ``candidates``, best first, none overlapping.

    ``log_mass`` is log(n + sum of exp(margin) over all its spans), n the number of its windows, so that
    exp(margin - log_mass) is a span's share of the probability, and 1 shared over several contexts adds their masses.
    ``answered`` is the share of all its spans together, in [0, 1]: that it answers at all.
    """

    candidates: tuple[Candidate, ...]
    log_mass: float
    answered: float


def reading(
    text: str, sentences: Sequence[tuple[int, int]], windows: Sequence[tuple[Window, NDArray[np.float32]]]
) -> Reading:
    """Choose the best spans of a context from its windows, each with its logits (2, T); no span leaves its sentence."""
    found: list[Candidate] = []
    masses = [0.0] * len(windows)
    for number, (window, logits) in enumerate(windows):
        margins = _margins(window, sentences, logits)
        masses[number] = float(np.logaddexp.reduce(margins, axis=None, initial=0.0))
        found.extend(_candidates(text, sentences, window, margins))
    found.sort(key=lambda candidate: -candidate.margin)
    log_mass = float(np.logaddexp.reduce(masses))
    answered = max(0.0, 1 - len(masses) * float(np.exp(-log_mass)))  # rounding can take it below 0
    return Reading(tuple(_apart(found))[:SPANS], log_mass, answered)


def _margins(window: Window, sentences: Sequence[tuple[int, int]], logits: NDArray[np.float32]) -> NDArray[np.float64]:
    """Margins (D, N) of the spans of D tokens more than one that start at each of N context tokens; ``-inf``: none."""
    count = len(window.offsets)
    inside = slice(window.context, window.context + count)
    starts, ends = logits[0, inside].astype(np.float64), logits[1, inside].astype(np.float64)  # (N,)
    null = float(logits[0, 0]) + float(logits[1, 0])
    places = _places(window, sentences)  # (N,)
    margins = np.full((min(MAX_ANSWER_TOKENS, count), count), -np.inf)
    for longer in range(len(margins)):
        last = count - longer
        same = (places[:last] == places[longer:]) & (places[:last] >= 0)
        margins[longer, :last] = np.where(same, starts[:last] + ends[longer:] - null, -np.inf)
    return margins


def _places(window: Window, sentences: Sequence[tuple[int, int]]) -> NDArray[np.int64]:
    """The number of the sentence that holds each context token, -1 where none does or the token is of no character."""
    if not window.offsets or not sentences:
        return np.full(len(window.offsets), -1)
    bounds, offsets = np.array(sentences), np.array(window.offsets)
    places = np.searchsorted(bounds[:, 0], offsets[:, 0], side="right") - 1
    inside = (places >= 0) & (offsets[:, 0] < offsets[:, 1]) & (offsets[:, 1] <= bounds[places, 1])
    return np.where(inside, places, -1)


def _candidates(
    text: str, sentences: Sequence[tuple[int, int]], window: Window, margins: NDArray[np.float64]
) -> Iterator[Candidate]:
    """The best spans of a window, each widened to whole words and trimmed."""
    flat = margins.ravel()
    best = np.argpartition(-flat, _LOOKED_AT)[:_LOOKED_AT] if flat.size > _LOOKED_AT else np.arange(flat.size)
    for index in best[np.isfinite(flat[best])]:
        longer, first = divmod(int(index), margins.shape[1])
        start, end = window.characters(window.context + first, window.context + first + longer)
        place = bisect_right(sentences, start, key=lambda bounds: bounds[0]) - 1
        start, end = trimmed(text, *_whole_words(text, start, end, sentences[place]))
        if start < end:
            yield Candidate(start, end, float(flat[index]), *sentences[place])


def _apart(candidates: Sequence[Candidate]) -> Iterator[Candidate]:
    """Leave out each candidate that overlaps a better one."""
    kept: list[Candidate] = []
    for candidate in candidates:
        if all(candidate.end <= other.start or other.end <= candidate.start for other in kept):
            kept.append(candidate)
            yield candidate


def _whole_words(text: str, start: int, end: int, sentence: tuple[int, int]) -> tuple[int, int]:
    """Widen a stretch that begins or ends inside a word, but not beyond its sentence."""
    while start > sentence[0] and text[start].isalnum() and text[start - 1].isalnum():
        start -= 1
    while end < sentence[1] and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    return start, end


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Take marks off both ends of ``text[start:end]``: spaces, punctuation, and brackets or quotes without a partner.

    A bracket or quote whose partner stands inside stays, unless the pair holds all of the stretch; so does the full
    stop of "U.S.". Signs that belong to a number ("$", "%", "°") are no punctuation here.
    """
    while start < end:
        piece = text[start:end]
        wrapped = _partner(piece[0]) == piece[-1] and not {piece[0], piece[-1]} & set(piece[1:-1])
        if piece[0] in _EDGE and (wrapped or not _needed(piece[0], piece[1:])) and not re.match(r"[-–'’.]\d", piece):
            start += 1
        elif piece[-1] in _EDGE and not _needed(piece[-1], piece[:-1]) and not _ABBREVIATION.search(piece):
            end -= 1
        else:
            break
    return start, end


def _partner(mark: str) -> str:
    """The mark that closes or opens what ``mark`` opens or closes; "" if it is none of those."""
    for marks, partners in ((_OPENING, _CLOSING), (_CLOSING, _OPENING)):
        if mark in marks:
            return partners[marks.index(mark)]
    return '"' if mark == '"' else ""


def _needed(mark: str, rest: str) -> bool:
    """Tell whether the partner of a mark stands in the rest, on its own."""
    partner = _partner(mark)
    if not partner:
        return False
    if mark == '"':
        return rest.count('"') % 2 == 1
    return rest.count(partner) > rest.count(mark)
