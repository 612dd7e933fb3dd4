"""``python -m evals.bench.passages --articles FILE --gold FILE``: how long passages should be, and what is embedded.

The same articles are split, embedded, indexed and searched in several ways: shorter and longer passages, passages that
begin with the end of the one before, and with the article's title before what is embedded. Words and days count as they
do in the engine (``vectorstore.search``); nothing is read. The table is that of ``evals.bench.retrieval``.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice, pairwise
from pathlib import Path

from evals.bench.peers.__main__ import chosen_questions, write_articles
from evals.bench.results import write_result
from evals.bench.retrieval import DEPTHS, Row, asked, filters, measure, plain_row, table
from evals.types import Example
from vectorstore.articles import read_articles
from vectorstore.copies import signature
from vectorstore.embed import Encoder
from vectorstore.errors import BylineError
from vectorstore.ingest import update_indexes
from vectorstore.library import Library
from vectorstore.rows import Entry
from vectorstore.split import MAX_TOKENS, TARGET_TOKENS, split
from vectorstore.store import Store, library_path, manifest_of
from vectorstore.types import Article, Hit, Passage

TOGETHER = 100
"""Articles that are embedded at a time."""


@dataclass(frozen=True, slots=True)
class Way:
    """How passages are made, in tokens: about ``target``, at most ``most``, and ``overlap`` of the one before."""

    name: str
    target: int = TARGET_TOKENS
    most: int = MAX_TOKENS
    overlap: int = 0
    title: bool = False


WAYS = (
    Way("as we do it: 190 tokens"),
    Way("60 tokens", 60, 75),
    Way("95 tokens", 95, 115),
    Way("140 tokens", 140, 170),
    Way("140 tokens, and 50 of the one before", 140, 170, 50),
    Way("190 tokens, the title embedded too", title=True),
)


def main(words: Sequence[str] | None = None) -> int:
    """Read the command line, measure, print and write the result."""
    parser = argparse.ArgumentParser(prog="python -m evals.bench.passages", description=__doc__)
    parser.add_argument("--articles", type=Path, required=True, help=".jsonl or .jsonl.gz")
    parser.add_argument("--gold", type=Path, required=True, help="questions with answers, .jsonl or .jsonl.gz")
    parser.add_argument("--limit", type=int, help="take so many articles, those with evidence first (default: all)")
    parser.add_argument("--questions", type=int, help="ask so many, evenly spread over the file (default: all)")
    parser.add_argument("--out", type=Path, help="folder for the result (default: it is only printed)")
    args = parser.parse_args(words)
    try:
        examples = chosen_questions(args.gold, args.questions)
        encoder = Encoder.load()
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder) / "articles.jsonl"
            number = write_articles(args.articles, source, args.limit, examples)
            rows = [_measured(way, source, Path(folder) / way.name, examples, encoder) for way in WAYS]
    except BylineError as error:
        print(error, file=sys.stderr)
        return 2
    print(table(rows))
    if args.out:
        summary = {"articles": number, "questions": len(examples), "depths": DEPTHS, "ways": [asdict(w) for w in WAYS]}
        print(write_result(args.out, "passages", summary, [plain_row(row) for row in rows]))
    return 0


def _measured(way: Way, source: Path, store: Path, examples: Sequence[Example], encoder: Encoder) -> Row:
    began = time.perf_counter()
    build(way, source, store, encoder)
    seconds = time.perf_counter() - began
    with Store(store, encoder) as opened:

        def search(one: Example) -> Sequence[Hit]:
            return opened.search(one.question, DEPTHS[-1], filters(one), asked(one))

        row = measure(way.name, search, examples, DEPTHS[-1])
    print(f"{way.name}: {seconds:.0f} s to ingest", file=sys.stderr)
    return row


def build(way: Way, source: Path, store: Path, encoder: Encoder) -> None:
    """Make a store of the articles with passages of that way."""
    store.mkdir()
    with Library(library_path(store), "create") as library:
        library.set_manifest({**manifest_of(encoder), "id": store.name})
        articles = (read.article for read in read_articles([source], on_error=_fail))
        while batch := list(islice(articles, TOGETHER)):
            library.put(list(_entries(way, batch, encoder)))
        update_indexes(store, library)


def _entries(way: Way, articles: Sequence[Article], encoder: Encoder) -> Iterator[Entry]:
    made = [(article, passages(way, article, encoder)) for article in articles]
    texts = [
        f"{article.title}\n{passage.text}" if way.title else passage.text
        for article, found in made
        for passage in found
    ]
    vectors = encoder.encode_passages(texts)
    first = 0
    for article, found in made:
        yield Entry(article, "articles.jsonl", signature(article.text), found, vectors[first : first + len(found)])
        first += len(found)


def passages(way: Way, article: Article, encoder: Encoder) -> list[Passage]:
    """The article's passages, each but the first with up to ``overlap`` tokens before it, of the same article."""
    starts = encoder.token_starts(article.text)
    found = split(article, starts, max_tokens=way.most, target_tokens=way.target)
    if not way.overlap:
        return found
    longer = found[:1]
    for before, passage in pairwise(found):
        tokens = [start for start in starts if before.start <= start < passage.start]
        start = tokens[max(0, len(tokens) - way.overlap)] if tokens else passage.start
        longer.append(Passage(article.id, start, passage.end, article.text[start : passage.end]))
    return longer


def _fail(error: Exception) -> None:
    raise error


if __name__ == "__main__":
    sys.exit(main())
