"""Measures retrieval as an ablation: what each voice in the ranking adds, on any articles and gold questions.

``python -m evals.bench.retrieval (--articles FILE | --store DIR) --gold FILE [--only NAME …] [--out FOLDER]``. A
Markdown table goes to stdout. "Answer": the share of answerable questions for which an answer, as whole words after the
normalisation of ``evals.normalize``, stands in one of the best 1, 5, 10, 20, 50 passages. "Evidence": hit@k of
``evals.retrieval``, of the questions with evidence. Filters of ``documents`` hold; earlier turns are not read.
"""

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import numpy as np

from evals.bench.results import write_result
from evals.gold import load
from evals.normalize import words
from evals.retrieval import hit, judge
from evals.types import Example
from qa import engine
from qa.reading import Reader, open_reader
from qa.reranking import by_reader, open_reranker
from vectorstore.embed import Encoder
from vectorstore.ingest import ingest
from vectorstore.search import RANKING, Ranking
from vectorstore.store import Store
from vectorstore.types import Filters, Hit

DEPTHS = (1, 5, 10, 20, 50)
OLD = replace(RANKING, phrase=0, recent=0, an_article=0)  # words and vectors, nothing else
RANKINGS: Mapping[str, Ranking] = {
    "words": replace(OLD, cosine=0),
    "vectors": replace(OLD, words=0),
    "words and vectors": OLD,
    "with phrases": replace(RANKING, recent=0, an_article=0),
    "and the day": replace(RANKING, an_article=0),
    "at most ten an article": RANKING,
    "at most five": replace(RANKING, an_article=5),
    "at most three": replace(RANKING, an_article=3),
    "at most two": replace(RANKING, an_article=2),
    "one": replace(RANKING, an_article=1),
    "titles not searched": replace(RANKING, title=0),
    "titles as text": replace(RANKING, title=1),
    "100 candidates": replace(RANKING, candidates=100),
    "400 candidates": replace(RANKING, candidates=400),
    "words / 20": replace(RANKING, words=1 / 20),
    "words / 30": replace(RANKING, words=1 / 30),
}
PLANNED = "as the engine searches"
READ = "as the reader sees it"
NAMES = (*RANKINGS, PLANNED, READ)

Search = Callable[[Example], Sequence[Hit]]


@dataclass(frozen=True, slots=True)
class Row:
    """One configuration. ``answer`` and ``evidence`` are per cent at ``DEPTHS``, ``nan`` past what was asked for.

    ``articles`` is how many the best 20 passages are of, on average; ``milliseconds`` the median of a search.
    """

    name: str
    answer: tuple[float, ...]
    evidence: tuple[float, ...]
    articles: float
    milliseconds: float


def holds(hit: Hit, answers: Sequence[str]) -> bool:
    """Whether an answer stands in the passage, as whole words."""
    text = f" {' '.join(words(hit.passage.text))} "
    return any(f" {' '.join(words(answer))} " in text for answer in answers)


def measure(name: str, search: Search, examples: Sequence[Example], depth: int) -> Row:
    """Search for every question, at least ``depth`` passages deep, and sum up."""
    answers, evidence, articles, seconds = [], [], [], []
    for example in examples:
        started = perf_counter()
        hits = search(example)
        seconds.append(perf_counter() - started)
        articles.append(len({found.passage.article_id for found in hits[:20]}))
        if example.answers:
            found = [holds(one, example.answers) for one in hits]
            answers.append([any(found[:k]) if k <= depth else np.nan for k in DEPTHS])
        if example.evidence:
            judged = judge(example.evidence, [one.passage for one in hits])
            evidence.append([hit(judged, k) if k <= depth else np.nan for k in DEPTHS])
    return Row(name, _percent(answers), _percent(evidence), float(np.mean(articles)), 1000 * float(np.median(seconds)))


def _percent(rows: Sequence[Sequence[float]]) -> tuple[float, ...]:
    if not rows:
        return (float("nan"),) * len(DEPTHS)
    return tuple(100 * float(share) for share in np.mean(np.array(rows, dtype=float), axis=0))


