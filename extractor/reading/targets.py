"""Say of which levels a word of change speaks: those beside it, those under discussion, the rest, a region or all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from extractor.reading.levels import LevelMention, levels_of_all
from extractor.reading.matter import INSERTED, Matter
from extractor.reading.parts import Part
from extractor.reading.regions import regions_named
from extractor.reading.scope import EXCEPT_AT, Target, is_rest, regions_beside, together
from extractor.values import LEVELS, Region

#: Which of several levels goes with a word: the first, and those listed with it.
_LISTED: Final = re.compile(
    r"(?: |,|/|&|\+|and|or|the|at|in|of|also|both|left|right|lesions?|metasta\w+|deposits?|body|vertebra\w*|levels?)*"
)
_GROUP: Final = re.compile(
    r"\b(?:(?:both|each|neither|either|all(?= of| three| *(?:[,.;:]|$)))"
    r"(?= (?:of (?:them|these|those|the)\b|lesions?|levels?|metasta\w+|deposits?|tumou?rs|vertebra\w*|is|are|has|have"
    r"|remain\w*|show\w*|un|stable|larger|smaller|new|progress|regress|\w*creas)| *[,.;:]|$)"
    r"|these|those|they|the (?:two|three|four))\b"
)
_ALL: Final = re.compile(
    r"\b(?:all|every|overall|generally|globally|multiple|numerous|(?<!epidural )(?<!paraspinal )(?<!extradural )disease"
    r"|metastases|mets|lesions|deposits|tumou?rs|secondaries|foci|burden|appearances|findings|picture|sites|levels"
    r"|involvement|infiltration|no (?:new|further|other|enlarging|progressive))\b"
)
#: "Good response at the irradiated level", "this vertebra": one, though it is not said which.
_ONE: Final = re.compile(
    r"\b(?:(?:this|the|that) (?:\w+ ){0,2}(?:level|site|segment|body|vertebra|lesion|metastasis|deposit|tumou?r|focus"
    r"|mass)\b|it\b)"
)
#: "All are stable except T6, which has grown."
_WHICH: Final = re.compile(r"[, ]*(?:which|where|that|this one|it)\b")
#: T1 and T2 are names of sequences as well.
_LEVEL: Final = re.compile(r"\b([cdls]|th?(?! ?-?[12]\b))[ -]?(\d{1,2})\b")
_VERB_BEFORE: Final = re.compile(
    r"(?:\b(?:is|are|was|were|has|have|had|been|remains?|remained|appears?|shows?|looks?)(?: \w+)*|[,:(=-]) $"
)
_GOES_WITH: Final = re.compile(
    r"(?: (?!(?:is|are|was|were|has|have|had|but|than|since|which|that|shows?|without|with|beside|adjacent|near)\b)"
    r"[\w./%'-]+){0,9} ?"
)


def target_of(part: Part, matter: Matter, lesions: Sequence[str], earlier: Target | None) -> Target | None:
    """Return what a word of change is said of; None where that is not told.

    `earlier` is the target of the word before it in its sentence.
    """
    beside = regions_beside(part.mention, part.page)
    regions = (beside & regions_named(part.words)) or beside or part.sentence.regions
    return _named(part, regions) or _unnamed(part, matter, lesions, earlier, regions)


def _named(part: Part, regions: frozenset[Region]) -> Target | None:
    """Return the levels a part names, the rest, or all but some; None if it names none."""
    named = part.levels
    spared = [one for one in named if EXCEPT_AT.search(part.page.text, part.start, one.start)]
    if spared:
        return Target("except", levels_of_all(spared), "except", regions)
    if named:
        return Target("own", _chosen(part, named), "clause")
    if written := _written(part):
        return Target("own", written, "clause")
    if is_rest(part.mention, part.page, part.site, part.start, part.end):
        return Target("rest", (), "rest", regions)
    return None


def _unnamed(
    part: Part, matter: Matter, lesions: Sequence[str], earlier: Target | None, regions: frozenset[Region]
) -> Target | None:
    """Return what a part without a level is said of."""
    several = together(part.mention, part.site)
    if several and _GROUP.search(part.words):
        return Target("own", several, "group")
    everything = Target("wide", (), "wide", regions)
    if matter in {"lesion", ""} and _ALL.search(part.words):
        return everything
    before = [one for one in part.site.levels if one.end <= part.mention.start]
    if before and _WHICH.match(part.words):
        return Target("own", before[-1].levels, "sentence")
    if earlier is not None:
        return earlier
    if not before and len(part.site.topic) > 1 and _ONE.search(part.words):
        return None
    if before or part.site.topic:
        return Target("own", before[0].levels, "sentence") if before else Target("own", part.site.topic, "topic")
    if matter in {"feature", "part"} or _ONE.search(part.page.text, part.sentence.start, part.end):
        return Target("own", tuple(lesions), "wide") if len(lesions) == 1 else None
    return everything if matter == "lesion" or ("alone" in part.mention.rule.tags and lesions) else None


def _written(part: Part) -> tuple[str, ...]:
    """Return levels that are written as those of a treatment ("Post-SBRT T9: good response")."""
    found = _LEVEL.findall(part.page.text, part.start, part.end)
    named = [f"{'T' if letter in {'d', 'th'} else letter.upper()}{number}" for letter, number in found]
    return tuple(level for level in dict.fromkeys(named) if level in LEVELS)


def _chosen(part: Part, named: Sequence[LevelMention]) -> tuple[str, ...]:
    """Return the levels of a part that its word is about: those it stands before, else the subject's."""
    mention = part.mention
    after = [one for one in named if one.start >= mention.end]
    before = [one for one in named if one not in after]
    close = bool(after) and _GOES_WITH.fullmatch(part.page.text, mention.end, after[0].start)
    if after and not (before and (_VERB_BEFORE.search(part.before) or not close)):
        return _listed(after, part)
    if bracketed := _in_bracket(part, before):
        return bracketed
    clear = INSERTED.sub(lambda words: "#" * len(words[0]), part.before)
    comma = clear.rstrip(" ,:(").rfind(", ")
    near = [one for one in before if one.start - part.start > comma and clear[one.start - part.start :][:1] != "#"]
    return _listed(near or before, part)


def _in_bracket(part: Part, before: Sequence[LevelMention]) -> tuple[str, ...]:
    """Return the level whose bracket holds a word ("T11 and L2 (2.8 cm, stable)"); none without a bracket."""
    opening = part.page.text.rfind("(", part.start, part.mention.start)
    held = [atom for one in before for atom in one.atoms if atom.end <= opening]
    return (held[-1].level,) if held and part.page.text.find(")", opening, part.mention.start) < 0 else ()


def _listed(named: Sequence[LevelMention], part: Part) -> tuple[str, ...]:
    """Return the first of some levels and those listed with it ("at T7, in T9 and L1")."""
    levels = list(named[0].levels)
    for above, below in pairwise(named):
        if not _LISTED.fullmatch(part.page.text, above.end, below.start):
            break
        levels += below.levels
    return tuple(dict.fromkeys(levels))
