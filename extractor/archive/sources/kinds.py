"""What kind of source some bytes are: told by the bytes, and by the name only where they cannot tell."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Final

#: Formats that are known, and not read, by their first bytes.
_OTHERS: Final = (
    (b"%PDF", "a PDF; export the report as text"),
    (b"\xd0\xcf\x11\xe0", "an old Word or Excel file; save it as .docx or .xlsx"),
    (b"\x89PNG", "an image; export the report as text"),
    (b"\xff\xd8\xff", "an image; export the report as text"),
    (b"GIF8", "an image; export the report as text"),
    (b"II*\0", "an image; export the report as text"),
    (b"MM\0*", "an image; export the report as text"),
    (b"7z\xbc\xaf", "a 7z file; pack it as .zip"),
    (b"Rar!", "a RAR file; pack it as .zip"),
    (b"\xfd7zXZ", "an xz file; pack it as .gz"),
    (b"BZh", "a bzip2 file; pack it as .gz"),
    (b"\x28\xb5\x2f\xfd", "a zstd file; pack it as .gz"),
    (b"\x7fELF", "a program; name files of reports"),
    (b"SQLite format 3", "a database; export its table as .csv"),
)
_HL7: Final = re.compile(rb"[\x0b\s]*(?:MSH|FHS|BHS)[^\w\s]")
#: JSON's first signs; "[Draft] MRI of the spine" is none.
_JSON: Final = re.compile(rb"\s*(?:\{\s*(?:[\"}]|$)|\[\s*(?:[{\]]|$))")
_BY_NAME: Final = {
    ".csv": "delimited",
    ".tsv": "delimited",
    ".tab": "delimited",
    ".psv": "delimited",
    ".jsonl": "lines",
    ".ndjson": "lines",
}


def kind_of(head: bytes, name: str) -> str:
    """Return the kind of a source by its first 200 bytes and its name."""
    suffix = PurePosixPath(name.lower()).suffix
    bare = head.removeprefix(b"\xef\xbb\xbf")
    if head.startswith(b"\x1f\x8b"):
        return "gzip"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    if head.startswith(b"PAR1"):
        return "parquet"
    if head[128:132] == b"DICM":
        return "dicom"
    if bare.lstrip().startswith(b"{\\rtf"):
        return "rtf"
    if _HL7.match(bare):
        return "hl7"
    if suffix in _BY_NAME:
        return _BY_NAME[suffix]
    return "lines" if _JSON.match(bare) else "text"


def other_format(head: bytes) -> str | None:
    """Return what a file is that cannot be read, and the remedy; None for what may be text."""
    return next((words for magic, words in _OTHERS if head.startswith(magic)), None)
