"""Find where rules match, trying each only at the words its matches may begin with."""

from __future__ import annotations

import re
import sys
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Final, Generic, TypeVar

from extractor.patterns import Rule, compiled
from extractor.reading.kept import asked_by
from extractor.reading.offers import NONE, Asked, Beginnings, Said

_WORD: Final = re.compile(r"\w+|[^\w ]")
_TOKEN: Final = re.compile(r"\w+|[^\w ]| +")
#: The words of a match, and where it starts; mapped, sooner than asked for one by one.
_GROUP: Final = itemgetter(0)
_START: Final = re.Match.start
#: How many words are remembered with what they offer, the common ones of an archive; memory stays flat.
_REMEMBERED: Final = 8_192
#: Codes and small numbers come again ("t12", "2024"); long ones are one patient's and seldom do.
_SHORT: Final = 4
_LONG: Final = 24

#: Where a regex may begin to match, in order; None: anywhere.
Places = Sequence[int] | None
Owner = TypeVar("Owner")


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text, each other sign being one and blanks none, with where they start; an empty one ends it."""

    words: tuple[str, ...]
    starts: tuple[int, ...]

    def within(self, start: int, end: int) -> Words:
        """Return the words that start in a stretch of the text."""
        first, last = bisect_left(self.starts, start), bisect_left(self.starts, end)
        return Words((*self.words[first:last], ""), (*self.starts[first:last], end))

    def by_line(self) -> tuple[frozenset[str], ...]:
        """Return the words of each line."""
        return tuple(frozenset(self.words[first:last]) for first, last in _lines(self.words))


def words_of(text: str) -> Words:
    """Return the words of a text."""
    found = list(_WORD.finditer(text))
    return Words((*map(_GROUP, found), ""), (*map(_START, found), len(text)))


@dataclass(frozen=True, slots=True)
class Finder(Generic[Owner]):
    """Regexes with what each belongs to and what they ask of the words they are tried at."""

    regexes: tuple[tuple[Owner, str], ...]
    asked: Asked
    remembered: dict[str, Said] = field(default_factory=dict)

    def places(
        self, text: str, words: Words | None = None, *, by_line: bool = False
    ) -> Iterator[tuple[Owner, re.Pattern[str], Places]]:
        """Yield what may match somewhere in a text, in order, with the places where it may begin.

        With `by_line`, matches that leave their line are of no interest.
        """
        words = words or words_of(text)
        said = self._said(words.words)
        found: dict[int, list[int]] = defaultdict(list)
        anyhow: set[int] = set()
        for first, last in _lines(words.words) if by_line else [(0, len(said) - 1)]:
            self._add(words, said, first, last, found, anyhow)
        for number in sorted(found.keys() | anyhow):
            owner, source = self.regexes[number]
            yield owner, compiled(source), None if number in anyhow else sorted(found[number])

    def _said(self, words: Sequence[str]) -> list[Said]:
        """Return what each word offers."""
        remembered = self.remembered
        return [remembered.get(word) or self.said(word) for word in words]

    def _add(
        self, words: Words, said: Sequence[Said], first: int, last: int, found: dict[int, list[int]], anyhow: set[int]
    ) -> None:
        """Add what may match within some of the words; `last` is what ends them.

        What a match needs stands in it: so words are taken from the last to the first, with what is met behind each.
        """
        starts = words.starts
        met = {NONE}
        follows = frozenset(met)
        for at in range(last, first - 1, -1):
            free, begins, asks, after_blank, meets, here = said[at]
            if after_blank:
                self._add_behind_blank(words, at, after_blank, met | meets, found)
            if at < last:
                start = starts[at]
                for following, begun in free:
                    if following in follows:
                        for offset, number in begun:
                            found[number].append(start + offset)
                met |= meets
                for rarest in asks & met:
                    for following, needs, begun in begins[rarest]:
                        if following in follows and needs <= met:
                            for offset, number in begun:
                                found[number].append(start + offset)
            follows = here
        for number, needs in self.asked.anyhow:
            if needs <= met:
                anyhow.add(number)

    def _add_behind_blank(
        self, words: Words, at: int, begins: Beginnings, met: set[int], found: dict[int, list[int]]
    ) -> None:
        """Add what may match from one of the blanks before a word on."""
        behind = words.starts[at - 1] + len(words.words[at - 1]) if at else 0
        places = range(behind, words.starts[at])
        for rarest in begins.keys() & met:
            for _, needs, begun in begins[rarest]:
                if needs <= met:
                    for _, number in begun:
                        found[number] += places

    def said(self, word: str) -> Said:
        """Return what a word offers."""
        known = self.remembered.get(word)
        if known is None:
            known = self.asked.offers.of(word)
            if len(word) <= (_LONG if word.isalpha() else _SHORT):
                if len(self.remembered) >= _REMEMBERED:
                    self.remembered.clear()
                self.remembered[word] = known
        return known

    def opening(self, text: str, at: int = 0) -> list[tuple[Owner, re.Pattern[str]]]:
        """Return what may match right at a place of a text, in order."""
        begun = self._begun(text, at)
        if self.asked.anyhow:
            begun += [number for number, _ in self.asked.anyhow]
        chosen = [self.regexes[number] for number in sorted(set(begun))]
        return [(owner, compiled(source)) for owner, source in chosen]

    def _begun(self, text: str, at: int) -> list[int]:
        """Return what may begin with the word, or the blanks, at a place."""
        longest = self.asked.offers.longest + 1
        first = _TOKEN.match(text, at, at + longest)
        if first is None:
            return []
        free, begins = self.said(first[0])[:2]
        blank = first[0][0] == " "
        if not (free or begins or blank):
            return []
        then = _TOKEN.match(text, first.end(), first.end() + longest)
        if then and then[0][0] == " ":
            then = _TOKEN.match(text, then.end(), then.end() + longest)
        said = self.said(then[0] if then else "")
        if blank:
            free, begins = (), said[3]
        follows = said[5]
        return [
            number
            for following, begun in [*free, *[(one[0], one[2]) for some in begins.values() for one in some]]
            if following in follows
            for start, number in begun
            if not start
        ]


def _lines(words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield where the words of each line start and end, its line end left out."""
    first = 0
    for at, word in enumerate(words):
        if word in {"\n", ""}:
            yield first, at
            first = at + 1


def finder_of(rules: Iterable[Rule]) -> Finder[Rule]:
    """Return a finder of all regexes of some rules."""
    return build_finder((rule, source) for rule in rules for source in rule.sources)


def build_finder(owned: Iterable[tuple[Owner, str]]) -> Finder[Owner]:
    """Return a finder of regexes, each with what it belongs to."""
    regexes = tuple(owned)
    return Finder(regexes, asked_by([source for _, source in regexes]))


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


def find_all(
    regex: re.Pattern[str], text: str, places: Places, start: int = 0, end: int = sys.maxsize
) -> Iterator[re.Match[str]]:
    """Yield what `regex.finditer(text, start, end)` does, given where in the text it may begin."""
    if places is None:
        yield from regex.finditer(text, start, end)
        return
    done = start
    for place in places:
        if place >= done and (match := regex.match(text, place, end)):
            yield match
            done = match.end()
