"""Fractured vertebrae that are no lesion, and why they broke (reading rules, section 7)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from extractor.reading.cues import Mention
from extractor.reading.page import Page
from extractor.reading.sites import Site
from extractor.reading.statements import Statement
from extractor.record import FractureCause, OtherFracture
from extractor.values import level_order

#: So many sentences further on the cause may be told.
_ONWARD: Final = 3
#: "All of them are osteoporotic", "These are insufficiency fractures."
_ALL: Final = re.compile(
    r"\b(?:all (?:of )?(?:them|these|those|(?:the )?fractures|two|three|four|five)|all (?:are|have|with|show)"
    r"|these|those|both|they|(?:two|three|four|five) (?:\w+ )?fractures)\b"
)
#: "Osteoporotic fracture of T12. Old fractures of L1 and L3 of the same nature."
_SAME: Final = re.compile(r"\b(?:same|similar|like) (?:nature|kind|type|sort|cause|origin|aetiology|etiology)\b")
_FRACTURE: Final = re.compile(r"fractur|collaps|compress|wedg|\bfx\b")
#: Causes that stand alone; "benign" and the like may be said of much else.
_PLAIN: Final = re.compile(r"osteopor|insufficien|fragility|traumatic")
_OPEN: Final = re.compile(r"\b(?:or|versus|vs|metasta\w+|patholog\w+|malignan\w+)\b|\?")


def read_fractures(
    statements: Sequence[Statement],
    lesions: Sequence[str],
    mentions: Sequence[Mention],
    page: Page,
    sites: Sequence[Site],
) -> tuple[OtherFracture, ...]:
    """Return collapsed or fractured vertebrae that are no lesion, with the cause the report gives."""
    found: dict[str, OtherFracture] = {}
    places: dict[str, int] = {}
    causes = [one for one in mentions if one.rule.field == "cause"]
    for one in statements:
        if (
            one.field != "collapse"
            or any(grade.startswith("kept") for grade in one.grades)
            or one.target.scope != "own"
        ):
            continue
        cause = _cause(one, causes, page)
        for level in one.target.levels:
            if level not in lesions and (level not in found or found[level].cause == "unstated"):
                found[level] = OtherFracture(level, cause, (one.evidence,))
                places.setdefault(level, one.mention.sentence)
    if any(one.cause == "unstated" for one in found.values()):
        found |= _explained(found, places, [one for one in causes if not sites[one.sentence].levels], page)
    return tuple(found[level] for level in sorted(found, key=level_order))


def _cause(one: Statement, causes: Sequence[Mention], page: Page) -> FractureCause:
    """Return the cause named nearest to a fracture, in its part of the sentence first."""
    near = [other for other in causes if other.sentence == one.mention.sentence]

    def distance(other: Mention) -> tuple[bool, int]:
        low, high = min(other.end, one.mention.end), max(other.start, one.mention.start)
        return "," in page.text[low:high], max(0, high - low)

    sentence = page.sentences[one.mention.sentence]
    if not near and _SAME.search(page.text, sentence.start, sentence.end):
        near = [other for other in causes if other.sentence == one.mention.sentence - 1]
    nearest = min(near, key=distance, default=None)
    return "unstated" if nearest is None or nearest.denied else nearest.rule.grades[0]  # type: ignore[return-value]


def _explained(
    found: dict[str, OtherFracture], places: dict[str, int], causes: Sequence[Mention], page: Page
) -> dict[str, OtherFracture]:
    """Return fractures whose cause is told in a sentence further on that names no level ("It is osteoporotic.")."""
    told: dict[str, OtherFracture] = {}
    for cause in causes:
        if not _explains(cause, page):
            continue
        sentence = page.sentences[cause.sentence]
        before = [level for level, at in places.items() if cause.sentence - at > 0]
        if _ALL.search(page.text, sentence.start, sentence.end):
            about = [level for level in before if cause.sentence - places[level] <= 2 * _ONWARD]
        else:
            last = max((places[level] for level in before), default=-1)
            near = last >= 0 and cause.sentence - last <= _ONWARD and page.sentences[last].unit == sentence.unit
            about = [level for level in before if places[level] == last] if near else []
        for level in about:
            if found[level].cause == "unstated" and level not in told:
                told[level] = replace(found[level], cause=cause.rule.grades[0])  # type: ignore[arg-type]
    return told


def _explains(cause: Mention, page: Page) -> bool:
    """Tell whether a cause is said outright, of a fracture named before."""
    sentence = page.sentences[cause.sentence]
    if cause.denied or cause.past or cause.hedge == "possible" or sentence.section == "history":
        return False
    if _OPEN.search(page.text, sentence.start, sentence.end):
        return False
    plain = _PLAIN.search(page.text, cause.start, cause.end)
    return bool(plain or _FRACTURE.search(page.text, sentence.start, sentence.end))
