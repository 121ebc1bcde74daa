"""Say what a word of change is about: a lesion, a feature of one, or another matter ("stable haemangioma")."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from extractor.patterns import Patterns, Rule
from extractor.reading.finder import Finder, find_all, finder_of
from extractor.reading.page import Page
from extractor.reading.parts import Part

#: `part`: a part of the vertebra; empty: not named.
Matter = Literal["lesion", "feature", "part", "other", ""]
#: "There is an increased epidural component": what changes follows, though a verb stands before.
_THERE: Final = re.compile(r"\bthere (?:is|are|was|were|has been|have been)(?: \w+){0,3} $")
_PREDICATE: Final = re.compile(
    r"(?:\b(?:is|are|was|were|has|have|had|been|being|remain(?:s|ed|ing)?|appear(?:s|ed|ing)?|seem(?:s|ed)?"
    r"|look(?:s|ed)?|stay(?:s|ed)?|keeps?|kept|shows?|showed|showing|demonstrat\w+|reveal\w*|considered|both|all|which)"
    r"(?: (?:\w+ly|now|again|also|all|both|each|more|further|still|somewhat|otherwise|a|an|little|bit|much|no|any|some"
    r"|very|quite|in the interval|however|thus|interval|significant|further))*|[,:(=-]) $"
)
#: "The ribs show progressive metastases."
_HOLDS: Final = re.compile(r"\b(?:shows?|contains?|demonstrates?|ha(?:s|ve)|harbou?rs?|reveals?)(?: \w+){0,2} $")
#: What stands between a word of change and the noun it goes with ("stable treated T7 metastasis").
_ATTACHED: Final = re.compile(
    r"(?: (?!(?:is|are|was|were|has|have|had|at|in|of|and|or|with|but|than|since|from|to|for|on|compared|which|that"
    r"|shows?|without|no|not|as|by|when|now|beside|adjacent|near|next|above|below|after|before|following|under|despite)\b)"
    r"[\w./%'-]+){0,5} "
)
_OF: Final = re.compile(
    r"(?: (?:appearances?|position|size|extent|configuration|findings?|course|state))?"
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


class Nouns:
    """The words of a page that may be what changes, looked for in a sentence when it is first asked about."""

    def __init__(self, page: Page, patterns: Patterns) -> None:
        self._page = page
        self._finder = _finder(patterns)
        self._found: dict[int, list[Noun]] = {}

    def within(self, start: int, end: int) -> list[Noun]:
        """Return those that lie in a stretch; of such as overlap, the first and longest."""
        first, last = self._page.sentence_at(start), self._page.sentence_at(max(start, end - 1))
        found = [noun for number in range(first, last + 1) for noun in self._of(number)]
        kept: list[Noun] = []
        for noun in sorted(found, key=lambda one: (one.start, -one.end)):
            inside = start <= noun.start and noun.end <= end
            if inside and (not kept or noun.start >= kept[-1].end):
                kept.append(noun)
        return kept

    def _of(self, number: int) -> list[Noun]:
        if number not in self._found:
            page, sentence = self._page, self._page.sentences[number]
            words = page.words.within(sentence.start, sentence.end)
            self._found[number] = [
                Noun(rule.grades[0], match.start(), match.end())  # type: ignore[arg-type]
                for rule, regex, places in self._finder.places(page.text, words)
                for match in find_all(regex, page.text, places, sentence.start, sentence.end)
            ]
        return self._found[number]


@lru_cache(8)
def _finder(patterns: Patterns) -> Finder[Rule]:
    return finder_of(patterns.of("matter"))


def matter_of(part: Part, nouns: Nouns) -> Matter:
    """Return what a word of change is about, by the nouns of its part, its sentence, or the sentence above."""
    return _named(part, nouns) or _above(part, nouns)


def _named(part: Part, nouns: Nouns) -> Matter:
    """Return what the nouns of a part make the word of change say something of; empty where it has none."""
    mention, start = part.mention, part.start
    if _is_labelled_other(part, nouns):
        return "other"
    words = _masked(part)
    inside = nouns.within(mention.start, mention.end)
    figures = "figures" in mention.rule.tags
    if inside:
        other = not figures and any(one.matter == "other" for one in inside)
        return "other" if other else _head(inside, words, start)
    before, after = nouns.within(start, mention.start), nouns.within(mention.end, part.end)
    gap = words[mention.end - start : after[0].start - start] if after else ""
    upto = words[: mention.start - start]
    if after and _ATTACHED.fullmatch(gap):
        elsewhere = before and not part.levels and all(one.matter == "other" for one in before)
        return "other" if elsewhere and _HOLDS.search(upto) else _head(after, words, start)
    predicate = bool(_PREDICATE.search(upto)) and not _THERE.search(upto)
    if after and _OF.fullmatch(gap) and not (predicate and before):
        return _head(after, words, start)
    if before:
        return before[-1].matter if figures else _subject(before, upto, start)
    if after and "ahead" in mention.rule.tags and "," not in gap:
        return _head(after, words, start)
    return "other" if after and all(one.matter == "other" for one in after) else ""


def _is_labelled_other(part: Part, nouns: Nouns) -> bool:
    """Tell whether a label says that a line is about another matter ("Lungs: two nodules, unchanged")."""
    colon = part.page.text.find(": ", part.sentence.start, part.mention.start)
    named = nouns.within(part.sentence.start, colon) if colon >= 0 else []
    return bool(named) and all(one.matter == "other" for one in named)


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


def _above(part: Part, nouns: Nouns) -> Matter:
    """Return what a part without a noun is about: what its sentence, or the one above in its paragraph, is."""
    sentence, number = part.sentence, part.mention.sentence
    named = nouns.within(sentence.start, part.start)
    if part.levels:
        fractures = named and named[-1].matter == "feature" and part.mention.rule.grades == ("new",)
        return "feature" if fractures else ""  # "multiple fractures; those of T5 and L1 are new"
    if not named and number and part.page.sentences[number - 1].unit == sentence.unit:
        above = part.page.sentences[number - 1]
        named = nouns.within(above.start, above.end)
    if named and all(one.matter == "other" for one in named):
        return "other"
    return named[-1].matter if named and named[-1].matter != "other" else ""
