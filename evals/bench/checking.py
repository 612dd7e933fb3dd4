"""Measures the check of prose: altered facts caught, true sentences passed, and the time that it adds.

``python -m evals.bench.checking [--articles FILE] [--half dev|test] [--show] [--out FOLDER]``. Sentences are made by
rule (``evals.bench.rewording`` and ``evals.bench.altering``) from the seeds and, with ``--articles``, from a file of
articles (RealTimeQA's); true ones on the seeds were also written by hand, as a model words them
(evals/gold/prose.jsonl). The rules of the check were fixed on the half "dev" of the articles; "test" is reported.
"""

import argparse
import gzip
import hashlib
import json
import random
import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from evals.bench.altering import altered_samples, invented
from evals.bench.results import write_result
from evals.bench.rewording import Sample, true_samples
from evals.gold import half
from qa.prose.check import Verdict, check
from qa.prose.evidence import Encode, evidence
from qa.prose.facts import facts
from vectorstore.articles import read_articles
from vectorstore.embed import Encoder
from vectorstore.sentences import sentences
from vectorstore.split import split
from vectorstore.types import Article, Passage

GOLD = Path(__file__).parents[1] / "gold" / "prose.jsonl"
SEEDS = Path(__file__).parents[2] / "seeds"
ARTICLES = 120  # taken from --articles, by the hash of their ids
LENGTHS = (1500, 20_000)  # characters of an article that is taken
SENTENCES = 4  # taken from each of them
TOKENS_A_SECOND = 100
CHARACTERS_A_TOKEN = 4


def load(path: Path | None, number: int = ARTICLES) -> tuple[list[Article], set[str]]:
    """The seeds, and some articles of a file; and the seeds' ids."""
    seeds = [found.article for found in read_articles([SEEDS], _fail)]
    rows = []
    if path:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            rows = [json.loads(line) for line in lines]
    rows.sort(key=lambda row: hashlib.sha256(row["id"].encode()).hexdigest())
    fields = ("id", "text", "title", "publisher", "published")
    rows = [row for row in rows if LENGTHS[0] < len(row["text"]) < LENGTHS[1]]
    taken = [Article(**{key: row.get(key, "") for key in fields}) for row in rows[:number]]
    return [*seeds, *taken], {article.id for article in seeds}


def part_of(sample: Sample) -> str:
    """The half that a sample's passage is in."""
    return half(f"{sample.passage.article_id}@{sample.passage.start}")


def samples(articles: Sequence[Article], seeds: set[str], encoder: Encoder) -> list[Sample]:
    """True and altered sentences of the articles, the same every time."""
    passages = {article.id: split(article, encoder.token_starts(article.text)) for article in articles}
    found: list[Sample] = []
    everything = [article.text[:3000] for article in articles]
    for article in articles:
        rng = random.Random(article.id)  # noqa: S311 - no secret
        others = [text for text in everything if text is not article.text[:3000]]
        true = [*_true(article, passages[article.id], rng, seed=article.id in seeds)]
        for sample in true:
            found.append(sample)
            found += altered_samples(sample, rng.sample(others, min(5, len(others))), rng)
            if extra := invented(sample, rng):
                found.append(extra)
    return found


def _true(article: Article, passages: Sequence[Passage], rng: random.Random, *, seed: bool) -> list[Sample]:
    chosen: list[Sample] = []
    for passage in passages:
        for start, end in sentences(passage.text):
            text = passage.text[start:end]
            if not _usable(text):
                continue
            ways = [*true_samples(passage, text, article.published, f"{article.id}@{passage.start + start}")]
            other = [sample for sample in ways if sample.kind != "copy"]
            chosen.append(rng.choice(other) if other and rng.random() < 0.8 else ways[0])  # noqa: PLR2004
    rng.shuffle(chosen)
    kept = chosen if seed else sorted(chosen, key=lambda sample: sample.kind == "copy")[:SENTENCES]
    for line in GOLD.read_text(encoding="utf-8").splitlines() if seed else ():
        row = json.loads(line)
        if row["source"] == article.id:
            passage = next(one for one in passages if row["quote"] in one.text)
            kept.append(Sample(row["id"], "written", row["sentence"], passage, article.published))
    return kept


def _usable(text: str) -> bool:
    words = text.split()
    plain = text[0].isupper() and text[-1] in '.”"' and "\n" not in text and text.count("“") == text.count("”")
    return plain and text.count('"') % 2 == 0 and 7 <= len(words) <= 45 and bool(facts(text))  # noqa: PLR2004


