"""Parquet files, alone or as a lake: a report a row, read in small batches and only the columns wanted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from extractor.archive.report import Refusal, Report
from extractor.archive.sources.columns import choose_columns, row_report
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
            cells = {name: _text(value) for name, value in {**source.columns, **row}.items()}
            yield row_report(cells, columns, f"{source.name}:row {number}")


def parquet_names(source: Source, selection: Selection) -> list[str]:
    """Return the names of a Parquet file's columns, those of its folders after them."""
    stored = list(_open(source).schema_arrow.names)
    return [*stored, *(name for name in source.columns if name not in stored)]


def _batches(file: Any, names: list[str], name: str) -> Iterator[list[dict[str, Any]]]:
    """Yield the rows of a file, some at a time; ReportError where it is damaged."""
    import pyarrow as pa

    try:
        for batch in file.iter_batches(batch_size=_BATCH, columns=names):
            yield batch.to_pylist()
    except (pa.ArrowException, OSError) as error:
        raise ReportError(f"{name}: damaged from here on ({type(error).__name__}); write it again") from None


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
        return value.decode("utf-8", "replace")
    return value if isinstance(value, str) else str(value)
