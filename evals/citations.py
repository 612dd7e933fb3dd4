"""Metrics of an answer's citations, for one answer. Ignorant of the answer's words and of how it was found.

Shares no code with the engine that it checks.
"""

import re
from collections.abc import Callable, Sequence

from evals.retrieval import LocatedEvidence
from qa.types import Answer, Citation

_MARKER = re.compile(r"\[([0-9]+)\]")


def without_markers(text: str) -> str:
    """The answer's words, with a space where each ``[n]`` stood."""
    return _MARKER.sub(" ", text)


def exactness(answer: Answer, text_of: Callable[[str], str | None]) -> float:
    """1 if every citation is exact and every marker resolves, else 0. Higher is better; anything below 1 is a bug.

    Exact: ``article.text[start:end] == quote``, not empty, in the article as ``text_of(article_id)`` has it (``None``
    if it has no such article). Resolves: each citation has a marker of its own, every ``[n]`` in the answer is one of
    them, and so is that of every citation of a finding. Unless it abstained, an answer has a citation and uses each.
    Source: ours; the contract of Byline's answers.
    """
    markers = [citation.marker for citation in answer.citations]
    used = {int(marker) for marker in _MARKER.findall(answer.answer)}
    cited = used | {citation.marker for finding in answer.findings for citation in finding.citations}
    quotes_exact = all(_is_exact(citation, text_of) for citation in answer.citations)
    markers_resolve = len(set(markers)) == len(markers) and cited <= set(markers)
    all_used = answer.abstained or (bool(markers) and used == set(markers))
    return float(quotes_exact and markers_resolve and all_used)


def precision(citations: Sequence[Citation], evidence: Sequence[LocatedEvidence]) -> float | None:
    """The share of the citations that are right, in [0, 1], higher is better; ``None`` if there is none.

    A citation is right when it overlaps some evidence quote of its article by at least half of the shorter of the two
    (in characters), or when its article is evidence without a quote. A lower bound: a true citation of a sentence that
    the gold file does not list counts as wrong. Source: citation precision of ALCE (Gao et al. 2023), judged by place
    instead of by an entailment model.
    """
    if not citations:
        return None
    return sum(any(_supports(citation, piece) for piece in evidence) for citation in citations) / len(citations)


def recall(citations: Sequence[Citation], evidence: Sequence[LocatedEvidence]) -> float:
    """The share of the pieces of evidence that some citation is right by, in [0, 1]; higher is better.

    Right as in ``precision``; ``evidence`` is not empty. Source: citation recall of ALCE (Gao et al. 2023), against the
    gold evidence instead of the answer's own sentences.
    """
    return sum(any(_supports(citation, piece) for citation in citations) for piece in evidence) / len(evidence)


def _is_exact(citation: Citation, text_of: Callable[[str], str | None]) -> bool:
    text = text_of(citation.article.id)
    in_bounds = text is not None and 0 <= citation.start < citation.end <= len(text)
    return text is not None and in_bounds and text[citation.start : citation.end] == citation.quote


def _supports(citation: Citation, piece: LocatedEvidence) -> bool:
    if citation.article.id != piece.evidence.source:
        return False
    if not piece.evidence.quote:
        return True
    return any(
        2 * (min(citation.end, end) - max(citation.start, start)) >= min(citation.end - citation.start, end - start)
        for start, end in piece.spans
    )
