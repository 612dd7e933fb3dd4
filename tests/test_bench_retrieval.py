"""The measurement of retrieval: what counts as found, and a run from articles to table and file."""

import json
import math
import subprocess
import sys
from pathlib import Path

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
