"""``ingest``, ``verify``, ``rebuild`` and ``stats``. Heavy imports happen inside, so that ``--help`` is instant."""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from vectorstore.errors import InputError
from vectorstore.terminal import DEFAULT_STORE, Subparsers, warn


def add_commands(commands: Subparsers) -> None:
    """Add this folder's commands."""
    ingest = commands.add_parser("ingest", help="read, split, embed and index articles; unchanged ones are skipped")
    ingest.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="file or folder of articles")
    ingest.add_argument("--prune", action="store_true", help="also remove articles that are no longer in PATH")
    ingest.add_argument("--embedding-model", metavar="NAME", help="sentence-transformers model, for a new store")
    ingest.set_defaults(run=_ingest)
    verify = commands.add_parser("verify", help="check every byte of the store")
    verify.set_defaults(run=_verify)
    rebuild = commands.add_parser("rebuild", help="make the search indexes anew, without embedding anything")
    rebuild.set_defaults(run=_rebuild)
    stats = commands.add_parser("stats", help="what the store holds")
    stats.add_argument("--json", action="store_true", help="as one JSON object")
    stats.set_defaults(run=_stats)
    for parser in (ingest, verify, rebuild, stats):
        parser.add_argument("--store", type=Path, default=Path(DEFAULT_STORE), metavar="DIR", help="default: .byline")


def _ingest(args: argparse.Namespace) -> int:
    from tqdm import tqdm

    from vectorstore.articles import count_articles
    from vectorstore.embed import Encoder
    from vectorstore.ingest import Progress, ingest

    model = args.embedding_model
    total = count_articles(args.paths)
    with tqdm(total=total, unit=" articles", file=sys.stderr, disable=None) as bar:

        def show(progress: Progress) -> None:
            bar.update(progress.articles - bar.n)
            bar.set_postfix_str(f"{progress.passages} passages embedded")

        def report(error: InputError) -> None:
            bar.clear()
            warn(error)

        done = ingest(
            args.paths,
            args.store,
            prune=args.prune,
            encoder=(lambda: Encoder.load(model)) if model else None,
            on_error=report,
            progress=show,
        )
    print(
        f"{done.added} added, {done.changed} changed, {done.unchanged} unchanged, {done.removed} removed, "
        f"{done.failed} failed; {done.passages} passages embedded; store {args.store}"
    )
    return 1 if done.failed else 0


def _verify(args: argparse.Namespace) -> int:
    from vectorstore.verify import verify

    problems = verify(args.store)
    for problem in problems:
        warn(problem)
    print(f"{args.store}: {len(problems)} problems; run: byline rebuild" if problems else f"{args.store}: sound")
    return 1 if problems else 0


def _rebuild(args: argparse.Namespace) -> int:
    from vectorstore.verify import rebuild

    lost = rebuild(args.store)
    for line in lost:
        warn(line)
    print(f"{args.store}: rebuilt")
    return 1 if lost else 0


def _stats(args: argparse.Namespace) -> int:
    from vectorstore.stats import stats

    found = stats(args.store)
    if args.json:
        print(json.dumps(asdict(found), ensure_ascii=False))
        return 0
    print(f"{found.articles} articles, {found.passages} passages, {found.copies} of the articles copies of another")
    if found.first_day:
        print(f"published {found.first_day} to {found.last_day}")
    for publisher, articles in list(found.publishers.items())[:20]:
        print(f"{articles:7} {publisher or '(publisher not stated)'}")
    print(f"embedded by {found.model} in {found.dtype}; {found.disk_bytes / 1e6:.1f} MB on disk in {args.store}")
    return 0
