"""Write files such that each is whole or not there, whatever happens meanwhile."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from extractor.textfile import unwritable

#: How the name of a file ends that is not whole yet.
ASIDE: Final = ".tmp"
_REMEDY: Final = "make room or give --output another place, then start again: what is done stays done"


@contextmanager
def written_aside(path: Path) -> Iterator[Path]:
    """Give a place to write to; what stands there in the end is flushed to the disk and renamed to `path`.

    OutputError where that cannot be; nothing is left behind then.
    """
    aside = path.with_name(f".{path.name}{ASIDE}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        aside.unlink(missing_ok=True)
        yield aside
        _flush(aside)
        aside.replace(path)
        _flush_folder(path.parent)
    except OSError as error:
        raise unwritable(path, error, _REMEDY) from None
    finally:
        aside.unlink(missing_ok=True)


def write_whole(path: Path, data: bytes) -> None:
    """Write a file in one step; OutputError where it cannot be."""
    with written_aside(path) as aside:
        aside.write_bytes(data)


def _flush(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    """Flush a folder's entries, where the system can."""
    if hasattr(os, "O_DIRECTORY"):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
