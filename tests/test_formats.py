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
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import unquote

import pytest
import spacy
from commandline import run
from sample import NORMAL, RECORD
from spacy.tokens import DocBin

import extractor
from extractor.archive.evidence import EVIDENCE_FIELDS, EvidenceRow, evidence_rows
from extractor.archive.exports import EXPORTS
from extractor.archive.formats.known import FORMATS
from extractor.archive.formats.radelement import value_concept
from extractor.archive.report import Report
from extractor.record import Diffuse, Record
from extractor.values import COMPONENTS, GRADES, LEVELS, Evidence

DAY = "2024-02-29"
FULL = """\
MRI WHOLE SPINE. HISTORY: Mechanical back pain.
FINDINGS: Lytic metastasis of T8 with 60 % loss of height, both pedicles are replaced. No epidural disease.
Probable metastasis of L3, possibly lytic. Osteoporotic fracture of L5. Radiotherapy to T5, T6 and T7. SINS 13 at T8.
"""
HOSTILE = {
    "plain": FULL,
    "=1+1": '="🦴" Lytic metastasis of T7 🦴 with 60 % loss\r\nof height, "both\tpedicles"\r\nreplaced.',
    "../x": "FINDINGS: Lytic\nmetastasis of T4; epidural disease at T4,\n\n  'T5'\u2028and T6.",
    "Case": "Lytic metastasis of T1.",
    "case": "Sclerotic metastasis of T1.",
    'a;b=c%3B"🦴': "No spinal metastasis. The cord is normal in signal.",
    "42": "Lytic metastasis of C2.",
    "007": "Lytic metastasis of C2.",
}


@cache
def reports() -> tuple[Report, ...]:
    return tuple(Report(name, text, f"a.csv:{name}") for name, text in HOSTILE.items())


@cache
def records() -> dict[str, Record]:
    return {report.id: extractor.read(report.text, id=report.id) for report in reports()}


def written(name: str, day: str = DAY) -> bytes:
    """Return the bytes of a part that holds the hostile reports."""
    made = FORMATS[name]
    return made.join([made.piece(report, records()[report.id], day) for report in reports()])


def rows(name: str) -> list[EvidenceRow]:
    return list(evidence_rows(records()[name]))


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
