"""What the reports of a run were read from: their texts, where the run keeps them or its sources still have them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from extractor.archive.cases import Roles, gather
from extractor.archive.facts import Facts
from extractor.archive.report import Report, text_digest
from extractor.archive.seen import refuse_repeats
from extractor.archive.texts import BETWEEN, documents_of
from extractor.case.documents import DocumentText
from extractor.case.facts import Fact, facts_text

#: The documents of each report or case, by its id.
Documents = Mapping[str, tuple[DocumentText, ...]]


@dataclass(frozen=True, slots=True)
class Origin:
    """The documents of a report or a case, none where their texts are not known, and the facts given by hand."""

    documents: tuple[DocumentText, ...] = ()
    facts: tuple[Fact, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """Return the texts of the documents of its record, the last of which may be the facts."""
        given = (facts_text(self.facts),) if self.facts else ()
        return (*(one.text for one in self.documents), *given) if self.documents else ()

    def checked(self, digest: str) -> Origin:
        """Return it where its text is the one of a digest, else without texts."""
        same = text_digest(BETWEEN.join(one.text for one in self.documents)) == digest
        return self if same else Origin((), self.facts)


def from_sources(sources: Sequence[str], manifest: Mapping[str, Any], digests: Mapping[str, str]) -> Documents:
    """Return the documents of sources that are those a run has read, gathered into cases as it was told."""
    from extractor.archive.sources import Selection, find_files, read_sources

    roles = Roles.of(manifest)
    selection = Selection(
        manifest.get("id_column"), manifest.get("text_column"), roles.columns, manifest.get("encoding") or "utf-8"
    )
    read = refuse_repeats(read_sources(find_files(list(sources)), selection))
    # What is wrong with single documents was said when the run was made.
    items = gather(read, roles, keep=(), facts=Facts(), size=None, note=lambda _: None)
    return {
        item.id: documents_of(item)
        for item in items
        if isinstance(item, Report) and digests.get(item.id) == text_digest(item.text)
    }
