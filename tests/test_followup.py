"""What a follow-up question becomes: a question that can be searched for without its conversation."""

import gzip
import itertools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.bench.canard import Row, measure, read_rows, unigram_f1
from qa.errors import MAX_QUESTION
from qa.followup.mentions import kind_of, mentions
from qa.followup.phrases import phrases
from qa.followup.standalone import standalone
from qa.followup.words import word_set
from qa.types import Turn


def history(*contents: str) -> list[Turn]:
    """User and assistant in turn, the user first."""
    roles = itertools.cycle(("user", "assistant"))
    return [Turn(role, content) for role, content in zip(roles, contents, strict=False)]


JAMBON = ("How old is Jan Jambon?", "He is 55 [1].")
RAIDS = ("Were there any more raids in Brussels?", "Yes, officers arrested six individuals for questioning.")


@pytest.mark.parametrize(
    ("turns", "question", "expected"),
    [
        (JAMBON, "Where was he born?", "Where was Jan Jambon born?"),
        (JAMBON, "What was his answer?", "What was Jan Jambon's answer?"),
        (JAMBON, "Who met him and his brother?", "Who met Jan Jambon and his brother?"),
        (("Who is Angela Merkel?", "The chancellor."), "Who asked her?", "Who asked Angela Merkel?"),
        (("Who is Angela Merkel?", "The chancellor."), "Is her answer known?", "Is Angela Merkel's answer known?"),
        (("Who blew himself up?", "Khalid El Bakraoui, 27. [1]"), "Who is he?", "Who is Khalid El Bakraoui?"),
        (
            ("Has anyone been arrested?", "Yes, a French national was arrested in a suburb."),
            "What is he suspected of?",
            "What is the French national suspected of?",
        ),
        (RAIDS, "when were they", "when were the raids in Brussels"),
        (RAIDS, "What are their names?", "What are the six individuals' names?"),
        (("Who searched it?", "The FBI."), "What did they find?", "What did the FBI find?"),
        (("What was their first record?", "Dream On"), "Did it sell well?", "Did Dream On sell well?"),
        (("What did he film?", "Camp Nowhere."), "How did that movie do?", "How did the movie Camp Nowhere do?"),
        (
            ("Who studied?", "One did, at the University of Ghent."),
            "Who lives there?",
            "Who lives at the University of Ghent?",
        ),
        (("What did she publish?", "A book about health."), "Who liked this?", "Who liked the book about health?"),
        (
            ("Was he sued?", "They filed a civil suit against the city."),
            "What came of that suit?",
            "What came of the civil suit against the city?",
        ),
    ],
)
def test_a_pronoun_gives_way_to_what_it_means(turns, question, expected):
    """The name, or the phrase just said; as an owner where it owns; the first of each sort only."""
    assert standalone(question, history(*turns)) == expected


@pytest.mark.parametrize(
    ("turns", "question", "expected"),
    [
        (JAMBON, "What about Koen Geens?", "How old is Koen Geens?"),
        (
            ("Who rented the house in Charleroi?", "Khalid."),
            "And when was it searched?",
            "When was the house in Charleroi searched?",
        ),
        (JAMBON, "And his brother?", "How old is Jan Jambon's brother?"),
        (JAMBON, "And where was he born?", "Where was Jan Jambon born?"),
        (("Did Jan Jambon resign?", "Yes."), "Why?", "Why did Jan Jambon resign?"),
        (("When did Jan Jambon resign?", "On Thursday."), "And why was that?", "Why did Jan Jambon resign?"),
        (("Who resigned?", "Two ministers."), "And why?", "Who resigned? Why?"),
        (("Did Jan Jambon have any brothers?", "No."), "Any sisters?", "Did Jan Jambon have any sisters?"),
        (
            ("What was planned?", "Ministers were to hold talks."),
            "About what?",
            "Ministers were to hold talks about what?",
        ),
        (("Why him?", "He served as the presenter"), "the presenter for what?", "He served as the presenter for what?"),
        (("Who was held?", "Salah Abdeslam."), "Who else was held?", "Who else was held besides Salah Abdeslam?"),
    ],
)
def test_what_is_left_out_is_filled_in(turns, question, expected):
    """From the question before, or from its answer."""
    assert standalone(question, history(*turns)) == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("When did the band form?", "When did INXS form?"),
        ("What was the band's first hit?", "What was INXS' first hit?"),
        ("Who were the founding members?", "Who were the founding members of INXS?"),
        ("What happened in 1991?", "What happened to INXS in 1991?"),
        ("Was there a lawsuit pending?", "Was there a lawsuit pending (INXS)?"),
        ("Who is Jan Jambon?", "Who is Jan Jambon?"),
    ],
)
def test_a_message_that_only_names_something_sets_the_topic(question, expected):
    """What names nothing is asked of it."""
    assert standalone(question, history("INXS (band)", "An Australian group.")) == expected


def test_a_part_of_a_name_is_made_whole():
    """Once the whole name was said, and only by one who bears it."""
    assert standalone("Why did Jambon resign?", history(*JAMBON)) == "Why did Jan Jambon resign?"
    brothers = history("Are Ibrahim El Bakraoui and Khalid El Bakraoui brothers?", "Yes.")
    assert standalone("Who saw Bakraoui?", brothers) == "Who saw Bakraoui?"


