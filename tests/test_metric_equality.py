"""Our metrics against those of other tools, on more than a thousand questions each.

Where definitions agree: Success@k is our hit@k, R@k our recall@k, RR our MRR, nDCG@k our nDCG@k; EM and F1 are the
SQuAD script's. Where they do not: what counts as relevant is our own (``evals.retrieval.judge``), and ``covered`` has
no counterpart; the SQuAD v2.0 script leaves out golds that normalise to nothing before it compares, which the code that
torchmetrics carries (after v1.1) does not, so that here no question has such a gold beside another one.
"""

import random
import string

import ir_measures
import pytest
import torch
from ir_measures import RR, R, Success, nDCG
from torchmetrics.functional.text import squad as official

from evals.metrics import exact_match, f1
from evals.normalize import squad
from evals.retrieval import Judged, hit, ndcg, recall, reciprocal_rank

QUESTIONS = 1_500
EXACT = 1e-9


def rankings():
    """Made-up rankings: some empty, some longer than 20, with 1 to 30 relevant documents, found or not."""
    rng = random.Random(7)  # noqa: S311 - no secret
    for number in range(QUESTIONS):
        length = rng.choice([0, 1, 5, 20, 20, 20, 60])
        share = rng.choice([0.02, 0.1, 0.4, 1.0])
        relevant = tuple(rng.random() < share for _ in range(length))
        missing = rng.choice([0, 0, 1, 2, 9])
        yield f"q{number}", Judged(relevant, max(1, sum(relevant) + missing))


@pytest.fixture(scope="module")
def judged():
    """The rankings, and the same as a run and qrels: ``found`` are relevant, ``gone`` relevant and never found."""
    made = dict(rankings())
    qrels = [
        ir_measures.Qrel(name, document, 1)
        for name, one in made.items()
        for document in [
            *(f"d{rank}" for rank, relevant in enumerate(one.relevant) if relevant),
            *(f"gone{number}" for number in range(one.total - sum(one.relevant))),
        ]
    ]
    run = [
        ir_measures.ScoredDoc(name, f"d{rank}", float(len(one.relevant) - rank))
        for name, one in made.items()
        for rank in range(len(one.relevant))
    ]
    measures = [RR, nDCG @ 10, *(Success @ k for k in (1, 5, 10, 20)), *(R @ k for k in (1, 5, 10, 20))]
    theirs = {}
    for metric in ir_measures.iter_calc(measures, qrels, run):
        theirs[metric.query_id, str(metric.measure)] = metric.value
    return made, theirs


OURS = {"RR": reciprocal_rank, "nDCG@10": lambda one: ndcg(one, 10)}
OURS |= {f"Success@{k}": lambda one, k=k: hit(one, k) for k in (1, 5, 10, 20)}
OURS |= {f"R@{k}": lambda one, k=k: recall(one, k) for k in (1, 5, 10, 20)}


@pytest.mark.parametrize("measure", OURS)
def test_retrieval_metrics_equal_ir_measures(judged, measure):
    """The same number for every question, to 1e-9; a question whose ranking is empty scores 0 with both."""
    made, theirs = judged
    assert len(made) >= 1_000
    differ = {
        name: (OURS[measure](one), theirs.get((name, measure)))
        for name, one in made.items()
        if abs(OURS[measure](one) - theirs.get((name, measure), 0.0)) > EXACT
    }
    assert differ == {}
    assert 0 < sum(theirs.get((name, measure), 0.0) for name in made) < len(made)  # the questions tell it apart


PIECES = [
    *("the", "a", "an", "The", "A", "an apple", "Ghent", "31", "1.5", "$3.5 million", "U.S.", "don't", "don’t", "El"),
    *(
        "Bakraoui",
        "al-Bakrawi",
        "café",
        "cafe\u0301",
        "İstanbul",
        "Straße",
        "STRASSE",
        "ﬁre",
        "٣١",
        "東京",
        "—",
        "“no”",
    ),
    *(
        "\u00a0",
        "\t",
        "\n",
        "\u2028",
        "",
        " ",
        "...",
        "!?",
        string.punctuation,
        "🔥",
        "\u200d",
        "the\u200b",
        "an.",
        "(a)",
    ),
]


def pairs():
    """Made-up predictions and golds: the same, nearly the same and unlike; empty, and with no gold."""
    rng = random.Random(11)  # noqa: S311 - no secret

    def text():
        return rng.choice([" ", " ", "-", "", "  "]).join(rng.choices(PIECES, k=rng.choice([0, 1, 2, 3, 5, 8])))

    for _ in range(QUESTIONS):
        prediction = text()
        golds = [rng.choice([text(), prediction, prediction.upper(), f"the {prediction}."]) for _ in range(3)]
        golds = [gold for gold in golds if squad(gold)][: rng.choice([0, 1, 3])]
        yield prediction, golds


@pytest.fixture(scope="module")
def in_doubles():
    """Their arithmetic is torch's; in double precision it is Python's own."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(before)


@pytest.mark.usefixtures("in_doubles")
def test_em_and_f1_equal_the_squad_script():
    """The same EM and F1 for every prediction and its golds, and the same normal form of every text."""
    made = list(pairs())
    assert len(made) >= 1_000
    scores = set()
    for prediction, golds in made:
        told = {"id": "q", "answers": {"text": golds or [""], "answer_start": [0] * max(1, len(golds))}}
        theirs = official({"prediction_text": prediction, "id": "q"}, told)
        assert exact_match(prediction, golds) * 100 == float(theirs["exact_match"]), (prediction, golds)
        assert f1(prediction, golds) * 100 == pytest.approx(float(theirs["f1"]), abs=EXACT), (prediction, golds)
        scores.add(round(f1(prediction, golds), 2))
    assert {0.0, 1.0} < scores


def test_golds_that_normalise_to_nothing_are_left_out():
    """By hand, after the v2.0 script: beside "31", "the" is no gold; alone, it is the empty answer."""
    assert (exact_match("", ["the", "31"]), f1("", ["the", "31"])) == (0, 0)
    assert (exact_match("", ["the"]), f1("a", ["the"])) == (1, 1)
