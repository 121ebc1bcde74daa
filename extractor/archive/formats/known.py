"""The formats there are, by name."""

from __future__ import annotations

from typing import Final

from extractor.archive.formats.format import Format
from extractor.archive.formats.jsonl import JSONL

FORMATS: Final[dict[str, Format]] = {one.name: one for one in (JSONL,)}
