"""Citation metrics, computed by hand."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.citations import exactness, precision, recall, without_markers
from evals.retrieval import LocatedEvidence
from evals.types import Evidence
from qa.types import Answer, Citation, Finding
from vectorstore.types import Article

A = Article("a", "Thirty-one died. Three hundred were hurt. Geens resigned.")
B = Article("b", "At least 31 died.")
TEXTS = {"a": A.text, "b": B.text}


def cite(marker, article, start, end):
    return Citation(marker, article, article.text[start:end], start, end)


DIED, HURT, AT_LEAST = cite(1, A, 0, 16), cite(2, A, 17, 41), cite(3, B, 0, 17)
GOOD = Answer(
    "How many died?",
    "How many died?",
    answer="Thirty-one died. [1] At least 31 died. [3]",
    short_answer="31",
    findings=(Finding("31", 0.9, (DIED, AT_LEAST)),),
    citations=(DIED, AT_LEAST),
)


def located(article, start, end):
    return LocatedEvidence(Evidence(article.id, article.text[start:end]), ((start, end),))


def test_markers_are_taken_out():
    """What is left is the words, apart from each other."""
    assert without_markers("31[1][12] died [a].").split() == ["31", "died", "[a]."]


def test_an_answer_that_keeps_its_promise_is_exact():
    """Exact quotes, markers that resolve, no citation unused."""
    assert exactness(GOOD, TEXTS.get) == 1


@pytest.mark.parametrize(
    "broken",
    [
        replace(GOOD, citations=(replace(DIED, quote="Thirty-two died."), AT_LEAST)),
        replace(GOOD, citations=(replace(DIED, start=1), AT_LEAST)),
        replace(GOOD, citations=(replace(DIED, quote="", start=5, end=5), AT_LEAST)),
        replace(GOOD, citations=(replace(DIED, quote="resigned.", start=-9, end=len(A.text)), AT_LEAST)),
        replace(GOOD, citations=(replace(DIED, article=replace(A, id="gone")), AT_LEAST)),
        replace(GOOD, citations=(replace(DIED, article=B), AT_LEAST)),
        replace(GOOD, answer="Thirty-one died. [1]"),  # [3] is unused
        replace(GOOD, answer=GOOD.answer + " [2]"),  # [2] does not resolve
        replace(GOOD, citations=(DIED, replace(AT_LEAST, marker=1))),  # a marker twice
        replace(GOOD, findings=(Finding("300", 0.9, (HURT,)),)),  # a finding's citation is not listed
        replace(GOOD, answer="Thirty-one died.", citations=(), findings=()),  # nothing is cited
    ],
)
def test_a_broken_promise_is_seen(broken):
    """Each way of breaking the contract of citations scores 0."""
    assert exactness(broken, TEXTS.get) == 0


def test_an_abstention_may_list_what_it_does_not_use():
    """It may cite nothing or the nearest passages, but exactly and with markers that resolve."""
    abstained = Answer("Who?", "Who?", answer="The articles do not say.", abstained=True)
    assert exactness(abstained, TEXTS.get) == 1
    assert exactness(replace(abstained, citations=(DIED,)), TEXTS.get) == 1
    assert exactness(replace(abstained, answer="Nothing. [2]", citations=(DIED,)), TEXTS.get) == 0
    assert exactness(replace(abstained, citations=(replace(DIED, quote="x"),)), TEXTS.get) == 0


def test_precision_and_recall():
    """Two of three citations are right and one of two quotes is cited: P 2/3, R 1/2."""
    evidence = [located(A, 0, 16), located(B, 3, 11)]
    assert precision([DIED, HURT, AT_LEAST], evidence) == 2 / 3
    assert recall([DIED, HURT], evidence) == 1 / 2
    assert precision([], evidence) is None
    assert recall([], evidence) == 0


def test_half_of_the_shorter_must_overlap():
    """A citation of 16 characters and a quote of 10: 5 shared characters are enough, 4 are not."""
    assert precision([DIED], [located(A, 11, 21)]) == 1
    assert precision([DIED], [located(A, 12, 22)]) == 0
    assert precision([DIED], [located(A, 3, 5)]) == 1  # a short quote inside
    assert precision([cite(1, A, 3, 5)], [located(A, 0, 41)]) == 1  # a short citation inside


def test_a_place_is_in_its_article():
    """The same offsets in another article are another place."""
    assert precision([cite(1, A, 0, 16)], [located(B, 0, 16)]) == 0


def test_any_occurrence_of_the_quote_will_do():
    """A quote that stands twice may be cited at either place."""
    twice = LocatedEvidence(Evidence("a", "d"), ((11, 12), (34, 35)))
    assert precision([HURT], [twice]) == 1


def test_evidence_without_a_quote_is_the_whole_article():
    """Where only the article is known, every citation of it is right."""
    assert precision([DIED, HURT, AT_LEAST], [LocatedEvidence(Evidence("a", ""), ())]) == 2 / 3
    assert recall([HURT], [LocatedEvidence(Evidence("a", ""), ()), LocatedEvidence(Evidence("b", ""), ())]) == 1 / 2


@given(st.lists(st.sampled_from([DIED, HURT, AT_LEAST]), min_size=1), st.integers(0, 40), st.integers(1, 15))
def test_bounds(cited, start, size):
    """Both are in [0, 1], one is above 0 when the other is, and citing more never lowers recall."""
    evidence = [located(A, start, start + size), located(B, 0, 5)]
    right, found = precision(cited, evidence), recall(cited, evidence)
    assert 0 <= right <= 1
    assert 0 <= found <= 1
    assert (right > 0) == (found > 0)
    assert recall([*cited, HURT], evidence) >= found
