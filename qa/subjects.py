"""What passages are about, by their words alone: the question's subject or another, one text in two versions or two.

Knows nothing of answers, articles or models.
"""

import re
from collections.abc import Iterable, Sequence

from qa.cues import content_stems, names

VERSION = 0.5
"""Share of the shorter passage's runs of ``RUN`` words in the other one from which both are versions of one text.

Of 1,100 pairs of passages of one question (RAMDocs, development half) hardly any lies between 0.25 and 0.6.
"""

SHARED = 0.15
"""Share of the fewer names in the other passages below which they may speak of something else by the question's name.

Between the sides of the seeds' conflicts it is 0.2 or more, between answers about namesakes (RAMDocs) mostly less.
"""

ENOUGH = 4
"""Names, besides the question's, without which nothing is said of what passages are about."""

RUN = 4
MISSED = 1
"""Words of the question that a passage may lack beside one that answers it; of its names it may lack none."""


def on_subject(question: str, passages: Iterable[str], others: Iterable[str]) -> bool:
    """Whether one of ``passages`` holds as many of the question's names as the best of ``others``.

    And as many of its content words, or ``MISSED`` less: "31 killed in Brussels" does not answer for Paris.
    """
    asked, about = frozenset(content_stems(question)), names(question)
    mine, theirs = ([frozenset(content_stems(text)) for text in texts] for texts in (passages, others))
    named, worded = (_most(about, mine) - _most(about, theirs), _most(asked, mine) - _most(asked, theirs))
    return named >= 0 and worded >= -MISSED


def apart(question: str, passages: Iterable[str], others: Iterable[str]) -> bool:
    """Whether the two sides seem to speak of two things by one name: besides the question's they share few names.

    Never so where the question names nothing. Numbers do not count: they are what the sides say, not what about.
    """
    asked = frozenset(content_stems(question))
    mine, theirs = (
        frozenset(name for text in texts for name in names(text) if not name[0].isdigit()) - asked
        for texts in (passages, others)
    )
    fewer = min(len(mine), len(theirs))
    return bool(names(question)) and fewer >= ENOUGH and len(mine & theirs) < SHARED * fewer


def versions(one: str, other: str) -> bool:
    """Whether two passages are versions of one text: they have most runs of words in common. Symmetric."""
    mine, theirs = _runs(one), _runs(other)
    return len(mine & theirs) >= VERSION * max(1, min(len(mine), len(theirs)))


def _most(asked: frozenset[str], texts: Sequence[frozenset[str]]) -> int:
    """The most of the asked words that one text holds."""
    return max((len(asked & text) for text in texts), default=0)


def _runs(text: str) -> frozenset[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return frozenset(zip(*(words[i:] for i in range(RUN)), strict=False))
