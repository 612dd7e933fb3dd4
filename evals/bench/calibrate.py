"""Fits the weights of ``qa.weighing`` and of ``qa.confidence`` on development data and prints them.

Two sorts of questions are asked: those of the SQuAD 2.0 articles that the reader was not trained on (half of them
unanswerable), over a store of all the SQuAD 2.0 articles of the training file; and, where they are given, gold
questions over a collection of their own (``--also``; with ``--dev`` those of the half "dev" only). Right is an answer
with a token F1 of a half or more. What the weights are worth is told of each source by five-fold cross-validation.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from evals.bench import weights
from evals.bench.reader import auroc
from evals.bench.weights import Asked
from evals.calibration import Floats, expected_calibration_error
from evals.gold import half, load
from evals.metrics import RIGHT, f1
from qa import confidence, weighing
from qa.agreement import agree
from qa.confidence import measures
from qa.engine import ALL_ARTICLES, is_everything, search
from qa.followup.standalone import standalone
from qa.reader.data import read_questions, split
from qa.reader.question import Question as TrainingQuestion
from qa.reading import Reader, open_reader
from qa.types import Turn
from vectorstore.errors import BylineError
from vectorstore.ingest import ingest
from vectorstore.store import Store
from vectorstore.terminal import warn
from vectorstore.types import Filters

RIDGE = 1e-2  # L2 penalty on standardised measures
FOLDS = 5


@dataclass(frozen=True, slots=True)
class Question:
    """A question to ask, and its right answers (none: it has no answer)."""

    question: str
    answers: tuple[str, ...]
    history: Sequence[Turn] = ()
    asked: date | None = None
    filters: Filters = ALL_ARTICLES


def main() -> int:
    """Ask, fit, report and print the weights; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("reader_data", type=Path, help="train/reader.jsonl.gz")
    parser.add_argument("--also", nargs=2, type=Path, action="append", default=[], metavar=("STORE", "GOLD"))
    parser.add_argument("--dev", nargs=2, type=Path, action="append", default=[], metavar=("STORE", "GOLD"))
    parser.add_argument("--reader", metavar="NAME", help="another reader, as byline ask takes it")
    args = parser.parse_args()
    try:
        reader = open_reader(args.reader)
        with tempfile.TemporaryDirectory() as folder:
            squad = [row for row in read_questions(args.reader_data) if row.source.startswith("squad2")]
            sources = [(_squad_store(squad, Path(folder)), _squad_questions(split(squad)[1]))]
            sources += [(store, _gold_questions(gold)) for store, gold in args.also]
            sources += [(store, _gold_questions(gold, only="dev")) for store, gold in args.dev]
            report([(store, ask_all(store, reader, questions)) for store, questions in sources])
    except BylineError as error:
        warn(error)
        return 2
    return 0


def ask_all(path: Path, reader: Reader, questions: Iterable[Question]) -> list[Asked]:
    """Search and read for each question, as the engine does; no more."""
    asked = []
    with Store(path) as store:
        for one in questions:
            query, hits, scope = search(store, standalone(one.question, one.history), one.filters, one.asked)
            spans = tuple(reader.read(query, hits))
            asked.append(Asked(query, one.answers, one.asked, hits, is_everything(hits, scope), spans))
            print(f"\r{path.name}: {len(asked)} questions", end="", file=sys.stderr)
    print(file=sys.stderr)
    return asked


