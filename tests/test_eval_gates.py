"""Rules that a run must keep: what a file of them may say, by hand-made results, and regressions that are planted."""

import shutil
from dataclasses import replace

import pytest
from scripted import DIED, NONE, WHO, Scripted, Shelf

from evals.gates import Rule, check, check_fits, drawn, load
from evals.gold import load as load_gold
from evals.options import SEEDS, SEEDS_GOLD
from evals.run import evaluate
from evals.tables import text_table
from qa.engine import Engine, Settings
from vectorstore.errors import BylineError
from vectorstore.ingest import ingest
from vectorstore.search import Ranking
from vectorstore.store import Store

GATE = """
[[rule]]
metric = "contains"
drop = 0.02

[[rule]]
metric = "mrr"
drop = 0.02
"""
"""What the planted regressions are held to: no surely worse than by 2 points."""


@pytest.fixture
def written(tmp_path):
    """A function that writes a gate and reads it, with a baseline that need not be there."""

    def write(text, baseline=tmp_path / "baseline.json"):
        path = tmp_path / "gate.toml"
        path.write_text(text, encoding="utf-8")
        return load(path, baseline)

    return write


def results(right, wrong, unanswerable=0):
    """So many questions with a right answer, with none, and unanswerable ones that are rightly refused."""
    examples = [replace(DIED, id=f"r{number}") for number in range(right)]
    examples += [replace(WHO, id=f"w{number}", kind="who") for number in range(wrong)]
    examples += [replace(NONE, id=f"n{number}") for number in range(unanswerable)]
    return evaluate(Scripted(), examples, Shelf(), on_error=pytest.fail, resamples=2).results


def test_a_gate_is_read(written, tmp_path):
    """Every key, its default, and a baseline that is named as seen from the file."""
    text = """
    baseline = "kept/run.json"
    [[rule]]
    metric = "contains"
    kind = "factoid"
    half = "test"
    min = 0.5
    max = 1
    drop = 0
    [[rule]]
    metric = "questions"
    min = 10
    """
    gate = written(text, None)
    assert gate.rules == (Rule("contains", "factoid", "test", 0.5, 1, 0), Rule("questions", "all", "all", 10))
    assert gate.baseline == tmp_path / "kept" / "run.json"
    assert written(text).baseline == tmp_path / "baseline.json"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("rule = [", "not TOML"),
        ("", "has no rule; write [[rule]]"),
        ("rule = 3", "has no rule; write [[rule]]"),
        ('[[rules]]\nmetric = "contains"', "knows no 'rules'; did you mean rule?"),
        ("baseline = 3\n[[rule]]\nmetric = 'f1'\nmin = 0", "baseline must be the path"),
        ('[[rule]]\nmetric = "contain"\nmin = 0.5', "rule 1: no metric 'contain'; did you mean contains"),
        ('[[rule]]\nmetric = "zzzz"\nmin = 0.5', "did you mean questions, contains, exact_match"),
        ("[[rule]]\nmin = 0.5", "rule 1: no metric None"),
        ('[[rule]]\nmetric = "f1"', "rule 1: bounds nothing; give it min, max or drop"),
        ('[[rule]]\nmetric = "f1"\nmin = "0.5"', "rule 1: min must be a number, not '0.5'"),
        ('[[rule]]\nmetric = "f1"\nmin = true', "min must be a number, not True"),
        ('[[rule]]\nmetric = "f1"\nmax = nan', "max must be a number, not nan"),
        ('[[rule]]\nmetric = "f1"\nmin = 0.6\nmax = 0.5', "min 0.6 is above max 0.5"),
        ('[[rule]]\nmetric = "f1"\ndrop = -0.1', "drop is how much worse it may get, 0 or more"),
        ('[[rule]]\nmetric = "questions"\ndrop = 1', "questions cannot drop"),
        ('[[rule]]\nmetric = "f1"\nmin = 0\nminimum = 1', "rule 1: knows no 'minimum'; did you mean min"),
        ('[[rule]]\nmetric = "f1"\nmin = 0\nhalf = "tset"', "half must be dev, test or all, not 'tset'"),
        ('[[rule]]\nmetric = "f1"\nmin = 0\nkind = 3', "kind must be a text"),
    ],
)
def test_what_is_no_gate(written, text, says):
    """One line that names the file and the fix."""
    with pytest.raises(BylineError) as caught:
        written(text)
    assert "gate.toml: " in str(caught.value)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_drop_needs_a_baseline(written):
    """Neither in the file nor on the command line: said so."""
    with pytest.raises(BylineError, match="drop needs a run to compare with"):
        written(GATE, None)


