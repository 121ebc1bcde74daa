"""Reports with their evidence in brat's standoff form: a zip a part, to be unpacked into brat's data folder."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from extractor.archive.columns import BAR
from extractor.archive.evidence import EVIDENCE_FIELDS, EvidenceRow
from extractor.archive.formats.format import Format
from extractor.archive.formats.spans import Span, spans_of
from extractor.archive.report import Report, id_hash
from extractor.record import Record

#: Told of every member, so that the same reports give the same bytes; a zip knows no earlier year.
_TIME: Final = (1980, 1, 1, 0, 0, 0)
#: A line or a field of an annotation file must not break inside a span's words.
_UNBROKEN: Final = re.compile(r"[^\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]+")
_UNSAFE: Final = re.compile(r"[^a-z0-9]+")
_DENIED: Final = "Denied"
_HEDGED: Final = "Hedged"


def _piece(report: Report, record: Record, day: str) -> bytes:
    """Return a report's name among the files, its id, its text and its annotations."""
    marks = "".join(f"{line}\n" for line in _lines(report.text, spans_of(record, report.number)))
    return json.dumps([_safe(report.id), report.id, report.text, marks]).encode()


def _join(pieces: Sequence[bytes]) -> bytes:
    """Return a zip of all reports, with brat's settings, and `ids.json`, which tells the id behind each name."""
    made = [json.loads(piece) for piece in pieces]
    files = {"annotation.conf": _settings()}
    files["ids.json"] = json.dumps({name: report for name, report, _, _ in made}, indent=1) + "\n"
    for name, _, text, marks in made:
        files |= {f"{name}.txt": text, f"{name}.ann": marks}
    return _zip(files)


def _safe(name: str) -> str:
    """Return a file name that every system takes, another one for another id, also where case does not count."""
    readable = _UNSAFE.sub("-", name.lower())[:40].strip("-")
    return f"{readable or 'report'}-{id_hash(name).hex()}"


def _lines(text: str, spans: Iterable[Span]) -> Iterator[str]:
    """Yield of each span its place and words, whether all it says is denied or hedged, and a note of what it says."""
    attributes = 0
    for number, span in enumerate(spans, start=1):
        parts = [(found.start(), found.end()) for found in _UNBROKEN.finditer(text, span.start, span.end)]
        places = ";".join(f"{start} {end}" for start, end in parts)
        yield f"T{number}\t{span.label} {places}\t{' '.join(text[start:end] for start, end in parts)}"
        for attribute in _attributes(span):
            attributes += 1
            yield f"A{attributes}\t{attribute} T{number}"
        yield f"#{number}\tAnnotatorNotes T{number}\t{' + '.join(map(_note, span.says))}"


def _attributes(span: Span) -> Iterator[str]:
    if all(row.evidence.denied for row in span.says):
        yield _DENIED
    if all(row.evidence.hedged for row in span.says):
        yield _HEDGED


def _note(row: EvidenceRow) -> str:
    said = row.evidence
    told = [f"level={row.level}"] if row.level else []
    told += [f"grades={BAR.join(row.grades)}", f"rule={said.rule}"]
    told += [word for word, holds in (("denied", said.denied), ("hedged", said.hedged)) if holds]
    return ";".join(told)


def _settings() -> str:
    entities = "\n".join(EVIDENCE_FIELDS)
    attributes = "\n".join(f"{name}\tArg:<ENTITY>" for name in (_DENIED, _HEDGED))
    return f"[entities]\n{entities}\n[relations]\n[events]\n[attributes]\n{attributes}\n"


def _zip(files: Mapping[str, str]) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        for name, text in files.items():
            member = zipfile.ZipInfo(name, _TIME)
            # A zip made on Windows would say so.
            member.create_system, member.external_attr = 3, 0o644 << 16
            archive.writestr(member, text.encode(), zipfile.ZIP_DEFLATED)
    return sink.getvalue()


BRAT: Final = Format("brat", "zip", _piece, _join, by_document=True)
