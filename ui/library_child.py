"""The process that ingests uploads, so that a long ingest takes nothing from the chat but idle time.

Started by ``ui.library_work`` with the store and the folders to ingest; says how far it is as JSON, one object a line:
``{"total": articles}``, ``{"articles": …, "passages": …}``, ``{"failure": line}``, and last ``{"report": {…}}`` or
``{"busy": line}`` or ``{"error": line}``. It may be killed at any moment; the next ingest goes on where it was.
"""

import json
import os
import sys
import threading
from dataclasses import asdict
from pathlib import Path

NICE = 10
"""How far behind the chat it stands for the processor, of 19."""


def main() -> None:
    """Ingest ``sys.argv[3:]`` into the store ``sys.argv[2]``."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if hasattr(os, "nice"):
        os.nice(NICE)
    lines = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)  # what a library prints is no line of ours

    def say(**line: object) -> None:
        lines.write(json.dumps(line) + "\n")

    from vectorstore.articles import count_articles
    from vectorstore.errors import BylineError, StoreBusy
    from vectorstore.ingest import ingest

    store, *folders = map(Path, sys.argv[2:])
    try:
        say(total=count_articles(folders))
        report = ingest(
            folders,
            store,
            on_error=lambda error: say(failure=str(error)),
            progress=lambda done: say(**asdict(done)),
        )
    except StoreBusy as error:
        say(busy=str(error))
    except BylineError as error:
        say(error=str(error))
    else:
        say(report=asdict(report))
    lines.flush()
    os._exit(0)  # at once: the libraries' own threads have nothing left to do


def _end_with_parent() -> None:
    """End when the server does: its end of our input is closed then."""
    sys.stdin.buffer.read()
    os._exit(1)
