"""Votes and gold questions as they reach the disk, without a browser: what is written, refused, and taken out again."""

import json
import math
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import page_articles
import pytest
from hostile import HOSTILE, HUGE

from evals.bench.hashed import HashedEncoder
from evals.gold import load
from evals.types import Evidence
from qa.formats import to_json
from qa.types import Answer, Citation, Finding, Sentence, Turn
from ui import shown
from ui.feedback import GOLD, LONGEST_COMMENT, REASONS, VOTES, Feedback
from ui.feedback_file import LONGEST_LINE, MOST_BYTES, append, take_out, writing
from vectorstore.errors import BylineError
from vectorstore.ingest import ingest
from vectorstore.store import Store
from vectorstore.types import Article, Hit, Passage

ROOT = Path(__file__).parent.parent
TOKEN = "0123456789abcdef" * 2
QUOTE = "Police said 12 people died in the Arvenholt flood."
LATER = "The Arvenholt flood killed 17 people, the interior ministry said on Tuesday."
CURLY = Article(
    "curly", "“It’s over,”\r\nsaid Ms. Ríos – twice.\r\n\r\nNobody  else spoke.", "Over", publisher="The Post"
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of the invented articles, and of one with Windows line ends and printers' marks."""
    folder = tmp_path_factory.mktemp("feedback")
    (folder / "curly.jsonl").write_text(json.dumps({"id": CURLY.id, "text": CURLY.text, "title": CURLY.title}))
    ingest([page_articles.write(folder), folder / "curly.jsonl"], folder / "store", encoder=HashedEncoder)
    return folder / "store"


@pytest.fixture
def store(made: Path, tmp_path: Path) -> Iterator[Store]:
    """A copy of it, to write beside."""
    shutil.copytree(made, tmp_path / "store")
    with Store(tmp_path / "store", HashedEncoder()) as opened:
        yield opened


@pytest.fixture
def do(store: Store) -> Feedback:
    """What a page on this machine offers."""
    return Feedback(store, editable=True)


def answered(store: Store) -> Answer:
    """An answer in which two articles differ."""
    cited = []
    for marker, (article_id, quote) in enumerate((("arvenholt-1", QUOTE), ("arvenholt-3", LATER)), 1):
        article = store.article(article_id)
        start = article.text.index(quote)
        cited.append(Citation(marker, article, quote, start, start + len(quote)))
    hits = tuple(Hit(Passage(one.article.id, 0, 30, one.article.text[:30]), 0.5, one.article) for one in cited * 3)
    findings = (Finding("12", 0.6, (cited[0],)), Finding("17", 0.4, (cited[1],)))
    return Answer(
        "How many died?", "How many died in Arvenholt?", "", "12 [1] or 17 [2].", "12", differ=True, confidence=0.6,
        findings=findings, citations=tuple(cited), passages=hits, seconds={"read": 0.1, "total": 0.25},
        sentences=(Sentence("12 died."), Sentence("All did.", "no article says so")), tokens={"input": 9, "output": 2},
    )  # fmt: skip


def vote(store: Store, **changes: Any) -> dict[str, Any]:
    """A vote as the browser sends it."""
    sent = {"id": TOKEN, "vote": "down", "reason": "wrong answer", "comment": "17 is newer.", "model": "none"}
    return sent | {"filters": {}, "answer": shown.answer(answered(store), 0.12)} | changes


def lines(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_bytes().split(b"\n")[:-1]]


def test_a_vote_is_one_line_with_the_answer_of_the_contract(store: Store, do: Feedback):
    """When, what, why, of which question, filters and answer; the answer is ``byline ask --json``'s, texts and all."""
    assert do.vote(vote(store, filters={"publishers": ["Daily Ledger"], "after": "2024-03-01"})) == {"file": VOTES}
    (line,) = lines(store.path / VOTES)
    when = datetime.fromisoformat(line.pop("when"))
    assert abs(datetime.now(when.tzinfo) - when).total_seconds() < 60
    answer = to_json(answered(store))
    assert line == {
        "id": TOKEN,
        "vote": "down",
        "reason": "wrong answer",
        "comment": "17 is newer.",
        "question": "How many died?",
        "standalone_question": "How many died in Arvenholt?",
        "model": "none",
        "filters": {"publishers": ["Daily Ledger"], "after": "2024-03-01", "before": "", "article_ids": []},
        "answer": answer,
    }


def test_a_changed_vote_supersedes_and_one_that_is_taken_back_says_nothing(store: Store, do: Feedback):
    """Each is a line of the same id; the last counts, and of a vote taken back it holds no word."""
    for change in ({}, {"vote": "up", "reason": ""}, {"vote": ""}):
        assert "error" not in do.vote(vote(store, **change))
    written = lines(store.path / VOTES)
    assert [line["vote"] for line in written] == ["down", "up", ""]
    assert written[2].keys() == {"id", "when", "vote"}


def test_what_the_server_knows_of_an_article_is_not_taken_from_the_browser(store: Store, do: Feedback):
    """Outlet, title, day, address and passages are the store's; of an article that is gone they are what was seen."""
    lied = shown.answer(answered(store), 0.12)
    lie = {"title": "Lie", "publisher": "Lie", "published": "1999-01-01", "url": "https://evil.example"}
    lied["citations"][0] |= lie
    lied["citations"][1] |= lie | {"article_id": "gone"}
    lied["passages"][0]["text"] = "Lie"
    lied["verdict"] = lied["citations"][0]["name"] = "Lie"
    do.vote(vote(store, answer=lied))
    (line,) = lines(store.path / VOTES)
    true, gone = line["answer"]["citations"]
    assert true == to_json(answered(store))["citations"][0]
    assert gone.items() >= (lie | {"article_id": "gone", "quote": LATER}).items()
    assert line["answer"]["passages"][0]["text"] == store.article("arvenholt-1").text[:30]
    assert line["answer"].keys() == to_json(answered(store)).keys()


BAD_VOTES: dict[str, Callable[[dict[str, Any]], Any]] = {
    "no object": lambda _: [],
    "no id": lambda sent: sent | {"id": ""},
    "a name as id": lambda sent: sent | {"id": "Jan"},
    "no vote": lambda sent: sent | {"vote": "maybe"},
    "a vote of no type": lambda sent: sent | {"vote": ["up"]},
    "another reason": lambda sent: sent | {"reason": "<b>"},
    "a reason of the other vote": lambda sent: sent | {"reason": "right answer"},
    "a reason of an abstention": lambda sent: sent | {"reason": "should have answered"},
    "a long comment": lambda sent: sent | {"comment": "x" * (LONGEST_COMMENT + 1)},
    "no filters": lambda sent: sent | {"filters": "all"},
    "no answer": lambda sent: sent | {"answer": None},
    "a number as answer": lambda sent: sent | {"answer": sent["answer"] | {"answer": 7}},
    "a long answer": lambda sent: sent | {"answer": sent["answer"] | {"answer": "x" * 20_001}},
    "a surer answer": lambda sent: sent | {"answer": sent["answer"] | {"confidence": 1.5}},
    "no number": lambda sent: sent | {"answer": sent["answer"] | {"confidence": math.nan}},
    "a truth as number": lambda sent: sent | {"answer": sent["answer"] | {"confidence": True}},
    "a huge number": lambda sent: sent | {"answer": sent["answer"] | {"seconds": {"total": 10**400}}},
    "no list": lambda sent: sent | {"answer": sent["answer"] | {"citations": {"0": {}}}},
    "a long list": lambda sent: sent | {"answer": sent["answer"] | {"passages": [{}] * 201}},
    "a list of lists": lambda sent: sent | {"answer": sent["answer"] | {"findings": [[]]}},
    "a huge line": lambda sent: sent | {"answer": sent["answer"] | {"sentences": [{"text": "\0" * 20_000}] * 50}},
}


@pytest.mark.parametrize("what", BAD_VOTES)
def test_a_vote_that_is_none_is_refused_in_a_line(store: Store, do: Feedback, what: str):
    """The line says what is wrong, and nothing is written."""
    said = do.vote(BAD_VOTES[what](vote(store)))
    assert said.keys() == {"error"}
    assert said["error"].isprintable()
    assert len(said["error"]) < 300
    assert not (store.path / VOTES).exists()


def test_odd_markers_and_halves_of_characters_are_survived(store: Store, do: Feedback):
    """A finding may name no citation that is there, and a comment may end in half a surrogate pair."""
    odd = shown.answer(answered(store), 0.12)
    odd["findings"][0]["citations"] = [9, "1", [], None]
    assert "error" not in do.vote(vote(store, answer=odd, comment="half \ud83d", reason=""))
    (line,) = lines(store.path / VOTES)
    assert line["answer"]["findings"][0]["citations"] == []
    assert line["comment"] == "half ?"


def test_hostile_texts_break_no_line(store: Store, do: Feedback):
    """As comment, question and answer each comes back as it was, on a line of its own, in plain ASCII."""
    texts = [*HOSTILE, HUGE[:2000], "one\ntwo\r\u2028three\0\x1b[31m"]
    for hostile in texts:
        fields = dict.fromkeys(("question", "standalone_question", "answer", "short_answer", "scope"), hostile)
        assert "error" not in do.vote(vote(store, comment=hostile, answer=shown.answer(answered(store), 0.12) | fields))
    written = lines(store.path / VOTES)
    assert [line["answer"]["answer"] for line in written] == texts
    assert [line["question"] for line in written] == texts
    assert [line["comment"] for line in written] == [text.strip() for text in texts]
    raw = (store.path / VOTES).read_bytes()
    assert raw.isascii()
    assert min(raw.replace(b"\n", b" ")) >= ord(" ")


def test_reasons_are_told_for_every_vote(do: Feedback):
    """What ``about`` offers, ``vote`` takes."""
    assert do.about()["reasons"] == REASONS
    assert [sorted(votes) for votes in REASONS.values()] == [["down", "up"]] * 2


def test_gold_is_kept_only_where_the_library_is_editable(store: Store):
    """Elsewhere there are votes, and neither a way to keep a question nor to take one out."""
    names = [function.__name__ for function in Feedback(store, editable=False).offered()]
    assert names == ["about", "vote"]
    assert Feedback(store, editable=False).about()["gold"] is False
    assert len(Feedback(store, editable=True).offered()) == 4


# ---- the file ----


def python(code: str, *args: object, **more: Any) -> "subprocess.Popen[str]":
    """Run code in a process of its own."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    command = [sys.executable, "-c", code, *map(str, args)]
    return subprocess.Popen(
        command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **more
    )


WRITE = """
import sys
from pathlib import Path
from ui.feedback_file import append, writing
for number in range(int(sys.argv[3])):
    with writing(Path(sys.argv[1]), "lines.jsonl") as path:
        append(path, {"by": sys.argv[2], "number": number, "text": "x" * 2000})
"""


def test_writers_at_once_lose_no_line(tmp_path: Path):
    """Four processes write fifty lines each: two hundred whole lines, and those of each in order."""
    writers = [python(WRITE, tmp_path, name, 50) for name in "abcd"]
    said = [writer.communicate()[0] for writer in writers]
    assert [writer.returncode for writer in writers] == [0] * 4, said
    written = lines(tmp_path / "lines.jsonl")
    for name in "abcd":
        assert [line["number"] for line in written if line["by"] == name] == list(range(50))
    assert len(written) == 200


def test_a_line_that_was_cut_off_is_ended_first(tmp_path: Path):
    """What a kill left of a line costs that line, not the next."""
    path = tmp_path / "lines.jsonl"
    path.write_bytes(b'{"whole": 1}\n{"cut of')
    append(path, {"next": 2})
    assert path.read_bytes() == b'{"whole": 1}\n{"cut of\n{"next": 2}\n'


def test_a_full_disk_leaves_the_file_as_it_was(tmp_path: Path):
    """A line that does not fit is taken out again, and the error is one line."""
    limited = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))\n{WRITE}"
    writer = python(limited, tmp_path, "a", 9)
    said = writer.communicate()[0].splitlines()
    assert said[-1] == (
        "vectorstore.errors.BylineError: lines.jsonl: cannot be written (File too large); "
        "make the collection's folder and this file writable"
    )
    assert [line["number"] for line in lines(tmp_path / "lines.jsonl")] == [0, 1]


def test_a_file_grows_to_its_limit_only(tmp_path: Path):
    """Neither a line nor the file can be made to fill the disk."""
    path = tmp_path / "lines.jsonl"
    with pytest.raises(BylineError, match=r"lines.jsonl: a line of .* bytes, the limit is 1,000,000"):
        append(path, {"text": "x" * LONGEST_LINE})
    assert not path.exists()
    path.touch()
    os.truncate(path, MOST_BYTES - 5)
    with pytest.raises(BylineError, match=r"is full \(200,000,000 bytes\)"):
        append(path, {"text": "x"})
    assert path.stat().st_size == MOST_BYTES - 5


def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path, store: Store, do: Feedback):
    """One line and no traceback, for a folder of another user, and for a folder where the file should be."""
    shut = tmp_path / "shut"
    shut.mkdir()
    for path in (*tmp_path.parents, tmp_path):
        if path.stat().st_uid == os.geteuid():
            path.chmod(path.stat().st_mode | 0o755)
    shut.chmod(0o555)
    writer = python(WRITE, shut, "a", 1, **({"user": 65534} if os.geteuid() == 0 else {}))
    said = writer.communicate()[0].splitlines()
    assert said[-1].startswith(
        "vectorstore.errors.BylineError: lines.jsonl: cannot be written (Permission denied); make"
    )
    for name in (VOTES, GOLD):
        (store.path / name).mkdir()
    for refused in (do.vote(vote(store)), do.keep(gold(), again=False)):
        assert "cannot be written (Is a directory)" in refused["error"]
        assert str(tmp_path) not in refused["error"]


# ---- gold questions ----


def gold(**changes: Any) -> dict[str, Any]:
    """A row as the form sends it."""
    evidence = [{"source": "arvenholt-1", "quote": QUOTE}, {"source": "arvenholt-3", "quote": LATER}]
    row = {"question": "How many died in Arvenholt?", "kind": "conflict", "answers": ["12", "17"]}
    return row | {"evidence": evidence, "asked": "2024-04-20"} | changes


def test_a_kept_question_is_a_row_that_the_evals_read(store: Store, do: Feedback):
    """It has the fields of the gold form and no others, a readable id, and is read back as it was meant."""
    told = do.keep(gold(), again=False)
    assert told["file"] == str(store.path / GOLD)
    assert told["rows"] == 1
    (row,) = lines(store.path / GOLD)
    assert row == told["row"]
    assert list(row) == ["id", "kind", "question", "answers", "evidence", "asked"]
    today = datetime.now().astimezone().date().isoformat()
    assert row["id"] == f"kept-{today}-how-many-died-in-arvenholt"
    history = [
        {"role": "user", "content": "Who is Olav Brandt?"},
        {"role": "assistant", "content": "An inspector. [1]"},
    ]
    follow_up = {"question": "What did he say?", "kind": "follow_up", "answers": [" the valves ", "", "the valves"]}
    more = {
        "history": history,
        "documents": ["arvenholt-4"],
        "asked": "",
        "evidence": [{"source": "arvenholt-4", "quote": ""}],
    }
    do.keep(gold(**follow_up, **more), again=False)
    do.keep(gold(kind="unanswerable", question="Πόσοι;", answers=[], evidence=[]), again=False)
    first, second, third = load(store.path / GOLD, pytest.fail)
    assert first.answers == ("12", "17")
    assert first.evidence == (Evidence("arvenholt-1", QUOTE), Evidence("arvenholt-3", LATER))
    assert first.asked == "2024-04-20"
    assert second.history == (Turn("user", "Who is Olav Brandt?"), Turn("assistant", "An inspector. [1]"))
    assert (second.answers, second.documents, second.asked) == (("the valves",), ("arvenholt-4",), "")
    assert (third.id, third.answerable) == (f"kept-{today}-question", False)


@pytest.mark.parametrize(
    ("source", "typed", "offered"),
    [
        ("arvenholt-1", "Police said 21 people died in the Arvenholt flood.", QUOTE),
        ("arvenholt-1", "people died in the Arvenholt floods", QUOTE),
        ("arvenholt-1", "police said  12 people\ndied in the Arvenholt flood.", QUOTE),
        ("curly", '"It\'s over," said Ms. Ríos - twice.', "“It’s over,”\r\nsaid Ms. Ríos – twice."),
        ("arvenholt-1", "The moon is made of green cheese.", ""),
        ("arvenholt-1", "…", ""),
    ],
)
def test_a_quote_that_is_not_in_the_article_is_refused(do: Feedback, source: str, typed: str, offered: str):
    """Nothing is written, and what the article has nearest is offered, exactly as it stands there."""
    evidence = [{"source": "arvenholt-3", "quote": LATER}, {"source": source, "quote": typed}]
    (unproven,) = do.keep(gold(evidence=evidence), again=False)["unproven"]
    assert unproven["place"] == 1
    assert unproven["line"].startswith("The article does not say exactly this.")
    assert unproven["nearest"] == offered
    assert not (do.store.path / GOLD).exists()
    if offered:
        evidence[1]["quote"] = offered
        assert "row" in do.keep(gold(evidence=evidence), again=False)


def test_a_quote_keeps_the_line_ends_of_its_article(do: Feedback):
    """A browser's text box turns each into one character; what is written is the article's own."""
    typed = CURLY.text.replace("\r\n", "\n")
    told = do.keep(gold(evidence=[{"source": "curly", "quote": typed}]), again=False)
    assert told["row"]["evidence"] == [{"source": "curly", "quote": CURLY.text}]


def test_an_article_that_is_gone_is_told(do: Feedback):
    """Of evidence with its place; of the articles asked, in a line."""
    missing = [{"source": "", "quote": "x"}, {"source": "gone", "quote": ""}]
    told = do.keep(gold(evidence=missing), again=False)["unproven"]
    assert [one["line"] for one in told] == [
        "Choose the article that says so.",
        "This article is no longer in the collection.",
    ]
    assert "ask all articles" in do.keep(gold(documents=["gone"]), again=False)["error"]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"question": " "}, "the question is empty"),
        ({"question": "x" * 2001}, "2,001"),
        ({"kind": "all"}, "factoid, paraphrase"),
        ({"kind": 3}, '"kind"'),
        ({"answers": []}, "write the right answer"),
        ({"answers": ["12", "12 "]}, "add the other side"),
        ({"answers": "12"}, '"answers" is no list'),
        ({"answers": [12]}, '"answer" is no text'),
        ({"answers": ["x" * 1001]}, "1,001"),
        ({"evidence": []}, "name an article"),
        ({"evidence": ["arvenholt-1"]}, "evidence is no object"),
        ({"kind": "unanswerable"}, "no answers and no evidence"),
        ({"kind": "follow_up", "answers": ["12"]}, "needs the messages before it"),
        ({"history": [{"role": "system", "content": "x"}]}, "history"),
        ({"history": [{"role": "user", "content": " "}]}, '"content" must be a text'),
        ({"asked": "yesterday"}, "YYYY-MM-DD"),
        ({"documents": [7]}, '"documents" is no text'),
    ],
)
def test_a_row_whose_parts_do_not_go_together_is_refused(do: Feedback, changes: dict[str, Any], says: str):
    """One line names the part and what to do, and nothing is written."""
    told = do.keep(gold(**changes), again=False)
    assert told.keys() == {"error"}
    assert says in told["error"]
    assert told["error"].isprintable()
    assert not (do.store.path / GOLD).exists()


def test_a_question_that_is_kept_already_is_told(do: Feedback):
    """Unless it is wanted again, and then under an id of its own; after other messages it is another question."""
    first = do.keep(gold(), again=False)["row"]["id"]
    same = gold(question="how many  died in ARVENHOLT?", kind="factoid", answers=["12"])
    assert do.keep(same, again=False) == {"same": [first]}
    history = [{"role": "user", "content": "Which flood?"}]
    assert do.keep(gold(history=history), again=False)["row"]["id"] == f"{first}-2"
    assert do.keep(same, again=True)["row"]["id"] == f"{first}-3"
    assert len(load(do.store.path / GOLD, pytest.fail)) == 3


def test_a_kept_row_can_be_taken_back(do: Feedback):
    """It alone goes; the others stay byte for byte, also those of another hand; a file without a row is removed."""
    path = do.store.path / GOLD
    kept = do.keep(gold(), again=False)["row"]
    assert do.take_back(kept) == {"taken": True}
    assert not path.exists()
    assert do.take_back(kept) == {"taken": False}

    others = (
        b'\xef\xbb\xbf{"id": "mine",  "kind":"x", "question": "Q\xc3\xa9?", "answers": [], "evidence": []}\r\n\nno row'
    )
    path.write_bytes(others)
    first = do.keep(gold(), again=False)["row"]
    second = do.keep(gold(), again=True)["row"]
    assert do.take_back(first) == {"taken": True}
    assert path.read_bytes() == others + b"\n" + json.dumps(second).encode() + b"\n"
    assert do.take_back(second | {"kind": "factoid"}) == {"taken": False}
    assert [one.id for one in load(path, lambda _error: None)] == ["mine", second["id"]]
    assert sorted(one.name for one in do.store.path.glob("gold*")) == [GOLD, f"{GOLD}.lock"]
    for other in (json.loads(others.splitlines()[0].decode("utf-8-sig")), [], None):
        assert "by hand" in do.take_back(other)["error"]


def test_of_two_equal_lines_the_last_is_taken_out(tmp_path: Path):
    """The one that was just written."""
    with writing(tmp_path, "lines.jsonl") as path:
        for row in ({"a": 1}, {"b": 2}, {"a": 1}):
            append(path, row)
        assert take_out(path, {"a": 1})
        assert lines(path) == [{"a": 1}, {"b": 2}]


def test_hostile_gold_is_kept_as_text(do: Feedback):
    """Question and answer come back through the evals' reader as they were written; ids stay plain."""
    for hostile in HOSTILE:
        told = do.keep(gold(question=hostile, kind="factoid", answers=[hostile]), again=True)
        assert "row" in told, told
    examples = load(do.store.path / GOLD, pytest.fail)
    assert [one.question for one in examples] == [hostile.strip() for hostile in HOSTILE]
    assert [one.answers for one in examples] == [(hostile.strip(),) for hostile in HOSTILE]
    assert all(set(one.id) <= set("abcdefghijklmnopqrstuvwxyz0123456789-") for one in examples)
