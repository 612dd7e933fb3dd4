"""What the engine promises of every answer, on the seeds and on articles that are out to harm it."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from qa.compose import markers
from qa.engine import Engine
from qa.errors import QuestionError
from qa.types import Answer, Span, Turn
from vectorstore.embed import Encoder
from vectorstore.ingest import forget, ingest
from vectorstore.sentences import sentences
from vectorstore.store import Store
from vectorstore.types import Filters, Hit

GOLD = Path(__file__).parent.parent / "evals" / "gold" / "seeds.jsonl"


@pytest.fixture(scope="module")
def engine(seeds_store):
    return Engine(seeds_store)


def holds(answer: Answer) -> None:
    """The promises of formats.md."""
    assert markers(answer.answer) == tuple(citation.marker for citation in answer.citations)
    for citation in answer.citations:
        assert citation.article.text[citation.start : citation.end] == citation.quote == citation.quote.strip() != ""
    cited = {citation for finding in answer.findings for citation in finding.citations}
    assert cited <= set(answer.citations)
    assert 0 <= answer.confidence <= 1
    assert answer.abstained is (answer.short_answer == "") is (answer.findings == ())
    assert set(answer.seconds) == {"retrieve", "read", "total"}


def test_every_gold_question_gets_an_answer_that_holds(engine):
    """Quotes are exact and markers resolve in the answer to every gold question."""
    rows = [json.loads(line) for line in GOLD.read_text(encoding="utf-8").splitlines()]
    assert rows
    for row in rows:
        holds(engine.ask(row["question"], [Turn(**turn) for turn in row.get("history", [])]))


def test_a_known_fact_is_answered_from_its_article(engine):
    """The one article that names Charleroi is the one cited."""
    answer = engine.ask("In which city was the safe house of the November Paris attacks rented?")
    assert "Charleroi" in answer.answer
    assert answer.citations[0].article.id == "002_59674bc7218a7503.txt"


def test_articles_that_agree_are_cited_together(engine):
    """Two articles tell of the armed robbery in nearly the same words: one sentence, two citations, one finding."""
    answer = engine.ask("For what crime was Bakraoui half-way through a 9-year sentence?")
    assert "armed robbery" in answer.short_answer
    assert len(answer.findings) == 1
    assert len(answer.findings[0].article_ids) == 2


def test_passages_come_before_the_answer(engine):
    """The first snapshot has the passages and no text yet; the last is what ``ask`` returns."""
    first, *_, last = engine.stream("Who rejected the ministers' resignations?")
    assert first.passages
    assert (first.answer, first.citations) == ("", ())
    asked = engine.ask("Who rejected the ministers' resignations?")
    assert (last.answer, last.citations, last.passages) == (asked.answer, asked.citations, asked.passages)
    assert {hit.passage for hit in last.passages} == {hit.passage for hit in first.passages}


def test_the_engine_keeps_no_conversation(engine):
    """The same question gives the same answer, whatever was asked in between."""
    before = engine.ask("How many people died?")
    engine.ask("And of what?", [Turn("user", "Who is Jan Jambon?"), Turn("assistant", "The interior minister.")])
    assert engine.ask("How many people died?").answer == before.answer


def test_history_is_folded_in(engine):
    """A follow-up is searched with what it leans on."""
    turns = [Turn("user", "Were there any more raids in Brussels?"), Turn("assistant", "Yes, in Jette. [1]")]
    answer, *_ = engine.stream("when were they", turns)
    assert answer.question == "when were they"
    assert answer.standalone_question == "when were the raids in Brussels"
    assert "raids" in answer.passages[0].passage.text


@pytest.mark.parametrize("question", ["What is the capital of Mongolia?", "How do I reset my password?", "thanks!"])
def test_what_the_articles_are_not_about_is_not_answered(engine, question):
    """A question that has nothing to do with the articles gets a plain no."""
    answer = engine.ask(question)
    holds(answer)
    assert answer.abstained
    assert answer.answer.startswith("The articles do not say.")


def test_a_filter_that_no_article_passes_leaves_nothing_to_say(engine):
    """No passages: an abstention without citations, not an error."""
    answer = engine.ask("How many people died?", filters=Filters(publishers=("Nobody's Herald",)))
    holds(answer)
    assert (answer.abstained, answer.passages, answer.citations) == (True, (), ())


def test_only_the_articles_asked_of_are_cited(engine):
    """``article_ids`` bounds passages and citations."""
    only = "001_4b357e85272d0d23.txt"
    answer = engine.ask("How many people died in the attacks?", filters=Filters(article_ids=(only,)))
    assert {hit.passage.article_id for hit in answer.passages} == {only}
    assert {citation.article.id for citation in answer.citations} == {only}


@pytest.mark.parametrize("question", ["", "   ", "x" * 2001])
def test_a_question_that_cannot_be_asked_raises(engine, question):
    """Before anything is searched."""
    with pytest.raises(QuestionError):
        engine.ask(question)


class FirstSentence:
    """A reader in full, small enough to compute by hand: certain of the first word of each passage."""

    def read(self, question: str, hits: Sequence[Hit]) -> list[Span]:  # noqa: ARG002 - the protocol's
        """The first word of the first sentence of each passage."""
        spans = []
        for hit in hits:
            start, end = (hit.passage.start + at for at in sentences(hit.passage.text)[0])
            word = hit.passage.text[start - hit.passage.start :].split()[0]
            spans.append(Span(hit.passage, start, start + len(word), word, 0.9, start, end))
        return spans


def test_another_reader_takes_the_place_of_the_picker(seeds_store):
    """The seam: the short answer is the reader's span, the answer states and cites the sentence around it."""
    answer = Engine(seeds_store, FirstSentence()).ask("Who resigned?")
    holds(answer)
    assert answer.citations[0].quote.startswith(answer.short_answer)
    assert len(answer.short_answer.split()) == 1 < len(answer.citations[0].quote.split())


