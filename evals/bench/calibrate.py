"""Fits the weights of ``qa.confidence`` on development data and prints them, with what they are worth on a tenth part.

Two sorts of questions are asked end to end: those of the SQuAD 2.0 articles that the reader was not trained on (half of
them unanswerable), over a store of all the SQuAD 2.0 articles of the training file; and, where it is given, gold
questions over a collection of their own. Right is an answer with a token F1 of a half or more.
"""

import argparse
import gzip
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from evals.calibration import Floats, expected_calibration_error
from evals.gold import half, load
from evals.metrics import f1
from qa.agreement import agree
from qa.confidence import WEIGHTS, measures
from qa.engine import PASSAGES
from qa.followup import standalone
from qa.reader.data import HELD_OUT
from qa.reader.reader import SpanReader
from qa.types import Turn
from vectorstore.ingest import ingest
from vectorstore.store import Store

RIDGE = 1e-2  # L2 penalty on standardised measures
ENOUGH = 0.5  # token F1 from which a short answer counts as right
Asked = tuple[str, Sequence[Turn], Sequence[str]]


def main() -> int:
    """Fit, report and print the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("reader_data", type=Path, help="train/reader.jsonl.gz")
    parser.add_argument("--also", nargs=2, type=Path, action="append", default=[], metavar=("STORE", "GOLD"))
    args = parser.parse_args()
    rows, right = [], []
    with tempfile.TemporaryDirectory() as folder:
        sources = [(_squad_store(args.reader_data, Path(folder)), list(_squad_questions(args.reader_data)))]
        sources += [(store, list(_gold_questions(gold))) for store, gold in args.also]
        reader = SpanReader.load()
        for path, questions in sources:
            with Store(path) as store:
                for asked in questions:
                    measured, is_right = _ask(store, reader, asked)
                    rows.append(measured)
                    right.append(is_right)
                    print(f"\r{len(rows)} questions", end="", file=sys.stderr)
    x, y = np.array(rows), np.array(right, dtype=float)
    tenth = np.arange(len(y)) % 10 == 0
    weights, bias = fit(x[~tenth], y[~tenth])
    chances = 1 / (1 + np.exp(-(x[tenth] @ weights + bias)))
    error = expected_calibration_error(chances, 1 - y[tenth])
    print(f"\nright {y.mean():.3f}; calibration error on the tenth {error:.3f}")
    weights, bias = fit(x, y)
    print(json.dumps({"weights": dict(zip(WEIGHTS, weights.round(3).tolist(), strict=True)), "bias": round(bias, 3)}))
    return 0


def fit(x: Floats, y: Floats) -> tuple[Floats, float]:
    """Logistic regression by Newton's method, L2 on standardised columns: weights (F,) and bias for plain columns."""
    mean, scale = x.mean(axis=0), np.maximum(x.std(axis=0), 1e-9)
    z = np.hstack([(x - mean) / scale, np.ones((len(x), 1))])  # (N, F + 1)
    penalty = np.diag([RIDGE * len(x)] * x.shape[1] + [0.0])
    w = np.zeros(z.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-(z @ w)))
        gradient = z.T @ (p - y) + penalty @ w
        w -= np.linalg.solve(z.T @ (z * (p * (1 - p))[:, None]) + penalty + 1e-9 * np.eye(len(w)), gradient)
    weights: Floats = w[:-1] / scale
    return weights, float(w[-1] - weights @ mean)


def _ask(store: Store, reader: SpanReader, asked: Asked) -> tuple[list[float], bool]:
    question, history, golds = asked
    alone = standalone(question, history)
    hits = store.search(alone, PASSAGES)
    claims = agree(alone, reader.read(alone, hits), store.article, store.copies)
    return [*measures(claims, hits).values()], bool(golds) and f1(claims[0].value, golds) >= ENOUGH


def _squad_store(path: Path, folder: Path) -> Path:
    contexts: dict[str, dict[str, None]] = {}
    for row in _squad(path):
        contexts.setdefault(row["group"], {})[row["context"]] = None
    articles = folder / "squad.jsonl"
    lines = (json.dumps({"id": group, "text": "\n\n".join(texts)}) + "\n" for group, texts in contexts.items())
    articles.write_text("".join(lines), encoding="utf-8")
    ingest([articles], folder / "store", on_error=lambda error: sys.exit(str(error)))
    return folder / "store"


def _squad_questions(path: Path) -> Iterator[Asked]:
    for row in _squad(path):
        if row["group"] in HELD_OUT:
            yield row["question"], (), [answer["text"] for answer in row["answers"]]


def _squad(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = (json.loads(line) for line in lines)
        yield from (row for row in rows if row["group"].startswith("squad2"))


def _gold_questions(path: Path) -> Iterator[Asked]:
    """The development half of the seeds, and all of any other file: it is for the caller to give no test questions."""
    for example in load(path, lambda error: sys.exit(str(error))):
        if path.name != "seeds.jsonl" or half(example.id) == "dev":
            yield example.question, example.history, example.answers


if __name__ == "__main__":
    sys.exit(main())
