"""Turn linked mentions into statements: which grades of which field remain, for which levels."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from extractor.reading.cues import Cues, Mention, clause
from extractor.reading.linking import link
from extractor.reading.page import Page
from extractor.reading.quantities import loss_grades, read_amount, read_size, share_grade
from extractor.reading.scope import Target
from extractor.reading.sites import Site
from extractor.values import Evidence

LINKED = (
    "bone_lesion",
    "alignment",
    "collapse",
    "involvement",
    "posterolateral",
    "epidural",
    "escc",
    "cord_compression",
    "cord_signal",
    "paraspinal",
    "nerve_root",
)
_ARE_LINKED = frozenset(LINKED)

#: "Collapse 2/3" among the elements of SINS: points, no share.
_OF_THREE = {"1/3": ("kept_most",), "2/3": ("under_50",), "3/3": ("over_50",)}
#: "Alignment of the instrumented segment is satisfactory".
_INSTRUMENTED = re.compile(
    r"\b(?:of|in|within|across|along|throughout) the (?:instrumented|fused|operated|stabili[sz]ed|fixed|plated) "
    r"(?:segments?|section|levels?|vertebrae|spine|part|region)\b|\b(?:of|within|across|along) the construct\b"
)
_JOINED = frozenset({"instrumented", "fused", "operated", "stabilised", "stabilized", "fixed", "plated", "construct"})
_RESPECTIVELY = re.compile(r"respectively|in that order")


# Not frozen, since that takes three times as long to make and there are many; none is ever changed.
@dataclass(slots=True)
class Statement:
    """What one mention says: the grades it leaves of its field's value space, for its target."""

    field: str
    grades: tuple[str, ...]
    target: Target
    section: str
    mention: Mention
    evidence: Evidence
    #: A figure, which beats an adjective.
    figure: bool = False


def evidence_of(mention: Mention, page: Page, text: str, via: str) -> Evidence:
    """Return the quoted words of a mention, with the words that deny it where they stand close before."""
    start = mention.start
    if 0 <= mention.cue_start < start and start - mention.cue_start < 60:
        start = mention.cue_start
    while start < mention.end - 1 and page.text[start] in " ,;:":
        start += 1
    span = page.source(start, mention.end) or (0, 0)
    section = page.sentences[mention.sentence].section
    return Evidence(
        span[0],
        span[1],
        text[span[0] : span[1]],
        section,
        mention.rule.id,
        via,
        mention.denied,
        bool(mention.hedge),
        page.document,
    )


def read_statements(
    mentions: Sequence[Mention],
    page: Page,
    text: str,
    sites: Sequence[Site],
    cues: Cues,
    known: Sequence[str],
    fused: tuple[str, ...],
) -> list[Statement]:
    """Return the statements of the findings, impression and addendum; `fused` are the levels of the hardware."""
    found: list[Statement] = []
    dealt_out = "respectively" in page.text or "in that order" in page.text
    for mention in mentions:
        if mention.past or mention.rule.field not in _ARE_LINKED:
            continue
        sentence = page.sentences[mention.sentence]
        if sentence.section not in {"findings", "impression", "addendum"}:
            continue
        grades, figure = _grades(mention, page, cues)
        target = link(mention, page, sites[mention.sentence], known) if grades else None
        if target is not None and "conus" in mention.rule.tags and not _relates(mention, page):
            near = (
                target.levels
                if target.scope == "own" and page.text.find("signal", mention.start, mention.end) > 0
                else ()
            )
            target = Target("own", ("L1", *(level for level in near if level in {"T11", "T12"})), "conus")
        if fused and target is not None and mention.rule.field == "alignment" and _is_of_hardware(mention, page):
            target = Target("own", fused, "hardware")
        if target is None or _is_anyones(mention, target, known):
            continue
        evidence = evidence_of(mention, page, text, target.via)
        dealt = _distributed(mention, page, grades, target) if dealt_out else [(grades, target)]
        for level_grades, level_target in dealt:
            found.append(
                Statement(mention.rule.field, level_grades, level_target, sentence.section, mention, evidence, figure)
            )
    return _in_order(found, page) if dealt_out else found


def _is_of_hardware(mention: Mention, page: Page) -> bool:
    """Tell whether alignment is that of the vertebrae joined by hardware only."""
    if _JOINED.isdisjoint(page.said[mention.sentence]):
        return False
    start, end = clause(page, mention.sentence, mention.start, mention.end)
    return _INSTRUMENTED.search(page.text, start, end) is not None


def _relates(mention: Mention, page: Page) -> bool:
    """Tell whether a conus is described in passing ("... touches the conus, whose signal is normal")."""
    return " whose " in page.text[mention.start : mention.end]


