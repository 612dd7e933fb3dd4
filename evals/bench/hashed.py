"""An encoder without a model, for sweeps that are about files and not about meaning."""

import zlib
from collections.abc import Sequence

import numpy as np

from vectorstore.embed import Encoder
from vectorstore.rows import Vectors

DIMENSION = 64


class HashedEncoder(Encoder):
    """A bag of words: each word adds 1 at the place that its CRC-32 names, and the sum is scaled to length 1."""

    def __init__(self) -> None:  # the real one loads a model
        self.name, self.sha256, self.dtype = "hashed-words", "0" * 64, "float32"
        self.dimension, self.max_tokens = DIMENSION, 256

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """``(len(texts), DIMENSION)``, rows of length 1."""
        vectors = np.zeros((len(texts), DIMENSION), dtype=np.float32)
        for row, text in zip(vectors, texts, strict=True):
            for word in text.lower().split():
                row[zlib.crc32(word.encode("utf-8", "replace")) % DIMENSION] += 1
            row[0] += not row.any()
        unit: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return unit

    def encode_question(self, text: str) -> Vectors:
        """``(DIMENSION,)``, of length 1."""
        vector: Vectors = self.encode_passages([text])[0]
        return vector

    def token_starts(self, text: str) -> list[int]:
        """The offset of each word."""
        return [at for at in range(len(text)) if not text[at].isspace() and (at == 0 or text[at - 1].isspace())]
