"""Many settings side by side: the same numbers as asked one by one, the frontier by hand, the file and the picture."""

import json
from contextlib import ExitStack
from dataclasses import asdict, replace
from xml.etree import ElementTree as ET

import pytest
from eval_results import MADE
from killed_run import kill_midway
from scripted import DIED, Scripted, Shelf

from evals.commands import add_commands
from evals.gold import load
from evals.journal import journal
from evals.options import SEEDS_GOLD
from evals.rows import summed
from evals.run import evaluate, located
from evals.sweeps.plot import drawn
from evals.sweeps.sweep import Choice, Outcome, Sweep, frontier, run, table
from evals.ticks import ticks
from qa.engine import Engine, Settings
from qa.reader.reader import SpanReader
from vectorstore import terminal

SVG = "{http://www.w3.org/2000/svg}"


class Counting(SpanReader):
    """Byline's own reader, which counts how often it reads and how many passages at most."""

    times = 0
    most = 0

    def read(self, question, hits):
        """As the reader does."""
        self.times += 1
        self.most = max(self.most, len(hits))
        return super().read(question, hits)


def outcome(name, seconds, right, asked=10):
    """A choice in which so many of the answers are right, each in so many seconds."""
    examples = [replace(DIED, id=f"d{number}") for number in range(asked)]
    examples = [one if number < right else replace(one, question="?") for number, one in enumerate(examples)]
    results = evaluate(Scripted(), examples, Shelf(), on_error=pytest.fail, resamples=2).results
    return Outcome(
        Choice(name, "none", 20, 0.12), summed([replace(one, seconds=seconds) for one in results], resamples=2)
    )


def test_each_choice_has_the_numbers_of_a_run_of_its_own(seeds_store):
    """Two depths with three thresholds: scores as Engine gives them alone, and each depth is read once a question."""
    examples = load(SEEDS_GOLD, pytest.fail)[::40]
    reader = Counting.load()
    sweep = Sweep({"byline": reader}, {"none": None}, [2, 5], [0.0, 0.12, 1.0])
    assert len(sweep.choices) == 6
    asked = []
    questions = located(examples, seeds_store, pytest.fail)
    outcomes = list(run(sweep, seeds_store, questions, lambda: asked.append(1), resamples=2))
    assert (len(asked), reader.times, reader.most) == (6 * len(examples), 2 * len(examples), 5)
    assert [(one.choice.passages, one.choice.threshold) for one in outcomes] == [
        (passages, threshold) for passages in (2, 5) for threshold in (0.0, 0.12, 1.0)
    ]
    for one in outcomes:
        settings = Settings(one.choice.passages, one.choice.threshold)
        engine = Engine(seeds_store, reader, settings=settings)
        alone = evaluate(engine, examples, seeds_store, on_error=pytest.fail, resamples=2)
        assert [result.scores for result in one.report.results] == [result.scores for result in alone.results]
        assert one.value("answered") == (0 if one.choice.threshold == 1 else alone.rows[-1].metrics["answered"].value)
    seconds = [[result.seconds for result in one.report.results] for one in outcomes]
    assert seconds[0] == seconds[1] == seconds[2] != seconds[3]


class Stopped(Exception):
    """The sweep was left in the middle."""


def test_a_sweep_that_is_stopped_goes_on(seeds_store, tmp_path):
    """Stopped between two thresholds of one question, nothing but that question is read again; the numbers hold."""
    examples = load(SEEDS_GOLD, pytest.fail)[::40]
    questions = located(examples, seeds_store, pytest.fail)
    reader = Counting.load()
    sweep = Sweep({"byline": reader}, {"none": None}, [2, 5], [0.0, 1.0])
    asked = []

    def swept(last=None):
        with ExitStack() as stack:
            journals = {
                choice: stack.enter_context(
                    journal(tmp_path, replace(MADE, configuration=asdict(choice)), examples, texts=True)
                )
                for choice in sweep.choices
            }

            def on_asked():
                asked.append(1)
                if len(asked) == last:
                    raise Stopped

            return list(run(sweep, seeds_store, questions, on_asked, journals, resamples=2))

    with pytest.raises(Stopped):
        swept(2 * len(examples) + 3)  # all of 2 passages, and of 5 one question and half of another
    read = reader.times
    outcomes = swept()
    assert len(asked) == len(sweep.choices) * len(examples)
    assert (read, reader.times - read) == (len(examples) + 2, len(examples) - 1)
    whole = list(run(sweep, seeds_store, questions, lambda: None, resamples=2))
    for one, other in zip(outcomes, whole, strict=True):
        assert one.choice == other.choice
        assert [result.scores for result in one.report.results] == [result.scores for result in other.report.results]
    reader.times = 0
    assert [one.choice for one in swept()] == sweep.choices  # all is in the journals
    assert reader.times == 0


