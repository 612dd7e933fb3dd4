"""Why a question went wrong: one rule each, the first that holds, and none where nothing did."""

from dataclasses import replace
from pathlib import Path

import pytest
from eval_results import EXAMPLE, GIVEN, result, results
from hypothesis import given, settings

from evals.taxonomy import RULES, error_class, worst_first
from evals.types import EVIDENCE_ONLY, GivenCitation, GivenPassage

UNANSWERABLE = replace(EXAMPLE, answers=(), evidence=())
WITHHELD = replace(GIVEN, abstained=True, short_answer="", findings=())
FAR = replace(GIVEN.citations[0], holds_gold=False, on_evidence=False)
MISSED = {"contains": 0.0, "hit_1": 0.0, "hit_5": 0.0, "hit_20": 0.0, "covered_5": 0.0}


def test_what_is_right_has_no_class():
    """A right answer, a question rightly left alone, and an answer that nothing can be compared with."""
    assert error_class(result()) is None
    assert error_class(result(UNANSWERABLE, WITHHELD, contains=None)) is None
    assert error_class(result(contains=None)) is None


def test_failed():
    """No answer at all, whatever else could be said."""
    assert error_class(result(answer=None, error="broken", none_wrong=0.0)) == "failed"


def test_wrong_source():
    """A falsehood that the gold file knows was shown, even beside a right answer; withheld, it was not shown."""
    assert error_class(result(none_wrong=0.0)) == "wrong source"
    assert error_class(result(contains=0.0, none_wrong=0.0)) == "wrong source"
    assert error_class(result(UNANSWERABLE, contains=None, none_wrong=0.0)) == "wrong source"
    assert error_class(result(none_wrong=1.0)) is None


def test_an_unanswerable_question_that_was_answered():
    """Whatever it was answered with."""
    assert error_class(result(UNANSWERABLE, contains=None)) == "abstention: answered"


def test_a_question_whose_evidence_alone_is_known():
    """An answer to it is nobody's error; withheld it is one: of retrieval, or though the evidence was pointed at."""
    example = replace(EXAMPLE, kind=EVIDENCE_ONLY, answers=())
    assert error_class(result(example, contains=None)) is None
    assert error_class(result(example, WITHHELD, contains=None)) == "abstention: withheld"
    elsewhere = replace(WITHHELD, passages=(GivenPassage("b", 0, 9, 0.5),))
    assert error_class(result(example, elsewhere, **MISSED | {"contains": None})) == "retrieval: article"


@pytest.mark.parametrize("answer", [GIVEN, WITHHELD])
def test_the_article_was_not_found(answer):
    """No passage is of an article with evidence: wrong or withheld, the reader could not know."""
    elsewhere = replace(answer, passages=(GivenPassage("b", 0, 9, 0.5),))
    assert error_class(result(answer=elsewhere, **MISSED)) == "retrieval: article"
    assert error_class(result(answer=replace(answer, passages=()), **MISSED)) == "retrieval: article"


@pytest.mark.parametrize("answer", [GIVEN, WITHHELD])
def test_the_passage_was_not_found(answer):
    """The article is among the passages, the evidence is not; spread over the five best it is."""
    assert error_class(result(answer=answer, **MISSED)) == "retrieval: passage"
    assert error_class(result(answer=answer, **MISSED | {"covered_5": 1.0})) != "retrieval: passage"


def test_withheld_with_the_answer_in_hand():
    """What comes nearest holds a gold answer, or is the evidence; or the file does not say."""
    assert error_class(result(answer=WITHHELD, contains=0.0)) == "abstention: withheld"
    for known in ({"holds_gold": True}, {"on_evidence": True}, {"holds_gold": None, "on_evidence": None}):
        nearest = replace(WITHHELD, citations=(replace(FAR, **known),))
        assert error_class(result(answer=nearest, contains=0.0)) == "abstention: withheld"


