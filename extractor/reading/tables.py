"""Find tables written in text, by bars or by aligned columns, and say what each cell is about."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from extractor.reading.table_heads import ELEMENTS, NOW, SIDES, is_matter, is_past, lesion_quality, matter_of

_BARRED: Final = re.compile(r"[^\n|]*\|[^\n]*\|[^\n]*")
_RULE: Final = re.compile(r"[\s|:+=-]+")
_LINE: Final = re.compile(r"[ =_-]{5,}")
#: Two blanks may follow a full stop; elsewhere they set a column.
_GAP: Final = re.compile(r" {3,}|(?<=[^.:;?! ]) {2}(?=\S)")
_CODE: Final = re.compile(r"(?:[cdtl]h?-?\d{1,2}|s[1-5])\b")
_SUBJECT: Final = re.compile(r"\b(?:[ctdls]|th) ?-?\d{1,2}\b|\blesion\b|\bsacrum\b|\blevel\b")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell with the vertebra (`subject`) and the matter (`column`) it speaks of, as written in the table."""

    start: int
    end: int
    subject: str
    column: str


@dataclass(frozen=True, slots=True)
class Table:
    """The cells of a table by row, headings left out."""

    start: int
    end: int
    rows: tuple[tuple[Cell, ...], ...]


_TWO: Final = 2
#: Start and end of a piece of a line.
_Span = tuple[int, int]


def find_tables(folded: str, start: int, end: int) -> list[Table]:
    """Return the tables between two offsets in order."""
    if folded.find("|", start, end) < 0 and folded.find("  ", start, end) < 0:
        return []
    line = folded.rfind("\n", 0, start) + 1
    start = start if folded[line:start].strip() else line  # the head of the first column may be blank
    tables: list[Table] = []
    for rows in _runs(folded, start, end):
        cells = _labelled(folded, rows)
        if cells:
            tables.append(Table(rows[0][0][0], rows[-1][-1][1], cells))
    return tables


def _runs(folded: str, start: int, end: int) -> list[list[list[_Span]]]:
    """Return the rows of runs of neighbouring lines that fall into the same kind of columns."""
    runs: list[tuple[str, list[_Span]]] = [("", [])]
    for line in re.finditer(r"[^\n]*\n?", folded[start:end]):
        at = (start + line.start(), start + line.start() + len(line[0].rstrip("\n")))
        kind = _kind(folded, *at)
        if kind in {"", "gap"} and runs[-1][0] == "bar" and "|" in folded[at[0] : at[1]]:
            kind = "bar"  # "T8 | haemangioma" among longer rows
        if kind == "rule" or (not folded[at[0] : at[1]].strip() and _same_columns(folded, runs[-1], at[1], end)):
            continue
        below = runs[-1][0] == "gap" and _continues(folded, runs[-1][1][0], at)
        if not below and kind != runs[-1][0]:
            runs.append((kind, []))
        if kind or below:
            runs[-1][1].append(at)
    return [rows for kind, lines in runs if kind for rows in [_rows(folded, kind, lines)] if rows]


def _same_columns(folded: str, run: tuple[str, list[_Span]], at: int, end: int) -> bool:
    """Tell whether a table goes on below a blank line: as many columns, and no new head."""
    kind, lines = run
    below = re.match(r"\n([^\n]*)", folded[at:end])
    if kind != "gap" or not below or len(lines) < 3:
        return False
    return len(_starts(below[1])) == len(_starts(folded[lines[-1][0] : lines[-1][1]])) > 2


def _kind(folded: str, start: int, end: int) -> str:
    """Return how a line is cut: `bar`, `gap`, `rule` (a line of dashes) or nothing."""
    line = folded[start:end]
    if ("|" in line and _RULE.fullmatch(line)) or _LINE.fullmatch(line):
        return "rule"
    if "|" in line and _BARRED.fullmatch(line):
        return "bar"
    return "gap" if "  " in line and _GAP.search(line.strip()) else ""


def _continues(folded: str, first: _Span, line: _Span) -> bool:
    """Tell whether a line only goes on with cells of the row above: nothing stands in its first column."""
    words = folded[line[0] : line[1]]
    indent = len(words) - len(words.lstrip())
    gap = _GAP.search(folded, first[0], first[1])
    return bool(words.strip()) and gap is not None and indent >= gap.start() - first[0]


def _rows(folded: str, kind: str, lines: list[_Span]) -> list[list[_Span]]:
    if kind == "bar":
        return [_barred(folded, *line) for line in lines] if len(lines) > 1 else []
    return _aligned(folded, lines) if len(lines) > 2 else []


def _barred(folded: str, start: int, end: int) -> list[_Span]:
    line = folded[start:end]
    first = start + (len(line) - len(line.lstrip())) + line.strip().startswith("|")
    last = start + len(line.rstrip()) - line.strip().endswith("|")
    return _cut(folded, [first, *(first + bar.end() for bar in re.finditer(r"\|", folded[first:last])), last + 1], 1)


