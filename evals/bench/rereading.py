"""Whether the reader sees what the check of prose lets pass: ``python -m evals.bench.rereading [--articles FILE]``.

Each number, date and name of a sentence is made a question word in turn ("Geens offered his resignation to who?"), and
the reader reads the cited passage for it. Where it answers with something else, and is sure, the sentence would be
marked. Told for some degrees of sureness: how many true sentences that the check passes would be marked, and how many
false ones that it passes would be caught, by what is false in them; among them sentences with two right names in each
other's place, which nothing that compares facts can see.
"""

import argparse
import random
import statistics
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.bench.altering import exchanged
from evals.bench.checking import judge, load, part_of, remembering, samples
from evals.bench.results import write_result
from evals.bench.rewording import Sample
from qa.prose.facts import Fact, facts
from qa.reader.headlines import asking_for
from qa.reader.reader import SpanReader
from qa.values import competes, value
from vectorstore.embed import Encoder
from vectorstore.types import Article, Hit

SURE = (0.5, 0.7, 0.8, 0.9, 0.95, 0.98)
"""Shares of its passage, with "no answer" among them, from which the reader's answer would count."""


@dataclass(frozen=True, slots=True)
class Reread:
    """A sentence that the check passes; ``against`` is the most that the reader gives an answer other than its own."""

    sample: Sample
    against: float
    fact: str
    instead: str
    seconds: float


def reread(sample: Sample, article: Article, reader: SpanReader) -> Reread:
    """Read the sample's passage for each of the sentence's facts."""
    hit = Hit(sample.passage, 1.0, article)
    against, told, instead = 0.0, "", ""
    began = time.perf_counter()
    for question, fact in asking(sample):
        spans = reader.read(question, [hit])
        best = max(spans, key=lambda span: span.alone, default=None)
        if best and best.alone > against and not says(best.text, fact, article):
            against, told, instead = best.alone, fact.told, best.text
    return Reread(sample, against, told, instead, time.perf_counter() - began)


def asking(sample: Sample) -> Iterator[tuple[str, Fact]]:
    """The questions of a sentence, each with the fact that should answer it."""
    text = sample.sentence
    for fact in facts(text):
        if fact.kind == "quotation" or fact.opens:
            continue
        words = {"number": "how many", "date": "when", "name": asking_for(fact.told, sample.passage.text)}
        yield f"{text[: fact.start]}{words[fact.kind]}{text[fact.end :]}".strip(" .!") + "?", fact


def says(answer: str, fact: Fact, article: Article) -> bool:
    """Whether an answer can be true beside the fact: the same, a part of it, or of another kind."""
    one, other = answer.lower(), fact.told.lower()
    if one in other or other in one:
        return True
    return not competes(value(answer, article.published), value(fact.told, article.published))


def summary(read: Sequence[Reread]) -> dict[str, Any]:
    """Of the sentences that the check passes, how many the reader would mark, by what is false in them."""
    kinds = Counter(one.sample.altered or "true" for one in read)
    marked = {
        str(sure): dict(Counter(one.sample.altered or "true" for one in read if one.against >= sure)) for sure in SURE
    }
    return {
        "passed_by_the_check": dict(kinds),
        "marked_from": marked,
        "milliseconds_p50": round(1000 * statistics.median(one.seconds for one in read), 1),
    }


def main() -> None:
    """Read the command line, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=Path, help="articles, .jsonl.gz, to make sentences of beside the seeds")
    parser.add_argument("--number", type=int, default=60, help="how many of them (default: 60)")
    parser.add_argument("--half", choices=("dev", "test"), default="dev", help="which half (default: dev)")
    parser.add_argument("--show", action="store_true", help="print what would be marked")
    parser.add_argument("--out", type=Path, help="folder for the result (default: it is only printed)")
    args = parser.parse_args()
    encoder, reader = Encoder.load(), SpanReader.load()
    articles, seeds = load(args.articles, args.number)
    chosen = [one for one in samples(articles, seeds, encoder) if part_of(one) == args.half]
    chosen += [
        swapped
        for one in chosen
        if not one.altered and (swapped := exchanged(one, random.Random(one.id)))  # noqa: S311 - no secret
    ]
    judged = judge(chosen, articles, remembering(encoder.encode_passages))
    passed = [sample for sample, verdict, *_ in judged if not verdict.reason]
    article_of = {article.id: article for article in articles}
    read = [reread(sample, article_of[sample.passage.article_id], reader) for sample in passed]
    for one in read if args.show else ():
        if one.against >= SURE[0]:
            print(f"{one.sample.altered or 'true'} {one.against:.2f} {one.fact} > {one.instead}: {one.sample.sentence}")
    roles = sum(one.altered == "roles" for one in chosen)
    found = {"half": args.half, "sentences": len(chosen), "of_them_roles": roles, **summary(read)}
    print(found)
    if args.out:
        print(write_result(args.out, "rereading", found))


if __name__ == "__main__":
    main()
