"""Results as JSON and back, exactly: the file that a run leaves. Ignorant of how they were measured and are shown."""

import json
from collections.abc import Mapping
from dataclasses import MISSING, Field, asdict, dataclass, fields, is_dataclass, replace
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from evals.gold import half
from evals.provenance import Provenance
from evals.rows import METRIC_NAMES
from evals.statistics import LEVEL
from evals.taxonomy import error_class
from evals.types import Estimate, Given, GivenPassage, Report, Result, Row
from vectorstore.errors import BylineError

FORMAT = 2
"""The format that is written; 1 is read too, as far as it goes."""

_NAME_IT = "name a .json that byline eval --out wrote"


@dataclass(frozen=True, slots=True)
class Recorded:
    """A run as read from its file. ``texts`` says whether questions, answers and quotes are in it; else they are ""."""

    path: Path
    report: Report
    provenance: Provenance
    texts: bool


class _Unusable(Exception):
    """A value that is not what it should be; the message names both."""


def to_record(result: Result, *, texts: bool) -> dict[str, Any]:
    """One question as a JSON object: what was asked, answered and expected, where, and how it scored.

    What stands at its default is left out, and so is a score that does not apply. ``half``, ``answerable``,
    ``outcome`` and ``error_class`` are for other readers; ``from_record`` works them out again. Without ``texts`` it
    is the record of ``without_texts(result)``.
    """
    kept = result if texts else without_texts(result)
    gold = _encoded(kept.example)
    return {
        "id": gold.pop("id"),
        "kind": gold.pop("kind"),
        "half": half(result.example.id),
        "answerable": result.example.answerable,
        "outcome": result.outcome,
        "error_class": error_class(result),
        "seconds": result.seconds,
        "scores": _encoded(result.scores),
        "gold": gold,
        "answer": _encoded(kept.answer),
        "error": kept.error,
        "gold_sha12": result.gold_sha12,
    }


def from_record(record: Mapping[str, Any]) -> Result:
    """The result that ``to_record`` wrote. Raises ``BylineError`` naming what is missing or not what it should be."""
    try:
        return _result(record)
    except _Unusable as why:
        raise BylineError(f"no result of a question: {why}; {_NAME_IT}") from why


def without_texts(result: Result) -> Result:
    """The result with "" for every question, answer, quote, title and message; ids, offsets and numbers stay."""
    example, answer = result.example, result.answer
    bare = replace(
        example,
        question="",
        answers=("",) * len(example.answers),
        evidence=tuple(replace(piece, quote="") for piece in example.evidence),
        history=tuple(replace(turn, content="") for turn in example.history),
        choices=("",) * len(example.choices),
        wrong=("",) * len(example.wrong),
    )
    if answer is not None:
        answer = replace(
            answer,
            answer="",
            short_answer="",
            standalone_question="",
            scope="",
            notice="",
            findings=tuple(replace(one, value="") for one in answer.findings),
            citations=tuple(replace(one, quote="", title="") for one in answer.citations),
        )
    return replace(result, example=bare, answer=answer, error="")


def as_json(report: Report, provenance: Provenance, *, texts: bool) -> str:
    """Everything, as JSON without NaN (``null`` where undefined), one question a line.

    Without ``texts`` no question, answer, quote or error message is in it: ids, offsets, scores and numbers only.
    """
    content = {
        "format": FORMAT,
        "texts": texts,
        "provenance": asdict(provenance),
        "bootstrap": {"seed": report.seed, "resamples": report.resamples, "level": LEVEL},
        "rows": [asdict(row) for row in report.rows],
    }
    head = ",\n".join(f"{_json(name)}: {_json(value)}" for name, value in content.items())
    results = ",\n".join(_json(to_record(one, texts=texts)) for one in report.results)
    return f'{{\n{head},\n"results": [\n{results}\n]\n}}\n'


def read(path: Path) -> Recorded:
    """Read a run's file, of format 1 or 2. Raises ``BylineError`` if it cannot be read or is no such file.

    Format 1 kept no quotes, and without texts no evidence: results of it do not tell the two retrieval errors apart.
    """
    content = _content(path)
    try:
        rows = _decoded(tuple[Row, ...], content.get("rows"), "rows")
        records = [_object(one, "a result") for one in _decoded(tuple[Any, ...], content.get("results"), "results")]
        results = tuple(_result(_upgraded(one) if content["format"] == 1 else one) for one in records)
        if not rows or not results or len({one.example.id for one in results}) < len(results):
            raise _Unusable("rows and results must not be empty, and no question in it twice")  # noqa: TRY301
        bootstrap = _object(content.get("bootstrap"), "bootstrap")
        seed, resamples = (_decoded(int, bootstrap.get(name), name) for name in ("seed", "resamples"))
        provenance = _decoded(Provenance, content.get("provenance"), "provenance")
    except _Unusable as why:
        raise BylineError(f"{path}: {why}; {_NAME_IT}") from why
    nothing = dict.fromkeys(METRIC_NAMES, Estimate(None, None, None))  # of a metric that is younger than the file
    rows = tuple(replace(row, metrics=nothing | dict(row.metrics)) for row in rows)
    texts = any(one.example.question for one in results)
    return Recorded(path, Report(rows, results, seed, resamples), provenance, texts)