def _aligned(folded: str, lines: list[_Span]) -> list[list[_Span]]:
    """Cut lines where the columns of their fullest line start, if those are blank before in nearly every line."""
    fullest = max((_starts(folded[line[0] : line[1]]) for line in lines), key=len)
    fitting = [line for line in lines if all(_is_edge(folded, line, column) for column in fullest)]
    if len(fullest) < 2 or len(fitting) * 5 < len(lines) * 4:
        return []
    return [
        _cut(folded, [line[0] + column for column in fullest if line[0] + column < line[1]] + [line[1]], 0)
        for line in lines
    ]


def _starts(line: str) -> list[int]:
    return [len(line) - len(line.lstrip()), *(gap.end() for gap in _GAP.finditer(line) if line[: gap.start()].strip())]


def _is_edge(folded: str, line: _Span, column: int) -> bool:
    at = line[0] + column
    return column == 0 or at >= line[1] or folded[at - 1] == " "


def _cut(folded: str, edges: list[int], width: int) -> list[_Span]:
    """Return the pieces between edges, each edge `width` characters wide; an empty piece keeps its place."""
    return [_trimmed(folded, left, max(left, right - width)) for left, right in pairwise(edges)]


def _trimmed(folded: str, start: int, end: int) -> _Span:
    piece = folded[start:end]
    return start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip()) if piece.strip() else start


def _labelled(folded: str, rows: list[list[_Span]]) -> tuple[tuple[Cell, ...], ...]:
    """Give each cell its row's and column's words; nothing if neither names vertebrae."""
    head = [folded[start:end] for start, end in rows[0]]
    body = rows[1:]
    if _CODE.match(head[0].removeprefix("level ").removeprefix("vertebra ")) or (len(head) > 1 and head[0].isdigit()):
        return ()  # a list of levels in columns, without a head
    if len(head) < 2 or sum(len(row) in (len(head), len(head) + 1) for row in body) * 2 < len(body):
        return ()
    if sum(bool(ELEMENTS.fullmatch(word)) for word in head) > 3:
        head = [f"sins {lesion_quality(word)}" if ELEMENTS.fullmatch(word) else word for word in head]
    head = ["" if is_past(word) else word for word in head] if any(map(NOW.search, head)) else head
    past = {at for at, (start, end) in enumerate(rows[0]) if not head[at] and folded[start:end]}
    heads = [row for row in body if row[0][0] < row[0][1]]
    by_row = sum(bool(_SUBJECT.search(folded[row[0][0] : row[0][1]])) for row in heads) * 2 >= len(heads)
    by_column = any(_SUBJECT.search(word) and len(word) < 25 for word in head[1:])
    if not by_row and not by_column:
        return _items(folded, rows)
    elements = sum(bool(ELEMENTS.fullmatch(folded[row[0][0] : row[0][1]].removeprefix("vertebral "))) for row in body)
    cells: list[tuple[Cell, ...]] = []
    subject = ""
    for row in body:
        subject = folded[row[0][0] : row[0][1]] or subject
        if elements > 3 and ELEMENTS.fullmatch(subject.removeprefix("vertebral ")):
            subject = "sins " + lesion_quality(subject.removeprefix("vertebral "))
        cells.append(tuple(_cells(folded, head, row, subject, by_row=by_row, past=past)))
    return tuple(cells)


def _items(folded: str, rows: list[list[_Span]]) -> tuple[tuple[Cell, ...], ...]:
    """Return the results of a table of two columns that speaks of the whole spine ("Alignment | normal")."""
    told = [(folded[row[0][0] : row[0][1]], row[1]) for row in rows if len(row) == _TWO]
    barred = "|" in folded[rows[0][0][1] : rows[0][-1][0]]
    if not barred or len(told) < len(rows) or sum(is_matter(label) for label, _ in told) * 2 < len(told):
        return ()
    return tuple((Cell(*value, "", matter_of(label)),) for label, value in told if value[0] < value[1])


def _by_side(folded: str, start: int, end: int, first: str, *, left_first: bool) -> list[Cell]:
    """Cut a cell on both pedicles in two ("inv / neg" under "Pedicle R / L")."""
    bar = folded.index("/", start, end)
    sides = ("left pedicle", "right pedicle") if left_first else ("right pedicle", "left pedicle")
    return [
        Cell(*_trimmed(folded, *span), first, side)
        for span, side in zip(((start, bar), (bar + 1, end)), sides, strict=True)
    ]


def _cells(
    folded: str, head: list[str], row: list[_Span], first: str, *, by_row: bool, past: Collection[int]
) -> list[Cell]:
    shift = max(0, len(row) - len(head))
    label = ""
    cells: list[Cell] = []
    for at, (start, end) in enumerate(row[1:], start=1):
        if start == end or at - shift in past or at - shift >= len(head):
            continue
        column = head[max(0, at - shift)]
        if past and not column and not label:  # rows of "height loss | 10 % | 35 %", the first two columns unnamed
            label = folded[start:end]
            continue
        if SIDES.fullmatch(column) and folded[start:end].count("/") == 1:
            cells += _by_side(
                folded, start, end, first, left_first=column.partition("/")[0].strip().endswith(("l", "left"))
            )
            continue
        matter = matter_of(column) or matter_of(label)
        cells.append(Cell(start, end, first, matter) if by_row else Cell(start, end, column, matter_of(first)))
    return cells
