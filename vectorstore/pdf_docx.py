"""PDF and DOCX files as text in paragraphs, and what they state about themselves.

Runs in the parsing child (see ``documents``). The day a file was made is not the day of publication: it is not read.
"""

import re
import unicodedata
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

from vectorstore.errors import InputError
from vectorstore.stated import Fields, stated_author

_NO_TITLE = re.compile(
    r"(?:untitled|document|(?:microsoft )?(?:word|powerpoint)(?: document)?|title|scan\w*|layout|slide)\b[\s\d]*"
    r"|microsoft (?:word|powerpoint) - .*|.*\.(?:docx?|pdf|indd|qx[dp]|te?mp|html?|txt|rtf|odt|xlsx?|pptx?|ps|tex|dvi)"
    r"|https?:.*|about:blank|[\w.-]*",
    re.IGNORECASE,
)
_NO_AUTHOR = re.compile(
    r"\b(?:users?|admin\w*|owner|author|python-docx|word|office|unknown|adobe|windows)\b", re.IGNORECASE
)


def _title(value: str | None) -> str:
    title = " ".join((value or "").split())
    return "" if _NO_TITLE.fullmatch(title) else title


def _author(value: str | None) -> str:
    return "" if _NO_AUTHOR.search(value or "") else stated_author(value or "", at_least=2)


# --- PDF ---

_PAGE_NUMBER = re.compile(r"\W*(?:page\s+)?\d+\W*(?:(?:of|/)\s*\d+\W*)?", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?\u2026:\u3002\uff01\uff1f][\"'\u201d\u2019)\]]*$")
_BULLET = re.compile(r"[\u2022\u25aa\u25cf\u2013*-]\s")
_LIGATURES = re.compile("[\ufb00-\ufb06]")
_EDGE_LINES = 2  # at the head and the foot of a page: where running titles and page numbers stand
_WIDE_GAP = 1.35  # times the usual distance of lines: a paragraph's end
_FULL_LINE = 0.7  # of the usual width: a shorter line was not ended by the margin
_SAME_SIZE = 0.12  # relative difference of type sizes within one paragraph
_HEADING_SIZE = 1.15  # times the usual type size, or more


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a page. ``y`` is its height on the page and ``size`` that of its type, in points of the page."""

    text: str
    y: float
    size: float


@dataclass(frozen=True, slots=True)
class _Usual:
    """What most of a document's lines are like: ``width`` in characters, ``gap`` in type sizes, ``size`` in points."""

    width: int
    gap: float
    size: float


def read_pdf(path: Path) -> Fields:
    """``text``, title and author of a PDF.

    Lines are joined to paragraphs and words that were hyphenated at a line's end mended; running titles and page
    numbers are left out. Raises ``InputError`` (without the file's name) for what is encrypted, damaged or scanned.
    """
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, PyPdfError

    try:
        with PdfReader(path) as reader:
            if reader.is_encrypted and not reader.decrypt(""):
                raise InputError("is encrypted; save it without a password")
            pages = [_page_lines(page) for page in reader.pages]
            info = reader.metadata
    except DependencyError:
        raise InputError("is encrypted; save it without a password") from None
    except PyPdfError as error:
        raise InputError(f"is not a sound PDF ({' '.join(str(error).split())}); save it anew or as .txt") from None
    text = "\n\n".join(_paragraphs(_without_edges(pages)))
    if not text:
        raise InputError("is a PDF without text (a scan?); run text recognition (OCR) on it first")
    return {
        "text": _LIGATURES.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text),
        "title": _title(info.title if info else None),
        "author": _author(info.author if info else None),
    }


def _page_lines(page: Any) -> list[_Line]:
    lines: list[_Line] = []
    pieces: list[str] = []
    place = (0.0, 0.0)

    def end_line() -> None:
        if text := " ".join("".join(pieces).split()):
            lines.append(_Line(text, *place))
        pieces.clear()

    def visit(text: str, cm: Sequence[float], tm: Sequence[float], _font: object, size: float) -> None:
        nonlocal place
        for number, piece in enumerate(text.split("\n")):
            if number:
                end_line()
            if piece.strip() and not "".join(pieces).strip():
                height = abs(cm[3] * tm[3]) or abs(cm[1] * tm[2]) or 1.0
                place = (cm[1] * tm[4] + cm[3] * tm[5] + cm[5], size * height)
            pieces.append(piece)

    page.extract_text(visitor_text=visit)
    end_line()
    return lines


def _without_edges(pages: list[list[_Line]]) -> list[list[_Line]]:
    """The pages without page numbers, and without the lines that stand at the edge of half of the pages or more."""

    def key(line: _Line) -> tuple[str, int]:
        return re.sub(r"\d+", "0", line.text), round(line.size)

    edges = [set(map(key, page[:_EDGE_LINES] + page[-_EDGE_LINES:])) for page in pages]
    often = Counter(key for edge in edges for key in edge)
    running = {key for key, count in often.items() if count >= max(2, len(pages) / 2)}
    return [
        [
            line
            for number, line in enumerate(page)
            if _EDGE_LINES <= number < len(page) - _EDGE_LINES
            or not (key(line) in running or _PAGE_NUMBER.fullmatch(line.text))
        ]
        for page in pages
    ]


