"""Whether a fact of a sentence is told in a text: numbers and days by value, names by their parts, quotations by words.

Compares what is written, in either direction of precision: a text that says "Tuesday" of a known week tells the date, a
text that says "hundreds" does not tell "300". Knows nothing of search or models.
"""

import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from qa.followup.mentions import mentions
from qa.followup.words import DIRECTIONS, GROUPS, NO_NAMES, PLACES, TITLES
from qa.names import fold, listed, name, relate_names
from qa.prose.facts import Fact, Kind, facts, with_unit
from qa.quantities import Quantity, quantity, relate_quantities
from qa.values import Day, value

NEAR = Fraction(1, 10)
"""How far a rounded number with "about" or "nearly" before it may be from the one that is told."""

_RELATIVE = re.compile(r"(?i)\b(?:today|tonight|yesterday|tomorrow|last year|this year|next year)\b")
_TOKEN = re.compile(r"[^\W_]+(?:['’.&][^\W_]+)*")
_PLAIN = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_POSSESSIVE = re.compile(r"['’]s?$")
_ROLES = TITLES | GROUPS | PLACES | DIRECTIONS | NO_NAMES | listed("prime interior foreign state attorney")
_ADJECTIVES = listed("senior former top local deputy federal regional national new acting")
_VAGUE = "vague"
_PLACES = ("third", "fourth", "fifth", "sixth", "eighth", "tenth")
# Peoples whose names do not begin like their countries'.
_PEOPLES = {
    fold(people): fold(country)
    for people, country in (
        pair.split(":")
        for pair in listed(
            "french:france dutch:netherlands spanish:spain danish:denmark polish:poland welsh:wales irish:ireland "
            "swiss:switzerland greek:greece british:britain english:england turkish:turkey finnish:finland "
            "american:america americans:america thai:thailand slovak:slovakia czech:czechia"
        )
    )
}
_ROOT = 4  # letters of a people's name that its country has too: "Belgian", "Belgium"


@dataclass(frozen=True, slots=True)
class Told:
    """What a text tells: its quantities as written, its days, its folded words and where capitals are among them."""

    text: str
    quantities: tuple[tuple[Quantity, Fact], ...]
    days: tuple[tuple[Day, Fact], ...]
    words: tuple[str, ...]
    capitals: tuple[bool, ...]
    plain: str


@lru_cache(maxsize=2048)
def told(text: str, published: str = "") -> Told:
    """Read a text; ``published`` (YYYY-MM-DD or "") places its weekdays and "last year"."""
    found = _inside_too(text)
    quantities = [(amount, fact) for fact in found if fact.kind == "number" for amount in _amounts(text, fact)]
    days = [(day, fact) for fact in found if fact.kind == "date" if (day := _day(fact.told, published))]
    relative = [Fact("date", match.group(), *match.span()) for match in _RELATIVE.finditer(text)]
    days += [(day, fact) for fact in relative if (day := _day(fact.told, published))]
    tokens = [_POSSESSIVE.sub("", token) for token in _TOKEN.findall(_unhyphenated(text))]
    return Told(
        text,
        tuple(quantities),
        tuple(days),
        tuple(map(fold, tokens)),
        tuple(token[0].isupper() or token[0].isdigit() or token[1:2].isupper() for token in tokens),
        plain_words(text),
    )


def occurrences(kind: Kind, text: str) -> list[Fact]:
    """The facts of one kind in a text, those inside quotations too."""
    return [fact for fact in _inside_too(text) if fact.kind == kind]


def tells(fact: Fact, sentence: str, source: Told, published: str = "") -> bool:
    """Whether the text tells the fact, which stands in ``sentence``; ``published`` is the text's day."""
    match fact.kind:
        case "quotation":
            return quotes(source.plain, fact.told)
        case "date":
            return _tells_day(fact, source, published)
        case "number":
            return _tells_number(fact, sentence, source)
        case _:
            return names_it(fact.told, source)


def same_fact(fact: Fact, sentence: str, other: Fact, text: str, published: str = "") -> bool:
    """Whether one fact of a text is that of the sentence."""
    if fact.kind == "name":
        return names_it(fact.told, told(other.told)) or _same_name(fact.told, other.told)
    around = text[other.start : other.end + 20] if fact.kind == "number" else other.told
    cut = around if fact.kind != "number" else " ".join([other.told, *around[len(other.told) :].split()[:1]])
    here = told(cut, published)
    return _tells_day(fact, here, "") if fact.kind == "date" else tells(fact, sentence, here)


def plain_words(text: str) -> str:
    """A text as its words alone, in lower case, with one space around each: quotation marks and dashes do not count."""
    plain = unicodedata.normalize("NFKC", text).lower().replace("’", "'")
    return f" {' '.join(_PLAIN.findall(plain))} "


def quotes(plain: str, quotation: str) -> bool:
    """Whether the words of a quotation stand in a text as ``plain_words`` gives it, in one run.

    "…" and "[…]" may leave out words: then each part must stand there, in order.
    """
    at = 0
    parts = [plain_words(part) for part in re.split(r"\.\.\.|…|\[[^\]]*\]", quotation)]
    for part in parts:
        if part.strip():
            found = plain.find(part, max(0, at - 1))
            if found < 0:
                return False
            at = found + len(part)
    return True


