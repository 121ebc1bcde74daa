"""The pages in a real browser: they fetch and run nothing, are legible wherever read, and their parts light up."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pages import CHECKS, made, sample
from sample import RECORD, TEXT

from extractor.render.html import render_page
from extractor.render.page import has_plots, render_audit_page

pytestmark = pytest.mark.browser

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
HOSTILE = "<script>document.title='run'</script><img src=http://127.0.0.1:9/x onerror=alert(1)>" + "x" * 200
VIEWS: dict[str, dict[str, Any]] = {
    "light": {"viewport": {"width": 1200, "height": 900}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 1200, "height": 900}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 360, "height": 740}, "device_scale_factor": 2},
    # 200 % zoom of a screen 1280 wide
    "zoomed": {"viewport": {"width": 640, "height": 450}, "device_scale_factor": 2},
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None or not has_plots():
        pytest.skip("no chromium on the path, or the extra `plots` is not installed")
    with api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the page of a sample whose second site has a hostile name."""
    path = tmp_path_factory.mktemp("page") / "audit.html"
    audit = made(sample(HOSTILE), against=sample(reports=30))
    path.write_text(render_audit_page(audit, CHECKS), encoding="utf-8")
    return path


@pytest.mark.parametrize("view", VIEWS)
def test_the_page_fetches_and_runs_nothing_and_fits(browser: Any, file: Path, view: str) -> None:
    page = browser.new_page(**VIEWS[view])
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(file.as_uri())
    if folder := os.environ.get("SINSIGHT_SCREENSHOTS"):
        page.screenshot(path=str(Path(folder) / f"{view}.png"), full_page=True)
    assert (asked, said, page.title()) == ([file.as_uri()], [], "Audit: run")
    width = VIEWS[view]["viewport"]["width"]
    assert page.evaluate("document.documentElement.scrollWidth") == width
    # No drawing is wider than the screen, and none is so small that its words of 11 units cannot be read
    scales = page.evaluate("[...document.querySelectorAll('svg')].map(s => s.clientWidth / s.viewBox.baseVal.width)")
    assert [scale for scale in scales if scale < 0.75] == []
    widest = page.evaluate("Math.max(...[...document.querySelectorAll('svg')].map(s => s.clientWidth))")
    assert widest <= width
    page.close()


def test_words_stand_out_on_light_and_on_dark(browser: Any, file: Path) -> None:
    inks = []
    for view in ("light", "dark"):
        page = browser.new_page(**VIEWS[view])
        page.goto(file.as_uri())
        inks.append(page.evaluate(_COLOURS))
        page.close()
    # Background, the words of the page, the words of a drawing
    assert inks == [
        ["rgb(255, 255, 255)", "rgb(27, 31, 36)", "rgb(27, 31, 36)"],
        ["rgb(20, 24, 29)", "rgb(230, 233, 237)", "rgb(230, 233, 237)"],
    ]


_COLOURS = """[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color,
    getComputedStyle(document.querySelector('svg text')).fill]"""


def test_on_paper_no_figure_is_cut(browser: Any, file: Path) -> None:
    page = browser.new_page(**VIEWS["dark"])
    page.goto(file.as_uri())
    page.emulate_media(media="print")
    assert page.evaluate(_COLOURS)[0] == "rgb(255, 255, 255)"
    # A4 less its margins is 267 mm high
    tallest = page.evaluate("Math.max(...[...document.querySelectorAll('figure')].map(f => f.clientHeight))")
    breaks = page.evaluate("[...document.querySelectorAll('figure')].map(f => getComputedStyle(f).breakInside)")
    assert (set(breaks), tallest < 267 / 25.4 * 96) == ({"avoid"}, True)
    if folder := os.environ.get("SINSIGHT_SCREENSHOTS"):
        page.pdf(path=str(Path(folder) / "print.pdf"), prefer_css_page_size=True)
    page.close()


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the page of a report with lesions of T8 and L3."""
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(render_page([(RECORD, TEXT)]), encoding="utf-8")
    return path


@pytest.mark.parametrize("view", VIEWS)
def test_the_page_of_a_report_fetches_and_runs_nothing_and_fits(browser: Any, report: Path, view: str) -> None:
    page = browser.new_page(**VIEWS[view])
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto(report.as_uri())
    assert (asked, said) == ([report.as_uri()], [])
    assert page.evaluate("document.documentElement.scrollWidth") == VIEWS[view]["viewport"]["width"]
    # The words of the drawing are 11 units high
    scale = page.evaluate("(s => s.clientWidth / s.viewBox.baseVal.width)(document.querySelector('svg.spine'))")
    assert scale > 0.8
    # The text comes first, and keeps at least a third of the width
    text, drawn, width = page.evaluate(_PLACES)
    assert text["top"] <= drawn["top"]
    assert text["width"] > width / 3
    page.close()


_PLACES = """[...['.text', '.drawn'].map(name => document.querySelector(name).getBoundingClientRect().toJSON()),
    document.documentElement.clientWidth]"""


def test_a_vertebra_lights_up_its_card_and_words_and_they_it(browser: Any, report: Path) -> None:
    page = browser.new_page(**VIEWS["light"])
    page.goto(report.as_uri())
    assert page.evaluate(_LIT) == ["none", "rgb(255, 243, 196)", "1.3px"]
    page.hover("#r1-spine-T8")
    assert page.evaluate(_LIT)[:2] == ["solid", "rgb(255, 211, 61)"]
    page.hover("#r1-card-T8 h2")
    assert page.evaluate(_LIT) == ["none", "rgb(255, 243, 196)", "3.5px"]
    page.hover("text=60 % loss of height >> nth=0")
    assert page.evaluate(_LIT)[2] == "3.5px"
    page.mouse.move(0, 0)
    page.focus("#r1-spine-T8 a")
    assert page.evaluate(_LIT)[:2] == ["solid", "rgb(255, 211, 61)"]
    page.keyboard.press("Enter")
    assert page.url == f"{report.as_uri()}#r1-card-T8"
    page.close()


#: The card of T8, its words in the text, its bone in the drawing.
_LIT = """[getComputedStyle(document.querySelector('#r1-card-T8')).outlineStyle,
    getComputedStyle([...document.querySelectorAll('mark')].find(m => m.textContent == 'Lytic')).backgroundColor,
    getComputedStyle(document.querySelector('#r1-spine-T8 .outline')).strokeWidth]"""


def test_the_spine_is_light_on_paper(browser: Any, report: Path) -> None:
    page = browser.new_page(**VIEWS["dark"])
    page.goto(report.as_uri())
    bone = "getComputedStyle(document.querySelector('#r1-spine-T1 .outline')).fill"
    assert page.evaluate(bone) == "rgb(38, 44, 51)"
    page.emulate_media(media="print")
    assert page.evaluate(bone) == "rgb(255, 255, 255)"
    page.close()
