"""What the articles say together: spans that say the same become one claim, and claims that compete are told apart.

Compares the words of spans (``qa.values``); decides neither what is true nor whether to abstain.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from qa.cues import asks_for
from qa.names import Name, echoes, fuller, singular
from qa.subjects import apart, on_subject, versions
from qa.types import Span
from qa.values import Value, compatible, competes, hedge_start, same, value
from vectorstore.types import Article

ArticleOf = Callable[[str], Article]
CopiesOf = Callable[[str], tuple[str, ...]]

SECOND = 0.4
"""Confidence, as a share of the best claim's, from which another claim is told or can differ.

Of 0.1, 0.25 and 0.4, chosen on the development halves of evals/gold/seeds.jsonl and RAMDocs (evals/LOG.md).
"""

ALONE = 0.5
"""``Span.alone`` from which its passage says so, whatever others say: it is likelier than all else and no answer."""

LOOKED_BACK = 20_000
"""Characters of an article, before a bare surname, in which its bearer's full name is looked for."""

SUPPORT = 0.01
"""Score, as a share of its claim's best span's, from which a span makes its article one that says so. Not tuned yet."""

_AUXILIARIES = (
    "is|are|was|were|am|do|does|did|has|have|had|can|could|will|would|shall|should|may|might|must|isn|aren|wasn|weren|"
    "don|doesn|didn|hasn|haven|hadn|couldn|wouldn|shouldn|won"
)
_YES_NO = re.compile(rf"(?i)(?:(?:and|but|so|then|[^,?]{{1,60}},)\s+)?(?:{_AUXILIARIES})\b")
_ASKS_FOR_MORE = re.compile(  # "Can you tell me who …", "He was born where?"; and "A or B?"
    r"(?i)\b(?:do|can|could|would|will) you (?:please )?(?:know|tell|say|name|list|explain|give|describe)\b"
    r"|\b(?:who|whom|what|where|when|why|how)\s*\?*\s*$|\bor\b(?!\s+not\b)"
)
_COUNTED = re.compile(
    r"(?i)\b(?:population|number|amount|total|toll|price|cost|length|height|width|weight|size|age|salary|distance)\b"
)
_SEVERAL = re.compile(
    r"(?i)^\s*(?:please )?list\b|\b(?:who|what) (?:all|are|were|else|besides|apart)\b|\bexamples? of\b|\bnames of\b"
    r"|\bwho(?:m)? (?:is|was|has been|have been|had been) (?:\w+ly )?"
    r"(?!elected|named|appointed|chosen|crowned|inaugurated|succeeded|replaced|married)\w+(?:ed|en|ught|hot)\b"
    r"|\b(?:what|which) (?:two|three|four|five|six|several|people|persons|men|women|children|media|other \w+s)\b"
)
_ASKED_NOUNS = (  # the last of the words asked for; "what happens in …" is a verb
    re.compile(rf"(?i)\bwhat (?:[\w’'-]+ ){{0,3}}?([\w’'-]+) (?:{_AUXILIARIES})\b"),
    re.compile(rf"(?i)\bwhich (?:[\w’'-]+ ){{0,3}}?([\w’'-]+) (?:(?:{_AUXILIARIES}|of|in|at|on|from|who|\w+ed)\b|$)"),
    re.compile(r"(?i)\bwhich ([\w’'-]+) "),
    re.compile(r"(?i)^name (?:[\w’'-]+ ){0,3}?([\w’'-]+) (?:(?:of|in|at|on|from|who|\w+ed)\b|$)"),
)
_NO_PLURALS = frozenset(("news", "series", "species", "means", "politics", "headquarters", "sports", "kinds", "does"))


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing that is said: ``value`` in an article's words, ``said`` as it compares, and the spans that say it.

    ``spans`` are best first, one of each story; ``stories`` are those of all spans, each named by one of its articles.
    ``confidence`` is in [0, 1], higher is better: the share of all that was read which says so. ``alone`` is the most
    that a passage gives it by itself (``Span.alone``).
    """

    value: str
    said: Value
    confidence: float
    spans: tuple[Span, ...]
    stories: frozenset[str]
    alone: float = 0.0


@dataclass(slots=True)
class _Group:
    """Spans that say the same, likeliest first, and what they say, in each way that it was said."""

    values: list[Value]
    spans: list[Span] = field(default_factory=list)


def agree(question: str, spans: Sequence[Span], article_of: ArticleOf, copies_of: CopiesOf) -> list[Claim]:
    """Group the spans that say the same; first the claim that most says: confidence, times the stories that are clear.

    A claim's ``confidence`` is the sum of its spans' scores, at most 1, for the scores are shares of one whole. Its
    ``value`` is the fullest name, else the wording with the most confidence; to a yes/no question, the sentence.

    Spans join when they overlap in one article, or when one says the same as every other one. A name of one word is
    read as the fuller name that its article gave before; where it still fits several claims it joins the likeliest.
    What only altered versions of other articles say is left out (``_outvotes``).
    """
    whole, counted = asks_yes_no(question), _asks_amount(question)
    groups: list[_Group] = []
    for read in sorted(spans, key=lambda span: -span.score):
        article = article_of(read.passage.article_id)
        span = _with_hedge(read, article.text)
        if whole:
            said = value(sentence_of(span, article_of))
        else:
            text = fuller(span.text, article.text[max(0, span.end - LOOKED_BACK) : span.end])
            said = value(text, article.published, counted=counted)
        found = next((group for group in groups if _joins(group, said, span, whole=whole)), None)
        if found is None:
            groups.append(found := _Group([said]))
        elif all(same(said, other) for other in found.values):
            found.values.append(said)
        found.spans.append(span)
    claims = [_claim(group, sentence_of(group.spans[0], article_of) if whole else "", copies_of) for group in groups]
    kept = [claim for claim in claims if not any(_outvotes(other, claim, article_of) for other in claims)]
    return sorted(kept, key=lambda claim: -claim.confidence * max(1, sum(span.alone >= ALONE for span in claim.spans)))


def likely(question: str, claims: Sequence[Claim], share: float = SECOND) -> list[Claim]:
    """The claims worth telling, likeliest first: the first one, and each that has ``share`` of its confidence.

    Also each that some passage on the question's subject clearly gives, for several articles can be right, and
    confidence, a share of one whole, goes nearly all to the one that says it most plainly.
    """
    best = [span.passage.text for claim in claims[:1] for span in claim.spans]
    return [
        claim
        for claim in claims
        if claim.confidence >= share * claims[0].confidence
        or (claim.alone >= ALONE and on_subject(question, (span.passage.text for span in claim.spans), best))
    ]


def rivals(question: str, claims: Sequence[Claim], share: float = SECOND) -> list[Claim]:
    """The claims that cannot be true beside the first, likeliest first.

    There are none for a question with several answers, nor for a yes/no question: words alone do not tell a yes from a
    no. A rival has at least ``share`` of the first claim's confidence, and a story that says neither the first nor what
    can be true beside it: an article does not disagree with itself.
    """
    if not claims or not has_one_answer(question):
        return []
    best, enough = claims[0], SUPPORT * claims[0].confidence
    beside = (claim.stories for claim in claims if claim.confidence >= enough and compatible(best.said, claim.said))
    agreed = best.stories.union(*beside)
    return [
        claim
        for claim in likely(question, claims, share)[1:]
        if claim.stories - agreed and competes(best.said, claim.said)
    ]


def are_namesakes(question: str, one: Claim, other: Claim) -> bool:
    """Whether the articles of two claims seem to speak of two things by the name that the question has."""
    mine, theirs = ([span.passage.text for span in claim.spans] for claim in (one, other))
    return apart(question, mine, theirs)


def asks_yes_no(question: str) -> bool:
    """Whether yes or no can answer the question's last sentence; not so "A or B?" and "Can you tell me who …"."""
    last = _last(question)
    return bool(_YES_NO.match(last)) and not _ASKS_FOR_MORE.search(last)


