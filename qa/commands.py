"""``ask``. Heavy imports happen inside, so that ``--help`` is instant."""

import argparse
import json
from pathlib import Path

from qa.options import add_reading, settings
from vectorstore.errors import BylineError, InputError
from vectorstore.terminal import DEFAULT_STORE, Subparsers, warn

LLM_VARIABLE = "BYLINE_LLM"
LLM_HELP = "language model that writes the answer, provider:name such as ollama:llama3.2; each sentence is checked"


def add_commands(commands: Subparsers) -> None:
    """Add this folder's command."""
    ask = commands.add_parser("ask", help="one cited answer, or with --batch one for each question of a file")
    ask.add_argument("question", nargs="?", metavar="QUESTION", help="in quotes, 2,000 characters at most")
    ask.add_argument("--store", type=Path, default=Path(DEFAULT_STORE), metavar="DIR", help="default: .byline")
    add_reading(ask)
    ask.add_argument("--embedding-model", metavar="NAME", help="where the store's embedding model is now")
    ask.add_argument("--llm", metavar="NAME", help=f"{LLM_HELP} (default: ${LLM_VARIABLE}, else none)")
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
    from qa.prose.models import chosen_model
    from qa.reading import open_reader
    from qa.reranking import open_reranker
    from vectorstore.store import Store

    check_question(args.question)
    reranker = open_reranker(args.reranker)
    with chosen_model(args.llm) as llm, Store(args.store, model=args.embedding_model) as store:
        answer = Engine(store, open_reader(args.reader), reranker, llm, settings(args)).ask(args.question)
    print(json.dumps(to_json(answer)) if args.json else to_text(answer))
    return 0


def _ask_batch(args: argparse.Namespace) -> int:
    from qa.batch import answer_all
    from qa.engine import Engine
    from qa.prose.models import chosen_model
    from qa.reading import open_reader
    from qa.reranking import open_reranker
    from vectorstore.store import Store

    if args.question is not None or args.json:
        raise BylineError("--batch takes no QUESTION and no --json: it asks what is in the file, and writes JSON")
    failed = 0

    def report(error: InputError) -> None:
        nonlocal failed
        failed += 1
        warn(error)

    reranker = open_reranker(args.reranker)
    with chosen_model(args.llm) as llm, Store(args.store, model=args.embedding_model) as store:
        engine = Engine(store, open_reader(args.reader), reranker, llm, settings(args))
        answer_all(engine, args.batch, args.out, report)
    return 1 if failed else 0
