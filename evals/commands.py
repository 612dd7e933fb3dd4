"""``byline eval``: gold questions asked of the engine, scored, reported and held to rules; and what goes with it."""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evals import options
from evals.reports.commands import add_commands as add_reports
from evals.sweeps.commands import add_commands as add_sweeps
from evals.writing.commands import add_commands as add_writing
from qa.commands import LLM_HELP, LLM_VARIABLE
from qa.options import add_reading, settings
from vectorstore.errors import BylineError, InputError
from vectorstore.terminal import Subparsers, warn

if TYPE_CHECKING:
    from contextlib import ExitStack

    from evals.gates import Gate
    from evals.journal import Journal
    from evals.provenance import Provenance
    from evals.run import Question
    from evals.types import Example, Report, Result
    from qa.engine import Engine
    from qa.prose.models import Model
    from qa.reader.reader import SpanReader

EXTRACTIVE = "extractive"
"""The way without a language model, among those to compare."""

COMMANDS = (add_writing, add_reports, add_sweeps)


def add_commands(subparsers: Subparsers) -> None:
    """Add ``eval`` and the commands under it."""
    parser = subparsers.add_parser(
        "eval",
        help="ask gold questions and score the answers",
        description="Ask gold questions, score answers, retrieval, citations and abstention, and print them by kind.",
    )
    options.add_source(parser, half="all")
    _add_engine(parser)
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="write the report there; a run that is stopped goes on from there"
    )
    parser.add_argument(
        "--no-text", action="store_true", help="keep questions, answers and quotes out of the written report"
    )
    parser.add_argument(
        "--jobs",
        type=options.positive,
        default=1,
        metavar="N",
        help="questions asked at a time: for a remote language model; the seconds then are no latency (default: 1)",
    )
    parser.add_argument(
        "--gate", type=Path, metavar="RULES.toml", help="rules that the run must keep; status 1 if it does not"
    )
    parser.add_argument(
        "--baseline", type=Path, metavar="RESULT.json", help="with --gate: the run to compare with, not the file's"
    )
    parser.set_defaults(run=_eval)
    commands = parser.add_subparsers(
        metavar="[COMMAND]", action=_Commands, help="instead of asking; options go after it"
    )
    for add in COMMANDS:
        add(commands)


class _Commands(argparse._SubParsersAction):  # type: ignore[type-arg]  # noqa: SLF001 - argparse has no public name for it
    """Commands that refuse what was given before them: argparse would let their own defaults take its place."""

    def __call__(
        self, parser: argparse.ArgumentParser, namespace: argparse.Namespace, values: Any, _option: str | None = None
    ) -> None:
        """Parse the command, unless an option stands before it."""
        early = [name for name, value in vars(namespace).items() if value != parser.get_default(name)]
        early = [f"--{name.replace('_', '-')}" for name in early if name != "run"]
        if early:
            parser.error(f"{', '.join(early)} before {values[0]}: write it after, byline eval {values[0]} {early[0]} …")
        super().__call__(parser, namespace, values)


def _add_engine(parser: argparse.ArgumentParser) -> None:
    """Add what answers, and how it is set."""
    add_reading(parser)
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--llm", metavar="NAME", help=f"{LLM_HELP} (default: ${LLM_VARIABLE}, else none)")
    how.add_argument(
        "--compare",
        type=options.names,
        metavar="NAMES",
        help="ways to answer side by side, with commas between: extractive,ollama:llama3.2",
    )


def _eval(args: argparse.Namespace) -> int:
    from contextlib import ExitStack

    from evals.gold import load
    from evals.opening import chosen, opened_models, opened_source, told
    from evals.reports.write import make_folder
    from evals.run import located
    from qa.engine import Engine
    from qa.reading import open_reader
    from qa.reranking import open_reranker

    failures: list[InputError] = []
    on_error = told(failures)
    examples = chosen(load(args.gold, on_error), args.half, args.limit)
    gate = _gate(args, examples)
    if args.out is not None:
        make_folder(args.out)
    reader = open_reader(args.reader)  # before a store is made: a wrong name is told at once
    reranker = open_reranker(args.reranker)
    ways = {way: "none" if way == EXTRACTIVE else way for way in args.compare} if args.compare else {"": args.llm}
    with (
        opened_models(ways) as models,
        opened_source(args.gold, args.store, args.corpus, args.embedding_model, on_error) as store,
        ExitStack() as journals,
    ):
        questions = located(examples, store, on_error)
        runs = {}
        for way, llm in models.items():
            engine = Engine(store, reader, reranker, llm, settings(args))
            made_with = _made_with(args, engine, reader, llm)
            runs[way] = _run(args, engine, questions, made_with, journals)
        _show(args, runs)
    results = [result for one in runs.values() for result in one.report.results]
    for result in results:
        if result.outcome == "failed":
            on_error(InputError(f'question "{result.example.id}": {result.error or "failed"}'))
    kept = gate is None or _kept(*gate, results)
    return 0 if kept and not failures else 1


