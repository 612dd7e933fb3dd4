"""A plan in, passages out: filters where the plan is certain, preferences where it hints, and the way back.

A filter holds while the best that it leaves is nearly as good as the best of all; else it becomes a preference, the
days before the outlets, and the scope says so: what is "according to ESPN" may stand in another outlet's article. What
the user chose always holds: a plan narrows it, and gives way where the two exclude one another.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import chain, zip_longest
from typing import NamedTuple

from qa.planning.plan import Period, Plan
from vectorstore.types import Filters, Hit, Passage

Search = Callable[[str, int, Filters], list[Hit]]
"""``Store.search``: the question, how many passages, the filters."""

HOLD = 0.6
"""How good the best passage that a filter leaves has to be: its share of cosine + BM25 / 25 of the best of all."""

BOOST = 0.2
"""What a preferred passage gets on top of cosine + BM25 / 25 (vectorstore/search.py)."""

SOON = 7
"""Days after an event in which it is still reported; of an event that takes long, a quarter of its length on top."""


class Found(NamedTuple):
    """Passages, best first, and in plain words how the question narrowed the search: ``""`` where it did not."""

    hits: tuple[Hit, ...]
    scope: str = ""


@dataclass(frozen=True, slots=True)
class _Way:
    """One way to search: in these outlets, one by one (none: in all), of these days, the rest only preferred."""

    outlets: tuple[tuple[str, ...], ...] = ()
    period: Period | None = None
    preferred: tuple[Filters, ...] = ()


def retrieve(search: Search, plan: Plan, k: int, filters: Filters) -> Found:
    """The ``k`` passages that fit the plan best, within the user's filters."""
    asked = _possible(plan, filters)
    if not asked.outlets and not asked.period:
        return Found(tuple(search(plan.question, k, filters)))
    best = _strength(search(plan.query, 1, filters))
    for way in _ways(asked):
        lists = [_search(search, plan, k, base, way.preferred) for base in _bases(way, filters)]
        if max(map(_strength, lists)) >= HOLD * best:
            break
    hits = tuple(_in_turn(lists)[:k])
    return Found(hits, _scope(asked, way, lists) if hits else "")


def _possible(plan: Plan, filters: Filters) -> Plan:
    """The plan without what the user's filters exclude."""
    outlets = []
    for names in plan.outlets:
        allowed = tuple(name for name in names if not filters.publishers or name in filters.publishers)
        if allowed:
            outlets.append(allowed)
    period = plan.period if plan.period and _and(filters, plan.period) else None
    return replace(plan, outlets=tuple(outlets), period=period)


def _ways(plan: Plan) -> list[_Way]:
    """The strictest way first; what the next one gives up it prefers."""
    outlets = plan.outlets if plan.certain else ()
    period = plan.period if plan.period and plan.period.certain else None
    named = Filters(publishers=tuple(chain.from_iterable(plan.outlets)))
    days = _bound(_soon(plan.period) if plan.period and not period else plan.period)
    hinted = tuple(one for one, hint in ((named, not outlets), (days, not period)) if hint and one != Filters())
    ways = [_Way(outlets, period, hinted)]
    if period:
        ways.append(_Way(outlets, None, (*hinted, days)))
    if outlets:
        ways.append(_Way((), None, (*ways[-1].preferred, named)))
    return ways


def _bases(way: _Way, filters: Filters) -> list[Filters]:
    bounded = (_and(filters, way.period) if way.period else None) or filters
    return [replace(bounded, publishers=names) for names in way.outlets] or [bounded]


