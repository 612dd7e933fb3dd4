"""BEIR: a folder with ``corpus.jsonl``, ``queries.jsonl`` and ``qrels/*.tsv`` (Thakur et al. 2021).

Documents ``{"_id", "title", "text", "metadata"}``, queries ``{"_id", "text"}``, judgements ``query-id TAB corpus-id TAB
score`` under a header. BEIR tells where an answer is, not what it is: its questions have evidence and no answers, so
that a run on them scores retrieval, citations and abstention. Of several splits, ``test`` is read, else ``dev``, else
the first.
"""

from collections.abc import Iterator
from pathlib import Path

from evals.formats.rows import OnBad, Placed, Row, Unusable, day, lines, obj, objects, optional_text, text
from evals.types import EVIDENCE_ONLY
from vectorstore.errors import BylineError

_COLUMNS = 3


def matches(folder: Path) -> bool:
    """Whether a folder is of this format."""
    return all((folder / name).is_file() for name in ("corpus.jsonl", "queries.jsonl"))


def questions(path: Path, bad: OnBad) -> Iterator[Placed]:
    """Each query that has a relevant document; the others of the folder belong to other splits."""
    relevant = _qrels(path, bad)
    for place, row in objects(path / "queries.jsonl", lambda place, why: bad(f"queries.jsonl:{place}", why)):
        where = f"queries.jsonl:{place}"
        try:
            query_id = text(row, "_id")
            if query_id not in relevant:
                continue
            evidence = [{"source": source, "quote": ""} for source in relevant[query_id]]
            question = text(row, "text").strip()
        except Unusable as why:
            bad(where, str(why))
        else:
            made: Row = {"id": query_id, "kind": EVIDENCE_ONLY, "question": question}
            yield where, made | {"answers": [], "evidence": evidence}


def articles(path: Path, bad: OnBad) -> Iterator[Row]:
    """The documents; what their metadata says of url, publisher, author and date is kept."""
    for place, row in objects(path / "corpus.jsonl", lambda place, why: bad(f"corpus.jsonl:{place}", why)):
        where = f"corpus.jsonl:{place}"
        try:
            article = {"id": text(row, "_id"), "title": optional_text(row, "title"), "text": optional_text(row, "text")}
            more = obj(row.get("metadata") or {}, '"metadata"')
        except Unusable as why:
            bad(where, str(why))
            continue
        if not article["text"].strip():
            article["text"] = article["title"]  # some documents are a title only
        if not article["text"].strip():
            bad(where, "has neither a title nor a text; leave it out")
            continue
        told = {name: optional_text(more, name) for name in ("url", "publisher", "author")}
        yield article | told | {"published": day(more.get("published") or more.get("date"))}


def _qrels(path: Path, bad: OnBad) -> dict[str, list[str]]:
    """The relevant documents of each query, in the file's order."""
    files = sorted((path / "qrels").glob("*.tsv"))
    file = next((file for name in ("test", "dev") for file in files if file.stem == name), files[0] if files else None)
    if file is None:
        raise BylineError(f"{path}: has no qrels/*.tsv; a BEIR folder says there which documents are relevant")
    relevant: dict[str, list[str]] = {}
    for number, line in lines(file):
        place = f"qrels/{file.name}:{number}"
        try:
            cells = line.decode().rstrip("\r\n").split("\t")
            judged = float(cells[2]) if len(cells) >= _COLUMNS else None
        except (UnicodeDecodeError, ValueError):
            judged = None
        if judged is None:
            if number > 1:  # the header
                bad(place, "is not query-id TAB corpus-id TAB score")
        elif judged > 0:
            relevant.setdefault(cells[0], []).append(cells[1])
    return relevant
