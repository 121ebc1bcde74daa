"""Every element of a record is in the state that follows from its fields."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from sample import L3, NORMAL, QUIET, RECORD, T8, lesion, value, words

from extractor.audit.elements import element_states
from extractor.audit.states import ELEMENTS, FRACTURE_ELEMENTS, LESION_ELEMENTS, REPORT_ELEMENTS, ElementState
from extractor.record import (
    CanalFinding,
    Diffuse,
    Document,
    FieldValue,
    Findings,
    Lesion,
    OtherFracture,
    Record,
    SectionSpan,
    StatedSins,
    Treatment,
)
from extractor.scoring.summary import summarise

PRESENT = FieldValue(("present",), "stated")
IN_BOTH = (Document("r", "mri", (SectionSpan("findings", 0, 1), SectionSpan("impression", 1, 2))),)


def record(*lesions: Lesion, documents: tuple[Document, ...] = (), **findings: Any) -> Record:
    """Return a record of some lesions that is quiet but for the findings given."""
    return dataclasses.replace(
        RECORD,
        lesions=lesions,
        findings=dataclasses.replace(QUIET, compartments=("extradural",) if lesions else (), **findings),
        summary=summarise(lesions),
        documents=documents,
    )


def states(record: Record, level: str | None = None) -> dict[str, str]:
    return {state.element: state.state for state in element_states(record) if state.level == level}


def test_every_element_of_every_lesion_and_report_is_there_once() -> None:
    found = element_states(RECORD)
    assert [(one.level, one.element) for one in found] == [
        *(("T8", element) for element in LESION_ELEMENTS),
        *(("L3", element) for element in LESION_ELEMENTS),
        ("L5", "fracture_cause"),
        *((None, element) for element in REPORT_ELEMENTS),
    ]
    assert set(ELEMENTS) == {*LESION_ELEMENTS, *FRACTURE_ELEMENTS, *REPORT_ELEMENTS}


def test_a_lesion_with_all_kinds_of_states() -> None:
    assert states(RECORD, "T8") == {
        "category": "partial",
        "location": "stated",
        "pain": "missing",
        "bone_lesion": "stated",
        "alignment": "contradictory",
        "collapse": "stated",
        "posterolateral": "stated",
        "collapse_degree": "stated",
        "epidural": "missing",
        "escc": "partial",
        "cord_compression": "missing",
        "cord_signal": "missing",
        "paraspinal": "missing",
        "nerve_root": "missing",
        "conclusion": "stated",
        "findings_impression": "not_applicable",
        "stated_sins": "stated",
        "stated_escc": "not_applicable",
    }


def test_sins_is_not_asked_for_in_a_stabilised_span_nor_cord_signal_below_the_cord() -> None:
    not_asked = {"category", "location", "pain", "bone_lesion", "alignment", "collapse", "posterolateral"}
    found = states(RECORD, "L3")
    assert {name for name, state in found.items() if state == "not_applicable"} == not_asked | {
        "collapse_degree", "cord_signal", "findings_impression", "stated_sins", "stated_escc",
    }  # fmt: skip
    assert found["conclusion"] == "partial"


@pytest.mark.parametrize(
    ("grades", "collapse", "degree"),
    [
        (("over_50",), "stated", "stated"),
        (("over_50", "under_50"), "partial", "missing"),
        (("none_over_50_involved", "none"), "partial", "not_applicable"),
        (("none",), "stated", "not_applicable"),
        ((), "missing", "not_applicable"),
    ],
    ids=["degree", "no degree", "height kept", "none", "no word"],
)
def test_a_collapse_is_asked_for_its_degree(grades: tuple[str, ...], collapse: str, degree: str) -> None:
    found = states(record(lesion("T8", collapse=value("collapse", *grades))), "T8")
    assert (found["collapse"], found["collapse_degree"]) == (collapse, degree)


@pytest.mark.parametrize(
    ("level", "state"), [("C1", "missing"), ("L1", "missing"), ("L2", "not_applicable"), ("sacrum", "not_applicable")]
)
def test_cord_signal_is_asked_for_where_there_is_cord(level: str, state: str) -> None:
    assert states(record(lesion(level)), level)["cord_signal"] == state


@pytest.mark.parametrize(
    ("certainty", "state"), [("certain", "stated"), ("probable", "partial"), ("possible", "missing")]
)
def test_a_hedge_that_is_never_taken_back_is_no_conclusion(certainty: Any, state: str) -> None:
    hedged = dataclasses.replace(lesion("T8"), certainty=certainty)
    assert states(record(hedged), "T8")["conclusion"] == state


def conflicting(*sections: str) -> Lesion:
    evidence = tuple(dataclasses.replace(words("Lytic", "bone_lesion.lytic"), section=name) for name in sections)
    return lesion("T8", paraspinal=value("paraspinal", "present", conflict=True, evidence=evidence))


@pytest.mark.parametrize(
    ("found", "documents", "state"),
    [
        (conflicting("findings", "impression"), IN_BOTH, "contradictory"),
        (conflicting("findings", "findings"), IN_BOTH, "stated"),
        (lesion("T8"), IN_BOTH, "stated"),
        (lesion("T8"), (Document("r", "mri", IN_BOTH[0].sections[:1]),), "not_applicable"),
    ],
    ids=["against each other", "within the findings", "no conflict", "no impression"],
)
def test_findings_against_impression(found: Lesion, documents: tuple[Document, ...], state: str) -> None:
    assert states(record(found, documents=documents), "T8")["findings_impression"] == state


@pytest.mark.parametrize(
    ("stated", "state"),
    [
        ([], "not_applicable"),
        ([StatedSins("T8", 13, "unstable")], "stated"),
        ([StatedSins("T8", 10, None)], "contradictory"),
        ([StatedSins("T8", None, "stable")], "contradictory"),
        ([StatedSins("T8", 12, None), StatedSins("T8", 18, None)], "contradictory"),
        ([StatedSins(None, 12, "indeterminate")], "stated"),
        ([StatedSins("L3", 1, "stable")], "not_applicable"),
    ],
    ids=["none", "within", "total outside", "category outside", "one of two outside", "no level", "another level"],
)
def test_a_stated_sins_is_held_against_the_derived_range(stated: list[StatedSins], state: str) -> None:
    # T8 has 11 to 14 points: pain is open
    assert (T8.sins.low, T8.sins.high) == (11, 14)
    assert states(record(T8, stated_sins=tuple(stated)), "T8")["stated_sins"] == state


def test_a_stated_sins_without_a_level_is_of_the_worst_lesion() -> None:
    assert RECORD.summary is not None
    assert RECORD.summary.worst_level == "L3"
    both = record(T8, L3, stated_sins=(StatedSins(None, 1, "stable"),))
    assert (states(both, "T8")["stated_sins"], states(both, "L3")["stated_sins"]) == ("not_applicable", "contradictory")


@pytest.mark.parametrize(
    ("rule", "conflict", "state"),
    [
        ("escc.grade_2", False, "stated"),
        ("escc.next_2", True, "contradictory"),
        ("escc.csf_gone", True, "not_applicable"),
    ],
)
def test_a_stated_escc_is_held_against_its_description(rule: str, conflict: bool, state: str) -> None:
    escc = value("escc", "2", conflict=conflict, evidence=(words("SINS 13", rule),))
    found = states(record(lesion("T8", escc=escc)), "T8")
    assert (found["stated_escc"], found["escc"]) == (state, "contradictory" if conflict else "stated")


@pytest.mark.parametrize(
    ("cause", "lesions", "state"),
    [
        ("unstated", (T8,), "missing"),
        ("osteoporotic", (T8,), "stated"),
        ("unstated", (), "not_applicable"),
    ],
    ids=["beside a metastasis", "with a cause", "no disease"],
)
def test_a_fracture_beside_metastases_is_asked_for_its_cause(cause: Any, lesions: Any, state: str) -> None:
    found = element_states(record(*lesions, other_fractures=(OtherFracture("L1", cause),)))
    assert [one for one in found if one.element == "fracture_cause"] == [ElementState("L1", "fracture_cause", state)]


NO_LEVEL = CanalFinding(("present",), "stated")
WITH_LEVEL = CanalFinding(("present",), "stated", ("T6",))


@pytest.mark.parametrize(
    ("lesions", "regions", "canal", "level", "extent"),
    [
        ((T8,), (), None, "stated", "stated"),
        ((T8,), ("lumbar",), None, "partial", "stated"),
        ((T8,), ("unspecified",), None, "partial", "partial"),
        ((T8,), (), NO_LEVEL, "partial", "stated"),
        ((T8,), (), WITH_LEVEL, "stated", "stated"),
        ((), ("lumbar",), None, "partial", "stated"),
        ((), ("unspecified",), None, "missing", "missing"),
        ((), ("lumbar", "unspecified"), None, "partial", "partial"),
        ((), (), NO_LEVEL, "missing", "not_applicable"),
        ((), (), WITH_LEVEL, "stated", "not_applicable"),
    ],
    ids=[
        "levels", "level and region", "level and several", "canal without level", "canal with level",
        "region", "several vertebrae", "region and several", "only canal, no level", "only canal",
    ],
)  # fmt: skip
def test_level_and_extent(lesions: Any, regions: Any, canal: CanalFinding | None, level: str, extent: str) -> None:
    given = record(*lesions, diffuse=Diffuse(regions), epidural=canal or QUIET.epidural)
    if canal:
        given = dataclasses.replace(given, findings=dataclasses.replace(given.findings, compartments=("extradural",)))
    found = states(given)
    assert (found["level"], found["extent"]) == (level, extent)


def test_an_intradural_tumour_has_no_vertebra_to_name() -> None:
    only: Findings = dataclasses.replace(QUIET, leptomeningeal=PRESENT, compartments=("intradural_extramedullary",))
    assert states(dataclasses.replace(NORMAL, findings=only)) == {
        "level": "not_applicable",
        "extent": "not_applicable",
        "leptomeningeal": "stated",
        "intramedullary": "missing",
        "treated_segment": "not_applicable",
    }


@pytest.mark.parametrize(
    ("treatment", "state"),
    [
        ([], "not_applicable"),
        ([Treatment("fusion", ("T5", "T9"))], "stated"),
        ([Treatment("fusion")], "missing"),
        ([Treatment("fusion", ("T5", "T9")), Treatment("radiotherapy")], "partial"),
    ],
    ids=["none", "levels", "no levels", "one of two"],
)
def test_a_treatment_is_asked_for_its_levels(treatment: list[Treatment], state: str) -> None:
    assert states(record(T8, treatment=tuple(treatment)))["treated_segment"] == state


def test_nothing_is_asked_where_there_is_no_disease() -> None:
    assert states(NORMAL) == dict.fromkeys(REPORT_ELEMENTS, "not_applicable")