def report(sources: Sequence[tuple[Path, Sequence[Asked]]]) -> None:
    """Fit what weighs spans, then confidence on what follows from it; print both, and what confidence is worth."""
    found, none = weights.fit([one for _, asked in sources for one in asked])
    print(json.dumps({"qa.weighing": _rounded(found), "NONE": round(none, 3)}))
    weighing.WEIGHTS.update(found)
    weighing.NONE = none
    measured = [_measured(path, asked) for path, asked in sources]
    x, y = (np.concatenate(column) for column in zip(*measured, strict=True))
    of_source = np.repeat(np.arange(len(sources)), [len(right) for _, right in measured])
    # A source with four times the questions counts twice as much.
    counts: Floats = np.bincount(of_source)[of_source].astype(np.float64) ** -0.5
    chances = np.empty(len(y))
    for fold in range(FOLDS):
        held = np.arange(len(y)) % FOLDS == fold
        fitted, bias = fit(x[~held], y[~held], counts[~held])
        chances[held] = 1 / (1 + np.exp(-(x[held] @ fitted + bias)))
    for name, held in [("all", of_source >= 0), *((path.name, of_source == n) for n, (path, _) in enumerate(sources))]:
        error = expected_calibration_error(chances[held], 1 - y[held])
        ranked = auroc(chances[held], y[held] > 0)
        print(f"{name}: {held.sum()}, right {y[held].mean():.3f}, AUROC {ranked:.3f}, calibration error {error:.3f}")
    fitted, bias = fit(x, y, counts)
    named = dict(zip(confidence.WEIGHTS, fitted.tolist(), strict=True))
    print(json.dumps({"qa.confidence": _rounded(named), "BIAS": round(bias, 3)}))


def _rounded(named: Mapping[str, float]) -> dict[str, float]:
    return {name: round(weight, 3) for name, weight in named.items()}


def fit(x: Floats, y: Floats, counts: Floats) -> tuple[Floats, float]:
    """Logistic regression by Newton's method: weights (F,) and bias. Each row counts as much as ``counts`` (N,) says.

    L2 on standardised columns; the result is for plain ones.
    """
    mean, scale = x.mean(axis=0), np.maximum(x.std(axis=0), 1e-9)
    z = np.hstack([(x - mean) / scale, np.ones((len(x), 1))])  # (N, F + 1)
    penalty = np.diag([RIDGE * counts.sum()] * x.shape[1] + [0.0])
    w = np.zeros(z.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-(z @ w)))
        gradient = z.T @ (counts * (p - y)) + penalty @ w
        w -= np.linalg.solve(z.T @ (z * (counts * p * (1 - p))[:, None]) + penalty + 1e-9 * np.eye(len(w)), gradient)
    weights: Floats = w[:-1] / scale
    return weights, float(w[-1] - weights @ mean)


def _measured(path: Path, asked: Sequence[Asked]) -> tuple[Floats, Floats]:
    """What is known of the best claim of each question, (N, F), and whether it is right, 0 or 1, (N,)."""
    rows, right = [], []
    with Store(path) as store:
        for one in asked:
            spans = weighing.weigh(one.spans, one.hits, one.asked)
            claims = agree(one.question, spans, store.article, store.copies)
            if claims:
                rows.append([*measures(one.question, claims, one.hits, everything=one.everything).values()])
                right.append(bool(one.answers) and f1(claims[0].value, one.answers) >= RIGHT)
    return np.array(rows), np.array(right, dtype=float)


def _squad_store(questions: Sequence[TrainingQuestion], folder: Path) -> Path:
    titles = {row.group: row.title for row in questions}
    contexts: dict[str, dict[str, None]] = {}
    for row in questions:
        contexts.setdefault(row.group, {})[row.context] = None
    articles = folder / "squad.jsonl"
    with articles.open("w", encoding="utf-8") as lines:
        for group, texts in contexts.items():
            lines.write(json.dumps({"id": group, "title": titles[group], "text": "\n\n".join(texts)}) + "\n")
    ingest([articles], folder / "store", on_error=lambda error: sys.exit(str(error)))
    return folder / "store"


def _squad_questions(held_out: Iterable[TrainingQuestion]) -> Iterator[Question]:
    for row in held_out:
        yield Question(row.question, tuple(row.context[start:end] for start, end in row.answers))


def _gold_questions(path: Path, only: str | None = None) -> Iterator[Question]:
    """The questions of a gold file, or those of one half: it is for the caller to give no test questions."""
    for example in load(path, lambda error: sys.exit(str(error))):
        if only in (None, half(example.id)):
            day = date.fromisoformat(example.asked) if example.asked else None
            filters = Filters(article_ids=example.documents)
            yield Question(example.question, example.answers, example.history, day, filters)


if __name__ == "__main__":
    sys.exit(main())
