"""Gold questions as others publish them: recognised, read, and every quote in its article.

The files here are written by hand after the published shapes; no row of a data set is in them.
"""

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.formats import FORMATS, own
from evals.gold import fingerprint, format_of, load, placed, write_articles
from evals.types import Evidence, Example
from qa.types import Turn
from vectorstore.articles import read_articles
from vectorstore.errors import BylineError

ROOT = Path(__file__).resolve().parent.parent

MILL = "The mill at Orsa burned down in 1901. Ada Lind rebuilt it with twelve workers."
RIVER = "The river froze in 1902. Nobody could cross it."
SQUAD = {
    "version": "v2.0",
    "data": [
        {
            "title": "Orsa_mill",
            "paragraphs": [
                {
                    "context": MILL,
                    "qas": [
                        {
                            "id": "s1",
                            "question": " Who rebuilt the mill? ",
                            "answers": [
                                {"text": "Ada Lind", "answer_start": 38},
                                {"text": "Ada Lind", "answer_start": 38},
                            ],
                            "is_impossible": False,
                        },
                        {
                            "id": "s2",
                            "question": "Who burned the mill down?",
                            "answers": [],
                            "plausible_answers": [{"text": "Ada Lind", "answer_start": 38}],
                            "is_impossible": True,
                        },
                    ],
                },
                {
                    "context": RIVER,
                    "qas": [
                        {
                            "id": "s3",
                            "question": "When did it freeze?",
                            "answers": [{"text": "1902", "answer_start": 19}],
                        }
                    ],
                },
            ],
        }
    ],
}
MULTIHOP = [
    {
        "query": "Which mill do both papers write of?",
        "answer": "Orsa",
        "question_type": "inference_query",
        "evidence_list": [
            {
                "title": "Mill burns",
                "url": "https://a.example/1",
                "source": "Post",
                "fact": "The mill at Orsa  burned down",
            },
            {"title": "River freezes", "url": "https://gone.example", "source": "Echo", "fact": "said elsewhere"},
        ],
    },
    {
        "query": "Who is the mayor?",
        "answer": "Insufficient information.",
        "question_type": "null_query",
        "evidence_list": [],
    },
]
MULTIHOP_CORPUS = [
    {
        "title": "Mill burns",
        "author": None,
        "source": "Post",
        "published_at": "2023-09-26T12:30:00+00:00",
        "category": "local",
        "url": "https://a.example/1",
        "body": "The mill at Orsa\nburned down. It was old.",
    },
    {
        "title": "River freezes",
        "source": "Echo",
        "published_at": "2023-10-01",
        "url": "https://a.example/2",
        "body": RIVER,
    },
]
QUIZ = [
    {
        "question_id": "20300614_0",
        "question_date": "2030/06/13",
        "question_source": "Post",
        "question_url": "https://a.example/quiz",
        "question_sentence": "What burned down?",
        "choices": ["“The mill”", "The school", "The bridge", "The inn"],
        "answer": ["0"],
        "evidence": "It was <a href='x'>old</a>.",
    },
    {
        "question_id": "20300614_1_nota",
        "question_date": "2030/06/13",
        "question_sentence": "What froze?",
        "choices": ["The lake", "None of the above"],
        "answer": ["1"],
        "evidence": "",
    },
]
FOUND = [
    {
        "question_id": "20300614_0",
        "search_result": [
            {
                "url": "https://www.a.example/1",
                "text": MILL,
                "authors": ["A. Lind", "B. Lo"],
                "publish_date": "2030/06/12",
            },
            {"url": "https://a.example/2", "text": RIVER, "authors": [], "publish_date": None},
            {"url": "https://a.example/3", "text": ""},
        ],
    },
    {"question_id": "20300614_1_nota", "search_result": [{"url": "https://a.example/2", "text": RIVER}]},
]
RAMDOCS = [
    {
        "question": "How many workers rebuilt the mill?",
        "documents": [
            {"text": MILL, "type": "correct", "answer": "twelve"},
            {"text": "Forty workers rebuilt it.", "type": "misinfo", "answer": "forty"},
            {"text": RIVER, "type": "noise", "answer": "unknown"},
        ],
        "disambig_entity": ["Orsa mill"],
        "gold_answers": ["twelve"],
        "wrong_answers": ["forty"],
    }
]


