"""Many records at a glance: one line a report."""

from __future__ import annotations

from collections.abc import Iterable

from rich import box
from rich.table import Table
from rich.text import Text

from extractor.record import Record
from extractor.render.terminal import badges, bar
from extractor.render.words import levels_words, names_words, range_words


def archive_table(records: Iterable[Record]) -> Table:
    """Return a line a report: its lesions, and of the worst its SINS, category and what is missing."""
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False, show_edge=False, header_style="bold")
    for title in ("report", "lesions", "worst", "SINS", "0 to 18", "category", "missing"):
        table.add_column(title, no_wrap=title in {"worst", "SINS", "0 to 18"}, overflow="fold")
    for record in records:
        table.add_row(*_cells(record))
    return table


def _cells(record: Record) -> tuple[str | Text, ...]:
    if record.summary is None:
        return (record.id, "none", "", "", "", "", _instead(record))
    worst = next(lesion for lesion in record.lesions if lesion.level == record.summary.worst_level)
    sins = worst.sins
    levels = levels_words(lesion.level for lesion in record.lesions)
    total = Text(range_words(sins.low, sins.high), style="bold")
    return (record.id, levels, worst.level, total, bar(sins), badges(sins), names_words(sins.missing) or "nothing")


def _instead(record: Record) -> str:
    """Return what a report without lesions says instead."""
    findings = record.findings
    fractures = levels_words(fracture.level for fracture in findings.other_fractures)
    said = [f"diffuse: {', '.join(findings.diffuse.regions)}"] if findings.diffuse.regions else []
    return "; ".join([*said, *([f"other fracture: {fractures}"] if fractures else [])])
