"""The formats there are, by name."""

from __future__ import annotations

from typing import Final

from extractor.archive.formats.brat import BRAT
from extractor.archive.formats.docbin import DOCBIN
from extractor.archive.formats.fhir import FHIR
from extractor.archive.formats.format import Format
from extractor.archive.formats.jsonl import JSONL
from extractor.archive.formats.omop import OMOP
from extractor.archive.formats.prodigy import PRODIGY

FORMATS: Final[dict[str, Format]] = {one.name: one for one in (JSONL, PRODIGY, DOCBIN, BRAT, OMOP, FHIR)}
