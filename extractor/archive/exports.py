"""The tables of a finished run in other forms: CSV, Excel, DuckDB; each written aside, then renamed."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from extractor.archive.aside import written_aside
from extractor.archive.columns import TABLES, Table
from extractor.errors import OutputError
from extractor.textfile import printable, unwritable

if TYPE_CHECKING:
    import pyarrow as pa
    from xlsxwriter.worksheet import Worksheet

#: What a spreadsheet would take for a formula (OWASP, CSV injection); an apostrophe before it keeps it text.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
#: Excel's limits: rows of a sheet, its heading included, and characters of a cell.
SHEET_ROWS: Final = 1_048_576
_CELL_CHARACTERS: Final = 32_767
#: Said of every workbook, so that the same tables give the same bytes.
CREATED: Final = datetime(2000, 1, 1)
_CUT: Final = " … [cut]"
_REMEDY: Final = "make room, then start again: what is done stays done"


def export_csv(folder: Path) -> None:
    """Write each table as `csv/TABLE.csv`, in UTF-8 with the mark by which Excel knows it."""
    for table in TABLES:
        with (
            written_aside(folder / "csv" / f"{table}.csv") as path,
            path.open("w", encoding="utf-8-sig", newline="") as file,
        ):
            writer = csv.writer(file)
            writer.writerow(map(defused, _schema(folder, table).names))
            writer.writerows([csv_cell(value) for value in row] for row in _rows(folder, table))


def export_xlsx(folder: Path) -> None:
    """Write the tables as the sheets of `sinsight.xlsx`; OutputError for more rows than a sheet takes."""
    import xlsxwriter

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    whole = folder / "sinsight.xlsx"
    with _room(folder / ".xlsx") as room, written_aside(whole) as path:
        try:
            with xlsxwriter.Workbook(str(path), {**options, "tmpdir": str(room)}) as book:
                book.set_properties({"created": CREATED})
                for table in TABLES:
                    _fill(book.add_worksheet(table), folder, table)
        except xlsxwriter.exceptions.XlsxFileError as error:
            raise unwritable(whole, error, _REMEDY) from None


def export_duckdb(folder: Path) -> None:
    """Write the tables as those of a DuckDB database, `sinsight.duckdb`."""
    import duckdb

    whole = folder / "sinsight.duckdb"
    with written_aside(whole) as path:
        try:
            with duckdb.connect(str(path)) as base:
                for table in TABLES:
                    base.from_parquet(str(folder / table / "*.parquet")).create(table)
                base.execute("CHECKPOINT")  # closing does this as well, and says nothing where there is no room
        except duckdb.Error as error:
            raise unwritable(whole, error, _REMEDY) from None
        finally:
            path.with_name(f"{path.name}.wal").unlink(missing_ok=True)


#: The forms by name.
EXPORTS: Final[dict[str, Callable[[Path], None]]] = {
    "csv": export_csv,
    "xlsx": export_xlsx,
    "duckdb": export_duckdb,
}


@contextmanager
def _room(folder: Path) -> Iterator[Path]:
    """Give a folder for what is written meanwhile: words of reports belong in no folder that others share."""
    shutil.rmtree(folder, ignore_errors=True)
    try:
        folder.mkdir()
        yield folder
    except OSError as error:
        raise unwritable(folder, error, _REMEDY) from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _fill(sheet: Worksheet, folder: Path, table: Table) -> None:
    sheet.write_row(0, 0, _schema(folder, table).names)
    sheet.freeze_panes(1, 0)
    for number, row in enumerate(_rows(folder, table), start=1):
        if number == SHEET_ROWS:
            remedy = "use --format csv or duckdb, or read fewer reports"
            raise OutputError(f"{printable(str(folder))}: {table} has more rows than an Excel sheet takes; {remedy}")
        sheet.write_row(number, 0, [excel_cell(value) for value in row])


def _schema(folder: Path, table: Table) -> pa.Schema:
    import pyarrow.dataset as ds

    return ds.dataset(folder / table, format="parquet").schema


def _rows(folder: Path, table: Table) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of all parts in their order, without holding more than some of one."""
    import pyarrow.parquet as pq

    for path in sorted((folder / table).glob("part-*.parquet")):
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=1_000):
                yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


def csv_cell(value: Any) -> Any:
    """Return a cell as CSV has it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return defused(value) if isinstance(value, str) else value


def defused(text: str) -> str:
    """Return text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def excel_cell(value: Any) -> Any:
    """Return a cell that fits into Excel's."""
    if isinstance(value, str) and len(value) > _CELL_CHARACTERS:
        return value[: _CELL_CHARACTERS - len(_CUT)] + _CUT
    return value
