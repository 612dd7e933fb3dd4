"""Ingest: idempotent, incremental, resumable, one writer; nothing is lost or left over."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from evals.bench.hashed import HashedEncoder
from vectorstore.errors import InputError, StoreBusy, StoreMismatch, StoreMissing
from vectorstore.ingest import IngestReport, ingest
from vectorstore.library import Library
from vectorstore.store import Store, library_path, writing
from vectorstore.types import Filters
from vectorstore.verify import verify

ROOT = Path(__file__).parent.parent


def keep(paths, store, **options):
    return ingest(paths, store, encoder=HashedEncoder, **options)


def ids(store: Path) -> list[str]:
    with Library(library_path(store)) as library:
        return [article.id for article in library.articles()]


def write_articles(path: Path, **texts: str) -> Path:
    rows = [{"id": id_, "text": text, "publisher": "Le Soir"} for id_, text in texts.items()]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture
def folder(tmp_path):
    """Two plain files to ingest."""
    made = tmp_path / "articles"
    made.mkdir()
    (made / "a.txt").write_text("The mayor resigned on Monday. The council met in the evening.", encoding="utf-8")
    (made / "b.txt").write_text("A storm closed the harbour. Two ships were damaged by it.", encoding="utf-8")
    return made


def files(store: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in store.rglob("*") if path.is_file()}


def test_the_same_twice_writes_nothing(folder, tmp_path):
    """A second ingest of the same files changes no byte of the store and embeds no passage."""
    first = keep([folder], tmp_path / "store")
    assert first == IngestReport(added=2, changed=0, unchanged=0, removed=0, failed=0, passages=2)
    before = files(tmp_path / "store")
    second = keep([folder], tmp_path / "store")
    assert second == IngestReport(added=0, changed=0, unchanged=2, removed=0, failed=0, passages=0)
    assert files(tmp_path / "store") == before


def test_a_changed_article_replaces_the_old_one(folder, tmp_path):
    """After an edit only the edited article is embedded, and its old words are found no more."""
    store = tmp_path / "store"
    keep([folder], store)
    (folder / "a.txt").write_text("The governor stayed. The council met in the morning.", encoding="utf-8")
    assert keep([folder], store).changed == 1
    with Store(store, HashedEncoder()) as opened:
        texts = [hit.passage.text for hit in opened.search("mayor resigned governor", 5)]
    assert any("governor" in text for text in texts)
    assert not any("mayor" in text for text in texts)
    assert verify(store) == []


def test_prune_removes_what_is_gone_and_only_from_the_paths_given(folder, tmp_path):
    """--prune forgets a deleted file's article; an article of another folder stays."""
    store, other = tmp_path / "store", tmp_path / "other"
    other.mkdir()
    (other / "c.txt").write_text("A third article stands in another folder.", encoding="utf-8")
    keep([folder, other], store)
    (folder / "b.txt").unlink()
    assert keep([folder], store).removed == 0
    assert ids(store) == ["a.txt", "b.txt", "c.txt"]
    assert keep([folder], store, prune=True).removed == 1
    assert ids(store) == ["a.txt", "c.txt"]
    assert verify(store) == []


def test_prune_removes_nothing_where_the_folder_vanished(folder, tmp_path):
    """A folder that is missing or empty (a disk not mounted) says nothing about what it held."""
    store = tmp_path / "store"
    keep([folder], store)
    shutil.rmtree(folder)
    errors: list[InputError] = []
    assert keep([folder], store, prune=True, on_error=errors.append).removed == 0
    assert len(errors) == 1
    folder.mkdir()
    assert keep([folder], store, prune=True).removed == 0
    assert ids(store) == ["a.txt", "b.txt"]


def test_prune_keeps_the_article_of_a_file_that_cannot_be_read_now(folder, tmp_path):
    """A file that turned unreadable is reported, and its article stays."""
    store = tmp_path / "store"
    keep([folder], store)
    (folder / "b.txt").write_bytes(b"\x7fELF\x02\x01\x01" + bytes(range(256)))
    report = keep([folder], store, prune=True)
    assert (report.failed, report.removed) == (1, 0)
    assert ids(store) == ["a.txt", "b.txt"]


def test_a_moved_folder_is_unchanged(folder, tmp_path):
    """Moving the folder embeds nothing, and --prune knows the articles by their new place."""
    store = tmp_path / "store"
    keep([folder], store)
    moved = folder.rename(tmp_path / "moved")
    report = keep([moved], store, prune=True)
    assert (report.unchanged, report.removed, report.passages) == (2, 0, 0)
    (moved / "a.txt").unlink()
    assert keep([moved], store, prune=True).removed == 1
    assert verify(store) == []


def test_two_files_of_one_relative_path_are_told_apart(folder, tmp_path):
    """A file that would take another file's id is refused by name, and the first stays."""
    other = tmp_path / "other"
    other.mkdir()
    (other / "a.txt").write_text("Quite another article of the same file name.", encoding="utf-8")
    errors: list[InputError] = []
    keep([folder], tmp_path / "store")
    report = keep([other], tmp_path / "store", on_error=errors.append)
    assert report.failed == 1
    assert str(other / "a.txt") in str(errors[0])
    with Store(tmp_path / "store", HashedEncoder()) as store:
        assert "mayor" in store.article("a.txt").text


