"""The sentences of a collection that share most words with a question. Loads no model, so that it answers at once.

A first look for who writes questions, not the search of the product: ``byline eval check`` asks that one.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import log

from qa.cues import content_stems
from vectorstore.sentences import sentences
from vectorstore.types import Article

LOOKED_INTO = 12
"""Articles whose sentences are compared, of those that hold most of the question's words."""

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Found:
    """A sentence ``article.text[start:end]``; ``share`` of the question's words that it has, rare ones counting more.

    ``share`` is in [0, 1], higher is nearer.
    """

    article: Article
    start: int
    end: int
    share: float

    @property
    def sentence(self) -> str:
        """The sentence itself."""
        return self.article.text[self.start : self.end]


class Collection:
    """Articles held in memory, to be looked through."""

    def __init__(self, articles: Sequence[Article]) -> None:
        self.articles = {article.id: article for article in articles}
        self._lower = {article.id: f"{article.title}\n{article.text}".lower() for article in articles}

    def holding(self, text: str) -> list[Article]:
        """The articles that hold a text, whatever its case."""
        wanted = text.lower()
        return [self.articles[id_] for id_, lower in self._lower.items() if wanted in lower]

    def nearest(self, question: str, most: int = 3, among: Sequence[Article] | None = None) -> list[Found]:
        """The sentences that share most with the question, nearest first, at most one of an article.

        ``among`` are the only articles to look through.
        """
        ids = [article.id for article in among] if among is not None else list(self._lower)
        stems = list(dict.fromkeys(content_stems(question)))
        holders = {stem: [id_ for id_ in ids if stem in self._lower[id_]] for stem in stems}
        weights = {stem: log(1 + len(ids) / (1 + len(held))) + 0.1 for stem, held in holders.items()}
        total = sum(weights.values())
        scores = dict.fromkeys(ids, 0.0)
        for stem, held in holders.items():
            for id_ in held:
                scores[id_] += weights[stem]
        best = sorted((id_ for id_ in ids if scores[id_]), key=lambda id_: -scores[id_])[:LOOKED_INTO]
        found = [self._best_sentence(self.articles[id_], weights, total) for id_ in best]
        return sorted((one for one in found if one.share), key=lambda one: -one.share)[:most]

    def _best_sentence(self, article: Article, weights: dict[str, float], total: float) -> Found:
        def share(span: tuple[int, int]) -> float:
            held = set(content_stems(article.text[span[0] : span[1]]))
            return sum(weight for stem, weight in weights.items() if stem in held) / total

        spans = sentences(article.text)
        best = max(spans, key=share, default=(0, 0))
        return Found(article, *best, share(best) if spans else 0.0)
