"""The seam between retrieval and findings: a reader turns passages into the spans that answer.

The engine takes any ``Reader``; the one that comes with Byline is ``qa.reader.reader.SpanReader``.
"""

from collections.abc import Sequence
from typing import Protocol

from qa.types import Span
from vectorstore.types import Hit


class Reader(Protocol):
    """Marks what in the passages answers a question."""

    def read(self, question: str, hits: Sequence[Hit]) -> list[Span]:
        """Return spans, best first; ``Span.score`` is its share, 0 to 1, of all that the passages say.

        ``question`` stands on its own. No hits, no spans. Spans do not overlap within one article.
        """
        ...
