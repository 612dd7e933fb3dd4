"""Results of evaluations for tests: one by hand, any by Hypothesis, and a thousand of the size of a real run's."""

from dataclasses import replace

from hypothesis import strategies as st

from evals.given import gold_sha12
from evals.provenance import Provenance
from evals.rows import summed
from evals.types import (
    SCORE_NAMES,
    Evidence,
    Example,
    Given,
    GivenCitation,
    GivenFinding,
    GivenPassage,
    Report,
    Result,
    Scores,
)
from qa.types import Turn

QUOTE = "Thirty-one people died in the attacks."

MADE = Provenance(
    started="2026-11-22T14:26:59+00:00",
    gold="my",
    gold_sha256="5f" * 32,
    half="all",
    limit=None,
    commit="a1" * 20,
    changed=False,
    articles=2,
    corpus_sha256="c0" * 32,
    encoder="mini",
    encoder_sha256="e0" * 32,
    encoder_dtype="float32",
    reader="own",
    reader_sha256="d0" * 32,
    reader_dtype="float32",
    cpu="A processor",
    cores=2,
    python="3.11.2",
    packages={"byline": "0.1.0", "numpy": "2.0.0"},
    configuration={"passages": 20, "reranker": None},
)

EXAMPLE = Example("q1", "factoid", "How many people died?", ("Thirty-one", "31"), (Evidence("a", QUOTE),))

GIVEN = Given(
    answer=f"{QUOTE} [1]",
    short_answer="Thirty-one",
    abstained=False,
    confidence=0.9,
    standalone_question="How many people died?",
    findings=(GivenFinding("Thirty-one", 0.9, ("a",), holds_gold=True),),
    citations=(GivenCitation(1, "a", 0, len(QUOTE), QUOTE, "Attacks", holds_gold=True, on_evidence=True),),
    passages=(GivenPassage("a", 0, 100, 0.5), GivenPassage("b", 7, 90, 0.25)),
    seconds={"retrieve": 0.125, "total": 0.25},
)

SCORES = Scores(contains=1, exact_match=1, f1=1, hit_1=1, hit_5=1, hit_20=1, cite_exact=1, cite_precision=1, answered=1)


def result(example=EXAMPLE, answer=GIVEN, error="", seconds=0.25, scores=SCORES, **changed):
    """A right answer, but for what is given; ``changed`` are scores. The short answer is as right as the text."""
    if changed.get("contains") is not None:
        changed.setdefault("f1", changed["contains"])
    return Result(example, answer, error, seconds, replace(scores, **changed), gold_sha12(example))


def report(*results) -> Report:
    """The report of these results."""
    return summed(results, resamples=50)


_shares = st.floats(0, 1)
_names = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
_places = st.integers(0, 10**6)
_maybe = st.none() | st.booleans()
_times = st.dictionaries(_names, st.floats(0, 1e6), max_size=2)


def _tuples(strategy):
    return st.lists(strategy, max_size=3).map(tuple)


examples = st.builds(
    Example,
    id=_names,
    kind=st.sampled_from(["factoid", "conflict", "unanswerable"]),
    question=_names,
    answers=_tuples(_names),
    evidence=_tuples(st.builds(Evidence, _names, _names)),
    history=_tuples(st.builds(Turn, st.sampled_from(["user", "assistant"]), _names)),
    choices=_tuples(_names),
    wrong=_tuples(_names),
    documents=_tuples(_names),
    asked=st.sampled_from(["", "2023-01-02"]),
)

answers = st.builds(
    Given,
    answer=_names,
    short_answer=_names,
    abstained=st.booleans(),
    confidence=_shares,
    mode=st.sampled_from(["extractive", "generated"]),
    standalone_question=_names,
    scope=_names,
    notice=_names,
    differ=st.booleans(),
    findings=_tuples(st.builds(GivenFinding, _names, _shares, _tuples(_names), _maybe)),
    citations=_tuples(
        st.builds(
            GivenCitation, _places, _names, _places, _places, _names, _names, holds_gold=_maybe, on_evidence=_maybe
        )
    ),
    passages=_tuples(st.builds(GivenPassage, _names, _places, _places, _shares)),
    sentences=st.integers(0, 9),
    supported=st.integers(0, 9),
    seconds=_times,
    tokens=st.dictionaries(_names, _places, max_size=2),
)

results = st.builds(
    Result,
    example=examples,
    answer=st.none() | answers,
    error=_names,
    seconds=st.floats(0, 1e6),
    scores=st.builds(Scores, **dict.fromkeys(SCORE_NAMES, st.none() | st.sampled_from([0.0, 1.0]) | _shares)),
    gold_sha12=_names,
)
"""Any result, its parts independent of one another: many could not come from a run, and all must be told apart."""


def large(count: int) -> list[Result]:
    """So many results as long as those of a real run on web articles: long ids, 20 passages, five quotes each."""
    urls = [f"https://www.example.com/story/news/2023/01/04/{'a-story-of-' * 6}{i}/" for i in range(600)]
    made = []
    for i in range(count):
        near = [urls[(7 * i + k) % len(urls)] for k in range(20)]
        quotes = [
            f"{QUOTE} Officials said so on day {i} of the month, in part {k}. {'And more. ' * 15}" for k in range(5)
        ]
        cited = [GivenCitation(k + 1, near[k], 100, 350, quotes[k], f"A headline {i} {k}") for k in range(5)]
        answer = replace(
            GIVEN,
            answer=" ".join(f"{quote} [{k + 1}]" for k, quote in enumerate(quotes[:3])),
            confidence=i / count,
            findings=tuple(GivenFinding(f"{i} people", 0.5, tuple(near[:5]), holds_gold=False) for _ in range(3)),
            citations=tuple(cited),
            passages=tuple(GivenPassage(url, 1000, 2000, 0.123456) for url in near),
        )
        evidence = tuple(Evidence(near[k], quotes[k]) for k in range(3))
        question = f"How many people were hurt in the attack on day {i}, and where did they come from?"
        example = Example(f"question-{i}", f"kind {i % 5}", question, ("31", "Thirty-one"), evidence)
        scores = Scores(**dict.fromkeys(SCORE_NAMES, 1 / 3)) if i % 3 else SCORES
        made.append(result(example, answer, seconds=0.1 + i / 1000, scores=scores, contains=float(i % 2)))
    return made
