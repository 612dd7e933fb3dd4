"""A report's numbers as tables and lines of text, for any page. Ignorant of files, of Markdown and of HTML."""

from collections.abc import Mapping
from dataclasses import dataclass

from evals.provenance import Provenance
from evals.types import Estimate, Report

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
AURC: area under the risk-coverage curve. ECE: expected calibration error, 10 bins. For both, right is a short answer
of F1 0.5 or more: what confidence speaks of."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table ready to be drawn. The first column may be of unknown origin (a kind); the others are ours."""

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


def text_table(table: Table) -> str:
    """The table in aligned columns."""
    lines = [table.head, *table.rows]
    widths = [max(len(line[i]) for line in lines) for i in range(len(table.head))]
    drawn = ("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines)
    return "\n".join([table.title, *drawn])


def heading(made: Provenance) -> str:
    """What was asked, in a few words."""
    return f"{made.gold}, {'all questions' if made.half == 'all' else f'{made.half} half'}"


def circumstances(report: Report, made: Provenance) -> list[str]:
    """What the run was made with, a line each."""
    commit = "no commit" if made.commit is None else f"commit {made.commit[:12]}{' with changes' * bool(made.changed)}"
    return [
        f"{made.started}, Byline {made.packages.get('byline', '')}, {commit}, Python {made.python}",
        f"gold sha256 {made.gold_sha256[:12]}, {len(report.results)} questions"
        + ("" if made.limit is None else f" (the first, at most {made.limit})"),
        f"corpus of {made.articles} articles, sha256 {made.corpus_sha256[:12]}",
        f"encoder {made.encoder}, sha256 {made.encoder_sha256[:12]}, {made.encoder_dtype}",
        f"reader {made.reader}, sha256 {made.reader_sha256[:12]}, {made.reader_dtype}",
        *([f"language model {made.llm}"] if made.llm else []),
        *([f"configuration {_settings(made)}"] if made.configuration else []),
        f"{made.cpu}, {made.cores} cores",
        f"intervals: percentile bootstrap, {report.resamples} resamples, seed {report.seed}",
    ]


def _settings(made: Provenance) -> str:
    return ", ".join(f"{name} {value}" for name, value in made.configuration.items() if value not in ("", None))


def _cell(name: str, estimate: Estimate) -> str:
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return "–"
    if name.startswith("seconds"):
        return f"{estimate.value:.3f} [{estimate.low:.3f}, {estimate.high:.3f}]"
    return f"{100 * estimate.value:.1f} [{100 * estimate.low:.1f}, {100 * estimate.high:.1f}]"
