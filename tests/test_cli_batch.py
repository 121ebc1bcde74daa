"""The command `batch` as a user meets it: tables, streams, and one clear line for every mistake."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pandas as pd
import pytest
from commandline import SECRET, one_line, run

pytestmark = pytest.mark.usefixtures("no_workers")

SPINE = f"MRI THORACIC SPINE\nHISTORY: {SECRET}.\nFINDINGS: Lytic metastasis of T7.\n"


def archive(path: Path, *ids: str, text: str = SPINE) -> Path:
    path.write_text("".join(json.dumps({"id": name, "text": text}) + "\n" for name in ids), encoding="utf-8")
    return path


def table(folder: Path, name: str) -> pd.DataFrame:
    return pd.read_parquet(folder / name)


def test_a_stream_is_records_in_order_and_names_bad_lines(tmp_path: Path) -> None:
    good = json.dumps({"id": "a", "text": SPINE})
    path = tmp_path / "in.jsonl"
    path.write_text(f'{good}\n{SECRET}\n\n{good}\n{{"id": "b"}}\n', encoding="utf-8")
    code, out, err = run("batch", path, "-o", "-")
    assert (code, [json.loads(line)["id"] for line in out.splitlines()]) == (1, ["a"])
    assert [line.split(";")[0] for line in err.splitlines()] == [
        f"sinsight: {path}:2: not JSON (column 1)",
        f"sinsight: {path}:4: id 'a' has come before",
        f"sinsight: {path}:5: no `text`",
        "4 in = 1 out + 3 quarantined",
    ]


def test_tables_join_to_what_was_kept(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerows(
            [("accession", "report", "site", "level"), ("007", SPINE, "north", "x"), ("008", "Knee.", "", "")]
        )
    folder = tmp_path / "run"
    code, out, err = run("batch", path, "-o", folder, "--keep", "site", "--keep", "level", "--with-text")
    assert (code, out) == (0, "")
    assert err == f"{path}: ids from 'accession', texts from 'report'\n2 in = 2 out + 0 quarantined\n"
    reports = table(folder, "reports")
    assert list(reports["id"]) == ["007", "008"]
    assert list(reports["spine"]) == [True, False]
    assert list(reports["site"]) == ["north", ""]
    assert list(reports["text"]) == [SPINE, "Knee."]
    lesion = table(folder, "lesions").iloc[0]
    assert (lesion["id"], lesion["level"], lesion["bone_lesion"], lesion["site"], lesion["source_level"]) == (
        "007", "T7", "lytic", "north", "x",
    )  # fmt: skip
    evidence = table(folder, "evidence")
    assert [SPINE[start:end] for start, end in zip(evidence["start"], evidence["end"], strict=True)] == list(
        evidence["text"]
    )
    manifest = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert {key: manifest[key] for key in ("state", "in", "out", "quarantined", "rows", "keep")} == {
        "state": "complete", "in": 2, "out": 2, "quarantined": 0, "keep": ["site", "level"],
        "rows": {"reports": 2, "lesions": 1, "evidence": len(evidence), "audit": 28, "quarantine": 0},
    }  # fmt: skip


def test_a_sample_is_the_same_every_time_and_in_order(tmp_path: Path) -> None:
    names = [f"r{number}" for number in range(40)]
    forward, backward = archive(tmp_path / "a.jsonl", *names), archive(tmp_path / "b.jsonl", *reversed(names))
    _, out, err = run("batch", forward, "-o", "-", "--sample", "5")
    _, other, _ = run("batch", backward, "-o", "-", "--sample", "5")
    chosen = [json.loads(line)["id"] for line in out.splitlines()]
    assert err == "5 in = 5 out + 0 quarantined\n"
    assert chosen == sorted(set(chosen), key=names.index)
    assert len(chosen) == 5
    assert chosen == list(reversed([json.loads(line)["id"] for line in other.splitlines()]))


def test_a_dry_run_says_what_would_be_read_and_writes_nothing(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.csv").write_text("note_id,narrative\n1,x\n", encoding="utf-8")
    archive(tmp_path / "in" / "b.jsonl", "a")
    code, out, err = run("batch", tmp_path / "in", "-o", tmp_path / "run", "--dry-run")
    assert (code, out) == (0, "")
    assert err.splitlines() == [
        f"{tmp_path / 'in' / 'a.csv'}: ids from 'note_id', texts from 'narrative'",
        "would read 2 files: 1 .csv, 1 .jsonl",
    ]
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("data", [b"", b"\n\n"])
def test_an_archive_without_reports(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(data)
    code, out, err = run("batch", path, "-o", "-")
    assert (code, out) == (1, "")
    assert "empty" in err or "holds no report" in err


@pytest.mark.parametrize(
    ("args", "words", "code"),
    [
        (["none.txt", "-o", "-"], "none.txt: no such file or folder; check the path", 1),
        (["{in}", "-o", "{in}"], "{in}: a file; give --output a folder", 1),
        (["{in}", "-o", "{full}"], "{full}: holds other things already; give --output a new or empty folder", 1),
        (["{in}", "-o", "x", "--format", "pdf"], "'pdf' is no format; give one of", 2),
        (["{in}", "-o", "-", "--format", "csv"], "give --output a folder", 2),
        (["{in}", "-o", "x", "--id-column", "@row", "--sample", "0"], "Invalid value for '--sample'", 2),
        (["{csv}", "-o", "x"], "{csv}: no column is plainly the id (columns: a, b); name it with --id-column", 1),
        (["{in}"], "Missing option", 2),
    ],
    ids=["no source", "file as folder", "full folder", "format", "stream format", "sample", "columns", "no output"],
)
def test_a_mistake_is_one_line(tmp_path: Path, args: list[str], words: str, code: int) -> None:
    full = tmp_path / "full"
    full.mkdir()
    (full / "thesis.docx").write_text("x", encoding="utf-8")
    places = {"in": archive(tmp_path / "in.jsonl", "a"), "full": full, "csv": tmp_path / "a.csv"}
    places["csv"].write_text("a,b\n1,2\n", encoding="utf-8")
    found, out, err = run("batch", *(arg.format(**places) for arg in args))
    assert (found, out) == (code, "")
    assert words.format(**places) in one_line(err)


def test_other_forms_hold_the_same_and_are_safe_to_open(tmp_path: Path) -> None:
    import duckdb

    path = tmp_path / "in.csv"
    path.write_text(
        'id,text,"=cmd"\n=1+1,Lytic metastasis of T7.,@x\n-b,"L1: sclerotic metastasis, 3 cm",\n', encoding="utf-8"
    )
    folder = tmp_path / "run"
    forms = ("--format", "csv", "--format", "xlsx", "--format", "duckdb", "--format", "jsonl")
    assert run("batch", path, "-o", folder, "--keep", "=cmd", *forms)[0] == 0
    with (folder / "csv" / "lesions.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["id"], row["level"], row["'=cmd"]) for row in rows] == [("'=1+1", "T7", "'@x"), ("'-b", "L1", "")]
    lesions = table(folder, "lesions")
    sheets = pd.read_excel(
        folder / "sinsight.xlsx", sheet_name=None, engine="calamine", dtype=str, keep_default_na=False
    )
    assert {name: len(sheet) for name, sheet in sheets.items()} == {
        name: len(table(folder, name)) for name in ("reports", "lesions", "evidence", "audit", "quarantine")
    }
    assert list(sheets["lesions"]["id"]) == ["=1+1", "-b"]
    with duckdb.connect(str(folder / "sinsight.duckdb"), read_only=True) as base:
        assert base.sql("SELECT id, sins_high FROM lesions").fetchall() == list(
            zip(lesions["id"], lesions["sins_high"], strict=True)
        )
    lines = (next((folder / "jsonl").iterdir())).read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["id"] for line in lines] == ["=1+1", "-b"]
