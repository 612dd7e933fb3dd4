"""Finds passages for questions that have answers but no text: ``python -m qa.reader.matching`` (see ``--help``).

Distant supervision, for training only: a passage that holds the answer and says most of what is asked is taken to
answer; one that search ranks high and that holds no word of the answer is taken not to. Both are sometimes wrong; the
bounds below were chosen by reading samples (evals/LOG.md). Nothing is random: the same files give the same rows.
Knows nothing of the model that is trained on them.
"""

import argparse
import gzip
import json
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import log
from pathlib import Path
from typing import Any

import numpy as np

from qa.reader.jsonl import read_rows
from qa.reader.wording import answer_pattern, stems
from vectorstore.articles import read_articles
from vectorstore.errors import BylineError, InputError
from vectorstore.rows import IndexedPassage
from vectorstore.sentences import sentences
from vectorstore.split import split
from vectorstore.terminal import warn
from vectorstore.types import Article, Filters
from vectorstore.words import WordIndex

PASSAGE_WORDS = 180  # words and marks, at most; gives 500 to 860 characters, half of the passages above 700
RETRIEVED = 40  # passages looked at for a question, and again for the question with its answer
NEGATIVES_AMONG = 10  # the best ones for the question
MOST_WORDS = 8  # of an answer; longer ones stand in no article word by word
POSITIVES = NEGATIVES = 2  # at most, for a question
LEAST_WEIGHT = 12.0  # nats that a question's words weigh together; one of less ("What state included women?") fits all

# That a passage answers, as log-odds: fitted (L2 1, AUC 0.74 in ten folds) on 235 matches that were read, 154 of them
# right. The search's ranks, the title and the words within 100 characters added nothing to these three.
INTERCEPT = -4.43
HERE = 4.12  # times the share of the question in the answer's sentence
NEAR = 0.114  # times the nats of the question in that sentence and the two beside it, 60 at most
RARITY = 0.067  # times the nats of the answer, 15 at most
SURE = 1.1  # log-odds from which a match is kept: of those read and above it, 88 % were right

# A negative that tells less is too easy. With all of them, most questions of this kind would have no answer.
RELATED = 0.5  # share of the question that it holds with its title
RELATED_WEIGHT = 20.0  # nats of the same
TOLD = 0.8  # with this share or more, a passage may hold the answer in other words, if no passage holds it in these
AKIN = 4  # letters that akin words share at their beginnings: "Russia", "Russian"

