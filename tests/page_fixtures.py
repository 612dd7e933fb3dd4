"""What the browser tests share, a plugin (``pytest_plugins = ["page_fixtures"]``): a browser, a server, axe-core."""

import base64
import hashlib
import http.client
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import page_articles
import pytest
from page_server import VisitMaker, chat, chromium
from playwright.sync_api import Browser

from vectorstore.embed import Encoder
from vectorstore.ingest import ingest


@pytest.fixture(scope="session")
def url(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Iterator[str]:
    """A page that found no store and made one from the seeds; more articles came while it was running.

    It ends by Ctrl+C while a page still listens, and in all its life it logs nothing.
    """
    folder = tmp_path_factory.mktemp("browser")
    with chat(folder / "store", folder / "chat.log") as served:
        ingest([page_articles.write(folder)], folder / "store", encoder=lambda: encoder)
        yield served
        listening = http.client.HTTPConnection(urlsplit(served).netloc, timeout=10)
        listening.request("GET", "/gradio_api/heartbeat/open")
        listening.getresponse()
    listening.close()
    assert (folder / "chat.log").read_text() == ""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One chromium for the tests of a file: while it is open, the main thread's event loop is Playwright's."""
    with chromium() as launched:
        yield launched


@pytest.fixture
def visits(browser: Browser, url: str) -> Iterator[VisitMaker]:
    """Opens pages; in the end, none of them has asked another origin for anything, or run what an article holds."""
    maker = VisitMaker(browser, url)
    yield maker
    maker.check()


AXE = "axe-core-4.14.1"
AXE_SHA512 = "FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ=="
"""As its registry states it (``npm view axe-core@4.14.1 dist.integrity``)."""


@pytest.fixture(scope="session")
def axe() -> str:
    """The script of axe-core, fetched by npm once and kept in the user's cache, never in the repository."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "byline-tests"
    kept = cache / f"{AXE}.tgz"
    if not kept.exists():
        _fetch_axe(kept)
    assert base64.b64encode(hashlib.sha512(kept.read_bytes()).digest()).decode() == AXE_SHA512, f"{kept}: changed"
    with tarfile.open(kept) as package:
        script = package.extractfile("package/axe.min.js")
        assert script
        return script.read().decode()


def _fetch_axe(kept: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is missing, so axe-core cannot be fetched: on Debian, apt install npm")
    with tempfile.TemporaryDirectory() as folder:
        command = [npm, "pack", "--silent", AXE.replace("core-", "core@")]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"npm cannot fetch axe-core: {done.stderr.strip()[-200:]}")
        kept.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(Path(folder) / f"{AXE}.tgz", kept)
