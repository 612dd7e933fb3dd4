"""The sentences that the check of prose is measured on, and the questions made of them."""

import random
from dataclasses import replace

from evals.bench.altering import exchanged
from evals.bench.rereading import asking, says
from evals.bench.rewording import Sample
from qa.prose.facts import facts
from vectorstore.types import Article, Passage

TEXT = "Justice Minister Koen Geens said on Monday that Minister Jan Jambon would stay."
RNG = random.Random(1)  # noqa: S311 - no secret
SAMPLE = Sample("s", "copy", TEXT, Passage("a", 0, len(TEXT), TEXT))


def test_two_names_change_places():
    """Right names, a wrong relation; two that stand in a list are left alone, for their order says nothing."""
    swapped = exchanged(replace(SAMPLE, sentence="Today Koen Geens told Jan Jambon to stay."), RNG)
    assert swapped is not None
    assert (swapped.sentence, swapped.altered) == ("Today Jan Jambon told Koen Geens to stay.", "roles")
    assert exchanged(replace(SAMPLE, sentence="Today Jan Jambon and Koen Geens stayed."), RNG) is None


def test_each_fact_of_a_sentence_is_asked_for():
    """A question word stands in its place."""
    questions = {fact.told: question for question, fact in asking(SAMPLE)}
    assert questions["Monday"] == "Justice Minister Koen Geens said on when that Minister Jan Jambon would stay?"
    assert questions["Jan Jambon"] == "Justice Minister Koen Geens said on Monday that Minister who would stay?"


def test_another_answer_contradicts_a_fact_only_where_both_cannot_be():
    """Another name does; a part of the name, and a description, do not."""
    name = next(fact for fact in facts(TEXT) if fact.told == "Jan Jambon")
    article = Article("a", TEXT)
    assert [says(answer, name, article) for answer in ("Jambon", "the minister", "Charles Michel")] == [
        True,
        True,
        False,
    ]
