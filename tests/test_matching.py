"""Matching questions with passages: invented articles and questions, in a real word index."""

import gzip
import json
import subprocess
import sys

import pytest

from qa.reader.data import read_questions
from qa.reader.matching import write
from qa.reader.wording import answer_pattern
from vectorstore.errors import InputError

ASKED = "How many miners were rescued from the flooded Kalgara copper mine by Bolivian divers?"
RESCUE = (
    "Nine officials in Lima had asked for news since dawn. Divers from the Bolivian navy rescued 9 miners from the "
    "flooded Kalgara copper mine on Tuesday. The families had waited at the gate for six days."
)
SILENT = (
    "Bolivian divers reached the flooded Kalgara copper mine on Monday, but no miners were rescued before dark. "
    "Relatives of the trapped miners lit candles at the gate."
)
ELSEWHERE = "The council of Porto Alvo met for the 9th time this year and agreed on nothing but 9 new benches."
FILLERS = [f"Report number {n} on the price of grain in district {n} was read out to an empty hall." for n in range(99)]


def articles(path, texts):
    rows = [{"id": id_, "title": "", "text": text} for id_, text in texts.items()]
    rows += [{"id": f"filler{n}", "title": "", "text": text} for n, text in enumerate(FILLERS)]
    return write_lines(path, rows)


def questions(path, *asked):
    return write_lines(path, [{"question": question, "answers": [answer]} for question, answer in asked])


