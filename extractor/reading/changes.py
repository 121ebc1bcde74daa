"""Read what a report says of change since an earlier examination (reading rules, section 8)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final, get_args

from extractor.reading.cues import Cues, Mention
from extractor.reading.levels import LevelMention
from extractor.reading.matter import Matter, matter_of, nouns_within
from extractor.reading.page import Page, Sentence
from extractor.reading.scope import EXCEPT_AT, Target, is_rest, levels_of_all, regions_beside, together
from extractor.reading.sites import Site, about_tumour
from extractor.reading.statements import evidence_of
from extractor.record import Change, ChangeKind
from extractor.values import LEVELS, REGIONS, Evidence, Region, level_order, region_of, sort_levels

_READ: Final = frozenset({"findings", "impression", "addendum"})
#: What is said of one level in two places: the first of these counts.
_GRAVEST: Final[tuple[ChangeKind, ...]] = ("new", "progressed", "improved", "stable", "gone")
_SEPARATOR: Final = re.compile(r"[,;]|\b(?:and|or|but|with|while|whereas)\b| - | / ")
#: Which of several levels goes with a word: the first, and those listed with it.
_LISTED: Final = re.compile(
    r"(?: |,|/|&|\+|and|or|the|at|in|of|also|both|left|right|lesions?|metasta\w+|deposits?|body|vertebra\w*|levels?)*"
)
_GROUP: Final = re.compile(
    r"\b(?:(?:both|each|neither|either|all)(?= (?:of (?:them|these|those|the)\b|lesions?|levels?|metasta\w+|deposits?|tumou?rs"
    r"|vertebra\w*|is|are|has|have|remain\w*|show\w*|un|stable|larger|smaller|new|progress|regress|\w*creas)| *[,.;:]|$)"
    r"|these|those|they|the (?:two|three|four))\b"
)
_ALL: Final = re.compile(
    r"\b(?:all|every|overall|generally|globally|multiple|numerous|(?<!epidural )(?<!paraspinal )(?<!extradural )disease"
    r"|metastases|mets|lesions|deposits|tumou?rs|secondaries|foci|burden|appearances|findings|picture|sites|levels"
    r"|involvement|infiltration)\b"
)
_KNOWN: Final = re.compile(
    r"\b(?:known|previous\w*|prior|treated|irradiated|residual|persist\w+|again|pre-?existing|now|since|its"
    r"|(?:the|this) (?:\w+ ){0,3}(?:lesion|metasta\w+|deposit|tumou?r))\b"
)
#: "A larger and a smaller deposit" are compared with each other.
_CONTRAST: Final = re.compile(r"\b(?:the|an?|another|one|second|other|further|with)(?: \w+ly| much)? $")
_COMES_BEFORE: Final = re.compile(
    r"(?:\b(?:is|are|was|were|has|have|had|been|remains?|remained|appears?|shows?|looks?)(?: \w+)*|[,:(=-]) $"
)
_GOES_WITH: Final = re.compile(
    r"(?: (?!(?:is|are|was|were|has|have|had|but|than|since|which|that|shows?|without|with|beside|adjacent|near)\b)"
    r"[\w./%'-]+){0,9} ?"
)
_ASIDE: Final = re.compile(r", (?:which|that|where|with|now|\w+ing)\b[^,]*,")
#: "All are stable except T6, which has grown."
#: "Good response at the irradiated level", "this vertebra": one, though it is not said which.
_ONE: Final = re.compile(
    r"\b(?:(?:this|the|that) (?:\w+ ){0,2}(?:level|site|segment|body|vertebra|lesion|metastasis|deposit|tumou?r|focus|mass)\b|it\b)"
)
#: T1 and T2 are names of sequences as well.
_LEVEL: Final = re.compile(r"\b([cdls]|th?(?! ?-?[12]\b))[ -]?(\d{1,2})\b")
_WHICH: Final = re.compile(r"[, ]*(?:which|where|that|this one|it)\b")
#: Words that deny what follows at once, where no cue does since they say nothing against a lesion.
_NO: Final = re.compile(
    r"\b(?:no|not|without|nor|never|nil)(?: (?:any|further|interval|significant|significantly|definite|convincing"
    r"|appreciable|evidence of|signs? of|\w+ly))* $"
)
_NONE: Final = re.compile(r"[ ,]*(?:and |but )?(?:none of|neither|no (?:\w+ )?(?:lesions?|metastas[ie]s|deposits?))\b")
_MOSTLY: Final = re.compile(r"resol|clear|disappear|gone|remission")
_OR_NO: Final = re.compile(r"\b(?:or|nor|no|without)\b")
_REMAINING: Final = re.compile(r"\b(?:remaining|residual|preserved|retained)\b")
_FIGURE: Final = re.compile(r"(\d{1,3}(?:[.,]\d{1,2})?) ?(?=(?:x|by)? ?[\d.,x ]*(mm|cm|%|per ?cent)?)")
_GRADE: Final = re.compile(r"\b(0|1a|1b|1c|2|3)\b")
_GRADES: Final = ("0", "1a", "1b", "1c", "2", "3")
#: Two measurements of one thing seldom agree better than that (mm, or per cent).
_WITHIN: Final = {"mm": 1.0, "%": 5.0}


@dataclass(frozen=True, slots=True)
class _Said:
    """What one word of change says, of which levels; `vague` where nothing says that it is of all."""

    kind: ChangeKind
    target: Target
    section: str
    evidence: Evidence
    #: New words about a feature, which speak of a lesion only where that is known.
    of_known: bool = False
    #: Words that keep the reader of lesions from finding one ("has almost resolved", "none of ... has grown").
    of_lesion: bool = False
    vague: bool = False


def read_changes(
    mentions: Sequence[Mention], page: Page, text: str, sites: Sequence[Site], cues: Cues, lesions: Sequence[str]
) -> tuple[Change, ...]:
    """Return what is said of change, of levels first, by kind; each level stands under one kind."""
    found: list[_Said] = []
    said = [one for one in mentions if one.rule.field == "change"]
    for number, group in groupby(said, key=lambda one: one.sentence):
        sentence = page.sentences[number]
        if sentence.section in _READ and not (sites[number].disc and not about_tumour(_words(page, sentence))):
            found += _of_sentence(list(group), page, text, sites[number], cues, lesions)
    return _changes(_settled(found, lesions))


def _words(page: Page, sentence: Sentence) -> str:
    return page.text[sentence.start : sentence.end]


def _of_sentence(
    mentions: list[Mention], page: Page, text: str, site: Site, cues: Cues, lesions: Sequence[str]
) -> list[_Said]:
    """Return what the words of change of one sentence say, each in its part of it."""
    found: list[_Said] = []
    site = replace(site, levels=_unlisted(site.levels, mentions))
    parts = _parts([one for one in mentions if one.rule.grades != ("aside",)], page, site)
    for mention, start, end in parts:
        kind = _kind(mention, page, start, end)
        if kind is None or mention.past:
            continue
        matter = matter_of(mention, page, site, cues, start, end) or _matter_above(
            mention, page, site, cues, start, end
        )
        if matter == "other" or ("compared" in mention.rule.tags and _is_contrast(mention, page, start)):
            continue
        earlier = found[-1].target if found else None
        target = _target(mention, page, site, lesions, start, end, matter, earlier)
        if target is None:
            continue
        if matter == "part" and kind != "stable":
            continue
        of_known = kind == "new" and matter == "feature"
        if of_known:
            kind = "progressed"
        elif kind == "gone" and matter == "feature":
            kind = "improved"
        known = of_known and not _is_known(mention, page, cues)
        evidence = evidence_of(mention, page, text, target.via)
        lesion = matter == "lesion" and bool(
            _NONE.match(page.text, start, mention.start) or _MOSTLY.search(page.text, mention.start, mention.end)
        )
        vague = kind == "progressed" or (kind == "improved" and not matter)
        section = page.sentences[mention.sentence].section
        found.append(_Said(kind, target, section, evidence, known, lesion, vague))
    return found


def _unlisted(levels: Sequence[LevelMention], mentions: Sequence[Mention]) -> tuple[LevelMention, ...]:
    """Return the levels of a list one by one where words of change stand between ("T4 (new), T7 (larger)")."""
    found: list[LevelMention] = []
    for one in levels:
        inside = any(one.start < mention.start < one.end for mention in mentions)
        found += [LevelMention(atom.start, atom.end, (atom.level,), (atom,)) for atom in one.atoms] if inside else [one]
    return tuple(found)


def _parts(mentions: Sequence[Mention], page: Page, site: Site) -> list[tuple[Mention, int, int]]:
    """Return each word of change with the part of its sentence that goes with it ("T7 larger, | L2 unchanged")."""
    parts: list[tuple[Mention, int, int]] = []
    for at, mention in enumerate(mentions):
        start, end = _clause(page, mention)
        if at and mentions[at - 1].end > start:
            start = _split(mentions[at - 1], mention, page, site, parts[-1][1]) or parts[-1][1]
        if at + 1 < len(mentions) and mentions[at + 1].start < end:
            end = _split(mention, mentions[at + 1], page, site, start) or end
        parts.append((mention, start, end))
    return parts


def _clause(page: Page, mention: Mention) -> tuple[int, int]:
    """Return the clause of a word; a colon or dash after a level is no end of one ("T7: unchanged")."""
    start, end = page.sentences[mention.sentence].start, page.sentences[mention.sentence].end
    for cut, beyond in page.cuts[mention.sentence]:
        if page.text[cut:beyond] in {": ", " - "}:
            continue
        if beyond <= mention.start:
            start = beyond
        elif cut >= mention.end:
            return start, cut
    return start, end


def _split(first: Mention, second: Mention, page: Page, site: Site, start: int) -> int:
    """Return where the part of one word ends and that of the next begins; 0 where both share one."""
    held = [one for one in site.levels if first.end <= one.start and one.end <= second.start]
    places = [
        one.start()
        for one in _SEPARATOR.finditer(page.text, first.end, second.start)
        if not any(level.start <= one.start() < level.end for level in held)
    ]
    if not places:
        return 0
    if any(start <= one.start < first.start for one in site.levels):
        return places[0]
    own = [place for place in places if held and place >= held[0].end]
    before = [place for place in own if place < held[-1].start] if len(held) > 1 else []
    return (before or own or places)[-1]


def _kind(mention: Mention, page: Page, start: int, end: int) -> ChangeKind | None:
    """Return what a word says, its denial taken into account; None if nothing."""
    rule = mention.rule
    if "figures" in rule.tags:
        return _by_figures(mention, page, start, end)
    denied = mention.denied and not _list_is_over(mention, page)
    upto = page.text[start : mention.start]
    if denied or ("own_no" not in rule.tags and (_NO.search(upto) or _NONE.match(upto))):
        return rule.denied[0] if rule.denied else None  # type: ignore[return-value]
    return rule.grades[0]  # type: ignore[return-value]


def _list_is_over(mention: Mention, page: Page) -> bool:
    """Tell whether a comma ends what is denied before a word ("No cord compression, larger epidural component")."""
    apart = page.text[mention.cue_start : mention.start]
    return "," in apart and not _OR_NO.search(apart.rpartition(",")[2])


def _by_figures(mention: Mention, page: Page, start: int, end: int) -> ChangeKind | None:
    """Compare a figure of now with one of then ("19 mm, previously 12 mm"); None where they are too close to tell."""
    said = mention.amount
    if said.startswith(("escc", "bilsky")):
        first, *_, last = (_GRADES.index(one) for one in _GRADE.findall(said))
        shift, unit = float(last - first), ""
    else:
        if _REMAINING.search(page.text, start, end):
            return None
        read = [(float(one[1].replace(",", ".")), one[2] or "") for one in _FIGURE.finditer(said)]
        unit = read[0][1] or read[-1][1] or read[-2][1]
        first, last = (number * (10 if (own or unit) == "cm" else 1) for number, own in (read[0], _last(said, read)))
        shift = last - first
    if "now_first" in mention.rule.tags:
        shift = -shift
    within = _WITHIN.get("mm" if unit in {"mm", "cm"} else "%", 0.0) if unit else 0.0
    if shift == 0:
        return "stable"
    return None if abs(shift) <= within else "progressed" if shift > 0 else "improved"


def _last(said: str, read: Sequence[tuple[float, str]]) -> tuple[float, str]:
    """Return the first measure of the last figure ("19 x 12 mm")."""
    tail = re.search(r"\d[\d.,]*(?: ?(?:mm|cm)?(?: ?x ?| by )\d[\d.,]*)* ?(?:mm|cm|%|per ?cent)?$", said)
    count = len(_FIGURE.findall(tail[0])) if tail else 1
    return read[-count]


def _matter_above(mention: Mention, page: Page, site: Site, cues: Cues, start: int, end: int) -> Matter:
    """Return what a part without a noun is about: what its sentence, or the one above in its paragraph, is."""
    sentence = page.sentences[mention.sentence]
    nouns = nouns_within(cues, sentence.start, start)
    if any(start <= one.start < end for one in site.levels):
        return "feature" if nouns and nouns[-1].matter == "feature" and mention.rule.grades == ("new",) else ""
    if not nouns and mention.sentence and page.sentences[mention.sentence - 1].unit == sentence.unit:
        above = page.sentences[mention.sentence - 1]
        nouns = nouns_within(cues, above.start, above.end)
    if nouns and all(one.matter == "other" for one in nouns):
        return "other"
    return nouns[-1].matter if nouns and nouns[-1].matter != "other" else ""


def _is_contrast(mention: Mention, page: Page, start: int) -> bool:
    return bool(_CONTRAST.search(page.text, start, mention.start))


def _target(
    mention: Mention,
    page: Page,
    site: Site,
    lesions: Sequence[str],
    start: int,
    end: int,
    matter: Matter,
    earlier: Target | None,
) -> Target | None:
    """Return what a word of change is said of; None where that is not told."""
    named = [one for one in site.levels if start <= one.start < end]
    spared = [one for one in named if EXCEPT_AT.search(page.text, start, one.start)]
    regions = regions_beside(mention, page) or page.sentences[mention.sentence].regions
    if spared:
        return Target("except", levels_of_all(spared), "except", regions)
    if not named and (elsewhere := _written(page, start, end)):
        return Target("own", elsewhere, "clause")
    if not named and is_rest(mention, page, site, start, end):
        return Target("rest", (), "rest", regions)
    if named:
        return Target("own", _chosen(mention, page, named, start), "clause")
    words = page.text[start:end]
    several = together(mention, site)
    if _GROUP.search(words) and several:
        return Target("own", several, "group")
    if matter in {"lesion", ""} and _ALL.search(words):
        return Target("wide", (), "wide", regions)
    before = [one for one in site.levels if one.end <= mention.start]
    if before and _WHICH.match(words):
        return Target("own", before[-1].levels, "clause")
    if earlier is not None:
        return earlier
    if before or site.topic:
        return Target("own", before[0].levels if before else site.topic, "sentence" if before else "topic")
    if matter in {"feature", "part"} or _ONE.search(page.text, page.sentences[mention.sentence].start, end):
        return Target("own", tuple(lesions), "wide") if len(lesions) == 1 else None
    if matter == "lesion" or ("alone" in mention.rule.tags and lesions):
        return Target("wide", (), "wide", regions)
    return None


def _written(page: Page, start: int, end: int) -> tuple[str, ...]:
    """Return levels that are written as those of a treatment ("Post-SBRT T9: good response")."""
    found = _LEVEL.findall(page.text, start, end)
    named = [f"{'T' if letter in {'d', 'th'} else letter.upper()}{number}" for letter, number in found]
    return tuple(level for level in dict.fromkeys(named) if level in LEVELS)


def _in_bracket(mention: Mention, page: Page, before: Sequence[LevelMention], start: int) -> tuple[str, ...]:
    """Return the level whose bracket holds a word ("T11 and L2 (2.8 cm, stable)"); none without a bracket."""
    opening = page.text.rfind("(", start, mention.start)
    held = [atom for one in before for atom in one.atoms if atom.end <= opening]
    return (held[-1].level,) if held and ")" not in page.text[opening : mention.start] else ()


def _chosen(mention: Mention, page: Page, named: Sequence[LevelMention], start: int) -> tuple[str, ...]:
    """Return the levels of a part that a word is about: those it stands before, else the subject's."""
    after = [one for one in named if one.start >= mention.end]
    before = [one for one in named if one not in after]
    close = bool(after) and _GOES_WITH.fullmatch(page.text, mention.end, after[0].start)
    if after and not (before and (_COMES_BEFORE.search(page.text, start, mention.start) or not close)):
        return _listed(after, page)
    if bracketed := _in_bracket(mention, page, before, start):
        return bracketed
    clear = page.text[:start] + _ASIDE.sub(lambda aside: "#" * len(aside[0]), page.text[start : mention.start])
    comma = clear.rstrip(" ,:(").rfind(", ")
    near = [one for one in before if one.start > comma and clear[one.start : one.start + 1] != "#"]
    return _listed(near or before, page)


