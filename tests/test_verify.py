"""Verify and rebuild: damage is found or harmless, and mended without embedding."""

import json
import subprocess
import sys

import pytest

from evals.bench.hashed import HashedEncoder
from vectorstore.errors import StoreDamaged, StoreMissing
from vectorstore.generation import SNAPSHOT
from vectorstore.ingest import ingest
from vectorstore.library import Library
from vectorstore.store import Store, library_path
from vectorstore.verify import rebuild, verify


def test_a_store_of_the_seeds_is_sound(seeds_folder):
    """An untouched store has no problem, also after it was searched."""
    assert verify(seeds_folder) == []


@pytest.mark.parametrize("options", [["--only", "25"], pytest.param([], marks=pytest.mark.sweep)])
def test_damage_is_found_and_mended(options, tmp_path):
    """Of the ways to damage a store (deleted, cut, flipped, swapped, foreign writers), a choice of 25, or all."""
    command = ["-m", "evals.bench.damage", "--articles", "60", "--out", str(tmp_path), *options]
    done = subprocess.run([sys.executable, *command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout.splitlines()[-1])["ways"] >= 25


@pytest.fixture
def store(tmp_path):
    """A store of one article, made without a model."""
    (tmp_path / "a.txt").write_text("The mayor resigned on Monday. The council met.", encoding="utf-8")
    ingest([tmp_path / "a.txt"], tmp_path / "store", encoder=HashedEncoder)
    return tmp_path / "store"


def test_with_no_whole_copy_left_the_whole_articles_are_kept(store, tmp_path):
    """A damaged article whose copy is damaged too is removed and named; ingest brings it back."""
    (tmp_path / "b.txt").write_text("A storm closed the harbour.", encoding="utf-8")
    ingest([tmp_path], store, encoder=HashedEncoder)
    for snapshot in store.glob(f"indexes/*/{SNAPSHOT}"):
        snapshot.write_bytes(b"")
    with Library(library_path(store)) as library:
        library._db.execute("UPDATE articles SET text = 'forged' WHERE id = 'a.txt'")
    lost = rebuild(store)
    assert len(lost) == 1
    assert "'a.txt'" in lost[0]
    assert verify(store) == []
    assert ingest([tmp_path], store, encoder=HashedEncoder).added == 1


def test_with_nothing_left_rebuild_says_so(store):
    """No library and no copy: one line with the way out, and nothing is made up."""
    library_path(store).write_bytes(b"garbage" * 1000)
    for snapshot in store.glob(f"indexes/*/{SNAPSHOT}"):
        snapshot.unlink()
    assert verify(store) != []
    with pytest.raises(StoreDamaged, match="ingest into a new store"):
        rebuild(store)


def test_a_damaged_index_is_refused_when_it_is_opened(store):
    """A cut file is noticed before it answers a question."""
    word_file = next(store.glob("indexes/*/words/*.term"))
    word_file.write_bytes(word_file.read_bytes()[:-1])
    with pytest.raises(StoreDamaged, match="byline rebuild"):
        Store(store, HashedEncoder())


def test_no_store_is_no_damage(tmp_path):
    """Verify and rebuild of a folder without a store say how to make one."""
    for command in (verify, rebuild):
        with pytest.raises(StoreMissing, match="byline ingest"):
            command(tmp_path / "nothing")
