"""JSON: a report a line, one object or a list of them, and FHIR resources in either form."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO, Final

from extractor.archive.report import Refusal, Report
from extractor.archive.sources.checking import checked, refusal
from extractor.archive.sources.columns import ROW, Columns, choose_columns
from extractor.archive.sources.fhir import read_resource
from extractor.archive.sources.opening import WHOLE_BYTES, Source
from extractor.archive.sources.selection import Selection
from extractor.errors import ReportError
from extractor.textfile import MAX_CHARACTERS

#: JSON may take twelve bytes (two escapes) for one character.
MAX_LINE_BYTES: Final = 12 * MAX_CHARACTERS
_SHAPE: Final = 'give lines such as {"id": "r-1", "text": "…"}'


def read_lines(source: Source, selection: Selection) -> Iterator[Report | Refusal]:
    """Yield the reports of JSON lines, or of one JSON value that fills the file; bad lines are refused one by one."""
    columns: Columns | None = None
    for number, line in enumerate(_lines(source.stream), start=1):
        if not line.strip():
            continue
        place = f"{source.name}:{number}"
        try:
            data = _parse(line, place)
        except ReportError as error:
            if number == 1 and (value := _whole(line, source)) is not None:
                yield from _values(value, source, selection)
                return
            yield refusal(place, str(error))
            continue
        if isinstance(data, list) and data and all(isinstance(one, dict) for one in data):
            yield from _values(data, source, selection)
            continue
        if isinstance(data, dict) and "resourceType" not in data:
            columns = columns or _columns(data, selection, source.name)
        yield from _read(data, columns, place, source, selection)


def _values(value: Any, source: Source, selection: Selection) -> Iterator[Report | Refusal]:
    """Yield the reports of a JSON value that fills a file."""
    values = value if isinstance(value, list) else [value]
    for number, data in enumerate(values, start=1):
        place = f"{source.name}:{number}" if len(values) > 1 else source.name
        columns = _columns(data, selection, source.name) if isinstance(data, dict) else None
        yield from _read(data, columns, place, source, selection)


def _read(
    data: Any, columns: Columns | None, place: str, source: Source, selection: Selection
) -> Iterable[Report | Refusal]:
    if not isinstance(data, dict):
        return (refusal(place, f"{place}: not a JSON object; {_SHAPE}"),)
    if "resourceType" in data:
        return read_resource(data, place, selection)
    if columns is None:
        return (refusal(place, f"{place}: no `id`; {_SHAPE}"),)
    try:
        name = place if columns.id is None else _string(data, columns.id, place)
        text = _string(data, columns.text, place)
    except ReportError as error:
        return (refusal(place, str(error)),)
    kept = {wanted: _kept(data.get(key)) for wanted, key in columns.keep.items()}
    return (checked(name, text, place, kept),)


def _columns(data: dict[str, Any], selection: Selection, name: str) -> Columns:
    """Return the keys to read; `id` and `text`, which each line is then asked for, where the first has none plain."""
    try:
        return choose_columns(list(data), selection, name)
    except ReportError:
        row = selection.id_column == ROW
        wanted = None if row else selection.id_column or "id"
        return Columns(wanted, selection.text_column or "text", {key: key for key in selection.keep})


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """Yield lines, one that is too long cut just past the limit."""
    while line := file.readline(MAX_LINE_BYTES + 1):
        rest = line
        while len(rest) > MAX_LINE_BYTES and not rest.endswith(b"\n"):
            rest = file.readline(MAX_LINE_BYTES + 1)
        yield line


def _parse(line: bytes, place: str) -> Any:
    if len(line) > MAX_LINE_BYTES:
        raise ReportError(f"{place}: longer than {MAX_LINE_BYTES:,} bytes; give one report a line")
    try:
        return json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ReportError(f"{place}: not UTF-8 (byte {error.start}); convert the file to UTF-8") from None
    except json.JSONDecodeError as error:
        raise ReportError(f"{place}: not JSON (column {error.colno}); {_SHAPE}") from None
    except (ValueError, RecursionError):
        raise ReportError(f"{place}: not JSON; {_SHAPE}") from None


def _whole(first: bytes, source: Source) -> Any:
    """Return the one JSON value a file holds, its first line already taken; None if it holds lines after all."""
    if first.strip() not in {b"{", b"["} and not source.name.lower().endswith(".json"):
        return None
    data = first + source.stream.read(WHOLE_BYTES + 1)
    if len(data) > WHOLE_BYTES:
        raise ReportError(f"{source.name}: larger than {WHOLE_BYTES:,} bytes in one piece; give a report a line")
    return _parse_whole(data, source.name)


def _parse_whole(data: bytes, name: str) -> Any:
    try:
        return json.loads(data.decode("utf-8-sig"))
    except json.JSONDecodeError as error:
        raise ReportError(f"{name}: not JSON (line {error.lineno}, column {error.colno}); {_SHAPE}") from None
    except (ValueError, RecursionError):
        raise ReportError(f"{name}: not JSON in UTF-8; {_SHAPE}") from None


def _string(data: dict[str, Any], key: str, place: str) -> str:
    value = data.get(key)
    if not isinstance(value, str):
        problem = f"`{key}` is not text; put it in quotes" if key in data else f"no `{key}`; {_SHAPE}"
        raise ReportError(f"{place}: {problem}")
    return value


def _kept(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