def _listed(named: Sequence[LevelMention], page: Page) -> tuple[str, ...]:
    """Return the first of some levels and those listed with it ("at T7, in T9 and L1")."""
    levels = list(named[0].levels)
    for above, below in zip(named, named[1:], strict=False):
        if not _LISTED.fullmatch(page.text, above.end, below.start):
            break
        levels += below.levels
    return tuple(dict.fromkeys(levels))


def _is_known(mention: Mention, page: Page, cues: Cues) -> bool:
    """Tell whether the lesion with a new feature is one known before ("T7 metastasis with new collapse")."""
    sentence = page.sentences[mention.sentence]
    above = [one for one in page.sentences[: mention.sentence] if one.unit == sentence.unit]
    start = above[0].start if above else sentence.start
    if any(one.matter == "lesion" for one in nouns_within(cues, start, mention.start)):
        return True
    return bool(_KNOWN.search(page.text, sentence.start, sentence.end))


def _settled(found: Sequence[_Said], lesions: Sequence[str]) -> list[_Said]:
    """Keep for each level what counts, and give the rest, the regions and all what is left."""
    own = [one for one in found if one.target.scope == "own"]
    kinds = _kinds_of_levels(own, lesions)
    kept = [
        replace(one, target=replace(one.target, levels=levels))
        for one in own
        if (levels := tuple(level for level in one.target.levels if kinds.get(level) == one.kind))
    ]
    wide = [one for one in found if one.target.scope != "own" and one.kind != "new"]
    for one in wide:
        if one.target.scope == "wide":
            continue
        left = tuple(
            level
            for level in lesions
            if level not in kinds
            and level not in one.target.levels
            and (not one.target.regions or region_of(level) in one.target.regions)
        )
        if left or one.target.scope == "rest":
            kept.append(replace(one, target=replace(one.target, levels=left)))
    return [*kept, *_of_all([one for one in wide if one.target.scope == "wide"], kinds)]


