"""FHIR: DiagnosticReport resources, alone or in a Bundle (R4 and R5 say the same here)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from extractor.archive.report import Refusal, Report
from extractor.archive.sources.checking import checked, keeping, refusal
from extractor.archive.sources.encapsulated import decode_attachment, plain_html
from extractor.archive.sources.selection import Selection
from extractor.errors import ReportError

#: The kinds of an attachment, best first.
_KINDS: Final = ("text/plain", "rtf", "html", "")


def read_resource(data: dict[str, Any], place: str, selection: Selection) -> Iterator[Report | Refusal]:
    """Yield the reports of a resource; other resources of a bundle are no reports and passed over."""
    reports = list(_reports(data))
    if not reports:
        kind = data.get("resourceType")
        named = kind if isinstance(kind, str) and kind.isalnum() else "unknown"
        problem = f"no DiagnosticReport (a resource of type {named}); export DiagnosticReport resources"
        yield refusal(place, f"{place}: {problem}")
    for number, report in enumerate(reports, start=1):
        where = place if len(reports) == 1 else f"{place}, report {number}"
        try:
            text = _text(report, where)
        except ReportError as error:
            yield refusal(where, str(error), name=_id(report))
            continue
        yield checked(_id(report), text, where, keeping(selection.keep, _offered(report)))


def _reports(data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if data.get("resourceType") == "DiagnosticReport":
        yield data
    elif data.get("resourceType") == "Bundle":
        for entry in _list(data, "entry"):
            inner = entry.get("resource")
            if isinstance(inner, dict):
                yield from _reports(inner)


def _id(report: dict[str, Any]) -> str | None:
    identifiers = [one.get("value") for one in _list(report, "identifier")]
    return next((name for name in (report.get("id"), *identifiers) if isinstance(name, str) and name), None)


def _text(report: dict[str, Any], place: str) -> str:
    """Return the report's words: the best attachment, else narrative and conclusion; ReportError for none."""
    forms = _list(report, "presentedForm")
    held = [form for form in forms if isinstance(form.get("data"), str)]
    if held:
        best = min(held, key=_rank)
        return decode_attachment(best["data"], str(best.get("contentType", "")).lower(), "base64", place)
    narrative = report.get("text")
    division = narrative.get("div") if isinstance(narrative, dict) else None
    told = plain_html(division) if isinstance(division, str) else ""
    conclusion = report.get("conclusion")
    if isinstance(conclusion, str) and conclusion.strip() and conclusion.strip() not in told:
        told = f"{told}\n\nIMPRESSION:\n{conclusion}" if told else conclusion
    if told.strip():
        return told
    if forms:
        raise ReportError(f"{place}: its text lies elsewhere (presentedForm.url); export it with the data")
    raise ReportError(f"{place}: no text (presentedForm, text or conclusion); export the report with its text")


def _rank(form: dict[str, Any]) -> int:
    kind = str(form.get("contentType", "")).lower()
    return next(number for number, known in enumerate(_KINDS) if known in kind)


def _offered(report: dict[str, Any]) -> dict[str, str]:
    """Return the values that may be kept."""
    subject = report.get("subject")
    reference = subject.get("reference") if isinstance(subject, dict) else None
    accession = next((one.get("value") for one in _list(report, "identifier")), None)
    have = {"patient_id": reference, "date": report.get("effectiveDateTime"), "accession": accession}
    return {key: value for key, value in have.items() if isinstance(value, str)}


def _list(data: dict[str, Any], key: str) -> list[dict[str, Any]]:
    value = data.get(key)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
