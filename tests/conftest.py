"""What the tests share: the packaged model, loaded once, and a store of the seeds."""

from pathlib import Path

import pytest

from vectorstore.embed import Encoder
from vectorstore.ingest import ingest
from vectorstore.store import Store

SEEDS = Path(__file__).parent.parent / "seeds"


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    """The default encoder; loading it takes seconds."""
    return Encoder.load()


@pytest.fixture(scope="session")
def seeds_folder(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Path:
    """A finished store of the seeds. Not to be changed: copy it."""
    folder = tmp_path_factory.mktemp("seeds") / "store"
    ingest([SEEDS], folder, encoder=lambda: encoder)
    return folder


@pytest.fixture(scope="session")
def seeds_store(seeds_folder: Path, encoder: Encoder) -> Store:
    """The same, open."""
    return Store(seeds_folder, encoder)
