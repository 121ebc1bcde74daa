"""The command `timeline` as a user meets it: tables, what is said, and one line for every mistake."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from commandline import SECRET, one_line, run
from patients import EXAMINATIONS, HEAD, archive

pytestmark = pytest.mark.usefixtures("no_workers")

COLUMNS = ("--patient-column", "mrn", "--date-column", "when")


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a run that kept patients and dates."""
    folder = tmp_path_factory.mktemp("timeline")
    kept = ("--keep", "mrn", "--keep", "when", "--workers", "1")
    assert run("batch", archive(folder / "in.csv"), "-o", folder / "run", *kept)[0] == 0
    return folder / "run"


def printed(*args: str | Path) -> list[dict[str, Any]]:
    code, said, _ = run("timeline", *args, "--format", "json")
    assert code == 0
    return [json.loads(line) for line in said.splitlines()]


def test_every_row_says_what_has_changed_and_why(done: Path) -> None:
    rows = printed(done, *COLUMNS)
    keys = ("patient", "level", "date", "id", "change", "certain", "by", "disagree", "worse")
    assert [tuple(row.get(key) for key in keys) for row in rows] == [
        ("ann", "T7", "2023-01-10", "a1", "new", False, "sets", False, None),
        ("ann", "T7", "2023-05-02", "a2", "progressed", True, "against_words", True, "collapse"),
        ("ann", "T7", "2023-11-20", "a3", "stable", False, "sets", False, None),
        ("ann", "T10", "2023-05-02", "a2", "new", False, "both", False, None),
        ("ann", "T10", "2023-11-20", "a3", "not_mentioned", False, "silence", False, None),
        ("ann", "L2", "2023-01-10", "a1", "new", False, "sets", False, None),
        ("ann", "L2", "2023-05-02", "a2", "not_mentioned", False, "silence", False, None),
        ("ann", "L2", "2023-11-20", "a3", "not_mentioned", False, "not_covered", False, None),
        ("=cat", "C5", None, "c1", None, None, None, None, None),
        ("bob", "L3", "2023-02-01", "b1", "new", False, "sets", False, None),
        ("bob", "L3", None, "b2", None, None, None, None, None),
        (None, None, "2023-03-01", "d1", None, None, None, None, None),
    ]
    stable = rows[1]
    assert stable["said"] == "stable “stable”"
    assert "collapse: > 50 % collapse, “70 % loss of height”" in stable["words"]
    assert (stable["sins_low"], stable["sins_high"], stable["imaging_low"], stable["imaging_high"]) == (7, 16, 4, 13)


def test_what_has_no_place_in_time_is_named_with_its_remedy(done: Path) -> None:
    _, said, words = run("timeline", done, *COLUMNS)
    source = done.parent / "in.csv"
    assert words.splitlines() == [
        f"note: 1 report without a patient, each taken alone; fill the column of patients: {source}:row 7",
        f"note: 1 report without a date, not placed in time; fill the column of dates: {source}:row 6",
        "note: 1 report with a date that is no day, or could be two, not placed in time; write days as 2024-01-31: "
        f"{source}:row 5",
    ]
    assert SECRET not in said + words
    assert "Not placed in time (a date that is no plain day): b2" in said
    assert "▲ worse !" in said


def test_a_report_without_a_cell_of_date_tells_its_own(tmp_path: Path) -> None:
    rows = [("p", "1", "", "MRI SPINE, 3 May 2023\nFINDINGS: Metastasis of T7."), ("p", "2", "2023-06-01", HEAD)]
    path = archive(tmp_path / "in.csv", rows)
    assert [row["date"] for row in printed(path, *COLUMNS)] == ["2023-05-03", "2023-06-01"]


def test_the_files_hold_the_same(done: Path, tmp_path: Path) -> None:
    assert run("timeline", done, *COLUMNS, "-o", tmp_path)[0] == 0
    table = pd.read_parquet(tmp_path / "timeline.parquet")
    rows = printed(done, *COLUMNS)
    assert table["id"].tolist() == [row["id"] for row in rows]
    assert table["change"].astype(object).where(table["change"].notna(), None).tolist() == [
        row.get("change") for row in rows
    ]
    text = (tmp_path / "timeline.csv").read_text(encoding="utf-8-sig")
    assert text.splitlines()[0].split(",")[:4] == ["patient", "level", "date", "id"]
    assert "'=cat,C5," in text
    assert pd.read_excel(tmp_path / "timeline.xlsx", sheet_name="timeline", engine="calamine").shape == table.shape
    for path in tmp_path.iterdir():
        assert SECRET.encode() not in path.read_bytes()


