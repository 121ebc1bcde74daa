"""The tables a run writes, column by column: names, types and meaning."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final, Literal

from extractor.values import COMPONENTS, FIELDS, SYMPTOMS

if TYPE_CHECKING:
    import pyarrow as pa

Type = Literal["text", "whole", "yes_no"]
Table = Literal["reports", "lesions", "evidence", "audit", "quarantine"]

TABLES: Final[tuple[Table, ...]] = ("reports", "lesions", "evidence", "audit", "quarantine")
#: What stands between several values in one cell; `pain` of "mechanical|occasional" admits both.
BAR: Final = "|"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, the type of its cells and what they say. A cell is empty where the report is silent."""

    name: str
    type: Type
    about: str


def _text(name: str, about: str) -> Column:
    return Column(name, "text", about)


#: The columns that reports have beside these in a run with texts.
TEXTS: Final = (
    _text("text", "its text; of a case, that of its documents, one below the other"),
    _text("told", "what its source tells of each document, as JSON: id, kind, date, and the length of its text"),
)


@cache
def columns(table: Table) -> tuple[Column, ...]:
    """Return the columns of a table, without those that are kept from the source."""
    return tuple(_COLUMNS[table]())


def arrow_schema(table: Table, kept: tuple[str, ...] = (), *, with_text: bool = False) -> pa.Schema:
    """Return the Arrow schema of a table; behind its own come the columns kept from the source, and those of texts."""
    import pyarrow as pa

    types = {"text": pa.string(), "whole": pa.int64(), "yes_no": pa.bool_()}
    own = [pa.field(column.name, types[column.type], nullable=True) for column in columns(table)]
    texts = [column.name for column in TEXTS] if with_text and table == "reports" else []
    return pa.schema([*own, *(pa.field(name, pa.string()) for name in (*kept_names(table, kept), *texts))])


@cache
def kept_names(table: Table, kept: tuple[str, ...]) -> tuple[str, ...]:
    """Return what kept columns are called in a table: by their own name, or `source_…` where a table uses that."""
    if table not in KEEPING:
        return ()
    taken = {column.name for each in KEEPING for column in (*columns(each), *TEXTS)}
    return tuple(f"source_{name}" if name in taken else name for name in kept)


#: The tables that hold the columns kept from the source.
KEEPING: Final[tuple[Table, ...]] = ("reports", "lesions")


def _whole(name: str, about: str) -> Column:
    return Column(name, "whole", about)


def _yes_no(name: str, about: str) -> Column:
    return Column(name, "yes_no", about)


def _reports() -> Iterator[Column]:
    yield _text("id", "the report's id, as the source gives it")
    yield _text("place", "where it stood: file, and row or message")
    yield _text("digest", "SHA-256 of its text")
    yield _whole("characters", "length of its text")
    yield _yes_no("spine", "whether it speaks of the spine at all")
    yield _whole("lesions", "number of lesions")
    yield _text("worst_level", "the lesion with the highest possible SINS")
    yield _whole("sins_low", "lowest SINS the worst lesion may have")
    yield _whole("sins_high", "highest SINS the worst lesion may have")
    yield _text("category", "stability categories the worst lesion may have")
    yield _text("pain", "pain the history admits")
    for symptom in SYMPTOMS:
        yield _text(symptom, f"{symptom.replace('_', ' ')}: present or absent")
    yield _text("leptomeningeal", "leptomeningeal disease: present or absent")
    yield _text("intramedullary", "intramedullary disease: present or absent")
    yield _text("tomita", "Tomita types the report admits")
    yield _text("diffuse", "regions of disease given without a level")
    yield _text("compartments", "compartments of the canal that are involved")
    for finding in ("epidural", "cord_compression", "cord_signal"):
        yield _text(finding, f"{finding.replace('_', ' ')} anywhere")
        yield _text(f"{finding}_levels", "the levels it is stated at")
    yield _text("other_fractures", "collapsed vertebrae that are no lesion, as LEVEL:CAUSE")
    yield _text("treatment", "treatments, as KIND:FIRST-LAST or KIND")
    yield _text("stated_sins", "SINS as the report states it, as LEVEL:TOTAL:CATEGORY")
    yield _whole("documents", "how many documents it is read from; more than one make a case")
    yield _text("exam_kinds", "what they are: mri, ct, request, note, given")
    yield _text("exam_date", "the date of the newest, as given or as it states")
    yield _text("exam_regions", "the regions the examinations cover; empty where a title does not say")
    yield _text("contradictions", "where documents exclude each other, as LEVEL:FIELD:KIND BELIEVED:RULE")
    yield _text(
        "changes", "what it says of change since an earlier examination, as LEVEL:KIND, REGION:KIND or all:KIND"
    )
    yield _text("facts", "values given by hand, as LEVEL.FIELD=GRADE or FIELD=GRADE; several grades joined by +")
    yield _text("engine", "what read it: name and version")
    yield _text("patterns", "SHA-256 of the pattern files")


