"""A sweep as a file and its picture. Ignorant of how it was measured."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from evals.provenance import Provenance
from evals.reports.write import save
from evals.sweeps.plot import drawn
from evals.sweeps.sweep import Outcome, Sweep, frontier
from evals.tables import heading

FORMAT = 1


def as_json(sweep: Sweep, outcomes: Sequence[Outcome], quality: str, made_with: Provenance) -> str:
    """Every choice with its metrics over all questions, and the models by name and sha256. No text of any question."""
    content = {
        "format": FORMAT,
        "name": "sweep",
        "provenance": asdict(made_with),
        "quality": quality,
        "readers": {name: reader.sha256 for name, reader in sweep.readers.items()},
        "rerankers": {name: reranker.sha256 for name, reranker in sweep.rerankers.items() if reranker},
        "choices": [
            _choice(one, efficient=efficient)
            for one, efficient in zip(outcomes, frontier(outcomes, quality), strict=True)
        ],
    }
    return json.dumps(content, ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def write(sweep: Sweep, outcomes: Sequence[Outcome], quality: str, made_with: Provenance, folder: Path) -> Path:
    """Write ``sweep-GOLD-HALF-DATE-SHA12.svg`` and ``.json`` into a folder that exists; returns the latter's path.

    Raises ``BylineError`` if they cannot be written.
    """
    content = as_json(sweep, outcomes, quality, made_with)
    sha12 = hashlib.sha256(content.encode()).hexdigest()[:12]
    path = folder / f"sweep-{made_with.gold}-{made_with.half}-{made_with.started[:10]}-{sha12}.json"
    save(path.with_suffix(".svg"), drawn(outcomes, quality, heading(made_with)))
    save(path, content)
    return path


def _choice(one: Outcome, *, efficient: bool) -> dict[str, Any]:
    row = one.report.rows[-1]
    metrics = {name: asdict(estimate) for name, estimate in row.metrics.items()}
    return asdict(one.choice) | {"efficient": efficient, "questions": row.n, "metrics": metrics}
