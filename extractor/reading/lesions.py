"""Decide which vertebrae are lesions, and how certain the report is of each (reading rules, section 3)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from extractor.reading.apart import EXCEPTED
from extractor.reading.claims import (
    Claim,
    explains,
    grows_outward,
    hedged_level,
    is_alternative,
    is_definite,
    is_extent,
    is_in_canal,
    is_itself,
    is_neighbour,
    is_of_all,
    is_of_part,
    is_placed,
    is_wear,
    names_part,
)
from extractor.reading.cues import Mention, clause
from extractor.reading.levels import DOUBTED
from extractor.reading.linking import link
from extractor.reading.page import Page, Sentence
from extractor.reading.sites import Site
from extractor.reading.statements import evidence_of
from extractor.values import CERTAINTIES, Certainty, Evidence, sort_levels

_PLURAL = re.compile(
    r"metastases|mets\b|deposits|lesions|fractures|tumou?rs|secondaries|foci|disease|vertebrae|levels|sites"
)
_NEXT_ITEM = re.compile(
    r"(?:[;,]|,? and|\.)(?: and)?(?: (?:a|one|the|at|in|of|left|right|left-sided|right-sided|both|another"
    r"|pedicles?|body|lamina\w*|that|those|probably|possibly|likely|questionably|perhaps|presumably|also)\b)* $"
)
_VERB = re.compile(r"\b(?:is|are|has|have|shows?|show|being|was|were)\b")
_REPLACED = re.compile(r"infiltrated|replaced|invaded|destroyed|eroded")
#: "... in T11 and a smaller one in T12", "as do T12 and L1".
_ANOTHER_ONE = re.compile(
    r"(?:,|\band) (?:and )?(?:(?:a|another|an|the|one|again|second|third|further|similar|similarly|smaller"
    r"|larger|also|others?"
    r"|ones?|left|right|sided|side|on|metastasis|deposit|lesion|definite|probable|possible|probably"
    r"|possibly|likely|questionably|perhaps|presumably|ditto)[ -])+"
    r"(?:(?:at|in|of) )?(?:the )?$"
)
_AS_DO = re.compile(r"\bas (?:do|does|is|are|did)(?:,? (?:also|presumably|probably|possibly),?)? $")
#: Words that name the disease, as "replaced" does not.
_NAMES = re.compile(
    r"metasta|\bmets?\b|tumou?r|deposit|malignan|neoplas|myelom|lymphom|carcinom|secondar|plasmacytom|patholog|sarcom"
    r"|probable|possible|likely",
    re.IGNORECASE,
)
_LISTED = re.compile(
    r"\b(?:as follows|follow(?:s|ing)?|below|listed|tabulated|by level|(?:per|each|every) (?:vertebra|level"
    r"|deposit|lesion|metastasis))\b"
)
#: "Without relation to the tumour" denies no disease.
_DISEASE = re.compile(r"metasta|\bmets?\b|malignan|neoplas|deposit|secondar|myelom|lymphom|lesion")
_ORGAN = re.compile(
    r"\b(?:in|of|within) (?:the |both |each )*(?:left |right )?(?:liver|lungs?|lung bases|adrenal\w*|kidneys?|spleen)\b"
)
#: The surest first.
_HEDGES = ("", *CERTAINTIES[1:])
_FRACTURE = "lesion.pathological_fracture"
_RECORD = {"findings", "impression", "addendum"}


def find_lesions(
    mentions: Sequence[Mention], page: Page, text: str, sites: Sequence[Site], changed: Iterable[Claim]
) -> dict[str, tuple[Certainty, tuple[Evidence, ...]]]:
    """Return the lesions with their certainty and the words that make them lesions.

    `changed` are the claims of words that say how a vertebra has changed.
    """
    claims = list(changed)
    no_metastasis = False
    natures: list[str] = []
    mentions = [one for one in mentions if one.rule.field == "lesion"]
    for mention in mentions:
        section = page.sentences[mention.sentence].section
        if section not in _RECORD or (mention.past and not is_placed(mention, page)):
            continue
        site = sites[mention.sentence]
        target = link(mention, page, site, ())
        grade = mention.rule.grades[0]
        if mention.denied and grade == "strong" and target and target.scope == "wide" and section == "impression":
            start, end = clause(page, mention.sentence, mention.start, mention.end)
            other = re.search(r"\b(?:new|further|other|additional|more)\b", page.text[start:end])
            named = _DISEASE.search(page.text, mention.start, mention.end)
            no_metastasis = no_metastasis or bool(named and not (other or target.regions))
        if target and not target.regions and not site.levels and _names_all(mention, page, target.scope):
            natures.append(mention.hedge)
        if target is None or target.scope not in {"own", "only"}:
            continue
        sentence = page.sentences[mention.sentence]
        if target.via == "topic" and _ORGAN.search(page.text, sentence.start, sentence.end):
            continue  # "Mass lesions in favour of metastasis are observed in the liver."
        doubt = grade == "strong" and bool(mention.hedge) and not mention.denied and not site.levels
        of_head = (
            grade == "strong"
            and not mention.denied
            and site.head == target.levels
            and _REPLACED.search(page.text, mention.start, mention.end)
        )
        if (
            target.via == "topic"
            and not (doubt or of_head)
            and not (grade in {"weak", "benign"} and not mention.denied and _below_bare_level(mention, page, sites))
            and not (site.item and grade == "strong" and not mention.denied)
            and not (grade == "benign" and explains(mention, page, site))
        ):
            continue
        if grade == "weak" and (
            target.via == "anaphor" or is_in_canal(mention, page, site) or is_wear(mention, page, site)
        ):
            continue
        if grade in {"strong", "weak"} and (is_extent(mention, page, site) or is_neighbour(mention, page, site)):
            continue
        if target.via == "anaphor" and grade == "strong" and grows_outward(mention, page):
            continue
        certainty = _certainty(mention.hedge)
        denied = mention.denied and not is_definite(mention, page)
        grade = "healthy" if denied and grade in {"strong", "weak"} else grade
        if denied and grade == "benign":
            continue
        if grade == "healthy" and not denied and not is_itself(mention, page, site):
            continue
        if denied and (is_of_part(mention, page, site) or names_part(mention, page)):
            continue
        evidence = evidence_of(mention, page, text, target.via)
        soft = "soft" in mention.rule.tags or target.via == "anaphor" or (target.via == "topic" and bool(of_head))
        if grade == "benign" and (mention.hedge == "possible" or is_alternative(mention, page)):
            continue
        claims += [
            Claim(level, grade, hedged_level(level, mention, page, site, certainty), section, evidence, soft)
            for level in target.levels
        ]
        if grade in {"strong", "weak"}:
            inherited = _enumerated(mention, page, site, target.levels)
            claims += [
                Claim(
                    level,
                    grade,
                    hedged_level(level, mention, page, site, certainty),
                    section,
                    evidence,
                    soft=True,
                )
                for level in inherited
            ]
    claims += _headed(mentions, page, text, sites)
    nature = _certainty(min(natures, key=_HEDGES.index)) if natures else "certain"
    return {
        level: lesion
        for level in sort_levels(claim.level for claim in claims)
        if (lesion := _lesion(level, claims, nature, no_metastasis=no_metastasis))
    }


def _certainty(hedge: str) -> Certainty:
    return hedge if hedge in {"possible", "probable"} else "certain"  # type: ignore[return-value]


def _names_all(mention: Mention, page: Page, scope: str) -> bool:
    """Tell whether a mention names the disease of all that was described, sure or not."""
    if mention.denied or mention.rule.grades != ("strong",) or not _NAMES.search(page.text, mention.start, mention.end):
        return False
    if scope != "wide" and page.sentences[mention.sentence].section != "impression":
        return False
    return is_of_all(mention, page) if mention.hedge else scope == "wide"


def _enumerated(mention: Mention, page: Page, site: Site, levels: Sequence[str]) -> list[str]:
    """Return the further levels a list deals out ("Mets: D4 - right pedicle; D8 - both", "one in T5 and one in L2")."""
    after = [one for one in site.levels if one.start >= mention.end or set(one.levels) & set(levels)]
    if not after or not set(after[0].levels) & set(levels):
        return []
    plural = bool(_PLURAL.search(page.text, mention.start, mention.end + 20))
    found: list[str] = []
    for above, below in pairwise(after):
        apart = page.text[above.end : below.start]
        if EXCEPTED.fullmatch(page.text, above.end, below.start):
            continue
        another = len(apart) < 50 and not _VERB.search(apart) and _ANOTHER_ONE.search(apart)
        if not (another or _AS_DO.search(apart) or (plural and _NEXT_ITEM.search(apart) and not _VERB.search(apart))):
            break
        if DOUBTED.match(page.text, below.end):
            break
        found += below.levels
    return found


def _headed(mentions: Sequence[Mention], page: Page, text: str, sites: Sequence[Site]) -> list[Claim]:
    """Return the claims of a heading over lines that open with their level ("Metastases:" and "T2: ..." below).

    `mentions` are those of lesions.
    """
    claims: list[Claim] = []
    for mention in mentions:
        sentence = page.sentences[mention.sentence]
        heads = (
            not (sites[mention.sentence].levels or sites[mention.sentence].topic)
            and not (mention.denied or mention.past)
            and sentence.section in _RECORD
            and (mention.rule.grades == ("strong",) or _opens_list(mention, page))
            and (
                _PLURAL.search(page.text, mention.start, mention.end)
                or _LISTED.search(page.text, sentence.start, sentence.end)
            )
            and not is_extent(mention, page, sites[mention.sentence])
            and not re.search(r"\b(?:pelvi\w+|ribs?|skull|femor\w+)\b", page.text[sentence.start : sentence.end])
            and (
                len(page.text[sentence.start : sentence.end].split()) < 12
                or _LISTED.search(page.text, sentence.start, sentence.end)
            )
        )
        if not heads:
            continue
        evidence = evidence_of(mention, page, text, "heading")
        certainty = _certainty(mention.hedge)
        for number in range(mention.sentence + 1, len(page.sentences)):
            below, site = page.sentences[number], sites[number]
            same = below.unit == sentence.unit
            if same and not site.levels:
                continue  # "Multiple metastases. Vertebral heights:" above the list
            run_in = number < mention.sentence + 9 and len(page.text[sentence.start : sentence.end].split()) < 4
            head = _opening_level(below, site, page, run_in=run_in) if same else site.head if site.item else ()
            if not head and (same or below.unit != page.sentences[number - 1].unit):
                break
            claims += [Claim(level, "strong", certainty, sentence.section, evidence, soft=True) for level in head]
    return claims


def _below_bare_level(mention: Mention, page: Page, sites: Sequence[Site]) -> bool:
    """Tell whether nothing but its level stands in the sentence above ("L5. An equivocal 9 mm focus ...")."""
    above = page.sentences[mention.sentence - 1]
    levels = sites[mention.sentence - 1].levels
    if mention.sentence == 0 or above.unit != page.sentences[mention.sentence].unit or len(levels) != 1:
        return False
    return not re.search(r"\w", page.text[above.start : levels[0].start] + page.text[levels[0].end : above.end])


def _opens_list(mention: Mention, page: Page) -> bool:
    """Tell whether unnamed lesions head a list ("Focal lesions on top of this:")."""
    if mention.rule.grades != ("weak",):
        return False
    words = page.text[mention.end : page.sentences[mention.sentence].end].rstrip()
    return words.endswith(":") or _LISTED.search(words) is not None


def _opening_level(sentence: Sentence, site: Site, page: Page, *, run_in: bool) -> tuple[str, ...]:
    """Return the level a sentence opens with, if a colon sets it off or a run-in heading stands above."""
    first = site.levels[0] if site.levels else None
    return first.levels if first and first.start == sentence.start and (run_in or page.text[first.end] == ":") else ()


def _lesion(
    level: str, claims: Sequence[Claim], nature: Certainty, *, no_metastasis: bool
) -> tuple[Certainty, tuple[Evidence, ...]] | None:
    said = [claim for claim in claims if claim.level == level]
    own = [claim for claim in said if claim.section == "addendum"] or said
    strong = [claim for claim in own if claim.grade == "strong"]
    weak = [claim for claim in own if claim.grade == "weak"]
    against = [claim for claim in own if claim.grade in {"benign", "healthy"}]
    hedged = any(claim.certainty != "certain" and _NAMES.search(claim.evidence.text) for claim in strong)
    named = [
        claim
        for claim in strong
        if not (hedged and not _NAMES.search(claim.evidence.text))  # "half replaced, likely metastasis"
    ]
    if hedged:  # "Suspicious for metastases of T6 and L2, with pathological fracture of L2."
        named = [claim for claim in named if claim.evidence.rule != _FRACTURE or claim.certainty != "certain"]
    sure = [claim for claim in named if claim.certainty == "certain" and not (against and claim.soft)]
    if not strong and not weak:
        return None
    explained = any(
        claim.grade == "benign" and claim.certainty == "certain" and claim.evidence.via in {"anaphor", "topic"}
        for claim in against
    )
    if explained and not sure:
        return None  # "The lesion called a possible metastasis ... It is a haemangioma."
    if (
        against
        and not sure
        and not (strong and all(claim.grade == "benign" for claim in against) and strong[0].certainty == "possible")
    ):
        return None
    if no_metastasis and not strong:
        return None
    deciding = sure or named or weak
    if (
        sure
        and any(claim.section == "impression" and claim.certainty != "certain" for claim in strong)
        and not any(claim.section == "impression" for claim in sure)
    ):
        deciding = [claim for claim in strong if claim.section == "impression"]
    if not strong and any(claim.certainty != "certain" for claim in weak):
        deciding = [claim for claim in weak if claim.certainty != "certain"]
    best = min((claim.certainty for claim in deciding), key=CERTAINTIES.index)
    if best == "certain" and not any(_NAMES.search(claim.evidence.text) for claim in deciding):
        best = nature  # "Lytic lesions of T4 and L1. The picture is suggestive of metastases."
    return best, tuple(dict.fromkeys(claim.evidence for claim in (*strong, *weak)))
