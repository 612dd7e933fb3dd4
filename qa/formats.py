"""Answers as the outside sees them: the JSON object of ``--json`` and the text of the terminal.

Everything that came from an article is data here: in JSON it is escaped to ASCII by whoever writes it, on the
terminal its control characters are shown, not obeyed.
"""

from typing import Any

from qa.types import Answer, Citation, Finding, Sentence
from vectorstore.terminal import visible
from vectorstore.types import Hit


def to_json(answer: Answer, id: str | None = None) -> dict[str, Any]:  # noqa: A002 - the field's name
    """Return the answer as a JSON object; ``id`` is the gold question's, in a batch only."""
    return ({} if id is None else {"id": id}) | {
        "question": answer.question,
        "standalone_question": answer.standalone_question,
        "scope": answer.scope,
        "answer": answer.answer,
        "short_answer": answer.short_answer,
        "abstained": answer.abstained,
        "confidence": answer.confidence,
        "mode": answer.mode,
        "differ": answer.differ,
        "findings": [_finding(finding) for finding in answer.findings],
        "citations": [_citation(citation) for citation in answer.citations],
        "passages": [_passage(hit) for hit in answer.passages],
        "seconds": dict(answer.seconds),
        "notice": answer.notice,
        "sentences": [_sentence(sentence) for sentence in answer.sentences],
        "support": answer.support,
        "tokens": dict(answer.tokens),
    }


def _sentence(sentence: Sentence) -> dict[str, Any]:
    return {"text": sentence.text, "supported": sentence.supported, "reason": sentence.reason}


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "value": finding.value,
        "confidence": finding.confidence,
        "article_ids": list(finding.article_ids),
        "citations": [citation.marker for citation in finding.citations],
    }


def _citation(citation: Citation) -> dict[str, Any]:
    article = citation.article
    return {
        "marker": citation.marker,
        "article_id": article.id,
        "title": article.title,
        "publisher": article.publisher,
        "published": article.published,
        "url": article.url,
        "quote": citation.quote,
        "start": citation.start,
        "end": citation.end,
    }


def _passage(hit: Hit) -> dict[str, Any]:
    passage = hit.passage
    return {
        "article_id": passage.article_id,
        "start": passage.start,
        "end": passage.end,
        "score": hit.score,
        "text": passage.text,
    }


def to_text(answer: Answer) -> str:
    """Return the answer for the terminal: its text, then each citation with its byline and quote."""
    lines = [*([visible(answer.scope), ""] if answer.scope else []), visible(answer.answer)]
    if answer.notice:
        lines += ["", visible(answer.notice)]
    for citation in answer.citations:
        article = citation.article
        byline = ", ".join(part for part in (article.publisher, article.published) if part)
        title = article.title or article.id
        lines += ["", f"[{citation.marker}] {visible(title)}{f' ({visible(byline)})' if byline else ''}"]
        lines += [f"    “{visible(' '.join(citation.quote.split()))}”"]
    return "\n".join(lines)
