"""The endpoints of the evals: gold sets, a run, its result, two results compared. ``static/evals.js`` draws them.

What comes from the browser is checked here; a gold set or result is known to it by a name that it was given, never by
a path. Knows nothing of HTML.
"""

from dataclasses import asdict, dataclass, field
from typing import Any

import gradio as gr
from gradio.events import api

from evals.reports.html import as_html
from qa.engine import Engine
from qa.reader.reader import NAME as OWN_READER
from qa.reader.reader import SpanReader
from ui import evals_gold, evals_results, evals_shown
from ui.evals_child import Order
from ui.evals_work import Status, Work
from ui.refusing import refusing
from ui.sent import text, whole

LONGEST = 1_000
"""Characters of a name, a kind or an outcome that a visitor may send."""


def build(engine: Engine, *, editable: bool) -> None:
    """Put the evals into the tab that is open, and their endpoints into the page.

    ``engine`` is what the chat answers with; a run uses the same models and settings. Where it is not ``editable``,
    results can be looked at but no run can be started.
    """
    do = Endpoints(engine, editable=editable)
    gr.Column(elem_id="evals")  # filled by static/evals.js
    at_once = [do.about, do.answers, *([do.start, do.progress, do.stop] if editable else [])]
    for function in at_once:
        api(function, api_name=f"evals_{function.__name__}", concurrency_limit=None, api_visibility="undocumented")
    for function in (do.result, do.compare, do.page):  # these reckon for seconds: one at a time
        name = f"evals_{function.__name__}"
        api(function, api_name=name, concurrency_limit=1, concurrency_id="evals", api_visibility="undocumented")


@dataclass(frozen=True, slots=True)
class Endpoints:
    """The functions of the evals over one store. What a user did wrong comes back as ``error``, a line."""

    engine: Engine
    editable: bool
    work: Work = field(default_factory=Work)

    @refusing
    def about(self) -> dict[str, Any]:
        """The ``runs`` that have left a result, newest first; where it is ``editable``, the ``golds`` to run."""
        store = self.engine.store.path
        golds = evals_gold.offered(store) if self.editable else []
        return {
            "editable": self.editable,
            "golds": [_gold(one) for one in golds],
            "runs": [asdict(one) for one in evals_results.listed(store)],
        }

    @refusing
    def start(self, gold: str) -> dict[str, Any]:
        """Ask every question of a gold set, or go on where such a run was stopped. Returns what ``progress`` does."""
        store = self.engine.store
        chosen = evals_gold.find(store.path, text(gold, LONGEST))
        reader, reranker = self.engine.reader, self.engine.reranker
        order = Order(
            store=str(store.path.absolute()),
            gold=str(chosen.path.absolute()),
            out=str(store.path.absolute() / evals_results.FOLDER),
            encoder=store.encoder.name,
            reader=reader.name if isinstance(reader, SpanReader) else OWN_READER,
            reranker=reranker.name if reranker else "",
            passages=self.engine.settings.passages,
            threshold=self.engine.settings.threshold,
        )
        return _status(self.work.start(chosen, order))

    @refusing
    def progress(self) -> dict[str, Any]:
        """How far the run is (``ui.evals_work.Status``); ``state`` is "" where there was none."""
        return _status(self.work.status)

    @refusing
    def stop(self) -> dict[str, Any]:
        """Stop the run. Returns what ``progress`` does."""
        return _status(self.work.stop())

    @refusing
    def result(self, name: str) -> dict[str, Any]:
        """The result of that name but its answers (``ui.evals_shown.run``)."""
        name = text(name, LONGEST)
        return evals_shown.run(name, evals_results.result(self.engine.store.path, name))

    @refusing
    def answers(self, name: str, kind: str, fate: str, page: int) -> dict[str, Any]:
        """A page of a result's answers, worst first, of a ``kind`` and a ``fate``: an outcome or a class of error.

        "" takes every one; ``page`` counts from 0.
        """
        recorded = evals_results.result(self.engine.store.path, text(name, LONGEST))
        return evals_shown.cases(
            recorded, text(kind, LONGEST), text(fate, LONGEST), whole(page), self.engine.store.article
        )

    @refusing
    def compare(self, before: str, after: str) -> dict[str, Any]:
        """The difference between two results (``ui.evals_shown.compared``)."""
        before, after = text(before, LONGEST), text(after, LONGEST)
        return evals_shown.compared(evals_results.compared(self.engine.store.path, before, after))

    @refusing
    def page(self, name: str) -> dict[str, Any]:
        """The result as one HTML page that needs nothing else, to be saved: its ``file`` name and ``html``."""
        recorded = evals_results.result(self.engine.store.path, text(name, LONGEST))
        html = as_html(recorded.report, recorded.provenance, texts=recorded.texts)
        return {"file": f"{recorded.path.stem}.html", "html": html}


def _gold(one: evals_gold.GoldSet) -> dict[str, Any]:
    return {
        "name": one.name,
        "title": one.title,
        "questions": one.questions,
        "kinds": [[kind, n] for kind, n in one.kinds.items()],
        "articles": one.articles,
        "present": one.present,
        "problems": list(one.problems),
        "error": one.error,
    }


def _status(now: Status) -> dict[str, Any]:
    return asdict(now) | {"ended": now.ended, "seconds_left": now.seconds_left}
