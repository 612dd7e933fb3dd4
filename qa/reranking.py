"""Hits in, the same hits in a better order out: by a cross-encoder before they are read, by the reader after.

Knows nothing of indexes. A cross-encoder is any of the sentence-transformers library, loaded from this machine, never
downloaded; no code that comes with a model is run, and no pickle is opened.
"""

import json
import math
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from qa.located import located
from qa.types import Span
from vectorstore.embed import bfloat16_is_fast, quiet_transformers, stay_offline, weights_sha256
from vectorstore.errors import BylineError
from vectorstore.types import Hit, Passage

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

CANDIDATES = 50  # passages that a cross-encoder is given: the answer is among so many for 97 of 100 questions
BATCH_SIZE = 16
READ = 0.05  # weight of the log of what the reader sees in a passage, beside the sum that search fused
LEAST = 1e-4  # of a share: less is as little as nothing


class Reranker:
    """A loaded cross-encoder. Safe to use from several threads.

    Attributes:
        name: what ``load`` takes to load the same model again.
        sha256: hex digest of the weights.
    """

    def __init__(self, model: "CrossEncoder", name: str, sha256: str) -> None:
        self.name = name
        self.sha256 = sha256
        self._model = model
        self._lock = threading.Lock()

    @classmethod
    def load(cls, name: str) -> "Reranker":
        """Load a model by folder, or by its name in this machine's model cache.

        Raises:
            BylineError: the model is not on this machine, is damaged, or does not give a pair of texts one number.
        """
        stay_offline()
        name, folder = located(name, "reranker", "sentence-transformers cross-encoder")
        sha256 = weights_sha256(folder)
        model = _load_model(folder)
        if model.num_labels != 1:
            raise BylineError(
                f"{folder}: gives {model.num_labels} numbers for a question and a passage, not one; choose a "
                "cross-encoder that was trained to rank"
            )
        return cls(model, name, sha256)

    def rerank(self, question: str, hits: Sequence[Hit], k: int) -> tuple[Hit, ...]:
        """The ``k`` hits that the model finds best, best first.

        The scores stay where they were: the best hit gets the best score that the search gave, and so on, so that
        they mean to the reader what they always do.
        """
        pairs = [(question, f"{hit.article.title}\n{hit.passage.text}".strip()) for hit in hits]
        if not pairs:
            return ()
        with self._lock:
            found = self._model.predict(pairs, batch_size=BATCH_SIZE, show_progress_bar=False, convert_to_tensor=True)
        worth = found.float().tolist()
        order = sorted(range(len(hits)), key=lambda i: -worth[i])
        scores = sorted((hit.score for hit in hits), reverse=True)
        return tuple(replace(hits[i], score=score) for i, score in zip(order, scores, strict=True))[:k]


def open_reranker(name: str | None) -> Reranker | None:
    """What ``--reranker`` asks for: a loaded model, or none."""
    return None if name is None else Reranker.load(name)


def by_reader(hits: Sequence[Hit], spans: Sequence[Span]) -> tuple[Hit, ...]:
    """The hits by the sum that search fused and what the reader sees in them, best first.

    With ``p`` the best share of the passage's spans, ``READ`` · log(p / ``LEAST``) is added to the ``s`` of the hit's
    score s / (1 + s). ``spans`` are as they were read, not yet weighed.
    """
    shares: dict[Passage, float] = {}
    for span in spans:
        shares[span.passage] = max(span.score, shares.get(span.passage, 0.0))
    return tuple(sorted((_read(hit, shares.get(hit.passage, 0.0)) for hit in hits), key=lambda hit: -hit.score))


def _read(hit: Hit, share: float) -> Hit:
    total = 1 / (1 - min(hit.score, 1 - 1e-9)) - 1 + READ * math.log(max(share, LEAST) / LEAST)
    return replace(hit, score=total / (1 + total))


def _load_model(folder: Path) -> "CrossEncoder":
    import torch
    from safetensors import SafetensorError
    from sentence_transformers import CrossEncoder

    if not any(folder.glob("*.safetensors")):
        raise BylineError(f"{folder}: holds no model weights (*.safetensors); give a sentence-transformers model")
    _check_kind(folder)
    dtype = torch.bfloat16 if bfloat16_is_fast() else torch.float32
    try:
        with quiet_transformers():
            model: CrossEncoder = CrossEncoder(
                str(folder), local_files_only=True, model_kwargs={"dtype": dtype, "use_safetensors": True}
            )
    except (OSError, ValueError, RuntimeError, ImportError, KeyError, SafetensorError) as error:
        reason = " ".join(str(error).split())[:300]
        raise BylineError(f"{folder}: cannot be loaded as a cross-encoder: {reason}") from error
    model.eval()
    return model


def _check_kind(folder: Path) -> None:
    """Raise ``BylineError`` for what is no cross-encoder: the library would give it a head that ranks at random."""
    try:
        made_as = json.loads((folder / "config.json").read_text(encoding="utf-8"))["architectures"]
        kinds = tuple(str(kind) for kind in made_as)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BylineError(f"{folder / 'config.json'}: says no architecture; give a complete cross-encoder") from error
    if not any(kind.endswith(("ForSequenceClassification", "ForCausalLM")) for kind in kinds):
        raise BylineError(
            f"{folder}: is a {', '.join(kinds)}, which ranks nothing; give a sentence-transformers cross-encoder"
        )
