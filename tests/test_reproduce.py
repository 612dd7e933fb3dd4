"""``python -m evals.bench.reproduce``, as a user runs it."""

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest

from evals.bench.reproduce import shipped, with_data

FILES = (
    "train/reader.jsonl.gz",
    "eval/squad2/reader.jsonl.gz",
    "eval/squad2/articles.jsonl.gz",
    "eval/squad2/gold.jsonl.gz",
    "eval/realtimeqa/articles.jsonl.gz",
    "eval/ramdocs/articles.jsonl.gz",
    "eval/ramdocs/gold.jsonl.gz",
    "eval/canard/rewrites.jsonl.gz",
)


def run(*words: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "evals.bench.reproduce", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_chosen_step_runs_and_leaves_its_result(tmp_path: Path):
    """The command is shown as it could be typed, its result lies in the folder, and what ran is told at the end."""
    done = run("--work", str(tmp_path), "--out", str(tmp_path / "out"), "--only", "outlets")
    assert done.returncode == 0, done.stderr
    assert "$ python -m evals.bench.planning --out" in done.stdout
    assert "done" in done.stdout.rpartition("## What ran")[2]
    (result,) = (tmp_path / "out").glob("planning-*.json")
    assert json.loads(result.read_text())["summary"]


def test_wrong_words_are_one_line(tmp_path: Path):
    """A step that does not exist, and a folder without the datasets."""
    places = ("--work", str(tmp_path), "--out", str(tmp_path / "out"))
    for words, says in ((("--only", "no such"), "no step is named so"), (("--data", str(tmp_path)), "not found")):
        done = run(*places, *words)
        assert done.returncode == 2
        assert done.stdout == ""
        assert len(done.stderr.splitlines()) == 1
        assert says in done.stderr


@pytest.fixture
def steps(tmp_path: Path) -> dict[str, tuple[str, ...]]:
    """The words of each step over datasets of three questions, by its name."""
    for name in FILES:
        (tmp_path / "data" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "data" / name).touch()
    rows = [json.dumps({"id": day, "asked": day}) for day in ("2022-06-17", "2023-01-06", "2023-12-01")]
    with gzip.open(tmp_path / "data" / "eval" / "realtimeqa" / "gold.jsonl.gz", "wt") as gold:
        gold.write("\n".join(rows) + "\n")
    return {step.name: step.words for step in with_data(tmp_path / "data", tmp_path, tmp_path)}


def test_questions_of_a_year_are_a_file_of_their_own(steps: dict[str, tuple[str, ...]]):
    """RealTimeQA of 2023 is reported, that of 2022 was chosen on: each step gets the questions of one year."""
    asked = steps["realtimeqa, end to end"]
    path = Path(asked[asked.index("--gold") + 1])
    assert [json.loads(row)["id"] for row in path.read_text().splitlines()] == ["2023-01-06", "2023-12-01"]
    assert "2022" in steps["RealTimeQA 2022, what retrieval finds"][2]


def test_what_is_checked_are_sentences_of_real_articles(tmp_path: Path, steps: dict[str, tuple[str, ...]]):
    """The README's figures on a model's sentences are of RealTimeQA's articles: the step has them, or is not run."""
    name = "what a language model writes, checked"
    assert name not in [step.name for step in shipped(tmp_path)]
    words = steps[name]
    articles = tmp_path / "data" / "eval" / "realtimeqa" / "articles.jsonl.gz"
    assert words[:3] == ("evals.bench.checking", "--articles", str(articles))
