"""What a conversation has named so far, and which of it a pronoun means.

Immutable: each message makes a new memory. Knows names and counts, no articles and no rules of rewriting. English only.
"""

import re
from dataclasses import dataclass, replace
from typing import Literal

from qa.followup.mentions import Kind, Mention, kind_of, mentions, words_of
from qa.followup.words import ASKING, GROUPS, OPENERS, WORKS

Pronoun = Literal["he", "she", "they", "it"]

READ = 600
"""Characters of a message that are read: what it is about stands at its start."""

# The signs of salience, in units of one mention in a question. Set by hand; a coordinate search for the mean F1 on the
# development half of evals/bench/canard.py found nothing better by 0.001, and halving or doubling any one costs at most
# 0.002 there.
_OPENED = 4.0  # the user's message only names it: "Brussels bombings"
_ASKED = 1.0  # each question that names it
_MEANT = 0.25  # each question in which a pronoun was taken for it
_SUBJECT = 0.6  # each answer in which it acts or owns
_TOLD = 0.15  # each answer that names it
_HERO = 1.0  # the answer to a question about "him" begins with it
_JUST_ASKED = 1.5
_JUST_TOLD = 0.3
_IS_REPLY = 3.0  # the answer is its name
_FITS = 1.0  # its kind fits the pronoun
_LEAST = 1.0  # what scores less is not meant
_MANY = 8  # more mentions than this say no more
_LONGEST_OPENING = 8  # words of a message that only names a topic
_KEPT = 40  # topics; the least salient gives way

_PERSONS = ("man", "woman", "person")
_KINDS: dict[str, Kind] = {
    **dict.fromkeys(("band", "group", "company", "party", "team"), "group"),
    **dict.fromkeys(("song", "album", "film", "book", "novel", "tv", "series"), "thing"),
    **dict.fromkeys(("musician", "politician", "actor", "actress", "singer", "footballer"), "person"),
}
_PARENTHESIS = re.compile(r"\s*\(([^()]*)\)")
_MARKER = re.compile(r"\s*\[\d+\]")
_WHO_IS = re.compile(r"\s*who(?:['’]s| is| was) ", re.IGNORECASE)
_THIRD = re.compile(r"\b(he|she|they)\b", re.IGNORECASE)
_ON_ANOTHER = re.compile(r"\s+[a-z]+\s+(?:him|her|them)\b")


@dataclass(frozen=True, slots=True)
class Topic:
    """Something named; ``words`` identify it. Counts are of messages, ``_at`` is the latest one, -1 for none."""

    name: str
    kind: Kind
    words: tuple[str, ...]
    opened: bool = False
    asked: float = 0
    subject: float = 0
    told: float = 0
    asked_at: int = -1
    told_at: int = -1
    replied_at: int = -1

    @property
    def known(self) -> bool:
        """Whether it was more than mentioned in passing."""
        return bool(self.opened or self.asked or self.subject or self.replied_at >= 0)


