"""Files of one report, folders and packed files: what they yield, and what is said of those that cannot be read."""

from __future__ import annotations

import gzip
import io
import json
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from archives import CANARY, TEXT, made, read, shown, zipped

from extractor.archive.report import Refusal
from extractor.archive.sources import Meter, Selection, find_files, read_sources
from extractor.errors import ReportError

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
    from extractor.archive.sources.extras import needed

    monkeypatch.setitem(__import__("sys").modules, name, None)
    with pytest.raises(ReportError) as error:
        needed(name, "a.x")
    assert str(error.value) == f"a.x: reading it needs {name.partition('.')[0]}; pip install 'sinsight[io]'"
