"""Reports as JSON lines: one `{"id": …, "text": …}` a line, bad lines told apart from good ones."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

from extractor.errors import ReportError
from extractor.textfile import MAX_CHARACTERS, check_report

#: JSON may take twelve bytes (two escapes) for one character.
MAX_LINE_BYTES: Final = 12 * MAX_CHARACTERS
_SHAPE: Final = 'give lines such as {"id": "r-1", "text": "…"}'


@dataclass(frozen=True, slots=True)
class Report:
    """One report of an archive, with the place it was found at."""

    id: str
    text: str
    place: str


def read_reports(file: BinaryIO, *, name: str) -> Iterator[Report | ReportError]:
    """Yield each report, or what is wrong with its line (as a value, naming `name` and line); skip blank lines.

    An id that comes again is wrong, so that every id yielded is yielded once.
    """
    seen: dict[str, str] = {}
    for number, line in enumerate(_lines(file), start=1):
        if not line.strip():
            continue
        place = f"{name}:{number}"
        try:
            report = parse_report(line, place=place)
            _refuse_repeat(report, seen)
        except ReportError as error:
            yield error
        else:
            yield report


def parse_report(line: bytes, *, place: str) -> Report:
    """Return the report on a line; ReportError, naming `place`, if it is none."""
    if len(line) > MAX_LINE_BYTES:
        raise ReportError(f"{place}: longer than {MAX_LINE_BYTES:,} bytes; give one report a line")
    data = _parse(line, place)
    if not isinstance(data, dict):
        raise ReportError(f"{place}: not a JSON object; {_SHAPE}")
    report = Report(_id(data, place), _text(data, place), place)
    check_report(report.text, name=place)
    return report


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """Yield lines, one that is too long cut just past the limit."""
    while line := file.readline(MAX_LINE_BYTES + 1):
        rest = line
        while len(rest) > MAX_LINE_BYTES and not rest.endswith(b"\n"):
            rest = file.readline(MAX_LINE_BYTES + 1)
        yield line


def _parse(line: bytes, place: str) -> Any:
    try:
        return json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ReportError(f"{place}: not UTF-8 (byte {error.start}); convert the file to UTF-8") from None
    except json.JSONDecodeError as error:
        raise ReportError(f"{place}: not JSON (column {error.colno}); {_SHAPE}") from None
    except (ValueError, RecursionError):
        raise ReportError(f"{place}: not JSON; {_SHAPE}") from None


def _id(data: dict[str, Any], place: str) -> str:
    value = data.get("id")
    if not isinstance(value, str):
        problem = "`id` is not text; put it in quotes" if "id" in data else f"no `id`; {_SHAPE}"
        raise ReportError(f"{place}: {problem}")
    if not value.strip() or not value.isprintable():
        raise ReportError(f"{place}: `id` is empty or holds characters that cannot be printed; give a plain one")
    return value


def _text(data: dict[str, Any], place: str) -> str:
    value = data.get("text")
    if not isinstance(value, str):
        problem = "`text` is not text; put the report in quotes" if "text" in data else f"no `text`; {_SHAPE}"
        raise ReportError(f"{place}: {problem}")
    return value


def _refuse_repeat(report: Report, seen: dict[str, str]) -> None:
    first = seen.setdefault(report.id, report.place)
    if first != report.place:
        line = first.rpartition(":")[2]
        raise ReportError(f"{report.place}: id {report.id!r} already stands on line {line}; give each report its own")
