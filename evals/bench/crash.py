"""Kills an ingest at many moments (SIGKILL) and checks that nothing is lost, doubled or left broken.

Each point starts from an empty store, or from a finished one whose corpus has changed since, kills the ingest after
its share of the time that a whole one takes, lets the next ingest finish, and then holds library, indexes and corpus
against each other, down to every vector (``verify``).
"""

import argparse
import json
import shutil
import sys
import tempfile
import time
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path

from evals.bench.corpus import change_corpus, write_corpus
from evals.bench.forked import call, call_and_kill
from evals.bench.hashed import HashedEncoder
from evals.bench.results import write_result
from vectorstore.articles import read_articles
from vectorstore.errors import BylineError
from vectorstore.ingest import ingest
from vectorstore.rows import article_hash
from vectorstore.store import open_library
from vectorstore.verify import verify


@dataclass(frozen=True, slots=True)
class Point:
    """One kill. ``lost`` and ``doubled`` count articles; ``problems`` is what ``verify`` says after one more ingest."""

    start: str
    seconds: float
    killed: bool
    kept: int
    lost: int
    doubled: int
    problems: list[str]

    @property
    def fine(self) -> bool:
        """Whether the store is just what the corpus is."""
        return not (self.lost or self.doubled or self.problems)


def sweep(points: int, bigger: Path | None, number: int, folder: Path) -> list[Point]:
    """Kill at ``points`` moments spread over the whole run, half of them on a store that was there before."""
    corpus, finished, store = folder / "corpus", folder / "finished", folder / "store"
    write_corpus(corpus, bigger, number)
    call(_ingest, corpus, finished)
    change_corpus(corpus)
    done: list[Point] = []
    for ready in (None, finished):
        _fresh(store, ready)
        began = time.perf_counter()
        call(_ingest, corpus, store)
        whole = time.perf_counter() - began
        for n in range(points // 2):
            point = _point(whole * (n + 0.5) / (points // 2), corpus, store, ready)
            done.append(point)
            fate = "fine" if point.fine else f"BROKEN {point}"
            print(
                f"{len(done):4}/{points} {point.start:8} {point.seconds:6.2f} s, kept {point.kept:4}: {fate}",
                flush=True,
            )
    return done


def _point(seconds: float, source: Path, store: Path, ready: Path | None) -> Point:
    _fresh(store, ready)
    killed = call_and_kill(seconds, _ingest, source, store)
    kept = len(call(_hashes, store))
    call(_ingest, source, store)
    wanted, found = call(_corpus_hashes, source), call(_hashes, store)
    lost = sum((Counter(wanted) - Counter(found)).values())
    doubled = sum((Counter(found) - Counter(wanted)).values())
    return Point("finished" if ready else "empty", round(seconds, 3), killed, kept, lost, doubled, call(verify, store))


def _fresh(store: Path, ready: Path | None) -> None:
    shutil.rmtree(store, ignore_errors=True)
    if ready:
        shutil.copytree(ready, store)


def _ingest(source: Path, store: Path) -> int:
    return ingest([source], store, prune=True, encoder=HashedEncoder).failed


def _hashes(store: Path) -> list[str]:
    """The content hashes of the articles in the library; none where there is no library yet."""
    try:
        with open_library(store) as library:
            return [article_hash(article) for article in library.articles()]
    except BylineError:
        return []


def _corpus_hashes(source: Path) -> list[str]:
    return [article_hash(found.article) for found in read_articles([source], lambda error: sys.exit(str(error)))]


def main() -> int:
    """Run the sweep and write its result; exit status 1 where any point is not fine."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=100)
    parser.add_argument("--corpus", type=Path, help=".jsonl.gz to take articles from; without it, mixed seeds")
    parser.add_argument("--articles", type=int, default=200)
    parser.add_argument("--out", type=Path, default=Path("evals/results"))
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        done = sweep(args.points, args.corpus, args.articles, Path(folder))
    bad = [point for point in done if not point.fine]
    summary = {
        "points": len(done),
        "killed": sum(point.killed for point in done),
        "lost": sum(point.lost for point in done),
        "doubled": sum(point.doubled for point in done),
        "broken": sum(bool(point.problems) for point in done),
        "articles": args.articles + 3,
    }
    write_result(args.out, "crash", summary, [asdict(point) for point in done])
    print(json.dumps(summary))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
