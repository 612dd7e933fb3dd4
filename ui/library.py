"""The library's endpoints: the list, an article, filters, adding and removing. ``static/library.js`` draws them.

Nothing of a visitor is kept but the progress of his uploads, under a token that his browser made up and nobody else
knows. What comes from the browser is checked here. Knows nothing of HTML.
"""

import re
from dataclasses import asdict, dataclass
from typing import Any

import gradio as gr
from fastapi import FastAPI
from gradio.events import api

from ui import shown
from ui.endpoints import LONGEST_ID, chosen
from ui.library_http import PATH, upload_route
from ui.library_work import Job, Work
from ui.refusing import refusing
from ui.sent import text, whole
from vectorstore.articles import SUFFIXES
from vectorstore.browse import Story, browse, count, terms
from vectorstore.errors import InputError
from vectorstore.types import Article

STORIES = 25
"""Stories on a page of the list."""
EXCERPT = 240
"""Characters of an article shown in the list."""
LONGEST_SEARCH = 200
MOST_REMOVED = 1_000
"""Articles removed at once."""


def build(work: Work, web: FastAPI, *, editable: bool) -> None:
    """Put the library into the tab that is open, its endpoints into the page, and the way in for files into ``web``.

    Where it is not ``editable``, it can be looked through but not added to or removed from.
    """
    do = Endpoints(work, editable=editable)
    gr.Column(elem_id="library")  # filled by static/library.js
    functions = [do.about, do.look, do.read, do.count]
    if editable:
        functions += [do.add, do.progress, do.stop, do.remove]
        web.add_api_route(PATH, upload_route(work.uploads), methods=["POST"])
    for function in functions:
        api(function, api_name=f"library_{function.__name__}", concurrency_limit=None, api_visibility="undocumented")


@dataclass(frozen=True, slots=True)
class Endpoints:
    """The functions of the library over one store. What a user did wrong comes back as ``error``."""

    work: Work
    editable: bool

    @refusing
    def about(self) -> dict[str, Any]:
        """What can be filtered by, and what may be added: outlets, first and last day, limits, kinds of file."""
        publishers, (first, last) = self.work.store.facets()
        return {
            "publishers": [name for name in publishers if name],
            "first": first,
            "last": last,
            "editable": self.editable,
            "limits": asdict(self.work.uploads.limits),
            "kinds": list(SUFFIXES),
        }

    @refusing
    def look(self, words: str, filters: dict[str, Any], oldest_first: bool, page: int) -> dict[str, Any]:  # noqa: FBT001
        """One page of the stories with ``words`` that pass ``filters``; ``page`` counts from 0."""
        wanted = terms(text(words, LONGEST_SEARCH))
        page = max(0, whole(page))
        narrowed = chosen(filters)
        while True:
            found = browse(
                self.work.store.path,
                words,
                narrowed,
                oldest_first=bool(oldest_first),
                offset=page * STORIES,
                limit=STORIES,
            )
            pages = max(1, -(-found.total // STORIES))
            if page < pages:
                break
            page = pages - 1  # articles were removed, or the search was changed
        return {
            "stories": [_story(story, wanted) for story in found.stories],
            "total": found.total,
            "articles": found.articles,
            "page": page,
            "pages": pages,
            "wanted": wanted,
        }

    @refusing
    def read(self, article_id: str) -> dict[str, Any]:
        """The whole article, and the others whose text is a copy of its own."""
        store = self.work.store
        try:
            article = store.article(text(article_id, LONGEST_ID))
            copies = [store.article(other) for other in store.copies(article.id)]
        except KeyError:
            raise InputError("this article is no longer in the library") from None
        return shown.article(article, "", 0) | {"copies": [_named(copy) for copy in copies]}

    @refusing
    def count(self, filters: dict[str, Any]) -> dict[str, Any]:
        """How many articles pass ``filters``."""
        return {"articles": count(self.work.store.path, chosen(filters))}

    @refusing
    def add(self, batch: str) -> dict[str, Any]:
        """Ingest what was uploaded as ``batch``, or go on with it. Returns what ``progress`` does."""
        return _status(self.work.add(str(batch)))

    @refusing
    def progress(self, batch: str) -> dict[str, Any]:
        """How far the upload or removal ``batch`` is (``ui.library_work.Status``); ``state`` is "" if unknown."""
        return _status(self.work.job(str(batch)))

    @refusing
    def stop(self, batch: str) -> dict[str, Any]:
        """Have the upload ``batch`` stop. Returns what ``progress`` does."""
        job = self.work.job(str(batch))
        if job:
            job.stop()
        return _status(job)

    @refusing
    def remove(self, batch: str, article_ids: list[str]) -> dict[str, Any]:
        """Remove articles; ``batch`` is a token to ask ``progress`` by."""
        if not isinstance(article_ids, list) or len(article_ids) > MOST_REMOVED:
            raise InputError(f"not a list of at most {MOST_REMOVED:,} articles; choose fewer")
        return _status(self.work.remove(str(batch), [text(one, LONGEST_ID) for one in article_ids]))


def _status(job: Job | None) -> dict[str, Any]:
    if job is None:
        return {"state": ""}
    now = job.status
    return asdict(now) | {"ended": now.ended, "seconds_left": now.seconds_left}


def _named(article: Article) -> dict[str, Any]:
    return {
        "id": article.id,
        "name": shown.name(article),
        "publisher": article.publisher,
        "published": article.published,
    }


def _story(story: Story, wanted: list[str]) -> dict[str, Any]:
    copies = [_named(copy) for copy in story.copies]
    return _named(story.article) | {"excerpt": excerpt(story.article.text, wanted), "copies": copies}


def excerpt(text: str, wanted: list[str]) -> str:
    """How a text begins, or where that holds none of the words, what stands around the first that is in it."""
    longest_first = sorted(wanted, key=len, reverse=True)
    found = re.search("|".join(map(re.escape, longest_first)), text, re.IGNORECASE) if wanted else None
    start = max(0, found.start() - EXCERPT // 3) if found and found.end() > EXCERPT else 0
    part = " ".join(text[start : start + 2 * EXCERPT].split())
    if len(part) > EXCERPT:
        part = f"{part[:EXCERPT].rsplit(' ', 1)[0]} …"
    return f"… {part.split(' ', 1)[-1]}" if start else part
