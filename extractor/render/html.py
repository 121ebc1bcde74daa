"""Records as one self-contained page: each report's text with its evidence highlighted, a spine, a card a lesion."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from extractor.audit.checks import Check, load_checks
from extractor.audit.report import open_items
from extractor.record import Lesion, Record, Sins
from extractor.render.case import DocumentRow, contradiction_words, document_rows, is_case, place_words
from extractor.render.marks import Mark, Piece, pieces
from extractor.render.rows import Row, component_rows, other_rows, report_rows
from extractor.render.words import STABILISED, category_words, distinct, quoted, range_words
from extractor.scoring.sins import category_of
from extractor.values import Category

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

_HERE: Final = Path(__file__).parent
#: The highest SINS.
_MOST: Final = 18


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a card and the key that ties it to its words in the text."""

    key: str
    row: Row


@dataclass(frozen=True, slots=True)
class Card:
    """What is shown of one lesion, of the whole report, or of what is open; `lesion` is None for the last two."""

    title: str
    lesion: Lesion | None
    components: tuple[Line, ...]
    others: tuple[Line, ...]
    remarks: tuple[str, ...] = ()
    #: What ties the card of a lesion to its vertebra in the drawing.
    key: str = ""

    @property
    def lines(self) -> tuple[Line, ...]:
        """Return all its lines."""
        return *self.components, *self.others

    @property
    def words(self) -> str:
        """Return the CSS selector of its words in the text; empty where it has none."""
        return ", ".join(f".{line.key}" for line in self.lines if line.row.evidence)


@dataclass(frozen=True, slots=True)
class Paper:
    """The text of one document, cut at its evidence; `row` says what it is, None where it stands alone."""

    key: str
    pieces: tuple[Piece, ...]
    row: DocumentRow | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One report, or one case, on the page."""

    key: str
    record: Record
    cards: tuple[Card, ...]
    papers: tuple[Paper, ...]
    drawing: Markup

    @property
    def lines(self) -> Iterator[Line]:
        """Yield the lines of all cards."""
        return (line for card in self.cards for line in card.lines)


def render_page(readings: Iterable[tuple[Record, Sequence[str]]], checks: Sequence[Check] | None = None) -> str:
    """Return a page of records, each beside the texts of its documents; all text is escaped.

    Each ends with what is open by the checks (default: those that ship along).
    """
    asked = load_checks() if checks is None else checks
    sheets = [sheet_of(f"r{number}", record, texts, asked) for number, (record, texts) in enumerate(readings, start=1)]
    return environment().get_template("report.html.j2").render(sheets=sheets)


def environment(*folders: Path) -> Environment:
    """Return what fills templates, those of further folders too: all data is escaped, an unknown name is an error."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader([*folders, _HERE]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["cells"] = score_cells
    made.filters |= {
        "quoted": quoted,
        "distinct": distinct,
        "place": lambda evidence, record: place_words(record, evidence),
        "span": lambda sins: range_words(sins.low, sins.high),
        "categories": category_words,
    }
    return made


def score_cells(sins: Sins) -> list[tuple[Category, bool]]:
    """Return for each total from 0 to 18 its category and whether it is still possible."""
    return [(category_of(total), sins.low <= total <= sins.high) for total in range(_MOST + 1)]


def sheet_of(key: str, record: Record, texts: Sequence[str], checks: Sequence[Check]) -> Sheet:
    """Return a report as it is shown: its cards, and its documents' texts cut at the ends of their evidence."""
    numbers = iter(range(1, 1_000_000))

    def lines(rows: Iterable[Row]) -> tuple[Line, ...]:
        return tuple(Line(f"{key}-v{next(numbers)}", row) for row in rows)

    cards = [
        Card(
            title=lesion.level,
            lesion=lesion,
            components=lines(component_rows(lesion)),
            others=lines((_lesion_row(lesion), *other_rows(lesion))),
            remarks=(STABILISED,) if lesion.stabilised else (),
            key=f"{key}-card-{lesion.level}",
        )
        for lesion in record.lesions
    ]
    whole = "Whole case" if is_case(record) else "Whole report"
    said = tuple(contradiction_words(record))
    cards.append(Card(whole, None, (), lines(report_rows(record.findings)), remarks=said))
    if items := open_items(record, checks):
        to_add = tuple(" ".join((item.check.code, item.sentence, item.matters)).rstrip() for item in items)
        cards.append(Card("To add before signing", None, (), (), remarks=to_add))
    marks = [mark for card in cards for mark in _marks(card)]
    return Sheet(key, record, tuple(cards), tuple(_papers(key, record, texts, marks)), _drawing(key, record))


def _papers(key: str, record: Record, texts: Sequence[str], marks: Sequence[Mark]) -> Iterator[Paper]:
    """Yield the text of each document with the marks that lie in it."""
    rows = list(document_rows(record)) if is_case(record) else [None]
    for at, (text, row) in enumerate(zip(texts, rows, strict=True)):
        own = (mark for mark in marks if mark.evidence.document == at)
        yield Paper(f"{key}-d{at}", tuple(pieces(text, own)), row)


def _drawing(key: str, record: Record) -> Markup:
    from extractor.render.spine import fused_of, spine_svg, vertebrae_of

    diffuse = record.findings.diffuse.regions
    return spine_svg(
        vertebrae_of(record), fused=fused_of(record), diffuse=diffuse, prefix=f"{key}-spine", link=f"{key}-card"
    )


def _lesion_row(lesion: Lesion) -> Row:
    return Row("lesion", lesion.certainty, lesion.evidence)


def _marks(card: Card) -> Iterator[Mark]:
    for line in card.lines:
        label = f"{card.title}: {line.row.name}, {line.row.value}"
        for evidence in line.row.evidence:
            yield Mark(line.key, f"{label} (rule {evidence.rule})", evidence, line.row.field)
