"""Metrics of an answer's words, computed by hand."""

import re
import string
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals import metrics
from evals.normalize import squad, words

TEXT = st.text(alphabet="ab1 the.,'-’é\u2028A", max_size=20)


def official_normalize(text):
    """`normalize_answer` of the official SQuAD scripts, as published."""

    def remove_articles(text):
        return re.sub(re.compile(r"\b(a|an|the)\b", re.UNICODE), " ", text)

    def remove_punc(text):
        exclude = set(string.punctuation)
        return "".join(ch for ch in text if ch not in exclude)

    return " ".join(remove_articles(remove_punc(text.lower())).split())


def official_f1(gold, prediction):
    """`compute_f1` of the official SQuAD v2.0 script, as published."""
    gold_toks = official_normalize(gold).split() if gold else []
    pred_toks = official_normalize(prediction).split() if prediction else []
    num_same = sum((Counter(gold_toks) & Counter(pred_toks)).values())
    if len(gold_toks) == 0 or len(pred_toks) == 0:
        return int(gold_toks == pred_toks)
    if num_same == 0:
        return 0
    precision = 1.0 * num_same / len(pred_toks)
    recall = 1.0 * num_same / len(gold_toks)
    return (2 * precision * recall) / (precision + recall)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The  Justice\tMinister.", "justice minister"),
        ("A theatre, an anthem", "theatre anthem"),  # articles as words only
        ("U.S.", "us"),
        ("$1,000.50", "100050"),  # punctuation is deleted, not replaced
        ("Jambon’s", "jambon’s"),
        ("the", ""),
        ("a-n apple", "apple"),  # punctuation goes first, and leaves the article "an"
    ],
)
def test_squad_normalisation(text, expected):
    """Normalisation does what the official script does, oddities included."""
    assert squad(text) == expected == official_normalize(text)


@given(TEXT | st.text(max_size=30))
def test_squad_normalisation_is_the_official_one(text):
    """On any text the two agree."""
    assert squad(text) == official_normalize(text)


@pytest.mark.parametrize(
    ("prediction", "golds", "expected"),
    [
        ("The 31.", ["31"], 1),
        ("31 people", ["31"], 0),
        ("31 people", ["31", "31 people"], 1),
        ("", [], 1),  # unanswerable and abstained
        ("31", [], 0),
        ("the", [], 1),  # normalises to nothing
        ("", ["31"], 0),
        ("", ["the", "31"], 0),  # a gold of articles only is left out
        ("", ["the"], 1),  # and when no other is left, the gold is ""
    ],
)
def test_exact_match(prediction, golds, expected):
    """EM is 1 exactly when some normalised gold is equal, "" standing for no gold."""
    assert metrics.exact_match(prediction, golds) == expected


@pytest.mark.parametrize(
    ("prediction", "golds", "expected"),
    [
        ("Koen Geens", ["Justice Minister Koen Geens"], 2 / 3),  # P 2/2, R 2/4
        ("Justice Minister Koen Geens", ["Geens"], 0.4),  # P 1/4, R 1/1
        ("New York New York", ["New York"], 2 / 3),  # repeated tokens count: P 2/4, R 2/2
        ("New New", ["New York New York"], 2 / 3),  # P 2/2, R 2/4; token sets would say P 1, R 1/2
        ("Jambon", ["Koen Geens", "Jan Jambon"], 2 / 3),  # the best gold: P 1, R 1/2
        ("Jambon", ["Geens"], 0),
        ("", [], 1),
        ("Jambon", [], 0),
        ("", ["Geens"], 0),
        ("the", ["Geens"], 0),
    ],
)
def test_f1(prediction, golds, expected):
    """F1 counts tokens with repetition and takes the best gold."""
    assert metrics.f1(prediction, golds) == pytest.approx(expected)


@given(TEXT, st.lists(TEXT.filter(official_normalize), min_size=1, max_size=3))
def test_f1_is_the_official_one(prediction, golds):
    """On any texts F1 equals the official script's exactly, lies in [EM, 1] and ignores the order of golds."""
    score = metrics.f1(prediction, golds)
    assert score == max(official_f1(gold, prediction) for gold in golds)
    assert metrics.exact_match(prediction, golds) <= score <= 1
    assert metrics.f1(prediction, golds[::-1]) == score


