"""Formats of a run, each parsed by its own tool and compared with the record it was made of."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import os
import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import unquote

import pytest
import spacy
from commandline import run
from hostile import DAY, FULL, HOSTILE, reports, rows, written
from sample import NORMAL
from spacy.tokens import DocBin

import extractor
from extractor.archive.evidence import EVIDENCE_FIELDS, evidence_rows
from extractor.archive.exports import EXPORTS
from extractor.archive.formats.known import FORMATS
from extractor.archive.report import Report
from extractor.record import Diffuse
from extractor.values import Evidence


def spans(name: str) -> list[dict[str, Any]]:
    """Return the spans a report should have: rows of the same words and field are one."""
    found: dict[tuple[int, int, str], dict[str, Any]] = {}
    for row in rows(name):
        said = row.evidence
        span = {"start": said.start, "end": said.end, "label": row.field, "says": []}
        says = {"level": row.level, "grades": list(row.grades), "denied": said.denied, "hedged": said.hedged}
        found.setdefault((said.start, said.end, row.field), span)["says"].append(says | {"rule": said.rule})
    return list(found.values())


def test_prodigy_tasks_hold_texts_and_spans() -> None:
    tasks = [json.loads(line) for line in written("prodigy").decode().split("\n")[:-1]]
    assert tasks == [
        {"text": report.text, "spans": spans(report.id), "meta": {"id": report.id}} for report in reports()
    ]
    words = {row.evidence.text for row in rows("plain")}
    assert {FULL[span["start"] : span["end"]] for span in tasks[0]["spans"]} == words


def test_a_docbin_gives_texts_whole_tokens_and_exact_spans(tmp_path: Path) -> None:
    path = tmp_path / "part.spacy"
    path.write_bytes(written("docbin"))
    nlp = spacy.blank("en")
    docs = list(DocBin().from_disk(path).get_docs(nlp.vocab))
    assert [(doc.text, doc.user_data["id"]) for doc in docs] == [(one.text, one.id) for one in reports()]
    for doc in docs:
        exact = json.loads(json.dumps(doc.user_data["spans"]))
        assert exact == spans(doc.user_data["id"])
        wide = [(found.label_, found.text) for found in doc.spans["sc"]]
        assert wide == [
            (one["label"], doc.char_span(one["start"], one["end"], alignment_mode="expand").text) for one in exact
        ]
        assert all(
            doc.text[one["start"] : one["end"]].strip() in text for one, (_, text) in zip(exact, wide, strict=True)
        )


def test_a_docbin_trains_a_span_categorizer() -> None:
    from spacy.training import Example

    nlp = spacy.blank("en")
    docs = DocBin().from_bytes(written("docbin")).get_docs(nlp.vocab)
    examples = [Example(nlp.make_doc(doc.text), doc) for doc in docs]
    nlp.add_pipe("spancat")
    nlp.initialize(lambda: examples)
    assert set(nlp.get_pipe("spancat").labels) == {row.field for name in HOSTILE for row in rows(name)}
    assert nlp.update(examples)["spancat"] > 0


def unpacked(data: bytes) -> dict[str, str]:
    """Return the files of a zip, with their line ends as they are."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        if len({name.lower() for name in names}) < len(names):
            raise ValueError("two members are called the same")
        return {name: archive.read(name).decode() for name in names}


def annotations(marks: str, text: str) -> list[dict[str, Any]]:
    """Parse an annotation file as brat does, line by line, and look each span's words up in the text."""
    found: dict[str, dict[str, Any]] = {}
    for line in marks.splitlines():
        mark, said, *rest = line.split("\t")
        kind, *places = said.split(" ", 1)
        if mark[0] == "T":
            parts = [tuple(map(int, place.split(" "))) for place in places[0].split(";")]
            words = " ".join(text[start:end] for start, end in parts)
            if [words] != rest:
                raise ValueError(f"{mark} does not match its words")
            found[mark] = {"label": kind, "start": parts[0][0], "end": parts[-1][1], "note": "", "says": set()}
        elif mark[0] == "#":
            found[places[0]]["note"] = rest[0]
        else:
            found[places[0]]["says"].add(kind)
    return list(found.values())


