"""A run that is killed, and started again: it goes on where it was, and ends with the same numbers."""

import json
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from full_disk import full_disk
from killed_run import EXAMPLES, MADE_WITH, kill_midway, main
from scripted import Scripted, Shelf

from evals.commands import add_commands
from evals.journal import journal, key
from evals.run import located
from evals.running import run, so_far
from vectorstore import terminal
from vectorstore.errors import BylineError

HERE = Path(__file__).parent


def asked(folder, *, texts=True, examples=EXAMPLES):
    """The number of results that were found, and the report, of a run in this process."""
    with journal(folder, MADE_WITH, examples, texts=texts) as kept:
        engine = Scripted()
        report = run(engine, located(examples, Shelf(), pytest.fail), Shelf(), kept, resamples=20)
        return len(kept.results), report, len(engine.asked)


def without_seconds(results):
    return [replace(one, seconds=0) for one in results]


@pytest.mark.parametrize("jobs", [1, 3])
def test_killed_again_and_again(tmp_path, jobs):
    """Runs that are killed, each going on where the last one was, end with the numbers of one that never was."""
    (tmp_path / "whole").mkdir()
    whole = json.loads(json.dumps(main(tmp_path / "whole", 1, 0)))
    finished = [0]
    for last in (20, 33, 0):
        command = [sys.executable, HERE / "killed_run.py", tmp_path, str(jobs), str(last)]
        process = subprocess.run(command, cwd=HERE.parent, stdout=subprocess.PIPE, check=False, timeout=120)
        assert process.returncode == (-signal.SIGKILL if last else 0)
        finished.append(_lines(tmp_path))
        if last and jobs == 1:  # what was being asked is lost, and no more
            assert finished[-1] == finished[-2] + last - 1
    end = json.loads(process.stdout)
    assert end["found"] == finished[-2]
    assert (end["results"], end["metrics"]) == (whole["results"], whole["metrics"])


def _lines(folder):
    """Lines of the journal."""
    return sum(len(path.read_bytes().splitlines()) for path in folder.glob("*.unfinished.jsonl"))


def test_torn_at_any_byte(tmp_path):
    """Whatever a kill left of the last line is dropped, that question asked again, and the file whole afterwards."""
    examples = EXAMPLES[:7]
    _, whole, _ = asked(tmp_path, examples=examples)
    (path,) = tmp_path.glob("*.unfinished.jsonl")
    lines = path.read_bytes().splitlines(keepends=True)
    assert len(lines) == 7
    last = b"".join(lines[:5])
    for kept in range(0, len(lines[5]), 17):
        path.write_bytes(last + lines[5][:kept])
        found, report, engine_asked = asked(tmp_path, examples=examples)
        assert (found, engine_asked) == (5, 2)
        assert without_seconds(report.results) == without_seconds(whole.results)
        assert len(path.read_bytes().splitlines()) == 7
    path.write_bytes(last + b"\0" * 40 + b"\n" + lines[6])  # what some file systems leave when the power fails
    assert asked(tmp_path, examples=examples)[0] == 5


