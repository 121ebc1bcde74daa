"""Sources: what each kind of file yields, and what is said of those that cannot be read."""

from __future__ import annotations

import base64
import csv
import gzip
import io
import json
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.archive.report import Refusal, Report
from extractor.archive.sources import Meter, Selection, check_sources, find_files, read_sources
from extractor.errors import ReportError

CANARY = "Zebulon"
TEXT = f"MRI SPINE\nHISTORY: {CANARY}.\nFINDINGS: Lytic metastasis of T7."


def read(path: Path, **wanted: Any) -> list[Report | Refusal]:
    """Read a file or folder, and make sure that no refusal quotes a report."""
    items = list(read_sources(find_files([str(path)]), Selection(**wanted)))
    told = [item.message for item in items if isinstance(item, Refusal)]
    if any(CANARY in message or "\n" in message for message in told):
        raise ValueError("a refusal quotes a report")
    return items


def shown(path: Path, **wanted: Any) -> list[tuple[str, str] | str]:
    """Return id and text of each report, and what is said of each refusal, without the folder."""
    root = f"{path if path.is_dir() else path.parent}/"
    return [
        (item.id.replace(root, ""), item.text) if isinstance(item, Report) else item.message.replace(root, "")
        for item in read(path, **wanted)
    ]


def made(path: Path, data: bytes | str) -> Path:
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def zipped(**members: bytes | str) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "."), data)
    return sink.getvalue()


def table(rows: list[dict[str, str]], **how: Any) -> str:
    sink = io.StringIO()
    writer = csv.DictWriter(sink, list(rows[0]), **how)
    writer.writeheader()
    writer.writerows(rows)
    return sink.getvalue()


def hl7_message(*segments: str, kind: str = "ORU^R01", charset: str = "UNICODE UTF-8") -> str:
    head = f"MSH|^~\\&|RIS|A|B|C|202401011200||{kind}|M-1|P|2.5||||||{charset}"
    return "\r".join((head, "PID|1||77^^^H||Doe^Jane", *segments)) + "\r"


# Files of one report


@pytest.mark.parametrize(
    ("name", "data", "text"),
    [
        ("a.txt", TEXT, TEXT),
        ("a", TEXT, TEXT),
        ("a.txt", b"\xef\xbb\xbf" + TEXT.encode(), TEXT),
        ("a.txt", TEXT.encode("utf-16"), TEXT),
        ("a.txt", '"T7: lytic." said the report', '"T7: lytic." said the report'),
        ("a.dat", "[Draft] Lytic T7.", None),
        ("a.rtf", r"{\rtf1\ansi\ansicpg1252 Lytic T7.\par L\'f6wenthal, K.}", "Lytic T7.\nLöwenthal, K."),
        ("a.txt", r"{\rtf1\ansi Lytic T7.}", "Lytic T7."),
    ],
    ids=["text", "no suffix", "utf-8 mark", "utf-16", "quoted", "bracket", "rtf", "rtf by content"],
)
def test_a_file_of_one_report(tmp_path: Path, name: str, data: bytes | str, text: str | None) -> None:
    expected = [(name, text if text is not None else data)]
    assert shown(made(tmp_path / name, data)) == expected


def test_a_word_file_with_a_table(tmp_path: Path) -> None:
    import docx

    document = docx.Document()
    document.add_paragraph("FINDINGS:")
    cells = document.add_table(rows=1, cols=2).rows[0].cells
    cells[0].text, cells[1].text = "T7", "lytic"
    document.add_paragraph("Cord normal.")
    document.save(str(tmp_path / "a.docx"))
    assert shown(tmp_path / "a.docx") == [("a.docx", "FINDINGS:\nT7 | lytic\nCord normal.")]


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.pdf", b"%PDF-1.4\n", "a PDF; export the report as text"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1", "an old Word or Excel file; save it as .docx or .xlsx"),
        ("a.png", b"\x89PNG\r\n", "an image; export the report as text"),
        ("a.txt", b"", "empty; give the text of a report"),
        ("a.txt", b" \n", "empty; give the text of a report"),
        (
            "a.txt",
            CANARY.encode() + b" \xff\xfe",
            "not utf-8 text (byte 8); name its encoding, as in --encoding cp1252",
        ),
        ("a.docx", b"PK\x03\x04nothing", "damaged zip file (BadZipFile); pack it again"),
        ("a.csv", "id,text", None),
    ],
    ids=["pdf", "doc", "png", "empty", "blank", "encoding", "broken docx", "only a heading"],
)
def test_what_is_no_report_is_refused(tmp_path: Path, name: str, data: bytes | str, words: str | None) -> None:
    assert shown(made(tmp_path / name, data)) == ([f"{name}: {words}"] if words else [])


