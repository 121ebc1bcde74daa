"""The files of an audit: its tables, and what they are about as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from extractor.archive.aside import write_whole
from extractor.archive.frames import write_tables
from extractor.audit.results import Audit

ABOUT: Final = "audit.json"
WORKBOOK: Final = "audit.xlsx"
PAGE: Final = "audit.html"
_COMPARED: Final = ("compare.csv", "compare.parquet")


def write_audit(audit: Audit, folder: Path) -> None:
    """Write all files, each whole or not at all; OutputError where they cannot be written.

    What an earlier audit left there, and this one has not written, is removed.
    """
    write_tables(audit.tables, folder, WORKBOOK, _method(audit))
    about = {"sinsight": 1, **audit.about, "notes": audit.notes}
    write_whole(folder / ABOUT, json.dumps(about, indent=2, ensure_ascii=False).encode() + b"\n")
    for name in (PAGE, *(() if "compare" in audit.tables else _COMPARED)):
        (folder / name).unlink(missing_ok=True)


def _method(audit: Audit) -> Iterator[tuple[str, str]]:
    """Yield what the tables are about, a name and what is said of it."""
    counted = audit.about["counted"]
    yield from ((key, str(counted[key])) for key in counted)
    yield "checks", audit.about["checks_digest"]
    yield from audit.about["method"].items()
    yield from (("note", note) for note in audit.notes)
    yield from ((f"column {name}", about) for name, about in audit.about["columns"].items())
