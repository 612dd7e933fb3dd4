"""What stands for something named before, put back into a question: "he", "their", "the band", "Jambon".

Given a question and a memory of the conversation; knows no history and no articles. English only.
"""

import re

from qa.followup.memory import Memory, Pronoun, Topic
from qa.followup.mentions import mentions, words_of
from qa.followup.phrases import Phrase, phrases, singular
from qa.followup.words import GROUP_NOUNS, PLURALS, WORKS, word_set

_PRONOUN = re.compile(
    r"(?<![\w'’])(?P<word>he|him|his|she|hers|her|they|them|theirs|their|its|it)(?P<rest>['’](?:s|d|ll|re|ve))?(?!\w)",
    re.IGNORECASE,
)
_CLASS: dict[str, Pronoun] = {
    **dict.fromkeys(("he", "him", "his"), "he"),
    **dict.fromkeys(("she", "her", "hers"), "she"),
    **dict.fromkeys(("they", "them", "their", "theirs"), "they"),
    **dict.fromkeys(("it", "its"), "it"),
}
# "it" that means nothing: "does it say", "is it true that".
_EMPTY_IT = re.compile(
    r"\b(?:(?:does|did|do|how|long|much) it (?:say|mention|tell|state|take|cost)"
    r"|(?:is|was) it (?:true|that|because|possible|known|clear|likely|not|raining)|it (?:is|was|seems?) (?:that|true)"
    r"|what time (?:is|was) it|that it|it that|make it|made it)\b",
    re.IGNORECASE,
)
_NO_OWNED = re.compile(
    r"\s*(?:$|[^\w\s]|(?:the|a|an|in|on|to|at|for|was|is|are|were|by|and|or|with|from|as|about|after|before|during|"
    r"when|while|that|who|go|leave|do|get|back|up|out|again|so)\b)",
    re.IGNORECASE,
)
_GROUP = re.compile(rf"\b[Tt]h(?:e|is) (?P<noun>{'|'.join(sorted(GROUP_NOUNS))})(?P<own>['’]s)?(?!\w)")
_DEFINITE = re.compile(r"\b(?:this|that|these|those) (?P<noun>[a-z]+)\b(?! of\b)", re.IGNORECASE)
_THERE = re.compile(
    r"(?<!is )(?<!are )(?<!was )(?<!were )\bthere(?=\s*(?:$|[?.,!]|and\b|after\b|before\b|in\b|when\b))"
)
_AT = re.compile(r"\b(?:at|in|to|near|from) (?:the )?$")
_BARE = re.compile(
    r"\b(?:this|that)(?=\s*(?:$|[?!]|by\b|about\b))"
    r"|(?:(?<=\bis )|(?<=\bwas ))(?:this|that)(?= (?:an?|done|\w+(?:ed|ful))\b)",
    re.IGNORECASE,
)
# "Which albums did ...": what comes first is not who acts.
_BE = r"(?:was|were|is|are)"
_AUX = rf"(?:do|did|does|have|has|had|can|could|will|would|{_BE})"
_OBJECT_FIRST = re.compile(
    rf"(?:\w+ )?(?:what|which|how many|how much|whose)(?: (?!{_AUX}\b)[\w'-]+){{0,6}} {_AUX} ", re.IGNORECASE
)
_AFTER_BE = re.compile(rf"\b{_BE}\s+$", re.IGNORECASE)
_NO_PLURAL = word_set("does always sometimes besides perhaps towards afterwards series news")
_PERSONS = ("man", "woman", "person")


def owner(name: str) -> str:
    """The name as an owner: "Jambon's", "the ministers'"."""
    return name + ("'" if name.lower().endswith("s") else "'s")


def resolve_pronouns(question: str, memory: Memory) -> str:
    """The question with the first pronoun of each sort replaced by what it means, where that is known."""
    empty = [found.span() for found in _EMPTY_IT.finditer(question)]
    out, at, done = "", 0, set[Pronoun]()
    for found in _PRONOUN.finditer(question):
        word = found["word"].lower()
        kind = _CLASS[word]
        if kind in done or any(start <= found.start() < end for start, end in empty):
            continue
        done.add(kind)
        before = question[: found.start()]
        owns = word in ("his", "its", "their") or (word == "her" and not _NO_OWNED.match(question, found.end()))
        name = "" if _names_it_itself(before, kind, memory) else _meaning(word, before, memory)
        if name and name not in question:
            out += question[at : found.start()] + (owner(name) if owns else name) + (found["rest"] or "")
            at = found.end()
    return out + question[at:]


def _names_it_itself(before: str, pronoun: Pronoun, memory: Memory) -> bool:
    """Whether the question names, before the pronoun, what it may mean: "the police ... they", "Jambon ... his"."""
    if _OBJECT_FIRST.fullmatch(before):
        return False
    for mention in mentions(before):
        topic = memory.named(words_of(mention.name))
        kind = topic.kind if topic else mention.kind
        if pronoun in ("he", "she"):
            if kind in (*_PERSONS, "unknown") and kind != ("woman" if pronoun == "he" else "man"):
                return True
        elif kind not in _PERSONS and (pronoun == "it" or kind in ("group", "unknown")):
            return True
    if pronoun == "they":
        return any(_plural(word) for word in before.lower().split())
    said = phrases(before)
    return any(not phrase.plural and phrase.person == (pronoun != "it") for phrase in said)


