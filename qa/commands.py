"""``ask``. Heavy imports happen inside, so that ``--help`` is instant."""

import argparse
import json
from pathlib import Path

from vectorstore.errors import BylineError, InputError
from vectorstore.terminal import DEFAULT_STORE, Subparsers, warn


def add_commands(commands: Subparsers) -> None:
    """Add this folder's command."""
    ask = commands.add_parser("ask", help="one cited answer, or with --batch one for each question of a file")
    ask.add_argument("question", nargs="?", metavar="QUESTION", help="in quotes, 2,000 characters at most")
    ask.add_argument("--store", type=Path, default=Path(DEFAULT_STORE), metavar="DIR", help="default: .byline")
    ask.add_argument(
        "--reader", metavar="NAME", help="question-answering model, folder or name (default: Byline's own)"
    )
    ask.add_argument("--json", action="store_true", help="the whole answer as one JSON object")
    ask.add_argument("--batch", type=Path, metavar="GOLD", help="questions, .jsonl or .jsonl.gz")
    ask.add_argument("--out", type=Path, metavar="ANSWERS", help="with --batch: where the answers go, .jsonl")
    ask.set_defaults(run=_ask)


def _ask(args: argparse.Namespace) -> int:
    if (args.batch is None) != (args.out is None):
        raise BylineError("--batch and --out go together: byline ask --batch GOLD.jsonl --out ANSWERS.jsonl")
    if args.batch is not None:
        return _ask_batch(args)
    # "-" usually means stdin, and one question from a pipe is one `$(cat)` away; a batch is a file.
    if args.question in (None, "-"):
        raise BylineError('no question given; write it in quotes: byline ask "Who resigned?"')
    return _ask_one(args)


def _ask_one(args: argparse.Namespace) -> int:
    from qa.engine import Engine
    from qa.errors import check_question
    from qa.formats import to_json, to_text
    from qa.reading import open_reader
    from vectorstore.store import Store

    check_question(args.question)
    with Store(args.store) as store:
        answer = Engine(store, open_reader(args.reader)).ask(args.question)
    print(json.dumps(to_json(answer)) if args.json else to_text(answer))
    return 0


def _ask_batch(args: argparse.Namespace) -> int:
    from qa.batch import answer_all
    from qa.engine import Engine
    from qa.reading import open_reader
    from vectorstore.store import Store

    if args.question is not None or args.json:
        raise BylineError("--batch takes no QUESTION and no --json: it asks what is in the file, and writes JSON")
    failed = 0

    def report(error: InputError) -> None:
        nonlocal failed
        failed += 1
        warn(error)

    with Store(args.store) as store:
        answer_all(Engine(store, open_reader(args.reader)), args.batch, args.out, report)
    return 1 if failed else 0
