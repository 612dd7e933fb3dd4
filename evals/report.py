"""A report as text, Markdown and JSON. Ignorant of how it was measured, and of the terminal."""

import hashlib
import html
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from evals.gold import half
from evals.provenance import Provenance
from evals.types import Estimate, Report, Result
from vectorstore.errors import BylineError

FORMAT = 1

# Title, then the columns: metric and its heading.
_TABLES: tuple[tuple[str, Mapping[str, str]], ...] = (
    (
        "Answers, %",
        {
            "contains": "contains",
            "exact_match": "EM",
            "f1": "F1",
            "sides": "sides",
            "all_sides": "all sides",
            "none_wrong": "none wrong",
            "all_sides_only": "all sides only",
        },
    ),
    (
        "Retrieval, %",
        {
            "hit_1": "hit@1",
            "hit_5": "hit@5",
            "covered_5": "covered@5",
            "recall_20": "recall@20",
            "mrr": "MRR",
            "ndcg_10": "nDCG@10",
        },
    ),
    (
        "Citations, %, and seconds a question",
        {
            "cite_exact": "cite exact",
            "cite_precision": "cite P",
            "cite_recall": "cite R",
            "seconds_p50": "p50 s",
            "seconds_p95": "p95 s",
        },
    ),
    (
        "Abstention and confidence, %",
        {
            "answered": "answered",
            "abstain_precision": "abstain P",
            "abstain_recall": "abstain R",
            "aurc": "AURC ↓",
            "ece": "ECE ↓",
        },
    ),
)

LEGEND = """\
Each cell: the value and its 95 % bootstrap interval over questions; – where nothing applies. Higher is better, but ↓.
contains: a gold answer stands in the answer as whole words. EM, F1: the short answer by SQuAD's script.
sides: of the different answers of a conflict, the share shown, in the answer or its findings; all sides: every one.
none wrong: of given answers, no answer known to be false is shown. all sides only: every side, and none wrong.
hit@k: a gold quote stands whole inside one of the k best passages; covered@k: or spread over several of them.
cite exact: quotes are the article's own words and every marker resolves. cite P, R: citations against gold evidence.
answered: of the answerable. abstain P, R: of the abstentions, right ones; of the unanswerable, those abstained on.
AURC: area under the risk-coverage curve. ECE: expected calibration error, 10 bins."""

_MARKDOWN = re.compile(r"([\\`*_\[\]|~$])")


