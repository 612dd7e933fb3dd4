"""What is done to the library: uploads ingested, articles removed, a kill; with a real store and real processes."""

import gzip
import json
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from page_server import free_port

from ui.library import Endpoints
from ui.library_uploads import STOPPED, Limits, Uploads
from ui.library_work import Job, Work
from vectorstore.browse import browse
from vectorstore.embed import Encoder
from vectorstore.ingest import forget
from vectorstore.store import Store, open_library, writing
from vectorstore.verify import verify

TOKEN, OTHER = "a" * 32, "b" * 32
STRIKE = "The harbour strike in Port Vellum ended on Friday after nine days of talks."


@pytest.fixture
def store(tmp_path: Path, seeds_folder: Path, encoder: Encoder) -> Iterator[Store]:
    """A store of the seeds to change."""
    shutil.copytree(seeds_folder, tmp_path / "store")
    with Store(tmp_path / "store", encoder) as opened:
        yield opened


def send(uploads: Uploads, token: str, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        file = uploads.begin(token, name, len(content))
        uploads.write(file, content)
        uploads.finish(file)


def wait(job: Job, until: Callable[[Job], bool] = lambda job: job.status.ended) -> None:
    deadline = time.monotonic() + 240
    while not until(job):
        assert time.monotonic() < deadline, job.status
        time.sleep(0.02)


def lines(number: int) -> bytes:
    """So many different articles as JSON lines."""
    articles = (
        {"id": f"n{i}", "title": f"Report {i}", "text": f"Event {i * 37} of report {i}."} for i in range(number)
    )
    return "".join(json.dumps(article) + "\n" for article in articles).encode()


def test_an_upload_is_ingested_and_found_without_a_restart(store: Store):
    """What is good is in the open store, what is bad is listed with its reason and without the server's paths."""
    work = Work(store, Limits())
    send(
        work.uploads,
        TOKEN,
        {
            "strike.txt": STRIKE.encode(),
            "sub/strike.txt": b"Another text about cranes in the harbour.",
            "lines.jsonl": b'{"id": 1}\n{"id": "ok", "text": "Snow on Mount Brill.", "publisher": "Vellum Post"}\n',
            "broken.pdf": b"no pdf at all",
        },
    )
    job = work.add(TOKEN)
    wait(job)
    assert job.status.state == "done"
    assert job.status.counts["added"] == 3
    assert [line.split(":")[0] for line in job.status.failures] == ["broken.pdf", "lines.jsonl"]
    assert str(store.path) not in "".join(job.status.failures)
    assert store.search("harbour strike in Port Vellum")[0].passage.article_id == "strike.txt"
    assert "Vellum Post" in store.facets()[0]
    files = {path.name for path in work.uploads.folder.rglob("*") if path.is_file()}
    assert files == {"strike.txt", "lines.jsonl"}  # both of this name; nothing was read from broken.pdf
    assert verify(store.path) == []
    assert work.add(TOKEN).status.counts["added"] == 3  # asked again, it is the same job


def test_a_name_that_is_taken_hides_no_article(store: Store):
    """A file of a known name gets one of its own; the same file again is known; a removed name is free again."""
    work = Work(store, Limits())
    send(work.uploads, TOKEN, {"a.txt": b"The first text, about snow."})
    wait(work.add(TOKEN))
    send(work.uploads, OTHER, {"a.txt": b"A second text, about rain."})
    wait(work.add(OTHER))
    assert {"a.txt", "a (2).txt"} <= {article.id for article in store.articles()}
    send(work.uploads, "c" * 32, {"a.txt": b"The first text, about snow."})
    again = work.add("c" * 32)
    wait(again)
    assert (again.status.same_files, again.status.counts) == (1, {})
    first = work.uploads.path(TOKEN) / "a.txt"
    assert first.exists()

    removal = work.remove("d" * 32, ["a.txt", "never-there"])
    wait(removal)
    assert removal.status.counts == {"removed": 1}
    assert not first.exists()
    assert first.parent.parent == work.uploads.folder
    assert not first.parent.exists()
    with pytest.raises(KeyError):
        store.article("a.txt")
    assert verify(store.path) == []


def test_everything_can_be_removed_and_the_store_goes_on(store: Store):
    """An emptied library finds nothing, says so, and takes articles again."""
    removed, files = forget([article.id for article in store.articles()], store.path)
    assert removed == 3
    assert len(files) == 3
    assert store.search("Brussels") == []
    assert browse(store.path).total == 0
    work = Work(store, Limits())
    send(work.uploads, TOKEN, {"strike.txt": STRIKE.encode()})
    wait(work.add(TOKEN))
    assert store.search("harbour strike")[0].passage.article_id == "strike.txt"


def test_a_second_change_says_that_it_waits(store: Store):
    """While another process writes, an upload waits, says why, and is done afterwards; so is one behind it."""
    work = Work(store, Limits())
    with writing(store.path):
        send(work.uploads, TOKEN, {"a.txt": STRIKE.encode()})
        first = work.add(TOKEN)
        wait(first, lambda job: "another byline is writing" in job.status.line)
        send(work.uploads, OTHER, {"b.txt": b"Snow fell on Mount Brill."})
        second = work.add(OTHER)
        assert second.status.state == "waiting"
        assert "another change" in second.status.line
    wait(first)
    wait(second)
    assert (first.status.state, second.status.state) == ("done", "done")
    assert store.article("b.txt").text.startswith("Snow")


def test_a_long_ingest_runs_beside_the_chat_and_can_be_stopped_and_gone_on_with(store: Store):
    """Stopped half-way, what was read can be found; going on does the rest, and nothing is doubled."""
    work = Work(store, Limits())
    send(work.uploads, TOKEN, {"many.jsonl": lines(1600)})
    job = work.add(TOKEN)
    wait(job, lambda job: 0 < job.status.articles < 1600)
    assert store.search("Brussels")
    assert job.status.total == 1600
    work.job(TOKEN).stop()
    wait(job)
    assert job.status.state == "stopped"
    assert work.uploads.state(work.uploads.path(TOKEN)) == STOPPED
    kept = sum(1 for article in store.articles() if article.id.startswith("n"))
    assert 0 < kept < 1600
    assert store.search("Report 3")
    assert verify(store.path) == []

    work = Work(store, Limits())  # another server, later: a stopped upload does not go on by itself
    assert work.job(TOKEN).status.state == "stopped"
    again = work.add(TOKEN)
    wait(again)
    assert again.status.counts["added"] == 1600 - kept
    assert again.status.counts["unchanged"] == kept
    assert sum(1 for article in store.articles() if article.id.startswith("n")) == 1600
    assert verify(store.path) == []


@contextmanager
def served(store: Path) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """The page over a store, and its process."""
    command = [sys.executable, "-m", "ui", "chat", "--store", str(store), "--port", str(free_port())]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        yield next(line.split()[3] for line in server.stdout if line.startswith("Byline is ready:")), server
        server.send_signal(signal.SIGINT)
        server.wait(timeout=30)


def post(url: str, path: str, body: bytes, **headers: str) -> tuple[int, str]:
    request = urllib.request.Request(url + path, body, headers, method="POST")  # noqa: S310 - our own
    try:
        with urllib.request.urlopen(request, timeout=60) as response:  # noqa: S310
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def call(url: str, name: str, *data: object) -> dict:
    """What an endpoint answers."""
    _, joined = post(
        url, f"gradio_api/call/{name}", json.dumps({"data": data}).encode(), **{"Content-Type": "application/json"}
    )
    address = f"{url}gradio_api/call/{name}/{json.loads(joined)['event_id']}"
    with urllib.request.urlopen(address, timeout=60) as stream:  # noqa: S310 - our own
        return json.loads(stream.read().decode().split("data: ")[-1])[0]


def test_a_server_killed_in_the_midst_of_an_ingest_loses_nothing(store: Store):
    """SIGKILL of the server ends the ingest too; the next server goes on with it, and all articles are there once."""
    with served(store.path) as (url, server):
        packed = gzip.compress(lines(1600))
        assert post(url, f"upload?batch={TOKEN}&name=many.jsonl.gz", packed) == (204, "")
        call(url, "library_add", TOKEN)
        deadline = time.monotonic() + 240
        while not 0 < call(url, "library_progress", TOKEN).get("articles", 0) < 1600:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        server.kill()
    with open_library(store.path) as library:
        kept = library.counts()[0]
    assert 3 < kept < 1603
    work = Work(store, Limits())
    job = work.job(TOKEN)
    assert job is not None
    wait(job)
    assert job.status.state == "done"
    assert job.status.counts["added"] + job.status.counts["unchanged"] == 1600
    assert sum(1 for _ in store.articles()) == 1603
    assert verify(store.path) == []


def test_the_way_in_for_files_takes_files_only(store: Store):
    """Names, kinds, limits and other sites' requests are refused; nothing is fetched, nothing lies outside."""
    with served(store.path) as (url, _):
        good = f"upload?batch={TOKEN}&name="
        assert post(url, f"{good}..%2F..%2Fescaped.txt", b"text")[0] == 204
        assert post(url, f"{good}{urllib.parse.quote('http://127.0.0.1:1/x.txt')}", b"text")[0] == 204
        assert post(url, f"{good}a.exe", b"text") == (
            400,
            "is of no kind that is read; give one of .txt .md .html .htm .pdf .docx .jsonl .jsonl.gz",
        )
        assert post(url, f"{good}big.txt", b"x", **{"Content-Length": "200000000"})[0] == 400
        assert post(url, "upload?batch=1&name=a.txt", b"text")[0] == 400
        assert post(url, "upload", b"text")[0] == 400
        assert post(url, f"{good}a.txt", b"text", Origin="https://evil.example")[0] == 403
        assert post(url, "gradio_api/upload", b"text")[0] == 404
        body = json.dumps({"data": [{"path": "x", "url": "http://127.0.0.1:1/", "meta": {"_type": "gradio.FileData"}}]})
        assert post(url, "gradio_api/call/library_read", body.encode())[0] == 400
        call(url, "library_add", TOKEN)
        while not (now := call(url, "library_progress", TOKEN))["ended"]:
            time.sleep(0.1)
        assert now["counts"]["added"] == 2
        assert call(url, "library_progress", OTHER) == {"state": ""}
    assert not list(store.path.parent.glob("escaped.txt"))
    kept = [path.relative_to(store.path) for path in store.path.rglob("*.txt")]
    assert {path.parts[0] for path in kept} == {"uploads"}


def test_what_the_browser_sends_is_checked(store: Store):
    """Wrong types and huge values are refused in a line, never a traceback; a page past the end is the last one."""
    do = Endpoints(Work(store, Limits()), editable=True)
    assert do.look("", {}, oldest_first=False, page=10**9)["page"] == 0
    assert do.look("", {}, oldest_first=False, page=-5)["page"] == 0
    assert "error" in do.look("x" * 201, {}, oldest_first=False, page=0)
    assert "error" in do.look("", {"publishers": "all"}, oldest_first=False, page=0)
    assert "error" in do.look("", {"after": "yesterday"}, oldest_first=False, page=0)
    assert "error" in do.read("no such article")
    assert "no longer" in do.read("\ud800")["error"]
    for page in (None, "x", 2**63):
        assert "not a whole number" in do.look("", {}, oldest_first=False, page=page)["error"]
    assert "error" in do.add("../..")
    assert "error" in do.progress("")
    assert "error" in do.remove(TOKEN, "all")
    assert "error" in do.remove(TOKEN, ["x"] * 1001)
    assert do.progress(OTHER) == {"state": ""}
    assert sum(1 for _ in store.articles()) == 3
