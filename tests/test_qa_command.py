"""``ask`` on the command line: exit statuses, one line for each failure, and the formats of its output."""

import gzip
import json
import subprocess
import sys

import pytest

from qa.commands import add_commands
from vectorstore.terminal import main

QUESTION = "Who rejected the ministers' resignations?"


@pytest.fixture
def ask(seeds_folder, capsys):
    """Run ``ask`` on the store of the seeds: exit status, stdout, stderr."""

    def run(*args: str, store: str = str(seeds_folder)) -> tuple[int, str, str]:
        status = main("byline", "", [add_commands], ["ask", *args, "--store", store])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run


def test_an_answer_is_printed_with_its_quotes(ask):
    """Text, then each citation under its marker."""
    status, out, err = ask(QUESTION)
    assert (status, err) == (0, "")
    assert "[1]" in out.splitlines()[0]
    assert "\n[1] " in out
    assert "Charles Michel rejected their resignations" in out


def test_passages_and_threshold_are_the_engines(ask):
    """So many passages are read; below the threshold there is no answer."""
    status, out, _ = ask(QUESTION, "--json", "--passages", "3", "--threshold", "1")
    answer = json.loads(out)
    assert (status, len(answer["passages"]), answer["abstained"]) == (0, 3, True)


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["--passages", "0"], "--passages: 0 is not a whole number from 1 to 10,000"),
        (["--passages", "99999999999999999999"], "is not a whole number from 1 to 10,000"),
        (["--passages", "x"], "--passages: x is not"),
        (["--threshold", "1.5"], "--threshold: 1.5 is not a number from 0 to 1"),
        (["--threshold", "nan"], "--threshold: nan is not a number"),
    ],
)
def test_settings_that_cannot_be_are_refused(ask, args, says, capsys):
    """Before anything is opened, in a line that names the option, the value and what it may be; status 2."""
    with pytest.raises(SystemExit) as ended:
        ask(QUESTION, *args)
    assert ended.value.code == 2
    assert says in capsys.readouterr().err.splitlines()[-1]


def test_json_is_one_object(ask):
    """``--json`` prints the contract's object on one line, in ASCII."""
    status, out, _ = ask(QUESTION, "--json")
    assert status == 0
    assert out.isascii()
    assert out.count("\n") == 1
    assert "id" not in json.loads(out)


@pytest.mark.parametrize(
    ("args", "says"),
    [
        ([], "no question given"),
        (["-"], "no question given"),
        ([""], "the question is empty"),
        (["x" * 1_000_000], "1,000,000 characters, the limit is 2,000"),
        (["--batch", "gold.jsonl"], "go together"),
        (["--out", "answers.jsonl"], "go together"),
        (["Who?", "--batch", "gold.jsonl", "--out", "answers.jsonl"], "takes no QUESTION"),
        (["--json", "--batch", "gold.jsonl", "--out", "answers.jsonl"], "takes no QUESTION"),
        (["--batch", "no/such/gold.jsonl", "--out", "answers.jsonl"], "no/such/gold.jsonl: No such file"),
    ],
)
def test_what_cannot_be_asked_is_one_line_and_status_2(ask, args, says, tmp_path, monkeypatch):
    """Each names what is wrong, and nothing is printed to stdout."""
    monkeypatch.chdir(tmp_path)
    status, out, err = ask(*args)
    assert (status, out) == (2, "")
    assert says in err
    assert err.count("\n") == 1


def test_a_store_that_is_not_there_is_one_line_and_status_2(ask, tmp_path):
    """With the command that makes one."""
    status, _, err = ask(QUESTION, store=str(tmp_path / "none"))
    assert status == 2
    assert "byline ingest" in err
    assert err.count("\n") == 1


GOOD = {"id": "q1", "kind": "factoid", "question": QUESTION, "answers": ["Charles Michel"]}
FOLLOW = {
    "id": "q2",
    "question": "when were they",
    "history": [{"role": "user", "content": "Were there any more raids?"}, {"role": "assistant", "content": "Yes."}],
}
ONLY = {"id": "q3", "question": "How many people died?", "documents": ["001_4b357e85272d0d23.txt"]}


