"""Files and folders in, articles out, one at a time and always in the same order.

Ignorant of passages and stores. What cannot be read is one ``InputError`` each ("path: reason; fix"), and the rest
goes on. An id is the file's path below the folder given, with ``/``; a file given by name has its name; a line of
JSON says its own.
"""

import gzip
import json
import os
import re
import stat
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from pathlib import Path
from typing import BinaryIO, cast

from vectorstore import documents
from vectorstore.documents import Documents, Limits
from vectorstore.errors import InputError
from vectorstore.plainfile import decode, without_surrogates
from vectorstore.stated import stated
from vectorstore.types import Article, SourcedArticle

PLAIN = (".txt", ".md")
LINES = (".jsonl", ".jsonl.gz")
SUFFIXES = (*PLAIN, *documents.SUFFIXES, *LINES)

FILE_BYTES = 100_000_000  # a larger file of one article is none
LINE_BYTES = 100_000_000  # likewise a line of JSON

_SKIPPED = (".", "~$", "__MACOSX")  # beginnings of names in folders: hidden, Word's locks, archive leftovers
_FIELDS = tuple(field.name for field in fields(Article))
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ].+)?")

_LIMITS = Limits()
OnError = Callable[[InputError], None]


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    id: str


def read_articles(paths: Iterable[Path], on_error: OnError, *, limits: Limits = _LIMITS) -> Iterator[SourcedArticle]:
    """The articles in files and folders, streamed: of a JSON file only a line is in memory.

    Folders are walked in the order of their names, hidden files left out, links followed once. A file of another kind
    is an error only where it is named itself. Where two articles have one id, the first is taken; the second is an
    error unless it is the same in all fields. ``limits`` bounds the parsing of one HTML, PDF or DOCX file.
    """
    taken: dict[str, int] = {}
    with Documents(limits) as parser:
        for file in _files(paths, on_error):
            for where, article in _read(file, parser, on_error):
                content = hash(article)
                if article.id not in taken:
                    taken[article.id] = content
                    yield SourcedArticle(file.path.absolute(), article)
                elif taken[article.id] != content:
                    on_error(_problem(where, f"the id {article.id!r} is taken by an earlier article; give it another"))


def count_articles(paths: Iterable[Path]) -> int:
    """How many articles the paths hold at most, in the time that it takes to read them: for a progress bar."""
    return sum(_count_lines(file.path) if _kind(file.path) in LINES else 1 for file in _files(paths, lambda _: None))


def _problem(where: object, what: str) -> InputError:
    line = f"{where}: {what}"
    return InputError("".join(char if char.isprintable() else ascii(char)[1:-1] for char in line))


# --- folders ---


def _kind(path: Path) -> str:
    """The suffix that says how the file is read, or ""."""
    name = path.name.lower()
    return next((suffix for suffix in SUFFIXES if name.endswith(suffix)), "")


def _files(paths: Iterable[Path], on_error: OnError) -> Iterator[_File]:
    visited: set[str] = set()  # real paths
    for path in paths:
        try:
            mode = path.stat().st_mode
        except FileNotFoundError:
            on_error(_problem(path, "no such file or folder; check the path"))
            continue
        except OSError as error:
            on_error(_unreadable(path, error))
            continue
        if stat.S_ISDIR(mode):
            yield from _walk(path, visited, on_error)
        elif not stat.S_ISREG(mode):
            on_error(_problem(path, "is neither a file nor a folder; give one of these"))
        elif not _kind(path):
            on_error(_problem(path, f"is of no kind that is read; give one of {' '.join(SUFFIXES)}"))
        elif _is_new(path, visited):
            yield _File(path, _id(path.name))


def _walk(folder: Path, visited: set[str], on_error: OnError) -> Iterator[_File]:
    """The files of a folder by name, those of folders in it in their place. A stack, as folders nest without bound."""
    empty = os.path.realpath(folder) not in visited
    stack = [(folder, "")]
    while stack:
        path, name = stack.pop()
        try:
            mode = path.stat().st_mode
            if stat.S_ISDIR(mode) and _is_new(path, visited):
                names = sorted((child.name for child in path.iterdir()), reverse=True)
                names = [child for child in names if not child.startswith(_SKIPPED)]
                stack += [(path / child, f"{name}/{child}" if name else child) for child in names]
        except OSError as error:
            if _kind(path) or not isinstance(error, FileNotFoundError):
                empty = False
                on_error(_unreadable(path, error))
            continue
        if stat.S_ISREG(mode) and _kind(path):
            empty = False
            if _is_new(path, visited):
                yield _File(path, _id(name))
    if empty:
        on_error(_problem(folder, f"holds no article; put files in it, of {' '.join(SUFFIXES)}"))


def _is_new(path: Path, visited: set[str]) -> bool:
    real = os.path.realpath(path)
    new = real not in visited
    visited.add(real)
    return new


