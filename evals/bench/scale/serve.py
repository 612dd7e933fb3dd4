"""Opens a store in a fresh process, searches, and says how long that took and how much memory.

A JSON object on standard input: ``store``, ``questions``, ``nearest`` (for each question the ids of its exactly nearest
passages) and ``filters`` (name → the fields of ``Filters``). The result is a JSON object on standard output.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from evals.bench.usage import resident_bytes
from vectorstore.embed import Encoder
from vectorstore.generation import open_indexes
from vectorstore.store import GENERATION, Store, indexes_path, open_library
from vectorstore.types import Filters

K = 20
CANDIDATES = 100  # neighbours, as a search asks the index for
EVERYTHING = Filters()


def main() -> None:
    """Measure what standard input asks for."""
    wanted = json.load(sys.stdin)
    store, questions = Path(wanted["store"]), wanted["questions"]
    encoder = Encoder.load()
    began = time.perf_counter()
    with Store(store, encoder) as opened:
        result: dict[str, Any] = {"open_seconds": round(time.perf_counter() - began, 2)}
        began = time.perf_counter()
        opened.facets()
        result["facets_ms"] = round(1000 * (time.perf_counter() - began), 1)
        result |= timed("embed", questions, encoder.encode_question)
        result |= timed("query", questions, lambda question: opened.search(question, K))
        result["serving_mb"] = _megabytes()
        for name, fields in wanted["filters"].items():
            filters = Filters(
                publishers=tuple(fields["publishers"]),
                after=fields["after"],
                before=fields["before"],
                article_ids=tuple(fields["article_ids"]),
            )
            result |= timed(name, questions, lambda question, f=filters: opened.search(question, K, f))  # type: ignore[misc]
        result["serving_with_filters_mb"] = _megabytes()
    result["recall_10"] = recall(
        store, [encoder.encode_question(question) for question in questions], wanted["nearest"]
    )
    print(json.dumps(result))


def timed(name: str, questions: Sequence[str], act: Callable[[str], object]) -> dict[str, float]:
    """Milliseconds of one act, median and 95th percentile over the questions; the first is done twice, to warm up."""
    times = []
    for number, question in enumerate((questions[0], *questions)):
        began = time.perf_counter()
        act(question)
        if number:
            times.append(1000 * (time.perf_counter() - began))
    median, slow = np.percentile(times, [50, 95])
    return {f"{name}_ms_p50": round(float(median), 1), f"{name}_ms_p95": round(float(slow), 1)}


def recall(store: Path, vectors: Sequence[Any], nearest: Sequence[Sequence[str]]) -> float:
    """The share, 0 to 1, of the exactly nearest passages that the index has among as many first, asked as search asks.

    Higher is better: recall@k of approximate nearest neighbours (Aumüller, Bernhardsson & Faithfull 2020).
    """
    with open_library(store) as library:
        indexes = open_indexes(indexes_path(store) / library.manifest()[GENERATION])
    found = total = 0
    for vector, wanted in zip(vectors, nearest, strict=True):
        hits = indexes.vectors.search(vector, CANDIDATES, EVERYTHING)[: len(wanted)]
        found += len({id_ for id_, _ in hits} & set(wanted))
        total += len(wanted)
    indexes.close()
    return round(found / max(1, total), 4)


def _megabytes() -> int | None:
    size = resident_bytes(os.getpid())
    return None if size is None else round(size / 1e6)


if __name__ == "__main__":
    main()
