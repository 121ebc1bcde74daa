"""What a case's record says of its documents: what each is, what it speaks for, and what contradicts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from extractor.case.precedence import load_precedence
from extractor.record import Contradiction, Document, Record
from extractor.render.words import field_words, quoted
from extractor.values import REGIONS, Evidence

_HISTORY: Final = "pain and symptoms"


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """One document of a case in words."""

    name: str
    kind: str
    date: str
    covers: str
    speaks: str


def is_case(record: Record) -> bool:
    """Tell whether a record is of several documents, so that each quote must name its own."""
    return len(record.documents) > 1


def place_words(record: Record, evidence: Evidence) -> str:
    """Say where words stand: the section, and in a case the document before it."""
    if not is_case(record):
        return evidence.section
    document = record.documents[evidence.document]
    return document.id if document.kind == "given" else f"{document.id}, {evidence.section}"


def document_rows(record: Record) -> Iterator[DocumentRow]:
    """Yield what is known of each document of a case."""
    images = load_precedence().images
    for one in record.documents:
        speaks = "what is set by hand" if one.kind == "given" else "all" if one.kind in images else _HISTORY
        date = "" if one.kind == "given" else one.date or "not dated"
        yield DocumentRow(one.id, _kind(one), date, _covers(one), speaks)


def contradiction_words(record: Record) -> Iterator[str]:
    """Yield a sentence for each contradiction between documents, and for each fact that found no lesion."""
    for one in record.contradictions:
        about = f"{one.level} {field_words(one.field)}" if one.level else field_words(one.field)
        yield f"{about}: {_decision(one, record)}."


def _decision(one: Contradiction, record: Record) -> str:
    names = [record.documents[at].id for at in one.against]
    why = load_precedence().why(one.rule)
    if one.kept is None:
        return f"{' and '.join(names)}: {why}"
    return f"{record.documents[one.kept].id} is believed, not {' nor '.join(names)} ({why})"


def _kind(one: Document) -> str:
    if one.kind == "given":
        return "facts"
    if one.kind_evidence:
        return f"{one.kind}, by {quoted(one.kind_evidence[0])}"
    return one.kind


def _covers(one: Document) -> str:
    if one.kind not in load_precedence().images:
        return ""
    if len(one.regions) == len(REGIONS):
        return "whole spine"
    return ", ".join(one.regions) or "not told"
