"""Names by their parts and spelling variants, and other wordings by their words.

Reads one short answer. Knows nothing of questions, articles, numbers or who a name belongs to: that "Daesh" is the
Islamic State, or that the justice minister is Koen Geens, is knowledge, and no rule here claims it.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from qa.cues import FUNCTION_WORDS, content_stems, numbers

Relation = Literal["same", "compatible", "competes", "apart"]
"""How two values stand to each other; ``apart``: their words alone cannot tell. All relations are symmetric."""


def listed(words: str) -> frozenset[str]:
    """The words of a text, for tables that are read by people."""
    return frozenset(words.split())


MAX_PARTS = 7
"""Words that a name may have; longer runs of capitals are headlines."""

SHORT = 4
"""Content words up to which two wordings that share nothing are taken for different answers, not for a rephrasing."""

ECHO = 0.7
"""Share of the shorter sentence's content words in the longer one from which both say the same.

Between the sentences of different seeds there is nothing from 0.57 to 0.70: above are the repetitions, below are not.
"""

_WORD = re.compile(r"[^\W_]+(?:['’.&+][^\W_]+)*(?:(?<=\b[A-Z])\.)?")
_PARTICLES = listed("el al ul ad bin ibn ben van von der den de da di du del della dos das la le ter ten y")
_FIRST_NAMES = listed("ben van")  # "Ben Affleck": no particle when it opens the name with a capital
_JOINTS = listed("of the for in on at's")
_SUFFIXES = listed("jr sr")
_OFFICES = listed(
    "minister premier president chancellor secretary senator sen congressman congresswoman rep representative gov "
    "governor mayor ambassador commissioner attorney king queen prince princess pope sir dame lord mr mrs ms miss dr "
    "prof professor gen capt captain sgt sergeant col colonel lt lieutenant maj cmdr rev imam sheikh judge"
)
# Common nouns that stand before a name; only in lower case, for "Star Wars" is no war called Wars.
_ROLES = listed(
    "actor actress author bomber brother boss chairman chairwoman chief coach colleague director leader doctor founder "
    "journalist lawyer manager militant officer official player prosecutor rapper reporter singer sister spokesman "
    "spokesperson spokeswoman star striker suspect terrorist victim wife husband son daughter father mother"
)
# What a thing is, in lower case after its name: "Maelbeek metro station".
_KINDS = listed(
    "airport station metro television tv newspaper magazine river street group suburb neighborhood neighborhoods "
    "neighbourhood neighbourhoods province county district agency party club stadium city state jihadist"
)
_NEGATIONS = listed("not no never none nobody neither nor without cannot nothing")
_LEADING = listed("a an the at on in to by of for from with as his her its their my our some any this that these those")


@dataclass(frozen=True, slots=True)
class Name:
    """``parts`` are folded and in order, without titles and particles; ``within`` is what follows a comma.

    ``initials`` are those of a name of several words, "" of one; ``acronym`` is a name all in capitals, else "".
    ``particles`` are the words left out of ``parts``, in lower case.
    """

    parts: tuple[str, ...]
    within: tuple[str, ...] = ()
    initials: str = ""
    acronym: str = ""
    particles: frozenset[str] = field(default=frozenset(), compare=False)


def fold(word: str) -> str:
    """One spelling for the variants of a transliterated word: "Bakraoui" and "Bakrawi" are both ``bakraui``.

    Accents and case go; ou, oo and w become u, q becomes k, y becomes i, ph becomes f; doubled letters count once.
    """
    plain = "".join(char for char in unicodedata.normalize("NFKD", word) if char.isalnum()).lower()
    for old, new in (("ou", "u"), ("oo", "u"), ("w", "u"), ("q", "k"), ("y", "i"), ("ph", "f")):
        plain = plain.replace(old, new)
    plain = re.sub(r"(.)\1+", r"\1", plain)
    return re.sub(r"^m[uo]ha[m][aeiu][dt]$", "muhamad", plain)


# Abbreviations and short names that their initials do not tell.
_ALIASES = {
    tuple(map(fold, short.split())): tuple(map(fold, full.split()))
    for short, full in {
        "isis": "islamic state", "isil": "islamic state", "islamic state of iraq and syria": "islamic state",
        "usa": "united states", "america": "united states", "united states of america": "united states",
        "britain": "united kingdom", "great britain": "united kingdom", "un": "united nations",
    }.items()
}  # fmt: skip


_DIRECTIONS = frozenset(
    map(fold, listed("north south east west northern southern eastern western new central upper lower"))
)


def name(text: str) -> Name | None:
    """Read a text that is one name; ``None`` for a list of names, a description or a clause."""
    bare = re.sub(r"\([^)]*\)|[\"“”‘«»]|(?:'s|’s)(?!\w)", " ", text)
    head, _, tail = bare.partition(",")
    words = _untitled(_split(head))
    if not words or len(words) > MAX_PARTS or {"and", "or"} & {word.lower() for word in (*words, *_split(tail))}:
        return None
    capitals = [word for word in words if word[0].isupper()]
    known = _PARTICLES | _JOINTS | _KINDS
    if not capitals or words[0][0].isdecimal() or not all(_fits(word, known) for word in words):
        return None
    told = [word for i, word in enumerate(words) if not _silent(word, first=i == 0)] or words
    parts = tuple(map(fold, told))
    full = _ALIASES.get(parts)
    initials = "".join(part[0] for part in full or told).lower() if len(full or told) > 1 else ""
    inner = _split(tail.partition(",")[0])
    particles = frozenset(word.lower() for word in words) - {word.lower() for word in told}
    within = tuple(map(fold, inner)) if inner and all(word[0].isupper() for word in inner) else ()
    single = words[0].replace(".", "")
    acronym = single.lower() if len(words) == 1 and single.isupper() and len(single) > 1 else ""
    return Name(full or parts, within, initials, acronym, particles)


def _fits(word: str, known: frozenset[str]) -> bool:
    return word[0].isupper() or word[0].isdecimal() or word.lower() in known


def _silent(word: str, *, first: bool) -> bool:
    """Whether a word of a name tells nobody apart: particles, "of", "Jr."."""
    lower = word.lower().rstrip(".")
    if first and lower in _FIRST_NAMES and word[0].isupper():
        return False
    return lower in _PARTICLES | _JOINTS | _SUFFIXES


def _split(text: str) -> list[str]:
    """Words without hyphens; what only leads to a name ("at the") is left out."""
    words = _WORD.findall(re.sub(r"[-–]", " ", text))
    while words and (words[0].lower() in _LEADING) and len(words) > 1:
        words = words[1:]
    return words


def _untitled(words: list[str]) -> list[str]:
    """Leave out the titles before a name: all words up to the last office or role that a name follows."""
    for i in range(len(words) - 2, -1, -1):
        lower = words[i].lower().rstrip(".")
        if words[i + 1].lower().rstrip(".") not in _SUFFIXES | _OFFICES | {"of", "general"} and (
            lower in _OFFICES or words[i] in _ROLES
        ):
            return words[i + 1 :]
    return words


def relate_names(one: Name, other: Name) -> Relation:
    """How two names stand to each other; symmetric.

    same: the same parts; the surname alone or with fewer first names ("Geens", "K. Geens"); an acronym and its words.
    compatible: one's parts in the other's without its last one ("Brussels", "Brussels airport"; "Ibrahim"), or with a
    direction before it ("Korea", "North Korea"); a place and what it lies in.
    competes: everything else, so two first names with one surname.
    """
    one, other = _beside(one, other), _beside(other, one)
    if one.within and other.within and one.within != other.within:
        return "competes"
    if one.parts == other.parts:
        return "same"
    if one.acronym == other.initials != "" or other.acronym == one.initials != "":
        return "same"
    relations = {_inside(one.parts, other.parts), _inside(other.parts, one.parts)}
    if "same" in relations or frozenset(one.parts) == frozenset(other.parts):
        return "same"
    if "compatible" in relations:
        return "compatible"
    return "compatible" if one.within == other.parts or other.within == one.parts else "competes"


def _beside(one: Name, other: Name) -> Name:
    """The name without a "Van" or "Ben" that opens it, where the other has that as a particle: "Van Rompuy"."""
    if len(one.parts) > 1 and one.parts[0] in _FIRST_NAMES & other.particles:
        return replace(one, parts=one.parts[1:], initials="")
    return one


def _inside(short: Sequence[str], long: Sequence[str]) -> Relation:
    """How a name with no more parts stands in another one: all of its parts must occur there in order."""
    left, matched = list(long), []
    for part in short:
        at = next((i for i, there in enumerate(left) if _alike(part, there)), None)
        if at is None:
            return "apart"
        matched += left[:at]
        left = left[at + 1 :]
    if left or _DIRECTIONS & {*matched}:
        return "compatible"
    return "same"


def _alike(part: str, there: str) -> bool:
    """The same part, or one is the other's initial."""
    return part == there or (min(len(part), len(there)) == 1 and part[0] == there[0])


