"""What a document of a case is: its kind, the regions it covers, its date, each as given or as its words tell."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Final, cast

from extractor.case.dates import parse_date
from extractor.patterns import Patterns, Rule
from extractor.reading.finder import Finder, find_all, finder_of
from extractor.reading.page import Page
from extractor.reading.sections import Section
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
#: A request that tells of an earlier examination uses fewer of a reader's words than this.
_MANY: Final = 2
#: A heading over what another examination, or that of the patient, showed.
_QUOTED: Final = re.compile(
    r"\W*(?:imaging|radiolog\w+|mri?|ct|pet|x-?ray|previous|prior|original|initial|clinical|main)\b"
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


def describe(one: DocumentText, laid: Page, rules: Patterns, *, number: int = 0, alone: bool = False) -> Document:
    """Return what is known of a document: what is given, and for the rest what its words and their sections tell.

    One that stands `alone` is an examination: MRI, unless its title says CT.
    """
    title = tuple(_title(laid.folded, laid.sections))
    page = _Text(one.text, laid.folded, laid.sections, title, number)
    kind, kind_words = (one.kind, ()) if one.kind else _kind(page, rules, alone=alone)
    regions = _coverage(page, rules) if kind in {"mri", "ct"} else ()
    covered = {region for hit in regions for region in hit.rule.grades}
    return Document(
        id=one.id,
        kind=kind,
        sections=tuple(SectionSpan(section.kind, section.start, section.end) for section in laid.sections),
        date=one.date or _date(page),
        kind_evidence=kind_words,
        regions=tuple(region for region in REGIONS if region in covered),
        regions_evidence=tuple(page.evidence(hit) for hit in regions),
    )


@dataclass(frozen=True, slots=True)
class _Hit:
    """Words of a document that a rule found, where they stand."""

    rule: Rule
    start: int
    end: int
    words: str


@dataclass(frozen=True, slots=True)
class _Text:
    """A document as it is looked at here: folded, its sections, where its title stands."""

    text: str
    folded: str
    sections: tuple[Section, ...]
    title: tuple[tuple[int, int], ...]
    number: int

    def evidence(self, hit: _Hit) -> Evidence:
        """Return the words a rule found."""
        start = hit.start + len(hit.words) - len(hit.words.lstrip())
        words = self.text[start : hit.end]
        section = next((one.kind for one in self.sections if one.start <= start < one.end), "exam")
        return Evidence(start, hit.end, words, section, hit.rule.id, "document", document=self.number)

    def found(self, finder: Finder[Rule], spans: Iterable[tuple[int, int]]) -> list[_Hit]:
        """Return what the rules find within spans of the text, in its order."""
        hits: dict[tuple[int, int, str], _Hit] = {}
        for first, last in spans:
            words = self.folded[first:last]
            for rule, regex, places in finder.places(words, by_line=True):
                for match in find_all(regex, words, places):
                    start, end = first + match.start(), first + match.end()
                    hits[start, -end, rule.id] = _Hit(rule, start, end, match[0])
        return [hits[at] for at in sorted(hits)]

    def titled(self, hit: _Hit) -> bool:
        """Tell whether words stand in the title."""
        return any(start <= hit.start < end for start, end in self.title)


@lru_cache(8)
def _finder(patterns: Patterns, field: str) -> Finder[Rule]:
    return finder_of(patterns.of(field))


@lru_cache(8)
def _examinations(patterns: Patterns) -> Finder[Rule]:
    """Return a finder of what names an examination, in a title or elsewhere."""
    return finder_of(
        rule
        for rule in patterns.of("document")
        if "form" not in rule.tags and ("title" in rule.tags or (not rule.tags and _of_rule(rule) in {"mri", "ct"}))
    )


def _title(folded: str, sections: Sequence[Section]) -> Iterator[tuple[int, int]]:
    """Yield where a title stands: the first lines, and what a heading "Exam" opens; no history or comparison."""
    lines = list(islice(_LINE.finditer(folded), _TITLE_LINES))
    for line in lines:
        kind = next((one.kind for one in sections if one.start <= line.start() < one.end), "exam")
        if kind in {"exam", "findings"} or line is lines[0]:
            yield line.start(), min(line.end(), line.start() + _TITLE)
    for section in sections:
        if section.kind == "exam":
            yield section.start, min(section.end, section.start + _TITLE)


def _kind(page: _Text, rules: Patterns, *, alone: bool) -> tuple[DocumentKind, tuple[Evidence, ...]]:
    finder = _examinations(rules) if alone else _finder(rules, "document")
    if alone and (named := [hit for hit in page.found(finder, page.title) if hit.rule.tags == {"title"}]):
        return _of_rule(named[0].rule), (page.evidence(named[0]),)
    found = page.found(finder, [(0, len(page.folded))])
    titled = [hit for hit in found if "title" in hit.rule.tags and page.titled(hit)]
    forms = [hit for hit in titled if "form" in hit.rule.tags and not _reads_images(page, hit.rule, found)]
    for chosen in (forms, [hit for hit in titled if "form" not in hit.rule.tags]):
        if chosen:
            return _of_rule(chosen[0].rule), (page.evidence(chosen[0]),)
    words = [
        hit
        for hit in found
        if not hit.rule.tags and (_of_rule(hit.rule) in {"mri", "ct"} or not _reads_images(page, hit.rule, found))
    ]
    counts = Counter(_of_rule(hit.rule) for hit in words)
    if not counts:
        return "mri", ()
    kind = max(KINDS, key=lambda one: counts[one])
    return kind, (page.evidence(next(hit for hit in words if _of_rule(hit.rule) == kind)),)


def _reads_images(page: _Text, form: Rule, found: Sequence[_Hit]) -> bool:
    """Tell whether images are read here, whatever a title calls it ("MRI REQUEST ... FINDINGS:").

    Findings with the words of images do; in what looks like a request so do findings beside an impression, and an
    impression with such words, but notes have those too. "CT findings:" may be quoted in either. Without headings,
    many such words below the name of an examination do ("MRI whole spine for MDT").
    """
    images = [hit for hit in found if "images" in hit.rule.tags]
    clinical = sum(not hit.rule.tags and _of_rule(hit.rule) in {"request", "note"} for hit in found)
    named = any(hit.rule.tags == {"title"} and page.titled(hit) for hit in found)
    if named and len({hit.words for hit in images}) > _MANY + clinical:
        return True
    headed = [
        section
        for section in page.sections
        if section.start < section.body and not _QUOTED.match(page.folded, section.start, section.body)
    ]
    described = {section.kind for section in headed for hit in images if section.body <= hit.start < section.end}
    both = {"findings", "impression"} <= {section.kind for section in headed}
    return "findings" in described or (_of_rule(form) == "request" and (both or "impression" in described))


def _of_rule(rule: Rule) -> DocumentKind:
    return cast(DocumentKind, rule.grades[0])


def _coverage(page: _Text, rules: Patterns) -> list[_Hit]:
    """Return what says which regions an examination covers: its title, else its technique."""
    technique = [(one.body, one.end) for one in page.sections if one.kind == "technique"]
    for spans in (page.title, technique):
        if found := page.found(_finder(rules, "coverage"), spans):
            return found
    return []


def _date(page: _Text) -> str | None:
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
