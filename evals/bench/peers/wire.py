"""One JSON object a line on standard input and output: how a measured system is spoken to. Standard library only.

A request's "do" is "open", "ingest" or "search"; the answer is what the system's method of that name returns. A system
that fails ends with its traceback on standard error.
"""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol


class System(Protocol):
    """What is measured. One process either ingests, or opens what was ingested and searches."""

    def open(self, store: Path, model: str, way: str) -> None:
        """Load the embedding model and, where the folder ``store`` holds something, what is in it.

        ``way`` is one of the ways of searching that the system knows.
        """
        ...

    def ingest(self, articles: Path, characters: int) -> dict[str, int]:
        """Split, embed and keep the articles of a ``.jsonl`` file in passages of about so many characters.

        Returns the numbers of ``passages`` and of ``characters`` in them. All is on the disk when it returns.
        """
        ...

    def search(self, question: str, k: int, asked: str) -> list[str]:
        """The texts of the ``k`` best passages, best first. ``asked`` is the day of the question or ``""``."""
        ...


def serve(system: System) -> None:
    """Answer requests until standard input ends."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what libraries print is not an answer
    for line in sys.stdin:
        request = json.loads(line)
        out.write(json.dumps(_answer(system, request)) + "\n")
        out.flush()


def _answer(system: System, request: dict[str, Any]) -> Any:
    if request["do"] == "open":
        return system.open(Path(request["store"]), request["model"], request["way"])
    if request["do"] == "ingest":
        return system.ingest(Path(request["articles"]), request["characters"])
    return system.search(request["question"], request["k"], request["asked"])


def read_articles(path: Path) -> Iterator[dict[str, str]]:
    """The articles of a ``.jsonl`` file, unknown fields as ``""``."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield {"title": "", "publisher": "", "published": "", **json.loads(line)}


def counted(texts: list[str]) -> dict[str, int]:
    """What ``System.ingest`` returns for passages of these texts."""
    return {"passages": len(texts), "characters": sum(map(len, texts))}
