"""What the commands under ``byline eval`` share: the questions, where they are asked, and what a list may hold."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from qa.options import passages, share

HERE = Path(__file__).resolve().parent
SEEDS_GOLD = HERE / "gold" / "seeds.jsonl"
SEEDS = HERE.parent / "seeds"

_Value = TypeVar("_Value")


def add_source(parser: argparse.ArgumentParser, *, half: str) -> None:
    """Add what is asked and of what: ``--gold``, ``--half``, ``--limit``, ``--corpus`` or ``--store``."""
    parser.add_argument(
        "--gold",
        type=Path,
        default=SEEDS_GOLD,
        metavar="FILE",
        help="gold questions of any format (default: the seeds')",
    )
    where = parser.add_mutually_exclusive_group()
    where.add_argument(
        "--corpus",
        type=Path,
        metavar="PATH",
        help="articles to ask, ingested into a temporary store (default: those in the gold file, else the seeds)",
    )
    where.add_argument("--store", type=Path, metavar="DIR", help="a store that is there already, instead")
    parser.add_argument(
        "--embedding-model",
        metavar="NAME",
        help="sentence-transformers model, folder or name: the store's, or for --corpus any",
    )
    parser.add_argument(
        "--half",
        choices=("dev", "test", "all"),
        default=half,
        help=f"dev to choose settings on, test to report (default: {half})",
    )
    parser.add_argument("--limit", type=positive, metavar="N", help="ask the first N questions only")


def positive(text: str) -> int:
    """A whole number from 1 up."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a whole number from 1 up")
    return int(text)


def names(text: str) -> list[str]:
    """Different names with commas between."""
    return _different(text, _name)


def depths(text: str) -> list[int]:
    """Different numbers of passages, with commas between."""
    return _different(text, passages)


def shares(text: str) -> list[float]:
    """Different numbers from 0 to 1, with commas between."""
    return _different(text, share)


def _name(text: str) -> str:
    if not text:
        raise argparse.ArgumentTypeError("a name is missing before or after a comma")
    return text


def _different(text: str, value: Callable[[str], _Value]) -> list[_Value]:
    found = [value(part.strip()) for part in text.split(",")]
    if len(set(found)) < len(found):
        raise argparse.ArgumentTypeError(f"{text} is no list of different values with commas between")
    return found
