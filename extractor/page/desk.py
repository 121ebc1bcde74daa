"""Reports that were pasted or dropped: they lie in memory for as long as the page runs, and nowhere else."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from extractor.case.documents import DocumentText
from extractor.case.facts import Fact, facts_text
from extractor.case.read import read, read_case
from extractor.errors import ReportError
from extractor.record import Record

#: So many are kept; the one not looked at for longest is forgotten.
_MOST: Final = 20
PASTED: Final = "pasted report"


@dataclass(frozen=True, slots=True)
class Paper:
    """A report on the desk, and the grades that people have given by hand."""

    key: str
    name: str
    text: str
    facts: tuple[Fact, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """Return its documents' texts: the report's, and what is given by hand."""
        return (self.text, facts_text(self.facts)) if self.facts else (self.text,)

    def read(self, patterns: Path | None) -> Record:
        """Return what the report says, before anything is given by hand."""
        return read(self.text, id=self.name, patterns=patterns)

    def read_with_facts(self, alone: Record, patterns: Path | None) -> Record:
        """Return what the report, whose reading alone is known, says together with the grades given."""
        if not self.facts:
            return alone
        document = DocumentText(self.name, self.text, alone.documents[0].kind)
        return read_case((document,), facts=self.facts, id=self.name, patterns=patterns)


class Desk:
    """The reports that were given, by keys that nobody can guess."""

    def __init__(self) -> None:
        self._papers: OrderedDict[str, Paper] = OrderedDict()

    def put(self, name: str, text: str) -> Paper:
        """Lay a report on the desk."""
        paper = Paper(secrets.token_urlsafe(9), name, text)
        self._papers[paper.key] = paper
        while len(self._papers) > _MOST:
            self._papers.popitem(last=False)
        return paper

    def find(self, key: str) -> Paper | None:
        """Return a report; None for one that is forgotten, or never was."""
        if key in self._papers:
            self._papers.move_to_end(key)
        return self._papers.get(key)

    def give(self, key: str, facts: Sequence[Fact]) -> None:
        """Replace the grades given for a report."""
        self._papers[key] = replace(self._papers[key], facts=tuple(facts))

    def drop(self, key: str) -> None:
        """Forget a report."""
        self._papers.pop(key, None)


def text_of_file(name: str, data: bytes, encoding: str) -> str:
    """Return the text of the one report that a file holds, told by its bytes; ReportError for none or several."""
    from extractor.archive.report import Refusal
    from extractor.archive.sources import Selection, read_bytes
    from extractor.textfile import printable

    shown = printable(Path(name).name) or "file"
    items = read_bytes(data, shown, Selection(encoding=encoding))
    first, second = next(items, None), next(items, None)
    if first is None or second is not None:
        count = "no" if first is None else "more than one"
        raise ReportError(f"{shown}: holds {count} report; drop one report, or read an archive with `sinsight batch`")
    if isinstance(first, Refusal):
        raise ReportError(first.message)
    return first.text


def pasted_text(value: str) -> str:
    """Return pasted text as it was before the browser made its line ends those of a form."""
    return value.replace("\r\n", "\n").replace("\r", "\n")
