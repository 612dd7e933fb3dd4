"""What a sentence may say: only what the passages that it cites say, by value, in the place where they say it."""

import json
from pathlib import Path

import pytest

from qa.prose.check import check
from qa.prose.evidence import Evidence, evidence
from qa.prose.facts import facts
from qa.prose.match import tells, told
from qa.prose.sentences import Written, clean, written
from vectorstore.embed import Encoder
from vectorstore.types import Article, Passage

MICHEL = (
    "Interior Minister Jan Jambon and Koen Geens offered to resign on Thursday. Prime Minister Charles Michel rejected "
    "their resignations. At least 31 people died in the bombings on March 22, and 270 were hurt. “I understand the "
    "questions,” Jambon told VTM."
)
MARKET = "The Bank of Exampleland raised its rate to 5.25 percent on May 4. Nobody had expected 3.5 million calls."


@pytest.fixture(scope="module")
def given(encoder: Encoder) -> Evidence:
    """Two passages: 1 on resignations, of 24 March 2016, and 2 on a bank."""
    articles = {
        "a": Article("a", MICHEL, title="Ministers stay", publisher="The Daily Example", published="2016-03-24"),
        "b": Article("b", MARKET, published="2023-05-05"),
    }
    passages = [Passage(name, 0, len(one.text), one.text) for name, one in articles.items()]
    return evidence(passages, articles.__getitem__, encoder.encode_passages)


@pytest.mark.parametrize(
    "sentence",
    [
        "Prime Minister Charles Michel rejected the resignations.",
        "Michel rejected their resignations, The Daily Example reports.",
        "Thirty-one people died in the bombings on 22 March 2016.",
        "At least 31 people died in the bombings, and 270 were hurt.",
        "Both Jan Jambon and Koen Geens offered to resign on 24 March 2016.",
        "Jambon said he understood the questions: “I understand the questions”.",
        "The ministers Jan Jambon and Koen Geens offered to resign.",
    ],
)
def test_what_the_passage_says_is_borne_out(given, sentence):
    """In other words, other forms of a number or day, or only a surname; and its lines are the passage's own."""
    verdict = check(sentence, [1], given)
    assert verdict.reason == ""
    assert verdict.lines
    for line in verdict.lines:
        assert MICHEL[line.start : line.end] == line.text


@pytest.mark.parametrize(
    ("sentence", "says"),
    [
        ("At least 34 people died in the bombings.", "“34”"),
        ("270 people died in the bombings on March 22.", "says “31”"),
        ("Thirty-one people died in the bombings on 23 March.", "“23 March”"),
        ("Thirty-one people died in the bombings on March 22, 2014.", "“March 22, 2014”"),
        ("Prime Minister Jan Jambon rejected their resignations.", "Charles Michel"),
        ("Prime Minister Jan Michel rejected their resignations.", "“Jan Michel”"),
        ("Prime Minister Zebulon Quark rejected their resignations.", "“Zebulon Quark”"),
        ("“I will never answer the questions,” Jambon told VTM.", "I will never answer"),
        ("Michel did not reject the ministers' resignations.", "other way round"),
        ("A storm flooded the harbour and cut the power.", "does not say so"),
    ],
)
def test_what_the_passage_does_not_say_is_named(given, sentence, says):
    """A changed number, day, name or quotation, a value from elsewhere in the passage, a denial, and invention."""
    assert says in check(sentence, [1], given).reason


def test_markers_must_be_of_passages_that_were_given(given):
    """No marker, a foreign one, and the wrong one are three reasons."""
    sentence = "Prime Minister Charles Michel rejected their resignations."
    assert check(sentence, [], given).reason == "it cites no article"
    assert check(sentence, [3], given).reason == "it cites passage 3, which there is not"
    assert check(sentence, [0], given).reason == "it cites passage 0, which there is not"
    assert check(sentence, [2], given).reason
    assert not check(sentence, [1, 2], given).reason


