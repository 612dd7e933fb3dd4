"""What visitors say of answers: votes, and gold questions for the evals, as JSON lines in the store's folder.

::

    <store>/feedback.jsonl   votes; of several lines with one id the last counts
    <store>/gold.jsonl       gold questions as in evals/gold, for ``byline eval --gold``

A line says nothing of who wrote it: no address, no name, no conversation. Nothing of another visitor's is given back.
What comes from the browser is checked here. Knows nothing of Gradio or HTML.
"""

import re
import shlex
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from qa.formats import to_json
from ui import feedback_gold
from ui.endpoints import chosen
from ui.feedback_answer import answer, text
from ui.feedback_file import append, take_out, writing
from vectorstore.errors import BylineError, InputError
from vectorstore.store import Store

VOTES = "feedback.jsonl"
GOLD = "gold.jsonl"
TOKEN = re.compile(r"[0-9a-f]{32}")
LONGEST_COMMENT = 2_000
LONGEST_NAME = 200

REASONS = {
    "answered": {
        "up": ("right answer", "right citations", "both sides shown"),
        "down": ("wrong answer", "wrong citation", "missed a side", "should have abstained"),
    },
    "abstained": {
        "up": ("rightly abstained",),
        "down": ("should have answered", "wrong passages"),
    },
}
"""The reasons to click, by what was voted on and how."""


@dataclass(frozen=True, slots=True)
class Feedback:
    """The functions of the page over one store. What a user did wrong comes back as ``error``, a line.

    Where it is not ``editable``, there are votes but no gold questions.
    """

    store: Store
    editable: bool

    def offered(self) -> list[Callable[..., dict[str, Any]]]:
        """The functions that a visitor may call: ``about``, ``vote``, and where it is editable those of gold."""
        offered: list[Callable[..., dict[str, Any]]] = [self.about, self.vote]
        return [*offered, self.keep, self.take_back] if self.editable else offered

    def about(self) -> dict[str, Any]:
        """What can be said: the ``reasons``, whether ``gold`` questions can be kept, their ``kinds``."""
        return {"reasons": REASONS, "gold": self.editable, "kinds": feedback_gold.KINDS}

    def vote(self, sent: dict[str, Any]) -> dict[str, Any]:
        """Write a vote down, or that it was changed or taken back. Returns the ``file``'s name.

        ``sent`` has the ``id`` of the answer (a token that the browser made up), the ``vote`` ("up", "down", or "" to
        take it back), a ``reason`` of ``REASONS`` or "", a ``comment``, the ``filters`` and the ``model`` that it was
        asked with, and the ``answer`` as it was shown.
        """
        try:
            line = _vote(sent, self.store)
            with writing(self.store.path, VOTES) as path:
                append(path, line)
        except BylineError as error:
            return {"error": str(error)}
        return {"file": VOTES}

    def keep(self, sent: dict[str, Any], again: bool) -> dict[str, Any]:  # noqa: FBT001 - an endpoint's
        """Keep a gold question; ``sent`` is its row without an id.

        Returns the ``row`` as it was written, the ``file``, its ``rows`` now, and the ``command`` that runs it. Nothing
        is written where evidence does not hold, and ``unproven`` says which (``feedback_gold.Unproven``), or where the
        question is kept already, unless ``again``: ``same`` are the ids.
        """
        try:
            row, unproven = feedback_gold.make(sent, self.store.article)
            if unproven:
                return {"unproven": [asdict(one) for one in unproven]}
            with writing(self.store.path, GOLD) as path:
                kept = feedback_gold.read(path)
                same = feedback_gold.same(row, kept)
                if same and not again:
                    return {"same": same}
                day = datetime.now().astimezone().date()
                taken = {one.id for one in kept}
                row = feedback_gold.named(row, day, taken)
                feedback_gold.check(row, taken)
                append(path, row)
        except BylineError as error:
            return {"error": str(error)}
        where = self.store.path.absolute()
        command = f"byline eval --store {shlex.quote(str(where))} --gold {shlex.quote(str(where / GOLD))}"
        return {"row": row, "file": str(where / GOLD), "rows": len(kept) + 1, "command": command}

    def take_back(self, row: dict[str, Any]) -> dict[str, Any]:
        """Take a row out again that ``keep`` has written; ``taken`` is whether it was there as it was.

        Rows of another hand are not the page's to remove.
        """
        try:
            if not isinstance(row, dict) or not str(row.get("id")).startswith(feedback_gold.PREFIX):
                raise InputError("this row was not kept in the page; remove it from the file by hand")
            with writing(self.store.path, GOLD) as path:
                return {"taken": take_out(path, row)}
        except BylineError as error:
            return {"error": str(error)}


def _vote(sent: Any, store: Store) -> dict[str, Any]:
    """The line of a vote. Raises ``BylineError``."""
    if not isinstance(sent, dict):
        raise InputError("the vote is no object; reload the page and try again")
    vote, answer_id = text(sent, "vote"), text(sent, "id")
    if not TOKEN.fullmatch(answer_id):
        raise InputError("the vote names no answer; reload the page and try again")
    if vote not in {"up", "down", ""}:
        raise InputError('the vote must be "up" or "down", or "" to take it back')
    line: dict[str, Any] = {"id": answer_id, "when": datetime.now(UTC).isoformat(timespec="seconds"), "vote": vote}
    if not vote:
        return line
    shown = answer(sent.get("answer"), store.article)
    reason = text(sent, "reason")
    if reason not in {"", *REASONS["abstained" if shown.abstained else "answered"][vote]}:
        raise InputError("the reason is none of those that can be given; say it in your own words")
    return line | {
        "reason": reason,
        "comment": text(sent, "comment", LONGEST_COMMENT).strip(),
        "question": shown.question,
        "standalone_question": shown.standalone_question,
        "model": text(sent, "model", LONGEST_NAME),
        "filters": asdict(chosen(sent.get("filters", {}))),
        "answer": to_json(shown),
    }
