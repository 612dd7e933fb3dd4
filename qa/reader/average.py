"""Averages two weights of the reader, one trained on from the other: a little of the ensemble at no cost in reading.

``python -m qa.reader.average FIRST SECOND --share 0.8 --out FILE``. Source: Wortsman et al. 2022, "Robust fine-tuning
of zero-shot models".
"""

import argparse
import json
from pathlib import Path

from safetensors import safe_open
from safetensors.torch import load_file, save_file


def average(first: Path, second: Path, share: float, out: Path) -> None:
    """Write ``(1 - share) × first + share × second`` in float16; the metadata holds what both were trained with."""
    one, other = load_file(first), load_file(second)
    mixed = {name: ((1 - share) * one[name].float() + share * other[name].float()).half() for name in other}
    parts = {"share_of_second": share, "first": _training(first), "second": _training(second)}
    save_file(mixed, out, metadata={"training": json.dumps(parts, sort_keys=True)})


def _training(weights: Path) -> object:
    with safe_open(weights, "pt") as opened:
        return json.loads(opened.metadata()["training"])


def main() -> None:
    """Read the command line and average."""
    parser = argparse.ArgumentParser(
        prog="python -m qa.reader.average", description="Average two weights of the reader."
    )
    parser.add_argument("first", type=Path, help="weights, .safetensors")
    parser.add_argument("second", type=Path, help="weights of the same network, trained on from the first")
    parser.add_argument("--share", type=float, required=True, help="of the second, 0 to 1")
    parser.add_argument("--out", type=Path, required=True, help="file to write")
    args = parser.parse_args()
    average(args.first, args.second, args.share, args.out)


if __name__ == "__main__":
    main()
