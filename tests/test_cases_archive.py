"""An archive of documents is read case by case, wherever they stand in it; facts are joined to it by id."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pandas as pd
import pytest
from commandline import run

pytestmark = pytest.mark.usefixtures("no_workers")

MRI = "MRI THORACIC SPINE\nFINDINGS: T7 metastasis. Canary."
CT = "CT THORACIC SPINE\nFINDINGS: T7 lytic metastasis with 60 % loss of height."
REQUEST = "MRI REQUEST: back pain, worse on standing."
ROWS = [
    {"id": "a-req", "case": "a", "kind": "request", "when": "2024-05-01", "mrn": "1", "text": REQUEST},
    {"id": "b-mri", "case": "b", "kind": "", "when": "", "mrn": "2", "text": MRI},
    {"id": "a-mri", "case": "a", "kind": "MR", "when": "2024-05-03", "mrn": "1", "text": MRI},
    {"id": "lone", "case": "", "kind": "mri", "when": "2024-05-05", "mrn": "3", "text": MRI},
    {"id": "a-ct", "case": "a", "kind": "ct", "when": "2024-05-04", "mrn": "1", "text": CT},
]
ROLES = ("--case-column", "case", "--kind-column", "kind", "--date-column", "when", "--patient-column", "mrn")


def table(path: Path, rows: list[dict[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def batch(
    tmp_path: Path, rows: list[dict[str, str]], *more: str, roles: tuple[str, ...] = ROLES
) -> tuple[int, str, Path]:
    source, folder = table(tmp_path / "a.csv", rows), tmp_path / "run"
    code, _, said = run("batch", source, "-o", folder, "--workers", "1", *roles, *more)
    return code, said, folder


def reports(folder: Path) -> pd.DataFrame:
    return pd.read_parquet(folder / "reports").set_index("id")


def test_scattered_documents_are_one_case(tmp_path: Path) -> None:
    code, said, folder = batch(tmp_path, ROWS)
    assert (code, said.splitlines()[-1]) == (0, "3 in = 3 out + 0 quarantined")
    found = reports(folder)
    assert sorted(found.index) == ["a", "b", "lone"]
    row = found.loc["a"]
    assert (row["documents"], row["exam_kinds"], row["exam_date"], row["mrn"]) == (
        3,
        "ct|mri|request",
        "2024-05-04",
        "1",
    )
    (lesion,) = pd.read_parquet(folder / "lesions").query("id == 'a'").to_dict("records")
    assert (lesion["pain"], lesion["bone_lesion"], lesion["collapse"]) == ("mechanical", "lytic", "over_50")
    words = pd.read_parquet(folder / "evidence").query("id == 'a'")
    assert set(words["document"]) == {"a-ct", "a-mri", "a-req"}


def test_where_the_documents_stand_is_irrelevant(tmp_path: Path) -> None:
    folders = []
    for name, rows in (("x", ROWS), ("y", ROWS[::-1])):
        (tmp_path / name).mkdir()
        folders.append(batch(tmp_path / name, rows)[2])
    lesions = [pd.read_parquet(each / "lesions").sort_values("id", ignore_index=True) for each in folders]
    pd.testing.assert_frame_equal(*lesions)


def test_from_standard_input_all_wait_for_the_end() -> None:
    data = "".join(json.dumps(row) + "\n" for row in ROWS).encode()
    code, out, _ = run("batch", "-", "-o", "-", "--workers", "1", *ROLES, stdin=data)
    assert code == 0
    assert {line["id"]: len(line["documents"]) for line in map(json.loads, out.splitlines())} == {
        "a": 3,
        "b": 1,
        "lone": 1,
    }


def test_the_files_of_a_folder_are_a_case(tmp_path: Path) -> None:
    for name, texts in (("p1", (MRI, CT)), ("p2", (MRI,))):
        (tmp_path / "in" / name).mkdir(parents=True)
        for number, text in enumerate(texts):
            (tmp_path / "in" / name / f"{number}.txt").write_text(text, encoding="utf-8")
    code, _, _ = run("batch", tmp_path / "in", "-o", tmp_path / "run", "--workers", "1", "--case-column", "@folder")
    assert code == 0
    assert sorted(reports(tmp_path / "run")["documents"]) == [1, 2]


def test_a_case_of_two_patients_is_put_aside(tmp_path: Path) -> None:
    rows = [row | ({"mrn": "9"} if row["id"] == "a-ct" else {}) for row in ROWS]
    code, said, folder = batch(tmp_path, rows)
    assert code == 1
    assert "case 'a' has documents of 2 patients; give each patient's a case of their own" in said
    assert "3 in = 2 out + 1 quarantined" in said
    (row,) = pd.read_parquet(folder / "quarantine").to_dict("records")
    assert (row["id"], row["stage"]) == ("a", "case")


def test_a_column_that_puts_all_into_one_case_is_told(tmp_path: Path) -> None:
    rows = [{"id": str(number), "case": "x", "text": MRI} for number in range(101)]
    code, said, _ = batch(tmp_path, rows, roles=("--case-column", "case"))
    assert code == 1
    assert "a case of 101 documents; is the column of cases the right one?" in said


def test_dates_and_kinds_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    rows = [row | {"when": "03/04/2024", "kind": "XR"} for row in ROWS[:2]]
    code, said, folder = batch(tmp_path, rows)
    assert code == 0
    assert "a.csv:row 1: its date is none, or could be two days; write it as 2024-05-03" in said
    assert "a.csv:row 2: its kind is none of mri, ct, request, note; it is judged by its words" in said
    assert reports(folder)["exam_date"].isna().all()
    assert "Canary" not in said


def test_many_such_notes_are_counted(tmp_path: Path) -> None:
    rows = [{"id": str(number), "case": "", "when": "?", "text": MRI} for number in range(30)]
    _, said, _ = batch(tmp_path, rows, roles=("--case-column", "case", "--date-column", "when"))
    assert said.count("its date is none") == 20
    assert "… and 10 more such notes" in said


def test_a_column_of_cases_that_is_not_there_is_named(tmp_path: Path) -> None:
    code, said, _ = batch(tmp_path, ROWS, roles=("--case-column", "kase"))
    assert code != 0
    assert "no column 'kase'" in said


def facts(tmp_path: Path, *lines: str, heading: str = "id,level,field,grade") -> Path:
    path = tmp_path / "facts.csv"
    path.write_text("\n".join((heading, *lines)) + "\n", encoding="utf-8")
    return path


def test_facts_are_joined_by_case_document_or_report(tmp_path: Path) -> None:
    path = facts(
        tmp_path, "b,T7,bone_lesion,blastic", "a-mri,T7,alignment,normal", "lone,,pain,none", "lone,t7,escc,1a|1b"
    )
    code, _, folder = batch(tmp_path, ROWS, "--facts", str(path))
    assert code == 0
    found = pd.read_parquet(folder / "lesions").set_index("id")
    assert found.loc["b", "bone_lesion"] == "blastic"
    assert found.loc["a", "alignment"] == "normal"
    assert (found.loc["lone", "pain"], found.loc["lone", "escc"]) == ("none", "1a|1b")


def test_facts_on_unknown_ids_are_named_and_the_rest_is_read(tmp_path: Path) -> None:
    code, said, folder = batch(tmp_path, ROWS, "--facts", str(facts(tmp_path, "b,,pain,none", "zz,,pain,none")))
    assert code == 1
    assert "facts.csv:row 2, column id: no report or case is called so" in said
    assert len(reports(folder)) == 3


@pytest.mark.parametrize(
    ("lines", "heading", "says"),
    [
        (["b,T77,collapse,none"], "id,level,field,grade", "row 1, column level: is no level"),
        (["b,T7,colapse,none"], "id,level,field,grade", "row 1, column field: is no field here"),
        (["b,T7,collapse,bad"], "id,level,field,grade", "row 1, column grade: is no grade of collapse"),
        ([",T7,collapse,none"], "id,level,field,grade", "row 1, column id: is empty"),
        (["b,T7,collapse"], "id,level,field,grade", "row 1: fewer cells than the heading"),
        (["b,,pain,none", "b,,pain,mechanical"], "id,level,field,grade", "row 2, column grade: contradicts row 1"),
        (["b,T7,collapse,none"], "id,level,field", "column grade is not there"),
    ],
)
def test_facts_that_cannot_be_used_stop_the_run_before_it_begins(
    tmp_path: Path, lines: list[str], heading: str, says: str
) -> None:
    code, said, folder = batch(tmp_path, ROWS, "--facts", str(facts(tmp_path, *lines, heading=heading)))
    assert code == 2
    assert says in " ".join(said.split())
    assert not folder.exists()


def test_a_run_goes_on_only_with_the_same_facts(tmp_path: Path) -> None:
    assert batch(tmp_path, ROWS, "--facts", str(facts(tmp_path, "b,,pain,none")))[0] == 0
    assert batch(tmp_path, ROWS, "--facts", str(facts(tmp_path, "b,,pain,none")))[0] == 0
    code, said, _ = batch(tmp_path, ROWS, "--facts", str(facts(tmp_path, "b,,pain,mechanical")))
    assert code == 1
    assert "facts" in said


def test_formats_with_texts_get_each_document(tmp_path: Path) -> None:
    _, _, folder = batch(tmp_path, ROWS, "--format", "prodigy", "--format", "jsonl")
    tasks = [json.loads(line) for each in (folder / "prodigy").iterdir() for line in each.read_text().splitlines()]
    assert sorted(task["meta"]["id"] for task in tasks) == ["a-ct", "a-mri", "a-req", "b-mri", "lone"]
    for task in tasks:
        assert all(0 <= span["start"] < span["end"] <= len(task["text"]) for span in task["spans"])
    pain = next(task for task in tasks if task["meta"]["id"] == "a-req")
    assert {span["label"] for span in pain["spans"]} == {"pain"}
    records = [json.loads(line) for each in (folder / "jsonl").iterdir() for line in each.read_text().splitlines()]
    assert sorted(record["id"] for record in records) == ["a", "b", "lone"]
