"""Read the reports that ship along as soon as the page is up: rules are made on first use, which takes seconds."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from extractor.page.site import Site

#: What stands in place of the id of an answer where a fault is told that no request met.
AT_START: Final = "at the start"


def warm(site: Site, report: Callable[[str, Exception], None]) -> threading.Thread:
    """Get ready beside the requests, which wait no longer than for one report; `report` hears of a fault."""
    thread = threading.Thread(target=_get_ready, args=(site, report), name="warming", daemon=True)
    thread.start()
    return thread


def _get_ready(site: Site, report: Callable[[str, Exception], None]) -> None:
    from extractor.case.read import read
    from extractor.page.looks import templates
    from extractor.render.html import sheet_of

    try:
        for name in ("paper.html.j2", "review.html.j2", "list.html.j2"):
            templates().get_template(name)
        for text in _texts():
            with site.reading:
                sheet_of("r", read(text, patterns=site.patterns), (text,), site.checks)
    except Exception as error:  # noqa: BLE001 (a thread's error would be lost, or be a traceback on the terminal)
        report(AT_START, error)


def _texts() -> Iterator[str]:
    """Yield a few words, after which most is ready, and then whole reports."""
    from extractor.archive.report import Report
    from extractor.archive.sources import Selection, find_files, read_sources
    from extractor.resources import corpus_dir

    yield "MRI SPINE. Lytic metastasis of T7."
    items = read_sources(find_files([str(corpus_dir() / "demo")]), Selection())
    yield from (item.text for item in items if isinstance(item, Report))