@pytest.mark.parametrize(
    ("text", "golds", "expected"),
    [
        ("The attacks killed 31 people.", ["31"], 1),
        ("The attacks injured 310 people.", ["31"], 0),
        ("They cost 1.5 million.", ["15"], 0),
        ("They cost 1.5 million.", ["1.5 million"], 1),
        ("They cost 1,500 euros.", ["1500"], 1),
        ("They cost 1,500 euros.", ["1"], 0),
        ("“I confirm,” Jambon said.", ["I confirm"], 1),
        ("It is Belgium’s capital.", ["Belgium"], 1),
        ("It is Belgium's capital.", ["Belgium’s"], 1),
        ("He served a 9-year sentence.", ["9 year"], 1),
        ("Geens — the minister — resigned.", ["Geens, a minister"], 1),
        ("He left the U.S. in May.", ["US"], 1),
        ("Geens and Koen resigned.", ["Koen Geens"], 0),  # in order, without a gap
        ("Jan Jambon resigned.", ["Geens", "Jambon"], 1),  # any gold
        ("", ["31"], 0),
        ("Anything", [], None),
        ("Anything", ["the", "?"], None),  # no gold with a word in it: cannot be scored
    ],
)
def test_contains(text, golds, expected):
    """A gold is contained when its words stand in the text in a row."""
    assert metrics.contains(text, golds) == expected


@given(TEXT, TEXT, TEXT)
def test_contains_what_was_put_in(before, gold, after):
    """A text with the gold between blanks contains it, if the gold is a word at all."""
    if words(gold):
        assert metrics.contains(f"{before} x {gold} x {after}", [gold]) == 1


@pytest.mark.parametrize(
    ("text", "golds", "expected"),
    [
        ("One says 31, another 34.", ["31", "34"], 1),
        ("One says 31.", ["31", "34"], 0.5),
        ("None says.", ["31", "34", "35"], 0),
        ("At least 31.", ["31", "at least 31"], 0.5),  # "31" stands inside the longer side only
        ("At least 31. Exactly 31.", ["31", "at least 31"], 1),
        ("One says 31.", ["31", "the 31."], 1),  # the same words are one side
        ("Anything", ["the"], None),
    ],
)
def test_sides(text, golds, expected):
    """Sides is the share of the different golds that are given."""
    assert metrics.sides(text, golds) == expected


@given(TEXT, st.lists(TEXT, max_size=4), TEXT)
def test_sides_grow_with_the_text(text, golds, more):
    """Sides is in [0, 1], above 0 whenever a gold is contained, and no text added behind it lowers it."""
    share = metrics.sides(text, golds)
    if share is None:
        assert metrics.contains(text, golds) is None
        return
    assert 0 <= share <= 1
    assert (share > 0) == (metrics.contains(text, golds) == 1)
    assert metrics.sides(f"{text} x {more}", golds) >= metrics.sides(f"{text} x", golds)


@pytest.mark.parametrize(
    ("text", "wrong", "golds", "expected"),
    [
        ("It has 3,559 people.", ["10,000"], ["3,559"], 1),
        ("It has 3,559 or 10,000 people.", ["10,000"], ["3,559"], 0),
        ("He is from New York.", ["York"], ["New York"], 1),  # inside a right answer only
        ("He is from York, not New York.", ["York"], ["New York"], 0),
        ("He is from New York City.", ["New York City"], ["New York"], 0),
        ("It has 3,559 people.", ["3559"], ["3,559"], None),  # the same words as a right answer
        ("It has 3,559 people.", [], ["3,559"], None),
    ],
)
def test_none_wrong(text, wrong, golds, expected):
    """An answer that holds a known falsehood scores 0, unless the words are a right answer's."""
    assert metrics.none_wrong(text, wrong, golds) == expected


@pytest.mark.parametrize(
    ("all_sides", "none_wrong", "expected"),
    [(1, 1, 1), (1, None, 1), (1, 0, 0), (0, 1, 0), (0, None, 0), (None, 1, None), (None, None, None)],
)
def test_all_sides_only(all_sides, none_wrong, expected):
    """Every side, and nothing that is known to be wrong; where nothing is known to be, the sides decide."""
    assert metrics.all_sides_only(all_sides, none_wrong) == expected


def test_abstention():
    """Precision is of abstentions, recall of unanswerable questions, answered of answerable ones."""
    # answered and answerable, withheld though answerable, rightly withheld, answered though unanswerable
    cases = [(False, True), (True, True), (True, False), (False, False)]
    columns = [
        [metric(abstained=abstained, answerable=answerable) for abstained, answerable in cases]
        for metric in (metrics.abstain_precision, metrics.abstain_recall, metrics.answered)
    ]
    assert columns == [[None, 0, 1, None], [None, None, 1, 0], [1, 0, None, None]]
