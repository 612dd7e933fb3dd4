"""Proposals beside a question: an unanswerable twin, and other articles that say the same or something else.

Proposes only; whether a twin is unanswerable and whether articles speak of one event, who writes the questions decides.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from evals.types import Evidence
from evals.writing.check_text import says
from evals.writing.search import Collection, Found
from qa.followup.mentions import Kind, kind_of, mentions
from qa.prose.facts import Fact, facts, with_unit
from qa.prose.match import names_it, told
from qa.quantities import Quantity
from qa.values import Value, compatible, competes, same, value
from vectorstore.types import Article

ANSWERED = 0.75
"""Share of a twin's words in one sentence, in [0, 1], from which it is not proposed: the collection may answer it."""

FAR = 0.45
"""Share below which a twin is not proposed either: it makes no sense ("Who won the State Department?")."""

ALIKE = 0.5
"""Share of a question's words in a sentence of another article from which the two may tell of one event."""

_LOOKED_AT = 40  # articles whose names and numbers are tried
_NEAR = 5  # sentences that a day is looked for beside
_TRIED = 40  # swaps of one fact that are looked up
_READ = 4_000  # characters of each
_ORDER = ("name", "date", "number")  # what is swapped first
_CURRENCIES = {"dollar", "pound", "euro", "yen", "yuan", "rupee", "ruble"}
_AROUND = 20  # characters around a name that tell its kind
_THE = re.compile(r"(?i)\bthe\s+$")
_PERSONS: frozenset[Kind] = frozenset(("man", "woman", "person"))


@dataclass(frozen=True, slots=True)
class Twin:
    """A question with ``was`` swapped for ``now``, which ``holder`` speaks of and the evidence does not.

    ``nearest`` is the sentence that shares most words with it.
    """

    question: str
    was: str
    now: str
    holder: Article
    nearest: Found


@dataclass(frozen=True, slots=True)
class Other:
    """What another article says where the evidence says the answer: ``value``, in its own words; ``agrees`` with it."""

    found: Found
    value: str
    agrees: bool


def twins(question: str, answer: str, evidence: Sequence[Evidence], collection: Collection) -> Iterator[Twin]:
    """Yield questions that look answerable and seem not to be: of the names first, and those nearest to a sentence.

    ``answer`` is that of the question, and the first quote of the ``evidence`` has it: what its nearest sentence
    answers with another value is not proposed.
    """
    sources = [collection.articles[piece.source] for piece in evidence]
    said = value(_in_quote(answer, evidence[0].quote), sources[0].published)
    swapped = sorted(
        (fact for fact in facts(question) if fact.kind in _ORDER and not (fact.kind == "name" and fact.opens)),
        key=lambda fact: _ORDER.index(fact.kind),
    )
    near = [found.article for found in collection.nearest(question, most=_LOOKED_AT)]
    articles = list({article.id: article for article in (*near, *collection.articles.values())}.values())[:_LOOKED_AT]
    for fact in swapped:
        made = (
            _twin(question, fact, now, holder, collection)
            for now, holder in _different(_candidates(fact, question, sources, articles))
        )
        fitting = [twin for twin in made if twin and FAR <= twin.nearest.share < ANSWERED]
        if fact.kind != "date":
            fitting = [twin for twin in fitting if not _answers(said, twin)]
        yield from sorted(fitting, key=lambda twin: -twin.nearest.share)


def _answers(said: Value, twin: Twin) -> bool:
    """Whether the nearest sentence has another number or day of the kind that the question asks for."""
    found = twin.nearest
    sentence = Article(found.article.id, found.sentence, published=found.article.published)
    return said.kind in ("quantity", "date") and _rival(said, sentence, twin.question) is not None


def _different(candidates: Iterator[tuple[str, Article]]) -> Iterator[tuple[str, Article]]:
    """The first ``_TRIED`` candidates, each once."""
    taken = set[str]()
    for now, holder in candidates:
        if now not in taken:
            taken.add(now)
            yield now, holder
        if len(taken) == _TRIED:
            return


def _twin(question: str, fact: Fact, now: str, holder: Article, collection: Collection) -> Twin | None:
    """The twin with its nearest sentence: of an article that has what is swapped in, or is of that day or year."""
    twin = question[: fact.start] + now + question[fact.end :]
    if fact.kind != "date":
        found = collection.nearest(twin, most=1, among=collection.holding(now))
        return Twin(twin, fact.told, now, holder, found[0]) if found else None
    found = collection.nearest(question[: fact.start] + question[fact.end :], most=_NEAR)
    if any(one.share >= ALIKE and (now in one.article.published or now in one.article.text) for one in found):
        return None
    return Twin(twin, fact.told, now, holder, replace(found[0], share=min(found[0].share, FAR))) if found else None


