"""The word index: BM25 over passage text and article title, in Tantivy. Knows ids, words and filters, not texts.

Derived from the library: built by ``change`` in a folder that nobody else reads yet, then only read.
"""

from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path

import tantivy

from vectorstore.rows import IndexedPassage
from vectorstore.search import RANKING, Ranking
from vectorstore.types import Filters

UNKNOWN = 4.0  # what a word counts that no passage holds but for one letter; a rare word's BM25 is about 10
SHORTEST_UNKNOWN = 5  # letters: a change in a shorter word makes another one
WIDE = 3  # times as many passages as are wanted are found by words, for phrases to choose among
PHRASES = 4000  # passages with phrases, at most; what else has one has frequent words only, which gain it little
COMMON = 20_000  # passages, from which a word is a common one
_SHOULD = tantivy.Occur.Should
_Clause = tuple[tantivy.Occur, tantivy.Query]
HEAP_BYTES = 64_000_000
LONGEST_WORD = 40  # characters; longer runs are no words


def _analyzer(*, for_question: bool) -> tantivy.TextAnalyzer:
    """Lower case, accents folded ("Müller" finds "Muller"), English stems; a question loses its stop words."""
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    builder = builder.filter(tantivy.Filter.remove_long(LONGEST_WORD)).filter(tantivy.Filter.lowercase())
    if for_question:
        builder = builder.filter(tantivy.Filter.stopword("english"))
    return builder.filter(tantivy.Filter.ascii_fold()).filter(tantivy.Filter.stemmer("english")).build()


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("article_id", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("publisher", tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field("published", indexed=True, fast=True)
    builder.add_text_field("text", tokenizer_name="news")
    builder.add_text_field("title", tokenizer_name="news")
    return builder.build()


def day_number(published: str) -> int:
    """``"2016-03-24"`` → 20160324, ``""`` → 0, so that days compare as numbers."""
    return int(published.replace("-", "") or 0)


class WordIndex:
    """An open index. Searching is safe from several threads."""

    def __init__(self, path: Path, *, create: bool = False) -> None:
        """Open the folder, or make a new index in it. Raises ``ValueError`` where there is none."""
        if create:
            path.mkdir()
            self._index = tantivy.Index(_schema(), path=str(path))
        else:
            self._index = tantivy.Index.open(str(path))
        self._schema = self._index.schema
        self._index.register_tokenizer("news", _analyzer(for_question=False))
        self._question_analyzer = _analyzer(for_question=True)

    def change(self, remove: Iterable[str], add: Iterable[IndexedPassage]) -> None:
        """Take passages out by id and add others, in one commit."""
        writer = self._index.writer(heap_size=HEAP_BYTES, num_threads=1)
        for id_ in remove:
            writer.delete_documents_by_term("id", id_)
        for entry in add:
            article = entry.article
            document = tantivy.Document()
            document.add_text("id", entry.id)
            document.add_text("article_id", article.id)
            document.add_text("publisher", article.publisher)
            document.add_unsigned("published", day_number(article.published))
            document.add_text("text", entry.passage.text)
            document.add_text("title", article.title)
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()

    def count(self) -> int:
        """The number of passages."""
        return int(self._index.searcher().num_docs)

    def ids(self) -> set[str]:
        """The ids of all passages."""
        searcher = self._index.searcher()
        hits = searcher.search(tantivy.Query.all_query(), limit=max(1, searcher.num_docs), count=False).hits
        return {searcher.doc(address)["id"][0] for _, address in hits}

    def search(self, question: str, k: int, filters: Filters, ranking: Ranking = RANKING) -> list[tuple[str, float]]:
        """The ids and BM25 scores (above 0, higher is better) of at most ``k`` passages, best first.

        The question's words are looked up as they are: nothing in it is read as query syntax. Words and phrases are
        looked up apart, and the scores added: words alone need not score every passage that has one of them (Ding &
        Suel 2011, "Faster Top-k Document Retrieval Using Block-Max Indexes"), words with phrases would.
        """
        searcher = self._index.searcher()
        words, bounds = self._question_analyzer.analyze(question), self._bounds(filters)
        scores = _found(searcher, list(self._words(searcher, words, ranking)), bounds, WIDE * k)
        for address, score in _found(searcher, list(self._phrases(searcher, words, ranking)), bounds, PHRASES).items():
            if address in scores:
                scores[address] += score
        best = sorted(scores, key=lambda address: (-scores[address], address))[:k]
        return [(searcher.doc(tantivy.DocAddress(*address))["id"][0], scores[address]) for address in best]

    def _words(self, searcher: tantivy.Searcher, words: list[str], ranking: Ranking) -> Iterator[_Clause]:
        """Each word in text and title; one that is nowhere, but for a letter too."""
        schema, query = self._schema, tantivy.Query
        for word in dict.fromkeys(words):
            known = searcher.doc_freq("text", word) or searcher.doc_freq("title", word)
            for field, weight in (("text", 1.0), ("title", ranking.title)):
                if known or len(word) < SHORTEST_UNKNOWN:
                    yield _SHOULD, query.boost_query(query.term_query(schema, field, word), weight)
                else:
                    yield _SHOULD, query.boost_query(query.fuzzy_term_query(schema, field, word), weight * UNKNOWN)

    def _phrases(self, searcher: tantivy.Searcher, words: list[str], ranking: Ranking) -> Iterator[_Clause]:
        """Each two neighbours together, or with a word between: "Bank of England" has lost its "of".

        Not two words that are ``COMMON`` both: in a million passages such pairs take most of the time, and tell
        passages apart least.
        """
        for first, second in dict.fromkeys(pairwise(words)):
            if not ranking.phrase or first == second:
                continue
            if min(searcher.doc_freq("text", word) for word in (first, second)) <= COMMON:
                phrase = tantivy.Query.phrase_query(self._schema, "text", [first, second], slop=1)
                yield _SHOULD, tantivy.Query.boost_query(phrase, ranking.phrase)

    def _bounds(self, filters: Filters) -> list[tuple[tantivy.Occur, tantivy.Query]]:
        """The filters as clauses that add nothing to a score."""
        bounds = []
        for field, values in (("publisher", filters.publishers), ("article_id", filters.article_ids)):
            if values:
                bounds.append(tantivy.Query.term_set_query(self._schema, field, list(values)))
        if filters.after or filters.before:
            first = day_number(filters.after) or 1  # 0, no date, is outside every range
            last = day_number(filters.before) or 99991231
            bounds.append(tantivy.Query.range_query(self._schema, "published", tantivy.FieldType.Unsigned, first, last))
        return [(tantivy.Occur.Must, tantivy.Query.const_score_query(bound, 0.0)) for bound in bounds]


def _found(
    searcher: tantivy.Searcher, should: list[_Clause], bounds: list[_Clause], limit: int
) -> dict[tuple[int, int], float]:
    """The scores of the ``limit`` best passages by any of the clauses and all of the bounds, by segment and place."""
    if not should:
        return {}
    query = tantivy.Query.boolean_query([(tantivy.Occur.Must, tantivy.Query.boolean_query(should)), *bounds])
    hits = searcher.search(query, limit=limit, count=False).hits
    return {(address.segment_ord, address.doc): float(score) for score, address in hits}
