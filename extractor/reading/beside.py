"""Which levels of its sentence a mention stands beside."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

from extractor.reading.cues import Mention
from extractor.reading.levels import LevelMention
from extractor.reading.page import Page
from extractor.reading.sites import Site

_CONNECTOR: Final = re.compile(
    r"(?:[ ,:(-]|\b(?:is|are|was|seen|noted|present|identified|again|also|now|mainly|most|marked"
    r"|pronounced|evident|maximal|worst|the|of|at|in|"
    r"spans?|covers?|stretches|occup(?:y|ies)|replaces?|invades?|destroys?|fills?|involving|affecting|within|from|to|level|levels|body|bodies|vertebral|vertebra|vertebrae|through|for|behind|opposite|around|across|spanning|spans|span|lies|sits|arises|resides|lodged|"
    r"between|over|on|by|and|with|left|right|side|half|part|aspect|centered|centred|marrow|replacing|occupying|lesion|lesions|metastasis|tumou?r|"
    r"destroyed|infiltrated|involved|replaced|invaded|eroded|measuring|new|both|known|treated|located|situated|visible|largest|extending|extends|including|namely|involves?|affects?|"
    r"[\d.]+|x|mm|cm|posterior|anterior|superior|inferior|endplate|element|elements|pedicle|lamina|portion|corner|there|only|limited|confined)\b)*"
)
_PREPOSITION: Final = re.compile(
    r"\b(?:of|at|in|involving|affecting|within|from|to|through|behind|opposite|around|across|spanning"
    r"|between|over|on|replacing|occupying|levels?|for|involves?|affects?|into|alongside|beside|next to"
    r"|accompan\w+|spans?|covers?|stretches|runs|occup(?:y|ies)|replaces?|invades?|destroys?|fills?"
    r"|lesions|metastases|deposits|foci|mets)(?: (?:the|level|left|right|a"
    r"|vertebral|body|bodies|vertebra|vertebrae|side|half|of|posterior|anterior|both|also))*[ ]*$|[,:(-] *$"
)
_ADJACENT: Final = re.compile(
    r"[ :,(=-]*(?:(?:is|are|both|each|all|shows?|has|have|demonstrates?|with|a|an|the|now|also|again|there"
    r"|vertebra|body"
    r"|vertebral|level)[ :,]*)*"
)
BREAK: Final = re.compile(
    r"[;]|\bbut\b(?! (?:no|not|without|does|do|is not|are not)\b)|\bwhereas\b|\bwhile\b|\bhowever\b"
    r"|, and (?:the|there|at|in)\b|\. "
)
#: "C3 is displaced 4 mm forward on C4" concerns both.
_ONTO: Final = re.compile(
    r" (?:(?:is|has|stands?|sits?|lies|slips?|slipped|shifted|displaced|moved|subluxed|translated|by|\d+(?:\.\d)?|mm"
    r"|anteriorly|posteriorly|forwards?|backwards?|anterior|posterior|slightly) )*"
    r"(?:on|of|over|upon|relative to|with respect to) (?:the )?"
)
_ON_IT: Final = re.compile(r"(?: [\w.]+){0,3} (?:up)?on it\b")
_ON: Final = re.compile(r"(?: [\w.]+){0,5} (?:on|over|against|relative to|with respect to) (?:the )?")
_TIED: Final = re.compile(r"\b(?:at|of|in|into|behind|opposite|within)(?: (?:the|level))? $")
#: "T5 and T7, with fracture and epidural extension in the latter": both are in the latter.
_SHARED: Final = re.compile(r",? (?:and|or)(?: [\w-]+){1,5} (?:in|of|at|behind) ")
_ORDERED: Final = re.compile(r"(?:the )?(?:latter|former|first|second|last)\b")
_MANY: Final = re.compile(
    r"\b(?:multiple|multifocal|multilevel|several|numerous|innumerable|diffuse|disseminated|widespread|scattered)"
    r"(?: [\w-]+){0,2} $"
)
_ONE_OF_MANY: Final = re.compile(
    r"(?: [\w-]+){0,3}? (?:metastases|lesions|deposits|mets|secondaries|foci)\b[^.;:]{0,50}"
    r"(?: with|,? including|,? especially|,? notably|,? most| \(largest)\b[^.;:]{0,40}$"
)
#: "Epidural tumour is found at one level only, T6".
_COUNTED: Final = re.compile(
    r"[^,;.:]{0,40}\b(?:at|in) (?:only |just )?(?:one|a single|a solitary|two|three|four) (?:\w+ )?"
    r"(?:levels?|vertebrae?|sites?|places?|bod(?:y|ies))(?: only| alone)?"
    r"(?:,|:| -)? ?(?:namely|that of|those of|at|viz\.?)?[ ,:]*(?:the )?"
)
#: "T11, whose body is replaced, ..."
_WHOSE: Final = re.compile(r"^,(?= (?:whose|which|where|in which) )")
#: "It touches the cord, although the cord is not compressed" goes on about the same level.
CONTRASTED: Final = re.compile(
    r"\b(?:indent|touch|contact|impress|abut|displac|deform|reach|efface|narrow|encroach|fill|extend|exten|compress|grow)\w*\b"
    r"[^.;]*(?:\b(?:but|although|though|however|without|yet|while)\b"
    r"|; the (?:spinal )?cord (?:itself )?(?:is )?not\b)[^.;]*$"
)
#: One of these stands in every such match.
CONTRAST_WORDS: Final = frozenset({"but", "although", "though", "however", "without", "yet", "while", "not"})
_SIDED_AND: Final = re.compile(
    r"(?: (?:on|the|both|left|right|either|sides?|bilaterally)| \([^()]{0,30}\))*,? and (?:also )?(?:at|in) (?:the )?"
)
CANAL_WORD: Final = re.compile(r"\b(?:mscc|epidural|extradural|cord|canal|atlanto-?axial)\b")
HERE: Final = re.compile(
    r"\b(?:\A(?:and |but )?its?|(?:compress|touch|contact|displac|indent|reach)\w* it"
    r"|here|this (?:level|vertebra|lesion|body|site|segment|height)"
    r"|that (?:level|spot|point|height)|same (?:level|height)"
    r"|at this|(?:with|to|from|behind|around|beside|within) it\b|the (?:lesion|tumou?r|fracture)|these levels"
    r"|behind it|there(?= *(?:[.,;]|$)))\b"
)
#: One of these stands in every such match.
HERE_WORDS: Final = frozenset({"it", "its", "here", "this", "that", "same", "these", "there"}) | frozenset(
    {"lesion", "tumor", "tumour", "fracture"}
)
#: "No epidural disease at T5 or L3 no listhesis": without commas, a new "no" starts anew.
_ANEW: Final = re.compile(r"(?: (?:no|nor|without|nil)(?: \w+){1,3})* (?:no|nor|without|nil)(?: \w+)? ")
_DENIED_AT: Final = re.compile(r"\b(?:no|without|nil)\b[^,.;:]{3,60}\b(?:at|in|of|behind)(?: the)? $")


def and_there(levels: tuple[str, ...], page: Page, site: Site) -> tuple[str, ...]:
    """Add the second place of a finding ("paravertebral tumour at T8 on both sides and at T11 on the right")."""
    for above, below in pairwise(site.levels):
        if levels and set(above.levels) <= set(levels) and _SIDED_AND.fullmatch(page.text, above.end, below.start):
            levels = tuple(dict.fromkeys((*levels, *below.levels)))
    return levels


def slipped(mention: Mention, levels: tuple[str, ...], page: Page, site: Site) -> tuple[str, ...]:
    """Add the neighbour a vertebra has slipped on ("anterolisthesis of L4 on L5" concerns both)."""
    following = next((one for one in site.levels if one.start >= mention.end), None)
    before = [one for one in site.levels if one.end <= mention.start]
    if site.topic and _ON_IT.match(page.text, mention.end):
        return tuple(dict.fromkeys((*levels, *site.topic)))  # "T6 is displaced forward upon it"
    if following and not before and site.topic and _ON.fullmatch(page.text, mention.end, following.start):
        return tuple(dict.fromkeys((*site.topic, *following.levels)))  # "It has slipped forward on C6"
    if following and before and _ON.fullmatch(page.text, mention.end, following.start):
        return tuple(dict.fromkeys((*before[-1].levels, *following.levels)))
    for above, below in pairwise(site.levels):
        if set(levels) & {*above.levels, *below.levels} and _ONTO.fullmatch(page.text, above.end, below.start):
            return tuple(dict.fromkeys((*above.levels, *below.levels)))
    return levels


def of_many(mention: Mention, page: Page, following: LevelMention) -> bool:
    """Tell whether a character is of many, one of them named ("several blastic metastases with collapse of T12")."""
    if mention.rule.field != "bone_lesion" or mention.denied:
        return False
    before = page.text[page.sentences[mention.sentence].start : mention.start]
    return bool(_MANY.search(before) and _ONE_OF_MANY.match(page.text, mention.end, following.start))


def _bracketed(mention: Mention, page: Page, previous: LevelMention) -> tuple[str, ...]:
    """Return the level whose bracket holds a mention ("T5, T12 (with fracture) and L3"); none without a bracket."""
    opening = page.text.rfind("(", previous.start, mention.start)
    if opening < 0 or page.text.rfind(")", opening, mention.start) > 0:
        return ()
    held = [one for one in previous.atoms if one.end <= opening and not page.text[one.end : opening].strip()]
    return (held[-1].level,) if held else ()


def beside_levels(
    mention: Mention, page: Page, site: Site, end: int, before: list[LevelMention], after: list[LevelMention]
) -> tuple[str, ...]:
    """Return the levels a mention stands beside in its sentence; `end` is where its clause ends."""
    previous = before[-1] if before else None
    upto = page.text[previous.end : mention.start] if previous else ""
    if after:
        gap = page.text[mention.end : after[0].start]
        if previous and "," in gap and not re.search(r"[,:;]", _WHOSE.sub("", upto)):
            return _bracketed(mention, page, previous) or previous.levels
        following = after[0]
        shared = _SHARED.fullmatch(gap) and _ORDERED.match(page.text, following.start)
        if shared or (not previous and _COUNTED.fullmatch(gap)):
            return following.levels
        tied = _is_tied(mention, page, following) and _is_joined(gap, previous)
        if previous and not tied and _ADJACENT.fullmatch(upto):
            return previous.levels
        if tied or _is_joined(gap, previous) or _is_close(mention, gap, previous):
            return following.levels
    if previous is None:
        return ()
    if bracketed := _bracketed(mention, page, previous):
        return bracketed
    if "wide" in mention.rule.tags and ("normal" in mention.rule.tags or mention.denied) and not site.item:
        start = page.sentences[mention.sentence].start
        anew = BREAK.search(upto) or (_ANEW.fullmatch(upto) and _DENIED_AT.search(page.text, start, previous.start))
        if anew and not CONTRASTED.search(upto) and not HERE.search(page.text, previous.end, end):
            return ()
    return previous.levels


def _is_tied(mention: Mention, page: Page, following: LevelMention) -> bool:
    """Tell whether a mention and the level that follows are one phrase ("height loss at T9")."""
    if following.start - mention.end >= 18 or "," in page.text[mention.end : following.start]:
        return False
    return _TIED.search(page.text, mention.start, following.start) is not None


def _is_joined(gap: str, previous: LevelMention | None) -> bool:
    """Tell whether only words that connect a mention with the level that follows stand between."""
    between = gap.strip()
    if not _CONNECTOR.fullmatch(gap) or (previous and between == ","):
        return False
    return len(between) < 4 or _PREPOSITION.search(gap) is not None


def _is_close(mention: Mention, gap: str, previous: LevelMention | None) -> bool:
    """Tell whether nothing sets a mention off from the level that follows."""
    if len(gap) >= 70 or ", " in gap or BREAK.search(gap):
        return False
    if previous and re.search(r"\b(?:and\b|deposit|lesion|metasta)", gap):
        return False
    outward = mention.rule.field == "lesion" and CANAL_WORD.search(gap)
    return not outward and _PREPOSITION.search(gap) is not None
