"""A sweep drawn as an SVG file that stands on its own. Ignorant of engines and of how the numbers were made."""

import html
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from evals.sweeps.sweep import Choice, Outcome, frontier
from evals.ticks import ticks

WIDTH, HEIGHT = 760, 460
LEFT, RIGHT, TOP, BOTTOM = 70, 30, 50, 60
OURS, OTHERS = "#b3441e", "#5b6b7b"
TICKS = 6

_STYLE = """\
text { font: 12px system-ui, sans-serif; fill: #1d232a }
.grid { stroke: #dde2e7 } .axis { stroke: #5b6b7b }
.line { fill: none; stroke: #b3441e; stroke-width: 2 }
@media (prefers-color-scheme: dark) { svg { background: #14181d } text { fill: #e6e9ec } .grid { stroke: #333b44 } }"""


@dataclass(frozen=True, slots=True)
class _Point:
    """Choices at one place in the plane: seconds to the right, quality upwards, in [0, 1]."""

    names: tuple[str, ...]
    seconds: float
    quality: float
    efficient: bool


def drawn(outcomes: Sequence[Outcome], quality: str, title: str) -> str:
    """Quality against the median seconds a question, the efficient frontier as a line.

    A point is named by what differs between the choices; a choice without the one or the other is left out.
    """
    varied = _varied([one.choice for one in outcomes])
    names: dict[tuple[float, float, bool], list[str]] = {}
    for one, efficient in zip(outcomes, frontier(outcomes, quality), strict=True):
        seconds, good = one.value("seconds_p50"), one.value(quality)
        if seconds is not None and good is not None:
            names.setdefault((seconds, good, efficient), []).append(_name(one.choice, varied))
    points = [_Point(tuple(several), *place) for place, several in names.items()]
    body = _body(points, quality) if points else ['<text x="70" y="90">nothing to draw</text>']
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">'
    named = f"<title>{html.escape(title)}</title>"
    shown = f'<text x="8" y="18" font-weight="600">{html.escape(title)}</text>'
    return "\n".join([head, named, f"<style>{_STYLE}</style>", shown, *body, "</svg>"]) + "\n"


def _varied(choices: Sequence[Choice]) -> list[str]:
    """The names of what is not the same in all choices; of one choice, its passages."""
    rows = [asdict(choice) for choice in choices]
    return [name for name in rows[0] if len({row[name] for row in rows}) > 1] or ["passages"]


def _name(choice: Choice, varied: Sequence[str]) -> str:
    facts = asdict(choice)
    return ", ".join(f"{name} {facts[name]}" for name in varied)


def _body(points: Sequence[_Point], quality: str) -> list[str]:
    most = 1.15 * max(point.seconds for point in points) or 1.0
    low, high = _range([point.quality for point in points])

    def x(seconds: float) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * seconds / most, 1)

    def y(good: float) -> float:
        return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (good - low) / (high - low), 1)

    body = []
    for good in ticks(100 * low, 100 * high, TICKS):
        height = y(good / 100)
        body.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{height}" y2="{height}"/>')
        body.append(f'<text x="{LEFT - 8}" y="{height + 4}" text-anchor="end">{good:g}</text>')
    for seconds in ticks(0, most, TICKS):
        at = f'x="{x(seconds)}" y="{HEIGHT - BOTTOM + 18}"'
        body.append(f'<text {at} text-anchor="middle">{seconds:g}</text>')
    bottom = HEIGHT - BOTTOM
    middle = LEFT + (WIDTH - LEFT - RIGHT) / 2
    body += [
        f'<line class="axis" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{bottom}" y2="{bottom}"/>',
        f'<text x="{middle}" y="{HEIGHT - 16}" text-anchor="middle">seconds a question, median</text>',
        f'<text x="8" y="{TOP - 12}">{html.escape(quality)}, %</text>',
    ]
    efficient = sorted((point for point in points if point.efficient), key=lambda point: point.seconds)
    line = " ".join(f"{x(point.seconds)},{y(point.quality)}" for point in efficient)
    body.append(f'<polyline class="line" points="{line}"/>')
    for point in sorted(points, key=lambda point: point.efficient):
        body += _mark(point, x(point.seconds), y(point.quality))
    return body


def _mark(point: _Point, x: float, y: float) -> list[str]:
    """A dot that says its name when pointed at; the name stands beside those on the frontier."""
    says = html.escape(f"{'; '.join(point.names)}: {100 * point.quality:.1f} %, {point.seconds:.3f} s")
    more = f" and {len(point.names) - 1} more" if len(point.names) > 1 else ""
    color, size = (OURS, 5) if point.efficient else (OTHERS, 4)
    dot = f'<circle cx="{x}" cy="{y}" r="{size}" fill="{color}"><title>{says}</title></circle>'
    if not point.efficient:
        return [dot]
    # The frontier rises to the right: above it on its right side, below it on its left.
    place = f'x="{x - 9}" y="{y - 9}" text-anchor="end"' if x > WIDTH * 0.6 else f'x="{x + 9}" y="{y + 18}"'
    return [dot, f"<text {place}>{html.escape(point.names[0] + more)}</text>"]


def _range(values: Sequence[float]) -> tuple[float, float]:
    """From a little below the least to a little above the most, within [0, 1]."""
    room = max(0.02, 0.15 * (max(values) - min(values)))
    return max(0.0, min(values) - room), min(1.0, max(values) + room)
