"""Surface cues: the content words of a text, its names and numbers, and the kind of answer that a question expects.

Knows only the letters of the text: no search, no articles, no model. English only.
"""

import re
import unicodedata
from typing import Literal

Kind = Literal["who", "number", "when", "where", "why", "quote", "other"]

_WORD = re.compile(r"\w+(?:[.,]\d+)*")
_SUFFIX = re.compile(r"(?:ations?|ings?|ers?|ors?|ments?|ions?|ies|ied|es|ed|ly|s|e|y)$")

# Words that name nothing: articles, prepositions, pronouns, auxiliaries, question words.
_FUNCTION_WORDS = (
    "a about according after all also am an and any are article articles as at be because been before being "
    "between both but by can could did do does doing done during each for from had has have having he her hers "
    "him his how i if in into is it its itself many may me might more most much my no nor not of off on one or "
    "other our out over own s same say says said she should so some such t than that the their them then there "
    "these they this those through to too under until up us very was we were what when where which while who "
    "whom whose why will with would you your happen happened mentioned reported reportedly name named give "
    "given"
)
FUNCTION_WORDS = frozenset(_FUNCTION_WORDS.split())

# The kind of answer, by the words of the question; the first that matches counts.
_ASKS: dict[Kind, re.Pattern[str]] = {
    "number": re.compile(
        r"(?i)\bhow (?:many|much|old|long|far|often|big|large|high|tall|deep|fast)\b|\bnumber of\b|\bhow .* times\b"
    ),
    "when": re.compile(r"(?i)\bwhen\b|\b(?:what|which) (?:year|day|date|month|time|week)\b"),
    "where": re.compile(
        r"(?i)\bwhere\b|\b(?:what|which) (?:city|country|place|town|state|station|airport|region|suburb)\b"
    ),
    "why": re.compile(r"(?i)\bwhy\b|\bhow come\b|\b(?:what|which) (?:reasons?|caused?|led)\b"),
    "who": re.compile(
        r"(?i)\bwho(?:m|se)?\b|\b(?:what|which) (?:man|woman|person|people|minister|official|group|team|company)\b"
    ),
    "quote": re.compile(
        r"(?i)\bwhat\b.* (?:say|said|tell|told|claim|claimed|call|called|respond|warn|warned)\b|\bquote"
    ),
}


def stem(word: str) -> str:
    """The word in lower case without accents and its commonest English endings, at least three letters long."""
    word = "".join(char for char in unicodedata.normalize("NFKD", word) if not unicodedata.combining(char)).lower()
    cut = _SUFFIX.sub("", word)
    return cut if len(cut) >= 3 else word  # noqa: PLR2004 - "bed" is no past tense of "b"


def content_stems(text: str) -> list[str]:
    """Stems of the words that carry meaning, in order, repeats kept; numbers are kept as written."""
    words = (word for word in _WORD.findall(text.replace("’s", "").replace("'s", "")))
    return [stem(word) for word in words if word.lower() not in FUNCTION_WORDS]


def names(text: str) -> frozenset[str]:
    """Stems of what must match literally: words with a capital that do not open the text, and numbers."""
    found = list(_WORD.finditer(text))
    return frozenset(
        stem(word.group())
        for position, word in enumerate(found)
        if (word.group()[0].isdigit() or (position > 0 and word.group()[0].isupper()))
        and word.group().lower() not in FUNCTION_WORDS
    )


def numbers(text: str) -> frozenset[str]:
    """The numbers of a text that are written in digits, thousands separators left out."""
    return frozenset(word.replace(",", "") for word in _WORD.findall(text) if word[0].isdigit())


def asks_for(question: str) -> Kind:
    """The kind of answer that the question's last sentence expects."""
    last = re.split(r"(?<=[?.!])\s", question.strip())[-1]
    return next((kind for kind, pattern in _ASKS.items() if pattern.search(last)), "other")
