"""How the review page looks in a real browser: it fits, hides no focus, and axe finds nothing serious."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from browsing import Served, come_in, paste, photographed
from test_browser import VIEWS
from webpage import REPORTS

pytestmark = pytest.mark.browser

#: Where axe-core lies, an npm package; `make test-browser` fetches it where there is npm.
AXE = os.environ.get("SINSIGHT_AXE", "")
PATHS = {
    "paste": "/paste",
    "list": "/run",
    "urgent": "/run?show=urgent",
    "review": "/run/20",
    "case": "/run/21",
    "agreement": "/agreement",
}


@pytest.mark.parametrize("view", VIEWS)
def test_every_page_fits(browser: Any, served: Served, view: str) -> None:
    opened = come_in(browser, served, view)
    paste(opened, served, REPORTS["r-1"])
    width = VIEWS[view]["viewport"]["width"]
    wide = []
    for name, path in {"report": "", **PATHS}.items():
        if path:
            opened.page.goto(f"{served.base}{path}")
        photographed(opened.page, f"{view}-{name}")
        if opened.page.evaluate("document.documentElement.scrollWidth") > width:
            wide.append(name)
    assert (wide, opened.said) == ([], [])


@pytest.mark.skipif(not AXE, reason="axe-core is not there; `make test-browser` fetches it where there is npm")
@pytest.mark.parametrize("view", ["light", "dark", "phone"])
def test_axe_finds_nothing_serious(browser: Any, served: Served, view: str) -> None:
    opened = come_in(browser, served, view)
    paste(opened, served, REPORTS["r-1"])
    axe = Path(AXE).read_text(encoding="utf-8")
    found = []
    for name, path in {"report": "", **PATHS}.items():
        if path:
            opened.page.goto(f"{served.base}{path}")
        if name == "review":
            opened.page.keyboard.press("c")
        opened.page.evaluate(axe)
        result = opened.page.evaluate("axe.run()")
        found += [
            (name, one["id"], node["target"], node.get("failureSummary"))
            for one in result["violations"]
            if one["impact"] in ("serious", "critical")
            for node in one["nodes"]
        ]
    assert found == []


OBSCURED = """() => {
  const one = document.activeElement;
  if (one === document.body) return null;
  const name = `${one.localName} ${one.id} ${one.textContent.trim().slice(0, 40)}`;
  const own = (seen) => seen && (one.contains(seen) || one.closest("label, svg, .texts")?.contains(seen));
  const places = [[0.5, 0.5], [0.1, 0.5], [0.9, 0.5], [0.5, 0.1], [0.5, 0.9]];
  const at = (box, [x, y]) => document.elementFromPoint(box.left + box.width * x, box.top + box.height * y);
  const seen = [...one.getClientRects()].some((box) => places.some((place) => own(at(box, place))));
  return { name, seen };
}"""


@pytest.mark.parametrize("view", ["light", "zoomed"])
@pytest.mark.parametrize("path", ["/run", "/run/21"], ids=["list", "case"])
def test_what_has_the_focus_is_never_covered(browser: Any, served: Served, view: str, path: str) -> None:
    page = come_in(browser, served, view).page
    page.goto(f"{served.base}{path}")
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    covered, met = [], 0
    while met < 400:
        page.keyboard.press("Tab")
        told = page.evaluate(OBSCURED)
        if told is None:
            break
        met += 1
        covered += [] if told["seen"] else [told["name"]]
    assert (covered, 10 < met < 400) == ([], True)


@pytest.mark.parametrize(("width", "height"), [(1600, 900), (1366, 640)])
def test_the_drawing_and_its_legend_fit_or_scroll(browser: Any, served: Served, width: int, height: int) -> None:
    page = come_in(browser, served).page
    page.set_viewport_size({"width": width, "height": height})
    page.goto(f"{served.base}/run/21")
    page.evaluate("window.scrollTo(0, 300)")
    page.evaluate("document.querySelector('.drawn').scrollTo(0, 10000)")
    last = page.evaluate(
        "[...document.querySelectorAll('.drawn .legend text')].at(-1).getBoundingClientRect().toJSON()"
    )
    assert last["bottom"] <= height
    drawn = page.evaluate("document.querySelector('.drawn').getBoundingClientRect().toJSON()")
    assert last["right"] <= drawn["right"]
    assert last["height"] >= 9
