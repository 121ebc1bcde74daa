"""Which state every element of a record is in; all of them always, whatever a department asks for."""

from __future__ import annotations

from collections.abc import Iterator

from extractor.audit.agreement import agreement_states
from extractor.audit.states import BEYOND_SINS, ElementState, State
from extractor.record import FieldValue, Findings, Lesion, Record
from extractor.values import COMPONENTS, CORD_LEVELS

_BY_COUNT: tuple[State, ...] = ("missing", "stated", "partial", "missing")


def element_states(record: Record) -> tuple[ElementState, ...]:
    """Return the state of every element: lesion by lesion, then the other fractures, then the report."""
    lesions = (state for lesion in record.lesions for state in _lesion_states(record, lesion))
    return (*lesions, *_fracture_states(record), *_report_states(record))


def speaks_of_disease(record: Record) -> bool:
    """Tell whether the report finds tumour of the spine anywhere; without it nothing is asked for."""
    findings = record.findings
    return bool(record.lesions or findings.compartments or findings.diffuse.regions)


def _lesion_states(record: Record, lesion: Lesion) -> Iterator[ElementState]:
    states: dict[str, State] = {
        "category": _sins_state(lesion, _BY_COUNT[len(lesion.sins.category)]),
        **{name: _sins_state(lesion, field_state(lesion.fields[name])) for name in COMPONENTS},
        "collapse_degree": _degree(lesion),
        **{name: field_state(lesion.fields[name]) for name in BEYOND_SINS},
        **agreement_states(record, lesion),
    }
    if lesion.level not in CORD_LEVELS:
        states["cord_signal"] = "not_applicable"
    return (ElementState(lesion.level, name, state) for name, state in states.items())


def field_state(value: FieldValue) -> State:
    """Return the state of a field; one that the report contradicts is not stated, whichever statement won."""
    return "contradictory" if value.conflict else value.status


def _sins_state(lesion: Lesion, state: State) -> State:
    """Ask for nothing of SINS inside a stabilised span, where it is not validated."""
    return "not_applicable" if lesion.stabilised else state


def _degree(lesion: Lesion) -> State:
    """Return whether a collapse that is there for certain has a degree."""
    collapse = lesion.fields["collapse"]
    if collapse.conflict or not set(collapse.grades) <= {"over_50", "under_50"}:
        return "not_applicable"
    return _sins_state(lesion, "stated" if len(collapse.grades) == 1 else "missing")


def _fracture_states(record: Record) -> Iterator[ElementState]:
    """Yield whether a fracture has a cause; the question matters where there is tumour elsewhere."""
    asked = speaks_of_disease(record)
    for fracture in record.findings.other_fractures:
        state: State = "missing" if fracture.cause == "unstated" else "stated"
        yield ElementState(fracture.level, "fracture_cause", state if asked else "not_applicable")


def _report_states(record: Record) -> Iterator[ElementState]:
    findings = record.findings
    states: dict[str, State] = {
        "level": _level(record),
        "extent": _extent(record),
        "leptomeningeal": field_state(findings.leptomeningeal),
        "intramedullary": field_state(findings.intramedullary),
    }
    if not speaks_of_disease(record):
        states = dict.fromkeys(states, "not_applicable")
    states["treated_segment"] = _treated(findings)
    return (ElementState(None, name, state) for name, state in states.items())


def _level(record: Record) -> State:
    """Return whether bone and epidural disease is given by level: a region is a part of that, 'diffuse' is none."""
    regions = record.findings.diffuse.regions
    afloat = _afloat(record.findings)
    if not (record.lesions or regions or afloat):
        return _levelled_canal(record.findings)
    if record.lesions:
        return "partial" if regions or afloat else "stated"
    return "partial" if set(regions) - {"unspecified"} else "missing"


def _afloat(findings: Findings) -> bool:
    """Tell whether disease of the canal is found at no level."""
    canal = ((findings.epidural, "present"), (findings.cord_compression, "present"))
    return any(found.grades == (grade,) and not found.levels for found, grade in canal)


def _levelled_canal(findings: Findings) -> State:
    """Return the state where nothing but the canal is diseased; an intradural tumour has no vertebra to name."""
    return "stated" if findings.epidural.grades == ("present",) else "not_applicable"


def _extent(record: Record) -> State:
    """Return whether number and extent are given: by levels, by regions, or not at all ("several vertebrae")."""
    regions = set(record.findings.diffuse.regions)
    if not (record.lesions or regions):
        return "not_applicable"
    if "unspecified" not in regions:
        return "stated"
    return "partial" if record.lesions or len(regions) > 1 else "missing"


def _treated(findings: Findings) -> State:
    """Return whether every treatment has its levels."""
    levelled = {bool(treatment.levels) for treatment in findings.treatment}
    if not levelled:
        return "not_applicable"
    return "partial" if len(levelled) > 1 else "stated" if levelled == {True} else "missing"
