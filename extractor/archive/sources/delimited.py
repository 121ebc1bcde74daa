"""Tables as text: a report a row, cells between commas, semicolons, tabs or bars."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from typing import Final

from extractor.archive.report import Refusal, Report
from extractor.archive.sources.checking import refusal
from extractor.archive.sources.columns import Columns, choose_columns, row_report
from extractor.archive.sources.opening import Source
from extractor.archive.sources.selection import Selection
from extractor.errors import ReportError
from extractor.textfile import MAX_CHARACTERS

_DELIMITERS: Final = ("\t", ";", "|", ",")


def read_delimited(source: Source, selection: Selection) -> Iterator[Report | Refusal]:
    """Yield the reports of a table's rows; a row that does not fit the heading is refused alone."""
    rows, names = _open(source, selection)
    columns = choose_columns(names, selection, source.name)
    number = 0
    while True:
        number += 1
        place = f"{source.name}:row {number}"
        try:
            cells = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            remedy = "mend its quotes; the rows after it are not read"
            yield refusal(place, f"{place}: broken ({_csv_words(error)}); {remedy}", error="Error")
            return
        if cells:
            yield _row(dict(zip(names, cells, strict=False)), len(cells) == len(names), columns, place)


def heading(source: Source, selection: Selection) -> list[str]:
    """Return the names of a table's columns."""
    return _open(source, selection)[1]


def _row(cells: dict[str, str], fits: bool, columns: Columns, place: str) -> Report | Refusal:
    if not fits:
        return refusal(
            place, f"{place}: not as many cells as the heading; put quotes around cells that hold separators"
        )
    broken = next((name for name in columns.all if _UNREADABLE in cells[name]), None)
    if broken is not None:
        return refusal(place, f"{place}: column {broken!r} is not in the encoding; give it, as in --encoding cp1252")
    return row_report(cells, columns, place)


#: Stands for bytes that are no text in the encoding; no plain text holds it.
_UNREADABLE: Final = "\udcff"


def _open(source: Source, selection: Selection) -> tuple[Iterator[list[str]], list[str]]:
    """Return the rows of a table and the names of its columns; ReportError where there is no heading."""
    csv.field_size_limit(4 * MAX_CHARACTERS)
    text = io.TextIOWrapper(source.stream, _codec(source, selection), errors=_HANDLER, newline="")
    first = text.readline(MAX_CHARACTERS)
    if _UNREADABLE in first:
        raise ReportError(f"{source.name}: not {selection.encoding} text; name its encoding, as in --encoding cp1252")
    delimiter = max(_DELIMITERS, key=first.count)
    rows = csv.reader(_chained(first, text), delimiter=delimiter, strict=True)
    try:
        names = [name.strip() for name in next(rows, [])]
    except csv.Error as error:
        raise ReportError(f"{source.name}: broken heading ({_csv_words(error)}); mend its quotes") from None
    if not any(names):
        raise ReportError(f"{source.name}: empty; the first line names the columns")
    if len(set(names)) < len(names):
        raise ReportError(f"{source.name}: two columns bear one name; give each its own")
    return rows, names


def _codec(source: Source, selection: Selection) -> str:
    head = source.stream.peek(4)[:4]
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    try:
        return codecs.lookup(selection.encoding).name
    except LookupError:
        raise ReportError(f"no encoding is called {selection.encoding!r}; try utf-8 or cp1252") from None


def _chained(first: str, rest: io.TextIOWrapper) -> Iterator[str]:
    yield first
    yield from rest


def _csv_words(error: csv.Error) -> str:
    """Return what is wrong in words that hold nothing of the file."""
    known = {"field larger": "a cell without an end", "unexpected end": "a quote without its fellow"}
    return next((words for begin, words in known.items() if begin in str(error)), "quotes inside a cell")


def _mark(error: UnicodeError) -> tuple[str, int]:
    """Put a mark in the place of bytes that cannot be decoded, so that only their row is refused."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return _UNREADABLE, error.end


_HANDLER: Final = "sinsight-mark"
codecs.register_error(_HANDLER, _mark)
