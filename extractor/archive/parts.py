"""Parts of a run: a bounded number of items each, written aside, flushed to the disk, then renamed."""

from __future__ import annotations

import hashlib
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from extractor.archive.aside import ASIDE, write_whole
from extractor.archive.chunk import Chunk, Outcome, Plan, chunks
from extractor.archive.columns import TABLES, Table, arrow_schema
from extractor.archive.formats.known import FORMATS
from extractor.archive.report import Refusal, Report, cut, split
from extractor.archive.rows import refusal_row

if TYPE_CHECKING:
    import pyarrow as pa

#: A part ends after so many items or characters, whichever comes first.
PART_ITEMS: Final = 2_000
PART_CHARACTERS: Final = 16_000_000


@dataclass(frozen=True, slots=True)
class Part:
    """Some items of the archive in their order, and the name their files bear."""

    name: str
    items: tuple[Report | Refusal, ...]

    def chunks(self) -> list[Chunk]:
        """Return the part's reports in chunks; an empty one where it has none, so that it is written all the same."""
        return list(chunks(split(self.items)[0])) or [()]

    def refusals(self) -> tuple[Refusal, ...]:
        """Return what the sources refused."""
        return split(self.items)[1]


def cut_parts(items: Iterable[Report | Refusal], making: str) -> Iterator[Part]:
    """Cut items into parts; a part is named by its number and the digest of `making` and of all it holds."""
    for number, part in enumerate(cut(items, most=PART_ITEMS, characters=PART_CHARACTERS)):
        yield _part(number, part, making)


def _files(folder: Path, name: str, formats: Sequence[str]) -> list[Path]:
    """Return the files of a part; the last is written last, so that where it is the part is whole."""
    extra = [folder / each / f"{name}.{FORMATS[each].suffix}" for each in formats]
    return [*extra, *(folder / table / f"{name}.parquet" for table in reversed(TABLES))]


def is_written(folder: Path, name: str, formats: Sequence[str]) -> bool:
    """Tell whether all files of a part are there."""
    return all(path.exists() for path in _files(folder, name, formats))


def write_part(folder: Path, part: Part, outcome: Outcome, plan: Plan) -> None:
    """Write the files of a part; OutputError if the disk will not take them."""
    refusals = (*part.refusals(), *outcome.refusals)
    for path in _files(folder, part.name, plan.formats):
        kind = path.parent.name
        if kind in plan.formats:
            data = FORMATS[kind].join(outcome.pieces.get(kind, ()))
        elif kind == "quarantine":
            data = _parquet(refused_rows(refusals))
        else:
            data = _parquet(joined_rows(cast(Table, kind), outcome, plan))
        write_whole(path, data)


def refused_rows(refusals: Sequence[Refusal]) -> pa.Table:
    """Return refusals as a table."""
    import pyarrow as pa

    return pa.Table.from_pylist([refusal_row(one) for one in refusals], schema=arrow_schema("quarantine"))


def joined_rows(table: Table, outcome: Outcome, plan: Plan) -> pa.Table:
    """Return the rows of all chunks as one table in one piece, so that how they were cut leaves no trace."""
    import pyarrow as pa

    streams = outcome.tables.get(table, ())
    made = [pa.ipc.open_stream(stream).read_all() for stream in streams]
    return pa.concat_tables([plan.schema(table).empty_table(), *made]).combine_chunks()


def sweep(folder: Path, keep: Iterable[str]) -> None:
    """Delete the files a killed run left half written, and the parts that belong to no item any more."""
    names = set(keep)
    for kind in (*TABLES, *FORMATS):
        for path in (folder / kind).glob("*part-*"):
            if path.name.endswith(ASIDE) or path.name.split(".")[0] not in names:
                path.unlink(missing_ok=True)


def count_rows(folder: Path, table: Table, names: Iterable[str]) -> int:
    """Return how many rows the parts of a table hold, by their footers."""
    import pyarrow.parquet as pq

    return sum(pq.read_metadata(folder / table / f"{name}.parquet").num_rows for name in names)


def count_stages(folder: Path, names: Iterable[str]) -> dict[str, int]:
    """Return how many items were put aside at each stage."""
    import pyarrow.parquet as pq

    total: Counter[str] = Counter()
    for name in names:
        total.update(pq.read_table(folder / "quarantine" / f"{name}.parquet", columns=["stage"])["stage"].to_pylist())
    return dict(sorted(total.items()))


def _part(number: int, items: tuple[Report | Refusal, ...], making: str) -> Part:
    total = hashlib.sha256(making.encode())
    for item in items:
        said = (item.id or "", item.place, *_content(item))
        for word in said:
            data = word.encode("utf-8", "surrogatepass")
            total.update(len(data).to_bytes(8, "big") + data)
    return Part(f"part-{number:06d}-{total.hexdigest()[:16]}", items)


def _content(item: Report | Refusal) -> tuple[str, ...]:
    if isinstance(item, Refusal):
        return (item.stage, item.error, item.message)
    told = (item.kind or "", item.date or "", *(fact.words for fact in item.facts))
    inner = [word for one in item.documents for word in (one.id, *_content(one))]
    return (item.text, *(word for pair in item.kept.items() for word in pair), *told, *inner)


def _parquet(table: pa.Table) -> bytes:
    import pyarrow.parquet as pq

    sink = io.BytesIO()
    pq.write_table(table, sink, compression="zstd")
    return sink.getvalue()
