"""Sentences and passages: exact offsets, whatever the text."""

import re
from bisect import bisect_left
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vectorstore.embed import Encoder
from vectorstore.furniture import is_furniture
from vectorstore.sentences import paragraphs, sentences
from vectorstore.split import MAX_CHARACTERS, MAX_TOKENS, split
from vectorstore.types import Article, Passage

SEEDS = sorted((Path(__file__).parent.parent / "seeds").iterdir())
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"

PIECES = st.sampled_from(
    [
        *"\n\r\t\f\v\u2028\u2029\u0085\u00a0\u200b\ufeff\0\ufffd \u3000",
        *".!?\u2026\u3002\u061f\"\u201c\u201d'()-",
        "\n\n",
        "\r\n",
        "- Advertisement -",
        "\n- Advertisement -\n",
        "* * *",
        "Mr. ",
        "Ms. ",
        "R-N. ",
        "1. ",
        "\u2022 ",
        "He met Ms. Windsor of the U.S. Army. ",
        "The price is $3.5 million. ",
        "\u201cStop!\u201d he said. ",
        "cafe\u0301 ",
        "a" + "\u0301" * 40,
        FAMILY,
        "\U0001f1e7\U0001f1ea\U0001f1eb\U0001f1f7",
        "\u0645\u0631\u062d\u0628\u0627. \u0643\u064a\u0641 \u062d\u0627\u0644\u0643\u061f ",
        "\u4f60\u597d\u3002\u6211\u4eec\u53bb" * 20,
        "supercalifragilistic" * 200,
        "word " * 80,
        "A line of a text that is wrapped at some width by hand\n",
    ]
)
TEXTS = st.lists(PIECES | st.text(max_size=30), max_size=60).map("".join)


def words_as_tokens(text: str) -> list[int]:
    """A tokenizer that can be checked by hand: every run of letters or digits, every mark, is a token."""
    return [match.start() for match in re.finditer(r"\w+|[^\w\s]", text)]


def split_text(text: str, max_tokens: int = MAX_TOKENS) -> list[Passage]:
    return split(Article("id", text), words_as_tokens(text), max_tokens=max_tokens)


def told(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


def furniture_offsets(text: str) -> set[int]:
    """The offsets of all characters in furniture lines."""
    lines = re.finditer("[^\n\r\f\v\u2028\u2029]+", text)
    return {i for line in lines if is_furniture(line[0].strip()) for i in range(*line.span())}


@settings(deadline=None)
@given(TEXTS, st.sampled_from([1, 5, 40, MAX_TOKENS]))
def test_passages_are_exact_ordered_and_lose_nothing(text, max_tokens):
    """Whatever the text: exact, trimmed, in order, apart, short enough, and each character is in one of them."""
    covered: list[int] = []
    starts = words_as_tokens(text)
    for passage in split_text(text, max_tokens):
        assert passage.article_id == "id"
        assert text[passage.start : passage.end] == passage.text == passage.text.strip() != ""
        assert len(passage.text) <= MAX_CHARACTERS
        assert bisect_left(starts, passage.end) - bisect_left(starts, passage.start) <= max_tokens
        covered.extend(range(passage.start, passage.end))
    assert covered == sorted(set(covered))
    wanted = {i for i, char in enumerate(text) if not char.isspace()} - furniture_offsets(text)
    assert {i for i in covered if not text[i].isspace()} == wanted


@settings(deadline=None)
@given(TEXTS)
def test_sentences_are_exact_ordered_and_lose_nothing(text):
    """The same of sentences; and a passage starts where a sentence does, or inside one too long for a passage."""
    spans = sentences(text)
    starts = words_as_tokens(text)
    covered = [i for start, end in spans for i in range(start, end)]
    assert all(text[start:end] == text[start:end].strip() != "" for start, end in spans)
    assert covered == sorted(set(covered))
    wanted = {i for i, char in enumerate(text) if not char.isspace()} - furniture_offsets(text)
    assert {i for i in covered if not text[i].isspace()} == wanted
    for passage in split_text(text):
        start, end = next(span for span in spans if span[0] <= passage.start < span[1])
        tokens = bisect_left(starts, end) - bisect_left(starts, start)
        assert start == passage.start or tokens > MAX_TOKENS or end - start > MAX_CHARACTERS


@settings(deadline=None)
@given(st.lists(st.integers(min_value=1, max_value=15), min_size=1, max_size=40), st.integers(20, 200))
def test_no_paragraph_that_fits_is_cut(lengths, max_tokens):
    """A passage ends inside a paragraph only if that paragraph alone is too long."""
    text = "\n\n".join(" ".join(["Here are four words."] * length) for length in lengths)
    starts = words_as_tokens(text)
    passages = split_text(text, max_tokens)
    for paragraph in paragraphs(text):
        first, last = paragraph.sentences[0][0], paragraph.sentences[-1][1]
        if bisect_left(starts, last) - bisect_left(starts, first) <= max_tokens:
            assert any(p.start <= first and last <= p.end for p in passages)


@pytest.mark.parametrize("seed", SEEDS, ids=lambda path: path.name[:3])
def test_seeds_are_split_at_paragraph_ends(seed: Path, encoder: Encoder):
    """Each passage of a seed is whole paragraphs, of 100 to 230 of the model's own tokens."""
    text = seed.read_text(encoding="utf-8")
    passages = split(Article("id", text), encoder.token_starts(text))
    for passage in passages:
        assert text[: passage.start].endswith("\n") or passage.start == 0
        assert text[passage.end :].startswith("\n") or passage.end == len(text)
        assert 100 <= len(encoder.token_starts(passage.text)) <= MAX_TOKENS


def test_no_passage_reaches_over_furniture():
    """The advertisement of seed 002 is in no passage and in no sentence."""
    text = next(path for path in SEEDS if path.name.startswith("002")).read_text(encoding="utf-8")
    at = text.index("- Advertisement -")
    assert all(end <= at or start > at for start, end in sentences(text))
    assert all(passage.end <= at or passage.start > at for passage in split_text(text))


def test_a_headline_is_a_sentence_of_its_own_in_the_first_passage():
    """A headline has no full stop and yet is not glued to the first sentence."""
    text = "After Brussels Attacks, IS Video Calls For Jihad\n\n\nDamascus: The group released a video."
    assert told(text) == ["After Brussels Attacks, IS Video Calls For Jihad", "Damascus: The group released a video."]
    assert [passage.text for passage in split_text(text)] == [text]


def test_short_paragraphs_are_joined_evenly():
    """Ten paragraphs of 40 tokens become passages of whole paragraphs near the target, none left over alone."""
    text = "\n".join(
        "Ten words of news stand in this one plain sentence. " * 3 + "Then comes one more here." for _ in range(10)
    )
    sizes = [len(words_as_tokens(passage.text)) for passage in split_text(text)]
    assert len(sizes) == 2
    assert min(sizes) > 150


def test_a_long_paragraph_is_cut_between_sentences():
    """A paragraph of 600 tokens is cut, at sentence ends only."""
    sentence = "Nine words and a full stop make ten tokens."
    text = " ".join([sentence] * 60)
    passages = split_text(text)
    assert len(passages) >= 3
    assert all(passage.text.startswith("Nine") and passage.text.endswith("tokens.") for passage in passages)


def test_a_long_sentence_is_cut_at_whitespace_into_like_parts():
    """A sentence of 500 words is cut between words, not into one long and one tiny part."""
    text = " ".join(f"word{number}" for number in range(500))
    passages = split_text(text)
    assert " ".join(passage.text for passage in passages) == text
    assert [len(words_as_tokens(passage.text)) for passage in passages] == [167, 167, 166]


def test_a_long_word_is_cut_but_no_visible_character():
    """A thousand family emoji without a space are cut between families; a flag keeps both of its halves."""
    families = split_text(FAMILY * 1000)
    assert len(families) > 1
    assert all(len(passage.text) % len(FAMILY) == 0 and passage.text.startswith(FAMILY[0]) for passage in families)
    accents = split_text("e\u0301" * 3001)
    assert all(passage.text.startswith("e") for passage in accents)


def test_nothing_comes_of_nothing():
    """An empty text, whitespace and furniture have neither sentences nor passages."""
    for text in ("", " \n\t\u2028\u3000\n ", "- Advertisement -\n\n* * *\nADVERTISEMENT"):
        assert sentences(text) == []
        assert split_text(text) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "The case was brought against Ms. Windsor, now 83, after the death.",
        "Ms. Windsor was forced to pay.",
        "It was then-Sen. Barack Obama who said so.",
        "Sen. Kelly Ayotte, R-N. H., said in a statement.",
        "The raid by anti-U. S. forces failed.",
        "Voters backed Prop. 8 in November.",
        "He met Mr. Smith of the U.S. Army on Jan. 5 at 3 p.m. in St. Louis.",
        "The price is $3.5 million.",
        "\u201cStop!\u201d he said.",
        "They were refused.\u201d",
        "2. The second of two points.",
    ],
)
def test_what_is_one_sentence_stays_one(sentence):
    """Abbreviations, numbers and list labels end no sentence, also between two others."""
    text = f"The first one. {sentence} The last one."
    assert told(text) == ["The first one.", sentence, "The last one."]


