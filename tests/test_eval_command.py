"""`byline eval` from the outside: real articles, the real engine, files and exit status."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from evals.commands import SEEDS, SEEDS_GOLD
from evals.gold import half, load

ROOT = Path(__file__).resolve().parent.parent


def byline_eval(*args):
    command = [sys.executable, "-m", "evals", "eval", *map(str, args)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=280, check=False)


def errors(done):
    """What the command said on stderr, its progress aside."""
    return [line for line in done.stderr.splitlines() if line.startswith("byline: ")]


def test_the_seeds_can_be_asked(tmp_path):
    """The first questions of the test half: a table by kind, and the report in Markdown and JSON, quotes all exact."""
    out = tmp_path / "new" / "results"
    done = byline_eval("--half", "test", "--limit", 12, "--out", out)
    assert (done.returncode, errors(done)) == (0, []), done.stderr
    assert re.search(r"^all +12 +\d", done.stdout, re.MULTILINE)
    (report,) = out.glob("seeds-test-*.json")
    assert str(report) in done.stdout
    assert report.with_suffix(".md").read_text(encoding="utf-8").startswith("# seeds, test half\n")
    content = json.loads(report.read_text(encoding="utf-8"))
    chosen = [example.id for example in load(SEEDS_GOLD, pytest.fail) if half(example.id) == "test"][:12]
    assert [result["id"] for result in content["results"]] == chosen
    assert content["rows"][-1]["metrics"]["cite_exact"]["value"] == 1
    assert content["provenance"]["articles"] == len(list(SEEDS.iterdir()))
    assert content["provenance"]["reader"] == "byline"


def test_ones_own_gold_and_corpus(tmp_path):
    """A file and a folder of one's own; what is wrong in either is one line each, and the rest is scored: status 1."""
    articles = tmp_path / "articles"
    articles.mkdir()
    (articles / "fire.txt").write_text(
        "A fire in Ghent destroyed 12 houses on Sunday. Nobody was hurt.", encoding="utf-8"
    )
    rows = [
        {"id": "fire", "kind": "factoid", "question": "How many houses did the fire in Ghent destroy?"}
        | {"answers": ["12"], "evidence": [{"source": "fire.txt", "quote": "destroyed 12 houses"}]},
        {"id": "drift", "kind": "factoid", "question": "Who was hurt in the fire in Ghent?"}
        | {"answers": ["Nobody"], "evidence": [{"source": "fire.txt", "quote": "No one was hurt"}]},
        {"id": "long", "kind": "factoid", "question": "Why? " * 500, "answers": ["12"], "evidence": []},
    ]
    gold = tmp_path / "own.jsonl"
    gold.write_text("\n".join(["{", *map(json.dumps, rows)]), encoding="utf-8")
    done = byline_eval("--gold", gold, "--corpus", articles, "--out", tmp_path, "--no-text")
    assert done.returncode == 1, done.stderr
    bad_line, drifted, too_long = errors(done)
    assert bad_line.startswith(f"byline: {gold}:1: not JSON")
    assert drifted == 'byline: question "drift": article "fire.txt" lacks "No one was hurt"'
    assert too_long.startswith('byline: question "long": the question has 2,500 characters')
    (report,) = tmp_path.glob("own-all-*.json")
    text = report.read_text(encoding="utf-8")
    assert "houses" not in text
    first, _drifted, failed = json.loads(text)["results"]
    assert (first["scores"]["hit_1"], failed["outcome"], failed["scores"]["contains"]) == (1, "failed", 0)


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["--gold", "missing.jsonl"], "missing.jsonl: cannot be read"),
        (["--corpus", "missing"], "missing: not found"),
        (["--store", "missing"], "missing: no store here yet"),
        (["--out", "pyproject.toml"], "pyproject.toml: cannot be made a folder"),
        (["--limit", "0"], "0 is not a whole number"),
        (["--corpus", "seeds", "--store", "x"], "not allowed with argument"),
    ],
)
def test_a_command_that_cannot_run(args, says):
    """One line that names the value, and status 2."""
    done = byline_eval(*args)
    assert done.returncode == 2
    assert says in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


def test_an_empty_half_is_refused(tmp_path):
    """A gold file with nothing in the half asked for says so: q1 is of the test half."""
    gold = tmp_path / "gold.jsonl"
    gold.write_text('{"id": "q1", "kind": "k", "question": "?", "answers": [], "evidence": []}', encoding="utf-8")
    done = byline_eval("--gold", gold, "--half", "dev")
    assert (done.returncode, len(errors(done))) == (2, 1)
    assert "--half dev" in done.stderr


def test_a_corpus_without_articles_is_refused(tmp_path):
    """An empty folder is named, not a temporary store."""
    done = byline_eval("--corpus", tmp_path)
    assert done.returncode == 2
    assert f"{tmp_path}: holds no article" in errors(done)[-1]
