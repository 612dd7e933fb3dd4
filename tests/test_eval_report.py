"""The report as text, Markdown and JSON, and what it was made with."""

import hashlib
import json
import math
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from evals.provenance import record
from evals.records import as_json
from evals.reports.html import as_html
from evals.reports.write import as_markdown, as_text, tables, write
from evals.rows import METRIC_NAMES
from evals.types import (
    Estimate,
    Evidence,
    Example,
    Given,
    GivenCitation,
    GivenFinding,
    GivenPassage,
    Report,
    Result,
    Row,
    Scores,
)
from vectorstore.errors import BylineError
from vectorstore.types import Article

QUOTE = "Thirty-one people died in the attacks."
ARTICLE = Article("a", QUOTE)
NOTHING = Estimate(None, None, None)


@dataclass(frozen=True)
class Model:
    """What is recorded of an embedding model or a reader."""

    name: str = "mini"
    sha256: str = "53aa51172d142c89"
    dtype: str = "float32"


def metrics(**values):
    return dict.fromkeys(METRIC_NAMES, NOTHING) | {name: Estimate(*value) for name, value in values.items()}


def result(example_id, answer, error="", **scores):
    evidence = (Evidence("a", QUOTE),)
    example = Example(example_id, "fact|oid", "How many people died?", ("Thirty-one",), evidence)
    return Result(example, answer, error, 0.25, Scores(**scores))


GIVEN = Given(
    answer=f"{QUOTE} [1]",
    short_answer="Thirty-one",
    abstained=False,
    confidence=0.9,
    standalone_question="How many people died?",
    findings=(GivenFinding("Thirty-one", 0.9, ("a",), holds_gold=True),),
    citations=(GivenCitation(1, "a", 0, len(QUOTE), QUOTE, holds_gold=True, on_evidence=True),),
    passages=(GivenPassage("a", 0, len(QUOTE), 0.5),),
)
REPORT = Report(
    rows=(
        Row("fact|oid", 3, metrics(contains=(1 / 3, 0.0, 1.0), seconds_p50=(0.25, 0.2, 0.3))),
        Row("all", 3, metrics(contains=(1 / 3, 0.0, 1.0), seconds_p50=(0.25, 0.2, 0.3))),
    ),
    results=(
        result("right", GIVEN, contains=1.0),
        result("*bad* <img src=x>", GIVEN, contains=0.0),
        result("broken", None, error=f"cannot ask: {QUOTE}", contains=0.0),
    ),
    seed=0,
    resamples=2000,
)


@pytest.fixture
def made(tmp_path):
    """The circumstances of a run on a gold file of one line and a corpus of one article."""
    gold = tmp_path / "my.jsonl"
    gold.write_bytes(b"{}\n")
    return record(gold, half="test", limit=3, articles=[ARTICLE], encoder=Model(), reader=Model("own"))


def test_tables_show_what_applies():
    """Values in per cent with their intervals, seconds in seconds; columns and tables without a number are left out."""
    answers, seconds = tables(REPORT)
    assert answers.head == ("kind", "n", "contains")
    assert answers.rows[1] == ("all", "3", "33.3 [0.0, 100.0]")
    assert seconds.rows[0] == ("fact|oid", "3", "0.250 [0.200, 0.300]")


def test_text_is_aligned():
    """Each column starts where its heading does."""
    head, *rows = as_text(REPORT).split("\n\n")[0].splitlines()[1:]
    assert {row.index("3 ") for row in rows} == {head.index("n ")}
    assert {row.index("33.3") for row in rows} == {head.index("contains")}


def test_markdown_shows_names_and_runs_none(made):
    """What came from a gold file is text: it makes no table cell, no emphasis and no tag. Texts stay out."""
    markdown = as_markdown(REPORT, made)
    assert "| fact\\|oid | 3 |" in markdown
    assert "\\*bad\\* &lt;img src=x&gt;" in markdown
    assert "<img" not in markdown
    assert QUOTE not in markdown
    assert "**failed** (1): broken" in markdown
    assert "**wrong** (1): \\*bad\\*" in markdown
    assert "**withheld** (0): none" in markdown


