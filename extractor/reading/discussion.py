"""Say of each sentence which levels are under discussion when it starts, or named right behind it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from extractor.reading.levels import LevelMention, levels_of_all
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
from extractor.reading.sites import LED, NAMELESS, Site

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
#: "L2, L3: the whole of each body shows low signal" is about them for all that.
_LABEL: Final = re.compile(r"[cdtls]h?-?\d{1,2}[^:.;]{0,20}: ")
_NOTED: Final = re.compile(r"lesion|fracture|angioma|wedg|schmorl")
#: "The same is true of L2 to L4": what is said of all of them next is said of those above as well.
_LIKEWISE: Final = re.compile(
    r"(?:and )?(?:the same|likewise|similarly|so (?:do|does|are|is)|as (?:do|are)|similar \w+)\b"
)
_ORDERING: Final = ORDER_WORDS | OTHER_WORDS
_ON_IT: Final = re.compile(r"\b(?:up)?on it\b|\b(?:adjacent|neighbou?ring) (?:to it\b)?")
_BARE: Final = re.compile(r" ?(?:\([^)]{0,30}\))? ?(?:vertebra\w*|body|level)?[ :.=*|-]*")
#: "T9 METASTASIS" over lines with labels of their own.
_HEADING: Final = re.compile(
    r" ?(?:vertebra\w*|body|level)?(?: (?:metasta\w+|lesion|deposit|mets?|tumou?r|disease))+"
    r"(?: ?\([^)]{0,30}\))? ?[:=-]*"
)


def find_sites(page: Page, text: str, named: Sequence[Site], lesions: Sequence[str] | None = None) -> list[Site]:
    """Return the site of each sentence; with `lesions` known, only they are kept under discussion."""
    sites: list[Site] = []
    topic: tuple[str, ...] = ()
    group: tuple[str, ...] = ()
    spoken = Spoken()
    opening = NAMELESS
    unit = -1
    for number, sentence in enumerate(page.sentences):
        site = named[number]
        if sentence.unit != unit:
            unit = sentence.unit
            topic = topic if opening.item and _goes_on(page, text, number, named) else ()
            opening = site if site.head or site.disc else NAMELESS
            if topic:
                opening = replace(site, item=True, head=site.head or topic)
        levels = site.levels
        if not (_ORDERING.isdisjoint(page.said[number])):
            levels = with_order_words(levels, page, sentence, spoken)
        if not BESIDE_WORDS.isdisjoint(page.said[number]):
            levels = with_neighbours(levels, page, sentence, topic, site.written)
        if topic and levels and not THIS_WORDS.isdisjoint(page.said[number]):
            levels = with_this(levels, page, topic)
        if topic or group or levels is not site.levels or not (opening is site or opening is NAMELESS):
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


def _goes_on(page: Page, text: str, number: int, named: Sequence[Site]) -> bool:
    """Tell whether a line goes on under a level that stands as a heading above it ("T8:" and lines below)."""
    before, sentence = page.sentences[number - 1], page.sentences[number]
    if named[number].levels and named[number].levels[0].start - sentence.start < 14:
        return False
    if not (_is_bare(named, page, text, number) or _is_under(text, page, number)):
        return False
    above, here = page.source(before.start, before.end), page.source(sentence.start, sentence.end)
    if not above or not here or before.section != sentence.section:
        return False
    return "\n\n" not in text[above[1] : here[0]].replace(" ", "")


def _is_bare(named: Sequence[Site], page: Page, text: str, number: int) -> bool:
    """Tell whether a line above holds nothing but its level, or stands under such a line itself."""
    labelled = ":" in page.said[number]
    for above in range(number - 1, -1, -1):
        site, sentence = named[above], page.sentences[above]
        led = site.levels and LED.fullmatch(page.text, sentence.start, site.levels[0].start)
        if site.levels and (led or site.levels[0].start - sentence.start < 14):
            if page.text.endswith((" of ", " in "), sentence.start, site.levels[0].start):
                return False  # "Angioma of T7."
            at = site.levels[0].end
            if labelled and _HEADING.fullmatch(page.text, at, sentence.end) and _opens_block(page, text, sentence):
                return True
            return bool(_BARE.fullmatch(page.text, at, sentence.end)) and bool(
                led or not sentence.item or page.text.endswith((":", "-", "="), 0, sentence.end)
            )
    return False


def _opens_block(page: Page, text: str, sentence: Sentence) -> bool:
    """Tell whether a blank line stands above a sentence."""
    span = page.source(sentence.start, sentence.end)
    before = text[: span[0]] if span else ""
    return before[len(before.rstrip()) :].count("\n") != 1


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
        if lesions is not None and len(one.levels) > 1 and topic and _SPAN.search(words) and not _LABEL.match(words):
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
    if levels:
        heads = levels[0].start == below.start and len(page.text[sentence.start : sentence.end].split()) < 4
        named = _IDENTIFIED.match(page.text, below.start, below.end)
        forward = _FORWARD.match(page.text, below.start, below.end)  # "Focal lytic lesion. L4: ..."
        if heads or forward or (named and named.end() == levels[0].start):
            return replace(here, ahead=levels[0].levels)
    chained = not levels and sites[number + 1].ahead and page.text.startswith(_BOTH_OR_IT, below.start)
    return replace(here, ahead=sites[number + 1].ahead) if chained else here
