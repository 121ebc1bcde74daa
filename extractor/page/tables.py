"""A record as far as the tables of a run tell it: all values and the quoted words, without the text between them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from extractor.archive.examination import Examination, Words, examination_of_rows, words_of_rows
from extractor.archive.stored import Cells
from extractor.archive.told import split_cell
from extractor.case.precedence import GIVEN
from extractor.record import Diffuse, Document, Engine, FieldValue, Findings, Record, StatedSins, Tomita
from extractor.scoring.summary import summarise
from extractor.values import GRADES, SYMPTOMS, Evidence, status_of

_PRESENCE: Final = ("present", "absent")


def record_of_rows(report: Cells, lesions: Sequence[Cells], evidence: Sequence[Cells]) -> Record:
    """Return the record that rows of a report, of its lesions and of its evidence tell of."""
    given = {str(row["document"]) for row in evidence if row["section"] == GIVEN}
    names = list(dict.fromkeys(str(row["document"]) for row in evidence)) or [str(report["id"])]
    documents = tuple(Document(name, GIVEN if name in given else "mri") for name in names)
    words = words_of_rows(evidence, names)
    told = examination_of_rows(report, lesions, words)
    name, _, version = str(report["engine"]).partition(" ")
    engine = Engine(name, version, str(report["patterns"]))
    return Record(
        str(report["id"]), engine, told.lesions, _findings(report, words, told), summarise(told.lesions), documents
    )


def _findings(report: Cells, words: Words, told: Examination) -> Findings:
    def said(name: str) -> tuple[Evidence, ...]:
        return tuple(one for levels, _, one in words.get(name, ()) if not levels)

    def value(name: str) -> FieldValue:
        grades = split_cell(report[name]) or _PRESENCE
        return FieldValue(grades, status_of("epidural", grades) if report[name] else "missing", evidence=said(name))

    pain = split_cell(report["pain"]) or GRADES["pain"]
    return Findings(
        pain=FieldValue(pain, status_of("pain", pain), evidence=said("pain")),
        symptoms={name: value(name) for name in SYMPTOMS},
        leptomeningeal=value("leptomeningeal"),
        intramedullary=value("intramedullary"),
        tomita=Tomita(tuple(map(int, split_cell(report["tomita"])))),
        diffuse=Diffuse(split_cell(report["diffuse"]), said("diffuse")),  # type: ignore[arg-type]
        compartments=split_cell(report["compartments"]),  # type: ignore[arg-type]
        **(told.canal or {}),
        other_fractures=told.fractures,
        treatment=told.treatment,
        stated_sins=tuple(_stated(cell) for cell in split_cell(report["stated_sins"])),
        changes=told.changes,
    )


def _stated(cell: str) -> StatedSins:
    level, total, category = cell.split(":")
    return StatedSins(level or None, int(total) if total else None, category or None)  # type: ignore[arg-type]
