"""What the templates need beyond the record: the hue of a field, its short name, and the grades to choose from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from extractor.case.precedence import GIVEN
from extractor.record import FieldValue, Lesion
from extractor.render.marks import Piece
from extractor.render.words import field_words, grade_words, open_words
from extractor.values import COMPONENTS, CORD_LEVELS, FIELDS, GRADES, POINTS

if TYPE_CHECKING:
    from jinja2 import Environment

    from extractor.render.html import Paper, Sheet

HERE: Final = Path(__file__).parent
#: What stands after words in the text where the fields are to be named there.
TAGS: Final[dict[str, str]] = {
    "lesion": "lesion",
    "location": "location",
    "pain": "pain",
    "bone_lesion": "bone",
    "alignment": "alignment",
    "collapse": "collapse",
    "posterolateral": "posterolateral",
    "epidural": "epidural",
    "escc": "ESCC",
    "cord_compression": "cord",
    "cord_signal": "signal",
    "paraspinal": "paraspinal",
    "nerve_root": "root",
}
#: The hue of all that is no field of a lesion.
WIDE: Final = "wide"


@dataclass(frozen=True, slots=True)
class Choice:
    """A grade that can be chosen, and whether it is admitted; of a missing field none is shown as chosen."""

    grade: str
    words: str
    points: int | None
    chosen: bool


@cache
def templates() -> Environment:
    """Return what fills the templates of the page."""
    from extractor.render.html import environment

    made = environment(HERE / "templates")
    made.globals |= {
        "choices": choices,
        "tagged": tagged,
        "documents": documents,
        "field_words": field_words,
        "grade_words": grade_words,
        "open_fields": open_fields,
        "settled_fields": settled_fields,
        "TAGS": TAGS,
    }
    made.filters |= {"hue": hue, "open_words": open_words}
    return made


def hue(field: str) -> str:
    """Return the name of a field's hue."""
    return field if field in TAGS else WIDE


def choices(field: str, value: FieldValue) -> list[Choice]:
    """Return the grades of a field in table order."""
    return [
        Choice(
            grade,
            grade_words(field, grade),
            POINTS.get(field, {}).get(grade),
            value.status != "missing" and grade in value.grades,
        )
        for grade in GRADES[field]
    ]


def open_fields(lesion: Lesion) -> list[str]:
    """Return the components of a lesion whose grade can be chosen where they are shown: those that are open."""
    return [name for name in COMPONENTS if name != "location" and lesion.fields[name].status != "stated"]


def settled_fields(lesion: Lesion) -> list[str]:
    """Return all other fields that can be changed; location follows from the level, below the cord there is none."""
    left_out = {"location", *open_fields(lesion)}
    if lesion.level not in CORD_LEVELS:
        left_out.add("cord_signal")
    return [name for name in FIELDS if name not in left_out]


def documents(sheet: Sheet) -> list[Paper]:
    """Return the documents whose texts are shown: all but the grades given by hand, which are told of elsewhere."""
    return [paper for paper, one in zip(sheet.papers, sheet.record.documents, strict=True) if one.kind != GIVEN]


def tagged(pieces: Iterable[Piece]) -> Iterator[tuple[Piece, str]]:
    """Yield pieces with the short names of the fields whose words end there."""
    for piece in pieces:
        end = piece.start + len(piece.text)
        ending = [mark.field for mark in piece.marks if mark.evidence.end == end]
        yield piece, " · ".join(dict.fromkeys(TAGS.get(field, field) for field in ending))
