"""Two results compared: what is common, how far apart it is, what flipped and why."""

import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from eval_results import EXAMPLE, GIVEN, MADE, report, result

from evals.records import Recorded, as_json, read
from evals.reports.diff import difference, paired
from evals.reports.diff_text import as_markdown, as_text
from vectorstore.errors import BylineError
from vectorstore.terminal import main

WITHHELD = replace(GIVEN, abstained=True, short_answer="", findings=(), confidence=0.2)


def question(number, kind="factoid", **fields):
    return replace(EXAMPLE, id=f"q{number}", kind=kind, **fields)


def run(*results, path="x.json", **made):
    return Recorded(Path(path), report(*results), replace(MADE, **made), texts=True)


def many(right, of=40, **changed):
    """So many right answers, then wrong ones, to the same questions."""
    return [result(question(i), **changed, contains=float(i < right)) for i in range(of)]


def found(before, after):
    return difference(run(*before, path="a.json"), run(*after, path="b.json"), resamples=300)


def change(of, metric, kind="all"):
    (one,) = [one for one in of.changes if (one.kind, one.metric) == (kind, metric)]
    return one


def test_the_same_run_does_not_differ():
    """Every metric is the same with an interval of no width, nothing flipped, nothing made otherwise."""
    same = found(many(30), many(30))
    assert same.common == 40
    assert {(c.difference.value, c.difference.low, c.difference.high, c.verdict) for c in same.changes} == {
        (0, 0, 0, "")
    }
    assert (same.flips, same.made, same.only_before, same.changed_gold) == ((), {}, (), ())
    assert "same code, gold, corpus, models and machine" in as_text(same, most=5)


def test_what_is_worse_is_told_with_its_interval():
    """Ten of forty answers lost: 25 points of ``contains``, the interval around them and below 0; and the other way."""
    worse = change(found(many(30), many(20)), "contains")
    assert (worse.before, worse.after, worse.difference.value) == (0.75, 0.5, -0.25)
    assert -0.45 < worse.difference.low < -0.25 < worse.difference.high < -0.05
    assert worse.verdict == "worse"
    assert change(found(many(20), many(30)), "contains").verdict == "better"


def test_lower_is_better_for_some():
    """Slower is worse, and so is a larger area under the risk-coverage curve."""
    slower = found(many(30, seconds=0.1), many(20, seconds=0.2))
    assert change(slower, "seconds_p50").verdict == "worse"
    assert change(slower, "aurc").verdict == "worse"


def test_a_pair_is_drawn_together():
    """Where as many are lost as won, the difference is 0 and lies inside its interval: no verdict."""
    before = [result(question(i), contains=float(i % 2)) for i in range(40)]
    after = [result(question(i), contains=float(i % 2 == 0)) for i in range(40)]
    apart = change(found(before, after), "contains")
    assert apart.difference.value == 0
    assert apart.difference.low < 0 < apart.difference.high
    assert apart.verdict == ""


def test_by_kind():
    """Each kind by itself, in the order of the first run."""
    before = [*many(30), *(result(question(100 + i, "paraphrase")) for i in range(10))]
    after = [*many(20), *(result(question(100 + i, "paraphrase")) for i in range(10))]
    both = found(before, after)
    assert list(dict.fromkeys(one.kind for one in both.changes)) == ["factoid", "paraphrase", "all"]
    assert change(both, "contains", "factoid").difference.value == -0.25
    assert change(both, "contains", "paraphrase").difference.value == 0
    assert change(both, "contains").difference.value == pytest.approx(-0.2)


def test_flips_and_why():
    """A question that came to something else, with the class of error before and after; others are not listed."""
    lost = {"contains": 0.0, "hit_5": 0.0, "hit_20": 0.0}
    before = [result(question(1)), result(question(2), contains=0.0), result(question(3)), result(question(4))]
    after = [
        result(question(1), **lost),
        result(question(2)),
        result(question(3), WITHHELD, contains=0.0),
        result(question(4), replace(GIVEN, short_answer="31")),
    ]
    flips = {flip.before.example.id: flip.why for flip in found(before, after).flips}
    assert flips == {
        "q1": "right → retrieval: passage",
        "q2": "reading → right",
        "q3": "right → abstention: withheld",
    }


def test_only_common_questions_count():
    """A question of one run alone is named, and so is one whose gold has changed; neither is compared."""
    before = [result(question(1)), result(question(2)), result(question(3))]
    after = [result(question(2), contains=0.0), result(question(3, answers=("32",)), contains=0.0), result(question(4))]
    both = found(before, after)
    assert (both.common, both.only_before, both.only_after, both.changed_gold) == (1, ("q1",), ("q4",), ("q3",))
    assert change(both, "contains").difference.value == -1
    text = as_text(both, most=5)
    assert "only before: 1 (q1)" in text
    assert "left out, because their gold question has changed: 1 (q3)" in text


def test_files_that_kept_no_hash_of_a_question_go_by_the_gold_file():
    """Format 1: the same gold file is the same questions, another file is none."""
    before, after = (run(*[replace(one, gold_sha12="") for one in many(right)]) for right in (30, 20))
    assert len(paired(before, after)[0]) == 40
    other = replace(after, provenance=replace(MADE, gold_sha256="00"))
    with pytest.raises(BylineError, match="the gold of all 40 has changed"):
        paired(before, other)


