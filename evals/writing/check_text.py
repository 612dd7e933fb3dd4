"""Whether an article says an answer, and where a quote stands in it or what stands nearest. Ignorant of questions.

Says nothing about what is right: only about what is written.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import islice
from typing import Literal

from evals.metrics import contains
from qa.cues import content_stems
from qa.prose.facts import facts
from qa.prose.match import tells, told
from qa.values import same, value
from vectorstore.sentences import sentences
from vectorstore.types import Article

How = Literal["", "words", "value"]
"""How an article says an answer: not at all, in its words, or by value ("nine" for "9")."""

LIKE = 0.5
"""Share of their words, in [0, 1], that a quote and a stretch of text must have in common, in order."""

_WORD = re.compile(r"\w+(?:['’]\w+)*")
_TRIED = 12  # stretches that are compared word for word, of those that share most words
_TOGETHER = 3  # sentences that a quote may span


@dataclass(frozen=True, slots=True)
class Stretch:
    """``text == article.text[start:end]``; ``likeness`` to what was looked for is in [0, 1], 1 for the same words."""

    start: int
    end: int
    text: str
    likeness: float


def says(article: Article, answer: str) -> How:
    """How the article says the answer: as whole words, or by the value of its numbers, days and names."""
    literal = rf"(?<!\w){re.escape(answer)}(?!\w)"  # the quick way, but not for numbers: 5 is not in 1.5
    if (re.search(r"[^\W\d]", answer) and re.search(literal, article.text)) or contains(article.text, [answer]):
        return "words"
    found = facts(answer)
    if not found:
        return ""
    source = told(article.text, article.published)
    left = answer
    for fact in reversed(found):
        if not tells(fact, answer, source, article.published):
            return ""
        left = left[: fact.start] + " " + left[fact.end :]
    return "value" if set(content_stems(left)) <= set(content_stems(article.text)) else ""


def same_side(one: str, other: str) -> bool:
    """Whether two answers of a conflict are one: the same words, or the same amount or day. Spellings can be sides."""
    mine, theirs = value(one), value(other)
    return mine.words == theirs.words or (mine.kind in ("quantity", "date") and same(mine, theirs))


def sentence_with(article: Article, answer: str, first: Sequence[tuple[int, int]] = ()) -> tuple[int, int] | None:
    """The span of a sentence that says the answer: one of ``first``, else the first of the article; else ``None``."""
    spans = [*first, *sentences(article.text)]
    for how in ("words", "value"):
        for start, end in spans:
            if says(_part(article, start, end), answer) == how:
                return start, end
    return None


def nearest(quote: str, text: str) -> Stretch | None:
    """The stretch of a text that is most like a quote, cut to it; ``None`` where nothing is at least ``LIKE``."""
    if same := _same_words(quote, text):
        return same
    wanted = _WORD.findall(quote.lower())
    if not wanted:
        return None
    known = set(wanted)
    windows = sorted(_windows(text), key=lambda span: -_shared(known, text[span[0] : span[1]]))
    found = (_cut(wanted, text, *span) for span in windows[:_TRIED])
    best = max((one for one in found if one), key=lambda one: one.likeness, default=None)
    return best if best and best.likeness >= LIKE else None


def _part(article: Article, start: int, end: int) -> Article:
    return Article(article.id, article.text[start:end], published=article.published)


def _same_words(quote: str, text: str) -> Stretch | None:
    """The same words with other marks or white space between them, whatever their case."""
    words = _WORD.findall(quote)
    pattern = r"[\W_]{1,6}".join(re.escape(word).replace("'", "['’]").replace("’", "['’]") for word in words)
    found = re.search(rf"(?i)(?<!\w){pattern}(?!\w)", text) if words else None
    if not found:
        return None
    start, end = found.span()
    closes, opens = re.search(r"[^\w\s]+$", quote.rstrip()), re.match(r"[^\w\s]", quote.lstrip())
    if closes and (marks := re.compile(r"[^\w\s]{1,3}").match(text, end)):
        end = marks.end()  # the full stop, quotation marks and brackets that the quote ends with too
    while opens and start and not (text[start - 1].isalnum() or text[start - 1].isspace()):
        start -= 1
    return Stretch(start, end, text[start:end], 1.0)


def _windows(text: str) -> Iterator[tuple[int, int]]:
    """One to three sentences in a row."""
    spans = sentences(text)
    for number, (start, _end) in enumerate(spans):
        for _first, end in islice(spans, number, number + _TOGETHER):
            yield start, end


def _shared(known: set[str], part: str) -> float:
    """The share of all different words of two texts that both have."""
    words = set(_WORD.findall(part.lower()))
    return len(known & words) / len(known | words) if words else 0.0


def _cut(wanted: Sequence[str], text: str, start: int, end: int) -> Stretch | None:
    """The part of ``text[start:end]`` that lines up with the words wanted."""
    tokens = list(_WORD.finditer(text, start, end))
    matcher = SequenceMatcher(None, wanted, [token.group().lower() for token in tokens], autojunk=False)
    blocks = [block for block in matcher.get_matching_blocks() if block.size]
    if not blocks:
        return None
    first = max(0, blocks[0].b - blocks[0].a)
    last = min(len(tokens), blocks[-1].b + len(wanted) - blocks[-1].a)
    share = 2 * sum(block.size for block in blocks) / (len(wanted) + last - first)
    low = start if first == 0 else tokens[first].start()
    high = end if last == len(tokens) else tokens[last - 1].end()
    return Stretch(low, high, text[low:high], min(share, 0.99))
