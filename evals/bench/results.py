"""Writing a measurement so that it can be found and rerun: what, when, at which commit, on which machine."""

import datetime
import json
import os
import platform
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any


def write_result(folder: Path, name: str, summary: Mapping[str, Any], rows: Sequence[Any] = ()) -> Path:
    """Write ``<name>-<day>.json``, in place of an earlier one of the day, and return its path."""
    today = datetime.datetime.now(tz=datetime.UTC).date().isoformat()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-{today}.json"
    result = {"name": name, "date": today, **machine(), "summary": summary, "rows": rows}
    path.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def machine() -> dict[str, Any]:
    """The commit (with ``+`` where files differ from it), the Python and the processor."""
    commit = _git("rev-parse", "--short=12", "HEAD")
    return {
        "commit": commit + ("+" if commit and _git("status", "--porcelain", "--untracked-files=no") else ""),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "processor": _processor(),
    }


def _git(*args: str) -> str:
    done = subprocess.run(["git", *args], cwd=Path(__file__).parent, capture_output=True, text=True, check=False)  # noqa: S603, S607 - fixed words
    return done.stdout.strip()


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())
