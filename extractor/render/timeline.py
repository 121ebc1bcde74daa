"""Timelines on a terminal: a table a patient, its levels as rows, its examinations as columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from extractor.render.words import grade_words, names_words, range_words, visible
from extractor.timeline.course import Kind, Point, Visit
from extractor.timeline.patients import Patient
from extractor.timeline.results import said_words

#: A sign for each change; certain progress has one of its own.
SIGNS: Final[dict[Kind, str]] = {
    "new": "new",
    "progressed": "△ worse",
    "stable": "= stable",
    "improved": "▽ better",
    "gone": "gone",
    "not_mentioned": "not mentioned",
}
CERTAIN: Final = "▲ worse"
LEGEND: Final = (
    "▲ certainly worse than before (lowest now above highest before), △ worse, = stable, ▽ better. "
    "! what the report says of change and what it admits exclude each other. Not mentioned is not gone."
)
NO_NAME: Final = "(no patient named)"


def timeline_picture(found: Sequence[Patient]) -> RenderableType:
    """Return the timelines of patients, one below the other."""
    parts: list[RenderableType] = []
    for one in found:
        parts += [_patient(one), ""]
    return Group(*parts, Text(LEGEND, style="dim")) if found else Text("No examination is in it.")


def sign(point: Point) -> str:
    """Return the sign of a change."""
    return CERTAIN if point.certain and point.change == "progressed" else SIGNS[point.change]


def _patient(one: Patient) -> RenderableType:
    parts: list[RenderableType] = [Text(visible(one.name) or NO_NAME, style="bold")]
    if one.levels:
        parts.append(_table(one))
    elif one.visits:
        days = ", ".join(str(visit.examination.date) for visit in one.visits)
        parts.append(Text(f"No lesion in {days}."))
    parts += [Text(line) for line in _disagreements(one)]
    parts += [Text(f"Not placed in time ({each.problem}): {visible(each.id)}") for each in one.undated]
    return Group(*parts)


def _table(one: Patient) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False, show_edge=False, header_style="bold")
    table.add_column("", no_wrap=True)
    for visit in one.visits:
        table.add_column(_head(visit), overflow="fold")
    for level in one.levels:
        cells = [Text("") if point is None else _cell(point) for point in (v.point(level) for v in one.visits)]
        table.add_row(Text(level, style="bold"), *cells)
    return table


def _head(visit: Visit) -> str:
    kinds = "+".join(kind.upper() for kind in visit.examination.kinds)
    return f"{visit.examination.date}\n{kinds}".rstrip()


def _cell(point: Point) -> Text:
    line = Text()
    if point.lesion:
        line.append(range_words(point.lesion.sins.low, point.lesion.sins.high), style="bold").append(" ")
    style = {"progressed": "bold red" if point.certain else "red", "not_mentioned": "dim"}.get(point.change, "")
    line.append(sign(point), style=style).append(" !" if point.disagree else "")
    for words in _more(point):
        line.append(f"\n{words}", style="dim")
    return line


def _more(point: Point) -> Iterator[str]:
    if point.lesion:
        fields = point.lesion.fields
        if fields["escc"].status != "missing":
            yield f"ESCC {short_grades(fields['escc'].grades)}"
        if fields["collapse"].status != "missing":
            yield " or ".join(grade_words("collapse", grade) for grade in fields["collapse"].grades)
    if point.treated:
        yield f"treated: {', '.join(point.treated)}"


def short_grades(grades: Sequence[str]) -> str:
    """Return neighbouring ESCC grades as their ends: '1a–3'."""
    return grades[0] if len(grades) == 1 else f"{grades[0]}–{grades[-1]}"


def _disagreements(one: Patient) -> Iterator[str]:
    for visit in one.visits:
        for point in visit.points:
            if point.disagree:
                worse = f"; certainly worse: {names_words(point.shift.worse)}" if point.shift.worse else ""
                yield f"! {visit.examination.date} {point.level}: the report says {said_words(point.said)}{worse}"
