"""What a worker does: read a chunk of reports into rows of the tables and pieces of the formats."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from extractor.archive.columns import Table, arrow_schema
from extractor.archive.formats.format import Format
from extractor.archive.formats.known import FORMATS
from extractor.archive.report import Refusal, Report, cut, refuse
from extractor.archive.rows import Row, audit_rows, lesion_rows, report_row, words_rows
from extractor.archive.texts import documents_of, text_cells
from extractor.record import Record

if TYPE_CHECKING:
    import pyarrow as pa

#: The tables that reading gives; the last, quarantine, is the run's own.
READ: Final[tuple[Table, ...]] = ("reports", "lesions", "evidence", "audit")
#: A chunk ends after so many reports or characters, so that no task grows long.
CHUNK_REPORTS: Final = 32
CHUNK_CHARACTERS: Final = 200_000

Chunk = tuple[Report, ...]
#: Reads one report or case; a folder of local patterns comes with it.
Reader = Callable[[Report, Path | None], Record]


@dataclass(frozen=True, slots=True)
class Plan:
    """How a chunk is to be read: local patterns, the tables and formats to make, the columns kept, the text or not.

    `day` is the one the run began on (ISO 8601), which some formats must state.
    """

    patterns: Path | None = None
    tables: tuple[Table, ...] = READ
    formats: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    with_text: bool = False
    day: str = ""

    def schema(self, table: Table) -> pa.Schema:
        """Return the Arrow schema of a table by this plan."""
        return arrow_schema(table, self.kept, with_text=self.with_text)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a chunk gave: a table's rows as Arrow streams, a format's pieces, and what was put aside."""

    tables: dict[Table, tuple[bytes, ...]] = field(default_factory=dict)
    pieces: dict[str, tuple[bytes, ...]] = field(default_factory=dict)
    read: int = 0
    refusals: tuple[Refusal, ...] = ()


def chunks(reports: Iterable[Report]) -> Iterator[Chunk]:
    """Cut reports into chunks of bounded size, in order."""
    return cut(reports, most=CHUNK_REPORTS, characters=CHUNK_CHARACTERS)


def read_chunk(chunk: Chunk, plan: Plan, reader: Reader | None = None) -> Outcome:
    """Read a chunk; a report that raises is put aside alone, under the class of its error."""
    reader = reader or _read
    rows: dict[Table, list[Row]] = {table: [] for table in plan.tables}
    pieces: dict[str, list[bytes]] = {name: [] for name in plan.formats}
    refusals: list[Refusal] = []
    for report in chunk:
        try:
            record = reader(report, plan.patterns)
            made = _rows(report, record, plan)
            sliced = {name: _pieces(FORMATS[name], report, record, plan.day) for name in plan.formats}
        except Exception as error:  # noqa: BLE001 (one report must not end the run; the message could quote it)
            name = type(error).__name__
            refusals.append(refuse(report, "read", name, f"could not be read ({name}); read it alone to see where"))
            continue
        for table, more in made.items():
            rows[table].extend(more)
        for name, cut_up in sliced.items():
            pieces[name] += cut_up
    return Outcome(
        {table: (_stream(made, plan.schema(table)),) for table, made in rows.items()},
        {name: tuple(made) for name, made in pieces.items()},
        len(chunk) - len(refusals),
        tuple(refusals),
    )


def _read(report: Report, patterns: Path | None) -> Record:
    from extractor.case.read import read_case

    return read_case(documents_of(report), facts=report.facts, id=report.id, patterns=patterns)


def _pieces(format: Format, report: Report, record: Record, day: str) -> list[bytes]:
    """Return what a format makes of a report, or of each document of a case where it holds texts."""
    documents = report.documents if format.by_document and report.documents else (report,)
    return [format.piece(one, record, day) for one in documents]


def _rows(report: Report, record: Record, plan: Plan) -> dict[Table, list[Row]]:
    return {table: list(_table_rows(table, report, record, plan)) for table in plan.tables}


def _table_rows(table: Table, report: Report, record: Record, plan: Plan) -> Iterable[Row]:
    if table == "reports":
        return [report_row(report, record) | (text_cells(report) if plan.with_text else {})]
    if table == "lesions":
        return lesion_rows(report, record)
    return audit_rows(record) if table == "audit" else words_rows(record)


def _stream(rows: Sequence[dict[str, Any]], schema: pa.Schema) -> bytes:
    """Return rows as an Arrow IPC stream."""
    import pyarrow as pa

    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, schema) as writer:
        writer.write_table(pa.Table.from_pylist(rows, schema=schema))
    return bytes(sink.getvalue())
