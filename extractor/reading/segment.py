"""Divide a report: sections by heading, units (paragraphs and list items), sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from extractor.reading.sections import Section

_BLOCK: Final = re.compile(r"\S[^\n]*(?:\n(?! *(?:\n|$))[^\n]*)*")
_LINE: Final = re.compile(r"\S(?:[^\n]*\S)?")
_BULLET: Final = re.compile(
    r" *(?:[-*+>]+|#+(?= )|\(?\d{1,2}[.):](?!\d)|\d{1,2}\.\d{1,2}\.?(?= +[a-z])(?! ?(?:cm|mm|t|x|kg|ml)\b)"
    r"|\d{1,2} {2,}(?=[cdtl]h?-?\d|s[1-5]\b)|\(?[a-h][.)](?= )|\([ivx]+\)|[ivx]+[.)](?= )|#\d+)[ ]*(?=[^ ])"
)
_SHORT: Final = (
    "approx|vs|dr|mr|mrs|ms|prof|fig|post|sup|inf|ant|lat|vert|resp|max|min|incl|ca|cf|st|c|s|elem|bil|bilat|circ|susp"
    "|poss|prob|mod|sl|lt|rt|subtot|ext|comp|path|assoc|horiz|diam|w|dg|bzw|n|gr|abn|prev"
)
_ABBREVIATION: Final = re.compile(rf"(?:\b(?:e\.g|i\.e|i\.v|z\.b|{_SHORT})|(?:^|[ (])\d{{1,2}})\.$")
#: Those that are a word of their own are looked up.
_ABBREVIATIONS: Final = frozenset(_SHORT.split("|"))
#: Longer than any of them.
_BACK: Final = 12
#: "D10 vertebra: ..." starts a line of its own, however long the line above.
_OPENS_ITEM: Final = re.compile(
    r"(?:[\w/&.()-]+ ){0,3}[\w/&.()-]+ *[:|](?= |$)"
    r"|(?:[cdtl]h?[ -]?\d{1,2}|s[1-5])(?:[-/](?:[cdtls]h?)?\d{1,2})?"
    r"(?:(?: vertebra\w*| body| level| lesion| dis[ck])+ ?(?:[:|]|- )| - |\. (?=[a-z]))"
)
#: "Cord: normal signal." ends a line of its own, however long.
_LABELLED: Final = re.compile(r" *(?:[a-z/&-]+ ){0,3}[a-z/&-]+: ")
_DANGLING: Final = re.compile(
    r"(?:,|\b(?:a|an|the|of|at|in|on|to|for|from|with|and|or|by|is|are|was|has|have|than|which|that|as|into|behind|below"
    r"|above|between|no|without|this|its|both|when|whenever|while|where|if|because|epidural|thecal|dural|para-?vertebral"
    r"|pre-?vertebral|paraspinal|vertebral|metastatic|malignant|diffuse|leuka?emic|myelomatous|[cdtls]-?)) *$"
)
#: A row of a form is no longer than this, and no less than so many make one.
_ROW: Final = 100
_FEWEST_ROWS: Final = 3
#: "Epidural      T2: circumferential tumour" in a report set in two columns.
_BESIDE_LABEL: Final = re.compile(r"[a-z][\w/&.-]*(?: [\w/&.-]+){0,2}:? {2,}(?=\S)")
_STOP: Final = re.compile(r"[.!?]+[\")\]]*(?= |\n|$)")
_OPENING: Final = re.compile(r"[.?!] +([A-Za-z])")
_CAPITAL: Final = re.compile(r"[A-Z]")
_BLANKS: Final = re.compile(r"\s*")
_LONGEST: Final = 1200


@dataclass(frozen=True, slots=True)
class Unit:
    """A paragraph or list item: the smallest stretch that has one level under discussion."""

    start: int
    end: int
    section: Section
    item: bool = False


def find_units(folded: str, text: str, section: Section) -> list[Unit]:
    """Cut a section into paragraphs and list items, joining hard-wrapped lines."""
    units: list[Unit] = []
    for block in _BLOCK.finditer(folded, section.body, section.end):
        lines = [line.span() for line in _LINE.finditer(folded, block.start(), block.end())]
        opening = _opening_lines(folded, text, lines) if len(lines) > 1 else [0]
        for first, beyond in pairwise([*opening, len(lines)]):
            bullet = _BULLET.match(folded, *lines[first])
            begin = bullet.end() if bullet else lines[first][0]
            units.append(Unit(begin, lines[beyond - 1][1], section, item=bullet is not None))
    return units


def _opening_lines(folded: str, text: str, lines: list[tuple[int, int]]) -> list[int]:
    """Return which lines of a block open a unit; the others go on with what stands above."""
    full = [(folded.rfind("\n", 0, start) + 1, end) for start, end in lines]
    width = max([end - start for start, end in full])
    column = _right_column(folded, full)
    rows = _rows(folded, lines)
    opening = [0]
    for number in range(1, len(lines)):
        above, line = full[number - 1], lines[number]
        joined = not _BULLET.match(folded, *line) and (
            line[0] - full[number][0] == column
            or _is_wrapped(folded, above, line, width)
            or (not rows[number] and _runs_on(folded, text, above, line[0]))
            or (not _opens_item(folded, above, line[0]) and _is_open(folded, above))
        )
        if not joined:
            opening.append(number)
    return opening


def _right_column(folded: str, lines: list[tuple[int, int]]) -> int:
    """Return where the text stands beside labels in a column of their own; -1 for a block set otherwise."""
    if len(lines) < 3 or folded.find("  ", lines[1][0], lines[-1][1]) < 0:
        return -1
    places = [match.end() - start for start, end in lines if (match := _BESIDE_LABEL.match(folded, start, end))]
    under = [len(words) - len(words.lstrip()) for start, end in lines if (words := folded[start:end]).startswith("   ")]
    column = max(set(places), key=places.count, default=-1)
    return column if places.count(column) > 2 and column in under else -1


def _is_wrapped(folded: str, above: tuple[int, int], line: tuple[int, int], width: int) -> bool:
    """Return whether a line only continues the one above: its first word would not have fitted there."""
    last = folded[above[0] : above[1]].rstrip()
    first_word = folded[line[0] : line[1]].split(None, 1)[0]
    if _opens_item(folded, above, line[0]) or "|" in last:
        return False
    too_long = width >= 38 and len(last) + 1 + len(first_word) > width - 3
    if last.endswith(".") and _LABELLED.match(folded, above[0]):
        return False
    return too_long and not (last.endswith((".", ":")) and len(last) < width * 0.8)


def _opens_item(folded: str, above: tuple[int, int], start: int) -> bool:
    """Tell whether a line opens an item by its look ("T9: ..."); "C2. No" may end the sentence above ("... in")."""
    opening = _OPENS_ITEM.match(folded, start)
    return opening is not None and not (". " in opening[0] and _is_open(folded, above))


def _rows(folded: str, lines: list[tuple[int, int]]) -> list[bool]:
    """Tell of each line of a block whether it is a row of a form ("matrix: lytic", "height loss: none")."""
    found = [end - start <= _ROW and _OPENS_ITEM.match(folded, start) is not None for start, end in lines]
    return found if sum(found) >= _FEWEST_ROWS else [False] * len(lines)


def _is_open(folded: str, above: tuple[int, int]) -> bool:
    """Tell whether a line ends in a word that cannot end one ("... KYPHOSIS AT", "the C" before "7 body")."""
    return bool(_DANGLING.search(folded, *above))


def _runs_on(folded: str, text: str, above: tuple[int, int], start: int) -> bool:
    """Return whether a line starts in small letters after one that does not end, in a text that uses capitals."""
    last = folded[above[0] : above[1]].rstrip()
    return (
        text[start].islower() and not last.endswith((".", ":", ";", "|")) and "|" not in last and text != text.lower()
    )


def find_sentences(folded: str, text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return (start, end) of the sentences of a unit; a very long one is cut at a comma or blank."""
    pieces: list[tuple[int, int]] = []
    lower_case: bool | None = None
    begin = start
    for stop in _STOP.finditer(folded, start, end):
        at, last = stop.span()
        follows = _BLANKS.match(text, last, end).end()  # type: ignore[union-attr]
        following = text[follows] if follows < end else ""
        if last - at == 1 and folded[at] == "." and _is_abbreviation(folded, begin, at):
            if not (following.isupper() and folded[at - 1].isdecimal()):
                continue
            if at - begin < 3:
                continue
        if following in {",", ";"}:
            continue
        if following.islower():
            lower_case = _is_lower_case(text, start, end) if lower_case is None else lower_case
            if not lower_case:
                continue
        _add_piece(pieces, folded, begin, last)
        begin = last
    _add_piece(pieces, folded, begin, end)
    return pieces