def _kinds_of_levels(own: Sequence[_Said], lesions: Sequence[str]) -> dict[str, ChangeKind]:
    """Return the one kind under which each level stands."""
    kinds: dict[str, ChangeKind] = {}
    for level in sort_levels(level for one in own for level in one.target.levels):
        said = [one for one in own if level in one.target.levels]
        said = [one for one in said if one.section == "addendum"] or said
        known = any(one.kind != "new" and not one.of_known for one in said)
        given = {one.kind for one in said if known or not one.of_known}
        if level not in lesions and not any(one.of_lesion for one in said):
            given &= {"gone"}
        if given:
            kinds[level] = next(kind for kind in _GRAVEST if kind in given)
    return kinds


def _of_all(wide: Sequence[_Said], kinds: dict[str, ChangeKind]) -> list[_Said]:
    """Return what holds for all lesions, or those of regions, in one kind each.

    "Progressive disease" says that some have grown: of all only where nothing else is said of any.
    """
    kept: list[_Said] = []
    for one in wide:
        regions = one.target.regions
        among = [level for level in kinds if not regions or region_of(level) in regions]
        denied = any(other.kind == "stable" and other.target.regions in {regions, frozenset()} for other in wide)
        if not (one.vague and (among or (denied and one.kind == "progressed"))):
            kept.append(one)
    gravest = {
        regions: next(kind for kind in _GRAVEST if any(one.kind == kind and one.target.regions == regions for one in kept))
        for regions in {one.target.regions for one in kept}
    }
    return [one for one in kept if one.kind == gravest[one.target.regions]]


def _changes(found: Iterable[_Said]) -> tuple[Change, ...]:
    """Return one change for each kind and what it is said of, with all words that say it."""
    heard: dict[tuple[ChangeKind, tuple[str, ...], tuple[Region, ...]], list[Evidence]] = {}
    for one in found:
        levels = sort_levels(one.target.levels)
        regions = () if levels else tuple(region for region in REGIONS if region in one.target.regions)
        heard.setdefault((one.kind, levels, regions), []).append(one.evidence)
    kinds = get_args(ChangeKind)
    order = sorted(
        heard, key=lambda key: (not key[1], len(key[2]), kinds.index(key[0]), [level_order(one) for one in key[1]])
    )
    return tuple(Change(*key, tuple(dict.fromkeys(heard[key]))) for key in order)
