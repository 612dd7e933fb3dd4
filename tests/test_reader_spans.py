"""Choosing spans: sums that can be done by hand, on logits that are written down."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.reader.spans import MAX_ANSWER_TOKENS, SPANS, reading, trimmed
from qa.reader.windows import Tokenizer, windows
from vectorstore.sentences import sentences

TOKENIZER = Tokenizer()
TEXT = "Geens resigned on Thursday. Michel refused."


def one_window(text=TEXT, question="Who?"):
    (window,) = windows(*TOKENIZER.tokens([question, text]))
    return window


def logits(window, starts, ends, null=(0.0, 0.0)):
    """Logits of -9 but for the words named, ``{number of the context's token: logit}``."""
    made = np.full((2, len(window.ids) + 5), -np.inf, dtype=np.float32)  # 5 of padding
    for row, values in enumerate((starts, ends)):
        made[row, window.context : window.context + len(window.offsets)] = -9
        made[row, 0] = null[row]
        for token, value in values.items():
            made[row, window.context + token] = value
    return made


def words(text, found):
    return [text[span.start : span.end] for span in found.candidates]


def test_the_margin_is_start_plus_end_less_no_answer():
    """3 + 4 - (1 + 2) = 4, and the span is the words from the one to the other."""
    window = one_window()
    # The tokens are: gee, ##ns, resigned, on, thursday, a full stop, michel, refused, a full stop.
    found = reading(TEXT, sentences(TEXT), [(window, logits(window, {2: 3}, {4: 4}, (1, 2)))])
    best = found.candidates[0]
    assert TEXT[best.start : best.end] == "resigned on Thursday"
    assert best.margin == pytest.approx(4)
    assert TEXT[best.sentence_start : best.sentence_end] == "Geens resigned on Thursday."


def test_the_mass_counts_no_answer_once_and_every_span_once():
    """Two tokens with all logits 0 make three spans: the mass is 1 + 3."""
    text = "Michel refused"
    window = one_window(text)
    zeros = logits(window, {0: 0, 1: 0}, {0: 0, 1: 0})
    found = reading(text, sentences(text), [(window, zeros)])
    assert math.exp(found.log_mass) == pytest.approx(4)
    assert found.answered == pytest.approx(3 / 4)


def test_a_context_in_two_windows_answers_where_one_of_them_does():
    """The second window, sure of no answer, adds its own to the mass and nothing to the spans."""
    text = "Michel refused"
    window = one_window(text)
    zeros, nothing = logits(window, {0: 0, 1: 0}, {0: 0, 1: 0}), logits(window, {}, {}, (40, 40))
    found = reading(text, sentences(text), [(window, zeros), (window, nothing)])
    assert found.answered == pytest.approx(3 / 5)


def test_no_span_crosses_the_end_of_a_sentence():
    """The best start in one sentence and the best end in the next are not put together."""
    window = one_window()
    found = reading(TEXT, sentences(TEXT), [(window, logits(window, {4: 9}, {6: 9}))])
    for candidate in found.candidates:
        assert candidate.sentence_start <= candidate.start < candidate.end <= candidate.sentence_end
    assert found.candidates[0].margin == pytest.approx(0)  # 9 - 9


def test_a_part_of_a_word_is_widened_to_the_word():
    """The second half of "Geens" alone is no answer."""
    window = one_window()
    assert words(TEXT, reading(TEXT, sentences(TEXT), [(window, logits(window, {1: 5}, {1: 5}))]))[0] == "Geens"


def test_spans_of_a_context_do_not_overlap_and_come_best_first():
    """Of two overlapping spans the better stays, and at most ``SPANS`` are given."""
    window = one_window()
    found = reading(TEXT, sentences(TEXT), [(window, logits(window, {0: 5, 2: 4, 6: 3}, {1: 5, 4: 4, 7: 3}))])
    assert words(TEXT, found) == ["Geens", "resigned on Thursday", "Michel refused"]
    assert [candidate.margin for candidate in found.candidates] == [10, 8, 6]
    assert len(found.candidates) <= SPANS


def test_an_answer_is_not_longer_than_allowed():
    """A start and an end more than ``MAX_ANSWER_TOKENS`` tokens apart are not put together."""
    text = " ".join(["one"] * 60)
    window = one_window(text)
    near = reading(text, [(0, len(text))], [(window, logits(window, {0: 5}, {MAX_ANSWER_TOKENS - 1: 5}))])
    far = reading(text, [(0, len(text))], [(window, logits(window, {0: 5}, {MAX_ANSWER_TOKENS: 5}))])
    assert near.candidates[0].margin == 10
    assert far.candidates[0].margin == -4


def test_a_context_without_sentences_has_no_answer():
    """Furniture and emptiness give no candidate, and all of the mass to "no answer"."""
    window = one_window("")
    assert reading("", [], [(window, logits(window, {}, {}))]).candidates == ()
    assert reading("", [], [(window, logits(window, {}, {}))]).log_mass == 0
    assert reading("", [], [(window, logits(window, {}, {}))]).answered == 0


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Luther Vandross.", "Luther Vandross"),
        ("in the U.S.", "in the U.S."),
        ("U.S.,", "U.S."),
        ("Sammy Davis Jr.", "Sammy Davis Jr."),
        ("“Foo”", "Foo"),
        ("“Foo” and “Bar”", "“Foo” and “Bar”"),
        ('"Foo" singer,', '"Foo" singer'),
        ("(the first)", "the first"),
        ("300 km (190 mi).", "300 km (190 mi)"),
        ("about 300 km (190", "about 300 km (190"),
        ("$5.4 million,", "$5.4 million"),
        ("-5 °C", "-5 °C"),
        ("12%", "12%"),
        ("— twice —", "twice"),
        ("... …", ""),
    ],
)
def test_marks_are_taken_off_the_ends(text, wanted):
    """What stays is the answer as one would write it down."""
    start, end = trimmed(text, 0, len(text))
    assert text[start:end] == wanted


@given(st.text("ab.,“”\"'()$- ", max_size=20), st.data())
@settings(deadline=None)
def test_trimming_stays_inside_and_does_nothing_twice(text, data):
    """A trimmed stretch is inside the old one and is trimmed already."""
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    low, high = trimmed(text, start, end)
    assert start <= low <= high <= end
    assert trimmed(text, low, high) == (low, high)
