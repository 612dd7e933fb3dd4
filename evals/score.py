"""Which metric applies to which question and answer. Ignorant of averages and reports."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, replace

from evals import citations, metrics, retrieval
from evals.retrieval import LocatedEvidence
from evals.types import Example, Scores
from qa.types import Answer

_BETWEEN = " ¶ "  # a word of its own, so that no answer is found across two texts


def score(
    example: Example, answer: Answer, evidence: Sequence[LocatedEvidence], text_of: Callable[[str], str | None]
) -> Scores:
    """Score one answer. ``evidence`` is the example's, as found in the corpus; ``text_of`` gives an article's text.

    * The prediction of EM and F1 is ``short_answer``, the whole answer where there is none, "" for an abstention. They
      are not of the kind ``EVIDENCE_ONLY``: where no answer is known, none can be called wrong.
    * An abstention holds no answer, whatever its text says: ``contains`` and ``sides`` are 0.
    * ``sides``, ``all_sides`` and ``all_sides_only`` are of the kind ``conflict`` only; ``none_wrong`` of given answers
      to questions with ``wrong``. All four look at everything that is shown: the answer and the findings' values.
    * Retrieval needs evidence, and is scored whether the engine answered or not.
    * Citation precision and recall are of given answers to questions with evidence; exactness is of every answer.
    """
    text = "" if answer.abstained else citations.without_markers(answer.answer)
    shown = "" if answer.abstained else _BETWEEN.join([text, *(finding.value for finding in answer.findings)])
    prediction = "" if answer.abstained else answer.short_answer or text
    comparable = bool(example.answers) or not example.answerable
    scores = Scores(
        contains=metrics.contains(text, example.answers),
        exact_match=metrics.exact_match(prediction, example.answers) if comparable else None,
        f1=metrics.f1(prediction, example.answers) if comparable else None,
        none_wrong=None if answer.abstained else metrics.none_wrong(shown, example.wrong, example.answers),
        cite_exact=citations.exactness(answer, text_of),
        abstain_precision=metrics.abstain_precision(abstained=answer.abstained, answerable=example.answerable),
        abstain_recall=metrics.abstain_recall(abstained=answer.abstained, answerable=example.answerable),
        answered=metrics.answered(abstained=answer.abstained, answerable=example.answerable),
    )
    if example.kind == "conflict":
        share = metrics.sides(shown, example.answers)
        every = None if share is None else float(share == 1)
        only = metrics.all_sides_only(every, scores.none_wrong)
        scores = replace(scores, sides=share, all_sides=every, all_sides_only=only)
    if evidence:
        scores = _with_evidence(scores, answer, evidence)
    return scores


def score_failure(example: Example, evidence: Sequence[LocatedEvidence]) -> Scores:
    """Score a question on which the engine failed: 0 in everything that an answer could have been scored in."""
    given = score(example, Answer(example.question, example.question), evidence, lambda _article_id: None)
    return Scores(**{name: None if value is None else 0.0 for name, value in asdict(given).items()})


def _with_evidence(scores: Scores, answer: Answer, evidence: Sequence[LocatedEvidence]) -> Scores:
    passages = [one.passage for one in answer.passages]
    judged = retrieval.judge([piece.evidence for piece in evidence], passages)
    scores = replace(
        scores,
        hit_1=retrieval.hit(judged, 1),
        hit_5=retrieval.hit(judged, 5),
        hit_10=retrieval.hit(judged, 10),
        hit_20=retrieval.hit(judged, 20),
        covered_5=retrieval.covered(evidence, passages, 5),
        recall_1=retrieval.recall(judged, 1),
        recall_5=retrieval.recall(judged, 5),
        recall_10=retrieval.recall(judged, 10),
        recall_20=retrieval.recall(judged, 20),
        mrr=retrieval.reciprocal_rank(judged),
        ndcg_10=retrieval.ndcg(judged, 10),
    )
    if answer.abstained:
        return scores
    return replace(
        scores,
        cite_precision=citations.precision(answer.citations, evidence),
        cite_recall=citations.recall(answer.citations, evidence),
    )
