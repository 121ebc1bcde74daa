"""All the words a record rests on, each with the level and the field it supports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from extractor.archive.columns import BAR
from extractor.record import Findings, Record
from extractor.values import FIELDS, SYMPTOMS, Evidence, sort_levels

#: The fields a piece of evidence may have.
EVIDENCE_FIELDS: Final = (
    "lesion",
    *FIELDS,
    *SYMPTOMS,
    "leptomeningeal",
    "intramedullary",
    "diffuse",
    "other_fracture",
    "treatment",
    "stated_sins",
    "change",
)


class EvidenceRow(NamedTuple):
    """One piece of evidence: the levels it is about, the field, and the grades of that field.

    `level` joins several levels by `|`, from head to tail; None is the whole report, or no level named.
    """

    level: str | None
    field: str
    grades: tuple[str, ...]
    evidence: Evidence


def evidence_rows(record: Record, document: int | None = None) -> Iterator[EvidenceRow]:
    """Yield all evidence of a record, or of one of its documents.

    First of each lesion what makes it one and its fields, then of the whole report.
    """
    for row in _all_rows(record):
        if document is None or row.evidence.document == document:
            yield row


def _all_rows(record: Record) -> Iterator[EvidenceRow]:
    for lesion in record.lesions:
        yield from _rows(lesion.level, "lesion", (lesion.certainty,), lesion.evidence)
        for name, value in lesion.fields.items():
            yield from _rows(lesion.level, name, value.grades, value.evidence)
    yield from _of_report(record.findings)


def _of_report(findings: Findings) -> Iterator[EvidenceRow]:
    values = {"pain": findings.pain, **findings.symptoms}
    values |= {"leptomeningeal": findings.leptomeningeal, "intramedullary": findings.intramedullary}
    for name, value in values.items():
        yield from _rows(None, name, value.grades, value.evidence)
    yield from _rows(None, "diffuse", findings.diffuse.regions, findings.diffuse.evidence)
    for name in ("epidural", "cord_compression", "cord_signal"):
        found = getattr(findings, name)
        yield from _rows(_joined(found.levels), name, found.grades, found.evidence)
    for fracture in findings.other_fractures:
        yield from _rows(fracture.level, "other_fracture", (fracture.cause,), fracture.evidence)
    for treatment in findings.treatment:
        yield from _rows(_joined(treatment.levels), "treatment", (treatment.kind,), treatment.evidence)
    for stated in findings.stated_sins:
        said = tuple(str(part) for part in (stated.total, stated.category) if part is not None)
        yield from _rows(stated.level, "stated_sins", said, stated.evidence)
    for change in findings.changes:
        yield from _rows(_joined(change.levels), "change", (change.kind,), change.evidence)


def _joined(levels: Iterable[str]) -> str | None:
    return BAR.join(sort_levels(levels)) or None


def _rows(
    level: str | None, field: str, grades: tuple[str, ...], evidence: Iterable[Evidence]
) -> Iterable[EvidenceRow]:
    return [EvidenceRow(level, field, grades, one) for one in evidence]
