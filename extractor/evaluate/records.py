"""Read back records that were written as JSON lines, checked before they are compared."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from extractor.errors import ReportError
from extractor.record import Lesion, Record, record_from_json
from extractor.values import FIELDS, GRADES, LEVELS, SYMPTOMS

_REMEDY = "give lines as `sinsight batch` writes them"


def load_records(file: BinaryIO, name: str) -> tuple[Record, ...]:
    """Read records, one a line; ReportError naming `name` and line for one that is none or whose id comes again."""
    found: dict[str, Record] = {}
    for number, line in enumerate(file, start=1):
        if line.strip():
            record = _parse(line, f"{name}:{number}")
            if record.id in found:
                raise ReportError(f"{name}:{number}: id {record.id!r} comes again; give each report one record")
            found[record.id] = record
    if not found:
        raise ReportError(f"{name}: holds no record; {_REMEDY}")
    return tuple(found.values())


def _parse(line: bytes, where: str) -> Record:
    from pydantic import ValidationError

    try:
        record = record_from_json(line)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the line"
        raise ReportError(f"{where}: no record of schema 1 ({place}: {first['type']}); {_REMEDY}") from None
    if problem := next(_problems(record), None):
        raise ReportError(f"{where}: no record of schema 1 ({problem}); {_REMEDY}")
    return record


def _problems(record: Record) -> Iterator[str]:
    """Yield what the types cannot say: unknown levels and grades, and fields left out."""
    levels = [lesion.level for lesion in record.lesions]
    if len(set(levels)) < len(levels):
        yield "a level stands twice"
    for lesion in record.lesions:
        yield from _lesion_problems(lesion)
    if set(record.findings.symptoms) != set(SYMPTOMS):
        yield "findings.symptoms: not the known symptoms"
    if not _fits("pain", record.findings.pain.grades):
        yield "findings.pain: not its grades"


def _lesion_problems(lesion: Lesion) -> Iterator[str]:
    if lesion.level not in LEVELS:
        yield "a level that is not known"
    if set(lesion.fields) != set(FIELDS):
        yield f"{lesion.level}: not the known fields"
    for field, value in lesion.fields.items():
        if not _fits(field, value.grades):
            yield f"{lesion.level}.{field}: not its grades"


def _fits(field: str, grades: tuple[str, ...]) -> bool:
    return bool(grades) and set(grades) <= set(GRADES.get(field, ()))
