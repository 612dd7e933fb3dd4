"""`byline eval` from the outside: real articles, the real engine, files and exit status."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from evals.commands import add_commands
from evals.gold import half, load
from evals.options import SEEDS, SEEDS_GOLD
from qa.engine import THRESHOLD
from vectorstore import terminal

ROOT = Path(__file__).resolve().parent.parent


def byline_eval(*args):
    command = [sys.executable, "-m", "evals", "eval", *map(str, args)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=280, check=False)


def errors(done):
    """What the command said on stderr, its progress aside."""
    text = done.stderr if hasattr(done, "stderr") else done.err
    return [line for line in text.splitlines() if line.startswith("byline: ")]


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


def here(capsys, *args):
    """The exit status of the command in this process, and what it printed: quicker than a new one."""
    try:
        status = terminal.main("byline", "", [add_commands], ["eval", *map(str, args)])
    except SystemExit as leaving:  # of argparse
        status = leaving.code
    return status, capsys.readouterr()


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["--gold", "missing.jsonl"], "missing.jsonl: cannot be read"),
        (["--corpus", "missing"], "missing: not found"),
        (["--store", "missing"], "missing: no store here yet"),
        (["--out", "pyproject.toml"], "pyproject.toml: cannot be made a folder"),
        (["--limit", "0"], "0 is not a whole number"),
        (["--passages", "1.5"], "1.5 is not a whole number"),
        (["--threshold", "2"], "2 is not a number from 0 to 1"),
        (["--jobs", "none"], "none is not a whole number"),
        (["--compare", "extractive,extractive"], "is no list of different values"),
        (["--corpus", "seeds", "--store", "x"], "not allowed with argument"),
        (["--gate", "missing.toml"], "missing.toml: cannot be read"),
        (["--baseline", "run.json"], "give --gate RULES.toml too"),
        (["--gate", "evals/gates/seeds.toml", "--baseline", "missing.json"], "missing.json: cannot be read"),
        (["--gate", "evals/gates/seeds.toml", "--compare", "extractive"], "give one of them"),
        (["--limit", "3", "sweep"], "--limit before sweep: write it after, byline eval sweep --limit"),
        (["swep"], "invalid choice: 'swep'"),
        (["sweep", "--gold", "missing.jsonl"], "missing.jsonl: cannot be read"),
        (["sweep", "--passages", "5,0"], "0 is not a whole number"),
        (["sweep", "--passages", "5,05"], "5,05 is no list of different values"),
        (["sweep", "--reader", "byline,"], "a name is missing"),
        (["sweep", "--threshold", "0.1,x"], "x is not a number from 0 to 1"),
        (["sweep", "--reader", "byline,missing"], "missing"),
    ],
)
def test_a_command_that_cannot_run(args, says, capsys):
    """One line that names the value, and status 2."""
    status, printed = here(capsys, *args)
    assert status == 2
    assert says in printed.err.splitlines()[-1]


def test_a_gate_and_an_earlier_run(tmp_path, capsys, seeds_folder):
    """Held to an earlier run, the same run again passes; set to answer nothing it does not, and the status is 1."""
    options = ("--store", seeds_folder, "--limit", 6, "--passages", 4)
    assert here(capsys, *options, "--out", tmp_path)[0] == 0
    (first,) = tmp_path.glob("seeds-all-*.json")
    configuration = json.loads(first.read_text(encoding="utf-8"))["provenance"]["configuration"]
    assert configuration == {"passages": 4, "threshold": THRESHOLD, "reranker": "", "reranker_sha256": "", "jobs": 1}
    gate = tmp_path / "gate.toml"
    rules = '[[rule]]\nmetric = "answered"\ndrop = 0.1\n[[rule]]\nmetric = "cite_exact"\nmin = 1'
    gate.write_text(f'baseline = "{first.name}"\n{rules}', encoding="utf-8")
    status, printed = here(capsys, *options, "--gate", gate)
    assert (status, errors(printed)) == (0, [])
    assert printed.out.endswith(f"compared with {first} on 6 of 6 questions\n")
    status, printed = here(capsys, *options, "--gate", gate, "--threshold", 1)
    assert (status, errors(printed)) == (1, [f"byline: {gate}: 1 of 2 bounds are not kept"])
    assert re.search(r"^answered .* at most 10\.0 % worse +FAILED$", printed.out, re.MULTILINE)


def test_an_empty_half_is_refused(tmp_path, capsys):
    """A gold file with nothing in the half asked for says so: q1 is of the test half."""
    gold = tmp_path / "gold.jsonl"
    gold.write_text('{"id": "q1", "kind": "k", "question": "?", "answers": [], "evidence": []}', encoding="utf-8")
    status, printed = here(capsys, "--gold", gold, "--half", "dev")
    assert (status, len(errors(printed))) == (2, 1)
    assert "--half dev" in printed.err


def test_a_corpus_without_articles_is_refused(tmp_path, capsys):
    """An empty folder is named, not a temporary store."""
    status, printed = here(capsys, "--corpus", tmp_path)
    assert status == 2
    assert f"{tmp_path}: holds no article" in errors(printed)[-1]
