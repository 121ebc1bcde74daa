"""Decide which vertebrae are lesions, and how certain the report is of each (reading rules, section 3)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from extractor.reading.linking import link
from extractor.reading.mentions import Mention, clause
from extractor.reading.page import Page, Sentence
from extractor.reading.sites import Site
from extractor.reading.statements import evidence_of
from extractor.values import CERTAINTIES, Certainty, Evidence, sort_levels

#: "Intramedullary metastasis": no bone, whatever the noun.
_BESIDE = re.compile(
    r"(?:epidural|extradural|paraspinal|para-?vertebral|prevertebral|leptomeningeal|intramedullary|intradural|drop|nodal|rib|liver|lung|cord)"
    r"(?: (?:and|or) \w+)?(?: (?:sheet|cuff|rind|layer|mass|component|spread|extension|sleeve|band|plaque"
    r"|tongue) (?:of|by))? $"
)
#: "T8 is clear" is about T8; "at T8 the canal is clear" is not.
_ITSELF = re.compile(
    r"(?:'s|[ ,:(-]|\b(?:and|or|the|vertebra[le]?|levels?|marrow|bones?|itself|signal|both"
    r"|appears?|now|all|segments?|of|[cts]\d+|l\d)\b)*"
)
_SAYS_WHAT = re.compile(
    r"\b(?:typical|consistent|compatible|keeping|favou?r\w*|represent\w*|likely|appearances?|features|characteristic|diagnostic"
    r"|classic\w*|pathognomonic|suggest\w*|indicat\w*|thought|probabl[ey]|this is|these are)\b"
)
#: "The pedicles of D9 are spared" says nothing of D9 itself.
_PART_OF = re.compile(
    r"(?:pedicles?|elements?|laminae?|facets?|heights?|canal|cord|alignment|foram\w+|muscles?|tissues?|margins?|cort\w+|end-?plates?"
    r"|wall|process\w*|joints?|arch\w*|space|sac|disc)(?: (?:of|at|in|for|the|both|vertebrae?|level|body))* $"
)
#: "Enhancing nodules on the roots opposite L2" are in the canal, not in L2.
_IN_CANAL = re.compile(r"\b(?:cord|conus|cauda|roots?|pia\w*|dura\w*|filum|opposite)\b")
_BONE = re.compile(r"bod(?:y|ies)|vertebra|marrow|bon[ey]|osseous|pedicle|lamina|process|element|facet")
_AT_THE = re.compile(
    r"\b(?:at|in|of|to|within|behind|accompanying|across|over|beside|for|from|by) (?:the|this|these|that"
    r"|either|both|any of the) (?:[\w-]+ ){0,3}$"
    r"|\b(?:at|in|within|behind|accompanying|across|over|beside|from) (?:[\w-]+ ){0,2}$"
)
_PLACE = re.compile(
    r"(?<!evidence )(?<!signs )(?<!suspicion )(?<!features )(?<!history )\b(?:at|behind|within|beside|from"
    r"|of|to) (?:the )?"
    r"(?:[\w-]+ ){0,2}$|\b(?:if|that|when|unless|whether|should) the (?:[\w-]+ ){0,2}$"
)
_TIGHT = re.compile(r" (?:in|of|within|involving|at)(?: the)? ")
_PLURAL = re.compile(r"metastases|mets\b|deposits|lesions|fractures|tumou?rs|secondaries|foci|disease|vertebrae")
_NEXT_ITEM = re.compile(
    r"(?:[;,]|,? and|\.)(?: and)?(?: (?:a|one|the|at|in|of|left|right|left-sided|right-sided|both|another"
    r"|pedicles?|body|lamina\w*|that|those)\b)* $"
)
_VERB = re.compile(r"\b(?:is|are|has|have|shows?|show|being|was|were)\b")
#: "... in T11 and a smaller one in T12", "as do T12 and L1".
_ANOTHER_ONE = re.compile(
    r",? ?(?:and )?(?:(?:a|another|an|the|one|again|second|third|further|similar|similarly|smaller|larger"
    r"|also|others?|ones?|left|right|sided|side|on|metastasis"
    r"|deposit|lesion|probably|possibly|likely|ditto)[ -])+(?:(?:at|in|of) )?(?:the )?|,? as (?:do|does|is"
    r"|are|did)(?:,? (?:also|presumably|probably|possibly),?)? "
)
_WEIGHED = re.compile(
    r"(?:\bover|rather than|\bthan|\bdd\b:?|d/d:?|differential(?: \w+){0,3}|\bversus|\bvs\.?|less likely"
    r"|as opposed to)(?: an?)?(?: \w+){0,2} $"
)
_LEVEL_HEDGE = re.compile(
    r"(?:[,(] ?|\band |\bas (?:do|does|is|are),? )(possibly|probably|likely|presumably|questionably"
    r"|possible|probable|\?),? (?:(?:in|at|of|also|the) )*$"
)
_RECORD = {"findings", "impression", "addendum"}
_EXTENT = re.compile(
    r"epidural|extradural|paraspinal|para-?vertebral|prevertebral|leptomening|intra-?medull|intra-?dural|\bcord\b|\bcanal\b"
    r"|psoas|foram|\bribs?\b|hepatic|liver|lung|pulmonary|\bnod(?:e|al)|iliac|renal"
)
#: What a tumour lies in or grows into, with no vertebra named between.
_OUTWARD = re.compile(
    r"(?: (?:tissue|sheet|mass|component|growth|extension|infiltration|soft tissue))? (?:in|into|within"
    r"|inside|along|around|behind|filling|fills|invading|entering|extending into|extends into|growing into)"
    rf"(?: (?![cdtl]h?-?\d)\w+){{0,3}}? (?:{_EXTENT.pattern})"
)


@dataclass(frozen=True, slots=True)
class Claim:
    """One word about whether a vertebra is a lesion."""

    level: str
    grade: str
    certainty: Certainty
    section: str
    evidence: Evidence
    #: Said of the look of the bone only ("sclerotic focus"), so that a benign name explains it.
    soft: bool = False


def find_lesions(
    mentions: Sequence[Mention], page: Page, text: str, sites: Sequence[Site]
) -> dict[str, tuple[Certainty, tuple[Evidence, ...]]]:
    """Return the lesions with their certainty and the words that make them lesions."""
    claims: list[Claim] = []
    no_metastasis = False
    for mention in mentions:
        section = page.sentences[mention.sentence].section
        if mention.rule.field != "lesion" or section not in _RECORD or (mention.past and not _is_placed(mention, page)):
            continue
        target = link(mention, page, sites[mention.sentence], ())
        grade = mention.rule.grades[0]
        start, end = clause(page, mention.sentence, mention.start, mention.end)
        if mention.denied and grade == "strong" and target and target.scope == "wide" and section == "impression":
            other = re.search(r"\b(?:new|further|other|additional|more)\b", page.text[start:end])
            no_metastasis = no_metastasis or not (other or target.regions)
        if target is None or target.scope not in {"own", "only"}:
            continue
        doubt = grade == "strong" and bool(mention.hedge) and not mention.denied and not sites[mention.sentence].levels
        if (
            target.via == "topic"
            and not doubt
            and not (sites[mention.sentence].item and grade == "strong" and not mention.denied)
            and not (grade == "benign" and _explains(mention, page, sites[mention.sentence]))
        ):
            continue
        if grade == "weak" and (
            target.via == "anaphor"
            or _is_in_canal(mention, page, sites[mention.sentence])
            or _is_wear(mention, page, sites[mention.sentence])
        ):
            continue
        if grade in {"strong", "weak"} and _is_extent(mention, page, sites[mention.sentence]):
            continue
        certainty: Certainty = mention.hedge if mention.hedge in {"possible", "probable"} else "certain"  # type: ignore[assignment]
        denied = mention.denied and not _is_definite(mention, page)
        grade = "healthy" if denied and grade in {"strong", "weak"} else grade
        if denied and grade == "benign":
            continue
        if grade == "healthy" and not denied and not _is_itself(mention, page, sites[mention.sentence]):
            continue
        if denied and _is_of_part(mention, page, sites[mention.sentence]):
            continue
        evidence = evidence_of(mention, page, text, target.via)
        soft = "soft" in mention.rule.tags
        if grade == "benign" and (mention.hedge == "possible" or _is_alternative(mention, page)):
            continue
        claims += [
            Claim(level, grade, _hedged_level(level, page, sites[mention.sentence], certainty), section, evidence, soft)
            for level in target.levels
        ]
        if grade == "strong":
            inherited = _enumerated(mention, page, sites[mention.sentence], target.levels)
            claims += [Claim(level, grade, certainty, section, evidence, soft=True) for level in inherited]
    claims += _headed(mentions, page, text, sites)
    return {
        level: lesion
        for level in sort_levels(claim.level for claim in claims)
        if (lesion := _lesion(level, claims, no_metastasis=no_metastasis))
    }


def _enumerated(mention: Mention, page: Page, site: Site, levels: Sequence[str]) -> list[str]:
    """Return the further levels a list deals out ("Mets: D4 - right pedicle; D8 - both", "one in T5 and one in L2")."""
    after = [one for one in site.levels if one.start >= mention.end or set(one.levels) & set(levels)]
    if not after or not set(after[0].levels) & set(levels):
        return []
    plural = bool(_PLURAL.search(page.text, mention.start, mention.end + 20))
    found: list[str] = []
    for above, below in pairwise(after):
        apart = page.text[above.end : below.start]
        if not (_ANOTHER_ONE.fullmatch(apart) or (plural and _NEXT_ITEM.search(apart) and not _VERB.search(apart))):
            break
        found += below.levels
    return found


def _headed(mentions: Sequence[Mention], page: Page, text: str, sites: Sequence[Site]) -> list[Claim]:
    """Return the claims of a heading over lines that open with their level ("Metastases:" and "T2: ..." below)."""
    claims: list[Claim] = []
    for mention in mentions:
        sentence = page.sentences[mention.sentence]
        heads = (
            mention.rule.field == "lesion"
            and mention.rule.grades == ("strong",)
            and not (mention.denied or mention.past)
            and sentence.section in _RECORD
            and not (sites[mention.sentence].levels or sites[mention.sentence].topic)
            and _PLURAL.search(page.text, mention.start, mention.end)
            and not _is_extent(mention, page, sites[mention.sentence])
            and len(page.text[sentence.start : sentence.end].split()) < 12
        )
        if not heads:
            continue
        evidence = evidence_of(mention, page, text, "heading")
        certainty: Certainty = mention.hedge if mention.hedge in {"possible", "probable"} else "certain"  # type: ignore[assignment]
        for number in range(mention.sentence + 1, len(page.sentences)):
            below, site = page.sentences[number], sites[number]
            same = below.unit == sentence.unit
            head = _opening_level(below, site, page) if same else site.head if site.item else ()
            if not head and (same or below.unit != page.sentences[number - 1].unit):
                break
            claims += [Claim(level, "strong", certainty, sentence.section, evidence, soft=True) for level in head]
    return claims


def _opening_level(sentence: Sentence, site: Site, page: Page) -> tuple[str, ...]:
    """Return the level a sentence opens with, if a colon sets it off."""
    first = site.levels[0] if site.levels else None
    return first.levels if first and first.start == sentence.start and page.text[first.end] == ":" else ()


def _is_wear(mention: Mention, page: Page, site: Site) -> bool:
    """Tell whether a lesion word beside a motion segment is called degenerative ("uptake at L4-L5 is degenerative")."""
    start, end = clause(page, mention.sentence, mention.start, mention.end)
    paired = any(one.pair for one in site.levels if start <= one.start < end)
    return paired and "degenerat" in page.text[start:end]


def _is_in_canal(mention: Mention, page: Page, site: Site) -> bool:
    """Tell whether a nodule lies on the cord or roots beside a level rather than in the vertebra."""
    sentence = page.sentences[mention.sentence]
    words = page.text[sentence.start : sentence.end]
    if not _IN_CANAL.search(words) or _BONE.search(words):
        return False
    return not _is_tight(mention, page, site)


def _is_tight(mention: Mention, page: Page, site: Site) -> bool:
    """Tell whether a mention stands right beside a level ("L1 metastasis", "metastasis of L1")."""
    return any(
        _TIGHT.fullmatch(page.text, mention.end, one.start)
        or (one.end <= mention.start and not page.text[one.end : mention.start].strip())
        for one in site.levels
    )


def _explains(mention: Mention, page: Page, site: Site) -> bool:
    """Tell whether a benign word without a level says what the lesion under discussion is."""
    sentence = page.sentences[mention.sentence]
    return not (site.discs or site.levels) and bool(_SAYS_WHAT.search(page.text, sentence.start, sentence.end))


def _is_alternative(mention: Mention, page: Page) -> bool:
    """Tell whether a benign name is only what a metastasis is weighed against ("favoured over haemangioma")."""
    before = page.text[page.sentences[mention.sentence].start : mention.start]
    return bool(_WEIGHED.search(before)) or bool(
        re.match(r"(?: \w+)? or (?:an? )?(?:metasta|malign|patholog|neoplas)", page.text[mention.end :])
    )


def _hedged_level(level: str, page: Page, site: Site, certainty: Certainty) -> Certainty:
    """Return the certainty of one level of a list ("L1 and, possibly, L3")."""
    for one in site.levels:
        for atom in one.atoms:
            if atom.level == level and (said := _LEVEL_HEDGE.search(page.text, max(0, atom.start - 30), atom.start)):
                return "possible" if said[1].startswith(("possib", "question", "?")) else "probable"
    return certainty


def _is_definite(mention: Mention, page: Page) -> bool:
    """Tell whether a denial is of something at a lesion taken for granted ("no kyphosis at the T6 metastasis")."""
    if mention.cue_start < 0 or re.match(r"none|neither", page.text[mention.cue_start :]):
        return False
    if mention.cue_start >= mention.start:
        return _is_placed(mention, page)
    return bool(_AT_THE.search(page.text, mention.cue_start, mention.start))


def _is_placed(mention: Mention, page: Page) -> bool:
    """Tell whether a lesion word only says where something is ("if compression develops at the metastatic T7")."""
    sentence = page.sentences[mention.sentence]
    return bool(_PLACE.search(page.text, sentence.start, mention.start))


def _is_of_part(mention: Mention, page: Page, site: Site) -> bool:
    """Tell whether a level before a mention only places a part ("the canal at L5 contains no tumour")."""
    before = [one for one in site.levels if one.end <= mention.start + 1]
    return bool(before and _PART_OF.search(page.text, page.sentences[mention.sentence].start, before[-1].start))


def _is_itself(mention: Mention, page: Page, site: Site) -> bool:
    before = [one for one in site.levels if one.end <= mention.start + 1]
    if _is_of_part(mention, page, site):
        return False
    return bool(before and _ITSELF.fullmatch(page.text, before[-1].end, mention.start)) or any(
        one.start >= mention.start for one in site.levels
    )


def _is_extent(mention: Mention, page: Page, site: Site) -> bool:
    """Tell whether words speak of tumour outside the bone only ("epidural deposit", "tumour in the canal")."""
    words = page.text[mention.start : mention.end]
    sentence = page.sentences[mention.sentence]
    before = page.text[max(sentence.start, mention.start - 40) : mention.start]
    after = page.text[mention.end : sentence.end]
    outward = _OUTWARD.match(after) and not _is_tight(mention, page, site)
    return bool(_BESIDE.search(before) or _EXTENT.search(words) or outward)


def _lesion(
    level: str, claims: Sequence[Claim], *, no_metastasis: bool
) -> tuple[Certainty, tuple[Evidence, ...]] | None:
    said = [claim for claim in claims if claim.level == level]
    own = [claim for claim in said if claim.section == "addendum"] or said
    strong = [claim for claim in own if claim.grade == "strong"]
    weak = [claim for claim in own if claim.grade == "weak"]
    against = [claim for claim in own if claim.grade in {"benign", "healthy"}]
    sure = [claim for claim in strong if claim.certainty == "certain" and not (against and claim.soft)]
    if not strong and not weak:
        return None
    if (
        against
        and not sure
        and not (strong and all(claim.grade == "benign" for claim in against) and strong[0].certainty == "possible")
    ):
        return None
    if no_metastasis and not strong:
        return None
    deciding = sure or strong or weak
    if (
        sure
        and any(claim.section == "impression" and claim.certainty != "certain" for claim in strong)
        and not any(claim.section == "impression" for claim in sure)
    ):
        deciding = [claim for claim in strong if claim.section == "impression"]
    if not strong and any(claim.certainty != "certain" for claim in weak):
        deciding = [claim for claim in weak if claim.certainty != "certain"]
    best = min((claim.certainty for claim in deciding), key=CERTAINTIES.index)
    return best, tuple(dict.fromkeys(claim.evidence for claim in (*strong, *weak)))