def _paragraphs(pages: list[list[_Line]]) -> Iterator[str]:
    lines = [line for page in pages for line in page]
    if not lines:
        return
    widths = sorted(len(line.text) for line in lines)
    width = widths[len(widths) * 9 // 10]
    gaps = sorted(gap for page in pages for above, line in pairwise(page) if (gap := _gap(above, line)) > 0)
    usual = _Usual(width, gaps[len(gaps) // 4] if gaps else 0.0, median(line.size for line in lines))
    paragraph = lines[0].text
    for above, line in pairwise(lines):
        if not _goes_on(above, line, usual):
            yield paragraph
            paragraph = line.text
        elif re.search(r"\w[-\u00ad\u2010]$", paragraph) and line.text[0].islower():
            paragraph = paragraph[:-1] + line.text
        else:
            paragraph += " " + line.text
    yield paragraph


def _gap(above: _Line, line: _Line) -> float:
    """The distance between two lines in sizes of their type; 0 or less where a column or page begins."""
    return (above.y - line.y) / (line.size or 1.0)


def _goes_on(above: _Line, line: _Line, usual: _Usual) -> bool:
    """Whether a line goes on with the paragraph of the line above it."""
    gap = _gap(above, line)
    if _BULLET.match(line.text) or abs(above.size - line.size) > _SAME_SIZE * max(above.size, line.size):
        return False
    if gap > _WIDE_GAP * usual.gap:
        return False
    if line.text[0].islower() or line.size > _HEADING_SIZE * usual.size:
        return True
    short = len(above.text) < _FULL_LINE * usual.width
    return not short and (gap > 0 or not _SENTENCE_END.search(above.text))


# --- DOCX ---

_EXPANDED = 300_000_000  # bytes; more than this inside a .docx is a bomb
_OLD_WORD = "is not a .docx file (encrypted, or an old .doc?); save it as .docx without a password"


def read_docx(path: Path) -> Fields:
    """``text``, title and author of a DOCX: paragraphs and tables in order, without deleted and hidden text.

    Raises ``InputError`` (without the file's name) for what is encrypted, damaged, empty or expands beyond measure.
    """
    from docx import Document
    from docx.opc.exceptions import PackageNotFoundError
    from lxml.etree import XMLSyntaxError

    try:
        with zipfile.ZipFile(path) as archive:
            if sum(member.file_size for member in archive.infolist()) > _EXPANDED:
                raise InputError(f"expands to more than {_EXPANDED // 1_000_000} MB; save it as .txt")
        document = Document(str(path))
    except (PackageNotFoundError, zipfile.BadZipFile, KeyError, ValueError):
        raise InputError(_OLD_WORD) from None
    except (XMLSyntaxError, zlib.error, EOFError, NotImplementedError) as error:
        raise InputError(f"is a damaged .docx ({' '.join(str(error).split())}); save it anew or as .txt") from None
    text = "\n\n".join(block for block in _blocks(document.element.body) if block)
    if not text:
        raise InputError("is a .docx without text; save what it shows as .txt")
    headings = (p.text.strip() for p in document.paragraphs if p.style is not None and p.style.name == "Title")
    properties = document.core_properties
    return {
        "text": text,
        "title": _title(properties.title) or next(filter(None, headings), ""),
        "author": _author(properties.author),
    }


def _blocks(parent: Any) -> Iterator[str]:
    """The paragraphs and the rows of tables in an element, those in content controls and text boxes too."""
    from docx.oxml.ns import qn

    for child in parent.iterchildren():
        if child.tag == qn("w:p"):
            yield _paragraph(child)
            for box in child.xpath(".//w:txbxContent[not(ancestor::*[local-name()='Fallback'])]"):
                yield from _blocks(box)
        elif child.tag == qn("w:tbl"):
            for row in child.iter(qn("w:tr")):
                cells = (" ".join(block for block in _blocks(cell) if block) for cell in row.iterchildren(qn("w:tc")))
                yield " | ".join(cell for cell in cells if cell)
        elif child.tag in (qn("w:sdt"), qn("w:sdtContent"), qn("w:ins"), qn("w:customXml"), qn("w:smartTag")):
            yield from _blocks(child)


def _paragraph(element: Any) -> str:
    from docx.text.run import Run

    depth = len(element.xpath("ancestor::w:txbxContent"))
    shown = "not(ancestor::w:del or ancestor::w:moveFrom or w:rPr/w:vanish)"
    runs = element.xpath(f".//w:r[{shown} and count(ancestor::w:txbxContent)={depth}]")
    nobody: Any = None  # the run's owner, which its text does not need
    lines = "".join(Run(run, nobody).text for run in runs).split("\n")
    return "\n".join(line for line in map(" ".join, map(str.split, lines)) if line)