def others(question: str, answer: str, quote: str, article: Article, collection: Collection) -> list[Other]:
    """What other articles say on the question, nearest first: the same as the answer, or what cannot be true beside it.

    Compares the value in their nearest sentence with the answer as it stands in the quote.
    """
    rest = [one for one in collection.articles.values() if one.id != article.id and one.text != article.text]
    mine = _in_quote(answer, quote)
    said = value(mine, article.published)
    told_by = []
    for found in collection.nearest(question, most=5, among=rest):
        if found.share < ALIKE:
            continue
        sentence = Article(found.article.id, found.sentence, published=found.article.published)
        if says(sentence, answer):
            told_by.append(Other(found, answer, agrees=True))
        elif rival := _rival(said, sentence, question):
            told_by.append(Other(found, rival[0], agrees=rival[1]))
    return told_by


def _candidates(
    fact: Fact, question: str, evidence: Sequence[Article], articles: Sequence[Article]
) -> Iterator[tuple[str, Article]]:
    """What a fact of the question can be swapped for: of its kind, another value, and not told by the evidence."""
    was = value(fact.told)
    sources = [told(article.text, article.published) for article in evidence]
    if fact.kind == "date" and fact.told.isdecimal():  # a year: those of the articles, the next ones first
        years = {article.published[:4]: article for article in articles if article.published}
        for year in sorted(years, key=lambda year: (abs(int(year) - int(fact.told)), year)):
            if year not in question:
                yield year, years[year]
        return
    for article in articles:
        text = article.text[:_READ]
        for other in facts(text):
            if other.kind != fact.kind or other.opens or other.told in question:
                continue
            if fact.kind == "name" and not _fits(fact, question, other, text):
                continue
            spoken = any(names_it(other.told, source) or other.told in source.text for source in sources)
            if not spoken and competes(was, value(other.told)):
                yield other.told, article


def _fits(one: Fact, text: str, other: Fact, other_text: str) -> bool:
    """Whether a name can stand where another does: "the" before both or neither, and two persons or no person."""
    the = [bool(_THE.search(where[: fact.start])) for fact, where in ((one, text), (other, other_text))]
    return the[0] == the[1] and _is_person(one, text) == _is_person(other, other_text)


def _is_person(fact: Fact, text: str) -> bool:
    """Whether a name seems to be a person's: so told, or of two words without "the" and of no known kind."""
    kind = next((mention.kind for mention in mentions(text) if mention.start == fact.start), "unknown")
    if kind == "unknown":
        kind = kind_of(fact.told, text[max(0, fact.start - _AROUND) : fact.start], text[fact.end : fact.end + _AROUND])
    if kind != "unknown":
        return kind in _PERSONS
    return len(fact.told.split()) == 2 and not _THE.search(text[: fact.start])  # noqa: PLR2004 - first name, last name


def _in_quote(answer: str, quote: str) -> str:
    """The answer with the word after it in the quote, where it is a number: "nine people"."""
    at = quote.find(answer)
    found = next((fact for fact in facts(quote) if fact.kind == "number" and fact.start == at), None)
    return _with_unit(quote, found) if found and found.told == answer else answer


def _rival(said: Value, sentence: Article, question: str) -> tuple[str, bool] | None:
    """The first value of the sentence that is the same as, else that competes with, what is said; and which."""
    read = [
        _read(sentence, fact)
        for fact in facts(sentence.text)
        if fact.kind != "quotation" and not fact.opens and fact.told not in question
    ]
    agreeing = next((text for text, there in read if same(said, there)), None)
    if agreeing is not None:
        return agreeing, True
    long = said.kind != "name" or len(said.words) > 1
    against = (
        text
        for text, there in read
        if _differ(said, there) and (there.kind != "name" or (len(there.words) > 1) == long)
    )
    found = next(against, None)
    return None if found is None else (found, False)


def _read(sentence: Article, fact: Fact) -> tuple[str, Value]:
    """A fact as an answer, with its unit if it has one ("80 million dollars", but "Twelve" people), and its value."""
    whole = _with_unit(sentence.text, fact)
    alone, read = value(fact.told, sentence.published), value(whole, sentence.published)
    return whole if _measure(read) and not _measure(alone) else fact.told, read


def _measure(said: Value) -> str:
    """What a quantity measures; "" of a count and of anything else."""
    return said.key.measure if isinstance(said.key, Quantity) and said.key.measure != "ordinal" else ""


def _differ(one: Value, other: Value) -> bool:
    """Whether two values of a kind are told differently: 9 and 12, "at least nine" and 12, euros and dollars."""
    mine, theirs = _measure(one), _measure(other)
    if mine != theirs:
        return {mine, theirs} <= _CURRENCIES
    hedged = one.kind == "quantity" and one.qualifier != other.qualifier and compatible(one, other)
    return competes(one, other) or hedged


def _with_unit(text: str, fact: Fact) -> str:
    return with_unit(text, fact)[0] if fact.kind == "number" else fact.told