def _lesions() -> Iterator[Column]:
    yield _text("id", "the report's id")
    yield _text("level", "the vertebra: C1-C7, T1-T13, L1-L6, S1-S5, sacrum")
    yield _text("certainty", "certain, probable or possible")
    yield _yes_no("stabilised", "inside a fused span, where SINS is not validated")
    for field in FIELDS:
        yield _text(field, "the grades the report admits; empty where it is silent")
        yield _text(f"{field}_status", "stated, partial or missing")
        yield _yes_no(f"{field}_conflict", "whether the report contradicts itself")
    for component in COMPONENTS:
        yield _whole(f"{component}_low", "lowest points")
        yield _whole(f"{component}_high", "highest points")
    yield _whole("sins_low", "lowest SINS, 0 to 18")
    yield _whole("sins_high", "highest SINS, 0 to 18")
    yield _text("category", "stable, indeterminate, unstable: those still possible")
    yield _text("missing", "components the report is silent about")
    yield _text("partial", "components it leaves partly open")
    yield _text("deciding", "open components that could narrow the category, the most narrowing first")
    yield _text("settling", "open components that would settle it alone")


def _evidence() -> Iterator[Column]:
    yield _text("id", "the report's id")
    yield _text("document", "the document whose words these are; the report's own id where it stands alone")
    yield _text("level", "the levels it is about; empty where none is named, and for what is said of the whole report")
    yield _text("field", "the field it supports; `lesion` for what makes it a lesion")
    yield _text("grades", "the grades of that field, all its words taken together")
    yield _whole("start", "where the words begin, in characters of the report's text")
    yield _whole("end", "where they end: text[start:end] is `text`")
    yield _text("text", "the words")
    yield _text("section", "the section they stand in")
    yield _text("rule", "the rule that read them")
    yield _text("via", "how they were linked to the level")
    yield _yes_no("denied", "whether they are denied")
    yield _yes_no("hedged", "whether they are hedged")


def _audit() -> Iterator[Column]:
    yield _text("id", "the report's id")
    yield _text("level", "the lesion, or the fracture that is none; empty for what is said of the whole report")
    yield _text("element", "what a report may be asked for; `sinsight audit --list` tells more")
    yield _text("state", "stated, partial, missing, contradictory or not_applicable")


def _quarantine() -> Iterator[Column]:
    yield _text("id", "the report's id, where it has one")
    yield _text("place", "where it stood: file, and row or message")
    yield _text("stage", "source, id, duplicate, case, read, timeout or crash")
    yield _text("error", "the class of the error")
    yield _text("digest", "SHA-256 of its text, where there was one")
    yield _text("message", "what is wrong and the remedy; never a word of the text")


_COLUMNS: Final = {
    "reports": _reports,
    "lesions": _lesions,
    "evidence": _evidence,
    "audit": _audit,
    "quarantine": _quarantine,
}
