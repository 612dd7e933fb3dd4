"""Passwords, names and who may do what where others can reach the page."""

import asyncio
import base64
import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from gradio_client import Client
from http_calls import called, fetch
from page_server import PHONE, Visit, VisitMaker, chat
from playwright.sync_api import Browser, HttpCredentials

from ui.auth import WAITING, Passwords, decide, read_pairs, seen_by_others
from ui.guard import EXACT
from vectorstore.errors import BylineError

pytest_plugins = ["page_fixtures"]

ANNA, BORIS = "anna:drei Wörter, viel:Glück", "boris:correct-horse"
ELSEWHERE = "127.0.0.2"
"""Still this machine, but not one of the names of it that Byline takes for granted."""
QUESTION = "How many people were killed in the Brussels bombings?"


def basic(pair: str) -> dict[str, str]:
    """The header that a browser or gradio_client sends."""
    return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}


@pytest.fixture(scope="module")
def shared(seeds_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A page that others could reach, with passwords, by itself and through a reverse proxy."""
    folder = tmp_path_factory.mktemp("shared")
    users = folder / "users"
    users.write_text(f"{ANNA}\n\n{BORIS}\n")
    users.chmod(0o600)
    options = ["--host", ELSEWHERE, "--auth-file", str(users), "--allow-host", "Byline.Example"]
    with chat(seeds_folder, folder / "chat.log", *options) as served:
        yield served
    assert (folder / "chat.log").read_text() == ""


def test_nothing_is_served_without_a_password(shared: str):
    """The page, its files, every endpoint, uploads and what is not there: all ask for a password first."""
    paths = [
        *sorted(EXACT),
        ("GET", "/byline/theme.css"),
        ("GET", "/assets/index.js"),
        ("GET", "/gradio_api/heartbeat/x"),
        ("POST", "/gradio_api/call/ask"),
        ("POST", "/gradio_api/call/page_ask"),
        ("POST", "/gradio_api/call/library_look"),
        ("GET", f"/gradio_api/call/ask/{'0' * 32}"),
        ("POST", "/upload?batch=x&name=y.txt"),
        ("POST", "/login"),
        ("GET", "/no-such-page"),
        ("OPTIONS", "/"),
    ]
    for method, path in paths:
        for headers in ({}, basic("anna:wrong"), {"Authorization": "Basic %%%"}, {"Authorization": "Bearer x"}):
            if headers == basic("anna:wrong") and path != "/":
                continue  # each wrong one costs a second
            reply = fetch(shared, path, method, headers=headers)
            assert reply.status == 401, (method, path, headers)
            assert reply.headers["WWW-Authenticate"] == 'Basic realm="Byline", charset="UTF-8"'
            assert "default-src 'none'" in reply.headers["Content-Security-Policy"]
            assert b"Brussels" not in reply.body


def test_who_has_a_password_comes_in(shared: str):
    """Each line of the file is one who may; a password may hold colons, spaces and any letter."""
    for pair in (ANNA, BORIS):
        assert fetch(shared, "/", headers=basic(pair)).status == 200
        *_, (event, (answer,)) = called(shared, "ask", [QUESTION, [], {}, ""], basic(pair))
        assert event == "complete"
        assert "31" in answer["answer"]


def test_gradio_client_comes_in_with_httpx_auth(shared: str, monkeypatch: pytest.MonkeyPatch):
    """As docs/sharing.md says; without a password it is told that it needs one."""
    monkeypatch.setenv("GRADIO_ANALYTICS_ENABLED", "False")
    user, _, password = ANNA.partition(":")
    with_password = {"httpx_kwargs": {"auth": (user, password)}}
    client = Client(shared, verbose=False, download_files=False, analytics_enabled=False, **with_password)
    assert "31" in client.predict(QUESTION, api_name="/ask")["answer"]
    client.close()
    with pytest.raises(Exception, match="credentials were not provided"):
        Client(shared, verbose=False, download_files=False, analytics_enabled=False)


def test_only_known_names_and_addresses_are_answered(shared: str):
    """A name that somebody else could rebind is refused; an address, this machine's names and those allowed are not."""
    port = shared.rsplit(":", 1)[1].strip("/")
    for host in ("127.0.0.1", "localhost", "192.168.7.9", "[::1]", "byline.example", "BYLINE.example"):
        assert fetch(shared, "/", headers=basic(BORIS) | {"Host": f"{host}:{port}"}).status == 200, host
    for host in ("evil.example", "byline.example.evil.example", "127.0.0.1.evil.example", "x:y:z", ""):
        assert fetch(shared, "/", headers=basic(BORIS) | {"Host": host}).status == 421, host
    proxied = {"Host": "byline.example", "Origin": "https://byline.example"}
    joined = fetch(shared, "/gradio_api/call/about", "POST", '{"data": []}', basic(BORIS) | proxied)
    assert joined.status == 200


def test_the_library_of_a_shared_page_is_to_be_read_only(shared: str):
    """Neither the page nor a caller can add or remove articles unless the server was told so."""
    *_, (_, (about,)) = called(shared, "library_about", [], basic(BORIS))
    assert about["editable"] is False
    upload = fetch(shared, f"/upload?batch={'a' * 32}&name=x.txt", "POST", "text", basic(BORIS))
    assert upload.status in {404, 405}
    remove = json.dumps({"data": ["a" * 32, ["x"]]})
    assert fetch(shared, "/gradio_api/call/library_remove", "POST", remove, basic(BORIS)).status == 404


@pytest.mark.browser
def test_the_page_lives_with_a_password(shared: str, browser: Browser):
    """A phone that gives one sees the page, asks, and opens an article, with all its files and events let in."""
    user, _, password = ANNA.partition(":")
    maker = VisitMaker(browser, shared, HttpCredentials(username=user, password=password))
    visit: Visit = maker(PHONE)
    visit.ask(QUESTION)
    assert "31" in visit.read(".answer")
    visit.page.click(".answer .marker >> nth=0")
    visit.page.wait_for_selector(".paper mark")
    maker.check()


def test_guesses_wait_for_each_other_and_nobody_inside_waits_for_them():
    """Passwords are looked at one by one; too many at once are turned away unread; who came in before is let in."""

    async def flood() -> tuple[int, list[int], int]:
        passwords = Passwords([ANNA, BORIS], pause=0.0)
        first = await passwords.refusal(basic(ANNA)["Authorization"])
        guesses = [basic(f"boris:guess-{number}")["Authorization"] for number in range(WAITING)]
        asked = [*guesses, basic(BORIS)["Authorization"], basic(ANNA)["Authorization"]]
        during = list(await asyncio.gather(*map(passwords.refusal, asked)))
        return first, during, await passwords.refusal(basic(BORIS)["Authorization"])

    with ThreadPoolExecutor() as pool:  # Playwright leaves a loop running in this thread
        assert pool.submit(lambda: asyncio.run(flood())).result() == (0, [*[401] * WAITING, 429, 0], 0)


def test_no_password_is_kept_in_the_clear():
    """What the server holds of a password does not show it."""
    kept = repr(vars(Passwords([BORIS])))
    assert "boris" not in kept
    assert "correct-horse" not in kept


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--host", ELSEWHERE], "--auth-file FILE"),
        (["--host", ELSEWHERE], "--open-to-all"),
        (["--allow-host", "byline.example"], "--auth-file FILE"),
        (["--allow-host", "https://byline.example"], "without http://"),
        (["--auth", "anna"], "USER:PASSWORD"),
        (["--auth", "anna:short"], "too short"),
        (["--auth-file", "no-such-file"], "cannot be read"),
        (["--host", ELSEWHERE, "--open-to-all", "--editable"], "--editable"),
    ],
)
def test_an_open_door_is_refused_before_anything_is_opened(tmp_path: Path, options: list[str], says: str):
    """One line that says how, exit status 2, no store made; the password is not repeated."""
    command = [sys.executable, "-m", "ui", "chat", "--store", "s", *options]
    env = {name: value for name, value in os.environ.items() if name != "BYLINE_AUTH"}
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert says in done.stderr.splitlines()[-1]
    assert "anna:short" not in done.stderr
    assert not any(tmp_path.iterdir())


