"""A record as far as the tables of a run tell it: all values and the quoted words, without the text between them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from extractor.archive.told import evidence_of_row, split_cell, treatment_of
from extractor.case.facts import LESION
from extractor.case.precedence import GIVEN
from extractor.record import (
    CanalFinding,
    Diffuse,
    Document,
    Engine,
    FieldValue,
    Findings,
    Lesion,
    OtherFracture,
    Record,
    StatedSins,
    Tomita,
    Treatment,
)
from extractor.scoring.sins import score_sins
from extractor.scoring.summary import summarise
from extractor.values import COMPONENTS, FIELDS, GRADES, SYMPTOMS, Evidence, sort_levels, status_of

Row = Mapping[str, Any]
_PRESENCE: Final = ("present", "absent")
#: Gives the words of a field at a level; None: of the whole report.
Words = Callable[[str | None, str], tuple[Evidence, ...]]


def record_of_rows(report: Row, lesions: Sequence[Row], evidence: Sequence[Row]) -> Record:
    """Return the record that rows of a report, of its lesions and of its evidence tell of."""
    given = {str(row["document"]) for row in evidence if row["section"] == GIVEN}
    names = list(dict.fromkeys(str(row["document"]) for row in evidence)) or [str(report["id"])]
    documents = tuple(Document(name, GIVEN if name in given else "mri") for name in names)

    def words(level: str | None, field: str) -> tuple[Evidence, ...]:
        return tuple(
            evidence_of_row(row, names.index(row["document"]))
            for row in evidence
            if row["field"] == field and row["level"] == level
        )

    found = tuple(_lesion(row, words) for row in lesions)
    name, _, version = str(report["engine"]).partition(" ")
    engine = Engine(name, version, str(report["patterns"]))
    findings = _findings(report, words)
    return Record(str(report["id"]), engine, found, findings, summarise(found), documents)


def _lesion(row: Row, words: Words) -> Lesion:
    level = str(row["level"])
    fields = {
        name: FieldValue(
            _grades(row[name], GRADES[name]), row[f"{name}_status"], bool(row[f"{name}_conflict"]), words(level, name)
        )
        for name in FIELDS
    }
    sins = score_sins({name: fields[name].grades for name in COMPONENTS})
    return Lesion(level, row["certainty"], fields, sins, words(level, LESION), bool(row["stabilised"]))


def _grades(cell: str | None, space: tuple[str, ...]) -> tuple[str, ...]:
    return split_cell(cell) or space


def _findings(report: Row, words: Words) -> Findings:
    def value(name: str, space: tuple[str, ...] = _PRESENCE) -> FieldValue:
        grades = _grades(report[name], space)
        return FieldValue(
            grades, "missing" if not report[name] else status_of("epidural", grades), evidence=words(None, name)
        )

    def canal(name: str) -> CanalFinding:
        grades, levels = _grades(report[name], GRADES[name]), report[f"{name}_levels"] or None
        return CanalFinding(grades, status_of(name, grades), split_cell(levels), words(levels, name))

    pain = _grades(report["pain"], GRADES["pain"])
    return Findings(
        pain=FieldValue(pain, status_of("pain", pain), evidence=words(None, "pain")),
        symptoms={name: value(name) for name in SYMPTOMS},
        leptomeningeal=value("leptomeningeal"),
        intramedullary=value("intramedullary"),
        tomita=Tomita(tuple(map(int, split_cell(report["tomita"])))),
        diffuse=Diffuse(split_cell(report["diffuse"]), words(None, "diffuse")),  # type: ignore[arg-type]
        compartments=split_cell(report["compartments"]),  # type: ignore[arg-type]
        epidural=canal("epidural"),
        cord_compression=canal("cord_compression"),
        cord_signal=canal("cord_signal"),
        other_fractures=tuple(_fracture(cell, words) for cell in split_cell(report["other_fractures"])),
        treatment=tuple(_treatment(cell) for cell in split_cell(report["treatment"])),
        stated_sins=tuple(_stated(cell) for cell in split_cell(report["stated_sins"])),
    )


def _fracture(cell: str, words: Words) -> OtherFracture:
    level, _, cause = cell.partition(":")
    return OtherFracture(level, cause, words(level, "other_fracture"))  # type: ignore[arg-type]


def _treatment(cell: str) -> Treatment:
    """Return a treatment; of its levels the table has the first and the last."""
    kind, levels = treatment_of(cell)
    return Treatment(kind, sort_levels(levels))  # type: ignore[arg-type]


def _stated(cell: str) -> StatedSins:
    level, total, category = cell.split(":")
    return StatedSins(level or None, int(total) if total else None, category or None)  # type: ignore[arg-type]
