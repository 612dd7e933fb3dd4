"""``byline eval``: gold questions asked of the engine, scored and reported."""

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from vectorstore.errors import BylineError, InputError
from vectorstore.terminal import Subparsers, warn

if TYPE_CHECKING:
    from evals.types import Example
    from vectorstore.store import Store

HERE = Path(__file__).resolve().parent
SEEDS_GOLD = HERE / "gold" / "seeds.jsonl"
SEEDS = HERE.parent / "seeds"


def add_commands(subparsers: Subparsers) -> None:
    """Add ``eval``."""
    parser = subparsers.add_parser(
        "eval",
        help="ask gold questions and score the answers",
        description="Ask gold questions, score answers, retrieval, citations and abstention, and print them by kind.",
    )
    parser.add_argument(
        "--gold", type=Path, default=SEEDS_GOLD, metavar="FILE", help="gold .jsonl or .jsonl.gz (default: the seeds')"
    )
    where = parser.add_mutually_exclusive_group()
    where.add_argument(
        "--corpus",
        type=Path,
        default=SEEDS,
        metavar="PATH",
        help="articles to ask, ingested into a temporary store (default: the seeds)",
    )
    where.add_argument("--store", type=Path, metavar="DIR", help="a store that is there already, instead")
    parser.add_argument(
        "--reader", metavar="NAME", help="question-answering model, folder or name (default: Byline's own)"
    )
    parser.add_argument(
        "--half",
        choices=("dev", "test", "all"),
        default="all",
        help="dev to choose settings on, test to report (default: all)",
    )
    parser.add_argument("--limit", type=_positive, metavar="N", help="ask the first N questions only")
    parser.add_argument("--out", type=Path, metavar="DIR", help="write the report there, as Markdown and JSON")
    parser.add_argument(
        "--no-text", action="store_true", help="keep questions, answers and quotes out of the written report"
    )
    parser.set_defaults(run=_eval)


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a whole number from 1 up")
    return int(text)


def _eval(args: argparse.Namespace) -> int:
    from tqdm import tqdm

    from evals.gold import load
    from evals.provenance import record
    from evals.report import as_text, write
    from evals.run import evaluate
    from qa.engine import Engine
    from qa.reading import open_reader

    failures: list[InputError] = []

    def on_error(error: InputError) -> None:
        failures.append(error)
        with tqdm.external_write_mode():
            warn(error)

    examples = _chosen(load(args.gold, on_error), args.half, args.limit)
    if args.out is not None:
        _make_folder(args.out)
    reader = open_reader(args.reader)  # before a store is made: a wrong name is told at once
    with _store(args.store, args.corpus, on_error) as store:
        made_with = record(
            args.gold,
            half=args.half,
            limit=args.limit,
            articles=store.articles(),
            encoder=store.encoder,
            reader=reader,
        )
        progress = tqdm(examples, unit="question", disable=None)
        report = evaluate(Engine(store, reader), progress, store, on_error=on_error)
    for result in report.results:
        if result.outcome == "failed":
            on_error(InputError(f'question "{result.example.id}": {result.error}'))
    print(as_text(report))
    if args.out is not None:
        print(f"\nreport: {write(report, made_with, args.out, texts=not args.no_text)}")
    return 1 if failures else 0


def _chosen(examples: "list[Example]", part: str, limit: int | None) -> "list[Example]":
    from evals.gold import half

    chosen = [example for example in examples if part in ("all", half(example.id))][:limit]
    if not chosen:
        raise BylineError(f"--half {part}: no gold question falls into it; use --half all")
    return chosen


def _make_folder(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BylineError(f"{path}: cannot be made a folder ({error.strerror}); choose another --out") from error


@contextmanager
def _store(store: Path | None, corpus: Path, on_error: Callable[[InputError], None]) -> "Iterator[Store]":
    """The store given, or a temporary one made from the corpus."""
    from functools import cache
    from tempfile import TemporaryDirectory

    from tqdm import tqdm

    from vectorstore.embed import Encoder
    from vectorstore.ingest import Progress, ingest
    from vectorstore.store import Store

    if store is not None:
        with Store(store) as opened:
            yield opened
        return
    if not corpus.exists():
        raise BylineError(f"{corpus}: not found; name the articles with --corpus or a store with --store")
    encoder = cache(Encoder.load)  # once, and not before there is an article to embed
    with TemporaryDirectory(prefix="byline-eval-") as folder:
        path = Path(folder) / "store"
        with tqdm(desc="ingesting", unit="passage", disable=None, delay=1) as bar:

            def show(progress: Progress) -> None:
                bar.update(progress.passages - bar.n)

            ingested = ingest([corpus], path, encoder=encoder, on_error=on_error, progress=show)
        if not ingested.added:
            raise BylineError(f"{corpus}: holds no article that can be read; name others with --corpus")
        with Store(path, encoder()) as opened:
            yield opened