def test_brat_finds_each_span_in_the_text() -> None:
    files = unpacked(written("brat"))
    ids = json.loads(files.pop("ids.json"))
    assert list(ids.values()) == list(HOSTILE)
    assert files.pop("annotation.conf").startswith("[entities]\nlesion\nlocation\npain\n")
    assert set(files) == {f"{name}.{ending}" for name in ids for ending in ("txt", "ann")}
    assert all(name.isascii() and name.replace(".", "").replace("-", "").isalnum() for name in files)
    for name, report in ids.items():
        assert files[f"{name}.txt"] == HOSTILE[report]
        assert annotations(files[f"{name}.ann"], HOSTILE[report]) == [brat(span) for span in spans(report)]


def brat(span: dict[str, Any]) -> dict[str, Any]:
    says = span["says"]
    return {
        "label": span["label"], "start": span["start"], "end": span["end"], "note": " + ".join(map(note, says)),
        "says": {word.title() for word in ("denied", "hedged") if all(one[word] for one in says)},
    }  # fmt: skip


def note(says: dict[str, Any]) -> str:
    level = f"level={says['level']};" if says["level"] else ""
    flags = "".join(f";{word}" for word in ("denied", "hedged") if says[word])
    return f"{level}grades={'|'.join(says['grades'])};rule={says['rule']}{flags}"


def test_the_same_words_of_several_levels_are_one_span() -> None:
    report = Report("r", "Lytic metastases of T5 and T6.", "r")
    (task,) = FORMATS["prodigy"].piece(report, extractor.read(report.text, id="r"), DAY).splitlines()
    found = [(span["label"], [says["level"] for says in span["says"]]) for span in json.loads(task)["spans"]]
    assert found == [("lesion", ["T5", "T6"]), ("bone_lesion", ["T5", "T6"])]


def test_a_span_over_two_lines_is_in_two_parts() -> None:
    report = Report("r", "Lytic\r\nmetastasis of T7.", "r")
    record = extractor.read(report.text, id="r")
    made = FORMATS["brat"]
    files = unpacked(made.join([made.piece(report, record, DAY)]))
    (marks,) = (text for name, text in files.items() if name.endswith(".ann"))
    assert marks.splitlines()[0] == "T1\tlesion 0 5;7 17\tLytic metastasis"
    assert {row.field for row in evidence_rows(record)} <= set(EVIDENCE_FIELDS)


def omop(data: bytes) -> list[tuple[Any, ...]]:
    """Load a NOTE_NLP file into a table made as the model's DDL makes it, but for 64-bit ids."""
    import duckdb

    with TemporaryDirectory() as folder, duckdb.connect() as base:
        path = Path(folder) / "note_nlp.csv"
        path.write_bytes(data)
        base.sql(
            """CREATE TABLE note_nlp (note_nlp_id BIGINT NOT NULL, note_id BIGINT NOT NULL, section_concept_id INTEGER,
            snippet VARCHAR CHECK (length(snippet) <= 250), "offset" VARCHAR(50),
            lexical_variant VARCHAR NOT NULL CHECK (length(lexical_variant) <= 250), note_nlp_concept_id INTEGER,
            note_nlp_source_concept_id INTEGER, nlp_system VARCHAR(250), nlp_date DATE NOT NULL, nlp_datetime TIMESTAMP,
            term_exists VARCHAR(1), term_temporal VARCHAR(50), term_modifiers VARCHAR(2000))"""
        )
        base.execute(
            "COPY note_nlp FROM $path (HEADER, QUOTE '\"', ESCAPE '\"', AUTO_DETECT false)", {"path": str(path)}
        )
        return base.sql("FROM note_nlp").fetchall()


def test_a_database_loads_omop_rows() -> None:
    found = omop(written("omop"))
    evidence = [(name, row) for name in HOSTILE for row in rows(name)]
    assert [(cells[2], cells[4], cells[5], *cells[6:13]) for cells in found] == [
        (
            0,
            str(said.start),
            said.text,
            0,
            0,
            f"sinsight {extractor.__version__}",
            date(2024, 2, 29),
            None,
            "N" if said.denied else "Y",
            None,
        )
        for said in (row.evidence for _, row in evidence)
    ]
    assert all(
        cells[5] in cells[3] and cells[3] in HOSTILE[name] for cells, (name, _) in zip(found, evidence, strict=True)
    )
    ids = [cells[0] for cells in found]
    assert (len(set(ids)), min(ids) >= 2**62, max(ids) < 2**63) == (len(ids), True, True)
    assert {name: unquote(told_id(cells)) for cells, (name, _) in zip(found, evidence, strict=True)} == {
        name: name for name, _ in evidence
    }
    assert len({cells[1] for cells in found}) == len({name for name, _ in evidence})


