"""Find tables written in text, by bars or by aligned columns, and say what each cell is about."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_BARRED: Final = re.compile(r"[^\n|]*\|[^\n]*\|[^\n]*")
_RULE: Final = re.compile(r"[\s|:+=-]+")
#: Two blanks may follow a full stop; three set a column.
_GAP: Final = re.compile(r" {3,}")
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


#: Start and end of a piece of a line.
_Span = tuple[int, int]


def find_tables(folded: str, start: int, end: int) -> list[Table]:
    """Return the tables between two offsets in order."""
    tables: list[Table] = []
    for rows in _runs(folded, start, end):
        cells = _labelled(folded, rows)
        if cells:
            tables.append(Table(rows[0][0][0], rows[-1][-1][1], cells))
    return tables


def _runs(folded: str, start: int, end: int) -> list[list[list[_Span]]]:
    """Return runs of at least three neighbouring lines that fall into the same kind of columns."""
    runs: list[list[list[_Span]]] = [[]]
    kind = ""
    for line in re.finditer(r"[^\n]*", folded[start:end]):
        if not line[0] and line.start() and folded[start + line.start() - 1] != "\n":
            continue
        here, cells = _split(folded, start + line.start(), start + line.end())
        if here == "rule":
            continue
        if not here or (kind and here != kind):
            runs.append([])
        kind = here
        if here:
            runs[-1].append(cells)
    return [run for run in runs if len(run) > 2 or (len(run) > 1 and "|" in folded[run[0][0][0] : run[0][-1][1]])]


def _split(folded: str, start: int, end: int) -> tuple[str, list[_Span]]:
    """Return how a line is cut (`bar`, `gap`, `rule` or nothing) and its pieces; an empty piece keeps its place."""
    line = folded[start:end]
    if "|" in line and _RULE.fullmatch(line):
        return "rule", []
    if _BARRED.fullmatch(line):
        inner_start = start + (len(line) - len(line.lstrip())) + line.strip().startswith("|")
        inner_end = start + len(line.rstrip()) - line.strip().endswith("|")
        return "bar", _pieces(folded, inner_start, inner_end, re.compile(r"\|"))
    cells = _pieces(folded, start, end, _GAP)
    return ("gap", cells) if len(cells) > 1 else ("", [])


def _pieces(folded: str, start: int, end: int, cut: re.Pattern[str]) -> list[_Span]:
    pieces: list[_Span] = []
    at = start
    for gap in cut.finditer(folded, start, end):
        if cut is _GAP and gap.start() == start:
            at = start
            continue
        pieces.append(_trimmed(folded, at, gap.start()))
        at = gap.end()
    last = _trimmed(folded, at, end)
    return [*pieces, last] if cut is not _GAP or last[0] < last[1] else pieces


def _trimmed(folded: str, start: int, end: int) -> _Span:
    piece = folded[start:end]
    return start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip()) if piece.strip() else start


def _labelled(folded: str, rows: list[list[_Span]]) -> tuple[tuple[Cell, ...], ...]:
    """Give each cell its row's and column's words; nothing if neither names vertebrae."""
    head = [folded[start:end] for start, end in rows[0]]
    body = rows[1:]
    if len(head) < 2 or sum(len(row) in (len(head), len(head) + 1) for row in body) * 2 < len(body):
        return ()
    by_row = sum(bool(_SUBJECT.search(folded[row[0][0] : row[0][1]])) for row in body) * 2 >= len(body)
    by_column = any(_SUBJECT.search(word) for word in head[1:] or head)
    if not by_row and not by_column:
        return ()
    return tuple(tuple(_cells(folded, head, row, by_row=by_row)) for row in body)


def _cells(folded: str, head: list[str], row: list[_Span], *, by_row: bool) -> list[Cell]:
    first = folded[row[0][0] : row[0][1]]
    columns = head[-(len(row) - 1) :] if len(row) > 1 else []
    cells: list[Cell] = []
    for (start, end), column in zip(row[1:], columns, strict=False):
        if start < end:
            cells.append(Cell(start, end, first, column) if by_row else Cell(start, end, column, first))
    return cells
