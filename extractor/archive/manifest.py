"""The manifest of a run, `run.json`: what was read, by which patterns, how far it got."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from extractor.archive.aside import write_whole
from extractor.errors import OutputError
from extractor.textfile import printable, reason, unwritable

NAME: Final = "run.json"
#: What must be the same for a run to go on in a folder, and what it is called in a message.
_SAME: Final = {
    "version": "version of sinsight",
    "patterns": "patterns",
    "sources": "sources",
    "id_column": "--id-column",
    "text_column": "--text-column",
    "case_column": "--case-column",
    "kind_column": "--kind-column",
    "date_column": "--date-column",
    "patient_column": "--patient-column",
    "facts": "--facts",
    "keep": "--keep",
    "encoding": "--encoding",
    "with_text": "--with-text",
    "sample": "--sample",
}


def check_folder(folder: Path, settings: Mapping[str, Any]) -> None:
    """Make sure that a run with these settings may write to a folder: a new one, or one it has begun.

    OutputError for a folder that holds something else, or a run with other settings.
    """
    name = printable(str(folder))
    earlier = load_manifest(folder)
    if earlier is None:
        if _holds_anything(folder):
            raise OutputError(f"{name}: holds other things already; give --output a new or empty folder")
        return
    for key, words in _SAME.items():
        if earlier.get(key) != settings.get(key):
            remedy = "give --output another folder, or delete this one to begin anew"
            raise OutputError(f"{name}: was written with other {words}; {remedy}")


def load_manifest(folder: Path) -> dict[str, Any] | None:
    """Return the manifest of a folder, None where there is none; OutputError for one that is broken."""
    path = folder / NAME
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except NotADirectoryError:
        raise OutputError(f"{printable(str(folder))}: a file; give --output a folder") from None
    except (OSError, ValueError) as error:
        raise OutputError(f"{printable(str(path))}: cannot be read ({reason(error)}); delete its folder") from None
    if not isinstance(data, dict) or "sinsight" not in data:
        raise OutputError(f"{printable(str(path))}: no manifest of sinsight; give --output a new or empty folder")
    return data


def first_day(folder: Path) -> str:
    """Return the day (UTC) on which the run of a folder began; today for a new one."""
    earlier = load_manifest(folder) or {}
    return str(earlier.get("day") or datetime.now(UTC).date().isoformat())


def write_manifest(folder: Path, content: Mapping[str, Any]) -> None:
    """Write the manifest in one step; OutputError where it cannot be."""
    write_whole(folder / NAME, json.dumps({"sinsight": 1, **content}, indent=2).encode() + b"\n")


def _holds_anything(folder: Path) -> bool:
    try:
        return any(not entry.name.startswith(".") for entry in folder.iterdir())
    except FileNotFoundError:
        return False
    except OSError as error:
        raise unwritable(folder, error, "give --output another place") from None
