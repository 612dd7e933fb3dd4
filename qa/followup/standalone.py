"""A question that leans on the conversation in, one that can be searched for out.

Rules over what was named before, English only: a fragment is filled in from the question before it, a pronoun gives
way to what it means, and where the user opened the conversation with a bare topic, a question that names nothing is
asked of that topic. Where no rule is safe the question stays as it is. Knows no articles and no model.
"""

import re
from collections.abc import Sequence

from qa.cues import FUNCTION_WORDS, content_stems
from qa.errors import MAX_QUESTION
from qa.followup.ellipsis import fill
from qa.followup.memory import Memory
from qa.followup.mentions import mentions, words_of
from qa.followup.phrases import phrases
from qa.followup.pronouns import resolve_groups, resolve_names, resolve_places, resolve_pronouns, resolve_things
from qa.followup.words import ASKING, COURTESY
from qa.types import Turn

TURNS_BACK = 24
"""How many of the latest messages can matter."""

_STEPS = (fill, resolve_pronouns, resolve_groups, resolve_names, resolve_places, resolve_things)
_POINTS_BACK = re.compile(
    r"\b(?:it|its|this|that|these|those|there|else|others?|another|more|next|then|also)\b",
    re.IGNORECASE,
)
_PERSONAL = re.compile(r"\b(?:he|him|his|she|her|they|them|their)\b", re.IGNORECASE)
_OTHERS = re.compile(
    r"\b(?:else|(?<!\bin )(?<!\bof )(?<!\band )(?<!\bthe )(?<!\bto )(?:another|others?))\b", re.IGNORECASE
)
_LONGEST_OTHERS = 12  # words
_SHORT = 8  # words of a question that may lean without a pronoun
_HAPPENED = re.compile(r"what (?:happened|happens|happen|became)\b(?![^?]*\b(?:to|with)\b)", re.IGNORECASE)
_ENDS_IN_NOUN = re.compile(r"\b(?:the|an?|some|any|other) (?:[\w'-]+ ){0,3}[\w'-]+\s*\?*$", re.IGNORECASE)
_ARTICLE = re.compile(r"\b(?:this|the) article\s*\?*$", re.IGNORECASE)


def standalone(question: str, history: Sequence[Turn]) -> str:
    """Return the question with what it leans on put in place; unchanged where it leans on nothing known.

    ``history`` is oldest first. A user's message that only names something ("Brussels bombings") sets the topic. The
    result never exceeds ``MAX_QUESTION`` characters unless ``question`` does.
    """
    memory = Memory()
    for turn in history[-TURNS_BACK:]:
        if turn.role == "user":
            memory = memory.asked(turn.content, _resolved(turn.content.strip(), memory))
        else:
            memory = memory.answered(turn.content)
    return _resolved(question.strip(), memory)


def _resolved(question: str, memory: Memory) -> str:
    if not question or not memory.turn or len(question) > MAX_QUESTION:
        return question
    resolved = question
    for step in _STEPS:
        resolved = step(resolved, memory)
    topic = "" if _names_something(resolved, memory) else _topic(resolved, memory)
    resolved = _besides(_of_topic(resolved, topic) if topic else resolved, memory)
    return resolved if len(resolved) <= MAX_QUESTION else question


def _topic(question: str, memory: Memory) -> str:
    """What a question that names nothing is about, or ``""``: what the user opened with, or what it points back at."""
    topic = memory.main()
    if not question.endswith("?") and question.split(" ", 1)[0].lower() not in ASKING - COURTESY:
        return ""
    if topic and topic.opened:
        return topic.name
    if len(question.split()) > _SHORT or _PERSONAL.search(question):
        return ""
    points_back = _POINTS_BACK.search(question) is not None
    if not topic:
        said = phrases(memory.question)
        return said[0].text if said and points_back and said[0].head not in question else ""
    known = topic.asked >= 1 or topic.subject > 1
    return topic.name if known and (points_back or len(content_stems(question)) < 2) else ""  # noqa: PLR2004


def _besides(question: str, memory: Memory) -> str:
    """The question for others with the one that was told last: "Who else was held besides Salah Abdeslam?"."""
    if not _OTHERS.search(question) or len(question.split()) > _LONGEST_OTHERS:
        return question
    told = [topic for topic in memory.topics if topic.told_at >= 0 and topic.name not in question]
    last = max(told, key=lambda topic: topic.told_at, default=None)
    return f"{question.rstrip(' ?.!')} besides {last.name}?" if last else question


def _names_something(question: str, memory: Memory) -> bool:
    said = set(words_of(question))
    return bool(mentions(question)) or any(said.intersection(topic.words) for topic in memory.topics)


def _of_topic(question: str, topic: str) -> str:
    """The question asked of the topic, in a way that no grammar forbids."""
    happened = _HAPPENED.match(question)
    if happened:
        return f"{question[: happened.end()]} to {topic}{question[happened.end() :]}"
    asked = question.rstrip(" ?.!")
    if _ARTICLE.search(asked):
        return f"{asked} on {topic}?"
    last = asked.split()[-1].lower() if asked else ""
    noun = _ENDS_IN_NOUN.search(asked) and last not in FUNCTION_WORDS and not last.endswith(("ed", "ing"))
    return f"{asked} of {topic}?" if noun else f"{asked} ({topic})?"
