"""HTML, PDF and DOCX: what a reader sees becomes text, what a file states becomes fields, hostile files end alone."""

import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from pypdf import PdfWriter

from vectorstore.articles import read_articles
from vectorstore.documents import Documents, Limits, parse
from vectorstore.errors import InputError
from vectorstore.types import Article

SENTENCES = [
    "Belgian police were on Thursday hunting for a third man filmed with two Islamic State suicide bombers.",
    "Khalid El Bakraoui, 27, blew himself up on a crowded rush hour train in Brussels on Tuesday.",
    "Justice minister Koen Geens also offered to go but would stay on, a ministry spokesperson said.",
]
BODY = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)


def page(body: str = BODY, head: str = "") -> bytes:
    return f"<!DOCTYPE html><html><head>{head}</head><body><article>{body}</article></body></html>".encode()


def parsed(path: Path, data: bytes) -> dict[str, str]:
    path.write_bytes(data)
    return {name: value for name, value in parse(path).items() if value}


def html(tmp_path: Path, data: bytes) -> dict[str, str]:
    return parsed(tmp_path / "a.html", data)


# --- HTML ---


def test_the_body_of_a_page_is_its_paragraphs_without_what_stands_around(tmp_path):
    around = "<nav><a href='/'>Home</a> <a href='/world'>World</a></nav>"
    fields = html(tmp_path, page(BODY).replace(b"<article>", around.encode() + b"<article>"))
    assert fields["text"].split("\n") == SENTENCES


def test_a_short_page_keeps_its_lines_whole(tmp_path):
    body = "<h1>No</h1><p>The <b>man</b>\n<a href=x>offered</a> to&nbsp;go.</p><p>He <i>stayed</i>.<br>Re&shy;solved."
    assert html(tmp_path, page(body))["text"] == "No\nThe man offered to go.\nHe stayed.\nResolved."


HIDDEN = "The secret word is sesame."


@pytest.mark.parametrize("length", ["short", "long"])
@pytest.mark.parametrize(
    "hidden",
    [
        f"<p hidden>{HIDDEN}</p>",
        f"<p aria-hidden='true'>{HIDDEN}</p>",
        f"<p style='display:none'>{HIDDEN}</p>",
        f"<p style='color:red; DISPLAY : NONE !important'>{HIDDEN}</p>",
        f"<div style='visibility: hidden'><div><p>{HIDDEN}</p></div></div>",
        f"<p style='font-size:0'>{HIDDEN}</p>",
        f"<p style='font-size: 0.0px;'>{HIDDEN}</p>",
        f"<p style='opacity:0'>{HIDDEN}</p>",
        f"<p style='position:absolute;left:-9999px'>{HIDDEN}</p>",
        f"<p style='display:/**/none'>{HIDDEN}</p>",
        f"<p class='x sr-only'>{HIDDEN}</p>",
        f"<style>.q, p.z {{ display: none }}</style><p class='a q'>{HIDDEN}</p><p class='z'>{HIDDEN}</p>",
        f"<style>@media print {{ .k {{ color: red }} }} #q {{ visibility: hidden; }}</style><p id='q'>{HIDDEN}</p>",
        f"<!-- <p>{HIDDEN}</p> -->",
        f"<script>document.write('<p>{HIDDEN}</p>')</script>",
        f"<script type='application/ld+json'>{{'@type': 'NewsArticle', 'articleBody': '{HIDDEN}'}}</script>",
        f'<script type="application/ld+json">{{"@type": "NewsArticle", "articleBody": "{HIDDEN}"}}</script>',
        f"<style>p::after {{ content: '{HIDDEN}' }}</style>",
        f"<template><p>{HIDDEN}</p></template>",
        f"<noscript><p>{HIDDEN}</p></noscript>",
        f"<dialog><p>{HIDDEN}</p></dialog>",
        f"<img src='x' alt='{HIDDEN}'><p title='{HIDDEN}' data-text='{HIDDEN}'></p>",
        f"<iframe srcdoc='<p>{HIDDEN}</p>'>{HIDDEN}</iframe>",
    ],
)
def test_text_that_a_browser_does_not_show_is_left_out(tmp_path, hidden, length):
    body = SENTENCES[0] if length == "short" else BODY
    text = html(tmp_path, page(f"<p>{body}</p>{hidden}<p>He said so.</p>"))["text"]
    assert "sesame" not in text
    assert SENTENCES[0] in text
    assert "He said so." in text


