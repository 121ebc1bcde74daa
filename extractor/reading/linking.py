"""Link each mention to its levels: beside it, under discussion, the rest, a region, or every lesion."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from extractor.reading.levels import LevelMention
from extractor.reading.mentions import Mention, clause
from extractor.reading.page import Page, regions_named
from extractor.reading.sites import Site, about_tumour
from extractor.values import LEVELS, Region, level_order, levels_between

_CONNECTOR: Final = re.compile(
    r"(?:[ ,:(-]|\b(?:is|are|was|seen|noted|present|identified|again|also|now|mainly|most|marked"
    r"|pronounced|evident|maximal|worst|the|of|at|in|"
    r"spans?|covers?|stretches|occupies|replaces|invades|destroys|fills|involving|affecting|within|from|to|level|levels|body|bodies|vertebral|vertebra|vertebrae|through|for|behind|opposite|around|across|spanning|spans|span|"
    r"between|over|on|by|and|with|left|right|side|half|part|aspect|centered|centred|marrow|replacing|occupying|lesion|lesions|metastasis|tumou?r|"
    r"measuring|new|both|known|treated|located|situated|visible|largest|extending|extends|including|namely|involves?|affects?|"
    r"[\d.]+|x|mm|cm|posterior|anterior|superior|inferior|endplate|element|elements|pedicle|lamina|portion|corner|there|only|limited|confined)\b)*"
)
_PREPOSITION: Final = re.compile(
    r"\b(?:of|at|in|involving|affecting|within|from|to|through|behind|opposite|around|across|spanning"
    r"|between|over|on|replacing|occupying|level|for|involves?|affects?|into|alongside|beside|next to"
    r"|accompan\w+|spans?|covers?|stretches|runs|occupies|replaces|invades|destroys|fills)(?: (?:the|level|left|right|a"
    r"|vertebral|body|bodies|vertebra|vertebrae|side|half|of|posterior|anterior|both|also))*[ ]*$|[,:(-] *$"
)
_ADJACENT: Final = re.compile(
    r"[ :,(=-]*(?:(?:is|are|both|each|all|shows?|has|have|demonstrates?|with|a|an|the|now|also|again|there"
    r"|vertebra|body"
    r"|vertebral|level)[ :,]*)*"
)
_BREAK: Final = re.compile(
    r"[;]|\bbut\b(?! (?:no|not|without|does|do|is not|are not)\b)|\bwhereas\b|\bwhile\b|\bhowever\b"
    r"|, and (?:the|there|at|in)\b|\. "
)
_REST: Final = re.compile(
    r"\b(?:remaining|others|elsewhere|nowhere else|otherwise|rest of|remainder|all else|(?:all|every|no|any) other"
    r"|other (?:\w+ ){0,2}?(?:levels?|vertebra\w*|lesions?|deposits?|metasta\w+|mets|bodies|sites?|segments?|ones?"
    r"|heights?|two|three|four|five))\b(?! hand)"
)
_NOWHERE: Final = re.compile(
    r"\b(?:nowhere|anywhere|any (?:other |spinal )?(?:level|site)|(?:no|all|every|each) (?:spinal "
    r"|imaged )?levels?|throughout"
    r"|multi-?level)\b"
)
#: "Normal from the foramen magnum to the tip at L1": the whole cord.
_TOP_DOWN: Final = re.compile(
    r"[^,;.]{0,30}\bfrom (?:the )?(?:foramen magnum|skull base|\w*cervic\w+ junction|top)\b[^;.]*\bto\b"
)
_ONWARD: Final = re.compile(r"(?:,? and)? (?:down(?:wards?)?|below|onwards?|caudally)\b")
#: "C3 is displaced 4 mm forward on C4" concerns both.
_ONTO: Final = re.compile(
    r" (?:(?:is|has|stands?|lies|slipped|displaced|moved|by|\d+(?:\.\d)?|mm|anteriorly|posteriorly"
    r"|forwards?|anterior|posterior) )*"
    r"(?:on|of|over|upon|relative to|with respect to) (?:the )?"
)
_ON: Final = re.compile(r"(?: [\w.]+){0,5} (?:on|over|against|relative to|with respect to) (?:the )?")
_OF_BONE: Final = frozenset({"lesion", "bone_lesion", "involvement", "collapse"})
_BONE: Final = (
    r"(?:ilia\w*|iliac|ribs?|stern\w+|pelvi\w+|fem\w+|skull|calvari\w+|scapula\w*|humer\w+|acetabul\w+"
    r"|clavic\w+|pubi\w+|ischi\w+)"
)
_OTHER_BONE_NEXT: Final = re.compile(
    rf"(?: (?:lesions?|deposits?|metastas[ie]s|foc(?:us|i)))?"
    rf"(?: (?:lies|is|seen|present|noted|also|measuring|[\d.]+|[cm]m|arising)){{0,4}} (?:of|in|within"
    rf"|involving|at) (?:the )?"
    rf"(?:(?:left|right|both|bilateral|posterior|anterior|medial|lateral|fifth|sixth|seventh|eighth|ninth|tenth"
    rf"|\d+(?:st|nd|rd|th)?) )*{_BONE}\b"
)
_OTHER_BONE_BEFORE: Final = re.compile(rf"\b{_BONE}(?: (?:bone|wing|crest|head|shaft|ramus))? $")
_TIED: Final = re.compile(r"\b(?:at|of|in|behind|opposite|within)(?: (?:the|level))? $")
_BEYOND: Final = re.compile(
    r"\b(below|caudal to|distal to|inferior to|above|cranial to|proximal to|superior to) (?:the )?$"
)
_EVERY: Final = re.compile(r"\b(?:all|any|each|every|multiple|multilevel|throughout|none of)\b")
_HERE: Final = re.compile(
    r"\A(?:and |but )?its?\b|\b(?:here|this (?:level|vertebra|lesion|body|site|segment|height)"
    r"|that (?:level|spot|point|height)|same (?:level|height)"
    r"|at this|the (?:lesion|tumou?r|fracture)|these levels|behind it|there(?= *(?:[.,;]|$)))\b"
)
_GROUP: Final = re.compile(
    r"\b(?:(?:both|either|neither|each)(?: (?:of (?:these|them|the)(?: two| three)?(?: \w+)?|levels?"
    r"|lesions?|segments?|vertebra\w*"
    r"|metasta\w+|deposits?|bod(?:y|ies)|fractures?|is|are|has|have|shows?|measures?|occup\w+|involv\w+|remain\w*)\b"
    r"|(?= *(?:[,.;]|$)))"
    r"|these (?:two |three |four )?(?:levels|lesions|vertebrae|metastases|deposits|bodies|segments|fractures)"
    r"|all three|they|their|the two (?:lesions|levels|vertebrae|metastases|deposits))",
    re.MULTILINE,
)
_AT_ALL: Final = re.compile(
    r"(?:[^,;.]{0,20}\b(?:at|in|of)|(?: \w+){0,2}) (?:both|each|all three|all of them|these levels"
    r"|these two)\b(?= *(?:[:,.;]|$)|(?: of)? (?:these|levels|lesions))",
    re.MULTILINE,
)
_ONLY: Final = re.compile(
    r"\bonly (?:\w+ )?(?:one|level|vertebra|lesion|site|deposit|metastasis)\b|\b(?:limited|confined"
    r"|restricted) to (?:this level|[ctl]\d)"
    r"|\bonly\b(?= (?:at|in) | [cdtl]h?-?\d)|(?<=\d) only\b"
)
_EXCEPT_AT: Final = re.compile(
    r"\b(?:except|excepting|other than|apart from|aside from|besides|with the exception of|outside|save|excluding|bar)"
    r"(?: \w+){0,5}? $"
)
_EXCEPT: Final = re.compile(r"\b(?:except|other than|apart from|aside from|besides|with the exception of)\b")
_REGION_WORD: Final = re.compile(
    r"\b(cervical|thoracic|dorsal|lumbar|sacral)\b(?! (?:\d|vertebra\b|foramin|ala|duct|root))"
)


@dataclass(frozen=True, slots=True)
class Target:
    """What a mention is about. `scope`: own, rest, wide, except or only; `regions` limit the wide ones."""

    scope: str
    levels: tuple[str, ...]
    via: str
    regions: frozenset[Region] = frozenset()


def link(mention: Mention, page: Page, site: Site, known: Sequence[str]) -> Target | None:
    """Return what a mention is about; None where it is about a disc."""
    sentence = page.sentences[mention.sentence]
    start, end = clause(page, mention.sentence, mention.start, mention.end)
    words = page.text[start:end]
    regions = sentence.regions or frozenset[Region]()
    before = [one for one in site.levels if one.end <= mention.start + 1 or one.start < mention.start]
    here = [one for one in before if one.start >= start]
    before = here or ([] if any(start <= one.start < end for one in site.levels if one not in before) else before)
    after = [one for one in site.levels if one.start >= mention.end - 3 and one not in before]
    if mention.rule.field in _OF_BONE and _of_other_bone(mention, page, site):
        return None
    span = _span_of_discs(mention, page, site)
    if span:
        return Target("own", span, "clause", regions)
    if _of_disc(mention, page, site):
        return None
    inside = [one for one in site.levels if one.start >= mention.start and one.end <= mention.end]
    if inside and mention.rule.field != "diffuse":
        return _scoped(_levels(inside), "inside", page, mention, regions)
    if mention.rule.field != "lesion" and _is_rest(mention, page, site, start, end):
        return Target("rest", (), "rest", _regions_beside(mention, page) or regions)
    if _TOP_DOWN.match(page.text, mention.end, sentence.end) and "wide" in mention.rule.tags:
        return Target("wide", (), "wide", regions)
    beyond = _beyond(mention, page, before)
    if beyond:
        return Target("own", beyond, "clause", regions)
    spared = _excepted(mention, page, site)
    if spared and (mention.denied or "normal" in mention.rule.tags):
        return Target("except", spared, "except", regions)
    roots = _at_root(mention, page, site, known)
    if roots:
        return Target("own", roots, "root", regions)
    together = _together(mention, site)
    if together and _AT_ALL.match(page.text, mention.end, sentence.end):
        return Target("own", together, "group", regions)
    beside = _beside(mention, page, site, before, after)
    if beside and mention.rule.grades == ("subluxation",):
        beside = _slipped(mention, beside, page, site)
    if beside:
        return _scoped(_spared(beside, mention, page, site), "clause", page, mention, regions)
    return _unlevelled(mention, page, site, words, regions, known, before, after)


def _span_of_discs(mention: Mention, page: Page, site: Site) -> tuple[str, ...]:
    """Return the vertebrae between two discs that bound a span ("oedema from the T9-10 disc to the bottom of T11")."""
    after = sorted((one for one in (*site.discs, *site.levels) if one.start >= mention.end), key=lambda one: one.start)
    if "span" not in mention.rule.tags or len(after) < 2 or after[0].role != "disc":
        return ()
    if not re.fullmatch(r"[^,;.]*\bfrom (?:the )?", page.text[mention.end : after[0].start]):
        return ()
    if not re.search(r"\bto\b[^,;.]*$", page.text[after[0].end : after[1].start]):
        return ()
    return levels_between(after[0].levels[-1], after[1].levels[0])


def _at_root(mention: Mention, page: Page, site: Site, known: Sequence[str]) -> tuple[str, ...]:
    """Return the lesions whose own root is named ("the nerve roots at S2 and S3 are encased")."""
    if mention.rule.field != "nerve_root" or any(one.end <= mention.start for one in site.levels):
        return ()
    start, end = clause(page, mention.sentence, mention.start, mention.end)
    named = [one.levels[0] for one in site.roots if start <= one.start < end]
    return tuple(level for level in named if level in known)


def _excepted(mention: Mention, page: Page, site: Site) -> tuple[str, ...]:
    """Return the levels of "no collapse other than at L2" or "except for T11, the cord is free"."""
    start, end = clause(page, mention.sentence, mention.start, mention.end)
    return next(
        (
            one.levels
            for one in ((*site.levels, *site.roots) if mention.rule.field == "nerve_root" else site.levels)
            if start <= one.start < end and _EXCEPT_AT.search(page.text, start, one.start)
        ),
        (),
    )


def _of_other_bone(mention: Mention, page: Page, site: Site) -> bool:
    """Tell whether a mention is about another bone than a vertebra ("lytic lesion of the left iliac wing")."""
    start, end = clause(page, mention.sentence, mention.start, mention.end)
    ahead = min([end, *(one.start for one in site.levels if one.start >= mention.end)])
    behind = max([start, *(one.end for one in site.levels if one.end <= mention.start)])
    return bool(
        _OTHER_BONE_NEXT.match(page.text, mention.end, ahead)
        or _OTHER_BONE_BEFORE.search(page.text, behind, mention.start)
    )


def _is_rest(mention: Mention, page: Page, site: Site, start: int, end: int) -> bool:
    """Tell whether words such as "elsewhere" or "the other levels" say that a mention is about the rest.

    They must stand in its part of the clause ("oedema at T5, normal elsewhere"), or open the sentence, and no
    level may stand between.
    """
    sentence = page.sentences[mention.sentence]
    if mention.denied and _EXCEPT.search(page.text, start, end):
        return False
    for rest in _REST.finditer(page.text, sentence.start, sentence.end):
        low, high = min(rest.start(), mention.start), max(rest.end(), mention.end)
        if any(low <= one.start < high for one in site.levels):
            continue
        opens = rest.start() - sentence.start - sentence.lead < 18 and rest.start() < mention.end
        apart = page.text[min(rest.end(), mention.end) : max(rest.start(), mention.start)]
        if opens or (start <= rest.start() < end and not re.search(r",|\band\b(?! the rest)", apart)):
            return True
    return False


def _beyond(mention: Mention, page: Page, before: list[LevelMention]) -> tuple[str, ...]:
    """Return the levels below C2 of "below C2 the alignment is normal"; none if nothing is said so."""
    sentence = page.sentences[mention.sentence]
    if not before or not (mention.denied or "normal" in mention.rule.tags):
        return ()
    if _ONWARD.match(page.text, before[-1].end) and page.text[: before[-1].start].endswith(("from ", "from the ")):
        return tuple(level for level in LEVELS if level_order(level) >= level_order(before[-1].levels[0]))
    side = _BEYOND.search(page.text, sentence.start, before[-1].start)
    if not side:
        return ()
    if side[1] in {"below", "caudal to", "distal to", "inferior to"}:
        return tuple(level for level in LEVELS if level_order(level) > level_order(before[-1].levels[-1]))
    return tuple(level for level in LEVELS if level_order(level) < level_order(before[-1].levels[0]))


def _regions_beside(mention: Mention, page: Page) -> frozenset[Region]:
    """Return the regions named in a mention's part of the sentence, or at its head ("In the lumbar spine, ...")."""
    sentence = page.sentences[mention.sentence]
    left = max(page.text.rfind(mark, sentence.start, mention.start) for mark in ",;") + 1
    right = min(
        at for mark in ",;" if (at := page.text.find(mark, mention.end, sentence.end)) >= 0 or (at := sentence.end)
    )
    found = regions_named(" ".join(_REGION_WORD.findall(page.text[max(left, sentence.start) : right])))
    head = re.match(r"(?:in|of|within|throughout) (?:the )?[^,]{0,60}", page.text[sentence.start : sentence.end])
    return found or (regions_named(" ".join(_REGION_WORD.findall(head[0]))) if head else frozenset())


