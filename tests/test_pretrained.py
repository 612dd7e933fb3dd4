"""Question-answering models of the transformers library as readers: the same spans, whatever the model, no network."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from small_models import SIZES, TEXT, byte_tokenizer, export, roberta_config, save
from transformers import (
    DebertaConfig,
    DebertaForQuestionAnswering,
    PreTrainedTokenizerFast,
    RobertaForQuestionAnswering,
)

from qa.commands import add_commands
from qa.reader import pretrained
from qa.reader.reader import NAME, SHA256, SpanReader
from qa.reading import open_reader
from vectorstore.sentences import sentences
from vectorstore.store import Store
from vectorstore.terminal import main
from vectorstore.types import Article, Hit, Passage

QUESTIONS = ("Who rejected the resignations?", "How many people died?", "When did the ministers offer to resign?")


@pytest.fixture(scope="module")
def exported(tmp_path_factory) -> Path:
    """Our own trained network as a folder of the transformers library."""
    return export(tmp_path_factory.mktemp("exported"))


@pytest.fixture(scope="module")
def roberta(tmp_path_factory) -> Path:
    """A tiny RoBERTa that was never trained."""
    folder = tmp_path_factory.mktemp("roberta")
    torch.manual_seed(1)
    byte_tokenizer(folder)
    return save(RobertaForQuestionAnswering(roberta_config()), folder)


@pytest.fixture(scope="module")
def hits(seeds_store: Store) -> list[Hit]:
    """Passages of the seeds without their titles, which other models do not read; last one of several windows."""
    long = " ".join([TEXT] * 12)
    found = [hit.passage for hit in seeds_store.search("Who rejected the resignations?", 10)]
    passages = (*found, Passage("long", 0, len(long), long))
    return [Hit(passage, 0.5, Article(passage.article_id, passage.text)) for passage in passages]


def test_our_network_exported_reads_as_our_reader_does(exported, hits):
    """The same weights by the way of the library: the same spans and margins, in float32 to five digits."""
    ours, theirs = SpanReader.load(dtype=torch.float32), pretrained.load(str(exported), torch.float32)
    texts = [(question, hit.passage.text, "") for question in QUESTIONS for hit in hits[:-1]]
    for own, other in zip(ours.readings(texts), theirs.readings(texts), strict=True):
        assert [(one.start, one.end) for one in own.candidates] == [(one.start, one.end) for one in other.candidates]
        margins = [[one.margin for one in found.candidates] for found in (own, other)]
        np.testing.assert_allclose(*margins, rtol=1e-4, atol=1e-3)
        assert own.log_mass == pytest.approx(other.log_mass, abs=1e-3)
    for question in QUESTIONS:
        own, other = ours.read(question, hits[:-1]), theirs.read(question, hits[:-1])
        assert [(span.passage, span.start, span.end) for span in own[:5]] == [
            (span.passage, span.start, span.end) for span in other[:5]
        ]
        assert [span.score for span in own] == pytest.approx([span.score for span in other], abs=1e-4)


def test_a_long_passage_is_read_to_its_end(exported):
    """The answer stands behind more than one window."""
    text = " ".join(["The weather was fine in the city and nobody thought of anything else."] * 60 + [TEXT])
    (first, *_) = pretrained.load(str(exported)).read(
        "How many people died?", [Hit(Passage("a", 0, len(text), text), 1.0, Article("a", text))]
    )
    assert "31" in first.text


def test_the_input_is_the_librarys_own(roberta):
    """Ids, mask, types and padding are as right as the library makes them: each logit is the one of its own call."""
    reader = pretrained.load(str(roberta), torch.float32)
    tokenizer = PreTrainedTokenizerFast.from_pretrained(roberta)
    model = RobertaForQuestionAnswering.from_pretrained(roberta).eval()
    texts = [TEXT, TEXT[:70], "Short."]
    cut = [
        list(reader._cut(*reader._tokenizer.tokens([question, text])))
        for question, text in zip(QUESTIONS, texts, strict=True)
    ]
    logits = reader._logits([window for (window,) in cut])
    for (window,), found, question, text in zip(cut, logits, QUESTIONS, texts, strict=True):
        inputs = tokenizer(question, text, return_tensors="pt")
        assert inputs["input_ids"][0].tolist() == window.ids
        with torch.inference_mode():
            wanted = model(**inputs)
        np.testing.assert_allclose(found[0, : len(window.ids)], wanted.start_logits[0], atol=1e-5)
        np.testing.assert_allclose(found[1, : len(window.ids)], wanted.end_logits[0], atol=1e-5)


@given(question=st.text(max_size=60), text=st.one_of(st.text(max_size=300), st.text("a </s>\u2581.\n", max_size=900)))
@settings(max_examples=25, deadline=None)
def test_any_text_is_read_without_failing(roberta_reader, question, text):
    """Lone surrogates, its own special tokens as text, other scripts: spans are exact, trimmed, in their sentence."""
    bounds = sentences(text)
    for span in roberta_reader.read(question, [Hit(Passage("a", 7, 7 + len(text), text), 1.0, Article("a", text))]):
        assert text[span.start - 7 : span.end - 7] == span.text == span.text.strip() != ""
        assert (span.sentence_start - 7, span.sentence_end - 7) in bounds
        assert span.sentence_start <= span.start < span.end <= span.sentence_end


@pytest.fixture(scope="module")
def roberta_reader(roberta) -> SpanReader:
    return pretrained.load(str(roberta))


def test_a_reader_tells_what_it_is(exported):
    """Name, hash of the weights and dtype, of ours as of another."""
    ours, other = open_reader(), open_reader(str(exported))
    assert (ours.name, ours.sha256) == (NAME, SHA256)
    assert other.name == str(exported)
    assert other.sha256 == hashlib.sha256((exported / "model.safetensors").read_bytes()).hexdigest()
    assert ours.dtype == other.dtype
    assert open_reader(ours.name).sha256 == SHA256


def test_a_model_that_cannot_compute_in_bfloat16_does_in_float32(tmp_path, hits):
    """The library's first DeBERTa fails in bfloat16: asked for nothing, it reads in float32."""
    byte_tokenizer(tmp_path)
    config = DebertaConfig(vocab_size=400, relative_attention=True, pos_att_type=["c2p", "p2c"], **SIZES)
    save(DebertaForQuestionAnswering(config), tmp_path)
    reader = open_reader(str(tmp_path))
    assert reader.dtype == "float32"
    assert reader.read("Who?", hits)


