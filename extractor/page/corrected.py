"""A record with the values that people decided on, so that all that shows records shows these as well."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import cast

from extractor.archive.columns import BAR
from extractor.case.facts import LESION
from extractor.page.values import LESION_FIELDS, Key, Values, levels_of
from extractor.record import (
    Diffuse,
    FieldValue,
    Findings,
    FractureCause,
    Lesion,
    OtherFracture,
    Record,
    Tomita,
    Treatment,
    TreatmentKind,
)
from extractor.scoring.sins import score_sins
from extractor.scoring.summary import summarise
from extractor.values import COMPONENTS, GRADES, SYMPTOMS, Certainty, location_grades, status_of


def corrected(record: Record, values: Values) -> Record:
    """Return a record whose values are those given; words stay with the values that they gave."""
    known = {lesion.level: lesion for lesion in record.lesions}
    lesions = tuple(_lesion(level, known.get(level), values) for level in levels_of(values))
    return replace(record, lesions=lesions, findings=_findings(record.findings, values), summary=summarise(lesions))


def _lesion(level: str, read: Lesion | None, values: Mapping[Key, str]) -> Lesion:
    location = location_grades(level)
    fields = {"location": FieldValue(location, status_of("location", location))}
    for field in LESION_FIELDS:
        fields[field] = _value(field, values.get((level, field), ""), read.fields[field] if read else None)
    ordered = {field: fields[field] for field in GRADES}
    return Lesion(
        level,
        cast(Certainty, values[level, LESION]),
        ordered | ({"location": read.fields["location"]} if read else {}),
        score_sins({name: fields[name].grades for name in COMPONENTS}),
        read.evidence if read else (),
        read.stabilised if read else False,
    )


def _value(field: str, word: str, read: FieldValue | None, space: tuple[str, ...] = ()) -> FieldValue:
    """Return a value; one that was decided otherwise than it was read is in conflict with nothing any more."""
    grades = tuple(word.split(BAR)) if word else space or GRADES[field]
    if read is not None and read.grades == grades:
        return read
    status = "stated" if len(grades) == 1 else "missing" if not word else "partial"
    return FieldValue(grades, status, evidence=read.evidence if read else ())  # type: ignore[arg-type]


def _findings(read: Findings, values: Mapping[Key, str]) -> Findings:
    presence = ("present", "absent")

    def wide(name: str, value: FieldValue) -> FieldValue:
        return _value(name, values.get(("", name), ""), value, presence)

    return replace(
        read,
        pain=_value("pain", values.get(("", "pain"), ""), read.pain),
        symptoms={name: wide(name, read.symptoms[name]) for name in SYMPTOMS},
        leptomeningeal=wide("leptomeningeal", read.leptomeningeal),
        intramedullary=wide("intramedullary", read.intramedullary),
        diffuse=Diffuse(_words(values, "diffuse", BAR), read.diffuse.evidence),  # type: ignore[arg-type]
        tomita=Tomita(tuple(map(int, _words(values, "tomita", BAR)))),
        other_fractures=_fractures(read, values),
        treatment=_treatments(read, values),
    )


def _fractures(read: Findings, values: Mapping[Key, str]) -> tuple[OtherFracture, ...]:
    words = {one.level: one.evidence for one in read.other_fractures}
    split = (one.split(" ") for one in _words(values, "other_fractures", "; "))
    return tuple(OtherFracture(level, cast(FractureCause, cause), words.get(level, ())) for level, cause in split)


def _treatments(read: Findings, values: Mapping[Key, str]) -> tuple[Treatment, ...]:
    words = {one.kind: one.evidence for one in read.treatment}
    split = (one.split(" ") for one in _words(values, "treatment", "; "))
    return tuple(
        Treatment(cast(TreatmentKind, kind), tuple(levels), words.get(cast(TreatmentKind, kind), ()))
        for kind, *levels in split
    )


def _words(values: Mapping[Key, str], field: str, between: str) -> tuple[str, ...]:
    word = values.get(("", field), "")
    return tuple(word.split(between)) if word else ()
