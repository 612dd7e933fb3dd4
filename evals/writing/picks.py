"""Sentences worth asking about, best first, spread over articles, outlets and months. Ignorant of who is asked.

A sentence is worth a question when it states facts that can be checked: names, numbers, days. Read off the letters
alone (``qa.prose.facts``), with the reasons told; nothing is random, so the same collection gives the same picks.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from qa.prose.facts import Fact, facts
from vectorstore.sentences import paragraphs
from vectorstore.types import Article

POOL = 20
"""Articles that are looked into for each question wanted: enough to choose from, and a large collection stays quick."""

_WORTH = {"number": 2.0, "date": 1.5, "name": 1.0, "quotation": 0.5}
_MOST = 3  # facts of one kind that count
_LONG = (40, 350)  # characters of a sentence that a question fits
_LEANS = re.compile(r"(?:He|She|It|They|This|That|These|Those|His|Her|Its|Their|But|And|So|There)\b|[\"“‘]")
_LEANS_COST = 1.5  # what opens so needs the sentence before it
_SAME_ARTICLE, _SAME_OUTLET, _SAME_MONTH = 3.0, 0.5, 0.25  # what each earlier pick of the same costs
_SHOWN = 3  # facts of a kind that are told as reasons


@dataclass(frozen=True, slots=True)
class Pick:
    """A sentence ``article.text[start:end]`` of the paragraph ``[paragraph_start, paragraph_end)``, and why it."""

    article: Article
    start: int
    end: int
    paragraph_start: int
    paragraph_end: int
    facts: tuple[Fact, ...]
    worth: float

    @property
    def sentence(self) -> str:
        """The sentence itself."""
        return self.article.text[self.start : self.end]

    @property
    def why(self) -> str:
        """The reasons, in words: what can be asked for."""
        told = []
        for kind, heading in (("number", "numbers"), ("date", "days"), ("name", "names"), ("quotation", "quotations")):
            found = list(dict.fromkeys(fact.told for fact in self.facts if fact.kind == kind))[:_SHOWN]
            told += [f"{heading}: {', '.join(found)}"] if found else []
        return "; ".join(told)


def picks(articles: Sequence[Article], wanted: int, quotes: Collection[tuple[str, str]] = ()) -> Iterator[Pick]:
    """Yield sentences to ask about, the next best each time, none twice.

    ``wanted`` is how many questions are to come of them. ``quotes`` are those of the questions that are there already,
    each with its article's id: what they hold is not picked, and their articles come later. Each pick makes others of
    its article, outlet and month less worth. Never raises; ends when nothing is left.
    """
    pool = _spread([article for article in articles if article.text.strip()])[: max(POOL, POOL * wanted)]
    asked: dict[str, list[str]] = {}
    for article_id, quote in quotes:
        asked.setdefault(article_id, []).append(quote)
    left = [pick for article in pool for pick in _of_article(article) if not _is_asked(pick, asked)]
    counts = Counter[tuple[str, str]]()
    for article in articles:
        for _quote in asked.get(article.id, ()):
            counts.update(_shares(article))
    said = set[str]()
    while left:
        best = max(left, key=lambda pick: pick.worth - _cost(pick.article, counts))
        left.remove(best)
        if best.sentence in said:
            continue
        said.add(best.sentence)
        counts.update(_shares(best.article))
        yield best


def _is_asked(pick: Pick, asked: Mapping[str, Sequence[str]]) -> bool:
    return any(quote and (quote in pick.sentence or pick.sentence in quote) for quote in asked.get(pick.article.id, ()))


def _shares(article: Article) -> list[tuple[str, str]]:
    return [("article", article.id), ("outlet", article.publisher), ("month", article.published[:7])]


def _cost(article: Article, counts: Counter[tuple[str, str]]) -> float:
    costs = (_SAME_ARTICLE, _SAME_OUTLET, _SAME_MONTH)
    return sum(cost * counts[share] for cost, share in zip(costs, _shares(article), strict=True))


def _spread(articles: Sequence[Article]) -> list[Article]:
    """The articles, outlets and months taking turns; within one, in an order that says nothing about them."""
    groups: dict[tuple[str, str], list[Article]] = {}
    for article in sorted(articles, key=lambda one: hashlib.sha256(one.id.encode("utf-8", "surrogatepass")).digest()):
        groups.setdefault((article.publisher, article.published[:7]), []).append(article)
    return [article for turn in zip_longest(*groups.values()) for article in turn if article]


def _of_article(article: Article) -> Iterator[Pick]:
    for paragraph in paragraphs(article.text):
        first, last = paragraph.sentences[0][0], paragraph.sentences[-1][1]
        for start, end in paragraph.sentences:
            sentence = article.text[start:end]
            if _LONG[0] <= len(sentence) <= _LONG[1]:
                found = facts(sentence)
                if found:
                    yield Pick(article, start, end, first, last, found, _worth(sentence, found))


def _worth(sentence: str, found: Sequence[Fact]) -> float:
    kinds = Counter(fact.kind for fact in found if not fact.opens)
    worth = sum(_WORTH[kind] * min(count, _MOST) for kind, count in kinds.items())
    return worth - _LEANS_COST * bool(_LEANS.match(sentence))