def judge(
    all_samples: Sequence[Sample], articles: Sequence[Article], encode: Encode
) -> list[tuple[Sample, Verdict, Verdict, float]]:
    """Each sample with the verdict on it, that on it when it cites another article, and the seconds of the first."""
    article_of = {article.id: article for article in articles}.__getitem__
    elsewhere = {sample.passage.article_id: sample.passage for sample in all_samples}
    ids = list(elsewhere)
    judged = []
    given_of: dict[Passage, Any] = {}
    for sample in all_samples:
        if sample.passage not in given_of:
            other = elsewhere[ids[(ids.index(sample.passage.article_id) + 1) % len(ids)]]
            given_of[sample.passage] = evidence([sample.passage, other], article_of, encode)
        given = given_of[sample.passage]
        started = time.perf_counter()
        verdict = check(sample.sentence, [1], given)
        seconds = time.perf_counter() - started
        wrong = check(sample.sentence, [2], given) if not sample.altered else verdict
        judged.append((sample, verdict, wrong, seconds))
    return judged


def summary(judged: Sequence[tuple[Sample, Verdict, Verdict, float]]) -> dict[str, Any]:
    """Counts and per cent: of true sentences those marked wrongly, of altered ones those caught, by kind."""
    true = [one for one in judged if not one[0].altered]
    altered = [one for one in judged if one[0].altered]
    found: dict[str, Any] = {
        "true": len(true),
        "true_marked_percent": _percent([bool(verdict.reason) for _, verdict, _, _ in true]),
        "wrongly_cited_caught_percent": _percent([bool(wrong.reason) for _, _, wrong, _ in true]),
        "altered": len(altered),
        "altered_caught_percent": _percent([bool(verdict.reason) for _, verdict, _, _ in altered]),
    }
    for kind in sorted({sample.kind for sample, *_ in true}):
        rows = [one for one in true if one[0].kind == kind]
        found[f"true_{kind}"] = [sum(bool(one[1].reason) for one in rows), len(rows)]
    for kind in ("number", "date", "name", "quotation"):
        for near in (False, True):
            rows = [one for one in altered if one[0].altered == kind and one[0].near is near]
            found[f"{kind}_{'same_passage' if near else 'elsewhere'}"] = [
                sum(bool(one[1].reason) for one in rows),
                len(rows),
            ]
    shares = [
        seconds * TOKENS_A_SECOND / (len(sample.sentence) / CHARACTERS_A_TOKEN) for sample, _, _, seconds in judged
    ]
    rows = [one for one in altered if one[0].kind == "written"]
    found["altered_written_by_hand"] = [sum(bool(one[1].reason) for one in rows), len(rows)]
    found["milliseconds_p50"] = round(1000 * statistics.median(one[3] for one in judged), 2)
    found["share_of_stream_p50"] = round(statistics.median(shares), 4)
    found["share_of_stream_p95"] = round(float(np.quantile(shares, 0.95)), 4)
    return found


def _percent(values: Sequence[bool]) -> float:
    return round(100 * sum(values) / max(1, len(values)), 1)


def remembering(encode: Encode) -> Encode:
    """The same, embedding all the texts that are new to it at once, and each text once."""
    known: dict[str, Any] = {}

    def encoded(texts: Sequence[str]) -> Any:
        new = [text for text in dict.fromkeys(texts) if text not in known]
        if new and len(texts) > 1:
            known.update(zip(new, encode(new), strict=True))
        return np.stack([known[text] if text in known else encode([text])[0] for text in texts])

    return encoded


def _fail(error: Exception) -> None:
    raise error


def main() -> None:
    """Read the command line, measure, print and write the result."""
    parser = argparse.ArgumentParser(prog="python -m evals.bench.checking", description="Measure the check of prose.")
    parser.add_argument("--articles", type=Path, help="articles, .jsonl.gz, to make sentences of beside the seeds")
    parser.add_argument("--number", type=int, default=ARTICLES, help=f"how many of them (default: {ARTICLES})")
    parser.add_argument("--half", choices=("dev", "test"), help="one half only (default: both)")
    parser.add_argument("--show", action="store_true", help="print the sentences that were judged wrongly")
    parser.add_argument("--out", type=Path, help="folder for the result (default: it is only printed)")
    args = parser.parse_args()
    encoder = Encoder.load()
    articles, seeds = load(args.articles, args.number)
    chosen = [one for one in samples(articles, seeds, encoder) if args.half in (None, part_of(one))]
    judged = judge(chosen, articles, remembering(encoder.encode_passages))
    found = {
        part: summary(rows) for part in ("dev", "test") if (rows := [one for one in judged if part_of(one[0]) == part])
    }
    missed = [(one, verdict) for one, verdict, *_ in judged if bool(verdict.reason) != bool(one.altered)]
    for sample, verdict in missed if args.show else ():
        print(f"{sample.id}: {sample.sentence}")
        print(f"  {sample.was} > {sample.now} | {verdict.reason} {verdict.support:.2f}")
    print(json.dumps(found, indent=1))
    if args.out:
        kept = [{"id": one.id, "reason": verdict.reason} for one, verdict in missed]
        print(write_result(args.out, "checking", found, kept))


if __name__ == "__main__":
    main()
