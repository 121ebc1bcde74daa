"""Say what a word of change is about: a lesion, a feature of one, or another matter ("stable haemangioma")."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from extractor.reading.cues import Cue, Cues, Mention
from extractor.reading.page import Page
from extractor.reading.sites import Site

Matter = Literal["lesion", "feature", "part", "other", ""]
_KINDS: Final[dict[str, Matter]] = {
    "change_other": "other",
    "change_feature": "feature",
    "change_part": "part",
    "change_lesion": "lesion",
}
#: "There is an increased epidural component": what changes follows, though a verb stands before.
_THERE: Final = re.compile(r"\bthere (?:is|are|was|were|has been|have been)(?: \w+){0,3} $")
_PREDICATE: Final = re.compile(
    r"(?:\b(?:is|are|was|were|has|have|had|been|being|remain(?:s|ed|ing)?|appear(?:s|ed|ing)?|seem(?:s|ed)?"
    r"|look(?:s|ed)?|stay(?:s|ed)?|keeps?|kept|shows?|showed|showing|demonstrat\w+|reveal\w*|considered|both|all|which)"
    r"(?: (?:\w+ly|now|again|also|all|both|each|more|further|still|somewhat|otherwise|a|an|little|bit|much|no|any|some"
    r"|very|quite|in the interval|however|thus|interval|significant|further))*|[,:(=-]) $"
)
#: What stands between a word of change and the noun it goes with ("stable treated T7 metastasis").
_ATTACHED: Final = re.compile(
    r"(?: (?!(?:is|are|was|were|has|have|had|at|in|of|and|or|with|but|than|since|from|to|for|on|compared|which|that"
    r"|shows?|without|no|not|as|by|when|now|beside|adjacent|near|next|above|below|after|before|following|under|despite)\b)[\w./%'-]+){0,5} "
)
_OF: Final = re.compile(
    r"(?:,? (?:in (?:comparison|size|extent)|of|in|at|to|for|affecting|involving|within|regarding|with regard to)\b)"
    r"(?: (?!(?:is|are|was|were|has|have|had|but|than|since|compared|which|that|shows?|without|adjacent|beside|near)\b)"
    r"[\w./%'-]+){0,6} "
)
_LINKED: Final = re.compile(r"(?:,? and(?: the| its| also)*|,|/|,? or|(?: and| &)? the)(?: [\w.-]+){0,3} ")
#: "The T7 metastasis, which abuts the left lung, is unchanged."
_ASIDE: Final = re.compile(r", (?:which|that|where|with|abutting|adjacent|beside|next)\b[^,]*,")


@dataclass(frozen=True, slots=True)
class Noun:
    """A word that may be what changes."""

    matter: Matter
    start: int
    end: int


def nouns_within(cues: Cues, start: int, end: int) -> list[Noun]:
    """Return the words that may change in a stretch; of those that overlap, the first and longest."""
    found = [
        Noun(matter, cue.start, cue.end)
        for kind, matter in _KINDS.items()
        for cue in cues.within(kind, start, end)
        if _is_inside(cue, start, end)
    ]
    kept: list[Noun] = []
    for noun in sorted(found, key=lambda one: (one.start, -one.end)):
        if not kept or noun.start >= kept[-1].end:
            kept.append(noun)
    return kept


def _is_inside(cue: Cue, start: int, end: int) -> bool:
    return start <= cue.start and cue.end <= end


def matter_of(mention: Mention, page: Page, site: Site, cues: Cues, start: int, end: int) -> Matter:
    """Return what a word of change is about, by the nouns of its part of the sentence; empty where none is named."""
    words = _masked(page, site, start, end)
    if _is_labelled_other(mention, page, cues):
        return "other"
    inside = nouns_within(cues, mention.start, mention.end)
    if inside and "figures" in mention.rule.tags:
        return _head(inside, words, start)
    if inside:
        return "other" if any(one.matter == "other" for one in inside) else inside[0].matter
    after = nouns_within(cues, mention.end, end)
    before = nouns_within(cues, start, mention.start)
    gap = words[mention.end - start : after[0].start - start] if after else ""
    if after and _ATTACHED.fullmatch(gap):
        return _head(after, words, start)
    upto = words[: mention.start - start]
    predicate = bool(_PREDICATE.search(upto)) and not _THERE.search(upto)
    if after and _OF.fullmatch(gap) and not (predicate and before):
        return _head(after, words, start)
    if before:
        return before[-1].matter if "figures" in mention.rule.tags else _subject(before, upto, start)
    return _head(after, words, start) if after and "ahead" in mention.rule.tags and "," not in gap else ""


def _is_labelled_other(mention: Mention, page: Page, cues: Cues) -> bool:
    """Tell whether a label says that a line is about another matter ("Lungs: two nodules, unchanged")."""
    sentence = page.sentences[mention.sentence]
    colon = page.text.find(": ", sentence.start, mention.start)
    nouns = nouns_within(cues, sentence.start, colon) if colon >= 0 else []
    return bool(nouns) and all(one.matter == "other" for one in nouns)


def _masked(page: Page, site: Site, start: int, end: int) -> str:
    """Return a part of the sentence with its level expressions as single words ("T7 and L2")."""
    words = page.text[start:end]
    for one in site.levels:
        low, high = max(one.start, start) - start, min(one.end, end) - start
        if low < high:
            words = words[:low] + "x" * (high - low) + words[high:]
    return words


def _head(nouns: Sequence[Noun], words: str, start: int) -> Matter:
    """Return what the first of some nouns is, compounds taken together ("metastatic lymph nodes")."""
    first = nouns[0]
    for noun in nouns[1:]:
        apart = words[first.end - start : noun.start - start]
        if first.matter == "other" and noun.matter != "other" and _LINKED.fullmatch(apart):
            return noun.matter  # "kyphosis and collapse of T7 are unchanged"
        if first.matter != "other" and noun.matter == "other" and _ATTACHED.fullmatch(apart):
            return "other"  # "nodule left lower lobe"
        if apart.strip(" -"):
            break
        if noun.matter != "other" and first.matter in {"lesion", "part"}:
            return noun.matter  # "tumour epidural extension", "left pedicle metastasis"
    return first.matter


def _subject(nouns: Sequence[Noun], upto: str, start: int) -> Matter:
    """Return what the nouns before a predicate make its subject: those after the last comma, asides left out."""
    clear = _ASIDE.sub(lambda aside: "#" * len(aside[0]), upto)
    open_ = [one for one in nouns if clear[one.start - start] != "#"] or list(nouns)
    comma = clear.rstrip(" ,:(").rfind(", ") + start
    near = [one for one in open_ if one.start > comma] or open_[-1:]
    return _head(near, upto, start)
