"""Damages a store in every way that a disk, a crash or another program can, and holds ``verify`` and ``rebuild`` to it.

A damage is *found* when ``verify`` names a problem; then ``rebuild`` must make the store sound, with the same search
results as before. A damage that is not found must be *harmless*: the same results without any mending.
"""

import argparse
import json
import os
import random
import shutil
import sqlite3
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TypeAlias

from evals.bench.corpus import write_corpus
from evals.bench.forked import ChildError, call
from evals.bench.hashed import HashedEncoder
from evals.bench.results import write_result
from vectorstore.errors import BylineError, StoreBusy
from vectorstore.generation import CHROMA_DATABASE, SEAL, SNAPSHOT, VECTORS, WORDS
from vectorstore.ingest import ingest
from vectorstore.store import Store, writing
from vectorstore.types import Filters
from vectorstore.vectors import VectorIndex
from vectorstore.verify import rebuild, verify
from vectorstore.words import WordIndex

QUESTIONS = ("Who offered to resign?", "How many people died?", "police search in Schaerbeek", "President Obama said")
LONG_NAME = 30  # characters; Chroma and Tantivy name their files at random
Results: TypeAlias = list[list[tuple[str, int, int, float]]]
Damage: TypeAlias = tuple[str, Callable[[Path], object]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """``fate`` is ``found``, ``harmless``, or what went wrong; ``said`` is the first problem that ``verify`` named."""

    damage: str
    fate: str
    said: str = ""

    @property
    def fine(self) -> bool:
        """Whether nothing was missed and everything was mended."""
        return self.fate in ("found", "harmless")


def sweep(bigger: Path | None, number: int, folder: Path, only: int | None = None) -> list[Outcome]:
    """Try every damage, or a repeatable choice of ``only`` so many, each on a fresh copy of one store."""
    corpus, sound, other = folder / "corpus", folder / "sound", folder / "other"
    write_corpus(corpus, bigger, number)
    call(_ingest, corpus, sound)
    call(_ingest, Path(__file__).parents[2] / "seeds", other)
    wanted = call(_results, sound)
    damages = list(_damages(sound, other))
    if only:
        damages = random.Random(0).sample(damages, only)  # noqa: S311 - no secret
    done = []
    for name, damage in damages:
        store = folder / "store"
        shutil.rmtree(store, ignore_errors=True)
        shutil.copytree(sound, store)
        done.append(_outcome(name, damage, store, wanted))
        print(f"{len(done):4} {name:60} {done[-1].fate:9} {done[-1].said[-90:]}", flush=True)
    return done


def _outcome(name: str, damage: Callable[[Path], object], store: Path, wanted: Results) -> Outcome:
    call(damage, store)
    try:
        problems = call(_problems, store)
        if not problems:
            return Outcome(name, "harmless" if call(_results, store) == wanted else "MISSED")
        call(rebuild, store)
        if call(verify, store):
            return Outcome(name, "NOT MENDED", problems[0])
        fate = "found" if call(_results, store) == wanted else "OTHER RESULTS"
    except ChildError as error:
        return Outcome(name, f"CRASHED: {error}")
    return Outcome(name, fate, problems[0].replace(str(store), ""))


def _damages(sound: Path, other: Path) -> Iterator[Damage]:
    """Every damage, by name; each is a function of the store's folder."""
    files = [path.relative_to(sound).as_posix() for path in sorted(sound.rglob("*")) if path.is_file()]
    for file in files:
        if file.endswith(".lock"):
            continue
        yield f"delete {_short(file)}", partial(_delete, name=file)
        if (sound / file).stat().st_size:
            yield f"cut {_short(file)} to half", partial(_cut, name=file, share=0.5)
            yield f"empty {_short(file)}", partial(_cut, name=file, share=0)
            for share in (0.02, 0.35, 0.8):
                yield f"flip a byte at {share:.0%} of {_short(file)}", partial(_flip, name=file, share=share, length=1)
    for folder in ("indexes", f"indexes/*/{VECTORS}", f"indexes/*/{VECTORS}/*-*", f"indexes/*/{WORDS}"):
        yield f"delete folder {folder}", partial(_delete, name=folder)
    for name in ("library.db", f"indexes/*/{CHROMA_DATABASE}", f"indexes/*/{SNAPSHOT}"):
        for share in (0.1, 0.3, 0.5, 0.7, 0.9):
            yield f"32 KiB of garbage at {share:.0%} of {name}", partial(_flip, name=name, share=share, length=32_768)
    yield from _swaps(other, files)
    yield from _foreign_writers()


def _swaps(other: Path, files: Sequence[str]) -> Iterator[Damage]:
    for suffix in (".bin", ".term", ".store", ".pos", ".idx", ".fast"):
        same = [file for file in files if file.endswith(suffix)]
        if len(same) > 1:
            yield f"swap {_short(same[0])} and {_short(same[1])}", partial(_swap, one=same[0], two=same[1])
    yield (
        "swap the library and Chroma's database",
        partial(_swap, one="library.db", two=f"indexes/*/{CHROMA_DATABASE}"),
    )
    for name in ("library.db", f"indexes/*/{SNAPSHOT}", f"indexes/*/{SEAL}", f"indexes/*/{CHROMA_DATABASE}"):
        yield f"{name} of another store", partial(_take, name=name, other=other)
    yield "the whole generation of another store", partial(_take, name="indexes/*", other=other)


def _foreign_writers() -> Iterator[Damage]:
    yield "a second ingest while one is writing", _second_ingest
    yield "passages deleted from Chroma by another program", partial(_in_chroma, change=_delete_vectors)
    yield "a vector changed in Chroma by another program", partial(_in_chroma, change=_change_vector)
    yield "passages deleted from Tantivy by another program", _delete_words
    for what, statement in (
        ("a publisher changed", "UPDATE articles SET publisher = 'Someone' WHERE rowid = 2"),
        ("a passage deleted", "DELETE FROM passages WHERE rowid = 3"),
        ("an article deleted", "DELETE FROM articles WHERE rowid = 3"),
        ("the model's name changed", "UPDATE manifest SET value = 'other' WHERE key = 'model'"),
    ):
        yield f"{what} in the library by another program", partial(_sql, statement=statement)


def _ingest(source: Path, store: Path) -> int:
    return ingest([source], store, encoder=HashedEncoder).failed


def _results(store: Path) -> Results:
    every, some = Filters(), Filters(after="0001-01-01")  # filtered searches read other files
    with Store(store, HashedEncoder()) as opened:
        found = [opened.search(question, 10, filters) for question in QUESTIONS for filters in (every, some)]
    return [[(hit.passage.text, hit.passage.start, hit.passage.end, hit.score) for hit in hits] for hits in found]


def _problems(store: Path) -> list[str]:
    """What ``verify`` says, or, where the store is refused at the door, what is said there."""
    try:
        return verify(store)
    except BylineError as error:
        return [str(error)]


def _delete(store: Path, name: str) -> None:
    path = next(store.glob(name))
    shutil.rmtree(path) if path.is_dir() else path.unlink()


def _cut(store: Path, name: str, share: float) -> None:
    path = next(store.glob(name))
    os.truncate(path, int(path.stat().st_size * share))


def _flip(store: Path, name: str, share: float, length: int) -> None:
    """Turn over every bit of ``length`` bytes."""
    path = next(store.glob(name))
    at = int(path.stat().st_size * share)
    with path.open("r+b") as stream:
        stream.seek(at)
        before = stream.read(length)
        stream.seek(at)
        stream.write(bytes(byte ^ 0xFF for byte in before))


def _swap(store: Path, one: str, two: str) -> None:
    first, second, aside = next(store.glob(one)), next(store.glob(two)), store / "aside"
    first.rename(aside)
    second.rename(first)
    aside.rename(second)


def _take(store: Path, name: str, other: Path) -> None:
    mine, theirs = next(store.glob(name)), next(other.glob(name))
    if mine.is_dir():
        shutil.rmtree(mine)
        shutil.copytree(theirs, mine)
    else:
        shutil.copyfile(theirs, mine)


def _second_ingest(store: Path) -> None:
    with writing(store):
        try:
            call(_ingest, Path(__file__).parents[2] / "seeds", store)
        except ChildError:
            return  # refused: StoreBusy is the child's traceback
    raise AssertionError(f"{StoreBusy.__name__} expected")


def _in_chroma(store: Path, change: Callable[[VectorIndex], object]) -> None:
    index = VectorIndex(next((store / "indexes").iterdir()) / VECTORS)
    change(index)
    index.close()


def _delete_vectors(index: VectorIndex) -> None:
    index.change([row.id for row in next(index.pages())[:5]], [])


def _change_vector(index: VectorIndex) -> None:
    row = next(index.pages())[0]
    index._collection.update(ids=[row.id], embeddings=[(-row.vector).tolist()])  # noqa: SLF001 - a foreign program would


def _delete_words(store: Path) -> None:
    index = WordIndex(next((store / "indexes").iterdir()) / WORDS)
    index.change(sorted(index.ids())[:5], [])


def _sql(store: Path, statement: str) -> None:
    with sqlite3.connect(store / "library.db") as database:
        database.execute(statement)
    database.close()


def _short(name: str) -> str:
    """The name without the random names in it."""
    return "/".join(part if len(part) < LONG_NAME else f"*.{part.rsplit('.', 1)[-1]}" for part in name.split("/")[-2:])


def main() -> int:
    """Run the sweep and write its result; exit status 1 where any damage was missed or not mended."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, help=".jsonl.gz to take articles from; without it, mixed seeds")
    parser.add_argument("--articles", type=int, default=200)
    parser.add_argument("--only", type=int, help="a repeatable choice of so many ways")
    parser.add_argument("--out", type=Path, default=Path("evals/results"))
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        done = sweep(args.corpus, args.articles, Path(folder), args.only)
    summary = {"ways": len(done), **Counter(outcome.fate for outcome in done)}
    write_result(args.out, "damage", summary, [asdict(outcome) for outcome in done])
    print(json.dumps(summary))
    return 0 if all(outcome.fine for outcome in done) else 1


if __name__ == "__main__":
    sys.exit(main())