def _is_anyones(mention: Mention, target: Target, known: Sequence[str]) -> bool:
    """Tell whether a fracture, pedicles or an ESCC grade are named without a level where several may be meant."""
    quiet = mention.denied or "normal" in mention.rule.tags
    anyones = mention.rule.field in {"posterolateral", "collapse"} or mention.rule.id == "involvement.size"
    if mention.rule.field == "escc" and "close_no" in mention.rule.tags:
        anyones = mention.rule.grades != ("0",)  # a grade is of one level, "Bilsky 0 throughout" of all
    return anyones and target.scope == "wide" and not quiet and len(known) > 1


def _in_order(found: list[Statement], page: Page) -> list[Statement]:
    """Give the n-th of several statements on the same n levels the n-th level, where "respectively" says so."""
    dealt: list[Statement] = []
    for one in found:
        sentence = page.sentences[one.mention.sentence]
        if not _RESPECTIVELY.search(page.text, sentence.start, sentence.end):
            dealt.append(one)
            continue
        alike = [
            other
            for other in found
            if (other.mention.sentence, other.field, other.target) == (one.mention.sentence, one.field, one.target)
        ]
        if len(alike) == len(one.target.levels) > 1:
            level = one.target.levels[alike.index(one)]
            one = replace(one, target=replace(one.target, levels=(level,)))
        dealt.append(one)
    return dealt


def _distributed(
    mention: Mention, page: Page, grades: tuple[str, ...], target: Target
) -> list[tuple[tuple[str, ...], Target]]:
    """Give each level its own of the amounts or characters that "respectively" deals out, in order."""
    sentence = page.sentences[mention.sentence]
    if not _RESPECTIVELY.search(page.text, sentence.start, sentence.end) or len(target.levels) < 2:
        return [(grades, target)]
    words = page.text[mention.start : mention.end]
    if "loss" in mention.rule.tags:
        dealt = [
            loss_grades(*amount)
            for part in re.findall(
                r"(?<![a-z\d])\d+(?= ?(?:%|per ?cent|,|and\b))", page.text[sentence.start : sentence.end]
            )
            if (amount := read_amount(part))
        ]
    elif mention.rule.id == "bone_lesion.mixed":
        dealt = [
            ("lytic",) if "lytic" in part else ("blastic",) for part in re.findall(r"lytic|blastic|sclerotic", words)
        ]
    else:
        return [(grades, target)]
    if len(dealt) != len(target.levels):
        return [(grades, target)]
    return [(one, replace(target, levels=(level,))) for one, level in zip(dealt, target.levels, strict=True)]


def _grades(mention: Mention, page: Page, cues: Cues) -> tuple[tuple[str, ...], bool]:
    """Return the grades a mention leaves and whether a figure gave them; none if it says nothing."""
    rule = mention.rule
    if mention.denied:
        if rule.tags & {"positive_only", "silent"} or mention.amount:
            return (), False
        return rule.denied or _complement(mention), False
    if rule.tags & {"denial_only", "silent"}:
        return (), False
    if mention.amount in _OF_THREE and cues.within("sins", *clause(page, mention.sentence, mention.start, mention.end)):
        return _OF_THREE[mention.amount], False
    if "ratio" in rule.tags:
        return _of_expected(mention), True
    if rule.tags & {"loss", "remaining"}:
        return _of_height(mention), True
    if rule.tags & {"share", "size"}:
        return _of_body(mention), True
    if "degenerative_open" in rule.tags:
        start, end = clause(page, mention.sentence, mention.start, mention.end)
        if cues.within("degenerative", start, end):
            return (*rule.grades, "normal"), False
    return rule.grades, False


def _complement(mention: Mention) -> tuple[str, ...]:
    spaces = {"present": ("absent",), "abnormal": ("normal",), "absent": ("present",), "normal": ("abnormal",)}
    return spaces.get(mention.rule.grades[0], ()) if len(mention.rule.grades) == 1 else ()


def _of_height(mention: Mention) -> tuple[str, ...]:
    amount = read_amount(mention.amount)
    if amount is None:
        return ()
    low, high = amount if "loss" in mention.rule.tags else (100 - amount[1], 100 - amount[0])
    return ("kept",) if high == 0 else loss_grades(low, high)


def _of_expected(mention: Mention) -> tuple[str, ...]:
    """Return the grades of a height beside the expected one ("8 mm against a normal 24 mm", "from 24 to 8 mm")."""
    numbers = [float(number) for number in re.findall(r"\d+(?:\.\d)?", mention.amount)]
    share = 100 * min(numbers) / max(numbers)
    return ("kept",) if share > 95 else loss_grades(100 - share, 100 - share)


def _of_body(mention: Mention) -> tuple[str, ...]:
    if "size" in mention.rule.tags:
        size = read_size(mention.amount)
        return ("small",) if size is not None and size <= 15 else ()
    amount = read_amount(mention.amount)
    return (share_grade(*amount),) if amount else ()
