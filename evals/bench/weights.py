"""Fits the weights of ``qa.weighing`` by maximum likelihood: a question's answers compete, and "no answer" with them.

The spans of one wording are one answer. As in ``qa.agreement``, of each article its best span counts, and the sum
counts as often as there are articles whose passage gives the answer clearly.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import torch
from torch import Tensor

from evals.metrics import RIGHT, f1
from evals.normalize import squad
from qa.agreement import ALONE
from qa.types import Span
from qa.weighing import WEIGHTS, measures, unread
from vectorstore.types import Hit

RIDGE = 0.5  # L2 penalty of one question's worth on each weight


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that was asked: what search and reader gave, and its right answers (none: it has no answer).

    ``everything``: the hits are all that there is to read.
    """

    question: str
    answers: tuple[str, ...]
    asked: date | None
    hits: tuple[Hit, ...]
    everything: bool
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class _Problem:
    """A question with S spans in C cells (an article and a wording each) and A answers (a wording each).

    ``measured`` (S, F) are the spans' measures, ``cells`` (S,) and ``answers`` (C,) say where each belongs, ``clear``
    (A,) is the log of how many articles give an answer clearly, ``right`` (A,) how right it is, 0 to 1, and ``none``
    the log share of no answer.
    """

    measured: Tensor
    cells: Tensor
    answers: Tensor
    clear: Tensor
    right: Tensor
    none: float


def fit(questions: Sequence[Asked]) -> tuple[dict[str, float], float]:
    """The weights by name, and that of no answer, which is right where nothing right was read."""
    problems = [_problem(one) for one in questions if one.spans]
    weights = torch.zeros(len(WEIGHTS) + 1, dtype=torch.float64)
    weights[0] = 0.5
    weights.requires_grad_()
    optimizer = torch.optim.LBFGS([weights], max_iter=100, line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        optimizer.zero_grad()
        losses = [_loss(problem, weights) for problem in problems]
        loss: Tensor = (torch.stack(losses).sum() + RIDGE * (weights**2).sum()) / len(losses)
        loss.backward()  # type: ignore[no-untyped-call]
        return loss

    optimizer.step(closure)  # type: ignore[no-untyped-call]
    *found, none = weights.detach().tolist()
    return dict(zip(WEIGHTS, found, strict=True)), none


def _problem(one: Asked) -> _Problem:
    said = [(squad(span.text), span.passage.article_id) for span in one.spans]
    cells, answers = list(dict.fromkeys(said)), list(dict.fromkeys(wording for wording, _ in said))
    gives = {cell for cell, span in zip(said, one.spans, strict=True) if span.alone >= ALONE}
    clear = [sum(wording == answer for wording, _ in gives) for answer in answers]
    rows = [list(row.values()) for row in measures(one.spans, one.hits, one.asked)]
    right = [f1(answer, one.answers) if one.answers else 0.0 for answer in answers]
    return _Problem(
        measured=torch.tensor(rows, dtype=torch.float64),
        cells=torch.tensor([cells.index(cell) for cell in said]),
        answers=torch.tensor([answers.index(wording) for wording, _ in cells]),
        clear=torch.tensor(clear, dtype=torch.float64).clamp(min=1).log(),
        right=torch.tensor(right, dtype=torch.float64),
        none=math.log(unread(one.spans)),
    )


def _loss(problem: _Problem, weights: Tensor) -> Tensor:
    """Minus the log-likelihood of the right answers, each as far as it is right; of no answer if there is none."""
    low = torch.full((len(problem.answers),), -torch.inf, dtype=torch.float64)
    best = low.scatter_reduce(0, problem.cells, problem.measured @ weights[:-1], "amax")  # (C,)
    most = best.max().detach()
    masses = torch.zeros(len(problem.clear), dtype=torch.float64).index_add(0, problem.answers, (best - most).exp())
    scores = masses.log() + most + problem.clear  # (A,)
    none = weights[0] * problem.none + weights[-1]
    whole = torch.cat([scores, none[None]]).logsumexp(0)
    good = problem.right >= RIGHT
    return whole - ((scores[good] + problem.right[good].log()).logsumexp(0) if bool(good.any()) else none)
