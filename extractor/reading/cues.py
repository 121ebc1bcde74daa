"""Words that say how other words are meant, what a rule found, and the clause it stands in."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from extractor.patterns import Rule
from extractor.reading.page import Page


# Not frozen, as all of which a report makes hundreds: they are made, and read, sooner.
@dataclass(slots=True)
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


@dataclass(slots=True)
class Cue:
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


def in_order(by_sentence: Iterable[dict[str, list[Cue]]], starts: tuple[int, ...]) -> Cues:
    """Return the cues of sentences, by kind, that start at some places, in the order of the text."""
    found = tuple(by_sentence)
    for kinds in found:
        for cues in kinds.values():
            if len(cues) > 1:
                cues.sort(key=_place)
    return Cues(found, starts)


def _place(cue: Cue) -> tuple[int, int]:
    return cue.start, cue.end


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
