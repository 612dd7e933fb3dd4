"""``byline eval new``, ``check`` and ``convert``: gold sets of one's own, and those of others.

Heavy imports happen inside, so that ``--help`` is instant.
"""

import argparse
import shlex
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from evals.options import positive
from vectorstore.errors import BylineError, InputError
from vectorstore.terminal import DEFAULT_STORE, Subparsers, visible, warn

if TYPE_CHECKING:
    from evals.writing.check import Looks
    from vectorstore.types import Article

OWN_GOLD = Path("gold.jsonl")
COUNT = 30


def add_commands(subparsers: Subparsers) -> None:
    """Add ``new``, ``check`` and ``convert`` to the sub-commands of ``eval``."""
    new = subparsers.add_parser(
        "new",
        help="write gold questions from your articles",
        description="Propose passages worth asking about, and write the questions that you ask about them.",
    )
    new.add_argument(
        "--gold", type=Path, default=OWN_GOLD, metavar="FILE", help="append to this .jsonl (default: gold.jsonl)"
    )
    new.add_argument(
        "--count", type=positive, default=COUNT, metavar="N", help=f"stop after N questions (default: {COUNT})"
    )
    new.set_defaults(run=_new)
    check = subparsers.add_parser(
        "check",
        help="find gold that is wrong",
        description="Hold gold questions against the articles. Exit status 1 if anything is found.",
    )
    check.add_argument(
        "--gold", type=Path, default=OWN_GOLD, metavar="FILE", help="gold of any format (default: gold.jsonl)"
    )
    check.add_argument(
        "--quick", action="store_true", help="load no model: do not look for answers to the unanswerable"
    )
    check.add_argument("--reader", metavar="NAME", help="question-answering model (default: Byline's own)")
    check.set_defaults(run=_check)
    for parser in (new, check):
        where = parser.add_mutually_exclusive_group()
        where.add_argument("--store", type=Path, metavar="DIR", help=f"a store's articles (default: {DEFAULT_STORE})")
        where.add_argument("--corpus", type=Path, metavar="PATH", help="a file or folder of articles, instead")
    _add_convert(subparsers)


def _add_convert(subparsers: Subparsers) -> None:
    convert = subparsers.add_parser(
        "convert",
        help="turn another format into Byline's, or a result into TREC's",
        description="Turn SQuAD, BEIR, MultiHop-RAG, RealTimeQA or RAMDocs into gold.jsonl and articles.jsonl; or a "
        "result of byline eval into TREC qrels and runs.",
    )
    convert.add_argument("source", type=Path, metavar="SOURCE", help="gold of any format; with --trec a result .json")
    convert.add_argument("--out", type=Path, metavar="DIR", help="write gold.jsonl and articles.jsonl there")
    convert.add_argument("--trec", type=Path, metavar="DIR", help="write TREC qrels and runs there")
    convert.add_argument("--format", metavar="NAME", help="the format, where it is not recognised")
    articles = convert.add_mutually_exclusive_group()
    articles.add_argument("--store", type=Path, metavar="DIR", help="with --trec: also by passage, with these articles")
    articles.add_argument("--corpus", type=Path, metavar="PATH", help="the same, from a file or folder")
    convert.set_defaults(run=_convert)


