"""Zip files, streamed member by member and never unpacked to the disk; Word and Excel files are zip files too."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO, Final

from extractor.archive.sources.opening import Source, open_member, refuse_swelling, seekable
from extractor.errors import ReportError
from extractor.textfile import printable

#: What is raised for a packed file that is cut short, damaged or locked.
BROKEN: Final = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError)


def office_kind(source: Source) -> str:
    """Return what a zip file is: `docx`, `excel`, or `zip` for an archive of files; ReportError for a broken one."""
    with _opened(seekable(source), source.name) as archive:
        names = archive.namelist()
        kind = "docx" if "word/document.xml" in names else "excel" if "xl/workbook.xml" in names else "zip"
        if kind != "zip":
            infos = archive.infolist()
            size, packed = sum(info.file_size for info in infos), sum(info.compress_size for info in infos)
            refuse_swelling(source.name, size, max(packed, 1))
    return kind


def members(source: Source) -> Iterator[Source | ReportError]:
    """Yield the files of a zip file by name, or what is wrong with one; hidden ones are left out."""
    with _opened(seekable(source), source.name) as archive:
        for info in sorted(archive.infolist(), key=lambda one: one.filename):
            name = printable(info.filename)
            if name.endswith("/") or name.startswith("__MACOSX/") or name.rpartition("/")[2].startswith("."):
                continue
            try:
                with archive.open(info) as member:
                    yield open_member(source, name, _binary(member), max(info.compress_size, 1))
            except BROKEN as error:
                locked = bool(info.flag_bits & 1)
                problem = "locked by a password" if locked else f"damaged ({type(error).__name__})"
                yield ReportError(f"{source.name}/{name}: {problem}; pack it again without fault or password")


def _opened(file: BinaryIO, name: str) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(file)
    except BROKEN as error:
        raise ReportError(f"{name}: damaged zip file ({type(error).__name__}); pack it again") from None


def _binary(member: object) -> BinaryIO:
    if not isinstance(member, io.BufferedIOBase):
        raise TypeError("a zip member that is no stream")
    return member  # type: ignore[return-value]
