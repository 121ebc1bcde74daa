"""Link each mention to its levels: beside it, under discussion, the rest, a region, or every lesion."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from extractor.reading.cues import Mention, clause
from extractor.reading.levels import LevelMention
from extractor.reading.page import Page
from extractor.reading.scope import (
    OF_BONE,
    EXCEPT_AT,
    TOP_DOWN,
    beyond,
    excepted,
    excepts_ahead,
    is_rest,
    levels_of_all,
    of_other_bone,
    regions_beside,
    span_of_discs,
    the_others,
    together,
    without_spared,
)
from extractor.reading.sites import Site, about_tumour
from extractor.values import Region

_CONNECTOR: Final = re.compile(
    r"(?:[ ,:(-]|\b(?:is|are|was|seen|noted|present|identified|again|also|now|mainly|most|marked"
    r"|pronounced|evident|maximal|worst|the|of|at|in|"
    r"spans?|covers?|stretches|occupies|replaces|invades|destroys|fills|involving|affecting|within|from|to|level|levels|body|bodies|vertebral|vertebra|vertebrae|through|for|behind|opposite|around|across|spanning|spans|span|lies|sits|arises|resides|lodged|"
    r"between|over|on|by|and|with|left|right|side|half|part|aspect|centered|centred|marrow|replacing|occupying|lesion|lesions|metastasis|tumou?r|"
    r"measuring|new|both|known|treated|located|situated|visible|largest|extending|extends|including|namely|involves?|affects?|"
    r"[\d.]+|x|mm|cm|posterior|anterior|superior|inferior|endplate|element|elements|pedicle|lamina|portion|corner|there|only|limited|confined)\b)*"
)
_PREPOSITION: Final = re.compile(
    r"\b(?:of|at|in|involving|affecting|within|from|to|through|behind|opposite|around|across|spanning"
    r"|between|over|on|replacing|occupying|levels?|for|involves?|affects?|into|alongside|beside|next to"
    r"|accompan\w+|spans?|covers?|stretches|runs|occupies|replaces|invades|destroys|fills"
    r"|lesions|metastases|deposits|foci|mets)(?: (?:the|level|left|right|a"
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
_NOWHERE: Final = re.compile(
    r"\b(?:nowhere|anywhere|any (?:other |spinal )?(?:level|site)|(?:no|all|every|each) (?:spinal "
    r"|imaged )?levels?|throughout"
    r"|multi-?level)\b"
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
#: "No cord oedema at T6 or elsewhere", "T5 fracture, no cord compression at any level".
_EVERYWHERE: Final = re.compile(
    r"(?: \w+){0,3}? (?:at|in) (?:any|all|every|each)(?: of the)? (?:spinal |imaged )?(?:levels?|sites?|vertebra\w*)\b"
    r"|[^.;,]{0,40}(?:,? (?:or|and|nor))(?: at| in)?(?: any(?: of the)?)? (?:elsewhere|anywhere|other (?:level|site))"
)
#: "It touches the cord, although the cord is not compressed" goes on about the same level.
_CONTRASTED: Final = re.compile(
    r"\b(?:indent|touch|contact|abut|displac|deform|reach|efface|narrow|encroach|fill|extend|exten|compress|grow)\w*\b"
    r"[^.;]*\b(?:but|although|though|however|without|yet|while)\b[^.;]*$"
)
_PLACED_TWICE: Final = frozenset({"paraspinal", "epidural", "nerve_root"})
_SIDED_AND: Final = re.compile(
    r"(?: (?:on|the|both|left|right|either|sides?|bilaterally)| \([^()]{0,30}\))*,? and (?:also )?(?:at|in) (?:the )?"
)
_OF_THEM: Final = re.compile(
    r"\b(?:none|neither|each|all|either|any) of (?:them|these|which|the (?:two|three|four|five))\b|\ball (?:three|four|five)\b"
)
_COUNTS: Final = {"two": 2, "three": 3, "four": 4, "five": 5}
_ONE_OF: Final = re.compile(
    r"\b(?:one|two|some|several|most|a few) (?:of (?:them|these|which|the (?:lesions|metastases|deposits|levels|vertebrae))|others?)\b(?![^;.]*\b(?:at|in) [cdtl]h?-?\d)"
)
_ALL_BUT: Final = re.compile(r"\ball\b[^.;]{0,30}\b(?:except|apart|other than|aside|but|save|bar)\b")
_CANAL_WORD: Final = re.compile(r"\b(?:mscc|epidural|extradural|cord|canal|atlanto-?axial)\b")
_EVERY: Final = re.compile(r"\b(?:all|any|each|every|multiple|multilevel|throughout|none of)\b")
#: Fields whose normal state is said of the whole spine, even in a paragraph on one vertebra.
_OF_THE_SPINE: Final = frozenset({"alignment", "cord_signal"})
_HERE: Final = re.compile(
    r"\A(?:and |but )?its?\b|\b(?:compress|touch|contact|displac|indent|reach)\w* it\b"
    r"|\b(?:here|this (?:level|vertebra|lesion|body|site|segment|height)"
    r"|that (?:level|spot|point|height)|same (?:level|height)"
    r"|at this|(?:with|to|from|behind|around|beside|within) it\b|the (?:lesion|tumou?r|fracture)|these levels|behind it|there(?= *(?:[.,;]|$)))\b"
)
_GROUP: Final = re.compile(
    r"\b(?:none of (?:them|these|the (?:two|three|four))\b"
    r"|(?:both|either|neither|each)(?: (?:of (?:these|them|the)(?: two| three)?(?: \w+)?|levels?"
    r"|lesions?|segments?|vertebra\w*"
    r"|metasta\w+|deposits?|bod(?:y|ies)|fractures?|is|are|has|have|shows?|measures?|occup\w+|involv\w+|remain\w*)\b"
    r"|(?= *(?:[,.;]|$)))"
    r"|these (?:two |three |four )?(?:levels|lesions|vertebrae|metastases|deposits|bodies|segments|fractures)"
    r"|all three|they|their|the two (?:lesions|levels|vertebrae|metastases|deposits))",
    re.MULTILINE,
)
_AT_ALL: Final = re.compile(
    r"(?:[^,;.]{0,20}\b(?:at|in|of)|(?: \w+){0,2}) (?:(?:both|each|all(?! (?:spinal |vertebral )?(?:levels|segments)))(?: of (?:them|these))?|all three|these levels"
    r"|these two)\b(?= *(?:[:,.;]|$)|(?: of)? (?:these|levels|lesions))",
    re.MULTILINE,
)
_ONLY: Final = re.compile(
    r"\bonly (?:\w+ )?(?:one|level|vertebra|lesion|site|deposit|metastasis)\b|\b(?:limited|confined"
    r"|restricted) to (?:this level|[ctl]\d)"
    r"|\bonly\b(?= (?:at|in) | [cdtl]h?-?\d)|(?<=\d) only\b(?! (?:the|an?|part\w*|one|slight\w*|mild\w*|minimal\w*|half|some|\d))"
)
#: "No epidural disease at T5 or L3 no listhesis": without commas, a new "no" starts anew.
_ANEW: Final = re.compile(r"(?: (?:no|nor|without|nil)(?: \w+){1,3})* (?:no|nor|without|nil)(?: \w+)? ")
_DENIED_AT: Final = re.compile(r"\b(?:no|without|nil)\b[^,.;:]{3,60}\b(?:at|in|of|behind)(?: the)? $")
#: "The only level with epidural disease is L3, where tumour compresses the cord."
_ASIDE: Final = re.compile(r"[,;] (?:where|which|and|with|here|there)\b")


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
    if mention.rule.field == "alignment" and site.joints:
        site = replace(site, levels=tuple(sorted((*site.levels, *site.joints), key=lambda one: one.start)))
    start, end = clause(page, mention.sentence, mention.start, mention.end)
    words = page.text[start:end]
    regions = sentence.regions or frozenset[Region]()
    before = [one for one in site.levels if one.end <= mention.start + 1 or one.start < mention.start]
    here = [one for one in before if one.start >= start]
    before = here or ([] if any(start <= one.start < end for one in site.levels if one not in before) else before)
    after = [one for one in site.levels if one.start >= mention.end - 3 and one not in before]
    if mention.rule.field in OF_BONE and of_other_bone(mention, page, site):
        return None
    quiet = mention.denied or "normal" in mention.rule.tags
    if not quiet and not here and not after and _ONE_OF.search(page.text, start, mention.start):
        return None  # "five metastases, one of them with epidural disease": which one is not said
    span = span_of_discs(mention, page, site)
    if span:
        return Target("own", span, "clause", regions)
    if _of_disc(mention, page, site):
        return None
    if "dealt" in mention.rule.tags:
        return Target("own", _held(mention, site), "inside", regions)
    inside = [one for one in site.levels if one.start >= mention.start and one.end <= mention.end]
    past = beyond(mention, page, before or inside[:1])
    if past:
        return Target("own", past, "clause", regions)
    if inside and quiet and EXCEPT_AT.search(page.text, mention.start, inside[0].start):
        return Target("except", inside[0].levels, "except", regions)
    if inside and mention.rule.field != "diffuse":
        return _scoped(levels_of_all(inside), "inside", page, mention, regions)
    if mention.rule.field != "lesion" and is_rest(mention, page, site, start, end):
        return Target("rest", (), "rest", regions_beside(mention, page) or regions)
    others = the_others(mention, page, site, start)
    if others:
        return Target("own", others, "group", regions)
    everywhere = TOP_DOWN.match(page.text, mention.end, sentence.end) or (
        quiet and _EVERYWHERE.match(page.text, mention.end, sentence.end)
    )
    if everywhere and "wide" in mention.rule.tags:
        return Target("wide", (), "wide", regions)
    spared = excepted(mention, page, site)
    ahead = excepts_ahead(mention, page, site)
    of_all = (
        mention.rule.field in {"bone_lesion", "lesion"}
        and _ALL_BUT.search(page.text, start, mention.start)
        and re.search(r"\bare (?:all )?(?:\w+ly )?$", page.text[start : mention.start])
    )
    if spared and (quiet or of_all or (mention.rule.field == "bone_lesion" and ahead)):
        return Target("except", spared, "except", regions)
    roots = _at_root(mention, page, site, known)
    if roots:
        return Target("own", roots, "root", regions)
    several = together(mention, site)
    if several and _AT_ALL.match(page.text, mention.end, sentence.end) and (site.topic or here or not quiet):
        return Target("own", several, "group", regions)
    of_them = _OF_THEM.search(page.text, start, mention.start)
    if of_them and several and not here and not (after and after[0].start < end):
        if len(several) < _COUNTS.get(of_them[0].split()[-1], 0):
            return Target("wide", (), "wide", regions)  # "none of the three", where two were named last
        return Target("own", several, "group", regions)
    beside = _beside(mention, page, site, before, after)
    if ahead and beside and set(beside) <= set(spared):
        return Target("except", spared, "except", regions)
    if mention.rule.field in _PLACED_TWICE and not quiet:
        beside = _and_there(beside, page, site)
    if beside and mention.rule.grades == ("subluxation",):
        beside = _slipped(mention, beside, page, site)
    if beside:
        return _scoped(without_spared(beside, mention, page, site), "clause", page, mention, regions)
    return _unlevelled(mention, page, site, words, regions, known, before, after)


def _and_there(levels: tuple[str, ...], page: Page, site: Site) -> tuple[str, ...]:
    """Add the second place of a finding ("paravertebral tumour at T8 on both sides and at T11 on the right")."""
    for above, below in pairwise(site.levels):
        if levels and set(above.levels) <= set(levels) and _SIDED_AND.fullmatch(page.text, above.end, below.start):
            levels = tuple(dict.fromkeys((*levels, *below.levels)))
    return levels


def _held(mention: Mention, site: Site) -> tuple[str, ...]:
    """Return the levels whose own words lie in a mention, be they part of a list ("T7 (mild) and L1 (severe)")."""
    atoms = [atom for one in site.levels for atom in one.atoms]
    return tuple(atom.level for atom in atoms if mention.start <= atom.start and atom.end <= mention.end)


def _at_root(mention: Mention, page: Page, site: Site, known: Sequence[str]) -> tuple[str, ...]:
    """Return the lesions whose own root is named ("the nerve roots at S2 and S3 are encased")."""
    if mention.rule.field != "nerve_root" or any(one.end <= mention.start for one in site.levels):
        return ()
    start, end = clause(page, mention.sentence, mention.start, mention.end)
    named = [one.levels[0] for one in site.roots if start <= one.start < end]
    return tuple(level for level in named if level in known)


def _scoped(levels: tuple[str, ...], via: str, page: Page, mention: Mention, regions: frozenset[Region]) -> Target:
    start, end = clause(page, mention.sentence, mention.start, mention.end)
    words = page.text[start:end]
    only = _ONLY.search(words)
    if only and not mention.denied and not _ASIDE.search(page.text, start + only.end(), mention.start):
        return Target("only", levels, "only", regions)
    return Target("own", levels, via, regions)


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


def _slipped(mention: Mention, levels: tuple[str, ...], page: Page, site: Site) -> tuple[str, ...]:
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
        other = previous and re.search(r"\b(?:deposit|lesion|metasta)", gap)  # run-on text: the next lesion
        outward = mention.rule.field == "lesion" and _CANAL_WORD.search(gap)
        close = (
            not (other or outward or _BREAK.search(gap))
            and bool(_PREPOSITION.search(gap))
            and len(gap) < 70
            and ", " not in gap
        )
        if previous and "," in gap and not re.search(r"[,:;]", page.text[previous.end : mention.start]):
            return _bracketed(mention, page, previous) or previous.levels
        upto = page.text[mention.start : following.start]
        tied = joined and _TIED.search(upto) and len(gap) < 16 and "," not in gap  # "height loss at T9"
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
        anew = _ANEW.fullmatch(gap) and _DENIED_AT.search(
            page.text, page.sentences[mention.sentence].start, previous.start
        )
        if not (
            (anew or _BREAK.search(gap))
            and "wide" in mention.rule.tags
            and ("normal" in mention.rule.tags or mention.denied)
            and not _HERE.search(words + onward)
            and not site.item
            and not _CONTRASTED.search(words)
        ):
            return previous.levels
        return ()
    return ()


def _resolved(mention: Mention, page: Page) -> bool:
    """Tell whether a finding known before is said to be gone ("The epidural component seen in March has resolved.")."""
    known = re.search(r"(?:^|[.;,:\n] ?|\b(?:and|but) )(?:the|its|this) (?:[\w-]+ ){0,3}$", page.text[: mention.start])
    return mention.denied and mention.cue_start >= mention.start and known is not None


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
    several = together(mention, site)
    if (_GROUP.search(upto) or onward) and several:
        return Target("own", several, "group")
    named = regions_beside(mention, page)
    if "regional" in mention.rule.tags:
        return Target("wide", (), "wide", named or regions)
    quiet = mention.denied or "normal" in mention.rule.tags
    if _NOWHERE.search(words) and (quiet or "wide" in mention.rule.tags):
        return Target("wide", (), "wide", named or regions)
    if quiet and named:
        return Target("wide", (), "wide", named)
    if _HERE.search(around) and site.topic:
        said = [one for one in site.levels if one.end <= mention.start]
        levels = said[-1].levels if said else site.topic  # "It invades T2 and T3: cortical destruction, ..."
        return Target("only" if _ONLY.search(words) and not mention.denied else "own", levels, "anaphor")
    if quiet and site.topic and (_CONTRASTED.search(upto) or _resolved(mention, page)):
        return Target("own", site.topic, "topic")
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
    of_all = re.search(r"\b(?:all|every) (?:the )?(?:other )?(?:vertebra\w* )?(?:bod|height|vertebra)", words)
    whole = (site.prose or of_all) and (mention.rule.field in _OF_THE_SPINE or plural)
    if site.topic and ((site.item and not whole) or not quiet):
        return Target("own", site.topic, "topic")
    if quiet and ("wide" in mention.rule.tags or plural or _is_fracture(mention, page) or not site.topic):
        return Target("wide", (), "wide", named or regions)
    if site.topic:
        return Target("own", site.topic, "topic")
    outward = (
        mention.rule.field == "lesion" and bool(after) and _CANAL_WORD.search(page.text, mention.end, after[0].end)
    )
    if after and not before and not outward and not excepts_ahead(mention, page, site):
        return Target("own", after[0].levels, "sentence")
    if site.ahead and not quiet:
        return Target("own", site.ahead, "sentence")
    return Target("wide", (), "wide", named or regions)
