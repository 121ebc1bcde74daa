"""Find level expressions in a folded sentence and tell vertebrae from sequences, discs, roots and the rest."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from extractor.patterns import Patterns
from extractor.reading.finder import search, words_of
from extractor.reading.notation import ATOM, BARE, Atom, level_places, levels_of
from extractor.reading.roles import role_of
from extractor.values import LEVELS, levels_between, next_level

_RANGE: Final = re.compile(
    r" ?(?:-+>|-|\.\.+|to|through|thru|till|until|up to|down to)(?: (?:and including )?)? ?(?:the )?"
)
_LIST: Final = re.compile(
    r" ?(?:,(?: ?and)?(?: also)?|and|&|/|\+|or|nor|as well as|plus)(?: (?:the|at|in|of|also|to|possibly))* ?"
)
EXCEPTED: Final = re.compile(
    r",?(?: \()?(?: but)?\b ?(?:except(?:ing)?|excluding|but not|save|bar|apart from|other than"
    r"|with the exception of|sparing"
    r"|minus|skipping|all but|without)(?: for)?(?: the)? $"
)
_PLACED: Final = re.compile(r"\b(?:at|in|of|involving|within)(?: the)? $")
_CLEAR: Final = re.compile(
    r"(?:,? (?:is|being|was|remains|appears))? (?:clear|normal|free|spared|unremarkable|uninvolved"
    r"|intact|unaffected|not involved|negative)\b"
)
#: "Tumour is back at T11, and T12 below it is now invaded"; "metastases in T13 and L2, C3 spot uncertain".
_SINGULAR: Final = re.compile(r"(?: (?:below|above|vertebra|body|it))* (?:is|has|shows|was)\b")
DOUBTED: Final = re.compile(
    r" (?:spot|lesion|focus|one|deposit|finding)?,? ?(?:is |remains )?(?:uncertain|indeterminate|equivocal|doubtful"
    r"|unclear|questionable|of uncertain)\b"
)
_BY_SIGNAL: Final = re.compile(
    r"(?:bright|dark|low|high|intens\w*|hyper|hypo|signal|weighted)(?: signal)?(?: on"
    r"| in)?(?: both)?(?: the)? $|\bon(?: both)? $"
)
_SIGNAL: Final = re.compile(r"[ -]?(?:signal|weight|w\b|hypo|hyper|iso|dark|bright|images?)")
_DISCAL: Final = re.compile(
    r" (?:\w+ )?(?:dis[ck]|spondylosis|protrusion|bulg|herniat|degenerat|osteophyt|facet|stenosis)"
)
_BETWEEN: Final = re.compile(r"\bbetween (?:the )?$")
#: "... from T4 to T8, and at L1 a tongue of tumour" goes on to say something else.
_ANEW: Final = re.compile(
    r",? (?:a|an|the|there|it|no|tumou?r|epidural|cord|is|are|has|shows?|only|almost|about|some)\b"
)
_GLUED: Final = re.compile(r"(?<![a-z0-9])(?:c7t1|t12l1|l5s1|d12l1|th12l1)(?![a-z0-9])")
_FILLER: Final = re.compile(
    r"(?: |,|/|&|\+|and|or|the|as well as|vertebra[le]?|bod(?:y|ies)|levels?|also|both|at|in|of|left"
    r"|right|side|aspect|to a lesser (?:extent|degree)|"
    r"segments?|lt|rt|possibly|probably|\([^()]{0,60}\))+"
)


@dataclass(frozen=True, slots=True)
class LevelMention:
    """A level expression (single, list or range) with what it stands for.

    `pair`: written as two neighbours ("L4-5"), so possibly a disc or motion segment.
    """

    start: int
    end: int
    levels: tuple[str, ...]
    atoms: tuple[Atom, ...]
    role: str = "vertebra"
    pair: bool = False


def find_levels(
    sentence: str, original: str, patterns: Patterns, places: Sequence[int] | None = None
) -> list[LevelMention]:
    """Return the level expressions of a sentence in order; `original` is the same stretch unfolded.

    `places` are those where a level may be written, as `level_places` finds them; by default they are looked for.
    """
    found: list[LevelMention] = []
    position = 0
    if places is None:
        places = level_places(sentence, words_of(sentence))
    while True:
        mention = _next_expression(sentence, original, places, position)
        if mention is None:
            break
        role = role_of(sentence, mention.start, mention.end, mention.levels, patterns)
        found.append(LevelMention(mention.start, mention.end, mention.levels, mention.atoms, role, mention.pair))
        position = mention.end
    return _without_bare_sacrum(sentence, _without_excepted(sentence, found)) if found else []


def _next_expression(sentence: str, original: str, places: Sequence[int], position: int) -> LevelMention | None:
    while match := search(ATOM, sentence, places, position, len(sentence)):
        position = match.end()
        glued = _GLUED.match(sentence, match.start())
        levels = levels_of(match, original)
        if levels:
            return _extended(
                sentence, original, [Atom(level, match.start(), match.end()) for level in levels], match.end()
            )
        if glued:
            return None
    return None


def _without_excepted(sentence: str, found: list[LevelMention]) -> list[LevelMention]:
    """Take the levels excepted next to a range out of it ("T4 to T7 except T6")."""
    ranges = {
        above.start: below.levels
        for above, below in pairwise(found)
        if len(above.levels) > 2
        and set(below.levels) < set(above.levels)
        and EXCEPTED.fullmatch(sentence, above.end, below.start)
    }
    return [
        replace(one, levels=tuple(level for level in one.levels if level not in ranges[one.start]))
        if one.start in ranges
        else one
        for one in found
    ]


def _extended(sentence: str, original: str, atoms: list[Atom], end: int) -> LevelMention:
    """Take up the ranges and list items that follow the first atom."""
    start, written_pairs, items = atoms[0].start, 0, 1
    while True:
        ranged = _RANGE.match(sentence, end)
        joined = ranged or _LIST.match(sentence, end)
        if not joined or len(atoms) > 40:
            break
        following = _item(sentence, original, joined.end(), atoms[-1].level)
        if following is None and ranged:
            joined, ranged = _LIST.match(sentence, end), None
            following = _item(sentence, original, joined.end(), atoms[-1].level) if joined else None
        if following is None or joined is None:
            break
        held = {atom.level for atom in atoms}
        again = held >= {atom.level for atom in following}
        if again and not ranged and re.search(r",|\b(?:at|in)\b", joined[0]):
            break  # "metastases of T8 and L4, T8 with epidural extension"
        if not ranged and EXCEPTED.search(sentence, 0, start) and re.search(r",.*\b(?:at|in)\b", joined[0]):
            break  # "T4 to T7 except T6, and in L3"
        if not ranged and _stops_list(sentence, joined[0], following, atoms, written_pairs):
            break
        if re.search(r"\b(?:at|in)\b", joined[0]) and _ANEW.match(sentence, following[-1].end):
            break
        items += 1
        if (
            not ranged
            and len(atoms) == 1
            and joined[0].strip() == "and"
            and _BETWEEN.search(sentence, 0, atoms[0].start)
        ):
            ranged = joined  # "oedema between T9 and T11"
        if ranged:
            between = levels_between(atoms[-1].level, following[0].level)
            if not between:
                break
            is_pair = len(between) == 2 and ranged[0].strip() == "-"
            written_pairs += is_pair
            atoms += [Atom(level, following[0].start, following[0].end) for level in between[1:-1]]
        elif joined[0] == "/" and next_level(atoms[-1].level) == following[0].level:
            written_pairs += 1
        atoms += following
        end = following[-1].end
    levels = tuple(dict.fromkeys(atom.level for atom in atoms))
    pair = written_pairs > 0 and (written_pairs * 2 >= items)
    return LevelMention(start, end, levels, tuple(atoms), pair=pair)


def _stops_list(sentence: str, joined: str, following: list[Atom], atoms: list[Atom], pairs: int) -> bool:
    """Tell whether a list item belongs to what follows ("metastasis at D4, D3 clear")."""
    if _PLACED.search(sentence[: atoms[0].start]) and _CLEAR.match(sentence, following[-1].end):
        return True
    two_clauses = len(atoms) == 1 and "," in joined and _PLACED.search(sentence[: atoms[0].start])
    if (two_clauses and _SINGULAR.match(sentence, following[-1].end)) or DOUBTED.match(sentence, following[-1].end):
        return True
    sequences = {"T1", "T2"}
    own = {atom.level for atom in atoms}
    if (
        own - sequences
        and {atom.level for atom in following} <= sequences
        and _SIGNAL.match(sentence, following[-1].end)
    ):
        return True  # "... and the sacrum, T1 signal being lower"
    by_signal = _BY_SIGNAL.search(sentence[: atoms[0].start])
    if by_signal and own <= sequences and re.search(r"\b(?:at|in)\b", joined):
        return True  # "metastases, dark on both T1 and T2, at T4 and T8"
    pair = re.match(r" ?[-/] ?(?:[cdtls]h?)?(\d{1,2})\b", sentence[following[-1].end :])
    below = next_level(following[-1].level)
    return bool(
        "," in joined
        and not pairs
        and pair
        and below
        and below[1:] == pair[1]
        and _DISCAL.match(sentence, following[-1].end + pair.end())
    )


def _item(sentence: str, original: str, at: int, last: str) -> list[Atom] | None:
    """Return the atoms of the list item at `at`: a full code, or a bare number that borrows its letter."""
    full = ATOM.match(sentence, at)
    if full:
        levels = levels_of(full, original)
        return [Atom(level, full.start(), full.end()) for level in levels] or None
    bare = BARE.match(sentence, at)
    if not bare or last == "sacrum":
        return None
    level = last[0] + bare["number"]
    if int(bare["number"]) <= int(last[1:]):
        below = next_level(last)
        level = below if below and below[1:] == bare["number"] else ""
    return [Atom(level, bare.start(), bare.end())] if level in LEVELS else None


def _without_bare_sacrum(sentence: str, mentions: list[LevelMention]) -> list[LevelMention]:
    """Drop `sacrum` where it is a region, or the sentence also names a segment ("the left sacral ala at S1")."""
    segments = any(level.startswith("S") for mention in mentions for level in mention.levels)
    if segments:
        mentions = [replace(one, levels=_segments_only(one.levels)) for one in mentions]
    return [
        mention
        for mention in mentions
        if mention.levels != ("sacrum",) or not (segments or _is_region(sentence, mention))
    ]


def _segments_only(levels: tuple[str, ...]) -> tuple[str, ...]:
    """Take the sacrum as a whole out of a list ("a sacral metastasis, S1 and S2")."""
    return tuple(level for level in levels if level != "sacrum") or levels


def _is_region(sentence: str, mention: LevelMention) -> bool:
    if not sentence[mention.start : mention.end].endswith("sacrum"):
        return bool(_REGIONS_LISTED.search(sentence[max(0, mention.start - 60) : mention.start]))
    before = sentence[max(0, mention.start - 60) : mention.start]
    if re.search(
        r"(?:diffuse|throughout|innumerable|widespread)[^.;,]{0,40}(?:of|in|throughout) the (?:whole |entire )?$",
        before,
    ):
        return True
    if re.match(r" (?:is|are) (?:also )?(?:diffusely|extensively|widely)\b", sentence[mention.end :]):
        return True
    if _SPREAD.search(sentence) and re.search(r"thoracic|lumbar|spine", sentence):
        return True
    return bool(_REGION_BEFORE.search(before) or _REGION_AFTER.match(sentence, mention.end))


#: "The lumbar spine and sacrum", "throughout the sacrum": a region, no vertebra.
_REGION_BEFORE: Final = re.compile(
    r"(?:(?:spine|lumbar|thoracic|vertebrae|column|pelvis|coccyx)(?: vertebra[le]?)?(?:,| and|/| &"
    r"| as well as|,? to)+ (?:the )?(?:upper )?"
    r"|throughout the |mri (?:of )?(?:the )?)$"
)
#: "Thoracic, lumbar and sacral marrow metastases".
_REGIONS_LISTED: Final = re.compile(r"\b(?:cervical|thoracic|dorsal|lumbar)(?:,| and|/| &)+ $")
_SPREAD: Final = re.compile(r"diffuse|widespread|disseminat|throughout|extensive|innumerable|confluent")
_REGION_AFTER: Final = re.compile(r" (?:and|or|&) (?:the )?(?:bony |visuali[sz]ed |imaged )?(?:pelvis|ilia\w*|coccyx)")


def join_mentions(sentence: str, mentions: list[LevelMention]) -> list[LevelMention]:
    """Merge vertebral expressions that only list words separate ("T5, T12 (with fracture) and L3")."""
    joined: list[LevelMention] = []
    for mention in mentions:
        above = joined[-1] if joined else None
        if above and above.role == mention.role == "vertebra" and _lists_on(sentence, above, mention):
            levels = tuple(dict.fromkeys(above.levels + mention.levels))
            joined[-1] = LevelMention(above.start, mention.end, levels, above.atoms + mention.atoms)
        else:
            joined.append(mention)
    return joined


def _lists_on(sentence: str, above: LevelMention, mention: LevelMention) -> bool:
    """Tell whether only list words stand between; "T5 and T11, T11 with ..." starts anew."""
    apart = sentence[above.end : mention.start]
    if set(mention.levels) <= set(above.levels) and re.search(r"\b(?:at|in)\b", apart):
        return False
    if DOUBTED.match(sentence, mention.end):
        return False
    if EXCEPTED.search(sentence, 0, above.start) and re.search(r",.*\b(?:at|in)\b", apart):
        return False
    placed = _PLACED.search(sentence[: above.start])
    if placed and len(above.atoms) == 1 and "," in apart and _SINGULAR.match(sentence, mention.end):
        return False
    if placed and _CLEAR.match(sentence, mention.end):
        return False
    if re.search(r"[;,](?! (?:and|or)\b)", apart) and set(above.levels) & set(mention.levels):
        return False
    return bool(_FILLER.fullmatch(sentence, above.end, mention.start))
