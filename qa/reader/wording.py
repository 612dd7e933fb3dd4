"""How an answer, and what is asked, may be worded in a text: its words as stems, and a pattern that finds it.

Reads one string at a time; knows nothing of articles or search. English only.
"""

import re
from functools import lru_cache

from qa.cues import FUNCTION_WORDS, asks_for, stem
from qa.quantities import CARDINALS

_WORD = re.compile(r"\w+(?:[.,]\d+)*")
_PART = re.compile(r"[$£€]|%|\w+(?:[.,]\d+)*")
_LEADING = re.compile(
    r"(?i)\A(?:(?:an?|the|about|around|approximately|roughly|nearly|almost|over|more than|at least|another|in|on|at|to|"
    r"by|for|from|with|of|because of|due to|he|she|it|they|his|her|its|their|is|was|were|are|former|president|mr|mrs|"
    r"ms|dr|sen|senator|sir|actor|actress|singer|rapper)\.?\s+)+(?=\S)"
)
_NAME = re.compile(r"[A-Z][a-z]+ [A-Z]\w{3,}")
_ORDINALS = "zeroth first second third fourth fifth sixth seventh eighth ninth tenth"
_NUMBERS = {word: str(n) for word, n in CARDINALS.items()}
_NUMBERS |= {word: f"{n}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(n, 'th') }" for n, word in enumerate(_ORDINALS.split())}
_AS_WORD = {digits: word for word, digits in _NUMBERS.items()}

# Whole collections are read, in which few words are new.
_stem = lru_cache(maxsize=1 << 18)(stem)


def stems(text: str) -> list[str]:
    """Stems of the words that carry meaning, in order; numbers up to ninety are in digits."""
    words = (word.lower() for word in _WORD.findall(text))
    return [_stem(_NUMBERS.get(word, word)) for word in words if word not in FUNCTION_WORDS]


def answer_pattern(question: str, answer: str) -> re.Pattern[str] | None:
    """What finds an answer in a text as whole words, whatever its case and however its numbers are written.

    Articles, prepositions and titles before it are left out; ``None`` if no word is left. Of two words that answer
    "who", the last alone will do ("Sanders"), unless the question has it.
    """
    answer = re.sub(r"(?i)\bper ?cent(?:age)?\b", "%", answer)
    parts = _PART.findall(_LEADING.sub("", answer))
    if not any(part[0].isalnum() for part in parts):
        return None
    if asks_for(question) == "who" and _NAME.fullmatch(" ".join(parts)) and parts[-1] not in question:
        first, last = map(re.escape, parts)
        return re.compile(rf"(?<!\w)(?:(?i:{first})\W{{1,3}}(?i:{last})|{last})(?!\w)")
    pattern = r"(?<![\w$£€])" if _is_number(parts[0]) else r"(?<!\w)"
    pattern += r"(?<!\d[.,])(?<!\w-)"
    for number, part in enumerate(parts):
        glued = number == 0 or part == "%" or parts[number - 1] in "$£€"
        pattern += (r"\s?" if glued and number else "" if glued else r"\W{1,3}") + _part(part.lower())
    if parts[-1] != "%":
        pattern += r"(?!\w|[.,]\d)"
    if _is_number(parts[-1]):
        pattern += r"(?!-\w|\s?%|\s(?:hundred|thousand|million|billion|trillion|per ?cent)\b)"
    return re.compile(pattern, re.IGNORECASE)


def _is_number(part: str) -> bool:
    return part[0].isdigit() or part.lower() in _NUMBERS


def _part(part: str) -> str:
    if part == "%":
        return "(?:%|per ?cent)"
    other = _NUMBERS.get(part) or _AS_WORD.get(part)
    plain = re.escape(part).replace(",", ",?")
    return f"(?:{plain}|{other})" if other else plain
