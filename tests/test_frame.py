"""Data frames in, data frames out: the same tables as a run writes, nothing lost, nothing raised for a bad row."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from archives import CANARY, TEXT
from commandline import run

import extractor
from extractor.archive.columns import TABLES, arrow_schema
from extractor.errors import PatternError, ReportError

pytestmark = pytest.mark.usefixtures("no_workers")


def test_the_tables_are_those_of_batch(tmp_path: Path) -> None:
    df = pd.DataFrame({"id": ["a", "b", "b"], "text": [TEXT, "Sclerotic metastasis of L1 or L2.", TEXT]})
    df.to_csv(tmp_path / "in.csv", index=False)
    run("batch", tmp_path / "in.csv", "-o", tmp_path / "run")
    frames = extractor.read_frame(df, id="id")
    for table in TABLES:
        here, there = getattr(frames, table), pd.read_parquet(tmp_path / "run" / table)
        unplaced = [name for name in there.columns if name not in {"place", "message"}]
        pd.testing.assert_frame_equal(here[unplaced], there[unplaced])


def test_what_cannot_be_read_is_a_row_of_quarantine() -> None:
    cells: list[Any] = [TEXT, "", None, float("nan"), 3.5, TEXT, TEXT, f"{CANARY}\0"]
    df = pd.DataFrame({"text": cells}, index=["a", "b", "c", "d", "e", "a", None, "h"])
    frames = extractor.read_frame(df)
    assert list(frames.reports["id"]) == ["a"]
    assert list(frames.lesions["level"]) == ["T7"]
    said = frames.quarantine[["place", "stage", "error"]].itertuples(index=False, name=None)
    assert list(said) == [
        ("frame:row 2", "source", "ReportError"),
        ("frame:row 3", "source", "ReportError"),
        ("frame:row 4", "source", "ReportError"),
        ("frame:row 5", "source", "TypeError"),
        ("frame:row 6", "duplicate", "ReportError"),
        ("frame:row 7", "id", "ReportError"),
        ("frame:row 8", "source", "ReportError"),
    ]
    assert frames.quarantine["message"][3] == "frame:row 5: no text but float; give a column of text"
    assert CANARY not in " ".join(frames.quarantine["message"])


def test_rows_of_one_case_are_read_together() -> None:
    df = pd.DataFrame(
        {
            "case": ["a", "a", None],
            "kind": ["mri", "request", "?"],
            "done": [pd.Timestamp(2024, 5, 3), None, "03/04/2024"],
            "text": [TEXT, "Back pain, worse on standing.", TEXT],
        }
    )
    with pytest.warns(UserWarning, match=r"frame:row 3: its (?:kind|date) is none") as warned:
        frames = extractor.read_frame(df, case="case", kind="kind", date="done")
    assert len(warned) == 2
    found = frames.reports.set_index("id")
    assert list(found["documents"]) == [1, 2]
    assert found[["exam_date", "pain"]].fillna("").to_dict("index") == {
        "a": {"exam_date": "2024-05-03", "pain": "mechanical"},
        "2": {"exam_date": "", "pain": ""},
    }


@pytest.mark.parametrize(
    ("index", "ids"),
    [(None, ["0", "1"]), ([7, 8], ["7", "8"]), (["007", "8"], ["007", "8"])],
    ids=["range", "int", "str"],
)
def test_ids_are_strings(index: list[Any] | None, ids: list[str]) -> None:
    assert list(extractor.read_frame(pd.DataFrame({"text": [TEXT, TEXT]}, index=index)).reports["id"]) == ids


def test_an_empty_frame_gives_empty_tables_with_all_columns() -> None:
    frames = extractor.read_frame(pd.DataFrame({"text": []}))
    assert {table: list(getattr(frames, table).columns) for table in TABLES} == {
        table: arrow_schema(table).names for table in TABLES
    }
    assert sum(len(getattr(frames, table)) for table in TABLES) == 0


@pytest.mark.parametrize(
    ("columns", "named", "message"),
    [
        (["a", "b"], {}, "frame: no column 'text' (columns: a, b); text takes one of them"),
        (["text"], {"id": "key"}, "frame: no column 'key' (columns: text); id takes one of them"),
        (["text", "text"], {}, "frame: several columns are called 'text'; give each its own name"),
    ],
    ids=["no text", "no id", "twice"],
)
def test_a_column_that_is_not_there(columns: list[str], named: dict[str, str], message: str) -> None:
    with pytest.raises(ReportError) as caught:
        extractor.read_frame(pd.DataFrame([["x"] * len(columns)], columns=columns), **named)
    assert str(caught.value) == message


def test_the_example_of_the_readme() -> None:
    readme = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    example = readme.split("<!-- example: begin (frame) -->\n")[1].split("<!-- example: end -->")[0]
    names: dict[str, Any] = {"extractor": extractor, "df": pd.DataFrame({"accession": ["7"], "report": [TEXT]})}
    exec(textwrap.dedent(example), names)
    assert list(names["frames"].lesions[["id", "level"]].itertuples(index=False, name=None)) == [("7", "T7")]


def test_local_patterns(tmp_path: Path) -> None:
    rule = 'field = "bone_lesion"\n[[rule]]\nid = "bone_lesion.x"\ngrades = ["blastic"]\npattern = "chalky"\n'
    (tmp_path / "x.toml").write_text(rule, encoding="utf-8")
    df = pd.DataFrame({"text": ["Chalky metastasis of T7."]})
    assert list(extractor.read_frame(df, patterns=tmp_path).lesions["bone_lesion"]) == ["blastic"]
    with pytest.raises(PatternError, match="no such folder of patterns"):
        extractor.read_frame(df, patterns=tmp_path / "none")
