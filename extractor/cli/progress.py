"""How far a run is, on a terminal: a bar with rate and time left; elsewhere silence but for what was put aside."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from extractor.cli.files import say

if TYPE_CHECKING:
    from extractor.archive.report import Refusal
    from extractor.archive.run import Counts, Watch

#: So many of the items put aside are named one by one; the quarantine table names them all.
NAMED: Final = 20


@contextmanager
def watching(share: Callable[[], float | None]) -> Iterator[Watch]:
    """Give the function a run reports its steps to; `share` tells how much of the sources is read, if that is known."""
    named = 0

    def name(refusals: tuple[Refusal, ...]) -> None:
        nonlocal named
        for refusal in refusals:
            named += 1
            if named <= NAMED:
                say(f"sinsight: {refusal.message}")
            elif named == NAMED + 1:
                say("sinsight: further ones are not named here")

    if not sys.stderr.isatty():
        yield lambda counts, refusals: name(refusals)
        return
    with _bar(share) as draw:

        def watch(counts: Counts, refusals: tuple[Refusal, ...]) -> None:
            name(refusals)
            draw(counts)

        yield watch


@contextmanager
def _bar(share: Callable[[], float | None]) -> Iterator[Callable[[Counts], None]]:
    """Draw a bar on stderr, and take it away at the end."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    shown = "{task.fields[done]:,} read, {task.fields[aside]:,} put aside, {task.fields[rate]:,.0f} a second"
    parts = (BarColumn(), TextColumn(shown), TimeElapsedColumn(), TextColumn("left"), TimeRemainingColumn())
    began = time.monotonic()
    with Progress(*parts, console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("", total=None, done=0, aside=0, rate=0.0)

        def draw(counts: Counts) -> None:
            rate = (counts.all - counts.earlier) / max(time.monotonic() - began, 0.001)
            done = share()
            progress.update(
                bar,
                total=None if done is None else 1.0,
                completed=done or 0.0,
                done=counts.read,
                aside=counts.quarantined,
                rate=rate,
            )

        yield draw
