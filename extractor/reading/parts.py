"""Divide a sentence among its words of change ("T7 larger, | L2 unchanged")."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from extractor.reading.cues import Mention
from extractor.reading.levels import LevelMention
from extractor.reading.page import Page, Sentence
from extractor.reading.sites import Site

_SEPARATOR: Final = re.compile(r"[,;]|\b(?:and|or|but|with|while|whereas)\b| - | / ")


@dataclass(frozen=True, slots=True)
class Part:
    """A word of change with the part of its sentence that goes with it."""

    mention: Mention
    page: Page
    site: Site
    start: int
    end: int

    @property
    def sentence(self) -> Sentence:
        """Return the sentence it stands in."""
        return self.page.sentences[self.mention.sentence]

    @property
    def words(self) -> str:
        """Return its text."""
        return self.page.text[self.start : self.end]

    @property
    def before(self) -> str:
        """Return its text before the word of change."""
        return self.page.text[self.start : self.mention.start]

    @property
    def levels(self) -> list[LevelMention]:
        """Return the levels it names."""
        return [one for one in self.site.levels if self.start <= one.start < self.end]


def divide(mentions: Sequence[Mention], page: Page, site: Site) -> list[Part]:
    """Return the parts of a sentence, one for each of its words of change."""
    site = replace(site, levels=_unlisted(site.levels, mentions))
    parts: list[Part] = []
    for at, mention in enumerate(mentions):
        start, end = _clause(page, mention)
        if at and mentions[at - 1].end > start:
            start = _split(mentions[at - 1], mention, page, site, parts[-1].start) or parts[-1].start
        if at + 1 < len(mentions) and mentions[at + 1].start < end:
            end = _split(mention, mentions[at + 1], page, site, start) or end
        parts.append(Part(mention, page, site, start, end))
    return parts


def _unlisted(levels: Sequence[LevelMention], mentions: Sequence[Mention]) -> tuple[LevelMention, ...]:
    """Return the levels of a list one by one where words of change stand between ("T4 (new), T7 (larger)")."""
    found: list[LevelMention] = []
    for one in levels:
        inside = any(one.start < mention.start < one.end for mention in mentions)
        found += [LevelMention(atom.start, atom.end, (atom.level,), (atom,)) for atom in one.atoms] if inside else [one]
    return tuple(found)


def _clause(page: Page, mention: Mention) -> tuple[int, int]:
    """Return the clause of a word; a colon or dash is no end of it ("T7: unchanged")."""
    start, end = page.sentences[mention.sentence].start, page.sentences[mention.sentence].end
    for cut, beyond in page.cuts[mention.sentence]:
        if page.text[cut:beyond] in {": ", " - "}:
            continue
        if beyond <= mention.start:
            start = beyond
        elif cut >= mention.end:
            return start, cut
    return start, end


def _split(first: Mention, second: Mention, page: Page, site: Site, start: int) -> int:
    """Return where the part of one word ends and that of the next begins; 0 where both share one.

    A word that has a level before it leaves the levels that follow to the next one; else it takes the first of them.
    """
    between = [one for one in site.levels if first.end <= one.start and one.end <= second.start]
    places = [
        one.start()
        for one in _SEPARATOR.finditer(page.text, first.end, second.start)
        if not any(level.start <= one.start() < level.end for level in between)
    ]
    if not places:
        return 0
    if any(start <= one.start < first.start for one in site.levels):
        return places[0]
    own = [place for place in places if between and place >= between[0].end]
    leaving = [place for place in own if place < between[-1].start] if len(between) > 1 else []
    return (leaving or own or places)[-1]
