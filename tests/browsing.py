"""The review page in a real browser for tests: the command at work, and a browser that has come in."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from test_browser import CHROMIUM, VIEWS
from webpage import REPORTS, run_of_items

from extractor.archive.report import Report
from extractor.archive.texts import BETWEEN

HOSTILE = "<script>document.title='run'</script><img src=http://127.0.0.1:9/x onerror=\"document.title='run'\">"
MANY = {f"r-{number:02}": REPORTS["r-2"] for number in range(20)}


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


CASE = {
    "c-ct": "CT THORACIC SPINE, 4 May 2024\nFINDINGS: Lytic metastasis of T7 with 60 % loss of height. The left "
    "pedicle is destroyed.",
    "c-mri": "MRI WHOLE SPINE, 3 May 2024\nFINDINGS: Metastases of T7 and probably L2. At T7 epidural tumour "
    "compresses the cord, which is bright on T2. No loss of height at T7.",
    "c-req": f"MRI REQUEST: back pain, worse on standing. {HOSTILE}",
}


def open_browser() -> Iterator[Any]:
    """Give Chromium; skip the test where there is none."""
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("no chromium on the path")
    with api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


def make_run(folder: Path) -> Path:
    """Make a run of 20 reports that are alike, a hostile one, and a case."""
    texts = MANY | {HOSTILE: f"{REPORTS['r-1']} {HOSTILE}"}
    documents = tuple(Report(name, text, name, number=at) for at, (name, text) in enumerate(CASE.items()))
    case = Report("case", BETWEEN.join(CASE.values()), "a.jsonl", documents=documents)
    return run_of_items(folder, [*(Report(name, text, "a.jsonl") for name, text in texts.items()), case])


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
