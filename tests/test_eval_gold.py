"""Reading gold questions, and their halves."""

import gzip
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.gold import half, load
from evals.types import Evidence, Example
from qa.types import Turn
from vectorstore.errors import BylineError

GOOD = {
    "id": "q1",
    "kind": "factoid",
    "question": "How many died?",
    "answers": ["31"],
    "evidence": [{"source": "a", "quote": "31 died."}],
}


def read(tmp_path, *lines):
    path = tmp_path / "gold.jsonl"
    path.write_bytes(b"\n".join(line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines))
    errors = []
    return path, errors, lambda: load(path, lambda error: errors.append(str(error)))


def test_every_field_is_read(tmp_path):
    """The optional fields arrive as typed values; fields that are not ours are ignored."""
    row = GOOD | {
        "history": [{"role": "user", "content": "Hello"}, {"role": "assistant", "content": "Yes?"}],
        "choices": ["31", "34"],
        "wrong": ["34"],
        "documents": ["a", "b"],
        "asked": "2016-03-24",
        "ours": 1,
    }
    _path, errors, go = read(tmp_path, row)
    assert go() == [
        Example(
            "q1",
            "factoid",
            "How many died?",
            ("31",),
            (Evidence("a", "31 died."),),
            (Turn("user", "Hello"), Turn("assistant", "Yes?")),
            ("31", "34"),
            ("34",),
            ("a", "b"),
            "2016-03-24",
        )
    ]
    assert errors == []


def test_optional_fields_may_be_missing_or_null(tmp_path):
    """An absent list is an empty one, and blank lines and a byte-order mark are nothing."""
    nulls = GOOD | {"id": "q2", "history": None, "wrong": None, "asked": None}
    _path, errors, go = read(tmp_path, b"\xef\xbb\xbf" + json.dumps(GOOD).encode(), b"", b"  \r", nulls)
    first, second = go()
    assert (first.history, first.wrong, first.asked) == (second.history, second.wrong, second.asked) == ((), (), "")
    assert errors == []


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (b"{", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b'{"id": ' + b"9" * 5000 + b"}", "not JSON"),
        (b"\xff\xfe", "not UTF-8"),
        (rb'{"id": "\ud800"}', "not UTF-8"),
        (b"[1]", "not a JSON object"),
        (GOOD, 'the id "q1" is taken'),
        (GOOD | {"id": "q2", "question": " "}, '"question"'),
        (GOOD | {"id": 2}, '"id"'),
        (GOOD | {"id": "q2\nq3"}, '"id" must be printable'),
        (GOOD | {"id": "q2", "kind": None}, '"kind"'),
        (GOOD | {"id": "q2", "kind": "all"}, '"all" is taken'),
        (GOOD | {"id": "q2", "kind": "unanswerable"}, '"answers" must be empty'),
        (GOOD | {"id": "q2", "answers": "31"}, '"answers" must be a list'),
        (GOOD | {"id": "q2", "answers": [31]}, '"answers" must be a list of texts'),
        (GOOD | {"id": "q2", "answers": [""]}, '"answers" must be a list of texts'),
        ({k: v for k, v in GOOD.items() if k != "evidence"} | {"id": "q2"}, '"evidence" must be a list'),
        (GOOD | {"id": "q2", "evidence": [{"source": "a"}]}, '"evidence"'),
        (GOOD | {"id": "q2", "evidence": [{"source": "a", "quote": "\n"}]}, '"evidence"'),
        (GOOD | {"id": "q2", "evidence": ["a"]}, '"evidence"'),
        (GOOD | {"id": "q2", "history": [{"role": "system", "content": "x"}]}, '"history"'),
        (GOOD | {"id": "q2", "asked": "24 March"}, '"asked" must be a day'),
    ],
)
def test_a_bad_line_is_one_error_and_the_rest_goes_on(tmp_path, bad, says):
    """The error names the file, the line and what is wrong; the lines around it are read."""
    last = GOOD | {"id": "last", "kind": "unanswerable", "answers": [], "evidence": []}
    path, errors, go = read(tmp_path, GOOD, bad, last)
    assert [example.id for example in go()] == ["q1", "last"]
    (error,) = errors
    assert error.startswith(f"{path}:2: ")
    assert says in error


def test_gzip(tmp_path):
    """A .jsonl.gz file is the same file, smaller."""
    path = tmp_path / "gold.jsonl.gz"
    path.write_bytes(gzip.compress(json.dumps(GOOD).encode()))
    assert [example.id for example in load(path, pytest.fail)] == ["q1"]


def test_files_that_cannot_be_used(tmp_path):
    """A missing file, a folder, another kind of file, a broken archive, and a file without a question stop the run."""
    broken = {
        "cut.jsonl.gz": gzip.compress(json.dumps(GOOD).encode())[:-9],
        "no.jsonl.gz": b"plain",
        "flipped.jsonl.gz": gzip.compress(b"x" * 1000, mtime=0)[:12] + b"\xff" * 30,
        "empty.jsonl": b"\n",
        "gold.csv": b"",
    }
    for name, content in broken.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "folder.jsonl").mkdir()
    for name in (*broken, "folder.jsonl", "missing.jsonl"):
        with pytest.raises(BylineError, match=f"{name}: ") as caught:
            load(tmp_path / name, lambda _error: None)
        assert "\n" not in str(caught.value)


def test_halves_are_fixed():
    """By `sha256sum`: q1 c7…, q2 be…, seeds-001 88…, seeds-002 af…; an even first byte is dev, an odd one test."""
    assert [half(name) for name in ("q1", "q2", "seeds-001", "seeds-002")] == ["test", "dev", "dev", "test"]


@given(st.text())
def test_every_id_has_a_half(example_id):
    """Any id is in one half, the same every time."""
    assert half(example_id) in ("dev", "test")
    assert half(example_id) == half(example_id)
