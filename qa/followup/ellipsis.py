"""What a question leaves out, put back from the question before it: "Why?", "Any sisters?", "What about Geens?".

Given a question and a memory of the conversation; knows no history and no articles. English only.
"""

import re

from qa.followup.memory import Memory
from qa.followup.mentions import Mention, mentions
from qa.followup.pronouns import resolve_pronouns

_AUX = r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should)"
_ASKS = r"(?:who|whom|whose|what|when|where|why|how|which)"
_YES_NO = re.compile(rf"{_AUX}\b", re.IGNORECASE)
_ADVERB = re.compile(rf"(?:when|where|how|why|(?:in )?(?:what|which) year) (?={_AUX}\b)", re.IGNORECASE)
_LEADING = re.compile(
    rf"(?:and|but|so|then|ok|okay|also),?\s+(?=(?:{_AUX}|{_ASKS}|in|on|at|for|to|by|with)\b)", re.IGNORECASE
)
_BARE = re.compile(
    r"(?P<asks>why|how|when|where|how come|(?:in |on )?(?:what|which) (?:year|day|date|month|city|country|place)"
    r"|with whom|by whom|for (?:what|how long)|how (?:long|often|many times))"
    r"(?: (?:is|was) (?:this|that|it))?",
    re.IGNORECASE,
)
_ANY = re.compile(r"any (?P<rest>[^?]+)", re.IGNORECASE)
_ABOUT = re.compile(r"(?:(?:and |but )?(?:what|how) about|and) (?P<rest>[^?,]+)", re.IGNORECASE)
_ECHO = re.compile(rf"(?!(?:{_ASKS}|{_AUX})\b)(?P<rest>\w[^?]*\b(?:what|whom|where|which))", re.IGNORECASE)
_LONGEST_ECHO = 6


def fill(question: str, memory: Memory) -> str:
    """The whole question that a fragment stands for, where the last one gives it; else the question, less an "and"."""
    if not memory.question:
        return question
    leading = _LEADING.match(question)
    if leading:
        question = question[leading.end() :]
        question = question[0].upper() + question[1:]
    said = question.rstrip(" ?.!")
    bare, some, about = _BARE.fullmatch(said), _ANY.fullmatch(said), _ABOUT.fullmatch(said)
    if bare:
        return _asked_again(bare["asks"], memory.question) or f"{memory.question} {question}"
    whole = some and _any(some["rest"], memory.question)
    whole = whole or (about and _about_another(about["rest"], memory))
    if not whole and len(said.split()) <= _LONGEST_ECHO:
        echo = _ECHO.fullmatch(said)
        whole = echo and _echo(echo["rest"], memory.reply)
    return whole or question


def _asked_again(asks: str, before: str) -> str:
    """Why did he resign, of "Did he resign?" and "Why?"; ``""`` where the last question has no such shape."""
    adverb = _ADVERB.match(before)
    rest = before[adverb.end() :] if adverb else before if _YES_NO.match(before) else ""
    return f"{asks} {rest[0].lower()}{rest[1:]}" if rest else ""


def _any(rest: str, before: str) -> str:
    """Did he have any sisters, of "Did he have any brothers?" and "Any sisters?"; else ``""``."""
    if any(word in rest.split() for word in ("else", "other", "more")):
        return ""
    cut = re.search(r"\bany\b", before, re.IGNORECASE)
    return f"{before[: cut.start()]}any {rest}?" if cut and cut.start() else ""


def _about_another(rest: str, memory: Memory) -> str:
    """How old is Geens, of "How old is Jambon?" and "What about Geens?"; ``""`` where it is unclear."""
    if re.match(rf"(?:{_AUX}|{_ASKS}|if|then|in|on|at|so)\b", rest, re.IGNORECASE):
        return ""
    whole = resolve_pronouns(rest, memory)
    new = mentions(f"the {whole}")
    old = [mention for mention in mentions(memory.question) if mention.name not in whole or whole != rest]
    if not new or not old:
        return ""
    gives_way = next((mention for mention in old if _alike(mention, new[0])), None)
    if not gives_way:
        return ""
    return memory.question[: gives_way.start] + whole + memory.question[gives_way.end :]


def _alike(one: Mention, other: Mention) -> bool:
    persons = ("man", "woman", "person", "unknown")
    return one.kind == other.kind or (one.kind in persons and other.kind in persons)


def _echo(rest: str, reply: str) -> str:
    """They were to hold talks about what, of "They were to hold talks." and "About what?"; else ``""``."""
    said, asked = reply.split("\n", 1)[0].strip(" .,;:").split(), rest.split()
    if not said or len(said) > 40 or any(word.endswith((".", "?", "!")) for word in said[:-1]):  # noqa: PLR2004
        return ""
    for overlap in range(len(asked) - 1, 0, -1):
        if [word.lower() for word in asked[:overlap]] == [word.lower() for word in said[-overlap:]]:
            return " ".join([*said, *asked[overlap:]]) + "?"
    preposition = len(asked) == 2  # noqa: PLR2004 - "about what"
    return " ".join([*said, asked[0].lower(), *asked[1:]]) + "?" if preposition and len(said) > 3 else ""  # noqa: PLR2004
