"""Files of one report each: plain text, RTF, Word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, BinaryIO, Final

from extractor.archive.report import Refusal, Report
from extractor.archive.sources.checking import checked, keeping
from extractor.archive.sources.extras import needed
from extractor.archive.sources.kinds import other_format
from extractor.archive.sources.opening import Source, seekable
from extractor.archive.sources.selection import Selection
from extractor.errors import ReportError
from extractor.textfile import MAX_BYTES, decode_report

_CODEPAGE: Final = re.compile(rb"\\ansicpg(\d+)")


def read_text(source: Source, selection: Selection) -> Iterator[Report | Refusal]:
    """Yield the one report of a plain text file; its id is the file's name."""
    data = source.stream.read(MAX_BYTES + 1)
    if other := other_format(data):
        raise ReportError(f"{source.name}: {other}")
    text = decode_report(data, name=source.name, encoding=selection.encoding)
    yield _only_report(text, source, selection)


def read_rtf(source: Source, selection: Selection) -> Iterator[Report | Refusal]:
    """Yield the one report of an RTF file."""
    text = plain_rtf(source.stream.read(MAX_BYTES + 1), source.name)
    yield _only_report(text, source, selection)


def read_docx(source: Source, selection: Selection) -> Iterator[Report | Refusal]:
    """Yield the one report of a Word file: its paragraphs and tables in order, a table's cells between bars."""
    text = _docx(seekable(source), source.name)
    yield _only_report(text, source, selection)


def plain_rtf(data: bytes, name: str) -> str:
    """Return the text of RTF; ReportError, naming `name`, for what is too long or broken."""
    rtf_to_text = needed("striprtf.striprtf", name).rtf_to_text
    if len(data) > MAX_BYTES:
        raise ReportError(f"{name}: longer than {MAX_BYTES:,} bytes; give one report at a time")
    page = _CODEPAGE.search(data)
    encoding = f"cp{page[1].decode()}" if page else "cp1252"
    try:
        text = rtf_to_text(data.decode("latin-1"), encoding=encoding, errors="strict")
    except (UnicodeError, LookupError, ValueError, IndexError) as error:
        raise ReportError(f"{name}: broken RTF ({type(error).__name__}); save it again, or as text") from None
    return str(text)


def _only_report(text: str, source: Source, selection: Selection) -> Report | Refusal:
    """Return the report that fills a file, under the file's name."""
    return checked(source.name, text, source.name, keeping(selection.keep, source.columns))


def _docx(file: BinaryIO, name: str) -> str:
    docx = needed("docx", name)
    try:
        blocks = list(docx.Document(file).iter_inner_content())
    except (KeyError, ValueError, AttributeError, docx.opc.exceptions.OpcError) as error:
        raise ReportError(f"{name}: broken Word file ({type(error).__name__}); save it again, or as text") from None
    lines: list[str] = []
    for block in blocks:
        if hasattr(block, "rows"):
            lines.extend(" | ".join(_cells(row)) for row in block.rows)
        else:
            lines.append(block.text)
    return "\n".join(lines)


def _cells(row: Any) -> list[str]:
    """Return the texts of a row's cells; merged cells, which come once a column, stand once."""
    distinct = {id(cell._tc): cell.text.strip() for cell in row.cells}
    return list(distinct.values())
