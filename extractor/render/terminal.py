"""The picture of a record on a terminal: taken in at a glance, in colour or plain."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, TextIO

from rich import box
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from extractor.audit.checks import Check, load_checks
from extractor.audit.report import Item, open_items
from extractor.record import Lesion, Record, Sins
from extractor.render.case import contradiction_words, document_rows, is_case, place_words
from extractor.render.rows import Row, component_rows, other_rows, report_rows
from extractor.render.words import STABILISED, category_words, distinct, quoted, range_words, visible
from extractor.scoring.sins import category_of
from extractor.values import CATEGORIES, Category, Evidence

#: Okabe and Ito's colour-blind-safe blue, orange and vermilion; the words always stand beside them.
CATEGORY_STYLES: Final[dict[Category, str]] = {
    "stable": "bold white on #0072b2",
    "indeterminate": "bold black on #e69f00",
    "unstable": "bold white on #c04000",
}
_BAR_STYLES: Final[dict[Category, str]] = {"stable": "#0072b2", "indeterminate": "#e69f00", "unstable": "#d55e00"}
#: The highest SINS.
_MOST: Final = 18
#: Lines longer than this are hard to follow; a file gets this width.
_WIDEST: Final = 110
#: So many quotes a row; the page shows them all.
_QUOTES: Final = 2


def print_record(record: Record, console: Console, checks: Sequence[Check] | None = None) -> None:
    """Print the picture of one record; it ends with what is open by the checks (default: those that ship along)."""
    console.print(picture(record, open_items(record, load_checks() if checks is None else checks)))


def open_console(out: TextIO) -> Console:
    """Return a console on `out`; plain unless it is a terminal that wants colour."""
    console = Console(file=out, highlight=False, markup=False, emoji=False)
    console.width = min(console.width, _WIDEST) if console.is_terminal else _WIDEST
    return console


def picture(record: Record, items: Sequence[Item]) -> RenderableType:
    """Return what the report says: all lesions at a glance, each with its words, the whole report, what is open."""
    parts: list[RenderableType] = [headline(record)]
    if record.lesions:
        parts += ["", overview(record.lesions)]
    for lesion in record.lesions:
        parts += ["", _lesion(record, lesion)]
    parts += ["", _report_wide(record)]
    if is_case(record):
        parts += ["", _documents(record)]
    return Group(*parts, "", short_list(items), "", footer(record))


def short_list(items: Sequence[Item]) -> RenderableType:
    """Return what to add before signing, what matters most first."""
    if not items:
        return Text("Nothing to add before signing: no check is open.", style="bold")
    table = Table.grid(padding=(0, 1, 0, 0))
    for item in items:
        words = Text(item.sentence)
        if item.matters:
            words.append(f" {item.matters}", style="bold")
        table.add_row(Text(item.check.code, style="dim"), words)
    return Group(Text("To add before signing", style="bold"), table)


def overview(lesions: Iterable[Lesion]) -> Table:
    """Return one line a lesion: its level, its range as a bar from 0 to 18, its category."""
    table = Table.grid(padding=(0, 2, 0, 0))
    for _ in range(4):
        table.add_column(no_wrap=True)
    for lesion in lesions:
        sins = lesion.sins
        table.add_row(
            Text(lesion.level, style="bold"),
            Text(lesion.certainty),
            bar(sins),
            Text(f"SINS {range_words(sins.low, sins.high)}", style="bold"),
            badges(sins),
        )
    return table


def bar(sins: Sins) -> Text:
    """Return the totals 0 to 18 in their three zones, those still possible filled."""
    line = Text()
    for total in range(_MOST + 1):
        category = category_of(total)
        if total and category != category_of(total - 1):
            line.append(" ")
        inside = sins.low <= total <= sins.high
        line.append("█" if inside else "·", style=_BAR_STYLES[category] if inside else "dim")
    return line


def badges(sins: Sins) -> Text:
    """Return the categories still possible, each in its colour."""
    if len(sins.category) == len(CATEGORIES):
        return Text(category_words(sins.category), style="bold")
    return Text(" or ").join(Text(f" {name} ", style=CATEGORY_STYLES[name]) for name in sins.category)


def headline(record: Record) -> Text:
    """Return the report's id, its lesions and the worst of them."""
    line = Text(" ".join(record.id.split()), style="bold")
    if record.summary is None:
        return line.append("\nNo vertebra is said to hold a metastasis.", style="not bold")
    worst = record.summary
    count = len(record.lesions)
    line.append(f"\n{count} lesion{'s' if count > 1 else ''}, the worst at {worst.worst_level}: ", style="not bold")
    line.append(f"SINS {range_words(worst.low, worst.high)} of 18, {category_words(worst.category)}")
    return line


def _lesion(record: Record, lesion: Lesion) -> RenderableType:
    sins = lesion.sins
    table = _table(lesion.level)
    table.add_row("lesion", "", lesion.certainty, _words(record, lesion.evidence))
    for row in component_rows(lesion):
        _add(table, record, row)
    total = Text(range_words(sins.low, sins.high), style="bold")
    table.add_row(Text("SINS", style="bold"), total, bar(sins), badges(sins))
    for row in other_rows(lesion):
        _add(table, record, row)
    return Group(table, Text(STABILISED, style="bold")) if lesion.stabilised else table


def _report_wide(record: Record) -> Table:
    table = _table("whole case" if is_case(record) else "whole report")
    for row in report_rows(record.findings):
        _add(table, record, row)
    return table


def _documents(record: Record) -> RenderableType:
    """Return the documents of a case, and what they say against each other."""
    table = Table(
        box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False, show_edge=False, header_style="bold", expand=True
    )
    for title in ("document", "kind", "date", "covers", "speaks for"):
        table.add_column(title, overflow="fold")
    for row in document_rows(record):
        table.add_row(Text(visible(row.name)), row.kind, row.date, row.covers, row.speaks)
    said = [Text(visible(words), style="bold") for words in contradiction_words(record)]
    return Group(table, "", Text("Contradictions", style="bold"), *said) if said else table


def _table(title: str) -> Table:
    table = Table(
        box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False, show_edge=False, header_style="bold", expand=True
    )
    table.add_column(title, width=16)
    table.add_column("points", width=6, justify="right")
    table.add_column("value", width=22)
    table.add_column("the report's words", ratio=1)
    return table


def _add(table: Table, record: Record, row: Row) -> None:
    value = Text(row.value, style={"missing": "yellow", "partial": "bold", "stated": ""}[row.status])
    if row.conflict:
        value.append(" (conflict)", style="bold red")
    table.add_row(row.name, row.points, value, _words(record, row.evidence))


def _words(record: Record, evidence: Sequence[Evidence]) -> Text:
    """Return the first quotes with where they stand, and how many more there are."""
    shown = distinct(evidence)
    line = Text("; ").join(
        Text(quoted(item)).append(f" {visible(place_words(record, item))}", style="dim") for item in shown[:_QUOTES]
    )
    return line.append(f" +{len(shown) - _QUOTES} more", style="dim") if len(shown) > _QUOTES else line


def footer(record: Record) -> Text:
    """Return what read the report."""
    engine = record.engine
    return Text(
        f"{engine.name} {engine.version}, patterns {engine.patterns[:12]}. "
        "Not a medical device: check it against the report.",
        style="dim",
    )
