"""A report as text, Markdown and files. Ignorant of how it was measured, and of the terminal."""

import hashlib
import html
import re
from collections.abc import Sequence
from pathlib import Path

from evals.provenance import Provenance
from evals.records import as_json
from evals.reports.html import as_html
from evals.tables import LEGEND, Table, circumstances, heading, tables, text_table
from evals.taxonomy import RULES, error_class
from evals.types import Report
from vectorstore.errors import BylineError

__all__ = [
    "LEGEND",
    "Table",
    "as_markdown",
    "as_text",
    "markdown_table",
    "tables",
    "text_table",
    "write",
    "write_pages",
]

_MARKDOWN = re.compile(r"([\\`*_\[\]|~$])")


def as_text(report: Report) -> str:
    """The tables in aligned columns, and what they mean."""
    return "\n\n".join([*map(text_table, tables(report)), LEGEND])


def as_markdown(report: Report, provenance: Provenance) -> str:
    """The tables, what they were made with, and the questions that went wrong, by id."""
    facts = "\n".join(f"* {escape(fact)}" for fact in circumstances(report, provenance))
    parts = [f"# {escape(heading(provenance))}", facts, *(markdown_table(table) for table in tables(report))]
    parts.append("\n".join(f"* {line}" for line in LEGEND.splitlines()))
    parts.append("## Questions that went wrong")
    outcomes = ("failed", "wrong", "withheld", "should be withheld")
    parts += [_listed(name, [one.example.id for one in report.results if one.outcome == name]) for name in outcomes]
    parts.append("## Why, by rule")
    for name, rule in RULES.items():
        ids = [one.example.id for one in report.results if error_class(one) == name]
        if ids:
            parts.append(f"{_listed(name, ids)}\\\n{rule.says}")
    return "\n\n".join(parts) + "\n"


def markdown_table(table: Table) -> str:
    """The table under its title."""
    lines = [table.head, tuple("---" for _ in table.head), *((escape(first), *cells) for first, *cells in table.rows)]
    return f"## {table.title}\n\n" + "\n".join(f"| {' | '.join(line)} |" for line in lines)


def write(report: Report, provenance: Provenance, folder: Path, *, texts: bool = True) -> Path:
    """Write ``GOLD-HALF-DATE-SHA12.md``, ``.html`` and ``.json`` into a folder that exists; returns the last's path.

    SHA12 is the start of the JSON's sha256, so that no run overwrites another. The JSON comes last: where it is, the
    report is whole. Raises ``BylineError`` if they cannot be written.
    """
    content = as_json(report, provenance, texts=texts)
    sha12 = hashlib.sha256(content.encode()).hexdigest()[:12]
    path = folder / f"{provenance.gold}-{provenance.half}-{provenance.started[:10]}-{sha12}.json"
    write_pages(report, provenance, path, texts=texts)
    save(path, content)
    return path


def write_pages(report: Report, provenance: Provenance, path: Path, *, texts: bool) -> tuple[Path, Path]:
    """Write the Markdown and the HTML of a result file beside it; returns their paths. Raises ``BylineError``."""
    markdown, page = path.with_suffix(".md"), path.with_suffix(".html")
    save(markdown, as_markdown(report, provenance))
    save(page, as_html(report, provenance, texts=texts))
    return markdown, page


def escape(text: str) -> str:
    """Text of unknown origin as Markdown that shows it and does nothing else, anywhere but at the start of a line."""
    return _MARKDOWN.sub(r"\\\1", html.escape(" ".join(text.split()), quote=False))


def save(path: Path, content: str) -> None:
    """Write a text file. Raises ``BylineError`` if it cannot be."""
    try:
        path.write_text(content, encoding="utf-8")
    except OSError as error:
        raise BylineError(f"{path}: cannot be written ({error.strerror}); choose another --out") from error


def make_folder(path: Path) -> None:
    """Make a folder to write reports into, if it is not there. Raises ``BylineError`` if it cannot be."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BylineError(f"{path}: cannot be made a folder ({error.strerror}); choose another --out") from error


def _listed(name: str, ids: Sequence[str]) -> str:
    return f"**{name}** ({len(ids)}): {', '.join(map(escape, ids)) or 'none'}"
