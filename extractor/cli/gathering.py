"""How `sinsight batch` gathers documents into cases and joins facts to them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from extractor.cli.files import say

if TYPE_CHECKING:
    from extractor.archive.cases import Items, Roles
    from extractor.archive.facts import Facts
    from extractor.archive.sources import Found, Meter, Selection

#: So many notes on documents, and rows of facts, are printed; the rest is counted.
_SHOWN: Final = 20

CaseColumn = Annotated[
    str | None,
    typer.Option(
        metavar="NAME", help="The column of cases, whose documents are read together; @folder: a folder is one."
    ),
]
KindColumn = Annotated[
    str | None, typer.Option(metavar="NAME", help="The column of kinds: mri, ct, request, note; else by the words.")
]
DateColumn = Annotated[str | None, typer.Option(metavar="NAME", help="The column of dates; else what the text states.")]
PatientColumn = Annotated[
    str | None, typer.Option(metavar="NAME", help="The column of patients: kept, and a case may have only one.")
]
FactsFile = Annotated[
    Path | None,
    typer.Option("--facts", metavar="FILE", help="A table of values known from elsewhere: id, level, field, grade."),
]


class Notes:
    """What is to be said of single documents: the first are printed as they come, the rest is counted."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, note: str) -> None:
        self.count += 1
        if self.count <= _SHOWN:
            say(note)

    def close(self) -> None:
        """Say how many were not shown."""
        if self.count > _SHOWN:
            say(f"… and {self.count - _SHOWN} more such notes")


def load_facts_file(path: Path | None) -> Facts:
    """Return the facts of a table; BadParameter that names every row and column that cannot be used."""
    from extractor.archive.facts import Facts, load_facts
    from extractor.errors import FactError

    if path is None:
        return Facts()
    try:
        return load_facts(path)
    except FactError as error:
        raise typer.BadParameter(str(error), param_hint="'--facts'") from None


def gathered(
    files: Sequence[Found], selection: Selection, roles: Roles, keep: Sequence[str], facts: Facts, meter: Meter
) -> Items:
    """Return what an archive holds, its documents gathered into cases where a column or the folders say so.

    The sources are looked through beforehand to know how many documents each case has; from standard input, where
    that cannot be, all wait for its end.
    """
    from extractor.archive.cases import count_documents, gather
    from extractor.archive.seen import refuse_repeats
    from extractor.archive.sources import read_sources

    size = None
    if roles.case and all(found.path for found in files):
        size = count_documents(read_sources(files, selection), roles)
    notes = Notes()
    items = refuse_repeats(read_sources(files, selection, meter=meter))
    yield from gather(items, roles, keep=keep, facts=facts, size=size, note=notes)
    notes.close()


def say_left(facts: Facts) -> bool:
    """Say which facts found no report; return whether there are any."""
    left = list(facts.left())
    for line in left[:_SHOWN]:
        say(line)
    if len(left) > _SHOWN:
        say(f"… and {len(left) - _SHOWN} more rows of facts whose id is not known")
    return bool(left)