def test_shown_text_is_not_taken_for_hidden(tmp_path):
    styles = "<style>.x { color: red } .y:hover { display: none } @media print { .x { display: none } }</style>"
    style = "font-size:0.9em;opacity:0.8;left:-9px;display:block"
    shown = f"<p class='x y' style='{style}' aria-hidden='false'>This one is shown.</p>"
    assert "This one is shown." in html(tmp_path, page(BODY + shown, styles))["text"]


def test_metadata_is_read_from_meta_tags(tmp_path):
    head = """<title>Ministers offer to quit | The Daily</title>
        <meta property="og:title" content="Ministers &amp; deputies offer to quit - The Daily">
        <meta property="og:site_name" content="The Daily"><meta name="author" content="By Jane Doe">
        <meta property="article:published_time" content="2016-03-24T23:10:00+01:00">
        <meta property="article:modified_time" content="2016-03-25T10:00:00+01:00">
        <meta property="article:section" content="World"><meta property="og:url" content="https://x.org/other">
        <link rel="canonical" href="https://x.org/a?b=1">"""
    fields = html(tmp_path, page(head=head))
    assert {name: value for name, value in fields.items() if name != "text"} == {
        "title": "Ministers & deputies offer to quit",
        "publisher": "The Daily",
        "author": "Jane Doe",
        "published": "2016-03-24",
        "section": "World",
        "url": "https://x.org/a?b=1",
    }


def test_metadata_is_read_from_json_ld(tmp_path):
    head = """<script type="application/ld+json">broken {</script>
        <script type="application/ld+json">{"@context": "https://schema.org", "@graph": [
          {"@type": "Organization", "@id": "#org", "name": "The Daily"},
          {"@type": "NewsArticle", "headline": "Ministers offer to quit", "datePublished": "2016-03-24T10:00:00Z",
           "dateModified": "2016-03-26", "author": [{"@type": "Person", "name": "Jane Doe"}, {"name": "John Roe"}],
           "publisher": {"@id": "#org"}, "articleSection": ["World"], "mainEntityOfPage": {"@id": "https://x.org/a"}}]}
        </script>"""
    fields = html(tmp_path, page(head=head))
    assert {name: value for name, value in fields.items() if name != "text"} == {
        "title": "Ministers offer to quit",
        "publisher": "The Daily",
        "author": "Jane Doe, John Roe",
        "published": "2016-03-24",
        "section": "World",
        "url": "https://x.org/a",
    }


@pytest.mark.parametrize(
    ("mark", "day"),
    [
        ("<time datetime='2016-03-24T10:00'>Thursday</time>", "2016-03-24"),
        ("<span itemprop='datePublished' content='2016-03-24'>Thursday</span>", "2016-03-24"),
        ("<meta name='pubdate' content='20160324'>", "2016-03-24"),
        ("<meta name='date' content='Thu, 24 Mar 2016 10:00:00 GMT'>", "2016-03-24"),
        ("<time datetime='2016-03-24'>a</time><time datetime='2016-03-25'>b</time>", ""),
        ("<time datetime='2016-03-24'>a</time><time class='updated' datetime='2016-03-25'>b</time>", "2016-03-24"),
        ("<time datetime='10:00'>ten</time>", ""),
        ("<p>Published on paper. It was March 24, 2016, when he resigned.</p>", ""),
        ("<p>Copyright 2016</p><a href='/2016/03/24/a.html'>next</a>", ""),
        ("<meta property='article:modified_time' content='2016-03-25'>", ""),
    ],
)
def test_the_day_is_a_stated_one_never_a_guess(tmp_path, mark, day):
    assert html(tmp_path, page(mark + BODY)).get("published", "") == day


