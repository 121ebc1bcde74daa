"""Link each mention to its levels: beside it, under discussion, the rest, a region, or every lesion."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from extractor.reading.answers import TAIL
from extractor.reading.beside import and_there, beside_levels, of_many, slipped
from extractor.reading.cues import Mention, clause
from extractor.reading.levels import levels_of_all
from extractor.reading.page import Page
from extractor.reading.place import Place, placed
from extractor.reading.scope import (
    AND_OTHERS,
    EXCEPT_AT,
    EXCEPT_WORDS,
    OF_BONE,
    REST_WORDS,
    TOP_DOWN,
    Target,
    beyond,
    excepted,
    excepts_ahead,
    is_rest,
    onwards,
    opening_exception,
    regions_beside,
    the_others,
    together,
    without_spared,
)
from extractor.reading.silent import of_no_lesion, says_nothing
from extractor.reading.sites import Site
from extractor.reading.spans import span_of_discs, up_and_down
from extractor.reading.unlevelled import AT_ALL, AT_ALL_WORDS, ONLY, ONLY_WORDS, unlevelled
from extractor.values import Region, region_of

#: "No cord oedema at T6 or elsewhere", "T5 fracture, no cord compression at any level".
_EVERYWHERE: Final = re.compile(
    r"(?: \w+){0,3}? (?:at|in) (?:any|all|every|each)(?: of the)? (?:spinal |imaged )?(?:levels?|sites?|vertebra\w*)\b"
    r"|[^.;,]{0,40}(?:,? (?:or|and|nor))(?: at| in)?(?: any(?: of the)?)? (?:elsewhere|anywhere|other (?:level|site))"
)
_EVERYWHERE_WORDS: Final = frozenset({"any", "all", "every", "each", "elsewhere", "anywhere", "other", "others"})
#: "A further metastasis, 11 mm across".
_A_NEW: Final = re.compile(
    r"(?:a|an|another|yet another|one) (?:(?:further|second|third|fourth|new|smaller|larger|similar|additional|small"
    r"|more|solitary|single|lytic|sclerotic) )*(?:metastasis|deposit|lesion|focus|nodule)\b"
)
_PLACED_TWICE: Final = frozenset({"paraspinal", "epidural", "nerve_root"})
_OF_THEM: Final = re.compile(
    r"\b(?:none|neither|each|all|either|any) of (?:them|these|which|the (?:two|three|four|five))\b"
    r"|\ball (?:three|four|five)\b"
)
_COUNTS: Final = {"two": 2, "three": 3, "four": 4, "five": 5}
_ALL_BUT: Final = re.compile(r"\ball\b[^.;]{0,30}\b(?:except|apart|other than|aside|but|save|bar)\b")
_THEM_WORDS: Final = frozenset({"none", "neither", "each", "all", "either", "any"})
_TOGETHER_WORDS: Final = AT_ALL_WORDS | _THEM_WORDS
_ARE_ALL: Final = re.compile(r"\bare (?:all )?(?:\w+ly )?$")
#: "The only level with epidural disease is L3, where tumour compresses the cord."
_ASIDE: Final = re.compile(r"[,;] (?:where|which|and|with|here|there)\b")
#: "Epidural tumour: only at T10": what the label is of stands in the clause behind.
_LABEL_END: Final = re.compile(TAIL + r" ?(?::|-(?= )) *")


def link(mention: Mention, page: Page, site: Site, known: Sequence[str]) -> Target | None:
    """Return what a mention is about; None where it is about a disc or another bone."""
    place = placed(mention, page, site, known)
    if says_nothing(place):
        return None
    for step in _PLAIN_STEPS if _TURNING_WORDS.isdisjoint(place.said) else _STEPS:
        if target := step(place):
            return target
    if of_no_lesion(place):
        return Target("wide", (), "wide", place.regions)
    within = (place.start, place.end)
    return unlevelled(mention, page, place.site, within, place.regions, place.before, place.after)


def _in_span(at: Place) -> Target | None:
    span = span_of_discs(at.mention, at.page, at.site) if at.site.discs else up_and_down(at.mention, at.page, at.after)
    return Target("own", span, "clause", at.regions) if span else None


def _dealt_out(at: Place) -> Target | None:
    return Target("own", _held(at.mention, at.site), "inside", at.regions) if "dealt" in at.tags else None


def _past_a_level(at: Place) -> Target | None:
    if not (at.quiet and at.site.levels):
        return None
    past = beyond(at.mention, at.page, at.before or at.inside[:1]) or onwards(at.mention, at.page, at.after[:1])
    past = tuple(level for level in past if not at.regions or region_of(level) in at.regions)
    return Target("own", past, "clause", at.regions) if past else None


def _with_level_inside(at: Place) -> Target | None:
    if not at.inside:
        return None
    if at.quiet and EXCEPT_AT.search(at.page.text, at.mention.start, at.inside[0].start):
        return Target("except", at.inside[0].levels, "except", at.regions)
    if at.mention.rule.field == "diffuse":
        return None
    return _scoped(levels_of_all(at.inside), "inside", at.page, at.mention, at.regions)


def _here_and_elsewhere(at: Place) -> Target | None:
    if not at.quiet or _EVERYWHERE_WORDS.isdisjoint(at.said) or not (at.here or at.site.topic):
        return None
    said = AND_OTHERS.search(at.page.text, at.start, at.mention.start)
    return Target("wide", (), "wide", at.regions) if said else None


def _of_the_rest(at: Place) -> Target | None:
    if at.mention.rule.field != "lesion" and is_rest(at.mention, at.page, at.site, at.start, at.end):
        if at.mention.rule.field == "involvement" and at.before:
            return Target("except", at.before[-1].levels, "except", at.regions)  # "T7, 24 mm, the others 10 mm"
        return Target("rest", (), "rest", regions_beside(at.mention, at.page) or at.regions)
    others = the_others(at.mention, at.page, at.site, at.start)
    return Target("own", others, "group", at.regions) if others else None


def _everywhere(at: Place) -> Target | None:
    if "wide" not in at.tags:
        return None
    end = at.page.sentences[at.mention.sentence].end
    said = "from" in at.said and TOP_DOWN.match(at.page.text, at.mention.end, end)
    if not said and at.quiet and not _EVERYWHERE_WORDS.isdisjoint(at.said):
        said = _EVERYWHERE.match(at.page.text, at.mention.end, end)
    return Target("wide", (), "wide", at.regions) if said else None


def _with_exception(at: Place) -> Target | None:
    apart = opening_exception(at.mention, at.page, at.site, quiet=at.quiet)
    if apart:
        return Target("except", apart, "except", at.regions)
    spared = excepted(at.mention, at.page, at.site)
    if not spared:
        return None
    field, upto = at.mention.rule.field, at.page.text[at.start : at.mention.start]
    of_all = field in {"bone_lesion", "lesion"} and _ALL_BUT.search(upto) and _ARE_ALL.search(upto)
    ahead = field == "bone_lesion" and excepts_ahead(at.mention, at.page, at.site)
    return Target("except", spared, "except", at.regions) if at.quiet or of_all or ahead else None


def _introduced(at: Place) -> Target | None:
    """Return the level of a lesion that is new to the text ("A further metastasis, 11 mm across, lies in L2")."""
    if at.mention.rule.field not in OF_BONE or at.quiet or at.before or not at.after or not at.site.topic:
        return None
    sentence = at.page.sentences[at.mention.sentence]
    new = _A_NEW.match(at.page.text, sentence.start + sentence.lead, sentence.end)
    if not new or at.mention.start > new.end() + 2 or at.after[0].start >= at.end:
        return None
    return Target("own", at.after[0].levels, "sentence", at.regions)


def _of_roots(at: Place) -> Target | None:
    """Return the lesions whose own root is named ("the nerve roots at S2 and S3 are encased")."""
    if at.mention.rule.field != "nerve_root" or any(one.end <= at.mention.start for one in at.site.levels):
        return None
    here = [one for one in at.site.roots if at.start <= one.start < at.end]
    named = [level for one in here for level in (one.levels[:1] if one.pair else one.levels)]
    roots = tuple(level for level in named if level in at.known)
    return Target("own", roots, "root", at.regions) if roots else None


def _of_a_group(at: Place) -> Target | None:
    several = () if _TOGETHER_WORDS.isdisjoint(at.said) else together(at.mention, at.site)
    if not several:
        return None
    of_all = not AT_ALL_WORDS.isdisjoint(at.said) and (at.site.topic or at.here or not at.quiet)
    if of_all and AT_ALL.match(at.page.text, at.mention.end, at.page.sentences[at.mention.sentence].end):
        return Target("own", several, "group", at.regions)
    if at.here or (at.after and at.after[0].start < at.end):
        return None
    of_them = _OF_THEM.search(at.page.text, at.start, at.mention.start)
    if not of_them:
        return None
    if len(several) < _COUNTS.get(of_them[0].split()[-1], 0):
        return Target("wide", (), "wide", at.regions)  # "none of the three", where two were named last
    return Target("own", several, "group", at.regions)


def _beside_levels(at: Place) -> Target | None:
    if not (at.before or at.after):
        return None
    if at.after and not at.before and of_many(at.mention, at.page, at.after[0]):
        return Target("wide", (), "wide", at.regions)
    ahead = excepts_ahead(at.mention, at.page, at.site)
    after = [] if ahead and at.here and not at.quiet else at.after  # "T2 to T8 carry metastases except T5"
    levels = beside_levels(at.mention, at.page, at.site, at.end, at.before, after)
    if not levels:
        return None
    spared = excepted(at.mention, at.page, at.site) if ahead else ()
    if ahead and set(levels) <= set(spared):
        return Target("except", spared, "except", at.regions)
    if at.mention.rule.field in _PLACED_TWICE and not at.quiet:
        levels = and_there(levels, at.page, at.site)
    if at.mention.rule.grades == ("subluxation",):
        levels = slipped(at.mention, levels, at.page, at.site)
    levels = without_spared(levels, at.mention, at.page, at.site)
    return _scoped(levels, "clause", at.page, at.mention, at.regions)


#: One of these stands in every sentence of which a step that is not plain knows anything.
_TURNING_WORDS: Final = EXCEPT_WORDS | REST_WORDS | _EVERYWHERE_WORDS | _TOGETHER_WORDS | {"from"}
_PLAIN_STEPS: Final = (_in_span, _dealt_out, _past_a_level, _with_level_inside, _of_roots, _introduced, _beside_levels)
#: Asked in this order; the first that knows what a mention is about is believed.
_STEPS: Final = (
    _in_span,
    _dealt_out,
    _past_a_level,
    _with_level_inside,
    _here_and_elsewhere,
    _of_the_rest,
    _everywhere,
    _with_exception,
    _of_roots,
    _of_a_group,
    _introduced,
    _beside_levels,
)


def _held(mention: Mention, site: Site) -> tuple[str, ...]:
    """Return the levels whose own words lie in a mention, be they part of a list ("T7 (mild) and L1 (severe)")."""
    atoms = [atom for one in site.levels for atom in one.atoms]
    return tuple(atom.level for atom in atoms if mention.start <= atom.start and atom.end <= mention.end)


def _scoped(levels: tuple[str, ...], via: str, page: Page, mention: Mention, regions: frozenset[Region]) -> Target:
    if mention.denied or ONLY_WORDS.isdisjoint(page.said[mention.sentence]):
        return Target("own", levels, via, regions)
    label = _LABEL_END.match(page.text, mention.end)
    stop = label.end() if label else mention.end
    start, end = clause(page, mention.sentence, mention.start if stop == mention.end else stop, stop)
    only = ONLY.search(page.text[start:end])
    if only and not _ASIDE.search(page.text, start + only.end(), mention.start):
        return Target("only", levels, "only", regions)
    return Target("own", levels, via, regions)
