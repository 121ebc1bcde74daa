"""Read lines that deal one matter out to levels ("Height loss: T7 60 %, T10 and L2 none") as the cells of a table."""

from __future__ import annotations

import re
from typing import Final

from extractor.reading.table_heads import is_matter, matter_of
from extractor.reading.tables import Cell

_LABEL: Final = re.compile(r"[ *-]*(?P<label>[a-z][\w /()%.-]{2,45}?) ?: *(?:(?:at|in) )?")
_LEVEL: Final = re.compile(
    r"\b(?!t[12][ -]?(?:signal|hyper|hypo|weight|w\b|bright|dark|high|low|intens))"
    r"(?:(?:[cdtl]h?-?\d{1,2}|s[1-5])(?! ?(?:mm|cm|%|x))|sacrum)\b"
)
#: What may stand between levels of one value.
_LISTED: Final = re.compile(r"(?: ?[,/&+-] ?| and |, and )")
#: What may stand between a value and the next level; and around a value.
_NEXT: Final = re.compile(r"[ ,;]*(?:\band\b )?(?:\b(?:at|in)\b )?$")
_AROUND: Final = re.compile(r"^[ :=(-]*(?=\S)|[ ).,;]*$")
#: "both at T3" gives its value first; so may the next do, behind one that stands last.
_FIRST: Final = re.compile(r"[ ,;]*(?:and )?(?P<value>[^,;:]{1,60}?) (?:at|in|of|for)(?: the)? ")
_THEN_FIRST: Final = re.compile(r"[;,] ?(?:and )?[a-z][^,;:()]{0,40} (?:at|in|of|for)(?: the)? $")
#: "L4 on L5 listhesis" deals nothing out.
_RELATES: Final = re.compile(
    r"(?:on|over|upon|to|through|with|and|below|above|from|than|at|in|of)\b"
    r"|.*\b(?:on|over|to|than|the|the (?:left|right)|of|in|at|from|behind|opposite)$"
)
#: Answers for which one level is enough ("Pedicles: at T11 no. At T10 ...").
_REPLIES: Final = frozenset({"no", "yes", "none", "nil", "neither", "negative", "positive", "absent", "present"})
_LONGEST: Final = 60
_COLON: Final = re.compile(r" ?(?:[:=]| -) *(?=\S)")


def matter_dealt(folded: str, start: int, end: int) -> str:
    """Return the matter that labels a line which goes on with levels; empty for any other line."""
    label = _LABEL.match(folded, start, end)
    return label["label"] if label and is_matter(label["label"]) and _LEVEL.match(folded, label.end(), end) else ""


def dealt_cells(folded: str, start: int, end: int, heading: str = "") -> list[Cell]:
    """Return a cell for each value of a line that gives a known matter of its levels; none for any other line.

    The matter is the label of the line, or else the `heading` above it.
    """
    label = _LABEL.match(folded, start, end)
    if label and is_matter(label["label"]):
        matter, at = matter_of(label["label"]), label.end()
    elif is_matter(heading):
        matter, at = matter_of(heading), start
    else:
        return []
    groups = _groups(folded, at, end)
    named = [level for first, last in groups for level in _LEVEL.findall(folded, first, last)]
    if not groups or len(set(named)) < len(named):
        return []
    cells: list[Cell] = []
    for (first, last), beyond in zip(groups, [*(one[0] for one in groups[1:]), end], strict=True):
        leading = _FIRST.fullmatch(folded, at, first)
        if leading:
            value, at = _checked(folded, *leading.span("value")), last
        else:
            following = _THEN_FIRST.search(folded, last, beyond)
            stop = following.start() if following and beyond < end else beyond
            value, at = _value(folded, last, stop) if _NEXT.fullmatch(folded, at, first) else None, stop
        if value is None:
            return []
        cells.append(Cell(*value, folded[first:last], matter))
    if folded[at:end].strip(" .") or (len(cells) == 1 and not _is_enough(folded, cells[0], label)):
        return []
    return cells


def _is_enough(folded: str, cell: Cell, label: re.Match[str] | None) -> bool:
    """Tell whether one level makes a line deal ("T11 no", "Height loss: T2: mild")."""
    labelled = label is not None and _COLON.match(folded, label.end() + len(cell.subject), cell.end) is not None
    return folded[cell.start : cell.end] in _REPLIES or labelled


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
    return _checked(folded, start + first, start + first + len(words[first:].rstrip(" ).,;")))


def _checked(folded: str, start: int, end: int) -> tuple[int, int] | None:
    """Return where a value stands; None for what is none."""
    value = folded[start:end]
    return (start, end) if 0 < len(value) <= _LONGEST and not _RELATES.match(value) and ";" not in value else None


def headed_cell(folded: str, start: int, end: int, heading: str) -> Cell | None:
    """Return the cell of a line that opens with its levels, below a matter that heads it ("Pedicles", "T4: both")."""
    groups = _groups(folded, start, min(end, start + 40))
    mark = _COLON.match(folded, groups[0][1], end) if groups and groups[0][0] == start else None
    if mark is None or len(_groups(folded, start, end)) > 1 or " mm" in folded[start:end] or not is_matter(heading):
        return None
    return Cell(mark.end(), end, folded[slice(*groups[0])], matter_of(heading))
