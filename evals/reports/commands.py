"""``byline eval diff`` and ``byline eval report``: what result files say, without asking anything again."""

import argparse
from pathlib import Path

from vectorstore.terminal import Subparsers, visible

_SHOWN = 20
"""Flipped questions that the terminal lists; ``--out`` keeps all."""


def add_commands(subparsers: Subparsers) -> None:
    """Add ``diff`` and ``report``."""
    parser = subparsers.add_parser(
        "diff",
        help="compare two results on the questions that they share",
        description="Compare two results, question by question: the difference of every metric with its 95 %% interval "
        "(paired bootstrap), and the questions that flipped, with why.",
    )
    parser.add_argument("before", type=Path, metavar="BEFORE.json", help="a result that byline eval --out wrote")
    parser.add_argument("after", type=Path, metavar="AFTER.json", help="another, on the same gold questions")
    parser.add_argument("--out", type=Path, metavar="FILE.md", help="write the comparison there too, as Markdown")
    parser.set_defaults(run=_diff)

    parser = subparsers.add_parser(
        "report",
        help="write a result's Markdown and HTML again",
        description="Write the Markdown and the HTML page of a result file, and print its tables.",
    )
    parser.add_argument("result", type=Path, metavar="RESULT.json", help="a result that byline eval --out wrote")
    parser.add_argument("--out", type=Path, metavar="DIR", help="write them there (default: beside the result)")
    parser.set_defaults(run=_report)


def _diff(args: argparse.Namespace) -> int:
    from evals.records import read
    from evals.reports.diff import difference
    from evals.reports.diff_text import as_markdown, as_text
    from evals.reports.write import save

    found = difference(read(args.before), read(args.after))
    _print(as_text(found, most=_SHOWN))
    if args.out is not None:
        save(args.out, as_markdown(found))
        print(f"\ncomparison: {args.out}")
    return 0


def _report(args: argparse.Namespace) -> int:
    from evals.records import read
    from evals.reports.write import as_text, make_folder, write_pages

    kept = read(args.result)
    folder = args.result.parent if args.out is None else args.out
    make_folder(folder)
    _print(as_text(kept.report))
    for path in write_pages(kept.report, kept.provenance, folder / args.result.name, texts=kept.texts):
        print(f"report: {path}")
    return 0


def _print(text: str) -> None:
    """Print lines that may hold what anyone wrote: control characters in them are shown, not obeyed."""
    print("\n".join(map(visible, text.splitlines())))
