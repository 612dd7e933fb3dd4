"""Writing a measurement so that it can be found and rerun: what, when, at which commit, on which machine."""

import json
import platform
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from evals.provenance import checkout, cores, processor


def write_result(folder: Path, name: str, summary: Mapping[str, Any], rows: Sequence[Any] = ()) -> Path:
    """Write ``<name>-<day>.json``, in place of an earlier one of the day, and return its path."""
    today = datetime.now(UTC).date().isoformat()
    commit, changed = checkout()
    machine = {"python": platform.python_version(), "cores": cores(), "processor": processor()}
    result = {
        "name": name,
        "date": today,
        "commit": commit,
        "changed": changed,
        **machine,
        "summary": summary,
        "rows": rows,
    }
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-{today}.json"
    path.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path