def test_in_json_lines_the_newest_file_to_name_an_id_wins(tmp_path):
    """Monthly exports repeat ids: the later text replaces the earlier."""
    keep([write_articles(tmp_path / "january.jsonl", x="The first version of the story.")], tmp_path / "store")
    report = keep([write_articles(tmp_path / "february.jsonl", x="The second version.")], tmp_path / "store")
    assert report.changed == 1


def test_one_writer_at_a_time(folder, tmp_path):
    """While one process writes, another leaves at once and says so."""
    with writing(tmp_path / "store"), pytest.raises(StoreBusy, match="another byline"):
        keep([folder], tmp_path / "store")


def test_another_model_is_refused_before_anything_is_written(folder, tmp_path, encoder):
    """A store made with one model does not take passages of another, and the message says what helps."""
    store = tmp_path / "store"
    keep([folder], store)
    (folder / "c.txt").write_text("A third article arrives with another model.", encoding="utf-8")
    with pytest.raises(StoreMismatch, match=r"hashed-words.*byline ingest PATH --store NEW"):
        ingest([folder], store, encoder=lambda: encoder)
    assert ids(store) == ["a.txt", "b.txt"]
    with pytest.raises(StoreMismatch):
        Store(store, encoder)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as another user")
@pytest.mark.parametrize("closed", ["store", "store/library.db"])
def test_a_store_of_another_user_is_refused_in_one_line(closed, folder, tmp_path):
    """What SQLite would call damaged is said to be a matter of permissions, with exit status 2."""
    keep([folder], tmp_path / "store")
    for path in (*tmp_path.parents, tmp_path):
        path.chmod(path.stat().st_mode | 0o755)
    (tmp_path / "store").chmod(0o777)
    (tmp_path / closed).chmod(0o700 if closed == "store" else 0o600)
    command = [sys.executable, "-m", "vectorstore", "stats", "--store", str(tmp_path / "store")]
    # Coverage of subprocesses would have the other user write into our folder.
    env = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    done = subprocess.run(command, capture_output=True, text=True, check=False, user=65534, cwd=ROOT, env=env)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "change its permissions" in done.stderr


def test_an_empty_folder_makes_no_store(tmp_path):
    """Nothing to ingest is an error of the input, and asking afterwards says that there is no article."""
    (tmp_path / "empty").mkdir()
    assert keep([tmp_path / "empty"], tmp_path / "store").failed == 1
    with pytest.raises(StoreMissing, match="no article yet"):
        Store(tmp_path / "store", HashedEncoder())


def test_an_open_store_follows_an_ingest(folder, tmp_path):
    """A chat that is running finds the articles that another process adds."""
    keep([folder], tmp_path / "store")
    with Store(tmp_path / "store", HashedEncoder()) as store:
        assert not any("volcano" in hit.passage.text for hit in store.search("volcano", 3))
        (folder / "c.txt").write_text("The volcano erupted at noon without any warning.", encoding="utf-8")
        keep([folder], tmp_path / "store")
        assert "volcano" in store.search("volcano", 1)[0].passage.text


def test_copies_of_one_wire_story_are_collapsed(tmp_path):
    """Of two copies search returns one, and each is listed as the other's copy."""
    story = " ".join(f"The minister told parliament in point {n} that the budget of year {n} holds." for n in range(40))
    path = write_articles(tmp_path / "wire.jsonl", one=story, two=story + " (Reuters)", three="Unlike the others.")
    keep([path], tmp_path / "store")
    with Store(tmp_path / "store", HashedEncoder()) as store:
        found = {hit.passage.article_id for hit in store.search("minister budget parliament", 20)}
        assert len(found & {"one", "two"}) == 1
        assert store.copies("one") == ("two",)
        assert store.copies("three") == ()


def test_filters_bound_the_search(tmp_path):
    """Publisher, days and article ids each narrow the result; an undated article is in no range of days."""
    rows = [
        {"id": "a", "text": "The bridge opened to traffic.", "publisher": "Le Soir", "published": "2016-03-24"},
        {"id": "b", "text": "The bridge opened to trains.", "publisher": "VTM", "published": "2016-04-01"},
        {"id": "c", "text": "The bridge opened to ships.", "publisher": "VTM"},
    ]
    path = tmp_path / "x.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    keep([path], tmp_path / "store")
    with Store(tmp_path / "store", HashedEncoder()) as store:

        def found(**bounds):
            return sorted(hit.passage.article_id for hit in store.search("bridge opened", 9, Filters(**bounds)))

        assert found() == ["a", "b", "c"]
        assert found(publishers=("VTM",)) == ["b", "c"]
        assert found(publishers=("VTM", "Le Soir"), after="2016-03-25") == ["b"]
        assert found(before="2016-03-24") == ["a"]
        assert found(article_ids=("c", "a")) == ["a", "c"]
        assert found(publishers=("Nobody",)) == []


@pytest.mark.parametrize("points", [8, pytest.param(100, marks=pytest.mark.sweep)])
def test_a_kill_at_any_moment_loses_nothing(points, tmp_path):
    """After kill -9 at moments spread over an ingest, one more ingest makes library, indexes and corpus agree."""
    command = ["-m", "evals.bench.crash", "--points", str(points), "--articles", "60", "--out", str(tmp_path)]
    done = subprocess.run([sys.executable, *command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    summary = json.loads(done.stdout.splitlines()[-1])
    assert summary["points"] == points
    assert summary["killed"] > points // 2
