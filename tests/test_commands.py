"""The commands that keep a store, run as a user runs them: what they print and how they exit."""

import json
import shutil
from pathlib import Path

import pytest

from evals.bench.hashed import HashedEncoder
from ui.cli import main
from vectorstore.generation import SNAPSHOT
from vectorstore.ingest import ingest
from vectorstore.store import library_path, writing

SEEDS = Path(__file__).parent.parent / "seeds"


@pytest.fixture
def store(seeds_folder, tmp_path):
    """A store of the seeds that may be harmed."""
    return shutil.copytree(seeds_folder, tmp_path / "store")


@pytest.fixture
def run(capsys):
    """Run a command line; returns its exit status, stdout and the lines of stderr."""

    def command(*words):
        status = main([str(word) for word in words])
        captured = capsys.readouterr()
        return status, captured.out, captured.err.splitlines()

    return command


def test_ingest_says_what_it_did_and_again_that_nothing_was_new(run, tmp_path):
    """The seeds, twice, with the real model."""
    status, out, errors = run("ingest", SEEDS, "--store", tmp_path / "store")
    assert (status, errors) == (0, [])
    assert out.startswith("3 added, 0 changed, 0 unchanged, 0 removed, 0 failed;")
    status, out, errors = run("ingest", SEEDS, "--store", tmp_path / "store")
    assert (status, errors) == (0, [])
    assert out.startswith("0 added, 0 changed, 3 unchanged, 0 removed, 0 failed; 0 passages")


def test_each_unusable_path_is_one_line_and_the_rest_is_done(run, store, tmp_path):
    """An empty folder, a missing path and a binary file: exit status 1, a line each, and the seeds stay."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "binary.txt").write_bytes(b"\x7fELF\x02\x01\x01" + bytes(range(256)))
    paths = [tmp_path / "empty", tmp_path / "missing", tmp_path / "binary.txt", SEEDS]
    status, out, errors = run("ingest", *paths, "--store", store)
    assert status == 1
    assert [any(str(path) in line for line in errors) for path in paths] == [True, True, True, False]
    assert len(errors) == 3
    assert "3 unchanged, 0 removed, 3 failed" in out


def test_a_line_of_ten_megabytes_is_an_article_like_any_other(tmp_path):
    """It is split into passages, none longer than the model reads."""
    (tmp_path / "line.txt").write_text("word " * 2_000_000, encoding="utf-8")
    report = ingest([tmp_path / "line.txt"], tmp_path / "store", encoder=HashedEncoder)
    assert (report.added, report.failed) == (1, 0)
    assert report.passages > 5_000


def test_verify_passes_a_sound_store_and_names_what_is_broken(run, store):
    """Exit status 1 and a line for the damaged file; rebuild mends it; stats counts it all the same."""
    assert run("verify", "--store", store) == (0, f"{store}: sound\n", [])
    broken = next(store.glob("indexes/*/words/*.store"))
    broken.write_bytes(broken.read_bytes()[::-1])
    status, out, errors = run("verify", "--store", store)
    assert status == 1
    assert str(broken) in errors[0]
    assert "byline rebuild" in out
    assert run("rebuild", "--store", store)[0] == 0
    assert run("verify", "--store", store)[0] == 0


def test_rebuild_from_the_copy_says_what_that_means(run, store):
    """A destroyed library is restored from its copy, with one line and exit status 1."""
    library_path(store).write_bytes(b"")
    status, _, errors = run("rebuild", "--store", store)
    assert status == 1
    assert "run ingest again for anything newer" in errors[0]
    assert run("verify", "--store", store)[0] == 0


def test_a_store_that_is_lost_is_one_line(run, store):
    """Neither library nor copy: exit status 2 and the way out."""
    library_path(store).write_bytes(b"")
    next(store.glob(f"indexes/*/{SNAPSHOT}")).write_bytes(b"")
    status, _, errors = run("rebuild", "--store", store)
    assert status == 2
    assert len(errors) == 1
    assert "byline ingest PATH --store NEW" in errors[0]


def test_stats_counts(run, store):
    """Articles, passages, model and size, for people and as JSON."""
    status, out, _ = run("stats", "--store", store)
    assert status == 0
    assert out.startswith("3 articles, 10 passages")
    found = json.loads(run("stats", "--json", "--store", store)[1])
    assert found["articles"] == 3
    assert found["model"] == "all-MiniLM-L6-v2"
    assert found["disk_bytes"] > 100_000


@pytest.mark.parametrize(
    "command", [["verify"], ["rebuild"], ["stats"], ["ask", "Who?"], ["ask", ""], ["ask", "x" * 10**6]]
)
def test_without_a_store_or_a_question_there_is_one_line(command, run, tmp_path):
    """Exit status 2, one line, no traceback, and no store is made."""
    status, out, errors = run(*command, "--store", tmp_path / "none")
    assert (status, out, len(errors)) == (2, "", 1)
    assert len(errors[0]) < 300
    assert not (tmp_path / "none").exists()


def test_a_second_writer_is_turned_away(run, store):
    """Exit status 2 and a line that says to wait."""
    with writing(store):
        status, _, errors = run("rebuild", "--store", store)
    assert status == 2
    assert "another byline is writing" in errors[0]


def test_a_path_cannot_smuggle_terminal_codes(run, tmp_path):
    """Control characters in a name are shown, not obeyed."""
    _, _, errors = run("ingest", f"{tmp_path}/x\x1b[31m\n", "--store", tmp_path / "store")
    assert len(errors) == 1
    assert "\x1b" not in errors[0]