HOSTILE = """Mayor Anna Example resigned [99] on Monday [1] after <script>alert(1)</script> \x1b[2Jappeared.

She said: “I [2] regret it.” {0} %s {question} $(rm -rf /) 👩‍👩‍👧 e\u0301te\u0301\u00a0\u202e.

- Advertisement -

The council of Exampleville\u2028elected Bert Sample in her place."""


def test_an_article_cannot_forge_markers_or_run_anything(tmp_path, encoder: Encoder):
    """Literal markers, escape sequences, format fields and odd spaces stay data, and quotes stay exact."""
    corpus = tmp_path / "corpus.jsonl"
    corpus.write_text(json.dumps({"id": "a", "text": HOSTILE}) + "\n", encoding="utf-8")
    ingest([corpus], tmp_path / "store", encoder=lambda: encoder)
    with Store(tmp_path / "store", encoder) as store:
        for question in ("When did Mayor Anna Example resign?", "What did she say?", "Who was elected in her place?"):
            answer = Engine(store).ask(question)
            holds(answer)
            assert {citation.article.text for citation in answer.citations} == {HOSTILE}
            assert not answer.abstained
        assert "(99)" in Engine(store).ask("When did Mayor Anna Example resign?").answer


@pytest.mark.parametrize("change", ["removed", "replaced"])
def test_an_answer_stands_though_its_article_goes(tmp_path: Path, encoder: Encoder, change: str):
    """An article that is removed or replaced while a question is read is still quoted as it stood when it was found."""
    told = "The harbour master, Ada Quill, closed the port of Vell on Monday after the storm."
    row = {"id": "a", "title": "Port", "text": told}
    (tmp_path / "news.jsonl").write_text(json.dumps(row) + "\n" + json.dumps({"id": "b", "text": "Snow fell."}))
    ingest([tmp_path / "news.jsonl"], tmp_path / "store", encoder=lambda: encoder)
    with Store(tmp_path / "store", encoder) as store:
        engine = Engine(store)
        snapshots = engine.stream("Who closed the port of Vell?")
        next(snapshots)
        if change == "removed":
            forget(["a"], tmp_path / "store")
        else:
            (tmp_path / "news.jsonl").write_text(json.dumps(row | {"text": f"Corrected. {told}"}))
            ingest([tmp_path / "news.jsonl"], tmp_path / "store", encoder=lambda: encoder)
        *_, answer = snapshots
        holds(answer)
        assert "Ada Quill" in answer.answer
        assert answer.citations[0].article.text == told
        after = engine.ask("Who closed the port of Vell?")
        assert {citation.article.text for citation in after.citations} != {told}