def test_an_encoding_is_taken_at_its_word(tmp_path: Path) -> None:
    path = made(tmp_path / "a.txt", "Löwe".encode("cp1252"))
    assert shown(path, encoding="cp1252") == [("a.txt", "Löwe")]


# Tables

ROWS = [
    {"Accession No": "00123", "Report Text": TEXT, "site": "=A"},
    {"Accession No": "NA", "Report Text": "L1.", "site": ""},
]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"], ids=["comma", "semicolon", "tab", "bar"])
def test_cells_of_a_table_stay_as_they_are(tmp_path: Path, delimiter: str) -> None:
    path = made(tmp_path / "a.csv", table(ROWS, delimiter=delimiter))
    found = read(path, keep=("site",))
    assert [(one.id, one.text, one.kept) for one in found if isinstance(one, Report)] == [
        ("00123", TEXT, {"site": "=A"}),
        ("NA", "L1.", {"site": ""}),
    ]


@pytest.mark.parametrize("name", ["a.csv.gz", "a.zip", "nested.zip"])
def test_a_packed_table(tmp_path: Path, name: str) -> None:
    plain = table(ROWS).encode()
    packed = {"a.csv.gz": gzip.compress(plain), "a.zip": zipped(a__csv=plain)}
    data = packed.get(name) or zipped(a__zip=packed["a.zip"])
    assert [item[0] for item in shown(made(tmp_path / name, data))] == ["00123", "NA"]


def test_a_workbook(tmp_path: Path) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as book:
        book.add_worksheet("notes").write_row(0, 0, ["nothing here"])
        sheet = book.add_worksheet("reports")
        for number, row in enumerate((["id", "text"], [123, TEXT], ["x", "T" * 32_767], [None, None])):
            sheet.write_row(number, 0, row)
    assert shown(tmp_path / "a.xlsx") == [
        ("123", TEXT),
        "a.xlsx:row 3: cut at 32,767 characters, the most an Excel cell takes; export it as .csv",
    ]


def test_a_lake_of_parquet(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    for year, names in (("2023", ["a", None]), ("2024", ["b"])):
        folder = tmp_path / f"year={year}"
        folder.mkdir()
        columns = {"id": names, "text": [TEXT] * len(names), "blob": [b"x"] * len(names)}
        pq.write_table(pa.table(columns), folder / "part.parquet")
    found = read(tmp_path, keep=("year",))
    assert [(one.id, dict(one.kept)) for one in found if isinstance(one, Report)] == [
        ("a", {"year": "2023"}),
        ("b", {"year": "2024"}),
    ]
    assert [one.stage for one in found if isinstance(one, Refusal)] == ["id"]


def test_a_bad_row_is_refused_alone(tmp_path: Path) -> None:
    head, good = "id,text\n", 'a,"T7, lytic"\n'
    data = (head + good).encode() + b"b\n" + b"c,\xff\xff\n" + b",Lytic\n" + b"e,\n" + b'f,"L1"\n'
    assert shown(made(tmp_path / "a.csv", data)) == [
        ("a", "T7, lytic"),
        "a.csv:row 2: not as many cells as the heading; put quotes around cells that hold separators",
        "a.csv:row 3: column 'text' is not in the encoding; give it, as in --encoding cp1252",
        "a.csv:row 4: the id is empty or holds characters that cannot be printed; give a plain one",
        "a.csv:row 5: empty; give the text of a report",
        ("f", "L1"),
    ]


def test_a_quote_without_its_fellow_does_not_pass_unseen(tmp_path: Path) -> None:
    path = made(tmp_path / "a.csv", 'id,text\na,T7\nb,"L1\nc,L2\n')
    assert shown(path) == [
        ("a", "T7"),
        "a.csv:row 2: broken (a quote without its fellow); mend its quotes; the rows after it are not read",
    ]


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1), min_size=1))
def test_any_text_comes_back_from_a_table(texts: list[str]) -> None:
    from extractor.archive.sources.delimited import read_delimited
    from extractor.archive.sources.opening import Source

    rows = [{"id": f"r{number}", "text": f"L1 {text}"} for number, text in enumerate(texts)]
    source = Source("a.csv", io.BufferedReader(io.BytesIO(table(rows, quoting=csv.QUOTE_ALL).encode())))  # type: ignore[arg-type]
    found = list(read_delimited(source, Selection()))
    assert [one.text for one in found if isinstance(one, Report)] == [row["text"] for row in rows]


