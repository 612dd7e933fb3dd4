"""A language model's text as it comes in, whole plain sentences with their markers out.

What models add to prose is taken away: thinking aloud, Markdown, control characters, links. Knows nothing of articles.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from vectorstore.sentences import sentences

LONGEST = 2_000
"""Characters of one sentence; longer runs without an end are taken as they are."""

_THINKING = re.compile(r"<think(?:ing)?>.*?(?:</think(?:ing)?>|\Z)", re.DOTALL | re.IGNORECASE)
_MARKER = r"(?:\[\s*(?:(?:passages?|sources?|articles?) )?\d+(?:\s*(?:[,;–-]|and)\s*\d+)*\s*\]|【\s*\d+[^】]{0,20}】)"
_MARKERS = re.compile(rf"(?i)\s*{_MARKER}")
_NUMBER = re.compile(r"\d+")
_LEADING_MARKERS = re.compile(rf"(?i)(?:\s*{_MARKER}[.,;]?)+")
_PARTIAL_MARKER = re.compile(r"(?i)\s*[\[【][\s\d,;–a-z-]{0,20}\Z")
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()]*\)|!?\[(?!\s*\d+\s*\])([^\[\]]*)\]\[[^\[\]]*\]")
_ADDRESS = re.compile(r"(?i)\b(?:[a-z][a-z0-9+.-]{1,15}://|www\.|data:|javascript:|mailto:)\S+")
_TAG = re.compile(r"</?[A-Za-z!][^<>]*>")
_EMPHASIS = re.compile(r"\*{1,3}|(?<!\w)_{1,3}(?=\w)|(?<=\w)_{1,3}(?!\w)|`+")
_LIST = re.compile(r"(?m)^\s*(?:#{1,6}\s+|[-*+•]\s+|\d{1,2}[.)]\s+|>\s*)")
_MOST_NUMBERS = 12
LEFT_OUT = "(address left out)"
"""Stands where the model wrote an address."""


@dataclass(frozen=True, slots=True)
class Written:
    """One sentence of the model: its ``text`` without markers, and the numbers of the passages that it ``cites``."""

    text: str
    cites: tuple[int, ...]


def written(pieces: Iterable[str]) -> Iterator[Written]:
    """Yield each sentence as soon as it is whole, with the markers that follow it."""
    raw, done = "", 0
    for piece in pieces:
        raw += piece
        text = _shown(raw, whole=False)
        found = _cut(text, done, whole=False)
        for start, end in found:
            yield from _written(text[start:end])
            done = end
    text = _shown(raw, whole=True)
    for start, end in _cut(text, done, whole=True):
        yield from _written(text[start:end])


def _shown(raw: str, *, whole: bool) -> str:
    """The text without what the model thought aloud, so that what is shown only ever grows."""
    shown = _THINKING.sub("", raw)
    if not whole and (opened := shown.rfind("<")) >= 0 and "<think".startswith(shown[opened:].lower()[:6]):
        shown = shown[:opened]
    return shown.lstrip()


def _cut(text: str, done: int, *, whole: bool) -> list[tuple[int, int]]:
    """The sentences that are whole from ``done`` on: something that is no marker has begun after each."""
    rest = text[done:]
    spans = [(done + start, done + end) for start, end in sentences(rest)]
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        leading = _LEADING_MARKERS.match(text, start)
        if joined and leading and text[joined[-1][1] : start].strip(" ") == "":
            joined[-1] = (joined[-1][0], min(end, leading.end()))
            start = leading.end()  # noqa: PLW2901 - the markers went to the sentence before
        if text[start:end].strip():
            joined.append((start, end))
    if whole:
        return joined
    if len(joined) > 1 and _begun(text[joined[-1][0] : joined[-1][1]]):
        return joined[:-1]
    if len(joined) == 1 and len(text) - joined[0][0] > LONGEST:
        return joined
    return joined[:-2] if len(joined) > 1 else []


def _begun(text: str) -> bool:
    """Whether enough of a sentence is there to know that the one before it has ended."""
    return not _PARTIAL_MARKER.search(text) and len(re.findall(r"\w+\W", text)) > 1


def _written(text: str) -> Iterator[Written]:
    plain = clean(text)
    cites = tuple(dict.fromkeys(number for found in _MARKERS.finditer(plain) for number in _numbers(found.group())))
    bare = re.sub(r"\s+([.,;:!?])", r"\1", " ".join(_MARKERS.sub(" ", plain).split()))
    bare = re.sub(r"([.!?])\1+$", r"\1", bare)
    if re.search(r"\w", bare):
        yield Written(bare, cites)


def _numbers(marker: str) -> list[int]:
    """The numbers of "[2]", "[2, 5]" and "[2-4]"."""
    found = [int(number[:6]) for number in _NUMBER.findall(marker)][:_MOST_NUMBERS]
    if re.search(r"\d\s*[–-]\s*\d", marker) and len(found) == 2 and 0 < found[1] - found[0] < _MOST_NUMBERS:  # noqa: PLR2004
        return list(range(found[0], found[1] + 1))
    return found


def clean(text: str) -> str:
    """Text and nothing else: no markup, no addresses, no control or bidirectional characters, on one line."""
    text = _TAG.sub("", _LIST.sub("", text))
    text = _LINK.sub(_unlinked, text)
    text = _ADDRESS.sub(LEFT_OUT, text)
    text = _EMPHASIS.sub("", text)
    kept = (char if unicodedata.category(char)[0] != "C" else " " for char in text)
    return " ".join("".join(kept).split())


def _unlinked(link: re.Match[str]) -> str:
    """What a link shows; a number in it is a marker."""
    shown = (link[1] or link[2] or "").strip()
    return f"[{shown}]" if shown.isdecimal() else shown
