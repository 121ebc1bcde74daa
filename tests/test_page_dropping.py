"""Files dropped on the page in a real browser: by the system's own drag and drop, and made in the page."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest
from browsing import Opened, Served, come_in
from webpage import REPORTS, RTF, word_of

pytestmark = pytest.mark.browser

FILES = [
    ("report.txt", REPORTS["r-2"].encode),
    ("report.rtf", RTF.encode),
    ("report.docx", lambda: word_of(REPORTS["r-2"])),
]


def drop(opened: Opened, *paths: Path) -> None:
    """Drop files on the field for the text, as a person does from the desktop."""
    box = opened.page.locator("#text").bounding_box()
    where = {"x": box["x"] + 50, "y": box["y"] + 50}
    held = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
    session = opened.context.new_cdp_session(opened.page)
    for step in ("dragEnter", "dragOver", "drop"):
        session.send("Input.dispatchDragEvent", {"type": step, "data": held, **where})


@pytest.mark.parametrize(("name", "data"), FILES, ids=["text", "rtf", "word"])
def test_a_dropped_file_is_read(browser: Any, served: Served, tmp_path: Path, name: str, data: Any) -> None:
    (tmp_path / name).write_bytes(data())
    opened = come_in(browser, served)
    opened.page.goto(f"{served.base}/paste")
    drop(opened, tmp_path / name)
    opened.page.wait_for_url("**/report/*")
    assert (opened.page.inner_text("h1"), opened.page.inner_text(".card h2")) == (name, "L3")


MADE_IN_THE_PAGE = """([name, data]) => {
  const held = new DataTransfer();
  if (name) held.items.add(new File([Uint8Array.from(atob(data), (one) => one.charCodeAt(0))], name));
  else held.setData("text/plain", atob(data));
  return held;
}"""


@pytest.mark.parametrize(("name", "data"), FILES, ids=["text", "rtf", "word"])
def test_a_file_made_in_the_page_is_read(browser: Any, served: Served, name: str, data: Any) -> None:
    page = come_in(browser, served).page
    page.goto(f"{served.base}/paste")
    held = page.evaluate_handle(MADE_IN_THE_PAGE, [name, base64.b64encode(data()).decode()])
    page.dispatch_event("#text", "drop", {"dataTransfer": held})
    page.wait_for_url("**/report/*")
    assert page.inner_text("h1") == name


def test_dropped_words_are_pasted(browser: Any, served: Served) -> None:
    page = come_in(browser, served).page
    page.goto(f"{served.base}/paste")
    held = page.evaluate_handle(MADE_IN_THE_PAGE, ["", base64.b64encode(REPORTS["r-3"].encode()).decode()])
    page.dispatch_event("#text", "drop", {"dataTransfer": held})
    assert page.input_value("#text") == REPORTS["r-3"]


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["folder"], "folder: a folder, or a file that cannot be read. Drop one report: text, RTF or Word."),
        (["image.png"], "image.png: an image; export the report as text"),
        (["big.txt"], "big.txt: larger than 2 MB, which is no single report. Archives are read with sinsight batch."),
        (["a.txt", "b.txt"], "2 files: drop one report at a time. Many are an archive, which sinsight batch reads."),
        (
            ["two.jsonl"],
            "two.jsonl: holds more than one report; drop one report, or read an archive",
        ),
    ],
    ids=["folder", "image", "3 MB", "two files", "archive"],
)
def test_what_is_no_report_is_refused_in_words(
    browser: Any, served: Served, tmp_path: Path, names: list[str], words: str
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "image.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 400)
    (tmp_path / "big.txt").write_text("T7. " * 750_000)
    (tmp_path / "two.jsonl").write_text('{"id": "1", "text": "T7."}\n{"id": "2", "text": "T8."}\n')
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(REPORTS["r-1"])
    opened = come_in(browser, served)
    opened.page.goto(f"{served.base}/paste")
    opened.page.fill("#text", "typed before")
    drop(opened, *(tmp_path / name for name in names))
    opened.page.wait_for_selector(".problem:not([hidden])")
    assert opened.page.inner_text(".problem").startswith(words)
    assert opened.page.url.endswith("/paste")
