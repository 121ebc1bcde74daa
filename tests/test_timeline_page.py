"""The page of timelines: what stands on it, that it runs and fetches nothing, and that it stays small."""

from __future__ import annotations

import os
import shutil
import xml.etree.ElementTree as ET
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from pages import Page
from sample import lesion, value

from extractor.archive.examination import NO_DATE, Examination
from extractor.record import Change, Lesion, Treatment
from extractor.render.strip import page as strips
from extractor.render.strip import render_timeline_page
from extractor.render.strip.scale import APART, places, shown
from extractor.timeline.patients import Patient, patients
from extractor.values import Evidence, location_grades

HOSTILE = "<script>alert(1)</script>" + "x" * 120
SAID = Evidence(0, 9, "no <b>change</b>", "findings", "change.stable", "clause")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def at(level: str, **grades: str) -> Lesion:
    fields = {name: value(name, *said.split(), evidence=(SAID,)) for name, said in grades.items()}
    return lesion(level, location=value("location", *location_grades(level)), **fields)


def exam(patient: str, name: str, date: str | None, *lesions: Lesion, **more: Any) -> Examination:
    return Examination((name,), lesions, date, ("a.csv:1",), patient, "" if date else NO_DATE, ("mri",), **more)


def found(name: str = "ann") -> tuple[Patient, ...]:
    stable = Change("stable", ("T7",), (), (SAID,))
    return patients(
        [
            exam(name, "r1", "2023-01-01", at("T7", collapse="under_50", escc="0")),
            exam(name, "r2", "2023-01-09", at("T7", collapse="over_50", escc="1a 1b 1c 2"), changes=(stable,)),
            exam(name, "r3", "2023-12-01", treatment=(Treatment("radiotherapy", ("T7",)),)),
            exam(name, "r4", None, at("L2")),
        ]
    )


def test_a_patient_has_a_strip_a_level_with_the_words_beside_it() -> None:
    page = Page(render_timeline_page(found(), ("a note",), "run"))
    rows = page.tables["The words behind it"]
    assert [row[0] for row in rows[1:]] == ["T7 2023-01-01r1", "T7 2023-01-09r2", "T7 2023-12-01r3"]
    worse = rows[2]
    assert worse[2].startswith("▲ worse")
    assert "by what is admitted, against the report's words; certainly worse: collapse, ESCC" in worse[2]
    assert worse[3] == "stable “no <b>change</b>” ! the two exclude each other"
    assert "collapse > 50 % collapse: “no <b>change</b>”" in worse[4]
    assert "the report is silent; it may still be there; treated: radiotherapy" in rows[3][2]
    labels = [svg["aria-label"] for svg in page.named("svg") if svg["class"] == "strip"]
    assert labels == [
        "T7: 2023-01-01 SINS 3–15, any category, new; 2023-01-09 SINS 4–16, any category, certainly progressed; "
        "2023-12-01 not mentioned"
    ]
    assert "r4: no date; L2 SINS 2–17" in page.source
    assert "2023-01-09: T7 stable “no &lt;b&gt;change&lt;/b&gt;”" in page.source


def test_drawings_are_well_formed_and_nothing_runs_or_is_fetched() -> None:
    page = Page(render_timeline_page(found(HOSTILE), (HOSTILE,), HOSTILE))
    for drawing in page.drawings:
        ET.fromstring(drawing)
    assert len(page.drawings) == 1 + 3  # a strip, and a spine a visit
    assert {element.tag for element in page.elements} & {"script", "link", "img", "iframe", "object"} == set()
    assert not any(name.startswith("on") for element in page.elements for name in element.attributes)
    policies = [meta["content"] for meta in page.named("meta") if "http-equiv" in meta]
    assert policies == ["default-src 'none'; style-src 'unsafe-inline'; img-src data:"]
    ids = [element.attributes["id"] for element in page.elements if "id" in element.attributes]
    assert len(ids) == len(set(ids))
    assert {link["href"].removeprefix("#") for link in page.named("a")} <= set(ids)


def test_the_same_patients_give_the_same_page() -> None:
    assert render_timeline_page(found(), (), "run") == render_timeline_page(found(), (), "run")


def test_a_page_of_many_patients_ends_in_time_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    many = [replace(one, name=f"p{number:02}") for number in range(20) for one in found()]
    whole = Page(render_timeline_page(many, (), "run"))
    assert len(whole.named("section")) == 20 + 1
    assert [svg for svg in whole.named("svg") if svg["class"] != "strip"] == []  # no spines where there are many
    monkeypatch.setattr(strips, "MOST", 30_000)
    cut = Page(render_timeline_page(many, (), "run"))
    held = len(cut.named("section")) - 1
    assert 0 < held < 20
    assert f"{20 - held} of 20 patients are not on this page; name them with --patient" in cut.source


def test_no_patients_and_no_lesions() -> None:
    assert "No examination is in it." in render_timeline_page((), (), "run")
    page = Page(render_timeline_page(patients([exam("p", "r", "2023-01-01")]), (), "run"))
    assert (page.tables, page.drawings) == ({}, [])
    assert "1 examination, 2023-01-01; no lesion" in page.source


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (["2023-01-01"], (50.0,)),
        (["2023-01-01", "2023-01-02"], (0.0, 100.0)),
        (["2023-01-01", "2023-01-06", "2023-01-11"], (0.0, 50.0, 100.0)),
        (["2023-01-01", "2023-01-02", "2023-04-11"], (0.0, APART, 100.0)),
        (["2023-01-01", "2023-04-10", "2023-04-11"], (0.0, 100.0 - APART, 100.0)),
    ],
)
def test_days_stand_to_scale_but_never_one_upon_the_other(days: list[str], expected: tuple[float, ...]) -> None:
    assert places(days, 0, 100) == pytest.approx(expected)


def test_many_days_share_the_room_there_is() -> None:
    days = [f"2023-{month:02}-{day:02}" for month in range(1, 13) for day in (1, 2)]
    at_all = places(days, 0, 100)
    gaps = [later - one for one, later in pairwise(at_all)]
    assert min(gaps) == pytest.approx(100 / 23)
    assert (at_all[0], at_all[-1]) == (pytest.approx(0), pytest.approx(100))


def test_dates_are_written_only_where_they_fit() -> None:
    assert shown((0, 20, 50, 100), 40) == (True, False, True, True)
    assert shown((0, 20), 40) == (False, True)


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 1200])
def test_the_page_fits_a_screen_and_asks_for_nothing(tmp_path: Path, width: int) -> None:
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("no chromium on the path")
    path = tmp_path / "timeline.html"
    path.write_text(render_timeline_page(found(HOSTILE), (HOSTILE,), HOSTILE), encoding="utf-8")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": width, "height": 800})
        asked: list[str] = []
        said: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.goto(path.as_uri())
        if folder := os.environ.get("SINSIGHT_SCREENSHOTS"):
            page.screenshot(path=str(Path(folder) / f"timeline-{width}.png"), full_page=True)
        wide = page.evaluate("document.documentElement.scrollWidth")
        scales = "[...document.querySelectorAll('svg.strip')].map(s => s.clientWidth / s.viewBox.baseVal.width)"
        assert (asked, said, wide, min(page.evaluate(scales)) > 0.75) == ([path.as_uri()], [], width, True)
        browser.close()
