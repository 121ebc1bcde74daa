"""A run that was written: what it holds, read back table by table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from extractor.archive.columns import Table, arrow_schema, kept_names
from extractor.archive.manifest import load_manifest
from extractor.errors import ReportError
from extractor.textfile import printable

if TYPE_CHECKING:
    import pyarrow as pa

Cells = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Stored:
    """A run: its folder, what it is called in messages, its manifest, and the parts that are whole."""

    folder: Path
    name: str
    manifest: Mapping[str, Any]
    parts: tuple[str, ...]

    @property
    def kept(self) -> dict[str, str]:
        """Return the columns kept from the source, with what they are called in the tables."""
        keep = tuple(self.manifest.get("keep", ()))
        return dict(zip(keep, kept_names("reports", keep), strict=True))

    def column(self, name: str) -> str:
        """Return what a kept column is called in the tables; ReportError, naming those there are."""
        return kept_column(self.kept, name, self.name)

    def table(
        self,
        table: Table,
        parts: tuple[str, ...] | None = None,
        repeated: tuple[str, ...] = (),
        *,
        columns: Sequence[str] | None = None,
        id: str | None = None,
    ) -> pa.Table:
        """Return a table of all parts or some, all columns or some, all reports or one; `repeated` have few values."""
        import pyarrow.parquet as pq

        wanted = self.parts if parts is None else parts
        if not wanted:
            empty = arrow_schema(table, tuple(self.manifest.get("keep", ()))).empty_table()
            return empty if columns is None else empty.select(list(columns))
        paths = [str(self.folder / table / part) for part in wanted]
        only = None if id is None else [("id", "==", id)]
        chosen = None if columns is None else list(columns)
        return pq.read_table(paths, columns=chosen, filters=only, read_dictionary=list(repeated)).unify_dictionaries()

    @property
    def has_words(self) -> bool:
        """Tell whether the words of its lesions were kept; a run that an audit made for itself has none."""
        from extractor.archive.parts import count_rows

        names = [part.removesuffix(".parquet") for part in self.parts]
        return bool(count_rows(self.folder, "evidence", names)) or not count_rows(self.folder, "lesions", names)

    def rows(self, table: Table, part: str, *, id: str | None = None) -> Iterator[Cells]:
        """Yield the rows of a table of one part, or those of one report in it."""
        yield from self.table(table, (part,), id=id).to_pylist()

    def twice(self) -> ReportError:
        """Return what to raise where an id stands in two parts."""
        remedy = "give the same command again, which ends the run"
        return ReportError(f"{self.name}: holds reports twice, as its source was changed when it was cut off; {remedy}")


def open_run(folder: Path) -> Stored:
    """Open a run; of one that was cut off, the parts that are whole. ReportError for no run."""
    name = printable(str(folder))
    manifest = load_manifest(folder) if folder.is_dir() else None
    if manifest is None:
        raise ReportError(f"{name}: no run; give a folder that `sinsight batch -o` wrote")
    parts = sorted(path.name for path in (folder / "reports").glob("part-*.parquet"))
    if any(not (folder / "audit" / part).exists() for part in parts):
        raise _earlier(name, "the table `audit`")
    return Stored(folder, name, manifest, tuple(parts))


def check_columns(run: Stored, names: tuple[str, ...]) -> None:
    """Make sure that the table of reports has these columns; ReportError for a run of an earlier version."""
    import pyarrow.parquet as pq

    for part in run.parts[:1]:
        stored = set(pq.read_schema(run.folder / "reports" / part).names)
        if missing := [name for name in names if name not in stored]:
            raise _earlier(run.name, f"the column `{missing[0]}`")


def kept_column(kept: Mapping[str, str], name: str, run: str) -> str:
    """Return what a kept column is called in the tables of a run; ReportError, naming those there are."""
    if name not in kept:
        known = ", ".join(kept) or "none"
        remedy = f"kept are: {known}; keep it with `sinsight batch --keep {name}`"
        raise ReportError(f"{run}: no column {name!r} was kept from the source; {remedy}")
    return kept[name]


def _earlier(name: str, lacks: str) -> ReportError:
    remedy = "read the archive again into another folder"
    return ReportError(f"{name}: was written by an earlier version, without {lacks}; {remedy}")
