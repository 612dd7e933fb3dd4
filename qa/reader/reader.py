"""The trained reader of passages: marks the spans that answer a question, in many passages at once.

Takes passages as search returns them; knows nothing of stores, findings or abstention.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from qa.reader.batch import by_length, tensors
from qa.reader.model import SpanNetwork, load
from qa.reader.spans import Candidate, Reading, reading
from qa.reader.windows import Tokenizer, Window, windows
from qa.types import Span
from vectorstore.embed import bfloat16_is_fast
from vectorstore.errors import BylineError
from vectorstore.sentences import sentences
from vectorstore.types import Hit, Passage

WEIGHTS = Path(__file__).parent / "model.safetensors"
SHA256 = "51edfe619909540563c717976dd4923bd6fc3425444ae2cbe7243db33b798292"  # of WEIGHTS

PASSAGES = 20  # read for one question; the hits after them are not
_BATCH_TOKENS = 2048  # 20 passages took 636, 568 and 1,039 ms at best in batches of 1,024, 2,048 and 4,096


class SpanReader:
    """A loaded reader. Safe to use from several threads."""

    def __init__(self, network: SpanNetwork) -> None:
        self._network = network
        self._tokenizer = Tokenizer()

    @classmethod
    def load(cls, weights: Path | None = None, dtype: torch.dtype | None = None) -> "SpanReader":
        """Load the reader that comes with Byline, or other weights of the same network.

        Without ``dtype`` it computes in bfloat16 where that is faster, else in float32.

        Raises:
            BylineError: the weights are missing or damaged.
        """
        if weights is None:
            weights = WEIGHTS
            check(weights, SHA256)
        return cls(load(weights, dtype or (torch.bfloat16 if bfloat16_is_fast() else torch.float32)))

    def read(self, question: str, hits: Sequence[Hit]) -> list[Span]:
        """Return the best spans of the first ``PASSAGES`` hits, at most three a passage, best first.

        ``Span.score`` is the span's share of one softmax over all spans of all passages and, for each passage, "no
        answer here": spans that say the same thing in several passages share it between them. Higher is better.
        """
        passages = [hit.passage for hit in hits[:PASSAGES]]
        if not passages:
            return []
        readings = self.readings([(question, passage.text) for passage in passages])
        log_mass = float(np.logaddexp.reduce([found.log_mass for found in readings]))
        ranked = sorted(
            (
                (candidate, passage)
                for found, passage in zip(readings, passages, strict=True)
                for candidate in found.candidates
            ),
            key=lambda pair: -pair[0].margin,
        )
        spans: list[Span] = []
        for candidate, passage in ranked:
            span = _span(candidate, passage, float(np.exp(candidate.margin - log_mass)))
            if not any(_overlap(span, other) for other in spans):
                spans.append(span)
        return spans

    def readings(self, pairs: Sequence[tuple[str, str]]) -> list[Reading]:
        """Read pairs of question and context, each on its own."""
        questions = self._tokenizer.tokens([question for question, _ in pairs])
        contexts = self._tokenizer.tokens([context for _, context in pairs])
        cut = [list(windows(*both)) for both in zip(questions, contexts, strict=True)]
        logits = iter(self._logits([window for several in cut for window in several]))
        return [
            reading(context, sentences(context), [(window, next(logits)) for window in several])
            for (_, context), several in zip(pairs, cut, strict=True)
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


def _span(candidate: Candidate, passage: Passage, score: float) -> Span:
    begin = passage.start
    return Span(
        passage=passage,
        start=begin + candidate.start,
        end=begin + candidate.end,
        text=passage.text[candidate.start : candidate.end],
        score=min(1.0, score),
        sentence_start=begin + candidate.sentence_start,
        sentence_end=begin + candidate.sentence_end,
    )


def _overlap(span: Span, other: Span) -> bool:
    return span.passage.article_id == other.passage.article_id and span.start < other.end and other.start < span.end
