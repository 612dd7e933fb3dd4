"""What is done to the library behind the page: one thing after the other, each with a status that can be looked at.

A long ingest runs in a process of its own (``ui.library_child``), which ends with this one; what is cut off is gone on
with when the store is opened again. Knows nothing of Gradio or HTML.
"""

import json
import queue
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, TypeVar

from ui.library_uploads import STOPPED, TODO, Limits, Uploads
from vectorstore.articles import count_articles
from vectorstore.errors import BylineError, StoreBusy
from vectorstore.ingest import forget, ingest
from vectorstore.store import Store, open_library

BUSY_SECONDS = 2.0
"""Between two tries while another process writes to the store."""
SHOWN_FAILURES = 500
"""Failures kept to be shown; the others are counted."""
KEPT_JOBS = 200
"""Ended jobs whose outcome is remembered."""
SMALL_ARTICLES, SMALL_BYTES = 20, 500_000
"""An upload up to both is ingested in this process: in seconds, where another takes that long to begin."""
BUG = "something went wrong inside Byline; the details are in its terminal"
_CHILD = "import sys; sys.path.append(sys.argv[1]); from ui.library_child import main; main()"

T = TypeVar("T")
State = Literal["waiting", "reading", "indexing", "done", "stopped", "failed"]


@dataclass(frozen=True, slots=True)
class Status:
    """How far a job is. ``articles`` of ``total`` are done; ``rate`` is in articles a second, 0 while unknown.

    ``line`` says why it waits or failed. ``counts`` are those of ``IngestReport``, of a removal ``removed`` alone.
    """

    state: State = "waiting"
    line: str = ""
    total: int = 0
    articles: int = 0
    passages: int = 0
    rate: float = 0.0
    same_files: int = 0
    failed: int = 0
    failures: tuple[str, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def ended(self) -> bool:
        """Whether it changes no more by itself."""
        return self.state in {"done", "stopped", "failed"}

    @property
    def seconds_left(self) -> float | None:
        """An estimate; ``None`` while there is nothing to estimate from."""
        return (self.total - self.articles) / self.rate if self.rate else None


WAITING = Status()


class Job:
    """One thing to do, and how far it is. ``status`` may be read from any thread."""

    def __init__(self, status: Status = WAITING) -> None:
        self.status = status
        self._stopping = threading.Event()
        self._child: subprocess.Popen[str] | None = None

    def change(self, **values: Any) -> None:
        """Set these fields of the status."""
        self.status = replace(self.status, **values)

    def stop(self) -> None:
        """Have it stop, whatever it is at."""
        self._stopping.set()
        if self._child is not None:
            self._child.kill()

    def goes_on(self, seconds: float = 0.0) -> bool:
        """Whether nobody has stopped it, at once or within ``seconds``."""
        return not self._stopping.wait(seconds)

    def follow(self, child: "subprocess.Popen[str]", prefix: str) -> dict[str, Any]:
        """Note what the child says until it ends, and return the last of it. ``prefix`` is left out of failures."""
        self._child = child
        if not self.goes_on():
            child.kill()
        last: dict[str, Any] = {}
        began: tuple[float, int] | None = None
        for line in child.stdout or ():
            if not line.endswith("\n"):  # killed while it wrote
                break
            last = json.loads(line)
            self.note(last, prefix)
            if "passages" in last:
                began = began or (time.monotonic(), self.status.articles)
                seconds = time.monotonic() - began[0]
                self.change(rate=(self.status.articles - began[1]) / seconds if seconds > 1 else 0.0)
        return last

    def note(self, line: dict[str, Any], prefix: str) -> None:
        """Note one line of what ``ui.library_child`` says."""
        now = self.status
        if "total" in line:
            self.change(total=line["total"])
        elif "failure" in line:
            shown = now.failures
            if len(shown) < SHOWN_FAILURES:
                shown = (*shown, line["failure"].replace(prefix, ""))
            self.change(failed=now.failed + 1, failures=shown)
        elif "articles" in line:
            articles = min(now.total, line["articles"] + now.failed)
            state = "indexing" if articles == now.total else "reading"
            self.change(articles=articles, passages=line["passages"], state=state)


class Work:
    """The store's one line of jobs, with the thread that does them. The thread ends with the process."""

    def __init__(self, store: Store, limits: Limits) -> None:
        self.store = store
        self.uploads = Uploads(store.path, limits)
        self._jobs: dict[Path, Job] = {}  # by the folder that an upload of its token has
        self._lock = threading.Lock()
        self._line: queue.Queue[tuple[Job, Callable[[Job], None]]] = queue.Queue()
        threading.Thread(target=self._do_all, name="library", daemon=True).start()
        for upload in self.uploads.unfinished():
            self._add(upload, 0)

    def add(self, token: str) -> Job:
        """Ingest a whole upload, behind what is in line; where that is under way already, return it.

        One that was stopped or failed is gone on with. Raises ``InputError`` where the token is none.
        """
        upload, same = self.uploads.seal(token, self._files())
        return Job(Status("done", same_files=same)) if upload is None else self._add(upload, same)

    def job(self, token: str) -> Job | None:
        """The job of an upload or removal; one that was stopped in an earlier process is told as such."""
        upload = self.uploads.path(token)
        if upload not in self._jobs and self.uploads.state(upload) == STOPPED:
            return Job(Status("stopped"))
        return self._jobs.get(upload)

    def remove(self, token: str, article_ids: Sequence[str]) -> Job:
        """Remove articles, behind what is in line; ``job`` tells how far that is. Raises as ``add`` does."""
        job = Job()
        self._keep(self.uploads.path(token), job)
        self._queue(job, lambda job: self._forget(job, article_ids))
        return job

    def _add(self, upload: Path, same: int) -> Job:
        with self._lock:
            job = self._jobs.get(upload)
            if job is None or job.status.state in {"stopped", "failed"}:
                job = Job(Status(same_files=same))
                self._keep(upload, job)
                self.uploads.mark(upload, TODO)
                self._queue(job, lambda job: self._ingest(job, upload))
        return job

    def _keep(self, key: Path, job: Job) -> None:
        self._jobs[key] = job
        for old in [path for path, one in list(self._jobs.items()) if one.status.ended][:-KEPT_JOBS]:
            self._jobs.pop(old, None)

    def _queue(self, job: Job, do: Callable[[Job], None]) -> None:
        if self._line.unfinished_tasks:
            job.change(line="another change of the library is under way")
        self._line.put((job, do))

    def _do_all(self) -> None:
        while True:
            job, do = self._line.get()
            try:
                do(job)
            except BylineError as error:
                job.change(state="failed", line=str(error))
            except Exception:  # noqa: BLE001 - a bug ends this job, not the line of jobs; it is shown as one
                traceback.print_exc()
                job.change(state="failed", line=BUG)
            self._line.task_done()

    def _forget(self, job: Job, article_ids: Sequence[str]) -> None:
        removed, files = _when_free(job, lambda: forget(article_ids, self.store.path))
        self.uploads.delete(files)
        self.store.facets()  # turns to the new generation
        job.change(state="done", counts={"removed": removed})

    def _ingest(self, job: Job, upload: Path) -> None:
        end = {"busy": ""}
        while "busy" in end and job.goes_on():
            job.change(state="reading", line="", failed=0, failures=())
            end = self._ingest_here(job, upload) if _is_small(upload) else _run_child(job, self.store.path, upload)
            if "busy" in end:
                job.change(state="waiting", line=end["busy"])
                job.goes_on(BUSY_SECONDS)
        if "report" in end:
            self.uploads.drop_unread(upload, self._files().values())
            self.uploads.mark(upload, "")
            self.store.facets()
            job.change(state="done", counts=end["report"])
        elif not job.goes_on():
            self.uploads.mark(upload, STOPPED)
            job.change(state="indexing")
            _when_free(job, lambda: ingest([], self.store.path))  # what was kept so far
            self.store.facets()
            job.change(state="stopped")
        else:
            job.change(state="failed", line=end["error"])

    def _ingest_here(self, job: Job, upload: Path) -> dict[str, Any]:
        """Ingest a small upload. Returns what ``_run_child`` does."""
        job.note({"total": count_articles([upload])}, "")
        try:
            report = ingest(
                [upload],
                self.store.path,
                encoder=lambda: self.store.encoder,
                on_error=lambda error: job.note({"failure": str(error)}, f"{upload}/"),
                progress=lambda done: job.note(asdict(done), ""),
            )
        except StoreBusy as error:
            return {"busy": str(error)}
        return {"report": asdict(report)}

    def _files(self) -> dict[str, str]:
        """The file of every article."""
        with open_library(self.store.path) as library:
            return {id_: entry.path for id_, entry in library.known().items()}


def _is_small(upload: Path) -> bool:
    files = [path for path in upload.rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in files)
    packed = any(path.name.lower().endswith(".gz") for path in files)
    return not packed and size <= SMALL_BYTES and count_articles([upload]) <= SMALL_ARTICLES


def _run_child(job: Job, store: Path, upload: Path) -> dict[str, Any]:
    """Ingest in a process of its own. Returns its last line, or how it was cut off as an ``error``."""
    command = [sys.executable, "-P", "-c", _CHILD, str(Path(__file__).parent.parent)]
    command += [str(store.absolute()), str(upload)]
    with subprocess.Popen(  # noqa: S603 - our own program; the folders' names are ours too
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,  # Ctrl+C ends the server, and so the child, without a traceback
    ) as child:
        last = job.follow(child, f"{upload}/")
    if {"report", "busy", "error"} & last.keys():
        return last
    reason = f"signal {-child.returncode}" if child.returncode < 0 else f"exit status {child.returncode}"
    return {"error": f"the work was cut off ({reason}); what was done is kept"}


def _when_free(job: Job, write: Callable[[], T]) -> T:
    """Write to the store as soon as no other process does."""
    while True:
        try:
            return write()
        except StoreBusy as error:
            job.change(state="waiting", line=str(error))
            time.sleep(BUSY_SECONDS)
