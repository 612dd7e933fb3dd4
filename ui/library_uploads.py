"""Where uploaded files are kept: in the store, so that they last as long as the articles read from them.

::

    <store>/uploads/<key>.part/   an upload that is still arriving
    <store>/uploads/<key>/        a whole one; its files are what its articles were read from
    <store>/uploads/<key>.todo    beside it until an ingest of it has ended

The key is made from a token that only the uploading browser knows. File names come from that browser and are hostile
(``ui.library_names``). Knows nothing of requests, Gradio or embeddings.
"""

import filecmp
import hashlib
import re
import secrets
import shutil
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from ui.library_names import clean, free_name, kind, megabytes
from vectorstore.articles import FILE_BYTES, LINES
from vectorstore.errors import InputError

TOKEN = re.compile(r"[0-9a-f]{32}")
FOLDER = "uploads"
STALE_SECONDS = 24 * 3600  # after which an upload that never became whole is thrown away
SPARE_BYTES = 1_000_000_000  # left free on the disk, for the indexes that the upload becomes
TODO, STOPPED = "todo", "stopped"


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may be uploaded. JSON lines hold many articles; of other files, one each, ``FILE_BYTES`` holds too."""

    file_bytes: int = 500_000_000
    total_bytes: int = 2_000_000_000
    files: int = 5_000
    arriving: int = 8
    """Uploads that may be arriving at once, from all visitors."""


@dataclass(slots=True)
class Draft:
    """An upload that is arriving: its folder, and what of the limits it has used."""

    path: Path
    files: int = 0
    bytes: int = 0


@dataclass(slots=True)
class Arriving:
    """One file on its way, written to ``path`` until ``Uploads.finish`` gives it its name. ``allowed`` is in bytes."""

    name: PurePosixPath
    draft: Draft
    allowed: int
    path: Path
    stream: BinaryIO
    bytes: int = 0


class Uploads:
    """The folder of uploads of one store."""

    def __init__(self, store: Path, limits: Limits) -> None:
        self.folder = store.absolute() / FOLDER
        self.limits = limits
        self._drafts: dict[str, Draft] = {}
        self._lock = threading.Lock()

    def begin(self, token: str, name: str, size: int) -> Arriving:
        """Open a new file of an upload. ``size`` is what the browser announces, 0 if nothing.

        Raises ``InputError``, without the name: no such upload, a name or kind that is not taken, or a limit.
        """
        if self.path(token).is_dir():
            raise InputError("belongs to an upload that is complete; start another")
        relative = clean(name)
        allowed = self.limits.file_bytes
        if kind(relative.name) not in LINES:
            allowed = min(allowed, FILE_BYTES)
        if size > allowed:
            raise InputError(f"is larger than {megabytes(allowed)}; split it")
        with self._lock:
            draft = self._drafts.get(token) or self._new_draft(token)
            if draft.files >= self.limits.files:
                raise InputError(f"is one more than {self.limits.files:,} files at once; add the rest afterwards")
            if draft.bytes + size > self.limits.total_bytes:
                raise InputError(f"is past {megabytes(self.limits.total_bytes)} in all; add the rest afterwards")
            if shutil.disk_usage(self.folder).free < SPARE_BYTES + size:
                raise InputError("does not fit: the disk that holds the articles is nearly full; free some space")
            draft.files += 1
        path = draft.path / f".{secrets.token_hex(8)}"
        return Arriving(relative, draft, allowed, path, path.open("xb"))

    def write(self, file: Arriving, chunk: bytes) -> None:
        """Take some more bytes of a file. Raises ``InputError`` where they are too many: then ``drop`` it."""
        file.bytes += len(chunk)
        file.draft.bytes += len(chunk)
        if file.bytes > file.allowed:
            raise InputError(f"is larger than {megabytes(file.allowed)}; split it")
        if file.draft.bytes > self.limits.total_bytes:
            raise InputError(f"is past {megabytes(self.limits.total_bytes)} in all; add the rest afterwards")
        file.stream.write(chunk)

    def finish(self, file: Arriving) -> None:
        """Give a file that has arrived its name, or the next free one. Raises ``InputError`` where that cannot be."""
        file.stream.close()
        path = file.draft.path / file.name
        with self._lock:
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                file.path.rename(free_name(path, Path.exists) if path.exists() else path)
            except OSError as error:
                raise InputError(f"has a name that cannot be kept ({error.strerror}); rename it") from error

    def drop(self, file: Arriving) -> None:
        """Throw a file away that did not arrive whole."""
        file.stream.close()
        file.path.unlink(missing_ok=True)
        file.draft.files -= 1
        file.draft.bytes -= file.bytes

    def seal(self, token: str, known: Mapping[str, str]) -> tuple[Path | None, int]:
        """Make an upload whole: its folder (``None`` where nothing new is in it), and how many files were known.

        ``known`` is article id → file. A plain file's id is its relative path: one that the library has from another
        file gets a name of its own; one that is the same, byte for byte, is left out.
        """
        whole = self.path(token)
        with self._lock:
            draft = whole.with_suffix(".part")
            self._drafts.pop(token, None)
            if whole.is_dir() or not draft.is_dir():
                return (whole, 0) if whole.is_dir() else (None, 0)
            for cut_off in draft.glob(".*"):
                cut_off.unlink()
            files = sorted(_files(draft))
            same = sum(_settle(file, draft, known) for file in files)
            if same == len(files):
                shutil.rmtree(draft)
                return None, same
            self.mark(whole, TODO)
            draft.rename(whole)
        return whole, same

    def path(self, token: str) -> Path:
        """The folder of a whole upload. Raises ``InputError`` where the token is none."""
        if not TOKEN.fullmatch(token):
            raise InputError("belongs to no upload of this page; load the page again")
        return self.folder / hashlib.sha256(token.encode()).hexdigest()[:16]

    def mark(self, upload: Path, state: str) -> None:
        """Note on the disk that an upload is to be ingested (``TODO``) or was ``STOPPED``; "" when it is done."""
        marker = upload.with_suffix(".todo")
        if state:
            marker.write_text(state, encoding="utf-8")
        else:
            marker.unlink(missing_ok=True)

    def state(self, upload: Path) -> str:
        """What ``mark`` noted last."""
        try:
            return upload.with_suffix(".todo").read_text(encoding="utf-8")
        except FileNotFoundError:
            return ""

    def unfinished(self) -> list[Path]:
        """The folders of whole uploads whose ingest was cut off, oldest first."""
        marked = [marker.with_suffix("") for marker in self.folder.glob("*.todo")]
        todo = [path for path in marked if path.is_dir() and self.state(path) == TODO]
        return sorted(todo, key=lambda path: (path.stat().st_mtime, path))

    def drop_unread(self, upload: Path, known: Iterable[str]) -> None:
        """Delete the files of an ingested upload that no article comes from. ``known`` are all articles' files."""
        kept = set(known)
        self.delete([path for path in _files(upload) if str(path) not in kept])

    def delete(self, files: Iterable[Path]) -> None:
        """Delete those of ``files`` that are uploads, and the folders that this empties; others are not ours."""
        for file in files:
            if self.folder not in file.parents:
                continue
            file.unlink(missing_ok=True)
            for folder in file.parents:
                if folder == self.folder or any(folder.iterdir()):
                    break
                folder.rmdir()

    def _new_draft(self, token: str) -> Draft:
        """Begin an upload, after throwing away those that were abandoned."""
        self.folder.mkdir(parents=True, exist_ok=True)
        old = time.time() - STALE_SECONDS
        others = list(self.folder.glob("*.part"))
        for other in others:
            if max(path.stat().st_mtime for path in (other, *other.rglob("*"))) < old:
                shutil.rmtree(other, ignore_errors=True)
        draft = Draft(self.path(token).with_suffix(".part"))
        if sum(other.exists() for other in others if other != draft.path) >= self.limits.arriving:
            raise InputError("must wait: too many uploads are arriving at once; try again in a few minutes")
        draft.path.mkdir(exist_ok=True)  # it is there where the server was ended meanwhile
        sizes = [path.stat().st_size for path in _files(draft.path)]
        draft.files, draft.bytes = len(sizes), sum(sizes)
        self._drafts[token] = draft
        return draft


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


def _settle(file: Path, draft: Path, known: Mapping[str, str]) -> bool:
    """Give a plain file an id of its own, or delete it and return True where the library has it (``Uploads.seal``)."""

    def is_taken(path: Path) -> bool:
        return path.exists() or path.relative_to(draft).as_posix() in known

    before = known.get(file.relative_to(draft).as_posix())
    if kind(file.name) in LINES or before is None or not Path(before).is_file():
        return False
    same = filecmp.cmp(file, before, shallow=False)
    if same:
        file.unlink()
    else:
        file.rename(free_name(file, is_taken))
    return same
