"""Excel workbooks: a report a row of the first sheet that has the columns."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, Final

from extractor.archive.report import Refusal, Report
from extractor.archive.sources.checking import refusal
from extractor.archive.sources.columns import Columns, choose_columns, row_report
from extractor.archive.sources.extras import needed
from extractor.archive.sources.opening import Source, seekable
from extractor.archive.sources.selection import Selection
from extractor.errors import ReportError

#: Excel cuts longer cells without a word, so one of exactly this length has most likely lost its end.
_CELL_CHARACTERS: Final = 32_767


def read_excel(source: Source, selection: Selection) -> Iterator[Report | Refusal]:
    """Yield the reports of a workbook's rows."""
    rows, names = _open(source, selection)
    columns = choose_columns(names, selection, source.name)
    for number, values in enumerate(rows, start=2):
        cells = dict(zip(names, map(_text, values), strict=False))
        if any(cells.values()):
            yield _row(cells, columns, f"{source.name}:row {number}")


def sheet_heading(source: Source, selection: Selection) -> list[str]:
    """Return the names of a workbook's columns."""
    return _open(source, selection)[1]


def _row(cells: dict[str, str], columns: Columns, place: str) -> Report | Refusal:
    text = cells[columns.text]
    if len(text) == _CELL_CHARACTERS:
        problem = f"cut at {_CELL_CHARACTERS:,} characters, the most an Excel cell takes; export it as .csv"
        return refusal(place, f"{place}: {problem}", text=text)
    return row_report(cells, columns, place)


def _open(source: Source, selection: Selection) -> tuple[list[list[Any]], list[str]]:
    """Return the rows below the heading and the names of the columns, of the first sheet that has those wanted."""
    calamine = needed("python_calamine", source.name)
    try:
        book = calamine.load_workbook(seekable(source))
        sheets = [book.get_sheet_by_index(number).to_python() for number in range(len(book.sheet_names))]
    except (calamine.CalamineError, ValueError) as error:
        name = type(error).__name__
        raise ReportError(f"{source.name}: broken workbook ({name}); save it again, or as .csv") from None
    filled = [rows for rows in sheets if rows]
    for rows in filled:
        names = [_text(value).strip() for value in rows[0]]
        try:
            choose_columns(names, selection, source.name)
        except ReportError:
            continue
        return rows[1:], names
    if not filled:
        raise ReportError(f"{source.name}: an empty workbook; its first row names the columns")
    return filled[0][1:], [_text(value).strip() for value in filled[0][0]]


def _text(value: Any) -> str:
    """Return a cell as text: whole numbers without a point, dates as ISO 8601."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.isoformat() if isinstance(value, (date, datetime)) else str(value)
