"""Rules that a run must keep: a bound on a metric, or how much worse than an earlier run it may be.

Ignorant of engines and of how answers were scored.
"""

import math
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from difflib import get_close_matches
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np

from evals.given import gold_sha12
from evals.gold import half
from evals.reports.diff import LOWER_IS_BETTER
from evals.rows import METRIC_NAMES, statistics, table
from evals.statistics import paired_bootstrap
from evals.tables import Table
from evals.types import Example, Result
from vectorstore.errors import BylineError

QUESTIONS = "questions"
"""Beside the metrics of a row: how many questions there are."""

_METRICS = (QUESTIONS, *METRIC_NAMES)
_HALVES = ("dev", "test", "all")
_BOUNDS = ("min", "max", "drop")
_ROUNDING = 1e-9  # a mean of 0.98 may be stored as less


@dataclass(frozen=True, slots=True)
class Rule:
    """What must hold of a metric over the questions of a kind and a half; at least one bound is not ``None``.

    ``min`` and ``max`` are in the metric's own units. ``drop``, 0 or more, is how much worse than the baseline the
    metric may be: it is exceeded when the 95 % interval of the difference lies wholly beyond it.
    """

    metric: str
    kind: str = "all"
    half: str = "all"
    min: float | None = None
    max: float | None = None
    drop: float | None = None


@dataclass(frozen=True, slots=True)
class Gate:
    """The rules of a file. ``baseline`` is the result file of an earlier run, ``None`` if no rule needs one."""

    path: Path
    rules: tuple[Rule, ...]
    baseline: Path | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one bound (``min``, ``max`` or ``drop``) of a rule came to.

    ``value`` is the metric's, or by how much it is worse than the baseline, with the interval [``low``, ``high``] of
    that; ``None`` where there is nothing to measure, which does not pass.
    """

    rule: Rule
    bound: str
    value: float | None
    low: float | None
    high: float | None
    passed: bool


def load(path: Path, baseline: Path | None = None) -> Gate:
    """Read a gate; ``baseline`` instead of the one that the file names.

    Raises ``BylineError`` naming the file and what is wrong with it.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BylineError(f"{path}: cannot be read ({error.strerror}); give a .toml file of rules") from error
    except ValueError as error:  # not TOML, or not UTF-8
        raise BylineError(f"{path}: not TOML ({error})") from error
    try:
        return _gate(path, content, baseline)
    except _Unusable as why:
        raise BylineError(f"{path}: {why}") from why


def check_fits(gate: Gate, examples: Sequence[Example], baseline: Sequence[Result]) -> None:
    """Raise ``BylineError`` where a rule is of no question asked, or needs the baseline and shares none with it."""
    kinds = list(dict.fromkeys(example.kind for example in examples))
    then = {one.example.id: one for one in baseline}
    for number, rule in enumerate(gate.rules, start=1):
        where = f"{gate.path}: rule {number}"
        if rule.kind not in ("all", *kinds):
            near = _near(rule.kind, kinds)
            raise BylineError(f'{where}: no question is of the kind "{rule.kind}"; {near}')
        group = [example for example in examples if _covers(rule, example)]
        if not group:
            raise BylineError(f'{where}: no question asked is of the half "{rule.half}"; run it with --half all')
        if rule.drop is not None and not any(_is_in(then, example) for example in group):
            raise BylineError(f"{where}: {gate.baseline} has none of its questions as they are now; choose another")


def check(gate: Gate, results: Sequence[Result], baseline: Sequence[Result]) -> list[Verdict]:
    """A verdict for each bound of each rule, in the order of the file. ``baseline`` is empty where there is none.

    The two runs are compared on ``shared`` questions.
    """
    then = {one.example.id: one for one in shared(results, baseline)}

    @cache
    def metrics(kind: str, part: str) -> Mapping[str, float]:
        group = _group(results, kind, part)
        return {QUESTIONS: len(group)} | dict(zip(METRIC_NAMES, statistics(table(group)).tolist(), strict=True))

    @cache
    def differences(kind: str, part: str) -> Mapping[str, tuple[float, float, float]]:
        group = [one for one in _group(results, kind, part) if one.example.id in then]
        before = [then[one.example.id] for one in group]
        values = np.stack(paired_bootstrap(table(before), table(group), statistics), axis=1).tolist()
        return {name: tuple(three) for name, three in zip(METRIC_NAMES, values, strict=True)}

    def verdicts() -> Iterator[Verdict]:
        for rule in gate.rules:
            value = metrics(rule.kind, rule.half)[rule.metric]
            if rule.min is not None:
                yield _verdict(rule, "min", value, passed=value >= rule.min - _ROUNDING)
            if rule.max is not None:
                yield _verdict(rule, "max", value, passed=value <= rule.max + _ROUNDING)
            if rule.drop is not None:
                yield _dropped(rule, rule.drop, differences(rule.kind, rule.half)[rule.metric])

    return list(verdicts())


def shared(results: Sequence[Result], baseline: Sequence[Result]) -> list[Result]:
    """Those of the baseline's results that are of questions asked now, the same gold included."""
    then = {one.example.id: one for one in baseline}
    return [then[one.example.id] for one in results if _is_in(then, one.example)]


