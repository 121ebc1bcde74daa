"""Reports in messages and resources: JSON, FHIR, HL7 and DICOM."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from archives import CANARY, TEXT, made, read, shown

from extractor.archive.report import Report

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


def hl7_message(*segments: str, kind: str = "ORU^R01", charset: str = "UNICODE UTF-8") -> str:
    head = f"MSH|^~\\&|RIS|A|B|C|202401011200||{kind}|M-1|P|2.5||||||{charset}"
    return "\r".join((head, "PID|1||77^^^H||Doe^Jane", *segments)) + "\r"


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
