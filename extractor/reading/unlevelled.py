"""What a mention without a level beside it is about: the lesion under discussion, several, or the whole spine."""

from __future__ import annotations

import re
from typing import Final

from extractor.reading.beside import CANAL_WORD, CONTRAST_WORDS, CONTRASTED, HERE, HERE_WORDS
from extractor.reading.cues import Mention
from extractor.reading.levels import LevelMention
from extractor.reading.page import Page
from extractor.reading.scope import Target, excepts_ahead, regions_beside, together
from extractor.reading.sites import Site
from extractor.values import Region, region_of

_NOWHERE: Final = re.compile(
    r"\b(?:nowhere|anywhere|any (?:other |spinal )?(?:level|site|point|place)|(?:no|all|every|each) (?:spinal "
    r"|imaged )?levels?|throughout"
    r"|multi-?level)\b"
)
#: Fields whose normal state is said of the whole spine, even in a paragraph on one vertebra.
_OF_THE_SPINE: Final = frozenset({"alignment", "cord_signal"})
#: "Neural compression at two levels": which ones, the findings have said.
_UNNAMED_LEVELS: Final = re.compile(
    r" at (?:two|three|four|five|several|multiple|various|some) (?:\w+ )?(?:levels|sites)\b"
    r"| (?:at|in) (?:one|two|three|four|five|several|some|most|a few) of (?:them|these|those|the \w+)\b"
)
_GROUP: Final = re.compile(
    r"\b(?:none of (?:them|these|the (?:two|three|four))\b"
    r"|(?:both|either|neither|each)(?: (?:of (?:these|them|the)(?: two| three)?(?: \w+)?|levels?"
    r"|lesions?|segments?|vertebra\w*"
    r"|metasta\w+|deposits?|bod(?:y|ies)|fractures?|is|are|has|have|shows?|measures?|occup\w+|involv\w+|remain\w*)\b"
    r"|(?= *(?:[,.;]|$)))"
    r"|these (?:two |three |four )?(?:levels|lesions|vertebrae|metastases|deposits|bodies|segments|fractures)"
    r"|all three|they|their(?! \x22)|the two (?:lesions|levels|vertebrae|metastases|deposits))",
    re.MULTILINE,
)
AT_ALL: Final = re.compile(
    r"(?:[^,;.]{0,20}\b(?:at|in|of)|[^,;.]{0,30}\bbehind|(?: \w+){0,2})"
    r" (?:(?:both|each|all(?! (?:spinal |vertebral )?(?:levels"
    r"|segments)))(?: of (?:them|these))?|all three|these levels"
    r"|these two)\b(?= *(?:[:,.;]|$)| (?:has|have|is|are)\b|(?: of)? (?:these|levels|lesions))",
    re.MULTILINE,
)
#: One of these stands in every such match.
AT_ALL_WORDS: Final = frozenset({"both", "each", "all", "these"})
ONLY: Final = re.compile(
    r"\b(?:(?:at|in|on) no other\b(?= *[.,;])"
    r"|(?:at|in|on) no other (?:levels?|heights?|sites?|vertebra\w*|segments?|places?)\b|nowhere else\b"
    r"|only (?:\w+ )?(?:one|level|vertebra|lesion|site|deposit|metastasis)\b|(?:limited|confined"
    r"|restricted) to (?:this level|[ctl]\d)"
    r"|(?:solely|exclusively) (?:at|in|behind) (?:the level|this|[cdtl]h?-?\d|s\d)"
    r"|only (?:the )?(?:first|second|third|fourth|last|former|latter|upper|uppermost|lower|lowermost|lowest|middle)\b"
    r"|\b(?:one|a single|a solitary) (?:\w+ )?(?:level|vertebra|site|place|body)(?: (?:only|alone)\b|,)"
    r"|\bno (?:other )?(?:vertebra\w*|level|body|deposit|lesion|metastasis|one|site) (?:other than|but"
    r"|except(?: for)?|besides|apart from|save) "
    r"|\bthere alone(?=,)|^ alone(?=,)|\bonly (?:there|here)\b|\bnot at the others?\b"
    r"|only (?:those|that) (?:of|at|in) (?=[cdtl]h?-?\d|s\d|the)"
    r"|\b(?:[cdtl]h?-?\d{1,2}|s\d|(?:first|second|third|last|former|latter|middle|upper|lower)(?: one)?) alone\b"
    r"|only\b(?= (?:at|in) (?!its\b|part|the (?:left|right|anterior|posterior|upper|lower|body)\b)| [cdtl]h?-?\d)"
    r"|(?<=\d) only\b(?! (?:the|an?|part\w*|one|slight\w*|mild\w*"
    r"|minimal\w*|half|some|\d)))"
)
#: One of these words stands in every match of the regexes above.
ONLY_WORDS: Final = frozenset({"other", "else", "only", "limited", "confined", "restricted"}) | (
    frozenset(
        {
            "solely",
            "exclusively",
            "others",
            "alone",
            "single",
            "solitary",
            "one",
            "but",
            "except",
            "besides",
            "apart",
            "save",
        }
    )
)
_NOWHERE_WORDS: Final = frozenset(
    {"nowhere", "anywhere", "any", "level", "levels", "throughout", "multi", "multilevel"}
)
GROUP_WORDS: Final = frozenset({"none", "both", "either", "neither", "each", "these", "all", "they", "their", "two"})
_HEIGHTS: Final = re.compile(r"\b(?:heights|bodies|fractures|collapse of any|vertebral (?:body )?collapse|levels?)\b")
_OF_ALL: Final = re.compile(r"\b(?:all|every) (?:the )?(?:other )?(?:vertebra\w* )?(?:bod|height|vertebra)")
#: "It has resolved, as has the paravertebral component."
_AS_HAS: Final = re.compile(r"\w+,? (?:as|and so) (?:has|have|did|is|are) (?:the|its|this) ")
_KNOWN_BEFORE: Final = re.compile(r"(?:^|[.;,:\n] ?|\b(?:and|but) )(?:the|its|this) (?:[\w-]+ ){0,3}$")


