"""The options of every command that reads answers from passages, and which values of them there are.

No heavy import happens here, so that ``--help`` is instant.
"""

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qa.engine import Settings

MOST_PASSAGES = 10_000
"""Passages that one question may ask to be read: minutes of reading, and far below what the indexes' counters hold."""


def add_reading(parser: argparse.ArgumentParser) -> None:
    """Add what reads and how: ``--reader``, ``--reranker``, ``--passages`` and ``--threshold``."""
    parser.add_argument(
        "--reader", metavar="NAME", help="question-answering model, folder or name (default: Byline's own)"
    )
    parser.add_argument("--reranker", metavar="NAME", help="sentence-transformers cross-encoder, folder or name")
    parser.add_argument("--passages", type=passages, metavar="N", help="passages read for a question")
    parser.add_argument(
        "--threshold", type=share, metavar="P", help="confidence below which no answer is given, 0 to 1"
    )


def settings(args: argparse.Namespace) -> "Settings":
    """The engine's settings: its own, but for what ``add_reading``'s options say."""
    from qa.engine import SETTINGS, Settings

    return Settings(
        passages=SETTINGS.passages if args.passages is None else args.passages,
        threshold=SETTINGS.threshold if args.threshold is None else args.threshold,
    )


def passages(text: str) -> int:
    """A whole number from 1 to ``MOST_PASSAGES``."""
    if not text.isdecimal() or not 1 <= int(text) <= MOST_PASSAGES:
        raise argparse.ArgumentTypeError(f"{text} is not a whole number from 1 to {MOST_PASSAGES:,}")
    return int(text)


def share(text: str) -> float:
    """A number from 0 to 1."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{text} is not a number from 0 to 1")
    return value
