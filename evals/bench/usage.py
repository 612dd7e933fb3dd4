"""What a process and a folder take: memory and disk. Linux tells the memory; elsewhere it is not known."""

import re
from pathlib import Path


def resident_bytes(pid: int) -> int | None:
    """The process's resident memory now, files that it has mapped among it; ``None`` where it cannot be read."""
    return _status(pid, "VmRSS")


def peak_memory_bytes(pid: int) -> int | None:
    """The most resident memory that the process has had; ``None`` where it cannot be read."""
    return _status(pid, "VmHWM")


def disk_bytes(folder: Path) -> int:
    """The bytes of all the files in a folder."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def _status(pid: int, field: str) -> int | None:
    try:
        text = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return None
    found = re.search(rf"^{field}:\s+(\d+) kB$", text, re.MULTILINE)
    return int(found[1]) * 1024 if found else None
