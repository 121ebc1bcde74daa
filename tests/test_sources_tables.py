"""Tables of reports: text, workbooks and lakes; every cell as it is, and a bad row refused alone."""

from __future__ import annotations

import csv
import gzip
import io
from pathlib import Path
from typing import Any

import pytest
from archives import CANARY, TEXT, as_csv, made, read, shown, zipped
from hypothesis import given
from hypothesis import strategies as st

from extractor.archive.report import Refusal, Report
from extractor.archive.sources import Selection, check_sources, find_files
from extractor.errors import ReportError

# Tables

ROWS = [
    {"Accession No": "00123", "Report Text": TEXT, "site": "=A"},
    {"Accession No": "NA", "Report Text": "L1.", "site": ""},
]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"], ids=["comma", "semicolon", "tab", "bar"])
def test_cells_of_a_table_stay_as_they_are(tmp_path: Path, delimiter: str) -> None:
    path = made(tmp_path / "a.csv", as_csv(ROWS, delimiter=delimiter))
    found = read(path, keep=("site",))
    assert [(one.id, one.text, one.kept) for one in found if isinstance(one, Report)] == [
        ("00123", TEXT, {"site": "=A"}),
        ("NA", "L1.", {"site": ""}),
    ]


@pytest.mark.parametrize("name", ["a.csv.gz", "a.zip", "nested.zip"])
def test_a_packed_table(tmp_path: Path, name: str) -> None:
    plain = as_csv(ROWS).encode()
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
    source = Source("a.csv", io.BufferedReader(io.BytesIO(as_csv(rows, quoting=csv.QUOTE_ALL).encode())))  # type: ignore[arg-type]
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
        (
            f'7,"{CANARY}, Jane","Lytic T7. L1 normal."',
            {},
            "no column is plainly the id (its first row may be no heading, so it is not shown here); "
            "name it with --id-column",
        ),
        ("id,text", {"id_column": "nr"}, "no column 'nr' (columns: id, text); --id-column takes one of them"),
        ("id,text", {"keep": ("site",)}, "no column 'site' (columns: id, text); --keep takes one of them"),
    ],
    ids=["id", "text", "several", "no heading", "given", "kept"],
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
