"""Result files: what is written is what is read, and what is no result file is refused."""

import json
from dataclasses import replace

import pytest
from eval_results import EXAMPLE, GIVEN, MADE, QUOTE, report, result, results
from hypothesis import given, settings

from evals.given import PASSAGES, gold_sha12
from evals.given import given as kept
from evals.records import as_json, from_record, read, to_record, without_texts
from evals.retrieval import LocatedEvidence
from evals.rows import summed
from evals.taxonomy import error_class
from evals.types import Evidence
from qa.types import Answer, Citation, Finding, Sentence
from vectorstore.errors import BylineError
from vectorstore.types import Article, Hit, Passage

RIGHT = result()
FAILED = result(replace(EXAMPLE, id="q2", kind="unanswerable", answers=()), None, "cannot ask", contains=None)
REPORT = report(RIGHT, FAILED)


@pytest.fixture
def written(tmp_path):
    """A function that writes content, changed by a function, and returns the path."""

    def write(change=None, *, texts=True):
        content = json.loads(as_json(REPORT, MADE, texts=texts))
        path = tmp_path / "result.json"
        path.write_text(json.dumps(change(content) if change else content), encoding="utf-8")
        return path

    return write


@given(results)
@settings(max_examples=300)
def test_a_result_is_what_its_record_says(one):
    """Through JSON and back, any result is the same, to the last digit; without texts it is the one without them."""
    for texts, expected in ((True, one), (False, without_texts(one))):
        assert from_record(json.loads(json.dumps(to_record(one, texts=texts)))) == expected


@given(results)
def test_what_happened_needs_no_text(one):
    """Without its texts a result came to the same: outcome, class of error, scores, ids and its gold's hash."""
    bare = without_texts(one)
    assert (bare.outcome, bare.scores, bare.gold_sha12) == (one.outcome, one.scores, one.gold_sha12)
    assert (bare.example.id, bare.example.answerable) == (one.example.id, one.example.answerable)
    assert error_class(bare) == error_class(one)


@pytest.mark.parametrize("texts", [True, False])
def test_a_run_is_what_its_file_says(written, texts):
    """Report, circumstances and rows are the same; the rows are also those of the results that were read."""
    recorded = read(written(texts=texts))
    assert recorded.provenance == MADE
    assert recorded.texts is texts
    assert recorded.report.rows == REPORT.rows
    assert recorded.report.results == (REPORT.results if texts else tuple(map(without_texts, REPORT.results)))
    assert summed(recorded.report.results, seed=0, resamples=50) == recorded.report


def test_a_record_says_what_became_of_the_question():
    """For readers other than ours: half, outcome, class of error; what does not apply is left out."""
    record = to_record(RIGHT, texts=True)
    assert (record["id"], record["outcome"], record["error_class"], record["answerable"]) == ("q1", "right", None, True)
    assert "recall_5" not in record["scores"]
    assert record["answer"]["passages"] == [["a", 0, 100, 0.5], ["b", 7, 90, 0.25]]
    assert to_record(FAILED, texts=True)["error_class"] == "failed"


def test_without_texts_nothing_that_anyone_wrote_is_in_it():
    """No question, answer, quote, title or error; ids are."""
    bare = as_json(REPORT, MADE, texts=False)
    for text in ("Thirty-one", "died", "How many", "cannot ask", "Attacks"):
        assert text in as_json(REPORT, MADE, texts=True)
        assert text not in bare
    assert '"q1"' in bare


def test_what_is_kept_of_an_answer():
    """Offsets, scores of six digits, the best 20 passages without their texts, and what the gold evidence says."""
    article = Article("a", QUOTE, title="Attacks")
    elsewhere = Citation(2, Article("b", "Nobody."), "Nobody.", 0, 7)
    answer = Answer(
        "q",
        "q",
        answer=f"{QUOTE} [1][2]",
        confidence=1 / 3,
        findings=(Finding("31", 2 / 3, (Citation(1, article, QUOTE, 0, len(QUOTE)),)),),
        citations=(Citation(1, article, QUOTE, 0, len(QUOTE)), elsewhere),
        passages=tuple(Hit(Passage("a", i, i + 1, "x"), 1 / 7, article) for i in range(30)),
        sentences=(Sentence("One."), Sentence("Two.", "not said")),
        seconds={"total": 1 / 9},
    )
    one = kept(EXAMPLE, answer, [LocatedEvidence(EXAMPLE.evidence[0], ((0, len(QUOTE)),))])
    assert (one.confidence, one.findings[0].confidence, one.seconds) == (0.333333, 0.666667, {"total": 0.111111})
    assert (one.findings[0].article_ids, one.findings[0].holds_gold) == (("a",), True)
    assert [(c.title, c.holds_gold, c.on_evidence) for c in one.citations] == [
        ("Attacks", True, True),
        ("", False, False),
    ]
    assert (len(one.passages), one.passages[0].score) == (PASSAGES, 0.142857)
    assert (one.sentences, one.supported, one.support) == (2, 1, 0.5)
    unknown = kept(replace(EXAMPLE, answers=()), answer, [])
    assert (unknown.citations[0].holds_gold, unknown.citations[0].on_evidence) == (None, None)


