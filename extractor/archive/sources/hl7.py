"""HL7 version 2: results (ORU^R01) alone or in batch files, a report a group of observations."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Final

from extractor.archive.report import Refusal, Report
from extractor.archive.sources.checking import checked, keeping, refusal
from extractor.archive.sources.encapsulated import decode_attachment
from extractor.archive.sources.extras import needed
from extractor.archive.sources.opening import WHOLE_BYTES, Source
from extractor.archive.sources.selection import Selection
from extractor.errors import ReportError

#: Segments of the batch around the messages, and the bytes that frame a message on the wire.
_AROUND: Final = (b"FHS", b"BHS", b"BTS", b"FTS")
_FRAME: Final = b"\x0b\x1c"
_CHARSETS: Final = {
    "UNICODE UTF-8": "utf-8",
    "UTF-8": "utf-8",
    "ASCII": "ascii",
    "8859/1": "latin-1",
    "8859/15": "iso8859-15",
}
_WORDS: Final = {"TX", "FT", "ST", "CF", ""}
#: What the identifier of an observation says it is (HL7 2.x, chapter 7: suffixes; LOINC names of report parts).
_HEADINGS: Final = (
    (re.compile(r"&IMP\b|\bIMPRESSION\b|\bCONCLUSION\b", re.IGNORECASE), "IMPRESSION:"),
    (re.compile(r"\bFINDINGS?\b", re.IGNORECASE), "FINDINGS:"),
    (re.compile(r"\bHISTORY\b|\bINDICATION\b|\bREASON FOR\b", re.IGNORECASE), "HISTORY:"),
    (re.compile(r"\bCOMPARISON\b", re.IGNORECASE), "COMPARISON:"),
)
#: Escaped delimiters by their place among the separators of a message, and formatting commands.
_DELIMITERS: Final = {"F": 1, "R": 2, "S": 3, "T": 4}
_FORMATS: Final = {"br": "\n", "sp": "\n", "ce": "\n", "in": "    ", "ti": "    ", "sk": " "}


@dataclass(slots=True)
class _Group:
    """An order of a message and the observations below it."""

    order: Any
    parts: list[str] = field(default_factory=list)
    heading: str = ""


def read_hl7(source: Source, selection: Selection) -> Iterator[Report | Refusal]:
    """Yield the reports of the messages of a file, one message after the other; a broken one is refused alone."""
    for number, data in enumerate(_messages(source.stream), start=1):
        place = f"{source.name}:message {number}"
        try:
            yield from _message(data, place, selection)
        except ReportError as error:
            yield refusal(place, str(error))


def _messages(file: BinaryIO) -> Iterator[bytes]:
    """Yield messages, each from its MSH segment to before the next."""
    message = b""
    for segment in _segments(file):
        if segment.startswith(b"MSH") and message:
            yield message
            message = b""
        if message or segment.startswith(b"MSH"):
            message += segment + b"\r"
    if message:
        yield message


def _segments(file: BinaryIO) -> Iterator[bytes]:
    """Yield segments without their ends, the frame and the batch's own segments left out."""
    for line in _split(file):
        segment = line.strip(_FRAME + b"\r\n ")
        if segment and not segment.startswith(_AROUND):
            yield segment


def _split(file: BinaryIO) -> Iterator[bytes]:
    """Yield what stands between carriage returns or line feeds."""
    rest = b""
    while block := file.read(1 << 16):
        *whole, rest = re.split(rb"[\r\n]", rest + block)
        yield from whole
        if len(rest) > WHOLE_BYTES:
            raise ReportError("a segment without an end; end segments with a carriage return")
    yield rest


def _message(data: bytes, place: str, selection: Selection) -> Iterator[Report | Refusal]:
    message = _parse(data, place, selection)
    kind = _cell(message, "MSH", 9)
    if not kind.startswith("ORU"):
        raise ReportError(f"{place}: no report, a message of type {_plain(kind) or 'none'}; export results (ORU^R01)")
    groups = list(_groups(message, place))
    if not groups:
        raise ReportError(f"{place}: no observation with text (OBX-5); export the report's text")
    for number, group in enumerate(groups, start=1):
        name = _id(message, group, number if len(groups) > 1 else 0)
        where = place if len(groups) == 1 else f"{place}, order {number}"
        have = {"patient_id": _cell(message, "PID", 3), "accession": _field(group.order, 3)}
        have |= {"date": _field(group.order, 7) or _field(group.order, 22)}
        yield checked(name, "\n".join(group.parts), where, keeping(selection.keep, have))


