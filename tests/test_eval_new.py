"""`byline eval new` as a person uses it: a real process, typed into."""

import json
import os
import signal
import subprocess
import sys
from itertools import islice
from pathlib import Path

import pytest

from evals.gold import load
from evals.types import Evidence
from evals.writing.picks import picks
from evals.writing.rows import writing
from evals.writing.search import Collection
from evals.writing.twins import ANSWERED, others, twins
from ui.feedback_file import writing as page_writing
from vectorstore.errors import BylineError
from vectorstore.types import Article

ROOT = Path(__file__).resolve().parent.parent

ARTICLES = [
    {
        "id": "ferry 1.txt",
        "title": "Ferry Tern sinks",
        "publisher": "Quay Post",
        "published": "2021-03-14",
        "text": "The ferry Tern sank off Port Vellum on Sunday, killing at least nine people.\n\n“It was over in "
        "minutes,” said Ilse Maron, the captain of the Tern.",
    },
    {
        "id": "ferry 2.txt",
        "title": "Twelve dead",
        "publisher": "Echo",
        "published": "2021-03-15",
        "text": "Twelve people died when the ferry Tern sank off Port Vellum on Sunday.",
    },
    {
        "id": "dome.txt",
        "title": "Dome to close",
        "publisher": "Echo",
        "published": "2022-05-01",
        "text": "The Sun Dome in Belmora will close for three months, its director Edda Coyle said on Monday.",
    },
]
CAPTAIN = "“It was over in minutes,” said Ilse Maron, the captain of the Tern."


@pytest.fixture
def corpus(tmp_path):
    path = tmp_path / "articles.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in ARTICLES), encoding="utf-8")
    return path


def start(corpus, gold, *more):
    command = [sys.executable, "-m", "evals", "eval", "new", "--corpus", corpus, "--gold", gold, *more]
    environment = os.environ | {"COLUMNS": "200", "PYTHONUNBUFFERED": "1"}
    pipe = subprocess.PIPE
    return subprocess.Popen(
        [*map(str, command)],
        cwd=ROOT,
        stdin=pipe,
        stdout=pipe,
        stderr=pipe,
        text=True,
        encoding="utf-8",
        env=environment,
    )


def new(corpus, gold, *typed, count=30):
    process = start(corpus, gold, "--count", count)
    out, err = process.communicate("".join(f"{line}\n" for line in typed), timeout=60)
    assert "Traceback" not in err, err
    return process.returncode, out, err


def rows(gold):
    return [json.loads(line) for line in gold.read_text(encoding="utf-8").splitlines()]


def until(corpus, gold, wanted, *typed):
    """Skip passages until the one that holds ``wanted`` is proposed, then type: how often is no claim of a test."""
    articles = [Article(**row) for row in ARTICLES]
    order = [pick.sentence for pick in picks(articles, 30)]
    return new(corpus, gold, *["skip"] * next(i for i, text in enumerate(order) if wanted in text), *typed)


def test_a_question_is_written_and_checked(corpus, tmp_path):
    """A wrong answer and a drifted quote are told and mended; the row is ours and its quote the article's own words."""
    gold = tmp_path / "mine.jsonl"
    typed = ["Who was the captain of the Tern?", "Ilse Moron", "Ilse Maron", "“It was over in minutes,”", ""]
    typed += ["said Ilse Maron the captain of the tern", "", ""]
    status, out, _ = until(corpus, gold, "Ilse Maron", *typed, "no", "quit")
    assert status == 0
    assert "“Ilse Moron” is not in the article" in out
    assert "It lacks the answer" in out
    assert "The article has it so: said Ilse Maron, the captain of the Tern" in out
    (row,) = rows(gold)
    quote = "said Ilse Maron, the captain of the Tern"
    assert row == {
        "id": "mine-001",
        "kind": "factoid",
        "question": "Who was the captain of the Tern?",
        "answers": ["Ilse Maron"],
        "evidence": [{"source": "ferry 1.txt", "quote": quote}],
    }
    assert [example.id for example in load(gold, pytest.fail)] == ["mine-001"]


@pytest.mark.parametrize("number", ["1", "01"])
def test_articles_that_differ_make_a_conflict(corpus, tmp_path, number):
    """The other article's number is proposed as the other side, with its sentence as evidence."""
    gold = tmp_path / "mine.jsonl"
    typed = ["How many people died when the ferry Tern sank?", "nine | at least nine", "", number, "", "no"]
    _, out, _ = until(corpus, gold, "at least nine", *typed)
    assert "1 says “Twelve”: Twelve people died" in out
    (row,) = rows(gold)
    assert (row["kind"], row["answers"]) == ("conflict", ["nine", "Twelve"])
    assert [piece["source"] for piece in row["evidence"]] == ["ferry 1.txt", "ferry 2.txt"]
    assert all(
        piece["quote"] in next(a["text"] for a in ARTICLES if a["id"] == piece["source"]) for piece in row["evidence"]
    )


