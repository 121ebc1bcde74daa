"""Records as JSON lines."""

from __future__ import annotations

from typing import Final

from extractor.archive.formats.format import Format
from extractor.archive.report import Report
from extractor.record import Record


def _piece(report: Report, record: Record, day: str) -> bytes:
    return record.to_json().encode() + b"\n"


JSONL: Final = Format("jsonl", "jsonl", _piece)
