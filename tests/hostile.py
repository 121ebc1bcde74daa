"""Reports and ids that try a format, and the bytes it makes of them."""

from __future__ import annotations

from functools import cache

import extractor
from extractor.archive.evidence import EvidenceRow, evidence_rows
from extractor.archive.formats.known import FORMATS
from extractor.archive.report import Report
from extractor.record import Record

DAY = "2024-02-29"
FULL = """\
MRI WHOLE SPINE. HISTORY: Mechanical back pain.
FINDINGS: Lytic metastasis of T8 with 60 % loss of height, both pedicles are replaced. No epidural disease.
Probable metastasis of L3, possibly lytic. Osteoporotic fracture of L5. Radiotherapy to T5, T6 and T7. SINS 13 at T8.
"""
HOSTILE = {
    "plain": FULL,
    "=1+1": '="🦴" Lytic metastasis of T7 🦴 with 60 % loss\r\nof height, "both\tpedicles"\r\nreplaced.',
    "../x": "FINDINGS: Lytic\nmetastasis of T4; epidural disease at T4,\n\n  'T5'\u2028and T6.",
    "Case": "Lytic metastasis of T1.",
    "case": "Sclerotic metastasis of T1.",
    'a;b=c%3B"🦴': "No spinal metastasis. The cord is normal in signal.",
    "42": "Lytic metastasis of C2.",
    "007": "Lytic metastasis of C2.",
}


@cache
def reports() -> tuple[Report, ...]:
    return tuple(Report(name, text, f"a.csv:{name}") for name, text in HOSTILE.items())


@cache
def records() -> dict[str, Record]:
    return {report.id: extractor.read(report.text, id=report.id) for report in reports()}


def written(name: str, day: str = DAY) -> bytes:
    """Return the bytes of a part that holds the hostile reports."""
    made = FORMATS[name]
    return made.join([made.piece(report, records()[report.id], day) for report in reports()])


def rows(name: str) -> list[EvidenceRow]:
    return list(evidence_rows(records()[name]))
