"""Windows: every character of a context is read, and a token leads back to exactly its characters."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.reader.batch import STEP, by_length, tensors
from qa.reader.windows import MAX_TOKENS, QUESTION_TOKENS, STRIDE, Tokenizer, windows

TOKENIZER = Tokenizer()
CLS, SEP = 101, 102


def cut(question, context):
    return list(windows(*TOKENIZER.tokens([question, context])))


@given(st.text(max_size=80), st.text(max_size=400))
@settings(max_examples=150, deadline=None)
def test_offsets_lie_in_the_text_in_order_for_any_text(question, context):
    """Whatever the text, lone surrogates included, tokens stand in order at characters that exist."""
    for window in cut(question, context):
        assert all(0 <= start < end <= len(context) for start, end in window.offsets)
        assert [start for start, _ in window.offsets] == sorted(start for start, _ in window.offsets)
        assert len(window.ids) == window.context + len(window.offsets) + 1


@given(st.integers(0, 700), st.integers(1, 200))
@settings(max_examples=60, deadline=None)
def test_windows_hold_every_token_and_share_the_stride(length, question_length):
    """No token is lost, none of the windows is too long, and neighbours share at least ``STRIDE`` tokens."""
    context = " ".join(f"{number % 10}" for number in range(length))  # one digit, one token
    several = cut("why " * question_length, context)
    seen = {start for window in several for start, _ in window.offsets}
    assert seen == set(range(0, 2 * length, 2))
    assert all(len(window.ids) <= MAX_TOKENS for window in several)
    for before, after in pairwise(several):
        assert len(set(before.offsets) & set(after.offsets)) >= STRIDE


@given(st.lists(st.text("abé🙂中 -.’$", min_size=1, max_size=9), min_size=1, max_size=300), st.data())
@settings(max_examples=100, deadline=None)
def test_an_answer_is_found_back_exactly_in_every_window_that_holds_it(words, data):
    """The characters of any run of tokens lead to these tokens, and they back to the same characters."""
    context = " ".join(words)
    everything = [offset for window in cut("", context) for offset in window.offsets]
    if not everything:
        return
    first = data.draw(st.integers(0, len(everything) - 1))
    last = min(first + data.draw(st.integers(0, 10)), len(everything) - 1)
    start, end = everything[first][0], everything[last][1]
    found = [(window, where) for window in cut("", context) if start < end and (where := window.locate(start, end))]
    assert found or start >= end
    for window, where in found:
        assert window.characters(*where) == (start, end)


def test_an_answer_partly_outside_a_window_is_not_in_it():
    """A window that holds only the beginning of an answer does not claim it."""
    context = " ".join(["one"] * 600)
    first, *_ = cut("why?", context)
    end = first.offsets[-1][1]
    assert first.locate(end - 3, end) is not None
    assert first.locate(end - 3, end + 4) is None


def test_a_window_is_laid_out_as_the_model_was_made_for():
    """``[CLS] question [SEP] context [SEP]``, with the ids of the base model's vocabulary."""
    (window,) = cut("Who resigned?", "Nobody did.")
    assert window.ids[0] == CLS
    assert window.ids[window.context - 1] == window.ids[-1] == SEP
    assert [window.ids.count(CLS), window.ids.count(SEP)] == [1, 2]


def test_special_tokens_written_in_an_article_are_text():
    """An article cannot end its own window or pretend to be padding."""
    (window,) = cut("Who?", "He wrote [SEP] and [CLS] and [PAD].")
    assert [window.ids.count(CLS), window.ids.count(SEP), window.ids.count(0)] == [1, 2, 0]


def test_a_long_question_leaves_room_for_the_passage():
    """A question of a thousand words is cut, the context is not."""
    (window,) = cut("why " * 1000, "Because it rained.")
    assert window.context == QUESTION_TOKENS + 2
    assert window.characters(window.context, len(window.ids) - 2) == (0, 18)


def test_batches_are_padded_to_few_shapes_and_mark_question_context_and_padding_apart():
    """Types are 1 from the context to the window's end, the mask is 1 there and on the question."""
    several = cut("Who?", "Me.") + cut("Who?", "one " * 100)
    ids, types, mask = tensors(several)
    assert ids.shape[1] % STEP == 0
    assert mask.sum(1).tolist() == [len(window.ids) for window in several]
    assert types.sum(1).tolist() == [len(window.ids) - window.context for window in several]
    assert ids[mask == 0].unique().tolist() == [0]


@given(st.lists(st.integers(1, 256), max_size=100), st.sampled_from([256, 1000, 4096]))
@settings(deadline=None)
def test_groups_hold_every_window_once_and_are_bounded(lengths, tokens):
    """No group has more tokens, padding included, than asked for; together they are all windows."""
    groups = list(by_length(lengths, tokens))
    assert sorted(index for group in groups for index in group) == list(range(len(lengths)))
    for group in groups:
        longest = max(lengths[index] for index in group)
        assert -(-longest // STEP) * STEP * len(group) <= tokens


@pytest.mark.parametrize("question", ["", " ", "\ud800"])
def test_an_empty_context_is_one_empty_window(question):
    """No text makes the tokenizer fail."""
    (window,) = cut(question, "")
    assert window.offsets == []
