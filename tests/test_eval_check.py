"""`byline eval check`: every planted error is found and said with its fix, and nothing where nothing is wrong."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from evals.gold import load, placed
from evals.types import Evidence, Example
from evals.writing.check import check
from evals.writing.check_answers import looks
from evals.writing.check_text import nearest, says
from qa.engine import Engine
from vectorstore.articles import read_articles
from vectorstore.types import Article

ROOT = Path(__file__).resolve().parent.parent
GOLD = ROOT / "evals" / "gold"

FERRY = Article(
    "ferry.txt",
    "Nine people died when the Tern sank on Sunday.\n\nThe captain, Ilse Maron, said that the bow door had been open.",
    published="2021-03-15",
)
DOME = Article(
    "dome.txt", "The Sun Dome will close for three months. It cost 1.5 million euros.", published="2022-01-01"
)
ARTICLES = {article.id: article for article in (FERRY, DOME)}
GOOD = Example(
    "good", "factoid", "Who was the captain?", ("Ilse Maron",), (Evidence("ferry.txt", "The captain, Ilse Maron"),)
)


def found(*examples, articles=ARTICLES, look=None):
    questions = [(str(line), example) for line, example in enumerate(examples, start=1)]
    return [str(finding) for finding in check(Path("g.jsonl"), questions, articles, look)]


def example(example_id="bad", kind="factoid", question="Who was the captain?", answers=("Ilse Maron",), **more):
    evidence = more.pop("evidence", (Evidence("ferry.txt", ""),))
    return Example(example_id, kind, question, answers, evidence, **more)


def test_nothing_is_found_in_good_gold():
    """Answers in words or by value, exact quotes, a conflict of two articles, an unanswerable question: clean."""
    conflict = example(
        "conflict",
        "conflict",
        "How many?",
        ("nine", "three"),
        evidence=(Evidence("ferry.txt", "Nine people"), Evidence("dome.txt", "three months")),
    )
    by_value = example("value", question="How many died?", answers=("9 people", "9"))
    assert found(GOOD, conflict, by_value, example("no", "unanswerable", "Who paid?", (), evidence=())) == []


@pytest.mark.parametrize(
    ("bad", "what", "fix"),
    [
        (
            example(evidence=(Evidence("ferry.txt", "The captain Ilse Maron told that the bow door was open."),)),
            '"The captain Ilse Maron told that the bow door was open." is not in ferry.txt',
            'paste {"source": "ferry.txt", "quote": "The captain, Ilse Maron, said that the bow door had been open."}',
        ),
        (
            example(evidence=(Evidence("dome.txt", "Nine people died"),), answers=("three months",)),
            '"Nine people died" is not in dome.txt',
            'paste {"source": "ferry.txt", "quote": "Nine people died"}',
        ),
        (example(evidence=(Evidence("ferry", ""),)), 'no article "ferry"', "ferry.txt is nearest"),
        (example(evidence=(Evidence("x", "The Sun Dome"),)), 'no article "x"', "dome.txt has the quote"),
        (
            example(answers=("Ilse Moron",)),
            'the answer "Ilse Moron" is not in ferry.txt',
            "write it as it stands there",
        ),
        (
            example(question="How many?", answers=("nine", "ten people")),
            'the answer "ten people" is not in ferry.txt',
            "write it as it stands there",
        ),
        (
            example(
                kind="conflict", answers=("nine", "9"), evidence=(Evidence("ferry.txt", ""), Evidence("dome.txt", ""))
            ),
            "a conflict with one side",
            "give each side its answer",
        ),
        (
            example(kind="conflict", answers=("nine", "Ilse Maron")),
            "a conflict with evidence of one article",
            "add the other article",
        ),
        (example(asked="2021-03-01"), "asked on 2021-03-01, before its evidence was published (2021-03-15)", "correct"),
        (example(asked="9998-01-01"), "asked on 9998-01-01, which is still to come", "correct the day"),
    ],
)
def test_a_planted_error_is_found(bad, what, fix):
    """One line: file, line, id, what is wrong, how to mend it."""
    (line,) = [line for line in found(GOOD, bad) if "asks what" not in line]
    assert line.startswith("g.jsonl:2 bad: ")
    assert what in line
    assert fix in line


def test_duplicates():
    """The same question in other marks or order of words is one; another name, number, kind or answer is none."""
    first = example("first", question="How many people did the storm at Orsa kill?", answers=("nine",))
    same = example("same", question="how many people did the storm at Orsa kill", answers=("nine",))
    near = example("near", question="How many people were killed by the storm at Orsa?", answers=("nine",))
    place = example("place", question="How many people did the storm at Ghent kill?", answers=("nine",))
    count = example("count", question="How many people did the storm at Orsa injure?", answers=("Nine people", "nine"))
    kind = example("kind", "paraphrase", "How many people were killed by the storm at Orsa?", ("nine",))
    later = example("later", question=first.question, answers=("nine",), asked="2021-03-20")
    told = [line for line in found(first, same, near, place, count, kind, later) if "asks what" in line]
    assert [line.split(":")[1] for line in told] == ["2 same", "3 near", "6 kind"]
    assert "asks what 1 first asks" in told[0]


def test_an_answer_to_the_unanswerable_is_suspected(seeds_store):
    """An answerable question without answers is found, with the passage; a question about nothing there is not."""
    articles = {article.id: article for article in seeds_store.articles()}
    open_question = example("open", "unanswerable", "Who is Belgium's justice minister?", (), evidence=())
    far_off = example("far", "unanswerable", "How do I cook risotto with saffron?", (), evidence=())
    (line,) = found(open_question, far_off, articles=articles, look=looks(Engine(seeds_store)))
    assert line.startswith('g.jsonl:1 open: perhaps answerable: "Koen Geens"')
    assert any(
        part.strip('"') and part.strip('"') in text.text for text in articles.values() for part in line.split('"')[3:4]
    )


@pytest.mark.parametrize(
    ("name", "corpus"),
    [("seeds", ROOT / "seeds"), *((name, GOLD / "planning_articles.jsonl") for name in ("planning", "vellum"))],
)
def test_our_own_gold_is_clean(name, corpus):
    """Nothing that the texts alone can tell is wrong with the gold that Byline ships."""
    articles = {one.article.id: one.article for one in read_articles([corpus], pytest.fail)}
    path = GOLD / f"{name}.jsonl"
    assert [str(finding) for finding in check(path, placed(path, pytest.fail), articles)] == []
    assert load(path, pytest.fail)


@pytest.mark.parametrize(
    ("answer", "how"),
    [
        ("Nine", "words"),
        ("9", "value"),
        ("9 people", "value"),
        ("nine trains", ""),
        ("Captain Maron", "value"),
        ("Maron", "words"),
        ("Ilse Moron", ""),
        ("March 2021", "value"),
        ("March 2020", ""),
        ("", ""),
    ],
)
def test_how_an_article_says_an_answer(answer, how):
    """In words, by value, or not at all; what is counted must be there too."""
    assert says(FERRY, answer) == how


def test_a_number_inside_another_is_not_said():
    """Neither 5 nor 15 is in 1.5 million."""
    assert (says(DOME, "5"), says(DOME, "15"), says(DOME, "1.5 million")) == ("", "", "words")


@pytest.mark.parametrize(
    ("drifted", "text"),
    [
        ("nine people died  when the Tern sank on Sunday", "Nine people died when the Tern sank on Sunday"),
        ("The captain - Ilse Maron - said", "The captain, Ilse Maron, said"),
        ("Nine persons died when the Tern sank Sunday.", "Nine people died when the Tern sank on Sunday."),
    ],
)
def test_the_nearest_text(drifted, text):
    """Other marks, white space or some other words: the article's own stretch, as long as the quote."""
    stretch = nearest(drifted, FERRY.text)
    assert stretch is not None
    assert FERRY.text[stretch.start : stretch.end] == stretch.text
    assert stretch.text.rstrip(",") == text


