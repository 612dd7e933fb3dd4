"""How a plan is searched: filters, preferences and the way back, over a shelf whose scores are written by hand."""

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from evals.bench.planning import ARTICLES, GOLD, readings
from evals.gold import half, load
from qa.engine import Engine
from qa.planning.plan import Period, Plan
from qa.planning.retrieve import BOOST, retrieve
from qa.types import Span
from ui import shown
from vectorstore.ingest import ingest
from vectorstore.store import Store
from vectorstore.types import Article, Filters, Hit, Passage

EVERYTHING = Filters()
SHELF = {  # id: publisher, day, score
    "a1": ("AP", "2021-03-14", 0.50),
    "a2": ("AP", "2021-09-20", 0.48),
    "a3": ("AP", "2022-02-11", 0.30),
    "g1": ("Guardian", "2021-03-15", 0.60),
    "g2": ("Guardian", "2022-03-14", 0.20),
    "s1": ("Soir", "2021-03-16", 0.45),
    "u1": ("Sun", "", 0.55),
}


def search(question: str, k: int, filters: Filters) -> list[Hit]:  # noqa: ARG001 - the store's signature
    found = []
    for id_, (publisher, day, score) in SHELF.items():
        in_time = day != "" or not (filters.after or filters.before)
        in_time = in_time and (filters.after <= day <= (filters.before or "9"))
        if publisher in (filters.publishers or (publisher,)) and in_time:
            found.append(Hit(Passage(id_, 0, 1, id_), score, Article(id_, id_)))
    return sorted(found, key=lambda hit: -hit.score)[:k]


def found(outlets: Sequence[str] = (), period: Period | None = None, filters: Filters = EVERYTHING, **options):
    planned = Plan("q", "q", tuple((name,) for name in outlets), options.get("certain", bool(outlets)), period)
    hits, scope = retrieve(search, planned, options.get("k", 10), filters)
    return [hit.passage.article_id for hit in hits], scope


def test_without_a_plan_the_search_is_as_it_was():
    """Same passages, same scores, nothing to say."""
    hits, scope = retrieve(search, Plan("q", "q"), 10, EVERYTHING)
    assert (list(hits), scope) == (search("q", 10, EVERYTHING), "")


def test_a_certain_outlet_is_the_only_one_searched():
    """Nobody else's words answer for it."""
    assert found(["AP"]) == (["a1", "a2", "a3"], "Searched articles by AP.")


def test_outlets_to_compare_take_turns():
    """However much better one fits, each is heard; one that has nothing is named."""
    assert found(["AP", "Guardian"]) == (
        ["a1", "g1", "a2", "g2", "a3"],
        "Searched articles by AP and Guardian, each by itself.",
    )
    assert found(["AP", "Nobody"])[1].endswith("Found nothing by Nobody.")


def test_certain_days_are_the_only_ones_searched():
    """An article without a date is of none."""
    assert found(period=Period("2021-01-01", "2021-12-31", certain=True)) == (
        ["g1", "a1", "a2", "s1"],
        "Searched articles from 2021.",
    )


def test_days_that_hint_lift_what_was_published_then_or_soon_after():
    """The others stay, below what is as good; the score grows by what it is lifted."""
    planned = Plan("q", "q", period=Period("2021-03-10", "2021-03-10"))
    hits, scope = retrieve(search, planned, 10, EVERYTHING)
    assert [hit.passage.article_id for hit in hits] == ["g1", "u1", "a1", "s1", "a2", "a3", "g2"]
    assert scope == "Preferred articles from 10 March 2021."
    assert hits[0].score / (1 - hits[0].score) == pytest.approx(1.5 + BOOST)
    assert all(0 <= hit.score < 1 for hit in hits)


def test_an_outlet_that_hints_lifts_its_articles():
    """Others may repeat what was told to it."""
    ids, scope = found(["AP"], certain=False)
    assert ids[:3] == ["g1", "u1", "a1"]
    assert set(ids) == set(SHELF)
    assert scope == "Preferred articles by AP."


def test_an_outlet_with_days_that_hint():
    """Its own articles only, those of the days first."""
    assert found(["AP"], Period("2021-09-01", "2021-09-30")) == (
        ["a2", "a1", "a3"],
        "Searched articles by AP, preferring those from September 2021.",
    )


def test_days_that_leave_an_outlet_nothing_are_lifted_first():
    """Its articles of other days, not another's; and it says so."""
    ids, scope = found(["AP"], Period("2019-01-01", "2019-12-31", certain=True))
    assert ids == ["a1", "a2", "a3"]
    assert scope == "Found little by AP from 2019: searched other days too."


def test_an_outlet_that_leaves_nothing_is_lifted():
    """All are searched, and it says so."""
    ids, scope = found(["Nobody"])
    assert set(ids) == set(SHELF)
    assert scope == "Found little by Nobody: searched other outlets too."


