"""From what words and vectors found to one ranking. Pure functions: no index, no file."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from math import exp

from vectorstore.types import Hit

CANDIDATES = 200  # of words and of vectors each
DAYS = 14  # in so many, what a passage gains for being recent falls to a third (1 / e)
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Ranking:
    """How passages are ranked. The defaults are the best of what evals/bench/retrieval.py tries (docs/retrieval.md).

    ``candidates``: passages taken from words and from vectors each. ``title`` and ``phrase``: weights of a match in the
    title, and of two neighbouring words of the question standing together, beside a word in the text. ``words`` and
    ``cosine``: weights of BM25 and of the cosine; a question's best passage has a BM25 of about 60. ``recent``: what an
    article of the question's own day gains. ``an_article``: how many passages of one article may stand before those of
    others; 0: no such bound.
    """

    candidates: int = CANDIDATES
    title: float = 0.3
    phrase: float = 0.3
    words: float = 1 / 25
    cosine: float = 1.0
    recent: float = 0.8
    an_article: int = 10


RANKING = Ranking()


def fuse(
    words: Sequence[tuple[str, float]],
    cosines: Mapping[str, float],
    priors: Mapping[str, float],
    ranking: Ranking = RANKING,
    *,
    cut: bool = False,
) -> list[tuple[str, float]]:
    """Ids and scores in [0, 1), best first; ties are in the order of ids.

    The weighted sum ``s`` of cosine, BM25 and prior, as ``s / (1 + s)``. BM25 is not scaled by the question's best:
    where no passage holds the question's words, meaning should decide, and where one holds its rare names, words. A
    passage that words did not find gets their last score if their list was ``cut`` at that, else none. ``cosines`` and
    ``priors`` hold every candidate; a cosine below 0 counts as 0.
    """
    bm25 = dict(words)
    least = words[-1][1] if cut else 0.0
    sums = {
        id_: ranking.words * bm25.get(id_, least) + ranking.cosine * max(0.0, cosine) + priors[id_]
        for id_, cosine in cosines.items()
    }
    return sorted(((id_, s / (1 + s)) for id_, s in sums.items()), key=lambda item: (-item[1], item[0]))


def prior(published: str, near: date | None, ranking: Ranking = RANKING) -> float:
    """What a passage gains for its day (``YYYY-MM-DD`` or "") being near, in [0, ``recent``].

    News a week before or after ``near`` still gain 0.6 of it.
    """
    if not near or not published:
        return 0.0
    return ranking.recent * exp(-abs((near - date.fromisoformat(published)).days) / DAYS)


def collapse(hits: Sequence[Hit], copies: Mapping[str, str], texts: Mapping[str, str]) -> list[Hit]:
    """Drop the hits of all but the best-placed article of each group of copies; the order stays.

    Where two copies each have a number or a name that the other lacks, they may contradict one another: a passage that
    holds such a one stays. ``texts`` are the articles' texts, by id.
    """
    speakers: dict[str, str] = {}  # group → the article that speaks for it
    own: dict[str, frozenset[str]] = {}  # article → what it has otherwise than its speaker
    kept = []
    for hit in hits:
        article_id = hit.passage.article_id
        speaker = speakers.setdefault(copies.get(article_id, article_id), article_id)
        if speaker != article_id:
            if article_id not in own:
                own[article_id] = _otherwise(texts[article_id], texts[speaker])
            if own[article_id].isdisjoint(_words(hit.passage.text.casefold())):
                continue
        kept.append(hit)
    return kept


def _otherwise(text: str, other: str) -> frozenset[str]:
    """The names and numbers of the text that the other lacks, in lower case; none where only one of the two has any.

    A copy that merely adds a place line, a credit or a paragraph contradicts nothing.
    """
    ours, theirs = _words(text), _words(other)
    our_own = {word.casefold() for word in ours if _is_fact(word)} - {word.casefold() for word in theirs}
    their_own = {word.casefold() for word in theirs if _is_fact(word)} - {word.casefold() for word in ours}
    return frozenset(our_own if their_own else ())


def _words(text: str) -> set[str]:
    """The words of a text; a number with the word after it, since one number counts many things."""
    found = _WORD.findall(text)
    return {f"{word} {after}" if word.isdigit() else word for word, after in pairwise([*found, ""])}


def _is_fact(word: str) -> bool:
    return word[0].isupper() or word[0].isdigit()


def spread(hits: Sequence[Hit], an_article: int) -> list[Hit]:
    """The hits with those past the first ``an_article`` of their article behind all others; 0: as they are."""
    if not an_article:
        return list(hits)
    seen: dict[str, int] = {}
    first: list[Hit] = []
    rest: list[Hit] = []
    for hit in hits:
        article_id = hit.passage.article_id
        seen[article_id] = seen.get(article_id, 0) + 1
        (first if seen[article_id] <= an_article else rest).append(hit)
    return first + rest