def test_sentences_inside_a_long_quotation_are_told_apart():
    """A short quotation stays whole; a long one is cut where its sentences end, marks kept with what they enclose."""
    short = "\u201cWe know. We are sorry,\u201d she said."
    assert told(short) == [short]
    first = "\u201c" + "We have known about all of this for a very long time " * 4 + "and said so."
    second = "We are sorry,\u201d she said on Thursday, " + "and then she said it all again " * 3 + "in the evening."
    assert told(f"{first} {second}") == [first, second]


def test_a_line_is_a_paragraph_unless_the_text_is_wrapped():
    """A sentence goes on over the line ends of a hard-wrapped text, and over no others."""
    wrapped = (
        "Belgium's interior and justice ministers have offered to resign due\n"
        "to their failure to track a militant who blew himself up at Brussels\n"
        "airport on Tuesday. Media reports said on Thursday that the ministers,\n"
        "under fire for failures linked to this week's attacks, offered their\n"
        "resignations.\n"
        "\n"
        "The explosions ripped through the departure hall of the airport in the\n"
        "suburb of Zaventem.\n"
    )
    assert [sentence.split()[0] for sentence in told(wrapped)] == ["Belgium's", "Media", "The"]
    assert len(list(paragraphs(wrapped))) == 2
    headlines = (
        "Ministers offer to resign\nBrussels mourns its dead\nPolice hunt for a third man\nTurkey warned Belgium"
    )
    assert told(headlines) == headlines.splitlines()
    news = "\n".join(f"The minister said {word} on Thursday, when the parliament met." for word in "abcdef")
    assert len(list(paragraphs(news))) == 6


@pytest.mark.parametrize(
    "text", ["x" * 1_000_000, "word " * 200_000, "Short one. " * 90_000, ". " * 500_000, "1. " * 300_000]
)
def test_a_million_characters_in_one_line(text):
    """A huge line without paragraphs, sentences or even words is split like any other."""
    passages = split_text(text)
    assert all(len(passage.text) <= MAX_CHARACTERS for passage in passages)
    assert sum(len(passage.text.replace(" ", "")) for passage in passages) == len(text.replace(" ", ""))
