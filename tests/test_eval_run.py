"""Questions in, a report out, with a small engine whose every answer is written by hand."""

from dataclasses import asdict, replace

import pytest
from scripted import ANSWERS, DIED, NONE, SIDES, WHERE, WHO, Scripted, Shelf

from evals.gold import load
from evals.options import SEEDS_GOLD
from evals.rows import METRIC_NAMES
from evals.run import ask_all, evaluate, located
from evals.types import EVIDENCE_ONLY, SCORE_NAMES, Evidence
from qa.engine import Engine, Settings
from qa.types import Finding, Turn
from vectorstore.errors import BylineError
from vectorstore.types import Filters


def run(*examples, engine=None):
    return evaluate(engine or Scripted(), examples, Shelf(), on_error=pytest.fail, resamples=200)


def scores_of(example):
    (result,) = run(example).results
    return {name: value for name, value in asdict(result.scores).items() if value is not None}


RETRIEVAL = ("hit_1", "hit_5", "hit_10", "hit_20", "covered_5", "recall_1", "recall_5", "recall_10", "recall_20")


def test_scores_of_a_right_answer():
    """The evidence is at rank 2, all else is perfect, and what does not apply is absent."""
    assert scores_of(DIED) == {
        "contains": 1,
        "exact_match": 1,
        "f1": 1,
        **dict.fromkeys(RETRIEVAL, 1) | {"hit_1": 0, "recall_1": 0},
        "mrr": 0.5,
        "ndcg_10": pytest.approx(0.6309, abs=1e-4),
        "cite_exact": 1,
        "cite_precision": 1,
        "cite_recall": 1,
        "answered": 1,
    }


def test_scores_of_a_withheld_answer():
    """It is wrong, and its citations are not scored but for being exact."""
    assert scores_of(WHO) == {
        "contains": 0,
        "exact_match": 0,
        "f1": 0,
        **dict.fromkeys((*RETRIEVAL, "mrr", "ndcg_10"), 0),
        "cite_exact": 1,
        "abstain_precision": 0,
        "answered": 0,
    }


def test_scores_of_one_side_of_a_conflict():
    """One of two sides is given, one of two quotes found and cited."""
    scores = scores_of(SIDES)
    assert (scores["contains"], scores["sides"], scores["all_sides"]) == (1, 0.5, 0)
    assert (scores["hit_1"], scores["recall_20"], scores["mrr"]) == (1, 0.5, 1)
    assert (scores["cite_precision"], scores["cite_recall"]) == (1, 0.5)


def test_scores_of_unanswerable_questions():
    """Withholding is right by EM and F1 too; an answer is wrong; neither has anything to retrieve or contain."""
    right = {"exact_match": 1, "f1": 1, "cite_exact": 1, "abstain_precision": 1, "abstain_recall": 1}
    assert scores_of(NONE) == right
    assert scores_of(WHERE) == {"exact_match": 0, "f1": 0, "cite_exact": 1, "abstain_recall": 0}


@pytest.mark.parametrize("example", [DIED, WHO])
def test_scores_of_a_question_whose_evidence_alone_is_known(example):
    """As BEIR has them: retrieval, citations and abstention as with the answers, and nothing of the answer's words."""
    words = {"contains", "exact_match", "f1"}
    with_answers = {name: value for name, value in scores_of(example).items() if name not in words}
    assert scores_of(replace(example, kind=EVIDENCE_ONLY, answers=())) == with_answers
    assert {"answered", "hit_5", "cite_exact"} <= with_answers.keys()


def test_no_answer_is_called_wrong_where_none_is_known():
    """Given, it is no part of the curve or of calibration; withheld, it is missed."""
    given, withheld = (replace(one, kind=EVIDENCE_ONLY, answers=()) for one in (DIED, WHO))
    report = run(given, withheld)
    assert [one.outcome for one in report.results] == ["unscored", "withheld"]
    everything = {name: estimate.value for name, estimate in report.rows[-1].metrics.items()}
    assert (everything["answered"], everything["hit_5"], everything["abstain_precision"]) == (0.5, 0.5, 0)
    assert [everything[name] for name in ("f1", "abstain_recall", "aurc", "ece")] == [None] * 4
    beside = run(DIED, WHO, SIDES, NONE, WHERE, replace(given, id="g"), replace(withheld, id="w"))
    alone = run(DIED, WHO, SIDES, NONE, WHERE)
    for name in ("contains", "exact_match", "f1", "aurc", "ece", "abstain_recall"):
        assert beside.rows[-1].metrics[name].value == alone.rows[-1].metrics[name].value