def _plural(word: str) -> bool:
    several = len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is", "'s"))  # noqa: PLR2004
    return word in PLURALS or (several and word not in _NO_PLURAL)


def _meaning(word: str, before: str, memory: Memory) -> str:
    """The words that the pronoun ``word`` stands for, or ``""``: a name, else a noun phrase just said."""
    kind = _CLASS[word]
    topic = memory.meant_by(kind)
    if kind in ("he", "she"):
        other = any(topic.asked_at == memory.after and topic.kind in _PERSONS for topic in memory.topics)
        return topic.name if topic else "" if other else _said(memory, plural=False, person=True)
    if kind == "they":
        if topic and (topic.opened or topic.kind == "group"):
            return topic.name
        persons = word == "their" or (word == "they" and not _AFTER_BE.search(before))
        return _said(memory, plural=True, person=persons) or (topic.name if topic else "")
    nearest = memory.just_named()
    if not nearest and topic and topic.opened and topic.kind != "group":
        nearest = topic
    if nearest:
        return nearest.name
    said = _said(memory, plural=False, person=False)
    return said or (topic.name if topic else "")


def _said(memory: Memory, *, plural: bool, person: bool) -> str:
    """The last fitting noun phrase of the last question, else of its answer (of persons, the answer's first)."""
    texts = (memory.reply, memory.question) if person else (memory.question, memory.reply)
    for text in texts:
        found = [phrase for phrase in phrases(text) if phrase.plural == plural and (phrase.person or not person)]
        if found:
            last = found[-1]
            return last.text + ("" if person else last.after)
    return ""


def resolve_groups(question: str, memory: Memory) -> str:
    """The question with the group's name behind "the band", where the conversation turns on a group."""
    found, topic = _GROUP.search(question), memory.main()
    if not found or not topic or not (topic.kind == "group" or (topic.kind == "unknown" and topic.opened)):
        return question
    if any(word in topic.words for word in words_of(question[: found.start()])) or mentions(question):
        return question
    name = owner(topic.name) if found["own"] else topic.name
    return question[: found.start()] + name + question[found.end() :]


def resolve_names(question: str, memory: Memory) -> str:
    """The question with the full name where it has a part of one: "Jambon", once "Jan Jambon" was named."""
    out, at = "", 0
    said = set(words_of(question))
    for mention in mentions(question):
        words = words_of(mention.name)
        topic = memory.named(words)
        if topic and _is_fuller(topic, words, said):
            out += question[at : mention.start] + topic.name
            at = mention.end
    return out + question[at:]


def _is_fuller(topic: Topic, words: tuple[str, ...], said: set[str]) -> bool:
    person = topic.kind in _PERSONS or (topic.kind == "unknown" and topic.words[-1:] == words)
    return person and len(words) == 1 < len(topic.words) and not (set(topic.words) - set(words)) & said


def resolve_things(question: str, memory: Memory) -> str:
    """The question with what is known of "that raid" or "this": its name, or the phrase it was last spoken of with."""
    nearest = memory.just_named()
    bare = _BARE.search(question)
    said = _just_told(question, memory) if bare else ""
    if bare and said:
        return question[: bare.start()] + said + question[bare.end() :]
    for found in _DEFINITE.finditer(question):
        noun = singular(found["noun"])
        phrase = _spoken_of(noun, memory)
        if phrase and phrase.text.lower() != found.group().lower() + phrase.after:
            after = "" if phrase.after and phrase.after.split()[-1] in question else phrase.after
            return question[: found.start()] + phrase.text + after + question[found.end() :]
        if noun in WORKS and nearest and nearest.kind != "place":
            fresh = nearest.replied_at > memory.after and nearest.name not in question
            if fresh:
                return f"{question[: found.start()]}the {found['noun']} {nearest.name}{question[found.end() :]}"
    return question


def _just_told(question: str, memory: Memory) -> str:
    """What "this" means: the one thing that the answer names, else its last noun phrase; ``""`` if neither is new."""
    told = [topic for topic in memory.topics if topic.told_at > memory.after and topic.name not in question]
    things = [topic.name for topic in told if topic.kind not in (*_PERSONS, "place")]
    said = [
        phrase.text + phrase.after for phrase in phrases(memory.reply) if not (phrase.plural or phrase.text in question)
    ]
    return things[0] if len(things) == 1 else said[-1] if said else ""


def resolve_places(question: str, memory: Memory) -> str:
    """The question with the place in place of "there", as it was said: "at the University of Michigan"."""
    found = _THERE.search(question)
    if not found:
        return question
    for text in (memory.reply, memory.question):
        for mention in reversed(mentions(text)):
            before = _AT.search(text[: mention.start])
            if before and mention.kind not in _PERSONS and mention.name not in question:
                return f"{question[: found.start()]}{before[0].lower()}{mention.name}{question[found.end() :]}"
    return question


def _spoken_of(noun: str, memory: Memory) -> Phrase | None:
    """The last phrase about such a thing in the answer, else in the question, that says more than the noun."""
    for text in (memory.reply, memory.question):
        found = [phrase for phrase in phrases(text) if phrase.noun == noun]
        fuller = [phrase for phrase in found if phrase.after or " " in phrase.text.removeprefix("the ")]
        if fuller:
            return fuller[-1]
    return None
