"""Stores of any size, made of the passages of a real one.

The first are the source's articles as they are. Past those, articles are mixed of ten passages of any articles each, in
a random order, with the vectors jittered: so a passage's text stands in several articles, but no article is a copy of
another, and every vector is its own.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path

import numpy as np

from vectorstore.copies import signature
from vectorstore.embed import Encoder
from vectorstore.errors import BylineError
from vectorstore.library import Library
from vectorstore.rows import Entry, IndexedPassage, Vectors, article_hash, passage_id
from vectorstore.store import library_path, manifest_of
from vectorstore.types import Article, Filters, Passage

MIXED = 10  # passages an article
JITTER = 0.5  # length of what is added to a vector of length 1; the sum is then scaled: cosine 0.89 to the original
PUT = 200  # articles a transaction
NEAREST = 10


class Nearest:
    """The exact ``NEAREST`` of each question among all that was shown. ``questions`` is ``(q, d)``, unit rows."""

    def __init__(self, questions: Vectors) -> None:
        self._questions = questions
        self._scores = np.full((len(questions), NEAREST), -np.inf, dtype=np.float32)
        self._ids = np.full((len(questions), NEAREST), "", dtype=object)

    def show(self, ids: Sequence[str], vectors: Vectors) -> None:
        """Look at more passages; ``vectors`` is ``(len(ids), d)``."""
        scores = np.hstack([self._scores, self._questions @ vectors.T])
        names = np.hstack([self._ids, np.tile(np.array(ids, dtype=object), (len(self._questions), 1))])
        best = np.argsort(-scores, axis=1)[:, :NEAREST]
        self._scores = np.take_along_axis(scores, best, axis=1)
        self._ids = np.take_along_axis(names, best, axis=1)

    def ids(self) -> list[list[str]]:
        """For each question the ids found, best first."""
        return [[id_ for id_ in row if id_] for row in self._ids.tolist()]


@dataclass(frozen=True, slots=True)
class Built:
    """What a store was made of. ``nearest`` are the ids of each question's ``NEAREST``, exactly.

    ``filters`` is name → filters and the share of articles that they allow.
    """

    articles: int
    passages: int
    real: int
    nearest: list[list[str]]
    filters: dict[str, tuple[Filters, float]]


def read_source(path: Path) -> list[list[IndexedPassage]]:
    """The passages of a library, article by article, in reading order."""
    with Library(path) as library:
        ids = library.passage_ids()
        entries = {entry.id: entry for entry in library.passages(ids)}
    by_article: dict[str, list[IndexedPassage]] = {}
    for id_ in ids:
        by_article.setdefault(entries[id_].article.id, []).append(entries[id_])
    return list(by_article.values())


def write_library(
    source: Sequence[Sequence[IndexedPassage]], store: Path, passages: int, questions: Vectors, encoder: Encoder
) -> Built:
    """Make the library of a new store with so many passages. Its indexes are for ``update_indexes`` to make."""
    store.mkdir(parents=True)
    nearest = Nearest(questions)
    articles: list[Article] = []
    left, real = passages, 0
    with Library(library_path(store), "create") as library:
        library.set_manifest({**manifest_of(encoder), "id": store.name})
        entries = _entries(source)
        while left and (batch := list(islice(entries, PUT))):
            batch = _cut(batch, left)
            library.put(batch)
            ids = [id_ for entry in batch for id_ in _ids(entry)]
            nearest.show(ids, np.concatenate([entry.vectors for entry in batch]))
            articles += [entry.article for entry in batch]
            left -= len(ids)
            real += sum(len(entry.passages) for entry in batch if entry.path == "real")
    return Built(len(articles), passages - left, real, nearest.ids(), _filters(articles))


def _ids(entry: Entry) -> list[str]:
    content = article_hash(entry.article)
    return [passage_id(content, passage.start, passage.end) for passage in entry.passages]


def _entries(source: Sequence[Sequence[IndexedPassage]]) -> Iterator[Entry]:
    for found in source:
        vectors = np.stack([entry.vector for entry in found])
        passages = [entry.passage for entry in found]
        yield Entry(found[0].article, "real", signature(found[0].article.text), passages, vectors)
    everything = [entry for found in source for entry in found]
    if len(everything) < MIXED:
        raise BylineError(f"{len(everything)} passages are too few to mix others of; give a larger --store")
    rng = np.random.default_rng(0)
    for turn in count(1):
        order = rng.permutation(len(everything))
        for first in range(0, len(order) - MIXED + 1, MIXED):  # what is left over would be a copy of its article
            chosen = [everything[at] for at in order[first : first + MIXED]]
            yield _mixed(f"mixed {turn} {first}", chosen, rng)


def _mixed(id_: str, chosen: Sequence[IndexedPassage], rng: np.random.Generator) -> Entry:
    """An article of these passages; what else is known of it is the first one's."""
    passages, start = [], 0
    for entry in chosen:
        text = entry.passage.text
        passages.append(Passage(id_, start, start + len(text), text))
        start += len(text) + len("\n\n")
    text = "\n\n".join(passage.text for passage in passages)
    like = chosen[0].article
    article = Article(id_, text, like.title, publisher=like.publisher, published=like.published)
    vectors = np.stack([entry.vector for entry in chosen])
    moved = vectors + rng.standard_normal(vectors.shape) * (JITTER / np.sqrt(vectors.shape[1]))
    unit: Vectors = (moved / np.linalg.norm(moved, axis=1, keepdims=True)).astype(np.float32)
    return Entry(article, "mixed", signature(text), passages, unit)


def _cut(batch: Sequence[Entry], most: int) -> list[Entry]:
    """The batch, ended where it has ``most`` passages."""
    kept = []
    for entry in batch:
        number = min(most, len(entry.passages))
        if number:
            passages, vectors = entry.passages[:number], entry.vectors[:number]
            kept.append(Entry(entry.article, entry.path, entry.signature, passages, vectors))
        most -= number
    return kept


def _filters(articles: Sequence[Article]) -> dict[str, tuple[Filters, float]]:
    """The outlet with the most articles, the tenth of the articles in the middle of all days, and 50 chosen ones."""
    days = sorted(article.published for article in articles if article.published)
    middle = days[len(days) * 9 // 20 : len(days) * 11 // 20 + 1]
    chosen = tuple(article.id for article in articles[:: max(1, len(articles) // 50)][:50])
    publisher = Counter(article.publisher for article in articles).most_common(1)[0][0]
    filters = {
        "publisher": Filters(publishers=(publisher,)),
        "dates": Filters(after=middle[0], before=middle[-1]) if middle else Filters(after="0001-01-01"),
        "articles": Filters(article_ids=chosen),
    }
    return {name: (wanted, _share(articles, wanted)) for name, wanted in filters.items()}


def _share(articles: Sequence[Article], filters: Filters) -> float:
    allowed = [
        (not filters.publishers or article.publisher in filters.publishers)
        and (not filters.article_ids or article.id in filters.article_ids)
        and (not filters.after or filters.after <= article.published <= (filters.before or "9999"))
        for article in articles
    ]
    return round(sum(allowed) / len(allowed), 4)
