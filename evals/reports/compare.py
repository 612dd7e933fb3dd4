"""Ways to answer side by side on the same gold questions: extractive, and by language models. Ignorant of both."""

from collections.abc import Mapping, Sequence
from statistics import mean

from evals.tables import Table
from evals.types import Given, Report

LEGEND = """\
prose: of the questions, those answered in a model's prose. supported: of the sentences that models wrote, those that
the passages they cite bear out; higher is better. contains, cite P, cite R, answered, abstain P, R: as in the report.
tokens: a question, read and written, as far as the provider counts them."""

_COLUMNS = {
    "contains": "contains",
    "cite_precision": "cite P",
    "cite_recall": "cite R",
    "answered": "answered",
    "abstain_precision": "abstain P",
    "abstain_recall": "abstain R",
}


def comparison(reports: Mapping[str, Report]) -> Table:
    """One row a way: per cent over all its questions, median seconds and mean tokens a question."""
    head = ("way", "n", "prose", "supported", *_COLUMNS.values(), "p50 s", "tokens in", "tokens out")
    return Table("Compared, %", head, tuple(_row(way, report) for way, report in reports.items()))


def support(answers: Sequence[Given]) -> float | None:
    """The share of all sentences that models wrote which are supported, in [0, 1]; ``None`` where they wrote none."""
    sentences = sum(answer.sentences for answer in answers)
    return sum(answer.supported for answer in answers) / sentences if sentences else None


def _row(way: str, report: Report) -> tuple[str, ...]:
    answers = [result.answer for result in report.results if result.answer is not None]
    metrics = report.rows[-1].metrics
    seconds = metrics["seconds_p50"].value
    tokens = [[answer.tokens.get(side, 0) for answer in answers] for side in ("input", "output")]
    return (
        way,
        str(len(report.results)),
        _percent(sum(answer.mode == "generated" for answer in answers) / max(1, len(answers))),
        _percent(support(answers)),
        *(_percent(metrics[name].value) for name in _COLUMNS),
        "–" if seconds is None else f"{seconds:.2f}",
        *(f"{mean(counts):.0f}" if any(counts) else "–" for counts in tokens),
    )


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.1f}"
