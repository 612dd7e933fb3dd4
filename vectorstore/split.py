"""An article in, passages out: runs of whole sentences, each short enough for the embedding model.

Knows nothing of models: tokens are given as the offsets at which they start. Sentences are found in ``sentences``.
"""

import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import ceil

from vectorstore.sentences import Span, paragraphs
from vectorstore.types import Article, Passage

# all-MiniLM-L6-v2 reads 256 tokens: 2 are its own, and 24, enough for nearly every headline, are left so that the
# article's title fits before a passage.
MAX_TOKENS = 230
# About 800 characters of English news, the length that the first measurements of search were made with.
TARGET_TOKENS = 190
# Of the limit, where a model's is smaller: leaves room to join a short paragraph rather than leave it alone.
TARGET_SHARE = 0.8
# Some scripts and junk (base64, a megabyte of "x") hold thousands of characters in one token; nobody reads that.
MAX_CHARACTERS = 2_000

# Costs more than anything gained by cutting a paragraph that need not be cut: a passage's own cost is at most 1, and
# moving the cut to the paragraph's end makes at most one passage more.
_CUT_COST = 10.0
_GRAINS = 16  # a passage is put together from pieces of at least about this part of it, which bounds the work
_CLUSTER = 32  # characters to look back for a place that does not break a combining sequence


@dataclass(frozen=True, slots=True)
class _Unit:
    """What is never cut any more: a sentence, or a piece of one that is too long. Tokens ``[first, last)``."""

    start: int
    end: int
    first: int
    last: int
    ends_paragraph: bool


def split(
    article: Article,
    token_starts: Sequence[int],
    *,
    max_tokens: int = MAX_TOKENS,
    target_tokens: float = TARGET_TOKENS,
) -> list[Passage]:
    """Split an article into passages, in order: ``article.text[p.start:p.end] == p.text``, without outer whitespace.

    Every character that is neither whitespace nor in a furniture line is in exactly one passage. A passage has at
    most ``max_tokens`` tokens and ``MAX_CHARACTERS`` characters; it does not cut a paragraph unless that is longer,
    nor a sentence unless that is longer, and does not reach over furniture. Short paragraphs are joined, to about
    ``target_tokens``: one sentence alone says too little of what it is about.

    ``token_starts`` are the offsets in ``article.text`` at which its tokens start, ascending.
    """
    text = article.text
    passages: list[Passage] = []
    for run in _runs(text, token_starts, max_tokens):
        for first, last in _pack(run, max_tokens, min(target_tokens, TARGET_SHARE * max_tokens)):
            start, end = run[first].start, run[last - 1].end
            passages.append(Passage(article.id, start, end, text[start:end]))
    return passages


def _runs(text: str, token_starts: Sequence[int], max_tokens: int) -> Iterator[list[_Unit]]:
    """Yield the units between furniture lines."""
    run: list[_Unit] = []
    for paragraph in paragraphs(text):
        if run and paragraph.after_furniture:
            yield run
            run = []
        pieces = [piece for span in paragraph.sentences for piece in _pieces(text, span, token_starts, max_tokens)]
        for number, (start, end) in enumerate(pieces, 1):
            first, last = bisect_left(token_starts, start), bisect_left(token_starts, end)
            unit = _Unit(start, end, first, last, ends_paragraph=number == len(pieces))
            # A paragraph's first piece stays apart from what is before, so that its start remains a place to end.
            if run and (number > 1 or len(pieces) == 1) and _is_grain(run[-1], unit, max_tokens):
                run[-1] = replace(unit, start=run[-1].start, first=run[-1].first)
            else:
                run.append(unit)
    if run:
        yield run


def _is_grain(unit: _Unit, following: _Unit, max_tokens: int) -> bool:
    tokens, characters = following.last - unit.first, following.end - unit.start
    return tokens <= max_tokens // _GRAINS and characters <= MAX_CHARACTERS // _GRAINS


def _pack(units: Sequence[_Unit], max_tokens: int, target: float) -> list[Span]:
    """Choose where passages end: the cheapest way, as ranges of units.

    A passage costs the square of its relative distance from the target length in tokens, and ``_CUT_COST`` if it ends
    inside a paragraph. ``best[i]`` is the least cost of the first ``i`` units.
    """
    best, begins = [0.0], [0]
    for end in range(1, len(units) + 1):
        last = units[end - 1]
        cut = 0.0 if last.ends_paragraph else _CUT_COST
        cheapest, begin = float("inf"), end - 1
        for first in range(end - 1, -1, -1):
            tokens = last.last - units[first].first
            too_long = tokens > max_tokens or last.end - units[first].start > MAX_CHARACTERS
            if too_long and first < end - 1:
                break
            cost = best[first] + ((tokens - target) / target) ** 2 + cut
            if cost < cheapest:
                cheapest, begin = cost, first
        best.append(cheapest)
        begins.append(begin)
    ranges: list[Span] = []
    end = len(units)
    while end:
        ranges.append((begins[end], end))
        end = begins[end]
    return ranges[::-1]


def _pieces(text: str, span: Span, token_starts: Sequence[int], max_tokens: int) -> Iterator[Span]:
    """Cut a sentence that is longer than a passage may be into about equal pieces, trimmed."""
    start, end = span
    while start < end:
        first, last = bisect_left(token_starts, start), bisect_left(token_starts, end)
        pieces = max(ceil((last - first) / max_tokens), ceil((end - start) / MAX_CHARACTERS))
        if pieces <= 1:
            yield start, end
            return
        over = first + ceil((last - first) / pieces)  # the first token of the next piece
        limit = token_starts[over] if over < last else end
        cut = _cut(text, start, max(start + 1, min(limit, start + MAX_CHARACTERS, end - 1)))
        yield start, start + len(text[start:cut].rstrip())
        start = end - len(text[cut:end].lstrip())


def _cut(text: str, start: int, limit: int) -> int:
    """Return the best place in ``(start, limit]`` to cut: at whitespace, else where no character is broken."""
    for place in range(limit, start, -1):
        if text[place].isspace() or text[place - 1].isspace():
            return place
    for place in range(limit, max(start, limit - _CLUSTER), -1):
        if not _is_inside_cluster(text, place):
            return place
    return limit


def _is_inside_cluster(text: str, place: int) -> bool:
    """Tell whether a cut before ``text[place]`` would break what is seen as one character (roughly UAX #29)."""
    before, after = text[place - 1], text[place]
    flags = "\U0001f1e6" <= before <= "\U0001f1ff" and "\U0001f1e6" <= after <= "\U0001f1ff"
    joined = before == "\u200d" or after in "\u200d\u200c"
    modified = "\U0001f3fb" <= after <= "\U0001f3ff" or "\U000e0020" <= after <= "\U000e007f"
    return flags or joined or modified or unicodedata.category(after) in {"Mn", "Mc", "Me"}