def test_a_page_that_states_nothing_gets_no_field(tmp_path):
    head = (
        "<title>Untitled Document</title><meta property='article:publisher' content='https://facebook.com/daily'>"
        "<link rel='canonical' href='/a.html'><meta name='author' content='https://x.org/jane'>"
        "<meta name='twitter:site' content='@daily'><base href='https://x.org/'>"
    )
    assert set(html(tmp_path, page(head=head))) == {"text"}


def test_a_javascript_address_is_no_url(tmp_path):
    assert "url" not in html(tmp_path, page(head="<link rel='canonical' href='javascript:alert(1)'>"))


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("windows-1251", "cp1251"),
        ("koi8-r", "koi8-r"),
        ("ISO-8859-5", "iso8859-5"),
        ("utf-8", "utf-8"),
        ("", "utf-8"),
        ("", "utf-16"),
        ("utf-16", "utf-8"),  # a page that can say so in ASCII is not UTF-16
        ("no-such-charset", "utf-8"),
    ],
)
def test_the_declared_charset_is_used(tmp_path, label, codec):
    text = "Министр внутренних дел объявил в четверг, что выборы состоятся."
    declared = f'<meta http-equiv="Content-Type" content="text/html; charset={label}">' if label else ""
    data = f"<html><head>{declared}</head><body><p>{text}</p></body></html>".encode(codec)
    assert html(tmp_path, data)["text"] == text


def test_a_declared_charset_that_a_browser_reads_as_windows_is_read_so(tmp_path):
    data = "<meta charset=iso-8859-1><p>He said “no” — for €5.</p>".encode("cp1252")
    assert html(tmp_path, data)["text"] == "He said “no” — for €5."


def test_bytes_that_the_declared_charset_has_not_are_marked_and_the_rest_is_read(tmp_path):
    data = '<?xml version="1.0" encoding="utf-8"?><html><body><p>Jambon’s caf'.encode() + b"\xe9.</p></body></html>"
    assert html(tmp_path, data)["text"] == "Jambon’s caf\ufffd."


@pytest.mark.parametrize("data", [b"", b"  ", b"<html></html>", page("<p hidden>x</p>"), page("<script>x</script>")])
def test_a_page_without_visible_text_is_an_error(tmp_path, data):
    with pytest.raises(InputError, match="holds no"):
        html(tmp_path, data)


# --- PDF ---


def pdf(pages: list[list[tuple[float, float, float, str]]], info: str = "") -> bytes:
    """A PDF of lines (x, y, size, text) in Helvetica, written by hand."""
    count = len(pages)
    kids = " ".join(f"{number + 4} 0 R" for number in range(count))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {count} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    objects += [
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F 3 0 R >> >> "
        f"/Contents {4 + count + number} 0 R >>"
        for number in range(count)
    ]
    for lines in pages:
        shown = "".join(
            f"BT /F {size} Tf 1 0 0 1 {x} {y} Tm ({text.replace('(', '[').replace(')', ']')}) Tj ET\n"
            for x, y, size, text in lines
        )
        objects.append(f"<< /Length {len(shown.encode('cp1252'))} >>\nstream\n{shown}endstream")
    objects.append(f"<< {info} >>")
    out, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n".encode() + body.encode("cp1252") + b"\nendobj\n"
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    trailer = f"<< /Size {len(objects) + 1} /Root 1 0 R /Info {len(objects)} 0 R >>"
    end = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer\n{trailer}\nstartxref\n{len(out)}\n%%EOF\n"
    return out + end.encode()


def column(
    lines: list[str], top: float = 700, x: float = 72, size: float = 10
) -> list[tuple[float, float, float, str]]:
    """Lines 12 points apart; an empty one is a gap."""
    return [(x, top - 12 * number, size, line) for number, line in enumerate(lines) if line]


