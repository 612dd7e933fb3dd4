"""A question that leans on the conversation in, one that can be searched for out.

A modest rule, English only: where the question names too little or says "he", what it leans on is put in its place if
that is safe, and put in front of it otherwise. Knows no articles.
"""

import re
from collections.abc import Sequence

from qa.cues import content_stems, names
from qa.errors import MAX_QUESTION
from qa.types import Turn
from vectorstore.sentences import sentences

TURNS_BACK = 6
"""How many of the latest messages can matter."""

_OPENS_LEANING = re.compile(r"\s*(?:and|but|or|so|then|also|what about|how about)\b", re.IGNORECASE)
_PRONOUN = re.compile(
    r"\b(?:s?he|they|it|him|her|them|his|hers|its|theirs?|this|these|those|there"
    r"|(?:of|about|after|before|for|do|did|does|is|was) that)\b",
    re.IGNORECASE,
)
_WHAT_ABOUT = re.compile(r"(?:and |but )?(?:what|how) about (?P<name>[A-Z][^?]*?)\s*\??", re.IGNORECASE)
_PERSON = re.compile(r"\b(?:(?P<whose>his)|he|him|she)\b", re.IGNORECASE)
# A person's name as far as letters tell: capitals in a row, "Ibrahim al-Bakrawi" too; "the New York Times" is none.
_FULL_NAME = re.compile(
    r"(?<!the )(?<!The )\b(?!(?:Who|What|When|Where|Why|How|Which|The|In|On|Is|Was|Did|Does|Has|Have|And|Are)\b)"
    r"[A-Z][\w-]+(?: (?:[a-z]{2}[- ])?[A-Z][\w-]+)+"
)
_MARKER = re.compile(r"\s*\[\d+\]")


def standalone(question: str, history: Sequence[Turn]) -> str:
    """Return the question with what it leans on; unchanged where it leans on nothing.

    ``history`` is oldest first. The result never exceeds ``MAX_QUESTION`` characters unless ``question`` does.
    """
    recent = list(history[-TURNS_BACK:])
    last = next((i for i in reversed(range(len(recent))) if recent[i].role == "user"), None)
    question = question.strip()
    if last is None or len(recent[last].content) > MAX_QUESTION or not leans(question):
        return question
    before = standalone(recent[last].content, recent[:last])
    reply = _first_sentence(" ".join(turn.content for turn in recent[last + 1 :]))
    for folded in (_substituted(question, before, reply), f"{before} {reply} {question}", f"{before} {question}"):
        if folded and len(folded) <= MAX_QUESTION:
            return " ".join(folded.split())
    return question


def leans(question: str) -> bool:
    """Whether the question needs its history: it opens with "and", says "he" before any name, or names too little."""
    if _OPENS_LEANING.match(question):
        return True
    pronoun = _PRONOUN.search(question)
    if pronoun and not names(question[: pronoun.start()]):
        return True
    return not names(question) and len(content_stems(question)) < 2  # noqa: PLR2004 - one word is a topic at most


def _substituted(question: str, before: str, reply: str) -> str:
    """The question with the one person that is spoken of put in place, or ``""`` where that is not safe."""
    persons = set(_FULL_NAME.findall(f"{before}\n{reply}"))
    if len(persons) != 1:
        return ""
    person = persons.pop()
    about = _WHAT_ABOUT.fullmatch(question)
    if about and about["name"][0].isupper():
        return before.replace(person, about["name"]) if person in before else ""
    if not _PERSON.search(question):
        return ""
    return _PERSON.sub(lambda found: f"{person}'s" if found["whose"] else person, question, count=1)


def _first_sentence(reply: str) -> str:
    text = _MARKER.sub("", reply[:MAX_QUESTION])
    return next((text[start:end] for start, end in sentences(text)), "")
