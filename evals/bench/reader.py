"""Measures the trained reader on questions with their paragraph given, as SQuAD 2.0 poses them.

``python -m evals.bench.reader --train FILE --data FILE [--weights FILE] [--out FOLDER]``. The threshold of
abstention is the best one on the articles of ``--train`` held out from training; ``--data`` is only measured.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evals.bench.results import write_result
from evals.calibration import Floats
from evals.metrics import exact_match, f1
from qa.reader.data import read_questions, split
from qa.reader.question import Question
from qa.reader.reader import PASSAGES, SpanReader
from vectorstore.embed import Encoder
from vectorstore.errors import BylineError
from vectorstore.terminal import warn
from vectorstore.types import Article, Hit, Passage

_SPEED_QUESTIONS = 30


class Scores:
    """What the reader made of each question: arrays of one number a question.

    ``em`` and ``f1`` (0 to 1) are those of its best span; ``mass`` is ``Reading.log_mass``, higher for "it is answered
    here": on the held-out articles all spans together tell it better than the best one (evals/LOG.md).
    """

    def __init__(self, reader: SpanReader, questions: Sequence[Question]) -> None:
        readings = reader.readings([(row.question, row.context, "") for row in questions])
        best = [found.candidates[0] if found.candidates else None for found in readings]
        texts = [row.context[span.start : span.end] if span else "" for row, span in zip(questions, best, strict=True)]
        golds = [[row.context[start:end] for start, end in row.answers] for row in questions]
        self.answerable = np.array([bool(row.answers) for row in questions])
        self.mass: Floats = np.array([found.log_mass for found in readings])
        self.em: Floats = np.array([exact_match(text, gold) for text, gold in zip(texts, golds, strict=True)])
        self.f1: Floats = np.array([f1(text, gold) for text, gold in zip(texts, golds, strict=True)])

    def with_abstention(self, values: Floats, threshold: float) -> Floats:
        """The values where the best span is given, those of no answer where its mass is below the threshold."""
        return np.where(self.mass >= threshold, values, ~self.answerable)

    def best_threshold(self) -> float:
        """The threshold with the highest mean F1."""
        thresholds = np.unique(self.mass)
        return float(max(thresholds, key=lambda threshold: float(self.with_abstention(self.f1, threshold).mean())))

    def summary(self, threshold: float) -> dict[str, Any]:
        """Means in per cent, AUROC in [0, 1]; higher is better."""
        has = self.answerable
        return {
            "questions": len(has),
            "answerable": int(has.sum()),
            "threshold": round(threshold, 3),
            "em": _percent(self.with_abstention(self.em, threshold)),
            "f1": _percent(self.with_abstention(self.f1, threshold)),
            "has_answer_em": _percent(self.em[has]),
            "has_answer_f1": _percent(self.f1[has]),
            "has_answer_f1_with_abstention": _percent(self.with_abstention(self.f1, threshold)[has]),
            "no_answer_accuracy": _percent(self.mass[~has] < threshold),
            "auroc_answerable": round(auroc(self.mass, has), 4),
            "em_at_best_threshold": _percent(self.with_abstention(self.em, self.best_threshold())),
            "f1_at_best_threshold": _percent(self.with_abstention(self.f1, self.best_threshold())),
        }


def auroc(scores: Floats, positive: NDArray[np.bool_]) -> float:
    """The probability that a positive scores above a negative, ties counted half: 0.5 is chance, 1 is perfect.

    Source: the Mann-Whitney U statistic (Hanley & McNeil 1982).
    """
    negatives = np.sort(scores[~positive])
    below = np.searchsorted(negatives, scores[positive], side="left")
    up_to = np.searchsorted(negatives, scores[positive], side="right")
    return float((below + up_to).mean() / 2 / len(negatives))


def speed(reader: SpanReader, encoder: Encoder, questions: Sequence[Question]) -> dict[str, float]:
    """Milliseconds to read ``PASSAGES`` passages for a question (median, 95th percentile), and to embed them (median).

    In turn, on the same passages: the machine's other work slows both alike.
    """
    contexts = list(dict.fromkeys(row.context for row in questions))
    hits = [Hit(Passage(str(at), 0, len(text), text), 1.0, Article(str(at), text)) for at, text in enumerate(contexts)]
    read, embedded = [], []
    for number, row in enumerate(questions[:: max(1, len(questions) // _SPEED_QUESTIONS)][:_SPEED_QUESTIONS]):
        first = number * PASSAGES % max(1, len(hits) - PASSAGES)
        began = time.perf_counter()
        reader.read(row.question, hits[first : first + PASSAGES])
        between = time.perf_counter()
        encoder.encode_passages(contexts[first : first + PASSAGES])
        read.append(1000 * (between - began))
        embedded.append(1000 * (time.perf_counter() - between))
    median, slow = np.percentile(read[1:], [50, 95])  # the first warms up
    beside = np.median(embedded[1:])
    return {
        "read_ms_p50": round(median, 1),
        "read_ms_p95": round(slow, 1),
        "read_passages_per_second": round(PASSAGES * 1000 / median, 1),
        "embed_ms_p50": round(float(beside), 1),
        "embed_passages_per_second": round(PASSAGES * 1000 / float(beside), 1),
    }


def _percent(values: NDArray[Any]) -> float:
    return round(100 * float(values.mean()), 2)


def main() -> int:
    """Read the command line, measure, print and write the result; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m evals.bench.reader", description="Measure the trained reader.")
    parser.add_argument("--train", type=Path, required=True, help="the training file, for its held-out articles")
    parser.add_argument("--data", type=Path, required=True, help="questions to measure on, in the same format")
    parser.add_argument("--weights", type=Path, help="other weights than those that come with Byline")
    parser.add_argument("--out", type=Path, default=Path("evals/results"), help="folder for the result")
    args = parser.parse_args()
    try:
        reader = SpanReader.load(args.weights)
        _, held_out = split(read_questions(args.train))
        questions = read_questions(args.data)
    except BylineError as error:
        warn(error)
        return 2
    development = Scores(reader, held_out)
    threshold = development.best_threshold()
    summary = {
        "held_out": development.summary(threshold),
        "data": Scores(reader, questions).summary(threshold),
        "speed": speed(reader, Encoder.load(), questions),
    }
    for name, values in summary.items():
        print(name, *(f"{key} {value}" for key, value in values.items()), sep="\n  ")
    print(write_result(args.out, "reader", summary))
    return 0


if __name__ == "__main__":
    sys.exit(main())
