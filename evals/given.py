"""What is kept of an answer, and of the gold question it answers. Ignorant of files, averages and reports."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict

from evals import metrics
from evals.citations import precision
from evals.retrieval import LocatedEvidence
from evals.types import Example, Given, GivenCitation, GivenFinding, GivenPassage
from qa.types import Answer, Citation

PASSAGES = 20
"""How many passages are kept: the deepest rank that a metric looks at."""


def given(example: Example, answer: Answer, evidence: Sequence[LocatedEvidence]) -> Given:
    """Keep of an answer what a report needs. ``evidence`` is the example's, as found in the corpus.

    Confidences, scores and seconds are rounded to 6 decimals, so that a report of the answer itself and one of the
    answer read from a file are the same.
    """
    findings = (
        GivenFinding(one.value, round(float(one.confidence), 6), one.article_ids, _holds_gold(one.value, example))
        for one in answer.findings
    )
    passages = (
        GivenPassage(hit.passage.article_id, hit.passage.start, hit.passage.end, round(float(hit.score), 6))
        for hit in answer.passages[:PASSAGES]
    )
    return Given(
        answer=answer.answer,
        short_answer=answer.short_answer,
        abstained=answer.abstained,
        confidence=round(float(answer.confidence), 6),
        mode=answer.mode,
        standalone_question=answer.standalone_question,
        scope=answer.scope,
        notice=answer.notice,
        differ=answer.differ,
        findings=tuple(findings),
        citations=tuple(_citation(one, example, evidence) for one in answer.citations),
        passages=tuple(passages),
        sentences=len(answer.sentences),
        supported=sum(one.supported for one in answer.sentences),
        seconds={step: round(float(seconds), 6) for step, seconds in answer.seconds.items()},
        tokens=dict(answer.tokens),
    )


def gold_sha12(example: Example) -> str:
    """The first 12 hexadecimal digits of the sha256 of a gold question with all that it expects."""
    return hashlib.sha256(json.dumps(asdict(example), sort_keys=True).encode()).hexdigest()[:12]


def _citation(citation: Citation, example: Example, evidence: Sequence[LocatedEvidence]) -> GivenCitation:
    return GivenCitation(
        marker=citation.marker,
        article_id=citation.article.id,
        start=citation.start,
        end=citation.end,
        quote=citation.quote,
        title=citation.article.title,
        holds_gold=_holds_gold(citation.quote, example),
        on_evidence=bool(precision([citation], evidence)) if evidence else None,
    )


def _holds_gold(text: str, example: Example) -> bool | None:
    held = metrics.contains(text, example.answers)
    return None if held is None else bool(held)