def _search(search: Search, plan: Plan, k: int, base: Filters, preferred: Sequence[Filters]) -> list[Hit]:
    """The best of all that ``base`` allows, what is preferred lifted by ``BOOST`` for each reason to."""
    query = plan.query if base.publishers or not plan.outlets else plan.question
    hits = {hit.passage: hit for hit in search(query, k, base)}
    lifts: dict[Passage, int] = {}
    for wish in preferred:
        narrowed = _and(base, Period(wish.after, wish.before))
        if wish.publishers:
            narrowed = replace(base, publishers=wish.publishers)
        for hit in search(query, k, narrowed) if narrowed else ():
            hits.setdefault(hit.passage, hit)
            lifts[hit.passage] = lifts.get(hit.passage, 0) + 1
    lifted = [_lifted(hit, lifts.get(hit.passage, 0)) for hit in hits.values()]
    return sorted(lifted, key=lambda hit: -hit.score)[:k]


def _lifted(hit: Hit, times: int) -> Hit:
    """The hit with ``BOOST`` added so many times, its score in [0, 1) as before."""
    total = _strength([hit]) + times * BOOST
    return replace(hit, score=total / (1 + total)) if times else hit


def _strength(hits: Sequence[Hit]) -> float:
    """The s of the first hit's score s / (1 + s), 0 and up; 0 without hits."""
    return hits[0].score / (1 - min(hits[0].score, 0.999)) if hits else 0.0


def _in_turn(lists: Sequence[list[Hit]]) -> list[Hit]:
    """The best of each list, then the second of each, and so on."""
    return [hit for rank in zip_longest(*lists) for hit in rank if hit is not None]


def _and(filters: Filters, period: Period) -> Filters | None:
    """The filters bounded by the days too; ``None`` where no day is in both."""
    after = max(filters.after, period.after)
    before = min(filter(None, (filters.before, period.before)), default="")
    return replace(filters, after=after, before=before) if not before or after <= before else None


def _bound(period: Period | None) -> Filters:
    return Filters(after=period.after, before=period.before) if period else Filters()


def _soon(period: Period) -> Period:
    """The days in which what happened in ``period`` is news."""
    if not (period.after and period.before):
        return period
    first, last = date.fromisoformat(period.after), date.fromisoformat(period.before)
    return replace(period, before=(last + timedelta(days=SOON + (last - first).days // 4)).isoformat())


def _scope(asked: Plan, way: _Way, lists: Sequence[list[Hit]]) -> str:
    """What was searched, and what was given up because it left next to nothing."""
    outlets = [" or ".join(names) for names in asked.outlets]
    by = f" by {_listed(outlets)}" if outlets else ""
    when = f" {_days(asked.period)}" if asked.period else ""
    certain = (asked.certain and bool(outlets)) or (asked.period is not None and asked.period.certain)
    if not certain:
        return f"Preferred articles{by}{when}."
    if asked.certain and outlets and not way.outlets:
        return f"Found little{by}: searched other outlets too."
    if asked.period and asked.period.certain and not way.period:
        return f"Found little{by}{when}: searched other days too."
    hint = asked.period and not asked.period.certain
    each = ", each by itself" if len(way.outlets) > 1 else ""
    empty = [name for name, hits in zip(outlets, lists, strict=False) if not hits] if way.outlets else []
    nothing = f" Found nothing by {_listed(empty)}." if empty else ""
    scope = f"Searched articles{by}{'' if hint else when}{each}{f', preferring those{when}' if hint else ''}."
    return scope + nothing


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _days(period: Period) -> str:
    if not period.before:
        return f"since {_day(period.after)}"
    if not period.after:
        return f"up to {_day(period.before)}"
    first, last = date.fromisoformat(period.after), date.fromisoformat(period.before)
    if first == last:
        return f"from {_day(period.after)}"
    if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31):
        return f"from {first.year}" if first.year == last.year else f"from {first.year} to {last.year}"
    if first.day == 1 and (last + timedelta(days=1)).day == 1:
        begin = f"{first:%B} {first.year}" if first.year != last.year else f"{first:%B}"
        same = (first.year, first.month) == (last.year, last.month)
        return f"from {last:%B} {last.year}" if same else f"from {begin} to {last:%B} {last.year}"
    return f"from {_day(period.after)} to {_day(period.before)}"


def _day(text: str) -> str:
    day = date.fromisoformat(text)
    return f"{day.day} {day:%B} {day.year}"
