"""Read text set in two columns under two region headings ("THORACIC SPINE      LUMBAR SPINE") one after the other."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_REGION: Final = (
    r"(?:(?:cervical|thoracic|dorsal|lumbar|lumbosacral|sacral|c|t|d|l)[ -]?(?:spine|column|region)?|sacrum)[ :]*"
)
_HEAD: Final = re.compile(rf"^ *(?P<left>{_REGION}) {{3,}}(?P<right>{_REGION})$", re.MULTILINE)
_FEWEST: Final = 3


@dataclass(frozen=True, slots=True)
class Laid:
    """A text in reading order, and where each of its characters stands in the report."""

    text: str
    origin: tuple[int, ...]


def in_reading_order(text: str, folded: str) -> Laid | None:
    """Return the text with its columns one below the other; None if it is set in one."""
    head = _HEAD.search(folded)
    if head is None:
        return None
    column = head.start("right") - head.start()
    lines = _lines(folded, head.start())
    while lines and not all(_fits(folded, line, column) for line in lines):
        lines.pop()
    if len(lines) < _FEWEST:
        return None
    left = [(start, min(start + column, end)) for start, end in lines]
    right = [(start + column, end) for start, end in lines if end > start + column]
    pieces = [(0, head.start()), *left, *right, (lines[-1][1], len(text))]
    chars: list[str] = []
    origin: list[int] = []
    for start, end in pieces:
        stop = start + len(text[start:end].rstrip(" "))
        chars.append(text[start:stop] + "\n")
        origin += [*range(start, stop), max(0, min(stop, len(text) - 1))]
    return Laid("".join(chars), tuple(origin))


def _lines(folded: str, start: int) -> list[tuple[int, int]]:
    """Return the lines from a place on, up to the first blank one."""
    block = re.split(r"\n[ \t]*\n", folded[start:], maxsplit=1)[0]
    return [(start + line.start(), start + line.end()) for line in re.finditer(r"[^\n]+", block)]


def _fits(folded: str, line: tuple[int, int], column: int) -> bool:
    at = line[0] + column
    return at >= line[1] or folded[at - 1] == " "
