"""The sections about stability: what leaves it open, and how wide the ranges of SINS are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from extractor.archive.columns import BAR
from extractor.render.page import specs
from extractor.render.page.parts import Figure, Section, Table
from extractor.render.page.svg import draw
from extractor.render.shares import dicts, number_of, percent, span
from extractor.render.words import field_words

if TYPE_CHECKING:
    import pandas as pd

Row = Mapping[str, Any]


def deciding_section(table: pd.DataFrame) -> Section:
    """Return which component leaves the category open, and how often."""
    rows = [{**row, "name": field_words(row["component"])} for row in dicts(table)]
    still = rows[0]["open_lesions"]
    lead = (
        f"{number_of(still, 'lesion')} outside stabilised spans {'has' if still == 1 else 'have'} an open stability "
        "category. A component settles it alone where any value it could have leaves one category.",
    )
    if not still:
        return Section("What leaves stability open", lead, ())
    caption = (
        "Lesions whose category is open. Filled, with its number: the component would settle the category alone; "
        "outlined: one of its values would leave fewer categories."
    )
    alt = "Lesions a component settles alone: " + ", ".join(f"{row['name']} {row['settles']}" for row in rows)
    figure = Figure(caption, (("", draw(specs.bars(rows, "lesions"), alt)),), wide=True)
    columns = ("component", "settles alone", f"of {still}", "95 %", "no other does", "could narrow it")
    cells = tuple(
        (row["name"], str(row["settles"]), percent(row["share"]), span(row["low"], row["high"]), str(row["only"]),
         str(row["narrows"]))
        for row in rows
    )  # fmt: skip
    said = Table("The deciding component, in lesions", columns, cells)
    return Section("What leaves stability open", lead, (figure, said))


def ranges_section(table: pd.DataFrame) -> Section:
    """Return how wide the ranges of SINS are, and which of them leave one category."""
    rows = [{**row, "settled": BAR not in row["category"]} for row in dicts(table)]
    title = "How wide the ranges of SINS are"
    lead = ("What a report leaves open makes its SINS a range. Lesions inside a stabilised span are left out.",)
    if not rows:
        return Section(title, (*lead, "No lesion has a SINS."), ())
    wide = list(_widths(rows))
    alt = "Lesions by width of their range: " + ", ".join(
        f"{row['width']} points {row['settled'] + row['open']}" for row in wide if row["settled"] + row["open"]
    )
    figure = Figure(
        "Lesions by the range of their SINS. Filled: the stability category is settled; outlined: it is open. Left: a "
        "dot on the diagonal is a single total, the larger the more lesions; dashed: where a category ends (6, 12).",
        (
            ("Lowest and highest total", draw(specs.spans(rows), f"Ranges of SINS, lowest against highest. {alt}")),
            ("Width of the range", draw(specs.widths(wide), alt)),
        ),
    )
    cells = tuple(
        (str(row["width"]), str(row["settled"]), str(row["open"])) for row in wide if row["settled"] + row["open"]
    )
    said = Table(
        "Lesions by the width of their range, in points", ("points", "category settled", "category open"), cells
    )
    return Section(title, lead, (figure, said))


def _widths(rows: Sequence[Row]) -> Iterator[dict[str, int]]:
    for width in range(max(row["width"] for row in rows) + 1):
        mine = [row for row in rows if row["width"] == width]
        settled = sum(row["lesions"] for row in mine if row["settled"])
        yield {"width": width, "settled": settled, "open": sum(row["lesions"] for row in mine) - settled}
