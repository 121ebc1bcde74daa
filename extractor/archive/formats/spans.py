"""A record's evidence as spans of the text, as the formats for annotators hold it: the same words are one span."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from extractor.archive.evidence import EvidenceRow, evidence_rows
from extractor.record import Record


@dataclass(frozen=True, slots=True)
class Span:
    """Words that support a field, and all they say of it: "lytic" of T5 and T6 is one span that says two things."""

    start: int
    end: int
    label: str
    says: tuple[EvidenceRow, ...]

    def plain(self) -> dict[str, Any]:
        """Return the span as plain values; offsets count characters."""
        return {
            "start": self.start,
            "end": self.end,
            "label": self.label,
            "says": [_plain(row) for row in self.says],
        }


def spans_of(record: Record, document: int) -> list[Span]:
    """Return the spans of one of a record's documents, in the order of its evidence."""
    groups: dict[tuple[int, int, str], list[EvidenceRow]] = {}
    for row in evidence_rows(record, document):
        groups.setdefault((row.evidence.start, row.evidence.end, row.field), []).append(row)
    return [Span(*key, tuple(rows)) for key, rows in groups.items()]


def _plain(row: EvidenceRow) -> dict[str, Any]:
    said = row.evidence
    return {
        "level": row.level,
        "grades": list(row.grades),
        "denied": said.denied,
        "hedged": said.hedged,
        "rule": said.rule,
    }
