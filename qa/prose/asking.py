"""One question's dealings with a language model: a time that all of them share, and no second try after a failure.

Knows nothing of retrieval or of the reader.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from time import monotonic

from qa.agreement import Claim
from qa.followup.standalone import standalone
from qa.prose.evidence import Encode
from qa.prose.models import Model, ModelFailed, Usage
from qa.prose.rewrite import rewritten
from qa.prose.write import INSTEAD, Task, write
from qa.types import Answer, Turn
from vectorstore.types import Article


class Asking:
    """Made when the question is asked: from then on the model has ``Model.seconds``."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._deadline = monotonic() + model.seconds
        self._usage = Usage()
        self._failure = ""

    def standalone(self, question: str, history: Sequence[Turn]) -> str:
        """The question as it stands alone, by the model, or by rules where the model fails."""
        try:
            return rewritten(self._model, question, history, self._deadline, self._usage)
        except ModelFailed as failure:
            self._failure = str(failure)
            return standalone(question, history)

    def write(
        self, read: Answer, claims: Sequence[Claim], article_of: Callable[[str], Article], encode: Encode
    ) -> Iterator[Answer]:
        """Yield the prose as it grows; the last snapshot is whole. ``read`` is the reader's answer of these claims."""
        if self._failure or not read.passages:
            yield replace(read, notice=f"{self._failure}. {INSTEAD}" if self._failure else "")
            return
        yield from write(self._model, Task(read, claims, article_of, encode, self._deadline, self._usage))
