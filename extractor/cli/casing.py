"""What `sinsight read` takes of the documents of a case: their kinds and dates, and the facts set by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated, Final

import typer

from extractor.cli.files import source_name

if TYPE_CHECKING:
    from extractor.case.documents import DocumentText
    from extractor.case.facts import Fact

CaseOption = Annotated[bool, typer.Option("--case", help="Read all documents as one patient's, of one time.")]
KindOption = Annotated[
    list[str] | None,
    typer.Option("--kind", metavar="FILE=KIND", help="What a document is: mri, ct, request, note; else by its words."),
]
DateOption = Annotated[
    list[str] | None,
    typer.Option("--date", metavar="FILE=DATE", help="Of when a document is; else the date it states."),
]
SetOption = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="FACT", help="A value known from elsewhere: pain=mechanical, T7.bone_lesion=lytic."),
]


def parse_facts(written: Sequence[str] | None) -> tuple[Fact, ...]:
    """Return the facts of `--set`; BadParameter for one that cannot be, or that another excludes."""
    from extractor.case.facts import check_facts, parse_fact
    from extractor.errors import FactError

    facts = []
    for words in written or ():
        try:
            facts.append(parse_fact(words))
        except FactError as error:
            of = f"the {error.part} of {words!r}" if error.part else repr(words)
            raise typer.BadParameter(f"{of} {error}", param_hint="'--set'") from None
    try:
        return check_facts(facts)
    except FactError as error:
        raise typer.BadParameter(str(error), param_hint="'--set'") from None


def describe_documents(
    sources: Sequence[str], texts: Sequence[str], kinds: Sequence[str] | None, dates: Sequence[str] | None
) -> tuple[DocumentText, ...]:
    """Return the documents of a case with what options say of them; BadParameter for what these cannot say."""
    from extractor.case.documents import DocumentText

    of_kind = _told(sources, kinds, "'--kind'", _kind)
    of_date = _told(sources, dates, "'--date'", _date)
    return tuple(
        DocumentText(source_name(source), text, of_kind.get(source), of_date.get(source))  # type: ignore[arg-type]
        for source, text in zip(sources, texts, strict=True)
    )


def _told(
    sources: Sequence[str], written: Sequence[str] | None, hint: str, parse: Callable[[str], str | None]
) -> dict[str, str]:
    """Return what is told of each source."""
    found: dict[str, str] = {}
    for words in written or ():
        name, equals, value = words.rpartition("=")
        if not equals or name not in sources:
            raise typer.BadParameter(f"{words!r} names none of the documents; write FILE=VALUE", param_hint=hint)
        parsed = parse(value)
        if parsed is None:
            raise typer.BadParameter(f"{value!r} is none; {_REMEDIES[hint]}", param_hint=hint)
        found[name] = parsed
    return found


_REMEDIES: Final = {
    "'--kind'": "give one of mri, ct, request, note",
    "'--date'": "write it as 2024-05-03, as 03/05/2024 could be two days",
}


def _kind(value: str) -> str | None:
    from extractor.case.documents import KINDS

    return value if value in KINDS else None


def _date(value: str) -> str | None:
    from extractor.case.dates import parse_date

    return parse_date(value)
