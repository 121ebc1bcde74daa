"""Link each mention to its levels: beside it, under discussion, the rest, a region, or every lesion."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from extractor.reading.beside import BREAK, and_there, beside_levels, slipped
from extractor.reading.cues import Mention, clause
from extractor.reading.page import Page
from extractor.reading.scope import (
    EXCEPT_AT,
    OF_BONE,
    TOP_DOWN,
    Target,
    beyond,
    excepted,
    excepts_ahead,
    is_rest,
    levels_of_all,
    of_other_bone,
    onwards,
    opening_exception,
    regions_beside,
    span_of_discs,
    the_others,
    together,
    without_spared,
)
from extractor.reading.sites import Site, about_tumour
from extractor.reading.unlevelled import AT_ALL, ONLY, unlevelled
from extractor.values import Region

#: "No cord oedema at T6 or elsewhere", "T5 fracture, no cord compression at any level".
_EVERYWHERE: Final = re.compile(
    r"(?: \w+){0,3}? (?:at|in) (?:any|all|every|each)(?: of the)? (?:spinal |imaged )?(?:levels?|sites?|vertebra\w*)\b"
    r"|[^.;,]{0,40}(?:,? (?:or|and|nor))(?: at| in)?(?: any(?: of the)?)? (?:elsewhere|anywhere|other (?:level|site))"
)
_PLACED_TWICE: Final = frozenset({"paraspinal", "epidural", "nerve_root"})
_OF_THEM: Final = re.compile(
    r"\b(?:none|neither|each|all|either|any) of (?:them|these|which|the (?:two|three|four|five))\b"
    r"|\ball (?:three|four|five)\b"
)
_COUNTS: Final = {"two": 2, "three": 3, "four": 4, "five": 5}
_ONE_OF: Final = re.compile(
    r"\b(?:one|two|some|several|most|a few) (?:of (?:them|these|which|the (?:lesions|metastases|deposits|levels"
    r"|vertebrae))|others?)\b(?![^;.]*\b(?:at|in) [cdtl]h?-?\d)"
)
_ALL_BUT: Final = re.compile(r"\ball\b[^.;]{0,30}\b(?:except|apart|other than|aside|but|save|bar)\b")
#: "An unstable atlanto-axial segment with cord compression" names C1 and C2 for these.
_OF_JOINTS: Final = frozenset({"alignment", "epidural", "escc", "cord_compression"})
#: "The only level with epidural disease is L3, where tumour compresses the cord."
_ASIDE: Final = re.compile(r"[,;] (?:where|which|and|with|here|there)\b")


def link(mention: Mention, page: Page, site: Site, known: Sequence[str]) -> Target | None:
    """Return what a mention is about; None where it is about a disc."""
    sentence = page.sentences[mention.sentence]
    if mention.rule.field in _OF_JOINTS and site.joints:
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
    if "of_segment" not in mention.rule.tags and _of_disc(mention, page, site):
        return None
    if "dealt" in mention.rule.tags:
        return Target("own", _held(mention, site), "inside", regions)
    inside = [one for one in site.levels if one.start >= mention.start and one.end <= mention.end]
    past = beyond(mention, page, before or inside[:1]) or onwards(mention, page, after[:1])
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
    apart = opening_exception(mention, page, site, quiet=quiet)
    if apart:
        return Target("except", apart, "except", regions)
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
    if several and AT_ALL.match(page.text, mention.end, sentence.end) and (site.topic or here or not quiet):
        return Target("own", several, "group", regions)
    of_them = _OF_THEM.search(page.text, start, mention.start)
    if of_them and several and not here and not (after and after[0].start < end):
        if len(several) < _COUNTS.get(of_them[0].split()[-1], 0):
            return Target("wide", (), "wide", regions)  # "none of the three", where two were named last
        return Target("own", several, "group", regions)
    after = [] if ahead and here and not quiet else after  # "T2 to T8 carry metastases with the exception of T5"
    beside = beside_levels(mention, page, site, before, after)
    if ahead and beside and set(beside) <= set(spared):
        return Target("except", spared, "except", regions)
    if mention.rule.field in _PLACED_TWICE and not quiet:
        beside = and_there(beside, page, site)
    if beside and mention.rule.grades == ("subluxation",):
        beside = slipped(mention, beside, page, site)
    if beside:
        return _scoped(without_spared(beside, mention, page, site), "clause", page, mention, regions)
    return unlevelled(mention, page, site, words, regions, known, before, after)


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
    only = ONLY.search(words)
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
    if BREAK.search(page.text[last.end : mention.start]):
        return False
    return last.role == "disc" or (site.disc and last.pair)