def test_an_unanswerable_twin(corpus, tmp_path):
    """One name is swapped for another of the collection; taken, it is a row without answers and evidence."""
    gold = tmp_path / "mine.jsonl"
    _, out, _ = until(corpus, gold, "Ilse Maron", "Who was the captain of the Tern?", "Ilse Maron", "", "", "")
    assert "A twin that nothing here seems to answer, with Sun Dome for Tern" in out
    answerable, twin = rows(gold)
    assert answerable["answers"] == ["Ilse Maron"]
    assert (twin["id"], twin["kind"], twin["answers"], twin["evidence"]) == ("mine-002", "unanswerable", [], [])
    assert twin["question"] != answerable["question"]


def test_a_twin_of_ones_own_is_looked_up(corpus, tmp_path):
    """A twin that a sentence seems to answer is shown with it, and is written only if the writer insists."""
    gold = tmp_path / "mine.jsonl"
    typed = ["Who was the captain of the Tern?", "Ilse Maron", "", ""]
    typed += ["Who was said to be the captain of the Tern?", "no", "Who is the mayor of Belmora?"]
    _, out, _ = until(corpus, gold, "Ilse Maron", *typed)
    assert "This may answer it (ferry 1.txt)" in out
    assert [row["question"] for row in rows(gold)][1:] == ["Who is the mayor of Belmora?"]


def test_a_question_that_nothing_answers(corpus, tmp_path):
    """None as the answer writes it without one, and the passage is proposed again; back takes the row off the file."""
    gold = tmp_path / "mine.jsonl"
    typed = ["Who was the cook of the Tern?", "none", "back", "Who owned the Tern?", "none"]
    _, out, _ = until(
        corpus, gold, "Ilse Maron", *typed, "Who was the captain of the Tern?", "Ilse Maron", "", "", "no"
    )
    assert "Taken back: mine-001." in out
    written = [(row["id"], row["kind"], row["question"]) for row in rows(gold)]
    assert written == [
        ("mine-001", "unanswerable", "Who owned the Tern?"),
        ("mine-002", "factoid", "Who was the captain of the Tern?"),
    ]


def test_back_skip_and_resume(corpus, tmp_path):
    """Back returns to the step before; what was skipped or asked about is not proposed in the next session."""
    gold = tmp_path / "mine.jsonl"
    typed = ["What?", "back", "Who was the captain of the Tern?", "Ilse Maron", "", "", "no", "quit"]
    _, out, _ = until(corpus, gold, "Ilse Maron", *typed)
    assert [row["question"] for row in rows(gold)] == ["Who was the captain of the Tern?"]
    assert CAPTAIN[:40] in out
    seen = out.count("▸")
    _, out, _ = new(corpus, gold, *["skip"] * 9)
    assert f"▸ {CAPTAIN[:40]}" not in out
    assert seen + out.count("▸") == sum(1 for _ in picks([Article(**row) for row in ARTICLES], 30))
    _, out, _ = new(corpus, gold)
    assert "▸" not in out
    assert "Nothing is left to ask about" in out


def test_every_row_survives_an_interrupt(corpus, tmp_path):
    """Ctrl-C after a row: status 130, and the row is in the file; the file goes on from it."""
    gold = tmp_path / "mine.jsonl"
    gold.write_text('{"id": "mine-007", "kind": "k", "question": "?", "answers": [], "evidence": []}', encoding="utf-8")
    articles = [Article(**row) for row in ARTICLES]
    first = next(picks(articles, 30))
    process = start(corpus, gold)
    process.stdin.write(f"What happened then?\n{first.facts[0].told}\n" + "\n" * 6)
    process.stdin.flush()
    for line in process.stdout:
        if "Written: mine-008" in line:
            break
    process.send_signal(signal.SIGINT)
    process.stdin.close()
    assert process.wait(timeout=30) in (130, 0)
    process.stdout.close()
    process.stderr.close()
    assert [row["id"] for row in rows(gold)][:2] == ["mine-007", "mine-008"]


