"""FHIR bundles, validated by the model of R4B and compared with the records they were made of."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hostile import DAY, records, reports
from sample import RECORD

import extractor
from extractor.archive.evidence import EVIDENCE_FIELDS, evidence_rows
from extractor.archive.formats.known import FORMATS
from extractor.archive.formats.radelement import value_concept
from extractor.archive.report import Report
from extractor.record import Record
from extractor.values import COMPONENTS, GRADES, LEVELS


def read_bundle(line: str | bytes) -> dict[str, dict[str, Any]]:
    """Validate a bundle by the model of R4B; return by level what its observations tell, as a record would."""
    from fhir.resources.R4B.bundle import Bundle

    bundle = Bundle.model_validate_json(line)
    by_url = {entry.fullUrl: entry.resource for entry in bundle.entry}
    report = bundle.entry[0].resource
    lesions = [by_url[found.reference] for found in report.result or []]
    if any(by_url[lesion.device.reference].deviceName[0].name != "sinsight" for lesion in lesions):
        raise ValueError("a device is not there")
    return {report.identifier[0].value: {lesion.bodySite.text: told(lesion) for lesion in lesions}}


def told(lesion: Any) -> dict[str, Any]:
    """Return what an Observation says: the total, the categories, and each component's grades."""
    total, span = lesion.valueInteger, lesion.valueRange
    return {
        "sins": (int(span.low.value), int(span.high.value)) if span else (total, total),
        "category": possible(lesion.interpretation[0].text),
        **{part.code.text.replace(" ", "_"): grades(part) for part in lesion.component},
    }


def possible(text: str) -> tuple[str, ...]:
    return tuple(text.removeprefix("not settled: ").split(" or "))


def grades(part: Any) -> tuple[str, ...]:
    """Return the grades a component admits; none where it says that nothing was stated."""
    if part.valueCodeableConcept:
        return (part.valueCodeableConcept.text,)
    if part.dataAbsentReason.text == "not stated":
        return ()
    return possible(part.interpretation[0].text)


def of_record(record: Record) -> dict[str, dict[str, Any]]:
    return {
        record.id: {
            lesion.level: {
                "sins": (lesion.sins.low, lesion.sins.high),
                "category": lesion.sins.category,
                "level": (lesion.level,),
                "certainty": (lesion.certainty,),
                **{name: () if value.status == "missing" else value.grades for name, value in lesion.fields.items()},
            }
            for lesion in record.lesions
        }
    }


def corpus() -> Iterator[tuple[Report, Record]]:
    """Yield some reports of each set of the corpus."""
    for path in sorted((Path(__file__).parents[1] / "corpus" / "reports").glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines()[:3]:
            item = json.loads(line)
            yield Report(item["id"], item["text"], path.name), extractor.read(item["text"], id=item["id"])


def test_fhir_bundles_are_valid_and_say_what_the_records_say() -> None:
    for report, record in (*corpus(), *((one, records()[one.id]) for one in reports())):
        assert read_bundle(FORMATS["fhir"].piece(report, record, DAY)) == of_record(record)
        assert {row.field for row in evidence_rows(record)} <= set(EVIDENCE_FIELDS)


def test_fhir_codes_are_those_of_radelement() -> None:
    report = Report("r", "", "r")
    bundle = json.loads(FORMATS["fhir"].piece(report, RECORD, DAY))
    observation = bundle["entry"][2]["resource"]
    codes = {part["code"]["text"]: coded(part) for part in observation["component"]}
    assert codes == {
        "level": ("RDE151", "RDE151.7"),
        "certainty": (None, None),
        "location": ("RDE152", "RDE152.1"),
        "pain": (None, "unknown"),
        "bone lesion": ("RDE153", "RDE153.2"),
        "alignment": ("RDE154", "RDE154.1"),
        "collapse": ("RDE155", "RDE155.2"),
        "posterolateral": ("RDE156", "RDE156.2"),
        "epidural": (None, "unknown"),
        "escc": ("RDE1998", "unknown"),
        "cord compression": (None, "unknown"),
        "cord signal": (None, "unknown"),
        "paraspinal": (None, "unknown"),
        "nerve root": (None, "unknown"),
    }
    by_field = {part["code"]["text"]: part for part in observation["component"]}
    assert by_field["escc"]["interpretation"] == [{"text": "not settled: 2 or 3"}]
    assert by_field["alignment"]["interpretation"] == [{"text": "the report contradicts itself"}]
    assert observation["valueRange"] == {"low": {"value": 11}, "high": {"value": 14}}
    assert bundle["entry"][3]["resource"]["note"][0] == {
        "text": "Inside a stabilised span, where SINS is not validated."
    }


def coded(part: dict[str, Any]) -> tuple[str | None, str | None]:
    """Return the code of a component and that of its value, or of why it has none."""
    return code(part["code"]), code(part.get("valueCodeableConcept") or part["dataAbsentReason"])


def code(concept: dict[str, Any]) -> str | None:
    return concept["coding"][0]["code"] if "coding" in concept else None


def test_only_elements_of_radelement_are_coded() -> None:
    grades = [value_concept(field, grade) for field in ("location", *COMPONENTS, "escc") for grade in GRADES[field]]
    assert [concept["text"] for concept in grades if "coding" not in concept] == ["mechanical", "occasional", "none"]
    assert [level for level in LEVELS if "coding" not in value_concept("level", level)] == ["T13", "L6", "S5", "sacrum"]
