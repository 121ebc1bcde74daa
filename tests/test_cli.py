"""The command line as a user meets it: what it prints where, and one clear line for every mistake."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from commandline import SECRET, one_line, run

import extractor
from extractor.archive.columns import Table, columns
from extractor.record import record_from_json, record_schema
from extractor.resources import corpus_dir, patterns_dir

DEMO = corpus_dir() / "demo"
REPORT = DEMO / "report.txt"
ARCHIVE = DEMO / "archive.jsonl"
SPINE = f"MRI THORACIC SPINE\nHISTORY: {SECRET}.\nFINDINGS: Lytic metastasis of T7.\n"
KNEE = f"MRI OF THE KNEE\n{SECRET}. Tear of the medial meniscus. The cruciate ligaments are intact.\n"


def start(*args: str | Path, stdin: bytes = b"", **env: str) -> tuple[int, bytes, bytes]:
    """Run a command as a process of its own."""
    command = [sys.executable, "-m", "extractor", *map(str, args)]
    done = subprocess.run(command, input=stdin, capture_output=True, check=False, env=os.environ | env)
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def spine(tmp_path: Path) -> Path:
    path = tmp_path / "spine.txt"
    path.write_text(SPINE, encoding="utf-8")
    return path


# The main job


def test_the_demo_shows_a_report_and_an_archive(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    code, said, err = run("demo")
    assert code == 0
    assert said.startswith("report.txt\n3 lesions, the worst at T8: SINS 14 of 18, unstable\n")
    assert [f"demo-{number}" in said for number in range(1, 9)] == [True] * 8
    assert err.startswith("\nBoth are fictional")


def scores(line: str) -> list[tuple[str, int, int]]:
    """Return level, lowest and highest SINS of each lesion of a printed record."""
    return [(lesion.level, lesion.sins.low, lesion.sins.high) for lesion in record_from_json(line).lesions]


def test_the_sample_report_is_read_as_the_rules_say() -> None:
    code, out, err = run("read", REPORT, "--format", "json")
    assert (code, err) == (0, "")
    assert scores(out) == [("T8", 14, 14), ("L2", 5, 9), ("L5", 7, 14)]


def test_the_sample_archive_is_read_as_the_rules_say() -> None:
    code, out, err = run("batch", ARCHIVE, "-o", "-")
    assert (code, err) == (0, "8 in = 8 out + 0 quarantined\n")
    assert {json.loads(line)["id"]: scores(line) for line in out.splitlines()} == {
        "demo-1": [("T12", 11, 11)],
        "demo-2": [],
        "demo-3": [],
        "demo-4": [("C5", 17, 17)],
        "demo-5": [("T4", 4, 13), ("T5", 1, 11)],
        "demo-6": [("S2", 2, 8)],
        "demo-7": [],
        "demo-8": [("L3", 4, 12)],
    }


def test_read_prints_a_picture() -> None:
    code, out, err = run("read", REPORT)
    assert (code, err) == (0, "")
    assert out.splitlines()[:2] == [str(REPORT), "3 lesions, the worst at T8: SINS 14 of 18, unstable"]
    assert "“60% loss of height”" in out


def test_json_is_the_record_of_the_library_and_the_same_every_time() -> None:
    _, first, _ = start("read", REPORT, "--format", "json", PYTHONHASHSEED="1")
    _, second, _ = start("read", REPORT, "--format", "json", PYTHONHASHSEED="2")
    record = extractor.read(REPORT.read_text(encoding="utf-8"), id=str(REPORT))
    assert first == second
    assert first.decode() == record.to_json() + "\n"


def test_evidence_is_where_it_says() -> None:
    text = REPORT.read_text(encoding="utf-8")
    record = record_from_json(run("read", REPORT, "--format", "json")[1])
    found = [item for lesion in record.lesions for value in lesion.fields.values() for item in value.evidence]
    assert found
    assert [text[item.start : item.end] for item in found] == [item.text for item in found]


def test_a_report_from_standard_input() -> None:
    code, out, _ = start("read", "-", "--format", "json", stdin=SPINE.encode())
    assert (code, json.loads(out)["id"]) == (0, "stdin")
    assert [level for level, *_ in scores(out.decode())] == ["T7"]


def test_several_reports_are_a_json_line_each(spine: Path) -> None:
    code, out, _ = run("read", REPORT, spine, "--format", "json")
    assert code == 0
    assert [json.loads(line)["id"] for line in out.splitlines()] == [str(REPORT), str(spine)]


def test_several_reports_are_one_page(spine: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    assert run("read", REPORT, spine, "--format", "html", "-o", page) == (0, "", "")
    assert page.read_text(encoding="utf-8").count("<article") == 2


def test_output_is_utf_8_wherever_it_goes(spine: Path) -> None:
    code, out, err = start("read", spine, PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert (code, err) == (0, b"")
    assert "“Lytic" in out.decode("utf-8")


def test_an_early_end_of_a_pipe_is_no_traceback() -> None:
    command = f'"{sys.executable}" -m extractor batch "{ARCHIVE}" -o - | head -c 1'
    done = subprocess.run(["bash", "-c", command], capture_output=True, check=False)
    assert (done.stdout, b"Traceback" in done.stderr) == (b"{", False)


def test_another_encoding_can_be_named(tmp_path: Path) -> None:
    path = tmp_path / "r.txt"
    path.write_bytes("MRI spine. Lytic metastasis of T7, about 20 mm × 10 mm.".encode("cp1252"))
    code, out, _ = run("read", path, "--encoding", "cp1252", "--format", "json")
    assert (code, [level for level, *_ in scores(out)]) == (0, ["T7"])


def test_the_schema_is_that_of_the_record() -> None:
    code, out, err = run("schema")
    assert (code, json.loads(out), err) == (0, record_schema(), "")


@pytest.mark.parametrize("table", ["reports", "lesions", "evidence", "audit", "quarantine"])
def test_the_columns_of_a_table_are_explained(table: Table) -> None:
    code, out, err = run("schema", "--table", table)
    lines = [line.split("\t") for line in out.splitlines()]
    names = [column.name for column in columns(table)]
    assert (code, [name for name, _, _ in lines], err) == (0, ["column", *names], "")
    assert {kind for _, kind, _ in lines[1:]} <= {"text", "whole number", "true or false"}


def test_the_columns_of_no_table() -> None:
    code, out, err = run("schema", "--table", "x")
    known = "reports, lesions, evidence, audit, quarantine"
    said = f"Invalid value for '--table': 'x' is no table; give one of {known}; see sinsight schema --help"
    assert (code, out, one_line(err)) == (2, "", said)


def test_a_record_fits_the_schema() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    jsonschema.validate(json.loads(run("read", REPORT, "--format", "json")[1]), record_schema())


def test_the_version() -> None:
    assert run("--version") == (0, f"sinsight {extractor.__version__}\n", "")


# Bad input


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        pytest.param(b"", "empty; give the text of a report", id="empty"),
        pytest.param(
            b"\x89PNG\r\n\x1a\n\0\0" + SECRET.encode(),
            "not plain text; export the report as UTF-8 text (a NUL byte at position 8)",
            id="binary",
        ),
        pytest.param(
            f"{SECRET}: größer".encode("latin-1"),
            "not utf-8 text (byte 12); name its encoding, as in --encoding cp1252",
            id="wrong encoding",
        ),
        pytest.param(
            (SPINE * 100_000).encode()[:5_000_000],
            "longer than 1,000,000 characters; give one report at a time",
            id="5 MB",
        ),
    ],
)
@pytest.mark.parametrize("piped", [False, True], ids=["file", "piped"])
def test_a_bad_report_is_one_line(tmp_path: Path, data: bytes, problem: str, piped: bool) -> None:
    path = tmp_path / "r.txt"
    path.write_bytes(data)
    code, out, err = run("read", "-", stdin=data) if piped else run("read", path)
    assert (code, out, one_line(err)) == (1, "", f"{'stdin' if piped else path}: {problem}")


def test_a_report_of_another_body_part_is_printed_and_said(tmp_path: Path) -> None:
    path = tmp_path / "knee.txt"
    path.write_text(KNEE, encoding="utf-8")
    code, out, err = run("read", path, "--format", "json")
    assert (code, scores(out)) == (3, [])
    assert one_line(err) == f"{path}: no spine level is mentioned; is it the report of another body part?"


def test_a_normal_spine_is_no_other_body_part() -> None:
    code, out, err = run("read", "-", stdin=b"MRI of the lumbar spine: no metastasis. Heights are preserved.")
    assert (code, err) == (0, "")
    assert out.splitlines()[1] == "No vertebra is said to hold a metastasis."


def test_one_bad_report_does_not_hide_the_others(tmp_path: Path, spine: Path) -> None:
    code, out, err = run("read", tmp_path / "none.txt", spine, "--format", "json")
    assert (code, len(out.splitlines())) == (1, 1)
    assert one_line(err) == f"{tmp_path / 'none.txt'}: no such file; check the path"


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["nope"], "No such command 'nope'; see sinsight --help"),
        (["raed", "x"], "No such command 'raed'. Did you mean 'read'?; see sinsight --help"),
        (["read"], "Missing argument 'REPORT'; see sinsight read --help"),
        (["read", "--nope", "x"], "No such option: --nope; see sinsight read --help"),
        (["batch", "--nope"], "No such option: --nope; see sinsight batch --help"),
        (["patterns", "show", "no.such.rule.at.all"], None),
        (["read", "--format", "xml", "x"], None),
        (["read", "--encoding"], None),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_wrong_command_line_is_one_line(args: list[str], message: str | None) -> None:
    code, out, err = run(*args)
    said = one_line(err)
    assert (code, out) == (2, "")
    if message:
        assert said == message


def test_as_a_process_a_mistake_is_one_line_too(tmp_path: Path) -> None:
    code, out, err = start("read", tmp_path / "none.txt")
    assert (code, out, one_line(err.decode())) == (1, b"", f"{tmp_path / 'none.txt'}: no such file; check the path")


def test_an_input_is_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "r.txt"
    path.write_text(SPINE, encoding="utf-8")
    code, out, err = run("read", path, "-o", path)
    assert (code, out) == (1, "")
    assert one_line(err) == f"{path}: would be written over while it is read; give --output another name"
    assert path.read_text(encoding="utf-8") == SPINE


def test_a_place_that_cannot_be_written_to(tmp_path: Path, spine: Path) -> None:
    code, out, err = run("read", spine, "-o", tmp_path)
    assert (code, out, one_line(err).split(" (")[0]) == (1, "", f"{tmp_path}: cannot be written")


# Patterns

OVERLAY = """
field = "section"

