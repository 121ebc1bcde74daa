"""The review page in a real browser, served by the real command: keys, light, tabs, a lost server, nothing fetched."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from test_browser import CHROMIUM, VIEWS
from webpage import REPORTS, run_of

pytestmark = pytest.mark.browser

HOSTILE = "<script>document.title='run'</script><img src=http://127.0.0.1:9/x onerror=\"document.title='run'\">"
MANY = {f"r-{number:02}": REPORTS["r-2"] for number in range(20)}
#: Where axe-core lies, an npm package; `make test-browser` fetches it where there is npm.
AXE = os.environ.get("SINSIGHT_AXE", "")


@dataclass
class Served:
    """The command at work."""

    folder: Path | None
    reviewer: str = "Dr A"

    def __enter__(self) -> Served:
        run = [str(self.folder)] if self.folder else []
        command = [sys.executable, "-m", "extractor", "page", *run, "--no-open", "--reviewer", self.reviewer]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().strip()
        self.base = self.url.partition("/enter")[0]
        return self

    def stop(self) -> tuple[int, str]:
        """End it as Ctrl-C does; return its exit code and all it said on stderr."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        _, self.said = self.process.communicate(timeout=20)
        return self.process.returncode, self.said

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("no chromium on the path")
    with api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run_of(tmp_path_factory.mktemp("run") / "run", MANY | {HOSTILE: f"{REPORTS['r-1']} {HOSTILE}"})


@pytest.fixture
def served(made: Path, tmp_path: Path) -> Iterator[Served]:
    """Serve a run without decisions."""
    import shutil

    with Served(Path(shutil.copytree(made, tmp_path / "run"))) as one:
        yield one


@dataclass
class Opened:
    """A browser that has come in, and all it asked for and complained of."""

    context: Any
    page: Any
    asked: list[str]
    said: list[str]


def come_in(browser: Any, served: Served, view: str = "light", **more: Any) -> Opened:
    context = browser.new_context(**VIEWS[view], **more)
    context.set_default_timeout(120_000)
    opened = Opened(context, context.new_page(), [], [])
    context.on("request", lambda request: opened.asked.append(request.url))
    context.on("console", lambda message: opened.said.append(message.text))
    context.on("weberror", lambda error: opened.said.append(str(error.error)))
    opened.page.goto(served.url)
    return opened


def paste(opened: Opened, served: Served, text: str) -> Any:
    opened.page.goto(f"{served.base}/paste")
    opened.page.fill("#text", text)
    opened.page.click("button.main")
    opened.page.wait_for_url("**/report/*")
    return opened.page


def choose(page: Any, field: str, grade: str) -> None:
    """Click a grade of the lesion at L3."""
    page.get_by_role("group", name=f"{field} at L3").get_by_role("checkbox", name=grade).click()


def until(page: Any, expression: str, seconds: float = 60) -> None:
    """Wait until something holds; the page's policy forbids Playwright's own way, which evaluates words in the page."""
    end = time.monotonic() + seconds
    while not page.evaluate(expression):
        if time.monotonic() > end:
            raise TimeoutError(expression)
        page.wait_for_timeout(50)


def photographed(page: Any, name: str) -> None:
    if folder := os.environ.get("SINSIGHT_SCREENSHOTS"):
        page.screenshot(path=str(Path(folder) / f"page-{name}.png"), full_page=True)


def test_paste_read_and_choose(browser: Any, served: Served) -> None:
    opened = come_in(browser, served)
    page = paste(opened, served, REPORTS["r-2"])
    assert page.inner_text(".headline") == "1 lesion, the worst at L3: SINS 2–13 of 18, any category"
    choose(page, "alignment", "normal")
    until(page, "document.querySelector('.headline').innerText.includes('SINS 2–9')")
    choose(page, "posterolateral", "none")
    until(page, "document.querySelector('.headline').innerText.includes('SINS 2–6')")
    assert page.inner_text(".headline") == "1 lesion, the worst at L3: SINS 2–6 of 18, stable"
    assert opened.said == []


def test_values_and_words_light_each_other(browser: Any, served: Served) -> None:
    page = paste(come_in(browser, served), served, REPORTS["r-1"])
    lit = "document.querySelectorAll('mark.lit').length"
    page.hover("tr.f-collapse")
    assert page.evaluate("[...document.querySelectorAll('mark.lit')].map(m => m.innerText)") == ["60 % loss of height"]
    page.mouse.move(0, 0)
    assert page.evaluate(lit) == 0
    page.hover("mark.f-collapse")
    assert page.evaluate("document.querySelector('tr.lit th').innerText") == "collapse"
    page.focus("tr.f-bone_lesion a")
    assert page.evaluate("document.querySelector('mark.lit.f-bone_lesion').innerText") == "Lytic"
    page.hover(".vertebra.lesion")
    assert page.evaluate("document.querySelector('.card.lit h2').innerText") == "T7"