def drawn(verdicts: Sequence[Verdict]) -> Table:
    """The verdicts as a table: per cent, but seconds and questions as they are."""
    return Table("Gate", ("metric", "kind", "half", "value", "bound", "verdict"), tuple(map(_row, verdicts)))


class _Unusable(Exception):
    """Something in the file is no rule; the message says what."""


def _gate(path: Path, content: Mapping[str, Any], baseline: Path | None) -> Gate:
    _check_names(content, ("baseline", "rule"), "the file")
    rows = content.get("rule")
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise _Unusable("has no rule; write [[rule]], and under it metric = and min =, max = or drop =")
    rules = tuple(_rule(row, f"rule {number}") for number, row in enumerate(rows, start=1))
    named = content.get("baseline")
    if named is not None and not isinstance(named, str):
        raise _Unusable("baseline must be the path of a result file")
    if baseline is None and named is not None:
        baseline = path.parent / named
    if baseline is None and any(rule.drop is not None for rule in rules):
        raise _Unusable('drop needs a run to compare with: baseline = "RESULT.json", or --baseline RESULT.json')
    return Gate(path, rules, baseline)


def _rule(row: Mapping[str, Any], where: str) -> Rule:
    _check_names(row, [field.name for field in fields(Rule)], where)
    metric = row.get("metric")
    if metric not in _METRICS:
        raise _Unusable(f"{where}: no metric {metric!r}; {_near(str(metric), _METRICS)}")
    kind, part = row.get("kind", "all"), row.get("half", "all")
    if not isinstance(kind, str):
        raise _Unusable(f"{where}: kind must be a text")
    if part not in _HALVES:
        raise _Unusable(f"{where}: half must be dev, test or all, not {part!r}")
    bounds = {name: row[name] for name in _BOUNDS if name in row}
    if not bounds:
        raise _Unusable(f"{where}: bounds nothing; give it min, max or drop")
    for name, value in bounds.items():
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise _Unusable(f"{where}: {name} must be a number, not {value!r}")
    if bounds.get("drop", 0) < 0:
        raise _Unusable(f"{where}: drop is how much worse it may get, 0 or more, not {bounds['drop']}")
    if "drop" in bounds and metric == QUESTIONS:
        raise _Unusable(f"{where}: questions cannot drop; give it min or max")
    if bounds.get("min", -math.inf) > bounds.get("max", math.inf):
        raise _Unusable(f"{where}: min {bounds['min']} is above max {bounds['max']}")
    return Rule(metric, kind, part, **bounds)


def _check_names(row: Mapping[str, Any], known: Sequence[str], where: str) -> None:
    for name in row:
        if name not in known:
            raise _Unusable(f"{where}: knows no {name!r}; {_near(name, known)}")


def _near(name: str, known: Sequence[str]) -> str:
    """What may have been meant: the names like it, or all."""
    return f"did you mean {', '.join(get_close_matches(name, known, n=3, cutoff=0.5) or known)}?"


def _is_in(results: Mapping[str, Result], example: Example) -> bool:
    """Whether there is a result of that very question; a file that kept no hashes is believed."""
    found = results.get(example.id)
    return found is not None and found.gold_sha12 in ("", gold_sha12(example))


def _covers(rule: Rule, example: Example) -> bool:
    return rule.kind in ("all", example.kind) and rule.half in ("all", half(example.id))


def _group(results: Sequence[Result], kind: str, part: str) -> list[Result]:
    return [one for one in results if _covers(Rule(QUESTIONS, kind, part), one.example)]


def _verdict(rule: Rule, bound: str, value: float, *, passed: bool) -> Verdict:
    """Of a metric; a NaN compares as not passed."""
    return Verdict(rule, bound, None if math.isnan(value) else value, None, None, passed)


def _dropped(rule: Rule, allowed: float, difference: tuple[float, float, float]) -> Verdict:
    """Whether the metric is surely worse by more than is allowed; ``difference`` is now minus then."""
    value, low, high = difference
    if math.isnan(value):
        return Verdict(rule, "drop", None, None, None, passed=False)
    if rule.metric not in LOWER_IS_BETTER:
        value, low, high = -value, -high, -low
    return Verdict(rule, "drop", value, low, high, passed=low <= allowed + _ROUNDING)


def _row(verdict: Verdict) -> tuple[str, ...]:
    rule, shown = verdict.rule, partial(_number, verdict.rule.metric)
    limit = getattr(rule, verdict.bound)
    bound = {"min": "at least {}", "max": "at most {}", "drop": "at most {} worse"}[verdict.bound].format(shown(limit))
    value = "nothing to measure" if verdict.value is None else shown(verdict.value)
    if verdict.value is not None and verdict.low is not None and verdict.high is not None:
        value = f"{value} worse [{shown(verdict.low)}, {shown(verdict.high)}]"
    return rule.metric, rule.kind, rule.half, value, bound, "ok" if verdict.passed else "FAILED"


def _number(metric: str, value: float) -> str:
    if metric == QUESTIONS:
        return f"{value:g}"
    return f"{value:.3f} s" if metric.startswith("seconds") else f"{100 * value + 0.0:.1f} %"
