"""Find the files of an archive: folders searched, in an order that does not depend on how they were named."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from extractor.archive.manifest import NAME as RUN_MANIFEST
from extractor.errors import ReportError
from extractor.textfile import printable

STDIN: Final = "-"


@dataclass(frozen=True, slots=True)
class Found:
    """A file of an archive: how it is called, where it is (None: standard input), and its size in bytes."""

    name: str
    path: Path | None
    size: int = 0


def find_files(paths: Sequence[str]) -> list[Found]:
    """Return the files named and those in the folders named, sorted by name, each once.

    Hidden files are passed over, and folders that a run has written, and pipes and devices in folders. ReportError
    for a path where nothing is.
    """
    found = {one.name: one for path in paths for one in _find(path)}
    return [found[name] for name in sorted(found)]


def _find(path: str) -> Iterator[Found]:
    if path == STDIN:
        yield Found("stdin", None)
    elif os.path.isdir(path):
        for folder, inner, names in os.walk(path):
            inner[:] = [] if RUN_MANIFEST in names else [name for name in inner if not name.startswith(".")]
            if RUN_MANIFEST not in names:
                shown = (os.path.join(folder, name) for name in names if not name.startswith("."))
                yield from (_file(each) for each in shown if not _is_special(each))
    elif os.path.lexists(path):
        yield _file(path)
    else:
        raise ReportError(f"{printable(path)}: no such file or folder; check the path")


def _is_special(path: str) -> bool:
    """Tell whether there is a pipe, a socket or a device, which may keep a reader waiting for ever."""
    return os.path.exists(path) and not os.path.isfile(path)


def _file(path: str) -> Found:
    """Return a file; one that vanished meanwhile, or is no file, is refused when it is opened."""
    try:
        size = os.stat(path).st_size
    except OSError:
        size = 0
    return Found(printable(Path(path).as_posix()), Path(path), size)
