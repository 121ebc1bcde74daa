"""The tables of a run as a sample to audit."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from extractor.archive.columns import Table, arrow_schema, kept_names
from extractor.archive.manifest import load_manifest
from extractor.audit.sample import Sample
from extractor.errors import ReportError
from extractor.textfile import printable

if TYPE_CHECKING:
    import pandas as pd

#: Columns of few values, or of values that come again in row after row.
_REPEATED: Final = ["id", "level", "element", "state"]


def load_sample(folder: Path) -> Sample:
    """Return what a run has read; of one that was cut off, the parts that are whole. ReportError for no run."""
    manifest = load_manifest(folder)
    name = printable(str(folder))
    if manifest is None:
        raise ReportError(f"{name}: no run; give a folder that `sinsight batch -o` wrote, or reports")
    parts = sorted(path.name for path in (folder / "reports").glob("part-*.parquet"))
    if any(not (folder / "audit" / part).exists() for part in parts):
        remedy = "read the archive again into another folder"
        raise ReportError(f"{name}: was written by an earlier version, without the table `audit`; {remedy}")
    keep = tuple(manifest.get("keep", ()))
    reports, lesions, states = (_frame(folder, table, parts, keep) for table in ("reports", "lesions", "audit"))
    if reports["id"].duplicated().any():
        remedy = "give the same command again, which ends the run"
        raise ReportError(f"{name}: holds reports twice, as its source was changed when it was cut off; {remedy}")
    kept = dict(zip(keep, kept_names("reports", keep), strict=True))
    return Sample(name, reports, lesions, states, kept, manifest)


def _frame(folder: Path, table: Table, parts: list[str], keep: tuple[str, ...]) -> pd.DataFrame:
    import pyarrow.parquet as pq

    if not parts:
        empty: pd.DataFrame = arrow_schema(table, keep).empty_table().to_pandas()
        return empty
    repeated = _REPEATED if table == "audit" else []
    found = pq.read_table([str(folder / table / part) for part in parts], read_dictionary=repeated)
    frame: pd.DataFrame = found.unify_dictionaries().to_pandas()
    return frame
