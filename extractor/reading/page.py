"""Lay a report out as sentences on one page of folded text, each knowing where it stands in the report."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from extractor.patterns import Patterns
from extractor.reading.columns import in_reading_order
from extractor.reading.dealt import dealt_cells, headed_cell, matter_dealt
from extractor.reading.finder import Words, words_of
from extractor.reading.fold import fold_plain, plain
from extractor.reading.regions import LEADING_REGION, region_scopes, regions_named, scope_at
from extractor.reading.sections import Section, find_sections
from extractor.reading.segment import Unit, find_sentences, find_units
from extractor.reading.tables import Cell, Table, find_tables
from extractor.values import Region

_KIND: Final = r"(?:disease|tumou?r|mass|extension|component|involvement|lesions?|soft tissue)"
#: Words that name what a line is about, so that its later sentences may leave them out ("Cord: ... Signal normal.").
_LABEL: Final = re.compile(
    r"[ =*_-]*((?:spinal |thoracic |cervical )?(?:cord|chord|myel(?:on|um)|medulla)(?: (?:and|&|/) conus"
    r"| signal)?|(?:spinal "
    r"|vertebral )?alignment|curvature|"
    r"(?:spinal |central )?canal(?: (?:and|&|/) (?:cord|epidural space))?"
    rf"|(?:epi|extra)dural(?: (?:space|{_KIND}))?|(?:neural )?foramin(?:a|al)(?: {_KIND})?|nerve roots?(?: {_KIND})?"
    rf"|cord (?:and|or|/) cauda(?: equina)?(?: compression)?|(?:cord |neural |spinal cord )?compression"
    rf"|fractures?|collapse|escc|bilsky|leptomeningeal {_KIND}|intramedullary {_KIND}"
    r"|listhesis|vertebral (?:fractures?|collapse)|"
    r"(?:vertebral )?(?:body )?heights?|posterior (?:elements?|(?:vertebral )?arch(?:es)?)"
    r"|neural arch(?:es)?|pedicles?(?: (?:and|&|/) (?:facets?|joints))?"
    rf"|para(?:-| )?(?:spinal|vertebral)(?: soft)?(?: (?:tissues?|{_KIND}))?|"
    r"(?:pre-? ?(?:and|&|/) ?)?para-?vertebral(?: soft)?(?: tissues?)?|soft tissues?|conus"
    r"|vertebra[le]?(?: bodies)?|bones?|marrow(?: signal)?)"
    r"(?: ?: *| {3,}(?=\S)| - (?=\S)|[ =*_.-]*$)"
)
#: "T6: 8 mm in front" below "Vertebral heights".
_LEVEL_LINE: Final = re.compile(r"(?:[cdtl]h?[ -]?\d{1,2}|s[1-5])\b[^\n:]{0,12}:")
#: "Key: + involved; - not involved" says what marks mean, and nothing of a vertebra.
_LEGEND: Final = re.compile(r"[ *]*(?:key|legend|abbreviations?|glossary)(?: [a-z ]{2,30})? ?: ")
#: Signs that end a clause, with what stands behind them.
_SIGN: Final = re.compile(
    r"[;]|: |, (?:but|whereas|while|although|though|and (?:there|the(?! (?:\w+ )?(?:sacrum|cervical|thoracic"
    r"|dorsal|lumbar|sacral)\b)|a|an|at|in|also|with))\b| - "
)
#: Words that begin another.
_TURN: Final = re.compile(
    r"\b(?:but(?! [cdtl]h?-?\d{1,2}(?: *[,.;)]|$| and\b))|whereas|however|while|although|though)\b"
)
#: Where a clause ends.
CLAUSE: Final = re.compile(f"{_SIGN.pattern}|{_TURN.pattern}")
#: One of these stands in every match of these two.
TURN_WORDS: Final = frozenset({"but", "whereas", "however", "while", "although", "though"})
SIGN_WORDS: Final = frozenset(";:,-")
_WORD_SIGN: Final = re.compile(r"\w")
_PART: Final = re.compile(r"[^;\s][^;]*;?")
#: A line end with the blanks around it counts as one blank, and so do the blanks between a label and its answer.
_GAP: Final = re.compile(r" *\n[ \n]*|(?<=:) {2,}|(?<=\w) {2,}(?=: )")
_CARRIED: Final = re.compile(
    r"cord|chord|myel(?:on|um)|medulla|conus|escc|bilsky|foramin|root|leptomening|intramedull|listhesis"
    r"|collapse|fracture|alignment|curvature|epidural|extradural|height|posterior (?:element|arch|vert)"
    r"|neural arch|pedicle|para"
)


# Not frozen, as all of which a report makes hundreds: they are made, and read, sooner.
@dataclass(slots=True)
class Sentence:
    """A stretch of the page: `text[start:end]`, `lead` characters of it borrowed (a label, a column's name)."""

    start: int
    end: int
    unit: int
    section: str
    lead: int = 0
    #: The regions an examination or heading limits it to; empty: none.
    regions: frozenset[Region] = frozenset()
    #: A list item, table row or line of its own.
    item: bool = False
    #: A cell of a table, its row and column borrowed.
    cell: bool = False
    #: A label alone, which states nothing ("Epidural disease" above a list).
    label: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """The folded sentences of a report, one a line, and where each character comes from.

    `plain` and `folded` are the report itself, as long as it was.
    """

    plain: str
    folded: str
    text: str
    origin: tuple[int, ...]
    sentences: tuple[Sentence, ...]
    sections: tuple[Section, ...]
    starts: tuple[int, ...]
    #: For each sentence the boundaries between its clauses.
    cuts: tuple[tuple[tuple[int, int], ...], ...]
    words: Words
    #: The words of each sentence, for a quick look whether a phrase may stand in it.
    said: tuple[frozenset[str], ...]
    #: Its position among the documents of its case.
    document: int = 0

    def sentence_at(self, position: int) -> int:
        """Return the number of the sentence a position lies in."""
        return bisect_right(self.starts, position) - 1

    def is_own(self, start: int, end: int) -> bool:
        """Tell whether not all of a stretch is borrowed, as `source` has it."""
        number = self.sentence_at(start)
        sentence = self.sentences[number]
        if start >= sentence.start + sentence.lead and end <= sentence.end and self.text[start] != " ":
            return True
        return self.source(start, end) is not None

    def source(self, start: int, end: int) -> tuple[int, int] | None:
        """Return where a stretch stands in the report, blanks at its ends left out; None if all of it is borrowed."""
        text, origin = self.text, self.origin
        while start < end and (origin[start] < 0 or text[start] == " "):
            start += 1
        while start < end and (origin[end - 1] < 0 or text[end - 1] == " "):
            end -= 1
        return (origin[start], origin[end - 1] + 1) if start < end else None


class _Builder:
    """Collects sentences; the only mutable thing here."""

    def __init__(self, folded: str, text: str) -> None:
        self.folded, self.text = folded, text
        self.parts: list[str] = []
        self.origin: list[int] = []
        self.sentences: list[Sentence] = []
        self.unit = 0
        #: A label that stands alone on its line, for the lines below.
        self.heading = ""

    def add(
        self,
        start: int,
        end: int,
        section: str,
        *,
        lead: str = "",
        regions: frozenset[Region],
        item: bool,
        cell: bool = False,
        label: bool = False,
    ) -> None:
        """Add one sentence of the report with the words it borrows; a row of dashes or bars is none."""
        folded, origin = self.folded, self.origin
        if not cell and not _WORD_SIGN.search(folded, start, end):
            return
        at = len(origin)
        body = folded[start:end]
        if lead:
            origin += [-1] * len(lead)
        if "\n" in body or ":  " in body or "  : " in body:
            for gap in _GAP.finditer(folded, start, end):  # its first character stands for all of it
                origin += range(start, gap.start() + 1)
                start = gap.end()
            body = _GAP.sub(" ", body)
        origin += range(start, end)
        self.sentences.append(Sentence(at, len(origin), self.unit, section, len(lead), regions, item, cell, label))
        origin.append(-1)
        self.parts += (lead, body, "\n")

    def page(self, sections: list[Section]) -> Page:
        """Return what was collected."""
        text = "".join(self.parts)
        starts = tuple([one.start for one in self.sentences])
        words = words_of(text)
        said = words.by_line()
        cuts = tuple([_cuts(text, one, about) for one, about in zip(self.sentences, said, strict=False)])
        return Page(
            self.text,
            self.folded,
            text,
            tuple(self.origin),
            tuple(self.sentences),
            tuple(sections),
            starts,
            cuts,
            words,
            said,
        )


def _cuts(text: str, sentence: Sentence, said: frozenset[str]) -> tuple[tuple[int, int], ...]:
    """Return the boundaries between the clauses of a sentence of which the words are known."""
    if not TURN_WORDS.isdisjoint(said):
        clauses = CLAUSE
    elif not SIGN_WORDS.isdisjoint(said):
        clauses = _SIGN
    else:
        return ()
    return tuple([cut.span() for cut in clauses.finditer(text, sentence.start, sentence.end)])


def lay_out(text: str, patterns: Patterns) -> Page:
    """Divide a report into sections, tables, units and sentences."""
    text = plain(text)
    folded = fold_plain(text)
    laid = in_reading_order(text, folded)
    if laid is not None:
        page = lay_out(laid.text, patterns)
        return replace(
            page,
            plain=text,
            folded=folded,
            origin=tuple(at if at < 0 else laid.origin[at] for at in page.origin),
            sections=tuple(_moved(section, laid.origin) for section in page.sections),
        )
    sections = find_sections(folded, patterns)
    builder = _Builder(folded, text)
    scopes = region_scopes(folded, sections)
    for section in sections:
        for block in _blocks(folded, text, section):
            regions = scope_at(scopes, block.start, section, sections)
            if isinstance(block, Table):
                _add_table(builder, block, section, regions)
            else:
                _add_unit(builder, block, section, regions)
    return builder.page(sections)


def _moved(section: Section, origin: tuple[int, ...]) -> Section:
    start, body = origin[section.start], origin[min(section.body, len(origin) - 1)]
    return replace(section, start=start, body=body, end=max(origin[section.start : section.end], default=start) + 1)


def _blocks(folded: str, text: str, section: Section) -> list[Unit | Table]:
    """Return the tables of a section and the units between them, in order."""
    tables = find_tables(folded, section.body, section.end)
    blocks: list[Unit | Table] = list(tables)
    at = section.body
    for table in [*tables, None]:
        end = table.start if table else section.end
        if folded[at:end].strip():
            blocks += find_units(folded, text, Section(section.kind, at, at, end))
        at = table.end if table else end
    blocks.sort(key=lambda block: block.start)
    return blocks


def _add_unit(builder: _Builder, unit: Unit, section: Section, regions: frozenset[Region]) -> None:
    folded = builder.folded
    if _LEGEND.match(folded, unit.start):
        return
    opening = LEADING_REGION.match(folded, unit.start, unit.end)
    own = regions_named(opening[1]) if opening else regions
    listed = unit.item or _LEVEL_LINE.match(folded, unit.start)
    lead, builder.heading = builder.heading, builder.heading if listed else ""
    matter = lead.rstrip(": ")
    for sentence in find_sentences(folded, builder.text, unit.start, unit.end):
        heading, matter = matter, ""
        headed = headed_cell(folded, *sentence, heading) if heading else None
        if cells := [headed] if headed else dealt_cells(folded, *sentence, heading):
            _add_cells(builder, cells, section, own)
            matter = matter_dealt(folded, *sentence) or heading
            if len(cells) == 1 and sentence[1] >= unit.end:
                builder.heading = f"{matter}: "  # the rows of the other levels may follow
            continue
        for start, end, label in _parts(folded, *sentence):
            alone = label is not None and label.end() == end and start == unit.start
            builder.add(start, end, section.kind, lead="" if label else lead, regions=own, item=unit.item, label=alone)
            if label:
                lead = f"{label[1]}: " if _CARRIED.search(label[1]) else ""
                builder.heading = lead if alone and end == unit.end else ""
    builder.unit += 1


def _parts(folded: str, start: int, end: int) -> Iterator[tuple[int, int, re.Match[str] | None]]:
    """Cut a labelled sentence at semicolons; each part borrows the label ("Cord: oedema at T6; normal at T7").

    Beside each stands the label it has itself.
    """
    label = _LABEL.match(folded, start, end)
    if label and _CARRIED.search(label[1]):
        for part in _PART.finditer(folded, start, end):
            yield *part.span(), _LABEL.match(folded, *part.span())
    else:
        yield start, end, label


def _add_table(builder: _Builder, table: Table, section: Section, regions: frozenset[Region]) -> None:
    for row in table.rows:
        _add_cells(builder, row, section, regions)
        builder.unit += 1


def _add_cells(builder: _Builder, cells: Iterable[Cell], section: Section, regions: frozenset[Region]) -> None:
    for cell in cells:
        spans = [(cell.start, cell.end)] if cell.subject else _sentences(builder, cell)  # "Alignment | Normal. ..."
        for start, end in spans:
            builder.add(start, end, section.kind, lead=_lead(cell), regions=regions, item=True, cell=bool(cell.subject))


def _sentences(builder: _Builder, cell: Cell) -> list[tuple[int, int]]:
    spans = find_sentences(builder.folded, builder.text, cell.start, cell.end)
    return [part.span() for span in spans for part in _PART.finditer(builder.folded, *span)]


def _lead(cell: Cell) -> str:
    return "".join(f"{word}: " for word in (cell.subject, cell.column) if word)
