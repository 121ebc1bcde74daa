"""Read corrections of a level in an addendum ("the vertebra called L2 above is in fact L3")."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from extractor.patterns import Patterns
from extractor.reading.levels import LevelMention, find_levels
from extractor.reading.notation import Atom
from extractor.reading.page import Page

_CORRECTS: Final = re.compile(
    r"should (?:have )?(?:be(?:en)? )?(?:read|say|state|correct)|should be [cdtl]h?\d|\bnot [cdtl]h?\d"
    r"|to be read|be read as|in fact|actually"
    r"|really|correct(?:ed|ion|ly)?\b|re-?count"
    r"|erro(?:r|neous)|mis-?(?:label|number|dictat|typ)|instead of|rather than|, not\b|\(not\b|typo"
    r"|(?:called|calls|designated|labell?ed|numbered|described|reported|referred to)\b.* (?:is|are|lies?|corresponds?) "
    r"|given (?:above |here )?as|please read|\b(?:refers?|appl(?:y|ies)|belongs?|pertains?) to\b"
    r"|for .{2,12} read|read .{2,12} for|wrong|amend"
)
_OPPOSED: Final = re.compile(
    r"\b(?:is|are|was|were|should|read|be|not|instead|rather|correct\w*|to|as|for|really|actually|lies|corresponds|refers|appl(?:y|ies)|belongs|pertains)\b|->|="
)
_IMPRESSION: Final = re.compile(r"\b(?:impression|conclusion|opinion|summary)\b")
_WHOLE_REPORT: Final = re.compile(r"\b(?:findings|body|throughout|whole report|above|everywhere|both)\b")


@dataclass(frozen=True, slots=True)
class Rename:
    """A level an addendum corrects; `section` limits it to the impression where the addendum says so."""

    wrong: str
    right: str
    section: str = ""
    #: The sentence that says so; it states nothing else.
    sentence: int = -1


def find_renames(page: Page, patterns: Patterns) -> tuple[Rename, ...]:
    """Return the corrections of the addenda; one is never guessed from a single level."""
    found: list[Rename] = []
    for number, sentence in enumerate(page.sentences):
        if sentence.section != "addendum":
            continue
        words = page.text[sentence.start : sentence.end]
        if not _CORRECTS.search(words):
            continue
        only = _IMPRESSION.search(words) and not _WHOLE_REPORT.search(words)
        for wrong, right in _pairs(words, [one for one in find_levels(words, words, patterns) if not one.pair]):
            found.append(Rename(wrong, right, section="impression" if only else "", sentence=number))
    return tuple(found)


def renamed(mention: LevelMention, section: str, renames: Sequence[Rename]) -> LevelMention:
    """Return a level expression as its addendum wants it read."""
    if section == "addendum" or not renames:
        return mention
    right = {one.wrong: one.right for one in renames if one.section in ("", section)}
    atoms = tuple(replace(one, level=right.get(one.level, one.level)) for one in mention.atoms)
    return replace(
        mention, levels=tuple(dict.fromkeys(right.get(level, level) for level in mention.levels)), atoms=atoms
    )


def _pairs(words: str, found: list[LevelMention]) -> list[tuple[str, str]]:
    """Return (wrong, right) of two lists ("those called L1 and L3 are T12 and L2"), or of levels that words oppose."""
    for above, below in pairwise(found):
        if len(above.levels) == len(below.levels) > 1 and _OPPOSED.search(words, above.end, below.start):
            return list(zip(above.levels, below.levels, strict=True))
    atoms = [atom for one in found for atom in one.atoms]
    pairs: list[tuple[str, str]] = []
    while len(atoms) > 1:
        pair = _pair(words, *atoms[:2])
        pairs += [pair] if pair else []
        atoms = atoms[2 if pair else 1 :]
    return pairs


def _pair(words: str, first: Atom, second: Atom) -> tuple[str, str] | None:
    """Return (wrong, right) of two neighbouring levels, if the words between oppose them."""
    apart = words[first.end : second.start]
    counted = re.search(r"\b(?:from|below|above|to)(?: the)? $", words[: first.start])  # "counting from C2, ..."
    if counted or first.level == second.level or not _OPPOSED.search(apart):
        return None
    if re.search(r"\bnot\b|instead of|rather than|\bfor\b(?! .*read)", apart):
        return second.level, first.level
    return first.level, second.level