_UNIT = re.compile(r"\w+|[^\w\s]")
_NO_ANSWER = frozenset(
    ("yes", "no", "true", "false", "both", "neither", "none", "all of the above", "none of the above", "all of these")
)
# Words that say little as an answer, however rare.
_COMMON = "monday tuesday wednesday thursday friday saturday sunday million billion trillion percent"
_COMMON_STEMS = frozenset(stems(_COMMON))


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and its answer, as in line ``line`` of its file."""

    line: int
    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Match:
    """A passage for a question: ``text[start:end]`` answers, or nothing does where both are 0.

    ``score`` is higher for a better one: log-odds that it answers; of one without an answer, the share that it tells.
    """

    passage: int
    score: float
    start: int = 0
    end: int = 0


class Passages:
    """The passages of all articles, in memory, with a word index in ``folder``."""

    def __init__(self, articles: Iterable[Article], folder: Path) -> None:
        self.entries: list[tuple[str, str, str]] = []  # article id, title, text
        self.holding: Counter[str] = Counter()  # in how many passages a stem is
        self._index = WordIndex(folder / "words", create=True)
        self._index.change((), self._passages(articles))

    def _passages(self, articles: Iterable[Article]) -> Iterator[IndexedPassage]:
        for article in articles:
            starts = [unit.start() for unit in _UNIT.finditer(article.text)]
            for passage in split(article, starts, max_tokens=PASSAGE_WORDS):
                self.holding.update(set(stems(passage.text)))
                self.entries.append((article.id, article.title, passage.text))
                yield IndexedPassage(str(len(self.entries) - 1), passage, article, np.empty(0, np.float32))

    def search(self, text: str) -> list[int]:
        """The numbers of the passages that share most with a text, best first."""
        found = self._index.search(text, RETRIEVED, Filters())
        return [number for _, number in sorted((-score, int(id_)) for id_, score in found)]

    def weight(self, word: str) -> float:
        """Inverse document frequency of a stem, at least 0; rarer is higher."""
        return log((len(self.entries) + 1) / (self.holding[word] + 1))


def read_asked(path: Path) -> Iterator[Asked]:
    """The questions of a file that have a short answer in words, streamed; one asked again is left out.

    Raises:
        InputError: the file cannot be read, or a row is no question.
    """
    seen: set[str] = set()
    for number, row in read_rows(path):
        asked = _asked(f"{path}:{number}", number, row)
        if asked and asked.question.lower() not in seen:
            seen.add(asked.question.lower())
            yield asked


def _asked(where: str, number: int, row: object) -> Asked | None:
    match row:
        case {"question": str(question), "answers": list(answers)} if all(isinstance(each, str) for each in answers):
            bare = answers[0].strip(" .,;:!?\"'“”‘’") if answers else ""
            short = 0 < len(bare.split()) <= MOST_WORDS and bare.lower() not in _NO_ANSWER
            return Asked(number, " ".join(question.split()), bare) if question.strip() and short else None
        case _:
            raise InputError(f"{where}: no question; 'question' must be a string and 'answers' a list of strings")


def matches(asked: Asked, passages: Passages) -> tuple[list[Match], list[Match]]:
    """The passages taken to answer, then those taken not to, each best first."""
    answer, question = set(stems(asked.answer)), dict.fromkeys(stems(asked.question))
    weights = {word: passages.weight(word) for word in question if word not in answer}
    pattern = answer_pattern(asked.question, asked.answer)
    if pattern is None or sum(weights.values()) < LEAST_WEIGHT or answer <= question.keys():
        return [], []
    found = passages.search(asked.question)
    rarity = sum(passages.weight(word) for word in answer if word not in _COMMON_STEMS and not word[0].isdigit())
    holding = dict.fromkeys([*found, *passages.search(f"{asked.question} {asked.answer}")])
    right = [match for number in holding if (match := _best(pattern, weights, rarity, passages, number))]
    right = _apart(sorted(right, key=lambda match: (-match.score, match.passage)), passages)[:POSITIVES]
    akin = {word[:AKIN] for word in answer} - {word[:AKIN] for word in question}
    lacking = [match for number in found[:NEGATIVES_AMONG] if (match := _lacking(akin, weights, passages, number))]
    lacking = [match for match in _apart(lacking, passages) if right or match.score < TOLD]
    return right, lacking[: NEGATIVES if right else 1]


def _best(
    pattern: re.Pattern[str], weights: dict[str, float], rarity: float, passages: Passages, number: int
) -> Match | None:
    """The occurrence of the answer whose sentence, then neighbourhood, shares most with the question."""
    text = passages.entries[number][2]
    places = [place.span() for place in pattern.finditer(text) if "\n\n" not in place.group()]
    if not places:
        return None
    spans = sentences(text)
    held = [set(stems(text[start:end])) for start, end in spans]
    found = []
    for start, end in places:
        index = next((i for i, span in enumerate(spans) if span[0] <= start < span[1]), 0)
        here = _weight(weights, held[index]) / sum(weights.values())
        near = _weight(weights, set[str]().union(*held[max(0, index - 1) : index + 2]))
        score = INTERCEPT + HERE * here + NEAR * min(near, 60) + RARITY * min(rarity, 15)
        found.append((score, here, -start, Match(number, score, start, end)))
    best = max(found, key=lambda each: each[:3])[3]
    return best if best.score >= SURE else None


def _weight(weights: dict[str, float], held: set[str]) -> float:
    return sum(weight for word, weight in weights.items() if word in held)


def _apart(found: Sequence[Match], passages: Passages) -> list[Match]:
    """The matches that are of different articles and texts, the earlier of two kept."""
    kept: list[Match] = []
    seen: set[str] = set()
    for match in found:
        article, _, text = passages.entries[match.passage]
        around = text[max(0, match.start - 60) : match.end + 60]  # of one without an answer, its beginning
        if not {article, around} & seen:
            kept.append(match)
        seen |= {article, around}
    return kept


def _lacking(akin: set[str], weights: dict[str, float], passages: Passages, number: int) -> Match | None:
    """The passage as a negative, unless it tells too little of what is asked or holds a word akin to the answer's."""
    _, title, text = passages.entries[number]
    held = set(stems(text)).union(stems(title))
    if not akin or akin & {word[:AKIN] for word in held}:
        return None
    told = _weight(weights, held)
    share = told / sum(weights.values())
    return Match(number, share) if share >= RELATED and told >= RELATED_WEIGHT else None


