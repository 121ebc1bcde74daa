"""The list of a run's reports: searched, filtered, with the reasons of the worklist, and fast."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from commandline import run
from webpage import REPORTS, archive_of, decide, entered, review_site, run_of, said

from extractor.errors import ReportError
from extractor.page.run import load_run

pytestmark = pytest.mark.usefixtures("no_workers")

HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a run without decisions."""
    return run_of(tmp_path / "run")


def ids(answer: Any) -> list[str]:
    return said(r"<a data-row[^>]*>(.*?)</a>", answer)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["r-1", "r-2", "r-3", "r-4"]),
        ("?q=R-2", ["r-2"]),
        ("?q=.*", []),
        ("?show=urgent", ["r-1"]),
        ("?show=W101", ["r-1"]),
        ("?show=W202", ["r-2", "r-4"]),
        ("?show=W900", ["r-1", "r-2", "r-3", "r-4"]),
        ("?show=unstable", ["r-2", "r-4"]),
        ("?show=open", ["r-2", "r-4"]),
        ("?show=conflict", ["r-4"]),
        ("?show=without", ["r-3"]),
        ("?show=nonsense&mine=nonsense&page=-1", ["r-1", "r-2", "r-3", "r-4"]),
        ("?mine=undecided", ["r-2", "r-3", "r-4"]),
        ("?mine=accepted", ["r-1"]),
        ("?mine=corrected", []),
        ("?page=99999999999", ["r-1", "r-2", "r-3", "r-4"]),
    ],
)
def test_the_list_is_searched_and_filtered(folder: Path, query: str, found: list[str]) -> None:
    client = entered(review_site(folder))
    decide(client, 0, "accept", 0)
    assert ids(client.get(f"/run{query}")) == found


def test_the_list_tells_the_reasons_of_the_worklist(folder: Path) -> None:
    answer = entered(review_site(folder)).get("/run?show=urgent")
    assert said(r'class="flag urgent">(.*?)</span> <span class="section">(?:.*?)</span>', answer) == [
        "urgent: spinal cord compressed"
    ]
    assert said(r'<p class="hint">(Urgent.*?)</p>', answer) == [
        "Urgent, as on the worklist: spinal cord compressed (W101), cauda equina compressed (W102), cord signal "
        "abnormal (W103), ESCC 2 or 3 (W104), unstable (W201)."
    ]


def test_a_run_that_was_cut_off_says_so(folder: Path) -> None:
    told = json.loads((folder / "run.json").read_text())
    (folder / "run.json").write_text(json.dumps(told | {"state": "running"}))
    assert load_run(folder, [], None).notes == ("The run was cut off; the list is of the 4 reports it has written.",)


def test_a_run_of_nothing_but_quarantine_is_listed(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    source = archive_of(tmp_path / "a.jsonl", {"r-1": "\x01"})
    assert run("batch", source, "-o", folder, "--with-text", "--workers", "1")[0] == 1
    client = entered(review_site(folder))
    assert "No report is like that." in client.get("/run").text
    assert [client.get(f"/run?show={show}").status_code for show in ("urgent", "open", "W101", "unstable")] == [200] * 4


def test_a_run_that_holds_a_report_twice_is_refused(folder: Path) -> None:
    for table in ("reports", "lesions", "evidence", "audit", "quarantine"):
        (part,) = (folder / table).glob("*.parquet")
        part.with_name(part.name.replace("000000", "000001")).write_bytes(part.read_bytes())
    with pytest.raises(ReportError, match="holds reports twice, as its source was changed when it was cut off"):
        load_run(folder, [], None)


def test_a_long_list_has_pages(tmp_path: Path) -> None:
    folder = run_of(tmp_path / "run", {f"r-{number:03}": "MRI SPINE. Normal." for number in range(120)})
    client = entered(review_site(folder))
    assert [len(ids(client.get(f"/run?page={page}"))) for page in (1, 2, 3, 4)] == [50, 50, 20, 20]


def test_quarantine_is_listed_by_place_and_never_by_text(tmp_path: Path) -> None:
    source = archive_of(tmp_path / "a.jsonl", {"r-1": REPORTS["r-1"], "r-2": f"{HOSTILE}\x01"})
    assert run("batch", source, "-o", tmp_path / "run", "--with-text", "--workers", "1")[0] == 1
    answer = entered(review_site(tmp_path / "run")).get("/run?show=quarantined")
    assert said(r'<tr><th scope="row">(.*?)</th>', answer) == ["r-2"]
    assert "alert" not in answer.text


def test_next_and_previous_follow_the_filter(folder: Path) -> None:
    answer = entered(review_site(folder)).get("/run/3?show=open")
    assert said(r'rel="prev" href="([^"]*)"', answer) == ["/run/1?show=open"]
    assert said(r'rel="next" href="([^"]*)"', answer) == []


def test_a_large_run_is_loaded_and_listed_fast(tmp_path: Path) -> None:
    import time

    import pandas as pd

    folder = run_of(tmp_path / "run")
    for table in ("reports", "lesions"):
        (part,) = (folder / table).glob("*.parquet")
        frame = pd.read_parquet(part)
        many = frame.loc[frame.index.repeat(25_000)].reset_index(drop=True)
        many["id"] = [f"{name}-{row % 25_000}" for row, name in enumerate(many["id"])]
        many.to_parquet(part)
    slow = float(os.environ.get("SINSIGHT_SLOW", "1"))
    began = time.perf_counter()
    client = entered(review_site(folder))
    loaded = time.perf_counter()
    paths = ("/run?page=1999", "/run?q=-9999&show=open", "/run?mine=undecided", "/run?show=urgent", "/run?show=W202")
    answers = [client.get(path) for path in paths]
    listed = time.perf_counter()
    assert ([answer.status_code for answer in answers], len(ids(answers[0]))) == ([200] * 5, 50)
    assert [said(r"<caption>([^ ]*) found", answer) for answer in answers[3:]] == [["25,000"], ["50,000"]]
    assert (loaded - began < 30 * slow, listed - loaded < 10 * slow) == (True, True)