def write_lines(path, rows):
    with gzip.open(path, "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(row) + "\n" for row in rows)
    return path


def matched(folder, texts, *asked):
    """The rows for some questions, by article."""
    out = folder / "news.jsonl.gz"
    write(questions(folder / "q.jsonl.gz", *asked), articles(folder / "a.jsonl.gz", texts), out)
    with gzip.open(out, "rt", encoding="utf-8") as lines:
        return {row["group"]: row for row in map(json.loads, lines)}


def test_an_answer_is_found_as_the_article_words_it_in_the_sentence_that_says_what_is_asked(tmp_path):
    """Of "Nine officials" and "9 miners" the second answers; a passage that holds only the number is no match."""
    rows = matched(tmp_path, {"rescue": RESCUE, "elsewhere": ELSEWHERE}, (ASKED, "Nine"))
    assert list(rows) == ["news:rescue"]
    assert rows["news:rescue"]["context"] == RESCUE
    assert rows["news:rescue"]["answers"] == [{"text": "9", "start": RESCUE.index("9 miners")}]


def test_a_passage_on_the_subject_that_lacks_the_answer_is_a_negative(tmp_path):
    """It has no answers and a group of its own kind."""
    rows = matched(tmp_path, {"rescue": RESCUE, "silent": SILENT}, (ASKED, "Nine"))
    assert set(rows) == {"news:rescue", "newsnone:silent"}
    assert rows["newsnone:silent"]["answers"] == []


def test_a_passage_with_a_word_akin_to_the_answer_is_no_negative(tmp_path):
    """The word "Bolivian" may give away that it was Bolivia; with another answer the passage is one."""
    question = "Which country sent divers with pumps and ropes who reached the flooded Kalgara copper mine?"
    assert matched(tmp_path, {"silent": SILENT}, (question, "Bolivia")) == {}
    assert set(matched(tmp_path, {"silent": SILENT}, (question, "Chile"))) == {"newsnone:silent"}


def test_a_question_asked_twice_or_without_a_short_answer_gives_nothing_more(tmp_path):
    """Repeats, yes and no, and answers longer than any article would word them are left out."""
    long = "They were all pulled out by navy divers on Tuesday"
    rows = matched(tmp_path, {"rescue": RESCUE}, (ASKED, "Nine"), (ASKED.upper(), "9"), ("Was it?", "Yes"), ("?", long))
    assert [row["id"].split(":")[1] for row in rows.values()] == ["1"]


def test_rows_are_training_data_and_the_same_each_time(tmp_path):
    """The trainer reads them, and a second run writes the same bytes."""
    asked = questions(tmp_path / "q.jsonl.gz", (ASKED, "Nine"))
    collection = articles(tmp_path / "a.jsonl.gz", {"rescue": RESCUE, "silent": SILENT})
    one, other = tmp_path / "one.jsonl.gz", tmp_path / "other.jsonl.gz"
    assert write(asked, collection, one) == write(asked, collection, other) == (1, 1)
    assert one.read_bytes() == other.read_bytes()
    assert sorted(question.source for question in read_questions(one)) == ["news", "newsnone"]


@pytest.mark.parametrize("line", ['{"question": "Who?", "answers": "Ann"}', '["Who?"]', "{"])
def test_a_row_that_is_no_question_is_one_line_that_names_it(tmp_path, line):
    """The command ends with status 2 and leaves no output."""
    with gzip.open(tmp_path / "q.jsonl.gz", "wt", encoding="utf-8") as lines:
        lines.write('{"question": "Who?", "answers": ["Ann"]}\n' + line + "\n")
    collection = articles(tmp_path / "a.jsonl.gz", {})
    command = [sys.executable, "-m", "qa.reader.matching", "--questions", tmp_path / "q.jsonl.gz"]
    done = subprocess.run(
        [*command, "--articles", collection, "--out", tmp_path / "out.jsonl.gz"],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "q.jsonl.gz:2: " in done.stderr
    assert not (tmp_path / "out.jsonl.gz").exists()


def test_files_that_are_missing_or_hold_no_article_are_told(tmp_path):
    """Nothing is written from nothing."""
    asked, empty = questions(tmp_path / "q.jsonl.gz", (ASKED, "Nine")), write_lines(tmp_path / "a.jsonl.gz", [])
    with pytest.raises(InputError, match="no article"):
        write(asked, empty, tmp_path / "out.jsonl.gz")
    with pytest.raises(InputError, match="missing"):
        write(tmp_path / "missing.jsonl.gz", articles(tmp_path / "b.jsonl.gz", {}), tmp_path / "out.jsonl.gz")
    with pytest.raises(InputError, match="no such folder"):
        write(asked, empty, tmp_path / "none" / "out.jsonl.gz")


@pytest.mark.parametrize(
    ("answer", "text", "found"),
    [
        ("The Wall Street Journal", "in the Wall Street\nJournal,", "Wall Street\nJournal"),
        ("Three", "about 3 people", "3"),
        ("Twenty", "20 million people", None),
        ("5", "It grew by 5.8 percent", None),
        ("5", "It cost $5", None),
        ("$3 billion", "a $3 billion package", "$3 billion"),
        ("25 percent", "a 25% tariff", "25%"),
        ("40%", "by 40 per cent", "40 per cent"),
        ("8,000", "8000 people", "8000"),
        ("Seventh", "7th in line", "7th"),
        ("three", "twenty-three", None),
        ("three", "a three-year term", None),
        ("Rain", "the rainy season", None),
        ("stay-at-home order", "the Stay at Home Order", "Stay at Home Order"),
        ("…", "…", None),
    ],
)
def test_an_answer_is_found_as_whole_words_and_whole_numbers(answer, text, found):
    """Case, leading words and the way a number is written do not matter; a part of a number is no match."""
    pattern = answer_pattern("What was it?", answer)
    match = pattern and pattern.search(text)
    assert (match.group() if match else None) == found


def test_of_a_person_the_last_name_will_do_with_its_capital():
    """The longer form is taken where it stands; "page" is nobody, and a name in the question answers nothing."""
    pattern = answer_pattern("Who wrote the texts?", "Lisa Page")
    assert [match.group() for match in pattern.finditer("Lisa Page read a page. Page left.")] == ["Lisa Page", "Page"]
    assert not answer_pattern("Who was Ruth Bader Ginsburg's husband?", "Martin Ginsburg").search("Justice Ginsburg")
