"""One generation of the search indexes: a folder that is built, sealed, and from then on only read.

::

    indexes/<name>/vectors/    Chroma
    indexes/<name>/words/      Tantivy
    indexes/<name>/library.db  the library as of this generation, from which a damaged one is restored
    indexes/<name>/seal.json   written last: what the other files are. No seal, no generation.

A change makes a new generation beside the old and the library's manifest then names it, so a reader sees the one or
the other, and a kill at any moment leaves the old one whole.
"""

import hashlib
import json
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from chromadb.errors import ChromaError

from vectorstore.durable import sync
from vectorstore.errors import StoreDamaged
from vectorstore.library import Library
from vectorstore.vectors import VectorIndex
from vectorstore.words import WordIndex

VECTORS, WORDS, SNAPSHOT, SEAL = "vectors", "words", "library.db", "seal.json"
CHROMA_DATABASE = f"{VECTORS}/chroma.sqlite3"  # Chroma writes to it when it opens it: checked by content, not by hash
MOST_DELETED = 0.1  # of an index; past that a new one is built, since HNSW keeps its dead nodes and finds less


@dataclass(frozen=True, slots=True)
class Indexes:
    """The open indexes of one generation."""

    name: str
    vectors: VectorIndex
    words: WordIndex

    def close(self) -> None:
        """Let go of the files."""
        self.vectors.close()


def open_indexes(path: Path) -> Indexes:
    """Open a sealed generation. Raises ``StoreDamaged`` where it is not whole."""
    check_sizes(path)
    with naming_damage(path):
        return Indexes(path.name, VectorIndex(path / VECTORS), WordIndex(path / WORDS))


@contextmanager
def naming_damage(path: Path) -> Iterator[None]:
    """Turn what Chroma, Tantivy and SQLite raise on damaged files, Rust panics among it, into ``StoreDamaged``."""
    try:
        yield
    except BaseException as error:
        # A panic is no Exception, and its class has no name that could be imported.
        if not isinstance(error, ChromaError | ValueError | OSError) and type(error).__name__ != "PanicException":
            raise
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise StoreDamaged(f"{path}: {reason}; run: byline rebuild") from error


def check_sizes(path: Path) -> None:
    """Raise ``StoreDamaged`` unless every sealed file is there in its length: a check that costs no reading."""
    for name, (size, _) in read_seal(path).items():
        file = path / name
        if not file.is_file() or file.stat().st_size != size:
            raise StoreDamaged(f"{file}: missing or cut short; run: byline rebuild")


def read_seal(path: Path) -> dict[str, tuple[int, str]]:
    """The sealed files: name → (bytes, sha256). Raises ``StoreDamaged`` where there is no whole seal of this folder."""
    try:
        seal = json.loads((path / SEAL).read_text(encoding="utf-8"))
        files = {name: (int(size), str(digest)) for name, (size, digest) in seal["files"].items()}
        owner = seal["generation"]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise StoreDamaged(f"{path / SEAL}: unreadable; run: byline rebuild") from error
    if owner != path.name:
        raise StoreDamaged(f"{path / SEAL}: of another folder, {owner}; run: byline rebuild")
    return files


def broken_files(path: Path) -> Iterator[str]:
    """The files of a sealed generation that are not as they were sealed, each with what is wrong."""
    files = read_seal(path)
    for name, (size, digest) in files.items():
        file = path / name
        if not file.is_file():
            yield f"{file}: missing"
        elif file.stat().st_size != size or file_sha256(file) != digest:
            yield f"{file}: changed since it was written"
    for name in sorted(set(_sealable(path)) - set(files)):
        yield f"{path / name}: does not belong here"


def whole_snapshot(folder: Path) -> Path | None:
    """The newest copy of the library, of all generations, that is as it was written; ``None`` where none is."""
    for path in sorted(folder.glob(f"*/{SNAPSHOT}"), key=lambda file: -file.stat().st_mtime_ns):
        try:
            sealed = read_seal(path.parent)[SNAPSHOT]
        except (StoreDamaged, KeyError):
            continue
        if sealed == (path.stat().st_size, file_sha256(path)):
            return path
    return None


def file_sha256(file: Path) -> str:
    """The file's SHA-256 in hexadecimal digits."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def build(folder: Path, library: Library, previous: Path | None) -> Path:
    """Make, seal and return a generation that holds what the library holds.

    ``previous`` is a generation to start from, where it is whole; else every passage is added anew. Nothing is
    embedded: the vectors are the library's.
    """
    wanted = library.passage_ids()
    path = folder / uuid.uuid4().hex[:12]
    present = _start_from(previous, path, set(wanted)) if previous else None
    if present is None:
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir(parents=True)
    fresh = present is None
    present = present or set()
    add = [id_ for id_ in wanted if id_ not in present]
    remove = sorted(present.difference(wanted))
    vectors = VectorIndex(path / VECTORS, create=fresh)
    try:
        vectors.change(remove, library.passages(add))
    finally:
        vectors.close()
    WordIndex(path / WORDS, create=fresh).change(remove, library.passages(add))
    (path / SNAPSHOT).unlink(missing_ok=True)
    library.snapshot(path / SNAPSHOT)
    _seal(path)
    return path


def _start_from(previous: Path, path: Path, wanted: set[str]) -> set[str] | None:
    """Copy the previous generation and return the ids in it; ``None`` where building anew is better."""
    try:
        if any(broken_files(previous)):
            return None
        with Library(previous / SNAPSHOT, "read") as snapshot:
            present = set(snapshot.passage_ids())
    except StoreDamaged:
        return None
    if len(present - wanted) > MOST_DELETED * len(present):
        return None
    shutil.copytree(previous, path, ignore=shutil.ignore_patterns(SEAL))
    return present


def _seal(path: Path) -> None:
    """Make every byte durable, then write the seal."""
    files = {}
    for name in _sealable(path):
        file = path / name
        sync(file)
        files[name] = (file.stat().st_size, file_sha256(file))
    sync(path / CHROMA_DATABASE)
    draft = path / f"{SEAL}.draft"
    draft.write_text(json.dumps({"generation": path.name, "files": files}, indent=1), encoding="utf-8")
    sync(draft)
    draft.replace(path / SEAL)
    for folder in (path, *(child for child in path.rglob("*") if child.is_dir()), path.parent):
        sync(folder)


def _sealable(path: Path) -> Iterator[str]:
    """The files that never change once written, by name relative to the generation."""
    for file in sorted(path.rglob("*")):
        name = file.relative_to(path).as_posix()
        derived = name.startswith((CHROMA_DATABASE, SEAL, f"{SNAPSHOT}-")) or name.endswith(".lock")
        if file.is_file() and not derived and not _is_scratch(file):
            yield name


def _is_scratch(file: Path) -> bool:
    """Whether Chroma has not saved this HNSW index yet: below its sync threshold it builds it anew at every opening."""
    return file.suffix == ".bin" and not (file.parent / "index_metadata.pickle").exists()