WRAPPED = [
    "Belgian police were on Thursday hunting for a third man filmed with two Islamic State sui-",
    "cide bombers at Brussels airport as evidence piled up that the same jihadist network was",
    "involved.",
    "With pressure mounting on Europe to improve cooperation, ministers were to hold emergency",
    "talks on Thursday.",
]
JOINED = [
    (
        "Belgian police were on Thursday hunting for a third man filmed with two Islamic State suicide bombers at "
        "Brussels airport as evidence piled up that the same jihadist network was involved."
    ),
    "With pressure mounting on Europe to improve cooperation, ministers were to hold emergency talks on Thursday.",
]


def test_the_lines_of_a_pdf_become_paragraphs_and_hyphenated_words_whole(tmp_path):
    fields = parsed(tmp_path / "a.pdf", pdf([column(WRAPPED)]))
    assert fields == {"text": "\n\n".join(JOINED)}


def test_a_gap_between_lines_of_a_pdf_ends_a_paragraph_even_after_a_full_line(tmp_path):
    full = WRAPPED[1].replace("was", "was.")
    fields = parsed(tmp_path / "a.pdf", pdf([column([WRAPPED[0], full, "", *WRAPPED[3:]])]))
    assert fields["text"].split("\n\n")[1:] == JOINED[1:]


def test_columns_and_pages_go_on_and_running_titles_and_page_numbers_are_left_out(tmp_path):
    def sheet(number: int, left: list[str], right: list[str]) -> list[tuple[float, float, float, str]]:
        edge = [(72.0, 760.0, 8.0, "THE DAILY - 24 March 2016"), (300.0, 30.0, 8.0, str(number))]
        return [edge[0], *column(left), *column(right, x=320), edge[1]]

    pages = [sheet(7, WRAPPED[:2], WRAPPED[2:4]), sheet(8, WRAPPED[4:], [])]
    assert parsed(tmp_path / "a.pdf", pdf(pages))["text"] == "\n\n".join(JOINED)


def test_a_heading_of_two_lines_in_larger_type_is_one_paragraph_and_the_title(tmp_path):
    lines = [
        (72.0, 740.0, 20.0, "Ministers Offer"),
        (72.0, 716.0, 20.0, "To Quit"),
        *column(["By Jane Doe", "", *WRAPPED], top=680),
    ]
    (tmp_path / "a.pdf").write_bytes(pdf([lines]))
    (found,) = read_articles([tmp_path], pytest.fail)
    assert found.article.text.split("\n\n") == ["Ministers Offer To Quit", "By Jane Doe", *JOINED]
    assert (found.article.title, found.article.author) == ("Ministers Offer To Quit", "Jane Doe")


@pytest.mark.parametrize(
    ("info", "fields"),
    [
        (
            "/Title (Ministers offer to quit) /Author (Jane Doe)",
            {"title": "Ministers offer to quit", "author": "Jane Doe"},
        ),
        ("/Title (Microsoft Word - quit.doc) /Author (Microsoft Office User)", {}),
        ("/Title (untitled) /Author (jdoe)", {}),
        ("/Title (quit_final2.indd) /Author (Administrator)", {}),
        ("/CreationDate (D:20160324100000Z) /Producer (x)", {}),  # when the file was made is not when it was published
    ],
)
def test_a_pdf_states_its_title_and_author_unless_a_program_wrote_them(tmp_path, info, fields):
    found = parsed(tmp_path / "a.pdf", pdf([column(WRAPPED)], info))
    found.pop("text")
    assert found == fields


def encrypted(path: Path) -> bytes:
    (path / "plain.pdf").write_bytes(pdf([column(WRAPPED)]))
    writer = PdfWriter(clone_from=path / "plain.pdf")
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write(path / "encrypted.pdf")
    return (path / "encrypted.pdf").read_bytes()


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (encrypted, "is encrypted; save it without a password"),
        (lambda _: pdf([[], []]), "is a PDF without text"),
        (lambda _: b"no PDF at all", "is not a sound PDF"),
        (lambda _: pdf([column(WRAPPED)])[:300], "is not a sound PDF"),
        (lambda _: b"", "is not a sound PDF"),
    ],
)
def test_a_pdf_that_gives_no_text_is_an_error_that_says_why(tmp_path, make, reason):
    with pytest.raises(InputError, match=reason):
        parsed(tmp_path / "a.pdf", make(tmp_path))


