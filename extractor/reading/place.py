"""A mention where it stands: the clause and the levels around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from extractor.reading.cues import Mention, clause
from extractor.reading.levels import LevelMention
from extractor.reading.page import Page
from extractor.reading.sites import Site
from extractor.values import Region

#: "An unstable atlanto-axial segment with cord compression" names C1 and C2 for these.
_OF_JOINTS: Final = frozenset({"alignment", "epidural", "escc", "cord_compression"})


# Not frozen, since that takes three times as long to make and there are many; none is ever changed.
@dataclass(slots=True)
class Place:
    """A mention where it stands: its clause, the levels named in, before and after it, the regions it is limited to."""

    mention: Mention
    page: Page
    site: Site
    known: Sequence[str]
    start: int
    end: int
    before: list[LevelMention]
    here: list[LevelMention]
    inside: list[LevelMention]
    after: list[LevelMention]
    regions: frozenset[Region]
    #: Denied or normal.
    quiet: bool
    tags: frozenset[str]
    #: The words of its sentence.
    said: frozenset[str]


def placed(mention: Mention, page: Page, site: Site, known: Sequence[str]) -> Place:
    if mention.rule.field in _OF_JOINTS and site.joints:
        site = replace(site, levels=tuple(sorted((*site.levels, *site.joints), key=lambda one: one.start)))
    start, end = clause(page, mention.sentence, mention.start, mention.end)
    before, here, inside, after = _around(mention, site.levels, start, end) if site.levels else ([], [], [], [])
    tags = mention.rule.tags
    quiet = mention.denied or "normal" in tags
    regions = page.sentences[mention.sentence].regions
    said = page.said[mention.sentence]
    return Place(mention, page, site, known, start, end, before, here, inside, after, regions, quiet, tags, said)


def _around(
    mention: Mention, levels: Sequence[LevelMention], start: int, end: int
) -> tuple[list[LevelMention], list[LevelMention], list[LevelMention], list[LevelMention]]:
    """Return the levels before a mention, those of them in its clause, those inside and those after it.

    Those before count from beyond its clause only where the clause itself names none.
    """
    before: list[LevelMention] = []
    inside: list[LevelMention] = []
    further = False
    for one in levels:
        if one.start < mention.start or one.end <= mention.start + 1:
            before.append(one)
        elif start <= one.start < end:
            further = True
        if one.start >= mention.start and one.end <= mention.end:
            inside.append(one)
    here = [one for one in before if one.start >= start]
    before = here or ([] if further else before)
    return before, here, inside, [one for one in levels if one.start >= mention.end - 3 and one not in before]
