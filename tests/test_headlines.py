"""Questions made of headlines: invented articles."""

import gzip
import json
import subprocess
import sys

import pytest

from qa.reader.headlines import questions, write
from qa.reader.matching import write as match
from vectorstore.errors import InputError
from vectorstore.types import Article

LEAD = (
    "The harbour in Porto Alvo was closed on Monday. The mayor, Ines Varga, 61, told reporters that 14 ships had been "
    "sent away by the Coastal Board. People in Porto Alvo said that Varga should have waited, and Ms. Varga agreed. "
    "The cost, $3 million, is high. Work began in 2019, and 40 percent of it is done, paid for by the Coastal Board."
)


@pytest.mark.parametrize(
    ("headline", "question", "answer"),
    [
        ("Ines Varga defends closing of the harbour", "who defends closing of the harbour?", "Ines Varga"),
        ("Varga defends closing of the harbour", "who defends closing of the harbour?", "Ines Varga"),
        ("Ships turned away from Porto Alvo by board", "Ships turned away from which place by board?", "Porto Alvo"),
        ("Coastal Board sends ships away from port", "what sends ships away from port?", "Coastal Board"),
        ("Board sends 14 ships away from port", "Board sends how many ships away from port?", "14"),
        ("Closing of port costs town $3 million", "Closing of port costs town how much money?", "$3 million"),
        ("Port that was begun in 2019 still waits", "Port that was begun in what year still waits?", "2019"),
        ("Only 40 percent of port is built | Evening Post", "Only what percentage of port is built?", "40 percent"),
    ],
)
def test_the_question_word_suits_how_the_text_uses_the_answer(headline, question, answer):
    """Person, place, thing, count, money, year and share are told apart; the outlet's name is left out."""
    assert (question, answer) in list(questions(Article("a", LEAD, title=headline)))


@pytest.mark.parametrize(
    "headline",
    [
        "Why Ines Varga closed the harbour of Porto Alvo",
        "Should Ines Varga have waited?",
        "Harbour closed",
        "",
        "x " * 40,
    ],
)
def test_a_headline_that_asks_or_says_too_little_or_too_much_gives_no_question(headline):
    """No question is made of another question, nor of three words, nor of forty."""
    assert list(questions(Article("a", LEAD, title=headline))) == []


def test_at_most_two_questions_come_of_one_headline_and_they_do_not_share_words():
    """A headline full of names is not asked of in every way."""
    headline = "Ines Varga tells Coastal Board that 14 ships left Porto Alvo"
    found = list(questions(Article("a", LEAD, title=headline)))
    assert len(found) == 2
    assert all(answer in headline for _, answer in found)


def test_matched_rows_leave_out_the_headline_that_gives_the_answer_away(tmp_path):
    """The command's questions match passages of the article, and their rows have no title to copy from."""
    title = "Varga closes harbour of Porto Alvo and sends ships away"
    text = (
        "Mayor Ines Varga closed the harbour of Porto Alvo and sent the ships away, Ms. Varga said, as others waited."
    )
    filler = [{"id": f"f{n}", "title": "", "text": f"Report {n} on grain in district {n} was read."} for n in range(99)]
    articles, asked, out = (tmp_path / f"{name}.jsonl.gz" for name in ("articles", "asked", "out"))
    with gzip.open(articles, "wt") as lines:
        lines.writelines(json.dumps(row) + "\n" for row in [{"id": "a", "title": title, "text": text}, *filler])
    command = [sys.executable, "-m", "qa.reader.headlines", "--articles", str(articles), "--out", str(asked)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "2 questions\n"
    match(asked, articles, out, "headline")
    with gzip.open(out, "rt") as lines:
        rows = [json.loads(line) for line in lines]
    assert rows
    assert {(row["title"], row["group"]) for row in rows} == {("", "headline:a")}
    assert {row["context"][(at := row["answers"][0])["start"] :][: len(at["text"])] for row in rows} == {
        row["answers"][0]["text"] for row in rows
    }


def test_a_folder_that_is_not_there_is_one_line(tmp_path):
    """The error names the file."""
    with pytest.raises(InputError, match=r"no/q\.jsonl\.gz: cannot be written"):
        write([], tmp_path / "no" / "q.jsonl.gz")
