"""The nouns of an answer. All are immutable; text offsets count characters of the article, ``[start, end)``."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from vectorstore.types import Article, Hit, Passage

Mode = Literal["extractive", "generated"]


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier message of the conversation."""

    role: Literal["user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of an article that answers the question: ``article.text[start:end] == text``.

    ``score`` is in [0, 1], higher is better, and compares between the passages of one question. ``alone`` is its share
    among the spans of its own passage and no answer there, in [0, 1] too, whatever other passages say, ``answered``
    that of all spans of its passage together; 0 where the reader gives none. ``sentence_start`` and ``sentence_end``
    bound the whole sentence(s) it stands in.
    """

    passage: Passage
    start: int
    end: int
    text: str
    score: float
    sentence_start: int
    sentence_end: int
    alone: float = 0.0
    answered: float = 0.0


@dataclass(frozen=True, slots=True)
class Citation:
    """``article.text[start:end] == quote``, always. ``marker`` is the n of ``[n]`` in the answer."""

    marker: int
    article: Article
    quote: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Finding:
    """One distinct answer and the articles that give it. ``confidence`` is a probability, 0 to 1."""

    value: str
    confidence: float
    citations: tuple[Citation, ...]

    @property
    def article_ids(self) -> tuple[str, ...]:
        """The supporting articles, in the order of their citations, each once."""
        return tuple(dict.fromkeys(citation.article.id for citation in self.citations))


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence that a language model wrote, its markers left out, and what came of the check.

    ``reason`` says in plain words why what it cites does not bear it out, "" where it does.
    """

    text: str
    reason: str = ""

    @property
    def supported(self) -> bool:
        """Whether the passages that it cites bear it out."""
        return not self.reason


@dataclass(frozen=True, slots=True)
class Answer:
    """A snapshot of an answer; the last one that ``Engine.stream`` yields is the verified whole.

    ``answer`` carries ``[n]`` markers; every marker is in ``citations`` and every citation is used, except that an
    abstention (``abstained``, ``short_answer == ""``) may list the nearest passages as citations.
    ``findings`` are distinct answers, best supported first. ``differ`` says that they compete; without it several
    stand beside one another: answers to a question that has several, or one more exact than the other.
    ``scope`` says in plain words how the question narrowed the search, "" where it did not.
    ``confidence`` is the probability (0 to 1) that ``short_answer`` is right. ``passages`` are the hits, best first.
    ``seconds`` holds ``retrieve``, ``read`` and ``total``, and ``write`` where a language model was asked.

    ``mode`` is "generated" where ``answer`` is a language model's, each sentence checked: those that are not borne out
    are marked in place. Findings, ``short_answer`` and ``confidence`` are the reader's always; where it found none,
    these are empty. ``sentences`` are all that the model wrote, also where the extractive answer took over; ``notice``
    says so, or what went wrong, in one plain line, "" where nothing did. ``tokens`` holds the model's ``input`` and
    ``output``, as far as its provider counts them.
    """

    question: str
    standalone_question: str
    scope: str = ""
    answer: str = ""
    short_answer: str = ""
    abstained: bool = False
    differ: bool = False
    confidence: float = 0.0
    mode: Mode = "extractive"
    findings: tuple[Finding, ...] = ()
    citations: tuple[Citation, ...] = ()
    passages: tuple[Hit, ...] = ()
    seconds: Mapping[str, float] = field(default_factory=dict)
    notice: str = ""
    sentences: tuple[Sentence, ...] = ()
    tokens: Mapping[str, int] = field(default_factory=dict)

    @property
    def support(self) -> float | None:
        """The share of the model's sentences that are supported, in [0, 1], higher is better; ``None`` without any."""
        return sum(one.supported for one in self.sentences) / len(self.sentences) if self.sentences else None
