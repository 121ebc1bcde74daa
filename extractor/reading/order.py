"""Find levels that are named by their order ("the former", "the more caudal lesion", "the lower two")."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from extractor.reading.apart import is_beside_the_point
from extractor.reading.levels import LevelMention, levels_of_all
from extractor.reading.notation import Atom
from extractor.reading.page import Page, Sentence
from extractor.values import LEVELS, level_order, levels_between, next_level

_ONE_NOUN: Final = (
    r"(?:lesion|one|level|metastasis|deposit|vertebra|body|fracture|site|segment|instance|case|(?:last|first)?named)"
)
_NOUN: Final = (
    rf"(?:(?:affected|diseased|involved|abnormal|named|metastatic|vertebral) )?(?:{_ONE_NOUN}s?|vertebrae|bodies"
    r"|metastases)\b"
)
_BY_TURN: Final = {"former": -2, "first": 0, "second": 1, "third": 2, "fourth": 3, "fifth": 4, "last": -1, "latter": -1}
_TOP: Final = frozenset(
    {"upper", "uppermost", "highest", "higher", "topmost", "cranial", "cranialmost", "cephalad"}
) | (frozenset({"superior", "rostral", "proximal"}))
_MIDDLE: Final = frozenset({"middle", "intermediate", "central"})
_OUTER: Final = "outer"
_BOTTOM: Final = frozenset({"lower", "lowest", "lowermost", "caudal", "caudalmost", "inferior", "distal"})
_COUNTS: Final = {"two": 2, "three": 3, "four": 4}
_TURN: Final = "first|second|third|fourth|fifth|last"
_PLACE: Final = "|".join(sorted(_TOP | _MIDDLE | _BOTTOM | {_OUTER}))
#: What may follow an order word that stands for a level without a noun.
_ALONE: Final = (
    r"(?= (?:carries|threatens|lies|sits|involves|measures|replaces|contains|occupies|extends|remains|was"
    r"|(?:osteo)?(?:lytic|blastic)|sclerotic|mixed|with|is|has|have|are|shows?|its|the|a|an|there|alone|only|by|neither|both|no|none|it|they|without"
    r"|and (?:[\d.]+ ?mm|about|some)|(?:and|to) (?:the )?(?:second|third|fourth|fifth|last|lowest|lowermost)"
    r"|of (?:these|them|which|those(?! of)|the (?:two|three|four|five)))\b| *(?:[,;.]|$))"
)
#: "A second deposit" is a new one; "the second deposit", and a table's "upper lesion", are known.
_ORDER: Final = re.compile(
    r"(?:\bthe |^|: |, (?=former|latter)|(?<=\bfirst and )|(?<=\bsecond and )|(?<=\bthird and )"
    r"|(?<=\bupper and )|(?<=\buppermost and )|(?<=\bhighest and ))"
    r"(?:(?P<pair>former|latter)(?: (?P<count>two|three))?\b"
    rf"|(?:(?P<count2>two|three|four) )?(?:more |most )?(?P<word>{_TURN}|{_PLACE})(?:ly (?:located|placed|situated))?"
    rf"(?: (?P<count3>two|three|four)(?= of\b| (?:are|have|show|levels|vertebrae|lesions|bodies|deposits)\b| *[,;.])"
    rf"| {_NOUN}(?! end-?plate)|{_ALONE}))"
    r"|\bthe one in (?:the )?(?P<between>middle|between|centre|center)\b",
    re.MULTILINE,
)
#: "The other one", where there are two; not "the other pedicle".
_OTHER: Final = re.compile(
    rf"(?:\bthe other|(?:^|[.,;] |\b(?:and|but|while|whereas) )its (?:neighbou?r|fellow|companion))"
    rf"(?: {_ONE_NOUN}\b{_ALONE}|{_ALONE})",
    re.MULTILINE,
)
#: One of these stands in every such match.
ORDER_WORDS: Final = (
    _TOP
    | _MIDDLE
    | {_OUTER}
    | _BOTTOM
    | frozenset(_BY_TURN)
    | frozenset({"cranially", "cephaladly", "superiorly", "rostrally", "proximally", "between", "centre", "center"})
    | frozenset({"caudally", "inferiorly", "distally", "centrally"})
)
OTHER_WORDS: Final = frozenset({"other", "neighbour", "neighbor", "fellow", "companion"})
#: "The third is L3" says which one is meant, and refers to none before.
_NAMED_NEXT: Final = re.compile(
    r"(?: of (?:these|them|which|the \w+))?,? ?\(?"
    r"(?:(?:is|lies|sits|was|being|involves|affects|at|in|of|within|the|to be)[ ,:]+)*"
    r"|[^,.;]{0,40}\b(?:is|sits|lies|located|situated|seated|found|resides) (?:in|at|within) (?:the )?"
)
_PLURAL: Final = re.compile(r" (?:are|have|were|all|both|show|contain)\b")
#: What else "the former" and "the latter" may stand for.
_STRUCTURE: Final = re.compile(r"\b(cord|conus|cauda|canal|sac|theca|roots?|nerves?|space|foramen|csf|fluid|dens)\b")
#: "Its neighbour below", "at this level and at the one below"; not "8 mm against 20 mm for the vertebra above".
_BESIDE: Final = re.compile(
    r"(?:^|[.,;:] |\b(?:and|but|while|whereas|at|in|into|behind|although|though) )"
    r"(?P<both>this (?:level|vertebra|segment) and (?:at |in )?)?(?:the|its) (?:next )?"
    r"(?:(?:vertebral body|vertebra|level|segment|one|neighbou?r)(?: (?:directly|immediately|just|lying))?"
    r" (?P<side>below|above|beneath)(?: it| this(?: one)?| that)?\b(?! (?:the|that|those|[cdtls]h?-?\d))"
    r"|(?P<high>upper|lower) neighbou?r\b"
    r"|(?:two )?(?:neighbou?rs|vertebrae|vertebral bodies|levels|ones)(?: directly| immediately)?"
    r" (?P<two>above and below|(?:on |to )?either side)(?: it| this(?: one)?)?\b"
    r"(?! (?:the|that|those|[cdtls]h?-?\d)))(?!'s)",
    re.MULTILINE,
)
#: "Neither at this level nor at L1".
_THIS: Final = re.compile(
    r"\b(?:this|that|the same) (?:level|vertebra|segment|body)"
    r"(?:,? (?:and|or|nor|as well as)(?: (?:at|in|of|behind))?) $"
)
#: One of these stands in every match of the first.
BESIDE_WORDS: Final = frozenset({"below", "above", "beneath", "neighbour", "neighbor", "either"})
THIS_WORDS: Final = frozenset({"this", "that", "same"})
_LISTED: Final = re.compile(r",? (?:and|or|nor|&)(?: (?:at|in|of|to))? ?")


@dataclass(frozen=True, slots=True)
class Spoken:
    """The levels that words of order may refer to.

    `listed` are all, as they were named; `pair` those of which "the former" and "the latter" are the last two; `last`
    is the one spoken of last by itself.
    """

    listed: tuple[str, ...] = ()
    pair: tuple[str, ...] = ()
    last: str = ""


def speaking(spoken: Spoken, levels: Sequence[LevelMention], lesions: Sequence[str] | None) -> Spoken:
    """Return what words of order may refer to after a sentence that names some levels.

    With `lesions` known, levels that are none count only where they stand together ("T7 and T8 are the easier pair").
    """
    here = levels_of_all(levels)
    known = here if lesions is None else tuple([level for level in here if level in lesions])
    if len(here) > 1 and (len(known) != 1 or len(here) == 2):
        some = known if len(known) > 1 else here
        return Spoken(some, some)
    if not known or known[0] == spoken.last:
        return spoken
    listed, pair = spoken.listed, spoken.pair
    if known[0] not in listed:
        listed = (*listed[-1 if lesions is None else -3 :], *known)
    if spoken.last and not (len(pair) == 2 and known[0] in pair):
        pair = (spoken.last, known[0])
    return Spoken(listed, pair if len(pair) > 1 else (*pair, *known), known[0])


def with_order_words(
    levels: tuple[LevelMention, ...], page: Page, sentence: Sentence, spoken: Spoken
) -> tuple[LevelMention, ...]:
    """Add "the former", "the more caudal lesion" and the like as expressions of the levels they stand for."""
    if len(spoken.listed) < 2 and not levels:
        return levels
    found = [
        one
        for match in _ORDER.finditer(page.text, sentence.start, sentence.end)
        if (one := _referred(match, levels, page, sentence, spoken))
    ]
    if found:
        levels = tuple(sorted((*levels, *_joined(found, page)), key=lambda one: one.start))
    if OTHER_WORDS.isdisjoint(page.said[page.sentence_at(sentence.start)]):
        return levels
    others = [
        one
        for match in _OTHER.finditer(page.text, sentence.start, sentence.end)
        if (one := _the_other(match, levels, page, spoken))
    ]
    return tuple(sorted((*levels, *others), key=lambda one: one.start)) if others else levels


def with_neighbours(
    levels: tuple[LevelMention, ...],
    page: Page,
    sentence: Sentence,
    topic: Sequence[str],
    written: tuple[LevelMention, ...],
) -> tuple[LevelMention, ...]:
    """Add "the level below" and the like as expressions of the level they stand for.

    `written` are all expressions of the sentence ("unlike T6, its neighbour below ...").
    """
    found: list[LevelMention] = []
    for match in _BESIDE.finditer(page.text, sentence.start, sentence.end):
        named = [one for one in (*written, *levels) if one.end <= match.start() + 2]
        base = named[-1].levels if named and not match["both"] else tuple(topic)
        said = any(0 <= one.start - match.end() < 4 for one in levels)  # "its lower neighbour, T7"
        sides = ("above", "below") if match["two"] else (match["side"] or match["high"],)
        some = (
            tuple(level for side in sides if (level := _beside(base[0], side))) if len(base) == 1 and not said else ()
        )
        if some:
            start = match.start("both") if match["both"] else match.start()
            some = (base[0], *some) if match["both"] else some
            found.append(LevelMention(start, match.end(), some, tuple(Atom(one, start, match.end()) for one in some)))
    return tuple(sorted((*levels, *found), key=lambda one: one.start)) if found else levels


def with_this(levels: tuple[LevelMention, ...], page: Page, topic: Sequence[str]) -> tuple[LevelMention, ...]:
    """Add the level under discussion to one that is listed with it ("neither at this level nor at L1")."""
    found: list[LevelMention] = []
    for one in levels:
        this = _THIS.search(page.text, max(0, one.start - 40), one.start)
        if this and len(topic) == 1 and topic[0] not in one.levels:
            atom = Atom(topic[0], this.start(), this.end())
            one = LevelMention(this.start(), one.end, (topic[0], *one.levels), (atom, *one.atoms), one.role)
        found.append(one)
    return tuple(found)


def _beside(level: str, side: str) -> str:
    """Return the vertebra on one side of another; empty where there is none."""
    if side in {"below", "beneath", "lower"}:
        return next_level(level) or ""
    return next((above for above in reversed(LEVELS) if next_level(above) == level), "")


def _referred(
    match: re.Match[str], levels: tuple[LevelMention, ...], page: Page, sentence: Sentence, spoken: Spoken
) -> LevelMention | None:
    """Return the expression of the levels that words of order stand for; None if they stand for none."""
    start, end = match.span()
    if is_beside_the_point(page.text, sentence.start, start, end):
        return None
    following = next((one for one in levels if one.start >= end), None)
    if following and _NAMED_NEXT.fullmatch(page.text, end, following.start):
        return None
    earlier = [level for one in levels if one.end <= start for level in one.levels]
    inside = len(set(earlier)) > 1
    named = spoken.pair if match["pair"] and not match["count"] else spoken.listed
    among = tuple(dict.fromkeys(earlier)) if inside else named
    opens = start - sentence.start - sentence.lead < 4 or page.text.endswith((", ", "; "), 0, start)
    if opens and match["pair"] and not match["count"] and _PLURAL.match(page.text, end):
        return None  # "the former are both lytic": of two groups
    if match["pair"] and not inside and _names_structures(page.text[sentence.start : start]):
        return None
    chosen = _chosen(match, among) if len(among) > 1 else ()
    atoms = tuple(Atom(level, start, end) for level in chosen)
    return LevelMention(start, end, tuple(chosen), atoms) if chosen else None


def _the_other(
    match: re.Match[str], levels: tuple[LevelMention, ...], page: Page, spoken: Spoken
) -> LevelMention | None:
    """Return the expression of the one of two that was not spoken of last; None where there are not two."""
    start, end = match.span()
    following = next((one for one in levels if one.start >= end), None)
    if len(spoken.pair) != 2 or (following and _NAMED_NEXT.fullmatch(page.text, end, following.start)):
        return None
    before = [one for one in levels if one.end <= start]
    one = before[-1].levels if before else (spoken.last,)
    if len(one) != 1 or one[0] not in spoken.pair:
        return None
    level = spoken.pair[1 - spoken.pair.index(one[0])]
    return LevelMention(start, end, (level,), (Atom(level, start, end),))


def _names_structures(before: str) -> bool:
    """Tell whether two parts of the canal are named before words that may stand for one of them."""
    return len(set(_STRUCTURE.findall(before))) > 1 and not before.endswith((" at", " in", " behind"))


def _chosen(match: re.Match[str], among: Sequence[str]) -> Sequence[str]:
    """Return those of some levels, in the order they were named, that words of order stand for."""
    word = match["pair"] or match["word"] or "middle"
    count = _COUNTS.get(match["count"] or match["count2"] or match["count3"] or "", 1)
    if match["pair"] is None and word not in _BY_TURN:
        among = sorted(among, key=level_order)
        if word == _OUTER:
            return (among[0], among[-1]) if len(among) == 3 and count == 2 else ()
        if word in _MIDDLE:
            return among[1:2] if len(among) == 3 and count == 1 else ()
        return () if count > len(among) else among[:count] if word in _TOP else among[-count:]
    if count > 1:
        return () if count > len(among) else among[:count] if word in {"former", "first"} else among[-count:]
    place = _BY_TURN[word]
    return among[place : place + 1 or None] if place < len(among) else ()


def _joined(found: Sequence[LevelMention], page: Page) -> list[LevelMention]:
    """Join expressions that stand in one list ("the first and the last")."""
    joined = [found[0]]
    for above, below in pairwise(found):
        span = page.text[above.end : below.start] == " to " and page.text.endswith("from ", 0, above.start)
        if span or _LISTED.fullmatch(page.text, above.end, below.start):
            first = joined[-1]
            between = levels_between(first.levels[-1], below.levels[0]) if span else ()
            levels = tuple(dict.fromkeys(first.levels + between + below.levels))
            joined[-1] = LevelMention(first.start, below.end, levels, first.atoms + below.atoms)
        else:
            joined.append(below)
    return joined
