"""The section about where in the spine the lesions are."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from extractor.archive.columns import BAR
from extractor.render.page.parts import Figure, Section, Table
from extractor.render.shares import dicts
from extractor.render.spine import Count, counts_svg

if TYPE_CHECKING:
    import pandas as pd

_COLUMNS: Final = ("level", "stable", "indeterminate", "unstable", "open", "stabilised", "all")


def levels_section(table: pd.DataFrame) -> Section:
    """Return how many lesions lie at each level, and of which categories."""
    counts = _counts(table)
    title = "Where the lesions are"
    if not counts:
        return Section(title, ("No report has a lesion.",), ())
    lead = (
        "Each lesion at its level, by its stability category: settled, or open where more than one is still possible. "
        "Inside a stabilised span SINS is not validated, and the category is not asked.",
    )
    figure = Figure(
        "Lesions by level and stability category, with their number. The bone is drawn for orientation only.",
        (("", counts_svg(counts)),),
        wide=True,
    )
    cells = tuple((one.level, *(str(getattr(one, name)) for name in _COLUMNS[1:-1]), str(one.total)) for one in counts)
    return Section(title, lead, (figure, Table("Lesions by level and stability category", _COLUMNS, cells)))


def _counts(table: pd.DataFrame) -> list[Count]:
    """Return the counts of each level, in the order of the table."""
    found: dict[str, Counter[str]] = {}
    for row in dicts(table):
        kind = "stabilised" if row["stabilised"] else "open" if BAR in row["category"] else row["category"]
        found.setdefault(row["level"], Counter())[kind] += row["lesions"]
    return [Count(level, **kinds) for level, kinds in found.items()]
