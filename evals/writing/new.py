"""The talk in which gold questions are written: passage, question, answers, quote, others, kind, row, twin.

Every row is on the disk before the next prompt. Ignorant of where the articles come from.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from evals.types import UNANSWERABLE, Evidence
from evals.writing.check_text import nearest, same_side, says, sentence_with
from evals.writing.picks import Pick, picks
from evals.writing.rows import Rows
from evals.writing.search import Collection
from evals.writing.talk import HELP, Back, Nothing, Quit, Skip, agrees, ask, say
from evals.writing.twins import ANSWERED, Other, others, twins
from qa.errors import QuestionError, check_question
from vectorstore.types import Article

_TWINS = 4  # twins that are shown for one question, one after the other
_AROUND = 400  # characters of the paragraph that are shown before and after the sentence
_INDENT = "    "
_LONG_WORD = re.compile(r"\w{4,}")


@dataclass(frozen=True, slots=True)
class Draft:
    """A question as far as it is written. ``more`` is evidence of other articles, ``sides`` what they say instead."""

    question: str = ""
    answers: tuple[str, ...] = ()
    quote: str = ""
    more: tuple[Evidence, ...] = ()
    sides: tuple[str, ...] = ()
    kind: str = ""


def write_questions(articles: Sequence[Article], rows: Rows, count: int) -> int:
    """Propose passages and write what is asked about them, until ``count`` rows are written; return how many were.

    Ends sooner at ``quit``, at the end of the input, and when there is nothing left to ask about. Raises
    ``BylineError`` if a row cannot be written.
    """
    collection = Collection(articles)
    proposed = picks(articles, count, rows.asked())
    before = len(rows.examples)
    seen: list[Pick] = []
    written_of: dict[int, str] = {}  # the first row of each passage
    at = 0
    say(HELP)
    while (written := len(rows.examples) - before) < count:
        if at == len(seen):
            pick = next(proposed, None)
            if pick is None:
                say("\nNothing is left to ask about here.")
                break
            seen.append(pick)
        try:
            _show(seen[at], written, count)
            first, asked = _one(seen[at], rows, collection, left=count - written)
            written_of.setdefault(at, first)
            at += asked
        except Skip:
            rows.skip(seen[at].article.id, seen[at].sentence)
            at += 1
        except Back:
            at = at if at in written_of else max(0, at - 1)
            gone = rows.take_back(written_of.pop(at)) if at in written_of else []
            say(f"Taken back: {', '.join(gone) or 'nothing'}.")
        except Quit:
            break
    return len(rows.examples) - before


def _show(pick: Pick, written: int, count: int) -> None:
    """The passage with its article's byline, and why it."""
    article = pick.article
    byline = " · ".join(part for part in (article.title, article.publisher, article.published) if part)
    say(f"\n── {written + 1} of {count} ── {byline or article.id}")
    if byline:
        say(article.id)
    before = article.text[pick.paragraph_start : pick.start].strip()
    after = article.text[pick.end : pick.paragraph_end].strip()
    for text, indent in ((before[-_AROUND:], _INDENT), (pick.sentence, "  ▸ "), (after[:_AROUND], _INDENT)):
        if text:
            say(" ".join(text.split()), indent=indent)
    say(f"It has {pick.why}.")


def _one(pick: Pick, rows: Rows, collection: Collection, left: int) -> tuple[str, bool]:
    """Write one question on a passage, and the twin that is agreed on.

    Return the former's id, and whether the passage answers it and so is done with.

    Raises ``Skip``, ``Back`` or ``Quit``, and ``Quit`` also when the question is written.
    """
    steps: tuple[Callable[[Pick, Draft, Collection], Draft], ...] = (_question, _answers, _quote, _others, _kind)
    drafts = [Draft()]
    while len(drafts) <= len(steps) and drafts[-1].kind != UNANSWERABLE:
        try:
            drafts.append(steps[len(drafts) - 1](pick, drafts[-1], collection))
        except Back:
            drafts.pop()
            if not drafts:
                raise
    draft = drafts[-1]
    evidence = (Evidence(pick.article.id, draft.quote), *draft.more) if draft.answers else ()
    example = rows.append(draft.kind, draft.question, (*draft.answers, *draft.sides), evidence)
    say(f"Written: {example.id}.")
    if left > 1 and evidence:
        _twin(draft, evidence, rows, collection)
    return example.id, bool(evidence)


def _question(_pick: Pick, _draft: Draft, _collection: Collection) -> Draft:
    while True:
        try:
            check_question(question := ask("question"))
        except QuestionError as error:
            say(str(error))
        else:
            return Draft(question)


def _answers(pick: Pick, draft: Draft, collection: Collection) -> Draft:
    """Answers that the article says, in its words or by value; those that it says are kept while others are mended.

    With none the question is unanswerable, and done.
    """
    taken: list[str] = []
    while True:
        try:
            typed = ask("answer [Enter: no more]" if taken else "answer", none=not taken)
        except Nothing:
            if _seems_unanswerable(draft.question, collection):
                return replace(draft, kind=UNANSWERABLE)
            continue
        answers = list(dict.fromkeys(part.strip() for part in typed.split("|") if part.strip()))
        missing = [answer for answer in answers if not says(pick.article, answer)]
        taken += [answer for answer in answers if answer not in (*missing, *taken)]
        if taken and not missing:
            return replace(draft, answers=tuple(taken))
        if not answers:
            say("Write the shortest answer that a reader would accept; with | between several.")
        for answer in missing:
            say(f"“{answer}” is not in the article, in these words or by its value. Write it as it stands there.")
            for found in collection.nearest(answer, most=1, among=[pick.article]):
                say(f"Nearest: {found.sentence}", indent=_INDENT)


