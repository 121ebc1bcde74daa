"""Turn an id and a text into a report, or say why they are none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from extractor.archive.report import Refusal, Report, Stage, text_digest
from extractor.errors import ReportError
from extractor.textfile import check_report


def checked(name: str | None, text: str, place: str, kept: Mapping[str, str]) -> Report | Refusal:
    """Return the report, or the refusal of an id or a text that cannot be used."""
    if not name or not name.strip() or not name.isprintable():
        problem = "the id is empty or holds characters that cannot be printed; give a plain one"
        return refusal(place, f"{place}: {problem}", stage="id", text=text)
    try:
        check_report(text, name=place)
    except ReportError as error:
        return refusal(place, str(error), name=name, text=text)
    return Report(name, text, place, kept)


def refusal(
    place: str,
    message: str,
    *,
    error: str = "ReportError",
    stage: Stage = "source",
    name: str | None = None,
    text: str | None = None,
) -> Refusal:
    """Return the refusal of what stands at a place."""
    return Refusal(place, stage, error, message, name, text_digest(text) if text else None)


def keeping(wanted: Sequence[str], have: Mapping[str, str]) -> dict[str, str]:
    """Return the values to keep; what a source does not have is empty."""
    return {name: have.get(name, "") for name in wanted}
