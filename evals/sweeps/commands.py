"""``byline eval sweep``: many settings of the engine side by side, and which of them are worth choosing."""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from evals import options
from vectorstore.errors import InputError
from vectorstore.terminal import Subparsers

if TYPE_CHECKING:
    from contextlib import ExitStack

    from evals.journal import Journal
    from evals.provenance import Provenance
    from evals.run import Question
    from evals.sweeps.sweep import Choice, Outcome, Sweep
    from vectorstore.store import Store

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
        "--out",
        type=Path,
        default=Path(),
        metavar="DIR",
        help="where the .json and the .svg go (default: here); a sweep that is stopped goes on from there",
    )
    parser.set_defaults(run=_sweep)


def _add_settings(parser: argparse.ArgumentParser) -> None:
    """Add what may be a list, each to be combined with each other."""
    parser.add_argument(
        "--passages",
        type=options.depths,
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
    from contextlib import ExitStack

    from evals.gold import load
    from evals.opening import chosen, opened_source, told
    from evals.provenance import record
    from evals.reports.write import make_folder
    from evals.run import located

    failures: list[InputError] = []
    on_error = told(failures)
    examples = chosen(load(args.gold, on_error), args.half, args.limit)
    make_folder(args.out)
    sweep = _parts(args)
    with (
        opened_source(args.gold, args.store, args.corpus, args.embedding_model, on_error) as store,
        ExitStack() as stack,
    ):
        questions = located(examples, store, on_error)
        made_with = record(
            args.gold,
            half=args.half,
            limit=args.limit,
            articles=store.articles(),
            encoder=store.encoder,
            reader=next(iter(sweep.readers.values())),
        )
        journals = _journals(args.out, sweep, made_with, questions, stack)
        outcomes = _asked(sweep, store, questions, journals)
        _show(args, sweep, outcomes, made_with)
        for one in journals.values():
            one.remove()
    for outcome in outcomes:
        for result in outcome.report.results:
            if result.outcome == "failed":
                on_error(InputError(f'question "{result.example.id}", {outcome.choice}: {result.error}'))
    return 1 if failures else 0


def _asked(
    sweep: "Sweep", store: "Store", questions: "Sequence[Question]", journals: "Mapping[Choice, Journal]"
) -> "list[Outcome]":
    """What every choice came to, with progress."""
    from tqdm import tqdm

    from evals.sweeps.sweep import run

    before, total = sum(len(one.results) for one in journals.values()), len(journals) * len(questions)
    if before:
        print(f"going on: {before} of {total} answers were given before")
    with tqdm(total=total, initial=before, unit="question", disable=None) as bar:
        return list(run(sweep, store, questions, bar.update, journals))


def _show(args: argparse.Namespace, sweep: "Sweep", outcomes: "Sequence[Outcome]", made_with: "Provenance") -> None:
    """Print the table, and write the file and its picture."""
    from evals.sweeps import report
    from evals.sweeps.sweep import LEGEND, table
    from evals.tables import text_table

    print(f"{text_table(table(outcomes, args.quality))}\n\n{LEGEND}")
    path = report.write(sweep, outcomes, args.quality, made_with, args.out)
    print(f"\nsweep: {path}, drawn in {path.with_suffix('.svg')}")


def _journals(
    folder: Path, sweep: "Sweep", made_with: "Provenance", questions: "Sequence[Question]", stack: "ExitStack"
) -> "dict[Choice, Journal]":
    """An open journal for each choice: a new one, or that of the same sweep where it was stopped.

    All thresholds decide it, for one reading and its seconds are shared by them.
    """
    from dataclasses import asdict, replace

    from evals.journal import journal

    def made(choice: "Choice") -> "Provenance":
        reader, reranker = sweep.readers[choice.reader], sweep.rerankers[choice.reranker]
        sha256 = reranker.sha256 if reranker else ""
        return replace(
            made_with,
            reader=reader.name,
            reader_sha256=reader.sha256,
            reader_dtype=reader.dtype,
            configuration=asdict(choice) | {"reranker_sha256": sha256, "thresholds": list(sweep.thresholds)},
        )

    examples = [question.example for question in questions]
    return {
        choice: stack.enter_context(journal(folder, made(choice), examples, texts=True)) for choice in sweep.choices
    }


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
