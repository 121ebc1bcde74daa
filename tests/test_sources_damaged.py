"""Files of each kind damaged at random: reading ends, says where, and no message or warning quotes a report."""

from __future__ import annotations

import base64
import gzip
import json
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from archives import CANARY, made, shown, zipped
from test_sources_messages import fhir_report, hl7_message, saved, sr_item

from extractor.archive.sources import Selection, check_sources, find_files
from extractor.errors import ReportError

TEXT = f"{CANARY}. Lytic metastasis of T7. {CANARY}, Löwe."
TABLE = "id,text\n" + "".join(f'r{number},"{TEXT}"\n' for number in range(20))


def parquet(path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = {
        "id": [f"r{number}" for number in range(40)],
        "text": [f"{TEXT} {number * 7919}" for number in range(40)],
    }
    pq.write_table(pa.table(columns), path, compression="none")


def word(path: Path) -> None:
    import docx

    document = docx.Document()
    document.add_paragraph(TEXT)
    document.save(str(path))


def excel(path: Path) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["id", "text"])
        sheet.write_row(1, 0, ["r1", TEXT])


def dicom(path: Path) -> None:
    content = [sr_item("Finding", ValueType="TEXT", TextValue=TEXT), sr_item("Size", ValueType="NUM")]
    saved(path, Modality="SR", AccessionNumber="A-1", SpecificCharacterSet="ISO_IR 192", ContentSequence=content)


def messages(path: Path) -> None:
    rtf = base64.b64encode(rf"{{\rtf1 {CANARY} T7 lytic.}}".encode()).decode()
    plain = hl7_message("OBR|1||A-1", f"OBX|1|TX|1||{TEXT}")
    made(path, plain + hl7_message("OBR|1||A-2", f"OBX|1|ED|1||RIS^application^rtf^Base64^{rtf}"))


KINDS: dict[str, Callable[[Path], object]] = {
    "a.parquet": parquet,
    "a.docx": word,
    "a.xlsx": excel,
    "a.dcm": dicom,
    "a.hl7": messages,
    "a.csv": lambda path: made(path, TABLE),
    "a.csv.gz": lambda path: made(path, gzip.compress(TABLE.encode())),
    "a.zip": lambda path: made(
        path, zipped(a__txt=TEXT, b__csv=TABLE, c__json=json.dumps(fhir_report(conclusion=TEXT)))
    ),
    "a.json": lambda path: made(path, json.dumps(fhir_report(conclusion=TEXT))),
    "a.rtf": lambda path: made(
        path, rf"{{\rtf1\ansi\ansicpg1252{{\fonttbl\f0 Arial;}}\f0 {CANARY} \'f6\u1234? T7\par}}"
    ),
}


def damaged(data: bytes, chance: random.Random) -> bytes:
    """Return the data cut, with some bytes changed or with a piece of itself put in somewhere."""
    here, there = sorted(chance.randrange(len(data)) for _ in range(2))
    noise = bytes(chance.choice((0, 65, 255)) for _ in range(chance.randrange(1, 64)))
    return chance.choice(
        (
            data[:here],
            data[:here] + noise + data[here + len(noise) :],
            data[:here] + data[there : there + 200] + data[here:],
        )
    )


@pytest.mark.parametrize("name", KINDS)
def test_a_damaged_file_is_read_as_far_as_it_goes(tmp_path: Path, name: str, recwarn: pytest.WarningsRecorder) -> None:
    path, chance = tmp_path / name, random.Random(name)
    KINDS[name](path)
    sound = path.read_bytes()
    assert all(isinstance(item, tuple) for item in shown(path))
    refused = 0
    recwarn.clear()
    for _ in range(60):
        made(path, damaged(sound, chance))
        try:
            check_sources(find_files([str(path)]), Selection())
        except ReportError as error:
            assert CANARY not in str(error)  # noqa: PT017
        refused += any(isinstance(item, str) for item in shown(path))
    assert refused > 10
    assert [str(warning.message) for warning in recwarn] == []


def test_a_row_that_is_no_utf_8_is_refused_alone(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    texts = pa.array([b"T7 lytic.", "Löwe".encode("latin-1"), b"L1 lytic."]).view(pa.string())
    pq.write_table(pa.table({"id": ["a", "b", "c"], "text": texts}), tmp_path / "a.parquet")
    problem = "a.parquet:row 2: not UTF-8; write the file again, its text in UTF-8"
    assert shown(tmp_path / "a.parquet") == [("a", "T7 lytic."), problem, ("c", "L1 lytic.")]


def test_a_character_set_that_does_not_fit_is_said(tmp_path: Path) -> None:
    dicom(tmp_path / "a.dcm")
    path = made(tmp_path / "b.dcm", (tmp_path / "a.dcm").read_bytes().replace("ö".encode(), b"\xf6\xf6"))
    assert shown(path) == ["b.dcm: its text is not in the character set it names; export it again"]


def test_a_packed_file_without_a_name_is_read_as_the_others(tmp_path: Path) -> None:
    nameless = zipfile.ZipInfo("x")
    nameless.filename = ""
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as packed:
        packed.writestr(nameless, "T7 lytic.")
        packed.writestr("folder/", "")
        packed.writestr("folder/b.txt", "L1 lytic.")
    assert shown(tmp_path / "a.zip") == [("a.zip/", "T7 lytic."), ("a.zip/folder/b.txt", "L1 lytic.")]
