"""A run as one HTML page that needs nothing else: no server, no network, no other file. Ignorant of how it is kept.

What was asked, expected and answered is untrusted: it goes into the page as data, and the page's script shows it as
text only. The page's policy lets run that one script and style, by their hashes, and fetches nothing.
"""

import hashlib
import json
from base64 import b64encode
from dataclasses import astuple
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any

from evals.provenance import Provenance
from evals.records import without_texts
from evals.reports.plots import Plot, plots
from evals.tables import LEGEND, Table, circumstances, heading, tables
from evals.taxonomy import RULES, error_class, worst_first
from evals.types import SCORE_NAMES, Example, Report, Result

_UNSAFE = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})  # in JSON they stand in texts only


def as_html(report: Report, provenance: Provenance, *, texts: bool) -> str:
    """The page: what the run was made with, tables, plots, errors by class, and every answer beside its gold.

    Without ``texts`` no question, answer, quote or error message is in it.
    """
    style, script = _static("report.css"), _static("report.js")
    policy = f"default-src 'none'; script-src '{_sha256(script)}'; style-src '{_sha256(style)}'; base-uri 'none'"
    name = escape(heading(provenance))
    facts = "".join(f"<li>{escape(fact)}</li>" for fact in circumstances(report, provenance))
    legend = "".join(f"<li>{escape(line)}</li>" for line in LEGEND.splitlines())
    metrics = "".join(f"<h3>{escape(one.title)}</h3>{_table(one)}" for one in tables(report))
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>{name} – Byline</title>
<style>{style}</style>
</head>
<body>
<a class="skip" href="#answers">To the answers</a>
<header><h1>{name}</h1><ul class="facts">{facts}</ul></header>
<main>
<section><h2>Numbers</h2>{metrics}<details><summary>What they mean</summary><ul>{legend}</ul></details></section>
<section><h2>Plots</h2><div class="plots">{"".join(map(_figure, plots(report)))}</div></section>
<section class="why"><h2>What went wrong</h2>{_table(_errors(report))}</section>
<section id="answers" tabindex="-1"><h2>Answers</h2>
<noscript><p>The list of answers is drawn by this page’s script, which is switched off here.</p></noscript>
<div id="list"></div></section>
</main>
<script type="application/json" id="data">{_data(report, texts=texts)}</script>
<script>{script}</script>
</body>
</html>
"""


@cache
def _static(name: str) -> str:
    return files("evals.reports").joinpath("static", name).read_text(encoding="utf-8")


def _sha256(text: str) -> str:
    """The source expression of a Content-Security-Policy that lets this text run, and no other."""
    return f"sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _table(table: Table) -> str:
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in table.head)
    rows = (
        f'<tr><th scope="row">{escape(first)}</th>{"".join(f"<td>{escape(cell)}</td>" for cell in cells)}</tr>'
        for first, *cells in table.rows
    )
    return (
        f'<div class="wide" tabindex="0" role="group" aria-label="{escape(table.title)}">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def _figure(plot: Plot) -> str:
    return (
        f"<figure><h3>{escape(plot.title)}</h3>{plot.svg}<figcaption>{escape(plot.says)}</figcaption>"
        f"<details><summary>As a table</summary>{_table(plot.table)}</details></figure>"
    )


def _errors(report: Report) -> Table:
    """How many questions are of each class, those of none last."""
    classes = [error_class(one) for one in report.results]
    rows = [(name, str(classes.count(name)), rule.says) for name, rule in RULES.items() if name in classes]
    none = ("none", str(classes.count(None)), "Right, rightly withheld, or without a gold answer to compare with.")
    return Table("Errors by class", ("class", "questions", "rule"), (*rows, none))


def _data(report: Report, *, texts: bool) -> str:
    """Every answer, worst first, as JSON without a character that could end the element it stands in.

    To stay small it names articles by their number in ``articles``, and scores by their place in ``scores``.
    """
    places = {one.example.id: place for place, one in enumerate(report.results)}
    articles: dict[str, int] = {}
    rows = []
    for one in worst_first(report.results):
        kept = one if texts else without_texts(one)
        about = {"place": places[one.example.id], "error_class": error_class(one) or ""}
        rows.append({**about, **_gold(kept.example, articles), **_result(kept, articles)})
    content = {"articles": list(articles), "scores": SCORE_NAMES, "answers": rows}
    return json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":")).translate(_UNSAFE)


def _gold(example: Example, articles: dict[str, int]) -> dict[str, Any]:
    return {
        "id": example.id,
        "kind": example.kind,
        "question": example.question,
        "history": [[turn.role, turn.content] for turn in example.history],
        "gold": example.answers,
        "answerable": example.answerable,
        "wrong": example.wrong,
        "evidence": [[_number(piece.source, articles), piece.quote] for piece in example.evidence],
    }


def _result(result: Result, articles: dict[str, int]) -> dict[str, Any]:
    scores = [None if value is None else round(value, 4) for value in astuple(result.scores)]
    row = {"outcome": result.outcome, "seconds": result.seconds, "scores": scores, "error": result.error}
    answer = result.answer
    if answer is None:
        return row
    findings = [[one.value, one.confidence, len(one.article_ids), one.holds_gold] for one in answer.findings]
    citations = [
        (at.marker, _number(at.article_id, articles), at.start, at.end, at.quote, at.title, at.on_evidence)
        for at in answer.citations
    ]
    passages = [[_number(at.article_id, articles), at.start, at.end, round(at.score, 4)] for at in answer.passages]
    names = ("answer", "short_answer", "abstained", "confidence", "standalone_question", "scope", "notice", "seconds")
    told = {name: getattr(answer, name) for name in (*names, "sentences", "supported")}
    return row | {"answer": told | {"findings": findings, "citations": citations, "passages": passages}}


def _number(article_id: str, articles: dict[str, int]) -> int:
    """The article's number; a new one where it has none."""
    return articles.setdefault(article_id, len(articles))
