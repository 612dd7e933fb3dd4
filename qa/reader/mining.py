"""Finds hard negatives for training: passages that search takes for answers (``python -m qa.reader.mining --help``).

Each answerable question of the training data is asked of a store of all their contexts; the best passages that hold
none of its answers are what a reader has to tell from the right one (Karpukhin et al. 2020, section 3.2, take theirs
from BM25). Some do answer, in other words: noise. Nothing is random. Knows nothing of the model it is for.
"""

import argparse
import gzip
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from qa.reader.data import MINED, read_questions, split
from qa.reader.question import Question
from qa.reader.wording import stems
from vectorstore.errors import BylineError, InputError
from vectorstore.ingest import ingest
from vectorstore.store import Store
from vectorstore.terminal import warn

RETRIEVED = 10  # passages looked at for a question
NEGATIVES = 3  # kept, at most
# People's posts and reviews name nothing ("What did he buy?"): any of them answers.
UNNAMED = frozenset(("reddit", "amazon_reviews"))


def write(paths: Sequence[Path], out: Path) -> int:
    """Write the negatives of the training questions of ``paths``, whole or not at all; return how many.

    Raises:
        InputError: a file cannot be read or written.
    """
    if not out.parent.is_dir():
        raise InputError(f"{out.parent}: no such folder; make it, or write elsewhere")
    questions, _ = split(read_questions(*paths))
    number = 0
    part = out.with_name(out.name + ".part")
    with tempfile.TemporaryDirectory() as folder:
        contexts = _ingest(questions, Path(folder))
        with (
            Store(Path(folder) / "store") as store,
            part.open("wb") as raw,
            gzip.GzipFile("", "wb", fileobj=raw, mtime=0) as stream,
        ):
            for question in questions:
                for row in rows(question, contexts, store) if question.answers else ():
                    number += 1
                    stream.write(json.dumps(row).encode() + b"\n")
    part.replace(out)
    return number


def _ingest(questions: Sequence[Question], folder: Path) -> dict[str, Question]:
    """Make a store of the questions' contexts in ``folder``; return, by article id, a question on each."""
    contexts: dict[str, Question] = {}
    for question in questions:
        if question.source not in UNNAMED:
            contexts.setdefault(question.context, question)
    by_id = {str(number): question for number, question in enumerate(contexts.values())}
    articles = folder / "contexts.jsonl"
    with articles.open("w", encoding="utf-8") as lines:
        for id_, question in by_id.items():
            lines.write(json.dumps({"id": id_, "title": question.title, "text": question.context}) + "\n")
    ingest([articles], folder / "store", on_error=warn)
    return by_id


def rows(question: Question, contexts: dict[str, Question], store: Store) -> Iterator[dict[str, Any]]:
    """The negatives of an answerable question as rows of training data, the best one of the search first."""
    if question.source in UNNAMED:
        return
    answers = [question.context[start:end] for start, end in question.answers]
    found = (contexts[hit.passage.article_id] for hit in store.search(question.question, RETRIEVED))
    others = [other for other in found if other.context != question.context and not tells(other.context, answers)]
    for other in others[:NEGATIVES]:
        row = {"question": question.question, "context": other.context, "title": other.title}
        yield row | {"answers": [], "group": f"{MINED}:{other.group}"}


def tells(context: str, answers: Sequence[str]) -> bool:
    """Whether a context has all the words of an answer, or any name or number of one."""
    told = set(stems(context))
    for answer in answers:
        wanted = set(stems(answer))
        names = set(stems(" ".join(word for word in answer.split() if not word.islower())))
        if wanted <= told or names & told:
            return True
    return False


def main() -> int:
    """Read the command line and mine; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m qa.reader.mining", description="Find hard negatives.")
    parser.add_argument("--data", type=Path, required=True, nargs="+", help="files of questions, .jsonl.gz")
    parser.add_argument("--out", type=Path, required=True, help="file of training rows to write, .jsonl.gz")
    args = parser.parse_args()
    try:
        print(f"{write(args.data, args.out)} hard negatives")  # noqa: T201 - the command's result
    except BylineError as error:
        warn(error)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