def _scoped(levels: tuple[str, ...], via: str, page: Page, mention: Mention, regions: frozenset[Region]) -> Target:
    start, end = clause(page, mention.sentence, mention.start, mention.end)
    words = page.text[start:end]
    if _ONLY.search(words) and not mention.denied:
        return Target("only", levels, "only", regions)
    return Target("own", levels, via, regions)


def _spared(levels: tuple[str, ...], mention: Mention, page: Page, site: Site) -> tuple[str, ...]:
    """Take the exceptions out of a range ("T4 to T8 with the exception of T6")."""
    out = _excepted(mention, page, site)
    return tuple(level for level in levels if level not in out) or levels


def _levels(found: Sequence[LevelMention]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(level for one in found for level in one.levels))


def _of_disc(mention: Mention, page: Page, site: Site) -> bool:
    """Tell whether a mention is about a disc: the words nearest before it are, or its line is."""
    sentence = page.sentences[mention.sentence]
    if about_tumour(page.text[sentence.start : sentence.end]):
        return False
    nearest = [one for one in (*site.discs, *site.levels) if one.end <= mention.start]
    if not nearest:
        return site.disc
    last = max(nearest, key=lambda one: one.end)
    if _BREAK.search(page.text[last.end : mention.start]):
        return False
    return last.role == "disc" or (site.disc and last.pair)


