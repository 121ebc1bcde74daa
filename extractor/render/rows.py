"""What a record says, as rows of name, value and words; the terminal and the page print the same rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from extractor.record import FieldValue, Findings, Lesion
from extractor.render.words import field_words, levels_words, range_words, value_words
from extractor.values import COMPONENTS, FIELDS, Evidence, Status


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: a field, its value and the words that gave it."""

    field: str
    value: str
    evidence: tuple[Evidence, ...] = ()
    points: str = ""
    status: Status = "stated"
    conflict: bool = False

    @property
    def name(self) -> str:
        """Return the field's name as people write it."""
        return field_words(self.field)


def component_rows(lesion: Lesion) -> Iterator[Row]:
    """Yield the six SINS components with their points."""
    for field in COMPONENTS:
        yield _row(field, lesion.fields[field], range_words(*lesion.sins.points[field]))


def other_rows(lesion: Lesion) -> Iterator[Row]:
    """Yield the fields outside SINS that the report speaks of."""
    for field in FIELDS:
        value = lesion.fields[field]
        if field not in COMPONENTS and (value.status != "missing" or value.conflict):
            yield _row(field, value)


def report_rows(findings: Findings) -> Iterator[Row]:
    """Yield every report-wide finding that the report speaks of, and pain always."""
    yield _row("pain", findings.pain)
    rest = {**findings.symptoms, "leptomeningeal": findings.leptomeningeal, "intramedullary": findings.intramedullary}
    for field, value in rest.items():
        if value.status != "missing" or value.conflict:
            yield _row(field, value)
    yield from _canal_rows(findings)
    yield from _list_rows(findings)


def _row(field: str, value: FieldValue, points: str = "") -> Row:
    return Row(field, value_words(field, value), value.evidence, points, value.status, value.conflict)


def _canal_rows(findings: Findings) -> Iterator[Row]:
    canal = {
        "epidural": findings.epidural,
        "cord_compression": findings.cord_compression,
        "cord_signal": findings.cord_signal,
    }
    for field, found in canal.items():
        if found.status != "missing":
            yield Row(field, _at(" or ".join(found.grades), found.levels), found.evidence)


def _list_rows(findings: Findings) -> Iterator[Row]:
    if findings.diffuse.regions:
        yield Row("diffuse disease", ", ".join(findings.diffuse.regions), findings.diffuse.evidence)
    for fracture in findings.other_fractures:
        yield Row("other fracture", f"{fracture.level}, cause {fracture.cause}", fracture.evidence)
    for treatment in findings.treatment:
        yield Row("treatment", _at(treatment.kind, treatment.levels), treatment.evidence)
    for stated in findings.stated_sins:
        said = ", ".join(str(part) for part in (stated.total, stated.category) if part is not None)
        yield Row("SINS as reported", _at(said, (stated.level,) if stated.level else ()), stated.evidence)
    for change in findings.changes:
        where = levels_words(change.levels) or ", ".join(change.regions) or "all lesions"
        yield Row("change", f"{where} {change.kind}", change.evidence)
    if findings.tomita.grades:
        yield Row("Tomita type", " or ".join(str(grade) for grade in findings.tomita.grades))
    if findings.compartments:
        yield Row("compartments", ", ".join(field_words(name) for name in findings.compartments))


def _at(value: str, levels: Sequence[str]) -> str:
    return f"{value} at {levels_words(levels)}" if levels else value
