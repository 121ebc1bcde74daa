"""Say of each sentence which levels it names and which levels are under discussion."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Final

from extractor.patterns import Patterns
from extractor.reading.addenda import Rename, renamed
from extractor.reading.levels import LevelMention, find_levels, join_mentions
from extractor.reading.notation import Atom, level_places
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
_ORDER_WORDS: Final = (
    frozenset({"former", "first", "upper", "uppermost", "higher", "cranial", "cranially", "cephalad", "cephaladly"})
    | frozenset({"superior", "superiorly", "rostral", "rostrally", "proximal", "proximally", "latter", "second"})
    | frozenset({"lower", "lowermost", "lowest", "caudal", "inferior", "distal", "last"})
)
_FORWARD: Final = re.compile(r"(?:it|this|these|the (?:mass|lesion|tumou?r|disease|recurrence|component)) ")
#: A positive finding of the canal may span levels without making them the matter under discussion.
_SPAN: Final = re.compile(r"\b(?:from|epidural|extradural|cord|signal|spans?|paraspinal)\b")
_NOTED: Final = re.compile(r"lesion|fracture|angioma|wedg|schmorl")
_HEAD: Final = re.compile(r" ?(?:\([^)]{0,30}\))? ?(?:vertebra\w*|body|level)? ?(?:[:.=|]|- |-$| {2}|$)")
_ON_IT: Final = re.compile(r"\b(?:up)?on it\b|\b(?:adjacent|neighbou?ring) (?:to it\b)?")
#: "Treated level(s): T9, status post SBRT."
_LED: Final = re.compile(
    r"(?:[\w()/-]+ +){0,3}(?:levels?(?:\(s\))?|sites?|lesions?|vertebrae?|target|segments?)(?: of interest)?[: -]+"
)
_AWAY: Final = re.compile(r"\b(?:from|below|above|between|outside|except|apart)\b")
_SET_OFF: Final = re.compile(r" ?[:.,-]")
_BARE: Final = re.compile(r" ?(?:\([^)]{0,30}\))? ?(?:vertebra\w*|body|level)?[ :.=*|-]*")
_TUMOUR: Final = re.compile(r"tumou?r|metasta|lesion|soft tissue|deposit|epidural (?:disease|mass|component|extension)")


@dataclass(frozen=True, slots=True)
class Site:
    """The vertebral expressions of a sentence and the levels under discussion when it starts."""

    levels: tuple[LevelMention, ...]
    discs: tuple[LevelMention, ...]
    roots: tuple[LevelMention, ...] = ()
    #: "Atlanto-axial": two vertebrae where it is about alignment, none otherwise.
    joints: tuple[LevelMention, ...] = ()
    topic: tuple[str, ...] = ()
    group: tuple[str, ...] = ()
    #: The unit is about one vertebra and opens with it ("T8: ...").
    item: bool = False
    #: ... as running text without a colon or bullet, so that words on the whole spine may stand in it.
    prose: bool = False
    #: The level it opens with.
    head: tuple[str, ...] = ()
    #: The unit is about a disc or motion segment ("L4-5: bulge. Severe stenosis.").
    disc: bool = False
    #: The levels of the next sentence where that goes on about the same thing ("It invades S2 and S3.").
    ahead: tuple[str, ...] = ()


_NAMELESS: Final = Site((), ())


def name_sites(page: Page, text: str, patterns: Patterns, renames: Sequence[Rename]) -> list[Site]:
    """Return the expressions each sentence names."""
    places: dict[int, list[int]] = {}
    for place in level_places(page.text, page.words):
        number = page.sentence_at(place)
        places.setdefault(number, []).append(place - page.starts[number])
    named = [_NAMELESS] * len(page.sentences)
    for number, some in places.items():
        named[number] = _named(page.sentences[number], page, text, patterns, renames, some)
    return named


def find_sites(page: Page, text: str, named: Sequence[Site], lesions: Sequence[str] | None = None) -> list[Site]:
    """Return the site of each sentence; with `lesions` known, only they are kept under discussion."""
    sites: list[Site] = []
    topic: tuple[str, ...] = ()
    group: tuple[str, ...] = ()
    opening = _NAMELESS
    for number, sentence in enumerate(page.sentences):
        site = named[number]
        if number == 0 or sentence.unit != page.sentences[number - 1].unit:
            carried = topic if opening.item and _goes_on(page, text, number, named) else ()
            opening = _opening(page, number, named)
            if carried:
                opening = replace(opening, item=True, head=opening.head or carried)
            topic = carried
        ordered = not _ORDER_WORDS.isdisjoint(page.said[number])
        levels = _with_order_words(site.levels, page, sentence, group) if ordered else site.levels
        if topic or group or opening.head or opening.item or opening.disc or levels is not site.levels:
            site = Site(
                levels,
                site.discs,
                site.roots,
                site.joints,
                topic,
                group,
                item=opening.item,
                prose=opening.prose,
                head=opening.head,
                disc=opening.disc,
            )
        sites.append(site)
        topic, group = _discussed(site, page.text[sentence.start : sentence.end], topic, group, lesions)
        named_again = any(set(opening.head) <= set(one.levels) for one in site.levels)
        if opening.item and (named_again or _ON_IT.search(page.text, sentence.start, sentence.end)):
            topic = opening.head  # "C5: subluxation on C6. Both facets are destroyed.", "T7: T6 has slipped on it."
    return [
        site if site.levels or site.topic else _looking_ahead(number, sites, page) for number, site in enumerate(sites)
    ]


def _named(
    sentence: Sentence,
    page: Page,
    text: str,
    patterns: Patterns,
    renames: Sequence[Rename],
    places: Sequence[int],
) -> Site:
    """Return the expressions of a sentence, offsets on the page; in it, levels may be written at some places."""
    folded, origin = page.text[sentence.start : sentence.end], page.origin[sentence.start : sentence.end]
    written = "".join([text[at] if at >= 0 else sign for sign, at in zip(folded, origin, strict=True)])
    expressions = join_mentions(folded, find_levels(folded, written, patterns, places))
    if not expressions:
        return _NAMELESS
    found = [renamed(_moved(one, sentence.start), sentence.section, renames) for one in expressions]
    joints = tuple(one for one in found if folded.startswith("atlanto", one.start - sentence.start))
    levels = tuple(one for one in found if one.role == "vertebra" and one not in joints)
    discs = tuple(one for one in found if one.role == "disc")
    return Site(levels, discs, tuple(one for one in found if one.role == "root"), joints=joints)


def _moved(one: LevelMention, by: int) -> LevelMention:
    atoms = tuple(Atom(atom.level, atom.start + by, atom.end + by) for atom in one.atoms)
    return replace(one, start=one.start + by, end=one.end + by, atoms=atoms)


def _opening(page: Page, number: int, named: Sequence[Site]) -> Site:
    """Tell what the unit that starts at a sentence is about: one vertebra, a disc, or neither."""
    sentence, first = page.sentences[number], named[number]
    discs = [one for one in (*first.discs, *first.levels) if one.start - sentence.start < 8]
    if (
        discs
        and (discs[0].role == "disc" or discs[0].pair)
        and re.match(r" ?[:.,-]", page.text[discs[0].end : discs[0].end + 3])
    ):
        return replace(first, disc=True)
    if not first.levels:
        return first
    head = first.levels[0]
    if head.start - sentence.start > 13 and not _LED.fullmatch(page.text, sentence.start, head.start):
        return first
    unit = takewhile(lambda at: page.sentences[at].unit == sentence.unit, range(number, len(named)))
    led = page.text[sentence.start : head.start]
    alone = (
        len(head.levels) == 1
        and not _AWAY.search(led)
        and {level for at in unit for one in named[at].levels for level in one.levels} <= set(head.levels)
    )
    set_off = bool(_HEAD.match(page.text, head.end, sentence.end))
    return replace(first, item=alone or set_off, prose=not (set_off or sentence.item), head=head.levels)


def _goes_on(page: Page, text: str, number: int, named: Sequence[Site]) -> bool:
    """Tell whether a line goes on under a level that stands as a heading above it ("T8:" and lines below)."""
    before, sentence = page.sentences[number - 1], page.sentences[number]
    if named[number].levels and named[number].levels[0].start - sentence.start < 14:
        return False
    if not (_is_bare(named, page, number - 1) or _is_under(text, page, number)):
        return False
    above, here = page.source(before.start, before.end), page.source(sentence.start, sentence.end)
    if not above or not here or before.section != sentence.section:
        return False
    return "\n\n" not in re.sub(r"[ \t\r]", "", text[above[1] : here[0]])


def _is_bare(named: Sequence[Site], page: Page, number: int) -> bool:
    """Tell whether a line above holds nothing but its level, or stands under such a line itself."""
    while number >= 0:
        site, sentence = named[number], page.sentences[number]
        led = site.levels and _LED.fullmatch(page.text, sentence.start, site.levels[0].start)
        if site.levels and (led or site.levels[0].start - sentence.start < 14):
            return bool(_BARE.fullmatch(page.text, site.levels[0].end, sentence.end)) and (
                not sentence.item or page.text.endswith((":", "-", "="), 0, sentence.end)
            )
        number -= 1
    return False


def _is_under(text: str, page: Page, number: int) -> bool:
    """Tell whether a line is indented under the one above, or is a dash under a number."""
    here = _line(text, page, number)
    for earlier in range(number - 1, -1, -1):
        if page.sentences[earlier].unit == page.sentences[number].unit:
            continue
        above = _line(text, page, earlier)
        deeper = (len(here) - len(here.lstrip())) - (len(above) - len(above.lstrip()))
        if deeper > 0:
            return True
        if re.match(r"\s*[-*+>]", here) and re.match(r"\s*[#(]*\d", above):
            return True
        if not re.match(r"\s*[-*+>]", above) and not (deeper == 0 and here[:1].isspace()):
            return False
    return False


def _line(text: str, page: Page, number: int) -> str:
    """Return the line of the report a sentence starts in."""
    span = page.source(page.sentences[number].start, page.sentences[number].end)
    if span is None:
        return ""
    start = max(text.rfind("\n", 0, span[0]), text.rfind("\r", 0, span[0])) + 1
    return text[start : span[1]]


def _with_order_words(
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
    return tuple(sorted(found, key=lambda one: one.start))


def _discussed(
    site: Site, words: str, topic: tuple[str, ...], group: tuple[str, ...], lesions: Sequence[str] | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what is under discussion after a sentence."""
    if not site.levels:
        return topic, group
    everything = tuple(dict.fromkeys(level for one in site.levels for level in one.levels))
    known = everything if lesions is None else tuple(level for level in everything if level in lesions)
    for one in site.levels:
        kept = one.levels if lesions is None else tuple(level for level in one.levels if level in lesions)
        if lesions is not None and not kept and not _NOTED.search(words):
            continue
        if lesions is not None and len(one.levels) > 1 and topic and _SPAN.search(words):
            continue
        topic = kept
        if len(known) > 1:
            group = known
        elif known and known[0] not in group:
            group = (*group[-1:], *known)
    return topic, group


def _looking_ahead(number: int, sites: Sequence[Site], page: Page) -> Site:
    here, sentence = sites[number], page.sentences[number]
    if number + 1 == len(sites) or page.sentences[number + 1].unit != sentence.unit:
        return here
    below = page.sentences[number + 1]
    levels = sites[number + 1].levels
    heads = levels and levels[0].start == below.start and len(page.text[sentence.start : sentence.end].split()) < 4
    follows = levels and (heads or _FORWARD.match(page.text, below.start, below.end))  # "Focal lytic lesion. L4: ..."
    return replace(here, ahead=sites[number + 1].levels[0].levels) if follows else here


def about_tumour(words: str) -> bool:
    """Tell whether a line on a disc level speaks of tumour after all."""
    return bool(_TUMOUR.search(words))