def _together(mention: Mention, site: Site) -> tuple[str, ...]:
    """Return what "both" or "each" stands for: the levels named before in the sentence, or the last group of them."""
    earlier = _levels([one for one in site.levels if one.end <= mention.start])
    return earlier if len(earlier) > 1 else site.group


def _slipped(mention: Mention, levels: tuple[str, ...], page: Page, site: Site) -> tuple[str, ...]:
    """Add the neighbour a vertebra has slipped on ("anterolisthesis of L4 on L5" concerns both)."""
    following = next((one for one in site.levels if one.start >= mention.end), None)
    before = [one for one in site.levels if one.end <= mention.start]
    if following and before and _ON.fullmatch(page.text, mention.end, following.start):
        return tuple(dict.fromkeys((*before[-1].levels, *following.levels)))
    for above, below in pairwise(site.levels):
        if set(levels) & {*above.levels, *below.levels} and _ONTO.fullmatch(page.text, above.end, below.start):
            return tuple(dict.fromkeys((*above.levels, *below.levels)))
    return levels


def _bracketed(mention: Mention, page: Page, previous: LevelMention) -> tuple[str, ...]:
    """Return the level whose bracket holds a mention ("T5, T12 (with fracture) and L3"); none without a bracket."""
    opening = page.text.rfind("(", previous.start, mention.start)
    if opening < 0 or page.text.rfind(")", opening, mention.start) > 0:
        return ()
    held = [one for one in previous.atoms if one.end <= opening and not page.text[one.end : opening].strip()]
    return (held[-1].level,) if held else ()