def _content(path: Path) -> dict[str, Any]:
    """The file's JSON object, of a format that is known."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"), parse_constant=_no_number)
        json.dumps(content, ensure_ascii=False).encode()  # a lone surrogate escape is no text
    except OSError as error:
        raise BylineError(f"{path}: cannot be read ({error.strerror}); {_NAME_IT}") from error
    except (ValueError, RecursionError) as error:
        raise BylineError(f"{path}: not JSON ({error}); {_NAME_IT}") from error
    if not isinstance(content, dict) or not isinstance(content.get("format"), int):
        raise BylineError(f"{path}: no result of byline eval; {_NAME_IT}")
    if content["format"] not in (1, FORMAT):
        raise BylineError(f"{path}: is of format {content['format']}, this Byline reads 1 to {FORMAT}; update Byline")
    return content


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no number")


def _result(record: Mapping[str, Any]) -> Result:
    gold = _object(record.get("gold"), "gold")
    values = {
        "example": {"id": record.get("id"), "kind": record.get("kind"), **gold},
        **{name: record[name] for name in ("answer", "error", "seconds", "scores", "gold_sha12") if name in record},
    }
    result: Result = _decoded(Result, values, f'question "{record.get("id")}"')
    return result


def _upgraded(record: Mapping[str, Any]) -> dict[str, Any]:
    """A record of format 1 as one of format 2."""
    gold = {name: record[name] for name in ("evidence", "history", "wrong") if name in record}
    gold["question"] = record.get("question", "")
    gold["answers"] = record.get("gold") or [""] * bool(record.get("answerable"))
    gold.setdefault("evidence", [])
    answer = None
    if "abstained" in record:
        names = {one.name for one in fields(Given)} - {"scope", "notice", "differ", "seconds"}
        answer = {"answer": "", "short_answer": ""} | {name: record[name] for name in names if name in record}
        sentences, support = record.get("sentences"), record.get("support")
        if isinstance(sentences, int) and isinstance(support, float | int):
            answer["supported"] = round(support * sentences)
    kept = {name: record[name] for name in ("id", "kind", "seconds", "scores") if name in record}
    return kept | {"gold": gold, "answer": answer, "error": record.get("error", "")}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _encoded(value: Any) -> Any:
    """A value of ``evals.types`` as JSON: an object without the fields at their default, a passage a list."""
    if isinstance(value, GivenPassage):
        return [value.article_id, value.start, value.end, value.score]
    if is_dataclass(value):
        named = ((one, getattr(value, one.name)) for one in fields(value))
        return {one.name: _encoded(held) for one, held in named if held != _default(one)}
    if isinstance(value, tuple):
        return [_encoded(one) for one in value]
    return dict(value) if isinstance(value, Mapping) else value


def _default(one: "Field[Any]") -> Any:
    if one.default_factory is not MISSING:
        return one.default_factory()
    return one.default


_hints = cache(get_type_hints)


def _decoded(hint: Any, value: Any, where: str) -> Any:
    """What ``_encoded`` wrote, as the type that ``hint`` names. Raises ``_Unusable``."""
    origin, args = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        present = next(one for one in args if one is not NoneType)
        return None if value is None else _decoded(present, value, where)
    if origin is tuple and isinstance(value, list):
        return tuple(_decoded(args[0], one, f"{where}[{i}]") for i, one in enumerate(value))
    if origin is Mapping and isinstance(value, dict):
        return {name: _decoded(args[1], one, f"{where}.{name}") for name, one in value.items()}
    if is_dataclass(hint):
        return _noun(hint, value, where)
    if hint is float and type(value) is int:
        return float(value)
    if hint is Any or (origin is Literal and value in args) or type(value) is hint:
        return value
    raise _Unusable(f"{where} is {json.dumps(value)[:60]}, which it cannot be")


def _noun(hint: Any, value: Any, where: str) -> Any:
    if isinstance(value, list):
        value = dict(zip((one.name for one in fields(hint)), value, strict=False))
    given, hints = _object(value, where), _hints(hint)
    known = {}
    for one in fields(hint):
        if one.name in given:
            known[one.name] = _decoded(hints[one.name], given[one.name], f"{where}.{one.name}")
        elif one.default is MISSING and one.default_factory is MISSING:
            raise _Unusable(f"{where} has no {one.name}")
    return hint(**known)


def _object(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _Unusable(f"{where} is {json.dumps(value)[:60]}, which it cannot be")
    return value