def _resolved(mention: Mention, page: Page) -> bool:
    """Tell whether a finding known before is said to be gone ("The epidural component seen in March has resolved.")."""
    if not mention.denied or mention.cue_start < 0:
        return False
    if mention.cue_start < mention.start:
        return _AS_HAS.match(page.text, mention.cue_start) is not None
    before = page.text[max(0, page.sentences[mention.sentence].start - 1) : mention.start]
    return _KNOWN_BEFORE.search(before) is not None


def _is_contrasted(mention: Mention, page: Page) -> bool:
    """Tell whether a denial is set against what the lesion does ("It touches the cord, but does not compress it")."""
    if CONTRAST_WORDS.isdisjoint(page.said[mention.sentence]):
        return False
    return CONTRASTED.search(page.text[page.sentences[mention.sentence].start : mention.end]) is not None


def _is_fracture(mention: Mention, page: Page) -> bool:
    """Tell whether fractures are denied ("No pathological fracture."), which speaks of all vertebrae."""
    said = page.text[mention.start : mention.end]
    return mention.rule.field == "collapse" and mention.denied and bool(re.search(r"fractur|\bfx|#", said))


def _names_all(mention: Mention, page: Page, words: str) -> bool:
    """Tell whether a mention is of what many vertebrae have ("vertebral heights", "any vertebral collapse")."""
    if _HEIGHTS.search(page.text[mention.start : mention.end] + words):
        return True
    return (
        mention.rule.field == "collapse"
        and re.search(r"\bvertebral\b", page.text[mention.start : mention.end]) is not None
        and not page.text.endswith("the ", 0, mention.start)
        and not page.text.startswith("the ", mention.start)
    )


def unlevelled(
    mention: Mention,
    page: Page,
    site: Site,
    clause: tuple[int, int],
    regions: frozenset[Region],
    before: list[LevelMention],
    after: list[LevelMention],
) -> Target:
    """Return the target of a mention without a level beside it; `clause` is where that starts and ends."""
    sentence, said, tags = page.sentences[mention.sentence], page.said[mention.sentence], mention.rule.tags
    words = page.text[clause[0] : clause[1]]
    if not GROUP_WORDS.isdisjoint(said) and (several := together(mention, site)):
        onward = not AT_ALL_WORDS.isdisjoint(said) and AT_ALL.match(page.text, mention.end, sentence.end)
        if onward or _GROUP.search(page.text, sentence.start, mention.end):
            return Target("own", several, "group")
    named = regions_beside(mention, page)
    everywhere = Target("wide", (), "wide", named or regions)
    quiet = mention.denied or "normal" in tags
    elsewhere = site.topic and named and "wide" in tags and named.isdisjoint(map(region_of, site.topic))
    if "regional" in tags or (quiet and named) or elsewhere:  # "T10: cement. Scoliosis of the lumbar spine."
        return everywhere
    if (quiet or "wide" in tags) and not _NOWHERE_WORDS.isdisjoint(said) and _NOWHERE.search(words):
        return everywhere
    here = site.topic and not HERE_WORDS.isdisjoint(said)
    if here and HERE.search(page.text[sentence.start : clause[1]]):
        above = [one for one in site.levels if one.end <= mention.start]
        levels = above[-1].levels if above else site.topic  # "It invades T2 and T3: cortical destruction, ..."
        only = not (mention.denied or ONLY_WORDS.isdisjoint(said)) and ONLY.search(words)
        return Target("only" if only else "own", levels, "anaphor")
    if quiet and site.topic and (_is_contrasted(mention, page) or _resolved(mention, page)):
        above = [one for one in site.levels if one.end <= mention.start]
        return Target("own", above[-1].levels if above else site.topic, "topic")
    if not quiet and mention.rule.field != "lesion" and _UNNAMED_LEVELS.match(page.text, mention.end):
        return everywhere
    if site.item and not site.topic and site.head:
        return Target("own", site.head, "topic")
    if site.topic and not quiet:
        return Target("own", site.topic, "topic")
    if quiet and not site.topic:
        return everywhere
    if site.topic:
        several_named = _names_all(mention, page, words)
        whole = (several_named or mention.rule.field in _OF_THE_SPINE) and (site.prose or _OF_ALL.search(words))
        if site.item and not whole:
            return Target("own", site.topic, "topic")
        wide = "wide" in tags or several_named or _is_fracture(mention, page)
        return everywhere if wide else Target("own", site.topic, "topic")
    outward = mention.rule.field == "lesion" and bool(after) and CANAL_WORD.search(page.text, mention.end, after[0].end)
    if after and not before and not outward and not excepts_ahead(mention, page, site):
        return Target("own", after[0].levels, "sentence")
    return Target("own", site.ahead, "sentence") if site.ahead else everywhere
