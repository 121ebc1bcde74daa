"""Which ids have come already: an index on disk, so that ten million take no memory."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from typing import Final

from extractor.archive.report import Refusal, Report, text_digest

_MAKE: Final = "CREATE TABLE seen (id BLOB PRIMARY KEY, number INTEGER) WITHOUT ROWID"
_ADD: Final = "INSERT OR IGNORE INTO seen VALUES (?, ?)"


def refuse_repeats(items: Iterable[Report | Refusal]) -> Iterator[Report | Refusal]:
    """Pass items on; a report whose id came before is refused.

    The index is a temporary file without a name that holds hashes of ids and nothing else.
    """
    with closing(sqlite3.connect("")) as index:
        index.execute(_MAKE)
        for number, item in enumerate(items):
            if isinstance(item, Report) and not index.execute(_ADD, (_key(item.id), number)).rowcount:
                yield _repeated(item)
            else:
                yield item


def _key(name: str) -> bytes:
    return hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _repeated(report: Report) -> Refusal:
    message = f"{report.place}: id {report.id!r} has come before; give each report its own"
    return Refusal(report.place, "duplicate", "ReportError", message, report.id, text_digest(report.text))
