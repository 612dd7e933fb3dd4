"""Numbers, quantities and days as the news writes them, read by value.

Reads one short answer ("at least 31 people", "Dec. 9, 2015"), never a sentence. Knows nothing of questions, articles or
names. English only. Nothing here raises: what is no quantity or no day is ``None``.
"""

import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction

from qa.names import Relation, listed, singular

MAX_WORDS, MAX_LENGTH = 12, 200
"""Words and characters that a quantity may have, its noun included; longer texts are clauses."""

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_TENS = "_ _ twenty thirty forty fifty sixty seventy eighty ninety"
_PLACES = "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"
CARDINALS = {word: n for n, word in enumerate(_ONES.split())}
CARDINALS |= {word: 10 * n for n, word in enumerate(_TENS.split()) if word != "_"}
"""Words for whole numbers below a hundred that are one word."""

_ORDINALS = {word: n for n, word in enumerate(_PLACES.split())}
_SCALES = {"hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_SCALES |= {"dozen": 12, "k": 10**3, "mn": 10**6, "bn": 10**9, "b": 10**9, "tn": 10**12}
_PARTS = {"half": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "eighth": 8, "tenth": 10}
_TIMES = {"once": 1, "twice": 2, "thrice": 3, "none": 0}

# Vague amounts and what they allow, both ends included.
_VAGUE = (
    (r"hundreds of thousands", 10**5, 10**6),
    (r"tens of thousands", 10**4, 10**5),
    (r"(?:several|a few|many) thousand|thousands", 10**3, 10**5),
    (r"(?:several|a few|many) hundred|hundreds", 100, 1000),
    (r"(?:several|a few|many) dozen|dozens|scores", 20, 200),
    (r"(?:several|a few|many) million|(?:tens of )?millions", 10**6, 10**9),
    (r"(?:several|a few|many) billion|billions", 10**9, 10**12),
    (r"several|a few|a handful", 2, 12),
    (r"a couple", 2, 3),
)

# What a number is hedged with, and the word for it; the first that matches counts.
_HEDGES = (
    (r"at least|no (?:fewer|less) than|a minimum of|not less than", "at least"),
    (r"more than|over|above|upwards? of|in excess of|greater than", "more than"),
    (r"less than|fewer than|under|below", "less than"),
    (r"up to|at most|as many as|as much as|no more than|a maximum of", "up to"),
    (r"nearly|almost|close to|just under|not quite|barely", "nearly"),
    (r"about|around|approximately|roughly|an? estimated|estimated|some|circa|c\.", "about"),
    (r"a total of|an?(?= \d)|exactly|only|just|another|all|the|for|in|on|by|of|aged?|an additional", ""),
)
_WHOLE = Fraction(1)  # What a hedge allows, as shares of the number; an open end is not told from a closed one.
_REACH: dict[str, tuple[Fraction, Fraction | None]] = {
    "at least": (_WHOLE, None), "more than": (_WHOLE, None), "nearly": (_WHOLE * 9 / 10, _WHOLE),
    "up to": (_WHOLE * 0, _WHOLE), "less than": (_WHOLE * 0, _WHOLE), "about": (_WHOLE * 9 / 10, _WHOLE * 11 / 10),
}  # fmt: skip
_ROUNDED = Fraction(1, 20)  # how far a round number reaches at most: 1.5 million is not "2 million"
_CONVERTED = Fraction(1, 20)  # how far an amount may be off after it was turned into other units and rounded

_HOUR, _DAY, _YEAR = 3600, 86400, Fraction(1461, 4) * 86400
# What is measured: its units and their sizes.
_MEASURES: dict[str, dict[str, int | Fraction]] = {
    "time": {
        "second sec": 1, "minute min": 60, "hour hr": _HOUR, "day": _DAY, "week": 7 * _DAY, "fortnight": 14 * _DAY,
        "month": _YEAR / 12, "year yr": _YEAR, "decade": 10 * _YEAR, "century": 100 * _YEAR,
    },
    "length": {
        "mm millimetre millimeter": 1, "cm centimetre centimeter": 10, "m metre meter": 1000,
        "km kilometre kilometer": 10**6, "inch": Fraction(254, 10), "foot feet ft": Fraction(3048, 10),
        "yard": Fraction(9144, 10), "mile": 1609344,
    },
    "mass": {"g gram": 1, "kg kilogram kilo": 1000, "tonne": 10**6, "lb": Fraction(45359237, 10**5)},
    "dollar": {"dollar usd $": 1, "cent": Fraction(1, 100)}, "pound": {"pound gbp £": 1}, "euro": {"euro eur €": 1},
    "yen": {"yen jpy ¥": 1}, "yuan": {"yuan renminbi": 1}, "rupee": {"rupee": 1}, "ruble": {"ruble rouble": 1},
    "percent": {"% percent": 1}, "degree": {"degree °": 1}, "speed": {"mph": 1}, "area": {"hectare ha": 1},
}  # fmt: skip
_UNITS = {
    unit: (measure, Fraction(size))
    for measure, sizes in _MEASURES.items()
    for names, size in sizes.items()
    for unit in names.split()
}

# Words beside a number that say no more than the number does.
_FILLERS = listed("people person individual human old age aged long away ago time total or so of in the a an and more")
_TOKEN = re.compile(r"\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|[^\W\d_]+|[$£€¥%°/–-]")
_GLUED = re.compile(r"\d(?!(?:k|m|mn|bn?|tn|km|cm|mm|kg|g|lbs?|mph|ft|st|nd|rd|th|min|hr|ha|[cf])\b)[^\W\d_]")
_NO_NUMBER = re.compile(r"\d:\d|\d\.\d+\.\d|\d\s*(?:[ap]\.?m\b|o.?clock)|[!?;]")


@dataclass(frozen=True, slots=True)
class Quantity:
    """An amount between ``low`` and ``high`` (both allowed; ``None``: no bound) of what ``measure`` says.

    ``measure`` is "" for a plain count, "ordinal" for a place in an order. ``unit`` is the size of the unit it was
    written in, ``slack`` how far a number that is written round ("3.5 million") may be off. ``nouns`` are the singulars
    of what is counted. ``hedge`` is "" or its word: "at least", "about", "vague", "range", …
    """

    low: Fraction
    high: Fraction | None
    measure: str = ""
    unit: Fraction = Fraction(1)
    nouns: frozenset[str] = frozenset()
    hedge: str = ""
    slack: Fraction = Fraction(0)


@dataclass(frozen=True, slots=True)
class _Number:
    """A number in a list of words: ``end`` is the word after it."""

    amount: Fraction
    end: int
    slack: Fraction = Fraction(0)
    measure: str = ""


def quantity(text: str) -> Quantity | None:
    """Read a text that is one quantity, with its hedge, unit and noun; two numbers are none, unless a range."""
    rest = " ".join(unicodedata.normalize("NFKC", text).replace("\N{FRACTION SLASH}", "/").lower().split())
    rest = re.sub(r"(?<=\w) ?\([^)]*\)", "", rest)
    titled = text.istitle() and re.fullmatch(r"[^\W\d]+ [^\d]+", text)  # "Three Mile Island"
    if titled or len(rest) > MAX_LENGTH or _GLUED.search(rest) or _NO_NUMBER.search(rest):
        return None
    hedge, rest = _hedged(rest)
    for pattern, least, most in _VAGUE:
        if match := re.match(rf"(?:{pattern})\b", rest):
            vague = Quantity(Fraction(least), Fraction(most), hedge=hedge or "vague")
            return _measured(vague, _words(rest[match.end() :]))
    found = _words(rest)
    sign = found[:1] if found[:1] and found[0] in "$£€¥" else []
    number = _number(found[len(sign) :])
    if number is None or len(found) > MAX_WORDS:
        return None
    after = found[len(sign) + number.end :]
    if after[:2] == ["or", "more"]:
        hedge = hedge or "at least"
    if after[:1] and after[0] in {"-", "–", "to"}:
        return _range(number, [*sign, *after[1:]], hedge)
    low, high = _REACH.get(hedge, (_WHOLE, _WHOLE))
    bounds = number.amount * low, None if high is None else number.amount * high
    slack = min(number.slack, number.amount * _ROUNDED)
    return _measured(Quantity(*bounds, number.measure, hedge=hedge, slack=slack), [*sign, *after])


def _range(lower: _Number, rest: list[str], hedge: str) -> Quantity | None:
    """A number and, in the rest, the other end of its range; 2-1 is a score."""
    signs, plain = ([word for word in rest if (word in "$£€¥") == sign] for sign in (True, False))
    upper = _number(plain)
    if upper is None or upper.measure != lower.measure or upper.amount <= lower.amount:
        return None
    whole = Quantity(lower.amount, upper.amount, upper.measure, hedge=hedge or "range")
    return _measured(whole, signs + plain[upper.end :])


def _hedged(text: str) -> tuple[str, str]:
    """Take the hedges and fillers off the front: the strongest hedge and the rest."""
    found = ""
    for _ in range(4):
        for pattern, hedge in _HEDGES:
            if match := re.match(rf"(?:{pattern}) ", text):
                found, text = found or hedge, text[match.end() :]
                break
        else:
            break
    return found, text


def _words(text: str) -> list[str]:
    """Words and numbers. A hyphen between words only joins them; a "m" beside money or before a noun is million."""
    text = re.sub(r"\b(?:us|au?|ca?|hk|nz|s)(?=[$])", "", text)
    text = re.sub(r"^(?:an?|one) (\w+) and a half\b", r"1.5 \1", text)
    text = re.sub(r"per cent(?:age)?\b|percentage|\bpct\b", "percent", text)
    text = re.sub(r"(?<=[^\W\d_])[-–]|[-–](?=[^\W\d_])", " ", text)
    millions = r"(?<=\d)m\b" if re.search(r"[$£€¥]", text) else r"(?<=\d)m\b(?= (?!away|long|high|tall|deep|from)[a-z])"
    return _TOKEN.findall(re.sub(millions, " million", text))


def _number(words: list[str]) -> _Number | None:
    """The number that a list of words begins with."""
    if not words:
        return None
    if words[0] in _TIMES and (words[0] != "once" or len(words) == 1):
        return _Number(Fraction(_TIMES[words[0]]), 1)
    if found := _part(words) or _ordinal(words):
        return found
    if words[0] not in {"a", "an"}:
        return _cardinal(words, 0)
    if words[1:] and words[1] in _SCALES:
        return _cardinal(words, 1)
    return _Number(Fraction(1), 1) if words[1:] and singular(words[1]) in _UNITS else None


def _cardinal(words: list[str], first: int) -> _Number | None:
    """Digits or number words with their scales, summed: "two hundred and five", "3.5 million"."""
    total, current, step = Fraction(0), Fraction(0), Fraction(0)
    i = first
    while i < len(words):
        word, scale = words[i], _SCALES.get(words[i])
        if word[0].isdecimal() and i == first:
            current, step = Fraction(word.replace(",", "")), Fraction(1, 10 ** len(word.partition(".")[2]))
        elif word in CARDINALS and not words[first][0].isdecimal():
            current, step = current + CARDINALS[word], Fraction(1)
        elif scale and (i > 0 or len(word) > 2):  # noqa: PLR2004 - "k" and "bn" need a number before them
            current, step = (current or Fraction(1)) * scale, (step or Fraction(1)) * scale
            if scale not in {12, 100}:
                total, current = total + current, Fraction(0)
        elif words[i : i + 3] == ["and", "a", "half"] and i > first:
            current, i = current + Fraction(1, 2), i + 2
        elif not (word == "and" and i > first and words[i + 1 : i + 2] and words[i + 1] in CARDINALS and step > 1):
            break
        i += 1
    if i == first:
        return None
    return _Number(total + current, i, step / 2 if step >= 1000 else Fraction(0))  # noqa: PLR2004 - "300" is exact


def _part(words: list[str]) -> _Number | None:
    """A fraction, in percent: "half", "two thirds", "1/2", "one in three"; "half a million" is an amount."""
    top, bottom, end = 0, 0, 2
    match words:
        case ["half", "a" | "an", thing, *_] if thing in _SCALES or singular(thing) in _UNITS:
            return _Number(Fraction(_SCALES.get(thing, 1), 2), 3 if thing in _SCALES else 2)
        case ["half" | "halfway", *rest]:
            top, bottom, end = 1, 2, 2 if rest[:1] == ["way"] else 1
        case [first, "/" | "in", second, *_]:
            top, bottom, end = _whole(first), _whole(second), 3
        case ["a" | "one", part, *rest] if part in _PARTS and rest[:1] in ([], ["of"]):
            top, bottom = 1, _PARTS[part]
        case [first, part, *_] if part != "seconds" and part[-1] == "s" and part[:-1] in _PARTS:
            top, bottom = _whole(first), _PARTS[part[:-1]]
    return _Number(Fraction(100 * top, bottom), end, measure="percent") if top and bottom else None


def _whole(word: str) -> int:
    """A small whole number in digits or as a word; 0 if it is none."""
    return int(word) if word.isdecimal() and len(word) < 4 else CARDINALS.get(word, 0)  # noqa: PLR2004 - no year


def _ordinal(words: list[str]) -> _Number | None:
    """A place in an order: "third", "a 21st", "twenty-first"; "a second" alone is a time."""
    skip = 1 if words[0] == "a" and len(words) > 2 else 0  # noqa: PLR2004
    match words[skip:]:
        case [digits, "st" | "nd" | "rd" | "th", *_] if digits.isdecimal():
            return _Number(Fraction(digits), skip + 2, measure="ordinal")
        case [tens, ones, *_] if CARDINALS.get(tens, 0) >= 20 and ones in _ORDINALS:  # noqa: PLR2004
            return _Number(Fraction(CARDINALS[tens] + _ORDINALS[ones]), skip + 2, measure="ordinal")
        case [word, *_] if word in _ORDINALS:
            return _Number(Fraction(_ORDINALS[word]), skip + 1, measure="ordinal")
    return None


def _measured(amount: Quantity, rest: list[str]) -> Quantity | None:
    """Put the unit and the noun, which follow, to an amount; ``None`` if another number follows."""
    measure, unit = amount.measure, Fraction(1)
    nouns: set[str] = set()
    for word in rest:
        if word[0].isdecimal() or word in CARDINALS or word in _SCALES:
            return None
        found = _UNITS.get(word) or _UNITS.get(singular(word))
        if found and not measure and not nouns:
            measure, unit = found
        elif word.isalpha() and singular(word) not in _FILLERS and not (found and found[0] == measure):
            nouns.add(singular(word))
    low, high = amount.low * unit, None if amount.high is None else amount.high * unit
    return Quantity(low, high, measure, unit, frozenset(nouns), amount.hedge, amount.slack * unit)


def relate_quantities(one: Quantity, other: Quantity) -> Relation:
    """How two quantities stand to each other; symmetric.

    A missing unit or noun is taken to be the other's: the question has it ("nine", "nine years").
    same: equal amounts with the same hedge. compatible: amounts that can be one ("at least 31" and 34, "hundreds" and
    300, "3.5 million" and 3,512,000, 10 km and 6 miles), or one number of two things. competes: amounts that cannot.
    apart: different measures, a place in an order beside a count, or different numbers of different things.
    """
    if one.measure != other.measure and ("ordinal" in {one.measure, other.measure} or (one.measure and other.measure)):
        return "apart"
    (low, high, slack), (other_low, other_high, other_slack) = (
        _spoken(quantity, as_said=one.measure != other.measure) for quantity in (one, other)
    )
    if one.measure == other.measure and one.unit != other.unit:
        slack += low * _CONVERTED
    alike = not one.nouns or not other.nouns or bool(one.nouns & other.nouns)
    if (low, high, one.hedge) == (other_low, other_high, other.hedge):
        return "same" if alike else "compatible"
    gap = max(low, other_low) - min(bound for bound in (high, other_high, max(low, other_low)) if bound is not None)
    if gap <= slack + other_slack:
        return "compatible" if alike else "apart"
    return "competes" if alike else "apart"


def _spoken(one: Quantity, *, as_said: bool) -> tuple[Fraction, Fraction | None, Fraction]:
    """The bounds and the slack, in the unit it was written in where ``as_said``."""
    unit = one.unit if as_said else Fraction(1)
    return one.low / unit, None if one.high is None else one.high / unit, one.slack / unit
