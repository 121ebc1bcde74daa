"""Tables that are made of a run, as files: CSV, Parquet and one Excel workbook, each whole or not at all."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from extractor.archive.aside import written_aside
from extractor.archive.columns import TABLES
from extractor.archive.exports import CREATED, SHEET_ROWS, csv_cell, defused, excel_cell
from extractor.archive.manifest import NAME as RUN
from extractor.errors import OutputError
from extractor.textfile import printable

if TYPE_CHECKING:
    import pandas as pd

#: The sheet of a workbook that tells how its tables are made.
METHOD: Final = "method"


def check_output(folder: Path) -> None:
    """Refuse a folder that holds a table of a run; OutputError."""
    if folder.name in TABLES and (folder.parent / RUN).exists():
        raise OutputError(f"{printable(str(folder))}: holds a table of the run; give --output another folder")


def write_tables(
    tables: Mapping[str, pd.DataFrame], folder: Path, workbook: str, method: Iterable[tuple[str, str]]
) -> None:
    """Write each table as CSV and Parquet, and all as one workbook where that can be; OutputError where they cannot be.

    The workbook's last sheet holds `method`: a name and what is said of it, a row each. Where no workbook can be
    written, an earlier one is removed.
    """
    for name, table in tables.items():
        _write_csv(folder / f"{name}.csv", table)
        with written_aside(folder / f"{name}.parquet") as path:
            table.to_parquet(path, index=False)
    if has_excel():
        _write_workbook(folder / workbook, tables, method)
    else:
        (folder / workbook).unlink(missing_ok=True)


def has_excel() -> bool:
    """Tell whether a workbook can be written."""
    return find_spec("xlsxwriter") is not None


def _write_csv(whole: Path, table: pd.DataFrame) -> None:
    """Write a table in UTF-8 with the mark by which Excel knows it."""
    with written_aside(whole) as path, path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(map(defused, table.columns))
        writer.writerows([csv_cell(value) for value in row] for row in _rows(table))


def _write_workbook(whole: Path, tables: Mapping[str, pd.DataFrame], method: Iterable[tuple[str, str]]) -> None:
    import xlsxwriter

    options = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    with written_aside(whole) as path, xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"created": CREATED})
        for name, table in tables.items():
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            sheet.write_row(0, 0, list(table.columns))
            for number, row in enumerate(_rows(table.head(SHEET_ROWS - 1)), start=1):
                sheet.write_row(number, 0, [excel_cell(value) for value in row])
        sheet = book.add_worksheet(METHOD)
        for number, (name, said) in enumerate(method):
            sheet.write_row(number, 0, [name, excel_cell(said)])


def _rows(table: pd.DataFrame) -> list[tuple[Any, ...]]:
    """Return the rows as plain values, None where a cell is empty."""
    plain = table.astype(object).where(table.notna(), None)
    return list(plain.itertuples(index=False, name=None))