@dataclass(frozen=True, slots=True)
class Table:
    """A table ready to be drawn: the first column is the kind of question."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def tables(report: Report) -> list[Table]:
    """The metrics by kind; a column in which nothing applies is left out, and so is a table without a column."""
    drawn = []
    for title, columns in _TABLES:
        names = [name for name in columns if any(row.metrics[name].value is not None for row in report.rows)]
        rows = [(row.kind, str(row.n), *(_cell(name, row.metrics[name]) for name in names)) for row in report.rows]
        if names:
            drawn.append(Table(title, ("kind", "n", *(columns[name] for name in names)), tuple(rows)))
    return drawn


def as_text(report: Report) -> str:
    """The tables in aligned columns, and what they mean."""
    return "\n\n".join([*map(text_table, tables(report)), LEGEND])


def as_markdown(report: Report, provenance: Provenance) -> str:
    """The tables, what they were made with, and the questions that went wrong, by id."""
    gold, part = provenance.gold, "all questions" if provenance.half == "all" else f"{provenance.half} half"
    parts = [f"# {_escape(gold)}, {part}", _circumstances(report, provenance)]
    for table in tables(report):
        lines = [
            table.head,
            tuple("---" for _ in table.head),
            *((_escape(kind), *cells) for kind, *cells in table.rows),
        ]
        parts.append(f"## {table.title}\n\n" + "\n".join(f"| {' | '.join(line)} |" for line in lines))
    parts.append("\n".join(f"* {line}" for line in LEGEND.splitlines()))
    parts.append("## Questions that went wrong")
    for outcome in ("failed", "wrong", "withheld", "should be withheld"):
        ids = [_escape(one.example.id) for one in report.results if one.outcome == outcome]
        parts.append(f"**{outcome}** ({len(ids)}): {', '.join(ids) or 'none'}")
    return "\n\n".join(parts) + "\n"


def as_json(report: Report, provenance: Provenance, *, texts: bool) -> str:
    """Everything, as JSON without NaN (``null`` where undefined).

    Without ``texts`` no question, answer, quote or error message is in it: ids, offsets, scores and numbers only.
    """
    content = {
        "format": FORMAT,
        "provenance": asdict(provenance),
        "bootstrap": {"seed": report.seed, "resamples": report.resamples, "level": 0.95},
        "rows": [asdict(row) for row in report.rows],
        "results": [_record(one, texts=texts) for one in report.results],
    }
    return json.dumps(content, ensure_ascii=False, allow_nan=False) + "\n"


def write(report: Report, provenance: Provenance, folder: Path, *, texts: bool = True) -> Path:
    """Write ``GOLD-HALF-DATE-SHA12.md`` and ``.json`` into a folder that exists, and return the latter's path.

    SHA12 is the start of the JSON's sha256, so that no run overwrites another. The JSON comes last: where it is, the
    report is whole. Raises ``BylineError`` if they cannot be written.
    """
    content = as_json(report, provenance, texts=texts)
    sha12 = hashlib.sha256(content.encode()).hexdigest()[:12]
    path = folder / f"{provenance.gold}-{provenance.half}-{provenance.started[:10]}-{sha12}.json"
    try:
        path.with_suffix(".md").write_text(as_markdown(report, provenance), encoding="utf-8")
        path.write_text(content, encoding="utf-8")
    except OSError as error:
        raise BylineError(f"{path}: cannot be written ({error.strerror}); choose another --out") from error
    return path


def _cell(name: str, estimate: Estimate) -> str:
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return "–"
    if name.startswith("seconds"):
        return f"{estimate.value:.3f} [{estimate.low:.3f}, {estimate.high:.3f}]"
    return f"{100 * estimate.value:.1f} [{100 * estimate.low:.1f}, {100 * estimate.high:.1f}]"


def text_table(table: Table) -> str:
    """The table in aligned columns."""
    lines = [table.head, *table.rows]
    widths = [max(len(line[i]) for line in lines) for i in range(len(table.head))]
    drawn = ("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines)
    return "\n".join([table.title, *drawn])


def _circumstances(report: Report, made: Provenance) -> str:
    commit = "no commit" if made.commit is None else f"commit {made.commit[:12]}{' with changes' * bool(made.changed)}"
    facts = (
        f"{made.started}, Byline {made.packages['byline']}, {commit}, Python {made.python}",
        f"gold sha256 {made.gold_sha256[:12]}, {len(report.results)} questions"
        + ("" if made.limit is None else f" (the first, at most {made.limit})"),
        f"corpus of {made.articles} articles, sha256 {made.corpus_sha256[:12]}",
        f"encoder {made.encoder}, sha256 {made.encoder_sha256[:12]}, {made.encoder_dtype}",
        f"reader {made.reader}, sha256 {made.reader_sha256[:12]}, {made.reader_dtype}",
        *([f"language model {made.llm}"] if made.llm else []),
        f"{made.cpu}, {made.cores} cores",
        f"intervals: percentile bootstrap, {report.resamples} resamples, seed {report.seed}",
    )
    return "\n".join(f"* {_escape(fact)}" for fact in facts)


def _record(one: Result, *, texts: bool) -> dict[str, Any]:
    """One question: what was asked, answered and expected, where, and how it scored."""
    example, answer = one.example, one.answer
    record: dict[str, Any] = {
        "id": example.id,
        "kind": example.kind,
        "half": half(example.id),
        "answerable": example.answerable,
        "outcome": one.outcome,
        "seconds": one.seconds,
        "scores": asdict(one.scores),
    }
    if answer is not None:
        record |= {
            "abstained": answer.abstained,
            "confidence": answer.confidence,
            "mode": answer.mode,
            "sentences": len(answer.sentences),
            "support": answer.support,
            "tokens": dict(answer.tokens),
            "citations": [
                {"marker": made.marker, "article_id": made.article.id, "start": made.start, "end": made.end}
                for made in answer.citations
            ],
            "passages": [
                {
                    "article_id": at.passage.article_id,
                    "start": at.passage.start,
                    "end": at.passage.end,
                    "score": at.score,
                }
                for at in answer.passages
            ],
        }
    return record | _texts(one) if texts else record


def _texts(one: Result) -> dict[str, Any]:
    example, answer = one.example, one.answer
    texts: dict[str, Any] = {
        "question": example.question,
        "history": [asdict(turn) for turn in example.history],
        "gold": list(example.answers),
        "wrong": list(example.wrong),
        "evidence": [asdict(piece) for piece in example.evidence],
        "error": one.error,
    }
    if answer is not None:
        texts |= {
            "standalone_question": answer.standalone_question,
            "answer": answer.answer,
            "short_answer": answer.short_answer,
            "findings": [{"value": one.value, "confidence": one.confidence} for one in answer.findings],
        }
    return texts


def _escape(text: str) -> str:
    """Text of unknown origin as Markdown that shows it and does nothing else, anywhere but at the start of a line."""
    return _MARKDOWN.sub(r"\\\1", html.escape(" ".join(text.split()), quote=False))
