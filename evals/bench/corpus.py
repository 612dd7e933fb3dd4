"""The articles that a sweep runs on: the seeds, and some hundred of a bigger collection where there is one."""

import gzip
import json
from pathlib import Path

SEEDS = Path(__file__).parents[2] / "seeds"


def write_corpus(folder: Path, bigger: Path | None, number: int) -> None:
    """Write the seeds as they are, and ``number`` more articles as ``more.jsonl``.

    These are the first of ``bigger`` (``.jsonl.gz``); without it they are put together from the sentences of the
    seeds, each article in an order of its own.
    """
    folder.mkdir(parents=True)
    for seed in sorted(SEEDS.iterdir()):
        (folder / seed.name).write_bytes(seed.read_bytes())
    with (folder / "more.jsonl").open("w", encoding="utf-8") as out:
        if bigger is not None:
            with gzip.open(bigger, "rt", encoding="utf-8") as lines:
                out.writelines(line for line, _ in zip(lines, range(number), strict=False))
        else:
            out.writelines(json.dumps(_mixed(n)) + "\n" for n in range(number))


def change_corpus(folder: Path) -> None:
    """What happens to a collection between two ingests: every fifth article edited, every ninth gone."""
    path = folder / "more.jsonl"
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    for row in rows[::5]:
        row["text"] += "\n\nThis article has been corrected."
    kept = [row for n, row in enumerate(rows) if n % 9]
    path.write_text("".join(json.dumps(row) + "\n" for row in kept), encoding="utf-8")


def _mixed(n: int) -> dict[str, str]:
    lines = [line for seed in sorted(SEEDS.iterdir()) for line in seed.read_text(encoding="utf-8").splitlines() if line]
    step = 1 + n % (len(lines) - 1)
    order = [f"{n * 40 + at} {lines[(n + step * at) % len(lines)]}" for at in range(40)]  # numbered: no two the same
    return {"id": f"mixed-{n}", "title": f"Mixed {n}", "published": "2016-03-24", "text": "\n\n".join(order)}
