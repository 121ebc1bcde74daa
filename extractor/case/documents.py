"""What a document of a case is: its kind, the regions it covers, its date, each as given or as its words tell."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, cast

from extractor.case.dates import parse_date
from extractor.patterns import Patterns, Rule
from extractor.reading.finder import Finder, find_all, finder_of
from extractor.reading.fold import fold, plain
from extractor.reading.sections import Section, find_sections
from extractor.record import Document, DocumentKind, SectionSpan
from extractor.values import REGIONS, Evidence

#: Kinds a document can be said to be.
KINDS: Final[tuple[DocumentKind, ...]] = ("mri", "ct", "request", "note")
#: What a column of kinds may call them.
_NAMED: Final[dict[str, DocumentKind]] = {
    **dict.fromkeys(("mri", "mr", "mrt", "nmr", "irm", "rm", "magnetic resonance"), "mri"),
    **dict.fromkeys(("ct", "cat", "pet ct", "petct", "pt", "cta", "computed tomography"), "ct"),
    **dict.fromkeys(("request", "referral", "requisition", "order", "request form"), "request"),
    **dict.fromkeys(("note", "letter", "clinic note", "clinic letter", "consult", "mdt"), "note"),
}
#: A title stands in the first lines, and is no longer than this.
_TITLE_LINES: Final = 2
_TITLE: Final = 240
_LINE: Final = re.compile(r"[^\n]*\S[^\n]*")
_DATED: Final = re.compile(
    r"^\W*(?:(?:date|time)(?: and time)?(?: of (?:the )?(?:exam\w*|study|scan|service|procedure|test|request|visit"
    r"|clinic|exploration|acquisition|investigation|mri?|ct))?|(?:exam\w*|study|scan|service|procedure|request|order"
    r"|visit|clinic|acquisition|mri?|ct)(?: (?:date|performed|done|of|taken))+|performed(?: on)?|scanned(?: on)?"
    r"|dated?)\b[ :.]*(?P<date>[^\n;|]{6,40})",
    re.MULTILINE,
)
#: A date that stands in a title, with no word of what it is of.
_IN_TITLE: Final = re.compile(
    r"(?<![\d/.-])(?:\d{1,4}[-/.]\d{1,2}[-/.]\d{2,4}|\d{1,2}(?:st|nd|rd|th)?[ .-]*(?:of )?[a-z]{3,9}\.?,?[ .-]*\d{4}"
    r"|[a-z]{3,9}\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4})(?![\d/-])"
)
#: "Comparison: 3 May 2023" on the line of the title is of another study.
_OF_ANOTHER: Final = re.compile(r"compar|previous|prior|since|birth|dob|typed|dictated|reported|printed")


@dataclass(frozen=True, slots=True)
class DocumentText:
    """One document of a case as it comes in; `kind` and `date` (ISO 8601) where they are known beforehand."""

    id: str
    text: str
    kind: DocumentKind | None = None
    date: str | None = None


def kind_named(words: str) -> DocumentKind | None:
    """Return the kind that a cell of a table names; None where it names none."""
    return _NAMED.get(" ".join(re.split(r"[\W_]+", words.casefold())).strip())


def describe(one: DocumentText, rules: Patterns, *, number: int = 0, alone: bool = False) -> Document:
    """Return what is known of a document: what is given, and for the rest what its words tell.

    One that stands `alone` is an examination: MRI, unless its title says CT.
    """
    page = _Page.of(one.text, rules, number)
    kind, kind_words = (one.kind, ()) if one.kind else _kind(page, rules, alone=alone)
    regions = _coverage(page, rules) if kind in {"mri", "ct"} else ()
    covered = {region for rule, _ in regions for region in rule.grades}
    sections = tuple(SectionSpan(section.kind, section.start, section.end) for section in page.sections)
    return Document(
        id=one.id,
        kind=kind,
        sections=sections,
        date=one.date or _date(page),
        kind_evidence=kind_words,
        regions=tuple(region for region in REGIONS if region in covered),
        regions_evidence=tuple(words for _, words in regions),
    )


@dataclass(frozen=True, slots=True)
class _Page:
    """A document as it is looked at here: folded, its sections, where its title stands."""

    text: str
    folded: str
    sections: tuple[Section, ...]
    title: tuple[tuple[int, int], ...]
    number: int

    @classmethod
    def of(cls, text: str, rules: Patterns, number: int) -> _Page:
        folded = fold(plain(text))
        sections = tuple(find_sections(folded, rules))
        return cls(text, folded, sections, tuple(_title(folded, sections)), number)

    def evidence(self, rule: Rule, match: re.Match[str]) -> Evidence:
        """Return the words a rule found."""
        start = match.start() + len(match[0]) - len(match[0].lstrip())
        words = self.text[start : match.end()]
        section = next((one.kind for one in self.sections if one.start <= start < one.end), "exam")
        return Evidence(start, match.end(), words, section, rule.id, "document", document=self.number)

    def found(self, finder: Finder[Rule], spans: Iterable[tuple[int, int]]) -> list[tuple[Rule, re.Match[str]]]:
        """Return what the rules find within spans of the text, in its order."""
        inside = list(spans)
        found = [
            (rule, match)
            for rule, regex, places in finder.places(self.folded, by_line=True)
            for match in find_all(regex, self.folded, places)
            if any(start <= match.start() and match.end() <= end for start, end in inside)
        ]
        return sorted(found, key=lambda one: (one[1].start(), -one[1].end()))


@lru_cache(8)
def _finder(patterns: Patterns, field: str) -> Finder[Rule]:
    return finder_of(patterns.of(field))


def _title(folded: str, sections: Sequence[Section]) -> Iterator[tuple[int, int]]:
    """Yield where a title stands: the first lines, and what a heading "Exam" opens; no history or comparison."""
    lines = list(_LINE.finditer(folded))[:_TITLE_LINES]
    for line in lines:
        kind = next((one.kind for one in sections if one.start <= line.start() < one.end), "exam")
        if kind in {"exam", "findings"} or line is lines[0]:
            yield line.start(), min(line.end(), line.start() + _TITLE)
    for section in sections:
        if section.kind == "exam":
            yield section.start, min(section.end, section.start + _TITLE)


def _kind(page: _Page, rules: Patterns, *, alone: bool) -> tuple[DocumentKind, tuple[Evidence, ...]]:
    found = page.found(_finder(rules, "document"), [(0, len(page.folded))])
    titled = [one for one in found if "title" in one[0].tags and _within(one[1], page.title)]
    forms = [] if alone else [one for one in titled if "form" in one[0].tags]
    for chosen in (forms, [one for one in titled if "form" not in one[0].tags]):
        if chosen:
            return _of_rule(chosen[0][0]), (page.evidence(*chosen[0]),)
    words = [one for one in found if "title" not in one[0].tags and (not alone or _of_rule(one[0]) in {"mri", "ct"})]
    counts = Counter(_of_rule(rule) for rule, _ in words)
    if not counts:
        return "mri", ()
    kind = max(KINDS, key=lambda one: counts[one])
    return kind, (page.evidence(*next(one for one in words if _of_rule(one[0]) == kind)),)


def _of_rule(rule: Rule) -> DocumentKind:
    return cast(DocumentKind, rule.grades[0])


def _within(match: re.Match[str], spans: Iterable[tuple[int, int]]) -> bool:
    return any(start <= match.start() < end for start, end in spans)


def _coverage(page: _Page, rules: Patterns) -> list[tuple[Rule, Evidence]]:
    """Return what says which regions an examination covers: its title, else its technique."""
    technique = [(one.body, one.end) for one in page.sections if one.kind == "technique"]
    for spans in (page.title, technique):
        found = page.found(_finder(rules, "coverage"), spans)
        if found:
            return [(rule, page.evidence(rule, match)) for rule, match in found]
    return []


def _date(page: _Page) -> str | None:
    """Return the date a document says it is of; None where there is none, or it could be two."""
    for match in _DATED.finditer(page.folded):
        if date := _parsed(match["date"]):
            return date
    for start, end in page.title:
        for match in _IN_TITLE.finditer(page.folded, start, end):
            if not _OF_ANOTHER.search(page.folded, start, match.start()) and (date := parse_date(match[0])):
                return date
    return None


def _parsed(words: str) -> str | None:
    """Return the date that words begin with."""
    parts = words.split()
    return next((date for size in (3, 2, 1) if (date := parse_date(" ".join(parts[:size]).rstrip(",.")))), None)
