"""Finding damage in a store and mending it. Neither index can be trusted to notice its own.

``verify`` checks every byte that an answer could come from: the library row by row, the sealed files by hash, and what
Chroma keeps in its own database by comparing it with the library. ``rebuild`` makes the indexes anew from the library,
and the library, where that is what broke, from the copy in its last generation. Neither embeds anything.
"""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from vectorstore.errors import StoreDamaged
from vectorstore.generation import CHROMA_DATABASE, SNAPSHOT, broken_files, naming_damage, open_indexes, whole_snapshot
from vectorstore.ingest import find_copies, update_indexes
from vectorstore.library import Library
from vectorstore.store import GENERATION, indexes_path, library_path, open_library, writing
from vectorstore.types import Filters
from vectorstore.vectors import matches

PROBES = 100  # passages that are searched for by their own vector
MOST_LISTED = 20  # problems of one sort


def verify(store: Path) -> list[str]:
    """What is wrong with the store, a line each; empty where nothing is. Changes nothing.

    Raises ``StoreMissing`` or ``StoreMismatch``.
    """
    try:
        with open_library(store) as library:
            problems = list(_library_problems(store, library))
            if not problems:
                generation = indexes_path(store) / library.manifest().get(GENERATION, "none")
                problems = list(_generation_problems(library, generation))
    except (StoreDamaged, sqlite3.Error, UnicodeDecodeError) as error:
        return [f"{library_path(store)}: {error}"]
    return problems


def rebuild(store: Path) -> list[str]:
    """Make the indexes anew; returns what was lost on the way, a line each, empty where nothing was.

    Raises ``StoreMissing``, ``StoreBusy``, ``StoreMismatch``, or ``StoreDamaged`` where neither the library nor a
    copy of it can be read.
    """
    if not store.is_dir():
        open_library(store)  # which says what to do instead; the lock would make the folder
    with writing(store):
        lost = [] if _is_sound(store) else _restore(store)
        with open_library(store) as library:
            update_indexes(store, library, anew=True)
    return lost


def _is_sound(store: Path) -> bool:
    try:
        with open_library(store) as library:
            return not any(_library_problems(store, library))
    except (StoreDamaged, sqlite3.Error, UnicodeDecodeError):
        return False


def _library_problems(store: Path, library: Library) -> Iterator[str]:
    yield from (f"{library.path}: {line}" for line in library.integrity_errors())
    damaged = library.damaged()
    yield from (f"{library.path}: article {id_!r} is damaged" for id_ in damaged[:MOST_LISTED])
    if len(damaged) > MOST_LISTED:
        yield f"{library.path}: {len(damaged) - MOST_LISTED} more articles are damaged"
    snapshot = whole_snapshot(indexes_path(store))
    if snapshot:
        with Library(snapshot, "read") as copy:
            before, now = copy.manifest(), library.manifest()
        for key in sorted(before.keys() | now.keys()):
            if key != GENERATION and before.get(key) != now.get(key):
                yield f"{library.path}: its {key} is {now.get(key)!r}, was {before.get(key)!r}"


def _generation_problems(library: Library, generation: Path) -> Iterator[str]:
    """Cheapest first; what comes later is only looked at where the earlier is fine."""
    try:
        broken = list(broken_files(generation))
        if broken:
            yield from broken
            return
        with Library(generation / SNAPSHOT, "read") as snapshot:
            behind = set(library.passage_ids()) ^ set(snapshot.passage_ids())
        if behind:
            yield f"{generation}: {len(behind)} passages behind the library: an ingest was cut off; run it again"
            return
        if library.copies() != find_copies(library):
            yield f"{library.path}: its groups of copies are not those of its articles"
        yield from _chroma_file_problems(generation / CHROMA_DATABASE)
        with naming_damage(generation):
            yield from _index_problems(library, generation)
    except StoreDamaged as error:
        yield str(error)


def _chroma_file_problems(path: Path) -> Iterator[str]:
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
            found = [row[0] for row in database.execute("PRAGMA integrity_check(20)")]
    except sqlite3.Error as error:
        found = [str(error)]
    wrong = [f"{path}: {line}" for line in found if line != "ok"]
    if wrong:
        # Opening a broken one would end in a Rust panic; the lines found are reason enough to rebuild.
        raise StoreDamaged("; ".join(wrong[:3]))
    yield from ()


def _index_problems(library: Library, generation: Path) -> Iterator[str]:
    indexes = open_indexes(generation)
    try:
        wanted = set(library.passage_ids())
        if indexes.words.ids() != wanted or indexes.words.count() != len(wanted):
            yield f"{generation}/words: not the library's passages"
        yield from indexes.vectors.configuration_problems()
        found: set[str] = set()
        for page in indexes.vectors.pages():
            kept = {entry.id: entry for entry in library.passages([row.id for row in page])}
            good = {row.id for row in page if row.id in kept and matches(kept[row.id], row)}
            found |= good
            if len(good) < len(page):
                yield f"{generation}/vectors: {len(page) - len(good)} passages differ from the library's"
        if found != wanted:
            yield f"{generation}/vectors: {len(wanted - found)} passages missing"
        probes = list(library.passages(sorted(wanted)[:: max(1, len(wanted) // PROBES)]))
        unfound = sum(entry.id not in dict(indexes.vectors.search(entry.vector, 10, Filters())) for entry in probes)
        if unfound > len(probes) // 50:
            yield f"{generation}/vectors: {unfound} of {len(probes)} passages are not found by their own vector"
    finally:
        indexes.close()


def _restore(store: Path) -> list[str]:
    """Put the newest whole copy of the library in its place."""
    path, snapshot = library_path(store), whole_snapshot(indexes_path(store))
    if not snapshot:
        return _drop_damaged(store)
    draft = path.with_suffix(".draft")
    shutil.copyfile(snapshot, draft)
    for log in ("-wal", "-shm"):
        path.with_name(path.name + log).unlink(missing_ok=True)
    draft.replace(path)
    return [f"{path}: restored as of its last finished ingest; run ingest again for anything newer"]


def _drop_damaged(store: Path) -> list[str]:
    """With no whole copy left: keep the articles that are whole."""
    path = library_path(store)
    try:
        with open_library(store) as library:
            broken = library.integrity_errors()
            damaged = [] if broken else library.damaged()
            library.remove(damaged)
    except (StoreDamaged, sqlite3.Error) as error:
        broken = [str(error).split(";")[0]]
    if broken:
        way_out = "ingest into a new store: byline ingest PATH --store NEW"
        raise StoreDamaged(f"{path}: {broken[0]}, and no whole copy of it is left; {way_out}")
    return [f"{path}: article {id_!r} was damaged and is removed; ingest it again" for id_ in damaged]
