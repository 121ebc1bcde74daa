"""What reads an archive: the options for it, and what an executor says before it reads; no Spark is needed."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from archives import TEXT
from commandline import one_line, run

from extractor import __version__
from extractor.archive.chunk import Outcome, Plan, read_chunk
from extractor.archive.columns import TABLES, Table, arrow_schema
from extractor.archive.executor import answer, pack
from extractor.archive.report import Report
from extractor.patterns import load_patterns
from extractor.spark import table_ddl

NEEDED = "--engine spark needs a cluster's URL: spark://HOST:7077, yarn, k8s://URL or local[*]"
TASK = partial(read_chunk, plan=Plan())
CHUNK = (Report("a", TEXT, "row 1"),)


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["--master", "local"], "Invalid value for '--master': goes with --engine spark"),
        (["--engine", "spark"], f"Invalid value for '--master': {NEEDED}"),
        (["--engine", "spark", "--master", "host"], f"Invalid value for '--master': {NEEDED}"),
        (
            ["--engine", "spark", "--master", "yarn", "--workers", "2"],
            "Invalid value for '--workers': the cluster says how many read; "
            "spark.cores.max in spark-defaults.conf bounds them",
        ),
    ],
    ids=["master alone", "no master", "no URL", "workers"],
)
def test_options_that_do_not_go_together(args: list[str], words: str) -> None:
    code, out, err = run("batch", "in.csv", "-o", "run", *args)
    assert (code, out, one_line(err)) == (2, "", f"{words}; see sinsight batch --help")


def test_no_pyspark_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    monkeypatch.setattr("extractor.archive.session.find_spec", lambda name: None)
    code, out, err = run("batch", tmp_path / "a.txt", "-o", "-", "--engine", "spark", "--master", "local")
    said = "--engine spark: needs the package pyspark; pip install 'sinsight[spark]'"
    assert (code, out, one_line(err)) == (1, "", said)


def test_an_executor_reads_only_what_it_would_read_alike(tmp_path: Path) -> None:
    digest = load_patterns().digest
    same = "--patterns must be a folder that all of them see"
    answers = [
        answer(pack(TASK, CHUNK, None, 60.0), ("0.0", digest)),
        answer(pack(TASK, CHUNK, None, 60.0), (__version__, "0")),
        answer(pack(TASK, CHUNK, tmp_path / "none", 60.0), (__version__, digest)),
    ]
    assert answers == [
        f"have sinsight {__version__}, and here is 0.0; install the same there",
        "have other patterns; install the same sinsight there",
        f"have other patterns; {same}",
    ]


def test_an_executor_reads_what_this_process_reads() -> None:
    made = answer(pack(TASK, CHUNK, None, 60.0), (__version__, load_patterns().digest))
    assert isinstance(made, Outcome)
    assert made == TASK(CHUNK)


@pytest.mark.parametrize("table", TABLES)
def test_a_schema_names_every_column(table: Table) -> None:
    assert [part.split("`")[1] for part in table_ddl(table).split(", ")] == arrow_schema(table).names