def test_script_in_a_report_stays_text_and_nothing_is_fetched(browser: Any, served: Served) -> None:
    opened = come_in(browser, served)
    page = paste(opened, served, f"{REPORTS['r-1']} {HOSTILE}")
    assert HOSTILE in page.inner_text(".text")
    for path in ("/run", "/run/20", "/agreement"):
        page.goto(f"{served.base}{path}")
        assert page.title() != "run"
    assert ([url for url in opened.asked if not url.startswith(served.base)], opened.said) == ([], [])


def test_twenty_reports_are_reviewed_by_keys_and_a_restart_keeps_them(browser: Any, served: Served) -> None:
    opened = come_in(browser, served)
    page = opened.page
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/run/0")
    for number in range(20):
        page.wait_for_url(f"**/run/{number}")
        if number == 3:
            page.keyboard.press("c")
            page.keyboard.press("ArrowRight")
            until(page, "document.getElementById('verdict').innerText.startsWith('changed')")
        page.keyboard.press("a")
        until(page, "document.getElementById('verdict').innerText.includes('accepted as')")
        page.keyboard.press("n")
    page.wait_for_url("**/run/20")
    page.keyboard.press("l")
    page.wait_for_url("**/run")
    assert (opened.said, served.stop()[0]) == ([], 0)
    with Served(served.folder) as again:
        page = come_in(browser, again).page
        told = page.evaluate("[...document.querySelectorAll('td.verdict')].map(d => d.innerText)")
        assert told == [*["✓ accepted"] * 3, "✓ corrected", *["✓ accepted"] * 16, ""]
        page.goto(f"{again.base}/run/3")
        assert page.inner_text(".head .changed, .value .changed") == "read as certain"
        page.keyboard.press("u")
        until(page, "document.getElementById('verdict').innerText.startsWith('changed')")
        page.keyboard.press("u")
        until(page, "document.getElementById('verdict').innerText === 'not decided'")


def test_of_two_tabs_the_later_is_told(browser: Any, served: Served) -> None:
    opened = come_in(browser, served)
    first, second = opened.page, opened.context.new_page()
    for page in (first, second):
        page.goto(f"{served.base}/run/0")
    first.keyboard.press("a")
    until(first, "document.getElementById('verdict').innerText.includes('accepted')")
    choose(second, "alignment", "normal")
    second.wait_for_selector(".problem")
    assert second.inner_text(".problem").startswith("Not kept: this report was decided on in another tab")
    assert second.inner_text("#verdict") == "✓ accepted as read"
    assert served.folder is not None
    rows = sqlite3.connect(served.folder / "review.sqlite").execute("SELECT act FROM history").fetchall()
    assert rows == [("accept",)]


def test_a_lost_server_is_said_and_nothing_looks_saved(browser: Any, served: Served) -> None:
    page = come_in(browser, served).page
    page.goto(f"{served.base}/run/0")
    served.stop()
    page.keyboard.press("a")
    until(page, "document.getElementById('said').innerText.startsWith('Not saved')")
    assert page.inner_text("#verdict") == "not decided"
    choose(page, "alignment", "normal")
    until(page, "!document.querySelector('[name=alignment]:checked')")


def test_a_paste_of_300_kb(browser: Any, served: Served) -> None:
    opened = come_in(browser, served)
    page = paste(opened, served, (REPORTS["r-1"] + "\n" + "No further abnormality is seen. " * 10_000)[:300_000])
    assert page.inner_text(".headline").startswith("1 lesion, the worst at T7")
    assert len(page.inner_text(".text")) > 290_000


def test_a_dropped_file_is_read(browser: Any, served: Served, tmp_path: Path) -> None:
    (tmp_path / "report.txt").write_text(REPORTS["r-2"])
    page = come_in(browser, served).page
    page.goto(f"{served.base}/paste")
    page.set_input_files("#file", tmp_path / "report.txt")
    page.click("button.main")
    page.wait_for_url("**/report/*")
    assert page.inner_text("h1") == "report.txt"


def test_a_used_address_and_another_host_are_refused(browser: Any, served: Served) -> None:
    come_in(browser, served)
    page = browser.new_page()
    assert page.goto(served.url).status == 403
    assert "start it again" in page.inner_text("body")
    port = served.base.rpartition(":")[2]
    page.close()
    with socket.socket() as other:
        assert other.connect_ex(("127.0.0.2", int(port))) != 0


def test_without_script_it_reads_and_decides(browser: Any, served: Served) -> None:
    page = come_in(browser, served, java_script_enabled=False).page
    page.goto(f"{served.base}/run/0")
    choose(page, "alignment", "normal")
    page.click("text=Save L3")
    assert page.inner_text("#verdict") == "changed, not accepted yet"
    page.click("[data-do=accept]")
    assert page.inner_text("#verdict") == "✓ accepted as corrected"


def test_no_word_of_a_report_is_logged(browser: Any, served: Served) -> None:
    paste(come_in(browser, served), served, f"{REPORTS['r-1']} Zebulon")
    code, said = served.stop()
    assert (code, said) == (
        0,
        "Open this address in a browser; it works once. Ctrl-C ends the page.\nsinsight: the page is closed\n",
    )


PATHS = {"paste": "/paste", "list": "/run", "review": "/run/20", "agreement": "/agreement"}


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
