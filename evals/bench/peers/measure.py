"""Drives one system through its wire and measures it from outside: every system alike."""

import json
import os
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from evals.bench.usage import disk_bytes, peak_memory_bytes, resident_bytes
from evals.metrics import contains
from evals.types import Example
from vectorstore.errors import BylineError

ROOT = Path(__file__).parents[3]
K = 20
CUTS = (1, 5, 10, 20)
WARM = 3  # searches before the clock counts
QUIET = {  # nothing is fetched and nothing reported
    "ANONYMIZED_TELEMETRY": "False",
    "HAYSTACK_TELEMETRY_ENABLED": "False",
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
}


@dataclass(frozen=True, slots=True)
class System:
    """A measured system: its script's module, what pip installs for it, and its ways of searching."""

    name: str
    module: str
    packages: tuple[str, ...]
    ways: tuple[str, ...]


SYSTEMS = (
    System("byline", "with_byline", (), ("search", "answer")),
    System(
        "langchain",
        "with_langchain",
        ("langchain-text-splitters", "langchain-huggingface", "langchain-chroma", "sentence-transformers"),
        ("vectors",),
    ),
    System(
        "llama-index",
        "with_llama_index",
        ("llama-index-core", "llama-index-embeddings-huggingface", "llama-index-retrievers-bm25"),
        ("vectors", "hybrid"),
    ),
    System("haystack", "with_haystack", ("haystack-ai", "sentence-transformers-haystack"), ("vectors", "hybrid")),
    System("txtai", "with_txtai", ("txtai", "chonkie"), ("vectors", "hybrid")),
)


class Process:
    """A running system."""

    def __init__(self, python: Path, module: str, log: Path) -> None:
        self._log = log
        self._stderr = log.open("ab")
        self._process = subprocess.Popen(  # noqa: S603 - our own script
            [str(python), "-m", f"evals.bench.peers.{module}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._stderr,
            env={**os.environ, **QUIET, "PYTHONPATH": str(ROOT)},
            text=True,
            encoding="utf-8",
        )

    def ask(self, do: str, **values: object) -> tuple[Any, float]:
        """The answer to a request, and the seconds it took. Raises ``BylineError`` where the system fails."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        line = json.dumps({"do": do, **values}) + "\n"
        began = time.perf_counter()
        try:
            self._process.stdin.write(line)
            self._process.stdin.flush()
        except BrokenPipeError:
            pass  # it has ended: the empty answer below says so
        answer = self._process.stdout.readline()
        seconds = time.perf_counter() - began
        if not answer:
            raise BylineError(f"{do}: the system ended with status {self._process.wait()}; its last words: {self._log}")
        return json.loads(answer), seconds

    def memory(self) -> tuple[int | None, int | None]:
        """Resident bytes now, and at most so far; ``None`` where the machine does not say."""
        return resident_bytes(self._process.pid), peak_memory_bytes(self._process.pid)

    def close(self) -> None:
        """Let it end; without an answer within ten seconds, end it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()
        self._stderr.close()


@contextmanager
def running(python: Path, module: str, log: Path) -> Iterator[Process]:
    """A system's process, ended at the end."""
    process = Process(python, module, log)
    try:
        yield process
    finally:
        process.close()


def ingest(system: System, python: Path, articles: Path, store: Path, settings: "Settings") -> dict[str, Any]:
    """Ingest in a process of its own: passages, seconds, rates, peak memory, bytes on the disk."""
    with running(python, system.module, store.with_suffix(".log")) as process:
        _, load = process.ask("open", store=str(store), model=settings.model, way=system.ways[0])
        counts, seconds = process.ask("ingest", articles=str(articles), characters=settings.characters)
        _, peak = process.memory()
    return {
        "load_seconds": round(load, 2),
        "ingest_seconds": round(seconds, 2),
        "passages": counts["passages"],
        "mean_characters": round(counts["characters"] / max(1, counts["passages"])),
        "passages_per_second": round(counts["passages"] / seconds, 2),
        "characters_per_second": round(counts["characters"] / seconds),
        "peak_mb": _megabytes(peak),
        "disk_mb": _megabytes(disk_bytes(store)),
    }


def search(
    system: System, way: str, python: Path, store: Path, examples: Sequence[Example], settings: "Settings"
) -> dict[str, Any]:
    """Open what was ingested in a fresh process and ask every question: latencies, memory, and what was found.

    ``found_k`` is per cent of questions with an answer as a run of whole words in one of the best k passages.
    """
    texts, times = [], []
    with running(python, system.module, store.with_suffix(".log")) as process:
        _, opened = process.ask("open", store=str(store), model=settings.model, way=way)
        for number in range(-WARM, len(examples)):
            example = examples[number % len(examples)]
            found, seconds = process.ask("search", question=example.question, k=K, asked=example.asked)
            if number >= 0:
                texts.append(found)
                times.append(1000 * seconds)
        resident, _ = process.memory()
    ranks = [first_place(found, example.answers) for found, example in zip(texts, examples, strict=True)]
    median, slow = np.percentile(times, [50, 95])
    return {
        "open_seconds": round(opened, 2),
        "query_ms_p50": round(float(median), 1),
        "query_ms_p95": round(float(slow), 1),
        "serving_mb": _megabytes(resident),
        **{f"found_{k}": round(100 * float(np.mean([rank <= k for rank in ranks])), 1) for k in CUTS},
    }


@dataclass(frozen=True, slots=True)
class Settings:
    """What all systems share: the embedding model's folder and the aimed-at length of a passage."""

    model: str
    characters: int


def first_place(texts: Sequence[str], answers: Sequence[str]) -> int:
    """The place, from 1, of the first passage with an answer as a run of whole words; ``K + 1`` where there is none."""
    held = (place for place, text in enumerate(texts, 1) if contains(text, answers))
    return next(held, K + 1)


def _megabytes(size: int | None) -> int | None:
    return None if size is None else round(size / 1e6)
