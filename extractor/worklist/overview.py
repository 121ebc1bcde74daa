"""The reasons of every report of a run, without the words: seconds for 100,000, whose worklist takes minutes.

They are those of the worklist, as `fits` and `elsewhere` tell them; only rows that look the same are asked once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, Final

from extractor.archive.columns import Table, columns
from extractor.archive.examination import CANAL, canal_of_row, lesion_of_row
from extractor.archive.stored import Cells, Stored
from extractor.values import FIELDS
from extractor.worklist.cases import elsewhere, fits
from extractor.worklist.reasons import CATEGORY, SETTLING, Reason, load_reasons

#: What a reason looks at in a lesion's row, besides its level.
_LOOKED_AT: Final = {CATEGORY: ("category",), SETTLING: ("settling", "stabilised")}


def reasons_of(run: Stored) -> dict[str, tuple[Reason, ...]]:
    """Return the reasons that put each report on the worklist, the most urgent first; one without any is left out."""
    found: dict[str, set[int]] = {}
    levels: dict[str, list[str]] = {}
    names, kinds, rows = _sorted_out(run, "lesions", _looked_at())
    fitting = [frozenset(_fitting(row)) for row in rows]
    for name, kind in zip(names, kinds, strict=True):
        levels.setdefault(name, []).append(rows[kind]["level"])
        found.setdefault(name, set()).update(fitting[kind])
    _add_canal(run, levels, found)
    return {name: _reasons(frozenset(numbers)) for name, numbers in found.items() if numbers}


def _add_canal(run: Stored, levels: dict[str, list[str]], found: dict[str, set[int]]) -> None:
    """Add the reasons that fit in the canal where no lesion is."""
    names, kinds, rows = _sorted_out(run, "reports", _canal())
    silent = [not any(row[name] for name in _canal()) for row in rows]
    known: dict[tuple[Any, ...], frozenset[int]] = {}
    for name, kind in zip(names, kinds, strict=True):
        if not silent[kind]:
            at = tuple(levels.get(name, ()))
            if (kind, at) not in known:
                known[kind, at] = frozenset(_beyond(rows[kind], at))
            found.setdefault(name, set()).update(known[kind, at])


def _sorted_out(run: Stored, table: Table, looked_at: Sequence[str]) -> tuple[list[str], list[int], list[Cells]]:
    """Return the ids of all rows, the kind of each, and a row a kind; rows of one kind are the same where looked at."""
    stored = run.table(table, columns=("id", *looked_at))
    frame = stored.to_pandas()
    kinds = frame.groupby(list(looked_at), dropna=False, sort=False).ngroup()
    empty = dict.fromkeys(column.name for column in columns(table))
    first = (~kinds.duplicated()).to_numpy().nonzero()[0]
    return frame["id"].tolist(), kinds.tolist(), [empty | row for row in stored.take(first).to_pylist()]


def _fitting(row: Cells) -> Iterator[int]:
    lesion = lesion_of_row(row, {})
    yield from (number for number, reason in enumerate(load_reasons()) if fits(reason, lesion))


def _beyond(row: Cells, levels: Sequence[str]) -> Iterator[int]:
    for number, reason in enumerate(load_reasons()):
        if reason.field in CANAL and any(True for _ in elsewhere(reason, canal_of_row(reason.field, row, {}), levels)):
            yield number


@cache
def _reasons(numbers: frozenset[int]) -> tuple[Reason, ...]:
    return tuple(load_reasons()[number] for number in sorted(numbers))


@cache
def _looked_at() -> tuple[str, ...]:
    """Return the columns of lesions that reasons look at."""
    names = ["level"]
    for reason in load_reasons():
        graded = (reason.field, f"{reason.field}_conflict") if reason.field in FIELDS else ()
        names += _LOOKED_AT.get(reason.field, graded)
    return tuple(dict.fromkeys(names))


@cache
def _canal() -> tuple[str, ...]:
    """Return the columns of reports that reasons look at."""
    fields = dict.fromkeys(reason.field for reason in load_reasons() if reason.field in CANAL)
    return tuple(name for field in fields for name in (field, f"{field}_levels"))
