"""The measurement of retrieval: what counts as found, and a run from articles to table and file."""

import json
import math
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

from evals.bench import passages as ways
from evals.bench.retrieval import DEPTHS, holds, measure, table
from evals.types import Evidence, Example
from vectorstore.types import Article, Hit, Passage

ROOT = Path(__file__).parent.parent


def hit(text: str) -> Hit:
    return Hit(Passage("a", 0, len(text), text), 0.5, Article("a", text))


def test_an_answer_is_found_as_whole_words():
    """Case, hyphens and possessives do not matter; a part of a word or number is no answer."""
    assert holds(hit("The Squid-Game’s new season."), ["nothing", "squid game"])
    assert not holds(hit("In 1315 the squids met."), ["13", "squid"])


def test_a_row_counts_by_depth():
    """The answer is second, the evidence nowhere; a question without answers counts for neither; past depth is nan."""
    examples = [
        Example("1", "factoid", "q", ("yes",), (Evidence("b", ""),)),
        Example("2", "unanswerable", "q", (), ()),
    ]
    row = measure("some", lambda _: [hit("no"), hit("Yes."), *[hit("no")] * 18], examples, 20)
    assert row.answer[:4] == (0.0, 100.0, 100.0, 100.0)
    assert row.evidence[:4] == (0.0, 0.0, 0.0, 0.0)
    assert math.isnan(row.answer[4])
    assert row.articles == 1
    head, rule, line = table([row]).splitlines()
    assert head.count("|") == rule.count("|") == line.count("|") == 2 * len(DEPTHS) + 3
    assert line.startswith("| some | 0.0 | 100.0 | 100.0 | 100.0 | – |")


def test_a_run_writes_what_it_prints(tmp_path):
    """From articles and questions to the table on stdout and the numbers in the file; the answers are found."""
    articles, gold = tmp_path / "articles.jsonl", tmp_path / "news.jsonl"
    rows = [{"id": "a", "text": "The mayor of Ghent is Mathias De Clercq."}, {"id": "b", "text": "It rained all week."}]
    articles.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    evidence = [{"source": "a", "quote": "Mathias De Clercq"}]
    row = {"id": "1", "kind": "factoid", "question": "Who is mayor of Ghent?", "answers": ["Mathias De Clercq"]}
    gold.write_text(json.dumps(row | {"evidence": evidence}) + "\n", encoding="utf-8")
    names = ["words", "vectors", "as the reader sees it"]
    command = [sys.executable, "-m", "evals.bench.retrieval", "--articles", articles, "--gold", gold, "--out", tmp_path]
    done = subprocess.run([*command, "--only", *names], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert [line.split(" | ")[1] for line in done.stdout.splitlines()[2:5]] == ["100.0"] * 3
    (written,) = tmp_path.glob("retrieval-news-*.json")
    result = json.loads(written.read_text(encoding="utf-8"))
    assert [one["name"] for one in result["rows"]] == names
    assert [one["answer"][0] for one in result["rows"]] == [100.0] * 3
    assert result["rows"][2]["answer"][4] is None


def test_each_way_of_making_passages_is_a_row(tmp_path, capsys):
    """On our own articles: every way has its row, and finds most answers somewhere."""
    gold = Path(__file__).parent.parent / "evals" / "gold"
    words = ["--articles", str(gold / "planning_articles.jsonl"), "--gold", str(gold / "vellum.jsonl")]
    assert ways.main([*words, "--limit", "12", "--questions", "6", "--out", str(tmp_path)]) == 0
    printed = capsys.readouterr().out
    assert [way.name in printed for way in ways.WAYS] == [True] * len(ways.WAYS)
    (result,) = (json.loads(path.read_text()) for path in tmp_path.glob("passages-*.json"))
    assert all(row["answer"][-1] > 50 for row in result["rows"])


def test_overlapping_passages_are_exact(encoder):
    """Each begins with the end of the one before, and is the article's text between its offsets."""
    text = " ".join(f"Sentence {n} tells of the harbour strike and of what the dockers said." for n in range(60))
    article = Article("a", text)
    way = ways.Way("", target=60, most=75, overlap=20)
    found = ways.passages(way, article, encoder)
    assert len(found) > 3
    assert all(text[one.start : one.end] == one.text for one in found)
    assert all(later.start < earlier.end for earlier, later in pairwise(found))
