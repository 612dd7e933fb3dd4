"""``byline eval``: gold questions asked of the engine, scored and reported."""

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from qa.commands import LLM_HELP, LLM_VARIABLE
from vectorstore.errors import BylineError, InputError
from vectorstore.terminal import Subparsers, warn

if TYPE_CHECKING:
    from evals.provenance import Provenance
    from evals.types import Example, Report
    from qa.prose.models import Model
    from qa.reader.reader import SpanReader
    from qa.reranking import Reranker
    from vectorstore.store import Store

HERE = Path(__file__).resolve().parent
SEEDS_GOLD = HERE / "gold" / "seeds.jsonl"
SEEDS = HERE.parent / "seeds"
EXTRACTIVE = "extractive"
"""The way without a language model, among those to compare."""


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
    parser.add_argument("--reranker", metavar="NAME", help="sentence-transformers cross-encoder, folder or name")
    parser.add_argument(
        "--embedding-model",
        metavar="NAME",
        help="sentence-transformers model, folder or name: the store's, or for --corpus any",
    )
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--llm", metavar="NAME", help=f"{LLM_HELP} (default: ${LLM_VARIABLE}, else none)")
    how.add_argument(
        "--compare",
        type=_names,
        metavar="NAMES",
        help="ways to answer side by side, with commas between: extractive,ollama:llama3.2",
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


def _names(text: str) -> list[str]:
    names = [name.strip() for name in text.split(",")]
    if not all(names) or len(set(names)) < len(names):
        raise argparse.ArgumentTypeError(f"{text} is no list of different ways; write extractive,provider:name")
    return names


def _eval(args: argparse.Namespace) -> int:
    from tqdm import tqdm

    from evals.compare import LEGEND, comparison
    from evals.gold import load
    from evals.report import as_text, text_table, write
    from qa.reading import open_reader
    from qa.reranking import open_reranker

    failures: list[InputError] = []

    def on_error(error: InputError) -> None:
        failures.append(error)
        with tqdm.external_write_mode():
            warn(error)

    examples = _chosen(load(args.gold, on_error), args.half, args.limit)
    if args.out is not None:
        _make_folder(args.out)
    reader = open_reader(args.reader)  # before a store is made: a wrong name is told at once
    reranker = open_reranker(args.reranker)
    ways = {way: "none" if way == EXTRACTIVE else way for way in args.compare} if args.compare else {"": args.llm}
    with _models(ways) as models, _store(args.store, args.corpus, args.embedding_model, on_error) as store:
        runs = {way: _run(args, examples, (store, reader, reranker, llm), on_error) for way, llm in models.items()}
    for report, made_with in runs.values():
        print(as_text(report))
        if args.out is not None:
            print(f"\nreport: {write(report, made_with, args.out, texts=not args.no_text)}")
    if args.compare:
        print(f"\n{text_table(comparison({way: report for way, (report, _) in runs.items()}))}\n\n{LEGEND}")
    return 1 if failures else 0


@contextmanager
def _models(ways: "dict[str, str | None]") -> "Iterator[dict[str, Model | None]]":
    """The language model of each way, open; opened before anything slow, so that a wrong name is told at once."""
    from contextlib import ExitStack

    from qa.prose.models import chosen_model

    with ExitStack() as stack:
        yield {way: stack.enter_context(chosen_model(name)) for way, name in ways.items()}


def _run(
    args: argparse.Namespace,
    examples: "list[Example]",
    parts: "tuple[Store, SpanReader, Reranker | None, Model | None]",
    on_error: Callable[[InputError], None],
) -> "tuple[Report, Provenance]":
    """Ask all questions in one way."""
    from dataclasses import replace

    from tqdm import tqdm

    from evals.provenance import record
    from evals.run import evaluate
    from qa.engine import Engine

    store, reader, reranker, llm = parts
    made_with = record(
        args.gold, half=args.half, limit=args.limit, articles=store.articles(), encoder=store.encoder, reader=reader
    )
    progress = tqdm(examples, unit="question", disable=None)
    report = evaluate(Engine(store, reader, reranker, llm), progress, store, on_error=on_error)
    for result in report.results:
        if result.outcome == "failed":
            on_error(InputError(f'question "{result.example.id}": {result.error}'))
    return report, replace(made_with, llm=llm.name if llm else "")


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
def _store(
    store: Path | None, corpus: Path, model: str | None, on_error: Callable[[InputError], None]
) -> "Iterator[Store]":
    """The store given, or a temporary one made from the corpus."""
    from functools import cache
    from tempfile import TemporaryDirectory

    from tqdm import tqdm

    from vectorstore.embed import Encoder
    from vectorstore.ingest import Progress, ingest
    from vectorstore.store import Store

    if store is not None:
        with Store(store, model=model) as opened:
            yield opened
        return
    if not corpus.exists():
        raise BylineError(f"{corpus}: not found; name the articles with --corpus or a store with --store")
    load = cache(lambda: Encoder.load(model))  # once, and not before there is an article to embed
    with TemporaryDirectory(prefix="byline-eval-") as folder:
        path = Path(folder) / "store"
        with tqdm(desc="ingesting", unit="passage", disable=None, delay=1) as bar:

            def show(progress: Progress) -> None:
                bar.update(progress.passages - bar.n)

            ingested = ingest([corpus], path, encoder=load, on_error=on_error, progress=show)
        if not ingested.added:
            raise BylineError(f"{corpus}: holds no article that can be read; name others with --corpus")
        with Store(path, load()) as opened:
            yield opened
