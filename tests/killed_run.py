"""``python killed_run.py FOLDER JOBS N``: a run of ninety hand-written answers, killed as it asks its Nth question.

With N = 0 it is not killed, and prints how many questions an earlier one had finished, and the report. The journal
stays. ``kill_midway`` kills a command of ``byline`` itself.
"""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import asdict, replace
from pathlib import Path

from scripted import DIED, NONE, SIDES, WHERE, WHO, Scripted, Shelf

from evals.journal import journal
from evals.provenance import Provenance
from evals.run import located
from evals.running import run

LOST = replace(DIED, question="Nobody wrote an answer to this.")
EXAMPLES = [
    replace(example, id=f"{example.id}-{number}")
    for number in range(15)
    for example in (DIED, WHO, SIDES, NONE, WHERE, replace(LOST, id="lost"))
]
MADE_WITH = Provenance(
    started="2026-11-22T12:00:00+00:00",
    gold="scripted",
    gold_sha256="0" * 64,
    half="all",
    limit=None,
    commit=None,
    changed=None,
    articles=2,
    corpus_sha256="1" * 64,
    encoder="none",
    encoder_sha256="",
    encoder_dtype="float32",
    reader="scripted",
    reader_sha256="",
    reader_dtype="float32",
    cpu="any",
    cores=1,
    python="3",
    packages={},
    configuration={"passages": 20, "threshold": 0.12, "jobs": 1},
)


class Mortal(Scripted):
    """Kills its own process as it is asked for the last time; 0: never."""

    def __init__(self, last):
        super().__init__(delay=0.001)
        self.last = last

    def ask(self, *question, **more):
        """The answer, or the end."""
        if self.last and len(self.asked) + 1 >= self.last:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().ask(*question, **more)


def kill_midway(command, folder):
    """Run a command that writes into the folder, and kill it once its journal has a line."""
    process = subprocess.Popen(
        [sys.executable, "-m", "evals", *command, str(folder)],
        cwd=Path(__file__).parent.parent,
        stderr=subprocess.DEVNULL,
    )
    while process.poll() is None and not any(path.stat().st_size for path in folder.glob("*.unfinished.jsonl")):
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=60)


def main(folder, jobs, last):
    errors = []
    questions = located(EXAMPLES, Shelf(), errors.append)
    with journal(folder, MADE_WITH, EXAMPLES, texts=True) as kept:
        found = len(kept.results)
        report = run(Mortal(last), questions, Shelf(), kept, jobs=jobs, resamples=20)
    results = [asdict(result) | {"seconds": 0} for result in report.results]
    metrics = [
        {name: asdict(one) for name, one in row.metrics.items() if not name.startswith("seconds")}
        for row in report.rows
    ]
    return {"found": found, "results": results, "metrics": metrics}


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))))  # noqa: T201 - its output
