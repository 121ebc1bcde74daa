"""Evidence as rows of NOTE_NLP, OMOP Common Data Model 5.4: CSV to load into a database.

Values stand as they are, so these files are not to be opened in a spreadsheet, which would take some for formulas. The
model calls ids "integer"; `note_id` and `note_nlp_id` need 64 bits (BIGINT). No concept is claimed: concept ids are 0.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from extractor.archive.columns import BAR
from extractor.archive.evidence import EvidenceRow, evidence_rows
from extractor.archive.formats.format import Format
from extractor.archive.report import Report
from extractor.record import Record

_COLUMNS: Final = (
    "note_nlp_id",
    "note_id",
    "section_concept_id",
    "snippet",
    "offset",
    "lexical_variant",
    "note_nlp_concept_id",
    "note_nlp_source_concept_id",
    "nlp_system",
    "nlp_date",
    "nlp_datetime",
    "term_exists",
    "term_temporal",
    "term_modifiers",
)
#: What `snippet` and `lexical_variant` hold at most, VARCHAR(250); `offset` and `end=` tell the whole of the words.
_WIDTH: Final = 250
_AROUND: Final = 60
#: Whole numbers up to here keep their value; hashes lie above, up to 63 bits, so that the two never meet.
_HASHED: Final = 2**62
_WHOLE: Final = re.compile(r"0|[1-9][0-9]{0,18}")


def _piece(report: Report, record: Record, day: str) -> bytes:
    rows = enumerate(evidence_rows(record, report.number))
    return b"".join(_line(_row(report, record, day, number, row)) for number, row in rows)


def _join(pieces: Sequence[bytes]) -> bytes:
    return b"".join((_line(_COLUMNS), *pieces))


def _row(report: Report, record: Record, day: str, number: int, row: EvidenceRow) -> Iterator[Any]:
    """Yield the cells of a piece of evidence; None is NULL: of times a record knows nothing."""
    said = row.evidence
    room = min(_AROUND, max(0, _WIDTH - (said.end - said.start)) // 2)
    yield _hashed(f"{number}:{report.id}")
    yield _note_id(report.id)
    yield 0
    yield report.text[max(0, said.start - room) : said.end + room][:_WIDTH]
    yield said.start
    yield said.text[:_WIDTH]
    yield from (0, 0)
    yield f"{record.engine.name} {record.engine.version}"
    yield day
    yield None
    yield "N" if said.denied else "Y"
    yield None
    yield ";".join(_modifiers(report.id, row))


def _modifiers(name: str, row: EvidenceRow) -> Iterator[str]:
    if not _is_whole(name):
        yield f"id={name.replace('%', '%25').replace(';', '%3B')}"
    if row.level:
        yield f"level={row.level}"
    yield f"field={row.field}"
    yield f"grades={BAR.join(row.grades)}"
    yield f"end={row.evidence.end}"
    if row.evidence.hedged:
        yield "hedged"
    yield f"rule={row.evidence.rule}"


def _note_id(name: str) -> int:
    return int(name) if _is_whole(name) else _hashed(name)


def _is_whole(name: str) -> bool:
    return bool(_WHOLE.fullmatch(name)) and int(name) < _HASHED


def _hashed(words: str) -> int:
    digest = hashlib.blake2b(words.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return _HASHED + int.from_bytes(digest, "big") % _HASHED


def _line(cells: Iterable[Any]) -> bytes:
    """Return a line of CSV with all cells quoted but NULL, which databases tell from an empty text by that."""
    quoted = ("" if cell is None else '"' + str(cell).replace('"', '""') + '"' for cell in cells)
    return ",".join(quoted).encode() + b"\n"


OMOP: Final = Format("omop", "csv", _piece, _join, by_document=True)
