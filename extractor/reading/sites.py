"""Say of each sentence which levels it names, and what line of what vertebra or disc it stands in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from extractor.patterns import Patterns
from extractor.reading.addenda import Rename, renamed
from extractor.reading.apart import is_beside_the_point
from extractor.reading.levels import LevelMention, Stretch, join_mentions, levels_within
from extractor.reading.page import Page, Sentence
from extractor.reading.roles import Offered, level_places

_HEAD: Final = re.compile(r" ?(?:\([^)]{0,30}\))? ?(?:vertebra\w*|body|level)? ?(?:[:.=|]|- |-$| {2}|$)")
#: "Treated level(s): T9, status post SBRT."
LED: Final = re.compile(
    r"(?:[\w()/-]+ +){0,3}(?:levels?(?:\(s\))?|sites?|lesions?|vertebrae?|target|segments?)(?: of interest)?"
    r"(?: (?:no\.? ?)?[\da-f](?: ?(?:/|of) ?\d)?)?[: -]+"
)
#: "Disc levels: T7-T8: tiny protrusion."
_DISCS: Final = re.compile(r"(?:(?:intervertebral )?dis[ck]s?|dis[ck] (?:levels?|spaces?|disease)|by level) ?[:-] ?")
_AWAY: Final = re.compile(r"\b(?:from|below|above|between|outside|except|apart)\b")
_SET_OFF: Final = re.compile(r" ?[:.,-]")
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


NAMELESS: Final = Site((), ())


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
    named = [NAMELESS] * len(page.sentences)
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
        if sentence.unit != unit and named[number] is not NAMELESS:
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


def _opening(page: Page, number: int, named: Sequence[Site]) -> Site:
    """Tell what the unit that starts at a sentence is about: one vertebra, a disc, or neither."""
    sentence, first = page.sentences[number], named[number]
    foremost = next(
        (
            one
            for one in (*first.discs, *first.levels)
            if one.start - sentence.start < 8 or _DISCS.fullmatch(page.text, sentence.start, one.start)
        ),
        None,
    )
    if foremost and (foremost.role == "disc" or foremost.pair) and _SET_OFF.match(page.text, foremost.end):
        return replace(first, disc=True)
    if not first.levels:
        return first
    head = first.levels[0]
    if head.start - sentence.start > 13 and not LED.fullmatch(page.text, sentence.start, head.start):
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


def about_tumour(words: str) -> bool:
    """Tell whether a line on a disc level speaks of tumour after all."""
    return bool(_TUMOUR.search(words))