def test_reading():
    """The evidence was there: another answer was given, or nothing near it was seen and nothing said."""
    assert error_class(result(contains=0.0)) == "reading"
    assert error_class(result(answer=replace(WITHHELD, citations=(FAR,)), contains=0.0)) == "reading"
    assert error_class(result(answer=replace(WITHHELD, citations=()), contains=0.0)) == "reading"


def test_without_gold_evidence_retrieval_is_blamed_for_nothing_found_only():
    """Where the gold file does not say where the answer is, passages are taken to hold it."""
    example = replace(EXAMPLE, evidence=())
    unknown = {"contains": 0.0, "hit_1": None, "hit_5": None, "hit_20": None}
    assert error_class(result(example, **unknown)) == "reading"
    assert error_class(result(example, replace(GIVEN, passages=()), **unknown)) == "retrieval: article"


def test_citation():
    """Right, but cited from elsewhere or not exactly; one citation on the evidence is enough."""
    assert error_class(result(cite_precision=0.0)) == "citation"
    assert error_class(result(cite_exact=0.0)) == "citation"
    assert error_class(result(cite_precision=0.2)) is None
    assert error_class(result(contains=0.0, cite_precision=0.0)) == "reading"


def test_one_side():
    """A conflict of which one side is told, and cited well."""
    assert error_class(result(all_sides=0.0, sides=0.5)) == "one side"
    assert error_class(result(all_sides=0.0, cite_precision=0.0)) == "citation"
    assert error_class(result(all_sides=1.0)) is None


@given(results)
@settings(max_examples=500)
def test_every_result_has_one_class_or_none(one):
    """Total: what failed, is wrong, was withheld or should have been has a class; what is right has none but few."""
    name = error_class(one)
    assert name is None or name in RULES
    if one.outcome in ("failed", "wrong", "withheld", "should be withheld"):
        assert name is not None
    if one.outcome == "right":
        assert name in (None, "wrong source", "citation", "one side")
    if one.outcome == "rightly withheld":
        assert name is None


@given(results)
@settings(max_examples=500)
def test_the_class_is_what_its_rule_says(one):
    """No class stands for what another means: outcome and evidence tell them apart."""
    name = error_class(one)
    holding = [rule for rule in RULES if RULES[rule].holds(one)]
    assert name == (holding[0] if holding else None)
    assert (name == "failed") == (one.answer is None)
    if name in ("retrieval: article", "retrieval: passage"):
        assert not one.scores.hit_20
        assert not one.scores.covered_5 or one.scores.hit_20 is None
    if name == "abstention: withheld":
        assert one.answer is not None
        assert one.answer.abstained


def test_worst_first():
    """Failures, then wrong answers by how sure they were, withheld ones, bad citations, and the right ones last."""

    def sure(confidence, answer=GIVEN, **scores):
        return result(answer=replace(answer, confidence=confidence), **scores)

    order = [
        result(answer=None, error="broken"),
        sure(0.9, contains=0.0),
        sure(0.8, none_wrong=0.0),
        sure(0.7, contains=0.0, hit_20=0.0),
        sure(0.4, WITHHELD, contains=0.0),
        sure(0.3, WITHHELD, contains=0.0, hit_20=0.0),
        sure(0.99, cite_precision=0.0),
        sure(0.5, contains=None),
        sure(0.6),
        sure(0.95),
    ]
    assert worst_first(order[::-1]) == order
    assert worst_first(order[1::2] + order[::2]) == order


def test_a_citation_without_marker_of_gold_is_no_answer_in_hand():
    """Only a citation that says so, or that nothing is known of."""
    mixed = (FAR, GivenCitation(2, "b", 0, 5))
    assert error_class(result(answer=replace(WITHHELD, citations=mixed), contains=0.0)) == "reading"


def test_the_docs_tell_the_rules():
    """The table in docs/eval-reports.md has each class with its rule, in the same words and order."""
    docs = (Path(__file__).parent.parent / "docs" / "eval-reports.md").read_text(encoding="utf-8")
    assert "\n".join(f"| `{name}` | {rule.says} |" for name, rule in RULES.items()) in docs
