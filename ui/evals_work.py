"""The one run that may be under way behind the page, in a process of its own, and how far it is.

The process (``ui.evals_child``) ends with this one; what it had asked is kept, and the same run goes on from there.
Knows nothing of Gradio or HTML.
"""

import json
import os
import subprocess
import sys
import threading
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

from ui.evals_child import Order
from ui.evals_gold import GoldSet
from vectorstore.errors import InputError

SHOWN_FAILURES = 200
"""Failures kept to be shown; the others are counted."""
BUG = "something went wrong inside Byline; the details are in its terminal"
_CHILD = "import sys; sys.path.append(sys.argv[1]); from ui.evals_child import main; main()"
_ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "RAYON_NUM_THREADS": "1",
    "TOKENIZERS_PARALLELISM": "false",
}

State = Literal["", "opening", "asking", "summing", "done", "stopped", "failed"]


@dataclass(frozen=True, slots=True)
class Status:
    """How far the run is.

    ``asked`` of ``total`` questions are done. ``scored`` of them have gold answers; ``right`` answers of these hold
    one. ``gold`` and ``title`` are the set's. ``rate`` is in questions a second, 0 while unknown. ``line`` says why
    it failed; ``failures`` are what was wrong with the gold file, and questions on which the engine failed. ``result``
    is the name of the result of a run that is done.
    """

    state: State = ""
    gold: str = ""
    title: str = ""
    line: str = ""
    total: int = 0
    asked: int = 0
    scored: int = 0
    right: float = 0.0
    rate: float = 0.0
    failed: int = 0
    failures: tuple[str, ...] = ()
    result: str = ""

    @property
    def ended(self) -> bool:
        """Whether it changes no more by itself."""
        return self.state in {"", "done", "stopped", "failed"}

    @property
    def seconds_left(self) -> float | None:
        """An estimate; ``None`` while there is nothing to estimate from."""
        return (self.total - self.asked) / self.rate if self.rate else None


class Work:
    """The run under way, or the last one. ``status`` may be read from any thread."""

    def __init__(self) -> None:
        self.status = Status()
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._child: subprocess.Popen[str] | None = None

    def start(self, gold: GoldSet, order: Order) -> Status:
        """Begin a run, or go on with it where the same was stopped. Raises ``InputError`` while one is under way."""
        with self._lock:
            if not self.status.ended:
                raise InputError("a run is under way; wait for its end, or stop it")
            self.status = Status("opening", gold.name, gold.title, total=gold.questions)
            self._stopping.clear()
        threading.Thread(target=self._run, args=(order,), name="evals", daemon=True).start()
        return self.status

    def stop(self) -> Status:
        """Have it stop, whatever it is at."""
        self._stopping.set()
        child = self._child
        if child is not None:
            child.kill()
        return self.status

    def _run(self, order: Order) -> None:
        try:
            self._end(*self._follow(order))
        finally:
            if not self.status.ended:  # a bug of ours, which the thread prints
                self._change(state="failed", line=BUG)

    def _follow(self, order: Order) -> tuple[dict[str, Any], int]:
        """Start the process, note what it says, and return its last line and its exit status."""
        command = [sys.executable, "-P", "-c", _CHILD, str(Path(__file__).parent.parent), json.dumps(asdict(order))]
        last: dict[str, Any] = {}
        began: tuple[float, int] | None = None
        with subprocess.Popen(  # noqa: S603 - our own program; names that come from outside are looked up before
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            env=os.environ | _ONE_THREAD,
            start_new_session=True,  # Ctrl+C ends the server, and so the child, without a traceback
        ) as child:
            self._child = child
            if self._stopping.is_set():
                child.kill()
            for line in child.stdout or ():
                if not line.endswith("\n"):  # killed while it wrote
                    break
                last = json.loads(line)
                self._note(last, f"{Path(order.gold).parent}/")
                if last.get("again") is False:
                    began = began or (time.monotonic(), self.status.asked)
                    seconds = time.monotonic() - began[0]
                    self._change(rate=(self.status.asked - began[1]) / seconds if seconds > 1 else 0.0)
        self._child = None
        return last, child.returncode

    def _note(self, line: dict[str, Any], prefix: str) -> None:
        """Note one line of what ``ui.evals_child`` says; ``prefix`` is left out of failures."""
        now = self.status
        if "total" in line:
            self._change(total=line["total"], state="asking")
        elif "contains" in line:
            score = line["contains"]
            self._change(asked=now.asked + 1, scored=now.scored + (score is not None), right=now.right + (score or 0.0))
        elif "failure" in line:
            shown = now.failures
            if len(shown) < SHOWN_FAILURES:
                shown = (*shown, line["failure"].replace(prefix, ""))
            self._change(failed=now.failed + 1, failures=shown)
        elif "summing" in line:
            self._change(state="summing")

    def _end(self, last: dict[str, Any], status: int) -> None:
        if "result" in last:
            self._change(state="done", result=last["result"])
        elif self._stopping.is_set():
            self._change(state="stopped")
        elif "error" in last:
            self._change(state="failed", line=last["error"])
        else:
            reason = f"signal {-status}" if status < 0 else f"exit status {status}"
            self._change(state="failed", line=f"the run was cut off ({reason}); what was asked is kept")

    def _change(self, **values: Any) -> None:
        self.status = replace(self.status, **values)