def fuller(text: str, before: str) -> str:
    """The last fuller form of a one-word name in ``before``, the article up to its end, or the name itself.

    News gives a name in full first: "Khalid El Bakraoui … a warrant for Bakraoui" means Khalid.
    """
    short = name(text)
    if short is None or len(short.parts) != 1 or short.acronym:
        return text
    for match in reversed([*_FULL_NAME.finditer(before)]):
        found = name(match.group())
        if found and len(found.parts) > 1 and found.parts[-1] == short.parts[0]:
            return match.group()
    return text


_NOT_NAMES = "|".join(sorted({word.capitalize() for word in FUNCTION_WORDS}, key=len, reverse=True))
_FULL_NAME = re.compile(
    rf"\b(?!(?:{_NOT_NAMES}|However|Meanwhile|Earlier|Later|Yesterday|\w+day|Although|Despite|Since|Even)\b)"
    r"[A-Z][\w’'-]+(?: (?:[a-z]{2,3}[- ])?[A-Z][\w’'-]+){1,3}"
)


def words(text: str) -> tuple[str, ...]:
    """The words of a text in order: no case, accents, marks, articles, leading prepositions; plurals are singular."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char)).lower()
    plain = re.sub(r"(?<=\w)(?:'s|’s)(?!\w)", "", plain).replace("n't", " not").replace("n’t", " not")
    found = re.findall(r"\d+(?:[.,]\d+)+|[^\W_]+(?:['’.][^\W_]+)*", plain)
    start = next((i for i, word in enumerate(found) if word not in _LEADING), 0)
    kept = [singular(word) for word in found[start:] if word not in {"a", "an", "the"}]
    return tuple(kept) or tuple(found)


def relate_words(one: Sequence[str], other: Sequence[str]) -> Relation:
    """How two wordings stand to each other; symmetric.

    same: the same words in the same order, or the parts of a list ("A and B") in any. competes: numbers that neither
    shares, or up to ``SHORT`` content words on both sides and most of them different or a "not" on one side only.
    compatible: the content words of one are in the other, or half of the shorter's. apart: longer wordings, which may
    say one thing in different words.
    """
    if tuple(one) == tuple(other) or _same_list(list(one), list(other)):
        return "same"
    mine, theirs = _content(one), _content(other)
    counts, others = {w for w in mine if w[0].isdecimal()}, {w for w in theirs if w[0].isdecimal()}
    if counts - others and others - counts:
        return "competes"
    shared = mine & theirs
    short = max(len(mine), len(theirs)) <= SHORT
    if short and shared and bool(_NEGATIONS & {*one}) != bool(_NEGATIONS & {*other}):
        return "competes"
    if mine <= theirs or theirs <= mine or 2 * len(shared) > min(len(mine), len(theirs)):
        return "compatible"
    return "competes" if short else "apart"


def _same_list(one: list[str], other: list[str]) -> bool:
    """Whether both are one list ("A and B", "A and B people") whose parts stand in another order."""
    for at in (0, -1):  # what opens both, and what ends both, is no part
        while one and other and one[at] == other[at]:
            one, other = (one[1:], other[1:]) if at == 0 else (one[:-1], other[:-1])
    return "and" in one and sorted(" ".join(one).split(" and ")) == sorted(" ".join(other).split(" and "))


def _content(found: Sequence[str]) -> frozenset[str]:
    return frozenset(word for word in found if word not in FUNCTION_WORDS) or frozenset(found)


def echoes(one: str, other: str) -> bool:
    """Whether two sentences say the same: most words of the shorter are in the longer, and neither counts otherwise.

    They count otherwise when each has a number that the other has not. The order of the two makes no difference.
    """
    if not (numbers(one) <= numbers(other) or numbers(other) <= numbers(one)):
        return False
    shorter, longer = sorted((frozenset(content_stems(one)), frozenset(content_stems(other))), key=len)
    return bool(shorter) and len(shorter & longer) / len(shorter) >= ECHO


def singular(word: str) -> str:
    """An English plural without its ending, lightly: "bodies" to "body", "attacks" to "attack"; "gas" stays."""
    if word.endswith("ies") and len(word) > 4:  # noqa: PLR2004 - "ties"
        return word[:-3] + "y"
    if re.search(r"(?:ss|sh|ch|x|z)es$", word):
        return word[:-2]
    return word[:-1] if len(word) > 3 and re.search(r"[^siu]s$", word) else word  # noqa: PLR2004
