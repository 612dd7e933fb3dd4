"""The seeds gate: what must hold of every answer to every gold question, and the least that the answers reach.

The bounds are the product's promises (docs: README), not what the last run happened to give.
"""

from pathlib import Path

import pytest

import evals
from evals.gold import half, load
from evals.run import evaluate
from qa.engine import Engine

GOLD = Path(evals.__file__).parent / "gold" / "seeds.jsonl"


@pytest.fixture(scope="module")
def results(seeds_store):
    """Every gold question on the seeds, asked and scored once."""
    errors = []
    examples = load(GOLD, errors.append)
    report = evaluate(Engine(seeds_store), examples, seeds_store, on_error=errors.append, resamples=10)
    assert errors == []
    return report.results


def mean(values):
    known = [value for value in values if value is not None]
    assert known
    return sum(known) / len(known)


def test_every_quote_is_exact_and_every_marker_resolves(results):
    """100 % of the answers, abstentions too: the article's own words at the offsets given, markers one to one."""
    assert len(results) >= 100
    assert [result.example.id for result in results if result.error] == []
    assert [result.example.id for result in results if result.scores.cite_exact != 1] == []


def test_the_evidence_is_among_the_five_best_passages(results):
    """For at least 98 % of the questions that have evidence."""
    assert mean(result.scores.hit_5 for result in results) >= 0.98


def test_the_answer_holds_a_gold_answer(results):
    """For at least 75 % of the answerable questions of the test half, an abstention counted as wrong."""
    test = [result for result in results if half(result.example.id) == "test" and result.example.answerable]
    assert mean(result.scores.contains for result in test) >= 0.75


def test_a_question_about_nothing_in_the_articles_is_refused(seeds_store):
    """Far-off questions get no answer, but what comes nearest."""
    engine = Engine(seeds_store)
    for question in ("How do I cook risotto with saffron?", "Which enzyme unwinds the DNA double helix?"):
        answer = engine.ask(question)
        assert answer.abstained
        assert answer.short_answer == ""
