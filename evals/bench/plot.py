"""``python -m evals.bench.plot RESULT.json …``: a picture of a result, as an SVG file beside it.

Knows the results named scale, ingest and peers. Needs matplotlib, which is Byline's for benchmarks only.
"""

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vectorstore.errors import BylineError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

OURS, OTHERS = "#b3441e", "#5b6b7b"
KINDS = {"query": "any article", "publisher": "one outlet", "dates": "a tenth of the days", "articles": "50 articles"}
CUTS = (1, 5, 10, 20)


def main(words: Sequence[str] | None = None) -> int:
    """Draw each result and print where."""
    parser = argparse.ArgumentParser(prog="python -m evals.bench.plot", description=__doc__)
    parser.add_argument("results", type=Path, nargs="+", metavar="RESULT.json")
    args = parser.parse_args(words)
    try:
        for path in args.results:
            print(draw(path))
    except BylineError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def draw(path: Path) -> Path:
    """Draw one result; returns the picture's path. Raises ``BylineError``."""
    try:
        result = json.loads(path.read_text(encoding="utf-8"))
        panels = PANELS[result["name"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BylineError(f"{path}: is no result of {', '.join(PANELS)}; give the .json file that one wrote") from error
    try:
        import matplotlib as mpl
        from matplotlib.figure import Figure
    except ImportError as error:
        raise BylineError("no picture without matplotlib; install it: pip install matplotlib") from error
    # Text stays text, and the same result is the same file.
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "byline", "font.size": 9, "axes.grid": True}):
        figure = Figure(figsize=(3.6 * len(panels), 3.2), layout="constrained")
        for place, panel in enumerate(panels, 1):
            panel(figure.add_subplot(1, len(panels), place), result)
        figure.suptitle(f"{result['name']}, {result['date']}, {result['cores']} cores, {result['processor']}")
        target = path.with_suffix(".svg")
        figure.savefig(target, metadata={"Date": None})
    return target


def _latency(axes: "Axes", result: Mapping[str, Any]) -> None:
    rows = result["rows"]
    for key, label in KINDS.items():
        line = axes.plot(_sizes(rows), [row[f"{key}_ms_p50"] for row in rows], marker="o", label=label)[0]
        axes.plot(_sizes(rows), [row[f"{key}_ms_p95"] for row in rows], linestyle=":", color=line.get_color())
    _by_size(axes, "milliseconds a query, p50 (dotted: p95)")
    axes.legend()


def _memory(axes: "Axes", result: Mapping[str, Any]) -> None:
    rows = result["rows"]
    known = [row for row in rows if row["serving_mb"] is not None]
    axes.plot(_sizes(known), [row["serving_mb"] for row in known], marker="o", label="memory, serving")
    axes.plot(_sizes(rows), [row["disk_mb"] for row in rows], marker="s", label="disk")
    _by_size(axes, "megabytes")
    axes.set_yscale("log")
    axes.legend()


def _recall(axes: "Axes", result: Mapping[str, Any]) -> None:
    axes.plot(_sizes(result["rows"]), [row["recall_10"] for row in result["rows"]], marker="o")
    _by_size(axes, "recall@10 against exact search")
    axes.set_ylim(0.9, 1.005)


def _sizes(rows: Sequence[Mapping[str, Any]]) -> list[int]:
    return [row["passages"] for row in rows]


def _by_size(axes: "Axes", title: str) -> None:
    axes.set_xscale("log")
    axes.set_xlabel("passages")
    axes.set_title(title)


def _rates(axes: "Axes", result: Mapping[str, Any]) -> None:
    summary = result["summary"]
    _bars(
        axes, {"model alone": summary["bare_passages_per_second"], "ingest": summary["passages_per_second"]}, "ingest"
    )
    axes.set_title("passages a second")


def _found(axes: "Axes", result: Mapping[str, Any]) -> None:
    for row in result["rows"]:
        ours = row["system"] == "byline"
        values = [row[f"found_{cut}"] for cut in CUTS]
        axes.plot(CUTS, values, marker="o", linewidth=2.5 if ours else 1, label=f"{row['system']} {row['way']}")
    axes.set_xticks(CUTS)
    axes.set_xlabel("best passages")
    axes.set_title("questions answered in them, %")
    axes.legend(fontsize=6)


def _system_rates(axes: "Axes", result: Mapping[str, Any]) -> None:
    _bars(axes, {row["system"]: row["passages_per_second"] for row in result["rows"]}, "byline")
    axes.set_title("ingest, passages a second")


def _system_latency(axes: "Axes", result: Mapping[str, Any]) -> None:
    rows = result["rows"]
    _bars(axes, {f"{row['system']} {row['way']}": row["query_ms_p50"] for row in rows}, "byline")
    axes.set_xscale("log")
    axes.set_title("milliseconds a query, p50")


def _system_memory(axes: "Axes", result: Mapping[str, Any]) -> None:
    known = [row for row in result["rows"] if row["serving_mb"] is not None]
    _bars(axes, {f"{row['system']} {row['way']}": row["serving_mb"] for row in known}, "byline")
    axes.set_title("megabytes of memory, serving")


def _bars(axes: "Axes", values: Mapping[str, float], ours: str) -> None:
    colors = [OURS if name.startswith(ours) else OTHERS for name in values]
    axes.barh(list(values), list(values.values()), color=colors)
    axes.invert_yaxis()
    axes.grid(visible=False, axis="y")


PANELS: dict[str, tuple[Callable[["Axes", Mapping[str, Any]], None], ...]] = {
    "scale": (_latency, _memory, _recall),
    "ingest": (_rates,),
    "peers": (_found, _system_rates, _system_latency, _system_memory),
}


if __name__ == "__main__":
    sys.exit(main())