def as_lines(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def as_json(path, value):
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


@pytest.fixture
def squad(tmp_path):
    return as_json(tmp_path / "dev.json", SQUAD)


@pytest.fixture
def beir(tmp_path):
    folder = tmp_path / "nf"
    (folder / "qrels").mkdir(parents=True)
    corpus = [
        {"_id": "d 1", "title": "Mill", "text": MILL, "metadata": {"url": "https://a.example/1"}},
        {"_id": "d2", "title": "A title only", "text": "", "metadata": {}},
    ]
    as_lines(folder / "corpus.jsonl", corpus)
    queries = [{"_id": "q1", "text": "mill fire", "metadata": {}}, {"_id": "q2", "text": "of the training split"}]
    as_lines(folder / "queries.jsonl", queries)
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq1\td 1\t2\nq1\td2\t0\n", encoding="utf-8")
    (folder / "qrels" / "train.tsv").write_text("query-id\tcorpus-id\tscore\nq2\td2\t1\n", encoding="utf-8")
    return folder


@pytest.fixture
def multihop(tmp_path):
    as_json(tmp_path / "corpus.json", MULTIHOP_CORPUS)
    return as_json(tmp_path / "MultiHopRAG.json", MULTIHOP)


@pytest.fixture
def quiz(tmp_path):
    as_lines(tmp_path / "20300614_gcs.jsonl", FOUND)
    return as_lines(tmp_path / "20300614_qa.jsonl", QUIZ[:1])


@pytest.fixture
def ramdocs(tmp_path):
    return as_lines(tmp_path / "RAMDocs_test.jsonl", RAMDOCS)


def articles_of(path, tmp_path):
    out = tmp_path / "made" / "articles.jsonl"
    out.parent.mkdir(exist_ok=True)
    count = write_articles(path, out, pytest.fail)
    found = {one.article.id: one.article for one in read_articles([out], pytest.fail)} if count else {}
    assert len(found) == count
    return found


def test_squad(squad, tmp_path):
    """Paragraphs of a title are one article; the quote is the sentence of the answer; impossible has no answer."""
    assert format_of(squad) == "squad"
    first, second, third = load(squad, pytest.fail)
    quote = "Ada Lind rebuilt it with twelve workers."
    assert first == Example("s1", "factoid", "Who rebuilt the mill?", ("Ada Lind",), (Evidence("Orsa_mill", quote),))
    assert second == Example("s2", "unanswerable", "Who burned the mill down?", (), ())
    assert third.evidence == (Evidence("Orsa_mill", "The river froze in 1902."),)
    found = articles_of(squad, tmp_path)
    assert found["Orsa_mill"].text == f"{MILL}\n\n{RIVER}"
    assert found["Orsa_mill"].title == "Orsa mill"


def test_squad_1_has_no_impossible(tmp_path):
    """Version 1.1 has neither a version that matters nor is_impossible, and reads the same; packed too."""
    questions = [{"id": "s1", "question": "Who?", "answers": [{"text": "Ada Lind", "answer_start": 0}]}]
    old = {"data": [{"title": "Mill", "paragraphs": [{"context": MILL, "qas": questions}]}]}
    path = tmp_path / "train-v1.1.json.gz"
    path.write_bytes(gzip.compress(json.dumps(old).encode()))
    (example,) = load(path, pytest.fail)
    assert example.evidence[0].quote == "Ada Lind rebuilt it with twelve workers."


def test_beir(beir, tmp_path):
    """The test split's queries, with the documents judged above 0; no answers, for BEIR has none."""
    assert format_of(beir) == "beir"
    assert load(beir, pytest.fail) == [Example("q1", "retrieval", "mill fire", (), (Evidence("d 1", ""),))]
    found = articles_of(beir, tmp_path)
    assert found["d 1"].url == "https://a.example/1"
    assert found["d2"].text == "A title only"


def test_multihop(multihop, tmp_path):
    """A fact is quoted as its article prints it; an article known by its title is found; a null query has no answer."""
    assert format_of(multihop) == format_of(tmp_path) == "multihop-rag"
    first, second = load(multihop, pytest.fail)
    assert first.answers == ("Orsa",)
    assert first.evidence == (
        Evidence("https://a.example/1", "The mill at Orsa\nburned down"),
        Evidence("https://a.example/2", ""),
    )
    assert (second.kind, second.answers, second.evidence) == ("null_query", (), ())
    assert load(tmp_path, pytest.fail) == [first, second]
    article = articles_of(multihop, tmp_path)["https://a.example/1"]
    assert (article.publisher, article.section, article.author, article.published) == (
        "Post",
        "local",
        "",
        "2023-09-26",
    )


def test_realtimeqa(quiz, tmp_path):
    """The answer is the choice, without its quotation marks; evidence is what holds it of what was found."""
    assert format_of(quiz) == "realtimeqa"
    (example,) = load(quiz, pytest.fail)
    assert (example.answers, example.asked) == (("The mill",), "2030-06-13")
    assert example.evidence == (Evidence("https://www.a.example/1", ""),)
    assert example.choices[1] == "The school"
    found = articles_of(quiz, tmp_path)
    assert list(found) == ["https://www.a.example/1", "https://a.example/2"]
    article = found["https://www.a.example/1"]
    assert (article.publisher, article.author, article.published) == ("a.example", "A. Lind, B. Lo", "2030-06-12")


def test_realtimeqa_odd_articles(tmp_path):
    """An address that is none has no publisher; authors are a list or one name, and of anything else there is none."""
    sent = {
        "http://[x": "Jane Doe",
        "https://b.example": 5,
        "https://c.example": ["A. Lind", 5],
        "https://d.example": {},
    }
    found = [{"url": url, "text": "The mill.", "authors": authors} for url, authors in sent.items()]
    as_lines(tmp_path / "20300614_gcs.jsonl", [{"question_id": "20300614_0", "search_result": found}])
    path = as_lines(tmp_path / "20300614_qa.jsonl", [QUIZ[0]])
    told = {id_: (one.publisher, one.author) for id_, one in articles_of(path, tmp_path).items()}
    assert told == {
        "http://[x": ("", "Jane Doe"),
        "https://b.example": ("b.example", ""),
        "https://c.example": ("c.example", "A. Lind"),
        "https://d.example": ("d.example", ""),
    }


def test_realtimeqa_none_of_the_above(tmp_path):
    """An answer that no article can give is one error, and the rest goes on; without articles there is no evidence."""
    path = as_lines(tmp_path / "20300614_qa_nota.jsonl", QUIZ)
    errors = []
    (example,) = load(path, errors.append)
    assert example.evidence == ()
    assert "None of the above" in str(errors[0])


def test_ramdocs(ramdocs, tmp_path):
    """Each question has its own documents; those of the type correct are evidence."""
    assert format_of(ramdocs) == "ramdocs"
    (example,) = load(ramdocs, pytest.fail)
    assert example.documents == ("ramdocs-0001-1", "ramdocs-0001-2", "ramdocs-0001-3")
    assert (example.kind, example.answers, example.wrong) == ("conflict", ("twelve",), ("forty",))
    assert example.evidence == (Evidence("ramdocs-0001-1", ""),)
    assert articles_of(ramdocs, tmp_path)["ramdocs-0001-2"].text == "Forty workers rebuilt it."


@pytest.mark.parametrize("name", ["squad", "beir", "multihop", "quiz", "ramdocs"])
def test_every_quote_is_in_its_article(name, request, tmp_path):
    """Whatever the format: each piece of evidence names an article that came with it, and quotes it exactly."""
    path = request.getfixturevalue(name)
    found = articles_of(path, tmp_path)
    pieces = [piece for example in load(path, pytest.fail) for piece in example.evidence]
    assert pieces
    assert all(piece.quote in found[piece.source].text for piece in pieces)


def test_ours_has_no_articles(tmp_path):
    """A file of ours is recognised and brings no articles; so is one whose first line is no JSON."""
    row = {"id": "q", "kind": "k", "question": "?", "answers": [], "evidence": []}
    path = as_lines(tmp_path / "gold.jsonl", [row])
    assert format_of(path) == "byline"
    assert write_articles(path, tmp_path / "none.jsonl", pytest.fail) == 0
    assert not (tmp_path / "none.jsonl").exists()
    (tmp_path / "bad.jsonl").write_text("{\n" + json.dumps(row), encoding="utf-8")
    errors = []
    assert [place for place, _ in placed(tmp_path / "bad.jsonl", errors.append)] == ["2"]
    assert len(errors) == 1


def broken_squad(path):
    data = json.loads(json.dumps(SQUAD))
    data["data"] += [7, {"title": "No paragraphs"}, {"title": "X", "paragraphs": [{"context": ""}, {"context": "y"}]}]
    bad = data["data"][0]["paragraphs"][0]["qas"]
    bad += [
        {"id": "b1", "question": "Where?", "answers": [{"text": "Paris", "answer_start": 0}]},
        {"id": "b2", "question": "Where?", "answers": []},
        {"id": "s1", "question": "Again?", "answers": [{"text": "1901", "answer_start": 0}]},
        {"id": "b3", "answers": [{"text": "1901"}]},
    ]
    return as_json(path, data)


def test_bad_rows_are_told_and_the_rest_goes_on(tmp_path):
    """One line each, with the file and the place in it."""
    path = broken_squad(tmp_path / "dev.json")
    errors = []
    assert [example.id for example in load(path, errors.append)] == ["s1", "s2", "s3"]
    told = sorted(str(error).removeprefix(f"{path}:") for error in errors)
    assert [line.partition(": ")[0] for line in told] == [
        "data[0].paragraphs[0].qas[2]",
        "data[0].paragraphs[0].qas[3]",
        "data[0].paragraphs[0].qas[4]",
        "data[0].paragraphs[0].qas[5]",
        "data[1]",
        "data[2]",
        "data[3].paragraphs[0]",
        "data[3].paragraphs[1]",
    ]
    assert all("\n" not in line for line in told)


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.data())
def test_no_value_in_the_wrong_place_is_a_bug(tmp_path_factory, data):
    """Any field of any format replaced by any JSON: an error for that row or a question, never a traceback."""
    name, rows = data.draw(
        st.sampled_from(
            [("realtimeqa", QUIZ), ("ramdocs", RAMDOCS), ("multihop-rag", MULTIHOP), ("squad", SQUAD["data"])]
        )
    )
    row = json.loads(json.dumps(data.draw(st.sampled_from(rows))))
    where = row
    while True:
        key = data.draw(st.sampled_from(sorted(where) if isinstance(where, dict) else range(len(where))))
        if not isinstance(where[key], dict | list) or not where[key] or data.draw(st.booleans()):
            where[key] = data.draw(JUNK)
            break
        where = where[key]
    folder = tmp_path_factory.mktemp("junk")
    if name in ("squad", "multihop-rag"):
        path = as_json(folder / "MultiHopRAG.json", {"data": [row]} if name == "squad" else [row])
    else:
        path = as_lines(folder / "x.jsonl", [row])
    errors = []
    try:
        examples = load(path, errors.append, name)
    except BylineError as error:
        assert "holds no usable" in str(error)  # noqa: PT017 - either is right
    else:
        assert examples
    write_articles(path, folder / "articles.jsonl", errors.append, name)


