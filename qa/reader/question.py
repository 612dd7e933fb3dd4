"""The noun of the training data. Immutable."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Question:
    """``context[start:end]`` is an answer for each of ``answers``; without any the context does not answer.

    ``group`` is ``source:article``: questions of one group are about one article, or of one source that has no
    articles. ``title`` is the article's, or ``""``.
    """

    question: str
    context: str
    answers: tuple[tuple[int, int], ...]
    group: str
    title: str = ""

    @property
    def source(self) -> str:
        """The dataset it comes from."""
        return self.group.split(":", 1)[0]
