"""What the page works with while it runs, and how its answers are made."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.responses import HTMLResponse

from extractor.audit.checks import Check
from extractor.page.desk import Desk
from extractor.page.looks import templates

if TYPE_CHECKING:
    from extractor.page.run import Run
    from extractor.page.store import Store


@dataclass(frozen=True, slots=True)
class Site:
    """Patterns and checks asked for, the reports on the desk, and a run under review by somebody, if there is one."""

    patterns: Path | None
    checks: Sequence[Check]
    reviewer: str
    read_only: bool = False
    run: Run | None = None
    store: Store | None = None
    desk: Desk = field(default_factory=Desk)
    #: Reading takes all of a core: one report after the other.
    reading: threading.Lock = field(default_factory=threading.Lock)

    def page(self, template: str, here: str = "", *, status: int = 200, **data: Any) -> HTMLResponse:
        """Return a filled template."""
        common = {
            "here": here,
            "has_run": self.run is not None,
            "read_only": self.read_only,
            "reviewer": self.reviewer,
        }
        return HTMLResponse(templates().get_template(template).render(common | data), status)

    def words(self, status: int, title: str, words: str, back: tuple[str, str] = ("/", "Go on")) -> HTMLResponse:
        """Return a page that says one thing."""
        return self.page("words.html.j2", status=status, title=title, words=words, back=back[0], back_words=back[1])
