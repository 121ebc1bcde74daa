"""Evidence as rows: each piece of a record's words once, with the levels it is about."""

from __future__ import annotations

import dataclasses

import pytest
from sample import NORMAL, RECORD, words

from extractor.archive.evidence import EvidenceRow, evidence_rows
from extractor.record import CanalFinding, Change, Findings, OtherFracture, StatedSins, Treatment

SAID = words("Radiotherapy", "any.rule")
HEARD = (SAID,)


def finding(**changed: object) -> Findings:
    """Return findings with nothing but what is given."""
    return dataclasses.replace(NORMAL.findings, **changed)


@pytest.mark.parametrize(
    ("findings", "row"),
    [
        (
            finding(other_fractures=(OtherFracture("L5", "osteoporotic", HEARD),)),
            EvidenceRow("L5", "other_fracture", ("osteoporotic",), SAID),
        ),
        (
            finding(treatment=(Treatment("fusion", ("L1", "T12", "T11"), HEARD),)),
            EvidenceRow("T11|T12|L1", "treatment", ("fusion",), SAID),
        ),
        (finding(treatment=(Treatment("cement", (), HEARD),)), EvidenceRow(None, "treatment", ("cement",), SAID)),
        (
            finding(stated_sins=(StatedSins("T8", 13, "unstable", HEARD),)),
            EvidenceRow("T8", "stated_sins", ("13", "unstable"), SAID),
        ),
        (
            finding(stated_sins=(StatedSins(None, None, "stable", HEARD),)),
            EvidenceRow(None, "stated_sins", ("stable",), SAID),
        ),
        (
            finding(changes=(Change("stable", ("L1", "T8"), (), HEARD),)),
            EvidenceRow("T8|L1", "change", ("stable",), SAID),
        ),
        (finding(changes=(Change("gone", (), (), HEARD),)), EvidenceRow(None, "change", ("gone",), SAID)),
        (
            finding(epidural=CanalFinding(("present",), "stated", ("T10", "C7", "T9"), HEARD)),
            EvidenceRow("C7|T9|T10", "epidural", ("present",), SAID),
        ),
        (
            finding(cord_signal=CanalFinding(("normal",), "stated", (), HEARD)),
            EvidenceRow(None, "cord_signal", ("normal",), SAID),
        ),
    ],
    ids=[
        "fracture", "treatment", "treatment of no level", "SINS", "SINS of no level", "change", "change of all",
        "canal", "canal of no level",
    ],
)  # fmt: skip
def test_a_finding_names_its_levels_from_head_to_tail(findings: Findings, row: EvidenceRow) -> None:
    assert list(evidence_rows(dataclasses.replace(NORMAL, findings=findings))) == [row]


def test_lesions_come_first_each_with_its_own_level() -> None:
    found = [(row.level, row.field) for row in evidence_rows(RECORD)]
    assert found == [
        ("T8", "lesion"), ("T8", "bone_lesion"), ("T8", "alignment"), ("T8", "collapse"),
        ("T8", "posterolateral"), ("T8", "posterolateral"),
        ("L3", "lesion"), ("L3", "bone_lesion"), ("L3", "epidural"),
        ("L5", "other_fracture"), ("T5|T6|T7", "treatment"), ("T8", "stated_sins"),
    ]  # fmt: skip
