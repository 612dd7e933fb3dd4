"""False sentences out of true ones, by rule: the other half of what the check of prose is measured on.

An altered sentence differs from a true one in one number, date, name or quotation; half of the new ones are taken from
the same passage, which is the hard case. Knows nothing of the check.
"""

import itertools
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from evals.bench.rewording import MONTHS, SMALL, Sample
from qa.cues import FUNCTION_WORDS
from qa.followup.words import MEN, NO_NAMES, WOMEN
from qa.prose.facts import Fact, facts
from qa.prose.match import same_fact, tells, told

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_LAST_DAY = 31  # of a month; a larger number in a date is a year


def altered_samples(sample: Sample, others: Sequence[str], rng: random.Random) -> Iterator[Sample]:
    """A true sentence with one fact changed: each kind that it has, from afar and from the same passage.

    ``others`` are sentences of other articles, for names from afar.
    """
    for kind in ("number", "date", "name", "quotation"):
        mine = [fact for fact in facts(sample.sentence) if fact.kind == kind]
        if not mine:
            continue
        fact = rng.choice(mine)
        if fact.opens and not tells(fact, sample.sentence, told(f"x {sample.passage.text}".replace("\n", " x "))):
            continue
        for near in (False, True):
            now = _near(fact, sample, rng) if near else _far(fact, others, rng)
            changed = _with(sample, fact, now, near=near) if now else None
            if changed and not tells(
                replace(fact, told=now, end=fact.start + len(now)), changed.sentence, told(sample.sentence)
            ):
                yield changed


def invented(sample: Sample, rng: random.Random) -> Sample | None:
    """A sentence whose own words are put into somebody's mouth, a content word of them changed."""
    words = sample.sentence.rstrip(".").split()
    if "“" in sample.sentence or '"' in sample.sentence or len(words) < 9:  # noqa: PLR2004
        return None
    start = rng.randrange(1, len(words) - 6)
    words[start + 2] = rng.choice(["deeply", "proudly", "secretly", "everywhere", "regret", "freedom"])
    quoted = f"{' '.join(words[:start])} “{' '.join(words[start : start + 6])}” {' '.join(words[start + 6 :])}."
    return replace(sample, id=f"{sample.id}>invented", sentence=quoted, altered="quotation", now="invented")


def exchanged(sample: Sample, rng: random.Random) -> Sample | None:
    """A sentence with two of its names in each other's place: right names, a wrong relation.

    Two that only "and", "or" or a comma parts are taken for a list, where their order says nothing.
    """
    names = [fact for fact in facts(sample.sentence) if fact.kind == "name" and not fact.opens]
    pairs = [
        (one, other)
        for one, other in itertools.combinations(names, 2)
        if _form(one.told)[0] == _form(other.told)[0]
        and not re.fullmatch(r"[\s,]*(?:and|or|of|in|,)?[\s,]*", sample.sentence[one.end : other.start])
        and not {*one.told.split()} & {*other.told.split()}
    ]
    if not pairs:
        return None
    one, other = rng.choice(pairs)
    text = sample.sentence
    changed = f"{text[: one.start]}{other.told}{text[one.end : other.start]}{one.told}{text[other.end :]}"
    return replace(
        sample, id=f"{sample.id}>roles", sentence=changed, altered="roles", near=True, was=one.told, now=other.told
    )


def _with(sample: Sample, fact: Fact, now: str, *, near: bool) -> Sample:
    text = sample.sentence
    changed = f"{text[: fact.start]}{now}{text[fact.end :]}"
    where = "near" if near else "far"
    return replace(
        sample,
        id=f"{sample.id}>{fact.kind}-{where}",
        sentence=changed,
        altered=fact.kind,
        near=near,
        was=fact.told,
        now=now,
    )


def _near(fact: Fact, sample: Sample, rng: random.Random) -> str:
    """Another value of the same kind and form from the same passage, that the sentence does not have."""
    text = sample.passage.text
    taken = facts(sample.sentence)
    found = [
        other.told
        for other in facts(text)
        if other.kind == fact.kind
        and (not other.opens or other.told.lower() in MEN | WOMEN)
        and _form(other.told) == _form(fact.told)
        and not any(
            same_fact(one, sample.sentence, other, text, sample.published) for one in taken if one.kind == fact.kind
        )
    ]
    if fact.kind == "quotation":
        words = text.split()
        size = len(fact.told.split())
        if len(words) < size + 2 or size < 3:  # noqa: PLR2004
            return ""
        start = rng.randrange(len(words) - size)
        piece = " ".join(words[start : start + size])
        return "" if re.search(r"[“”\"]", piece) else _swapped(piece)
    return rng.choice(found) if found else ""


def _swapped(piece: str) -> str:
    """Words with two of them in each other's place, so that nobody wrote them in a row."""
    words = piece.split()
    words[0], words[-1] = words[-1], words[0]
    return " ".join(words)


def _far(fact: Fact, others: Sequence[str], rng: random.Random) -> str:
    if fact.kind == "number":
        return _other_number(fact.told, rng)
    if fact.kind == "date":
        return _other_date(fact.told, rng)
    if fact.kind == "quotation":
        words = fact.told.split()
        if len(words) < 2:  # noqa: PLR2004
            return ""
        words[rng.randrange(len(words))] = rng.choice(["never", "always", "children", "money", "tomorrow", "war"])
        return " ".join(words)
    names = [
        one.told
        for text in others
        for one in facts(text)
        if one.kind == "name" and not one.opens and _form(one.told) == _form(fact.told)
    ]
    return rng.choice(names) if names else ""


def _form(text: str) -> tuple[str, int]:
    """What kind of token it is and how many words: no surname is put for a number, nor "Belgian" for a city."""
    if text.lower() in NO_NAMES:
        return "people", 1
    if text.lower() in FUNCTION_WORDS or (text.lower() in SMALL and text[0].isupper()):
        return text, 0
    digits = "digits" if text[-1:].isdigit() and text[0].isdigit() else "money" if text[0] in "$£€" else "words"
    return digits, min(3, len(text.split()))


def _other_number(text: str, rng: random.Random) -> str:
    """One digit changed, a place added, or another small word."""
    if text.lower() in SMALL:
        return rng.choice([word for word in SMALL if word != text.lower()])
    places = [i for i, char in enumerate(text) if char.isdigit()]
    if not places:
        return ""
    if rng.random() < 1 / 3 and "," not in text and "." not in text and len(places) < 3:  # noqa: PLR2004
        return text[: places[-1] + 1] + rng.choice("0123456789") + text[places[-1] + 1 :]
    at = places[0] if rng.random() < 1 / 2 else rng.choice(places)
    new = rng.choice([digit for digit in "123456789" if digit != text[at]])
    return text[:at] + new + text[at + 1 :]


def _other_date(text: str, rng: random.Random) -> str:
    """Another weekday, month, day or year in place of one that is told."""
    options: list[str] = []
    if text.endswith("0s"):
        return text.replace(text[-3], str((int(text[-3]) + rng.randrange(1, 9)) % 10))
    for names in (_DAYS, MONTHS):
        told = [name for name in names if re.search(rf"\b{name}\b", text)]
        options += [text.replace(name, rng.choice([other for other in names if other != name])) for name in told]
    for match in re.finditer(r"\d+", text):
        old = int(match.group())
        new = (
            old + rng.choice([-3, -2, -1, 1, 2, 3])
            if old > _LAST_DAY
            else rng.choice([day for day in range(1, 29) if day != old])
        )
        options.append(text[: match.start()] + str(new) + text[match.end() :])
    return rng.choice(options) if options else ""
