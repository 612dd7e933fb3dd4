"""``python -m evals.bench.reproduce [--data DIR]``: the README's figures again, one command after the other.

Without ``--data`` those that can be had from what the repository ships; with the folder of datasets the others too.
Each command is printed before it runs, prints its own table, and writes its result into ``--out``. Stores are kept in
``--work``, so that a run that was cut off does not embed again. Crashes, damage, speed and size are measured by
``python -m evals.bench`` and docs/benchmarks.md, on a quiet machine.
"""

import argparse
import gzip
import json
import shlex
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from vectorstore.errors import BylineError

REPORTED, DEVELOPED_ON = "2023", "2022"
"""The years of RealTimeQA's questions: those that are reported, and those that choices were made on."""
CORPORA = ("squad2", "realtimeqa", "ramdocs")


@dataclass(frozen=True, slots=True)
class Step:
    """A command, ``python -m`` and ``words``, and what it measures in a few words."""

    name: str
    words: tuple[str, ...]


def main(words: Sequence[str] | None = None) -> int:
    """Read the command line and run the steps. A step that fails is told of, and the rest goes on."""
    parser = argparse.ArgumentParser(prog="python -m evals.bench.reproduce", description=__doc__)
    parser.add_argument("--data", type=Path, metavar="DIR", help="the datasets: train/ and eval/ (default: none)")
    parser.add_argument("--work", type=Path, default=Path(".byline-eval"), metavar="DIR", help="for stores, gigabytes")
    parser.add_argument("--out", type=Path, default=Path(".byline-eval/results"), metavar="DIR", help="for the results")
    parser.add_argument("--only", metavar="WORDS", default="", help="only steps whose name holds these words")
    args = parser.parse_args(words)
    try:
        args.out.mkdir(parents=True, exist_ok=True)
        args.work.mkdir(parents=True, exist_ok=True)
        steps = [*shipped(args.out), *([] if args.data is None else with_data(args.data, args.work, args.out))]
    except BylineError as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        print(f"{error.filename}: cannot be made or read ({error.strerror}); choose another folder", file=sys.stderr)
        return 2
    chosen = [step for step in steps if args.only.lower() in step.name.lower()]
    if not chosen:
        print(
            f"--only {args.only}: no step is named so; there are: {'; '.join(s.name for s in steps)}", file=sys.stderr
        )
        return 2
    return run(chosen)


def run(steps: Sequence[Step]) -> int:
    """Run each step in a process of its own, then list what each came to; 1 where one failed, else 0."""
    came_to = []
    for step in steps:
        print(f"\n## {step.name}\n$ python -m {shlex.join(step.words)}\n", flush=True)
        began = time.monotonic()
        done = subprocess.run([sys.executable, "-m", *step.words], check=False)  # noqa: S603 - ours
        came_to.append((step.name, time.monotonic() - began, done.returncode))
    print("\n## What ran")
    for name, seconds, status in came_to:
        print(f"{seconds:7.0f} s  {'done' if status == 0 else f'exit status {status}':<14}  {name}")
    return int(any(status for _, _, status in came_to))


def shipped(out: Path) -> list[Step]:
    """The steps that need nothing but the repository."""
    to = ("--out", str(out))
    return [
        Step("seeds, dev half", ("evals", "eval", "--half", "dev", *to)),
        Step("seeds, test half", ("evals", "eval", "--half", "test", *to)),
        Step("questions that name outlets and days", ("evals.bench.planning", *to)),
    ]


def with_data(data: Path, work: Path, out: Path) -> list[Step]:
    """The steps over the datasets in ``data``. Raises ``BylineError`` where one of them is not there."""
    to = ("--out", str(out))
    train, measured = _there(data / "train" / "reader.jsonl.gz"), data / "eval"
    steps = [
        Step(
            "SQuAD 2.0, given the paragraph",
            ("evals.bench.reader", "--train", train, "--data", _there(measured / "squad2" / "reader.jsonl.gz"), *to),
        ),
        Step("CANARD", ("evals.bench.canard", "--data", _there(measured / "canard" / "rewrites.jsonl.gz"), *to)),
    ]
    for name in CORPORA:
        ingest = ("vectorstore", "ingest", _there(measured / name / "articles.jsonl.gz"))
        steps.append(Step(f"ingest of {name}", (*ingest, "--store", str(work / name))))
    articles = str(measured / "realtimeqa" / "articles.jsonl.gz")
    steps.append(Step("what a language model writes, checked", ("evals.bench.checking", "--articles", articles, *to)))
    gold = {name: measured / name / "gold.jsonl.gz" for name in CORPORA}
    years = {
        year: _of_year(gold["realtimeqa"], year, work / f"realtimeqa-{year}.jsonl") for year in (DEVELOPED_ON, REPORTED)
    }
    asked = {name: _of_year(gold[name], "", work / f"{name}.jsonl") for name in ("squad2", "ramdocs")}
    for name, path in (asked | {"realtimeqa": years[REPORTED]}).items():
        over = ("--gold", str(path), "--store", str(work / name), "--no-text", *to)
        steps.append(Step(f"{name}, end to end", ("evals", "eval", *over)))
    for year, path in years.items():
        words = ("evals.bench.retrieval", "--gold", str(path), "--store", str(work / "realtimeqa"), *to)
        steps.append(Step(f"RealTimeQA {year}, what retrieval finds", words))
    return steps


def _there(path: Path) -> str:
    if not path.is_file():
        raise BylineError(f"{path}: not found; --data names a folder with train/ and eval/, as docs/results.md says")
    return str(path)


def _of_year(gold: Path, year: str, chosen: Path) -> Path:
    """The questions that were asked in a year ("": all) as a file of their own, after which results are named."""
    with gzip.open(_there(gold), "rt", encoding="utf-8") as rows:
        lines = [row for row in rows if str(json.loads(row).get("asked", "")).startswith(year)]
    chosen.write_text("".join(lines), encoding="utf-8")
    return chosen


if __name__ == "__main__":
    sys.exit(main())
