"""Read sources: each file by what is in it; whatever is wrong is refused where it stands, and the rest goes on."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import PurePosixPath
from typing import Final

from extractor.archive.report import Refusal, Report
from extractor.archive.sources.checking import refusal
from extractor.archive.sources.columns import choose_columns
from extractor.archive.sources.delimited import heading, read_delimited
from extractor.archive.sources.dicom import read_dicom
from extractor.archive.sources.excel import read_excel, sheet_heading
from extractor.archive.sources.found import Found
from extractor.archive.sources.hl7 import read_hl7
from extractor.archive.sources.kinds import kind_of
from extractor.archive.sources.lake import parquet_names, read_parquet
from extractor.archive.sources.lines import read_lines
from extractor.archive.sources.opening import Meter, Source, open_found, open_gzip, searchable
from extractor.archive.sources.selection import Selection
from extractor.archive.sources.text import read_docx, read_rtf, read_text
from extractor.archive.sources.zipped import members, office_kind
from extractor.errors import ReportError
from extractor.textfile import reason

Items = Iterator[Report | Refusal]
_READERS: Final[dict[str, Callable[[Source, Selection], Items]]] = {
    "text": read_text,
    "rtf": read_rtf,
    "docx": read_docx,
    "excel": read_excel,
    "parquet": read_parquet,
    "delimited": read_delimited,
    "lines": read_lines,
    "hl7": read_hl7,
    "dicom": read_dicom,
}
#: How the columns of a table are found before a run, and what files are looked at for that.
_HEADINGS: Final[dict[str, Callable[[Source, Selection], list[str]]]] = {
    "delimited": heading,
    "excel": sheet_heading,
    "parquet": parquet_names,
}
_TABLES: Final = frozenset({".csv", ".tsv", ".tab", ".psv", ".xlsx", ".parquet", ".gz"})
#: Packed files within packed files are opened so many deep.
_DEPTH: Final = 3
_HEAD: Final = 200


def read_sources(files: Sequence[Found], selection: Selection, *, meter: Meter | None = None) -> Items:
    """Yield the reports of all files in their order, and a refusal for whatever could not be read."""
    for found in files:
        try:
            with open_found(found, meter) as source:
                yield from _read(source, selection, _DEPTH)
        except ReportError as error:
            yield refusal(found.name, str(error))


def read_bytes(data: bytes, name: str, selection: Selection) -> Items:
    """Yield the reports that bytes in memory hold, and a refusal for whatever could not be read."""
    yield from _read(Source(name, io.BufferedReader(io.BytesIO(data))), selection, _DEPTH)


def check_sources(files: Sequence[Found], selection: Selection) -> list[str]:
    """Return a line a table on which columns are read; ReportError, before a run, where one is missing or not plain."""
    notes: dict[str, str] = {}
    for found in files:
        if PurePosixPath(found.name.lower()).suffix not in _TABLES or not (found.path and found.path.is_file()):
            continue
        try:
            with open_found(found, None) as opened:
                names = _names(opened, selection)
        except Exception:  # noqa: BLE001 (the run puts the file aside and says why)
            continue
        if names is not None:
            columns = choose_columns(names, selection, found.name)
            said = f"ids from {columns.id or 'rows'!r}, texts from {columns.text!r}"
            notes.setdefault(said, found.name)
    return [f"{name}: {said}" for said, name in notes.items()]


def _names(source: Source, selection: Selection) -> list[str] | None:
    """Return the names of a table's columns, None for what is no table."""
    kind, told = _told(source)
    if kind == "gzip":
        return _names(open_gzip(told), selection)
    return _HEADINGS[kind](told, selection) if kind in _HEADINGS else None


def _read(source: Source, selection: Selection, depth: int) -> Items:
    """Yield what a source holds; what breaks off is refused after what came before."""
    try:
        kind, told = _told(source)
        yield from _READERS_OF_PACKED.get(kind, _plain)(told, selection, depth, kind)
    except ReportError as error:
        yield refusal(source.name, str(error))
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile) as error:
        problem = f"broken off ({reason(error)}); what came before is read, get the file again for the rest"
        yield refusal(source.name, f"{source.name}: {problem}", error=type(error).__name__)
    except Exception as error:  # noqa: BLE001 (packages that read a format raise anything for a damaged file)
        name = type(error).__name__
        yield refusal(source.name, f"{source.name}: damaged from here on ({name}); export it again", error=name)


def _told(source: Source) -> tuple[str, Source]:
    """Return what kind a source is, and the source; a zip file on a pipe is held in memory for that."""
    kind = kind_of(source.stream.peek(_HEAD)[:_HEAD], source.name)
    if kind != "zip":
        return kind, source
    searched = searchable(source)
    return office_kind(searched), searched


def _plain(source: Source, selection: Selection, depth: int, kind: str) -> Items:
    if not source.stream.peek(1):
        raise ReportError(f"{source.name}: empty; give the text of a report")
    return _READERS[kind](source, selection)


def _gzip(source: Source, selection: Selection, depth: int, kind: str) -> Items:
    _refuse_deep(source, depth)
    return _read(open_gzip(source), selection, depth - 1)


def _zip(source: Source, selection: Selection, depth: int, kind: str) -> Items:
    _refuse_deep(source, depth)
    for member in members(source):
        if isinstance(member, ReportError):
            yield refusal(source.name, str(member))
        else:
            yield from _read(member, selection, depth - 1)


def _refuse_deep(source: Source, depth: int) -> None:
    if not depth:
        raise ReportError(f"{source.name}: packed more than {_DEPTH} times over; unpack it first")


_READERS_OF_PACKED: Final = {"gzip": _gzip, "zip": _zip}