def told_id(cells: tuple[Any, ...]) -> str:
    """Return the report's id as a row tells it: by its note_id, or first of its modifiers."""
    first = cells[13].split(";")[0]
    return first.removeprefix("id=") if first.startswith("id=") else str(cells[1])


SMALL = "Possible T7 metastasis. No epidural disease."


@pytest.mark.parametrize(
    ("name", "note", "told"),
    [
        ("42", "42", ""),
        ("007", None, "id=007;"),
        ("a;b%", None, "id=a%3Bb%25;"),
        ("9999999999999999999", None, "id=9999999999999999999;"),
    ],
    ids=["whole", "zeros", "marks", "too large"],
)
def test_an_omop_row_says_what_has_no_column(name: str, note: str | None, told: str) -> None:
    record = extractor.read(SMALL, id=name)
    lines = FORMATS["omop"].piece(Report(name, SMALL, name), record, DAY).decode().splitlines()
    cells = [next(csv.reader([line])) for line in lines]
    assert {row[1] == note for row in cells} == {note is not None}
    assert [row[13] for row in cells] == [
        f"{told}level=T7;field=lesion;grades=possible;end=22;hedged;rule=lesion.metastasis",
        f"{told}level=T7;field=epidural;grades=absent;end=43;rule=epidural.mass",
        f"{told}level=T7;field=escc;grades=0;end=43;rule=epidural.mass",
        f"{told}field=epidural;grades=absent;end=43;rule=epidural.mass",
    ]


def test_long_words_are_cut_to_the_column() -> None:
    said = Evidence(100, 500, "x" * 400, "findings", "a.b", "clause")
    record = dataclasses.replace(NORMAL, findings=dataclasses.replace(NORMAL.findings, diffuse=Diffuse((), (said,))))
    line = FORMATS["omop"].piece(Report("1", "." * 100 + "x" * 400 + "." * 100, "1"), record, DAY).decode()
    assert next(csv.reader([line]))[3:6] == ["x" * 250, "100", "x" * 250]


def batch(source: Path, folder: Path, seed: str) -> dict[str, bytes]:
    """Run `sinsight batch` with all formats in a process of its own; return what each format's part holds."""
    wanted = [word for name in FORMATS for word in ("--format", name)]
    command = [sys.executable, "-m", "extractor", "batch", str(source), "-o", str(folder), "--workers", "1", *wanted]
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, "PYTHONHASHSEED": seed})
    return {path.parent.name: path.read_bytes() for name in FORMATS for path in (folder / name).iterdir()}


def test_a_run_writes_the_same_bytes_in_each_process_and_keeps_its_day(tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text(
        "".join(json.dumps({"id": one.id, "text": one.text}) + "\n" for one in reports()), encoding="utf-8"
    )
    folder = tmp_path / "run"
    found = batch(source, folder, "1")
    manifest = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert found == {name: written(name, manifest["day"]) for name in FORMATS}
    (folder / "run.json").write_text(json.dumps(manifest | {"day": DAY}), encoding="utf-8")
    for name in FORMATS:
        for path in (folder / name).iterdir():
            path.unlink()
    assert batch(source, folder, "2") == {name: written(name) for name in FORMATS}
    assert json.loads((folder / "run.json").read_text(encoding="utf-8"))["day"] == DAY


def test_the_help_of_batch_names_all_formats() -> None:
    said = " ".join(run("batch", "--help")[1].replace("│", " ").split())
    assert f"Write this as well: {', '.join([*EXPORTS, *FORMATS])}." in said


@pytest.mark.parametrize(
    ("name", "empty"),
    [
        ("jsonl", []),
        ("prodigy", []),
        ("docbin", []),
        ("brat", ["annotation.conf", "ids.json"]),
        ("omop", []),
        ("fhir", []),
    ],
)
def test_a_part_without_reports_is_a_file_of_its_form(name: str, empty: list[str]) -> None:
    data = FORMATS[name].join(())
    if name == "docbin":
        found: list[Any] = list(DocBin().from_bytes(data).get_docs(spacy.blank("en").vocab))
    elif name == "brat":
        found = list(unpacked(data))
    else:
        found = omop(data) if name == "omop" else data.splitlines()
    assert found == empty
