"""Measures ``standalone`` against the questions that people rewrote to stand alone (CANARD, Elgohary et al. 2019).

``python -m evals.bench.canard --data rewrites.jsonl.gz [--out FOLDER]``. Each row has ``history`` (a title, a section,
then questions and answers in turn), ``question`` and ``rewrite``. Measured with the title and section in the history,
as what a user typed and what was answered, and without. Rows are halved by conversation: rules and weights were made
on the half "dev"; "test" was only ever scored.
"""

import argparse
import gzip
import itertools
import json
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.bench.results import write_result
from evals.gold import half
from qa.followup.standalone import standalone
from qa.types import Turn

_TOKEN = re.compile(r"[a-z0-9]+")
_PRONOUN = re.compile(r"\b(?:he|him|his|she|her|hers|they|them|their|theirs|it|its)\b", re.IGNORECASE)
_HEADINGS = 2  # the title and the section


@dataclass(frozen=True, slots=True)
class Row:
    """One question of a conversation; ``history`` is the title, the section, then questions and answers in turn."""

    conversation: str
    history: tuple[str, ...]
    question: str
    rewrite: str


def unigram_f1(text: str, gold: str) -> float:
    """F1, 0 to 1, of the bags of words (runs of a-z and 0-9 in lower case) of two texts: 2·|both| / (|one| + |other|).

    A word counts as often as it stands in both. Two texts without words score 1.
    """
    ours, theirs = Counter(_TOKEN.findall(text.lower())), Counter(_TOKEN.findall(gold.lower()))
    total = ours.total() + theirs.total()
    return 2 * (ours & theirs).total() / total if total else 1.0


def read_rows(path: Path) -> list[Row]:
    """Read the rewrites; the part of an id before its last colon names the conversation."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [Row(row["id"].rpartition(":")[0], tuple(row["history"]), row["question"], row["rewrite"]) for row in rows]


def ours(row: Row, skip: int) -> str:
    """What Byline makes of the question, the first ``skip`` messages of its history left out."""
    roles = itertools.cycle(("user", "assistant"))
    turns = [Turn(role, text) for role, text in zip(roles, row.history[skip:], strict=False)]  # type: ignore[arg-type]
    return standalone(row.question, turns)


WAYS: dict[str, Callable[[Row], str]] = {
    "as asked": lambda row: row.question,
    "previous question + as asked": lambda row: " ".join((*row.history[_HEADINGS:][-2:-1], row.question)),
    "title in place of each pronoun": lambda row: _PRONOUN.sub(lambda _: row.history[0], row.question),
    "ours, with title and section": lambda row: ours(row, 0),
    "ours, from questions and answers": lambda row: ours(row, _HEADINGS),
}


def measure(rows: Sequence[Row]) -> Iterator[tuple[str, dict[str, Any]]]:
    """For each way: mean F1 on the halves and the whole, and the mean milliseconds of one call."""
    for name, way in WAYS.items():
        began = time.perf_counter()
        texts = [way(row) for row in rows]
        took = 1000 * (time.perf_counter() - began) / len(rows)
        scores = [unigram_f1(text, row.rewrite) for text, row in zip(texts, rows, strict=True)]
        halves = [half(row.conversation) for row in rows]
        means = {
            part: round(sum(chosen) / len(chosen), 4)
            for part in ("dev", "test")
            if (chosen := [score for score, of in zip(scores, halves, strict=True) if of == part])
        }
        yield name, {**means, "whole": round(sum(scores) / len(scores), 4), "milliseconds": round(took, 2)}


def main() -> None:
    """Read the command line, measure, print and write the result."""
    parser = argparse.ArgumentParser(prog="python -m evals.bench.canard", description="Measure follow-up questions.")
    parser.add_argument("--data", type=Path, required=True, help="rewrites.jsonl.gz: history, question, rewrite")
    parser.add_argument("--out", type=Path, default=Path("evals/results"), help="folder for the result")
    args = parser.parse_args()
    rows = read_rows(args.data)
    print(f"{'mean unigram F1':34}   dev   test  whole   ms  ({len(rows)} questions)")
    summary: dict[str, Any] = {"questions": len(rows), "dev": sum(half(row.conversation) == "dev" for row in rows)}
    for name, means in measure(rows):
        summary[name] = means
        print(f"{name:34} {means['dev']:.4f} {means['test']:.4f} {means['whole']:.4f} {means['milliseconds']:.2f}")
    print(write_result(args.out, "canard", summary))


if __name__ == "__main__":
    main()