@pytest.mark.parametrize(
    ("head", "wanted", "words"),
    [
        ("nr,words", {}, "no column is plainly the id (columns: nr, words); name it with --id-column"),
        ("id,words", {}, "no column is plainly the text (columns: id, words); name it with --text-column"),
        (
            "note_id,study_id,text",
            {},
            "several columns may be the id (columns: note_id, study_id, text); name it with --id-column",
        ),
        ("id,text", {"id_column": "nr"}, "no column 'nr' (columns: id, text); --id-column takes one of them"),
        ("id,text", {"keep": ("site",)}, "no column 'site' (columns: id, text); --keep takes one of them"),
    ],
    ids=["id", "text", "several", "given", "kept"],
)
def test_columns_that_are_not_plain_are_named_before_the_run(
    tmp_path: Path, head: str, wanted: dict[str, Any], words: str
) -> None:
    path = made(tmp_path / "a.csv", f"{head}\n1,2,3\n")
    with pytest.raises(ReportError) as error:
        check_sources(find_files([str(path)]), Selection(**wanted))
    assert str(error.value) == f"{path}: {words}"
    assert [isinstance(item, Refusal) for item in read(path, **wanted)] == [True]


def test_ids_of_file_and_row_are_made_when_asked_for(tmp_path: Path) -> None:
    path = made(tmp_path / "a.csv", "text\nT7\nL1\n")
    assert shown(path, id_column="@row") == [("a.csv:row 1", "T7"), ("a.csv:row 2", "L1")]


# JSON


def test_bad_lines_are_refused_one_by_one(tmp_path: Path) -> None:
    good = json.dumps({"id": "a", "text": TEXT})
    lines = [CANARY, good, "", '{"id": "b"}', '{"id": 3, "text": "T7"}', "[1]", good.replace('"a"', '"c"')]
    assert shown(made(tmp_path / "a.jsonl", "\n".join(lines))) == [
        'a.jsonl:1: not JSON (column 1); give lines such as {"id": "r-1", "text": "…"}',
        ("a", TEXT),
        'a.jsonl:4: no `text`; give lines such as {"id": "r-1", "text": "…"}',
        "a.jsonl:5: `id` is not text; put it in quotes",
        'a.jsonl:6: not a JSON object; give lines such as {"id": "r-1", "text": "…"}',
        ("c", TEXT),
    ]


@pytest.mark.parametrize("indent", [None, 2], ids=["one line", "indented"])
@pytest.mark.parametrize("many", [False, True], ids=["object", "list"])
def test_one_json_value_fills_a_file(tmp_path: Path, indent: int | None, many: bool) -> None:
    one = {"accession": "a", "report": TEXT}
    data = json.dumps([one, one | {"accession": "b"}] if many else one, indent=indent)
    assert [item[0] for item in shown(made(tmp_path / "a.json", data))] == (["a", "b"] if many else ["a"])