def asks_several(question: str) -> bool:
    """Whether several answers can be right: "which outlets", "who were", "who was arrested", "what are the names"."""
    last = _last(question).rstrip("?!. ") + " "
    if _SEVERAL.search(last):
        return True
    nouns = (match.group(1).lower() for pattern in _ASKED_NOUNS for match in pattern.finditer(last))
    return any(singular(noun) != noun and noun not in _NO_PLURALS for noun in nouns)


def _claim(group: _Group, sentence: str, copies_of: CopiesOf) -> Claim:
    """The claim of a group; ``sentence`` is its value if there is one."""
    best: dict[str, Span] = {}
    for span in group.spans:
        if span.score >= SUPPORT * group.spans[0].score or span.alone >= ALONE:
            best.setdefault(min((span.passage.article_id, *copies_of(span.passage.article_id))), span)
    confidence = min(1.0, sum(span.score for span in group.spans))
    said = max(group.values, key=_fullness)
    alone = max(span.alone for span in group.spans)
    return Claim(sentence or _wording(group.spans), said, confidence, tuple(best.values()), frozenset(best), alone)


def _outvotes(claim: Claim, other: Claim, article_of: ArticleOf) -> bool:
    """Whether ``other`` rests on altered versions only of articles that say ``claim``, as a further article does.

    A later version corrects the earlier one, and stays.
    """
    if len(claim.spans) == 1 or claim.stories & other.stories or not competes(claim.said, other.said):
        return False
    originals = {
        span: [one for one in claim.spans if versions(one.passage.text, span.passage.text)] for span in other.spans
    }
    if not all(originals.values()) or all(any(one in kin for kin in originals.values()) for one in claim.spans):
        return False
    published = max(article_of(one.passage.article_id).published for kin in originals.values() for one in kin)
    return not any(article_of(span.passage.article_id).published > published for span in other.spans)


