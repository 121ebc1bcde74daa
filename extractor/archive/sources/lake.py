"""Parquet files, alone or as a lake: a report a row, read in small batches and only the columns wanted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from extractor.archive.report import Refusal, Report
from extractor.archive.sources.checking import refusal
from extractor.archive.sources.columns import Columns, choose_columns, row_report
from extractor.archive.sources.opening import Source, seekable
from extractor.archive.sources.selection import Selection
from extractor.errors import ReportError

_BATCH: Final = 256


def read_parquet(source: Source, selection: Selection) -> Iterator[Report | Refusal]:
    """Yield the reports of a Parquet file; columns that its folders name (`year=2024/`) may be kept as well."""
    file = _open(source)
    stored = list(file.schema_arrow.names)
    columns = choose_columns(
        [*stored, *(name for name in source.columns if name not in stored)], selection, source.name
    )
    number = 0
    for rows in _batches(file, [name for name in columns.all if name in stored], source.name):
        for row in rows:
            number += 1
            yield _row({**source.columns, **row}, columns, f"{source.name}:row {number}")


def parquet_names(source: Source, selection: Selection) -> list[str]:
    """Return the names of a Parquet file's columns, those of its folders after them."""
    stored = list(_open(source).schema_arrow.names)
    return [*stored, *(name for name in source.columns if name not in stored)]


def _row(values: Mapping[str, Any], columns: Columns, place: str) -> Report | Refusal:
    try:
        cells = {name: _text(value) for name, value in values.items()}
    except UnicodeDecodeError:
        return refusal(place, f"{place}: not UTF-8; write the file again, its text in UTF-8")
    return row_report(cells, columns, place)


def _batches(file: Any, names: list[str], name: str) -> Iterator[list[dict[str, Any]]]:
    """Yield the rows of a file, some at a time and text as bytes; ReportError where it is damaged."""
    import pyarrow as pa

    try:
        for batch in file.iter_batches(batch_size=_BATCH, columns=names):
            undecoded = [_undecoded(column) for column in batch.columns]
            yield pa.RecordBatch.from_arrays(undecoded, batch.schema.names).to_pylist()
    except (pa.ArrowException, OSError) as error:
        raise ReportError(f"{name}: damaged from here on ({type(error).__name__}); write it again") from None


def _undecoded(column: Any) -> Any:
    """Return a column of text as bytes: a row that is no UTF-8 is then refused alone."""
    import pyarrow as pa

    kinds = {pa.string(): pa.binary(), pa.large_string(): pa.large_binary()}
    return column.cast(kinds[column.type]) if column.type in kinds else column


def _open(source: Source) -> Any:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return pq.ParquetFile(seekable(source))
    except (pa.ArrowException, OSError) as error:
        raise ReportError(f"{source.name}: broken Parquet file ({type(error).__name__}); write it again") from None


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bytes):
        return value.decode()
    return value if isinstance(value, str) else str(value)