[[rule]]
id = "section.local"
grades = ["history"]
pattern = '''vorgeschichte'''
"""

BROKEN = {
    "not TOML": ("field = ", "local.toml: not valid TOML"),
    "unknown key": (OVERLAY + "colour = 'red'", "local.toml: rule 'section.local': unknown key 'colour'"),
    "undeclared grade": (
        OVERLAY.replace('["history"]', '["past"]'),
        "local.toml: rule 'section.local': undeclared grade",
    ),
    "no regex": (OVERLAY.replace("vorg", "("), "local.toml: rule 'section.local': the regex does not compile"),
    "empty match": (
        OVERLAY.replace("vorgeschichte", "x?"),
        "local.toml: rule 'section.local': the regex matches the empty",
    ),
    "twice": (OVERLAY + OVERLAY.split("\n\n", 1)[1], "local.toml: rule 'section.local' is declared twice"),
    "unknown field": (OVERLAY.replace('"section"', '"colour"'), "local.toml: unknown field 'colour'"),
}


@pytest.fixture
def overlay(tmp_path: Path) -> Path:
    folder = tmp_path / "local"
    folder.mkdir()
    (folder / "local.toml").write_text(OVERLAY, encoding="utf-8")
    return folder


@pytest.mark.parametrize(("data", "message"), BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize(
    "command", [["patterns", "check"], ["patterns", "list"], ["read", str(REPORT)], ["batch", "-", "-o", "-"]]
)
def test_broken_patterns_are_one_line_with_file_and_rule(
    overlay: Path, command: list[str], data: str, message: str
) -> None:
    (overlay / "local.toml").write_text(data, encoding="utf-8")
    code, out, err = run(*command, "--patterns", overlay)
    assert (code, out, one_line(err)[: len(message)]) == (2, "", message)


@pytest.mark.parametrize("command", [["patterns", "check"], ["read", str(REPORT), "--patterns"]], ids=["check", "read"])
def test_a_folder_without_patterns(tmp_path: Path, command: list[str]) -> None:
    code, out, err = run(*command, tmp_path / "none")
    assert (code, out, one_line(err).split(";")[0]) == (2, "", f"{tmp_path / 'none'}: no such folder of patterns")


def test_check_counts_the_rules_of_each_file(overlay: Path) -> None:
    code, out, err = run("patterns", "check", overlay)
    rows = [line.split() for line in out.splitlines()]
    files = {path.name for path in patterns_dir().glob("*.toml")} - {"vocabulary.toml"}
    assert (code, err, rows[0]) == (0, "", ["file", "field", "rules", "patterns"])
    assert {row[0] for row in rows[1:-1]} == files | {"local.toml"}
    assert ["local.toml", "section", "1", "1"] in rows
    assert int(rows[-1][1]) == sum(int(row[2]) for row in rows[1:-1])


def test_list_and_show_know_a_local_rule(overlay: Path) -> None:
    _, listed, _ = run("patterns", "list", "--patterns", overlay)
    _, shown, _ = run("patterns", "show", "section.local", "--patterns", overlay)
    assert ["section.local", "section", "history", "local.toml"] in [line.split() for line in listed.splitlines()]
    assert shown.splitlines() == [
        "rule     section.local",
        "file     local.toml",
        "field    section",
        "grades   history",
        "patterns 1",
        "  vorgeschichte",
    ]


def test_local_patterns_change_the_digest_of_a_record(overlay: Path, spine: Path) -> None:
    more: list[list[str | Path]] = [[], ["--patterns", overlay]]
    shipped, local = (
        json.loads(run("read", spine, "--format", "json", *each)[1])["engine"]["patterns"] for each in more
    )
    assert shipped != local
