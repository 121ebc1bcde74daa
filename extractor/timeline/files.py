"""The files of a timeline: its table in three forms."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from extractor.archive.frames import write_tables
from extractor.timeline.patients import Patient
from extractor.timeline.results import COLUMNS, METHOD, TABLE, timeline_table

WORKBOOK: Final = "timeline.xlsx"
PAGE: Final = "timeline.html"


def write_timeline(found: Sequence[Patient], notes: Sequence[str], folder: Path) -> None:
    """Write the table, each file whole or not at all; OutputError where it cannot be written."""
    columns = ((f"column {name}", about) for name, about in COLUMNS.items())
    method = (*METHOD.items(), *(("note", note) for note in notes), *columns)
    write_tables({TABLE: timeline_table(found)}, folder, WORKBOOK, method)