def fhir_report(**more: Any) -> dict[str, Any]:
    return {"resourceType": "DiagnosticReport", "id": "d1", "subject": {"reference": "Patient/7"}, **more}


def attached(kind: str, data: str) -> dict[str, str]:
    return {"contentType": kind, "data": base64.b64encode(data.encode()).decode()}


@pytest.mark.parametrize(
    ("more", "text"),
    [
        ({"presentedForm": [attached("application/rtf", r"{\rtf1 T7.}"), attached("text/plain", TEXT)]}, TEXT),
        (
            {"presentedForm": [attached("text/html", "<p>T7<br>lytic</p><script>x</script><p>L1</p>")]},
            "T7\nlytic\n\nL1",
        ),
        ({"presentedForm": [attached("application/rtf", r"{\rtf1 T7.}")]}, "T7."),
        (
            {"text": {"div": "<div>FINDINGS: T7 lytic.</div>"}, "conclusion": "Unstable."},
            "FINDINGS: T7 lytic.\n\nIMPRESSION:\nUnstable.",
        ),
        ({"conclusion": "T7 lytic."}, "T7 lytic."),
    ],
    ids=["plain before rtf", "html", "rtf", "narrative and conclusion", "conclusion"],
)
def test_a_fhir_report(tmp_path: Path, more: dict[str, Any], text: str) -> None:
    report = fhir_report(**more)
    bundle = {"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Patient"}}, {"resource": report}]}
    assert shown(made(tmp_path / "a.json", json.dumps(report))) == [("d1", text)]
    assert shown(made(tmp_path / "b.json", json.dumps(bundle, indent=1))) == [("d1", text)]
    assert shown(made(tmp_path / "c.ndjson", f"{json.dumps(report)}\n{json.dumps(report)}\n")) == [("d1", text)] * 2


@pytest.mark.parametrize(
    ("resource", "words"),
    [
        (
            {"resourceType": "Patient"},
            "no DiagnosticReport (a resource of type Patient); export DiagnosticReport resources",
        ),
        (
            fhir_report(presentedForm=[{"url": "http://x"}]),
            "its text lies elsewhere (presentedForm.url); export it with the data",
        ),
        (fhir_report(presentedForm=[attached("application/pdf", "%PDF-1")]), "the report is a PDF; export it as text"),
        (fhir_report(), "no text (presentedForm, text or conclusion); export the report with its text"),
    ],
    ids=["patient", "url", "pdf", "no text"],
)
def test_fhir_without_a_report(tmp_path: Path, resource: dict[str, Any], words: str) -> None:
    assert shown(made(tmp_path / "a.json", json.dumps(resource))) == [f"a.json:1: {words}"]


# HL7


def test_a_result_message_with_escapes_headings_and_repeats(tmp_path: Path) -> None:
    message = hl7_message(
        "OBR|1|P9|A-1^RIS|MR SPINE|||20240102",
        "OBX|1|TX|1^BODY||FINDINGS:\\.br\\T7 lytic \\T\\ T8~L1 normal, 5 \\S\\ 6",
        "OBX|2|NM|2^COUNT||3",
        "OBX|3|FT|3&IMP||Unstable \\H\\at\\N\\ T7.\\.sp2\\C:\\temp",
    )
    path = made(tmp_path / "a.hl7", f"\x0b{message}\x1c\r")
    text = "FINDINGS:\nT7 lytic & T8\nL1 normal, 5 ^ 6\nIMPRESSION:\nUnstable at T7.\n\nC:\\temp"
    assert read(path, keep=("patient_id", "date")) == [
        Report("A-1", text, f"{path}:message 1", {"patient_id": "77^^^H", "date": "20240102"})
    ]


