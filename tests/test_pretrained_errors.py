"""Readers that cannot be: each is one line that names the folder or name, and none reads at random instead."""

import json
import os
import shutil
from pathlib import Path

import pytest
from safetensors.torch import load_file, save_file
from small_models import SIZES, byte_tokenizer, export, roberta_config, save
from transformers import (
    BertConfig,
    BertForQuestionAnswering,
    BertForSequenceClassification,
    BertModel,
    GPT2Config,
    GPT2ForQuestionAnswering,
    RobertaForQuestionAnswering,
)

from qa.reading import open_reader
from vectorstore.errors import BylineError


@pytest.fixture(scope="module")
def exported(tmp_path_factory) -> Path:
    """Our own trained network as a folder of the transformers library."""
    return export(tmp_path_factory.mktemp("exported"))


@pytest.fixture
def broken(exported, tmp_path) -> Path:
    """A copy of a good model that a test may change."""
    return Path(shutil.copytree(exported, tmp_path / "model"))


def one_line(name: str | Path) -> str:
    """What is said when a reader cannot be opened."""
    with pytest.raises(BylineError) as error:
        open_reader(str(name))
    assert "\n" not in str(error.value)
    return str(error.value)


@pytest.mark.parametrize("name", ["no-such-model", "nobody/no-such-model", "/no/such/folder", "a b//c"])
def test_a_model_that_is_not_here_is_one_line(name, tmp_path, monkeypatch):
    """An unknown name or folder is named with two ways out, and nothing is downloaded."""
    monkeypatch.chdir(tmp_path)
    said = one_line(name)
    assert repr(name) in said
    assert "Byline downloads nothing; give the folder" in said
    assert "hf download" in said


def test_a_name_that_is_empty_is_one_line():
    """An empty variable in a script is no wish for the default."""
    assert "name is empty" in one_line("")


def test_a_model_that_marks_no_answers_is_refused(tmp_path):
    """Whether the configuration says so or only the weights do: no head is made up."""
    config = BertConfig(vocab_size=400, **SIZES)
    byte_tokenizer(tmp_path / "other")
    save(BertForSequenceClassification(config), tmp_path / "other")
    assert "is a BertForSequenceClassification, which marks no answers" in one_line(tmp_path / "other")
    byte_tokenizer(tmp_path / "silent")
    save(BertModel(config), tmp_path / "silent")
    settings = json.loads((tmp_path / "silent" / "config.json").read_text())
    del settings["architectures"]
    (tmp_path / "silent" / "config.json").write_text(json.dumps(settings))
    assert "lack qa_outputs.bias, qa_outputs.weight: it was not trained" in one_line(tmp_path / "silent")


def test_weights_that_lack_a_layer_are_refused(broken):
    """A layer that the library would fill with random numbers."""
    weights = load_file(broken / "model.safetensors")
    del weights["bert.encoder.layer.3.output.dense.weight"]
    save_file(weights, broken / "model.safetensors", metadata={"format": "pt"})
    assert "lack bert.encoder.layer.3.output.dense.weight" in one_line(broken)


def test_a_folder_that_is_incomplete_or_damaged_is_one_line(broken):
    """Each of its files counts."""
    (broken / "tokenizer.json").rename(broken / "away")
    assert f"{broken}: holds no tokenizer" in one_line(broken)
    (broken / "away").rename(broken / "tokenizer.json")
    os.truncate(broken / "model.safetensors", 1_000_000)
    assert f"{broken}: cannot be loaded as a question-answering model" in one_line(broken)
    (broken / "model.safetensors").unlink()
    assert f"{broken}: holds no model weights (*.safetensors)" in one_line(broken)


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"model_type": "bert", "hidden_size": "many"}'])
def test_a_bad_configuration_is_one_line(broken, content):
    """Whatever is in config.json."""
    (broken / "config.json").write_text(content)
    assert f"{broken}: cannot be loaded" in one_line(broken)


def test_no_pickle_is_opened(broken):
    """Weights in the old format can run code when they are read."""
    (broken / "model.safetensors").rename(broken / "pytorch_model.bin")
    assert "holds no model weights (*.safetensors)" in one_line(broken)


def test_no_code_of_a_model_is_run(broken):
    """A model that brings its own is refused; its file is not imported."""
    (broken / "mine.py").write_text(f"open({str(broken / 'ran')!r}, 'w')\n")
    configuration = {"model_type": "mine", "auto_map": {"AutoConfig": "mine.Config", "AutoTokenizer": [None, "mine.T"]}}
    (broken / "config.json").write_text(json.dumps(configuration))
    assert "Byline runs none" in one_line(broken)
    assert not (broken / "ran").exists()


def test_a_tokenizer_of_another_model_is_refused(broken):
    """Its ids would be other words, or none."""
    save(BertForQuestionAnswering(BertConfig(vocab_size=400, **SIZES)), broken)
    assert "tokenizer and its network do not go together" in one_line(broken)


def test_a_model_without_a_place_for_no_answer_is_refused(tmp_path):
    """GPT-2 begins with the question's own words."""
    byte_tokenizer(tmp_path)
    settings = json.loads((tmp_path / "tokenizer.json").read_text()) | {"post_processor": None}
    (tmp_path / "tokenizer.json").write_text(json.dumps(settings))
    save(GPT2ForQuestionAnswering(GPT2Config(vocab_size=400, n_embd=32, n_layer=1, n_head=2)), tmp_path)
    assert "stands for no answer" in one_line(tmp_path)


def test_a_model_of_few_places_is_refused(tmp_path):
    """129 places, of which RoBERTa uses 127, are too few: three times 32 of them hold no passage."""
    byte_tokenizer(tmp_path)
    save(RobertaForQuestionAnswering(roberta_config(129)), tmp_path)
    assert "reads 96 tokens at once" in one_line(tmp_path)
