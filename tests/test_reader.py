"""The reader with the weights that come with Byline: exact spans, comparable scores, right answers on the seeds."""

import hashlib
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.reader.reader import PASSAGES, SHA256, WEIGHTS, SpanReader, check
from vectorstore.articles import read_articles
from vectorstore.errors import BylineError
from vectorstore.sentences import sentences
from vectorstore.types import Article, Hit, Passage

SEEDS = Path(__file__).parents[1] / "seeds"


@pytest.fixture(scope="module")
def reader() -> SpanReader:
    return SpanReader.load()


@pytest.fixture(scope="module")
def articles() -> dict[str, Article]:
    """The seeds, by id."""
    errors: list[BylineError] = []
    found = {sourced.article.id: sourced.article for sourced in read_articles([SEEDS], errors.append)}
    assert not errors
    return found


@pytest.fixture(scope="module")
def hits(articles) -> list[Hit]:
    """The first sentences of the seeds in passages of four, equally good."""
    made = []
    for article in articles.values():
        bounds = sentences(article.text)[:32]
        for four in (bounds[at : at + 4] for at in range(0, len(bounds), 4)):
            start, end = four[0][0], four[-1][1]
            made.append(Hit(Passage(article.id, start, end, article.text[start:end]), 0.5, article))
    return made[:PASSAGES]


def test_the_shipped_weights_are_the_recorded_ones():
    """The file is the one that the code names, and small enough to be in a repository."""
    assert hashlib.sha256(WEIGHTS.read_bytes()).hexdigest() == SHA256
    assert WEIGHTS.stat().st_size < 23e6


def test_weights_that_are_missing_or_other_are_refused(tmp_path):
    """One changed byte is told, with the fix."""
    content = WEIGHTS.read_bytes()
    damaged = tmp_path / "model.safetensors"
    with pytest.raises(BylineError, match="missing; reinstall byline"):
        check(damaged, SHA256)
    damaged.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(BylineError, match=r"its sha256 is \w+, not \w+; reinstall byline"):
        check(damaged, SHA256)


def test_what_a_passage_says_alone_does_not_hang_on_the_others(reader, hits):
    """``alone`` is the same whether the passage is read with others or by itself, and at most 1 in all of a passage."""
    question = "How many people were killed in the suicide bombings in Brussels?"
    together = [span for span in reader.read(question, hits) if span.passage == hits[0].passage]
    by_itself = reader.read(question, hits[:1])
    assert [span.text for span in together] == [span.text for span in by_itself]
    assert [span.alone for span in together] == pytest.approx([span.alone for span in by_itself], abs=0.02)
    assert 0 < sum(span.alone for span in by_itself) <= 1
    assert all(span.alone >= span.score - 1e-9 for span in reader.read(question, hits))


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("How many people were killed in the suicide bombings in Brussels?", "31"),
        ("Which prime minister rejected the ministers' resignations?", "Charles Michel"),
        ("How many days of mourning is Belgium observing?", "three"),
    ],
)
def test_easy_questions_on_the_seeds_are_answered(reader, hits, question, wanted):
    """The best span of all passages holds the answer."""
    assert wanted in reader.read(question, hits)[0].text


def test_spans_are_exact_and_inside_their_sentences(reader, hits, articles):
    """Offsets are the article's, no span leaves its sentence, none overlaps another, and scores fall and sum to 1."""
    spans = reader.read("Who offered to resign?", hits)
    assert spans
    for span in spans:
        text = articles[span.passage.article_id].text
        assert text[span.start : span.end] == span.text
        assert span.sentence_start <= span.start < span.end <= span.sentence_end
        assert span.passage.start <= span.sentence_start
        assert span.sentence_end <= span.passage.end
        others = [other for other in spans if other is not span and other.passage.article_id == span.passage.article_id]
        assert all(span.end <= other.start or other.end <= span.start for other in others)
    scores = [span.score for span in spans]
    assert scores == sorted(scores, reverse=True)
    assert min(scores) >= 0
    assert sum(scores) <= 1


def test_an_answered_question_scores_above_an_unanswered_one(reader, hits):
    """Nothing in the seeds says who won the cup."""
    answered = reader.read("How many days of mourning is Belgium observing?", hits)
    unanswered = reader.read("Who won the football world cup in Brazil?", hits)
    assert answered[0].score > unanswered[0].score


def test_the_order_of_passages_does_not_matter(reader, hits):
    """The same passages the other way round give the same spans; scores agree to bfloat16's precision."""
    asked = "Who rejected the resignations?"
    spans, back = reader.read(asked, hits), reader.read(asked, hits[::-1])
    assert spans[0].text == back[0].text
    assert spans[0].score == pytest.approx(back[0].score, abs=0.02)


def test_no_passages_no_spans(reader):
    """Nothing found, nothing read."""
    assert reader.read("Who resigned?", []) == []


def test_float32_gives_the_same_answer(hits):
    """A machine without bfloat16 units answers alike."""
    exact = SpanReader.load(dtype=torch.float32)
    assert "31" in exact.read("How many people were killed in the suicide bombings in Brussels?", hits)[0].text


@given(question=st.text(max_size=60), text=st.text(max_size=300))
@settings(max_examples=25, deadline=None)
def test_any_text_is_read_without_failing(reader, question, text):
    """Lone surrogates, control characters, other scripts, nothing at all: offsets stay exact."""
    for span in reader.read(question, [Hit(Passage("a", 7, 7 + len(text), text), 1.0, Article("a", text))]):
        assert text[span.start - 7 : span.end - 7] == span.text