def test_a_full_disk_loses_no_question_that_was_finished(tmp_path):
    """The error is one line that names the journal; what it holds is whole, and the run goes on from there."""
    examples = EXAMPLES[:7]
    (tmp_path / "whole").mkdir()
    asked(tmp_path / "whole", examples=examples)
    (path,) = tmp_path.glob("whole/*.jsonl")
    lines = path.read_bytes().splitlines(keepends=True)
    with (
        full_disk(len(b"".join(lines[:3])) + len(lines[3]) // 2),
        pytest.raises(BylineError, match=r"unfinished.jsonl: cannot be written \(File too large\)"),
    ):
        asked(tmp_path, examples=examples)
    (path,) = tmp_path.glob("*.jsonl")
    assert len(path.read_bytes().splitlines()) == 3
    assert path.read_bytes().endswith(b"\n")
    found, _, engine_asked = asked(tmp_path, examples=examples)
    assert (found, engine_asked) == (3, 4)


def test_the_lock_goes_only_with_the_journal(tmp_path):
    """While there is a journal to go on with, its lock is the same file for all; a finished run leaves neither."""
    asked(tmp_path)
    (lock,) = tmp_path.glob("*.lock")
    before = lock.stat().st_ino
    with journal(tmp_path, MADE_WITH, EXAMPLES, texts=True):
        assert lock.stat().st_ino == before
    with journal(tmp_path, MADE_WITH, EXAMPLES, texts=True) as kept:
        assert lock.stat().st_ino == before
        kept.remove()
    assert list(tmp_path.iterdir()) == []


def test_without_texts_the_journal_has_none(tmp_path):
    """With --no-text no word of a question, an answer or a quote is written, and what is read back has its question."""
    found, report, _ = asked(tmp_path, texts=False)
    (path,) = tmp_path.glob("*.unfinished.jsonl")
    text = path.read_text(encoding="utf-8")
    assert all(word not in text for word in ("people", "resign", "Thirty", "Geens", "not known"))
    again, resumed, engine_asked = asked(tmp_path, texts=False)
    assert (found, again, engine_asked) == (0, len(EXAMPLES), 0)
    assert [one.example for one in resumed.results] == EXAMPLES
    assert resumed.rows == report.rows


def test_another_run_has_another_journal():
    """All that decides the answers is in the name; when it was started, and how many are asked at a time, is not."""
    other = {
        "gold_sha256": "2" * 64,
        "half": "dev",
        "limit": 3,
        "corpus_sha256": "2" * 64,
        "encoder_sha256": "2",
        "reader_sha256": "2",
        "reader_dtype": "bfloat16",
        "llm": "ollama:llama3.2",
        "code_sha256": "2",
        "packages": {"torch": "3"},
        "configuration": {"passages": 5, "threshold": 0.12},
    }
    keys = {key(replace(MADE_WITH, **{name: value}), texts=True) for name, value in other.items()}
    assert len(keys | {key(MADE_WITH, texts=True), key(MADE_WITH, texts=False)}) == len(other) + 2
    same = replace(MADE_WITH, started="2027-01-01T00:00:00+00:00", configuration=MADE_WITH.configuration | {"jobs": 8})
    assert key(same, texts=True) == key(MADE_WITH, texts=True)


def test_two_at_once_are_refused(tmp_path):
    """A second process at the same run is told so, and leaves the first one's journal alone."""
    with (
        journal(tmp_path, MADE_WITH, EXAMPLES, texts=True),
        pytest.raises(BylineError, match="another byline eval is at this very run"),
        journal(tmp_path, MADE_WITH, EXAMPLES, texts=True),
    ):
        pass
    assert list(tmp_path.iterdir()) == []  # nothing was asked: nothing is left


def test_running_scores():
    """Over what was asked so far: 2 of 3 answerable questions right, and 2 of 5 answers withheld."""
    report = run(Scripted(), located(EXAMPLES[:5], Shelf(), pytest.fail), Shelf(), resamples=20)
    assert so_far(report.results) == "contains 66.7 %, abstained 2 of 5"
    assert so_far([]) == "abstained 0 of 0"


def test_the_command_goes_on(tmp_path, seeds_folder, capsys):
    """Killed in the middle and started again, byline eval says where it goes on, and ends as an unbroken run does."""
    options = ["eval", "--store", str(seeds_folder), "--limit", "12", "--passages", "4", "--out"]
    kill_midway(options, tmp_path / "a")
    done = {}
    for name in "ab":
        assert terminal.main("byline", "", [add_commands], [*options, str(tmp_path / name)]) == 0
        output = capsys.readouterr().out
        assert ("going on: " in output and " of 12 questions were answered before" in output) == (name == "a")
        assert list((tmp_path / name).glob("*.unfinished.*")) == []
        (report,) = (tmp_path / name).glob("seeds-all-*.json")
        done[name] = json.loads(report.read_text(encoding="utf-8"))
    for content in done.values():
        for result in content["results"]:
            del result["seconds"], result["answer"]["seconds"]
        for row in content["rows"]:
            del row["metrics"]["seconds_p50"], row["metrics"]["seconds_p95"]
        del content["provenance"]["started"]
    assert done["a"] == done["b"]
