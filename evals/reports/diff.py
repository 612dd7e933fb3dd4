"""Two runs on the same questions: how far apart, which questions flipped, and why. Ignorant of the terminal."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from evals.records import Recorded
from evals.rows import METRIC_NAMES, by_kind, statistics, table
from evals.statistics import RESAMPLES, paired_bootstrap
from evals.tables import Table
from evals.taxonomy import error_class
from evals.types import Estimate, Result
from vectorstore.errors import BylineError

LOWER_IS_BETTER = ("aurc", "ece", "seconds_p50", "seconds_p95")

_UNCOMPARED = ("started",)  # it always differs


@dataclass(frozen=True, slots=True)
class Change:
    """One metric over the questions of one kind, before and after, and the difference with its 95 % interval."""

    kind: str
    n: int
    metric: str
    before: float | None
    after: float | None
    difference: Estimate

    @property
    def verdict(self) -> str:
        """``better`` or ``worse`` where the interval leaves out 0, else ``""``."""
        low, high = self.difference.low, self.difference.high
        if low is None or high is None or low <= 0 <= high:
            return ""
        return "better" if (low > 0) != (self.metric in LOWER_IS_BETTER) else "worse"


@dataclass(frozen=True, slots=True)
class Flip:
    """A question that came to something else: its results before and after."""

    before: Result
    after: Result

    @property
    def why(self) -> str:
        """The classes of error, or else the outcomes, before → after."""
        return f"{fate(self.before)} → {fate(self.after)}"


@dataclass(frozen=True, slots=True)
class Difference:
    """Two runs compared on their ``common`` questions.

    ``only_before`` and ``only_after`` are questions of one run alone, ``changed_gold`` those whose gold question is
    another now: none of them is compared. ``made`` names what the runs were made with that differs: before and after.
    """

    before: Recorded
    after: Recorded
    common: int
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]
    changed_gold: tuple[str, ...]
    made: Mapping[str, tuple[str, str]]
    changes: tuple[Change, ...]
    flips: tuple[Flip, ...]


def difference(before: Recorded, after: Recorded, *, seed: int = 0, resamples: int = RESAMPLES) -> Difference:
    """Compare two runs on the questions that both were asked, by paired bootstrap.

    ``seed`` and ``resamples`` are the bootstrap's. Raises ``BylineError`` if the runs have no question in common.
    """
    pairs, changed = paired(before, after)
    firsts, seconds = (
        {one.example.id for one in before.report.results},
        {one.example.id for one in after.report.results},
    )
    return Difference(
        before=before,
        after=after,
        common=len(pairs),
        only_before=tuple(one.example.id for one in before.report.results if one.example.id not in seconds),
        only_after=tuple(one.example.id for one in after.report.results if one.example.id not in firsts),
        changed_gold=changed,
        made=_made(before, after),
        changes=tuple(_changes(pairs, seed, resamples)),
        flips=tuple(Flip(first, second) for first, second in pairs if fate(first) != fate(second)),
    )


def paired(before: Recorded, after: Recorded) -> tuple[list[tuple[Result, Result]], tuple[str, ...]]:
    """The results of each question of both runs, in the order of ``before``; and the ids whose gold has changed.

    A question is the same when id and gold are: by its own hash, or where a file did not keep it, by the gold file's.
    Raises ``BylineError`` if there is no such question.
    """
    later = {one.example.id: one for one in after.report.results}
    same_file = before.provenance.gold_sha256 == after.provenance.gold_sha256
    pairs, changed = [], []
    for first in before.report.results:
        second = later.get(first.example.id)
        if second is None:
            continue
        hashed = first.gold_sha12 and second.gold_sha12
        if first.gold_sha12 == second.gold_sha12 if hashed else same_file:
            pairs.append((first, second))
        else:
            changed.append(first.example.id)
    if not pairs:
        why = f"the gold of all {len(changed)} has changed" if changed else "they share no question id"
        raise BylineError(
            f"{before.path} and {after.path}: no question in common ({why}); compare two runs on the same gold file"
        )
    return pairs, tuple(changed)


def fate(result: Result) -> str:
    """The class of error, or where there is none, the outcome."""
    return error_class(result) or result.outcome


def tables(found: Difference) -> list[Table]:
    """Every metric over all questions; those that differ, by kind; and how many questions went from what to what."""
    head = ("kind", "n", "metric", "before", "after", "difference", "")
    everything = [_row(one) for one in found.changes if one.kind == "all"]
    kinds = [_row(one) for one in found.changes if one.kind != "all" and one.difference.value]
    drawn = [Table("All questions, %", head, tuple(everything))]
    if kinds:
        drawn.append(Table("By kind, what differs, %", head, tuple(kinds)))
    moves = Counter(flip.why for flip in found.flips)
    if moves:
        rows = tuple((why, str(count)) for why, count in moves.most_common())
        drawn.append(Table("Questions that flipped", ("before → after", "n"), rows))
    return drawn


def _changes(pairs: list[tuple[Result, Result]], seed: int, resamples: int) -> Iterator[Change]:
    after_of = {first.example.id: second for first, second in pairs}
    for kind, firsts in by_kind([first for first, _second in pairs]).items():
        before, after = table(firsts), table([after_of[one.example.id] for one in firsts])
        estimates = zip(*paired_bootstrap(before, after, statistics, seed=seed, resamples=resamples), strict=True)
        values = zip(METRIC_NAMES, statistics(before), statistics(after), estimates, strict=True)
        for metric, first, second, numbers in values:
            if not (np.isnan(first) and np.isnan(second)):
                yield Change(kind, len(firsts), metric, _known(first), _known(second), Estimate(*map(_known, numbers)))


def _known(number: float) -> float | None:
    return None if np.isnan(number) else float(number)


def _row(change: Change) -> tuple[str, ...]:
    scale, digits = (1, 3) if change.metric.startswith("seconds") else (100, 1)

    def shown(number: float | None, sign: str = "") -> str:
        return "–" if number is None else f"{scale * number:{sign}.{digits}f}"

    apart = change.difference
    interval = "" if apart.value is None else f" [{shown(apart.low, '+')}, {shown(apart.high, '+')}]"
    told = "same" if (apart.value, apart.low, apart.high) == (0, 0, 0) else shown(apart.value, "+") + interval
    return change.kind, str(change.n), change.metric, shown(change.before), shown(change.after), told, change.verdict


def _made(before: Recorded, after: Recorded) -> dict[str, tuple[str, str]]:
    first, second = (dict(_flat("", asdict(run.provenance))) for run in (before, after))
    names = [name for name in {**first, **second} if name not in _UNCOMPARED]
    return {name: (a, b) for name in names if (a := first.get(name, "–")) != (b := second.get(name, "–"))}


def _flat(prefix: str, values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Each value by its dotted name, as text; a long hash by its start."""
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from _flat(f"{prefix}{name}.", value)
        else:
            text = str(value)
            yield f"{prefix}{name}", text[:12] if name.endswith("sha256") or name == "commit" else text