@pytest.mark.parametrize("kind", ["unanswerable", "false_premise"])
def test_without_answers_any_other_kind_is_unanswerable(kind):
    """Its evidence is a near miss, which is looked for all the same: withholding is right, answering is wrong."""
    given, withheld = (replace(one, kind=kind, answers=()) for one in (DIED, WHO))
    assert [one.outcome for one in run(given, withheld).results] == ["should be withheld", "rightly withheld"]
    right, wrong = scores_of(withheld), scores_of(given)
    assert [right[name] for name in ("abstain_precision", "abstain_recall", "f1")] == [1, 1, 1]
    assert [wrong[name] for name in ("abstain_recall", "f1", "hit_5")] == [0, 0, 1]
    assert not {"answered", "contains"} & (right.keys() | wrong.keys())


def test_an_abstention_holds_no_answer_whatever_its_text_says():
    """A gold answer in the text of an abstention does not count, nor does its short answer."""
    sly = replace(ANSWERS[DIED.question], abstained=True)
    scores = run(DIED, engine=Scripted({DIED.question: sly})).results[0].scores
    assert (scores.contains, scores.exact_match, scores.f1, scores.cite_precision) == (0, 0, 0, None)


def test_without_a_short_answer_the_whole_answer_is_scored():
    """F1 of "31 people died" against "31 people" is 4/5; markers are no words."""
    long = replace(ANSWERS[DIED.question], answer="31 people died. [1]", short_answer="")
    example = replace(DIED, answers=("31 people",))
    assert run(example, engine=Scripted({DIED.question: long})).results[0].scores.f1 == pytest.approx(0.8)


def test_confidence_is_held_to_the_short_answer():
    """A text that holds the gold answer beside a wrong short answer is risk 1; the rows' contains counts the text."""
    beside = replace(ANSWERS[DIED.question], short_answer="the airport", confidence=0.8)
    report = run(DIED, engine=Scripted({DIED.question: beside}))
    metrics = {name: estimate.value for name, estimate in report.rows[-1].metrics.items()}
    assert (metrics["contains"], metrics["aurc"], metrics["ece"]) == (1, 1, pytest.approx(0.8))


def test_wrong_answers_are_looked_for_in_given_answers():
    """A known falsehood in the answer scores 0; an abstention is not scored."""
    assert scores_of(replace(DIED, wrong=("34",)))["none_wrong"] == 1
    assert scores_of(replace(SIDES, answers=("31",), wrong=("34",)))["none_wrong"] == 0
    assert "none_wrong" not in scores_of(replace(WHO, wrong=("34",)))


def test_a_conflict_is_all_right_with_every_side_and_no_wrong_one():
    """Both are looked for in all that is shown, a finding's value too, and never across two of its texts."""
    given = ANSWERS[SIDES.question]
    findings = tuple(Finding(value, 0.5, given.citations) for value in ("34", "31"))
    engine = Scripted({SIDES.question: replace(given, findings=findings)})

    def shown(**fields):
        scores = run(replace(SIDES, **fields), engine=engine).results[0].scores
        return scores.all_sides, scores.none_wrong, scores.all_sides_only

    assert shown() == (1, None, 1)
    assert shown(wrong=("35", "34 31")) == (1, 1, 1)
    assert shown(answers=("34",), wrong=("31",)) == (1, 0, 0)
    assert shown(answers=("34", "35"), wrong=("36",)) == (0, 1, 0)


def test_a_failure_is_wrong_and_the_run_goes_on():
    """All that could have been scored is 0, the error is kept, and the next question is asked."""
    lost = replace(DIED, id="lost", question="?")
    nowhere = replace(NONE, id="nowhere", question="??")
    report = run(lost, nowhere, DIED)
    assert [result.outcome for result in report.results] == ["failed", "failed", "right"]
    assert report.results[0].error == "the question is not known"
    zeros = {name: value for name, value in asdict(report.results[0].scores).items() if value is not None}
    assert set(zeros.values()) == {0}
    assert zeros.keys() >= {"contains", "f1", "hit_5", "cite_exact", "cite_recall", "answered"}
    assert report.results[1].scores.abstain_recall == 0
    assert report.rows[-1].metrics["contains"].value == 0.5


