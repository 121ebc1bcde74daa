"""Say how far a statement reaches: the rest, all but one, below a level, a region, several together."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from extractor.reading.cues import Mention, clause
from extractor.reading.levels import LevelMention, levels_of_all
from extractor.reading.page import Page
from extractor.reading.regions import regions_named
from extractor.reading.sites import Site
from extractor.values import LEVELS, Region, level_order

_REST: Final = re.compile(
    r"\b(?:(?<!csf )(?<!fluid )(?<!still )remaining(?! (?:around|csf|height|visible|dorsal\w*|ventral\w*"
    r"|posterior\w*|anterior\w*|rim|behind|in front))|others|elsewhere|nowhere else|anywhere else|everywhere else"
    r"|nothing else(?= *(?:[.;]|$))"
    r"|otherwise|rest of(?! the (?:(?:posterior|neural|vertebral) (?:arch|elements|ring)|body|vertebra|bone"
    r"|arch|lesion|mass)\b)|remainder|all else|(?:all|every|no|any) other"
    r"|other (?:\w+ ){0,2}?(?:levels?|vertebra\w*|lesions?|deposits?|metasta\w+|mets|bodies|sites?|segments?|ones?"
    r"|heights?|two|three|four|five)|the rest|(?:second|further|additional) (?:levels?|sites?|areas?|place))\b(?! hand)"
)
#: "Normal from the foramen magnum to the tip at L1": the whole cord.
TOP_DOWN: Final = re.compile(
    r"[^,;.]{0,30}\bfrom (?:the )?(?:(?:foramen magnum|skull base|\w*cervic\w+ junction|top)\b[^;.]*\bto\b"
    r"|[ct]h?\d{1,2} (?:down )?to (?:the |its )*(?:tip|conus|end|cone)\b)"
)
#: "Neither at L5 nor at any of the other levels", "here as at every other level".
AND_OTHERS: Final = re.compile(
    r"\b(?:or|nor|and|as)(?: at| in)? (?:any|every|all)(?: of)?(?: the)? others?\b"
    r"|\b(?:or|nor)(?: at| in)? (?:elsewhere|anywhere)\b|\bnor (?:at |in )?the other\b"
)
#: "Apart from the kyphus already described".
_BUT_FOR: Final = re.compile(
    r"\b(?:apart|aside) from|\bexcept(?:ing)?(?: for)?|\bother than|\bwith the (?:\w+ )?exception of"
)
_KNOWN: Final = re.compile(r"(?: (?:the|this|that|its|these|those))(?: (?!of\b|at\b|in\b)[\w-]+){0,3} $")
_ONWARD: Final = re.compile(r"(?:,? and)? (?:down(?:wards?)?|below|onwards?|caudally)\b")
OF_BONE: Final = frozenset({"lesion", "bone_lesion", "involvement", "collapse"})
_BONE: Final = (
    r"(?:ilia\w*|iliac|ribs?|stern\w+|pelvi\w+|fem\w+|skull|calvari\w+|scapula\w*|cliv\w+|mandib\w+|humer\w+|acetabul\w+"
    r"|clavic\w+|pubi\w+|ischi\w+)"
)
_OTHER_BONE_NEXT: Final = re.compile(
    rf"(?: (?:lesions?|deposits?|metastas[ie]s|foc(?:us|i)|changes?|areas?|destruction|involvement|component))?"
    rf"(?: (?:lies|is|seen|present|noted|also|measuring|[\d.]+|[cm]m|arising)){{0,4}} (?:of|in|within"
    rf"|involving|at) (?:the )?"
    rf"(?:(?:left|right|both|bilateral|posterior|anterior|medial|lateral|fifth|sixth|seventh|eighth|ninth|tenth"
    rf"|\d+(?:st|nd|rd|th)?) )*{_BONE}\b"
)
_OTHER_BONE_BEFORE: Final = re.compile(rf"\b{_BONE}(?: (?:bone|wing|crest|head|shaft|ramus))? $")
_THE_OTHERS: Final = re.compile(
    r"\b(?:the|all) (?:other|remaining)(?: (?:one|two|three|four|five|six|seven|eight))?"
    r"(?: (?:ones?|lesions?|levels?|deposits?|vertebra\w*))? (?:is|are|represents?|remains?)\b"
)
_BEYOND: Final = re.compile(
    r"\b(below|caudal to|distal to|inferior to|above|cranial to|proximal to|superior to) (?:the )?$"
)
_EXCEPTING: Final = (
    r"\b(?:except|excepting|other(?: (?:levels?|vertebra|site))? than|apart from|aside from|besides|away from"
    r"|with the (?:\w+ )?exception of|the (?:sole |only |single )?exceptions? (?:being|is|are)"
    r"|(?:every one|all|any|each|both|none)(?: (?:one )?of (?:them|these|the \w+))? but"
    r"|outside(?! (?:report|study|hospital|ct|mr|film|exam|imag))|save|excluding|bar)"
)
#: "Apart from T12, which is sclerotic, they are lytic."
_APART: Final = re.compile(rf"[ -]*{_EXCEPTING}(?: for| from)? (?:the )?")
_APART_AFTER: Final = re.compile(r" (?:alone |only |itself )?(?:apart|aside|excepted|excluded)\b,")
_ALL_BUT: Final = re.compile(
    r"\b(?:all|each|every one|both|none)(?: (?:one )?of (?:them|these|the \w+))? but (?:for )?(?:the )?$"
)
_OF_WHICH: Final = r"(?:(?:both|all|each|neither|none|two|three|one) of )?(?:which|whom|where|whose|with)\b"
_THE_REST: Final = re.compile(rf"(?:,? {_OF_WHICH}[^,;.]*)?,(?! {_OF_WHICH})(?P<rest> .*)?")
_PLURAL: Final = re.compile(
    r"\b(?:they|these|all|both|every|(?:the |all )?(?:others?|rest)|lesions|deposits|metastases|levels"
    r"|vertebrae|bodies)\b"
)
_WHICH: Final = re.compile(rf",? (?:{_OF_WHICH}|who\b)[^,;.]*")
_EXCEPT: Final = re.compile(rf"{_EXCEPTING}\b")
#: One of these words stands in every match of the regexes above.
EXCEPT_WORDS: Final = frozenset({"except", "excepting", "other", "apart", "aside", "besides", "away", "exception"}) | (
    frozenset({"but", "outside", "save", "excluding", "excepted", "excluded", "bar"})
)
REST_WORDS: Final = frozenset({"remaining", "others", "elsewhere", "else", "otherwise", "rest", "remainder"}) | (
    frozenset({"other", "second", "further", "additional"})
)
_OTHERS_WORDS: Final = frozenset({"other", "remaining"})
EXCEPT_AT: Final = re.compile(rf"{_EXCEPTING}(?: \w+){{0,7}}? $")
#: "... throughout the thoracic spine, the lumbar spine, and the sacrum"
_MORE_REGIONS: Final = re.compile(
    r",(?: and)?(?: the)?(?: (?:upper|lower|mid|visuali[sz]ed|entire|whole))* (?:cervical|thoracic|dorsal"
    r"|lumbar|lumbosacral|sacral|sacrum)\b"
    r"(?: (?:spine|vertebrae|levels|regions?))?"
)
_REGION_WORD: Final = re.compile(
    r"(?<!vertebral and )(?<!nor of the )(?<!nor in the )(?<!or of the )\b((?:cervico|thoraco|dorso"
    r"|lumbo)-?(?:thoracic|dorsal|lumbar|sacral)|cervical|thoracic|dorsal|lumbar"
    r"|sacral|sacrum)\b(?! (?:\d|vertebra\b|foramin|ala|duct|root))"
)

#: One of these stands in every such match.
_REGION_WORDS: Final = frozenset({"cervical", "thoracic", "dorsal", "lumbar", "sacral", "sacrum"}) | frozenset(
    upper + lower
    for upper in ("cervico", "thoraco", "dorso", "lumbo")
    for lower in ("thoracic", "dorsal", "lumbar", "sacral")
)


# Not frozen, since that takes three times as long to make and there are many; none is ever changed.
@dataclass(slots=True)
class Target:
    """What a mention is about. `scope`: own, rest, wide, except or only; `regions` limit the wide ones."""

    scope: str
    levels: tuple[str, ...]
    via: str
    regions: frozenset[Region] = frozenset()


def may_except(mention: Mention, page: Page) -> bool:
    """Tell whether a word of exception stands in the sentence of a mention."""
    return not EXCEPT_WORDS.isdisjoint(page.said[mention.sentence])


def excepted(mention: Mention, page: Page, site: Site) -> tuple[str, ...]:
    """Return the levels of "no collapse other than at L2" or "except for T11, the cord is free"."""
    if not may_except(mention, page):
        return ()
    start, end = clause(page, mention.sentence, mention.start, mention.end)
    if not _EXCEPT.search(page.text, start, end):
        return ()
    return next(
        (
            one.levels
            for one in ((*site.levels, *site.roots) if mention.rule.field == "nerve_root" else site.levels)
            if start <= one.start < end
            and EXCEPT_AT.search(page.text, start, one.start)
            and not (one.end <= mention.start and _WHICH.fullmatch(page.text, one.end, mention.start))
        ),
        (),
    )


def opening_exception(mention: Mention, page: Page, site: Site, *, quiet: bool) -> tuple[str, ...]:
    """Return the levels a sentence excepts before it speaks of all ("Apart from T12, ..., they are lytic")."""
    sentence = page.sentences[mention.sentence]
    first = site.levels[0] if site.levels and may_except(mention, page) else None
    if not first or first.end > mention.start or any(one.end <= mention.start for one in site.levels[1:]):
        return ()
    if quiet and first.start - sentence.start - sentence.lead < 6 and _APART_AFTER.match(page.text, first.end):
        return first.levels  # "T9 excepted, heights are preserved"
    if not _APART.fullmatch(page.text, sentence.start + sentence.lead, first.start):
        return ()
    if _ALL_BUT.search(page.text, sentence.start, first.start):
        return first.levels  # "all but T6 have kept their height"
    between = _THE_REST.fullmatch(page.text, first.end, mention.end)
    return first.levels if between and (quiet or _PLURAL.search(between["rest"] or "")) else ()


def excepts_ahead(mention: Mention, page: Page, site: Site) -> bool:
    """Tell whether an exception with its level follows ("all are lytic except T11")."""
    if not may_except(mention, page):
        return False
    end = clause(page, mention.sentence, mention.start, mention.end)[1]
    word = _EXCEPT.search(page.text, mention.end, end)
    return word is not None and any(word.end() <= one.start < end for one in site.levels)


def recalls_exception(mention: Mention, page: Page) -> bool:
    """Tell whether a mention only recalls what all but is normal ("apart from the kyphus already described")."""
    but = _BUT_FOR.search(page.text, page.sentences[mention.sentence].start, mention.start)
    return but is not None and _KNOWN.fullmatch(page.text, but.end(), mention.start) is not None


def of_other_bone(mention: Mention, page: Page, site: Site, start: int, end: int) -> bool:
    """Tell whether a mention is about another bone than a vertebra ("lytic lesion of the left iliac wing").

    It must be named in the clause from `start` to `end`, with no level between.
    """
    text = page.text
    last = text.rfind(" ", start, mention.start - 1)
    two = max(start, text.rfind(" ", start, last) if last > 0 else last)
    before = _OTHER_BONE_BEFORE.search(text, two, mention.start)
    if not before and not _OTHER_BONE_NEXT.match(text, mention.end, end):
        return False
    ahead = min([end, *(one.start for one in site.levels if one.start >= mention.end)])
    behind = max([start, *(one.end for one in site.levels if one.end <= mention.start)])
    return bool(
        _OTHER_BONE_NEXT.match(text, mention.end, ahead) or _OTHER_BONE_BEFORE.search(text, behind, mention.start)
    )


def is_rest(mention: Mention, page: Page, site: Site, start: int, end: int) -> bool:
    """Tell whether words such as "elsewhere" or "the other levels" say that a mention is about the rest.

    They must stand in its part of the clause ("oedema at T5, normal elsewhere"), or open the sentence, and no
    level may stand between.
    """
    if REST_WORDS.isdisjoint(page.said[mention.sentence]):
        return False
    sentence = page.sentences[mention.sentence]
    if mention.denied and _EXCEPT.search(page.text, start, end):
        return False
    quiet = mention.denied or "normal" in mention.rule.tags
    if not quiet and any(mention.end <= one.start < end for one in site.levels):
        return False  # "Other vertebrae: healed compression fracture of L1"
    for rest in _REST.finditer(page.text, sentence.start, sentence.end):
        low, high = min(rest.start(), mention.start), max(rest.end(), mention.end)
        if any(low <= one.start < high for one in site.levels):
            continue
        opens = rest.start() - sentence.start - sentence.lead < 18 and rest.start() < mention.end
        apart = page.text[min(rest.end(), mention.end) : max(rest.start(), mention.start)]
        if opens or (start <= rest.start() < end and not re.search(r",|\band\b(?! the rest)", apart)):
            return True
    return False


def the_others(mention: Mention, page: Page, site: Site, start: int) -> tuple[str, ...]:
    """Return the listed levels a lesion word is about in "the one at T7 is doubtful, the other four are metastases"."""
    if mention.rule.field != "lesion" or _OTHERS_WORDS.isdisjoint(page.said[mention.sentence]):
        return ()
    others = _THE_OTHERS.search(page.text, start, mention.start)
    if not others or any(others.end() <= one.start for one in site.levels):
        return ()
    earlier = [one.levels for one in site.levels if one.end <= others.start()]
    among = max([site.group, *earlier], key=len)
    named = earlier[-1] if earlier else site.topic
    return tuple(level for level in among if level not in named) if set(named) < set(among) else ()


def beyond(mention: Mention, page: Page, before: list[LevelMention]) -> tuple[str, ...]:
    """Return the levels below C2 of "below C2 the alignment is normal"; none if nothing is said so."""
    sentence = page.sentences[mention.sentence]
    if not before or not (mention.denied or "normal" in mention.rule.tags):
        return ()
    if _ONWARD.match(page.text, before[-1].end) and page.text.endswith(("from ", "from the "), 0, before[-1].start):
        return tuple(level for level in LEVELS if level_order(level) >= level_order(before[-1].levels[0]))
    side = _BEYOND.search(page.text, sentence.start, before[-1].start)
    if not side or any(set(one.levels) & set(before[-1].levels) for one in before[:-1]):
        return ()  # "the C2 body below the dens is uninvolved"
    if side[1] in {"below", "caudal to", "distal to", "inferior to"}:
        return tuple(level for level in LEVELS if level_order(level) > level_order(before[-1].levels[-1]))
    return tuple(level for level in LEVELS if level_order(level) < level_order(before[-1].levels[0]))


def onwards(mention: Mention, page: Page, after: list[LevelMention]) -> tuple[str, ...]:
    """Return the levels from T6 on of "normal from T6 down to the conus"; none if nothing is said so."""
    if not after or not (mention.denied or "normal" in mention.rule.tags):
        return ()
    if not re.fullmatch(r" from (?:the )?(?:level of )?", page.text[mention.end : after[0].start]):
        return ()
    onward = _ONWARD.match(page.text, after[0].end) or re.match(
        r" to the (?:conus|tip|end)\b", page.text[after[0].end :]
    )
    return tuple(one for one in LEVELS if level_order(one) >= level_order(after[0].levels[0])) if onward else ()


def regions_beside(mention: Mention, page: Page) -> frozenset[Region]:
    """Return the regions named in a mention's part of the sentence, or at its head ("In the lumbar spine, ...")."""
    if _REGION_WORDS.isdisjoint(page.said[mention.sentence]):
        return frozenset()
    sentence = page.sentences[mention.sentence]
    left = max(page.text.rfind(mark, sentence.start, mention.start) for mark in ",;") + 1
    right = min(
        at for mark in ",;" if (at := page.text.find(mark, mention.end, sentence.end)) >= 0 or (at := sentence.end)
    )
    while more := _MORE_REGIONS.match(page.text, right, sentence.end):
        right = re.compile(r"[^,;]*").match(page.text, more.end(), sentence.end).end()  # type: ignore[union-attr]
    found = regions_named(" ".join(_REGION_WORD.findall(page.text[max(left, sentence.start) : right])))
    if found:
        return found
    head = re.match(r"(?:in|of|within|throughout) (?:the )?[^,]{0,60}", page.text[sentence.start : sentence.end])
    return regions_named(" ".join(_REGION_WORD.findall(head[0]))) if head else frozenset()


def without_spared(levels: tuple[str, ...], mention: Mention, page: Page, site: Site) -> tuple[str, ...]:
    """Take the exceptions out of a range ("T4 to T8 with the exception of T6")."""
    if not may_except(mention, page):
        return levels
    out = excepted(mention, page, site)
    if any(one.start < mention.end and set(one.levels) <= set(out) for one in site.levels):
        return levels
    if EXCEPT_AT.search(page.text, page.sentences[mention.sentence].start, mention.start):
        return levels  # "apart from a retrolisthesis of L5 on S1, alignment is normal"
    return tuple(level for level in levels if level not in out) or levels


def together(mention: Mention, site: Site) -> tuple[str, ...]:
    """Return what "both" or "each" stands for: the levels named before in the sentence, or the last group of them."""
    earlier = levels_of_all([one for one in site.levels if one.end <= mention.start])
    return earlier if len(earlier) > 1 else site.group
