"""Any extractive question-answering model of the transformers library as a reader: its tokenizer and its network.

Loaded from this machine and never downloaded; no code that comes with a model is run, and no pickle is opened. From
the logits on, it is read like our own.
"""

import inspect
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tokenizers
import torch
from huggingface_hub.errors import StrictDataclassError
from safetensors import SafetensorError
from torch import Tensor, nn
from transformers import AutoConfig, AutoModelForQuestionAnswering, AutoTokenizer

from qa.located import located
from qa.reader.batch import STEP, tensors
from qa.reader.reader import Network, SpanReader
from qa.reader.windows import NO_TITLE, QUESTION_TOKENS, Tokenizer, Tokens, Window, cut
from vectorstore.embed import bfloat16_is_fast, quiet_transformers, weights_sha256
from vectorstore.errors import BylineError

MAX_TOKENS = 384  # of a window: what transformers' own recipe (examples/pytorch/question-answering) trains with
_LEAST_TOKENS = 128  # of a window: the longest question and the stride fit in, with room to move on
_SETTINGS: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}


@dataclass(frozen=True, slots=True)
class Form:
    """How a model wants its input: ``before`` question ``between`` context ``after``, ``max_tokens`` in all.

    The first token of ``before`` stands for "no answer here". ``typed``: the context's tokens are of another type.
    """

    before: tuple[int, ...]
    between: tuple[int, ...]
    after: tuple[int, ...]
    typed: bool
    max_tokens: int

    def windows(self, question: Tokens, context: Tokens, _title: Tokens = NO_TITLE) -> Iterable[Window]:
        """Cut a context into windows that together hold all of it; these models know no titles."""
        head = [*self.before, *question.ids[:QUESTION_TOKENS], *self.between]
        return cut(head, context, self.after, self.max_tokens)


def load(name: str, dtype: torch.dtype | None = None) -> SpanReader:
    """Load a model by folder, or by its name in this machine's model cache.

    Without ``dtype`` it computes in bfloat16 where that is faster and the model can, else in float32.

    Raises:
        BylineError: the model is not on this machine, is damaged or incomplete, or is no extractive
            question-answering model that marks "no answer" at its first token.
    """
    name, folder = located(name, "reader", "question-answering model")
    if dtype is None and bfloat16_is_fast():
        with suppress(BylineError):  # a few, as the first DeBERTa, cannot; what else is wrong shows again in float32
            return _load(name, folder, torch.bfloat16)
    return _load(name, folder, dtype or torch.float32)


def _load(name: str, folder: Path, dtype: torch.dtype) -> SpanReader:
    if not any(folder.glob("*.safetensors")):
        raise BylineError(f"{folder}: holds no model weights (*.safetensors); give a question-answering model")
    with _loading(folder), quiet_transformers():
        model = _model(folder, dtype)
        tokenizer = AutoTokenizer.from_pretrained(folder, **_SETTINGS)
    backend = _backend(tokenizer, folder)
    form = _form(backend, folder, typed=_typed(model), max_tokens=_max_tokens(model, tokenizer.model_max_length))
    network = _network(model, tokenizer.pad_token_id or 0, typed=form.typed)
    _try(network, form, backend, folder)
    return SpanReader(network, Tokenizer(backend), form.windows, name=name, sha256=weights_sha256(folder), dtype=dtype)


@contextmanager
def _loading(folder: Path) -> Iterator[None]:
    """Tell in one line what the library found wrong with a folder."""
    try:
        yield
    except (OSError, ValueError, RuntimeError, ImportError, SafetensorError, StrictDataclassError) as error:
        reason = " ".join(str(error).split())
        if "trust_remote_code" in reason:
            reason = "it needs code that comes with it, and Byline runs none; choose another model"
        raise BylineError(f"{folder}: cannot be loaded as a question-answering model: {reason[:300]}") from error


def _model(folder: Path, dtype: torch.dtype) -> nn.Module:
    """The network, with all of its weights; a head that was never trained is an error, not a random reader."""
    config = AutoConfig.from_pretrained(folder, **_SETTINGS)
    made_as = config.architectures or []
    if made_as and not any("ForQuestionAnswering" in architecture for architecture in made_as):
        raise BylineError(
            f"{folder}: is a {', '.join(map(str, made_as))}, which marks no answers; give a model that was trained for "
            "question answering (…ForQuestionAnswering)"
        )
    model, found = AutoModelForQuestionAnswering.from_pretrained(
        folder, config=config, dtype=dtype, use_safetensors=True, output_loading_info=True, **_SETTINGS
    )
    if found["missing_keys"]:
        raise BylineError(
            f"{folder}: its weights lack {', '.join(sorted(found['missing_keys'])[:3])}: it was not trained to mark "
            "answers; give a model that was trained for question answering"
        )
    for layer in model.modules():
        if isinstance(layer, nn.Linear) and layer.out_features == config.num_labels:
            # The head computes in float32 where the rest does in bfloat16, which rounds a logit of 8 to a 32nd.
            layer.float().register_forward_pre_hook(lambda _, inputs: tuple(each.float() for each in inputs))
    evaluated: nn.Module = model.eval().requires_grad_(False)  # noqa: FBT003
    return evaluated


