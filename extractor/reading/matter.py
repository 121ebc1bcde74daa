"""Say what a word of change is about: a lesion, a feature of one, or another matter ("stable haemangioma")."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from extractor.reading.cues import Cue, Cues
from extractor.reading.parts import Part

#: `part`: a part of the vertebra; empty: not named.
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
    r"|shows?|without|no|not|as|by|when|now|beside|adjacent|near|next|above|below|after|before|following|under|despite)\b)"
    r"[\w./%'-]+){0,5} "
)
_OF: Final = re.compile(
    r"(?:,? (?:in (?:comparison|size|extent)|of|in|at|to|for|affecting|involving|within|regarding|with regard to)\b)"
    r"(?: (?!(?:is|are|was|were|has|have|had|but|than|since|compared|which|that|shows?|without|adjacent|beside|near)\b)"
    r"[\w./%'-]+){0,6} "
)
_LINKED: Final = re.compile(r"(?:,? and(?: the| its| also)*|,|/|,? or|(?: and| &)? the)(?: [\w.-]+){0,3} ")
#: "The T7 metastasis, which abuts the left lung, is unchanged."
INSERTED: Final = re.compile(r", (?:which|that|where|with|now|abutting|adjacent|beside|next|extending)\b[^,]*,")


@dataclass(frozen=True, slots=True)
class Noun:
    """A word that may be what changes."""

    matter: Matter
    start: int
    end: int


def matter_of(part: Part, cues: Cues) -> Matter:
    """Return what a word of change is about, by the nouns of its part, its sentence, or the sentence above."""
    return _named(part, cues) or _above(part, cues)


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


def _named(part: Part, cues: Cues) -> Matter:
    """Return what the nouns of a part make the word of change say something of; empty where it has none."""
    mention, start = part.mention, part.start
    if _is_labelled_other(part, cues):
        return "other"
    words = _masked(part)
    inside = nouns_within(cues, mention.start, mention.end)
    figures = "figures" in mention.rule.tags
    if inside:
        other = not figures and any(one.matter == "other" for one in inside)
        return "other" if other else _head(inside, words, start)
    before, after = nouns_within(cues, start, mention.start), nouns_within(cues, mention.end, part.end)
    gap = words[mention.end - start : after[0].start - start] if after else ""
    if after and _ATTACHED.fullmatch(gap):
        return _head(after, words, start)
    upto = words[: mention.start - start]
    predicate = bool(_PREDICATE.search(upto)) and not _THERE.search(upto)
    if after and _OF.fullmatch(gap) and not (predicate and before):
        return _head(after, words, start)
    if before:
        return before[-1].matter if figures else _subject(before, upto, start)
    return _head(after, words, start) if after and "ahead" in mention.rule.tags and "," not in gap else ""


def _is_labelled_other(part: Part, cues: Cues) -> bool:
    """Tell whether a label says that a line is about another matter ("Lungs: two nodules, unchanged")."""
    colon = part.page.text.find(": ", part.sentence.start, part.mention.start)
    nouns = nouns_within(cues, part.sentence.start, colon) if colon >= 0 else []
    return bool(nouns) and all(one.matter == "other" for one in nouns)


def _masked(part: Part) -> str:
    """Return a part with its level expressions as single words ("T7 and L2")."""
    words = part.words
    for one in part.site.levels:
        low, high = max(one.start, part.start) - part.start, min(one.end, part.end) - part.start
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
    """Return what the nouns before a predicate make its subject: those after the last comma, insertions left out."""
    clear = INSERTED.sub(lambda words: "#" * len(words[0]), upto)
    outside = [one for one in nouns if clear[one.start - start] != "#"] or list(nouns)
    comma = clear.rstrip(" ,:(").rfind(", ") + start
    near = [one for one in outside if one.start > comma] or outside[-1:]
    return _head(near, upto, start)


def _above(part: Part, cues: Cues) -> Matter:
    """Return what a part without a noun is about: what its sentence, or the one above in its paragraph, is."""
    sentence, number = part.sentence, part.mention.sentence
    nouns = nouns_within(cues, sentence.start, part.start)
    if part.levels:
        fractures = nouns and nouns[-1].matter == "feature" and part.mention.rule.grades == ("new",)
        return "feature" if fractures else ""  # "multiple fractures; those of T5 and L1 are new"
    if not nouns and number and part.page.sentences[number - 1].unit == sentence.unit:
        above = part.page.sentences[number - 1]
        nouns = nouns_within(cues, above.start, above.end)
    if nouns and all(one.matter == "other" for one in nouns):
        return "other"
    return nouns[-1].matter if nouns and nouns[-1].matter != "other" else ""
