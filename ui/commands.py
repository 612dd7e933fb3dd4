"""``byline chat``: opens the collection, makes one from ``seeds/`` when there is none, and serves the page.

Knows nothing of HTML; imports the page and its libraries only when it runs.
"""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from qa.commands import LLM_HELP, LLM_VARIABLE
from vectorstore.errors import BylineError, StoreMissing
from vectorstore.terminal import DEFAULT_STORE, Subparsers, warn

if TYPE_CHECKING:
    from vectorstore.store import Store

SEEDS = Path(__file__).resolve().parent.parent / "seeds"
"""The articles that come with the repository; an installed wheel has none."""


def add_commands(commands: Subparsers) -> None:
    """Add ``chat``."""
    chat = commands.add_parser("chat", help="serve the chat page; without a store it ingests the sample articles first")
    chat.add_argument("--store", type=Path, default=Path(DEFAULT_STORE), metavar="DIR", help="default: .byline")
    chat.add_argument(
        "--reader", metavar="NAME", help="question-answering model, folder or name (default: Byline's own)"
    )
    chat.add_argument("--reranker", metavar="NAME", help="sentence-transformers cross-encoder, folder or name")
    chat.add_argument(
        "--embedding-model",
        metavar="NAME",
        help="sentence-transformers model, folder or name: the store's, or for a new one any",
    )
    chat.add_argument("--llm", metavar="NAME", help=f"{LLM_HELP} (default: ${LLM_VARIABLE}, else none)")
    chat.add_argument("--host", default="127.0.0.1", help="default: 127.0.0.1, this machine only")
    chat.add_argument("--port", type=_port, default=None, help="default: 7860, or the next free one")
    chat.set_defaults(run=_chat)


def _port(text: str) -> int:
    """Read a port number, 1 to 65535."""
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:  # noqa: PLR2004 - TCP's highest port
        raise argparse.ArgumentTypeError(f"{text!r} is not a port: give a number from 1 to 65535")
    return int(text)


def _chat(args: argparse.Namespace) -> int:
    from ui.guard import LOOPBACK
    from ui.server import listen, serve

    if args.host not in LOOPBACK:
        warn(f"{args.host}: whoever can reach this address can ask and read every article; there is no password")
    with listen(args.host, args.port) as socket:  # first: a busy port is known before the slow imports
        print("Opening the collection …", flush=True)
        from qa.engine import Engine
        from qa.prose.models import chosen_model
        from qa.reading import open_reader
        from qa.reranking import open_reranker
        from ui.page import build_app

        reader = open_reader(args.reader)  # before a store is made: a wrong name is told at once
        reranker = open_reranker(args.reranker)
        with chosen_model(args.llm) as llm, _open_or_seed(args.store, args.embedding_model) as store:
            app = build_app(Engine(store, reader, reranker, llm), store, args.host)
            try:
                serve(app, socket, on_ready=lambda url: print(f"Byline is ready: {url}  (Ctrl+C stops it)", flush=True))
            except KeyboardInterrupt:  # the usual way to stop it
                print("Stopped.")
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
