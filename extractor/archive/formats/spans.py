"""A piece of evidence as a plain span, as the formats for annotators hold it."""

from __future__ import annotations

from typing import Any

from extractor.archive.evidence import EvidenceRow


def plain_span(row: EvidenceRow) -> dict[str, Any]:
    """Return the span of a piece of evidence: its offsets in characters, labelled by its field."""
    said = row.evidence
    return {
        "start": said.start,
        "end": said.end,
        "label": row.field,
        "level": row.level,
        "grades": list(row.grades),
        "denied": said.denied,
        "hedged": said.hedged,
        "rule": said.rule,
    }
