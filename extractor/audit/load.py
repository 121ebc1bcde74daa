"""The tables of a run as a sample to audit."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from extractor.archive.stored import open_run
from extractor.audit.sample import Sample

#: Columns of few values, or of values that come again in row after row.
_REPEATED: Final = ("id", "level", "element", "state")


def load_sample(folder: Path) -> Sample:
    """Return what a run has read; of one that was cut off, the parts that are whole. ReportError for no run."""
    run = open_run(folder)
    reports, lesions = (run.table(table).to_pandas() for table in ("reports", "lesions"))
    states = run.table("audit", repeated=_REPEATED).to_pandas()
    if reports["id"].duplicated().any():
        raise run.twice()
    return Sample(run.name, reports, lesions, states, run.kept, run.manifest)