def _with_hedge(span: Span, text: str) -> Span:
    """The span with the "at least" before its number, which readers leave out, if the passage and sentence have it."""
    start = hedge_start(text, span.start, span.end)
    if start < max(span.passage.start, span.sentence_start):
        return span
    return replace(span, start=start, text=text[start : span.end])


def _wording(spans: Sequence[Span]) -> str:
    """The fullest name among the spans' texts, else the wording with the most confidence."""
    values = [value(span.text) for span in spans]
    mass: dict[tuple[str, ...], float] = defaultdict(float)
    for said, span in zip(values, spans, strict=True):
        mass[said.words] += span.score
    best = max(range(len(spans)), key=lambda i: (_fullness(values[i]), mass[values[i].words]))
    return spans[best].text


def _fullness(said: Value) -> int:
    """How many words tell a name; 0 for any other value."""
    return len(said.key.parts) if isinstance(said.key, Name) else 0


def _joins(group: _Group, said: Value, span: Span, *, whole: bool) -> bool:
    """Whether a span belongs to a group: it overlaps one of it, or says the same as all of it."""
    if any(_overlap(span, other, whole=whole) for other in group.spans):
        return True
    if whole:
        return echoes(" ".join(said.words), " ".join(group.values[0].words))
    return all(same(said, other) for other in group.values)


def _overlap(one: Span, other: Span, *, whole: bool) -> bool:
    """Whether two spans share characters; with ``whole``, their sentences."""
    if one.passage.article_id != other.passage.article_id:
        return False
    if whole:
        return one.sentence_start < other.sentence_end and other.sentence_start < one.sentence_end
    return one.start < other.end and other.start < one.end


def has_one_answer(question: str) -> bool:
    """Whether one answer excludes others: no yes or no, and no list."""
    return not asks_yes_no(question) and not asks_several(question)


def _asks_amount(question: str) -> bool:
    return asks_for(question) == "number" or bool(_COUNTED.search(question))


def _last(question: str) -> str:
    """The question's last sentence."""
    return re.split(r"(?<=[?.!])\s", question.strip())[-1]


def sentence_of(span: Span, article_of: ArticleOf) -> str:
    """The whole sentence that the span stands in."""
    return article_of(span.passage.article_id).text[span.sentence_start : span.sentence_end]
