"""Read lines that deal one matter out to levels ("Height loss: T7 60 %, T10 and L2 none") as the cells of a table."""

from __future__ import annotations

import re
from typing import Final

from extractor.reading.table_heads import is_matter, matter_of
from extractor.reading.tables import Cell

_LABEL: Final = re.compile(r"[ *-]*(?P<label>[a-z][\w /()%.-]{2,45}?) ?: *(?:(?:at|in) )?")
_LEVEL: Final = re.compile(
    r"\b(?:(?:[cdtl]h?-?\d{1,2}|s[1-5])(?! ?(?:mm|cm|%|x))"
    r"(?![ -]?(?:signal|hyper|hypo|weight|w\b|bright|dark|high|low|intens))|sacrum)\b"
)
#: What may stand between levels of one value.
_LISTED: Final = re.compile(r"(?: ?[,/&+-] ?| and |, and )")
#: What may stand between a value and the next level; and around a value.
_NEXT: Final = re.compile(r"[ ,;]*(?:\band\b )?(?:\b(?:at|in)\b )?$")
_AROUND: Final = re.compile(r"^[ :=(-]*(?=\S)|[ ).,;]*$")
#: "L4 on L5 listhesis" deals nothing out.
_RELATES: Final = re.compile(
    r"(?:on|over|upon|to|through|with|and|below|above|from|than|at|in|of)\b"
    r"|.*\b(?:on|over|to|than|the|the (?:left|right)|of|in|at|from|behind|opposite)$"
)
_LONGEST: Final = 60


def dealt_cells(folded: str, start: int, end: int) -> list[Cell]:
    """Return a cell for each value of a line that gives a known matter of several levels; none for any other line."""
    label = _LABEL.match(folded, start, end)
    if label is None or not is_matter(label["label"]):
        return []
    groups = _groups(folded, label.end(), end)
    named = [level for first, last in groups for level in _LEVEL.findall(folded, first, last)]
    if len(groups) < 2 or groups[0][0] != label.end() or len(set(named)) < len(named):
        return []
    cells: list[Cell] = []
    for (first, last), beyond in zip(groups, [*(one[0] for one in groups[1:]), end], strict=True):
        value = _value(folded, last, beyond)
        if value is None:
            return []
        cells.append(Cell(*value, folded[first:last], matter_of(label["label"])))
    return cells


def _groups(folded: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return where levels stand, those of one list together."""
    groups: list[tuple[int, int]] = []
    for level in _LEVEL.finditer(folded, start, end):
        if groups and _LISTED.fullmatch(folded, groups[-1][1], level.start()):
            groups[-1] = groups[-1][0], level.end()
        else:
            groups.append(level.span())
    return groups


def _value(folded: str, start: int, end: int) -> tuple[int, int] | None:
    """Return where the words between two levels stand that tell of the first; None where they are no value."""
    words = folded[start:end]
    words = words[: _NEXT.search(words).start()]  # type: ignore[union-attr]
    lead = _AROUND.match(words)
    first = lead.end() if lead else 0
    value = words[first:].rstrip(" ).,;")
    if not 0 < len(value) <= _LONGEST or _RELATES.match(value):
        return None
    return start + first, start + first + len(value)
