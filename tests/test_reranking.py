"""Better orders of what was found: by a cross-encoder from a folder, and by the reader."""

import json
import math
import shutil
from pathlib import Path

import pytest
import torch
from small_models import PACKAGED, save
from transformers import BertConfig, BertForSequenceClassification, BertModel

from qa.commands import add_commands
from qa.reranking import LEAST, READ, Reranker, by_reader, open_reranker
from qa.types import Span
from vectorstore.errors import BylineError
from vectorstore.terminal import main
from vectorstore.types import Article, Hit, Passage

HITS = [
    Hit(Passage(name, 0, len(name), name), score, Article(name, name))
    for name, score in (("x", 0.75), ("y", 0.5), ("z", 0.4))
]


def make(folder: Path, kind: type = BertForSequenceClassification, labels: int = 1) -> Path:
    """A cross-encoder of one layer with random weights, always the same."""
    torch.manual_seed(3)
    config = BertConfig.from_pretrained(PACKAGED, num_hidden_layers=1, num_labels=labels)
    for file in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(PACKAGED / file, folder)
    return save(kind(config), folder)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A cross-encoder that can be loaded. Not to be changed."""
    return make(tmp_path_factory.mktemp("reranker"))


def one_line(name: str | Path) -> str:
    with pytest.raises(BylineError) as error:
        open_reranker(str(name))
    assert "\n" not in str(error.value)
    return str(error.value)


def test_a_cross_encoder_decides_the_order(folder):
    """The order is that of the model's own numbers; the scores stay in place, best first; ``k`` cuts."""
    reranker = Reranker.load(str(folder))
    ranked = reranker.rerank("Who won?", HITS, 3)
    pairs = [("Who won?", hit.passage.text) for hit in HITS]
    worth = reranker._model.predict(pairs, show_progress_bar=False, convert_to_tensor=True).tolist()
    wanted = [hit.passage for _, hit in sorted(zip(worth, HITS, strict=True), key=lambda pair: -pair[0])]
    assert [hit.passage for hit in ranked] == wanted
    assert [hit.score for hit in ranked] == [0.75, 0.5, 0.4]
    assert reranker.rerank("Who won?", HITS, 1) == ranked[:1]
    assert reranker.rerank("Who won?", (), 5) == ()


def test_no_name_is_no_reranker():
    """The default needs none."""
    assert open_reranker(None) is None


@pytest.mark.parametrize("name", ["no-such-model", "nobody/no-such-model", "/no/such/folder"])
def test_a_model_that_is_not_here_is_one_line(name, tmp_path, monkeypatch):
    """It is named, with two ways out."""
    monkeypatch.chdir(tmp_path)
    said = one_line(name)
    assert repr(name) in said
    assert "hf download" in said


def test_what_ranks_nothing_is_one_line(tmp_path):
    """An empty name, an embedding model, a classifier of three kinds, a folder without a model or with a broken one."""
    assert "empty" in one_line("")
    assert "ranks nothing" in one_line(PACKAGED)
    for name, kind, labels, says in (("plain", BertModel, 1, "ranks nothing"), ("three", None, 3, "gives 3 numbers")):
        (tmp_path / name).mkdir()
        assert says in one_line(make(tmp_path / name, kind or BertForSequenceClassification, labels))
    (tmp_path / "empty").mkdir()
    assert "no model weights" in one_line(tmp_path / "empty")
    (tmp_path / "broken").mkdir()
    weights = make(tmp_path / "broken") / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:100])
    assert "cannot be loaded" in one_line(tmp_path / "broken")
    (tmp_path / "broken" / "config.json").unlink()
    assert "config.json" in one_line(tmp_path / "broken")


def test_the_reader_moves_what_it_sees_up():
    """By hand: s is 3, 1 and 2/3; y's best share, 1, adds READ · log(1 / LEAST), and the others' nothing."""
    spans = [Span(HITS[1].passage, 0, 1, "y", share, 0, 1) for share in (0.2, 1.0)]
    ranked = by_reader(HITS, spans)
    gained = 1 + READ * math.log(1 / LEAST)
    assert [hit.passage.text for hit in ranked] == ["x", "y", "z"]
    assert [hit.score for hit in ranked] == pytest.approx([0.75, gained / (1 + gained), 0.4])
    spans = [Span(HITS[2].passage, 0, 1, "z", 1.0, 0, 1)]
    assert [hit.passage.text for hit in by_reader(HITS, spans)] == ["x", "z", "y"]


def test_ask_takes_a_reranker_and_a_moved_embedding_model(folder, seeds_folder, tmp_path, capsys):
    """Passages come in a reranker's order; the store's model is taken from where it lies now; a wrong name is told."""
    moved = tmp_path / "moved"
    shutil.copytree(PACKAGED, moved)
    ask = ["ask", "Who rejected the resignations?", "--store", str(seeds_folder), "--json"]

    def run(*options: str) -> tuple[int, str, str]:
        status = main("byline", "", [add_commands], [*ask, *options])
        return status, *capsys.readouterr()

    plain = json.loads(run()[1])
    status, out, err = run("--reranker", str(folder), "--embedding-model", str(moved))
    assert (status, err) == (0, "")
    scores = [passage["score"] for passage in json.loads(out)["passages"]]
    assert scores == sorted(scores, reverse=True)
    assert len(scores) == len(plain["passages"])
    status, out, err = run("--reranker", "nobody/no-such-model")
    assert (status, out, err.count("\n")) == (2, "", 1)
