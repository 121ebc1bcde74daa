"""Reports with their evidence as spans, for Prodigy: to correct by hand what was read, and train on it."""

from __future__ import annotations

import json
from typing import Final

from extractor.archive.formats.format import Format
from extractor.archive.formats.spans import spans_of
from extractor.archive.report import Report
from extractor.record import Record


def _piece(report: Report, record: Record, day: str) -> bytes:
    """Return a task of `spans.manual`, where spans may overlap; offsets count characters."""
    spans = [span.plain() for span in spans_of(record, report.number)]
    task = {"text": report.text, "spans": spans, "meta": {"id": report.id}}
    return json.dumps(task, ensure_ascii=False).encode() + b"\n"


PRODIGY: Final = Format("prodigy", "jsonl", _piece, by_document=True)
