"""``python -m evals.bench.scale --store DIR --gold FILE``: search in stores of growing size.

``--store`` is a finished store of real articles, which is only read. Each size is built, opened in a fresh process, and
searched with every question: plainly, and filtered by an outlet, by days and by chosen articles. The stores go into a
folder that is removed afterwards, or into ``--work``, where they stay and are measured again without being built again.
"""

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from evals.bench.peers.__main__ import chosen_questions
from evals.bench.plot import main as plot
from evals.bench.results import write_result
from evals.bench.scale.build import read_source, write_library
from evals.bench.usage import disk_bytes
from vectorstore.embed import Encoder
from vectorstore.errors import BylineError
from vectorstore.ingest import update_indexes
from vectorstore.rows import IndexedPassage
from vectorstore.store import library_path, open_library

COLUMNS = (
    *("passages", "index_per_second", "disk_mb", "serving_mb", "query_ms_p50", "query_ms_p95"),
    *("publisher_ms_p50", "dates_ms_p50", "articles_ms_p50", "recall_10"),
)


def main(words: Sequence[str] | None = None) -> int:
    """Read the command line, measure, print and write the result."""
    parser = argparse.ArgumentParser(prog="python -m evals.bench.scale", description=__doc__)
    parser.add_argument("--store", type=Path, required=True, help="a finished store, for its passages and vectors")
    parser.add_argument("--gold", type=Path, required=True, help="questions to ask, .jsonl or .jsonl.gz")
    parser.add_argument("--passages", default="1000,10000,100000,1000000", help="sizes, parted by commas")
    parser.add_argument("--questions", type=int, default=200, help="ask so many, evenly spread over the file")
    parser.add_argument("--work", type=Path, help="folder that keeps the stores (11 GB a million)")
    parser.add_argument("--out", type=Path, default=Path("evals/results"), help="folder for the result")
    args = parser.parse_args(words)
    try:
        sizes = [int(word) for word in args.passages.split(",")]
        questions = [example.question for example in chosen_questions(args.gold, args.questions)]
        with open_library(args.store) as library:
            manifest = library.manifest()
        encoder = Encoder.load(dtype=manifest["dtype"])
        source = read_source(library_path(args.store))
        rows = []
        print(" ".join(f"{name[-16:]:>16}" for name in COLUMNS))
        for size in sizes:
            with nullcontext(args.work) if args.work else tempfile.TemporaryDirectory() as folder:
                built = build(source, Path(folder) / f"{size}", size, questions, encoder)
                rows.append(measure(built))
            print(" ".join(f"{rows[-1][name]!s:>16}" for name in COLUMNS), flush=True)
    except (BylineError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    summary = {"questions": len(questions), "model": encoder.name, "dtype": encoder.dtype, **growth(rows)}
    written = write_result(args.out, "scale", summary, rows)
    print(written)
    return plot([str(written)])


def build(
    source: Sequence[Sequence[IndexedPassage]], folder: Path, size: int, questions: Sequence[str], encoder: Encoder
) -> dict[str, Any]:
    """Make a store of ``size`` passages in a folder that is not there yet; what it is made of, the seconds it took.

    A folder that is there is taken as it is, if it was finished for these questions and of this source. Raises
    ``BylineError`` otherwise.
    """
    store, finished = folder / "store", folder / "built.json"
    made_of = {"source_sha256": _sha256(source), "model_sha256": encoder.sha256, "dtype": encoder.dtype}
    if finished.is_file():
        built: dict[str, Any] = json.loads(finished.read_text(encoding="utf-8"))
        if built["questions"] != list(questions):
            raise BylineError(f"{folder}: was made for other questions; remove it, or give another --work")
        if any(built.get(name) != value for name, value in made_of.items()):
            raise BylineError(f"{folder}: was made of another store or model; remove it, or give another --work")
        return built | {"store": str(store)}
    if folder.exists():
        raise BylineError(f"{folder}: was not finished; remove it, or give another --work")
    vectors = np.stack([encoder.encode_question(question) for question in questions])
    began = time.perf_counter()
    made = write_library(source, store, size, vectors, encoder)
    written = time.perf_counter()
    with open_library(store) as library:
        update_indexes(store, library)
    seconds = {"library_seconds": written - began, "index_seconds": time.perf_counter() - written}
    built = {**asdict(made), **made_of, "questions": list(questions)} | seconds
    finished.write_text(json.dumps(built), encoding="utf-8")
    return built | {"store": str(store)}


def _sha256(source: Sequence[Sequence[IndexedPassage]]) -> str:
    """Of the passages' ids, which are made of their articles and places."""
    return hashlib.sha256("\n".join(entry.id for entries in source for entry in entries).encode()).hexdigest()


def measure(built: dict[str, Any]) -> dict[str, Any]:
    """Search in a store that ``build`` made; see ``serve`` for what is measured."""
    filters = {name: filters for name, (filters, _) in built["filters"].items()}
    wanted = {name: built[name] for name in ("store", "questions", "nearest")} | {"filters": filters}
    command = [sys.executable, "-m", "evals.bench.scale.serve"]
    done = subprocess.run(command, input=json.dumps(wanted), stdout=subprocess.PIPE, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise BylineError(f"{' '.join(command)}: failed with status {done.returncode}; what it said is above")
    return {
        "passages": built["passages"],
        "articles": built["articles"],
        "real_passages": built["real"],
        "library_seconds": round(built["library_seconds"], 2),
        "index_seconds": round(built["index_seconds"], 2),
        "index_per_second": round(built["passages"] / built["index_seconds"], 1),
        "disk_mb": round(disk_bytes(Path(built["store"])) / 1e6),
        "shares": {name: share for name, (_, share) in built["filters"].items()},
        **json.loads(done.stdout),
    }


def growth(rows: Sequence[dict[str, Any]]) -> dict[str, float]:
    """How many times the median query of 10,000 passages one of 1,000,000 takes, where both were measured."""
    medians = {row["passages"]: row["query_ms_p50"] for row in rows}
    if not {10_000, 1_000_000} <= medians.keys():
        return {}
    return {"growth_10k_to_1m": round(medians[1_000_000] / medians[10_000], 2)}


if __name__ == "__main__":
    sys.exit(main())
