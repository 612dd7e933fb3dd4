"""The gold questions on the seed articles, held against the articles themselves.

Reads plain JSON and plain text, and knows nothing of the product: a fault here is a fault of the questions.
"""

import itertools
import json
import re
import string
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
GOLD = ROOT / "evals" / "gold" / "seeds.jsonl"
ARTICLES = {path.name: path.read_bytes().decode() for path in (ROOT / "seeds").iterdir()}
QUESTIONS = [json.loads(line) for line in GOLD.read_bytes().decode().splitlines()]

AT_LEAST = {
    "factoid": 40,
    "paraphrase": 15,
    "multi_source": 15,
    "conflict": 12,
    "follow_up": 12,
    "unanswerable": 35,
}


def normalise(text: str) -> str:
    """The official SQuAD normalisation: lower case, no ASCII punctuation, no a/an/the, single spaces."""
    bare = "".join(letter for letter in text.lower() if letter not in string.punctuation)
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", bare).split())


def states(quote: str, answer: str) -> bool:
    """Whether the normalised quote holds the normalised answer, as whole words."""
    return re.search(rf"(?<!\w){re.escape(normalise(answer))}(?!\w)", normalise(quote)) is not None


def long_words(text: str) -> set[str]:
    return set(re.findall(r"\w{4,}", text.lower()))


def of_kind(kind: str) -> list:
    return [pytest.param(question, id=question["id"]) for question in QUESTIONS if question["kind"] == kind]


each = pytest.mark.parametrize("question", [pytest.param(question, id=question["id"]) for question in QUESTIONS])


@each
def test_schema(question):
    """Every question has the fields of the gold format, with their types, and no others."""
    assert set(question) - {"history"} == {"id", "kind", "question", "answers", "evidence"}
    assert question["kind"] in AT_LEAST
    for text in (question["id"], question["question"], *question["answers"]):
        assert isinstance(text, str)
        assert text
        assert text == text.strip()
    assert isinstance(question["answers"], list)
    assert all(set(evidence) == {"source", "quote"} for evidence in question["evidence"])


@each
def test_history(question):
    """A history, where there is one, is whole turns: user first, assistant last."""
    history = question.get("history", [])
    assert [turn["role"] for turn in history] == ["user", "assistant"] * (len(history) // 2)
    assert all(set(turn) == {"role", "content"} and turn["content"].strip() for turn in history)


def test_ids_are_unique():
    """No two questions share an id."""
    assert [name for name, count in Counter(question["id"] for question in QUESTIONS).items() if count > 1] == []


def test_questions_are_unique():
    """No question is asked twice, even in other letter case or punctuation; a history may tell two apart."""
    asked = Counter((normalise(q["question"]), json.dumps(q.get("history", []))) for q in QUESTIONS)
    assert [key for key, count in asked.items() if count > 1] == []


@pytest.mark.parametrize(("kind", "least"), AT_LEAST.items())
def test_enough_of_each_kind(kind, least):
    """Each kind has at least the number of questions that it needs to be reported on."""
    assert len(of_kind(kind)) >= least


@each
def test_quotes_are_exact(question):
    """Every evidence quote stands word for word in one paragraph of its article, once, and is not listed twice."""
    for evidence in question["evidence"]:
        assert ARTICLES[evidence["source"]].count(evidence["quote"]) == 1
        assert "\n" not in evidence["quote"]
    assert len({evidence["quote"] for evidence in question["evidence"]}) == len(question["evidence"])
    assert len(question["evidence"]) <= 3


@each
def test_quotes_begin_and_end_at_a_boundary(question):
    """A quote is a whole sentence: a capital or a quotation mark first, and what ends a sentence or a line last."""
    for evidence in question["evidence"]:
        text, quote = ARTICLES[evidence["source"]], evidence["quote"]
        after = text[text.index(quote) + len(quote) :]
        assert re.match(r"[\"“]?[A-Z]", quote)
        assert after.startswith("\n") or after == "" or quote.endswith((".", '."', ".”"))


@each
def test_answers_are_in_the_evidence(question):
    """Every acceptable answer stands in at least one quote, after SQuAD normalisation."""
    quotes = [evidence["quote"] for evidence in question["evidence"]]
    for answer in question["answers"]:
        assert any(states(quote, answer) for quote in quotes), answer


@each
def test_answers_differ(question):
    """No two acceptable answers are the same after SQuAD normalisation."""
    assert len({normalise(answer) for answer in question["answers"]}) == len(question["answers"])


@each
def test_only_the_unanswerable_has_no_answer(question):
    """Answers and evidence are empty exactly when the kind is unanswerable."""
    unanswerable = question["kind"] == "unanswerable"
    assert (question["answers"] == []) is unanswerable
    assert (question["evidence"] == []) is unanswerable


@pytest.mark.parametrize("question", of_kind("factoid"))
def test_factoid_rests_on_one_article(question):
    """A factoid's evidence is from a single article; what more of them say is multi_source or conflict."""
    assert len({evidence["source"] for evidence in question["evidence"]}) == 1


@pytest.mark.parametrize("question", of_kind("multi_source"))
def test_multi_source_has_two_sources(question):
    """A multi_source question has evidence in two articles or more."""
    assert len({evidence["source"] for evidence in question["evidence"]}) >= 2


@pytest.mark.parametrize("question", of_kind("conflict"))
def test_conflict_differs_between_articles(question):
    """The answers of a conflict are each given by a quote of its own, from two articles or more."""
    answers, evidence = question["answers"], question["evidence"]
    assert len(answers) >= 2
    assert len({piece["source"] for piece in evidence}) >= 2
    assert any(
        all(states(piece["quote"], answer) for piece, answer in zip(chosen, answers, strict=True))
        for chosen in itertools.permutations(evidence, len(answers))
    )
    assert all(any(states(piece["quote"], answer) for answer in answers) for piece in evidence)


@pytest.mark.parametrize("question", of_kind("follow_up"))
def test_follow_up_has_history(question):
    """A follow_up question has earlier turns."""
    assert question["history"]


@pytest.mark.parametrize("question", of_kind("paraphrase"))
def test_paraphrase_uses_other_words(question):
    """A paraphrase shares no word of four letters or more with its evidence."""
    quotes = " ".join(evidence["quote"] for evidence in question["evidence"])
    assert long_words(question["question"]) & long_words(quotes) == set()


def test_every_sentence_is_asked_about():
    """Each sentence of the articles is evidence of some question, page furniture excepted."""
    for name, text in ARTICLES.items():
        left = text.replace("- Advertisement -", "")
        for evidence in itertools.chain.from_iterable(question["evidence"] for question in QUESTIONS):
            if evidence["source"] == name:
                left = left.replace(evidence["quote"], "")
        assert left.split() == []