def test_only_lines_that_bear_a_sentence_out_are_cited(given):
    """A passage cited beside the right one, which says nothing of it, is not among the lines."""
    verdict = check("Prime Minister Charles Michel rejected their resignations.", [2, 1], given)
    assert [line.text for line in verdict.lines] == ["Prime Minister Charles Michel rejected their resignations."]


@pytest.mark.parametrize(
    ("sentence", "text", "published", "expected"),
    [
        ("It rose to 5.25%.", "raised its rate to 5.25 percent", "", True),
        ("It rose to 5.2%.", "raised its rate to 5.25 percent", "", False),
        ("About 3.5 million came.", "3,512,000 people came", "", True),
        ("Some 300 were hurt.", "hundreds were hurt", "", False),
        ("Hundreds were hurt.", "300 were hurt", "", True),
        ("He left on 22 March 2016.", "He left on Tuesday.", "2016-03-24", True),
        ("He left on 23 March 2016.", "He left on Tuesday.", "2016-03-24", False),
        ("He left in 2015.", "He left last year.", "2016-03-24", True),
        ("He spoke for the EU.", "He spoke for the European Union.", "", True),
        ("He met Belgian police.", "He met police in Belgium.", "", True),
        ("He met Turkish police.", "He met police in Belgium.", "", False),
        ("He met U.S. Secretary of State John Kerry.", "He met Secretary of State John Kerry in the U.S.", "", True),
    ],
)
def test_facts_are_compared_by_value(sentence, text, published, expected):
    """Numbers by amount, days by the calendar, names by their parts, peoples by their countries."""
    found = [fact for fact in facts(sentence) if not fact.opens]
    assert found
    assert all(tells(fact, sentence, told(text, published), published) for fact in found) is expected


def test_hand_written_sentences_are_of_the_seeds():
    """Each line of evals/gold/prose.jsonl names a quote that its article holds."""
    root = Path(__file__).parent.parent
    rows = [json.loads(line) for line in (root / "evals/gold/prose.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len(rows) >= 60
    for row in rows:
        assert row["quote"] in (root / "seeds" / row["source"]).read_text(encoding="utf-8")


STREAM = (
    "<think>They want [1].</think>**Michel** rejected them [1]. U.S. officials said 3.5 million left.[2][3] See "
    "![x](http://evil.example/?q=1) or <img src=http://evil.example onerror=1> www.evil.example now [4, 5].\n\n"
    "- Jan Jambon offered to quit. [2-4]\n* The last one [passage 12] has no end"
)


@pytest.mark.parametrize("size", [1, 3, 7, 1000])
def test_a_stream_is_cut_into_the_same_sentences_however_it_comes(size):
    """Markers go with the sentence before them; markup, links and thinking are gone."""
    pieces = [STREAM[at : at + size] for at in range(0, len(STREAM), size)]
    assert list(written(pieces)) == [
        Written("Michel rejected them.", (1,)),
        Written("U.S. officials said 3.5 million left.", (2, 3)),
        Written("See x or (address left out) now.", (4, 5)),
        Written("Jan Jambon offered to quit.", (2, 3, 4)),
        Written("The last one has no end", (12,)),
    ]


def test_a_sentence_comes_before_the_next_one_is_whole():
    """It is out once the next has begun, not at the end of the text."""
    seen = []

    def pieces():
        yield "The first sentence is here. [1] "
        yield "The second one begins"
        seen.append("later")
        yield " and ends."

    stream = written(pieces())
    assert next(stream) == Written("The first sentence is here.", (1,))
    assert seen == []


@pytest.mark.parametrize(
    "text",
    [
        "![a](http://x.example)",
        "<a href=http://x.example>y</a>",
        "http://x.example/[1]",
        "a\x1b[2Jb\u202ec",
        "data:text/html,x",
    ],
)
def test_clean_text_has_no_address_tag_or_control_character(text):
    """Whatever stays is printable text."""
    kept = clean(text)
    assert kept.isprintable()
    assert "x.example" not in kept
    assert "<" not in kept
