"""Find where rules match, trying each only at the words its matches may begin with."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from extractor.patterns import Rule
from extractor.reading.shape import Shape, shape_of

_TOKEN: Final = re.compile(r"\w+|\W")
#: How many words are remembered with what may begin in them: the common ones of an archive.
_REMEMBERED: Final = 100_000

#: Where a regex may begin to match, in order; None: anywhere.
Places = Sequence[int] | None


@dataclass(frozen=True, slots=True)
class Finder:
    """Rules with each of their regexes, and what tells which of them may begin in a word, and where in it."""

    regexes: tuple[tuple[Rule, re.Pattern[str]], ...]
    anyhow: tuple[int, ...]
    begun: Callable[[str], tuple[tuple[int, int], ...]]

    def places(self, text: str) -> Iterator[tuple[Rule, re.Pattern[str], Places]]:
        """Yield what may match somewhere in a text, in the order of the rules, with the places where it may begin."""
        places: list[list[int]] = [[] for _ in self.regexes]
        start = 0
        for word in _TOKEN.findall(text):
            for number, offset in self.begun(word):
                places[number].append(start + offset)
            start += len(word)
        for number, (rule, regex) in enumerate(self.regexes):
            if places[number]:
                yield rule, regex, places[number]
            elif number in self.anyhow:
                yield rule, regex, None

    def opening(self, text: str, at: int = 0) -> Iterator[tuple[Rule, re.Pattern[str]]]:
        """Yield what may match right at a place of a text, in the order of the rules."""
        word = _TOKEN.match(text, at)
        here = {number for number, offset in self.begun(word[0]) if not offset} if word else set()
        for number in sorted(here.union(self.anyhow)):
            yield self.regexes[number]


def build_finder(rules: Iterable[Rule]) -> Finder:
    """Return a finder of all regexes of some rules."""
    regexes = tuple((rule, regex) for rule in rules for regex in rule.regexes)
    shapes = [shape_of(regex) for _, regex in regexes]
    anyhow = tuple(number for number, shape in enumerate(shapes) if shape.heads is None)
    return Finder(regexes, anyhow, _beginnings(shapes))


def _beginnings(shapes: Sequence[Shape]) -> Callable[[str], tuple[tuple[int, int], ...]]:
    """Return a function that gives for a word which regexes may begin in it, by number, and where."""
    heads: dict[str, list[tuple[int, bool, bool]]] = {}
    for number, shape in enumerate(shapes):
        for head in shape.heads or ():
            heads.setdefault(head.word, []).append((number, head.ends, shape.at_word))
    longest = max(map(len, heads), default=0)

    @lru_cache(_REMEMBERED)
    def begun(word: str) -> tuple[tuple[int, int], ...]:
        ascii_digits = "".join("0" if sign.isdecimal() and not sign.isascii() else sign for sign in word)
        found: dict[tuple[int, int], None] = {}
        for start in range(len(word)):
            for end in range(start + 1, min(len(word), start + longest) + 1):
                for number, ends, at_word in heads.get(ascii_digits[start:end], ()):
                    if not (at_word and start) and not (ends and end < len(word)):
                        found[number, start] = None
        return tuple(found)

    return begun


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