def test_a_file_that_is_not_there(tmp_path):
    """Named, with its reason; so is one that is no text."""
    with pytest.raises(BylineError, match=r"gone\.toml: cannot be read \(No such file"):
        load(tmp_path / "gone.toml")
    (tmp_path / "gate.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BylineError, match="not TOML"):
        load(tmp_path / "gate.toml")


def test_rules_that_fit_no_question_are_told_before_the_run(written):
    """A kind that no question has, a half without questions, a baseline of other questions."""
    then = results(3, 2)
    examples = [one.example for one in then]
    with pytest.raises(BylineError, match='rule 1: no question is of the kind "factiod"; did you mean factoid'):
        check_fits(written('[[rule]]\nmetric = "f1"\nkind = "factiod"\nmin = 0'), examples, then)
    for other in (
        replace(DIED, id="new"),
        replace(examples[0], answers=("32",)),
    ):  # another, and one whose gold changed
        with pytest.raises(BylineError, match="has none of its questions"):
            check_fits(written(GATE), [other], then)
    with pytest.raises(BylineError, match="--half all"):
        check_fits(written('[[rule]]\nmetric = "f1"\nhalf = "dev"\nmin = 0'), [replace(DIED, id="q1")], ())
    check_fits(written(GATE), examples, then)


def test_bounds_by_hand(written):
    """15 of 20 answers right: 0.75 passes a minimum of 0.75 and no higher; an undefined metric passes nothing."""
    text = "".join(
        f'[[rule]]\nmetric = "{metric}"\nkind = "{kind}"\n{bound} = {value}\n'
        for metric, kind, bound, value in (
            ("contains", "all", "min", 0.75),
            ("contains", "all", "min", 0.76),
            ("contains", "factoid", "min", 1),
            ("contains", "who", "max", 0),
            ("contains", "all", "max", 0.7),
            ("questions", "unanswerable", "min", 4),
            ("questions", "unanswerable", "min", 5),
            ("contains", "unanswerable", "min", 0),
        )
    )
    verdicts = check(written(text), results(15, 5, 4), ())
    assert [verdict.passed for verdict in verdicts] == [True, False, True, True, False, True, False, False]
    assert text_table(drawn(verdicts)).splitlines()[1:4] == [
        "metric     kind          half  value               bound             verdict",
        "contains   all           all   75.0 %              at least 75.0 %   ok",
        "contains   all           all   75.0 %              at least 76.0 %   FAILED",
    ]
    assert text_table(drawn(verdicts)).splitlines()[-1].split()[3:6] == ["nothing", "to", "measure"]


def worse(examples, count, seconds=1.0):
    """Results in which the first so many right answers are withheld."""
    engine = Scripted()
    found = evaluate(engine, examples, Shelf(), on_error=pytest.fail, resamples=2).results
    lost = (
        evaluate(
            Scripted(engine.answers | {DIED.question: engine.answers[WHO.question]}),
            examples[:count],
            Shelf(),
            on_error=pytest.fail,
            resamples=2,
        ).results
        if count
        else ()
    )
    return [replace(one, seconds=seconds) for one in (*lost, *found[count:])]


def test_a_drop_counts_when_its_interval_is_beyond_what_is_allowed(written):
    """Of 60 questions: one answer lost may be noise, twenty are not, and are no more than 50 points; faster is fine."""
    examples = [replace(DIED, id=f"r{number}") for number in range(60)]
    then = worse(examples, 0)
    rules = (("contains", 0), ("contains", 0.02), ("contains", 0.5), ("seconds_p50", 0), ("seconds_p50", 0.4))
    gate = written("".join(f'[[rule]]\nmetric = "{metric}"\ndrop = {drop}\n' for metric, drop in rules))

    def passed(now):
        return [verdict.passed for verdict in check(gate, now, then)]

    assert passed(worse(examples, 1)) == [True] * 5
    assert passed(worse(examples, 20)) == [False, False, True, True, True]
    assert passed(worse(examples, 0, seconds=1.5)) == [True, True, True, False, False]
    assert passed(worse(examples, 0, seconds=1.3)) == [True, True, True, False, True]
    more = [*worse(examples, 0, seconds=0.5), *results(0, 5)]  # questions that the baseline lacks are not compared
    assert passed(more) == [True] * 5


@pytest.fixture(scope="module")
def planted(seeds_folder, encoder, tmp_path_factory):
    """The same questions of the seeds by engines that are the same, set otherwise, or robbed."""
    examples = [one for one in load_gold(SEEDS_GOLD, pytest.fail) if one.kind == "factoid"][::3]
    less = tmp_path_factory.mktemp("less")
    for path in sorted(SEEDS.iterdir())[:-1]:
        shutil.copy(path, less)
    ingest([less], less / "store", encoder=lambda: encoder)

    def asked(folder, ranking, settings):
        with Store(folder, encoder, ranking=ranking) as store:
            engine = Engine(store, settings=settings)
            return evaluate(engine, examples, store, on_error=lambda _missing: None, resamples=2).results

    plain, few = Ranking(), Settings(passages=4)
    return {
        "baseline": asked(seeds_folder, plain, few),
        "unchanged": asked(seeds_folder, plain, few),
        "threshold": asked(seeds_folder, plain, replace(few, threshold=0.7)),
        "article removed": asked(less / "store", plain, few),
        "fusion broken": asked(seeds_folder, Ranking(words=0, cosine=0), few),
    }


@pytest.mark.parametrize("name", ["threshold", "article removed", "fusion broken"])
def test_a_planted_regression_is_caught(written, planted, name):
    """The reader's threshold moved, one article taken away, or search without words and meaning: a rule fails."""
    verdicts = check(written(GATE), planted[name], planted["baseline"])
    assert not all(verdict.passed for verdict in verdicts), text_table(drawn(verdicts))


def test_an_unchanged_rerun_is_not(written, planted):
    """Asked once more, nothing is different at all: it passes even where nothing may drop."""
    verdicts = check(written(GATE.replace("0.02", "0")), planted["unchanged"], planted["baseline"])
    assert [(verdict.passed, verdict.value, verdict.low, verdict.high) for verdict in verdicts] == [(True, 0, 0, 0)] * 2
