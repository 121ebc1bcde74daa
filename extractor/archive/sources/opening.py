"""Open sources as streams: bytes counted for the progress bar, and what would burst is stopped while it swells."""

from __future__ import annotations

import gzip
import io
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Final

from extractor.archive.sources.found import Found
from extractor.errors import ReportError
from extractor.textfile import open_report

#: What is held in memory at once where a format cannot be streamed.
WHOLE_BYTES: Final = 64_000_000
#: Beyond these bytes nothing may be more than so many times its packed size.
_SWELL: Final = 200
_BUFFER: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class Source:
    """An open source: its name, its bytes (a stream that can be peeked into), and columns its folders name."""

    name: str
    stream: io.BufferedReader[Any]
    columns: Mapping[str, str] = field(default_factory=dict)


class Meter:
    """How many bytes of the files of an archive have been read."""

    def __init__(self, files: Sequence[Found]) -> None:
        self._total = sum(file.size for file in files)
        self._known = all(file.path is not None for file in files)
        self._done = 0

    def add(self, count: int) -> None:
        """Count bytes that were read."""
        self._done += count

    def share(self) -> float | None:
        """Return how much is read, from 0 to 1; None where there is no telling."""
        return min(self._done / self._total, 1.0) if self._known and self._total else None


class _Counted(io.RawIOBase):
    """A raw stream that tells of each read; it can be searched if what it reads from, and what lies below, can."""

    def __init__(self, raw: Any, heard: Callable[[int], None], below: Any = None) -> None:
        self._raw = raw
        self._heard = heard
        self._below = below or raw

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return bool(self._raw.seekable() and self._below.seekable())

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return int(self._raw.seek(offset, whence))

    def tell(self) -> int:
        return int(self._raw.tell())

    def readinto(self, buffer: Any) -> int:
        data = self._raw.read(len(buffer))
        buffer[: len(data)] = data
        self._heard(len(data))
        return len(data)


@contextmanager
def open_found(found: Found, meter: Meter | None) -> Iterator[Source]:
    """Open a file of the archive; ReportError where it cannot be."""
    heard = meter.add if meter else _unheard
    if found.path is None:
        yield Source(found.name, io.BufferedReader(_Counted(sys.stdin.buffer, heard), _BUFFER))
        return
    with open_report(found.path) as file, io.BufferedReader(_Counted(file, heard), _BUFFER) as stream:
        yield Source(found.name, stream, _folder_columns(found))


def open_gzip(source: Source) -> Source:
    """Return what a gzip file holds, under its name without `.gz`."""
    packed = source.stream
    inner = gzip.GzipFile(fileobj=packed)
    guard = _guard(source.name, lambda: packed.tell() if packed.seekable() else WHOLE_BYTES)
    stream = io.BufferedReader(_Counted(inner, guard, packed), _BUFFER)
    return Source(source.name.removesuffix(".gz"), stream, source.columns)


def open_member(source: Source, name: str, member: BinaryIO, packed: int) -> Source:
    """Return a member of a zip file, of so many bytes packed, as a source."""
    full = f"{source.name}/{name}"
    return Source(full, io.BufferedReader(_Counted(member, _guard(full, lambda: packed)), _BUFFER), source.columns)


def read_whole(source: Source) -> io.BytesIO:
    """Return all bytes of a source that has to be held in memory; ReportError for too many."""
    data = source.stream.read(WHOLE_BYTES + 1)
    if len(data) > WHOLE_BYTES:
        raise ReportError(
            f"{source.name}: larger than {WHOLE_BYTES:,} bytes in one piece; split it, or unpack it first"
        )
    return io.BytesIO(data)


def searchable(source: Source) -> Source:
    """Return a source that can be searched: itself, or a copy in memory."""
    if source.stream.seekable():
        return source
    return Source(source.name, io.BufferedReader(_Counted(read_whole(source), _unheard), _BUFFER), source.columns)


def seekable(source: Source) -> BinaryIO:
    """Return a source's bytes as a file that can be searched, at its beginning."""
    stream = searchable(source).stream
    stream.seek(0)
    return stream


def refuse_swelling(name: str, size: int, packed: int) -> None:
    """Raise ReportError for bytes that are too many for their packed size."""
    if size > WHOLE_BYTES and size > _SWELL * packed:
        raise ReportError(f"{name}: unpacks to more than {_SWELL} times its size; unpack it by hand if you trust it")


def _guard(name: str, packed: Callable[[], int]) -> Callable[[int], None]:
    size = 0

    def heard(count: int) -> None:
        nonlocal size
        size += count
        if size > WHOLE_BYTES:
            refuse_swelling(name, size, packed())

    return heard


def _unheard(count: int) -> None:
    """Count nothing."""


def _folder_columns(found: Found) -> dict[str, str]:
    """Return the columns that folders of a lake name, as in `year=2024/part-0.parquet`."""
    pairs = (part.partition("=") for part in found.name.split("/")[:-1] if "=" in part)
    return {key: value for key, _, value in pairs if key}
