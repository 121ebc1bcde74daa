"""Records as FHIR R4: a Bundle a report, one a line, of a DiagnosticReport and an Observation of SINS for each lesion.

Only what a report settles is a value. What it leaves open has no value but a reason for its absence, and says in
`interpretation` which grades are still possible; a SINS that is not settled is a range. Everything is preliminary:
nobody has looked at it yet.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from extractor.archive.formats.format import Format
from extractor.archive.formats.radelement import SINS, element_concept, value_concept
from extractor.archive.report import Report
from extractor.record import Engine, FieldValue, Lesion, Record
from extractor.values import Evidence

_STATUS: Final = "preliminary"
_NAMESPACE: Final = uuid.uuid5(uuid.NAMESPACE_URL, "urn:sinsight:fhir")
_UNKNOWN: Final = {
    "system": "http://terminology.hl7.org/CodeSystem/data-absent-reason",
    "code": "unknown",
    "display": "Unknown",
}
_FUSED: Final = "Inside a stabilised span, where SINS is not validated."
_CONTRADICTORY: Final = "the report contradicts itself"


def _piece(report: Report, record: Record, day: str) -> bytes:
    return json.dumps(_bundle(record), ensure_ascii=False).encode() + b"\n"


def _bundle(record: Record) -> dict[str, Any]:
    device = _device(record.engine)
    lesions = [_observation(record.id, device["id"], lesion) for lesion in record.lesions]
    entries = [_diagnostic_report(record.id, lesions), device, *lesions]
    return {
        "resourceType": "Bundle",
        "id": _uuid("bundle", record.id),
        "type": "collection",
        "entry": [{"fullUrl": _urn(entry["id"]), "resource": entry} for entry in entries],
    }


def _diagnostic_report(name: str, lesions: Sequence[dict[str, Any]]) -> dict[str, Any]:
    made = {
        "resourceType": "DiagnosticReport",
        "id": _uuid("report", name),
        "identifier": [{"value": name}],
        "status": _STATUS,
        "code": {"text": "Spine MRI report"},
    }
    return made | ({"result": [{"reference": _urn(lesion["id"])} for lesion in lesions]} if lesions else {})


def _device(engine: Engine) -> dict[str, Any]:
    """Return what made the record."""
    return {
        "resourceType": "Device",
        "id": _uuid("device", engine.name, engine.version, engine.patterns),
        "deviceName": [{"name": engine.name, "type": "model-name"}],
        "version": [
            {"type": {"text": "software"}, "value": engine.version},
            {"type": {"text": "patterns"}, "value": engine.patterns},
        ],
    }


def _observation(name: str, device: str, lesion: Lesion) -> dict[str, Any]:
    notes = [*([_FUSED] if lesion.stabilised else []), *_words("lesion", lesion.evidence)]
    for field, value in lesion.fields.items():
        notes += _words(field, value.evidence)
    made = {
        "resourceType": "Observation",
        "id": _uuid("lesion", lesion.level, name),
        "status": _STATUS,
        "code": {"coding": [SINS], "text": f"SINS of {lesion.level}"},
        **_total(lesion),
        "interpretation": [_admitted(lesion.sins.category)],
        "bodySite": {"text": lesion.level},
        "device": {"reference": _urn(device)},
        "component": list(_components(lesion)),
    }
    return made | ({"note": [{"text": note} for note in notes]} if notes else {})


def _total(lesion: Lesion) -> dict[str, Any]:
    low, high = lesion.sins.low, lesion.sins.high
    return {"valueInteger": low} if low == high else {"valueRange": {"low": {"value": low}, "high": {"value": high}}}


def _components(lesion: Lesion) -> Iterator[dict[str, Any]]:
    """Yield the level, the certainty, and each field."""
    yield {"code": element_concept("level"), "valueCodeableConcept": value_concept("level", lesion.level)}
    yield {"code": element_concept("certainty"), "valueCodeableConcept": value_concept("certainty", lesion.certainty)}
    for field, value in lesion.fields.items():
        yield {"code": element_concept(field), **_value(field, value)}


def _value(field: str, value: FieldValue) -> dict[str, Any]:
    """Return a settled grade as the value, else why there is none; and what is still possible, or contradictory."""
    told = [_admitted(value.grades)] if value.status == "partial" else []
    told += [{"text": _CONTRADICTORY}] if value.conflict else []
    more = {"interpretation": told} if told else {}
    if value.status == "stated":
        return {"valueCodeableConcept": value_concept(field, value.grades[0]), **more}
    why = "not settled" if told else "not stated"
    return {"dataAbsentReason": {"coding": [_UNKNOWN], "text": why}, **more}


def _admitted(grades: Sequence[str]) -> dict[str, str]:
    """Return one concept for all that is possible, so that none of several is taken for what holds."""
    return {"text": grades[0] if len(grades) == 1 else f"not settled: {' or '.join(grades)}"}


def _words(field: str, evidence: Iterable[Evidence]) -> Iterator[str]:
    for said in evidence:
        yield f"{field}: “{' '.join(said.text.split())}” ({said.section}, characters {said.start} to {said.end})"


def _uuid(*words: str) -> str:
    """Return an id made of words; the report's own comes last."""
    return str(uuid.uuid5(_NAMESPACE, " ".join(words)))


def _urn(name: str) -> str:
    return f"urn:uuid:{name}"


FHIR: Final = Format("fhir", "ndjson", _piece)