def test_the_gold_hash_is_of_all_that_a_question_expects():
    """Another word anywhere is another question."""
    assert gold_sha12(EXAMPLE) == gold_sha12(replace(EXAMPLE))
    others = (
        replace(EXAMPLE, question="How many?"),
        replace(EXAMPLE, answers=("31",)),
        replace(EXAMPLE, evidence=(Evidence("a", "Thirty-one"),)),
        replace(EXAMPLE, wrong=("32",)),
    )
    assert len({gold_sha12(one) for one in (EXAMPLE, *others)}) == 5


FORMAT_1 = {
    "id": "q1",
    "kind": "factoid",
    "half": "dev",
    "answerable": True,
    "outcome": "withheld",
    "seconds": 0.5,
    "scores": {"contains": 0, "hit_20": 1.0, "f1": None, "cite_exact": 1.0},
    "abstained": True,
    "confidence": 0.12345678901234567,
    "mode": "extractive",
    "sentences": 3,
    "support": 2 / 3,
    "tokens": {"input": 5},
    "citations": [{"marker": 1, "article_id": "a", "start": 0, "end": 9}],
    "passages": [{"article_id": "a", "start": 0, "end": 100, "score": 0.5}],
}
TEXTS_1 = {
    "question": EXAMPLE.question,
    "history": [{"role": "user", "content": "Hello"}],
    "gold": ["Thirty-one", "31"],
    "wrong": [],
    "evidence": [{"source": "a", "quote": QUOTE}],
    "error": "",
    "standalone_question": EXAMPLE.question,
    "answer": "The articles do not say. [1]",
    "short_answer": "",
    "findings": [{"value": "31", "confidence": 0.1}],
}


def test_format_1_is_read(written):
    """Files from before: every number, and the texts where they were kept."""

    def older(record):
        return lambda content: content | {"format": 1, "results": [record]}

    bare = read(written(older(FORMAT_1)))
    (one,) = bare.report.results
    assert not bare.texts
    assert (one.outcome, one.example.answers, one.seconds) == ("withheld", ("",), 0.5)
    assert (one.scores.hit_20, one.scores.f1, one.gold_sha12) == (1, None, "")
    assert one.answer is not None
    assert (one.answer.confidence, one.answer.supported) == (0.12345678901234567, 2)
    assert (one.answer.citations[0].on_evidence, one.answer.passages[0].score) == (None, 0.5)
    whole = read(written(older(FORMAT_1 | TEXTS_1)))
    assert whole.texts
    (one,) = whole.report.results
    assert (one.example.answers, one.example.evidence) == (EXAMPLE.answers, EXAMPLE.evidence)
    assert one.answer is not None
    assert (one.answer.answer, one.answer.findings[0].value) == ("The articles do not say. [1]", "31")
    failed = {name: FORMAT_1[name] for name in ("id", "kind", "answerable", "seconds", "scores")}
    assert read(written(older(failed))).report.results[0].outcome == "failed"


def test_a_metric_younger_than_the_file_is_undefined(written):
    """What an older run did not measure does not apply to it."""

    def older(content):
        for row in content["rows"]:
            del row["metrics"]["mrr"]
        return content

    assert read(written(older)).report.rows[0].metrics["mrr"].value is None


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda content: [content], "no result of byline eval"),
        (lambda content: {"name": "scale", "rows": content["rows"]}, "no result of byline eval"),
        (lambda content: content | {"format": 3}, "is of format 3, this Byline reads 1 to 2; update Byline"),
        (lambda content: content | {"results": []}, "must not be empty"),
        (lambda content: content | {"results": content["results"] * 2}, "no question in it twice"),
        (lambda content: content | {"results": None}, "results is null"),
        (lambda content: content | {"bootstrap": {}}, "seed is null"),
        (lambda content: content | {"provenance": {"started": "now"}}, "provenance has no gold"),
        (lambda content: content | {"rows": [{"kind": "all", "n": "3", "metrics": {}}]}, 'rows[0].n is "3"'),
        (lambda content: content | {"results": [{"id": "q1"}]}, "gold is null"),
        (
            lambda content: content | {"results": [content["results"][0] | {"seconds": "fast"}]},
            'question "q1".seconds is "fast"',
        ),
        (
            lambda content: content | {"results": [content["results"][0] | {"scores": {"f1": True}}]},
            'question "q1".scores.f1 is true',
        ),
    ],
)
def test_what_is_no_result_file_is_refused(written, change, says):
    """One line that names the file, what is wrong in it, and what to do."""
    path = written(change)
    with pytest.raises(BylineError) as refused:
        read(path)
    assert str(refused.value).startswith(f"{path}: ")
    assert says in str(refused.value)
    assert "\n" not in str(refused.value)


def test_what_cannot_be_read_is_refused(tmp_path):
    """A missing file, bytes that are no text, no JSON, JSON too deep, and an escape that is no text."""
    path = tmp_path / "result.json"
    with pytest.raises(BylineError, match="cannot be read"):
        read(path)
    for content in (b"\xff", b"{", b"[" * 100_000, b'{"format": 2, "x": "\\ud800"}', b'{"x": NaN}'):
        path.write_bytes(content)
        with pytest.raises(BylineError, match="not JSON"):
            read(path)


def test_a_line_that_is_no_record_is_refused():
    """As for a journal whose last line was cut off."""
    with pytest.raises(BylineError, match="no result of a question: gold is null"):
        from_record({"id": "q1"})


def test_floats_of_an_answer_are_short():
    """A passage costs its id and a few characters more."""
    record = to_record(result(answer=replace(GIVEN, passages=GIVEN.passages * 10)), texts=False)
    assert len(json.dumps(record["answer"]["passages"])) < 20 * 30
