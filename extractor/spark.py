"""Reports in a Spark data frame, read into one of our tables by a job of your own.

df.select("id", "text").mapInArrow(batch_reader("lesions"), table_ddl("lesions"))
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from extractor.archive.cells import cell_reports
from extractor.archive.chunk import READ, Plan, chunks, read_chunk
from extractor.archive.columns import Table, arrow_schema
from extractor.archive.executor import read_guarded
from extractor.archive.parts import joined_rows, refused_rows
from extractor.archive.report import split
from extractor.archive.sources.columns import named_column

if TYPE_CHECKING:
    import pyarrow as pa

Batches = Iterator["pa.RecordBatch"]

_TYPES: Final = {"string": "STRING", "int64": "BIGINT", "bool": "BOOLEAN"}


def table_ddl(table: Table) -> str:
    """Return the columns of a table as a Spark schema."""
    return ", ".join(f"`{field.name}` {_TYPES[str(field.type)]}" for field in arrow_schema(table))


def batch_reader(
    table: Table, *, id: str = "id", text: str = "text", patterns: Path | None = None, timeout: float = 60.0
) -> Callable[[Batches], Batches]:
    """Return a function for `mapInArrow` that reads a report a row into the rows of one table.

    A row that cannot be read, or takes longer than `timeout` seconds, gives rows in `quarantine` alone. Ids are
    taken as strings and not compared: whether one comes twice is for the job to know. `patterns` is a folder that
    all executors see; they need sinsight installed.
    """
    return partial(_read, table=table, id=id, text=text, patterns=patterns, timeout=timeout)


def _read(batches: Batches, *, table: Table, id: str, text: str, patterns: Path | None, timeout: float) -> Batches:
    from extractor.patterns import load_patterns

    load_patterns(patterns)
    plan = Plan(patterns=patterns, tables=READ if table == "quarantine" else (table,))
    for number, batch in enumerate(batches, start=1):
        ids, texts = _column(batch, id, "id"), _column(batch, text, "text")
        reports, refused = split(cell_reports(ids, texts, f"{_partition()}batch {number}, ", {}))
        outcome = read_guarded(partial(read_chunk, plan=plan), list(chunks(reports)), timeout)
        refusals = (*refused, *outcome.refusals)
        made = refused_rows(refusals) if table == "quarantine" else joined_rows(table, outcome, plan)
        yield from made.to_batches()


def _column(batch: pa.RecordBatch, name: str, option: str) -> list[object]:
    found: list[object] = batch.column(named_column(batch.schema.names, name, option, "frame")).to_pylist()
    return found


def _partition() -> str:
    """Return where in the job this is, the closest that a row has to a place."""
    from pyspark import TaskContext

    context = TaskContext.get()
    return "" if context is None else f"partition {context.partitionId()}, "
