"""Gather the documents of an archive into cases, wherever in it they stand; what is told of each comes along."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any, Final

from extractor.archive.columns import BAR
from extractor.archive.facts import Facts
from extractor.archive.report import Refusal, Report, id_hash, refuse
from extractor.archive.texts import BETWEEN
from extractor.case.dates import parse_date
from extractor.case.documents import kind_named

#: Given as --case-column, the files of one folder are one case.
FOLDER: Final = "@folder"
#: A case of more documents is none: the column is probably the wrong one.
_MOST: Final = 100
_UNDATED: Final = "its date is none, or could be two days; write it as 2024-05-03 (it counts as not dated)"
_UNKNOWN_KIND: Final = "its kind is none of mri, ct, request, note; it is judged by its words"

Items = Iterable[Report | Refusal]
#: Hears what is to be said to people of one document.
Note = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Roles:
    """The columns that tell of a document which case it belongs to, its kind, its date and its patient."""

    case: str | None = None
    kind: str | None = None
    date: str | None = None
    patient: str | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the columns that must be taken from the source."""
        named = (None if self.case == FOLDER else self.case, self.kind, self.date, self.patient)
        return tuple(dict.fromkeys(name for name in named if name))

    @classmethod
    def of(cls, manifest: Mapping[str, Any]) -> Roles:
        """Return the columns that a run's manifest tells of."""
        return cls(*(manifest.get(f"{name}_column") for name in ("case", "kind", "date", "patient")))

    def told(self) -> dict[str, str | None]:
        """Return what a run's manifest says of these."""
        return {f"{name}_column": getattr(self, name) for name in ("case", "kind", "date", "patient")}

    def case_of(self, report: Report) -> str:
        """Return the case a document belongs to; empty where none is named, so that it stands alone."""
        if self.case == FOLDER:
            return str(PurePosixPath(report.place).parent)
        return report.kept.get(self.case or "", "").strip()


def gather(
    items: Items, roles: Roles, *, keep: Sequence[str], facts: Facts, size: Callable[[str], int] | None, note: Note
) -> Iterator[Report | Refusal]:
    """Yield each case when its last document has come, and every document that belongs to none by itself.

    `size` tells how many documents a case has (`count_documents`); without it all wait for the end of the archive.
    A case of two patients, or of very many documents, is refused. `keep` are the columns that stay.
    """
    waiting: dict[str, list[Report]] = {}
    for item in items:
        if isinstance(item, Refusal):
            yield item
            continue
        case = roles.case_of(item) if roles.case else ""
        told = _told(item, roles, note)
        if not case:
            yield replace(told, kept=_kept([told], keep), facts=facts.take(item.id))
            continue
        documents = waiting.setdefault(case, [])
        documents.append(told)
        if size is not None and len(documents) == size(case):
            yield _joined(case, waiting.pop(case), roles, keep, facts)
    for case, documents in waiting.items():
        yield _joined(case, documents, roles, keep, facts)


def count_documents(items: Items, roles: Roles) -> Callable[[str], int]:
    """Return what tells how many documents each case of an archive has.

    Kept is an index on disk, without a name, of hashes of cases, and nothing else.
    """
    index = sqlite3.connect("")
    index.execute("CREATE TABLE sizes (id BLOB PRIMARY KEY, size INTEGER) WITHOUT ROWID")
    add = "INSERT INTO sizes VALUES (?, 1) ON CONFLICT (id) DO UPDATE SET size = size + 1"
    for item in items:
        if isinstance(item, Report) and (case := roles.case_of(item)):
            index.execute(add, (id_hash(case),))

    def size(case: str) -> int:
        found = index.execute("SELECT size FROM sizes WHERE id = ?", (id_hash(case),)).fetchone()
        return int(found[0]) if found else 0

    return size


def _told(report: Report, roles: Roles, note: Note) -> Report:
    """Return a document with the kind and date that its row tells."""
    kind, date = (report.kept.get(name or "", "").strip() for name in (roles.kind, roles.date))
    known, when = kind_named(kind), parse_date(date)
    if kind and known is None:
        note(f"{report.place}: {_UNKNOWN_KIND}")
    if date and when is None:
        note(f"{report.place}: {_UNDATED}")
    return replace(report, kind=known, date=when)


def _joined(case: str, found: Sequence[Report], roles: Roles, keep: Sequence[str], facts: Facts) -> Report | Refusal:
    """Return a case, its documents in the order of their ids, or why they cannot be one."""
    documents = sorted(found, key=lambda one: one.id)
    more = f" and {len(documents) - 1} more" if len(documents) > 1 else ""
    joined = Report(
        id=case,
        text=BETWEEN.join(one.text for one in documents),
        place=f"{documents[0].place}{more}",
        kept=_kept(documents, keep),
        documents=tuple(replace(one, kept={}, number=at) for at, one in enumerate(documents)),
        facts=facts.take(case, *(one.id for one in documents)),
    )
    if len(documents) > _MOST:
        problem = f"a case of {len(documents)} documents; is the column of cases the right one?"
        return refuse(joined, "case", "ReportError", problem)
    patients = {value for one in documents if (value := one.kept.get(roles.patient or "", "").strip())}
    if len(patients) > 1:
        problem = f"case {case!r} has documents of {len(patients)} patients; give each patient's a case of their own"
        return refuse(joined, "case", "ReportError", problem)
    return joined


def _kept(documents: Sequence[Report], keep: Sequence[str]) -> dict[str, str]:
    """Return the kept columns of a case: each value its documents have, once."""
    return {
        name: BAR.join(dict.fromkeys(value for one in documents if (value := one.kept.get(name, "")))) for name in keep
    }
