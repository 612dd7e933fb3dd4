"""The side-by-side benchmark: its harness, and our own side of it. The other systems are not installed in tests."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from evals.bench.peers.__main__ import chosen_questions, chosen_systems, main, write_articles
from evals.bench.peers.environments import interpreter, versions
from evals.bench.peers.measure import SYSTEMS, K, Settings, System, first_place, ingest, running
from vectorstore.errors import BylineError

ROOT = Path(__file__).parent.parent
GOLD = ROOT / "evals" / "gold" / "seeds.jsonl"
PEERS = ROOT / "evals" / "bench" / "peers"


@pytest.fixture
def articles(tmp_path):
    """The seeds as lines of JSON."""
    path = tmp_path / "articles.jsonl"
    rows = [{"id": seed.name, "text": seed.read_text(encoding="utf-8")} for seed in sorted((ROOT / "seeds").iterdir())]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_byline_is_measured_through_its_wire(articles, tmp_path, capsys):
    """A row for each way of searching, with every number, and the seeds' answers found."""
    words = ["--articles", str(articles), "--gold", str(GOLD), "--questions", "3", "--systems", "byline"]
    assert main([*words, "--work", str(tmp_path), "--out", str(tmp_path / "out")]) == 0
    (result,) = (tmp_path / "out").glob("peers-*.json")
    written = json.loads(result.read_text(encoding="utf-8"))
    assert written["summary"] == {"articles": 3, "questions": 3, "characters": 800, "failed": []}
    assert [row["way"] for row in written["rows"]] == ["search", "answer"]
    for row in written["rows"]:
        assert row["passages"] > 3
        assert 0 < row["query_ms_p50"] <= row["query_ms_p95"]
        assert 0 < row["found_1"] <= row["found_5"] <= row["found_10"] <= row["found_20"] == 100
        assert row["versions"]["torch"]
    assert "<svg" in result.with_suffix(".svg").read_text(encoding="utf-8")
    assert str(result) in capsys.readouterr().out


def test_a_system_that_fails_says_where_its_last_words_are(articles, tmp_path):
    """Here one whose packages are missing: the harness goes on, it does not hang."""
    missing = System("langchain", "with_langchain", (), ("vectors",))
    with pytest.raises(BylineError, match=r"ended with status 1; its last words: .*langchain\.log"):
        ingest(missing, Path(sys.executable), articles, tmp_path / "langchain", Settings("none", 800))
    assert "ModuleNotFoundError" in (tmp_path / "langchain.log").read_text(encoding="utf-8")


def test_what_a_library_prints_is_no_answer():
    """Only answers reach the harness; the rest is in the log."""
    script = (
        "from evals.bench.peers.wire import serve\n"
        "class Loud:\n"
        "    def search(self, question, k, asked):\n"
        "        print('hello from a library')\n"
        "        return [question] * k\n"
        "serve(Loud())"
    )
    line = json.dumps({"do": "search", "question": "é?", "k": 2, "asked": ""})
    done = subprocess.run(
        [sys.executable, "-c", script],
        input=line + "\n" + line + "\n",
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    assert [json.loads(answer) for answer in done.stdout.splitlines()] == [["é?", "é?"]] * 2
    assert "hello" in done.stderr


def test_a_system_that_does_not_end_is_ended(tmp_path):
    """The process is gone after the block, whatever it was doing."""
    with running(Path(sys.executable), "with_byline", tmp_path / "log") as process:
        resident, peak = process.memory()
    assert resident is None or 0 < resident <= peak
    with pytest.raises(ValueError, match="closed file"):
        process.ask("search", question="", k=1, asked="")


@pytest.mark.parametrize(
    ("texts", "answers", "place"),
    [
        (["At least 310 died", "31 people died"], ["31"], 2),
        (["the minister resigned"], ["Minister", "nobody"], 1),
        (["a", "b"], ["c"], K + 1),
        ([], ["c"], K + 1),
    ],
)
def test_the_first_place_is_that_of_whole_words(texts, answers, place):
    """The same definition for every system."""
    assert first_place(texts, answers) == place


def test_questions_are_spread_over_the_file_and_have_answers():
    """Not the first ones, which may be of one sort."""
    everything = chosen_questions(GOLD, None)
    some = chosen_questions(GOLD, 4)
    assert all(example.answers for example in everything)
    places = [everything.index(example) for example in some]
    assert places == [0, len(everything) // 4, len(everything) // 2, len(everything) * 3 // 4]


def test_a_limit_takes_articles_with_evidence_first(articles, tmp_path):
    """So that a small run can find the answers."""
    examples = [example for example in chosen_questions(GOLD, None) if example.evidence]
    wanted = examples[-1]
    assert write_articles(articles, tmp_path / "some.jsonl", 1, [wanted]) == 1
    (line,) = (tmp_path / "some.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["id"] in {piece.source for piece in wanted.evidence}


def test_every_system_has_a_script_and_a_way():
    """And only ours runs in our own environment."""
    for system in SYSTEMS:
        assert (PEERS / f"{system.module}.py").exists()
        assert system.ways
        assert (system.name == "byline") is not bool(system.packages)
    assert interpreter(Path("nowhere"), "byline", ()) == Path(sys.executable)
    assert versions(Path(sys.executable), ["numpy>=2", "no-such-package-at-all"])["no-such-package-at-all"] == ""


def test_unknown_names_and_files_are_one_line(articles, tmp_path, capsys):
    """Exit status 2."""
    with pytest.raises(BylineError, match="there are: byline, langchain, llama-index, haystack, txtai"):
        chosen_systems("byline,elastic")
    assert main(["--articles", str(articles), "--gold", str(tmp_path / "none.jsonl")]) == 2
    assert main(["--articles", str(tmp_path / "none.jsonl"), "--gold", str(GOLD), "--systems", "byline"]) == 2
    assert capsys.readouterr().err.count("\n") == 2
