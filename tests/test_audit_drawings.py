"""The drawings of the audit's page: well-formed, with every mark where its number is, the same bytes each time."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from pages import CHECKS, Page, made, sample

from extractor.render.page import has_plots, render_audit_page

pytestmark = pytest.mark.skipif(not has_plots(), reason="the extra `plots` is not installed")

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def page() -> Page:
    """Return the page of the sample, against itself without the second site."""
    return Page(render_audit_page(made(sample(), against=sample(reports=30)), CHECKS))


def test_drawings_are_svg_and_nothing_else(page: Page) -> None:
    # completeness of lesions and of reports, the spine, deciding, two of ranges, two funnels, two run charts, two
    # comparisons
    assert len(page.drawings) == 12
    for drawing in page.drawings:
        root = ElementTree.fromstring(drawing)
        tags = {element.tag.removeprefix(SVG) for element in root.iter()}
        assert tags <= {"svg", "g", "path", "line", "text", "title", "desc"}
        assert {
            name for element in root.iter() for name in element.attrib if "href" in name or name[:2] == "on"
        } == set()


def drawn(page: Page, words: str) -> ElementTree.Element:
    """Return the one drawing whose alternative text begins with some words."""
    (found,) = (
        root for root in map(ElementTree.fromstring, page.drawings) if root.get("aria-label", "").startswith(words)
    )
    return found


def marks(root: ElementTree.Element, kind: str) -> list[ElementTree.Element]:
    """Return the marks of a kind, line by line or dot by dot."""
    groups = [each for each in root.iter(f"{SVG}g") if each.get("class", "").startswith(f"mark-{kind} role-mark")]
    return [mark for group in groups for mark in group.iter() if mark.tag != f"{SVG}g"]


def test_a_run_chart_breaks_at_an_empty_month(page: Page) -> None:
    chart = drawn(
        page, "A101 pain, per lesion, median 50 %: 2024-01 53 %*, 2024-02 53 %*, 2024-04 47 %*, 2024-05 47 %*"
    )
    lines = [mark.get("d", "") for mark in marks(chart, "line")]
    assert [line.count("L") for line in lines] == [1, 1]
    axis = [text.text for text in chart.iter(f"{SVG}text")]
    assert [label for label in axis if label and label.startswith("2024")] == [
        f"2024-0{month}" for month in range(1, 6)
    ]
    # Fifteen lesions a month are too few to judge
    assert {mark.get("fill") for mark in marks(chart, "symbol")} == {"var(--paper)"}


def test_a_funnel_names_what_lies_outside(page: Page) -> None:
    chart = drawn(page, "A101 pain, per lesion: 2 groups by site around 50 %; outside the 99.8 % limits: north above, ")
    assert [text.text for text in marks(chart, "text")] == ["north", "south"]
    assert len(marks(chart, "line")) == 4
    assert [mark.get("fill") for mark in marks(chart, "symbol")] == ["var(--blue)"] * 2


def test_dots_stand_in_the_order_of_their_shares() -> None:
    given = sample()
    given.states.loc[(given.states["id"] == "r30") & (given.states["element"] == "pain"), "state"] = "stated"
    page = Page(render_audit_page(made(given), CHECKS))
    chart = drawn(page, "Share of lesions that state it: A101 pain 52 % (39–64), A100 category 50 % (38–62)")
    names = [text.text for text in chart.iter(f"{SVG}text") if (text.text or "").startswith("A1")]
    assert names == ["A101 pain", "A100 category"]


def test_the_same_audit_gives_the_same_bytes(page: Page) -> None:
    script = (
        "import sys; from pages import *; from extractor.render.page import render_audit_page; "
        "sys.stdout.buffer.write(render_audit_page(made(sample(), against=sample(reports=30)), CHECKS).encode())"
    )
    here = Path(__file__).parent
    path = os.pathsep.join([str(here), str(here.parent)])
    environment = {**os.environ, "PYTHONPATH": path, "PYTHONHASHSEED": "7"}
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, env=environment)
    assert done.stdout == page.source.encode()
