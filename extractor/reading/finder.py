"""Find where rules match, trying each only at the words its matches may begin with."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Generic, TypeVar

from extractor.patterns import Rule, compiled
from extractor.reading.shape import Need, Shape, shape_of

_TOKEN: Final = re.compile(r"\w+|\W")
#: How many words are remembered with what they offer, the common ones of an archive; memory stays flat.
_REMEMBERED: Final = 16_384
#: Codes and small numbers come again ("t12", "2024"); long ones are one patient's and seldom do.
_SHORT: Final = 4

#: Where a regex may begin to match, in order; None: anywhere.
Places = Sequence[int] | None
Owner = TypeVar("Owner")


#: Of a word: which regexes may begin in it, by number, and where; and the needs it meets, a bit each.
_Said = tuple[tuple[tuple[int, int], ...], int]


@dataclass(frozen=True, slots=True)
class Finder(Generic[Owner]):
    """Regexes with what each belongs to and what it needs (a bit each), and what tells of a word what it offers."""

    regexes: tuple[tuple[Owner, str], ...]
    anyhow: tuple[int, ...]
    needs: tuple[int, ...]
    said: Callable[[str], _Said]
    #: The letters of the longest part of a word that tells anything.
    longest: int

    def places(self, text: str, *, by_line: bool = False) -> Iterator[tuple[Owner, re.Pattern[str], Places]]:
        """Yield what may match somewhere in a text, in order, with the places where it may begin.

        With `by_line`, matches that leave their line are of no interest.
        """
        places: list[list[int]] = [[] for _ in self.regexes]
        anyhow: set[int] = set()
        start = 0
        for stretch in text.split("\n") if by_line else [text]:
            self._add(stretch, start, places, anyhow)
            start += len(stretch) + 1
        for number, (owner, source) in enumerate(self.regexes):
            if places[number]:
                yield owner, compiled(source), places[number]
            elif number in anyhow:
                yield owner, compiled(source), None

    def _add(self, stretch: str, start: int, places: list[list[int]], anyhow: set[int]) -> None:
        """Add what may match within a stretch that starts at some place."""
        met = 0
        begun: list[tuple[int, tuple[tuple[int, int], ...]]] = []
        said = self.said
        for word in _TOKEN.findall(stretch):
            beginnings, meets = said(word)
            if beginnings:
                begun.append((start, beginnings))
            met |= meets
            start += len(word)
        needs, unmet = self.needs, ~met
        for start, beginnings in begun:
            for number, offset in beginnings:
                if not needs[number] & unmet:
                    places[number].append(start + offset)
        anyhow.update(number for number in self.anyhow if not needs[number] & unmet)

    def opening(self, text: str, at: int = 0) -> Iterator[tuple[Owner, re.Pattern[str]]]:
        """Yield what may match right at a place of a text, in order."""
        word = _TOKEN.match(text, at, at + self.longest + 1)
        here = {number for number, offset in self.said(word[0])[0] if not offset} if word else set()
        for number in sorted(here.union(self.anyhow)):
            owner, source = self.regexes[number]
            yield owner, compiled(source)


def finder_of(rules: Iterable[Rule]) -> Finder[Rule]:
    """Return a finder of all regexes of some rules."""
    return build_finder((rule, source) for rule in rules for source in rule.sources)


def build_finder(owned: Iterable[tuple[Owner, str]]) -> Finder[Owner]:
    """Return a finder of regexes, each with what it belongs to."""
    regexes = tuple(owned)
    shapes = [shape_of(source) for _, source in regexes]
    anyhow = tuple(number for number, shape in enumerate(shapes) if shape.heads is None)
    bits = {need: 1 << bit for bit, need in enumerate(dict.fromkeys(need for shape in shapes for need in shape.needs))}
    needs = tuple(sum(bits[need] for need in set(shape.needs)) for shape in shapes)
    parts = [part for need in bits for part in need]
    parts += [head.word for shape in shapes for head in shape.heads or ()]
    longest = max(map(len, parts), default=0)
    return Finder(regexes, anyhow, needs, _sayings(shapes, bits, longest), longest)


def _sayings(shapes: Sequence[Shape], bits: Mapping[Need, int], longest: int) -> Callable[[str], _Said]:
    """Return a function that tells of a word what it offers; no part of it that matters is longer than `longest`."""
    heads: dict[str, list[tuple[int, bool, bool]]] = {}
    for number, shape in enumerate(shapes):
        for head in shape.heads or ():
            heads.setdefault(head.word, []).append((number, head.ends, shape.at_word))
    meets: dict[str, int] = {}
    for need, bit in bits.items():
        for part in need:
            meets[part] = meets.get(part, 0) | bit

    def offers(word: str) -> _Said:
        plain = "".join("0" if sign.isdecimal() and not sign.isascii() else sign for sign in word)
        found: dict[tuple[int, int], None] = {}
        met = 0
        for start in range(len(word)):
            for end in range(start + 1, min(len(word), start + longest) + 1):
                met |= meets.get(word[start:end], 0)
                for number, ends, at_word in heads.get(plain[start:end], ()):
                    if not (at_word and start) and not (ends and end < len(word)):
                        found[number, start] = None
        return tuple(found), met

    remembered = lru_cache(_REMEMBERED)(offers)
    return lambda word: remembered(word) if word.isalpha() or len(word) <= _SHORT else offers(word)


def search(regex: re.Pattern[str], text: str, places: Places, at: int, end: int) -> re.Match[str] | None:
    """Return what `regex.search(text, at, end)` does, given where in the text it may begin."""
    if places is None:
        return regex.search(text, at, end)
    for number in range(bisect_left(places, at), len(places)):
        if places[number] > end:
            break
        if match := regex.match(text, places[number], end):
            return match
    return None


def find_all(regex: re.Pattern[str], text: str, places: Places) -> Iterator[re.Match[str]]:
    """Yield what `regex.finditer(text)` does, given where in the text it may begin."""
    if places is None:
        yield from regex.finditer(text)
        return
    done = 0
    for place in places:
        if place >= done and (match := regex.match(text, place)):
            yield match
            done = match.end()
