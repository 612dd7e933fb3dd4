"""Weighing spans: what the reader, the search and the calendar say together."""

from datetime import date

import pytest

from qa import weighing
from qa.types import Span
from qa.weighing import LEAST, unread, weigh
from vectorstore.types import Article, Hit, Passage

SURE, UNSURE = Passage("a", 0, 9, "Thirty-one"), Passage("b", 0, 5, "Forty")


def span(passage, score):
    return Span(passage, 0, len(passage.text), passage.text, score, 0, len(passage.text))


def hits(first=0.5, second=0.5, published=("", "")):
    return [
        Hit(passage, score, Article(passage.article_id, passage.text, published=day))
        for passage, score, day in zip((SURE, UNSURE), (first, second), published, strict=True)
    ]


@pytest.fixture
def weights(monkeypatch):
    """Weights of the test's own: the claims below hold for any that are fitted."""

    def put(none=0.0, **values):
        for name in weighing.WEIGHTS:
            monkeypatch.setitem(weighing.WEIGHTS, name, values.get(name, 0.0))
        monkeypatch.setattr(weighing, "NONE", none)

    return put


def test_nothing_read_weighs_nothing():
    """No spans in, none out."""
    assert weigh([], hits()) == []


def test_with_the_readers_weight_alone_at_one_its_shares_stay(weights):
    """The shares and what no span has of 1 are as the reader gave them."""
    weights(reader=1.0)
    weighed = weigh([span(SURE, 0.6), span(UNSURE, 0.1)], hits())
    assert [one.score for one in weighed] == pytest.approx([0.6, 0.1])
    assert unread(weighed) == pytest.approx(0.3)


def test_a_lower_weight_brings_shares_nearer_to_each_other(weights):
    """Tempered, the sure span loses to the unsure one and to no answer, but not its place."""
    weights(reader=0.5)
    first, second = weigh([span(SURE, 0.9), span(UNSURE, 0.01)], hits())
    assert (first.passage, second.passage) == (SURE, UNSURE)
    assert first.score < 0.9
    assert second.score > 0.01
    assert first.score + second.score + unread([first, second]) == pytest.approx(1)


def test_search_decides_between_spans_that_read_alike(weights):
    """Of two equal shares the one of the better passage comes first."""
    weights(reader=1.0, search=1.0)
    assert weigh([span(SURE, 0.3), span(UNSURE, 0.3)], hits(0.4, 0.6))[0].passage == UNSURE


@pytest.mark.parametrize(
    ("asked", "published", "first"),
    [
        (date(2022, 6, 20), ("2021-01-01", "2022-06-18"), UNSURE),  # news of that week
        (date(2022, 6, 20), ("2022-06-18", "2022-06-18"), SURE),  # both are
        (date(2022, 6, 20), ("", ""), SURE),  # nothing is known
        (None, ("2021-01-01", "2022-06-18"), SURE),  # the question says nothing of its day
    ],
)
def test_news_of_the_week_of_the_question_counts_for_more(weights, asked, published, first):
    """Only where both days are known."""
    weights(reader=1.0, week=2.0)
    assert weigh([span(SURE, 0.4), span(UNSURE, 0.3)], hits(published=published), asked)[0].passage == first


def test_no_share_is_nothing_or_everything(weights):
    """A reader that gives one span all leaves the others, and no answer, a part that can still be weighed."""
    weights(reader=1.0, none=-1.0)
    weighed = weigh([span(SURE, 1.0), span(UNSURE, 0.0)], hits(1.0, 0.0))
    assert 0 < weighed[1].score < LEAST * 10
    assert weighed[0].score == pytest.approx(1)