def test_a_filter_holds_only_while_what_it_leaves_fits():
    """One passage is enough if it does; if others fit far better, they are told from, those of the plan lifted."""
    assert found(["AP"], Period("2021-03-14", "2021-03-14", certain=True))[0] == ["a1"]
    ids, scope = found(["AP"], Period("2022-02-11", "2022-02-11", certain=True))
    assert (ids, scope) == (
        ["a1", "a2", "a3"],
        "Found little by AP from 11 February 2022: searched other days too.",
    )
    late = Filters(after="2022-02-01")  # g2 has little more than half of a3's strength
    assert found(["Guardian"], filters=late) == (["g2", "a3"], "Found little by Guardian: searched other outlets too.")


def test_what_the_user_chose_holds():
    """A plan narrows the user's filters and gives way where the two exclude one another."""
    only = Filters(publishers=("Guardian",))
    assert found(["AP"], filters=only) == (["g1", "g2"], "")
    assert found(["AP", "Guardian"], filters=only) == (["g1", "g2"], "Searched articles by Guardian.")
    early = Filters(before="2021-12-31")
    assert found(["AP"], filters=early) == (["a1", "a2"], "Searched articles by AP.")
    late = Period("2022-01-01", "", certain=True)
    assert found(period=late, filters=early) == (["g1", "a1", "a2", "s1"], "")


def test_no_more_than_asked_for():
    """``k`` bounds what outlets bring together."""
    assert found(["AP", "Guardian"], k=3)[0] == ["a1", "g1", "a2"]


def test_the_gold_questions_hold_together():
    """Every quote is in its article, every answer in a quote, every outlet one of the collection."""
    articles = {row["id"]: row for row in map(json.loads, ARTICLES.read_text(encoding="utf-8").splitlines())}
    publishers = {row["publisher"] for row in articles.values()}
    examples = load(GOLD, pytest.fail)
    assert len(examples) == len(GOLD.read_text(encoding="utf-8").splitlines())
    for example in examples:
        assert all(piece.quote in articles[piece.source]["text"] for piece in example.evidence)
        quotes = " ".join(piece.quote.lower() for piece in example.evidence)
        assert all(answer.lower() in quotes for answer in example.answers), example.id
        assert bool(example.answers) == (example.kind != "unanswerable")
    for line in GOLD.read_text(encoding="utf-8").splitlines():
        assert {name for outlet in json.loads(line)["plan"]["outlets"] for name in outlet} <= publishers


def test_the_development_half_is_read():
    """What the rules were made on they read; a change that loses some is seen here."""
    articles = [json.loads(line) for line in ARTICLES.read_text(encoding="utf-8").splitlines()]
    published = sorted(row["published"] for row in articles)
    publishers = tuple(dict.fromkeys(row["publisher"] for row in articles))
    rows = [row for row in readings(publishers, (published[0], published[-1])) if half(row.id) == "dev"]
    assert [row.question for row in rows if not row.weighed] == []


class NoReader:
    """A reader in full that finds nothing."""

    def read(self, question: str, hits: Sequence[Hit]) -> list[Span]:  # noqa: ARG002 - the protocol's
        """No spans."""
        return []


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory, encoder):
    folder = tmp_path_factory.mktemp("planning") / "store"
    ingest([Path(ARTICLES)], folder, encoder=lambda: encoder)
    with Store(folder, encoder) as store:
        yield Engine(store, NoReader())


def test_the_engine_searches_where_the_question_says(engine):
    """From the first snapshot on, counted from the day that it is asked on; the page shows how it was read."""
    first, *_, last = engine.stream("What did the Guardian say last week about the strike?", asked=date(2023, 12, 13))
    assert [hit.passage.article_id for hit in first.passages] == ["planning-tram-2"]
    assert first.scope == last.scope
    assert first.scope.startswith("Searched articles by theguardian.com from 4 December 2023")
    assert shown.answer(last, 0.12)["scope"] == first.scope
    assert engine.ask("Who bought the Quay Post?").scope == ""


def test_both_sides_of_a_comparison_are_among_the_first(engine):
    """Each outlet's best article on it."""
    answer = engine.ask("Compare what AP and Le Soir say about the cost of the Kestrel Dam's repair.")
    assert {hit.passage.article_id for hit in answer.passages[:2]} == {"planning-dam-4", "planning-dam-5"}


def test_the_users_filters_bound_the_engine(engine):
    """Le Soir is asked for, but not chosen."""
    answer = engine.ask("What does Le Soir say about the dam?", filters=Filters(publishers=("AP",)))
    assert {engine.store.article(hit.passage.article_id).publisher for hit in answer.passages} == {"AP"}
    assert answer.scope == ""
