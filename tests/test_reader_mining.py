"""Mining hard negatives for the reader's training: with the real search, over a few contexts."""

import gzip
import json
import subprocess
import sys

import pytest

from qa.reader.mining import tells

SUMMIT = "The European summit in Riga was opened by Prime Minister Laimdota Straujuma on Thursday evening."
LATER = "The European summit in Malta was opened by its host on a Thursday too, and closed on Friday at noon."
VOTE = "Straujuma opened the European summit in Riga, said a diplomat."
REVIEW = "The European summit of blenders: opened it, used it, sent it back on Thursday."


def row(asked, context, answer="", group="wiki:x", title=""):
    answers = [{"text": answer, "start": context.index(answer)}] if answer else []
    return {"question": asked, "context": context, "answers": answers, "group": group, "title": title}


ROWS = [
    row("Who opened the European summit in Riga?", SUMMIT, "Laimdota Straujuma"),
    row("When was the summit in Malta closed?", LATER, "Friday", "wiki:malta", "Malta"),
    row("Who spoke?", VOTE, "a diplomat", "wiki:vote"),
    row("What was sent back?", REVIEW, "blenders", "amazon_reviews"),
    row("Who closed it?", LATER, "", "wiki:malta", "Malta"),
]


def mine(tmp_path, *paths):
    command = [sys.executable, "-m", "qa.reader.mining", "--data", *paths, "--out", tmp_path / "mined.jsonl.gz"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_what_is_mined_is_found_by_search_and_tells_no_answer(tmp_path):
    """Neither the question's own context, nor one with a part of the answer's name, nor a review."""
    data = tmp_path / "reader.jsonl.gz"
    with gzip.open(data, "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(each) + "\n" for each in ROWS)
    done = mine(tmp_path, data)
    assert done.returncode == 0, done.stderr
    with gzip.open(tmp_path / "mined.jsonl.gz", "rt", encoding="utf-8") as lines:
        made = [json.loads(line) for line in lines]
    assert done.stdout == f"{len(made)} hard negatives\n"
    (summit,) = (each for each in made if each["question"] == ROWS[0]["question"])
    assert summit == row(ROWS[0]["question"], LATER, "", "mined:wiki:malta", "Malta")
    assert {each["question"] for each in made} <= {each["question"] for each in ROWS[:3]}, "only of answerable ones"
    assert REVIEW not in {each["context"] for each in made}
    assert not (tmp_path / "mined.jsonl.gz.part").exists()


@pytest.mark.parametrize(
    ("answer", "told"),
    [("Laimdota Straujuma", True), ("the Straujuma cabinet", True), ("31 people", False), ("opened summits", True)],
)
def test_a_context_tells_an_answer_by_all_its_words_or_a_name(answer, told):
    """Words compare by their stems."""
    assert tells(VOTE, [answer]) is told


def test_no_file_is_one_line_of_error(tmp_path):
    """A folder that is not there names itself and the fix."""
    data = tmp_path / "reader.jsonl.gz"
    with gzip.open(data, "wt", encoding="utf-8") as lines:
        lines.write(json.dumps(ROWS[0]) + "\n")
    done = mine(tmp_path / "nowhere", data)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "no such folder; make it" in done.stderr
