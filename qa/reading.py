"""The seam between retrieval and findings: a reader turns passages into the spans that answer.

The engine takes any ``Reader``; ``open_reader`` loads the one that comes with Byline, or any of the transformers
library by its name.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from qa.types import Span
from vectorstore.embed import stay_offline
from vectorstore.types import Hit

if TYPE_CHECKING:
    from qa.reader.reader import SpanReader


class Reader(Protocol):
    """Marks what in the passages answers a question."""

    def read(self, question: str, hits: Sequence[Hit]) -> list[Span]:
        """Return spans, best first; ``Span.score`` is its share, 0 to 1, of all that the passages say.

        ``question`` stands on its own. No hits, no spans. Spans do not overlap within one article.
        """
        ...


def open_reader(name: str | None = None) -> "SpanReader":
    """Load the reader that comes with Byline (``None`` or "byline"), or a question-answering model by folder or name.

    Raises:
        BylineError: it is not on this machine, is damaged, or is no extractive question-answering model.
    """
    stay_offline()
    from qa.reader import pretrained
    from qa.reader.reader import NAME, SpanReader

    return SpanReader.load() if name in (None, NAME) else pretrained.load(name)
