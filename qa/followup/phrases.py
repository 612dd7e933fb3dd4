"""Noun phrases of a message, as far as its small words show them: "the raids in Jette", "the six individuals".

Knows no conversation, and of grammar only determiners, prepositions and endings. English only.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from qa.cues import FUNCTION_WORDS
from qa.followup.words import PEOPLE, PLURALS, word_set

_WORD = re.compile(r"[^\W_]+(?:[-’'.&][^\W_]+)*|[,;:.?!()\"“”]")
_DROPPED = word_set("a an any some more many the")
_COUNTS = word_set("several few two three four five six seven eight nine ten dozens hundreds new")
_PREPOSITIONS = word_set("of in at on with against for from about between near")
_STOP = FUNCTION_WORDS | _PREPOSITIONS | {"by", "to", "near", "against", "into", "onto"}
_VERB = re.compile(
    r"(?:[a-z]+(?:ed|ing)|said|made|began|won|ran|took|went|left|gave|got|came|found|held|hold|start|end|release|"
    r"perform|play|get|go|come|look|like|become|last|take|make|win|work|help|open|close|go|feel|think|believe)$"
)
_PERSON = re.compile(r"[a-z]{3,}(?:er|or|ist|ian|man|woman|men|women|eer|ant)s?$")
_LONGEST = 5


@dataclass(frozen=True, slots=True)
class Phrase:
    """``text`` is made definite, "the new raids"; ``head`` is its last noun, ``noun`` the same in the singular.

    ``after`` is what follows with a preposition, " in Jette", or ``""``.
    """

    text: str
    head: str
    noun: str
    after: str

    @property
    def plural(self) -> bool:
        """Whether its head looks like more than one."""
        return self.head in PLURALS or (self.head.endswith("s") and not self.head.endswith(("ss", "us", "is")))

    @property
    def person(self) -> bool:
        """Whether its head is one or more persons, by a list of nouns and by endings like "-er"."""
        return self.noun in PEOPLE or self.head in PEOPLE or _PERSON.match(self.head) is not None


def singular(noun: str) -> str:
    """The noun in lower case without the commonest plural endings, to compare by."""
    return re.sub(r"(?:(?<=ch|sh|ss)es|(?<=[a-z]{2})(?<!s)s)$", "", noun.lower())


@lru_cache(maxsize=256)
def phrases(text: str) -> tuple[Phrase, ...]:
    """The noun phrases that open with an article or a number, in order; none that somebody owns ("his album")."""
    words = list(_WORD.finditer(text))
    found = []
    for at, word in enumerate(words):
        lower = word.group().lower()
        opens = lower in _DROPPED | _COUNTS or (lower.isdigit() and len(lower) < 4)  # noqa: PLR2004 - 2015 is a year
        before = words[at - 1].group().lower() if at else ""
        if opens and before not in _DROPPED | _COUNTS:
            end = _end(words, at + 1)
            first = next((i for i in range(at, end) if words[i].group().lower() not in _DROPPED), end)
            if first < end and not (first == at and end == at + 1):
                core = text[words[first].start() : words[end - 1].end()]
                head = core.split()[-1].lower()
                found.append(Phrase(f"the {core}", head, singular(head), _after(words, end, text)))
    return tuple(phrase for phrase in found if not phrase.text.endswith(("'s", "’s", "'", "’")))


def _end(words: list[re.Match[str]], start: int) -> int:
    """Where the phrase ends whose first word after the article is at ``start``."""
    for at in range(start, min(start + _LONGEST, len(words))):
        word = words[at].group()
        lower = word.lower()
        if at > start and (_VERB.match(word) or (word[0].isupper() and words[at - 1].group()[0].islower())):
            return at
        if not word[0].isalnum() or (lower in _STOP and not (at == start and lower in _DROPPED)):
            return at
    return min(start + _LONGEST, len(words))


def _after(words: list[re.Match[str]], at: int, text: str) -> str:
    """The prepositional phrase that follows, with the space before it, or ``""``."""
    if at >= len(words) or words[at].group().lower() not in _PREPOSITIONS:
        return ""
    start, at = at, at + 1
    if at < len(words) and words[at].group().lower() in ("the", "a", "an"):
        at += 1
    end = at
    while end < min(at + _LONGEST, len(words)):
        word = words[end].group()
        if not word[0].isalnum() or word.lower() in _STOP or (end > at and _VERB.match(word)):
            break
        end += 1
    return " " + text[words[start].start() : words[end - 1].end()] if end > at else ""
