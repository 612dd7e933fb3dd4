"""The ``byline`` command: every folder's commands under one name. It knows nothing of what they do."""

from collections.abc import Sequence

from evals.commands import add_commands as add_evals
from qa.commands import add_commands as add_qa
from ui.commands import add_commands as add_ui
from vectorstore import terminal
from vectorstore.commands import add_commands as add_vectorstore

DESCRIPTION = "Answers questions about a collection of news articles; every answer cites exact quotes."


def main(argv: Sequence[str] | None = None) -> int:
    """Run one ``byline`` command and return its exit status, as ``vectorstore.terminal.main`` defines it."""
    return terminal.main("byline", DESCRIPTION, [add_vectorstore, add_qa, add_ui, add_evals], argv)
