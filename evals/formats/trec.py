"""A run's rankings as TREC's qrels and runs, for trec_eval, ir-measures and the like.

By article, a ranking is the articles of the passages, each at its best passage, and relevant are those of the gold
evidence. By passage, for which the articles' texts are needed, the judgements are those that ``evals.retrieval``
makes of this very ranking: a passage is relevant when it is the first to hold a piece of evidence, and a piece that no
passage holds is a document of its own that nothing finds. So other tools' figures are ours; another run needs qrels of
its own.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from evals.retrieval import judge
from evals.types import Evidence, GivenPassage, Result
from vectorstore.errors import BylineError
from vectorstore.types import Article, Passage

TAG = "byline"
_UNSAFE = re.compile(r"[%\s\x00-\x1f\x7f]")


def encoded(name: str) -> str:
    """An id without white space, as TREC's columns need it: that and "%" become %XX of their UTF-8, as in URLs."""
    return _UNSAFE.sub(lambda found: "".join(f"%{byte:02X}" for byte in found.group().encode()), name)


def write(results: Sequence[Result], folder: Path, articles: Mapping[str, Article] | None = None) -> list[Path]:
    """Write ``articles.qrels`` and ``.run`` into the folder; with ``articles`` also ``passages.qrels`` and ``.run``.

    ``articles`` is the collection by id. Returns the paths. Raises ``BylineError`` if one cannot be written.
    """
    files = {
        "articles.qrels": _lines(_qrels(one.example.id, _sources(one.example.evidence)) for one in results),
        "articles.run": _lines(_run(one.example.id, _sources(_passages(one))) for one in results),
    }
    if articles is not None:
        files["passages.qrels"] = _lines(_qrels(one.example.id, _relevant(one, articles)) for one in results)
        files["passages.run"] = _lines(_run(one.example.id, map(_passage_id, _passages(one))) for one in results)
    paths = []
    for name, lines in files.items():
        path = folder / name
        try:
            path.write_text(lines, encoding="utf-8")
        except OSError as error:
            raise BylineError(f"{path}: cannot be written ({error.strerror}); choose another --trec") from error
        paths.append(path)
    return paths


def _lines(groups: Iterable[Iterable[str]]) -> str:
    return "".join(f"{line}\n" for group in groups for line in group)


def _qrels(question_id: str, relevant: Iterable[str]) -> Iterator[str]:
    """``question 0 document 1``."""
    return (f"{encoded(question_id)} 0 {encoded(name)} 1" for name in relevant)


def _run(question_id: str, ranked: Iterable[str]) -> Iterator[str]:
    """``question Q0 document rank score tag``; tools sort by the score, so it falls by 1 with each rank."""
    names = list(ranked)
    return (
        f"{encoded(question_id)} Q0 {encoded(name)} {rank} {len(names) + 1 - rank} {TAG}"
        for rank, name in enumerate(names, start=1)
    )


def _sources(pieces: Iterable[Evidence | GivenPassage]) -> list[str]:
    """The article of each piece, each once, in order."""
    return list(dict.fromkeys(one.source if isinstance(one, Evidence) else one.article_id for one in pieces))


def _passages(result: Result) -> tuple[GivenPassage, ...]:
    return result.answer.passages if result.answer else ()


def _passage_id(passage: GivenPassage) -> str:
    return f"{passage.article_id}#{passage.start}-{passage.end}"


def _relevant(result: Result, articles: Mapping[str, Article]) -> Iterator[str]:
    """The relevant passages of a ranking and, for each one more that there is to find, a name that nothing has."""
    evidence = [
        piece
        for piece in result.example.evidence
        if piece.source in articles and piece.quote in articles[piece.source].text
    ]
    if not evidence:
        return
    ranking = _passages(result)
    judged = judge(evidence, [_text(one, articles) for one in ranking])
    for passage, relevant in zip(ranking, judged.relevant, strict=True):
        if relevant:
            yield _passage_id(passage)
    for number in range(judged.total - sum(judged.relevant)):
        yield f"not-found-{number + 1}"


def _text(at: GivenPassage, articles: Mapping[str, Article]) -> Passage:
    """The passage with its text, "" where the collection has its article no more."""
    article = articles.get(at.article_id)
    return Passage(at.article_id, at.start, at.end, article.text[at.start : at.end] if article else "")