@dataclass(frozen=True, slots=True)
class Memory:
    """The topics by first mention, and the last question, made to stand alone, with its answer.

    ``turn`` counts the messages. ``after`` is the turn of the last question: what is later was named in its answer.
    """

    topics: tuple[Topic, ...] = ()
    turn: int = 0
    after: int = -1
    question: str = ""
    reply: str = ""
    about: Pronoun | None = None

    def salience(self, topic: Topic) -> float:
        """How much the conversation turns on the topic; higher is more, one mention in a question is about 1."""
        return (
            _OPENED * topic.opened
            + _ASKED * min(topic.asked, _MANY)
            + _SUBJECT * min(topic.subject, _MANY)
            + _TOLD * min(topic.told, _MANY)
            + _JUST_ASKED * (topic.asked_at == self.after)
            + _JUST_TOLD * (topic.told_at > self.after)
            + _IS_REPLY * (topic.replied_at > self.after)
        )

    def main(self) -> Topic | None:
        """The topic that the conversation turns on most, the earlier of equals; ``None`` where it turns on none."""
        known = [topic for topic in self.topics if topic.known and self.salience(topic) >= _LEAST]
        return max(known, key=self.salience, default=None)

    def meant_by(self, pronoun: Pronoun) -> Topic | None:
        """The topic that the pronoun means, the earlier of equals; ``None`` where none is likely."""
        scores = [
            (self.salience(topic) + _FITS * fit, topic) for topic in self.topics if (fit := _fit(topic, pronoun)) > 0
        ]
        score, topic = max(scores, key=lambda scored: scored[0], default=(0.0, None))
        return topic if score >= _LEAST else None

    def just_named(self) -> Topic | None:
        """What is no person and was the last answer, or stood in the last question: the nearest "it"."""
        things = [topic for topic in self.topics if topic.kind not in _PERSONS]
        told = [topic for topic in things if topic.replied_at > self.after]
        asked = [t for t in things if t.asked_at == self.after and not t.opened and t.kind != "place"]
        return next(reversed(told or asked), None)

    def named(self, words: tuple[str, ...]) -> Topic | None:
        """The one topic whose name holds these words, as "Jambon" stands in "Jan Jambon"; ``None`` for several."""
        found = [topic for topic in self.topics if _part_of(words, topic.words)]
        exact = [topic for topic in found if topic.words == words]
        return exact[0] if exact else found[0] if len(found) == 1 else None

    def asked(self, text: str, resolved: str) -> "Memory":
        """The memory after the user's message ``text``, which stands alone as ``resolved``."""
        text, now = text[:READ], self.turn
        third = _THIRD.search(text)
        about: Pronoun | None = _pronoun(third[1]) if third else None
        memory = replace(
            self, turn=now + 1, after=now, question=resolved if len(resolved) <= READ else "", reply="", about=about
        )
        opening = _opening(text)
        if opening:
            name, kind = opening
            return _noted(memory, Topic(name, kind, words_of(name), opened=True, asked=1, asked_at=now))
        own = {words_of(mention.name) for mention in mentions(text)}
        for mention in mentions(resolved[:READ]):
            words = words_of(mention.name)
            who = mention.kind not in _PERSONS and _WHO_IS.fullmatch(text, 0, text.find(mention.name))
            kind = "person" if who and words in own else mention.kind
            said = words in own
            new = Topic(mention.name, kind, words, asked=1 if said else _MEANT, asked_at=now if said else -1)
            memory = _noted(memory, new)
        return memory

    def answered(self, text: str) -> "Memory":
        """The memory after the answer ``text``."""
        text, now = _MARKER.sub("", text[:READ]), self.turn
        memory = replace(self, turn=now + 1, reply=text)
        hero = self.about
        for mention in _told(text, self.question):
            is_hero = hero is not None and _is_hero(mention, hero, text)
            hero = None if is_hero else hero
            met = self.about and mention.kind in _PERSONS  # whom "he" met is not "he"
            new = Topic(
                mention.name,
                mention.kind,
                words_of(mention.name),
                asked=_HERO * is_hero,
                subject=int(mention.subject),
                told=1,
                told_at=now,
                replied_at=now if _is_reply(mention, text) and not met else -1,
            )
            memory = _noted(memory, new)
        return memory


def _noted(memory: Memory, new: Topic) -> Memory:
    """The memory with what is new about a topic added to it, or with the new topic."""
    if not new.words:
        return memory
    if new.name.startswith("The ") and not new.opened:
        new = replace(new, name=f"the {new.name[4:]}")
    found = [
        (topic.words == new.words, memory.salience(topic), at)
        for at, topic in enumerate(memory.topics)
        if _part_of(new.words, topic.words) or (_part_of(topic.words, new.words) and _person_like(new.words))
    ]
    if not found:
        kept = memory.topics
        if len(kept) >= _KEPT:
            faded = min(range(len(kept)), key=lambda at: memory.salience(kept[at]))
            kept = (*kept[:faded], *kept[faded + 1 :])
        return replace(memory, topics=(*kept, new))
    at = max(found)[2]
    merged = _merged(memory.topics[at], new)
    return replace(memory, topics=(*memory.topics[:at], merged, *memory.topics[at + 1 :]))


def _merged(old: Topic, new: Topic) -> Topic:
    """One topic of two mentions of it: the fuller name, the surer kind, the sums of the counts."""
    fuller = len(new.words) > len(old.words) and not old.opened
    unsure = old.kind == "unknown" and not (new.kind == "place" and (old.subject or old.asked))
    return Topic(
        name=new.name if fuller else old.name,
        kind=new.kind if unsure or (old.kind == "person" and new.kind in _PERSONS) else old.kind,
        words=new.words if fuller else old.words,
        opened=old.opened or new.opened,
        asked=old.asked + new.asked,
        subject=old.subject + new.subject,
        told=old.told + new.told,
        asked_at=max(old.asked_at, new.asked_at),
        told_at=max(old.told_at, new.told_at),
        replied_at=max(old.replied_at, new.replied_at),
    )


