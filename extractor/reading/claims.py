"""Weigh one word about a vertebra: is it about the bone, about this level, certain, or only a place?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from extractor.reading.cues import Mention, clause
from extractor.reading.page import Page
from extractor.reading.sites import Site
from extractor.values import Certainty, Evidence

#: "Intramedullary metastasis": no bone, whatever the noun.
_BESIDE = re.compile(
    r"(?:epidural|extradural|paraspinal|(?:intra-?)?foraminal|para-?vertebral|prevertebral|presacral|leptomeningeal|intramedullary|intradural|drop|nodal|rib|liver|lung|cord)"
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
    r"|contours?|outlines?|shape|bod(?:y|ies)|corpus|wall|process\w*|joints?|arch\w*|space|sac|disc)(?: (?:of"
    r"|at|in|for|the|both"
    r"|vertebrae?|level|body))* $"
)
#: "The pedicles and facets are uninvolved at T5" says nothing of T5 itself either.
_PART_IS = re.compile(
    r"(?:pedicles?|\bpes?|\bpvst|\bsts?|elements?|laminae?|facets?|heights?|canal|cord|alignment|foram\w+|muscles?|tissues?|margins?|cort\w+"
    r"|bod(?:y|ies)|corpus|soma|end-?plates?|wall|process\w*|joints?|arch\w*|space|sac|discs?)(?::? (?:is|are"
    r"|remains?|all|both|also|and|not))*:? ?$"
)
_PART_LABEL = re.compile(
    r"[^:.;]{0,25}\b(?:epidural|extradural|para-?spinal|para-?vertebral|pre-?vertebral|canal|cord|foram\w+|roots?|pedicles?"
    r"|facets?|posterior elements|soft tissues?|alignment|heights?)\b[^:.;]{0,20}:"
)
#: "Enhancing nodules on the roots opposite L2" are in the canal, not in L2.
_IN_CANAL = re.compile(
    r"\b(?:cord|conus|cauda|roots?|pia\w*|dura\w*|filum|opposite|sac|theca|subarachnoid|intradural|csf)\b"
)
_BONE = re.compile(r"bod(?:y|ies)|vertebra|marrow|bon[ey]|osseous|pedicle|lamina|process|element|facet")
_AT_THE = re.compile(
    r"\b(?:at|in|of|to|within|behind|opposite|around|about|alongside|next to|accompanying|across|over|beside|for|from"
    r"|by) (?:the|this|these|that|either|both|any of the) (?:[\w-]+ ){0,3}$"
    r"|\b(?:at|in|within|behind|opposite|around|alongside|accompanying|across|over|beside|from) (?:[\w-]+ ){0,2}$"
)
#: "Neither the T3 nor the T8 metastasis causes ..."
_DOES = re.compile(r" (?:causes?|shows?|has|have|extends?|reach\w*|compress\w*|produces?|leads?|results?|narrows?)\b")
_PLACE = re.compile(
    r"(?<!evidence )(?<!diagnosis )(?<!signs )(?<!suspicion )(?<!features )(?<!history )(?<!reading )(?<!possibility )"
    r"(?<!interpretation )(?<!suggestion )(?<!impression )(?<!mention )(?<!description )(?<!question )\b(?:at|behind"
    r"|within|beside|from"
    r"|of|to(?! (?:exclude|rule|assess|confirm|look|see|evaluate|detect|search|clarify|character))) (?:the )?"
    r"(?:[\w-]+ ){0,2}$|\b(?:if|that|when|unless|whether|should) the (?:[\w-]+ ){0,2}$"
)
#: Columns on the vertebra itself.
_WHOLE_MATTER = re.compile(
    r"marrow|status|nature|appearance|lesion|metasta|deposit|finding|matrix|bone|: tumou?r|diagnosis|type|^[^:]*: ?$"
)
_NEIGHBOUR = re.compile(
    r"\b(?:above|below|beneath|under|beside|near|adjacent to|next to|cranial to|caudal to|remote from|away from) "
    r"(?:the|this|that|these|those) (?:[\w-]+ ){0,2}$"
)
_TIGHT = re.compile(r" (?:in|of|within|involving|at)(?: the)? ")
_WEIGHED = re.compile(
    r"(?:\bover|rather than|\bthan|\bdd\b:?|d/d:?|differential(?: \w+){0,3}|\bversus|\bvs\.?|less likely"
    r"|as opposed to)(?: an?)?(?: \w+){0,2} $"
)
_LEVEL_HEDGE = re.compile(
    r"(?:[,(:;] ?|\band |\bas (?:do|does|is|are),? )(possibly|probably|likely|presumably|questionably|perhaps"
    r"|maybe|suspected|possible|probable|\?),? (?:(?:in|at|of|also|the|an?|further|other|ones?|deposits?|lesions?"
    r"|metasta\w+) )*$"
)
#: "Mets: L1, L2 (definite), L4 (possible)".
_HEDGE_BEHIND = re.compile(
    r" ?\(?(?:(?:only|is|being|just) )*(?P<hedge>probable|probably|likely|suspected|possible|possibly|questionable"
    r"|questionably|\?)(?: only)?\)?(?= *(?:[.,;)]|$| and\b))"
)
#: One of these stands in every such match.
_LEVEL_HEDGES = frozenset({"possibly", "probably", "likely", "presumably", "questionably", "suspected"}) | frozenset(
    {"possible", "probable", "questionable", "perhaps", "maybe", "?"}
)
_EXTENT = re.compile(
    r"epidural|epidurit|extradural|paraspinal|para-?vertebral|prevertebral|presacral|leptomening|intra-?medull|intra-?dural|\bcanal\b"
    r"|\b(?:cord|myelon|medulla|conus)\b"
    r"|psoas|\btheca\b|thecal|dural|foram|\bribs?\b|hepatic|liver|lung|pulmonary|\bnod(?:e|al)|iliac|renal"
)
#: What a tumour lies in, with no vertebra named between; what it grows into says nothing against the bone.
_OUTWARD = re.compile(
    r"(?: (?:tissue|sheet|mass|component|growth|extension|infiltration|soft tissue))? (?:in|within|inside"
    r"|along|around|behind|filling|fills|surrounds?|surrounding|encases?|encircles?|encasing|envelops?|indents?|compresses)"
    rf"(?: (?![cdtl]h?-?\d)\w+){{0,3}}? (?:{_EXTENT.pattern})"
    r"|(?: (?:abuts?|abutting|touch\w*|contact\w*|reach\w*|invad\w+|involv\w+|destroy\w*|erod\w+|infiltrat\w+))"
    r"(?: (?:the|left|right|both|posterior|adjacent|[cdtl]h?\d{1,2}|\w+th))* ribs?\b"
)

#: "Tumour at this level extends into the canal" says no more of the bone than was said before.
_GROWS: Final = re.compile(
    r"(?:tumou?rs? |mass |metastas[ie]s |deposits? |lesions? )?(?:(?:is|has|also|now|at|this|that|level) )*"
    r"(?:exten|spread|grow|bulg|protrud|break|invad|enter|fill|reach|encroach|pass|track|spill)\w*"
    rf"(?: (?![cdtl]h?-?\d)[\w-]+){{0,4}}? (?:{_EXTENT.pattern})"
)
#: What was described, taken together ("The picture is suggestive of metastases").
_ALTOGETHER: Final = re.compile(
    r"[\W\d]*(?:(?:the|these|those|all|above|described|mentioned|multiple|multilevel|several|scattered"
    r"|overall|imaging|mri?|spinal|vertebral|bone|bony|osseous|marrow|skeletal|signal|lytic|osteolytic|sclerotic|blastic|mixed"
    r"|enhancing|abnormal|focal|and|lesions|as|noted|seen|are|is|most|highly|very|in) )*"
    r"(?:pictures?|findings|features|appearances?|lesions|foci|changes|abnormalities|infiltrates|aspects?|constellation"
    r"|pattern|suspicious|suggestive|suspicion|likely|probable|presumably|presumed|possible|concerning)\b"
)

#: "It invades the canal and the left psoas".
_INVADES = re.compile(
    rf" (?:(?:the|its|both|left|right|upper|lower|anterior|posterior|spinal|sacral|adjacent"
    rf"|neighbou?ring) )*(?:{_EXTENT.pattern}"
    r"|muscles?|presacral|pleura|mediastin|retroperiton|fat\b|soft tissue|spinal canal)"
)
#: "The neoplastic epiduritis extends from T2 to T4."
_NEXT = re.compile(r" (?:epidur|extradur|paraspin|para-?verteb|prevertebral|presacral|leptomening|intra-?medull)")


# Not frozen, since that takes three times as long to make and there are many; none is ever changed.
@dataclass(slots=True)
class Claim:
    """One word about whether a vertebra is a lesion."""

    level: str
    grade: str
    certainty: Certainty
    section: str
    evidence: Evidence
    #: Said of the look of the bone only ("sclerotic focus"), so that a benign name explains it.
    soft: bool = False


def is_wear(mention: Mention, page: Page, site: Site) -> bool:
    """Tell whether a lesion word beside a motion segment is called degenerative ("uptake at L4-L5 is degenerative")."""
    start, end = clause(page, mention.sentence, mention.start, mention.end)
    paired = any(one.pair for one in site.levels if start <= one.start < end)
    return paired and "degenerat" in page.text[start:end]


def is_in_canal(mention: Mention, page: Page, site: Site) -> bool:
    """Tell whether a nodule lies on the cord or roots beside a level rather than in the vertebra."""
    sentence = page.sentences[mention.sentence]
    words = page.text[sentence.start : sentence.end]
    if re.search(r"intra-?medullary|\A(?:spinal )?cord:", words):
        return True
    if not _IN_CANAL.search(words) or _BONE.search(words):
        return False
    return not _is_tight(mention, page, site)


def _is_tight(mention: Mention, page: Page, site: Site) -> bool:
    """Tell whether a mention stands right beside a level ("L1 metastasis", "metastatic L1", "metastasis of L1")."""
    return any(
        _TIGHT.fullmatch(page.text, mention.end, one.start)
        or (one.start >= mention.end and not page.text[mention.end : one.start].strip())
        or (one.end <= mention.start and page.text[one.end : mention.start].strip() in {"", ":"})
        for one in site.levels
    )


def explains(mention: Mention, page: Page, site: Site) -> bool:
    """Tell whether a benign word without a level says what the lesion under discussion is."""
    sentence = page.sentences[mention.sentence]
    return not (site.discs or site.levels) and bool(_SAYS_WHAT.search(page.text, sentence.start, sentence.end))


def is_alternative(mention: Mention, page: Page) -> bool:
    """Tell whether a benign name is only what a metastasis is weighed against ("favoured over haemangioma")."""
    before = page.text[page.sentences[mention.sentence].start : mention.start]
    return bool(_WEIGHED.search(before)) or bool(
        re.match(
            r"(?: (?!and|with|of|but)\w+){0,2}(?: or|,? versus|,? vs\.?|/) ?(?:an? |of )?"
            r"(?:metasta|malign|patholog|neoplas)",
            page.text[mention.end :],
        )
    )


def hedged_level(level: str, mention: Mention, page: Page, site: Site, certainty: Certainty) -> Certainty:
    """Return the certainty of one level of a list ("L1 and, possibly, L3")."""
    if _LEVEL_HEDGES.isdisjoint(page.said[mention.sentence]):
        return certainty
    for one in site.levels:
        for atom in one.atoms:
            at = one.start if one.pair else atom.start  # "probably also L3/4" doubts both
            said = _LEVEL_HEDGE.search(page.text, max(0, at - 30), at) or _HEDGE_BEHIND.match(page.text, atom.end)
            if atom.level == level and said:
                return "possible" if said[1].startswith(("possib", "question", "perhaps", "maybe", "?")) else "probable"
    return certainty


def is_definite(mention: Mention, page: Page) -> bool:
    """Tell whether a denial is of something at a lesion taken for granted ("no kyphosis at the T6 metastasis")."""
    if mention.cue_start < 0:
        return False
    denying = re.match(r"(?P<subject>none|neither)\b|nor\b", page.text[mention.cue_start : mention.start])
    if denying and _DOES.match(page.text, mention.end):
        return True
    if denying and denying["subject"]:
        return False
    if mention.cue_start >= mention.start:
        return is_placed(mention, page)
    return bool(_AT_THE.search(page.text, mention.cue_start, mention.start))


def grows_outward(mention: Mention, page: Page) -> bool:
    """Tell whether tumour under discussion is only said to leave the bone ("it", "at this level")."""
    return bool(_GROWS.match(page.text, mention.start, page.sentences[mention.sentence].end))


def is_of_all(mention: Mention, page: Page) -> bool:
    """Tell whether a name is given to all that was described ("Findings are suspicious for metastases")."""
    sentence = page.sentences[mention.sentence]
    if _EXTENT.search(page.text, sentence.start, sentence.end):
        return False
    return bool(_ALTOGETHER.match(page.text, sentence.start, mention.start))


def is_neighbour(mention: Mention, page: Page, site: Site) -> bool:
    """Tell whether a lesion word only says what lies beside it ("L4, directly above the metastasis")."""
    beside = _NEIGHBOUR.search(page.text, page.sentences[mention.sentence].start, mention.start)
    return beside is not None and not _is_tight(mention, page, site)


def is_placed(mention: Mention, page: Page) -> bool:
    """Tell whether a lesion word only says where something is ("if compression develops at the metastatic T7")."""
    sentence = page.sentences[mention.sentence]
    return bool(_PLACE.search(page.text, sentence.start, mention.start))


def is_of_part(mention: Mention, page: Page, site: Site) -> bool:
    """Tell whether a level before a mention only places a part ("the canal at L5 contains no tumour")."""
    before = [one for one in site.levels if one.end <= mention.start + 1]
    return bool(before and _PART_OF.search(page.text, page.sentences[mention.sentence].start, before[-1].start))


def names_part(mention: Mention, page: Page) -> bool:
    """Tell whether a part of the vertebra is what a mention is about ("the pedicles are not involved")."""
    sentence = page.sentences[mention.sentence]
    if sentence.cell:
        return not _WHOLE_MATTER.search(page.text[sentence.start : sentence.start + sentence.lead])
    if _PART_LABEL.match(page.text, sentence.start, mention.start):
        return True
    return bool(_PART_IS.search(page.text, sentence.start, mention.start))


def is_itself(mention: Mention, page: Page, site: Site) -> bool:
    before = [one for one in site.levels if one.end <= mention.start + 1]
    if is_of_part(mention, page, site) or names_part(mention, page):
        return False
    return bool(before and _ITSELF.fullmatch(page.text, before[-1].end, mention.start)) or any(
        one.start >= mention.start for one in site.levels
    )


def is_extent(mention: Mention, page: Page, site: Site) -> bool:
    """Tell whether words speak of tumour outside the bone only ("epidural deposit", "tumour in the canal")."""
    words = page.text[mention.start : mention.end]
    sentence = page.sentences[mention.sentence]
    before = page.text[max(sentence.start, mention.start - 40) : mention.start]
    after = page.text[mention.end : sentence.end]
    outward = (_OUTWARD.match(after) or _NEXT.match(after)) and not _is_tight(mention, page, site)
    invades = words.startswith(("invad", "infiltrat")) and _INVADES.match(after)
    return bool(_BESIDE.search(before) or _EXTENT.search(words) or outward or invades)