def test_nothing_in_common_is_refused():
    """It names both files and says what to do."""
    with pytest.raises(BylineError, match=r"a\.json and b\.json: no question in common \(they share no question id\)"):
        found([result(question(1))], [result(question(2))])


def test_what_was_made_otherwise_is_named():
    """Each differing circumstance by its name, hashes by their start; when it was run is no difference."""
    before = run(result(), started="2026-11-21T00:00:00+00:00")
    after = run(
        result(), reader="other", reader_sha256="ab" * 32, packages={"numpy": "2.1.0"}, configuration={"passages": 5}
    )
    made = difference(before, after, resamples=10).made
    assert made == {
        "reader": ("own", "other"),
        "reader_sha256": ("d0d0d0d0d0d0", "abababababab"),
        "packages.byline": ("0.1.0", "–"),
        "packages.numpy": ("2.0.0", "2.1.0"),
        "configuration.passages": ("20", "5"),
        "configuration.reranker": ("None", "–"),
    }


def test_markdown_lists_every_flip_and_runs_none():
    """All flips with what was answered, as text that makes no emphasis, cell or tag; the terminal lists some."""
    wild = question(1, question="Who *is* <b>|he|</b>?")
    before = [result(wild), *(result(question(i)) for i in range(2, 30))]
    after = [result(replace(one.example), contains=0.0) for one in before]
    both = found(before, after)
    markdown = as_markdown(both)
    assert markdown.count("right → reading; “Thirty-one” → “Thirty-one”") == 29
    assert "Who \\*is\\* &lt;b&gt;\\|he\\|&lt;/b&gt;?" in markdown
    assert "| all | 29 | contains | 100.0 | 0.0 | -100.0 [-100.0, -100.0] | worse |" in markdown
    text = as_text(both, most=5)
    assert text.count("right → reading\n    ") == 5
    assert "and 24 more; --out FILE.md lists all" in text


def command(*words):
    from evals.reports.commands import add_commands

    return main("eval", "", [add_commands], [str(word) for word in words])


@pytest.fixture
def files(tmp_path):
    """Two result files."""
    paths = []
    for name, right in (("a", 30), ("b", 20)):
        kept = run(*many(right))
        paths.append(tmp_path / f"{name}.json")
        paths[-1].write_text(as_json(kept.report, kept.provenance, texts=True), encoding="utf-8")
    return paths


def test_the_diff_command(files, tmp_path, capsys):
    """Differences are no error: status 0, tables on the terminal, Markdown where asked."""
    out = tmp_path / "diff.md"
    assert command("diff", *files, "--out", out) == 0
    shown = capsys.readouterr().out
    assert "right → reading  10" in shown
    assert f"comparison: {out}" in shown
    assert out.read_text(encoding="utf-8").startswith("# Two results compared\n")


def test_unusable_input_is_status_2(files, tmp_path, capsys):
    """A file that is no result, one that shares nothing, and a place that cannot be written."""
    stranger = tmp_path / "c.json"
    kept = run(result(question(999)))
    stranger.write_text(as_json(kept.report, kept.provenance, texts=True), encoding="utf-8")
    assert command("diff", files[0], Path(__file__)) == 2
    assert command("diff", files[0], stranger) == 2
    assert command("diff", *files, "--out", tmp_path / "missing" / "diff.md") == 2
    assert command("report", stranger, "--out", Path(__file__)) == 2
    said = capsys.readouterr().err.splitlines()
    assert [line.rpartition("; ")[2] for line in said] == [
        "name a .json that byline eval --out wrote",
        "compare two runs on the same gold file",
        "choose another --out",
        "choose another --out",
    ]


def test_the_report_command_writes_the_pages_again(files, tmp_path, capsys):
    """Beside the result or elsewhere, from the file alone; what was written without texts stays so."""
    assert command("report", files[0]) == 0
    assert "| all | 40 |" in files[0].with_suffix(".md").read_text(encoding="utf-8")
    assert files[0].with_suffix(".html").read_text(encoding="utf-8").startswith("<!doctype html>")
    recorded = read(files[0])
    files[0].write_text(as_json(recorded.report, recorded.provenance, texts=False), encoding="utf-8")
    assert command("report", files[0], "--out", tmp_path / "new" / "folder") == 0
    assert "Thirty-one" not in (tmp_path / "new" / "folder" / "a.html").read_text(encoding="utf-8")
    assert "report: " in capsys.readouterr().out


def test_control_characters_are_shown_not_obeyed(tmp_path, capsys):
    """An id or a question with an escape sequence in it does nothing to the terminal."""
    kept = [run(result(question("\x1b[2J", question="Who?\x1b[2J"), contains=right)) for right in (1.0, 0.0)]
    paths = [tmp_path / "a.json", tmp_path / "b.json"]
    for path, one in zip(paths, kept, strict=True):
        path.write_text(as_json(one.report, one.provenance, texts=True), encoding="utf-8")
    assert command("diff", *paths) == 0
    shown = capsys.readouterr().out
    assert "\x1b" not in shown
    assert "q\\x1b[2J  right → reading" in shown


def test_a_difference_is_made_of_the_files_alone(files):
    """What was read and what was measured differ by the same."""
    read_back = difference(read(files[0]), read(files[1]), resamples=300)
    measured = found(many(30), many(20))
    assert asdict(read_back)["changes"] == asdict(measured)["changes"]
    assert json.dumps([flip.why for flip in read_back.flips]) == json.dumps([flip.why for flip in measured.flips])
