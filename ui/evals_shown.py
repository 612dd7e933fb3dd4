"""Results as the page gets them: numbers, tables and plots as data, answers beside their gold. Ignorant of HTML."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from evals.records import Recorded
from evals.reports import diff
from evals.reports.diff import LOWER_IS_BETTER, Change, Difference, Flip
from evals.reports.plots import plots
from evals.tables import LEGEND, circumstances, tables
from evals.taxonomy import RULES, error_class, worst_first
from evals.types import Estimate, Given, GivenCitation, Report, Result, Row
from ui import shown
from vectorstore.types import Article

ArticleOf = Callable[[str], Article]

COLUMNS = {
    "contains": "contains",
    "exact_match": "EM",
    "f1": "F1",
    "hit_5": "hit@5",
    "cite_precision": "cite P",
    "cite_recall": "cite R",
    "abstain_precision": "abstain P",
    "abstain_recall": "abstain R",
    "ece": "ECE ↓",
}
"""The metrics of the first table; the others can be unfolded. The words are those of ``evals.tables``."""

CASES = 10
"""Answers on a page of the list."""
FLIPS = 200
"""Questions that flipped, as many as are shown."""
GOOD = ("right", "rightly withheld")


def run(name: str, recorded: Recorded) -> dict[str, Any]:
    """A whole result but its answers: what it was made with, numbers by kind, plots, errors by class.

    Each cell of the first table is ``{"value", "low", "high"}`` in [0, 1], or ``None`` where nothing applies. A plot's
    ``svg`` is text of ``evals.reports.plots``, to be drawn anew, element by element.
    """
    report, made = recorded.report, recorded.provenance
    classes = Counter(error_class(one) for one in report.results)
    return {
        "name": name,
        "gold": made.gold,
        "started": made.started,
        "texts": recorded.texts,
        "facts": circumstances(report, made),
        "table": _first_table(report),
        "tables": [asdict(one) for one in tables(report)],
        "legend": LEGEND.splitlines(),
        "plots": [asdict(one) for one in plots(report)],
        "errors": [[name, classes[name], rule.says] for name, rule in RULES.items() if classes[name]],
        "outcomes": _counted(one.outcome for one in report.results),
        "kinds": _counted(one.example.kind for one in report.results),
    }


def cases(recorded: Recorded, kind: str, fate: str, page: int, article_of: ArticleOf) -> dict[str, Any]:
    """One page of the answers, worst first, of a kind and an outcome or class of error; "" takes every one."""
    found = [
        one
        for one in worst_first(recorded.report.results)
        if kind in ("", one.example.kind) and fate in ("", one.outcome, error_class(one))
    ]
    pages = max(1, -(-len(found) // CASES))
    page = min(max(0, page), pages - 1)
    shown_now = found[page * CASES : (page + 1) * CASES]
    return {
        "cases": [_case(one, article_of) for one in shown_now],
        "total": len(found),
        "page": page,
        "pages": pages,
    }


def compared(found: Difference) -> dict[str, Any]:
    """Two runs on the questions that both were asked: the differences with their intervals, and what flipped."""
    everything = {one.metric: one for one in found.changes if one.kind == "all"}
    moves = Counter(flip.why for flip in found.flips)
    return {
        "common": found.common,
        "only_before": len(found.only_before),
        "only_after": len(found.only_after),
        "changed_gold": len(found.changed_gold),
        "made": [[name, *sides] for name, sides in found.made.items()],
        "changes": [_change(everything[name], label) for name, label in COLUMNS.items() if name in everything],
        "tables": [asdict(one) for one in diff.tables(found)],
        "moves": [list(one) for one in moves.most_common()],
        "flips": [_flip(one) for one in sorted(found.flips, key=_turn_rank)[:FLIPS]],
        "flipped": len(found.flips),
    }


def _counted(values: Any) -> list[list[Any]]:
    return [[name, n] for name, n in Counter(values).items()]


def _first_table(report: Report) -> dict[str, Any]:
    """The row of all questions comes first; a column in which nothing applies is left out."""
    names = [name for name in COLUMNS if any(row.metrics[name].value is not None for row in report.rows)]
    rows = [report.rows[-1], *report.rows[:-1]]
    return {
        "columns": [COLUMNS[name] for name in names],
        "rows": [{"kind": row.kind, "n": row.n, "cells": _cells(row, names)} for row in rows],
    }


def _cells(row: Row, names: list[str]) -> list[dict[str, Any] | None]:
    return [_estimate(row.metrics[name]) for name in names]


def _estimate(one: Estimate) -> dict[str, Any] | None:
    return None if one.value is None else asdict(one)


def _case(one: Result, article_of: ArticleOf) -> dict[str, Any]:
    """An answer beside what was expected. ``here`` tells whether the article is still in the library."""
    example = one.example
    named = _names(one, article_of)
    why = error_class(one)
    return {
        "id": example.id,
        "kind": example.kind,
        "outcome": one.outcome,
        "good": one.outcome in GOOD and why is None,
        "error_class": why or "",
        "rule": RULES[why].says if why else "",
        "seconds": one.seconds,
        "question": example.question,
        "history": [asdict(turn) for turn in example.history],
        "gold": list(example.answers),
        "wrong": list(example.wrong),
        "answerable": example.answerable,
        "evidence": [
            {"article_id": piece.source, "quote": piece.quote, "start": -1, **_named(piece.source, named)}
            for piece in dict.fromkeys(example.evidence)
        ],
        "error": one.error,
        "given": _given(one.answer, named) if one.answer else None,
    }


def _given(answer: Given, named: Mapping[str, str]) -> dict[str, Any]:
    return {
        "answer": answer.answer,
        "short_answer": answer.short_answer,
        "abstained": answer.abstained,
        "confidence": answer.confidence,
        "standalone_question": answer.standalone_question,
        "scope": answer.scope,
        "notice": answer.notice,
        "findings": [
            {"value": one.value, "confidence": one.confidence, "articles": len(one.article_ids)}
            for one in answer.findings
        ],
        "citations": [_citation(one, named) for one in answer.citations],
    }


def _citation(one: GivenCitation, named: Mapping[str, str]) -> dict[str, Any]:
    """A citation; ``article.text[start:end]`` was its quote when it was asked."""
    name = _named(one.article_id, named)
    return {
        "marker": one.marker,
        "article_id": one.article_id,
        "quote": one.quote,
        "start": one.start,
        "on_evidence": one.on_evidence,
        "holds_gold": one.holds_gold,
        **(name if name["here"] or not one.title else name | {"name": one.title}),
    }


def _names(one: Result, article_of: ArticleOf) -> dict[str, str]:
    """What a reader would call the articles that a case names, by id; those of the library only."""
    ids = [piece.source for piece in one.example.evidence]
    ids += [cited.article_id for cited in one.answer.citations] if one.answer else []
    named = {}
    for article_id in dict.fromkeys(ids):
        try:
            named[article_id] = shown.name(article_of(article_id))
        except KeyError:  # it was removed, or the gold file names another collection's
            continue
    return named


def _named(article_id: str, named: Mapping[str, str]) -> dict[str, Any]:
    return {"name": named.get(article_id, article_id), "here": article_id in named}


def _change(one: Change, label: str) -> dict[str, Any]:
    return {
        "label": label,
        "before": one.before,
        "after": one.after,
        "difference": _estimate(one.difference),
        "verdict": one.verdict,
        "lower_is_better": one.metric in LOWER_IS_BETTER,
    }


def _flip(flip: Flip) -> dict[str, Any]:
    example = flip.after.example
    return {
        "id": example.id,
        "kind": example.kind,
        "question": example.question,
        "gold": list(example.answers),
        "why": flip.why,
        "turn": _turn(flip),
        "before": _side(flip.before),
        "after": _side(flip.after),
    }


def _side(one: Result) -> dict[str, Any]:
    answer = one.answer
    said = one.error if answer is None else "" if answer.abstained else answer.short_answer or answer.answer
    return {"outcome": one.outcome, "said": said, "confidence": answer.confidence if answer else None}


def _turn(flip: Flip) -> str:
    """``worse``, ``better``, or where both are right or both wrong ``other``."""
    before, after = (one.outcome in GOOD for one in (flip.before, flip.after))
    return "other" if before == after else "better" if after else "worse"


def _turn_rank(flip: Flip) -> int:
    return ("worse", "better", "other").index(_turn(flip))
