"""Read one document: from its text to what it says of each vertebra and of the whole spine, not yet resolved."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from extractor.patterns import Patterns, load_patterns
from extractor.reading.addenda import find_renames
from extractor.reading.changes import changed_vertebrae, read_changes
from extractor.reading.cues import Mention
from extractor.reading.discussion import find_sites
from extractor.reading.findings import (
    read_pain,
    read_presence,
    read_stated_sins,
    read_symptoms,
)
from extractor.reading.fold import fold
from extractor.reading.lesions import find_lesions
from extractor.reading.levels import find_levels
from extractor.reading.matter import Nouns
from extractor.reading.mentions import find_mentions
from extractor.reading.page import Page, Sentence
from extractor.reading.resolving import resolve_fields
from extractor.reading.sites import Site, name_sites
from extractor.reading.statements import LINKED, Statement, read_statements
from extractor.reading.treatments import read_treatments
from extractor.record import Change, FieldValue, StatedSins, Treatment
from extractor.values import Certainty, Evidence, Region, region_of, sort_levels

FIELDS_READ = (
    *LINKED,
    "lesion",
    "pain",
    "symptom",
    "leptomeningeal",
    "intramedullary",
    "diffuse",
    "treatment",
    "cause",
    "stated_sins",
    "change",
)
_SPINE = re.compile(r"\bspin(?:e|al)\b|vertebra|\bsacr(?:um|al)\b|\b[ctl]-?spine|\bcord\b")
#: Targets of statements that name their levels.
_NAMED: Final = frozenset({"own", "only", "except"})


@dataclass(frozen=True)
class Said:
    """What one document says; its pain is that of the whole document, `lesions` are its own.

    `regions` are those its examination covers (empty: it does not say), so that "alignment normal" in a lumbar
    study says nothing of T7.
    """

    text: str
    page: Page
    mentions: tuple[Mention, ...]
    sites: tuple[Site, ...]
    statements: tuple[Statement, ...]
    lesions: dict[str, tuple[Certainty, tuple[Evidence, ...]]]
    pain: FieldValue
    treatments: tuple[Treatment, ...]
    changes: tuple[Change, ...]
    regions: frozenset[Region] = frozenset()

    def fields_at(self, level: str) -> dict[str, FieldValue]:
        """Return all twelve fields of a vertebra as this document has them."""
        return resolve_fields(level, self.statements_at(level), self.pain)

    def statements_at(self, level: str) -> Sequence[Statement]:
        """Return the statements that may reach a vertebra: beyond the regions examined, those that name it only."""
        if level in self.lesions or not self.regions or region_of(level) in self.regions:
            return self.statements
        return [one for one in self.statements if one.target.scope in _NAMED and level in one.target.levels]

    @cached_property
    def symptoms(self) -> dict[str, FieldValue]:
        """Return the symptoms its history states."""
        return read_symptoms(self.mentions, self.page, self.text)

    @cached_property
    def presences(self) -> dict[str, FieldValue]:
        """Return leptomeningeal and intramedullary disease."""
        wanted = ("leptomeningeal", "intramedullary")
        return {field: read_presence(field, self.mentions, self.page, self.text) for field in wanted}

    @cached_property
    def stated_sins(self) -> tuple[StatedSins, ...]:
        """Return the SINS totals it states."""
        return read_stated_sins(self.mentions, self.page, self.text, self.sites)


def read_document(
    text: str, page: Page, rules: Patterns, *, clinical: bool = False, regions: frozenset[Region] = frozenset()
) -> Said:
    """Read a text that is laid out as a document of its case; `regions` are those its examination covers.

    `clinical`: a request or note, which states history and no image, whatever its headings are.
    """
    if clinical:
        page = replace(page, sentences=tuple(_told(one) for one in page.sentences))
    mentions, cues, offered = find_mentions(page, FIELDS_READ, rules)
    nouns = Nouns(page, rules)
    renames = find_renames(page, rules)
    corrections = {one.sentence for one in renames}
    mentions = [one for one in mentions if one.sentence not in corrections]
    named = name_sites(page, page.plain, offered, rules, renames)
    first = find_sites(page, page.plain, named)
    found = find_lesions(mentions, page, text, first, changed_vertebrae(mentions, page, text, first, nouns))
    sites = find_sites(page, page.plain, named, tuple(found))
    treatments = read_treatments(mentions, page, text, named, sites)
    fused = sort_levels(level for one in treatments if one.kind == "fusion" for level in one.levels)
    return Said(
        text=text,
        page=page,
        mentions=tuple(mentions),
        sites=tuple(sites),
        statements=tuple(read_statements(mentions, page, text, sites, cues, tuple(found), fused)),
        lesions=found,
        pain=read_pain(mentions, page, text),
        treatments=treatments,
        changes=read_changes(mentions, page, text, sites, nouns, tuple(found)),
        regions=regions,
    )


def _told(sentence: Sentence) -> Sentence:
    """Take a sentence of a request or note as history, but for what is said under every report."""
    return sentence if sentence.section == "boilerplate" else replace(sentence, section="history")


def mentions_spine(text: str) -> bool:
    """Tell whether a text speaks of the spine at all: a vertebral level or the word itself."""
    folded = fold(text)
    return bool(_SPINE.search(folded)) or any(
        one.role == "vertebra" for line in folded.split("\n") for one in find_levels(line, line, load_patterns())
    )
