"""Retrieval metrics, computed by hand."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.retrieval import Judged, LocatedEvidence, covered, hit, judge, ndcg, recall, reciprocal_rank
from evals.run import locate
from evals.types import Evidence
from vectorstore.types import Article, Passage

TEXT = "Thirty-one died. Three hundred were hurt.\n\nThe minister resigned."
BRUSSELS = Article("brussels", TEXT)
FIRST, SECOND, THIRD = (TEXT[:16], TEXT[17:41], TEXT[43:])


def passage(text, article=BRUSSELS):
    start = article.text.index(text)
    return Passage(article.id, start, start + len(text), text)


OTHER = Passage("other", 0, 16, FIRST)  # the same words in another article

RANKINGS = st.lists(st.booleans(), max_size=25).flatmap(
    lambda ranks: st.integers(max(1, sum(ranks)), sum(ranks) + 30).map(lambda total: Judged(tuple(ranks), total))
)


def test_a_passage_is_relevant_when_it_is_the_first_with_the_quote():
    """Another article's same words do not count, the holder does, and a second holder brings nothing new."""
    judged = judge([Evidence("brussels", FIRST)], [OTHER, passage(FIRST), passage(TEXT)])
    assert judged == Judged((False, True, False), 1)


def test_two_quotes_in_one_passage_are_one_to_find():
    """A passage with both quotes is a perfect ranking; two passages with one each are too."""
    quotes = [Evidence("brussels", FIRST), Evidence("brussels", SECOND)]
    assert judge(quotes, [passage(TEXT)]) == Judged((True,), 1)
    assert judge(quotes, [passage(FIRST), passage(SECOND)]) == Judged((True, True), 2)
    assert judge(quotes, [passage(SECOND)]) == Judged((True,), 2)
    assert judge(quotes, []) == Judged((), 2)


def test_evidence_without_a_quote_is_any_passage_of_the_article():
    """Where only the article is known its first passage is relevant, and its others add nothing."""
    assert judge([Evidence("brussels", "")], [OTHER, passage(THIRD), passage(FIRST)]) == Judged((False, True, False), 1)


def test_a_quote_over_two_passages_is_covered_but_not_hit():
    """`hit` wants the whole quote in one passage; `covered` takes the k best together, blanks between them aside."""
    quote = locate(Evidence("brussels", f"{SECOND}\n\n{THIRD}"), BRUSSELS)
    ranking = [passage(THIRD), OTHER, passage(SECOND)]
    assert hit(judge([quote.evidence], ranking), 3) == 0
    assert covered([quote], ranking, 3) == 1
    assert covered([quote], ranking, 2) == 0


def test_covered_without_a_quote():
    """Where only the article is known, any passage of it covers it."""
    evidence = [LocatedEvidence(Evidence("brussels", ""), ())]
    assert covered(evidence, [OTHER, passage(THIRD)], 2) == 1
    assert covered(evidence, [OTHER, passage(THIRD)], 1) == 0


def test_quotes_are_found_wherever_they_stand():
    """Every occurrence counts, overlapping ones too, and a quote that is not in the article is none."""
    article = Article("x", "aaa b")
    assert locate(Evidence("x", "aa"), article).spans == ((0, 2), (1, 3))
    assert locate(Evidence("x", "c"), article) is None
    assert locate(Evidence("x", ""), article).spans == ()


def test_hit_recall_and_reciprocal_rank():
    """Ranks 2 and 4 of a ranking are relevant, and one more passage was not found."""
    judged = Judged((False, True, False, True), 3)
    assert [hit(judged, k) for k in (1, 2, 5)] == [0, 1, 1]
    assert [recall(judged, k) for k in (1, 2, 4, 20)] == [0, 1 / 3, 2 / 3, 2 / 3]
    assert reciprocal_rank(judged) == 0.5
    assert reciprocal_rank(Judged((False,), 1)) == 0
    assert reciprocal_rank(Judged((), 1)) == 0


def test_ndcg():
    """Discount is 1 / log2(rank + 1), and the ideal has all relevant passages first, no more than k of them."""
    judged = Judged((False, True, False, True), 3)
    gained = 1 / math.log2(3) + 1 / math.log2(5)
    assert ndcg(judged, 10) == pytest.approx(gained / (1 + 1 / math.log2(3) + 0.5))
    assert ndcg(judged, 2) == pytest.approx((1 / math.log2(3)) / (1 + 1 / math.log2(3)))
    assert ndcg(Judged((True, True), 9), 2) == 1
    assert ndcg(Judged((), 1), 10) == 0


@given(RANKINGS, st.integers(1, 25))
def test_bounds(judged, k):
    """Every metric is in [0, 1]; hit and recall never fall with k; all agree on whether anything was found."""
    for value in (recall(judged, k), reciprocal_rank(judged), ndcg(judged, k)):
        assert 0 <= value <= 1 + 1e-12
    assert hit(judged, k) <= hit(judged, k + 1)
    assert recall(judged, k) <= recall(judged, k + 1)
    assert (recall(judged, k) > 0) == (ndcg(judged, k) > 0) == (hit(judged, k) == 1)


@given(RANKINGS.filter(lambda judged: len(judged.relevant) > 1), st.data())
def test_a_better_order_is_never_worse(judged, data):
    """Swapping a relevant passage up never lowers MRR or nDCG."""
    place = data.draw(st.integers(1, len(judged.relevant) - 1))
    ranks = list(judged.relevant)
    if ranks[place] > ranks[place - 1]:
        ranks[place - 1 : place + 1] = [True, False]
    better = Judged(tuple(ranks), judged.total)
    assert reciprocal_rank(better) >= reciprocal_rank(judged)
    assert ndcg(better, 10) >= ndcg(judged, 10)


@given(st.lists(st.tuples(st.integers(0, 64), st.integers(1, 30)), max_size=8), st.integers(0, 60), st.integers(1, 25))
def test_covered_is_never_below_hit(cuts, start, size):
    """Whatever holds a quote in one passage holds it in several."""
    ranking = [Passage("brussels", low, low + n, TEXT[low : low + n]) for low, n in cuts if low + n <= len(TEXT)]
    evidence = locate(Evidence("brussels", TEXT[start : start + size]), BRUSSELS)
    assert covered([evidence], ranking, 5) >= hit(judge([evidence.evidence], ranking), 5)
