"""Opens what questions are asked of. Ignorant of which questions, and of scores."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from tqdm import tqdm

from evals.gold import half, write_articles
from evals.options import SEEDS
from evals.types import Example
from qa.prose.models import Model, chosen_model
from vectorstore.embed import Encoder
from vectorstore.errors import BylineError, InputError
from vectorstore.ingest import Progress, ingest
from vectorstore.store import Store
from vectorstore.terminal import warn


def told(failures: list[InputError]) -> Callable[[InputError], None]:
    """A function that keeps an error and says it on stderr, over a progress bar too."""

    def on_error(error: InputError) -> None:
        failures.append(error)
        with tqdm.external_write_mode():
            warn(error)

    return on_error


def chosen(examples: list[Example], part: str, limit: int | None) -> list[Example]:
    """The first questions of a half, or of all. Raises ``BylineError`` if there is none."""
    found = [example for example in examples if part in ("all", half(example.id))][:limit]
    if not found:
        raise BylineError(f"--half {part}: no gold question falls into it; use --half all")
    return found


@contextmanager
def opened_models(ways: Mapping[str, str | None]) -> Iterator[dict[str, Model | None]]:
    """The language model of each way, open; opened before anything slow, so that a wrong name is told at once."""
    with ExitStack() as stack:
        yield {way: stack.enter_context(chosen_model(name)) for way, name in ways.items()}


@contextmanager
def opened_source(
    gold: Path, store: Path | None, corpus: Path | None, model: str | None, on_error: Callable[[InputError], None]
) -> Iterator[Store]:
    """As ``opened_store``; with neither, the articles that come with the questions, or else the seeds."""
    if store is not None or corpus is not None:
        with opened_store(store, corpus or SEEDS, model, on_error) as opened:
            yield opened
        return
    with TemporaryDirectory(prefix="byline-eval-") as folder:
        carried = Path(folder) / "articles.jsonl"
        corpus = carried if write_articles(gold, carried, on_error) else SEEDS
        with opened_store(None, corpus, model, on_error) as opened:
            yield opened


@contextmanager
def opened_store(
    store: Path | None, corpus: Path, model: str | None, on_error: Callable[[InputError], None]
) -> Iterator[Store]:
    """The store given, or a temporary one made from the corpus."""
    if store is not None:
        with Store(store, model=model) as opened:
            yield opened
        return
    if not corpus.exists():
        raise BylineError(f"{corpus}: not found; name the articles with --corpus or a store with --store")
    load = cache(lambda: Encoder.load(model))  # once, and not before there is an article to embed
    with TemporaryDirectory(prefix="byline-eval-") as folder:
        path = Path(folder) / "store"
        with tqdm(desc="ingesting", unit="passage", disable=None, delay=1) as bar:

            def show(progress: Progress) -> None:
                bar.update(progress.passages - bar.n)

            ingested = ingest([corpus], path, encoder=load, on_error=on_error, progress=show)
        if not ingested.added:
            raise BylineError(f"{corpus}: holds no article that can be read; name others with --corpus")
        with Store(path, load()) as opened:
            yield opened