def test_markdown_tells_why(made):
    """Each class of error that there is, its questions and its rule."""
    markdown = as_markdown(REPORT, made)
    assert "**reading** (1): \\*bad\\* &lt;img src=x&gt;\\\nWrong or withheld, though the evidence was" in markdown
    assert "**failed** (1): broken\\\nThe engine gave no answer" in markdown
    assert "**citation**" not in markdown


def test_json_holds_rows_and_circumstances(made):
    """With null for what is undefined. What it holds of each question: test_eval_records."""
    content = json.loads(as_json(REPORT, made, texts=True))
    assert content["rows"][1]["metrics"]["contains"] == {"value": 1 / 3, "low": 0, "high": 1}
    assert content["rows"][1]["metrics"]["f1"] == {"value": None, "low": None, "high": None}
    assert content["bootstrap"] == {"seed": 0, "resamples": 2000, "level": 0.95}
    assert (content["format"], content["texts"], content["provenance"]["reader"]) == (2, True, "own")
    assert [one["id"] for one in content["results"]] == ["right", "*bad* <img src=x>", "broken"]


def test_json_has_no_nan(made):
    """A NaN where a number should be is a bug, and is not written."""
    broken = replace(REPORT, rows=(Row("all", 1, metrics(contains=(math.nan, 0, 1))),))
    with pytest.raises(ValueError, match="not JSON compliant"):
        as_json(broken, made, texts=True)


def test_written_under_their_own_name(tmp_path, made):
    """Gold, half, day and the content's hash are the name; the same report again is the same file."""
    path = write(REPORT, made, tmp_path)
    sha12 = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
    assert path.name == f"my-test-{made.started[:10]}-{sha12}.json"
    assert path.with_suffix(".md").read_text(encoding="utf-8") == as_markdown(REPORT, made)
    assert path.with_suffix(".html").read_text(encoding="utf-8") == as_html(REPORT, made, texts=True)
    assert write(REPORT, made, tmp_path) == path
    assert write(REPORT, replace(made, cores=99), tmp_path) != path
    with pytest.raises(BylineError, match="cannot be written"):
        write(REPORT, made, tmp_path / "missing")


def test_circumstances(made):
    """Hashes are of the file's bytes and of the articles' ids and texts in the order of ids, machine and code named."""
    assert (made.gold, made.half, made.limit, made.articles) == ("my", "test", 3, 1)
    assert made.gold_sha256 == hashlib.sha256(b"{}\n").hexdigest()
    assert made.corpus_sha256 == hashlib.sha256(json.dumps(["a", QUOTE]).encode() + b"\n").hexdigest()
    assert (made.encoder, made.encoder_sha256, made.encoder_dtype) == ("mini", "53aa51172d142c89", "float32")
    assert (made.reader, made.reader_sha256, made.reader_dtype) == ("own", "53aa51172d142c89", "float32")
    assert made.cores >= 1
    assert made.cpu
    assert made.packages["numpy"]
    assert made.commit is None or len(made.commit) == 40


def test_corpus_hash_ignores_the_order_of_articles(tmp_path):
    """The same articles in any order are the same corpus; one character more is another."""
    gold = tmp_path / "gold.jsonl.gz"
    gold.write_bytes(b"")
    articles = [ARTICLE, Article("b", "Two.")]

    def sha256(articles):
        return record(gold, half="all", limit=None, articles=articles, encoder=Model(), reader=Model()).corpus_sha256

    assert sha256(articles) == sha256(articles[::-1]) != sha256([ARTICLE, Article("b", "Two. ")])
    assert record(Path(gold), half="all", limit=None, articles=[], encoder=Model(), reader=Model()).gold == "gold"
