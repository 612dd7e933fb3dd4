"""What a run was made with: code, gold, corpus, model, machine. Ignorant of what it measured."""

import hashlib
import json
import os
import platform
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Protocol

from evals.gold import fingerprint
from vectorstore.types import Article

ROOT = Path(__file__).resolve().parent.parent
_PACKAGES = (
    "byline",
    "chromadb",
    "numpy",
    "sentence-transformers",
    "sentencex",
    "tantivy",
    "torch",
    "transformers",
)
_CODE = ("evals", "qa", "vectorstore")


class ModelFacts(Protocol):
    """What is recorded of the embedding model and the reader: its name, its weights' sha256 and their dtype."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def sha256(self) -> str: ...  # noqa: D102
    @property
    def dtype(self) -> str: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Provenance:
    """What two runs must share to be compared, and what explains it when they do not.

    ``started`` is UTC, ``gold`` the file's name without its suffixes, ``half`` dev, test or all, ``limit`` the most
    questions taken (``None``: no bound). ``commit`` is ``None`` outside Byline's own git checkout; ``changed`` says
    that the checkout differed from it. ``corpus_sha256`` is of the ids and texts of the ``articles`` articles.
    ``llm`` is the language model that wrote, "" for none. ``configuration`` is every other choice of the run by its
    name, as JSON has it. ``code_sha256`` is of Byline's own Python files, committed or not. Both are empty in
    files that did not keep them.
    """

    started: str
    gold: str
    gold_sha256: str
    half: str
    limit: int | None
    commit: str | None
    changed: bool | None
    articles: int
    corpus_sha256: str
    encoder: str
    encoder_sha256: str
    encoder_dtype: str
    reader: str
    reader_sha256: str
    reader_dtype: str
    cpu: str
    cores: int
    python: str
    packages: Mapping[str, str]
    llm: str = ""
    configuration: Mapping[str, Any] = field(default_factory=dict)
    code_sha256: str = ""


def record(
    gold: Path, *, half: str, limit: int | None, articles: Iterable[Article], encoder: ModelFacts, reader: ModelFacts
) -> Provenance:
    """Record the circumstances of a run that begins now."""
    count, corpus_sha256 = _corpus(articles)
    commit, changed = checkout()
    return Provenance(
        started=datetime.now(UTC).isoformat(timespec="seconds"),
        gold=gold.resolve().name.removesuffix(".gz").removesuffix(".jsonl").removesuffix(".json"),
        gold_sha256=fingerprint(gold),
        half=half,
        limit=limit,
        commit=commit,
        changed=changed,
        articles=count,
        corpus_sha256=corpus_sha256,
        encoder=encoder.name,
        encoder_sha256=encoder.sha256,
        encoder_dtype=encoder.dtype,
        reader=reader.name,
        reader_sha256=reader.sha256,
        reader_dtype=reader.dtype,
        cpu=processor(),
        cores=cores(),
        python=platform.python_version(),
        packages=_versions(),
        code_sha256=code_sha256(),
    )


def _corpus(articles: Iterable[Article]) -> tuple[int, str]:
    """How many articles, and the sha256 over a JSON line ``[id, text]`` for each, in the order of their ids."""
    digest = hashlib.sha256()
    count = 0
    for article in sorted(articles, key=lambda article: article.id):
        digest.update(json.dumps([article.id, article.text]).encode() + b"\n")
        count += 1
    return count, digest.hexdigest()


def code_sha256() -> str:
    """The sha256 over the names and contents of the Python files that answer or score, in the order of their names."""
    digest = hashlib.sha256()
    for folder in _CODE:
        for path in sorted((ROOT / folder).rglob("*.py")):
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            digest.update(f"{path.relative_to(ROOT).as_posix()} {content}\n".encode())
    return digest.hexdigest()


def checkout() -> tuple[str | None, bool | None]:
    """The commit of the checkout that this file is in, and whether files differ from it; ``None`` outside one."""
    top = _git("rev-parse", "--show-toplevel")
    commit = _git("rev-parse", "HEAD")
    if top is None or commit is None or Path(top).resolve() != ROOT:
        return None, None  # installed elsewhere, perhaps inside another project's checkout
    return commit, bool(_git("status", "--porcelain"))


def _git(*args: str) -> str | None:
    try:
        done = subprocess.run(["git", "-C", ROOT, *args], capture_output=True, text=True, check=True)  # noqa: S603, S607
    except (OSError, subprocess.CalledProcessError):
        return None  # no git, no checkout or no commit: nothing to record
    return done.stdout.strip()


def cores() -> int:
    """The processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def processor() -> str:
    """The processor's name."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or platform.machine())


def _versions() -> dict[str, str]:
    versions = {}
    for package in _PACKAGES:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            versions[package] = ""
    return versions