def _backend(tokenizer: Any, folder: Path) -> tokenizers.Tokenizer:
    backend = getattr(tokenizer, "backend_tokenizer", None)
    if not isinstance(backend, tokenizers.Tokenizer):
        raise BylineError(f"{folder}: has no fast tokenizer (tokenizer.json); choose another model")
    # Where the files are missing the library makes a tokenizer that knows no word.
    if backend.get_vocab_size() <= len(tokenizer.all_special_ids):
        raise BylineError(f"{folder}: holds no tokenizer (tokenizer.json or vocabulary); give a complete model")
    return backend


def _typed(model: nn.Module) -> bool:
    """Tell whether the network knows tokens of two types."""
    takes = "token_type_ids" in inspect.signature(model.forward).parameters
    return takes and getattr(model.config, "type_vocab_size", 2) > 1


def _max_tokens(model: nn.Module, stated: int) -> int:
    """The longest window, in whole ``STEP``s: the least of ``MAX_TOKENS``, what is stated and the places there are."""
    places = [
        layer.num_embeddings - (0 if layer.padding_idx is None else layer.padding_idx + 1)  # RoBERTa counts from there
        for name, layer in model.named_modules()
        if name.endswith("position_embeddings") and isinstance(layer, nn.Embedding)
    ]
    return min(MAX_TOKENS, stated, *places) // STEP * STEP


def _form(backend: tokenizers.Tokenizer, folder: Path, *, typed: bool, max_tokens: int) -> Form:
    """Learn from a pair of short texts where the tokenizer puts tokens of its own."""
    bare = tokenizers.Tokenizer.from_str(backend.to_str())
    bare.no_truncation()
    bare.no_padding()
    pair = bare.encode("a", "a")
    parts = pair.sequence_ids  # 0 in the question, 1 in the context, None for the tokenizer's own tokens
    if parts[:1] != [None] or 0 not in parts or 1 not in parts:
        raise BylineError(
            f"{folder}: its input does not begin with a token of its own, which stands for no answer; choose a model "
            "like BERT or RoBERTa"
        )
    if max_tokens < _LEAST_TOKENS:
        raise BylineError(f"{folder}: reads {max_tokens} tokens at once, fewer than {_LEAST_TOKENS}; choose another")
    first, last = parts.index(1), len(parts) - parts[::-1].index(1)
    question = parts.index(0), len(parts) - parts[::-1].index(0)
    return Form(
        before=tuple(pair.ids[: question[0]]),
        between=tuple(pair.ids[question[1] : first]),
        after=tuple(pair.ids[last:]),
        typed=typed and pair.type_ids[first] == 1,
        max_tokens=max_tokens,
    )


def _network(model: nn.Module, pad: int, *, typed: bool) -> Network:
    """The model as a function of ids, types and mask (B, T) to the logits (B, 2, T), start and end, in float32."""

    def logits(ids: Tensor, types: Tensor, mask: Tensor) -> Tensor:
        kinds = {"token_type_ids": types} if typed else {}
        found = model(input_ids=ids.masked_fill(mask == 0, pad), attention_mask=mask, **kinds)
        return torch.stack([found.start_logits, found.end_logits], dim=1).float()

    return logits


@torch.inference_mode()
def _try(network: Network, form: Form, backend: tokenizers.Tokenizer, folder: Path) -> None:
    """Read one window of the greatest length, of the greatest token: what does not fit together shows now."""
    greatest = Tokens([max(backend.get_vocab(with_added_tokens=False).values())] * MAX_TOKENS, [(0, 1)] * MAX_TOKENS)
    window = next(iter(form.windows(greatest, greatest)))
    try:
        logits = network(*tensors([window]))
    except (IndexError, TypeError, ValueError, RuntimeError) as error:
        reason = " ".join(str(error).split())[:200]
        raise BylineError(
            f"{folder}: its tokenizer and its network do not go together, or it reads more than text ({reason}); "
            "choose another model"
        ) from error
    assert logits.shape == (1, 2, form.max_tokens), logits.shape
