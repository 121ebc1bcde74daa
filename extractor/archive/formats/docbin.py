"""Reports with their evidence as spans, for spaCy: what `spacy train` reads to train a span categorizer."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Final, cast

from extractor.archive.formats.format import Format
from extractor.archive.formats.spans import Span, spans_of
from extractor.archive.report import Report
from extractor.record import Record

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc, DocBin
    from spacy.tokens import Span as Tokens

#: The key a span categorizer reads its spans from, unless told otherwise.
_KEY: Final = "sc"


def _piece(report: Report, record: Record, day: str) -> bytes:
    """Return a Doc whose spans are widened to whole tokens; its user data hold them as they were read, in order."""
    doc = _tokenizer().make_doc(report.text)
    spans = spans_of(record, report.number)
    doc.spans[_KEY] = [_widened(doc, span) for span in spans]
    doc.user_data = {"id": report.id, "spans": [span.plain() for span in spans]}
    packed = _bin()
    packed.add(doc)
    return packed.to_bytes()


def _widened(doc: Doc, span: Span) -> Tokens:
    # None only for offsets outside the text.
    return cast("Tokens", doc.char_span(span.start, span.end, label=span.label, alignment_mode="expand"))


def _join(pieces: Sequence[bytes]) -> bytes:
    whole = _bin()
    for piece in pieces:
        whole.merge(_bin().from_bytes(piece))
    return whole.to_bytes()


@cache
def _tokenizer() -> Language:
    import spacy

    return spacy.blank("en")


def _bin() -> DocBin:
    from spacy.tokens import DocBin

    return DocBin(attrs=("ORTH",), store_user_data=True)


DOCBIN: Final = Format("docbin", "spacy", _piece, _join, by_document=True)
