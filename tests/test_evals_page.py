"""The page's evals, without a browser: gold sets, a run in its process, results, differences; what is refused."""

import json
import shutil
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from evals.gold import load
from evals.options import SEEDS_GOLD
from evals.provenance import record
from evals.reports.write import make_folder, write
from evals.rows import summed
from evals.run import ask_all, located
from qa.engine import Engine, Settings
from qa.reader.reader import SpanReader
from qa.reading import open_reader
from ui import evals_child, evals_results
from ui.evals import Endpoints
from ui.evals_child import Order
from ui.evals_work import Status
from vectorstore.embed import Encoder
from vectorstore.store import Store

CHOSEN = ("seeds-001", "seeds-004", "seeds-010", "seeds-086")
UNANSWERABLE = {
    "id": "none-1",
    "kind": "unanswerable",
    "question": "Who won the chess tournament in Reykjavik?",
    "answers": [],
    "evidence": [],
}
BAD = '{"id": "bad-1", "kind": "factoid"}\n'


def lines(*ids: str) -> str:
    """Some of the seeds' gold questions, and one that the articles do not answer."""
    rows = [json.loads(line) for line in SEEDS_GOLD.read_text().splitlines()]
    return "".join(json.dumps(row) + "\n" for row in [*(row for row in rows if row["id"] in ids), UNANSWERABLE])


@pytest.fixture(scope="module")
def reader() -> SpanReader:
    """Byline's own."""
    return open_reader()


@pytest.fixture
def do(seeds_folder: Path, encoder: Encoder, reader: SpanReader, tmp_path: Path) -> Iterator[Endpoints]:
    """The endpoints over a copy of the seeds' store that has kept five gold questions."""
    folder = tmp_path / "store"
    shutil.copytree(seeds_folder, folder)
    (folder / "gold.jsonl").write_text(lines(*CHOSEN))
    with Store(folder, encoder) as store:
        yield Endpoints(Engine(store, reader), editable=True)


def ask(do: Endpoints, reader: SpanReader, settings: Settings, resamples: int = 50) -> str:
    """Ask the kept gold questions here, as ``byline eval --out`` does; the result's name."""
    store = do.engine.store
    gold, out = store.path / "gold.jsonl", store.path / evals_results.FOLDER
    make_folder(out)
    questions = located(load(gold, lambda _: None), store, lambda _: None)
    results = list(ask_all(Engine(store, reader, settings=settings), questions, store))
    made = record(gold, half="all", limit=None, articles=store.articles(), encoder=store.encoder, reader=reader)
    return write(summed(results, resamples=resamples), made, out).stem


def order(do: Endpoints, gold: Path) -> Order:
    path, settings = do.engine.store.path, do.engine.settings
    out, encoder = str(path / evals_results.FOLDER), do.engine.store.encoder.name
    return Order(str(path), str(gold), out, encoder, "byline", "", settings.passages, settings.threshold)


def until(do: Endpoints, states: set[str]) -> dict[str, Any]:
    """Wait for the run under way to come to one of these states."""
    ends = time.monotonic() + 120
    while (now := do.progress())["state"] not in states:
        assert time.monotonic() < ends, now
        time.sleep(0.05)
    return now


def test_gold_sets_are_named_with_what_the_library_holds_of_them(do: Endpoints):
    """Rows from chats, files of the folder, and Byline's own where an article is there; bad lines are told."""
    folder = do.engine.store.path / "gold"
    folder.mkdir()
    (folder / "mine.jsonl").write_text(lines() + BAD)
    elsewhere = UNANSWERABLE | {"kind": "factoid", "answers": ["x"], "evidence": [{"source": "gone.txt", "quote": "x"}]}
    (folder / "other.jsonl").write_text(json.dumps(elsewhere))
    (folder / "broken.jsonl").write_text("{")
    (folder / "notes.txt").write_text("no gold")
    golds = {one["name"]: one for one in do.about()["golds"]}
    assert golds.keys() == {"kept", "gold/mine.jsonl", "gold/other.jsonl", "gold/broken.jsonl", "byline/seeds"}
    assert (golds["kept"]["questions"], golds["kept"]["articles"], golds["kept"]["present"]) == (5, 3, 3)
    assert dict(golds["kept"]["kinds"]) == {"factoid": 3, "conflict": 1, "unanswerable": 1}
    assert golds["byline/seeds"]["questions"] == 155
    assert golds["byline/seeds"]["present"] == 3
    assert (golds["gold/other.jsonl"]["articles"], golds["gold/other.jsonl"]["present"]) == (1, 0)
    (problem,) = golds["gold/mine.jsonl"]["problems"]
    assert problem.startswith("mine.jsonl:2: ")
    assert "no usable gold question" in golds["gold/broken.jsonl"]["error"]
    assert str(folder) not in json.dumps(do.about())

    (folder / "mine.jsonl").write_text(lines("seeds-001"))
    assert {one["name"]: one["questions"] for one in do.about()["golds"]}["gold/mine.jsonl"] == 2


