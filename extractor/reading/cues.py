"""Words that say how other words are meant, what a rule found, and the clause it stands in."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from extractor.patterns import Patterns, Rule
from extractor.reading.finder import Finder, Places, finder_of
from extractor.reading.page import Page


class Mention(NamedTuple):
    """Words a rule found, with how they are said; offsets on the page."""

    rule: Rule
    start: int
    end: int
    sentence: int
    denied: bool = False
    hedge: str = ""
    past: bool = False
    amount: str = ""
    #: Where the denying words start, for the evidence.
    cue_start: int = -1


class Cue(NamedTuple):
    """Words that say how other words are meant."""

    kind: str
    tags: frozenset[str]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Cues:
    """All cues and context words of a page: of each sentence, by kind, in order; and where sentences start."""

    by_sentence: tuple[Mapping[str, Sequence[Cue]], ...]
    starts: tuple[int, ...]

    def within(self, kind: str, start: int, end: int) -> list[Cue]:
        """Return the cues of a kind that touch a stretch."""
        starts, found = self.starts, []
        at = bisect_right(starts, start) - 1
        while at < len(starts) and starts[at] < end:
            if cues := self.by_sentence[at].get(kind):
                found += [cue for cue in cues if cue.end > start and cue.start < end]
            at += 1
        return found


def find_cues(page: Page, patterns: Patterns) -> Cues:
    """Return the context words of a page."""
    found: list[Cue] = []
    for rule, regex, places in _finder(patterns).places(page.text, page.words, by_line=True):
        kind, tags = rule.grades[0], rule.tags
        found += [Cue(kind, tags, *match.span()) for match in matches_on(page, regex, places)]
    by_sentence: list[dict[str, list[Cue]]] = [{} for _ in page.sentences]
    for cue in sorted(found, key=_start_of):
        by_sentence[page.sentence_at(cue.start)].setdefault(cue.kind, []).append(cue)
    return Cues(tuple(by_sentence), page.starts)


def matches_on(page: Page, regex: re.Pattern[str], places: Places) -> Iterator[re.Match[str]]:
    """Yield the matches of a regex that may begin at some places, none of which leaves its sentence."""
    text, done = page.text, 0
    if places is None:
        for one in page.sentences:
            yield from regex.finditer(text, one.start, one.end)
        return
    for place in places:
        match = regex.match(text, place) if place >= done else None
        if match is None:
            continue
        end = page.sentences[page.sentence_at(place)].end
        if match.end() > end:
            match = regex.match(text, place, end)
        if match:
            yield match
            done = max(match.end(), place + 1)


def _start_of(cue: Cue) -> int:
    return cue.start


@lru_cache(8)
def _finder(patterns: Patterns) -> Finder[Rule]:
    return finder_of(patterns.of("context"))


def clause(page: Page, sentence: int, start: int, end: int) -> tuple[int, int]:
    """Return the stretch between the clause boundaries around some words."""
    left, right = page.sentences[sentence].start, page.sentences[sentence].end
    for cut, beyond in page.cuts[sentence]:
        if beyond <= start:
            left = beyond
        elif cut >= end:
            right = cut
            break
    return left, right
