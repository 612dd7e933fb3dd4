"""Uploaded files on their way to the disk: hostile names, limits, what was abandoned."""

import os
import time
from pathlib import Path

import pytest

from ui.library_names import clean
from ui.library_uploads import STALE_SECONDS, Limits, Uploads
from vectorstore.errors import InputError

TOKEN, OTHER = "a" * 32, "b" * 32


def send(uploads: Uploads, token: str, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        file = uploads.begin(token, name, len(content))
        uploads.write(file, content)
        uploads.finish(file)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("a.txt", "a.txt"),
        ("news/2024/a.TXT", "news/2024/a.TXT"),
        ("../../etc/passwd.txt", "etc/passwd.txt"),
        ("/etc/cron.d/a.md", "etc/cron.d/a.md"),
        ("C:\\Users\\me\\a.html", "C:/Users/me/a.html"),
        ("a\n\x00\u202etxt.jsonl", "a___txt.jsonl"),
        ('<img src=x onerror="alert(1)">.txt', '<img src=x onerror="alert(1)">.txt'),
        ("a\\..\\..\\b.pdf", "a/b.pdf"),
        ("e\u0301.txt", "\u00e9.txt"),
    ],
)
def test_a_hostile_name_becomes_a_plain_path_below_the_folder(name: str, kept: str):
    """No name leads out of the upload's folder, and what cannot be printed is gone from it."""
    assert clean(name).as_posix() == kept


@pytest.mark.parametrize(
    "name", ["", "..", "a.exe", ".txt", "x/.hidden/a.txt", "~$a.docx", "a.txt/", "/".join(["d"] * 20) + "/a.txt"]
)
def test_a_name_that_is_no_article_is_refused(name: str):
    """Hidden, unknown, nameless and endlessly nested files are refused with a reason; a trailing slash is nothing."""
    if name == "a.txt/":
        assert clean(name).as_posix() == "a.txt"
    else:
        with pytest.raises(InputError):
            clean(name)


def test_a_very_long_name_keeps_its_kind():
    """A name of any length fits the file system, in bytes."""
    kept = clean("é" * 5000 + ".jsonl.gz").name
    assert kept.endswith(".jsonl.gz")
    assert len(kept.encode()) <= 200


def test_uploads_have_limits(tmp_path: Path):
    """Too large a file, too many files, too much in all and too many uploads at once are refused; the rest is kept."""
    uploads = Uploads(tmp_path, Limits(file_bytes=100, total_bytes=250, files=3, arriving=1))
    with pytest.raises(InputError, match="larger than 100 bytes"):
        uploads.begin(TOKEN, "big.txt", 101)
    lying = uploads.begin(TOKEN, "lying.txt", 1)
    with pytest.raises(InputError, match="larger than 100 bytes"):
        uploads.write(lying, b"x" * 101)
    uploads.drop(lying)
    send(uploads, TOKEN, {"a.txt": b"x" * 100, "b.txt": b"x" * 100})
    with pytest.raises(InputError, match="250 bytes in all"):
        uploads.begin(TOKEN, "c.txt", 51)
    send(uploads, TOKEN, {"c.txt": b"x"})
    with pytest.raises(InputError, match="3 files at once"):
        uploads.begin(TOKEN, "d.txt", 1)
    with pytest.raises(InputError, match="too many uploads"):
        uploads.begin(OTHER, "a.txt", 1)
    with pytest.raises(InputError, match="no upload of this page"):
        uploads.begin("../../x", "a.txt", 1)
    whole, _ = uploads.seal(TOKEN, {})
    assert whole is not None
    assert sorted(path.name for path in whole.iterdir()) == ["a.txt", "b.txt", "c.txt"]
    with pytest.raises(InputError, match="complete"):
        uploads.begin(TOKEN, "late.txt", 1)


def test_an_abandoned_upload_is_thrown_away(tmp_path: Path):
    """One that never became whole makes room after a day."""
    uploads = Uploads(tmp_path, Limits(arriving=1))
    send(uploads, TOKEN, {"a.txt": b"x"})
    (draft,) = uploads.folder.glob("*.part")
    old = time.time() - STALE_SECONDS - 60
    for path in (draft, *draft.rglob("*")):
        os.utime(path, (old, old))
    send(Uploads(tmp_path, Limits(arriving=1)), OTHER, {"b.txt": b"x"})
    assert not draft.exists()
