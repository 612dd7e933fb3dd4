"""The trained reader of passages: marks the spans that answer a question, in many passages at once.

Takes passages as search returns them; knows nothing of stores, findings or abstention.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from qa.reader.batch import by_length, tensors
from qa.reader.model import load
from qa.reader.spans import Candidate, Reading, reading
from qa.reader.windows import Tokenizer, Tokens, Window, windows
from qa.types import Span
from vectorstore.embed import bfloat16_is_fast
from vectorstore.errors import BylineError
from vectorstore.sentences import sentences
from vectorstore.types import Hit, Passage

NAME = "byline"
WEIGHTS = Path(__file__).parent / "model.safetensors"
SHA256 = "104149ac3c40f6c8acdbc6b74bb2cd8748186da1f12494d2813c399024b14ef4"  # of WEIGHTS

PASSAGES = 20  # usually read for one question
_BATCH_TOKENS = 2048  # 20 passages took 636, 568 and 1,039 ms at best in batches of 1,024, 2,048 and 4,096


Network: TypeAlias = Callable[[Tensor, Tensor, Tensor], Tensor]
"""Ids, types and mask, each (B, T), to logits (B, 2, T) in float32; see ``qa.reader.model.SpanNetwork.forward``."""

Cut: TypeAlias = Callable[[Tokens, Tokens, Tokens], Iterable[Window]]
"""Question, context and title (which a model may ignore) to the windows that hold all of the context."""


class SpanReader:
    """A loaded reader. Safe to use from several threads.

    Attributes:
        name: what ``qa.reading.open_reader`` takes to load the same reader again.
        sha256: hex digest of the weights.
        dtype: ``bfloat16`` or ``float32``, what the network computes in.
    """

    def __init__(
        self, network: Network, tokenizer: Tokenizer, cut: Cut, *, name: str, sha256: str, dtype: torch.dtype
    ) -> None:
        self._network = network
        self._tokenizer = tokenizer
        self._cut = cut
        self.name = name
        self.sha256 = sha256
        self.dtype = str(dtype).removeprefix("torch.")

    @classmethod
    def load(cls, weights: Path | None = None, dtype: torch.dtype | None = None) -> "SpanReader":
        """Load the reader that comes with Byline, or other weights of the same network.

        Without ``dtype`` it computes in bfloat16 where that is faster, else in float32.

        Raises:
            BylineError: the weights are missing or damaged.
        """
        name, sha256 = NAME, SHA256
        if weights is None:
            check(WEIGHTS, SHA256)
        else:
            name, sha256 = str(weights), hashlib.sha256(weights.read_bytes()).hexdigest()
        dtype = dtype or (torch.bfloat16 if bfloat16_is_fast() else torch.float32)
        return cls(load(weights or WEIGHTS, dtype), Tokenizer(), windows, name=name, sha256=sha256, dtype=dtype)

    def read(self, question: str, hits: Sequence[Hit]) -> list[Span]:
        """Return the best spans of the hits, at most three a passage, best first.

        ``Span.score`` is the span's share of one softmax over all spans of all passages and, for each passage, "no
        answer here": spans that say the same thing in several passages share it between them. ``Span.alone`` is its
        share of a softmax over the spans of its passage that are returned and one "no answer here", ``Span.answered``
        that of all spans of its passage. Higher is better.
        """
        passages = [hit.passage for hit in hits]
        if not passages:
            return []
        readings = self.readings([(question, hit.passage.text, hit.article.title) for hit in hits])
        log_mass = float(np.logaddexp.reduce([found.log_mass for found in readings]))
        ranked = sorted(
            (
                (candidate, found, passage)
                for found, passage in zip(readings, passages, strict=True)
                for candidate in found.candidates
            ),
            key=lambda one: -one[0].margin,
        )
        spans: list[Span] = []
        for candidate, found, passage in ranked:
            span = _span(candidate, passage, float(np.exp(candidate.margin - log_mass)), found)
            if not any(_overlap(span, other) for other in spans):
                spans.append(span)
        return spans

    def readings(self, texts: Sequence[tuple[str, str, str]]) -> list[Reading]:
        """Read triples of question, context and the context's title (or ``""``), each on its own."""
        questions, contexts, titles = map(self._tokenizer.tokens, zip(*texts, strict=True))
        cut = [list(self._cut(*three)) for three in zip(questions, contexts, titles, strict=True)]
        logits = iter(self._logits([window for several in cut for window in several]))
        return [
            reading(context, sentences(context), [(window, next(logits)) for window in several])
            for (_, context, _), several in zip(texts, cut, strict=True)
        ]

    @torch.inference_mode()
    def _logits(self, read: Sequence[Window]) -> list[NDArray[np.float32]]:
        """The logits (2, T) of each window, those of about the same length in one batch."""
        logits: list[NDArray[np.float32]] = [np.empty(0, dtype=np.float32)] * len(read)
        for group in by_length([len(window.ids) for window in read], _BATCH_TOKENS):
            rows = self._network(*tensors([read[index] for index in group])).numpy()  # (B, 2, T)
            for index, row in zip(group, rows, strict=True):
                logits[index] = row
        return logits


def check(weights: Path, sha256: str) -> None:
    """Compare a file's sha256 with the one that is expected.

    Raises:
        BylineError: the file is missing or another.
    """
    if not weights.exists():
        raise BylineError(f"{weights}: the reader's weights are missing; reinstall byline")
    found = hashlib.sha256(weights.read_bytes()).hexdigest()
    if found != sha256:
        raise BylineError(f"{weights}: its sha256 is {found}, not {sha256}; reinstall byline")


def _alone(candidate: Candidate, others: Sequence[Candidate]) -> float:
    """The candidate's share among those of its passage, itself included, and "no answer here"."""
    return float(np.exp(candidate.margin - np.logaddexp.reduce([0.0, *(other.margin for other in others)])))


def _span(candidate: Candidate, passage: Passage, score: float, found: Reading) -> Span:
    begin = passage.start
    return Span(
        passage=passage,
        start=begin + candidate.start,
        end=begin + candidate.end,
        text=passage.text[candidate.start : candidate.end],
        score=min(1.0, score),
        sentence_start=begin + candidate.sentence_start,
        sentence_end=begin + candidate.sentence_end,
        alone=_alone(candidate, found.candidates),
        answered=found.answered,
    )


def _overlap(span: Span, other: Span) -> bool:
    return span.passage.article_id == other.passage.article_id and span.start < other.end and other.start < span.end
