"""A table of facts given by hand, a row a fact: joined to the reports and cases of a run by their ids."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from extractor.case.facts import Fact, check_facts, make_fact
from extractor.errors import FactError
from extractor.textfile import printable, read_report_file

#: What the columns may be called.
_COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "id": ("id", "case", "case_id", "report", "report_id", "record_id"),
    "level": ("level",),
    "field": ("field",),
    "grade": ("grade", "grades", "value"),
}
_DELIMITERS: Final = "\t;|,"
#: So many bad rows are named.
_NAMED: Final = 20


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts of each report or case by its id, with the rows they stand in; `taken` are the ids met so far."""

    name: str = ""
    digest: str = ""
    rows: Mapping[str, tuple[tuple[int, Fact], ...]] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)

    def take(self, *names: str) -> tuple[Fact, ...]:
        """Return the facts of a report or case that goes by any of some ids."""
        known = [name for name in names if name in self.rows]
        self.taken.update(known)
        return tuple(dict.fromkeys(fact for name in known for _, fact in self.rows[name]))

    def left(self) -> Iterator[str]:
        """Yield a line for each row whose id has not been met."""
        for name, rows in self.rows.items():
            if name not in self.taken:
                yield from (f"{self.name}:row {row}, column id: no report or case is called so" for row, _ in rows)


def load_facts(path: Path) -> Facts:
    """Read a table of facts: columns id (or case), level (empty: the whole case), field, grade.

    FactError that names row and column for what cannot be used, and no cell's content but its own id.
    """
    name = printable(str(path))
    text = read_report_file(path)
    delimiter = max(_DELIMITERS, key=text.split("\n", 1)[0].count)
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=delimiter))
    columns = _columns(rows[0], name)
    found: dict[str, list[tuple[int, Fact]]] = {}
    wrong: list[str] = []
    for number, cells in enumerate(rows[1:], start=1):
        if any(cell.strip() for cell in cells):
            try:
                key, fact = _fact(cells, columns)
                _check_beside(fact, found.setdefault(key, []))
                found[key].append((number, fact))
            except FactError as error:
                column = f", column {error.part}" if error.part else ""
                wrong.append(f"{name}:row {number}{column}: {error}")
    if wrong:
        more = [f"… and {len(wrong) - _NAMED} more"] if len(wrong) > _NAMED else []
        raise FactError("\n".join([*wrong[:_NAMED], *more]))
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Facts(name, digest, {key: tuple(rows) for key, rows in found.items()})


def _columns(heading: Sequence[str], name: str) -> dict[str, int]:
    """Return where each column stands; FactError that says which is not there."""
    said = [cell.strip().casefold() for cell in heading]
    places: dict[str, int] = {}
    for column, names in _COLUMNS.items():
        known = [at for at, cell in enumerate(said) if cell in names]
        if len(known) != 1:
            problem = "stands twice" if known else "is not there"
            remedy = "the heading must be id, level, field, grade (or case in place of id)"
            raise FactError(f"{name}: column {column} {problem}; {remedy}")
        places[column] = known[0]
    return places


def _fact(cells: Sequence[str], columns: Mapping[str, int]) -> tuple[str, Fact]:
    if len(cells) <= max(columns.values()):
        raise FactError("fewer cells than the heading; put quotes around cells that hold separators")
    value = {name: cells[at].strip() for name, at in columns.items()}
    if not value["id"]:
        raise FactError("is empty; say which report or case the fact is about", part="id")
    return value["id"], make_fact(value["level"], value["field"], value["grade"])


def _check_beside(fact: Fact, others: Sequence[tuple[int, Fact]]) -> None:
    """Raise FactError where a fact excludes one that stands above."""
    for row, other in others:
        try:
            check_facts([other, fact])
        except FactError:
            raise FactError(f"contradicts row {row}; leave out one of the two", part="grade") from None
