"""The benchmarks of size: that what they build and measure is what they say. No speed is tested."""

import json
from pathlib import Path

import numpy as np
import pytest

from evals.bench.hashed import HashedEncoder
from evals.bench.plot import main as plot
from evals.bench.scale.__main__ import build
from evals.bench.scale.__main__ import main as scale
from evals.bench.scale.build import JITTER, Nearest, read_source, write_library
from evals.bench.scale.ingest import main as ingest_bench
from evals.bench.scale.serve import timed
from vectorstore.copies import group_copies
from vectorstore.errors import BylineError
from vectorstore.ingest import ingest, update_indexes
from vectorstore.store import Store, library_path, open_library

ROOT = Path(__file__).parent.parent
SEEDS = ROOT / "seeds"
GOLD = ROOT / "evals" / "gold" / "seeds.jsonl"


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """The passages of some dozen short articles, with vectors that need no model."""
    folder = tmp_path_factory.mktemp("source") / "store"
    ingest([GOLD.with_name("planning_articles.jsonl")], folder, encoder=HashedEncoder)
    return read_source(library_path(folder))


def questions(number: int):
    """Unit vectors in the hashed encoder's space."""
    vectors = np.random.default_rng(3).standard_normal((number, 64)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_the_exactly_nearest_do_not_depend_on_how_they_are_shown():
    """Batch after batch gives what one comparison of everything gives."""
    asked, vectors = questions(4), questions(50)
    ids = [f"p{n}" for n in range(50)]
    nearest = Nearest(asked)
    for first in range(0, 50, 7):
        nearest.show(ids[first : first + 7], vectors[first : first + 7])
    best = np.argsort(-(asked @ vectors.T), axis=1)[:, :10]
    assert nearest.ids() == [[ids[at] for at in row] for row in best]


def test_fewer_passages_than_asked_for_are_all_nearest():
    """No empty id stands in for those that are missing."""
    nearest = Nearest(questions(2))
    nearest.show(["a", "b"], questions(2))
    assert [sorted(row) for row in nearest.ids()] == [["a", "b"], ["a", "b"]]


def test_a_small_store_is_the_first_passages_as_they_are(source, tmp_path):
    """Exactly as many as asked for, none mixed."""
    built = write_library(source, tmp_path / "store", 7, questions(2), HashedEncoder())
    with open_library(tmp_path / "store") as library:
        kept = [entry.passage for entry in library.passages(library.passage_ids())]
    assert built.passages == built.real == len(kept) == 7
    assert set(kept) == {entry.passage for entry in [entry for entries in source for entry in entries][:7]}


def test_a_large_store_repeats_texts_but_no_article_and_no_vector(source, tmp_path):
    """Offsets still name the passage's text; jittered vectors lie where they should; nothing counts as a copy."""
    number = 4 * sum(map(len, source))
    built = write_library(source, tmp_path / "store", number, questions(2), HashedEncoder())
    with open_library(tmp_path / "store") as library:
        kept = list(library.passages(library.passage_ids()))
        groups = group_copies(library.signatures())
    assert built.passages == len(kept) == number
    assert built.real == sum(map(len, source))
    assert all(entry.article.text[entry.passage.start : entry.passage.end] == entry.passage.text for entry in kept)
    assert len({entry.vector.tobytes() for entry in kept}) == number
    assert len(set(groups.values())) == len(groups)
    origin = {entry.passage.text: entry.vector for entries in source for entry in entries}
    mixed = [float(entry.vector @ origin[entry.passage.text]) for entry in kept if entry.article.id.startswith("mixed")]
    assert np.isclose(np.mean(mixed), 1 / np.sqrt(1 + JITTER**2), atol=0.03)


def test_the_store_that_is_built_can_be_searched(source, tmp_path):
    """And the shares of its filters are counted right."""
    built = write_library(source, tmp_path / "store", 60, questions(2), HashedEncoder())
    with open_library(tmp_path / "store") as library:
        update_indexes(tmp_path / "store", library)
        articles = list(library.articles())
    with Store(tmp_path / "store", HashedEncoder()) as store:
        assert store.search("Who said it?")
        for filters, share in built.filters.values():
            found = store.search("minister", 60, filters)
            assert found
            assert 0 < share <= 1
    (publisher,) = built.filters["publisher"][0].publishers
    assert built.filters["publisher"][1] == pytest.approx(
        sum(article.publisher == publisher for article in articles) / len(articles), abs=1e-4
    )


def test_too_small_a_source_is_an_error(source, tmp_path):
    """Instead of articles that are one passage, again and again."""
    with pytest.raises(BylineError, match="3 passages are too few"):
        write_library([source[0][:1]] * 3, tmp_path / "store", 10, questions(2), HashedEncoder())


def test_timing_warms_up_and_counts_each_question_once():
    """The first question is asked twice, and timed the second time."""
    asked = []
    found = timed("x", ["a", "b", "c"], asked.append)
    assert asked == ["a", "a", "b", "c"]
    assert set(found) == {"x_ms_p50", "x_ms_p95"}


def test_scale_measures_stores_in_a_fresh_process(seeds_folder, tmp_path, capsys):
    """A row a size with everything in it, exact results at this size, and a picture."""
    words = ["--store", str(seeds_folder), "--gold", str(GOLD), "--passages", "20", "--questions", "3"]
    assert scale([*words, "--work", str(tmp_path), "--out", str(tmp_path / "out")]) == 0
    (result,) = (tmp_path / "out").glob("scale-*.json")
    (row,) = json.loads(result.read_text(encoding="utf-8"))["rows"]
    assert row["passages"] == 20
    assert row["recall_10"] == 1
    assert row["disk_mb"] >= 0
    for name in ("embed", "query", "publisher", "dates", "articles"):
        assert 0 < row[f"{name}_ms_p50"] <= row[f"{name}_ms_p95"]
    assert set(row["shares"]) == {"publisher", "dates", "articles"}
    assert "<svg" in result.with_suffix(".svg").read_text(encoding="utf-8")
    assert str(result) in capsys.readouterr().out
    built = (tmp_path / "20" / "built.json").stat().st_mtime_ns
    assert scale([*words, "--work", str(tmp_path), "--out", str(tmp_path / "again")]) == 0
    assert (tmp_path / "20" / "built.json").stat().st_mtime_ns == built  # not built a second time
    (tmp_path / "20" / "built.json").unlink()
    assert scale([*words, "--work", str(tmp_path), "--out", str(tmp_path / "again")]) == 2
    assert f"{tmp_path / '20'}: was not finished" in capsys.readouterr().err


def test_a_store_that_was_built_is_of_one_source(source, tmp_path, monkeypatch):
    """It is found from any folder, and refused for other passages, and where it does not say what it was made of."""
    monkeypatch.chdir(tmp_path)
    encoder, asked = HashedEncoder(), ["Who said it?"]
    built = build(source, Path("work") / "7", 7, asked, encoder)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    folder = Path("..") / "work" / "7"
    again = build(source, folder, 7, asked, encoder)
    assert Path(again["store"]).resolve() == tmp_path / "work" / "7" / "store"
    assert again["nearest"] == built["nearest"]
    with pytest.raises(BylineError, match="was made of another store or model; remove it"):
        build(source[1:], folder, 7, asked, encoder)
    kept = json.loads((folder / "built.json").read_text(encoding="utf-8"))
    del kept["source_sha256"]
    (folder / "built.json").write_text(json.dumps(kept), encoding="utf-8")
    with pytest.raises(BylineError, match="was made of another store or model; remove it"):
        build(source, folder, 7, asked, encoder)


def test_ingest_is_measured_beside_the_bare_model_and_again(tmp_path):
    """The second ingest finds everything unchanged."""
    articles = tmp_path / "articles.jsonl"
    rows = [{"id": path.name, "text": path.read_text(encoding="utf-8")} for path in sorted(SEEDS.iterdir())]
    articles.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    assert ingest_bench(["--articles", str(articles), "--limit", "2", "--files", "--out", str(tmp_path / "out")]) == 0
    (result,) = (tmp_path / "out").glob("ingest-*.json")
    summary = json.loads(result.read_text(encoding="utf-8"))["summary"]
    assert summary["articles"] == 2
    assert summary["passages"] == summary["bare_passages"] > 0
    assert summary["failed"] == 0
    assert summary["again_share"] == pytest.approx(summary["again_seconds"] / summary["seconds"], abs=0.05)
    assert result.with_suffix(".svg").exists()


@pytest.mark.parametrize("text", ["", "[]", '{"name": "crash"}', '"x"'])
def test_what_is_no_result_is_one_line(tmp_path, capsys, text):
    """Exit status 2, and the line names the file."""
    (tmp_path / "x.json").write_text(text, encoding="utf-8")
    assert plot([str(tmp_path / "x.json")]) == 2
    said = capsys.readouterr().err
    assert str(tmp_path / "x.json") in said
    assert said.count("\n") == 1


def test_a_store_or_size_that_is_none_is_one_line(tmp_path, seeds_folder, capsys):
    """Exit status 2."""
    assert scale(["--store", str(tmp_path / "none"), "--gold", str(GOLD)]) == 2
    assert scale(["--store", str(seeds_folder), "--gold", str(GOLD), "--passages", "many"]) == 2
    assert capsys.readouterr().err.count("\n") == 2
