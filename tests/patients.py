"""Patients for tests: an archive of their examinations as a table, each with a course of its own."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Final

from commandline import SECRET

HEAD: Final = f"MRI WHOLE SPINE\nHISTORY: {SECRET}. Mechanical back pain.\nFINDINGS: "
#: Patient, id, date, report.
EXAMINATIONS: Final = [
    ("ann", "a1", "2023-01-10", HEAD + "Lytic metastasis of T7 with 30 % loss of height. Metastasis of L2."),
    ("ann", "a2", "2023-05-02", HEAD + "The T7 metastasis is stable, with 70 % loss of height. New metastasis of T10."),
    ("ann", "a3", "2023-11-20", "MRI THORACIC SPINE\nFINDINGS: T7 metastasis with cord compression. No new lesion."),
    ("bob", "b1", "2023-02-01", HEAD + "Possible metastasis of L3."),
    ("bob", "b2", "03/04/2023", HEAD + "Metastasis of L3 with 20 % loss of height."),
    ("=cat", "c1", "", HEAD + "Metastasis of C5."),
    ("", "d1", "2023-03-01", HEAD + "No metastasis."),
]


def archive(path: Path, rows: list[tuple[str, ...]] | None = None) -> Path:
    """Write the examinations as a table."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("mrn", "id", "when", "text"), *(EXAMINATIONS if rows is None else rows)])
    return path