def test_hostile_articles_and_input(tmp_path):
    """Escape sequences and format strings of an article are shown, not obeyed; junk typed is text."""
    text = "The \x1b[31mmill\x1b]0;owned\x07 at Orsa burned down in 1901, {0.__class__} said \u202eAda Lind %s %n."
    corpus = tmp_path / "a.jsonl"
    corpus.write_text(json.dumps({"id": "\x1b[2Jx", "title": "\x9b31m", "text": text}), encoding="utf-8")
    gold = tmp_path / "g.jsonl"
    status, out, _ = new(corpus, gold, "\x1b[A", "{0} $(reboot) `id`; __import__('os')?", "1901", "", "", "no")
    assert status == 0
    assert not any(char in out for char in "\x1b\x07\x9b\u202e")
    (row,) = rows(gold)
    assert row["question"] == "{0} $(reboot) `id`; __import__('os')?"
    assert row["evidence"][0]["quote"] in text


@pytest.mark.parametrize(
    ("gold", "says"),
    [("gold.json", "appended to a .jsonl file"), ("no/gold.jsonl", "its folder is not there")],
)
def test_a_file_that_cannot_be_appended_to(corpus, tmp_path, gold, says):
    """One line and status 2, before anything is asked."""
    status, _, err = new(corpus, tmp_path / gold)
    assert (status, says in err) == (2, True)


def test_one_writer_at_a_time(corpus, tmp_path):
    """Whoever comes second, a command or the page, is told so in a line; nothing but the file stays behind."""
    gold = tmp_path / "own" / "gold.jsonl"
    gold.parent.mkdir()
    with writing(gold, pytest.fail) as mine:
        mine.append("k", "?", (), ())
        status, _, err = new(corpus, gold, "quit")
        assert (status, err.count("\n")) == (2, 1)
        assert f"{gold}: somebody else is writing to it" in err
        mine.append("k", "??", (), ())
    assert [row["id"] for row in rows(gold)] == ["gold-001", "gold-002"]
    assert list(gold.parent.iterdir()) == [gold]
    with (
        page_writing(gold.parent, gold.name),
        pytest.raises(BylineError, match="somebody else is writing to it"),
        writing(gold, pytest.fail),
    ):
        pass


def test_a_file_that_was_changed_meanwhile_is_left_alone(tmp_path):
    """Taking a row back is refused in a line, also where the file is gone."""
    gold = tmp_path / "gold.jsonl"
    with writing(gold, pytest.fail) as mine:
        row = mine.append("k", "?", (), ()).id
        gold.write_bytes(gold.read_bytes() + b"\n")
        with pytest.raises(BylineError, match="was changed meanwhile; take gold-001 out of it by hand"):
            mine.take_back(row)
        gold.unlink()
        with pytest.raises(BylineError, match=r"gold-001 cannot be taken out of it \(No such file or directory\)"):
            mine.take_back(row)


def test_picks_are_spread():
    """One sentence of each article comes before a second of any; what was asked about comes last or not at all."""
    first, second = (
        "In 19{0} the old mill at Orsa made {0} sacks of flour.",
        "In 20{0} Ada Lind of Orsa sold {0} sacks of it.",
    )
    articles = [Article(f"a{number}", f"{first} {second}".format(number)) for number in range(10, 20)]
    chosen = list(islice(picks(articles, 20), 20))
    assert len({pick.article.id for pick in chosen[:10]}) == 10
    asked = [(pick.article.id, pick.sentence) for pick in chosen[:3]]
    later = list(picks(articles, 20, asked))
    assert len(later) == 17
    assert not {pick.sentence for pick in later} & {quote for _, quote in asked}
    assert not {pick.article.id for pick in later[:7]} & {source for source, _ in asked}
    assert all(pick.article.text[pick.start : pick.end] == pick.sentence for pick in chosen)


def test_twins_are_of_the_collection_and_not_of_the_evidence():
    """What a twin swaps in stands in another article, not in the evidence, and no sentence has most of its words."""
    articles = [Article(**row) for row in ARTICLES]
    collection = Collection(articles)
    found = list(
        twins("Who was the captain of the Tern?", "Ilse Maron", [Evidence("ferry 1.txt", CAPTAIN)], collection)
    )
    assert found
    for twin in found:
        assert twin.now in twin.holder.text
        assert twin.now not in articles[0].text
        assert twin.nearest is None or twin.nearest.share < ANSWERED


def test_others_agree_or_differ():
    """The same number in another word agrees, another number differs, another thing's number is neither."""
    base = Article("a", "Nine people died when the ferry Tern sank.")
    same = Article("b", "The ferry Tern sank and 9 people died.")
    other = Article("c", "When the ferry Tern sank, 12 people died.")
    off = Article("d", "The ferry Tern sank 300 metres from the pier and people died.")
    collection = Collection([base, same, other, off])
    found = others("How many people died when the ferry Tern sank?", "Nine", base.text, base, collection)
    assert {(one.found.article.id, one.agrees) for one in found} == {("b", True), ("c", False)}