def test_one_patient_and_an_archive_that_leaves_nothing_behind(tmp_path: Path) -> None:
    path = archive(tmp_path / "in.csv")
    rows = printed(path, *COLUMNS, "--patient", "bob", "--patient", "=cat", "--workers", "1")
    assert [row["id"] for row in rows] == ["c1", "b1", "b2"]
    assert [one.name for one in tmp_path.iterdir()] == ["in.csv"]


def test_a_run_without_reports_says_so(tmp_path: Path) -> None:
    path = archive(tmp_path / "in.csv", [("p", "1", "2023-01-01", "")])
    assert run("batch", path, "-o", tmp_path / "run", "--keep", "mrn", "--workers", "1")[0] == 1
    code, said, _ = run("timeline", tmp_path / "run", "--patient-column", "mrn")
    assert (code, said) == (0, "No examination is in it.\n")


@pytest.mark.parametrize(
    ("args", "words", "code"),
    [
        (["{run}", "--patient-column", "who"], "no column 'who' was kept from the source; kept are: mrn, when;", 1),
        (["{run}", "--patient-column", "mrn", "--date-column", "day"], "no column 'day' was kept", 1),
        (["{run}", *COLUMNS, "--patient", "zed"], "no patient 'zed'", 1),
        (["none", *COLUMNS], "none: no such file or folder; check the path", 1),
        (["{run}", *COLUMNS, "-o", "{run}/lesions"], "holds a table of the run", 1),
        (["{run}"], "Missing option '--patient-column'", 2),
    ],
    ids=["patients", "dates", "nobody", "nothing", "table", "no column"],
)
def test_a_mistake_is_one_line(done: Path, args: list[str], words: str, code: int) -> None:
    found, said, complaint = run("timeline", *(arg.format(run=done) for arg in args))
    assert (found, said) == (code, "")
    assert words in one_line(complaint)


def test_a_run_of_an_earlier_version_is_refused(done: Path, tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    for path in done.rglob("*"):
        if path.is_file() and path.name != ".lock":
            copy = tmp_path / path.relative_to(done)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
    for path in (tmp_path / "reports").iterdir():
        pq.write_table(pq.read_table(path).drop_columns(["changes"]), path)
    code, _, complaint = run("timeline", tmp_path, *COLUMNS)
    assert (code, "without the column `changes`" in one_line(complaint)) == (1, True)


def test_two_thousand_patients_take_little_time(tmp_path: Path) -> None:
    from extractor.archive.examination import Examination, read_examinations
    from extractor.archive.stored import open_run
    from extractor.timeline.files import write_timeline
    from extractor.timeline.patients import patients

    rows = [(who, name, day, text) for who, name, day, text in EXAMINATIONS if who == "ann"]
    assert run("batch", archive(tmp_path / "in.csv", rows), "-o", tmp_path / "run", "--keep", "mrn", "--keep", "when",
               "--workers", "1")[0] == 0  # fmt: skip
    ann: list[Examination] = list(read_examinations(open_run(tmp_path / "run"), "mrn", "when"))
    from dataclasses import replace

    began = time.process_time()
    many = [replace(one, patient=f"p{number}") for number in range(2_000) for one in ann]
    found = patients(many)
    write_timeline(found, (), tmp_path / "out")
    assert time.process_time() - began < 60  # seconds; it takes about five
    assert len(pd.read_parquet(tmp_path / "out" / "timeline.parquet")) == 2_000 * 8


README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def commands(name: str) -> list[list[str]]:
    """Return the commands of an example of the README."""
    block = README.split(f"<!-- example: begin ({name}) -->\n")[1].split("<!-- example: end -->")[0]
    return [line.split("#")[0].split()[1:] for line in block.splitlines()]


def test_the_commands_of_the_readme_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    rows = [("4711", name, day, text) for _, name, day, text in EXAMINATIONS[:2]]
    source = archive(tmp_path / "export.csv", rows)
    source.write_text(source.read_text(encoding="utf-8").replace("when", "date", 1), encoding="utf-8")
    shown = commands("timelines") + commands("worklist")
    assert run("batch", "export.csv", "-o", "run", "--keep", "mrn", "--workers", "1")[0] == 0
    (tmp_path / "archive").mkdir()
    source.rename(tmp_path / "archive" / "export.csv")
    (tmp_path / "export.csv").write_bytes((tmp_path / "archive" / "export.csv").read_bytes())
    assert [(one, run(*one)[0]) for one in shown] == [(one, 0) for one in shown]
    assert len(shown) == 5
    assert {path.name for path in Path("timeline").iterdir()} >= {"timeline.csv", "timeline.html", "timeline.xlsx"}
    assert (tmp_path / "worklist" / "worklist.csv").exists()