# --- DOCX ---


def word(path: Path) -> Path:
    document = docx.Document()
    document.core_properties.title = ""
    document.add_paragraph("Ministers Offer To Quit", style="Title")
    document.add_paragraph("First paragraph.")
    table = document.add_table(rows=2, cols=2)
    for number, cell in enumerate(cell for row in table.rows for cell in row.cells):
        cell.text = f"cell {number}"
    run = document.add_paragraph("Second ").add_run("paragraph")
    run.bold = True
    document.paragraphs[-1].add_run(" SECRET").font.hidden = True
    document.paragraphs[-1].add_run(", line one\nline\ttwo.")
    document.element.body.insert(
        -1,
        parse_xml(
            f"<w:sdt {nsdecls('w')}><w:sdtContent><w:p><w:r><w:t>In a </w:t></w:r>"
            "<w:ins><w:r><w:t>control.</w:t></w:r></w:ins><w:del><w:r><w:delText>GONE</w:delText></w:r></w:del></w:p></w:sdtContent></w:sdt>"
        ),
    )
    document.save(str(path))
    return path


def test_a_docx_gives_paragraphs_and_tables_in_order_without_hidden_and_deleted_text(tmp_path):
    fields = {name: value for name, value in parse(word(tmp_path / "a.docx")).items() if value}
    assert fields["text"].split("\n\n") == [
        "Ministers Offer To Quit",
        "First paragraph.",
        "cell 0 | cell 1",
        "cell 2 | cell 3",
        "Second paragraph, line one\nline two.",
        "In a control.",
    ]
    assert fields["title"] == "Ministers Offer To Quit"
    assert set(fields) == {"text", "title"}  # neither the day it was made nor "python-docx" as its author


def test_the_properties_of_a_docx_are_what_it_states(tmp_path):
    document = docx.Document(str(word(tmp_path / "a.docx")))
    document.core_properties.title = "Ministers offer to quit"
    document.core_properties.author = "Jane Doe"
    document.save(str(tmp_path / "b.docx"))
    fields = parse(tmp_path / "b.docx")
    assert (fields["title"], fields["author"]) == ("Ministers offer to quit", "Jane Doe")


def zipped(path: Path, members: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda path: path.write_bytes(b"no archive"), "is not a .docx file"),
        (lambda path: path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)), "is not a .docx file"),
        (lambda path: zipped(path, {"a.txt": b"x"}), "is not a .docx file"),
        (lambda path: docx.Document().save(str(path)), "is a .docx without text"),
        (lambda path: zipped(path, {"word/document.xml": bytes(301_000_000)}), "expands to more than 300 MB"),
        (lambda path: path.write_bytes(word(path).read_bytes()[:-200]), "is not a .docx file"),
    ],
)
def test_a_docx_that_gives_no_text_is_an_error_that_says_why(tmp_path, make, reason):
    path = tmp_path / "a.docx"
    make(path)
    with pytest.raises(InputError, match=reason):
        parse(path)


# --- the child ---


def slow_pdf() -> bytes:
    """A page that takes pypdf a minute or more."""
    return pdf([[(72, 700, 10, "x")] * 400_000])


def test_a_file_that_takes_too_long_is_an_error_and_the_next_is_read(tmp_path):
    (tmp_path / "a.pdf").write_bytes(slow_pdf())
    (tmp_path / "b.html").write_bytes(page())
    errors: list[InputError] = []
    found = list(read_articles([tmp_path], errors.append, limits=Limits(seconds=3)))
    assert [str(error) for error in errors] == [f"{tmp_path}/a.pdf: took longer than 3 s to parse; save it as .txt"]
    assert [sourced.article for sourced in found] == [Article("b.html", "\n".join(SENTENCES))]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits a process's address space")
