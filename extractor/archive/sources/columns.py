"""Which columns of a table hold ids and texts: those given, else those that are plainly so called."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from extractor.archive.report import Refusal, Report
from extractor.archive.sources.checking import checked
from extractor.archive.sources.selection import Selection
from extractor.errors import ReportError

#: Given as --id-column, it makes an id of the file's name and the row's number.
ROW: Final = "@row"
_IDS: Final = frozenset(
    {
        "id",
        "reportid",
        "reportnumber",
        "accession",
        "accessionnumber",
        "accessionno",
        "accessionid",
        "noteid",
        "studyid",
        "examid",
        "documentid",
        "docid",
        "orderid",
        "ordernumber",
        "uid",
        "rowid",
    }
)
_TEXTS: Final = frozenset(
    {
        "text",
        "report",
        "reporttext",
        "reportbody",
        "fulltext",
        "notetext",
        "narrative",
        "note",
        "body",
        "content",
        "documenttext",
        "radiologyreport",
    }
)
#: What a report has and the name of a column hardly: sentences, colons, quotes, line ends, length.
_PROSE: Final = re.compile(r".{50}|[.:;](?:\s|$)|[\"\n]")


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns to read: of ids (None: made of file and row), of texts, and those to keep by the names asked for."""

    id: str | None
    text: str
    keep: dict[str, str]

    @property
    def all(self) -> list[str]:
        """Return each column once."""
        return list(dict.fromkeys([*([self.id] if self.id else []), self.text, *self.keep.values()]))


def row_report(cells: Mapping[str, str], columns: Columns, place: str) -> Report | Refusal:
    """Return the report of a table's row, or why it is none."""
    kept = {wanted: cells[name] for wanted, name in columns.keep.items()}
    return checked(place if columns.id is None else cells[columns.id], cells[columns.text], place, kept)


def choose_columns(names: Sequence[str], selection: Selection, where: str) -> Columns:
    """Return the columns of a table; ReportError that lists them where one is missing or not plain."""
    row = selection.id_column == ROW
    return Columns(
        None if row else _choose(names, selection.id_column, _IDS, ("id", "--id-column"), where),
        _choose(names, selection.text_column, _TEXTS, ("text", "--text-column"), where),
        {name: named_column(names, name, "--keep", where) for name in selection.keep},
    )


def _choose(names: Sequence[str], given: str | None, plain: frozenset[str], words: tuple[str, str], where: str) -> str:
    kind, option = words
    if given is not None:
        return named_column(names, given, option, where)
    fitting = [name for name in names if re.sub(r"[\W_]", "", name.casefold()) in plain]
    exact = [name for name in fitting if name.casefold() == kind]
    if len(fitting) == 1 or len(exact) == 1:
        return (exact or fitting)[0]
    problem = f"several columns may be the {kind}" if fitting else f"no column is plainly the {kind}"
    raise ReportError(f"{where}: {problem} ({_listed(names)}); name it with {option}")


def named_column(names: Sequence[str], wanted: str, option: str, where: str) -> str:
    """Return the column that is called so; ReportError that lists them where there is none."""
    if wanted in names:
        return wanted
    alike = [name for name in names if name.casefold() == wanted.casefold()]
    if len(alike) == 1:
        return alike[0]
    raise ReportError(f"{where}: no column {wanted!r} ({_listed(names)}); {option} takes one of them")


def _listed(names: Sequence[str]) -> str:
    """Return the names of columns; nothing of them where a table lacks a heading and they may be a report's words."""
    if any(_PROSE.search(name) for name in names):
        return "its first row may be no heading, so it is not shown here"
    shown = ", ".join(name if name.isprintable() else ascii(name) for name in names[:30])
    return f"columns: {shown}, …" if len(names) > 30 else f"columns: {shown}"
