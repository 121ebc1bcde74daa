"""Report-wide findings (reading rules, section 7)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from extractor.reading.cues import Mention, clause
from extractor.reading.page import Page
from extractor.reading.regions import regions_named
from extractor.reading.sites import Site
from extractor.reading.statements import Statement, evidence_of
from extractor.record import (
    CanalFinding,
    Diffuse,
    FieldValue,
    StatedSins,
    unsaid,
)
from extractor.values import (
    GRADES,
    REGIONS,
    SYMPTOMS,
    Evidence,
    Region,
    in_order,
    region_of,
    sort_levels,
    status_of,
)

#: Sections that say what the images show.
_RECORD = frozenset({"findings", "impression", "addendum"})
_WHOLE = re.compile(
    r"whole (?:visuali[sz]ed |imaged )?(?:spine|vertebral column|spinal column)|throughout the (?:whole "
    r"|entire |imaged |visuali[sz]ed )*"
    r"(?:spine|vertebral column|axial skeleton|spinal column)|entire (?:visuali[sz]ed |imaged )?(?:spine"
    r"|vertebral column)"
    r"|all (?:spinal |vertebral )?(?:levels|bodies|segments|regions)|total spine|every (?:vertebra"
    r"|vertebral body|level)"
)
_REGION_NAME = re.compile(
    r"\b(?:cervical|thoracic|dorsal|lumbar|lumbo-?sacral|thoraco-?lumbar|dorso-?lumbar|cervico-?thoracic|sacral|sacrum)\b"
    r"|\b[ctl](?=-(?:spine\b|,| and| &|/))"
)
_SPREAD = re.compile(
    r"\b(?:diffuse(?:ly)?|wide-?spread|innumerable|extensive(?:ly)?|confluent|disseminated|multi-?focal|numerous|countless"
    r"|throughout|too many|predominantly|spread over|all (?:of )?the|replacement of the whole|entire|whole"
    r"|multiple|every)\b"
)
_IMAGES = re.compile(
    r"signal|enhanc|marrow|metasta\w+ (?:at|in|of) [cdtl]\d|compress(?:es|ed)|indent|t[12]\b|stir\b|canal"
    r"|epidural|oedema|edema|myelopathic"
)
_SEVERAL = re.compile(
    r"\b(?:multiple|several|numerous|a few|many|multi-?level|wide-?spread|diffuse|innumerable"
    r"|countless)\b.*(?:vertebra|spin(?:e|al)|bod(?:y|ies))"
    r"|(?:vertebra|spin(?:e|al)|bod(?:y|ies)).*\b(?:multiple|several|numerous|many|multi-?level|wide-?spread|diffuse)\b"
)
_OUTSIDE = re.compile(
    r"epidural|extradural|leptomening|intramedull|intradural|paraspinal|paravert|drop|pleural|hepatic|liver|node|nodal|lung"
)


def read_pain(mentions: Sequence[Mention], page: Page, text: str) -> FieldValue:
    """Return the pain of the patient; the word with the most to say wins, mechanical over the rest."""
    said = [
        mention
        for mention in mentions
        if mention.rule.field == "pain" and page.sentences[mention.sentence].section != "boilerplate"
    ]
    gone = [mention for mention in said if mention.rule.id == "pain.gone"]
    said = [
        mention
        for mention in said
        if not (mention.past and mention.rule.id != "pain.spinal")
        and not any(one is not mention and one.start <= mention.start and mention.end <= one.end for one in gone)
    ]
    evidence = tuple(evidence_of(mention, page, text, "report") for mention in said)
    grades = set(GRADES["pain"])
    positive = [mention for mention in said if not mention.denied]
    for wanted in ("mechanical", "occasional"):
        if any(mention.rule.grades == (wanted,) for mention in positive):
            return FieldValue((wanted,), "stated", evidence=evidence)
    if any("none" in mention.rule.grades for mention in positive) and not _but_pain(positive, page):
        grades = {"none"}
    elif any(mention.rule.id == "pain.spinal" for mention in positive):
        bare = any(mention.denied and mention.rule.grades == ("mechanical",) for mention in said)
        grades = {"occasional"} if bare else {"mechanical", "occasional"}
    elif any(mention.rule.id == "pain.spinal" for mention in said):
        grades = {"none"}
    elif any(mention.rule.grades == ("mechanical",) for mention in said):
        grades = {"occasional", "none"}
    ordered = in_order("pain", grades)
    return FieldValue(ordered, status_of("pain", ordered), evidence=evidence if len(ordered) < 3 else ())


def _but_pain(positive: Sequence[Mention], page: Page) -> bool:
    """Tell whether another pain follows one denied ("no neck pain, but lumbar backache")."""
    return any(
        mention.rule.id == "pain.spinal"
        and re.search(r"\bbut\b[^.;]*$", page.text[page.sentences[mention.sentence].start : mention.start])
        for mention in positive
    )


def read_symptoms(mentions: Sequence[Mention], page: Page, text: str) -> dict[str, FieldValue]:
    """Return each symptom of the history; of a text without headings, from what reads no images."""
    headed = any(section.kind == "history" for section in page.sections)
    said: dict[str, list[Mention]] = {name: [] for name in SYMPTOMS}
    for mention in mentions:
        if mention.rule.field == "symptom" and _is_told(mention, page, headed=headed) and not _asked(mention, page):
            said[mention.rule.grades[0]].append(mention)
    return {name: _presence(name, some, page, text) for name, some in said.items()}


def _is_told(mention: Mention, page: Page, *, headed: bool) -> bool:
    """Tell whether a sentence is of the history, or, in a text without headings, reads no images."""
    sentence = page.sentences[mention.sentence]
    if sentence.section in {"history", "exam"}:
        return True
    return not headed and not _IMAGES.search(page.text, sentence.start, sentence.end)


def _asked(mention: Mention, page: Page) -> bool:
    """Tell whether a symptom is only asked for or supposed ("?cauda equina syndrome", "r/o myelopathy")."""
    before = page.text[max(0, mention.start - 14) : mention.start]
    return mention.past or bool(re.search(r"(?:\?|\br/o|\bquery|\brule out|\bexclude) ?(?:\w+ )?$", before))


def read_presence(field: str, mentions: Sequence[Mention], page: Page, text: str) -> FieldValue:
    """Return leptomeningeal or intramedullary disease as the report has it."""
    said = [
        one
        for one in mentions
        if one.rule.field == field and not one.past and page.sentences[one.sentence].section in _RECORD
    ]
    return _presence(field, said, page, text)


def _presence(name: str, said: Sequence[Mention], page: Page, text: str) -> FieldValue:
    if not said:
        return unsaid(name)
    positive = [
        one for one in said if not one.denied and one.rule.grades[0] != "absent" and "preserved" not in one.rule.tags
    ]
    chosen = positive or said
    evidence = tuple(evidence_of(mention, page, text, "report") for mention in chosen)
    return FieldValue(("present" if positive else "absent",), "stated", evidence=evidence)


def read_diffuse(
    mentions: Sequence[Mention], page: Page, text: str, sites: Sequence[Site], lesions: Sequence[str]
) -> Diffuse:
    """Return the regions of disease called diffuse, or given by region where no lesion of that region is named."""
    regions: set[Region] = set()
    evidence: list[Evidence] = []
    vague: list[Evidence] = []
    named_regions = {region_of(level) for level in lesions}
    for mention in mentions:
        if not _is_disease(mention, page):
            continue
        start, end = _part(mention, page)
        site = sites[mention.sentence]
        if any(start <= one.start < end for one in (*site.levels, *site.discs)):
            continue
        words = page.text[start:end]
        named = set(regions_named(" ".join(_REGION_NAME.findall(words)))) | (
            set(REGIONS[:3]) if _WHOLE.search(words) else set()
        )
        before = page.sentences[mention.sentence - 1] if mention.sentence else None
        if (
            not named
            and mention.rule.field == "diffuse"
            and before
            and before.unit == page.sentences[mention.sentence].unit
        ):
            told = page.text[
                before.start : before.end
            ]  # "The marrow is dark throughout ... This is diffuse infiltration."
            named = set(regions_named(" ".join(_REGION_NAME.findall(told)))) if "throughout" in told else set()
        if mention.rule.field == "lesion" and not _SPREAD.search(words):
            named -= named_regions
        if named:
            regions |= named
            evidence.append(evidence_of(mention, page, text, "report"))
        elif _SEVERAL.search(words):
            vague.append(evidence_of(mention, page, text, "report"))
    if not regions and not lesions and vague:
        return Diffuse(("unspecified",), tuple(vague))
    return Diffuse(tuple(region for region in REGIONS if region in regions), tuple(evidence))


def _part(mention: Mention, page: Page) -> tuple[int, int]:
    """Return the clause of a mention, with a label before it ("Lumbar spine: ..."), and no further than "of which"."""
    sentence = page.sentences[mention.sentence]
    start, end = clause(page, mention.sentence, mention.start, mention.end)
    if start - sentence.start < 25:
        start = sentence.start
    onward = re.search(r", (?:of which|the largest|most|with|one of|some of|none)", page.text[mention.end : end])
    return start, mention.end + onward.start() if onward else end


def _is_disease(mention: Mention, page: Page) -> bool:
    """Tell whether a mention asserts tumour of the bone in a section that reads images."""
    field = mention.rule.field
    if field not in {"diffuse", "lesion"} or mention.denied or mention.past:
        return False
    if page.sentences[mention.sentence].section not in _RECORD:
        return False
    if field == "diffuse":
        return True
    words = page.text[max(0, mention.start - 25) : mention.end + 15]
    return mention.rule.grades[0] == "strong" and not _OUTSIDE.search(words)


def read_canal(
    field: str, statements: Sequence[Statement], lesions: Mapping[str, Mapping[str, FieldValue]]
) -> CanalFinding:
    """Return a canal finding with the levels it is stated at; `lesions` are the fields of each."""
    positive = GRADES[field][0]
    said = [one for one in statements if one.field == field and len(one.grades) == 1]
    there = [one for one in said if one.grades == (positive,)]
    levels = {level for one in there for level in one.target.levels}
    levels |= {level for level, fields in lesions.items() if fields[field].grades == (positive,)}
    if there or levels:
        return CanalFinding((positive,), "stated", sort_levels(levels), tuple(one.evidence for one in there))
    if said:
        return CanalFinding((GRADES[field][1],), "stated", (), tuple(one.evidence for one in said))
    return CanalFinding(GRADES[field], "missing")


def read_stated_sins(
    mentions: Sequence[Mention], page: Page, text: str, sites: Sequence[Site]
) -> tuple[StatedSins, ...]:
    """Return SINS totals the report itself states."""
    found = []
    for mention in mentions:
        if mention.rule.field == "stated_sins" and mention.amount.isdigit() and int(mention.amount) <= 18:
            site = sites[mention.sentence]
            levels = site.levels[0].levels if site.levels else site.topic
            evidence = (evidence_of(mention, page, text, "report"),)
            found.append(StatedSins(levels[0] if len(levels) == 1 else None, int(mention.amount), None, evidence))
    return tuple(found)