class _Failures:
    """Told of each unusable input, warns of it and counts."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, error: InputError) -> None:
        self.count += 1
        warn(error)


def _new(args: argparse.Namespace) -> int:
    from evals.writing.new import write_questions
    from evals.writing.rows import writing
    from evals.writing.talk import prepare, say

    prepare()
    failures = _Failures()
    articles = _articles(args, failures)
    with writing(args.gold, failures) as rows:
        say(f"{len(articles)} articles; {len(rows.examples)} questions in {args.gold}.")
        written = write_questions(articles, rows, args.count)
    say(f"\n{written} written to {args.gold}, {len(rows.examples)} in all.")
    if rows.examples:
        where = ["--corpus", str(args.corpus)] if args.corpus else ["--store", str(args.store or DEFAULT_STORE)]
        print(visible(f"Check them: {shlex.join(['byline', 'eval', 'check', '--gold', str(args.gold), *where])}"))
    return 1 if failures.count else 0


def _articles(args: argparse.Namespace, on_error: Callable[[InputError], None]) -> "list[Article]":
    """The articles of ``--corpus``, else of the store."""
    from vectorstore.articles import read_articles
    from vectorstore.store import open_library

    if args.corpus is not None:
        if not args.corpus.exists():
            raise BylineError(f"{args.corpus}: not found; name the articles with --corpus or a store with --store")
        articles = [found.article for found in read_articles([args.corpus], on_error)]
    else:
        library = open_library(args.store or Path(DEFAULT_STORE))
        try:
            articles = list(library.articles())
        finally:
            library.close()
    if not articles:
        raise BylineError(f"{args.corpus or args.store or DEFAULT_STORE}: holds no article that can be read")
    return articles


def _check(args: argparse.Namespace) -> int:
    from evals.gold import placed
    from evals.writing.check import check

    failures, unusable = _Failures(), list[InputError]()
    questions = placed(args.gold, unusable.append)
    with _looking(args, failures) as (articles, looks):
        findings = [str(error) for error in unusable]
        for line in findings:
            print(visible(line))
        for finding in check(args.gold, questions, articles, looks):
            findings.append(str(finding))
            print(visible(findings[-1]), flush=True)
    unasked = "" if looks else "; answers to the unanswerable were not looked for"
    print(f"{len(findings) or 'nothing'} found in {len(questions)} questions{unasked}", file=sys.stderr)
    return 1 if findings or failures.count else 0


@contextmanager
def _looking(
    args: argparse.Namespace, on_error: Callable[[InputError], None]
) -> "Iterator[tuple[dict[str, Article], Looks | None]]":
    """The articles by id, and what asks the product's own search and reader, unless ``--quick``.

    The articles are those of ``--corpus`` or ``--store``, else those that come with the questions, else the default
    store's.
    """
    from tempfile import TemporaryDirectory

    from evals.gold import write_articles

    with TemporaryDirectory(prefix="byline-check-") as folder:
        carried = Path(folder) / "articles.jsonl"
        if args.corpus is None and args.store is None and write_articles(args.gold, carried, on_error):
            args.corpus = carried
        if args.quick:
            yield {article.id: article for article in _articles(args, on_error)}, None
            return
        from evals.opening import opened_store
        from evals.writing.check_answers import looks
        from qa.engine import Engine
        from qa.reading import open_reader

        reader = open_reader(args.reader)
        path = args.store if args.corpus is None else None
        default = Path(DEFAULT_STORE) if args.corpus is None and path is None else path
        with opened_store(default, args.corpus or Path(), None, on_error) as store:
            yield {article.id: article for article in store.articles()}, looks(Engine(store, reader))


def _convert(args: argparse.Namespace) -> int:
    from evals.formats import FORMATS

    if (args.out is None) == (args.trec is None):
        raise BylineError("say what to make of it: --out DIR for gold and articles, or --trec DIR for a result")
    if args.format is not None and args.format not in FORMATS:
        raise BylineError(f"{args.format}: no format that is known; choose one of {', '.join(FORMATS)}")
    failures = _Failures()
    folder = args.out or args.trec
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BylineError(f"{folder}: cannot be made a folder ({error.strerror}); choose another") from error
    (_to_ours if args.out else _to_trec)(args, folder, failures)
    return 1 if failures.count else 0


def _to_ours(args: argparse.Namespace, folder: Path, on_error: Callable[[InputError], None]) -> None:
    from evals.formats.own import to_row
    from evals.gold import format_of, load, write_articles, write_rows

    examples = load(args.source, on_error, args.format)
    write_rows(map(to_row, examples), folder / "gold.jsonl")
    articles = write_articles(args.source, folder / "articles.jsonl", on_error, args.format)
    print(
        f"{format_of(args.source, args.format)}: {len(examples)} questions and {articles} articles written to {folder}"
    )


def _to_trec(args: argparse.Namespace, folder: Path, on_error: Callable[[InputError], None]) -> None:
    from evals.formats.trec import write
    from evals.records import read

    recorded = read(args.source)
    by_passage = args.store is not None or args.corpus is not None
    if by_passage and not recorded.texts:
        raise BylineError(f"{args.source}: was written with --no-text; without its quotes no passage can be judged")
    articles = {article.id: article for article in _articles(args, on_error)} if by_passage else None
    for path in write(recorded.report.results, folder, articles):
        print(path)