def _id(name: str) -> str:
    """A file name as text that can be stored: bytes that are no UTF-8 become U+FFFD."""
    return os.fsencode(name).decode("utf-8", "replace")


def _unreadable(path: object, error: OSError) -> InputError:
    return _problem(path, f"cannot be read ({error.strerror or error}); check the file and its permissions")


# --- files ---


def _read(file: _File, parser: Documents, on_error: OnError) -> Iterator[tuple[str, Article]]:
    """The articles of one file, each with the place to name in an error."""
    kind = _kind(file.path)
    if kind in LINES:
        yield from _read_lines(file.path, on_error)
        return
    try:
        article = _read_one(file, kind, parser)
    except OSError as error:
        on_error(_unreadable(file.path, error))
    except InputError as error:
        on_error(_problem(file.path, str(error)))
    else:
        yield str(file.path), article


def _read_one(file: _File, kind: str, parser: Documents) -> Article:
    """The article that is a whole file. Raises ``OSError``, or ``InputError`` without the file's name."""
    with file.path.open("rb") as stream:
        if os.fstat(stream.fileno()).st_size > FILE_BYTES:
            raise InputError(f"is larger than {FILE_BYTES // 1_000_000} MB; split it into articles")
        found = {"text": decode(stream.read())} if kind in PLAIN else parser.parse(file.path)
    if not found["text"].strip():
        raise InputError("holds no text; write the article into it, or remove it")
    return Article(id=file.id, **stated(found["text"]) | {name: value for name, value in found.items() if value})


# --- lines of JSON ---


def _read_lines(path: Path, on_error: OnError) -> Iterator[tuple[str, Article]]:
    number = 0
    try:
        with _open_lines(path) as stream:
            for number, line in _lines(stream):
                where = f"{path}:{number}"
                try:
                    article = _from_json(line)
                except InputError as error:
                    on_error(_problem(where, str(error)))
                    continue
                if article.published and not _is_day(article.published):
                    reason = f"'published' is {article.published[:40]!r}; write YYYY-MM-DD (kept, without a date)"
                    on_error(_problem(where, reason))
                    article = replace(article, published="")
                yield where, article
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        on_error(_problem(path, f"is cut off or damaged after line {number} ({error}); copy or compress it anew"))
    except OSError as error:
        on_error(_unreadable(path, error))
    except InputError as error:
        on_error(_problem(path, str(error)))


def _open_lines(path: Path) -> BinaryIO:
    return cast("BinaryIO", gzip.open(path)) if _kind(path).endswith(".gz") else path.open("rb")


def _lines(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Each line that is not blank with its number from 1; of a line beyond the limit its first ``LINE_BYTES`` bytes.

    Raises ``InputError`` where there is no line, or where the first one shows that the file is no text in UTF-8.
    """
    number, empty = 0, True
    while line := stream.readline(LINE_BYTES):
        number += 1
        if number == 1 and (line.startswith(_UTF16) or b"\0" in line):
            raise InputError("is not text in UTF-8; save it as UTF-8")
        rest = b"" if line.endswith(b"\n") else line
        while rest and not rest.endswith(b"\n"):
            rest = stream.readline(LINE_BYTES)
        if line.strip():
            empty = False
            yield number, line
    if empty:
        raise InputError("holds no article; write one JSON object a line")


def _from_json(line: bytes) -> Article:
    """The article of one line. Raises ``InputError``, without the place."""
    if len(line) >= LINE_BYTES:
        raise InputError(f"is a line of more than {LINE_BYTES // 1_000_000} MB; split the article")
    try:
        record = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise InputError(f"is not UTF-8 at byte {error.start + 1}; save the file as UTF-8") from None
    except (ValueError, RecursionError) as error:  # ValueError: also a number of more than 4,300 digits
        raise InputError(f"is not JSON ({error}); write one JSON object a line") from None
    if not isinstance(record, dict):
        raise InputError('is not a JSON object; write {"id": …, "text": …}')
    values = {name: _text(name, record.get(name)) for name in _FIELDS}
    for name in ("id", "text"):
        if not values[name].strip():
            raise InputError(f"has no {name!r}; give every article an id and a text")
    return Article(**values | {"published": _day(values["published"])})


def _text(name: str, value: object) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise InputError(f"{name!r} is {json.dumps(value)[:40]}; write it as text in quotation marks")
    return without_surrogates(value)


def _day(value: str) -> str:
    """The day of an ISO 8601 time, as it is written there: time zones do not move it. What is none stays as it is."""
    try:
        return datetime.fromisoformat(value).date().isoformat() if _DAY.fullmatch(value) else value
    except ValueError:  # 30 February
        return value


def _is_day(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _count_lines(path: Path) -> int:
    count, last = 0, b"\n"
    try:
        with _open_lines(path) as stream:
            while chunk := stream.read(1 << 20):
                count += chunk.count(b"\n")
                last = chunk[-1:]
    except (OSError, EOFError, zlib.error):  # reading will report it
        pass
    return count + (last != b"\n")