def test_nothing_is_near():
    """A quote that shares little with the article has no nearest text."""
    assert nearest("The parliament adopted the budget after a long debate.", FERRY.text) is None
    assert nearest("…", FERRY.text) is None


def run(*args):
    command = [sys.executable, "-m", "evals", "eval", "check", "--quick", *map(str, args)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)


def test_the_command(tmp_path):
    """Findings on stdout, status 1; nothing, 0; no gold, 2. Control characters are shown, not obeyed."""
    articles = tmp_path / "articles.jsonl"
    articles.write_text(json.dumps({"id": "a", "text": "Nine people died."}) + "\n", encoding="utf-8")
    gold = tmp_path / "gold.jsonl"
    row = {"id": "q", "kind": "factoid", "question": "How many died?", "answers": ["nine"]}
    good = row | {"evidence": [{"source": "a", "quote": "Nine people"}]}
    gold.write_text(json.dumps(good) + "\n", encoding="utf-8")
    done = run("--gold", gold, "--corpus", articles)
    assert (done.returncode, done.stdout) == (0, "")
    bad = row | {
        "id": "r",
        "question": "Who?",
        "evidence": [{"source": "a", "quote": "\x1b[31mno such text at all\nhere"}],
    }
    gold.write_text("\n".join([json.dumps(good), "{", json.dumps(bad)]), encoding="utf-8")
    done = run("--gold", gold, "--corpus", articles)
    assert done.returncode == 1, done.stderr
    unusable, drifted = done.stdout.splitlines()
    assert unusable.startswith(f"{gold}:2: not JSON")
    assert drifted.startswith(f"{gold}:3 r: ")
    assert "\x1b" not in done.stdout
    done = run("--gold", tmp_path / "none.jsonl", "--corpus", articles)
    assert (done.returncode, "cannot be read" in done.stderr) == (2, True)


def test_gold_that_brings_its_articles(tmp_path):
    """SQuAD's own paragraphs are the collection where none is named."""
    questions = [{"id": "s1", "question": "How many?", "answers": [{"text": "Nine", "answer_start": 0}]}]
    data = {"data": [{"title": "Tern", "paragraphs": [{"context": FERRY.text, "qas": questions}]}]}
    path = tmp_path / "dev.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    done = run("--gold", path)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
