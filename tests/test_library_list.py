"""The list of the articles: searched, sorted, filtered, a page at a time."""

import json
from pathlib import Path

from ui.library import excerpt
from vectorstore.browse import browse, count, terms
from vectorstore.embed import Encoder
from vectorstore.ingest import ingest
from vectorstore.types import Filters


def test_the_list_is_searched_sorted_and_paged(tmp_path: Path, encoder: Encoder):
    """Every word must occur, in any field, in any case; newest first, undated last; copies are one story."""
    wire = " ".join(f"Word{k} of the wire story." for k in range(40))
    articles = [
        {
            "id": "old",
            "text": "Über Zürich fell snow.",
            "title": "Winter",
            "publisher": "Alpha",
            "published": "2020-01-01",
        },
        {"id": "new", "text": "Rain over the 100% dry land.", "author": "Zoë Marsh", "published": "2024-01-01"},
        {"id": "wire1", "text": wire, "publisher": "Beta", "published": "2022-01-01"},
        {"id": "wire2", "text": wire, "publisher": "Gamma", "published": "2022-01-02"},
        {"id": "none", "text": "A_text without a day, on snow."},
    ]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, articles)))
    store = tmp_path / "store"
    ingest([tmp_path / "a.jsonl"], store, encoder=lambda: encoder)

    def ids(*args: object, **more: object) -> list[str]:
        return [story.article.id for story in browse(store, *args, **more).stories]

    assert ids() == ["new", "wire2", "old", "none"]
    assert ids(oldest_first=True) == ["old", "wire1", "new", "none"]
    assert ids(offset=1, limit=2) == ["wire2", "old"]
    assert (browse(store).total, browse(store).articles) == (4, 5)
    assert [copy.id for copy in browse(store, "wire").stories[0].copies] == ["wire1"]
    assert ids("SNOW") == ["old", "none"]
    assert ids("zürich WINTER") == ids("ÜBER") == ids("alpha") == ["old"]
    assert ids('"fell snow"') == ["old"]
    assert ids("snow rain") == []
    assert ids("100%") == ids("marsh") == ["new"]
    assert ids("_") == ["none"]  # no wild card
    assert ids("' OR 1=1 --") == []
    assert ids("", Filters(publishers=("Alpha", "Beta"))) == ["wire1", "old"]
    assert count(store, Filters(after="2022-01-02", before="2024-01-01")) == 2
    assert count(store, Filters(article_ids=("old", "none"))) == 2
    assert terms('one "two  three" one \x00') == ["one", "two  three"]


def test_an_excerpt_shows_where_the_word_stands():
    """It begins like the article unless the word stands further on."""
    text = "Beginning. " + "Filler words go here. " * 60 + "Then the Crane fell. " + "More. " * 50
    assert excerpt(text, []).startswith("Beginning.")
    assert "Crane" in excerpt(text, ["crane"])
    assert excerpt(text, ["crane"]).startswith("…")
    assert len(excerpt(text, ["crane"])) < 300
