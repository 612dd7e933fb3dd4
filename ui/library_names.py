"""File names as a browser sends them, cut down to relative paths that can be kept. Touches no file."""

import re
import unicodedata
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from vectorstore.articles import SUFFIXES
from vectorstore.errors import InputError

HIDDEN = (".", "~$", "__MACOSX")  # ingest leaves such names in folders out
PART_BYTES = 200  # of one part of a name, in UTF-8: file systems take 255, and a number may be added
DEPTH = 12  # parts of a path


def clean(name: str) -> PurePosixPath:
    r"""The relative path to keep a file at. No part leads up or is hidden; what cannot be printed becomes ``_``.

    ``name`` may have folders, divided by ``/`` or ``\``. Raises ``InputError``, without the name.
    """
    parts = []
    for raw in re.split(r"[/\\]", unicodedata.normalize("NFC", name)):
        part = "".join(char if char.isprintable() else "_" for char in raw).strip()
        if part in {"", ".", ".."}:
            continue
        if part.startswith(HIDDEN):
            raise InputError("is hidden or a program's own file; rename it if it is an article")
        parts.append(_shortened(part))
    if not parts or not kind(parts[-1]):
        raise InputError(f"is of no kind that is read; give one of {' '.join(SUFFIXES)}")
    if len(parts) > DEPTH:
        raise InputError(f"lies more than {DEPTH} folders deep; drop a folder further in")
    return PurePosixPath(*parts)


def kind(name: str) -> str:
    """The suffix, in lower case, by which a file of this name is read; "" where it is not."""
    return next((suffix for suffix in SUFFIXES if name.lower().endswith(suffix)), "")


def free_name(path: Path, is_taken: Callable[[Path], bool]) -> Path:
    """The first of ``a (2).txt``, ``a (3).txt`` … that is not taken."""
    stem, suffix = _cut(path.name)
    number = 2
    while is_taken(free := path.with_name(f"{stem} ({number}){suffix}")):
        number += 1
    return free


def megabytes(size: int) -> str:
    """``500 MB``, ``2 GB``; below a megabyte the bytes."""
    for unit, name in ((1_000_000_000, "GB"), (1_000_000, "MB")):
        if size >= unit:
            return f"{size / unit:.3g} {name}"
    return f"{size:,} bytes"


def _cut(name: str) -> tuple[str, str]:
    """A name as its stem and the suffix that says how it is read."""
    length = len(name) - len(kind(name))
    return name[:length], name[length:]


def _shortened(part: str) -> str:
    stem, suffix = _cut(part)
    return stem.encode()[: PART_BYTES - len(suffix)].decode(errors="ignore") + suffix
