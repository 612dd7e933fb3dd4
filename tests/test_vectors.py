"""The vector index: a filtered search is exact, and stays so when passages come and go."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from vectorstore.rows import IndexedPassage
from vectorstore.types import Article, Filters, Passage
from vectorstore.vectors import ARTICLES, EXACT, IDS, PLACES, VectorIndex

EVERYTHING = Filters()
BY_A = Filters(publishers=("A",))
SPRING = Filters(after="2016-03-01", before="2016-05-31")


def entries(number: int, *, first: int = 0, publisher: str = "") -> list[IndexedPassage]:
    """Passages with vectors of their own, four an article, of publishers A, B and C in turn, a month apart each."""
    made = []
    for n in range(first, first + number):
        article = n // 4
        day = f"2016-{article % 13:02}-15" if article % 13 else ""
        vector = np.random.default_rng(n).standard_normal(16).astype(np.float32)
        by = publisher or "ABC"[article % 3]
        made.append(
            IndexedPassage(
                f"{n:032x}",
                Passage(f"article {article}", n, n + 1, "x"),
                Article(f"article {article}", "x", publisher=by, published=day),
                vector / np.linalg.norm(vector),
            )
        )
    return made


def exactly(kept: list[IndexedPassage], vector, k: int, filters: Filters) -> list[str]:
    """The answer, one passage at a time."""
    allowed = [
        entry
        for entry in kept
        if (not filters.publishers or entry.article.publisher in filters.publishers)
        and (not filters.article_ids or entry.article.id in filters.article_ids)
        and (not filters.after or entry.article.published >= filters.after)
        and (not filters.before or "" < entry.article.published <= filters.before)
    ]
    return [entry.id for entry in sorted(allowed, key=lambda entry: -float(entry.vector @ vector))][:k]


def made(folder: Path, add: list[IndexedPassage]) -> VectorIndex:
    """A new index with these passages."""
    folder.mkdir()
    index = VectorIndex(folder, create=True)
    index.change([], add)
    return index


@pytest.mark.parametrize(
    "filters",
    [
        BY_A,
        Filters(publishers=("A", "B", "nobody")),
        SPRING,
        Filters(after="2016-11-01"),
        Filters(before="2016-02-15"),
        Filters(publishers=("C",), after="2016-03-01"),
        Filters(article_ids=("article 3", "article 50", "none of these")),
        Filters(publishers=("nobody",)),
    ],
)
def test_a_filtered_search_is_exact(tmp_path, filters):
    """The ids are those of a comparison with every passage, in its order, whether few or most are allowed."""
    kept = entries(400)
    index = made(tmp_path / "index", kept)
    for question in np.random.default_rng(7).standard_normal((5, 16)).astype(np.float32):
        vector = question / np.linalg.norm(question)
        for k in (1, 10, 1000):
            found = index.search(vector, k, filters)
            assert [id_ for id_, _ in found] == exactly(kept, vector, k, filters)
            assert all(np.isclose(score, kept[int(id_, 16)].vector @ vector, atol=1e-6) for id_, score in found)
    index.close()


def test_a_filtered_search_follows_what_comes_and_goes(tmp_path):
    """Passages taken out are not found any more, new ones are, and an article's last publisher counts."""
    kept = entries(40)
    index = made(tmp_path / "index", kept)
    moved = [replace(entry, id="m" + entry.id[1:]) for entry in entries(8, publisher="A")]
    index.change([entry.id for entry in kept[:12]], [*moved, *entries(20, first=40)])
    now = [*kept[12:], *moved, *entries(20, first=40)]
    index.close()
    again = VectorIndex(tmp_path / "index")
    vector = now[0].vector
    for filters in (BY_A, SPRING, Filters(article_ids=("article 0", "article 2", "article 11"))):
        assert [id_ for id_, _ in again.search(vector, 100, filters)] == exactly(now, vector, 100, filters)
    assert len(again.search(vector, 100, EVERYTHING)) == len(now)
    again.close()


def test_an_index_without_passages_finds_none(tmp_path):
    """Filtered or not, before and after it is opened anew."""
    made(tmp_path / "index", []).close()
    index = VectorIndex(tmp_path / "index")
    vector = entries(1)[0].vector
    assert index.search(vector, 10, EVERYTHING) == index.search(vector, 10, BY_A) == []
    index.close()


@pytest.mark.parametrize("file", [IDS, PLACES])
def test_files_that_do_not_belong_together_are_refused(tmp_path, file):
    """A file of another index is a ``ValueError``, which a store turns into "run: byline rebuild"."""
    made(tmp_path / "index", entries(40)).close()
    made(tmp_path / "other", entries(44)).close()
    (tmp_path / "other" / file).replace(tmp_path / "index" / file)
    with pytest.raises(ValueError, match="one length"):
        VectorIndex(tmp_path / "index")


def test_a_place_beyond_the_articles_is_refused(tmp_path):
    """Instead of an index error in some later search."""
    made(tmp_path / "index", entries(40)).close()
    (tmp_path / "index" / ARTICLES).write_text('[["one", "A", 20160322]]', encoding="utf-8")
    with pytest.raises(ValueError, match="names an article that is not in"):
        VectorIndex(tmp_path / "index")


@pytest.mark.parametrize("past", [0, 1])
def test_few_passages_are_all_compared_and_of_many_chroma_finds_the_nearest(tmp_path, past):
    """Exact up to ``EXACT``; past it nearly all of the nearest; asked for more than there are, no more than all."""
    kept = entries(EXACT + past)
    index = made(tmp_path / "index", kept)
    vector = kept[7].vector
    found = [id_ for id_, _ in index.search(vector, 10, EVERYTHING)]
    nearest = exactly(kept, vector, 10, EVERYTHING)
    assert found == nearest if not past else len({*found} & {*nearest}) >= 9
    assert found[0] == kept[7].id
    every = index.search(vector, 2 * EXACT, EVERYTHING)
    assert EXACT / 2 < len({id_ for id_, _ in every}) == len(every) <= len(kept)
    index.close()
