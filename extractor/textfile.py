"""Turn a file or a stream of bytes into a report's text, or say why it is none."""

from __future__ import annotations

import codecs
import re
from pathlib import Path
from typing import Final

from extractor.errors import ReportError

MAX_CHARACTERS: Final = 1_000_000
#: No encoding below takes more than four bytes a character.
MAX_BYTES: Final = 4 * MAX_CHARACTERS

#: Tab, line feed, vertical tab (a soft break in Word and HL7), form feed and carriage return do stand in reports.
_FORBIDDEN: Final = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]")
_TOO_LONG: Final = f"longer than {MAX_CHARACTERS:,} characters; give one report at a time"
_BINARY: Final = "not plain text; export the report as UTF-8 text"


def read_report_file(path: Path) -> str:
    """Return the text of a file, its line ends kept, so that offsets hold; ReportError for any file that has none."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise ReportError(f"{path}: no such file; check the path") from None
    except IsADirectoryError:
        raise ReportError(f"{path}: a folder; name the files in it, as in {path / '*.txt'}") from None
    except OSError as error:
        raise ReportError(f"{path}: cannot be read ({error.strerror}); check its permissions") from None
    return decode_report(data, name=str(path))


def decode_report(data: bytes, *, name: str) -> str:
    """Decode UTF-8, UTF-16 with its mark, else Windows-1252; ReportError, naming `name`, for what is no report."""
    if len(data) > MAX_BYTES:
        raise ReportError(f"{name}: {_TOO_LONG}")
    text = _decode(data, name)
    check_report(text, name=name)
    return text


def check_report(text: str, *, name: str) -> None:
    """Raise ReportError, naming `name`, for text that is empty, too long or holds control characters."""
    if not text.strip():
        raise ReportError(f"{name}: empty; give the text of a report")
    if len(text) > MAX_CHARACTERS:
        raise ReportError(f"{name}: {_TOO_LONG}")
    found = _FORBIDDEN.search(text)
    if found:
        raise ReportError(f"{name}: {_BINARY} (control character U+{ord(found[0]):04X} at position {found.start()})")


def _decode(data: bytes, name: str) -> str:
    marked = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ReportError(f"{name}: {_BINARY}")