@lru_cache(maxsize=2048)
def _inside_too(text: str) -> tuple[Fact, ...]:
    """The facts of a text and of the quotations in it."""
    found: list[Fact] = []
    for fact in facts(text):
        found.append(fact)
        if fact.kind == "quotation":
            found += [
                Fact(one.kind, one.told, one.start + fact.start, one.end + fact.start, one.hedged, one.opens)
                for one in _inside_too(fact.told)
                if one.kind != "quotation"
            ]
    return tuple(found)


def _amounts(text: str, fact: Fact) -> list[Quantity]:
    read = [amount for one in with_unit(text, fact) if (amount := quantity(one))][:1]
    alone = quantity(fact.told)
    return read + ([alone] if alone and alone not in read and fact.told.lower() in _PLACES else [])


def _day(text: str, published: str) -> Day | None:
    key = value(text, published).key
    return key if isinstance(key, Day) else None


def _tells_number(fact: Fact, sentence: str, source: Told) -> bool:
    """The same number as written, or the same amount; a round one for an exact one where it is told as "about"."""
    if re.search(rf"(?<![\w.,]){re.escape(fact.told.lower())}(?![\w]|[.,]\d)", source.text.lower()):
        return True
    mine = _amounts(sentence, fact)
    return any(_is_amount(amount, other, hedged=fact.hedged) for amount in mine for other, _ in source.quantities)


def _is_amount(mine: Quantity, other: Quantity, *, hedged: bool) -> bool:
    if other.hedge == _VAGUE != mine.hedge:
        return False
    if relate_quantities(mine, other) in ("same", "compatible"):
        return True
    if mine.nouns and other.nouns and mine.low == other.low and mine.measure == other.measure:
        return True
    if not hedged or mine.measure != other.measure or not mine.high or not other.high:
        return False
    return _digits(mine) < _digits(other) and abs(mine.low - other.low) <= NEAR * other.low


def _digits(amount: Quantity) -> int:
    """The significant digits that an amount is told in."""
    plain = f"{float(amount.low / amount.unit):.15g}"
    return len(plain.replace(".", "").lstrip("0")) if "." in plain else len(plain.rstrip("0"))


def _tells_day(fact: Fact, source: Told, published: str) -> bool:
    """A day of the text that is told as exactly; a year alone also where the text is of that year."""
    mine = _day(fact.told, "")
    if mine is None or plain_words(fact.told) in source.plain:
        return mine is not None or plain_words(fact.told) in source.plain
    days = [day for day, _ in source.days]
    if published and (today := _day(published, "")):
        days.append(today)
    return any(_as_exact(mine, day, source) for day in days)


def _as_exact(mine: Day, other: Day, source: Told) -> bool:
    if mine.until or other.until:
        return mine == other
    if mine.year and other.year is None and f" {mine.year} " not in source.plain:
        return False
    if mine.year and other.year and mine.year != other.year:
        return False
    if (mine.month and mine.month != other.month) or (mine.day and mine.day != other.day):
        return False
    return mine.weekday is None or mine.weekday == other.weekday or (mine.day is not None and other.weekday is None)


def names_it(text: str, source: Told) -> bool:
    """Whether a name stands in a text: its parts in a row, less titles and peoples before them; or an acronym of it."""
    tokens = [_POSSESSIVE.sub("", token) for token in _TOKEN.findall(_unhyphenated(text))]
    for skip in range(len(tokens)):
        if _runs(tuple(map(fold, tokens[skip:])), source):
            return all(_said(token, source) for token in tokens[:skip])
        if not (tokens[skip].lower() in _ROLES | _ADJECTIVES or tokens[skip].replace(".", "").isupper()):
            break
    return any(_same_name(text, mention.name) for mention in mentions(source.text))


def _said(token: str, source: Told) -> bool:
    """Whether a word before a name is in the text; "president", "senior" and the like need not be."""
    return token.lower() in TITLES | _ADJECTIVES or any(_alike(fold(token), word) for word in source.words)


def _runs(parts: tuple[str, ...], source: Told) -> bool:
    """Whether the parts stand in a row, each a word with a capital; particles in between do not count."""
    for first, (word, capital) in enumerate(zip(source.words, source.capitals, strict=True)):
        if not capital or not _alike(parts[0], word):
            continue
        at, left = first + 1, list(parts[1:])
        while left and at < len(source.words) and at - first <= len(parts) + 2:
            if _alike(left[0], source.words[at]):
                left.pop(0)
            elif source.capitals[at] and len(source.words[at]) > 1:
                break
            at += 1
        if not left:
            return True
    return False


def _alike(part: str, word: str) -> bool:
    """The same word, or a people and its country."""
    if part == word:
        return True
    mine, theirs = _PEOPLES.get(part, part), _PEOPLES.get(word, word)
    if mine == theirs:
        return True
    people = part if part in _NATIONS else word if word in _NATIONS else ""
    return bool(people) and len(part) >= _ROOT <= len(word) and part[:_ROOT] == word[:_ROOT]


_NATIONS = frozenset(map(fold, NO_NAMES | {f"{word}s" for word in NO_NAMES if word.endswith("n")}))


def _same_name(one: str, other: str) -> bool:
    mine, theirs = name(one), name(other)
    return mine is not None and theirs is not None and relate_names(mine, theirs) == "same"


def _unhyphenated(text: str) -> str:
    return re.sub(r"[-–—]", " ", text)
