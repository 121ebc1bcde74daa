"""Read what a report says of change since an earlier examination (reading rules, section 8)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final, get_args

from extractor.reading.claims import Claim
from extractor.reading.cues import Mention
from extractor.reading.matter import Nouns, matter_of
from extractor.reading.page import Page
from extractor.reading.parts import Part, divide
from extractor.reading.quantities import read_shift
from extractor.reading.scope import Target
from extractor.reading.sites import Site, about_tumour
from extractor.reading.statements import evidence_of
from extractor.reading.targets import target_of
from extractor.record import Change, ChangeKind
from extractor.values import REGIONS, Evidence, Region, level_order, region_of, sort_levels

_READ: Final = frozenset({"findings", "impression", "addendum"})
#: Of what is said of one level in several places the first of these counts.
_GRAVEST: Final[tuple[ChangeKind, ...]] = ("new", "progressed", "improved", "stable", "gone")
#: Words that deny what follows at once, where no cue does since they say nothing against a lesion.
_NO: Final = re.compile(
    r"\b(?:no|not|without|nor|never|nil)(?: (?:any|further|interval|significant|definite|convincing|appreciable"
    r"|evidence of|signs? of|\w+ly))* $"
)
_NONE: Final = re.compile(r"[ ,]*(?:and |but )?(?:none of|neither|no (?:\w+ )?(?:lesions?|metastas[ie]s|deposits?))\b")
_OR_NO: Final = re.compile(r"\b(?:or|nor|no|without)\b")
_CONTRAST: Final = re.compile(r"\b(?:the|an?|another|one|second|other|further|with)(?: \w+ly| much)? $")
_REMAINING: Final = re.compile(r"\b(?:remaining|residual|preserved|retained)\b")
_MOSTLY: Final = re.compile(r"resol|clear|disappear|gone|remission")
_KNOWN: Final = re.compile(
    r"\b(?:known|previous\w*|prior|treated|irradiated|residual|persist\w+|again|pre-?existing|now|since|its"
    r"|(?:the|this) (?:\w+ ){0,3}(?:lesion|metasta\w+|deposit|tumou?r))\b"
)
#: Nothing between a level and its word of change says what has changed.
_NO_MORE: Final = re.compile(
    r"[ :,(=-]*(?:(?:is|are|was|has|have|been|remains?|appears?|looks?|again|also|still|both|now|known|the|lesions?"
    r"|metastas[ie]s|deposits?|disease|status|change)\b[ :,(=-]*)*"
)
#: "Sacrum: idem" says what the line above says, which may be that it is normal.
_DITTO: Final = re.compile(r"idem|ditto|(?:the )?same|as above|likewise")
#: How far above, in sentences of its paragraph, a lesion may have been named.
_ABOVE: Final = 6


@dataclass(frozen=True, slots=True)
class _Said:
    """What one word of change says, of which levels."""

    kind: ChangeKind
    target: Target
    section: str
    evidence: Evidence
    #: "New collapse" makes a lesion a worse one only where it is known.
    if_known: bool = False
    #: Words that keep the reader of lesions from finding one ("has almost resolved", "none of ... has grown").
    of_lesion: bool = False
    #: "Progressive disease" says that some have grown.
    vague: bool = False
    #: "The height of T12 is unchanged" is of a part that any vertebra has; "T4 is unchanged" may be all that is said of
    #: a lesion known from before.
    of_part: bool = False


def read_changes(
    mentions: Sequence[Mention], page: Page, text: str, sites: Sequence[Site], nouns: Nouns, lesions: Sequence[str]
) -> tuple[Change, ...]:
    """Return what is said of change: of levels, each under one kind, then of all lesions, then of those of regions."""
    every = [one for parts in _divided(mentions, page, sites) for one in _heard(parts, text, nouns, lesions)]
    return _changes(_settled(every, lesions)) if every else ()


def changed_vertebrae(
    mentions: Sequence[Mention], page: Page, text: str, sites: Sequence[Site], nouns: Nouns
) -> Iterator[Claim]:
    """Yield the claims to be lesions of vertebrae of which a report with metastases says that they changed or did not.

    They are no more than "a lesion" would be: "L3: unchanged, 14 mm", "T12: increase of the lesion".
    """
    if not any(one.rule.field == "lesion" and one.rule.grades == ("strong",) for one in mentions):
        return
    for part in (part for parts in _divided(mentions, page, sites) for part in parts if _is_of_vertebra(part)):
        one = _said(part, text, nouns, (), None)
        if one and one.kind != "gone" and one.target.via == "clause":
            for level in one.target.levels:
                yield Claim(level, "weak", "certain", one.section, one.evidence, soft=True)


def _is_of_vertebra(part: Part) -> bool:
    """Tell whether a sentence opens with its level and goes on with the word of change ("L3: unchanged")."""
    start = part.sentence.start + part.sentence.lead
    if not part.levels or part.levels[0].start != start or part.mention.start < part.levels[0].end:
        return False
    between = part.page.text[part.levels[-1].end : part.mention.start]
    said = part.page.text[part.mention.start : part.mention.end]
    return bool(_NO_MORE.fullmatch(between)) and not _DITTO.fullmatch(said)


def _divided(mentions: Sequence[Mention], page: Page, sites: Sequence[Site]) -> Iterator[list[Part]]:
    """Yield the words of change of each sentence that may say something of a lesion, each with its part of it."""
    said = [one for one in mentions if one.rule.field == "change" and one.rule.grades != ("aside",)]
    for number, group in groupby(said, key=lambda one: one.sentence):
        sentence, site = page.sentences[number], sites[number]
        if sentence.section in _READ and (not site.disc or about_tumour(page.text[sentence.start : sentence.end])):
            yield divide(list(group), page, site)


def _heard(parts: Sequence[Part], text: str, nouns: Nouns, lesions: Sequence[str]) -> Iterator[_Said]:
    """Yield what the words of change of a sentence say of lesions."""
    earlier: Target | None = None
    for part in parts:
        one = _said(part, text, nouns, lesions, earlier)
        if one:
            yield one
            earlier = one.target


def _said(part: Part, text: str, nouns: Nouns, lesions: Sequence[str], earlier: Target | None) -> _Said | None:
    """Return what a word of change says; None if nothing of a lesion."""
    mention = part.mention
    kind = _kind(part)
    past = mention.past and "figures" not in mention.rule.tags  # "9 mm; it was 17 mm in January"
    if kind is None or past or _is_contrast(part):
        return None
    matter = matter_of(part, nouns)
    if matter == "other" or (matter == "part" and kind != "stable"):
        return None
    target = target_of(part, matter, lesions, earlier)
    if target is None:
        return None
    known = kind != "new" or matter != "feature" or _is_known(part, nouns)
    return _Said(
        _of_feature(kind) if matter == "feature" else kind,
        target,
        part.sentence.section,
        evidence_of(mention, part.page, text, target.via),
        if_known=not known,
        of_lesion=matter == "lesion" and _hides_lesion(part),
        vague=kind == "progressed" or (kind == "improved" and not matter),
        of_part=matter == "part",
    )


def _kind(part: Part) -> ChangeKind | None:
    """Return what a word says, its denial taken into account; None if nothing."""
    mention, rule = part.mention, part.mention.rule
    if "figures" in rule.tags:
        return None if _REMAINING.search(part.words) else _of_shift(mention)
    denied = mention.denied and not _list_is_over(part)
    if denied or ("own_no" not in rule.tags and (_NO.search(part.before) or _NONE.match(part.before))):
        return rule.denied[0] if rule.denied else None  # type: ignore[return-value]
    return rule.grades[0]  # type: ignore[return-value]


def _is_contrast(part: Part) -> bool:
    """Tell whether lesions are compared with each other ("a larger and a smaller deposit")."""
    than = part.page.text.startswith("than", part.mention.end)
    return "compared" in part.mention.rule.tags and not than and _CONTRAST.search(part.before) is not None


def _of_shift(mention: Mention) -> ChangeKind | None:
    shift = read_shift(mention.amount)
    if not shift:
        return None if shift is None else "stable"
    return "progressed" if (shift > 0) != ("now_first" in mention.rule.tags) else "improved"


def _of_feature(kind: ChangeKind) -> ChangeKind:
    """Return what a change of a feature is to its lesion ("new epidural component", "collapse has resolved")."""
    return {"new": "progressed", "gone": "improved"}.get(kind, kind)  # type: ignore[return-value]


def _list_is_over(part: Part) -> bool:
    """Tell whether a comma ends what is denied before a word ("No cord compression, larger epidural component")."""
    apart = part.page.text[part.mention.cue_start : part.mention.start]
    return "," in apart and not _OR_NO.search(apart.rpartition(",")[2])


def _hides_lesion(part: Part) -> bool:
    denied_then = part.mention.rule.id == "change.new.then"  # "not visible in March"
    return denied_then or bool(
        _NONE.match(part.before) or _MOSTLY.search(part.page.text, part.mention.start, part.sentence.end)
    )


def _is_known(part: Part, nouns: Nouns) -> bool:
    """Tell whether the lesion with a new feature is one known before ("T7 metastasis with new collapse")."""
    sentence, number = part.sentence, part.mention.sentence
    above = part.page.sentences[max(0, number - _ABOVE) : number]
    start = min([sentence.start, *(one.start for one in above if one.unit == sentence.unit)])
    if any(one.matter == "lesion" for one in nouns.within(start, part.mention.start)):
        return True
    return bool(_KNOWN.search(part.page.text, sentence.start, sentence.end))


def _settled(found: Sequence[_Said], lesions: Sequence[str]) -> list[_Said]:
    """Keep for each level what counts, and give the rest, the regions and all what is left."""
    own = [one for one in found if one.target.scope == "own"]
    kinds = _kinds(own, lesions)
    rest = [_of_rest(one, kinds, lesions) for one in found if one.target.scope in {"rest", "except"}]
    levelled = [one for one in rest if one.target.levels]
    wide = [one for one in found if one.target.scope == "wide"]
    wide += [one for one in rest if not one.target.levels and one.target.scope == "rest"]
    return [*_kept(own, kinds), *_kept(levelled, _kinds(levelled, lesions)), *_of_all(wide, kinds, lesions)]


def _kinds(said: Sequence[_Said], lesions: Sequence[str]) -> dict[str, ChangeKind]:
    """Return the one kind under which each level stands."""
    kinds: dict[str, ChangeKind] = {}
    for level in sort_levels(level for one in said for level in one.target.levels):
        here = [one for one in said if level in one.target.levels]
        here = [one for one in here if one.section == "addendum"] or here
        known = any(one.kind != "new" and not one.if_known for one in here)
        given = {one.kind for one in here if known or not one.if_known}
        if level not in lesions:
            given &= {one.kind for one in here if one.of_lesion or not one.of_part} | {"gone"}
        if given:
            kinds[level] = _gravest(given)
    return kinds


def _gravest(kinds: Iterable[ChangeKind]) -> ChangeKind:
    return min(kinds, key=_GRAVEST.index)


def _kept(said: Sequence[_Said], kinds: dict[str, ChangeKind]) -> list[_Said]:
    """Return what is said of the levels that stand under its kind."""
    return [
        replace(one, target=replace(one.target, levels=levels))
        for one in said
        if (levels := tuple(level for level in one.target.levels if kinds.get(level) == one.kind))
    ]


def _of_rest(one: _Said, kinds: dict[str, ChangeKind], lesions: Sequence[str]) -> _Said:
    """Return what is said of the rest with the levels that make it up: lesions without a word of their own."""
    regions, spared = one.target.regions, one.target.levels
    left = [level for level in lesions if level not in kinds and level not in spared]
    left = [level for level in left if one.kind != "new" and (not regions or region_of(level) in regions)]
    return replace(one, target=replace(one.target, levels=tuple(left)))


def _of_all(wide: Sequence[_Said], kinds: dict[str, ChangeKind], lesions: Sequence[str]) -> list[_Said]:
    """Return what holds for all lesions, or those of regions, in one kind each.

    Of new lesions without a level nothing is known; where lesions are left, not all are gone. "Progressive disease" is
    of all only where nothing else is said of any, and nothing denies it.
    """
    kept: list[_Said] = []
    for one in wide:
        regions = one.target.regions
        others = any(not regions or region_of(level) in regions for level in kinds)
        denied = any(other.kind == "stable" and other.target.regions in {regions, frozenset()} for other in wide)
        left = one.kind == "gone" and any(not regions or region_of(level) in regions for level in lesions)
        if one.kind != "new" and not left and not (one.vague and (others or (denied and one.kind == "progressed"))):
            kept.append(one)
    heard: dict[frozenset[Region], set[ChangeKind]] = {}
    for one in kept:
        heard.setdefault(one.target.regions, set()).add(one.kind)
    return [one for one in kept if one.kind == _gravest(heard[one.target.regions])]


def _changes(found: Iterable[_Said]) -> tuple[Change, ...]:
    """Return one change for each kind and what it is said of, with all words that say it."""
    heard: dict[tuple[ChangeKind, tuple[str, ...], tuple[Region, ...]], list[Evidence]] = {}
    for one in found:
        levels = sort_levels(one.target.levels)
        regions = () if levels else tuple(region for region in REGIONS if region in one.target.regions)
        heard.setdefault((one.kind, levels, regions), []).append(one.evidence)
    kinds = get_args(ChangeKind)

    def order(key: tuple[ChangeKind, tuple[str, ...], tuple[Region, ...]]) -> tuple[object, ...]:
        kind, levels, regions = key
        return not levels, len(regions), kinds.index(kind), [level_order(level) for level in levels], regions

    return tuple(Change(*key, tuple(dict.fromkeys(heard[key]))) for key in sorted(heard, key=order))