def test_a_format_can_be_forced(tmp_path, ramdocs):
    """By name, against what is in the file: then every row is an error; a name that is none is told."""
    errors = []
    with pytest.raises(BylineError, match="holds no usable"):
        load(ramdocs, errors.append, "byline")
    assert len(errors) == 1
    with pytest.raises(BylineError, match=f"choose one of {', '.join(FORMATS)}"):
        load(ramdocs, pytest.fail, "csv")
    assert load(ramdocs, pytest.fail, "ramdocs")
    (tmp_path / "odd.json").write_text("[]", encoding="utf-8")
    with pytest.raises(BylineError, match="neither SQuAD nor MultiHop-RAG"):
        load(tmp_path / "odd.json", pytest.fail)


def test_a_fingerprint_is_of_the_content(beir, squad):
    """Of a file its sha256; of a folder, it changes with any file's content or name."""
    assert len(fingerprint(squad)) == 64
    before = fingerprint(beir)
    (beir / "qrels" / "train.tsv").rename(beir / "qrels" / "other.tsv")
    assert fingerprint(beir) != before


LABEL = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Cf", "Zl", "Zp", "Zs", "Co", "Cn"]), min_size=1, max_size=8
)
WORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20).filter(str.strip)
EXAMPLES = st.builds(
    Example,
    id=LABEL,
    kind=LABEL.filter(lambda kind: kind not in ("all", "unanswerable")),
    question=WORDS,
    answers=st.lists(WORDS, max_size=2).map(tuple),
    evidence=st.lists(st.builds(Evidence, WORDS, WORDS | st.just("")), max_size=2).map(tuple),
    history=st.lists(st.builds(Turn, st.sampled_from(["user", "assistant"]), WORDS), max_size=2).map(tuple),
    documents=st.lists(WORDS, max_size=2).map(tuple),
    asked=st.sampled_from(["", "2020-02-29"]),
)


@given(EXAMPLES)
def test_what_is_converted_reads_the_same(example):
    """A question written as a row of ours and read again is the same question."""
    assert own.example(json.loads(json.dumps(own.to_row(example))), ()) == example


def convert(*args):
    command = [sys.executable, "-m", "evals", "eval", "convert", *map(str, args)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)


def test_the_convert_command(tmp_path):
    """SQuAD in, gold.jsonl and articles.jsonl out, bad rows one line each and status 1; both files are ours."""
    path = broken_squad(tmp_path / "dev.json")
    done = convert(path, "--out", tmp_path / "out")
    assert done.returncode == 1, done.stderr
    assert len(done.stderr.splitlines()) == 8
    assert "squad: 3 questions and 2 articles" in done.stdout
    assert [one.id for one in load(tmp_path / "out" / "gold.jsonl", pytest.fail)] == ["s1", "s2", "s3"]
    assert len(list(read_articles([tmp_path / "out" / "articles.jsonl"], pytest.fail))) == 2
    done = convert(path)
    assert (done.returncode, "--out DIR" in done.stderr) == (2, True)
    done = convert(path, "--out", tmp_path / "out", "--format", "csv")
    assert (done.returncode, "choose one of" in done.stderr) == (2, True)
