"""Turn a file or a stream of bytes into a report's text, or say why it is none."""

from __future__ import annotations

import codecs
import re
from pathlib import Path
from typing import BinaryIO, Final

from extractor.errors import OutputError, ReportError

MAX_CHARACTERS: Final = 1_000_000
#: No common encoding takes more than four bytes a character.
MAX_BYTES: Final = 4 * MAX_CHARACTERS

#: Tab, line feed, vertical tab (a soft break in Word and HL7), form feed and carriage return do stand in reports.
_FORBIDDEN: Final = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]")
_TOO_LONG: Final = f"longer than {MAX_CHARACTERS:,} characters; give one report at a time"
_BINARY: Final = "not plain text; export the report as UTF-8 text"


def open_report(path: Path) -> BinaryIO:
    """Open a file for reading bytes; ReportError where there is no file to open."""
    name = printable(str(path))
    try:
        return path.open("rb")
    except FileNotFoundError:
        raise ReportError(f"{name}: no such file; check the path") from None
    except IsADirectoryError:
        raise ReportError(f"{name}: a folder; name the files in it") from None
    except (OSError, ValueError) as error:
        raise ReportError(f"{name}: cannot be read ({reason(error)}); check the path and its permissions") from None


def read_report_file(path: Path, *, encoding: str = "utf-8") -> str:
    """Return the text of a file, its line ends kept, so that offsets hold; ReportError for any file that has none."""
    with open_report(path) as file:
        return read_report_stream(file, name=printable(str(path)), encoding=encoding)


def read_report_stream(file: BinaryIO, *, name: str, encoding: str = "utf-8") -> str:
    """Return the text of an open file; ReportError, naming `name`, if it holds no report."""
    try:
        data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise ReportError(f"{name}: cannot be read ({reason(error)})") from None
    return decode_report(data, name=name, encoding=encoding)


def decode_report(data: bytes, *, name: str, encoding: str = "utf-8") -> str:
    """Decode bytes as `encoding`, a byte order mark going before it; ReportError, naming `name`, for no report."""
    if len(data) > MAX_BYTES:
        raise ReportError(f"{name}: {_TOO_LONG}")
    text = _decode(data, name, encoding)
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


def printable(name: str) -> str:
    """Return a file's name with what no terminal and no encoding can take replaced."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in name)


def reason(error: Exception) -> str:
    """Return in a few words what the system says of an error, without the path it was about."""
    return (error.strerror if isinstance(error, OSError) else None) or type(error).__name__


def unwritable(path: Path, error: Exception, remedy: str) -> OutputError:
    """Return what to raise where a file or folder cannot be written."""
    return OutputError(f"{printable(str(path))}: cannot be written ({reason(error)}); {remedy}")


def _decode(data: bytes, name: str, encoding: str) -> str:
    """Decode without guessing: a wrong guess would shift offsets and garble words unseen."""
    if b"\0" in data and not _marked(data) and "16" not in encoding and "32" not in encoding:
        raise ReportError(f"{name}: {_BINARY} (a NUL byte at position {data.index(0)})")
    try:
        return data.decode(_codec(data, encoding))
    except LookupError:
        raise ReportError(f"{name}: no encoding is called {encoding!r}; try utf-8 or cp1252") from None
    except UnicodeError as error:
        where = f" (byte {error.start})" if isinstance(error, UnicodeDecodeError) else ""
        raise ReportError(f"{name}: not {encoding} text{where}; name its encoding, as in --encoding cp1252") from None


def _marked(data: bytes) -> bool:
    return data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))


def _codec(data: bytes, encoding: str) -> str:
    if _marked(data):
        return "utf-16"
    return "utf-8-sig" if data.startswith(codecs.BOM_UTF8) else encoding