def _parse(data: bytes, place: str, selection: Selection) -> Any:
    hl7 = needed("hl7", place)
    fields = data.split(b"\r", 1)[0].split(data[3:4])
    named = fields[17].decode("ascii", "replace").split("~")[0].strip() if len(fields) > 17 else ""
    encoding = _CHARSETS.get(named, selection.encoding)
    try:
        return hl7.parse(data.decode(encoding))
    except UnicodeDecodeError as error:
        where = f"byte {error.start}"
        raise ReportError(
            f"{place}: not {encoding} text ({where}); name its encoding, as in --encoding cp1252"
        ) from None
    except (hl7.HL7Exception, LookupError, ValueError, TypeError) as error:
        raise ReportError(f"{place}: broken message ({type(error).__name__}); export it again") from None


def _groups(message: Any, place: str) -> Iterator[_Group]:
    """Yield the orders that have text."""
    group: _Group | None = None
    for segment in message:
        kind = str(segment[0])
        if kind == "OBR":
            if group and group.parts:
                yield group
            group = _Group(segment)
        elif kind == "OBX":
            group = group or _Group(None)
            _add(group, segment, message, place)
    if group and group.parts:
        yield group


def _add(group: _Group, segment: Any, message: Any, place: str) -> None:
    """Add an observation's text, under its heading where the identifier names one that the text does not."""
    text = _text(segment, message, place)
    if text is None:
        return
    identifier = _field(segment, 3)
    heading = next((words for pattern, words in _HEADINGS if pattern.search(identifier)), "")
    if heading and heading != group.heading and not text.lstrip().upper().startswith(heading[:-1]):
        group.parts.append(heading)
    group.heading = heading
    group.parts.append(text)


def _text(segment: Any, message: Any, place: str) -> str | None:
    """Return the text of an observation; None for one that has none, as numbers and pictures."""
    kind, value = _field(segment, 2), _field(segment, 5)
    if kind in {"ED", "RP"}:
        return _attached(value, message, place)
    if kind not in _WORDS:
        return None
    return "\n".join(_unescaped(part, message) for part in value.split(message.separators[2]))


def _attached(value: str, message: Any, place: str) -> str:
    """Return the text of encapsulated data: source ^ type ^ subtype ^ encoding ^ data."""
    parts = value.split(message.separators[3], 4)
    if len(parts) < 5:
        raise ReportError(f"{place}: refers to data that lies elsewhere (OBX-5); export the text itself")
    _, kind, subtype, encoding, data = parts
    return decode_attachment(_unescaped(data, message), f"{kind}/{subtype}".lower(), encoding.lower(), place)


def _unescaped(text: str, message: Any) -> str:
    """Resolve escape sequences (HL7 2.x, 2.7); what is none stays as it is.

    The library's own way is not taken: it logs the field, which is a patient's, where a sequence is unknown.
    """
    mark = re.escape(message.esc)
    return re.sub(rf"{mark}([^{mark}\n]{{1,40}}){mark}", lambda match: _meant(match, message), text)


def _meant(match: re.Match[str], message: Any) -> str:
    code = match[1]
    if code in _DELIMITERS:
        return str(message.separators[_DELIMITERS[code]])
    if code == "E":
        return str(message.esc)
    if code in {"H", "N", ".fi", ".nf"}:
        return ""
    if found := re.fullmatch(r"\.(br|sp|ce|in|ti|sk)([+-]?\d{0,3})", code):
        return _FORMATS[found[1]] * (int(found[2] or 1) if found[1] == "sp" else 1)
    if re.fullmatch(r"X(?:[0-9A-Fa-f]{2})+", code):
        return bytes.fromhex(code[1:]).decode("latin-1").replace("\r\n", "\n").replace("\r", "\n")
    return match[0]


def _id(message: Any, group: _Group, number: int) -> str:
    """Return the order's number, or the message's with the order's place in it."""
    component = message.separators[3]
    for value in (_field(group.order, 3), _field(group.order, 2)):
        if name := value.split(component)[0].strip():
            return _unescaped(name, message)
    name = _cell(message, "ORC", 3).split(component)[0] or _cell(message, "MSH", 10)
    return f"{name}#{number}" if number and name else name


def _cell(message: Any, segment: str, number: int) -> str:
    """Return a field of the first segment of a kind, empty where there is none."""
    found = next((one for one in message if str(one[0]) == segment), None)
    return _field(found, number)


def _field(segment: Any, number: int) -> str:
    return str(segment[number]).strip() if segment is not None and len(segment) > number else ""


def _plain(words: Iterable[str]) -> str:
    return "".join(char for char in words if char.isalnum() or char in "^_")[:12]