def test_passwords_come_from_the_options_the_file_or_the_variable(tmp_path: Path):
    """All that are given count; the variable only where nothing else is, and it never reaches a child process."""
    users = tmp_path / "users"
    users.write_text(f"\n{BORIS}\n")
    environment = {"BYLINE_AUTH": "carla:quite-long"}
    assert read_pairs([ANNA], users, environment) == [ANNA, BORIS]
    assert environment == {}
    assert read_pairs([], None, {"BYLINE_AUTH": "carla:quite-long"}) == ["carla:quite-long"]
    assert read_pairs([], None, {}) == []
    users.chmod(0o644)
    assert seen_by_others(users)
    users.chmod(stat.S_IRUSR)
    assert not seen_by_others(users)
    for content, says in ((b"", "empty"), (b"\xff\xfe", "UTF-8"), (b"ok:long-enough\nanna:short\n", "line 2.* anna ")):
        users.chmod(0o600)
        users.write_bytes(content)
        with pytest.raises(BylineError, match=says):
            read_pairs([], users, {})


def test_who_may_edit():
    """On this machine alone everybody; where others come in nobody, unless passwords and the flag say so."""
    assert decide("127.0.0.1", [], []).editable
    assert decide("127.0.0.1", [], [BORIS]).editable
    assert not decide("127.0.0.1", ["byline.example"], [BORIS]).editable
    assert not decide(ELSEWHERE, [], [BORIS]).editable
    assert not decide(ELSEWHERE, [], [], open_to_all=True).editable
    assert decide(ELSEWHERE, [], [BORIS], editable=True).editable
    assert not decide("127.0.0.1", [], []).answers_to("192.168.7.9")
