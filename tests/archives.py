"""Archives for tests: files made on the spot, and what reading them shows."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path
from typing import Any

from extractor.archive.report import Refusal, Report
from extractor.archive.sources import Selection, find_files, read_sources

CANARY = "Zebulon"
TEXT = f"MRI SPINE\nHISTORY: {CANARY}.\nFINDINGS: Lytic metastasis of T7."


def read(path: Path, **wanted: Any) -> list[Report | Refusal]:
    """Read a file or folder, and make sure that no refusal quotes a report."""
    items = list(read_sources(find_files([str(path)]), Selection(**wanted)))
    told = [item.message for item in items if isinstance(item, Refusal)]
    if any(CANARY in message or "\n" in message for message in told):
        raise ValueError("a refusal quotes a report")
    return items


def shown(path: Path, **wanted: Any) -> list[tuple[str, str] | str]:
    """Return id and text of each report, and what is said of each refusal, without the folder."""
    root = f"{path if path.is_dir() else path.parent}/"
    return [
        (item.id.replace(root, ""), item.text) if isinstance(item, Report) else item.message.replace(root, "")
        for item in read(path, **wanted)
    ]


def made(path: Path, data: bytes | str) -> Path:
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def zipped(**members: bytes | str) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "."), data)
    return sink.getvalue()


def as_csv(rows: list[dict[str, str]], **how: Any) -> str:
    sink = io.StringIO()
    writer = csv.DictWriter(sink, list(rows[0]), **how)
    writer.writeheader()
    writer.writerows(rows)
    return sink.getvalue()