def _beside(
    mention: Mention, page: Page, site: Site, before: list[LevelMention], after: list[LevelMention]
) -> tuple[str, ...]:
    """Return the levels a mention stands beside in its sentence."""
    previous = before[-1] if before else None
    following = after[0] if after else None
    if following:
        gap = page.text[mention.end : following.start]
        joined = (
            _CONNECTOR.fullmatch(gap)
            and not (previous and gap.strip() == ",")
            and (_PREPOSITION.search(gap) or len(gap.strip()) < 4)
        )
        close = not _BREAK.search(gap) and bool(_PREPOSITION.search(gap)) and len(gap) < 70 and ", " not in gap
        if previous and "," in gap and not re.search(r"[,:;]", page.text[previous.end : mention.start]):
            return _bracketed(mention, page, previous) or previous.levels
        tied = joined and _TIED.search(gap) and len(gap) < 16  # "height loss at T9"
        if previous and not tied and _ADJACENT.fullmatch(page.text[previous.end : mention.start]):
            return previous.levels
        if joined or (close and (previous is None or not re.search(r"\band\b", gap))):
            return following.levels
    if previous:
        gap = page.text[previous.end : mention.start]
        bracketed = _bracketed(mention, page, previous)
        if bracketed:
            return bracketed
        words = page.text[previous.end : mention.start]
        onward = page.text[mention.end : clause(page, mention.sentence, mention.start, mention.end)[1]]
        if not (
            _BREAK.search(gap)
            and "wide" in mention.rule.tags
            and ("normal" in mention.rule.tags or mention.denied)
            and not _HERE.search(words + onward)
            and not site.item
        ):
            return previous.levels
        return ()
    return ()


