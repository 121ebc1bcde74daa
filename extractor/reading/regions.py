"""Which regions of the spine a part of a report is about, as its headings say."""

from __future__ import annotations

import re
from typing import Final

from extractor.reading.sections import Section
from extractor.values import REGIONS, Region

_REGION_WORDS: Final[dict[str, Region]] = {
    "c": "cervical",
    "t": "thoracic",
    "d": "thoracic",
    "l": "lumbar",
    "s": "sacral",
}
_REGION: Final = (
    r"(?:cervical|thoracic|dorsal|lumbar|lumbo-?sacral|thoraco-?lumbar|cervico-?(?:thoracic|dorsal)|sacral"
    r"|sacrum|[ctdl]|ls|l/s|c/t)"
)
_REGION_LINE: Final = re.compile(
    rf"[ *#=-]*+(?:\(?\d{{1,2}}[.)]? +)?(?:mri?|mr)?[ :-]*+(?:of )?(?:the )?({_REGION}(?:(?:,| and| &|/"
    rf"|-)* ?{_REGION})*)(?: |-)?(?:vertebral )?"
    r"(?:spine|column|vertebrae|region|levels?)?"
    r"(?:,? (?:and|incl\.?|including|with|\+|&)(?: the)? (?:sacrum|sacral spine|coccyx|pelvis|conus))*"
    r"(?: (?:mri?|findings|with(?:out)?(?: and with(?:out)?)?(?: contrast)?|pre and post contrast))*[ *=#-]*(:|$)"
)
_LINES: Final = re.compile(r"[^\n]+")
#: "ALIGNMENT" below the parts on each region speaks of the whole spine again.
_FIELD_LINE: Final = re.compile(
    r"[ *#=\[-]*(?:\d{1,2}[.)] )?((?:vertebral )?(?:body )?heights?|alignment|(?:spinal )?(?:cord"
    r"|canal)(?: (?:and|&|/) [\w ]{4,20})?|epidural"
    r"(?: space| disease)?|para-?(?:spinal|vertebral)(?: (?:soft )?tissues?)?|soft tissues?|intradural|lepto\w+"
    r"|(?:neural )?foramina|general(?: findings)?|overall|(?:whole|entire|total) spine|all levels|medulla"
    r"|myelon|neuraxis)[ *=\]-]*(?::|$)"
)
_GENERAL: Final = re.compile(r"general|overall|whole|entire|total|all levels")
LEADING_REGION: Final = re.compile(
    rf"[ *#-]*(?:in the )?({_REGION}(?:(?: and|/| &|,)+ {_REGION})*)(?: |-)?(?:spine|column|vertebrae|region)?: "
)


def regions_named(words: str) -> frozenset[Region]:
    """Return the regions named in words such as "cervico-thoracic" or "l-spine"."""
    if not words:
        return frozenset()
    found: set[Region] = set()
    for region in REGIONS:
        if region[:6] in words:
            found.add(region)
    if "dorsa" in words or "dorso" in words or "thorac" in words:
        found.add("thoracic")
    if "cervico" in words:
        found.add("cervical")
    if "lumbo" in words:
        found.add("lumbar")
    if "sacr" in words:
        found.add("sacral")
    for word in re.findall(r"[a-z]+", words):
        if word in _REGION_WORDS:
            found.add(_REGION_WORDS[word])
        if word == "ls":
            found |= {"lumbar", "sacral"}
    return frozenset(found)


def region_scopes(folded: str, sections: list[Section]) -> list[tuple[int, frozenset[Region]]]:
    """Return (start, regions) of lines that head an examination or region, where there are at least two."""
    found: list[tuple[int, frozenset[Region]]] = []
    for line in _LINES.finditer(folded):
        start, end = line.span()
        match = _REGION_LINE.match(folded, start, end)
        if match and (not match[2] or not folded[match.end() : end].strip()):
            found.append((start, regions_named(match[0])))
    if len({regions for _, regions in found}) < 2:
        return []
    return sorted([*found, *_resets(folded, found[-1][0])])


def _resets(folded: str, last: int) -> list[tuple[int, frozenset[Region]]]:
    """Return where headings end the scope of a region: those of the whole spine, and fields named once below."""
    heads = [(line.start(), head[1]) for line in _LINES.finditer(folded) if (head := _FIELD_LINE.match(line[0]))]
    words = [word for _, word in heads]
    return [
        (start, frozenset())
        for start, word in heads
        if _GENERAL.match(word) or (start > last and words.count(word) == 1)
    ]


def scope_at(
    scopes: list[tuple[int, frozenset[Region]]], position: int, section: Section, sections: list[Section]
) -> frozenset[Region]:
    """Return the regions of the examination a position belongs to; the last impression speaks of all."""
    if section.kind in {"impression", "addendum"} and not any(start > section.start for start, _ in scopes):
        return frozenset()
    before = [regions for start, regions in scopes if start <= position]
    return before[-1] if before else frozenset()
