"""The difference between two runs as text and Markdown. Ignorant of how it was found, and of the terminal."""

from collections.abc import Sequence

from evals.reports.diff import Difference, Flip, tables
from evals.reports.write import escape, markdown_table
from evals.tables import text_table

LEGEND = """\
Per cent, seconds in seconds; after − before and its 95 % interval, paired bootstrap over the common questions.
better, worse: the interval leaves out 0, by the metric's own direction (AURC, ECE and seconds: lower is better).
With many metrics, one in twenty leaves out 0 by chance."""

_WORDS = 100
"""Characters of a question in a list of flips."""


def as_text(found: Difference, *, most: int) -> str:
    """What was compared, the tables, and the flipped questions, at most ``most`` of them."""
    parts = ["\n".join(_compared(found)), *map(text_table, tables(found)), LEGEND]
    flips = found.flips[:most]
    if flips:
        parts.append("\n".join(f"{flip.before.example.id}  {flip.why}{_said(flip)}" for flip in flips))
    if len(found.flips) > most:
        parts.append(f"and {len(found.flips) - most} more; --out FILE.md lists all")
    return "\n\n".join(parts)


def as_markdown(found: Difference) -> str:
    """What was compared, the tables, and every flipped question with what was answered before and after."""
    parts = ["# Two results compared", "\n".join(f"* {escape(line)}" for line in _compared(found))]
    parts += [markdown_table(table) for table in tables(found)]
    parts.append("\n".join(f"* {escape(line)}" for line in LEGEND.splitlines()))
    parts.append("## Flipped questions, one by one")
    parts.append("\n".join(_item(flip) for flip in found.flips) or "None.")
    return "\n\n".join(parts) + "\n"


def _compared(found: Difference) -> list[str]:
    """The two files, the questions they share and do not share, and what they were made with that differs."""
    lines = [
        f"before: {found.before.path}, {found.before.provenance.started}",
        f"after:  {found.after.path}, {found.after.provenance.started}",
        f"compared: {found.common} questions that both were asked",
    ]
    left_out = {
        "only before": found.only_before,
        "only after": found.only_after,
        "left out, because their gold question has changed": found.changed_gold,
    }
    lines += [f"{name}: {_ids(ids)}" for name, ids in left_out.items() if ids]
    if not found.made:
        lines.append("made with the same code, gold, corpus, models and machine")
    return [*lines, *(f"{name}: {before} → {after}" for name, (before, after) in found.made.items())]


def _ids(ids: Sequence[str]) -> str:
    more = f" and {len(ids) - 5} more" if len(ids) > 5 else ""  # noqa: PLR2004 - enough to recognise them by
    return f"{len(ids)} ({', '.join(ids[:5])}{more})"


def _said(flip: Flip) -> str:
    question = " ".join(flip.after.example.question.split())
    return f"\n    {question[:_WORDS]}{'…' * (len(question) > _WORDS)}" if question else ""


def _item(flip: Flip) -> str:
    before, after = (
        "–" if one.answer is None else one.answer.short_answer or ("withheld" if one.answer.abstained else "")
        for one in (flip.before, flip.after)
    )
    answers = f"; “{escape(before)}” → “{escape(after)}”" if before or after else ""
    question = escape(flip.after.example.question)
    return (
        f"* {escape(flip.before.example.id)} ({escape(flip.before.example.kind)}): {flip.why}{answers}\\\n  {question}"
    )
