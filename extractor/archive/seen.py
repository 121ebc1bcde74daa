"""Which ids have come already: an index on disk, so that ten million take no memory."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from typing import Final

from extractor.archive.report import Refusal, Report, id_hash, refuse
from extractor.errors import OutputError

_MAKE: Final = "CREATE TABLE seen (id BLOB PRIMARY KEY) WITHOUT ROWID"
_ADD: Final = "INSERT OR IGNORE INTO seen VALUES (?)"


def refuse_repeats(items: Iterable[Report | Refusal]) -> Iterator[Report | Refusal]:
    """Pass items on; a report whose id came before is refused.

    The index is a temporary file without a name that holds hashes of ids and nothing else; OutputError where it has
    no room.
    """
    try:
        yield from _without_repeats(items)
    except sqlite3.OperationalError as error:
        remedy = "make room where temporary files go, or set TMPDIR to another folder"
        raise OutputError(f"the index of ids: cannot be written ({error}); {remedy}") from None


def _without_repeats(items: Iterable[Report | Refusal]) -> Iterator[Report | Refusal]:
    with closing(sqlite3.connect("")) as index:
        index.execute(_MAKE)
        for item in items:
            if isinstance(item, Report) and not index.execute(_ADD, (id_hash(item.id),)).rowcount:
                problem = f"id {item.id!r} has come before; give each report its own"
                yield refuse(item, "duplicate", "ReportError", problem)
            else:
                yield item
