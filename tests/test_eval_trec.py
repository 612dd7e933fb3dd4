"""TREC files of a run: what other tools read in them is what we measured."""

from urllib.parse import unquote

import ir_measures
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ir_measures import RR, R, Success, nDCG

from evals.formats.trec import encoded, write
from evals.retrieval import hit, judge, ndcg, recall, reciprocal_rank
from evals.types import Evidence, Example, Given, GivenPassage, Result, Scores
from vectorstore.errors import BylineError
from vectorstore.types import Article, Passage

TEXT = "Nine people died. The ferry sank at dawn. Divers will return."
ARTICLES = {name: Article(name, TEXT) for name in ("one day.txt", "100%", "c", "d")}
SPANS = [(0, 17), (18, 41), (42, 61)]


def result(name, evidence, places):
    passages = tuple(GivenPassage(source, *SPANS[at], 0.5) for source, at in places)
    given = Given("", "", abstained=False, confidence=0.0, passages=passages)
    return Result(Example(name, "factoid", "?", ("x",), evidence), given, "", 0.0, Scores())


NINE, DAWN = "Nine people died.", "The ferry sank at dawn."
RESULTS = [
    result("q 1", (Evidence("one day.txt", NINE),), [("c", 0), ("one day.txt", 1), ("one day.txt", 0)]),
    result("q2", (Evidence("100%", NINE), Evidence("c", DAWN)), [("c", 1), ("d", 0), ("100%", 2)]),
    result("q3", (Evidence("d", ""),), [("c", 0), ("d", 2), ("d", 1)]),
    result("q4", (), [("c", 0)]),
    Result(Example("q5", "factoid", "?", ("x",), (Evidence("c", DAWN),)), None, "failed", 0.0, Scores()),
]


def test_by_article(tmp_path):
    """Relevant are the articles of the evidence; an article stands where its best passage does."""
    qrels, run = write(RESULTS, tmp_path)
    assert qrels.read_text(encoding="utf-8").splitlines() == [
        "q%201 0 one%20day.txt 1",
        "q2 0 100%25 1",
        "q2 0 c 1",
        "q3 0 d 1",
        "q5 0 c 1",
    ]
    lines = run.read_text(encoding="utf-8").splitlines()
    assert lines[:2] == ["q%201 Q0 c 1 2 byline", "q%201 Q0 one%20day.txt 2 1 byline"]
    assert all(len(line.split()) == 6 for line in lines)
    theirs = {
        metric.query_id: metric.value
        for metric in ir_measures.iter_calc(
            [RR], ir_measures.read_trec_qrels(str(qrels)), ir_measures.read_trec_run(str(run))
        )
    }
    assert {name: value for name, value in theirs.items() if value} == {"q%201": 0.5, "q2": 1.0, "q3": 0.5}


def test_by_passage_other_tools_find_our_figures(tmp_path):
    """Read from the files, every metric of every question with evidence is ours to 1e-9."""
    paths = write(RESULTS, tmp_path, ARTICLES)
    assert [path.name for path in paths] == ["articles.qrels", "articles.run", "passages.qrels", "passages.run"]
    qrels, run = (str(path) for path in paths[2:])
    measures = {
        RR: reciprocal_rank,
        nDCG @ 10: lambda one: ndcg(one, 10),
        Success @ 1: lambda one: hit(one, 1),
        R @ 5: lambda one: recall(one, 5),
    }
    theirs = {
        (metric.query_id, metric.measure): metric.value
        for metric in ir_measures.iter_calc(
            list(measures), ir_measures.read_trec_qrels(qrels), ir_measures.read_trec_run(run)
        )
    }
    for one in RESULTS:
        if not one.example.evidence:
            continue
        passages = [
            Passage(at.article_id, at.start, at.end, TEXT[at.start : at.end])
            for at in (one.answer.passages if one.answer else ())
        ]
        judged = judge(one.example.evidence, passages)
        for measure, ours in measures.items():
            assert theirs.get((encoded(one.example.id), measure), 0.0) == pytest.approx(ours(judged), abs=1e-9)


def test_an_article_that_is_gone(tmp_path):
    """A passage whose article the collection has no more holds nothing; its evidence is left out, as in a run."""
    paths = write(RESULTS[1:2], tmp_path, {name: ARTICLES[name] for name in ("c", "d")})
    assert paths[2].read_text(encoding="utf-8").splitlines() == ["q2 0 c#18-41 1"]


def test_a_folder_that_cannot_be_written(tmp_path):
    """One line that names the file."""
    with pytest.raises(BylineError, match=r"articles\.qrels: cannot be written"):
        write(RESULTS, tmp_path / "missing")


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_ids_have_no_white_space_and_can_be_read_back(name):
    """Any id is one column, and decodes to itself."""
    assert not encoded(name) or encoded(name).split() == [encoded(name)]
    assert unquote(encoded(name)) == name
