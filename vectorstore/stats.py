"""What a store holds, in numbers."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from vectorstore.store import open_library


@dataclass(frozen=True, slots=True)
class Stats:
    """``publishers`` is name → articles, most first; ``copies`` counts articles that repeat another's text."""

    articles: int
    passages: int
    copies: int
    publishers: dict[str, int]
    first_day: str
    last_day: str
    model: str
    dtype: str
    disk_bytes: int


def stats(store: Path) -> Stats:
    """Count. Raises ``StoreMissing``, ``StoreMismatch`` or ``StoreDamaged``."""
    with open_library(store) as library:
        articles, passages = library.counts()
        first_day, last_day = library.dates()
        manifest = library.manifest()
        groups = Counter(library.copies().values())
        return Stats(
            articles=articles,
            passages=passages,
            copies=sum(size - 1 for size in groups.values()),
            publishers=library.publishers(),
            first_day=first_day,
            last_day=last_day,
            model=manifest["model"],
            dtype=manifest["dtype"],
            disk_bytes=sum(file.stat().st_size for file in store.rglob("*") if file.is_file()),
        )
