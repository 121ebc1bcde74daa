"""Treatments, and the levels they were given to (reading rules, section 7)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from extractor.reading.cues import Mention, clause
from extractor.reading.levels import LevelMention
from extractor.reading.page import Page
from extractor.reading.sites import Site
from extractor.reading.statements import evidence_of
from extractor.record import Treatment
from extractor.values import Evidence, sort_levels

_UNREAD: Final = frozenset({"boilerplate", "technique"})
#: "Suggest radiotherapy of L2", "staging before irradiation", "for tumour board re SBRT".
_ADVISED_BEFORE: Final = re.compile(
    r"\b(?:suggest\w*|consider\w*|refer(?:ral|red)?|candidates?|benefit from|discuss\w*|suitable|indication|planning"
    r"|propos\w*|consultation|opinion|pertinent to|planned|prior to(?! the\b))\b"
    r"(?: (?!after\b|since\b|following\b)[\w/,-]+){0,5} ?$"
    r"|\b(?:before(?! the\b)|for|re|versus|vs\.?|pre|towards|ahead of|awaiting)[ -](?:[\w,/-]+ ){0,2}$"
)
_ADVISED_AFTER: Final = re.compile(
    r"(?:[ /-]\w+){0,2}?[ /-](?:planning|opinion|consult\w*|referral|review|team|board|oncolog\w+|department|office"
    r"|resident|informed|rounds|(?:is |are |was )?(?:planned|scheduled|advised|recommended|suggested|proposed"
    r"|indicated|likely|to be|programmed)|should|could|would|needs?|versus|vs)\b| ?\?"
)
#: Rays that pain sends out, and those given to something else.
_PAIN: Final = re.compile(r"\bpains?(?: (?:with|and|is|that|which|sometimes))* $|\b(?:sciatica|lumbago)(?: \w+){0,2} $")
_OTHER_BEFORE: Final = re.compile(
    r"\b(?:brain|cerebral|cranial|breast|prostate|lung|uterus|pelvic lesion|axillary|primary)(?: \w+)? $"
)
_OTHER_AFTER: Final = re.compile(
    r"(?: \w+){0,2}? (?:into|down|by|along|in) (?:the |both |his |her )?(?:\w+ )?"
    r"(?:legs?|limbs?|arms?|foot|feet|thighs?|buttocks?)\b"
    r"| (?:thickening|pneumonitis|myelopathy|cystitis|proctitis|fibrosis|changes? (?:in|of) the (?:\w+ )?lung)"
)
#: "T12 and L1 were treated by kyphoplasty", "L1 (treated with cement) and L3".
_TIED: Final = re.compile(
    r" ?\([^)]*|,? ?(?:treated|augmented|filled) (?:by|with|using) "
    r"|,? ?(?:(?:which|that|was|were|is|are|has|have|been|previously|already|both|all|underwent|status|state|after|post"
    r"|earlier) )+(?:(?:treated|augmented|filled) )?(?:(?:by|with|using) )?"
)
_FATTY: Final = re.compile(r"[^.;]*\bfat(?:ty|s)?\b[^.;]*")
_ALL_OF: Final = re.compile(r"\b(?:both|all|each)\b")
#: "Beyond the hardware, the metastasis in L4 is unchanged."
_BEYOND: Final = re.compile(r"\b(?:beyond|outside|away from|distant from|remote from|above|below|adjacent to) the $")
#: "The deposit in T11 has been stable since that level was irradiated."
_THAT_LEVEL: Final = re.compile(
    r"\b(?:that|this|which|the|it) ?(?:level|vertebra|segment|body|lesion|deposit)? (?:was|has been|had been|is) $"
)
#: "Radiotherapy to T3-T5 in 2022 and to L5 in the same year".
_AND_TO: Final = re.compile(
    r"(?:,? (?:in|during) (?:\w+ )?\d{4}| \([^()]{3,20}\))?,? and (?:(?:also|later|then) )?(?:to|at|of|in) (?:the )?"
)
_LATTER: Final = re.compile(r"[,(]? ?(?:and )?(?:only )?\bthe (latter|last|former|first)\b[^,;.]*$")


def read_treatments(
    mentions: Sequence[Mention], page: Page, text: str, named: Sequence[Site], sites: Sequence[Site]
) -> tuple[Treatment, ...]:
    """Return treatments with the levels named for them.

    `named` holds what each sentence names, `sites` also what it goes on about.
    """
    found: dict[str, tuple[set[str], list[Evidence]]] = {}
    for mention in mentions:
        if mention.rule.field != "treatment" or mention.denied or mention.past:
            continue
        if page.sentences[mention.sentence].section in _UNREAD or not _is_given(mention, page):
            continue
        kept, evidence = found.setdefault(mention.rule.grades[0], (set(), []))
        kept.update(_levels(mention, page, named[mention.sentence], sites[mention.sentence]))
        evidence.append(evidence_of(mention, page, text, "report"))
    return tuple(Treatment(kind, sort_levels(kept), tuple(evidence)) for kind, (kept, evidence) in found.items())  # type: ignore[arg-type]


def _is_given(mention: Mention, page: Page) -> bool:
    """Tell whether a treatment of the spine was given, and is not only advised or given elsewhere."""
    sentence = page.sentences[mention.sentence]
    start, _ = clause(page, mention.sentence, mention.start, mention.end)
    before = page.text[max(start, mention.start - 70) : mention.start]
    if _ADVISED_BEFORE.search(before) or _ADVISED_AFTER.match(page.text, mention.end, sentence.end):
        return False
    if mention.rule.grades != ("radiotherapy",):
        return True
    if _OTHER_AFTER.match(page.text, mention.end, sentence.end):
        return False
    return not (_PAIN.search(before) or _OTHER_BEFORE.search(before))


def _levels(mention: Mention, page: Page, named: Site, site: Site) -> tuple[str, ...]:
    """Return the levels written next to a treatment word; else the one its sentence, or its line, is about."""
    first = page.sentences[mention.sentence].start
    written = [one for one in named.written if one.role in {"treatment", "vertebra"}]
    before = [one for one in written if one.end <= mention.start]
    if before and _THAT_LEVEL.search(page.text, first, mention.start):
        return before[-1].levels
    if _BEYOND.search(page.text, first, mention.start):
        written = before
    best: tuple[int, LevelMention] | None = None
    for one in written:
        distance = _distance(mention, one, page)
        if distance is not None and (best is None or distance < best[0]):
            best = distance, one
    if best:
        return (*_singled(mention, best[1], page), *_listed(mention, best[1], written, page))
    single = {one.levels for one in named.levels}
    if len(single) == 1 and not named.discs and mention.rule.grades == ("cement",):
        return next(iter(single))  # "L2 is an older osteoporotic fracture, and it has been cemented."
    return site.head if site.item and not named.levels else ()


def _distance(mention: Mention, one: LevelMention, page: Page) -> int | None:
    """Return how far a level is from a treatment word; None where it is too far to belong to it."""
    if one.start >= mention.end:
        gap = page.text[mention.end : one.start]
        return len(gap) if len(gap) < 60 and ";" not in gap else None
    if one.end > mention.start:
        return 0
    gap = page.text[one.end : mention.start]
    if _TIED.fullmatch(gap) or _LATTER.search(gap):
        return 0
    return len(gap) if len(gap) < (90 if _FATTY.fullmatch(gap) else 45) and ";" not in gap else None


def _listed(mention: Mention, one: LevelMention, written: Sequence[LevelMention], page: Page) -> list[str]:
    """Return the levels a treatment was given to as well ("to T4 in 2021 and to L3 in the same year")."""
    found: list[str] = []
    for above, below in pairwise(written[written.index(one) :]):
        if one.start < mention.end or not _AND_TO.fullmatch(page.text, above.end, below.start):
            break
        found += below.levels
    return found


def _singled(mention: Mention, one: LevelMention, page: Page) -> tuple[str, ...]:
    """Return which levels of an expression a treatment word behind it is about ("L1 and L4 (the last cemented)")."""
    if one.end > mention.start or len(one.atoms) != len(one.levels):
        return one.levels
    gap = page.text[one.end : mention.start]
    if said := _LATTER.search(gap):
        return one.levels[:1] if said[1] in {"former", "first"} else one.levels[-1:]
    opening = page.text.find("(", one.start, mention.start)
    if opening < 0 or ")" in page.text[opening : mention.start] or _ALL_OF.search(page.text, opening, mention.start):
        return one.levels
    return tuple(atom.level for atom in one.atoms if atom.end <= opening)[-1:] or one.levels
