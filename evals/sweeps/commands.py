"""``byline eval sweep``: many settings of the engine side by side, and which of them are worth choosing."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from evals import options
from vectorstore.errors import InputError
from vectorstore.terminal import Subparsers

if TYPE_CHECKING:
    from evals.sweeps.sweep import Sweep

DEFAULT = "byline"
NONE = "none"
PASSAGES = [5, 10, 20, 40]


def add_commands(subparsers: Subparsers) -> None:
    """Add ``sweep``."""
    parser = subparsers.add_parser(
        "sweep",
        help="quality against time, for many settings",
        description="Ask the same questions with every combination of the settings, and draw quality against time.",
    )
    options.add_source(parser, half="dev")
    _add_settings(parser)
    parser.add_argument(
        "--quality",
        choices=("f1", "exact_match", "contains"),
        default="f1",
        help="what the efficient frontier is drawn by (default: f1, for which right abstentions count too)",
    )
    parser.add_argument(
        "--out", type=Path, default=Path(), metavar="DIR", help="where the .json and the .svg go (default: here)"
    )
    parser.set_defaults(run=_sweep)


def _add_settings(parser: argparse.ArgumentParser) -> None:
    """Add what may be a list, each to be combined with each other."""
    parser.add_argument(
        "--passages",
        type=options.positives,
        default=PASSAGES,
        metavar="N,…",
        help=f"passages read for a question (default: {','.join(map(str, PASSAGES))})",
    )
    parser.add_argument(
        "--threshold", type=options.shares, metavar="P,…", help="confidence below which no answer is given"
    )
    parser.add_argument(
        "--reader",
        type=options.names,
        default=[DEFAULT],
        metavar="NAME,…",
        help=f"question-answering models, folder or name (default: {DEFAULT}, our own)",
    )
    parser.add_argument(
        "--reranker",
        type=options.names,
        default=[NONE],
        metavar="NAME,…",
        help=f"cross-encoders, folder or name (default: {NONE})",
    )


def _sweep(args: argparse.Namespace) -> int:
    from tqdm import tqdm

    from evals.gold import load
    from evals.opening import chosen, opened_source, told
    from evals.provenance import record
    from evals.reports.write import make_folder
    from evals.run import located
    from evals.sweeps import report
    from evals.sweeps.sweep import LEGEND, run, table
    from evals.tables import text_table

    failures: list[InputError] = []
    on_error = told(failures)
    examples = chosen(load(args.gold, on_error), args.half, args.limit)
    make_folder(args.out)
    sweep = _parts(args)
    with opened_source(args.gold, args.store, args.corpus, args.embedding_model, on_error) as store:
        questions = located(examples, store, on_error)
        made_with = record(
            args.gold,
            half=args.half,
            limit=args.limit,
            articles=store.articles(),
            encoder=store.encoder,
            reader=next(iter(sweep.readers.values())),
        )
        with tqdm(total=sweep.size * len(questions), unit="question", disable=None) as bar:
            outcomes = list(run(sweep, store, questions, bar.update))
    print(f"{text_table(table(outcomes, args.quality))}\n\n{LEGEND}")
    path = report.write(sweep, outcomes, args.quality, made_with, args.out)
    print(f"\nsweep: {path}, drawn in {path.with_suffix('.svg')}")
    for outcome in outcomes:
        for result in outcome.report.results:
            if result.outcome == "failed":
                on_error(InputError(f'question "{result.example.id}", {outcome.choice}: {result.error}'))
    return 1 if failures else 0


def _parts(args: argparse.Namespace) -> "Sweep":
    """What is tried, its models loaded: each once, and before a store is made."""
    from evals.sweeps.sweep import Sweep
    from qa.engine import SETTINGS
    from qa.reading import open_reader
    from qa.reranking import open_reranker

    return Sweep(
        readers={name: open_reader(name) for name in args.reader},
        rerankers={name: open_reranker(None if name == NONE else name) for name in args.reranker},
        passages=args.passages,
        thresholds=args.threshold or [SETTINGS.threshold],
    )
