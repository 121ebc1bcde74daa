"""Cells of a data frame as reports, each checked as a row of a table is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from extractor.archive.report import Refusal, Report
from extractor.archive.sources.checking import checked, refusal


def cell_reports(
    ids: Iterable[object], texts: Iterable[object], where: str, kept: Mapping[str, Sequence[object]]
) -> Iterator[Report | Refusal]:
    """Yield a report, or why it is none, for each pair of id and text, with the cells kept beside them.

    None is an empty cell; rows count from 1.
    """
    for number, (name, text) in enumerate(zip(ids, texts, strict=True), start=1):
        beside = {column: _plain(cells[number - 1]) for column, cells in kept.items()}
        yield _item(_plain(name), text, f"{where}row {number}", beside)


def _plain(cell: object) -> str:
    return "" if cell is None else str(cell)


def _item(name: str, text: object, place: str, kept: Mapping[str, str]) -> Report | Refusal:
    if text is None or isinstance(text, str):
        return checked(name, text or "", place, kept)
    problem = f"no text but {type(text).__name__}; give a column of text"
    return refusal(place, f"{place}: {problem}", error="TypeError", name=name)
