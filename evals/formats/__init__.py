"""Gold questions as others publish them, one module a format, each turned into rows of ours.

A format has ``questions(path, bad)`` and ``articles(path, bad)``, which yield rows of our two formats, and ``matches``,
by which its files are told from others'. Nothing here scores, asks or stores.
"""

from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

from evals.formats import beir, multihop, own, ramdocs, realtimeqa, squad
from evals.formats.rows import Unusable, head, lines, parse_row
from vectorstore.errors import BylineError

FORMATS: Mapping[str, ModuleType] = {
    "byline": own,
    "squad": squad,
    "beir": beir,
    "multihop-rag": multihop,
    "realtimeqa": realtimeqa,
    "ramdocs": ramdocs,
}
"""The formats by the names that ``--format`` takes."""

_LINES, _DOCUMENTS = (".jsonl", ".jsonl.gz"), (".json", ".json.gz")


def recognise(path: Path) -> tuple[str, Path]:
    """The name of the format that a file or folder is of, by what is in it, and the path to read it from.

    Raises ``BylineError`` if it is of none that is known, or cannot be read.
    """
    if path.is_dir():
        if beir.matches(path):
            return "beir", path
        if (path / multihop.QUESTIONS).is_file():
            return "multihop-rag", path / multihop.QUESTIONS
        raise BylineError(f"{path}: a folder of no known format; give corpus.jsonl, queries.jsonl and qrels/ (BEIR)")
    if path.name.endswith(_DOCUMENTS):
        start = head(path)
        named = next((name for name in ("squad", "multihop-rag") if FORMATS[name].matches(start)), None)
        if named is None:
            raise BylineError(f"{path}: neither SQuAD nor MultiHop-RAG; gold of ours is one JSON object a line, .jsonl")
        return named, path
    if not path.name.endswith(_LINES):
        raise BylineError(f"{path}: gold questions are read from .jsonl, .jsonl.gz and .json files and BEIR folders")
    return _of_lines(path), path


def _of_lines(path: Path) -> str:
    """The format of a file of lines, by its first one; what is not known is taken for ours, and its errors tell."""
    line = next((line for _number, line in lines(path)), b"{}")
    try:
        row = parse_row(line)
    except Unusable:
        return "byline"
    return next((name for name in ("realtimeqa", "ramdocs") if FORMATS[name].matches(row)), "byline")
