"""Records as one self-contained page: each report's text with its evidence highlighted, and a card a lesion."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from extractor.audit.checks import Check, load_checks
from extractor.audit.report import open_items
from extractor.record import Lesion, Record, Sins
from extractor.render.marks import Mark, Piece, pieces
from extractor.render.rows import Row, component_rows, other_rows, report_rows
from extractor.render.words import STABILISED, category_words, distinct, quoted, range_words
from extractor.scoring.sins import category_of
from extractor.values import Category

if TYPE_CHECKING:
    from jinja2 import Environment

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


@dataclass(frozen=True, slots=True)
class Sheet:
    """One report on the page."""

    key: str
    record: Record
    cards: tuple[Card, ...]
    pieces: tuple[Piece, ...]

    @property
    def lines(self) -> Iterator[Line]:
        """Yield the lines of all cards."""
        return (line for card in self.cards for line in (*card.components, *card.others))


def render_page(readings: Iterable[tuple[Record, str]], checks: Sequence[Check] | None = None) -> str:
    """Return a page of records, each beside the text it was read from; all text is escaped.

    Each ends with what is open by the checks (default: those that ship along).
    """
    asked = load_checks() if checks is None else checks
    sheets = [sheet_of(f"r{number}", record, text, asked) for number, (record, text) in enumerate(readings, start=1)]
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
        "span": lambda sins: range_words(sins.low, sins.high),
        "categories": category_words,
    }
    return made


def score_cells(sins: Sins) -> list[tuple[Category, bool]]:
    """Return for each total from 0 to 18 its category and whether it is still possible."""
    return [(category_of(total), sins.low <= total <= sins.high) for total in range(_MOST + 1)]


def sheet_of(key: str, record: Record, text: str, checks: Sequence[Check]) -> Sheet:
    """Return a report as it is shown: its cards, and its text cut at the ends of its evidence."""
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
        )
        for lesion in record.lesions
    ]
    cards.append(Card("Whole report", None, (), lines(report_rows(record.findings))))
    if items := open_items(record, checks):
        said = tuple(" ".join((item.check.code, item.sentence, item.matters)).rstrip() for item in items)
        cards.append(Card("To add before signing", None, (), (), remarks=said))
    marks = (mark for card in cards for mark in _marks(card))
    return Sheet(key, record, tuple(cards), tuple(pieces(text, marks)))


def _lesion_row(lesion: Lesion) -> Row:
    return Row("lesion", lesion.certainty, lesion.evidence)


def _marks(card: Card) -> Iterator[Mark]:
    for line in (*card.components, *card.others):
        label = f"{card.title}: {line.row.name}, {line.row.value}"
        for evidence in line.row.evidence:
            if evidence.document == 0:  # others quote documents that are not shown, such as grades given by hand
                yield Mark(line.key, f"{label} (rule {evidence.rule})", evidence, line.row.field)
