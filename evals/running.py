"""One run: asks what an earlier, unfinished run of the same has not asked, with progress. Ignorant of arguments."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

from evals.journal import Journal
from evals.rows import summed
from evals.run import Asks, Corpus, Question, ask_all
from evals.statistics import RESAMPLES
from evals.types import Report, Result

if TYPE_CHECKING:
    from qa.engine import Engine


def run(
    engine: Asks,
    questions: Sequence[Question],
    corpus: Corpus,
    journal: Journal | None = None,
    *,
    jobs: int = 1,
    resamples: int = RESAMPLES,
) -> Report:
    """The report of all questions, in their order. What ``journal`` holds is not asked again, the rest is added to it.

    ``jobs`` is as in ``ask_all``, ``resamples`` the bootstrap's. Raises ``BylineError`` if the journal cannot be
    written.
    """
    results = dict(journal.results) if journal else {}
    left = [question for question in questions if question.example.id not in results]
    with tqdm(total=len(questions), initial=len(results), unit="question", disable=None) as bar:
        for result in ask_all(engine, left, corpus, jobs=jobs):
            if journal:
                journal.add(result)
            results[result.example.id] = result
            if not bar.disable:
                bar.set_postfix_str(so_far(results.values()), refresh=False)
            bar.update()
    return summed([results[question.example.id] for question in questions], resamples=resamples)


def configuration(engine: "Engine", *, jobs: int = 1) -> dict[str, Any]:
    """How the engine is set, as ``Provenance`` keeps it: its settings and its reranker, "" for none."""
    reranker = engine.reranker
    return asdict(engine.settings) | {
        "reranker": reranker.name if reranker else "",
        "reranker_sha256": reranker.sha256 if reranker else "",
        "jobs": jobs,
    }


def so_far(results: Collection[Result]) -> str:
    """How a run goes, in a few words: how many of the answers hold a gold answer, and how many were withheld."""
    holding = [one.scores.contains for one in results if one.scores.contains is not None]
    withheld = sum(one.answer is not None and one.answer.abstained for one in results)
    contains = f"contains {100 * sum(holding) / len(holding):.1f} %, " if holding else ""
    return f"{contains}abstained {withheld} of {len(results)}"
