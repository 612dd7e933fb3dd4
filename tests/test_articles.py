"""Files and folders in, articles out: order, ids, lines of JSON, and one error for each thing that cannot be read."""

import gzip
import json
import os
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from vectorstore.articles import FILE_BYTES, LINE_BYTES, count_articles, read_articles
from vectorstore.errors import InputError
from vectorstore.types import Article, SourcedArticle

SEEDS = Path(__file__).parent.parent / "seeds"
NEEDS_PERMISSIONS = pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root reads every file")


def read(*paths: Path) -> tuple[list[Article], list[str]]:
    errors: list[InputError] = []
    found = [sourced.article for sourced in read_articles(paths, errors.append)]
    return found, [str(error) for error in errors]


def write_lines(path: Path, *records: object) -> Path:
    lines = "".join((record if isinstance(record, str) else json.dumps(record)) + "\n" for record in records)
    data = lines.encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def test_the_seeds_are_read_whole_with_the_one_title_that_is_stated():
    articles, errors = read(SEEDS)
    assert errors == []
    assert [article.id for article in articles] == sorted(path.name for path in SEEDS.iterdir())
    assert [article.title for article in articles] == ["", "", "After Brussels Attacks, IS Video Calls For Jihad"]
    for article in articles:
        assert article.text == (SEEDS / article.id).read_text(encoding="utf-8")
        assert (article.publisher, article.author, article.published, article.url) == ("", "", "", "")


def test_a_folder_is_walked_by_name_and_ids_are_paths_below_it(tmp_path):
    for name in ("b.txt", "a/z.txt", "a/deep/er.md", "c.txt", "A.txt"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"Text of {name}.")
    articles, errors = read(tmp_path)
    assert errors == []
    assert [article.id for article in articles] == ["A.txt", "a/deep/er.md", "a/z.txt", "b.txt", "c.txt"]
    assert articles == read(tmp_path)[0]


def test_the_source_is_an_absolute_path(tmp_path, monkeypatch):
    (tmp_path / "a.txt").write_text("Text.")
    monkeypatch.chdir(tmp_path)
    found = list(read_articles([Path()], pytest.fail))
    assert found == [SourcedArticle(tmp_path / "a.txt", Article("a.txt", "Text."))]


def test_a_file_given_by_name_has_its_name_as_id(tmp_path):
    path = tmp_path / "folder" / "a.txt"
    path.parent.mkdir()
    path.write_text("Text.")
    assert read(path)[0][0].id == "a.txt"


def test_a_file_name_that_is_no_unicode_gives_an_id_that_can_be_stored(tmp_path):
    try:
        (tmp_path / os.fsdecode(b"caf\xe9.txt")).write_text("Text.")
    except OSError:
        pytest.skip("this file system takes Unicode names only")
    assert [article.id for article in read(tmp_path)[0]] == ["caf\ufffd.txt"]


def test_hidden_files_other_kinds_and_link_loops_are_passed_over_in_silence(tmp_path):
    (tmp_path / "a.txt").write_text("Text.")
    (tmp_path / ".hidden.txt").write_text("Hidden.")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "b.txt").write_text("Hidden.")
    (tmp_path / "~$letter.docx").write_text("Word's lock file")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "again.txt").symlink_to(tmp_path / "a.txt")
    (tmp_path / "nowhere").symlink_to(tmp_path / "gone")
    os.mkfifo(tmp_path / "pipe.txt")
    assert read(tmp_path) == ([Article("a.txt", "Text.")], [])


def test_a_linked_folder_is_read_once(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a.txt").write_text("Text.")
    (tmp_path / "zlink").symlink_to(tmp_path / "real")
    assert [article.id for article in read(tmp_path)[0]] == ["real/a.txt"]


def test_a_file_reached_twice_is_read_once(tmp_path):
    path = tmp_path / "sub" / "a.txt"
    path.parent.mkdir()
    path.write_text("Text.")
    assert read(tmp_path, path, tmp_path / "sub", tmp_path) == ([Article("sub/a.txt", "Text.")], [])


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda _: None, "no such file or folder"),
        (lambda path: path.mkdir(), "holds no article"),
        (lambda path: path.write_bytes(b"\x89PNG\r\n\x1a\n\0\0"), "is not a text file"),
        (lambda path: path.write_bytes(bytes(range(256)) * 40), "is not a text file"),
        (lambda path: path.write_bytes(b""), "holds no text"),
        (lambda path: path.write_bytes(b" \n\t\n"), "holds no text"),
        (lambda path: path.symlink_to(path), "cannot be read"),
        (os.mkfifo, "is neither a file nor a folder"),
    ],
)
def test_what_cannot_be_read_is_one_line_and_the_rest_goes_on(tmp_path, make, reason):
    bad, good = tmp_path / "bad.txt", tmp_path / "good.txt"
    make(bad)
    good.write_text("Text.")
    articles, errors = read(bad, good)
    assert [article.id for article in articles] == ["good.txt"]
    assert len(errors) == 1
    assert errors[0].startswith(f"{bad}: ")
    assert reason in errors[0]
    assert ";" in errors[0]  # reason; fix