def test_a_model_of_130_places_reads_windows_of_128(tmp_path, hits):
    """What it cannot hold at once comes in several windows; no place is counted that it has not."""
    byte_tokenizer(tmp_path)
    save(RobertaForQuestionAnswering(roberta_config(130)), tmp_path)
    assert open_reader(str(tmp_path)).read("Who?", hits)


def test_ask_takes_a_reader_prints_nothing_else_and_reaches_for_no_network(exported, seeds_folder):
    """The command end to end, without the switch that keeps the libraries offline: an answer and no other word."""
    watch = (
        "import sys\n"
        "def audit(event, args):\n"
        "    if event in ('socket.connect', 'socket.getaddrinfo'):\n"
        "        print('NETWORK', event, args, file=sys.stderr)\n"
        "sys.addaudithook(audit)\n"
        "from qa.commands import add_commands\n"
        "from vectorstore.terminal import main\n"
        "sys.exit(main('byline', '', [add_commands], sys.argv[1:]))\n"
    )
    asked = ["ask", "Who rejected the resignations?", "--store", str(seeds_folder), "--reader", str(exported), "--json"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("HF_", "TRANSFORMERS_"))}
    done = subprocess.run(
        [sys.executable, "-c", watch, *asked], env=environment, capture_output=True, text=True, check=False, timeout=120
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "Charles Michel" in json.loads(done.stdout)["short_answer"]


@pytest.mark.parametrize("batch", [False, True])
def test_ask_names_a_reader_that_is_not_here(batch, seeds_folder, tmp_path, capsys):
    """One line and status 2, for a question and for a file of them."""
    (tmp_path / "gold.jsonl").write_text('{"id": "1", "question": "Who?"}\n')
    asked = ["--batch", str(tmp_path / "gold.jsonl"), "--out", str(tmp_path / "out.jsonl")] if batch else ["Who?"]
    status = main(
        "byline", "", [add_commands], ["ask", *asked, "--store", str(seeds_folder), "--reader", "nobody/no-such-model"]
    )
    out, err = capsys.readouterr()
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("byline: reader 'nobody/no-such-model' is no folder")
