"""Whether the passages that a sentence cites bear it out, and by which of their sentences.

The last word on every sentence that a language model writes. Knows nothing of models, prompts or streams: a sentence
and its markers in, a verdict out.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qa.cues import content_stems, stem
from qa.prose.context import displaced
from qa.prose.evidence import Evidence, Line, Source
from qa.prose.facts import Fact, facts
from qa.prose.match import names_it, tells

# Support of a sentence by lines: a weighted sum, set by hand on the half "dev" of evals/bench/checking.py.
COSINE = 0.5  # weight of the cosine of their embeddings; the rest of 1 weighs the share of content words
ENOUGH = 0.5
LINE = 0.42
"""Support from which a line is worth citing beside others."""

_PLAIN = ("s", "ly", "ing", "ed", "ity", "ence", "ance", "ment", "tion")
_NEGATION = re.compile(r"(?i)\b(?:not|never|no|nobody|none|nor|neither|without|cannot|\w+n['’]t)\b")
# What says no without such a word.
_DENIAL = re.compile(
    r"(?i)\b(?:den(?:y|ied|ies|ial)|fail\w*|lack\w*|refus\w*|reject\w*|unable|prevent\w*|avoid\w*|ban(?:ned|s)?|miss\w*"
    r"|ignor\w*|stop\w*|declin\w*|few|little|only|un\w+)\b"
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """``reason`` says in plain words what is not borne out, "" where all is; ``lines`` are what the sentence rests on.

    ``support`` is in [0, 1], higher is better: how much of the sentence its best lines say.
    """

    reason: str
    lines: tuple[Line, ...] = ()
    support: float = 0.0


def check(sentence: str, cited: Sequence[int], given: Evidence) -> Verdict:
    """Hold one sentence, without its markers, to the passages of the numbers that it cites."""
    if not cited:
        return Verdict("it cites no article")
    foreign = [number for number in cited if given.source(number) is None]
    if foreign:
        return Verdict(f"it cites passage {foreign[0]}, which there is not")
    sources = [source for number in dict.fromkeys(cited) if (source := given.source(number))]
    found = facts(sentence)
    for fact in found:
        if not any(_tells(fact, sentence, source) for source in sources) and not _is_plain(fact, sources, given):
            return Verdict(f"what it cites does not say “{fact.told}”")
    lines = [line for source in sources for line in source.lines]
    published = {source.number: source.article.published for source in sources}
    for fact in found:
        if fact.kind != "quotation" and (instead := displaced(fact, sentence, lines, published)):
            return Verdict(f"where it says “{fact.told}”, what it cites says “{instead}”")
    return _supported(sentence, sources, given)


def _tells(fact: Fact, sentence: str, source: Source) -> bool:
    """Whether a passage tells a fact, or what stands above its text does; a name may be told in full elsewhere."""
    day = source.article.published
    if tells(fact, sentence, source.told, day):
        return True
    if fact.kind in ("name", "date") and tells(fact, sentence, source.header, day):
        return True
    if fact.kind != "name":
        return False
    last = fact.told.split()[-1]
    return names_it(last, source.told) and names_it(fact.told, source.article_told)


def _is_plain(fact: Fact, sources: Sequence[Source], given: Evidence) -> bool:
    """Whether a word that opens a sentence has its capital from there, and no passage has it as a name.

    So a word that the cited passages have in lower case, a plural, an adverb or a participle.
    """
    word = fact.told.lower()
    if not fact.opens or any(names_it(fact.told, source.told) for source in given.sources):
        return False
    return word.endswith(_PLAIN) or any(f" {word} " in source.told.plain for source in sources)


def _supported(sentence: str, sources: Sequence[Source], given: Evidence) -> Verdict:
    stems = frozenset(content_stems(sentence)) - frozenset().union(*(source.header_stems for source in sources))
    vector = given.encode([sentence])[0]
    ranked = sorted(
        ((_support(stems, vector, (line,)), line) for source in sources for line in source.lines),
        key=lambda one: -one[0],
    )
    best = [line for _, line in ranked[:1]]
    for line in (line for _, line in ranked[1:4]):  # a sentence may sum up several
        if _support(stems, vector, (*best, line)) > _support(stems, vector, best) + 0.05:
            best.append(line)
    support = _support(stems, vector, best)
    if support < ENOUGH:
        return Verdict("what it cites does not say so", support=support)
    if _denies(sentence, best):
        return Verdict("what it cites says it the other way round", support=support)
    return Verdict("", _worth_citing(best, ranked, sources), support)


def _support(stems: frozenset[str], vector: NDArray[np.float32], lines: Sequence[Line]) -> float:
    said: frozenset[str] = frozenset().union(*(line.stems for line in lines))
    share = len(stems & said) / len(stems) if stems else 1.0
    return COSINE * max(float(line.vector @ vector) for line in lines) + (1 - COSINE) * share


def _denies(sentence: str, lines: Sequence[Line]) -> bool:
    """Whether a sentence denies something and no line does; "not tracked" may be "failure to track"."""
    if not _NEGATION.search(sentence):
        return False
    own = {stem(word) for word in _DENIAL.findall(sentence)}
    return not any(
        _NEGATION.search(line.text) or any(stem(word) not in own for word in _DENIAL.findall(line.text))
        for line in lines
    )


def _worth_citing(
    best: Sequence[Line], ranked: Sequence[tuple[float, Line]], sources: Sequence[Source]
) -> tuple[Line, ...]:
    """The lines that bear a sentence out, and of each other passage that it cites the best, if that says much of it."""
    lines = list(best)
    for source in sources:
        top = next(((score, line) for score, line in ranked if line.source == source.number), None)
        if top and top[0] >= LINE and top[1] not in lines:
            lines.append(top[1])
    return tuple(lines)