def _is_abbreviation(folded: str, begin: int, stop: int) -> bool:
    """Tell whether the word before a full stop is cut short by it ("approx.", "No. 3.")."""
    words = folded[max(begin, stop - _BACK) : stop + 1]
    word = words[words.rfind(" ") + 1 : -1]
    if word.isalpha():
        return word in _ABBREVIATIONS
    return _ABBREVIATION.search(words) is not None


def _is_lower_case(text: str, start: int, end: int) -> bool:
    """Tell whether the sentences of a unit begin in small letters."""
    openings = _OPENING.findall(text, start, end)
    small = sum(one.islower() for one in openings)
    return (small > 2 and small * 5 >= len(openings) * 4) or not _CAPITAL.search(text, start, end)


def _add_piece(pieces: list[tuple[int, int]], folded: str, start: int, end: int) -> None:
    """Add a piece without the blanks around it, in parts where it is very long."""
    piece = folded[start:end].rstrip()
    end = start + len(piece)
    start = end - len(piece.lstrip())
    if end - start > _LONGEST:
        pieces += _bounded(folded, start, end)
    elif end > start:
        pieces.append((start, end))


def _bounded(folded: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while end - start > _LONGEST:
        cut = max(folded.rfind(mark, start, start + _LONGEST) for mark in (", ", "; ", " ", "\n"))
        cut = cut + 1 if cut > start else start + _LONGEST
        yield start, cut
        start = cut
    if end > start:
        yield start, end
