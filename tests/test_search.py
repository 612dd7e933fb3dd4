"""The ranking: how voices are summed, what news of the day gain, which copies hide, how articles share places."""

import json
import math
from datetime import date
from pathlib import Path

import pytest

from evals.bench.hashed import HashedEncoder
from vectorstore.ingest import ingest
from vectorstore.search import RANKING, Ranking, collapse, fuse, prior, spread
from vectorstore.store import Store
from vectorstore.types import Article, Filters, Hit, Passage

STORY = " ".join(f"The minister told parliament in point {n} that the budget of year {n} holds." for n in range(40))


def hit(article_id: str, text: str = "", start: int = 0) -> Hit:
    return Hit(Passage(article_id, start, start + len(text), text), 0.5, Article(article_id, text))


def ids(hits: list[Hit]) -> list[tuple[str, int]]:
    return [(one.passage.article_id, one.passage.start) for one in hits]


def test_the_score_is_the_weighted_sum():
    """By hand: 0.5 + 0.04 · 25 + 0.1 is 1.6, and 1.6 / 2.6 its score; a negative cosine counts as none."""
    ranked = fuse([("a", 25.0)], {"a": 0.5, "b": -0.5}, {"a": 0.1, "b": 0.25})
    assert [id_ for id_, _ in ranked] == ["a", "b"]
    assert [score for _, score in ranked] == pytest.approx([1.6 / 2.6, 0.25 / 1.25])


def test_past_a_full_list_of_words_its_last_score_counts():
    """What words did not list may be nearly as good as the last that they did, only where the list was cut."""
    nothing = {"a": 0.0, "b": 0.0, "c": 0.0}
    cut = dict(fuse([("a", 50.0), ("b", 25.0)], nothing, nothing, cut=True))
    assert cut["c"] == cut["b"] == pytest.approx(0.5)
    assert dict(fuse([("a", 50.0), ("b", 25.0)], nothing, nothing))["c"] == 0.0


def test_news_of_the_day_gain():
    """By the distance, before or after, and only where both days are known."""
    day = date(2022, 6, 17)
    assert prior("2022-06-17", None) == prior("", day) == 0
    assert prior("2022-06-17", day) == RANKING.recent
    assert prior("2022-06-10", day) == prior("2022-06-24", day) == RANKING.recent * math.exp(-0.5)
    assert prior("2012-06-10", day) < 1e-9


def test_a_copy_that_says_the_same_is_hidden():
    """One article speaks for its copies, with all of its passages; other articles are left alone."""
    copies = {"a": "a", "b": "a"}
    texts = {"a": "Michel said 31 died.", "b": "MICHEL SAID 31 died.", "c": "Michel said 31 died."}
    hits = [hit("b", "MICHEL SAID 31 died."), hit("a", "Michel said 31 died."), hit("c"), hit("b", start=9)]
    assert ids(collapse(hits, copies, texts)) == [("b", 0), ("c", 0), ("b", 9)]


def test_a_copy_that_only_adds_is_hidden():
    """A place line and a credit contradict nothing."""
    text = "The minister said that 31 people died."
    longer = f"BRUSSELS (Reuters) - {text} Reporting by Ann Lee."
    copies = {"a": "a", "b": "a"}
    assert ids(collapse([hit("a", text), hit("b", longer)], copies, {"a": text, "b": longer})) == [("a", 0)]
    assert ids(collapse([hit("b", longer), hit("a", text)], copies, {"a": text, "b": longer})) == [("b", 0)]


@pytest.mark.parametrize("other", ["The minister said that 34 people died.", "The minister said that Ann Lee died."])
def test_a_copy_with_another_fact_stays_where_it_says_so(other):
    """Only the passage with the number or name that differs is a side of its own; the rest says nothing new."""
    text = "The minister said that 31 people died."
    rest = " He spoke in Brussels."
    copies, texts = {"a": "a", "b": "a"}, {"a": text + rest, "b": other + rest}
    hits = [hit("a", text), hit("b", other), hit("b", rest, start=len(other))]
    assert ids(collapse(hits, copies, texts)) == [("a", 0), ("b", 0)]


def test_past_its_share_an_article_waits():
    """Others come first, but nothing is lost where there are no others."""
    hits = [hit("a", start=n) for n in range(4)] + [hit("b")]
    assert ids(spread(hits, 2)) == [("a", 0), ("a", 1), ("b", 0), ("a", 2), ("a", 3)]
    assert spread(hits, 0) == hits


