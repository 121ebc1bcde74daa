"""The command `audit` as a user meets it: one report, an archive, a run, and one line for every mistake."""

from __future__ import annotations

import csv
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from commandline import SECRET, one_line, run

from extractor.resources import corpus_dir

pytestmark = pytest.mark.usefixtures("no_workers")

REPORT = corpus_dir() / "demo" / "report.txt"
HEAD = f"MRI WHOLE SPINE\nHISTORY: {SECRET}. "
OPEN = HEAD + "FINDINGS: Lytic metastasis of T7."
FULL = HEAD + (
    "Mechanical back pain.\nFINDINGS: Lytic metastasis of L3 with 60 % loss of height. Both pedicles are involved. "
    "Alignment is normal. No epidural disease. No cord compression. No paraspinal extension. "
    "No leptomeningeal or intramedullary disease."
)
CLEAR = HEAD + "FINDINGS: No metastasis."
ROWS = [
    ("1", OPEN, "north", "2024-01-03", "p"),
    ("2", FULL, "south", "2024-01-20", "q"),
    ("3", OPEN.replace("T7", "T7. Lytic metastasis of T9"), "north", "2024-02-01", "p"),
    ("4", CLEAR, "=far", "soon", ""),
]


def archive(path: Path, rows: list[tuple[str, ...]] = ROWS) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("id", "text", "site", "date", "patient"), *rows])
    return path


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a run that kept site, date and patient."""
    folder = tmp_path_factory.mktemp("audit")
    kept = [word for name in ("site", "date", "patient") for word in ("--keep", name)]
    assert run("batch", archive(folder / "in.csv"), "-o", folder / "run", "--workers", "1", *kept)[0] == 0
    return folder / "run"


def table(folder: Path, name: str = "completeness") -> pd.DataFrame:
    return pd.read_parquet(folder / f"{name}.parquet")


def counts(folder: Path, code: str, group: str = "all") -> tuple[Any, ...]:
    """Return what is applicable and what is stated of a check in a group."""
    rows = table(folder)
    (row,) = rows[(rows["code"] == code) & (rows["group"] == group)].to_dict("records")
    return row["applicable"], row["stated"]


def test_the_table_of_a_run_holds_every_element(done: Path) -> None:
    states = pd.read_parquet(done / "audit")
    assert states.groupby("id", sort=True).size().to_dict() == {"1": 23, "2": 23, "3": 41, "4": 5}
    mine = states[(states["id"] == "2") & (states["level"] == "L3")].set_index("element")["state"]
    assert (mine["collapse"], mine["cord_signal"], mine["pain"]) == ("stated", "not_applicable", "stated")


def test_a_run_is_audited_by_group_period_and_patient(done: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    cuts = ("--by", "site", "--period", "month", "--patient", "patient")
    code, said, err = run("audit", done, *cuts, "-o", out)
    assert code == 0
    assert said.startswith("4 reports, 4 lesions: stability category settled in 1, open in 3, not asked in 0")
    assert "Lesions by the categories still possible: any category 3, unstable 1." in said
    assert err.splitlines() == [
        "note: site: 2 of 3 groups hold one report; nothing can be said of these",
        "note: period: 2 of 3 groups hold one report; nothing can be said of these",
        "note: period: 1 of 4 reports have no date such as 2024-01-31",
        f"written to {out}: completeness, deciding, ranges, open_lesions, incomplete, levels",
    ]
    assert [counts(out, "A101", group) for group in ("all", "north", "south", "=far")] == [
        (4, 1), (3, 0), (1, 1), (0, 0),
    ]  # fmt: skip
    assert [counts(out, "A303", group) for group in ("all", "2024-01", "2024-02", "(no date)")] == [
        (3, 1), (2, 1), (1, 0), (0, 0),
    ]  # fmt: skip
    assert set(table(out)["cluster"]) == {"patient"}
    assert list(table(out, "open_lesions")[["id", "level"]].itertuples(index=False, name=None)) == [
        ("1", "T7"), ("3", "T7"), ("3", "T9"),
    ]  # fmt: skip


def test_files_say_the_same_and_are_safe_to_open(done: Path, tmp_path: Path) -> None:
    from python_calamine import CalamineWorkbook

    out = tmp_path / "out"
    assert run("audit", done, "--by", "site", "-o", out)[0] == 0
    with (out / "completeness.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    found = table(out)
    assert [row["code"] for row in rows] == list(found["code"])
    assert [row["stated"] for row in rows] == [str(stated) for stated in found["stated"]]
    assert {row["group"] for row in rows} == {"all", "north", "south", "'=far"}
    with CalamineWorkbook.from_path(str(out / "audit.xlsx")) as book:
        names = book.sheet_names
        sheet = book.get_sheet_by_name("completeness").to_python()
    assert names == ["completeness", "deciding", "ranges", "open_lesions", "incomplete", "levels", "method"]
    assert [row[2] for row in sheet[1:]] == list(found["code"])
    about = json.loads((out / "audit.json").read_text(encoding="utf-8"))
    manifest = json.loads((done / "run.json").read_text(encoding="utf-8"))
    assert about["counted"] == {
        "run": str(done), "version": manifest["version"], "patterns": manifest["patterns"], "state": "complete",
        "in": 4, "out": 4, "quarantined": 0, "sample": None, "reports": 4, "lesions": 4,
        "category": {"settled": 1, "open": 3, "stabilised": 0},
    }  # fmt: skip
    assert set(about["columns"]) == set(found.columns)
    for path in out.iterdir():
        assert SECRET.encode() not in path.read_bytes()


def test_an_archive_is_read_first_and_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room = tmp_path / "room"
    room.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(room))
    code, said, _ = run("audit", archive(tmp_path / "in.csv"), "--by", "site", "--workers", "1")
    assert (code, said.splitlines()[0].split(":")[0]) == (0, "4 reports, 4 lesions")
    assert list(room.iterdir()) == []


def test_an_archive_with_an_output_keeps_its_run_without_words(tmp_path: Path) -> None:
    out = tmp_path / "out"
    path = archive(tmp_path / "in.csv")
    assert run("audit", path, "-o", out, "--workers", "1")[0] == 0
    assert counts(out, "A101") == (4, 1)
    assert len(pd.read_parquet(out / "run" / "evidence")) == 0
    first = (out / "completeness.csv").read_bytes()
    assert run("audit", path, "-o", out, "--workers", "1")[0] == 0
    assert (out / "completeness.csv").read_bytes() == first


def test_runs_are_compared(done: Path, tmp_path: Path) -> None:
    other = archive(tmp_path / "other.csv", ROWS[1:2])
    code, said, err = run("audit", done, "--against", other, "-o", tmp_path / "out", "--workers", "1")
    assert code == 0
    title = f"Against {other} (1 report, 1 lesion), in percentage points"
    assert "".join(title.split()) in "".join(said.split())
    assert "another version" not in err
    rows = table(tmp_path / "out", "compare").set_index("code")
    assert (rows.loc["A101", "applicable"], rows.loc["A101", "against_applicable"]) == (4, 1)
    assert rows.loc["A101", "difference"] == pytest.approx(-0.75)
    assert run("audit", done, "-o", tmp_path / "out")[0] == 0
    assert sorted(path.name for path in (tmp_path / "out").glob("compare.*")) == []


def test_a_run_by_other_patterns_says_so(done: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    rule = '[[rule]]\nid = "collapse.local.x"\ngrades = ["over_50"]\npattern = "biscuit body"\n'
    (mine / "collapse.toml").write_text(f'field = "collapse"\n\n{rule}', encoding="utf-8")
    other = archive(tmp_path / "other.csv", ROWS[:1])
    code, _, err = run("audit", done, "--against", other, "--patterns", mine, "--workers", "1")
    assert (code, err.splitlines()[1:]) == (
        0,
        [
            f"note: {other}: was read by other patterns or another version; a difference may be the program's",
            f"note: {done}: was read by other patterns than those at hand; its figures are those of its own",
        ],
    )


def test_a_run_that_was_cut_off_gives_what_it_has(done: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut"
    shutil.copytree(done, cut)
    manifest = json.loads((cut / "run.json").read_text(encoding="utf-8"))
    (cut / "run.json").write_text(json.dumps(manifest | {"state": "running"}), encoding="utf-8")
    code, said, err = run("audit", cut)
    assert (code, said.startswith("4 reports, 4 lesions")) == (0, True)
    assert err == f"note: {cut}: the run was cut off; the figures are of the 4 reports it has written\n"
    for part in (cut / "reports").iterdir():
        part.unlink()
    code, said, err = run("audit", cut)
    assert (code, said.splitlines()[0][:21]) == (0, "0 reports, 0 lesions:")


def test_a_run_that_was_cut_off_after_its_source_was_changed_is_named(done: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut"
    shutil.copytree(done, cut)
    for name in ("reports", "lesions", "audit"):
        (part,) = (cut / name).iterdir()
        shutil.copy(part, part.with_name(f"part-000000-{'0' * 16}.parquet"))
    code, out, err = run("audit", cut)
    remedy = "give the same command again, which ends the run"
    assert (code, out) == (1, "")
    assert one_line(err) == f"{cut}: holds reports twice, as its source was changed when it was cut off; {remedy}"


def test_a_run_of_an_earlier_version_is_named(done: Path, tmp_path: Path) -> None:
    old = tmp_path / "old"
    shutil.copytree(done, old)
    shutil.rmtree(old / "audit")
    code, out, err = run("audit", old)
    assert (code, out) == (1, "")
    remedy = "read the archive again into another folder"
    assert one_line(err) == f"{old}: was written by an earlier version, without the table `audit`; {remedy}"


def test_an_archive_without_lesions(tmp_path: Path) -> None:
    code, said, err = run("audit", archive(tmp_path / "in.csv", ROWS[3:]), "--workers", "1", "--by", "patient")
    assert (code, said.splitlines()[0].split(":")[0]) == (0, "1 report, 0 lesions")
    assert err.splitlines()[1:] == [
        f"note: {tmp_path / 'in.csv'}: no lesion in 1 reports; nothing can be said of SINS",
        "note: patient: no report names one; is the column kept, and filled?",
        "note: patient: 1 of 1 group hold one report; nothing can be said of these",
    ]


def test_one_report_ends_with_what_to_add(tmp_path: Path) -> None:
    path = tmp_path / "report.txt"
    path.write_text(FULL, encoding="utf-8")
    code, said, err = run("audit", path)
    lines = [line.rstrip() for line in said.splitlines()]
    assert (code, err, lines[3]) == (0, "", "Nothing to add before signing: no check is open.")
    code, said, err = run("audit", "-", "--addendum", stdin=OPEN.encode())
    assert (code, err) == (0, "")
    assert said.splitlines()[:4] == [
        "ADDENDUM (draft)",
        "Not settled by the report as written:",
        "- T7: Spinal alignment (normal, deformity or subluxation) is not described.",
        "- T7: Pain (mechanical, occasional or none) is not described.",
    ]
    assert SECRET not in said


def test_the_checks_are_listed_with_why_and_where_from(tmp_path: Path) -> None:
    checks = tmp_path / "checks.toml"
    checks.write_text('[[check]]\ncode = "A304"\ndisabled = true\n', encoding="utf-8")
    code, said, err = run("audit", "--list", "--checks", checks)
    assert (code, err) == (0, "")
    assert said.startswith("A100 stability category settled (category, per lesion)\n  Expected: Enough of the six")
    assert "A101 pain not stated (pain, per lesion)" in said
    assert "Spine 2010;35:E1221, table 2" in said
    assert "A304" not in said
    assert said.endswith("A file of your own may ask for these as well: nerve_root, intramedullary.\n")


def test_a_recall_of_ones_own_takes_the_place_of_the_shipped(done: Path, tmp_path: Path) -> None:
    figure = {"value": 0.5, "low": 0.4, "high": 0.6, "n": 50}
    file = tmp_path / "recall.json"
    fields = {"pain": {"facts": {"recall": figure}}}
    file.write_text(json.dumps({"fields": fields, "levels": {"recall": figure}}), encoding="utf-8")
    assert run("audit", done, "--recall", file, "-o", tmp_path / "out")[0] == 0
    rows = table(tmp_path / "out").set_index("code")
    assert (rows.loc["A101", "recall"], rows.loc["A101", "share_if_read"]) == (0.5, 0.5)
    assert rows["recall"].notna().sum() == 2


@pytest.mark.parametrize(
    ("args", "words", "code"),
    [
        ([], "Invalid value for 'SOURCE': give a run, an archive or a report", 2),
        (["none"], "none: no such file or folder; check the path", 1),
        (["{run}", "--by", "reader"], "{run}: no column 'reader' was kept from the source; kept are: site, date,", 1),
        (["{run}", "--period", "week"], "Invalid value for '--period'", 2),
        (["{run}", "--addendum"], "'--addendum': is drafted for one report; give its file", 2),
        (["{report}", "--by", "site"], "'SOURCE': is one report, and --by, --period, --patient, --output and", 2),
        (["{run}", "--checks", "none.toml"], "none.toml: cannot be read (No such file or directory); give", 2),
        (["{run}", "--recall", "{report}"], "{report}: holds no figures of recall (JSONDecodeError); give what", 2),
        (["{run}", "-o", "{run}/audit"], "{run}/audit: holds a table of the run; give --output another folder", 1),
        (["{run}", "--against", "none"], "none: no such file or folder; check the path", 1),
        (["{in}", "--by", "reader", "--workers", "1"], "{in}: no column 'reader'", 1),
    ],
    ids=[
        "no source", "not there", "column", "period", "draft of many", "groups of one", "checks", "recall", "table",
        "against", "column of an archive",
    ],
)  # fmt: skip
def test_a_mistake_is_one_line(done: Path, tmp_path: Path, args: list[str], words: str, code: int) -> None:
    places = {"run": done, "report": REPORT, "in": archive(tmp_path / "in.csv")}
    found, out, err = run("audit", *(arg.format(**places) for arg in args))
    assert (found, out) == (code, "")
    assert words.format(**places) in one_line(err)


README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def example(name: str) -> list[str]:
    """Return the lines of an example of the README."""
    block = README.split(f"<!-- example: begin ({name}) -->\n")[1].split("<!-- example: end -->")[0]
    return [line.removeprefix("    ") for line in block.splitlines()]


def test_the_readme_shows_what_is_printed() -> None:
    _, said, _ = run("audit", REPORT)
    lines = [line.rstrip() for line in said.splitlines()]
    start = lines.index("To add before signing")
    assert lines[start : lines.index("", start)] == example("sinsight audit")


def test_the_commands_of_the_readme_work(done: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(done, "run")
    shutil.copytree(done, "other")
    text = archive(tmp_path / "export.csv").read_text(encoding="utf-8").replace("patient", "mrn")
    (tmp_path / "export.csv").write_text(text, encoding="utf-8")
    commands = [line.split("#")[0].split()[1:] for line in example("audits")]
    assert [(command, run(*command)[0]) for command in commands] == [(command, 0) for command in commands]
    assert len(commands) == 5
    (tmp_path / "checks.toml").write_text("\n".join(example("checks")), encoding="utf-8")
    _, said, _ = run("audit", "--list", "--checks", "checks.toml")
    assert ("A206 " in said, "A304 " in said) == (True, False)
