"""What every command line of Byline shares: exit status, and errors as one line."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from typing import TypeAlias

from vectorstore.errors import BylineError

# What ``add_parser`` is called on; argparse has no public name for it.
Subparsers: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001

AddCommands: TypeAlias = Callable[[Subparsers], None]
"""Adds a folder's commands; each sets ``run``, a function of the parsed arguments that returns the exit status."""

DEFAULT_STORE = ".byline"


def visible(text: str) -> str:
    """Return the text as one line that is safe to print: control characters and line ends are shown, not obeyed."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def warn(message: object) -> None:
    """Write one line to stderr; control characters and line ends in it are shown, not obeyed."""
    print(f"byline: {visible(str(message))}", file=sys.stderr)  # noqa: T201 - this is the printing


def main(prog: str, description: str, folders: Sequence[AddCommands], argv: Sequence[str] | None = None) -> int:
    """Parse ``argv`` and run its command.

    Returns the exit status: 0 done; 1 something in the input failed and the rest was done; 2 the command could not
    run; 130 interrupted. A ``BylineError`` is one line on stderr; anything else is a bug and keeps its traceback.
    """
    parser = argparse.ArgumentParser(prog=prog, description=description)
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for add_commands in folders:
        add_commands(commands)
    args = parser.parse_args(argv)
    try:
        status: int = args.run(args)
    except BylineError as error:
        warn(error)
        return 2
    except PermissionError as error:
        warn(f"{error.filename}: {error.strerror}; change its permissions, or give another path")
        return 2
    except KeyboardInterrupt:
        warn("interrupted; what was finished is kept")
        return 130
    except BrokenPipeError:
        # The reader of our output left (`byline ask … | head`); stdout must not be flushed into the closed pipe.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return status