def lines(*rows: object) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def test_a_batch_is_answered_in_order(ask, tmp_path):
    """Each row's history and documents count; no part file is left behind."""
    gold, out = tmp_path / "gold.jsonl", tmp_path / "answers.jsonl"
    gold.write_bytes(b"\xef\xbb\xbf" + lines(GOOD) + b"\n" + lines(FOLLOW, ONLY))
    assert ask("--batch", str(gold), "--out", str(out)) == (0, "", "")
    answers = [json.loads(line) for line in out.read_text(encoding="ascii").splitlines()]
    assert [answer["id"] for answer in answers] == ["q1", "q2", "q3"]
    assert "Charles Michel" in answers[0]["answer"]
    assert answers[1]["standalone_question"] == "when were the raids"
    assert {passage["article_id"] for passage in answers[2]["passages"]} == set(ONLY["documents"])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["answers.jsonl", "gold.jsonl"]


def test_bad_rows_are_one_line_each_and_the_rest_is_answered(ask, tmp_path):
    """Status 1, every failure named by file and line."""
    bad = [
        b"not json\n",
        b"[1]\n",
        lines({"id": "x"}),
        lines({"question": "Who?"}),
        lines({"id": "x", "question": ""}),
        lines({"id": "x", "question": "x" * 2001}),
        lines({"id": "x", "question": "\ud800"}),
        lines({"id": "x", "question": "Who?", "documents": "a"}),
        lines({"id": "x", "question": "Who?", "history": [{"role": "system", "content": "x"}]}),
        lines({"id": "x", "question": "Who?", "history": "x"}),
        b"\xff\xfe\n",
        b"[" * 100_000 + b"\n",
    ]
    gold, out = tmp_path / "gold.jsonl", tmp_path / "answers.jsonl"
    gold.write_bytes(b"".join(bad) + lines(GOOD))
    status, _, err = ask("--batch", str(gold), "--out", str(out))
    assert status == 1
    assert [line.split(": ")[1] for line in err.splitlines()] == [f"{gold}:{number}" for number in range(1, 13)]
    assert [json.loads(line)["id"] for line in out.read_text(encoding="ascii").splitlines()] == ["q1"]


def test_a_compressed_batch_that_breaks_off_is_used_as_far_as_it_goes(ask, tmp_path):
    """Whole ``.jsonl.gz`` files are read; of a cut one the good part is answered, with status 1."""
    gold, out = tmp_path / "gold.jsonl.gz", tmp_path / "answers.jsonl"
    gold.write_bytes(gzip.compress(lines(GOOD)))
    assert ask("--batch", str(gold), "--out", str(out))[0] == 0
    assert len(out.read_text(encoding="ascii").splitlines()) == 1
    gold.write_bytes(gzip.compress(lines(GOOD))[:-9])
    status, _, err = ask("--batch", str(gold), "--out", str(out))
    assert (status, err.count("\n")) == (1, 1)
    assert "broken gzip" in err


def test_an_earlier_answers_file_stays_until_the_new_one_is_whole(ask, tmp_path):
    """A run that cannot finish leaves the old file as it was."""
    out = tmp_path / "answers.jsonl"
    out.write_text("old\n", encoding="ascii")
    assert ask("--batch", str(tmp_path / "none.jsonl"), "--out", str(out))[0] == 2
    assert out.read_text(encoding="ascii") == "old\n"


def test_an_out_that_cannot_be_written_is_one_line_and_status_2(ask, tmp_path):
    """A missing folder is named."""
    gold = tmp_path / "gold.jsonl"
    gold.write_bytes(lines(GOOD))
    status, _, err = ask("--batch", str(gold), "--out", str(tmp_path / "no" / "answers.jsonl"))
    assert (status, err.count("\n")) == (2, 1)
    assert "cannot be written" in err


def test_help_loads_nothing_heavy():
    """Adding the command imports no model library, so that ``--help`` is instant."""
    code = (
        "import sys, argparse, qa.commands as c; c.add_commands(argparse.ArgumentParser().add_subparsers()); "
        "print([m for m in ('torch', 'numpy', 'chromadb', 'transformers', 'langchain_core') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_answers_may_go_into_a_pipe(seeds_folder, tmp_path):
    """``--out /dev/stdout`` writes to the pipe itself, and replaces nothing."""
    gold = tmp_path / "gold.jsonl"
    gold.write_bytes(lines(GOOD))
    command = [
        sys.executable,
        "-m",
        "qa",
        "ask",
        "--batch",
        str(gold),
        "--out",
        "/dev/stdout",
        "--store",
        str(seeds_folder),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["id"] == "q1"