@NEEDS_PERMISSIONS
def test_a_file_and_a_folder_without_permission_are_one_line_each(tmp_path):
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("Text.")
    (tmp_path / "a.txt").chmod(0)
    (tmp_path / "closed").mkdir(mode=0)
    articles, errors = read(tmp_path)
    assert [article.id for article in articles] == ["b.txt"]
    assert [Path(error.split(":")[0]).name for error in errors] == ["a.txt", "closed"]


def test_an_unknown_kind_named_itself_is_an_error_that_lists_the_kinds(tmp_path):
    (tmp_path / "a.doc").write_text("Text.")
    assert read(tmp_path / "a.doc")[1] == [
        f"{tmp_path}/a.doc: is of no kind that is read; give one of .txt .md .html .htm .pdf .docx .jsonl .jsonl.gz"
    ]


def test_a_file_too_large_for_one_article_is_an_error_before_it_is_read(tmp_path):
    with (tmp_path / "a.txt").open("wb") as file:
        file.truncate(FILE_BYTES + 1)
    assert read(tmp_path)[1] == [f"{tmp_path}/a.txt: is larger than 100 MB; split it into articles"]


def test_a_name_with_control_characters_stays_one_line(tmp_path):
    (tmp_path / "a\nb\x1b[31m.txt").write_bytes(b"\0\1\2")
    (error,) = read(tmp_path)[1]
    assert error.isprintable()
    assert "a\\nb\\x1b[31m.txt" in error


# --- lines of JSON ---


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz", "A.JSONL", "A.JSONL.GZ"])
def test_each_line_is_an_article_with_the_fields_of_the_format(tmp_path, name):
    full = {
        "id": "1", "text": "One.\r\nTwo.", "title": "T", "url": "https://x.org", "publisher": "P",
        "author": "A", "section": "S", "published": "2016-03-24",
    }  # fmt: skip
    path = tmp_path / name
    data = "".join(json.dumps(line) + "\n" for line in (full, {"id": "2", "text": "x", "title": None, "extra": [1]}))
    path.write_bytes(gzip.compress(data.encode()) if name.lower().endswith("gz") else data.encode())
    assert read(path) == ([Article(**full), Article("2", "x")], [])


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("nonsense", "is not JSON"),
        ('{"id": "1", "text": "x"', "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ('{"id": "1", "text": "x", "n": ' + "9" * 5_000 + "}", "is not JSON"),
        ("[]", "is not a JSON object"),
        ('"text"', "is not a JSON object"),
        ('{"text": "x"}', "has no 'id'"),
        ('{"id": " ", "text": "x"}', "has no 'id'"),
        ('{"id": "1"}', "has no 'text'"),
        ('{"id": "1", "text": " \\n"}', "has no 'text'"),
        ('{"id": 1, "text": "x"}', "'id' is 1; write it as text"),
        ('{"id": "1", "text": ["x"]}', "'text' is [\"x\"]; write it as text"),
        ('{"id": "1", "text": "x", "title": {}}', "'title' is {}; write it as text"),
    ],
)
def test_a_bad_line_is_one_error_with_its_number_and_the_rest_goes_on(tmp_path, line, reason):
    path = write_lines(tmp_path / "a.jsonl", {"id": "a", "text": "x"}, "", line, {"id": "b", "text": "y"})
    articles, errors = read(path)
    assert [article.id for article in articles] == ["a", "b"]
    assert len(errors) == 1
    assert errors[0].startswith(f"{path}:3: ")
    assert reason in errors[0]
    assert len(errors[0]) < 300 + len(str(path))


@pytest.mark.parametrize("value", ["24/03/2016", "2016-02-30", "2016", "2016-3-4", "2016-03-24 or so"])
def test_an_article_with_a_bad_day_is_kept_without_one_and_named(tmp_path, value):
    path = write_lines(tmp_path / "a.jsonl", {"id": "1", "text": "x", "published": value})
    articles, errors = read(path)
    assert articles == [Article("1", "x")]
    assert len(errors) == 1
    assert f"{path}:1: 'published' is {value!r}; write YYYY-MM-DD" in errors[0]


def test_a_line_that_is_not_utf8_is_one_error(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"id": "1", "text": "caf\xe9"}\n{"id": "2", "text": "x"}\n')
    assert read(path) == ([Article("2", "x")], [f"{path}:1: is not UTF-8 at byte 25; save the file as UTF-8"])


@pytest.mark.parametrize("data", ['{"id": "1", "text": "x"}\n'.encode("utf-16"), b"\0" * 5_000, b"a\0\n" * 5_000])
def test_lines_of_json_in_utf16_or_binary_are_one_error_for_the_file(tmp_path, data):
    path = tmp_path / "a.jsonl"
    path.write_bytes(data)
    assert read(path) == ([], [f"{path}: is not text in UTF-8; save it as UTF-8"])


