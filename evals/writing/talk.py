"""Asking in the terminal, line by line, from a person or a pipe. Ignorant of questions and articles.

What is typed is text and nothing else; what is shown is made safe to print first (``vectorstore.terminal.visible``).
"""

import shutil
import sys
import textwrap

from vectorstore.terminal import visible

HELP = """\
Enter alone takes what is proposed. Several answers: with | between them. No answer in any article: none.
skip: not this passage, and never again. back: one step back. quit: stop; what is written is kept.
For one of these words itself, put \\ before it."""

_WIDTH = 100


class Skip(Exception):
    """Leave the passage at hand."""


class Back(Exception):
    """Go back one step."""


class Quit(Exception):
    """Stop. Also the end of the input."""


class Nothing(Exception):
    """There is no answer."""


_COMMANDS: dict[str, type[Exception]] = {"skip": Skip, "back": Back, "quit": Quit}


def prepare() -> None:
    """Let any text be read and written: what the terminal cannot show is escaped."""
    for stream, errors in ((sys.stdin, "replace"), (sys.stdout, "backslashreplace")):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors=errors)


def say(text: str = "", *, indent: str = "") -> None:
    """Print text of any origin, wrapped, its control characters shown and not obeyed; its line ends stay."""
    width = min(_WIDTH, shutil.get_terminal_size().columns)
    for line in text.split("\n"):
        wrapped = textwrap.wrap(visible(line), width, initial_indent=indent, subsequent_indent=" " * len(indent))
        sys.stdout.write("\n".join(wrapped) + "\n")
    sys.stdout.flush()


def ask(prompt: str, proposed: str = "", *, none: bool = False) -> str:
    """Return what is typed, trimmed; "" for Enter alone. In a terminal, what is ``proposed`` stands there to be edited.

    Raises ``Skip``, ``Back`` or ``Quit`` for these commands, ``Quit`` at the end of the input, and with ``none``
    ``Nothing`` for "none".
    """
    while True:
        typed = _line(f"{prompt}> ", proposed).strip()
        if typed == "help":
            say(HELP)
        elif typed in _COMMANDS:
            raise _COMMANDS[typed]
        elif none and typed == "none":
            raise Nothing
        elif typed.isprintable():
            return typed.removeprefix("\\")
        else:
            say("That holds a control character; write it as plain text on one line.")


def agrees(prompt: str) -> bool:
    """Whether Enter, or a yes, is typed and no no."""
    while True:
        typed = ask(f"{prompt} [Enter: yes; no]").lower()
        if typed in ("", "y", "yes"):
            return True
        if typed in ("n", "no"):
            return False
        say("Enter for yes, or no.")


def _line(prompt: str, proposed: str) -> str:
    terminal = sys.stdin.isatty() and sys.stdout.isatty()
    try:
        if not terminal:
            return input(prompt)
        return _edited(prompt, proposed)
    except EOFError:
        sys.stdout.write("\n")
        raise Quit from None


def _edited(prompt: str, proposed: str) -> str:
    """A line from a terminal, with ``proposed`` in it to begin with where that can be typed."""
    try:
        import readline
    except ImportError:  # not on Windows
        return input(prompt)
    readline.set_startup_hook(lambda: readline.insert_text(proposed if proposed.isprintable() else ""))
    try:
        return input(prompt)
    finally:
        readline.set_startup_hook(None)
