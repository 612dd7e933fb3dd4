"""Runs a function in a process of its own that can be killed, or that may crash, without harm to the sweep."""

import multiprocessing
import os
import pickle
import signal
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

_FORK = multiprocessing.get_context("fork")  # imports take seconds and are shared with the child this way


class ChildError(RuntimeError):
    """The child ended by a signal or a traceback (on stderr)."""


def call(function: Callable[..., Any], *args: object) -> Any:
    """The function's result, computed in a child. Raises ``ChildError``."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "result"
        child = _FORK.Process(target=_write_result, args=(out, function, args))
        child.start()
        child.join()
        if child.exitcode != 0:
            raise ChildError(f"{function.__name__}: exit status {child.exitcode}")
        return pickle.loads(out.read_bytes())  # noqa: S301 - our own child's


def call_and_kill(seconds: float, function: Callable[..., Any], *args: object) -> bool:
    """Run the function in a child and kill it (SIGKILL) after so long; whether it was still running."""
    child = _FORK.Process(target=_quiet, args=(function, args))
    child.start()
    child.join(seconds)
    running = child.is_alive()
    if running and child.pid:
        os.kill(child.pid, signal.SIGKILL)
    child.join()
    return running


def _write_result(out: Path, function: Callable[..., Any], args: tuple[object, ...]) -> None:
    out.write_bytes(pickle.dumps(function(*args)))
    sys.stdout.flush()
    os._exit(0)  # threads of the libraries may not end by themselves in a forked child


def _quiet(function: Callable[..., Any], args: tuple[object, ...]) -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    function(*args)
    os._exit(0)