@pytest.fixture
def search(tmp_path):
    """Ingest articles (id → text, or fields) and search them."""
    opened = []

    def make(**articles: str | dict[str, str]) -> Store:
        rows = [{"id": id_, **({"text": a} if isinstance(a, str) else a)} for id_, a in articles.items()]
        path = Path(tmp_path / "articles.jsonl")
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        ingest([path], tmp_path / "store", encoder=HashedEncoder)
        # Words alone: what HashedEncoder takes for near is of no matter here.
        opened.append(Store(tmp_path / "store", HashedEncoder(), ranking=Ranking(cosine=0)))
        return opened[-1]

    yield make
    for store in opened:
        store.close()


def first(store: Store, question: str, **options) -> str:
    return store.search(question, 9, **options)[0].passage.article_id


def test_words_that_stand_together_count_more(search):
    """A name is its words side by side, with a stop word between them as well."""
    store = search(
        apart="The bank lent money; England watched, and the governor of the island spoke.",
        name="The governor of the Bank of England spoke of money that the island watched.",
    )
    assert first(store, "Who is governor of the Bank of England?") == "name"


def test_a_word_that_is_nowhere_is_found_with_a_letter_changed(search):
    """A misspelt name still finds its article, and a short one is not taken for another word."""
    store = search(one="Najim Laachraoui made the bombs.", two="The airport was closed for a week.")
    assert first(store, "Who was Laachroui?") == "one"
    assert store._indexes.words.search("aipport", 9, store_filters())[0][1] > 0
    assert store._indexes.words.search("bomc", 9, store_filters()) == []


def store_filters():
    """No bounds."""
    return Filters()


def test_the_title_is_searched(search):
    """An article may say only in its title what it is about."""
    store = search(a={"title": "Monaco Grand Prix", "text": "He won."}, b={"title": "Tennis", "text": "He won."})
    assert first(store, "Who won in Monaco?") == "a"


def test_near_prefers_the_news_of_those_days(search):
    """Of the same words those of the week of the question come first; without a day the order is as it was."""
    text = "The minister won the vote."
    store = search(a={"text": text, "published": "2019-01-05"}, b={"text": text + " Again.", "published": "2022-06-15"})
    assert first(store, "Who won the vote?", near=date(2022, 6, 17)) == "b"
    assert first(store, "Who won the vote?", near=date(2019, 1, 6)) == "a"
    assert first(store, "Who won the vote?") == "a"


def test_both_sides_of_a_copied_story_are_found(search):
    """Two printings of one story with different numbers of dead: search returns the passage of each."""
    facts = "In the end the police said that {} people had died in the fire at the harbour."
    store = search(a=f"{STORY}\n\n{facts.format(31)}", b=f"{STORY}\n\n{facts.format(34)}")
    assert store.copies("a") == ("b",)
    hits = store.search("How many people died in the fire at the harbour?", 9)
    told = [one.passage.article_id for one in hits if "harbour" in one.passage.text]
    assert sorted(told) == ["a", "b"]
    assert len({one.passage.article_id for one in hits if "harbour" not in one.passage.text}) == 1


def test_more_copies_than_room_leave_no_place_empty(search):
    """Twenty printings of one story do not crowd out the other articles."""
    others = {f"other{n}": f"Budget notes number {n}: the weather was fine." for n in range(5)}
    store = search(**{f"wire{n:02}": STORY for n in range(20)}, **others)
    found = {one.passage.article_id for one in store.search("minister budget parliament", 12)}
    assert set(others) <= found


def test_facets_come_from_an_index(search):
    """Publishers, most first, and days, without reading an article."""
    store = search(
        a={"text": "x y", "publisher": "Soir", "published": "2020-01-02"},
        b={"text": "x z", "publisher": "VTM", "published": "2019-01-02"},
        c={"text": "x w", "publisher": "VTM"},
    )
    assert store.facets() == (("VTM", "Soir"), ("2019-01-02", "2020-01-02"))
    queries = (
        "SELECT publisher, count(*) FROM articles GROUP BY publisher",
        "SELECT min(published), max(published) FROM articles WHERE published != ''",
    )
    for query in queries:
        (*_, plan), *_ = store._library._db.execute(f"EXPLAIN QUERY PLAN {query}")
        assert "COVERING INDEX" in plan