def rows(asked: Asked, passages: Passages, name: str = "news") -> Iterator[dict[str, Any]]:
    """The rows of a question, in the format of training data: its answered ones, then the unanswered.

    ``name`` is the source that their groups tell: ``news:`` for the answered ones, ``newsnone:`` for the others.
    """
    asked_words = set(stems(asked.question))
    for match in (match for matched in matches(asked, passages) for match in matched):
        article, title, text = passages.entries[match.passage]
        if asked_words <= set(stems(title)):  # a question made of this headline, which gives its answer away
            title = ""
        answers = [{"text": text[match.start : match.end], "start": match.start}] if match.end else []
        row = {"id": f"{name}:{asked.line}:{match.passage}", "question": asked.question, "title": title}
        yield row | {"context": text, "answers": answers, "group": f"{name}{'' if answers else 'none'}:{article}"}


def write(questions: Path, articles: Path, out: Path, name: str = "news") -> tuple[int, int]:
    """Match all questions into ``out``, whole or not at all; return how many rows have an answer, and how many none.

    Raises:
        InputError: a file cannot be read or written, or a row of ``questions`` is none.
    """
    if not out.parent.is_dir():
        raise InputError(f"{out.parent}: no such folder; make it, or write elsewhere")
    counts = [0, 0]
    part = out.with_name(out.name + ".part")
    with tempfile.TemporaryDirectory() as folder:
        passages = Passages((each.article for each in read_articles([articles], warn)), Path(folder))
        if not passages.entries:
            raise InputError(f"{articles}: no article in it; give a .jsonl.gz file of articles")
        with part.open("wb") as raw, gzip.GzipFile("", "wb", fileobj=raw, mtime=0) as stream:
            for asked in read_asked(questions):
                for row in rows(asked, passages, name):
                    counts[not row["answers"]] += 1
                    stream.write(json.dumps(row).encode() + b"\n")
    part.replace(out)
    return counts[0], counts[1]


def main() -> int:
    """Read the command line and match; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m qa.reader.matching", description="Match questions with passages.")
    parser.add_argument("--questions", type=Path, required=True, help="question and answers a line, .jsonl.gz")
    parser.add_argument("--articles", type=Path, required=True, help="articles, one a line, .jsonl.gz")
    parser.add_argument("--out", type=Path, required=True, help="file of training rows to write, .jsonl.gz")
    parser.add_argument("--name", default="news", help="the source that the rows are of (default: news)")
    args = parser.parse_args()
    try:
        answered, unanswered = write(args.questions, args.articles, args.out, args.name)
    except BylineError as error:
        warn(error)
        return 2
    print(f"{answered} answered, {unanswered} unanswered")  # noqa: T201 - the command's result
    return 0


if __name__ == "__main__":
    sys.exit(main())
