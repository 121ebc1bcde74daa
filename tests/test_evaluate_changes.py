"""Agreement on change: three patients small enough to count by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from commandline import SECRET, one_line, run

from extractor.errors import ReportError
from extractor.evaluate import compare, parse_gold
from extractor.evaluate.gold import Gold


def examination(name: str, date: str, words: str, levels: list[str], **change: str) -> dict[str, Any]:
    lesions = [{"level": level, "certainty": "certain"} for level in levels]
    text = f"MRI WHOLE SPINE\nHISTORY: {SECRET}.\nFINDINGS: {words}"
    return {"id": name, "kind": "mri", "date": date, "text": text, "lesions": lesions, "report": {}, "change": change}


FIRST = "Lytic metastasis of T7 with 30 % loss of height. Metastasis of L2."
PATIENTS = [
    {
        "id": "p1",
        "style": "grows",
        "examinations": [
            examination("p1-1", "2022-01-01", FIRST, ["T7", "L2"], T7="new", L2="new"),
            examination(
                "p1-2", "2022-04-01", "T7 metastasis is stable, 70 % loss of height.", ["T7"],
                T7="progressed", L2="not_mentioned",
            ),
            examination("p1-3", "2022-08-01", "Unchanged metastasis of T7.", ["T7"], T7="stable", L2="not_mentioned"),
        ],
    },
    {
        "id": "p2",
        "style": "heals; gold of the second examination is wrong on purpose",
        "examinations": [
            examination("p2-1", "2022-01-01", "Metastasis of L1.", ["L1"], L1="new"),
            examination("p2-2", "2022-05-01", "The L1 metastasis is no longer visible.", [], L1="improved"),
        ],
    },
    {
        "id": "p3",
        "style": "one examination; gold knows a level that the report does not name",
        "examinations": [examination("p3-1", "2022-01-01", "Metastasis of C4.", ["C4"], C4="new", T1="new")],
    },
]  # fmt: skip


def gold(patients: list[dict[str, Any]] = PATIENTS) -> tuple[Gold, ...]:
    return parse_gold("\n".join(map(json.dumps, patients)).encode(), "g.jsonl")


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    path = tmp_path / "patients.jsonl"
    path.write_text("\n".join(map(json.dumps, PATIENTS)), encoding="utf-8")
    return path


def test_an_examination_is_a_gold_report_with_a_patient() -> None:
    cases = gold()
    assert [(case.id, case.patient, case.documents[0].date) for case in cases[:2]] == [
        ("p1-1", "p1", "2022-01-01"),
        ("p1-2", "p1", "2022-04-01"),
    ]
    assert cases[1].changes == {"T7": "progressed", "L2": "not_mentioned"}
    assert list(cases[0].reading.lesions) == ["T7", "L2"]


def test_changes_can_be_counted_by_hand(corpus: Path) -> None:
    code, said, complaint = run("evaluate", corpus, "--format", "json", "--errors")
    assert (code, complaint) == (0, "")
    found = json.loads(said)
    changes = found["changes"]
    # Ten levels in gold: one read as gone for improved, one not there at all.
    assert (changes["patients"], changes["exact"]["value"], changes["exact"]["n"]) == (3, 0.8, 10)
    kinds = changes["kinds"]
    assert (kinds["new"]["precision"]["value"], kinds["new"]["recall"]["value"]) == (1.0, 0.8)
    assert (kinds["gone"]["precision"]["value"], kinds["gone"]["recall"]["n"]) == (0.0, 0)
    assert (kinds["progressed"]["f1"]["value"], kinds["not_mentioned"]["f1"]["value"]) == (1.0, 1.0)
    assert (changes["confusion"]["improved"]["gone"], changes["confusion"]["new"]["none"]) == (1, 1)
    wrong = [one for one in found["errors"] if one["field"] == "change"]
    assert [(one["report"], one["level"], one["gold"], one["got"]) for one in wrong] == [
        ("p2-2", "L1", ["improved"], ["gone"]),
        ("p3-1", "T1", ["new"], ["none"]),
    ]
    assert [words["text"] for words in wrong[0]["evidence"]] == ["no longer visible"]
    assert found["reports"] == 6


def test_the_table_shows_what_is_taken_for_what(corpus: Path) -> None:
    code, said, _ = run("evaluate", corpus, "--errors")
    assert code == 0
    assert "exact, 3 patients, 10 levels" in said
    assert "gold, read as" in said
    assert "“no longer visible”" in said


def test_a_report_without_a_record_counts_as_read_to_nothing() -> None:
    found = compare(gold(), ())
    assert found.changes is not None
    assert (found.changes.exact.value, found.changes.confusion["new"]["none"]) == (0.0, 5)


def test_gold_without_patients_has_no_table_of_change() -> None:
    plain = {key: value for key, value in PATIENTS[0]["examinations"][0].items() if key != "change"}
    assert compare(gold([plain]), ()).changes is None


def test_an_examination_has_a_date() -> None:
    undated = {"id": "p", "examinations": [PATIENTS[0]["examinations"][0] | {"date": None}]}
    with pytest.raises(ReportError, match=r"g\.jsonl:1: date: an examination of a patient has a day"):
        gold([undated])


@pytest.mark.parametrize(
    ("change", "words"),
    [({"T70": "new"}, "change: 'T70' is none of"), ({"T7": "grown"}, "change: 'grown' is none of new,"),
     ([], "not the shape of a gold record")],
    ids=["level", "kind", "shape"],
)  # fmt: skip
def test_a_wrong_change_is_named_by_line(change: object, words: str, tmp_path: Path) -> None:
    wrong = {"id": "p", "examinations": [PATIENTS[0]["examinations"][0] | {"change": change}]}
    with pytest.raises(ReportError, match=f"g.jsonl:2: {words}"):
        gold([PATIENTS[1], wrong])
    path = tmp_path / "g.jsonl"
    path.write_text(json.dumps(wrong), encoding="utf-8")
    code, said, complaint = run("evaluate", path)
    assert (code, said, words in one_line(complaint)) == (1, "", True)
