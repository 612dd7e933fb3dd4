"""``byline chat`` serves the page, and ``byline mcp`` the same answers to an assistant on stdin and stdout.

Knows nothing of HTML; imports the page, the protocol and their libraries only when they run.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING

from qa.commands import LLM_HELP, LLM_VARIABLE
from qa.options import add_reading, settings
from vectorstore.errors import BylineError, StoreMissing
from vectorstore.terminal import DEFAULT_STORE, Subparsers, warn

if TYPE_CHECKING:
    from qa.engine import Engine
    from qa.prose.models import Model
    from ui.auth import Access
    from vectorstore.store import Store

SEEDS = Path(__file__).resolve().parent.parent / "seeds"
"""The articles that come with the repository; an installed wheel has none."""


def add_commands(commands: Subparsers) -> None:
    """Add ``chat`` and ``mcp``."""
    chat = commands.add_parser("chat", help="serve the chat page; without a store it ingests the sample articles first")
    _add_reading(chat)
    chat.add_argument(
        "--llm",
        action="append",
        metavar="NAME",
        help=f"{LLM_HELP} (default: ${LLM_VARIABLE}, else none); of several visitors choose, the first is the default",
    )
    chat.add_argument("--host", default="127.0.0.1", help="default: 127.0.0.1, this machine only")
    chat.add_argument("--port", type=_port, default=None, help="default: 7860, or the next free one")
    _add_access(chat.add_argument_group("for others", "docs/sharing.md tells how"))
    chat.set_defaults(run=_chat)
    mcp = commands.add_parser("mcp", help="answer an assistant, by the Model Context Protocol on stdin and stdout")
    _add_reading(mcp)
    mcp.set_defaults(run=_mcp)


def _add_reading(command: argparse.ArgumentParser) -> None:
    command.add_argument("--store", type=Path, default=Path(DEFAULT_STORE), metavar="DIR", help="default: .byline")
    add_reading(command)
    command.add_argument(
        "--embedding-model",
        metavar="NAME",
        help="sentence-transformers model, folder or name: the store's, or for a new one any",
    )


def _add_access(group: "argparse._ArgumentGroup") -> None:
    group.add_argument("--auth-file", type=Path, metavar="FILE", help="who may come in: USER:PASSWORD, one a line")
    group.add_argument(
        "--auth",
        action="append",
        default=[],
        metavar="USER:PASSWORD",
        help="the same, but other users of this machine see a command line: rather --auth-file, or $BYLINE_AUTH",
    )
    group.add_argument(
        "--allow-host",
        action="append",
        default=[],
        metavar="NAME",
        help="a name that the page is reached by, through a reverse proxy or in your network",
    )
    group.add_argument(
        "--editable", action="store_true", help="whoever comes in may add and remove articles, not only read"
    )
    group.add_argument(
        "--open-to-all", action="store_true", help="ask nobody for a password, although others can reach the page"
    )


def _port(text: str) -> int:
    """Read a port number, 1 to 65535."""
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:  # noqa: PLR2004 - TCP's highest port
        raise argparse.ArgumentTypeError(f"{text!r} is not a port: give a number from 1 to 65535")
    return int(text)


def _chat(args: argparse.Namespace) -> int:
    from ui.server import listen, serve

    access = _access(args)
    with listen(args.host, args.port) as socket:  # first: a busy port is known before the slow imports
        print("Opening the collection …", flush=True)
        from ui.page import build_app

        with _opened(args) as (engine, prose):
            app = build_app(engine, prose, access)
            try:
                serve(app, socket, on_ready=lambda url: print(f"Byline is ready: {url}  (Ctrl+C stops it)", flush=True))
            except KeyboardInterrupt:  # the usual way to stop it
                print("Stopped.")
    return 0


def _access(args: argparse.Namespace) -> "Access":
    from ui import auth

    pairs = auth.read_pairs(args.auth, args.auth_file, os.environ)
    if args.auth_file is not None and auth.seen_by_others(args.auth_file):
        warn(f"{args.auth_file}: other users of this machine can read it; chmod 600 {args.auth_file}")
    if args.open_to_all and not pairs:
        warn("--open-to-all: whoever can reach this page can ask and read every article; there is no password")
    return auth.decide(args.host, args.allow_host, pairs, open_to_all=args.open_to_all, editable=args.editable)


@contextmanager
def _opened(args: argparse.Namespace) -> "Iterator[tuple[Engine, dict[str, Engine]]]":
    """Open every model and the store: an engine without a language model, and one with each, by its name."""
    from qa.engine import Engine
    from qa.reading import open_reader
    from qa.reranking import open_reranker

    reader = open_reader(args.reader)  # before a store is made: a wrong name is told at once
    reranker = open_reranker(args.reranker)
    with ExitStack() as stack:
        models = _models(args.llm, stack)
        store = stack.enter_context(_open_or_seed(args.store, args.embedding_model))
        chosen = settings(args)
        prose = {model.name: Engine(store, reader, reranker, model, chosen) for model in models}
        yield Engine(store, reader, reranker, settings=chosen), prose


def _models(names: list[str] | None, stack: ExitStack) -> "list[Model]":
    from qa.prose.models import chosen_model

    wanted = dict.fromkeys(names) if names else [None]  # None: what the variable says
    opened = [stack.enter_context(chosen_model(name)) for name in wanted]
    return [model for model in opened if model is not None]


def _mcp(args: argparse.Namespace) -> int:
    try:
        from mcp.server import MCPServer  # noqa: F401 - known before the slow imports
    except ImportError:
        raise BylineError('byline mcp: its package is missing, or an old one; pip install "byline[mcp]"') from None
    with redirect_stdout(sys.stderr):  # stdout is the protocol's alone; while it is spoken its package sees to that
        from vectorstore.store import Store

        store = Store(args.store, model=args.embedding_model)
        from qa.engine import Engine
        from qa.reading import open_reader
        from qa.reranking import open_reranker
        from ui.mcp import server

        reader, reranker = open_reader(args.reader), open_reranker(args.reranker)
        engine = Engine(store, reader, reranker, settings=settings(args))
    with store:
        server(engine).run()
    return 0


def _open_or_seed(path: Path, model: str | None) -> "Store":
    """Open the store at ``path``; where there is none, make it from ``seeds/`` first."""
    from vectorstore.embed import Encoder
    from vectorstore.ingest import ingest
    from vectorstore.store import Store

    try:
        return Store(path, model=model)
    except StoreMissing:
        if not SEEDS.is_dir():
            raise BylineError(
                f"{path}: no collection there yet; make one with `byline ingest FOLDER --store {path}`"
            ) from None
    print(f"No collection at {path} yet: reading the sample articles in {SEEDS} …", flush=True)
    ingest([SEEDS], path, encoder=lambda: Encoder.load(model))
    return Store(path, model=model)
