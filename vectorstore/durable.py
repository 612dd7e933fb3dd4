"""Writing that outlasts a crash. Ignorant of what is written."""

import os
from pathlib import Path

from filelock import FileLock


def append_line(path: Path, line: bytes) -> tuple[int, int]:
    """Add ``line``, which has no line end, as the file's last one; return the file's size before and after.

    It is on the disk then. A line that an earlier process left unfinished is ended first. Where it cannot be written
    whole, the file stays as it was, and a new one is not left behind. Nobody else may be writing to it. Raises
    ``OSError``.
    """
    is_new = not path.exists()
    with path.open("a+b", buffering=0) as file:
        before = file.seek(0, os.SEEK_END)
        begin = b""
        if before:
            file.seek(before - 1)
            begin = b"" if file.read(1) == b"\n" else b"\n"
        left = whole = begin + line + b"\n"
        try:
            while left:
                left = left[file.write(left) or 0 :]
            os.fsync(file.fileno())
        except OSError:
            file.truncate(before)
            if is_new:
                path.unlink()
            raise
    if is_new:
        sync(path.parent)
    return before, before + len(whole)


def sync(path: Path) -> None:
    """Wait until the file, or the folder's list of files, is on the disk. Raises ``OSError``."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def lock_of(path: Path, seconds: float) -> FileLock:
    """The lock ``NAME.lock`` that all take who write to one file; taking it waits so long, then raises ``Timeout``."""
    return FileLock(path.with_name(f"{path.name}.lock"), timeout=seconds)