def test_the_frontier_by_hand():
    """As fast and better, as good and faster beat; equals do not beat each other; what lacks the metric is out."""
    outcomes = [
        outcome("fast and poor", 0.1, 3),
        outcome("fast and better", 0.1, 5),
        outcome("slow and good", 0.4, 9),
        outcome("slower, as good", 0.5, 9),
        outcome("its equal", 0.4, 9),
        outcome("in between, no better", 0.2, 5),
    ]
    assert frontier(outcomes, "contains") == [False, True, True, False, True, False]
    assert frontier(outcomes, "abstain_recall") == [False] * 6
    assert [row[0] for row in table(outcomes, "contains").rows] == ["", "*", "", "*", "*", ""]


def test_the_picture_is_whole_and_escapes_names():
    """Well-formed, a dot for each choice, the frontier a line through its own, names as text and never as markup."""
    outcomes = [outcome("<script>&", 0.1, 3), outcome("b", 0.4, 9), outcome("c", 0.5, 8)]
    picture = ET.fromstring(drawn(outcomes, "contains", "gold & <half>"))  # noqa: S314 - our own
    assert len(list(picture.iter(f"{SVG}circle"))) == 3
    (line,) = picture.iter(f"{SVG}polyline")
    assert len(line.get("points").split()) == 2
    texts = [one.text for one in picture.iter(f"{SVG}text")]
    assert {"gold & <half>", "reader <script>&", "reader b", "contains, %"} <= set(texts)
    assert "reader c" not in texts
    twice = ET.fromstring(drawn([outcome("a", 0.1, 3), outcome("b", 0.1, 3)], "contains", "x"))  # noqa: S314 - our own
    assert "reader a and 1 more" in [one.text for one in twice.iter(f"{SVG}text")]
    assert [one.text for one in twice.iter(f"{SVG}title")][1] == "reader a; reader b: 30.0 %, 0.100 s"
    assert [one.text for one in picture.iter(f"{SVG}title")][1:]
    assert not list(picture.iter(f"{SVG}script"))


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(0, 50, (0, 10, 20, 30, 40, 50)), (0, 0.24, (0, 0.05, 0.1, 0.15, 0.2)), (33, 57, (35, 40, 45, 50, 55))],
)
def test_ticks_are_round_numbers_within_the_axis(low, high, expected):
    """Multiples of 1, 2 or 5 times a power of ten, both ends among them where they are such."""
    assert ticks(low, high, 5) == pytest.approx(expected)


def test_a_picture_of_nothing_and_of_one():
    """A metric that no choice has, and a single choice, are drawn too."""
    assert "nothing to draw" in drawn([outcome("a", 0.1, 3)], "abstain_recall", "x")
    assert "passages 20" in drawn([outcome("a", 0.1, 3)], "contains", "x")


def test_the_command(tmp_path, capsys, seeds_folder):
    """Every combination is a row of the table and of the file, the frontier is marked, the picture is beside it."""
    options = ["--store", seeds_folder, "--limit", 3, "--passages", "4,2", "--threshold", "0,1", "--out", tmp_path]
    assert terminal.main("byline", "", [add_commands], ["eval", "sweep", *map(str, options)]) == 0
    output = capsys.readouterr().out
    (path,) = tmp_path.glob("sweep-seeds-dev-*.json")
    assert f"sweep: {path}" in output
    content = json.loads(path.read_text(encoding="utf-8"))
    assert [(one["passages"], one["threshold"]) for one in content["choices"]] == [(4, 0), (4, 1), (2, 0), (2, 1)]
    assert all(one["questions"] == 3 and one["reader"] == "byline" for one in content["choices"])
    assert any(one["efficient"] for one in content["choices"])
    assert list(content["readers"]) == ["byline"]
    assert content["provenance"]["half"] == "dev"
    ET.parse(path.with_suffix(".svg"))  # noqa: S314 - our own


def test_the_command_goes_on(tmp_path, seeds_folder, capsys):
    """Killed in the middle and started again, it says where it goes on, and ends as an unbroken sweep does."""
    options = ["--store", seeds_folder, "--limit", 4, "--passages", "2,4", "--threshold", "0,1", "--out"]
    command = ["eval", "sweep", *map(str, options)]
    kill_midway(command, tmp_path / "a")
    done = {}
    for name in "ab":
        assert terminal.main("byline", "", [add_commands], [*command, str(tmp_path / name)]) == 0
        output = capsys.readouterr().out
        assert ("going on: " in output and " of 16 answers were given before" in output) == (name == "a")
        assert list((tmp_path / name).glob("*.unfinished.*")) == []
        (path,) = (tmp_path / name).glob("sweep-seeds-dev-*.json")
        done[name] = [
            {name: value for name, value in one["metrics"].items() if not name.startswith("seconds")}
            for one in json.loads(path.read_text(encoding="utf-8"))["choices"]
        ]
    assert done["a"] == done["b"]
