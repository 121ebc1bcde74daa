"""Say of each sentence which levels it names and which levels are under discussion."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from extractor.patterns import Patterns
from extractor.reading.addenda import Rename, renamed
from extractor.reading.apart import is_beside_the_point
from extractor.reading.levels import LevelMention, Stretch, join_mentions, levels_of_all, levels_within
from extractor.reading.order import (
    BESIDE_WORDS,
    ORDER_WORDS,
    OTHER_WORDS,
    THIS_WORDS,
    Spoken,
    speaking,
    with_neighbours,
    with_order_words,
    with_this,
)
from extractor.reading.page import Page, Sentence
from extractor.reading.roles import Offered, level_places

_FORWARD: Final = re.compile(r"(?:it|this|these|the (?:mass|lesion|tumou?r|disease|recurrence|component)) ")
#: "A vertebra has lost half of its height ... The vertebra in question is T7."
_IDENTIFIED: Final = re.compile(
    r"(?:[^.;:]{0,60}\b)?(?:it|this|that|the (?:affected |involved |diseased )?(?:vertebra|level|body|segment|bone|one)"
    r"(?: in question| concerned| affected| involved)?) (?:is|was|must be|proves to be|turns out to be|corresponds to)"
    r" (?:that of )?(?:the )?"
)
#: Sentences that go on about what is named still later.
_BOTH_OR_IT: Final = ("both ", "its ", "it ", "the left ", "the right ", "behind it", "the pedicle", "the posterior ")
#: A positive finding of the canal may span levels without making them the matter under discussion.
_SPAN: Final = re.compile(r"\b(?:from|epidural|extradural|cord|signal|spans?|paraspinal)\b")
_NOTED: Final = re.compile(r"lesion|fracture|angioma|wedg|schmorl")
#: "The same is true of L2 to L4": what is said of all of them next is said of those above as well.
_LIKEWISE: Final = re.compile(
    r"(?:and )?(?:the same|likewise|similarly|so (?:do|does|are|is)|as (?:do|are)|similar \w+)\b"
)
_ORDERING: Final = ORDER_WORDS | OTHER_WORDS
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


@dataclass(slots=True)
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
    #: Every expression of the sentence by itself, whatever it stands for.
    written: tuple[LevelMention, ...] = ()


_NAMELESS: Final = Site((), ())


def name_sites(
    page: Page, text: str, offered: Sequence[Offered], patterns: Patterns, renames: Sequence[Rename]
) -> list[Site]:
    """Return the expressions each sentence names, and in what line of what vertebra or disc it stands.

    `offered` is where the page may name levels, and where words may stand that say what these are.
    """
    every, roles = level_places(offered, patterns)
    places: dict[int, list[int]] = {}
    for place in every:
        places.setdefault(page.sentence_at(place), []).append(place)
    named = [_NAMELESS] * len(page.sentences)
    for number, some in places.items():
        sentence = page.sentences[number]
        at = Stretch(page.text, sentence.start, sentence.end, partial(_written, sentence, page, text), roles)
        if written := levels_within(at, some):
            found = join_mentions(page.text, written, sentence.start)
            if renames:
                found = [renamed(one, sentence.section, renames) for one in found]
            named[number] = _named(found, written, page, sentence.start)
    unit = -1
    for number, sentence in enumerate(page.sentences):
        if sentence.unit != unit and named[number] is not _NAMELESS:
            named[number] = _opening(page, number, named)
        unit = sentence.unit
    return named


def _written(sentence: Sentence, page: Page, text: str) -> str:
    """Return a sentence as the report has it, where the letters are not borrowed."""
    folded, origin = page.text[sentence.start : sentence.end], page.origin[sentence.start : sentence.end]
    return "".join([text[at] if at >= 0 else sign for sign, at in zip(folded, origin, strict=True)])


def _named(found: Sequence[LevelMention], written: Sequence[LevelMention], page: Page, start: int) -> Site:
    """Return the site of some expressions, each by what it stands for; they were `written` one by one.

    Their sentence starts at `start`.
    """
    levels: list[LevelMention] = []
    others: dict[str, list[LevelMention]] = {"disc": [], "root": [], "joint": []}
    for one in found:
        joint = page.text.startswith("atlanto", one.start)
        if joint:
            others["joint"].append(one)
        if one.role != "vertebra":
            others.get(one.role, []).append(one)
        elif not (joint or is_beside_the_point(page.text, start, one.start, one.end)):
            levels.append(one)
    discs, roots, joints = map(tuple, others.values())
    return Site(tuple(levels), discs, roots, joints, written=tuple(written))


def find_sites(page: Page, text: str, named: Sequence[Site], lesions: Sequence[str] | None = None) -> list[Site]:
    """Return the site of each sentence; with `lesions` known, only they are kept under discussion."""
    sites: list[Site] = []
    topic: tuple[str, ...] = ()
    group: tuple[str, ...] = ()
    spoken = Spoken()
    opening = _NAMELESS
    unit = -1
    for number, sentence in enumerate(page.sentences):
        site = named[number]
        if sentence.unit != unit:
            unit = sentence.unit
            topic = topic if opening.item and _goes_on(page, text, number, named) else ()
            opening = site if site.head or site.disc else _NAMELESS
            if topic:
                opening = replace(site, item=True, head=site.head or topic)
        levels = site.levels
        if not (_ORDERING.isdisjoint(page.said[number])):
            levels = with_order_words(levels, page, sentence, spoken)
        if not BESIDE_WORDS.isdisjoint(page.said[number]):
            levels = with_neighbours(levels, page, sentence, topic, site.written)
        if topic and levels and not THIS_WORDS.isdisjoint(page.said[number]):
            levels = with_this(levels, page, topic)
        if topic or group or levels is not site.levels or not (opening is site or opening is _NAMELESS):
            opened = (opening.item, opening.prose, opening.head, opening.disc)
            site = Site(levels, site.discs, site.roots, site.joints, topic, group, *opened, (), site.written)
        sites.append(site)
        if levels:
            spoken = speaking(spoken, named[number].levels or levels, lesions)
            topic, group = _discussed(levels, page.text[sentence.start : sentence.end], topic, group, lesions)
        if opening.item and (_names(levels, opening.head) or _ON_IT.search(page.text, sentence.start, sentence.end)):
            topic = opening.head  # "C5: subluxation on C6. Both facets are destroyed.", "T7: T6 has slipped on it."
    for number in range(len(sites) - 1, -1, -1):
        if not (sites[number].levels or sites[number].topic):
            sites[number] = _looking_ahead(number, sites, page)
    return sites


def _names(levels: Sequence[LevelMention], head: tuple[str, ...]) -> bool:
    """Tell whether one expression names all of some levels."""
    return any(set(head).issubset(one.levels) for one in levels)


def _opening(page: Page, number: int, named: Sequence[Site]) -> Site:
    """Tell what the unit that starts at a sentence is about: one vertebra, a disc, or neither."""
    sentence, first = page.sentences[number], named[number]
    foremost = next((one for one in (*first.discs, *first.levels) if one.start - sentence.start < 8), None)
    if foremost and (foremost.role == "disc" or foremost.pair) and _SET_OFF.match(page.text, foremost.end):
        return replace(first, disc=True)
    if not first.levels:
        return first
    head = first.levels[0]
    if head.start - sentence.start > 13 and not _LED.fullmatch(page.text, sentence.start, head.start):
        return first
    set_off = _HEAD.match(page.text, head.end, sentence.end) is not None
    alone = set_off or (
        len(head.levels) == 1
        and not _AWAY.search(page.text, sentence.start, head.start)
        and _is_alone(head.levels[0], page, number, named)
    )
    return replace(first, item=alone, prose=not (set_off or sentence.item), head=head.levels)


def _is_alone(level: str, page: Page, number: int, named: Sequence[Site]) -> bool:
    """Tell whether the unit that starts at a sentence names no other level."""
    unit = page.sentences[number].unit
    for at in range(number, len(named)):
        if page.sentences[at].unit != unit:
            break
        if any(one.levels != (level,) for one in named[at].levels):
            return False
    return True


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
    return "\n\n" not in text[above[1] : here[0]].replace(" ", "")


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
    return text[text.rfind("\n", 0, span[0]) + 1 : span[1]]


def _discussed(
    levels: Sequence[LevelMention],
    words: str,
    topic: tuple[str, ...],
    group: tuple[str, ...],
    lesions: Sequence[str] | None,
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what is under discussion after a sentence that names some levels."""
    everything = levels[0].levels if len(levels) == 1 else levels_of_all(levels)
    known = everything if lesions is None else tuple([level for level in everything if level in lesions])
    for one in levels:
        kept = one.levels if lesions is None else tuple([level for level in one.levels if level in lesions])
        if lesions is not None and not kept and not _NOTED.search(words):
            continue
        if lesions is not None and len(one.levels) > 1 and topic and _SPAN.search(words):
            continue
        topic = kept
        if len(known) > 1:
            group = tuple(dict.fromkeys((*group, *known))) if _LIKEWISE.match(words) else known
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
    named = _IDENTIFIED.match(page.text, below.start, below.end) if levels else None
    if follows or (named and named.end() == levels[0].start):
        return replace(here, ahead=levels[0].levels)
    chained = not levels and sites[number + 1].ahead and page.text.startswith(_BOTH_OR_IT, below.start)
    return replace(here, ahead=sites[number + 1].ahead) if chained else here


def about_tumour(words: str) -> bool:
    """Tell whether a line on a disc level speaks of tumour after all."""
    return bool(_TUMOUR.search(words))
