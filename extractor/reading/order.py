"""Find levels that are named by their order ("the former", "the more caudal lesion")."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from extractor.reading.levels import LevelMention
from extractor.reading.notation import Atom
from extractor.reading.page import Page, Sentence
from extractor.values import level_order

_LESION_NOUN: Final = r"(?:lesions?|one|levels?|metastas[ie]s|deposits?|vertebra|body|fracture|site)"
#: "A second deposit" is a new one; "the second deposit", and a table's "upper lesion", are known.
_THE: Final = r"(?:\bthe |^|: |, (?=former|latter))"
_ALONE: Final = (
    r"(?= (?:carries|threatens|lies|sits|involves|measures|replaces|contains|occupies|extends|remains|was"
    r"|(?:osteo)?(?:lytic|blastic)|sclerotic|mixed|with|is|has|shows|its|the|a|an|there|of (?:these|them"
    r"|the two))| *(?:[,;.]|$))"
)
_FIRST: Final = re.compile(
    rf"{_THE}(?:former\b|(?:first|upper|uppermost|higher|(?:more )?(?:cranial|cephalad|superior|rostral"
    rf"|proximal)(?:ly located)?)"
    rf" {_LESION_NOUN}\b|(?:first|upper){_ALONE})",
    re.MULTILINE,
)
_LAST: Final = re.compile(
    rf"{_THE}(?:latter\b|(?:second|lower|lowermost|lowest|(?:more )?(?:caudal|inferior"
    rf"|distal)) {_LESION_NOUN}\b(?! end-?plate)"
    rf"|(?:second|lower|last){_ALONE})",
    re.MULTILINE,
)
#: One of these stands in every match of the two.
ORDER_WORDS: Final = (
    frozenset({"former", "first", "upper", "uppermost", "higher", "cranial", "cranially", "cephalad", "cephaladly"})
    | frozenset({"superior", "superiorly", "rostral", "rostrally", "proximal", "proximally", "latter", "second"})
    | frozenset({"lower", "lowermost", "lowest", "caudal", "inferior", "distal", "last"})
)


def with_order_words(
    levels: tuple[LevelMention, ...], page: Page, sentence: Sentence, group: Sequence[str]
) -> tuple[LevelMention, ...]:
    """Add "the former", "the more caudal lesion" and the like as expressions of the level they stand for."""
    if len(group) < 2 and not levels:
        return levels
    found = list(levels)
    for pattern, place in ((_FIRST, 0), (_LAST, -1)):
        for match in pattern.finditer(page.text, sentence.start, sentence.end):
            earlier = [level for one in levels if one.end <= match.start() for level in one.levels]
            among = list(dict.fromkeys(earlier)) if len(set(earlier)) > 1 else list(group)
            if len(among) < 2:
                continue
            by_place = not re.search(r"former|latter|first|second", match[0])
            level = (sorted(among, key=level_order) if by_place else among)[place]
            atom = Atom(level, match.start(), match.end())
            found.append(LevelMention(match.start(), match.end(), (level,), (atom,)))
    return levels if len(found) == len(levels) else tuple(sorted(found, key=lambda one: one.start))
