"""The reader without a trained model: picks whole sentences by words, embeddings and the kind of answer expected.

Reads passages only; knows no articles, no store and no earlier question.
"""

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qa.cues import Kind, asks_for, content_stems, may_answer, names
from qa.types import Span
from vectorstore.embed import Encoder
from vectorstore.sentences import sentences as sentence_bounds
from vectorstore.types import Hit, Passage

SHORTLIST = 32
"""Sentences that are embedded, those with the most of the question's words in and around them."""

REMEMBERED = 4096
"""Sentences whose embeddings are kept, 6 MB in all: one conversation comes back to the same passages."""

# What is measured of a sentence, and its weight in the logistic model. Fitted by maximum likelihood (L2, C = 1, on
# standardised measures) on three quarters, by article, of 7,600 questions of train/reader.jsonl.gz: SQuAD 2.0,
# SQuADShifts wiki, NQ and HotpotQA, each with the sentences of its own paragraph (left out for 12 %) and of the four
# most similar ones, every second question also with five paragraphs that have nothing to do with it; a sentence is
# positive when the answer starts in it. The other quarter scaled the result (Platt), so that the best sentence's
# probability is that of holding the answer; there the best holds it for 75 %, one of the best three for 90 %.
_WEIGHTS: dict[str, float] = {
    "share": 3.08,  # of the question's words that are in the sentence, each by its rarity: 0 to 1
    "share_around": -0.79,  # in its passage; the difference below counts more
    "cosine": 5.35,  # of the embeddings of question and sentence
    "share_before": 1.47,  # what the sentence before adds to the share
    "share_after": 1.24,
    "names": 0.84,  # share of the question's names and numbers that are in the passage
    "open": 0.63,  # 1 when no kind of answer can be told from the question,
    "fits": 0.93,  # else 1 when the sentence holds that kind of answer
    "new": 0.31,  # log(1 + words that the question has not)
    "asks": -3.58,  # 1 for a question
    "share_behind": 1.36,  # share, less the best sentence's: at most 0
    "around_behind": 3.24,  # the same for share_around
    "cosine_behind": 2.76,  # and for cosine
}
_BIAS = -6.57

_LEANS_BACK = re.compile(r"[\"“]?(?:he|she|they|it|his|her|their|its|this|these|those)\b", re.IGNORECASE)

Features = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sentence:
    """``passage.text[start:end]`` with the content words of it, of its neighbours and of the whole passage.

    ``context_start`` is where a reader must begin to know who "he" is: the sentence before, if it opens so.
    """

    passage: Passage
    start: int
    end: int
    context_start: int
    words: tuple[str, ...]
    before: frozenset[str]
    after: frozenset[str]
    around: frozenset[str]

    @property
    def text(self) -> str:
        """The sentence itself."""
        return self.passage.text[self.start : self.end]


class SentencePicker:
    """Reads with the store's own embedding model. Safe to use from several threads."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._known: dict[str, NDArray[np.float32]] = {}

    def read(self, question: str, hits: Sequence[Hit]) -> list[Span]:
        """Return the sentences of the hits, likeliest answer first; see ``qa.reading.Reader``."""
        every = [sentence for hit in hits for sentence in sentences_of(hit.passage)]
        if not every:
            return []
        asked = Asked.of(question, every)
        candidates = sorted(every, key=asked.overlap, reverse=True)[:SHORTLIST]
        cosines = self._embed([sentence.text for sentence in candidates]) @ self._encoder.encode_question(question)
        scores = probabilities(features(asked, candidates, cosines))
        order = np.argsort(-scores, kind="stable")
        return [_span(candidates[i], float(scores[i])) for i in order]

    def _embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed sentences, those that are not remembered: ``(len(texts), dimension)``."""
        known = {text: vector for text in texts if (vector := self._known.get(text)) is not None}
        new = [text for text in dict.fromkeys(texts) if text not in known]
        if new:
            fresh = dict(zip(new, self._encoder.encode_passages(new), strict=True))
            if len(self._known) + len(fresh) > REMEMBERED:
                self._known = {}
            self._known.update(fresh)
            known |= fresh
        return np.stack([known[text] for text in texts])


def sentences_of(passage: Passage) -> Iterator[Sentence]:
    """The passage's sentences in order, page furniture left out."""
    bounds = sentence_bounds(passage.text)
    words = [tuple(content_stems(passage.text[start:end])) for start, end in bounds]
    sets = [frozenset(), *map(frozenset, words), frozenset()]
    around = frozenset().union(*sets)
    for i, (start, end) in enumerate(bounds):
        leans = i > 0 and _LEANS_BACK.match(passage.text, start)
        context_start = bounds[i - 1][0] if leans else start
        yield Sentence(passage, start, end, context_start, words[i], sets[i], sets[i + 2], around)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question asks for; ``rarity`` is each content word's weight among the sentences at hand."""

    kind: Kind
    rarity: dict[str, float]
    names: frozenset[str]

    @classmethod
    def of(cls, question: str, among: Sequence[Sentence]) -> "Asked":
        """Weigh the question's words by their inverse frequency among the sentences."""
        counts = Counter(word for sentence in among for word in frozenset(sentence.words))
        words = content_stems(question)
        rarity = {word: math.log((len(among) + 1) / (counts[word] + 0.5)) for word in words}
        return cls(asks_for(question), rarity, names(question))

    def share(self, words: frozenset[str]) -> float:
        """How much of the question's weight these words hold: 0 to 1."""
        total = sum(self.rarity.values())
        return sum(weight for word, weight in self.rarity.items() if word in words) / total if total else 0.0

    def overlap(self, sentence: Sentence) -> float:
        """The question's words in a sentence, in its neighbours and in its passage; higher is better."""
        own = frozenset(sentence.words)
        return self.share(own) + self.share(own | sentence.before | sentence.after) + self.share(sentence.around)


def features(asked: Asked, candidates: Sequence[Sentence], cosines: NDArray[np.float32]) -> Features:
    """Measure the candidates: ``(candidates, len(_WEIGHTS))``, in the order of ``_WEIGHTS``. Cosines: one each."""
    rows = np.array([_measure(asked, *pair) for pair in zip(candidates, cosines.tolist(), strict=True)])
    relative = rows[:, :3] - rows[:, :3].max(axis=0)
    return np.hstack([rows, relative])


def probabilities(measured: Features) -> Features:
    """The logistic model: the probability of each row of ``features`` that the sentence holds the answer."""
    scores: Features = 1 / (1 + np.exp(-(measured @ np.array([*_WEIGHTS.values()]) + _BIAS)))
    return scores


def _measure(asked: Asked, sentence: Sentence, cosine: float) -> list[float]:
    own, known = frozenset(sentence.words), frozenset(asked.rarity)
    share = asked.share(own)
    fits = may_answer(asked.kind, sentence.text, known)
    return [
        share,
        asked.share(sentence.around),
        cosine,
        asked.share(own | sentence.before) - share,
        asked.share(own | sentence.after) - share,
        len(asked.names & sentence.around) / len(asked.names) if asked.names else 1.0,
        float(asked.kind == "other"),
        float(asked.kind != "other" and fits),
        math.log1p(len(own - known)),
        float(sentence.text.endswith("?")),
    ]


def _span(sentence: Sentence, score: float) -> Span:
    passage = sentence.passage
    start, end, context = (passage.start + at for at in (sentence.start, sentence.end, sentence.context_start))
    return Span(passage, start, end, sentence.text, score, context, end)
