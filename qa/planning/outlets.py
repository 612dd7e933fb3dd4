"""The outlets that a question names as its sources: "according to Le Soir", "what did AP and Reuters say about …".

Knows the names of the collection's publishers and how a source is spoken of, English only. An outlet that the question
is about ("Who owns the Washington Post?") is no source; neither is a word that is also an outlet's name ("people").
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from qa.names import listed
from qa.planning.names import Mention, mentions

_WINDOW = 70  # characters around a name that say what it is to the question
_SAID = (
    r"(?:say|says|said|saying|report|reports|reported|write|writes|wrote|written|claim|claims|claimed|state|states|stated"
    r"|publish|published|describe|describes|described|note|notes|noted|allege|alleges|alleged|reveal|revealed|reveals"
    r"|quote|quotes|quoted|mention|mentions|mentioned|explain|explains|explained|estimate|estimates|estimated|cover"
    r"|covers|covered|give|gives|gave|name|names|named|call|calls|called|count|counts|counted|argue|argues|argued|cite"
    r"|cites|cited|suggest|suggests|suggested|put|puts|tell us|tells us|told us"
    r"|agree[sd]?(?! to\b)|disagrees?|differs?|differed|contradict(?:s|ed)?|have in common)"
)
_WEAK = r"(?:give|gives|gave|name|names|named|call|calls|called|count|counts|counted|put|puts|cover|covers|publish)"
_NOUN = (
    r"(?:accounts?|reports?|reporting|coverage|versions?|articles?|stor(?:y|ies)|telling|descriptions?|takes?|estimates?"
    r"|figures?|counts?|tall(?:y|ies)|tolls?|numbers?|views?|readings?|narratives?|editorials?|headlines?|pieces?|words"
    r"|claims?|explanations?|news)"
)
_PIECES = r"(?:articles?|reports?|reporting|stor(?:y|ies)|accounts?|pieces?|versions?|headlines?|editorials?|coverage)"
_LEFT = re.compile(  # ends where the name, or "the" before it, begins
    r"(?P<frame>\baccording to|\bper|\bas (?:reported|told|described|covered|stated|written|claimed) (?:by|in)"
    r"|\b(?:reported|published|written|printed|stated|claimed|described|quoted|said|cited|mentioned|given) (?:by|in)"
    rf"|\b{_PIECES}(?: published| printed| written| that appeared)? (?:by|from|in|on)|\b(?:accounts?|versions?) of"
    r"|\bcompar(?:e|ed|ing)|\b(?:latest|news|more|anything|something) from|\b(?:words|view|telling) of"
    r"|\bwhat (?:is|was|were|are) in|\bread in|\bdifferences? between)\s+(?:only\s+|both\s+|what\s+|how\s+){0,3}$",
    re.IGNORECASE,
)
_TOLD = re.compile(
    r"(?P<frame>\b(?:tell|tells|told|telling)|\b(?:interview|interviews|interviewed|speaking|spoke|spoken|speak|talking"
    r"|talked|statement|said|say|comments?) (?:with|to|by)|\b(?:analysis|investigation|research) by"
    r"|\b(?:obtained|seen) by|\b(?:say|said|claim|claimed|write|wrote|argue|argued|appear|appeared) in"
    r"|\binterview in)\s+$",
    re.IGNORECASE,
)
_OF_ITS = "".join(  # "that of the Guardian", "the words of the Guardian" are the outlet's own
    f"(?<!{word} )"
    for word in sorted(listed("that those which neither words view telling account accounts version versions"))
)
_ASIDE = re.compile(
    r"\b(?:other than|apart from|aside from|except(?: for| in| by)?|besides|not|excluding|unlike|without|beyond|about|"
    rf"{_OF_ITS}of|own|owns|owned|buy|bought|sue|sued|against)\s+(?:according to\s+|by\s+|in\s+|from\s+)?$",
    re.IGNORECASE,
)
_RIGHT = re.compile(
    rf"(?:\s*,)?\s+(?:(?:\w+ly|also|first|itself|then|later|each|both)\s+){{0,3}}{_SAID}\b", re.IGNORECASE
)
_NO_SUBJECT = re.compile(r"\b(?:at|for|with|to|on|into|in|by|from)\s+$", re.IGNORECASE)  # "she worked at NBC said"
_RIGHT_WEAK = re.compile(rf"\s+(?:\w+ly\s+|each\s+|both\s+)?{_WEAK}\b", re.IGNORECASE)
_OWN = re.compile(
    rf"(?:['’]s?)?(?:\s+(?:own|first|early|initial|later|latest|\d{{4}}|{_PIECES})){{0,3}}\s+{_NOUN}\b", re.IGNORECASE
)
_OMITS = re.compile(
    r"\s+(?:do|does|did|has|have|is|was)(?:n['’]t|\s+not)\b|\s+(?:leaves?|left) out\b|\s+omit", re.IGNORECASE
)
_NOT_IT = re.compile(  # somebody or something of the outlet's, or a longer name
    r"(?:['’]s?)?\s+(?:poll|survey|reporters?|hosts?|anchors?|journalists?|correspondents?|columnists?|editors?|owners?"
    r"|interview|investigation|forecast|model|exit|index|building|executives?|employees?|staff\w*|ceo|chief|town hall"
    r"|panel|debate|critic|person|analysis|research\w*|board|readers|wire|offices?|newsroom|website)\b"
    r"|\s+[A-Z](?!\w*\s+(?:say|report))\w*|/|-\w|\s*&"
)
_WHICH = re.compile(r"\bwhich (?:paper|newspaper|outlet|agency|source|of them)\b[^?]{1,50}[,:]\s+$", re.IGNORECASE)
_LABELLED = re.compile(r"\s*:(?=\s)")  # "Reuters: how many died?"
_AT_THE_END = re.compile(r"(?=\s*\?)")
_CHECKED = re.compile(r"\bis (?:it|that|this) (?:true|right|correct|so)\b", re.IGNORECASE)  # others are to tell
_OF_ITSELF = re.compile(r"\s+(?:would|will|had to|itself|(?:that )?(?:it|its|they|their)\s+\w)", re.IGNORECASE)
_WHY = re.compile(r"\bwhy (?:did|does|has|do)\s+$", re.IGNORECASE)
_ENDS = re.compile(r"(?:['’]s?)?\s*(?:[?.,;!]|$|say|on\b|about\b)", re.IGNORECASE)
_LINK = re.compile(
    r"(?:['’]s?)?(?:\s+(?:newspaper|magazine|accounts?|reports?|coverage|versions?|articles?))?\s*,?\s*"
    r"(?:\b(?:and|or|with|versus|vs\.?|against|to|than|from|nor|as well as|and also)\s+(?:also\s+|by\s+|in\s+|from\s+)?"
    r"(?:(?:that|those|the (?:one|ones|account|coverage|reports?)) (?:of|in|by|from)\s+|what\s+)?)?",
    re.IGNORECASE,
)
_AGAINST = re.compile(
    r"(?:\b(?:from|than|with|to|by|and|or|but|versus|vs\.?|against|match(?:es)?|contradict(?:s|ed|ing)?|while|whereas|then"
    r"|what|how|does|do|did|that of|those of|in)),?\s+$",
    re.IGNORECASE,
)
_AFTER_NAME = re.compile(r"\s+(?:magazine|newspaper|news agency|the newspaper)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Source:
    """An outlet that the question takes as its source.

    ``certain``: nothing else can be meant; otherwise the outlet is likelier than others to tell it. ``cut_start`` and
    ``cut_end`` bound the words that say no more than that, ``frame_end`` is where the verb or noun after it ends.
    """

    publishers: tuple[str, ...]
    certain: bool
    cut_start: int
    cut_end: int
    frame_end: int


def read_sources(question: str, publishers: Sequence[str]) -> list[Source]:
    """The sources that the question names, each outlet once, in the order of its words."""
    named = list(mentions(question, publishers))
    found = {source.cut_end: source for chain in _chains(question, named) for source in _framed(question, chain)}
    if any(source.certain for source in found.values()):
        beside = (mention for mention in named if mention.end not in found and _set_against(question, mention))
        found |= {mention.end: _source(mention) for mention in beside}
    once: dict[tuple[str, ...], Source] = {}
    for _, source in sorted(found.items()):
        once.setdefault(source.publishers, source)
    return list(once.values())


def _chains(question: str, named: list[Mention]) -> Iterator[list[Mention]]:
    """Runs of mentions that are joined: "AP, Reuters and the Guardian"."""
    chain: list[Mention] = []
    for mention in named:
        gap = question[chain[-1].end : mention.start] if chain else ""
        if chain and not (gap.strip(" '’s") and len(gap) <= _WINDOW and _LINK.fullmatch(gap)):
            yield chain
            chain = []
        chain.append(mention)
    if chain:
        yield chain


def _framed(question: str, chain: list[Mention]) -> list[Source]:
    """The mentions of a chain as sources, all of them or none: by what stands before and after it."""
    first, last = chain[0], chain[-1]
    before = question[max(0, first.start - _WINDOW) : first.start]
    end = _end(question, last)
    after = question[end : end + _WINDOW]
    if _ASIDE.search(before) or _CHECKED.search(question):
        return []
    bare = _NOT_IT.match(question[last.end : last.end + _WINDOW]) is None
    left = _LEFT.search(before) if bare else None
    right = _OWN.match(after) or _right(question, first, before, after)
    if not left and not right and (_WHICH.search(before) or not question[: first.start].strip()):
        right = _LABELLED.match(after) if first.start <= 1 else _AT_THE_END.match(after)
    if left or right:
        stop = end + right.end() if right else last.end
        sources = [replace(_source(mention), frame_end=stop) for mention in chain]
        if left:
            sources[0] = replace(sources[0], cut_start=first.start - len(left.group()))
        return sources
    likely = (bare and _TOLD.search(before)) or (_RIGHT.match(after) and _of_itself(before, after) and len(chain) == 1)
    return [replace(_source(mention), certain=False) for mention in chain] if likely else []


def _right(question: str, first: Mention, before: str, after: str) -> re.Match[str] | None:
    """The verb of saying that the outlets are the subject of; ``None`` where they speak of themselves."""
    found = _RIGHT.match(after)
    if not found or _NO_SUBJECT.search(before) or _of_itself(before, after[found.end() :]):
        return None
    opens = not question[: first.start].strip()
    return None if opens and _RIGHT_WEAK.match(after) else found


def _of_itself(before: str, after: str) -> bool:
    """Whether an outlet that says something speaks of itself: "Why did the Post say it would …"."""
    return _WHY.search(before) is not None or _OF_ITSELF.match(after) is not None


def _set_against(question: str, mention: Mention) -> bool:
    """Whether a mention without a frame of its own is the other side of a comparison."""
    before = question[max(0, mention.start - _WINDOW) : mention.start]
    after = question[mention.end : mention.end + _WINDOW]
    if _ASIDE.search(before) or _NOT_IT.match(after):
        return False
    return _OMITS.match(after) is not None or bool(_AGAINST.search(before) and _ENDS.match(after))


def _end(question: str, mention: Mention) -> int:
    named = _AFTER_NAME.match(question, mention.end)
    return named.end() if named else mention.end


def _source(mention: Mention) -> Source:
    return Source(mention.publishers, certain=True, cut_start=mention.start, cut_end=mention.end, frame_end=mention.end)
