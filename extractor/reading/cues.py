"""Words that say how other words are meant, what a rule found, and the clause it stands in."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from extractor.patterns import Patterns, Rule
from extractor.reading.finder import Finder, find_all, finder_of
from extractor.reading.page import Page


@dataclass(frozen=True, slots=True)
class Mention:
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


#: No cue is longer than a sentence (segment.py cuts those).
_LONGEST: Final = 1300


@dataclass(frozen=True, slots=True)
class Cue:
    """Words that say how other words are meant."""

    kind: str
    tags: frozenset[str]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Cues:
    """All cues and context words of a page, by kind."""

    by_kind: dict[str, tuple[Cue, ...]]

    def within(self, kind: str, start: int, end: int) -> list[Cue]:
        """Return the cues of a kind that touch a stretch."""
        cues = self.by_kind.get(kind, ())
        first = bisect_left(cues, start - _LONGEST, key=lambda cue: cue.start)
        last = bisect_left(cues, end, key=lambda cue: cue.start)
        return [cue for cue in cues[first:last] if cue.end > start]


def find_cues(page: Page, patterns: Patterns) -> Cues:
    """Return the context words of a page."""
    found: dict[str, list[Cue]] = {}
    for rule, regex, places in _finder(patterns).places(page.text, page.words):
        for match in find_all(regex, page.text, places):
            found.setdefault(rule.grades[0], []).append(Cue(rule.grades[0], rule.tags, match.start(), match.end()))
    return Cues({kind: tuple(sorted(cues, key=lambda cue: cue.start)) for kind, cues in found.items()})


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