def test_a_file_that_wants_too_much_memory_is_an_error_and_the_next_is_read(tmp_path):
    (tmp_path / "a.docx").write_bytes(b"")
    zipped(tmp_path / "a.docx", {"[Content_Types].xml": b" " * 250_000_000})
    (tmp_path / "b.html").write_bytes(page())
    errors: list[InputError] = []
    found = list(read_articles([tmp_path], errors.append, limits=Limits(memory=200 << 20)))
    assert [str(error) for error in errors] == [
        f"{tmp_path}/a.docx: needs more than 200 MB of memory to parse; save it as .txt"
    ]
    assert len(found) == 1


def test_a_parser_that_crashes_is_an_error_and_the_next_file_is_read(tmp_path):
    """The PDF parser runs out of stack on this page; nothing in the child catches that."""
    nested = pdf([column(["x"])]).replace(b"(x) Tj", b"[" * 100_000)
    (tmp_path / "a.pdf").write_bytes(nested)
    (tmp_path / "b.html").write_bytes(page())
    errors: list[InputError] = []
    assert len(list(read_articles([tmp_path], errors.append))) == 1
    assert len(errors) == 1
    assert "a.pdf: cannot be parsed (RecursionError" in str(errors[0])


def test_one_child_serves_many_files_and_one_that_was_killed_is_replaced(tmp_path):
    (tmp_path / "a.html").write_bytes(page())
    with Documents(Limits()) as parser:
        first = parser.parse(tmp_path / "a.html")
        child = parser._child
        assert child is not None
        assert parser.parse(tmp_path / "a.html") == first
        assert parser._child is child
        child.send_signal(signal.SIGKILL)
        child.wait()
        assert parser.parse(tmp_path / "a.html") == first
        assert parser._child is not child
        last = parser._child
    assert last is not None
    assert last.poll() is not None


def test_a_folder_without_such_files_starts_no_child(tmp_path):
    (tmp_path / "a.txt").write_text("Text.")
    script = (
        "import subprocess, sys; from pathlib import Path; from vectorstore.articles import read_articles\n"
        "def refuse(*_, **__): raise AssertionError\n"
        "subprocess.Popen = refuse\n"
        "assert len(list(read_articles([Path(sys.argv[1])], print))) == 1\n"
        "assert not {'pypdf', 'docx', 'lxml', 'trafilatura'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=True)


def test_the_child_runs_no_module_that_lies_about_in_the_working_folder(tmp_path, monkeypatch):
    (tmp_path / "trafilatura.py").write_text("raise SystemExit('run')")
    (tmp_path / "lxml.py").write_text("raise SystemExit('run')")
    (tmp_path / "a.html").write_bytes(page())
    monkeypatch.chdir(tmp_path)
    assert len(list(read_articles([Path("a.html")], pytest.fail))) == 1


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for the child in /proc")
def test_the_child_ends_when_its_parent_is_killed(tmp_path):
    (tmp_path / "a.html").write_bytes(page())
    script = (
        "import sys, time; from pathlib import Path; from vectorstore.documents import Documents, Limits\n"
        "parser = Documents(Limits()); parser.parse(Path(sys.argv[1])); print(parser._child.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "a.html")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        os.kill(child, 0)
        parent.kill()
        parent.wait()
    ends = time.monotonic() + 30
    while _runs(child) and time.monotonic() < ends:
        time.sleep(0.05)
    assert not _runs(child)


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.skipif(shutil.which("ps") is None, reason="looks for the child with ps")
def test_a_reader_that_stops_half_way_leaves_no_child(tmp_path):
    for name in ("a.html", "b.html"):
        (tmp_path / name).write_bytes(page())
    articles = read_articles([tmp_path], pytest.fail)
    next(articles)
    articles.close()
    children = subprocess.run(
        ["ps", "--ppid", str(os.getpid()), "-o", "args="], capture_output=True, text=True, check=False
    )
    assert "vectorstore.documents" not in children.stdout
