"""An answer as a browser sends it back: checked, cut down to what an ``Answer`` has, its articles the store's own.

The server keeps no answers, so it cannot know what a visitor saw. What it can know, it does not take from the browser:
an article's title, outlet, day and address, and the text of a passage, are the store's wherever that has the article.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from qa.types import Answer, Citation, Finding, Sentence
from vectorstore.errors import InputError
from vectorstore.types import Article, Hit, Passage

ArticleOf = Callable[[str], Article]
"""Gives the article of an id; raises ``KeyError`` where there is none."""

LONGEST = 20_000
"""Characters of a text in an answer; real ones are far shorter."""
MOST = 200
"""Entries of a list in an answer."""
LARGEST = 1e9
"""No number in an answer is above it, or below 0."""

T = TypeVar("T")


def answer(sent: Any, article_of: ArticleOf) -> Answer:
    """Return the answer that the browser sent. A field that is missing is empty.

    Raises ``InputError`` where a field is of another type, too long, or out of its range.
    """
    one = _object(sent)
    citations = {cited.marker: cited for cited in _each(one, "citations", lambda part: _citation(part, article_of))}
    return Answer(
        question=text(one, "question"),
        standalone_question=text(one, "standalone_question"),
        scope=text(one, "scope"),
        answer=text(one, "answer"),
        short_answer=text(one, "short_answer"),
        abstained=one.get("abstained") is True,
        differ=one.get("differ") is True,
        confidence=_number(one, "confidence", most=1),
        mode="generated" if one.get("mode") == "generated" else "extractive",
        findings=_each(one, "findings", lambda part: _finding(part, citations)),
        citations=tuple(citations.values()),
        passages=_each(one, "passages", lambda part: _hit(part, article_of)),
        seconds=_numbers(one, "seconds", ("retrieve", "read", "write", "total")),
        notice=text(one, "notice"),
        sentences=_each(one, "sentences", _sentence),
        tokens={name: int(value) for name, value in _numbers(one, "tokens", ("input", "output")).items()},
    )


def text(one: Mapping[str, Any], name: str, longest: int = LONGEST) -> str:
    """Return a text, "" where there is none; half a surrogate pair becomes "?". Raises ``InputError``."""
    value = one.get(name, "")
    if not isinstance(value, str):
        raise InputError(f'"{name}" is no text; reload the page and try again')
    if len(value) > longest:
        raise InputError(f'"{name}" has {len(value):,} characters, the limit is {longest:,}; shorten it')
    return value.encode(errors="replace").decode()


def entries(one: Mapping[str, Any], name: str, most: int = MOST) -> list[Any]:
    """Return a list, empty where there is none. Raises ``InputError``."""
    value = one.get(name, [])
    if not isinstance(value, list) or len(value) > most:
        raise InputError(f'"{name}" is no list of at most {most:,}; take some out')
    return value


def _citation(sent: Any, article_of: ArticleOf) -> Citation:
    one = _object(sent)
    marker, start, end = (int(_number(one, name)) for name in ("marker", "start", "end"))
    return Citation(marker, _article(one, article_of), text(one, "quote"), start, end)


def _article(one: Mapping[str, Any], article_of: ArticleOf) -> Article:
    article_id = text(one, "article_id")
    try:
        return article_of(article_id)
    except KeyError:  # removed since: what the visitor saw of it
        facts = {name: text(one, name) for name in ("title", "publisher", "published", "url")}
        return Article(article_id, "", **facts)


def _finding(sent: Any, citations: Mapping[int, Citation]) -> Finding:
    one = _object(sent)
    markers = [marker for marker in entries(one, "citations") if isinstance(marker, int)]
    cited = tuple(citations[marker] for marker in markers if marker in citations)
    return Finding(text(one, "value"), _number(one, "confidence", most=1), cited)


def _hit(sent: Any, article_of: ArticleOf) -> Hit:
    one = _object(sent)
    article = _article(one, article_of)
    start, end = (int(_number(one, name)) for name in ("start", "end"))
    shown = article.text[start:end][:LONGEST] or text(one, "text")
    return Hit(Passage(article.id, start, end, shown), _number(one, "score"), article)


def _sentence(sent: Any) -> Sentence:
    one = _object(sent)
    reason = "" if one.get("supported") is True else text(one, "reason") or "not borne out"
    return Sentence(text(one, "text"), reason)


def _object(sent: Any) -> Mapping[str, Any]:
    if not isinstance(sent, dict):
        raise InputError("a part of the answer is not in a form that can be kept; reload the page and try again")
    return sent


def _each(one: Mapping[str, Any], name: str, of: Callable[[Any], T]) -> tuple[T, ...]:
    return tuple(of(part) for part in entries(one, name))


def _number(one: Mapping[str, Any], name: str, most: float = LARGEST) -> float:
    value = one.get(name, 0)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        raise InputError(f'"{name}" is no number from 0 to {most:,g}; reload the page and try again')
    return value


def _numbers(one: Mapping[str, Any], name: str, known: tuple[str, ...]) -> dict[str, float]:
    given = _object(one.get(name, {}))
    return {each: _number(given, each) for each in known if each in given}