def searches(
    store: Store, reader: Reader | None, reranker_name: str | None, only: Sequence[str]
) -> Iterator[tuple[str, Search, int]]:
    """Each configuration's name, its search and how deep it goes. The store's ranking is that of the last one taken."""
    reranker = open_reranker(reranker_name)

    def plain(one: Example) -> Sequence[Hit]:
        return store.search(one.question, DEPTHS[-1], filters(one), asked(one))

    def planned(one: Example) -> Sequence[Hit]:
        return engine.search(store, one.question, filters(one), asked(one), reranker)[1]

    def read(one: Example) -> Sequence[Hit]:
        query, hits, _ = engine.search(store, one.question, filters(one), asked(one), reranker)
        return by_reader(hits, reader.read(query, hits)) if reader else hits

    for name in only:
        store.ranking = RANKINGS.get(name, RANKING)
        if name in RANKINGS:
            yield name, plain, DEPTHS[-1]
        else:
            yield name, read if name == READ else planned, engine.PASSAGES


def filters(example: Example) -> Filters:
    """The articles that the question is asked of."""
    return Filters(article_ids=example.documents)


def asked(example: Example) -> date | None:
    """The day that the question was asked on."""
    return date.fromisoformat(example.asked) if example.asked else None


def table(rows: Sequence[Row]) -> str:
    """The rows as Markdown."""
    head = " | ".join(map(str, DEPTHS))
    lines = [
        f"| ranking | answer in best {head} | evidence in best {head} | articles in best 20 |",
        "|" + "---|" * (2 * len(DEPTHS) + 2),
    ]
    for row in rows:
        cells = ["–" if np.isnan(value) else f"{value:.1f}" for value in (*row.answer, *row.evidence, row.articles)]
        lines.append(f"| {row.name} | {' | '.join(cells)} |")
    return "\n".join(lines)


@contextmanager
def _opened(args: argparse.Namespace) -> Iterator[Store]:
    if args.store:
        with Store(args.store, model=args.embedding_model) as store:
            yield store
        return
    with TemporaryDirectory() as folder:
        path = Path(folder) / "store"
        ingest(
            [args.articles],
            path,
            encoder=lambda: Encoder.load(args.embedding_model),
            on_error=lambda error: print(error, file=sys.stderr),
        )
        with Store(path, model=args.embedding_model) as store:
            yield store


def main() -> None:
    """Read the command line, measure, print and write the result."""
    parser = argparse.ArgumentParser(prog="python -m evals.bench.retrieval", description=(__doc__ or "").split("\n")[0])
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--articles", type=Path, metavar="FILE", help="articles, embedded into a temporary store")
    where.add_argument("--store", type=Path, metavar="DIR", help="a store that is there already, instead")
    parser.add_argument("--gold", type=Path, required=True, metavar="FILE", help="gold .jsonl or .jsonl.gz")
    parser.add_argument("--only", nargs="+", choices=NAMES, default=NAMES, metavar="NAME", help=", ".join(NAMES))
    parser.add_argument("--reader", metavar="NAME", help="question-answering model (default: Byline's own)")
    parser.add_argument("--reranker", metavar="NAME", help="cross-encoder, in the engine's search")
    parser.add_argument(
        "--embedding-model",
        metavar="NAME",
        help="sentence-transformers model, folder or name: the store's, or for --articles any",
    )
    parser.add_argument(
        "--out", type=Path, metavar="FOLDER", help="folder for the result (default: it is only printed)"
    )
    args = parser.parse_args()
    examples = load(args.gold, lambda error: print(error, file=sys.stderr))
    reader = open_reader(args.reader) if READ in args.only else None
    rows = []
    with _opened(args) as store:
        for name, search, depth in searches(store, reader, args.reranker, args.only):
            rows.append(measure(name, search, examples, depth))
            print(f"{name}: {rows[-1].milliseconds:.0f} ms a search", file=sys.stderr)
    print(table(rows))
    if args.out:
        gold = args.gold.name.removesuffix(".gz").removesuffix(".jsonl")
        summary = {"questions": len(examples), "depths": DEPTHS, "ranking": asdict(RANKING)}
        print(f"\nresult: {write_result(args.out, f'retrieval-{gold}', summary, [plain_row(row) for row in rows])}")


def plain_row(row: Row) -> dict[str, Any]:
    """The row for JSON, which has no ``nan``."""
    lists = {key: [None if np.isnan(v) else round(v, 1) for v in getattr(row, key)] for key in ("answer", "evidence")}
    return {"name": row.name, **lists, "articles": round(row.articles, 1), "milliseconds": round(row.milliseconds, 1)}


if __name__ == "__main__":
    main()
