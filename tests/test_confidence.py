"""From shares to the probability that the best claim is right."""

from dataclasses import replace

import pytest

from qa import confidence
from qa.agreement import Claim
from qa.confidence import calibrated, measures
from qa.engine import is_everything
from qa.types import Span
from qa.values import value
from vectorstore.types import Article, Hit, Passage

TEXT = "At least 31 people died in the bombings. Brussels mourned."
PASSAGE = Passage("a", 100, 100 + len(TEXT), TEXT)
HIT = Hit(PASSAGE, 0.6, Article("a", "x" * 100 + TEXT, title="Brussels"))
OTHER = Hit(Passage("b", 0, 5, "Forty"), 0.9, Article("b", "Forty"))
QUESTION = "How many people died in the Brussels bombings?"


def claim(text, share, alone=0.9, stories=("a",), answered=0.9):
    start = 100 + TEXT.index(text)
    span = Span(PASSAGE, start, start + len(text), text, share, 100, 140, alone, answered)
    return Claim(text, value(text), share, (span,), frozenset(stories), alone)


def sure(claims, question=QUESTION, hits=(HIT,), *, everything=False):
    return [one.confidence for one in calibrated(question, claims, hits, everything=everything)]


def test_no_claims():
    """Nothing found, nothing to be sure of."""
    assert calibrated(QUESTION, [], [HIT], everything=True) == []


def test_the_best_gets_a_probability_and_the_others_their_part_of_it():
    """A claim with half the share of the best has half its probability."""
    best, other = sure([claim("31", 0.6), claim("Brussels", 0.3)])
    assert 0 < best < 1
    assert other == pytest.approx(best / 2)


@pytest.mark.parametrize(
    ("surer", "less"),
    [
        (claim("31", 0.8), claim("31", 0.2)),
        (claim("31", 0.5, alone=0.99), claim("31", 0.5, alone=0.1)),
        (claim("31", 0.5, answered=0.99), claim("31", 0.5, answered=0.1)),
        (claim("31", 0.5, stories=("a", "b", "c")), claim("31", 0.5)),
    ],
    ids=["share", "alone", "answered", "stories"],
)
def test_more_for_a_claim_is_a_higher_probability(surer, less):
    """More of the reader's share, a passage that says it more clearly, one that answers at all, more stories."""
    assert sure([surer]) > sure([less])


def test_all_there_is_was_read():
    """The same claim is surer where nothing was left unread: a competitor would have been seen."""
    assert sure([claim("31", 0.5)], everything=True) > sure([claim("31", 0.5)])


def test_what_is_everything():
    """Fewer hits than were wanted, unless the question named outlets or days that left the rest out."""
    assert is_everything((HIT,), "", 2)
    assert not is_everything((HIT, OTHER), "", 2)
    assert not is_everything((HIT,), "Searched articles of Le Soir.", 2)


def test_words_that_nobody_has():
    """Where nothing that was read has a content word of the question, what was found is no answer."""
    assert sure([claim("31", 0.9)], "Thanks!", (HIT, OTHER)) == [0.0]


def test_measures():
    """They are those of the weights, and the rank and sentence are those of the best span."""
    far = replace(claim("31", 0.5), stories=frozenset(("a", "b")))
    found = measures("Who mourned the 31?", [far], (OTHER, HIT), everything=True)
    assert found.keys() == confidence.WEIGHTS.keys()
    assert found["rank"] == pytest.approx(0.693, abs=1e-3)  # log 2
    assert found["sentence"] == 0.5  # "31" is in it, "mourned" in the next
    assert (found["share"], found["everything"]) == (0, 1)
