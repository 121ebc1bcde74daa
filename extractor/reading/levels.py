"""Find level expressions in a folded sentence and tell vertebrae from sequences, discs, roots and the rest."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final, NamedTuple

from extractor.patterns import Patterns
from extractor.reading.apart import EXCEPTED, EXCEPTED_AFTER, GOES_ON, is_contrasted
from extractor.reading.notation import ATOM, BARE, Atom, levels_of
from extractor.reading.roles import Roles, level_finder, level_places, role_of
from extractor.values import LEVELS, levels_between, next_level

_RANGE: Final = re.compile(
    r" ?(?:-+>|-|\.\.+|to|through|thru|till|until|up to|down to)(?: (?:and including )?)? ?(?:the )?"
)
_LIST: Final = re.compile(
    r" ?(?:,(?: ?and)?(?: also)?|and|&|/|\+|or|nor|as well as|plus)(?: (?:the|at|in|of|also|to|possibly))* ?"
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
_AT_OR_IN: Final = re.compile(r"\b(?:at|in)\b")
_PAIRED: Final = re.compile(r" ?[-/] ?(?:[cdtls]h?)?(\d{1,2})\b")
#: T1 and T2 are names of sequences as well.
_SEQUENCES: Final = frozenset({"T1", "T2"})
#: So many levels are no list any more.
_MOST: Final = 40
_GLUED: Final = re.compile(r"(?<![a-z0-9])(?:c7t1|t12l1|l5s1|d12l1|th12l1)(?![a-z0-9])")
_FILLER: Final = re.compile(
    r"(?: |,|/|&|\+|and|or|the|as well as|vertebra[le]?|bod(?:y|ies)|levels?|also|both|at|in|of|left"
    r"|right|side|aspect|to a lesser (?:extent|degree)|"
    r"segments?|lt|rt|possibly|probably|\([^()]{0,60}\))+"
)


# Not frozen, since that takes three times as long to make and there are many; none is ever changed.
@dataclass(slots=True)
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


class Stretch(NamedTuple):
    """A sentence of a text, `text[start:end]`, in which levels are looked for; `original` gives it unfolded."""

    text: str
    start: int
    end: int
    original: Callable[[], str]
    roles: Roles


def levels_of_all(found: Sequence[LevelMention]) -> tuple[str, ...]:
    """Return the levels of some expressions, each once, as they are named."""
    return tuple(dict.fromkeys([level for one in found for level in one.levels]))


def find_levels(sentence: str, original: str, patterns: Patterns) -> list[LevelMention]:
    """Return the level expressions of a sentence in order; `original` is the same stretch unfolded."""
    places, roles = level_places(level_finder(patterns).places(sentence), patterns)
    return levels_within(Stretch(sentence, 0, len(sentence), lambda: original, roles), places)


def levels_within(at: Stretch, places: Sequence[int]) -> list[LevelMention]:
    """Return the level expressions of a stretch in order; `places` are those where a level may be written in it."""
    found: list[LevelMention] = []
    position = at.start
    for place in places:
        match = ATOM.match(at.text, place, at.end) if place >= position else None
        if match is None:
            continue
        position = match.end()
        atoms = _atoms(match, at)
        if atoms:
            found.append(_extended(at, atoms, position))
            position = found[-1].end
        elif _GLUED.match(at.text, place, at.end):
            break
    return _without_bare_sacrum(at, _without_excepted(at.text, found)) if found else found


def _atoms(match: re.Match[str], at: Stretch) -> list[Atom]:
    start, end = match.span()
    return [Atom(level, start, end) for level in levels_of(match, at.original, start - at.start)]


def _without_excepted(text: str, found: list[LevelMention]) -> list[LevelMention]:
    """Take the levels excepted beside a range out of it ("T4 to T7 except T6", "T4 to T9, T6 and T8 excepted")."""
    ranges: dict[int, tuple[str, ...]] = {}
    gone: set[int] = set()
    for above, below in pairwise(found):
        if len(above.levels) < 3 or not set(below.levels) < set(above.levels):
            continue
        after = below.start - above.end < 60 and EXCEPTED_AFTER.match(text, below.end)
        if not (after or EXCEPTED.fullmatch(text, above.end, below.start)):
            continue
        ranges[above.start] = below.levels
        if after or GOES_ON.match(text, below.end):
            gone.add(below.start)
    if not ranges:
        return found
    return [
        replace(one, levels=tuple(level for level in one.levels if level not in ranges[one.start]))
        if one.start in ranges
        else one
        for one in found
        if one.start not in gone
    ]


def _extended(at: Stretch, atoms: list[Atom], end: int) -> LevelMention:
    """Return an expression: its first atoms with the ranges and list items that follow them."""
    text, start, written_pairs, items = at.text, atoms[0].start, 0, 1
    while len(atoms) <= _MOST:
        ranged = _RANGE.match(text, end, at.end)
        joined = ranged or _LIST.match(text, end, at.end)
        following = _item(at, joined.end(), atoms[-1].level) if joined else None
        if following is None and ranged:
            joined, ranged = _LIST.match(text, end, at.end), None
            following = _item(at, joined.end(), atoms[-1].level) if joined else None
        if following is None or joined is None:
            break
        by = joined[0]
        if not ranged and _stops_list(at, by, following, atoms, written_pairs):
            break
        if _AT_OR_IN.search(by) and _ANEW.match(text, following[-1].end, at.end):
            break
        items += 1
        if not ranged and len(atoms) == 1 and by.strip() == "and" and _BETWEEN.search(text, at.start, start):
            ranged = joined  # "oedema between T9 and T11"
        if ranged:
            between = levels_between(atoms[-1].level, following[0].level)
            if not between:
                break
            is_pair = len(between) == 2 and by.strip() == "-"
            written_pairs += is_pair
            atoms += [Atom(level, following[0].start, following[0].end) for level in between[1:-1]]
        elif by == "/" and next_level(atoms[-1].level) == following[0].level:
            written_pairs += 1
        atoms += following
        end = following[-1].end
    levels = tuple(dict.fromkeys([atom.level for atom in atoms]))
    pair = written_pairs > 0 and (written_pairs * 2 >= items)
    return LevelMention(
        start, end, levels, tuple(atoms), role_of(text, (at.start, start), (end, at.end), levels, at.roles), pair
    )


def _stops_list(at: Stretch, by: str, following: list[Atom], atoms: list[Atom], pairs: int) -> bool:
    """Tell whether a list item belongs to what follows ("metastasis at D4, D3 clear")."""
    text, start, end = at.text, atoms[0].start, following[-1].end
    own, items = {atom.level for atom in atoms}, {atom.level for atom in following}
    placed = _AT_OR_IN.search(by) is not None
    if items <= own and (placed or "," in by):
        return True  # "metastases of T8 and L4, T8 with epidural extension"
    if placed and "," in by and EXCEPTED.search(text, at.start, start):
        return True  # "T4 to T7 except T6, and in L3"
    if DOUBTED.match(text, end, at.end):
        return True
    if "," in by and is_contrasted(text, at.start, start):
        return True  # "unlike T6, T7 keeps its height"
    anew = _CLEAR.match(text, end, at.end) or (len(atoms) == 1 and "," in by and _SINGULAR.match(text, end, at.end))
    if anew and _PLACED.search(text, at.start, start):
        return True
    if own - _SEQUENCES and items <= _SEQUENCES and _SIGNAL.match(text, end, at.end):
        return True  # "... and the sacrum, T1 signal being lower"
    if placed and own <= _SEQUENCES and _BY_SIGNAL.search(text, at.start, start):
        return True  # "metastases, dark on both T1 and T2, at T4 and T8"
    pair = _PAIRED.match(text, end, at.end) if "," in by and not pairs else None
    below = next_level(following[-1].level) if pair else None
    return bool(pair and below and below[1:] == pair[1] and _DISCAL.match(text, pair.end(), at.end))


def _item(at: Stretch, place: int, last: str) -> list[Atom] | None:
    """Return the atoms of the list item at a place: a full code, or a bare number that borrows its letter."""
    full = ATOM.match(at.text, place, at.end)
    if full:
        return _atoms(full, at) or None
    bare = BARE.match(at.text, place, at.end)
    if not bare or last == "sacrum":
        return None
    level = last[0] + bare["number"]
    if int(bare["number"]) <= int(last[1:]):
        below = next_level(last)
        level = below if below and below[1:] == bare["number"] else ""
    return [Atom(level, bare.start(), bare.end())] if level in LEVELS else None


def _without_bare_sacrum(at: Stretch, mentions: list[LevelMention]) -> list[LevelMention]:
    """Drop `sacrum` where it is a region, or the sentence also names a segment ("the left sacral ala at S1")."""
    named = {level for mention in mentions for level in mention.levels}
    if "sacrum" not in named:
        return mentions
    segments = any(level.startswith("S") for level in named)
    if segments:
        mentions = [replace(one, levels=_segments_only(one.levels)) for one in mentions]
    return [
        mention for mention in mentions if mention.levels != ("sacrum",) or not (segments or _is_region(at, mention))
    ]


def _segments_only(levels: tuple[str, ...]) -> tuple[str, ...]:
    """Take the sacrum as a whole out of a list ("a sacral metastasis, S1 and S2")."""
    return tuple(level for level in levels if level != "sacrum") or levels


def _is_region(at: Stretch, mention: LevelMention) -> bool:
    text, end = at.text, mention.end
    before = text[max(at.start, mention.start - 60) : mention.start]
    if not text.endswith("sacrum", mention.start, end):
        return bool(_REGIONS_LISTED.search(before))
    if re.search(
        r"(?:diffuse|throughout|innumerable|widespread)[^.;,]{0,40}(?:of|in|throughout) the (?:whole |entire )?$",
        before,
    ):
        return True
    if re.match(r" (?:is|are) (?:also )?(?:diffusely|extensively|widely)\b", text[end : at.end]):
        return True
    if _SPREAD.search(text, at.start, at.end) and re.search(r"thoracic|lumbar|spine", text[at.start : at.end]):
        return True
    return bool(_REGION_BEFORE.search(before) or _REGION_AFTER.match(text, end, at.end))


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


def join_mentions(text: str, mentions: list[LevelMention], first: int = 0) -> list[LevelMention]:
    """Merge vertebral expressions that only list words separate ("T5, T12 (with fracture) and L3").

    `first` is where their sentence starts in the text.
    """
    joined: list[LevelMention] = []
    for mention in mentions:
        above = joined[-1] if joined else None
        if above and above.role == mention.role == "vertebra" and _lists_on(text, first, above, mention):
            levels = tuple(dict.fromkeys(above.levels + mention.levels))
            joined[-1] = LevelMention(above.start, mention.end, levels, above.atoms + mention.atoms)
        else:
            joined.append(mention)
    return joined


def _lists_on(text: str, first: int, above: LevelMention, mention: LevelMention) -> bool:
    """Tell whether only list words stand between; "T5 and T11, T11 with ..." starts anew."""
    if not _FILLER.fullmatch(text, above.end, mention.start):
        return False
    apart = text[above.end : mention.start]
    placed = _AT_OR_IN.search(apart)
    if placed and set(mention.levels) <= set(above.levels):
        return False
    if DOUBTED.match(text, mention.end) or ("," in apart and is_contrasted(text, first, above.start)):
        return False
    if placed and re.search(r",.*\b(?:at|in)\b", apart) and EXCEPTED.search(text, first, above.start):
        return False
    anew = _CLEAR.match(text, mention.end) or (
        len(above.atoms) == 1 and "," in apart and _SINGULAR.match(text, mention.end)
    )
    if anew and _PLACED.search(text, first, above.start):
        return False
    return not (re.search(r"[;,](?! (?:and|or)\b)", apart) and set(above.levels) & set(mention.levels))