@pytest.mark.parametrize(
    "name", ["../gold.jsonl", "/etc/passwd", "gold/../kept", "gold.jsonl", "", "x" * 2000, 7, None]
)
def test_only_a_gold_set_of_the_list_is_run(do: Endpoints, name: Any):
    """A path, a name that is not there and what is no name are refused in a line, and nothing begins."""
    refused = do.start(name)
    assert list(refused) == ["error"]
    assert "\n" not in refused["error"]
    assert do.progress()["state"] == ""


@pytest.mark.parametrize("name", ["../gold", "../../etc/passwd", "gold.jsonl", "kept", "", ["x"], {"a": 1}])
def test_only_a_result_of_the_list_is_opened(do: Endpoints, name: Any):
    """A path and a name that is not there are refused in a line, by every endpoint."""
    (do.engine.store.path / "evals").mkdir()
    (do.engine.store.path / "gold.json").write_text("{}")
    for answer in (do.result(name), do.answers(name, "", "", 0), do.compare(name, name), do.page(name)):
        assert list(answer) == ["error"]
        assert "\n" not in answer["error"]


def test_a_file_that_is_no_result_is_listed_as_such(do: Endpoints):
    """A damaged or foreign file in the folder takes nothing down, and cannot be opened as a result."""
    folder = do.engine.store.path / "evals"
    folder.mkdir()
    foreign = ("{", "[]", '{"format": 2}', '{\n"provenance": {},\n"rows": [],\n"results": [\n', "\x00" * 100)
    for number, content in enumerate(foreign):
        (folder / f"r{number}.json").write_text(content)
    runs = do.about()["runs"]
    assert len(runs) == len(foreign)
    assert all("no result of byline eval" in one["error"] for one in runs)
    assert all("error" in do.result(one["name"]) for one in runs)


def test_a_result_is_shown_with_its_answers_worst_first(do: Endpoints, reader: SpanReader):
    """Numbers by kind with intervals, plots, classes of error; each answer beside its gold and its articles."""
    name = ask(do, reader, Settings())
    (listed,) = do.about()["runs"]
    shown = do.result(name)
    assert (listed["name"], listed["gold"], listed["questions"], listed["error"]) == (name, "gold", 5, "")
    assert shown["table"]["columns"][:4] == ["contains", "EM", "F1", "hit@5"]
    assert [row["kind"] for row in shown["table"]["rows"]] == ["all", "factoid", "conflict", "unanswerable"]
    everything = shown["table"]["rows"][0]["cells"][0]
    assert everything["low"] <= everything["value"] <= everything["high"]
    assert listed["right"] == everything["value"]
    assert {one["title"] for one in shown["plots"]} >= {"Risk and coverage", "Calibration", "Score by kind"}
    assert sum(n for _, n in shown["kinds"]) == sum(n for _, n in shown["outcomes"]) == 5

    every = do.answers(name, "", "", 0)
    assert every["total"] == 5
    assert [one["good"] for one in every["cases"]] == sorted(one["good"] for one in every["cases"])
    by_id = {one["id"]: one for one in every["cases"]}
    case = by_id["seeds-001"]
    assert case["gold"] == ["errors and miscommunications", "errors"]
    text = do.engine.store.article(case["evidence"][0]["article_id"]).text
    assert case["evidence"][0]["quote"] in text
    for cited in case["given"]["citations"]:
        article = do.engine.store.article(cited["article_id"])
        assert article.text.startswith(cited["quote"], cited["start"])
        assert cited["here"]
    assert not by_id["none-1"]["answerable"]

    outcome = by_id["none-1"]["outcome"]
    narrowed = do.answers(name, "unanswerable", outcome, 9)
    assert [one["id"] for one in narrowed["cases"]] == ["none-1"]
    assert (narrowed["page"], narrowed["pages"]) == (0, 1)
    assert do.answers(name, "no such kind", "", 0)["total"] == 0
    assert "error" in do.answers(name, 3, "", 0)
    for page in (None, "x", float("inf")):
        assert "not a whole number" in do.answers(name, "", "", page)["error"]
    saved = do.page(name)
    assert saved["file"] == f"{name}.html"
    assert saved["html"].startswith("<!doctype html>")


