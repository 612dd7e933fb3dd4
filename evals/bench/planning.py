"""Measures question planning on evals/gold/planning.jsonl: what it reads, and what that does to retrieval.

``python -m evals.bench.planning [--half dev|test] [--read-only] [--out FOLDER]``. The rules were made on the half
"dev"; "test" was scored once they were done. Questions without a day of their own are asked on ``ASKED``.
``--read-only`` leaves out retrieval, which needs the embedding model.
"""

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from evals.bench.results import write_result
from evals.gold import half, load
from evals.retrieval import hit, judge
from evals.types import Example
from qa.engine import PASSAGES
from qa.planning.plan import Period, Plan, plan
from qa.planning.retrieve import retrieve
from vectorstore.ingest import ingest
from vectorstore.store import Store
from vectorstore.types import Filters

GOLD = Path(__file__).parents[1] / "gold" / "planning.jsonl"
ARTICLES = GOLD.with_name("planning_articles.jsonl")
ASKED = date(2024, 1, 15)


@dataclass(frozen=True, slots=True)
class Reading:
    """A question with what should be read in it and what was. The plans' questions and queries do not count."""

    id: str
    kind: str
    question: str
    gold: Plan
    read: Plan

    @property
    def verdict(self) -> str:
        """Of outlets and days: exact; missed, a part or the whole; or wrong, something that is not there."""
        gold, read = _parts(self.gold), _parts(self.read)
        if gold == read:
            return "exact"
        return "missed" if read < gold else "wrong"

    @property
    def weighed(self) -> bool:
        """Whether filters and preferences are told apart as they should be, too."""
        days = [one.certain if one else None for one in (self.gold.period, self.read.period)]
        return self.verdict == "exact" and self.gold.certain == self.read.certain and days[0] == days[1]


def _parts(of: Plan) -> set[object]:
    days = {(of.period.after, of.period.before)} if of.period else set()
    return {*of.outlets, *days}


def readings(publishers: Sequence[str], days: tuple[str, str]) -> list[Reading]:
    """What is read in every gold question, and what should be."""
    found = []
    for line in GOLD.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        due = row["plan"]
        period = Period(due["after"], due["before"], certain=due["days_certain"])
        gold = Plan(
            question=row["question"],
            query="",
            outlets=tuple(map(tuple, due["outlets"])),
            certain=due["outlets_certain"],
            period=period if due["after"] or due["before"] else None,
        )
        read = plan(row["question"], publishers, days, asked(row.get("asked", "")))
        found.append(Reading(row["id"], row["kind"], row["question"], gold, read))
    return found


def asked(day: str) -> date:
    """The day that a question is asked on."""
    return date.fromisoformat(day) if day else ASKED


def accuracy(rows: Sequence[Reading]) -> dict[str, Any]:
    """By whether there is something to read: questions, verdicts, and how many are rightly weighed as well."""
    summary: dict[str, Any] = {}
    for name, due in (("constraint", True), ("none", False)):
        group = [row for row in rows if bool(_parts(row.gold)) is due]
        counts = Counter(row.verdict for row in group)
        summary[name] = {"questions": len(group), **{key: counts[key] for key in ("exact", "missed", "wrong")}}
        summary[name]["weighed"] = sum(row.weighed for row in group)
    return summary


def retrieval(store: Store, examples: Sequence[Example]) -> dict[str, float]:
    """Per cent of questions with evidence among the best 1 and 5 passages, and with all of it among the best 5."""
    names = ("hit_1", "hit_5", "all_5")
    sums = {f"{way}_{name}": 0.0 for way in ("plain", "planned") for name in names}
    for example in examples:
        question = example.question
        planned = plan(question, *store.facets(), asked(example.asked))
        for way, one in (("plain", Plan(question, question)), ("planned", planned)):
            hits = retrieve(store.search, one, PASSAGES, Filters()).hits
            judged = judge(example.evidence, [found.passage for found in hits])
            whole = float(sum(judged.relevant[:5]) == judged.total)
            for name, value in zip(names, (hit(judged, 1), hit(judged, 5), whole), strict=True):
                sums[f"{way}_{name}"] += value
    return {"questions": len(examples), **{key: round(100 * value / len(examples), 1) for key, value in sums.items()}}


def main() -> None:
    """Read the command line, measure, print and write the result."""
    parser = argparse.ArgumentParser(prog="python -m evals.bench.planning", description="Measure question planning.")
    parser.add_argument("--half", choices=("dev", "test"), help="one half only (default: both)")
    parser.add_argument("--read-only", action="store_true", help="leave out retrieval")
    parser.add_argument("--out", type=Path, help="folder for the result (default: it is only printed)")
    args = parser.parse_args()
    articles = [json.loads(line) for line in ARTICLES.read_text(encoding="utf-8").splitlines()]
    published = sorted(article["published"] for article in articles)
    publishers = tuple(dict.fromkeys(article["publisher"] for article in articles))
    rows = readings(publishers, (published[0], published[-1]))
    parts = [part for part in ("dev", "test") if args.half in (None, part)]
    summary: dict[str, Any] = {part: accuracy([row for row in rows if half(row.id) == part]) for part in parts}
    if not args.read_only:
        examples = [example for example in load(GOLD, _fail) if example.evidence and example.kind != "unanswerable"]
        with TemporaryDirectory() as folder:
            ingest([ARTICLES], Path(folder) / "store")
            with Store(Path(folder) / "store") as store:
                for part in parts:
                    chosen = [example for example in examples if half(example.id) == part]
                    due = {row.id for row in rows if _parts(row.gold)}
                    summary[part]["retrieval"] = {
                        "constraint": retrieval(store, [one for one in chosen if one.id in due]),
                        "none": retrieval(store, [one for one in chosen if one.id not in due]),
                    }
    for row in rows:
        if half(row.id) in parts and not row.weighed:
            print(f"{row.id} {row.verdict}: {row.question}\n  {row.read.outlets} {row.read.certain} {row.read.period}")
    print(json.dumps(summary, indent=1))
    if args.out:
        kept = [
            {"id": row.id, "verdict": row.verdict, "read": asdict(row.read)} for row in rows if half(row.id) in parts
        ]
        print(write_result(args.out, "planning", summary, kept))


def _fail(error: Exception) -> None:
    raise error


if __name__ == "__main__":
    main()