@dataclass(frozen=True, slots=True)
class _Run:
    """A run that is done. ``journal`` is ``None`` without ``--out``."""

    report: "Report"
    made_with: "Provenance"
    journal: "Journal | None"


def _gate(args: argparse.Namespace, examples: "Sequence[Example]") -> "tuple[Gate, Sequence[Result]] | None":
    """The rules and the results of the baseline; read before anything slow, so that a wrong file is told at once."""
    if args.gate is None:
        if args.baseline is not None:
            raise BylineError("--baseline is what --gate compares with; give --gate RULES.toml too")
        return None
    if args.compare:
        raise BylineError("--gate holds one way to its rules, --compare asks in several; give one of them")
    from evals.gates import check_fits, load
    from evals.records import read

    gate = load(args.gate, args.baseline)
    baseline = read(gate.baseline).report.results if gate.baseline else ()
    check_fits(gate, examples, baseline)
    return gate, baseline


def _made_with(args: argparse.Namespace, engine: "Engine", reader: "SpanReader", llm: "Model | None") -> "Provenance":
    from dataclasses import replace

    from evals.provenance import record
    from evals.running import configuration

    store = engine.store
    made_with = record(
        args.gold, half=args.half, limit=args.limit, articles=store.articles(), encoder=store.encoder, reader=reader
    )
    return replace(made_with, llm=llm.name if llm else "", configuration=configuration(engine, jobs=args.jobs))


def _run(
    args: argparse.Namespace,
    engine: "Engine",
    questions: "Sequence[Question]",
    made_with: "Provenance",
    journals: "ExitStack",
) -> _Run:
    """Ask in one way, or go on where such a run was stopped."""
    from evals.journal import journal
    from evals.running import run

    if args.out is None:
        return _Run(run(engine, questions, engine.store, jobs=args.jobs), made_with, None)
    examples = [question.example for question in questions]
    kept = journals.enter_context(journal(args.out, made_with, examples, texts=not args.no_text))
    if kept.results:
        print(f"going on: {len(kept.results)} of {len(questions)} questions were answered before, {kept.path}")
    return _Run(run(engine, questions, engine.store, kept, jobs=args.jobs), made_with, kept)


def _show(args: argparse.Namespace, runs: Mapping[str, _Run]) -> None:
    """Print the tables and write the reports; a journal is of no use once its report is written."""
    from evals.reports.compare import LEGEND, comparison
    from evals.reports.write import as_text, write
    from evals.tables import text_table

    for done in runs.values():
        print(as_text(done.report))
        if args.out is not None:
            print(f"\nreport: {write(done.report, done.made_with, args.out, texts=not args.no_text)}")
    if args.compare:
        print(f"\n{text_table(comparison({way: done.report for way, done in runs.items()}))}\n\n{LEGEND}")
    for done in runs.values():
        if done.journal is not None:
            done.journal.remove()


def _kept(gate: "Gate", baseline: "Sequence[Result]", results: "Sequence[Result]") -> bool:
    """Print what each rule came to; whether all are kept."""
    from evals.gates import check, drawn, shared
    from evals.tables import text_table

    verdicts = check(gate, results, baseline)
    print(f"\n{text_table(drawn(verdicts))}")
    if baseline:
        print(f"compared with {gate.baseline} on {len(shared(results, baseline))} of {len(results)} questions")
    failed = [verdict for verdict in verdicts if not verdict.passed]
    if failed:
        warn(f"{gate.path}: {len(failed)} of {len(verdicts)} bounds are not kept")
    return not failed