def _pronoun(word: str) -> Pronoun:
    word = word.lower()
    return "he" if word == "he" else "she" if word == "she" else "they"


def _told(text: str, question: str) -> list[Mention]:
    """The names in an answer, their kinds as the question tells them: "where" asks for a place, "who" for a person."""
    whole = text.strip(" .,\"“”'")
    found = list(mentions(text))
    name = len(whole) > 1 and whole[0].isupper() and " " not in whole and whole.lower() not in OPENERS
    if not found and name:
        found = [Mention(whole, text.index(whole), text.index(whole) + len(whole), kind_of(whole), subject=False)]
    asks = question.split(" ", 1)[0].lower()
    told: list[Mention] = []
    for mention in found:
        kind = mention.kind
        in_place = bool(told) and told[-1].kind == "place" and text[told[-1].end : mention.start] == ", "
        if kind == "unknown" and not mention.subject and (asks == "where" or in_place):
            kind = "place"
        elif kind == "unknown" and asks in ("who", "whom"):
            kind = "person"
        elif kind == "unknown" and asks in ("what", "which") and WORKS & set(question.lower().strip(" ?").split()):
            kind = "thing"
        told.append(replace(mention, kind=kind))
    return told


def _is_hero(mention: Mention, pronoun: Pronoun, text: str) -> bool:
    """Whether an answer to a question about "him" speaks of him by this name: "In 2007, Dempsey starred"."""
    fits = _fit(Topic(mention.name, mention.kind, words_of(mention.name), subject=1), pronoun) > 0
    return fits and mention.subject and not _ON_ANOTHER.match(text, mention.end)


def _is_reply(mention: Mention, text: str) -> bool:
    """Whether the answer is the name, or opens with it and goes on as an aside."""
    after = text[mention.end :].strip(" .\"”'")
    return text[: mention.start].strip(" \"“'").lower() in ("", "the") and (not after or after[0] == ",")


def _part_of(words: tuple[str, ...], whole: tuple[str, ...]) -> bool:
    """Whether one may be called by the other: the same words, its first ones, or its last ones."""
    return bool(words) and words in (whole[: len(words)], whole[-len(words) :])


def _person_like(words: tuple[str, ...]) -> bool:
    return len(words) <= 4 and not any(word[0].isdigit() or word in ("of", "the", "and") for word in words)  # noqa: PLR2004


def _fit(topic: Topic, pronoun: Pronoun) -> float:
    """How well a pronoun fits a topic: 0 is not at all, 1 is surely. What the user opened with may be anyone."""
    fit = _fits_person(topic, pronoun) if pronoun in ("he", "she") else _fits_other(topic, pronoun)
    return max(fit, 0.2) if topic.opened and pronoun != "it" else fit


def _fits_person(topic: Topic, pronoun: Pronoun) -> float:
    if topic.kind in _PERSONS:
        other = "woman" if pronoun == "he" else "man"
        return 0.0 if topic.kind == other else 1.0 if topic.known else 0.5
    if topic.kind != "unknown" or not _person_like(topic.words):
        return 0.0
    if topic.known:
        return 0.5
    return 0.0 if len(topic.words) == 1 and topic.words[0].endswith("s") else 0.1 * len(topic.words)


def _fits_other(topic: Topic, pronoun: Pronoun) -> float:
    if topic.kind in _PERSONS:
        return 0.0
    if pronoun == "it":
        return {"group": 0.6, "thing": 1.0}.get(topic.kind, 0.5)
    several = topic.words[-1].endswith("s") or any(word in GROUPS for word in topic.words)
    fit = {"group": 1.0, "unknown": 0.5, "place": 0.1}.get(topic.kind, 0.0) + 0.3 * several
    return fit if topic.known else min(fit, 0.1)


def _opening(text: str) -> tuple[str, Kind] | None:
    """What a message that only names a topic names: "Brussels bombings", "Travis (band)"."""
    words = text.split()
    asks = not words or len(words) > _LONGEST_OPENING or text.rstrip().endswith(("?", ".", "!"))
    named = len(words) > 1 or words[0][0].isupper() if words else False
    if asks or not named or not words[0][0].isalnum() or words[0].lower().strip(",/") in ASKING:
        return None
    inside = _PARENTHESIS.search(text)
    name = (_PARENTHESIS.sub("", text) if inside else text).strip()
    known = [_KINDS[word] for word in inside[1].lower().split() if word in _KINDS] if inside else []
    return (name, known[0] if known else kind_of(name)) if any(map(str.isalpha, name)) else None
