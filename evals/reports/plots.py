"""The plots of a run as SVG text, each with its numbers as a table. Ignorant of pages, files and how it was measured.

They bring no style: the page's classes give colour, light or dark. Text in them is escaped.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from math import ceil

import numpy as np

from evals.calibration import Floats, risk_coverage
from evals.rows import table
from evals.tables import Table
from evals.ticks import step, ticks
from evals.types import Estimate, Report

WIDTH, HEIGHT = 420, 300
LEFT, RIGHT, TOP, BOTTOM = 66, 394, 16, 250
BINS = 10
"""Of the calibration plot, as in the expected calibration error."""

_SHARES = (("contains", "right"), ("abstain_recall", "rightly withheld"))
_MOST_POINTS = 300
_LONGEST = 17  # characters of a kind's name beside its line
_KIND = 40  # height of a kind's line: its name, and under it what is counted
_ROW = 18  # height of a line of words above a plot


@dataclass(frozen=True, slots=True)
class Plot:
    """A plot: ``svg`` is whole and safe to put into a page; ``table`` holds what it shows."""

    title: str
    says: str
    svg: str
    table: Table


@dataclass(frozen=True, slots=True)
class _Axis:
    """An axis from ``low`` to ``high``, drawn from ``start`` to ``end`` in the units of the picture."""

    label: str
    low: float
    high: float
    start: float
    end: float
    ticks: tuple[float, ...]
    shown: Callable[[float], str]

    def at(self, value: float) -> float:
        return self.start + (self.end - self.start) * (value - self.low) / (self.high - self.low)


def plots(report: Report) -> list[Plot]:
    """The plots to which the run has something to say."""
    rows = table(report.results)
    confidence, risk, seconds = rows[:, -3:].T
    scored, given = ~np.isnan(risk), ~np.isnan(risk) & (confidence >= 0)
    drawn = []
    if report.rows[-1].metrics["aurc"].value is not None:
        drawn.append(_risk_coverage(confidence[scored], risk[scored]))
    if given.any():
        drawn.append(_calibration(confidence[given], risk[given]))
    if any(row.metrics[metric].value is not None for row in report.rows for metric, _word in _SHARES):
        drawn.append(_kinds(report))
    return [*drawn, _latency(seconds)]


def _risk_coverage(confidence: Floats, risk: Floats) -> Plot:
    coverage, risks = risk_coverage(confidence, risk)
    answered = float((confidence >= 0).mean())
    x, y = _percent_axes("questions answered, surest first", "of these wrong")
    kept = np.unique(np.linspace(0, len(risks) - 1, min(len(risks), _MOST_POINTS)).round().astype(int))
    points = " ".join(f"{x.at(coverage[i]):.1f},{y.at(risks[i]):.1f}" for i in kept)
    at = x.at(answered)
    marks = [
        f'<polyline class="line" points="{points}"/>',
        f'<line class="guide" x1="{at:.1f}" y1="{TOP}" x2="{at:.1f}" y2="{BOTTOM}"/>',
        _text(at, TOP + 12, f"answered: {_percent(answered)}", _side(at), 5),
    ]
    cuts = [max(1, round(len(risks) * tenth / 10)) for tenth in range(1, 11)]
    cells = tuple((f"{tenth}0 %", _percent(risks[cut - 1], 1)) for tenth, cut in enumerate(cuts, 1))
    says = (
        "The share that is wrong among the surest answers, the more of them are taken; lower is better. Right of the "
        "dashed line stand the questions on which no answer was given, which count as wrong."
    )
    return _plot("Risk and coverage", says, (x, y), marks, Table("", ("answered", "wrong"), cells))


def _calibration(confidence: Floats, risk: Floats) -> Plot:
    x, y = _percent_axes("confidence", "right")
    edges = np.linspace(0, 1, BINS + 1)
    bin_of = np.searchsorted(edges[1:-1], confidence, side="left")
    marks = [f'<line class="guide" x1="{x.at(0)}" y1="{y.at(0)}" x2="{x.at(1)}" y2="{y.at(1)}"/>']
    cells = []
    for i in range(BINS):
        inside = bin_of == i
        if not inside.any():
            continue
        claimed, right, n = float(confidence[inside].mean()), float(1 - risk[inside].mean()), int(inside.sum())
        radius = 3 + 9 * (n / len(risk)) ** 0.5
        marks.append(
            f'<circle class="dot" cx="{x.at(claimed):.1f}" cy="{y.at(right):.1f}" r="{radius:.1f}">'
            f"<title>answers: {n}, claimed {_percent(claimed)}, right {_percent(right)}</title></circle>"
        )
        cells.append((f"{i}0 to {i + 1}0 %", str(n), _percent(claimed, 1), _percent(right, 1)))
    says = (
        "Of the answers given with about the same confidence, the share whose short answer is right (F1 of 0.5 or "
        "more). On the dashed line confidence is honest; below it, too high. The larger the dot, the more answers."
    )
    head = ("confidence", "answers", "claimed, mean", "right")
    return _plot("Calibration", says, (x, y), marks, Table("", head, tuple(cells)))


def _kinds(report: Report) -> Plot:
    """One line a kind: right answers where it has any, else rightly withheld ones."""
    scores: list[tuple[str, int, str, Estimate]] = []
    for row in report.rows:
        for metric, word in _SHARES:
            if row.metrics[metric].value is not None:
                scores.append((row.kind, row.n, word, row.metrics[metric]))
                break
    left, height = 166, TOP + _KIND * len(scores)
    x = _Axis("right, or rightly withheld", 0, 1, left, RIGHT, (0, 0.25, 0.5, 0.75, 1), _percent)
    marks, cells = [], []
    for i, (kind, n, word, score) in enumerate(scores):
        at = TOP + _KIND * i + _KIND // 2
        value, low, high = (number or 0.0 for number in (score.value, score.low, score.high))
        interval = f"{100 * low:.1f} to {_percent(high, 1)}"
        told = f"{escape(kind)}: {_percent(value, 1)} {word}, 95 % interval {interval}, questions: {n}"
        marks += [
            f"<g><title>{told}</title>",
            _text(left - 12, at - 3, kind if len(kind) <= _LONGEST else f"{kind[: _LONGEST - 1]}…", "end"),
            _text(left - 12, at + 13, f"{word}, n = {n}", "end", small=True),
            f'<line class="whisker" x1="{x.at(low):.1f}" y1="{at}" x2="{x.at(high):.1f}" y2="{at}"/>',
            f'<circle class="dot" cx="{x.at(value):.1f}" cy="{at}" r="5"/></g>',
        ]
        cells.append((kind, str(n), word, _percent(value, 1), interval))
    says = (
        "The share of each kind's questions whose answer holds a gold answer; of unanswerable kinds, the share on "
        "which none was given. Dot: the value; line: its 95 % interval."
    )
    head = ("kind", "questions", "share", "value", "95 % interval")
    grid = _horizontal(x, TOP, height)
    return _drawn("Score by kind", says, [grid, *marks], Table("", head, tuple(cells)), height + HEIGHT - BOTTOM)


def _latency(seconds: Floats) -> Plot:
    median, p95, p99, longest = (float(value) for value in np.quantile(seconds, (0.5, 0.95, 0.99, 1)))
    wide = step(max(p99, 1e-6) / 16)
    edges = [wide * i for i in range(ceil(p99 / wide + 1e-9) + 1)]
    counts = np.histogram(np.minimum(seconds, edges[-1]), edges)[0].tolist()
    apart = max(1, step(max(counts) / 4))
    top = ceil(max(counts) / apart) * apart
    x = _Axis("seconds a question", 0, edges[-1], LEFT, RIGHT, ticks(0, edges[-1], 5), lambda one: f"{one:g}")
    y_ticks = tuple(apart * i for i in range(round(top / apart) + 1))
    y = _Axis("questions", 0, top, BOTTOM, TOP + 2 * _ROW + 4, y_ticks, lambda one: f"{one:g}")
    marks = [
        f'<rect class="bar" x="{x.at(low) + 0.5:.1f}" y="{y.at(n):.1f}" width="{x.at(end) - x.at(low) - 1:.1f}" '
        f'height="{BOTTOM - y.at(n):.1f}"><title>from {low:g} s{f" to {end:g}" * (end < edges[-1])}: {n}</title></rect>'
        for (low, end), n in zip(pairwise(edges), counts, strict=True)
    ]
    words = []  # above the bars, and each line begins beside its own: none crosses the other's
    for name, value, begin in (("half", median, TOP), ("95 %", p95, TOP + _ROW)):
        at = x.at(min(value, edges[-1]))
        place = f'x1="{at:.1f}" y1="{begin}" x2="{at:.1f}" y2="{BOTTOM}"'
        marks += [f'<line class="{style}" {place}/>' for style in ("halo", "guide")]  # to be seen on the bars too
        words.append(_text(at, begin + 12, f"{name} within {_seconds(value)}", _side(at), 5))
    marks += words
    says = f"How long questions took. The last bar holds all that took longer; the slowest took {_seconds(longest)}."
    quantiles = (0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1)
    cells = ((_percent(one), f"{np.quantile(seconds, one):.3f}") for one in quantiles)
    return _plot("Latency", says, (x, y), marks, Table("", ("of the questions", "within seconds"), tuple(cells)))


def _seconds(value: float) -> str:
    return f"{value:.0f} s" if value >= 10 else f"{value:.2g} s"  # noqa: PLR2004 - two digits, and never an exponent


def _percent(share: float, digits: int = 0) -> str:
    return f"{100 * share:.{digits}f} %"


def _percent_axes(across: str, up: str) -> tuple[_Axis, _Axis]:
    fifths = (0, 0.2, 0.4, 0.6, 0.8, 1)
    return _Axis(across, 0, 1, LEFT, RIGHT, fifths, _percent), _Axis(up, 0, 1, BOTTOM, TOP, fifths, _percent)


def _side(x: float) -> str:
    """The side of a vertical line on which its label has more room: its text anchor."""
    return "end" if x > (LEFT + RIGHT) / 2 else "start"


def _text(x: float, y: float, words: str, anchor: str, shift: float = 0, *, small: bool = False) -> str:
    at = x - shift if anchor == "end" else x + shift
    style = ' class="small"' if small else ""
    return f'<text{style} x="{at:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'


def _horizontal(x: _Axis, top: float, bottom: float) -> str:
    drawn = [f'<line class="axis" x1="{x.start}" y1="{bottom}" x2="{x.end}" y2="{bottom}"/>']
    for tick in x.ticks:
        at = f"{x.at(tick):.1f}"
        drawn.append(f'<line class="grid" x1="{at}" y1="{top}" x2="{at}" y2="{bottom}"/>')
        drawn.append(_text(x.at(tick), bottom + 20, x.shown(tick), "middle"))
    return "".join([*drawn, _text((x.start + x.end) / 2, bottom + 41, x.label, "middle")])


def _vertical(y: _Axis) -> str:
    drawn = [f'<line class="axis" x1="{LEFT}" y1="{y.end}" x2="{LEFT}" y2="{BOTTOM}"/>']
    for tick in y.ticks:
        at = f"{y.at(tick):.1f}"
        drawn.append(f'<line class="grid" x1="{LEFT}" y1="{at}" x2="{RIGHT}" y2="{at}"/>')
        drawn.append(_text(LEFT - 6, y.at(tick) + 5, y.shown(tick), "end"))
    middle = (y.end + BOTTOM) / 2
    turned = f'<text transform="translate(13 {middle}) rotate(-90)" text-anchor="middle">{escape(y.label)}</text>'
    return "".join([*drawn, turned])


def _plot(title: str, says: str, axes: tuple[_Axis, _Axis], marks: Sequence[str], numbers: Table) -> Plot:
    x, y = axes
    return _drawn(title, says, [_horizontal(x, y.end, BOTTOM), _vertical(y), *marks], numbers, HEIGHT)


def _drawn(title: str, says: str, marks: Sequence[str], numbers: Table, height: float) -> Plot:
    name = title.lower().replace(" ", "-")
    svg = (
        f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="{name}-title {name}-says">'
        f'<title id="{name}-title">{title}</title><desc id="{name}-says">{says}</desc>{"".join(marks)}</svg>'
    )
    return Plot(title, says, svg, Table(title, numbers.head, numbers.rows))