def test_a_batch_of_messages_of_which_some_are_no_reports(tmp_path: Path) -> None:
    rtf = base64.b64encode(rb"{\rtf1 L1 lytic.}").decode()
    messages = (
        hl7_message("OBR|1||A-1", "OBX|1|TX|1||T7.", "OBR|2||A-2", f"OBX|1|ED|1||RIS^application^rtf^Base64^{rtf}"),
        hl7_message(kind="ADT^A01"),
        hl7_message("OBR|1||A-3", "OBX|1|NM|1||7"),
        hl7_message("ORC|RE", "OBR|1||", "OBX|1|ST|1||S1 lytic."),
        hl7_message("OBR|1||A-5", f"OBX|1|ED|1||RIS^application^pdf^Base64^{base64.b64encode(b'%PDF-1').decode()}"),
    )
    path = made(tmp_path / "batch", "FHS|^~\\&|x\rBHS|^~\\&|x\r" + "".join(messages) + "BTS|4\rFTS|1\r")
    assert shown(path) == [
        ("A-1", "T7."),
        ("A-2", "L1 lytic."),
        "batch:message 2: no report, a message of type ADT^A01; export results (ORU^R01)",
        "batch:message 3: no observation with text (OBX-5); export the report's text",
        ("M-1", "S1 lytic."),
        "batch:message 5: the report is a PDF; export it as text",
    ]


def test_the_character_set_of_a_message(tmp_path: Path) -> None:
    message = hl7_message("OBR|1||A-1", "OBX|1|TX|1||Löwe T7", charset="8859/1").encode("latin-1")
    assert shown(made(tmp_path / "a.hl7", message)) == [("A-1", "Löwe T7")]
    wrong = message.replace(b"8859/1", b"UTF-8")
    where = f"byte {wrong.index('ö'.encode('latin-1'))}"
    assert shown(made(tmp_path / "b.hl7", wrong)) == [
        f"b.hl7:message 1: not utf-8 text ({where}); name its encoding, as in --encoding cp1252"
    ]


# DICOM


def sr_item(concept: str, **values: Any) -> Any:
    from pydicom.dataset import Dataset

    item, name = Dataset(), Dataset()
    name.CodeMeaning = concept
    item.ConceptNameCodeSequence = [name]
    for key, value in values.items():
        setattr(item, key, value)
    return item


def saved(path: Path, **values: Any) -> Path:
    from pydicom.dataset import FileDataset, FileMetaDataset
    from pydicom.uid import ExplicitVRLittleEndian

    meta = FileMetaDataset()
    meta.TransferSyntaxUID, meta.MediaStorageSOPClassUID = ExplicitVRLittleEndian, "1.2.840.10008.5.1.4.1.1.88.11"
    meta.MediaStorageSOPInstanceUID = "1.2.3"
    data = FileDataset(str(path), {}, file_meta=meta, preamble=b"\0" * 128)
    data.SOPClassUID, data.SOPInstanceUID = meta.MediaStorageSOPClassUID, "1.2.3"
    for key, value in values.items():
        setattr(data, key, value)
    data.save_as(path, enforce_file_format=True)
    return path


def test_a_structured_report_of_dicom(tmp_path: Path) -> None:
    finding = sr_item("Finding", ValueType="TEXT", TextValue="Lytic T7.\r\nL1 normal.")
    content = [
        sr_item("Findings", ValueType="CONTAINER", ContentSequence=[finding]),
        sr_item("Impression", ValueType="TEXT", TextValue="Löwe: unstable."),
    ]
    path = saved(
        tmp_path / "a.dcm", Modality="SR", AccessionNumber="A-1", PatientID="77", StudyDate="20240102",
        SpecificCharacterSet="ISO_IR 192", ContentSequence=content,
    )  # fmt: skip
    text = "Finding:\nLytic T7.\nL1 normal.\nImpression:\nLöwe: unstable."
    assert read(path, keep=("patient_id", "date", "accession")) == [
        Report("A-1", text, str(path), {"patient_id": "77", "date": "20240102", "accession": "A-1"})
    ]