def test_rows():
    """One row a kind in the order of the file, then all, whose values are the means and curves by hand."""
    report = run(DIED, WHO, SIDES, NONE, WHERE)
    assert [(row.kind, row.n) for row in report.rows] == [
        ("factoid", 2),
        ("conflict", 1),
        ("unanswerable", 2),
        ("all", 5),
    ]
    everything = {name: estimate.value for name, estimate in report.rows[-1].metrics.items()}
    assert tuple(everything) == METRIC_NAMES
    assert everything["contains"] == pytest.approx(2 / 3)
    assert everything["exact_match"] == 3 / 5
    assert everything["abstain_precision"] == 1 / 2
    assert everything["abstain_recall"] == 1 / 2
    assert everything["answered"] == pytest.approx(2 / 3)
    # By confidence: right (0.9), an answered unanswerable (0.7), right (0.6), then two withheld of risk 1.
    assert everything["aurc"] == pytest.approx((0 + 1 / 2 + 1 / 3 + 2 / 4 + 3 / 5) / 5)
    # Three bins of the given answers: |0.9 − 1|, |0.7 − 0|, |0.6 − 1|.
    assert everything["ece"] == pytest.approx((0.1 + 0.7 + 0.4) / 3)
    assert report.rows[2].metrics["aurc"].value is None  # nothing answerable: the curve says nothing
    assert report.rows[2].metrics["contains"].value is None


def test_intervals_are_around_their_values_and_repeat():
    """A mean lies in its interval, and the same run has the same numbers, seconds apart."""
    first, second = run(DIED, WHO, SIDES, NONE, WHERE), run(DIED, WHO, SIDES, NONE, WHERE)
    for row, again in zip(first.rows, second.rows, strict=True):
        for name in METRIC_NAMES[:-2]:
            estimate = row.metrics[name]
            assert estimate == again.metrics[name]
            if estimate.value is not None and name in SCORE_NAMES:
                assert estimate.low <= estimate.value <= estimate.high


def test_history_and_documents_reach_the_engine():
    """A follow-up is asked with its history, and a question of some documents is asked of them only."""
    engine = Scripted()
    run(replace(DIED, history=(Turn("user", "Hello"),), documents=("a",)), WHO, engine=engine)
    assert engine.asked == [
        (DIED.question, (Turn("user", "Hello"),), Filters(article_ids=("a",))),
        (WHO.question, (), Filters()),
    ]


def test_evidence_that_the_corpus_lacks_is_reported_and_left_out():
    """A wrong source or quote is the gold file's fault: named once, and the rest of the evidence scored."""
    errors = []
    example = replace(DIED, evidence=(*DIED.evidence, Evidence("gone", "x"), Evidence("b", "nobody")))
    only = replace(WHO, evidence=(Evidence("gone", ""),))
    report = evaluate(Scripted(), [example, only], Shelf(), on_error=lambda error: errors.append(str(error)))
    assert errors == [
        'question "died": no article "gone" in the corpus',
        'question "died": article "b" lacks "nobody"',
        'question "who": no article "gone" in the corpus',
    ]
    assert report.results[0].scores.recall_5 == 1
    assert report.results[1].scores.hit_5 is None


def test_a_run_without_questions_is_refused():
    """There is nothing to report, and it says so."""
    with pytest.raises(BylineError, match="no question"):
        run()


def test_the_same_run_twice_gives_the_same_numbers(seeds_store):
    """Asked again, and asked two at a time: the same answers and scores to the last bit, only the seconds differ."""
    engine = Engine(seeds_store, settings=Settings(passages=4))
    questions = located(load(SEEDS_GOLD, pytest.fail)[::25], seeds_store, pytest.fail)

    def asked(jobs):
        results = sorted(ask_all(engine, questions, seeds_store, jobs=jobs), key=lambda one: one.example.id)
        return [replace(one, seconds=0, answer=replace(one.answer, seconds={})) for one in results]

    assert asked(1) == asked(1) == asked(2)


def test_several_at_a_time_are_all_asked_and_leaving_early_asks_no_more():
    """Three jobs ask each question once; a reader of the results that stops after the first leaves the rest unasked."""
    many = [replace(DIED, id=f"died-{number}") for number in range(40)]
    questions = located(many, Shelf(), pytest.fail)
    results = list(ask_all(Scripted(), questions, Shelf(), jobs=3))
    assert sorted(one.example.id for one in results) == sorted(one.id for one in many)
    engine = Scripted(delay=0.01)
    asked = ask_all(engine, questions, Shelf(), jobs=3)
    next(asked)
    asked.close()
    assert len(engine.asked) < len(many)
