"""The passages that a language model was given, cut into the sentences that its own can be held to.

Made once for a question, while the model is still thinking. Knows nothing of the model or of what it writes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qa.cues import content_stems
from qa.prose.match import Told, told
from vectorstore.sentences import sentences
from vectorstore.types import Article, Passage

Encode = Callable[[Sequence[str]], NDArray[np.float32]]
"""Texts to unit vectors, one a row: ``Encoder.encode_passages``."""

WIDE = 20_000
"""Characters of an article in which the full form of a name is looked for."""


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """One sentence of a passage, ``article.text[start:end] == text``; ``vector`` is its unit embedding."""

    source: int
    start: int
    end: int
    text: str
    stems: frozenset[str]
    vector: NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """A passage as the model was given it, by its ``number`` from 1, and all that it tells.

    ``header`` is what stands above its text: outlet, day, title. ``article_told`` is its whole article.
    """

    number: int
    article: Article
    passage: Passage
    lines: tuple[Line, ...]
    told: Told
    header: Told
    header_stems: frozenset[str]

    @property
    def article_told(self) -> Told:
        """What the article's first ``WIDE`` characters tell."""
        return told(self.article.text[:WIDE])


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """Everything that a sentence may rest on."""

    sources: tuple[Source, ...]
    encode: Encode

    def source(self, number: int) -> Source | None:
        """The passage of that number; ``None`` where the model was given none."""
        return self.sources[number - 1] if 1 <= number <= len(self.sources) else None


def evidence(passages: Sequence[Passage], article_of: Callable[[str], Article], encode: Encode) -> Evidence:
    """Cut the passages, numbered from 1 in the order given, into sentences and embed these."""
    cut = [[(start, end) for start, end in sentences(passage.text)] for passage in passages]
    texts = [passage.text[start:end] for passage, spans in zip(passages, cut, strict=True) for start, end in spans]
    vectors = iter(encode(texts)) if texts else iter(())
    sources = []
    for number, (passage, spans) in enumerate(zip(passages, cut, strict=True), start=1):
        article = article_of(passage.article_id)
        header = ". ".join(filter(None, (article.publisher, article.published, article.title)))
        lines = tuple(
            Line(
                number,
                passage.start + start,
                passage.start + end,
                passage.text[start:end],
                frozenset(content_stems(passage.text[start:end])),
                next(vectors),
            )
            for start, end in spans
        )
        sources.append(
            Source(
                number=number,
                article=article,
                passage=passage,
                lines=lines,
                told=told(passage.text, article.published),
                header=told(header, article.published),
                header_stems=frozenset(content_stems(header)),
            )
        )
    return Evidence(tuple(sources), encode)
