"""What a form sends, taken apart in memory: the usual parser puts large files on the disk, where no report belongs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import Request

#: Fields of a form; a report of 30 lesions needs some 2,000.
_MOST: Final = 20_000
_BOUNDARY: Final = re.compile(r'multipart/form-data\s*;.*?boundary="?([^";]+)', re.IGNORECASE)
_NAME: Final = re.compile(rb'(?i)content-disposition:[^\r\n]*?[; ]name="([^"\r\n]*)"')
_FILE: Final = re.compile(rb'(?i)content-disposition:[^\r\n]*?; ?filename="([^"\r\n]*)"')
_BROKEN: Final = "A form that cannot be read; load the page again.\n"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was sent."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Form:
    """The values of a form by their names, and its files."""

    values: Mapping[str, tuple[str, ...]]
    files: Mapping[str, Upload] = field(default_factory=dict)

    def one(self, name: str, otherwise: str = "") -> str:
        """Return the first value of a name."""
        return self.values.get(name, (otherwise,))[0]


async def read_form(request: Request) -> Form:
    """Return what a form sends; HTTPException 400 for one that cannot be read."""
    body = await request.body()
    multipart = _BOUNDARY.match(request.headers.get("content-type", ""))
    if multipart is None:
        return Form(_grouped(_pairs(body)))
    values: list[tuple[str, str]] = []
    files: dict[str, Upload] = {}
    for name, file, data in _parts(body, multipart[1].encode("latin-1")):
        if file is None:
            values.append((name, _text(data)))
        elif data:
            files[name] = Upload(file, data)
    return Form(_grouped(values), files)


def _pairs(body: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_MOST)
    except ValueError:
        raise HTTPException(400, _BROKEN) from None


def _parts(body: bytes, boundary: bytes) -> Iterator[tuple[str, str | None, bytes]]:
    """Yield name, name of a file (None: no file) and bytes of each part."""
    for part in (b"\r\n" + body).split(b"\r\n--" + boundary)[1:_MOST]:
        head, blank, data = part.partition(b"\r\n\r\n")
        name, file = _NAME.search(head), _FILE.search(head)
        if blank and name:
            yield _text(name[1]), _text(file[1]) if file else None, data


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise HTTPException(400, _BROKEN) from None


def _grouped(pairs: list[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return {name: tuple(values) for name, values in found.items()}