def test_two_results_are_compared_question_by_question(do: Endpoints, reader: SpanReader):
    """An engine that withholds everything is worse, by as much as it was right; no result differs from itself."""
    usual, silent = ask(do, reader, Settings()), ask(do, reader, Settings(threshold=1.0))
    found = do.compare(usual, silent)
    by_label = {one["label"]: one for one in found["changes"]}
    before = do.result(usual)["table"]["rows"][0]["cells"][0]["value"]
    assert found["common"] == 5
    assert by_label["contains"]["difference"]["value"] == pytest.approx(-before)
    assert by_label["contains"]["after"] == 0
    worse = [one for one in found["flips"] if one["turn"] == "worse"]
    assert len(worse) == round(4 * before)
    assert all(one["after"]["said"] == "" and " → " in one["why"] for one in worse)
    assert found["flips"][0]["turn"] == "worse"

    same = do.compare(usual, usual)
    assert same["flips"] == []
    assert {one["difference"]["value"] for one in same["changes"] if one["difference"]} == {0}
    assert not any(one["verdict"] for one in same["changes"])

    gold = do.engine.store.path / "gold.jsonl"
    gold.write_text(json.dumps(UNANSWERABLE | {"id": "none-2"}))
    refused = do.compare(usual, ask(do, reader, Settings()))["error"]
    assert "no question in common" in refused
    assert str(gold.parent) not in refused


def test_a_run_that_is_cut_off_goes_on_where_it_was(do: Endpoints):
    """What was asked is not asked again, and the result holds every question in the gold file's order."""
    gold = do.engine.store.path / "gold.jsonl"
    gold.write_text(gold.read_text() + BAD)
    said: list[dict[str, Any]] = []

    def killed_after_two(**line: Any) -> None:
        said.append(line)
        if sum("contains" in one for one in said) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        evals_child._carry_out(order(do, gold), killed_after_two)
    assert "gold.jsonl:6: " in said[0]["failure"]
    assert said[1] == {"total": 5}
    assert do.about()["runs"] == []

    said.clear()
    evals_child._carry_out(order(do, gold), lambda **line: said.append(line))
    assert [one["again"] for one in said if "contains" in one] == [True, True, False, False, False]
    result = evals_results.result(do.engine.store.path, said[-1]["result"])
    assert [one.example.id for one in result.report.results] == [*CHOSEN, "none-1"]
    assert not list((do.engine.store.path / "evals").glob("*.unfinished*"))


def test_a_run_has_a_process_that_is_stopped_and_whose_end_is_told(do: Endpoints):
    """One run at a time; it can be stopped while it opens, and what goes wrong in it is a line."""
    assert do.start("kept")["state"] == "opening"
    assert "under way" in do.start("byline/seeds")["error"]
    do.stop()
    assert until(do, {"stopped", "done", "failed"})["state"] == "stopped"

    (do.engine.store.path / "evals").write_text("no folder")
    do.start("kept")
    now = until(do, {"stopped", "done", "failed"})
    assert now["state"] == "failed"
    assert "cannot be made a folder" in now["line"]


def test_who_may_only_look_is_offered_no_gold(do: Endpoints, reader: SpanReader):
    """Where nothing may be changed, there are results but nothing to run."""
    name = ask(do, reader, Settings())
    about = Endpoints(do.engine, editable=False).about()
    assert (about["editable"], about["golds"]) == (False, [])
    assert [one["name"] for one in about["runs"]] == [name]


def test_time_left_is_reckoned_from_the_rate():
    """Ten questions at two a second take five seconds; without a rate nothing is said."""
    assert Status("asking", total=30, asked=20, rate=2.0).seconds_left == 5
    assert Status("asking", total=30, asked=20).seconds_left is None
    assert asdict(Status())["state"] == ""