def test_a_dicom_image(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.dcm", Modality="MR")
    assert shown(path) == ["a.dcm: no structured report (modality MR); export reports, not images"]


# Folders, packed files and damage


def test_a_folder_is_searched_in_an_order_of_its_own(tmp_path: Path) -> None:
    for name in ("b/2.txt", "a.txt", ".hidden/x.txt", ".x.txt", "run/run.json", "run/a.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        made(tmp_path / name, "T7")
    inner, whole = str(tmp_path / "b"), str(tmp_path)
    names = [found.name.replace(f"{whole}/", "") for found in find_files([inner, whole])]
    assert names == ["a.txt", "b/2.txt"]
    assert find_files([inner, whole]) == find_files([whole, inner])


def test_a_loop_of_links_ends(tmp_path: Path) -> None:
    made(tmp_path / "a.txt", "T7")
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "gone").symlink_to(tmp_path / "nothing")
    assert shown(tmp_path) == [("a.txt", "T7"), "gone: no such file; check the path"]


def test_a_place_where_nothing_is(tmp_path: Path) -> None:
    with pytest.raises(ReportError) as error:
        find_files([str(tmp_path / "none")])
    assert str(error.value) == f"{tmp_path / 'none'}: no such file or folder; check the path"


def test_a_zip_of_everything_is_read_where_it_lies(tmp_path: Path) -> None:
    data = zipped(**{"../up__txt": "T7", "b__jsonl": json.dumps({"id": "j", "text": "L1"}), "c__pdf": b"%PDF-"})
    path = made(tmp_path / "a.zip", data)
    assert shown(path) == [("a.zip/../up.txt", "T7"), ("j", "L1"), "a.zip/c.pdf: a PDF; export the report as text"]
    assert [one.name for one in tmp_path.iterdir()] == ["a.zip"]


def test_what_came_before_the_damage_is_kept(tmp_path: Path) -> None:
    lines = [json.dumps({"id": f"r{number}", "text": f"{CANARY} {number * 7919}"}) for number in range(4_000)]
    data = gzip.compress("\n".join(lines).encode())
    found = read(made(tmp_path / "a.jsonl.gz", data[: len(data) // 2]))
    assert [item.id for item in found[:-2]] == [f"r{number}" for number in range(len(found) - 2)]
    assert isinstance(found[-1], Refusal)
    assert found[-1].error == "EOFError"


@pytest.mark.parametrize("cut", [10, 400])
def test_a_parquet_file_cut_short(tmp_path: Path, cut: int) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table({"id": ["a"] * 99, "text": [TEXT] * 99}), tmp_path / "a.parquet")
    path = made(tmp_path / "b.parquet", (tmp_path / "a.parquet").read_bytes()[:-cut])
    assert shown(path) == ["b.parquet: broken Parquet file (ArrowInvalid); write it again"]


def bomb(kind: str) -> bytes:
    zeros = b"x" * 70_000_000
    if kind == "gz":
        return gzip.compress(zeros)
    names = {"zip": "a.csv", "docx": "word/document.xml"}
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(names[kind], zeros)
    return sink.getvalue()


@pytest.mark.parametrize("kind", ["gz", "zip", "docx"])
def test_a_bomb_is_stopped(tmp_path: Path, kind: str) -> None:
    path = made(tmp_path / f"a.csv.{kind}", bomb(kind))
    tracemalloc.start()
    found = shown(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(found) == 1
    assert peak < 40_000_000


def test_memory_stays_flat_and_the_meter_ends_at_one(tmp_path: Path) -> None:
    path = made(
        tmp_path / "a.csv", "id,text\n" + "".join(f"r{number},{'T7 lytic ' * 100}\n" for number in range(20_000))
    )
    files = find_files([str(path)])
    meter = Meter(files)
    tracemalloc.start()
    count = sum(1 for _ in read_sources(files, Selection(), meter=meter))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (count, meter.share()) == (20_000, 1.0)
    assert peak < 3_000_000


@pytest.mark.parametrize("name", ["python_calamine", "striprtf.striprtf", "docx", "hl7", "pydicom"])
def test_a_missing_package_is_named_with_its_remedy(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    from extractor.archive.sources.text import needed

    monkeypatch.setitem(__import__("sys").modules, name, None)
    with pytest.raises(ReportError) as error:
        needed(name, "a.x")
    assert str(error.value) == f"a.x: reading it needs {name.partition('.')[0]}; pip install 'sinsight[io]'"