def _is_fracture(mention: Mention, page: Page) -> bool:
    """Tell whether fractures are denied ("No pathological fracture."), which speaks of all vertebrae."""
    said = page.text[mention.start : mention.end]
    return mention.rule.field == "collapse" and mention.denied and bool(re.search(r"fractur|\bfx|#", said))


def _unlevelled(
    mention: Mention,
    page: Page,
    site: Site,
    words: str,
    regions: frozenset[Region],
    known: Sequence[str],
    before: list[LevelMention],
    after: list[LevelMention],
) -> Target:
    """Return the target of a mention without a level beside it."""
    upto = page.text[page.sentences[mention.sentence].start : mention.end]
    around = page.text[
        page.sentences[mention.sentence].start : clause(page, mention.sentence, mention.start, mention.end)[1]
    ]
    onward = _AT_ALL.match(page.text, mention.end, page.sentences[mention.sentence].end)
    together = _together(mention, site)
    if (_GROUP.search(upto) or onward) and together:
        return Target("own", together, "group")
    named = _regions_beside(mention, page)
    if "regional" in mention.rule.tags:
        return Target("wide", (), "wide", named or regions)
    quiet = mention.denied or "normal" in mention.rule.tags
    if _NOWHERE.search(words) and (quiet or "wide" in mention.rule.tags):
        return Target("wide", (), "wide", named or regions)
    if quiet and named and "wide" in mention.rule.tags:
        return Target("wide", (), "wide", named)
    if _HERE.search(around) and site.topic:
        return Target("only" if _ONLY.search(words) and not mention.denied else "own", site.topic, "anaphor")
    plural = re.search(
        r"\b(?:heights|bodies|fractures|collapse of any|vertebral (?:body )?collapse|levels?)\b",
        page.text[mention.start : mention.end] + words,
    ) or (
        mention.rule.field == "collapse"
        and re.search(r"\bvertebral\b", page.text[mention.start : mention.end])
        and not page.text[: mention.start].endswith("the ")
        and not page.text.startswith("the ", mention.start)
    )
    if site.item and not site.topic and site.head:
        return Target("own", site.head, "topic")
    if site.topic and (site.item or not quiet):
        return Target("own", site.topic, "topic")
    if quiet and ("wide" in mention.rule.tags or plural or _is_fracture(mention, page) or not site.topic):
        return Target("wide", (), "wide", named or regions)
    if site.topic:
        return Target("own", site.topic, "topic")
    if after and not before:
        return Target("own", after[0].levels, "sentence")
    if site.ahead and not quiet:
        return Target("own", site.ahead, "sentence")
    return Target("wide", (), "wide", named or regions)
