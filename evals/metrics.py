"""Metrics of the answer's words and of abstention, for one question. Ignorant of passages, citations and averages."""

from collections import Counter
from collections.abc import Iterable, Sequence

from evals.normalize import squad, words

RIGHT = 0.5
"""F1 from which a short answer counts as right: its confidence is the probability of that."""


def exact_match(prediction: str, golds: Sequence[str]) -> float:
    """1 if the prediction equals a gold answer after SQuAD normalisation, else 0. Higher is better.

    Formula: max over golds of [squad(prediction) == squad(gold)]. With no gold (or only golds that normalise to
    nothing) the gold is "", so that an empty prediction scores 1 and any other 0.
    Source: the official SQuAD v2.0 evaluation script (Rajpurkar, Jia & Liang 2018), ``compute_exact``.
    """
    return max(float(squad(prediction) == squad(gold)) for gold in _official_golds(golds))


def f1(prediction: str, golds: Sequence[str]) -> float:
    """The best F1 of the prediction's tokens with a gold's, in [0, 1]; higher is better.

    Formula: 2PR / (P + R), P = shared tokens / predicted tokens, R = shared tokens / gold tokens, the shared ones
    counted with repetition; if either side has no token, 1 when both have none, else 0. Max over golds, "" if none.
    Source: the official SQuAD v2.0 evaluation script (Rajpurkar, Jia & Liang 2018), ``compute_f1``.
    """
    return max(_token_f1(squad(prediction).split(), squad(gold).split()) for gold in _official_golds(golds))


def contains(text: str, golds: Iterable[str]) -> float | None:
    """1 if the text holds some gold answer as a run of whole words, else 0. Higher is better.

    Formula: max over golds of [words(gold) is a contiguous run of words(text)]: "31" is in "31 people", not in "310".
    ``None`` if there is no gold with a word in it. Source: the usual accuracy of open-domain QA with long answers
    (Mallen et al. 2023, "When Not to Trust Language Models"), with whole words where they take substrings.
    """
    needles = _needles(golds)
    hay = words(text)
    return float(any(_occurrences(needle, hay) for needle in needles)) if needles else None


def sides(text: str, golds: Iterable[str]) -> float | None:
    """The share of the different gold answers that the text holds, in [0, 1]; higher is better.

    Formula: |{gold: the text holds it}| / |golds|, as in ``contains``; golds that are the same words count once, and a
    gold inside a longer gold ("31" in "at least 31") must also stand elsewhere. ``None`` if no gold has a word in it.
    Source: ours; the recall half of RAMDocs' criterion (Wang et al. 2025, arXiv 2504.13079).
    """
    needles = _needles(golds)
    if not needles:
        return None
    hay = words(text)
    return sum(_stands_alone(needle, needles, hay) for needle in needles) / len(needles)


def none_wrong(text: str, wrong: Iterable[str], golds: Iterable[str]) -> float | None:
    """1 if the text holds none of the answers known to be wrong, else 0. Higher is better.

    A wrong answer that stands only inside a right one ("York" in "New York") is not held. ``None`` if no wrong answer
    has a word in it. Source: ours; the precision half of RAMDocs' criterion (Wang et al. 2025, arXiv 2504.13079).
    """
    right = set(_needles(golds))
    needles = [needle for needle in _needles(wrong) if needle not in right]
    hay = words(text)
    return float(not any(_stands_alone(needle, right, hay) for needle in needles)) if needles else None


def all_sides_only(all_sides: float | None, none_wrong: float | None) -> float | None:
    """1 if all the different gold answers are shown and no wrong one is, else 0. Higher is better.

    Formula: [``sides`` == 1] × [``none_wrong`` is not 0]: where no answer is known to be wrong, none can be shown.
    ``None`` if ``all_sides`` is. Source: RAMDocs' exact match (Wang et al. 2025, arXiv 2504.13079), with ``words``
    for its normalisation.
    """
    return None if all_sides is None else all_sides * float(none_wrong != 0)


def abstain_precision(*, abstained: bool, answerable: bool) -> float | None:
    """Of the abstentions, those on unanswerable questions: per question 1 or 0, ``None`` if it was answered.

    The mean over questions is TP / (TP + FP), positive = abstained, true = unanswerable; in [0, 1], higher is better.
    Source: precision (van Rijsbergen 1979) of the no-answer class, as SQuAD v2.0 poses it.
    """
    return float(not answerable) if abstained else None


def abstain_recall(*, abstained: bool, answerable: bool) -> float | None:
    """Of the unanswerable questions, those abstained on: per question 1 or 0, ``None`` if it is answerable.

    The mean over questions is TP / (TP + FN), positive = abstained, true = unanswerable; in [0, 1], higher is better.
    Source: recall (van Rijsbergen 1979) of the no-answer class, as SQuAD v2.0 poses it.
    """
    return None if answerable else float(abstained)


def answered(*, abstained: bool, answerable: bool) -> float | None:
    """Of the answerable questions, those answered (rightly or not): per question 1 or 0, ``None`` if unanswerable.

    The mean over questions is in [0, 1], higher is better. Source: coverage (El-Yaniv & Wiener 2010) on the answerable.
    """
    return float(not abstained) if answerable else None


def _official_golds(golds: Sequence[str]) -> Sequence[str]:
    """Golds that normalise to nothing are left out; without any, the gold is "" (as the SQuAD v2.0 script does)."""
    return [gold for gold in golds if squad(gold)] or [""]


def _token_f1(prediction: Sequence[str], gold: Sequence[str]) -> float:
    if not prediction or not gold:
        return float(not prediction and not gold)
    shared = (Counter(prediction) & Counter(gold)).total()
    if not shared:
        return 0.0
    precision, recall = shared / len(prediction), shared / len(gold)
    return (2 * precision * recall) / (precision + recall)


def _needles(golds: Iterable[str]) -> list[tuple[str, ...]]:
    """The different word sequences of the golds, those without a word left out, in order."""
    return list(dict.fromkeys(needle for gold in golds if (needle := words(gold))))


def _occurrences(needle: tuple[str, ...], hay: tuple[str, ...]) -> list[int]:
    """Where in ``hay`` the needle begins."""
    return [i for i in range(len(hay) - len(needle) + 1) if hay[i : i + len(needle)] == needle]


def _stands_alone(needle: tuple[str, ...], others: Iterable[tuple[str, ...]], hay: tuple[str, ...]) -> bool:
    """Whether the needle occurs somewhere that is not inside a longer one of ``others``."""
    longer = [(i, i + len(other)) for other in others if len(other) > len(needle) for i in _occurrences(other, hay)]
    return any(not any(low <= i and i + len(needle) <= high for low, high in longer) for i in _occurrences(needle, hay))