def _quote(pick: Pick, draft: Draft, _collection: Collection) -> Draft:
    """A quote that is in the article exactly: by default the sentence that says the first answer."""
    text = pick.article.text
    start, end = sentence_with(pick.article, draft.answers[0], [(pick.start, pick.end)]) or (pick.start, pick.end)
    proposed = text[start:end]
    say(f"The sentence with the answer: {proposed}")
    while True:
        typed = ask("quote [Enter: this]", proposed) or proposed
        if typed in text:
            quoted = replace(pick.article, text=typed)
            told = any(says(quoted, answer) for answer in draft.answers)
            if told or ask("It lacks the answer [Enter: another quote; keep]") == "keep":
                return replace(draft, quote=typed)
            continue
        found = nearest(typed, text)
        if found is None:
            say("That is not in the article. Paste it from there, or Enter for the sentence above.")
        else:
            proposed = found.text
            say(f"The article has it so: {proposed}")


def _others(pick: Pick, draft: Draft, collection: Collection) -> Draft:
    """What other articles say on it, to choose from: the same is more evidence, something else makes it a conflict."""
    found = others(draft.question, draft.answers[0], draft.quote, pick.article, collection)
    chosen = _chosen(found) if found else []
    sides: list[str] = []
    for other in chosen:
        if not other.agrees and not any(same_side(other.value, side) for side in (draft.answers[0], *sides)):
            sides.append(other.value)
    if sides and len(draft.answers) > 1:
        draft = replace(draft, answers=draft.answers[:1])
        say(f"In a conflict each answer is another side: of yours, “{draft.answers[0]}” is kept.")
    return replace(draft, more=tuple(map(_evidence, chosen)), sides=tuple(sides))


def _chosen(found: Sequence[Other]) -> list[Other]:
    """Those that the writer names by their numbers."""
    say("Other articles, perhaps on the same:")
    for number, other in enumerate(found, start=1):
        article = other.found.article
        byline = " · ".join(part for part in (article.publisher, article.published, article.id) if part)
        told = "the same" if other.agrees else f"“{other.value}”"
        say(f"{number} says {told}: {' '.join(other.found.sentence.split())} ({byline})", indent=_INDENT)
    while True:
        typed = ask("evidence too [Enter: none; numbers; all]").lower()
        if typed == "all":
            return list(found)
        numbers = typed.replace(",", " ").split()
        if all(number.isdecimal() and 0 < int(number) <= len(found) for number in numbers):
            chosen = {int(number) for number in numbers}
            return [other for number, other in enumerate(found, start=1) if number in chosen]
        say("The numbers of those that tell of the very same, with spaces between; Enter for none.")


def _evidence(other: Other) -> Evidence:
    return Evidence(other.found.article.id, other.found.sentence)


def _kind(pick: Pick, draft: Draft, _collection: Collection) -> Draft:
    """A label that reports are split by; the one that fits what was written is proposed."""
    proposed = "factoid"
    if draft.sides:
        proposed = "conflict"
    elif {one.source for one in draft.more} - {pick.article.id}:
        proposed = "multi_source"
    elif not _long_words(draft.question) & _long_words(draft.quote):
        proposed = "paraphrase"
    while True:
        kind = ask(f"kind [Enter: {proposed}]") or proposed
        if kind not in ("all", UNANSWERABLE):
            return replace(draft, kind=kind)
        say("That is no kind of a question with an answer: factoid, paraphrase, multi_source, conflict, or your own.")


def _long_words(text: str) -> set[str]:
    return set(_LONG_WORD.findall(text.lower()))


def _twin(draft: Draft, evidence: Sequence[Evidence], rows: Rows, collection: Collection) -> None:
    """Propose unanswerable twins until one is taken, edited or refused; ``skip`` and ``back`` refuse too."""
    try:
        for twin in islice(twins(draft.question, draft.answers[0], evidence, collection), _TWINS):
            say(f"\nA twin that nothing here seems to answer, with {twin.now} for {twin.was}:")
            say(twin.question, indent=_INDENT)
            say(f"Nearest: {' '.join(twin.nearest.sentence.split())}", indent=_INDENT)
            question = _twin_question(twin.question, collection)
            if question:
                example = rows.append(UNANSWERABLE, question, (), ())
                say(f"Written: {example.id}.")
            if question is not None:
                return
    except (Skip, Back):
        return


def _twin_question(proposed: str, collection: Collection) -> str | None:
    """The twin as it is taken or edited, "" if none is wanted, ``None`` for another proposal."""
    while True:
        typed = ask("twin [Enter: take it; edit; other; no; or your own]")
        if typed.lower() in ("n", "no", "other"):
            return None if typed.lower() == "other" else ""
        if typed.lower() == "edit":
            typed = ask("question", proposed)
        if typed in ("", proposed):
            return proposed
        if _seems_unanswerable(typed, collection):
            return typed


def _seems_unanswerable(question: str, collection: Collection) -> bool:
    """Whether no sentence has most of its words, or the writer says that it does not answer it."""
    found = next(iter(collection.nearest(question, most=1)), None)
    if found is None or found.share < ANSWERED:
        return True
    say(f"This may answer it ({found.article.id}): {' '.join(found.sentence.split())}")
    return agrees("Unanswerable all the same?")
