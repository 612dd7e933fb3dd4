"""A line that is added to a file is there whole after it, whatever was there before."""

from pathlib import Path

import pytest
from full_disk import full_disk

from vectorstore.durable import append_line


@pytest.mark.parametrize("there", [None, b"", b"one\n", b"one\r\n", b"unfinished", b"\n"])
def test_a_line_is_added_on_a_line_of_its_own(tmp_path: Path, there: bytes | None):
    """What was there stays, a line without an end is ended, and the sizes are those of the file before and after."""
    path = tmp_path / "lines"
    if there is not None:
        path.write_bytes(there)
    before, after = append_line(path, b"two")
    written = path.read_bytes()
    assert (before, after) == (len(there or b""), len(written))
    assert written.startswith(there or b"")
    assert written.removeprefix(there or b"") in ({b"\ntwo\n"} if there == b"unfinished" else {b"two\n"})


@pytest.mark.parametrize("there", [None, b"", b"one\n", b"unfinished"])
def test_a_line_that_does_not_fit_leaves_nothing(tmp_path: Path, there: bytes | None):
    """What was there stays byte for byte, and where nothing was, nothing is."""
    path = tmp_path / "lines"
    if there is not None:
        path.write_bytes(there)
    with full_disk(20), pytest.raises(OSError, match="File too large"):
        append_line(path, b"x" * 100)
    assert (path.read_bytes() if path.exists() else None) == there