@pytest.mark.parametrize(
    "question",
    [
        "Why did Koen Geens resign?",
        "What did the police find when they searched the house?",
        "Which ministers handed in their resignations?",
        "Did Koen Geens say why he resigned?",
        "Where did the man who filmed the attack say he was?",
        "Is it true that Koen Geens resigned?",
        "What has the carnage prompted in other countries of the continent?",
        "How many people died in the bombings?",
    ],
)
def test_a_question_that_stands_alone_is_left_alone(question):
    """Whatever the conversation was about."""
    assert standalone(question, history(*JAMBON)) == question
    assert standalone(question, history(*RAIDS)) == question


def test_without_a_conversation_nothing_is_known():
    """No history: the question as asked."""
    assert standalone(" And when was it? ", ()) == "And when was it?"


def test_a_woman_is_not_he():
    """A pronoun does not take what it cannot mean."""
    assert standalone("Where was he born?", history("Who is Angela Merkel?", "The chancellor.")) == "Where was he born?"


@pytest.mark.parametrize("reply", ["Yes.", "No. [1]", "Nothing."])
def test_yes_is_nobody(reply):
    """An answer that names nobody changes nothing about who is meant."""
    assert standalone("Is he ill?", history("Is Jan Jambon 55?", reply)) == "Is Jan Jambon ill?"


@pytest.mark.parametrize("thanks", ["thanks", "ok", "hello"])
def test_a_courtesy_is_no_question(thanks):
    """It is not asked of the topic."""
    assert standalone(thanks, history("Brussels bombings", "31 people died.")) == thanks


def test_a_chain_of_follow_ups_keeps_its_topic():
    """The third question still knows what the first was about."""
    turns = history(*JAMBON, "Where was he born?", "In Genk.", "And when?", "In 1960.")
    assert standalone("Is he married?", turns) == "Is Jan Jambon married?"


def test_a_new_name_is_the_new_topic():
    """Who was asked about last is meant, not who was first."""
    turns = history(*JAMBON, "Who is Koen Geens?", "The minister of justice.")
    assert standalone("Where was he born?", turns) == "Where was Koen Geens born?"


@pytest.mark.parametrize(
    "turns",
    [("x" * 10**6, "Yes."), ("Who resigned?" + "!" * 3000, "y " * 500), ("A " * 1000, "B " * 10**5)],
    ids=["endless question", "endless mark", "endless names"],
)
@pytest.mark.parametrize("question", ["And why?", "Where was he born?", "any " * 500, "they " * 400])
def test_a_long_history_never_makes_a_question_too_long(turns, question):
    """What does not fit into the limit is not folded in."""
    assert len(standalone(question, history(*turns))) <= MAX_QUESTION


WORDS = st.sampled_from(
    sorted(
        word_set(
            "he his they their it that this the and any what about who why else other article in Brussels Jan Jambon "
            "raids minister said ? . , \" ' ( ) 1999 Al- ’s A"
        )
    )
)
MESSAGES = st.one_of(st.text(max_size=60), st.lists(WORDS, max_size=14).map(" ".join))


@given(st.lists(MESSAGES, max_size=8), MESSAGES)
def test_any_history_is_survived(turns, question):
    """No history and no question makes the rules fail or exceed the limit, and none loses a question."""
    asked = standalone(question, history(*turns))
    assert len(asked) <= MAX_QUESTION
    assert bool(asked) == bool(question.strip())


@given(MESSAGES)
def test_names_and_phrases_are_of_the_text(text):
    """A name stands where it says; a phrase's head stands in the text."""
    assert all(text[mention.start : mention.end] == mention.name for mention in mentions(text))
    assert all(phrase.head in text.lower() for phrase in phrases(text))


def test_names_are_whole_and_without_titles():
    """Particles and initials belong to a name, a title, an owner's mark and the sentence's first word do not."""
    text = (
        "Yesterday Justice Minister Koen Geens met Ibrahim al-Bakrawi at J. C. Penney's. After the Bank of England, no."
    )
    assert [mention.name for mention in mentions(text)] == [
        "Koen Geens",
        "Ibrahim al-Bakrawi",
        "J. C. Penney",
        "the Bank of England",
    ]


@pytest.mark.parametrize(
    ("name", "before", "kind"),
    [
        ("Jan Jambon", "", "man"),
        ("Angela Merkel", "", "woman"),
        ("Geens", "Minister ", "person"),
        ("New York", "", "place"),
        ("Zaventem", "a blast in ", "place"),
        ("Geffen Records", "", "group"),
        ("Geens", "", "unknown"),
    ],
)
def test_letters_tell_some_kinds(name, before, kind):
    """By given names, titles, nouns and what stands before."""
    assert kind_of(name, before) == kind


# -- the measurement


def test_unigram_f1_counts_repeats_once_for_each():
    """By hand: "a a b" and "a b c" share two of three words each."""
    assert unigram_f1("A a b?", "a, b c") == pytest.approx(2 / 3)
    assert unigram_f1("x", "y") == 0
    assert unigram_f1("?", "!") == 1


def test_the_measurement_reads_its_file_and_compares_the_ways(tmp_path):
    """The title is in a pronoun's place in one way and known in the other; the rest is told from the answers alone."""
    path = tmp_path / "rewrites.jsonl.gz"
    row = {"id": "C_1:2", "history": ["Jan Jambon", "Life"], "question": "Is he 55?", "rewrite": "Is Jan Jambon 55?"}
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.write(json.dumps(row))
    rows = read_rows(path)
    assert rows == [Row("C_1", ("Jan Jambon", "Life"), "Is he 55?", "Is Jan Jambon 55?")]
    whole = {name: means["whole"] for name, means in measure(rows)}
    asked = pytest.approx(4 / 7, abs=1e-4)
    assert list(whole.values()) == [asked, asked, 1, 1, asked]