@pytest.mark.parametrize(
    "value", ["2016-03-24T10:00:00Z", "2016-03-24T23:30:00-05:00", "2016-03-24 10:00:00.123456", "2016-03-24"]
)
def test_a_time_counts_as_the_day_that_it_names(tmp_path, value):
    path = write_lines(tmp_path / "a.jsonl", {"id": "1", "text": "x", "published": value})
    assert read(path)[0][0].published == "2016-03-24"


def test_json_text_is_kept_to_the_character_except_lone_surrogates(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text('\ufeff{"id": "1", "text": "a\\u0000b\\r\\n\\u0007\\ud800\\ud83d\\ude00 \\ufeff"}')
    assert read(path)[0] == [Article("1", "a\0b\r\n\x07\ufffd\U0001f600 \ufeff")]


def test_a_gzip_file_that_breaks_off_gives_what_came_before_and_one_error(tmp_path):
    path = tmp_path / "a.jsonl.gz"
    records = "".join(json.dumps({"id": str(n), "text": os.urandom(300).hex()}) + "\n" for n in range(2_000))
    whole = gzip.compress(records.encode())
    path.write_bytes(whole[: len(whole) // 2])
    articles, errors = read(path)
    assert [article.id for article in articles] == [str(n) for n in range(len(articles))]
    assert len(articles) > 800
    assert len(errors) == 1
    assert errors[0].startswith(f"{path}: is cut off or damaged after line {len(articles)} ")


@pytest.mark.parametrize(
    "data", [b"plain text", b"\x1f\x8b\x08\0garbage", gzip.compress(b"x" * 99)[:-9] + b"abcdefghi"]
)
def test_a_gzip_file_that_is_none_is_one_error(tmp_path, data):
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(data)
    assert [error.split(": ")[0] for error in read(path)[1] if "is cut off or damaged" in error] == [str(path)]


def test_an_empty_file_of_lines_is_one_error(tmp_path):
    (tmp_path / "a.jsonl").write_text("\n\n")
    (tmp_path / "b.jsonl.gz").write_bytes(gzip.compress(b""))
    assert [error.split(": ")[1] for error in read(tmp_path)[1]] == [
        "holds no article; write one JSON object a line"
    ] * 2


def test_the_first_of_two_articles_with_one_id_is_taken_and_an_equal_second_is_no_error(tmp_path):
    one, other = {"id": "1", "text": "x"}, {"id": "1", "text": "x", "title": "T"}
    path = write_lines(tmp_path / "a.jsonl", one, one, other)
    again = write_lines(tmp_path / "b.jsonl", one)
    assert read(path, again) == (
        [Article("1", "x")],
        [f"{path}:3: the id '1' is taken by an earlier article; give it another"],
    )


def test_ten_megabytes_in_one_line_are_one_article(tmp_path):
    text = "word " * 2_000_000
    (tmp_path / "a.txt").write_text(text)
    write_lines(tmp_path / "b.jsonl", {"id": "b", "text": text})
    articles, errors = read(tmp_path)
    assert errors == []
    assert [article.text == text for article in articles] == [True, True]


def test_a_line_beyond_the_limit_is_one_error_and_the_next_line_is_read(tmp_path):
    path = tmp_path / "a.jsonl.gz"
    with gzip.open(path, "wb", compresslevel=1) as file:
        for _ in range(LINE_BYTES // 1_000_000 + 1):
            file.write(b" " * 1_000_000)
        file.write(b'\n{"id": "1", "text": "x"}\n')
    with gzip.open(path, "ab", compresslevel=1) as file:
        for _ in range(LINE_BYTES // 1_000_000 + 1):
            file.write(b"x" * 1_000_000)
    assert read(path) == ([Article("1", "x")], [f"{path}:3: is a line of more than 100 MB; split the article"])


def test_lines_are_streamed_not_loaded(tmp_path):
    """The memory in use while 40 MB of compressed lines go by stays near that of one line."""
    path = tmp_path / "a.jsonl.gz"
    with gzip.open(path, "wb", compresslevel=1) as file:
        for number in range(4_000):
            file.write(json.dumps({"id": str(number), "text": "x" * 10_000}).encode() + b"\n")

    def peak(articles: Iterator[SourcedArticle]) -> int:
        tracemalloc.start()
        try:
            assert sum(1 for _ in articles) == 4_000
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak(read_articles([path], pytest.fail)) < 4_000_000


def test_the_count_is_what_is_read_or_more(tmp_path):
    (tmp_path / "a.txt").write_text("Text.")
    (tmp_path / "b.txt").write_bytes(b"\0")
    write_lines(tmp_path / "c.jsonl", {"id": "1", "text": "x"}, "bad", {"id": "2", "text": "x"})
    (tmp_path / "d.jsonl").write_text('{"id": "3", "text": "x"}')
    (tmp_path / "e.jsonl.gz").write_bytes(b"no gzip")
    assert count_articles([tmp_path, tmp_path / "gone"]) == 6
    assert len(read(tmp_path)[0]) == 4
