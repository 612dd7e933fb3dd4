"""The process that asks gold questions, so that a long run takes nothing from the chat but idle time.

Started by ``ui.evals_work`` with an ``Order`` as JSON; says how far it is as JSON, one object a line:
``{"failure": line}``, ``{"total": questions}``, ``{"contains": the score of one that was asked, "again": whether an
earlier run had asked it}``, ``{"summing": true}``, and last ``{"result": name}`` or ``{"error": line}``. It may be
killed at any moment: the same run goes on where it was (``evals.journal``). Knows nothing of the page.
"""

import json
import os
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evals.provenance import Provenance
    from evals.types import Example
    from qa.engine import Engine
    from qa.reader.reader import SpanReader
    from vectorstore.store import Store

NICE = 10
"""How far behind the chat it stands for the processor, of 19."""

Say = Callable[..., None]


@dataclass(frozen=True, slots=True)
class Order:
    """What to ask, of what, and with which models; paths and names as their own opening functions take them.

    ``reranker`` "" is none. ``passages`` and ``threshold`` are the engine's settings.
    """

    store: str
    gold: str
    out: str
    encoder: str
    reader: str
    reranker: str
    passages: int
    threshold: float


def main() -> None:
    """Carry out the order ``sys.argv[2]``."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if hasattr(os, "nice"):
        os.nice(NICE)
    lines = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)  # what a library prints is no line of ours

    def say(**line: object) -> None:
        lines.write(json.dumps(line) + "\n")

    from vectorstore.errors import BylineError

    try:
        _carry_out(Order(**json.loads(sys.argv[2])), say)
    except BylineError as error:
        say(error=str(error))
    lines.flush()
    os._exit(0)  # at once: the libraries' own threads have nothing left to do


def _carry_out(order: Order, say: Say) -> None:
    """Ask what is left to ask, and write the report. Raises ``BylineError``."""
    from evals.gold import load

    examples = load(Path(order.gold), lambda error: say(failure=str(error)))  # before what takes seconds

    from evals.reports.write import make_folder
    from qa.engine import Engine, Settings
    from qa.reading import open_reader
    from qa.reranking import open_reranker
    from vectorstore.store import Store

    make_folder(Path(order.out))
    reader, reranker = open_reader(order.reader), open_reranker(order.reranker or None)
    with Store(Path(order.store), model=order.encoder) as store:
        engine = Engine(store, reader, reranker, settings=Settings(order.passages, order.threshold))
        made_with = _made_with(Path(order.gold), engine, store, reader)
        say(result=_run(engine, store, examples, made_with, Path(order.out), say))


def _run(
    engine: "Engine", store: "Store", examples: "list[Example]", made_with: "Provenance", out: Path, say: Say
) -> str:
    """The name of the result."""
    from evals.journal import journal
    from evals.reports.write import write
    from evals.rows import summed
    from evals.run import ask_all, located

    questions = located(examples, store, lambda error: say(failure=str(error)))
    with journal(out, made_with, examples, texts=True) as kept:
        results = dict(kept.results)
        say(total=len(questions))
        for result in results.values():
            say(contains=result.scores.contains, again=True)
        left = [question for question in questions if question.example.id not in results]
        for result in ask_all(engine, left, store):
            kept.add(result)
            results[result.example.id] = result
            say(contains=result.scores.contains, again=False)
            if result.outcome == "failed":
                say(failure=f'question "{result.example.id}": {result.error}')
        say(summing=True)
        report = summed([results[question.example.id] for question in questions])
        name = write(report, made_with, out).stem
        kept.remove()
    return name


def _made_with(gold: Path, engine: "Engine", store: "Store", reader: "SpanReader") -> "Provenance":
    """What ``byline eval --store`` records of the same run, so that either goes on with what the other began."""
    from evals.provenance import record
    from evals.running import configuration

    made_with = record(gold, half="all", limit=None, articles=store.articles(), encoder=store.encoder, reader=reader)
    return replace(made_with, configuration=configuration(engine))


def _end_with_parent() -> None:
    """End when the server does: its end of our input is closed then."""
    sys.stdin.buffer.read()
    os._exit(1)
