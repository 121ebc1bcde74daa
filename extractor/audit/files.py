"""The tables of an audit as files: CSV, Parquet, one Excel workbook, and what they are about as JSON."""

from __future__ import annotations

import csv
import json
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from extractor.archive.aside import write_whole, written_aside
from extractor.archive.columns import TABLES
from extractor.archive.exports import CREATED, SHEET_ROWS, csv_cell, defused, excel_cell
from extractor.archive.manifest import NAME as RUN
from extractor.audit.results import Audit
from extractor.errors import OutputError
from extractor.textfile import printable

if TYPE_CHECKING:
    import pandas as pd

ABOUT: Final = "audit.json"
WORKBOOK: Final = "audit.xlsx"
PAGE: Final = "audit.html"
_COMPARED: Final = ("compare.csv", "compare.parquet")


def check_output(folder: Path) -> None:
    """Refuse a folder that holds a table of a run; OutputError."""
    if folder.name in TABLES and (folder.parent / RUN).exists():
        raise OutputError(f"{printable(str(folder))}: holds a table of the run; give --output another folder")


def write_audit(audit: Audit, folder: Path) -> None:
    """Write all files, each whole or not at all; OutputError where they cannot be written.

    What an earlier audit left there, and this one has not written, is removed.
    """
    for name, table in audit.tables.items():
        _write_csv(folder / f"{name}.csv", table)
        with written_aside(folder / f"{name}.parquet") as path:
            table.to_parquet(path, index=False)
    if has_excel():
        _write_workbook(folder / WORKBOOK, audit)
    about = {"sinsight": 1, **audit.about, "notes": audit.notes}
    write_whole(folder / ABOUT, json.dumps(about, indent=2, ensure_ascii=False).encode() + b"\n")
    stale = [PAGE, *([] if has_excel() else [WORKBOOK]), *([] if "compare" in audit.tables else _COMPARED)]
    for name in stale:
        (folder / name).unlink(missing_ok=True)


def has_excel() -> bool:
    """Tell whether a workbook can be written."""
    return find_spec("xlsxwriter") is not None


def _write_csv(whole: Path, table: pd.DataFrame) -> None:
    """Write a table in UTF-8 with the mark by which Excel knows it."""
    with written_aside(whole) as path, path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(map(defused, table.columns))
        writer.writerows([csv_cell(value) for value in row] for row in _rows(table))


def _write_workbook(whole: Path, audit: Audit) -> None:
    import xlsxwriter

    options = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    with written_aside(whole) as path, xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"created": CREATED})
        for name, table in audit.tables.items():
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            sheet.write_row(0, 0, list(table.columns))
            for number, row in enumerate(_rows(table.head(SHEET_ROWS - 1)), start=1):
                sheet.write_row(number, 0, [excel_cell(value) for value in row])
        _write_method(book.add_worksheet("method"), audit)


def _write_method(sheet: Any, audit: Audit) -> None:
    counted = audit.about["counted"]
    lines = [
        *((key, str(counted[key])) for key in counted),
        ("checks", audit.about["checks_digest"]),
        *audit.about["method"].items(),
        *(("note", note) for note in audit.notes),
        *((f"column {name}", about) for name, about in audit.about["columns"].items()),
    ]
    for number, (name, said) in enumerate(lines):
        sheet.write_row(number, 0, [name, excel_cell(said)])


def _rows(table: pd.DataFrame) -> list[tuple[Any, ...]]:
    """Return the rows as plain values, None where a cell is empty."""
    plain = table.astype(object).where(table.notna(), None)
    return list(plain.itertuples(index=False, name=None))
