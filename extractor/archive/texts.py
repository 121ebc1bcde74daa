"""The texts of a run that keeps them: written as one, and cut again into the documents of a case."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from extractor.archive.report import Report

if TYPE_CHECKING:
    from extractor.case.documents import DocumentText

#: What stands between the documents of a case where its text is one.
BETWEEN: Final = "\n\n"


def documents_of(report: Report) -> tuple[DocumentText, ...]:
    """Return the documents that a report is read from: its own text, or those of a case."""
    from extractor.case.documents import DocumentText

    return tuple(DocumentText(one.id, one.text, one.kind, one.date) for one in report.documents or (report,))


def text_cells(report: Report) -> dict[str, str]:
    """Return the cells by which a run keeps the text of a report and what is told of its documents."""
    told = [
        {"id": one.id, "kind": one.kind, "date": one.date, "characters": len(one.text)}
        for one in report.documents or (report,)
    ]
    return {"text": report.text, "told": json.dumps(told)}


def documents_of_row(row: Mapping[str, Any]) -> tuple[DocumentText, ...]:
    """Return the documents that the cells of a row keep."""
    from extractor.case.documents import DocumentText

    found, at = [], 0
    for one in json.loads(row["told"]):
        end = at + one["characters"]
        found.append(DocumentText(one["id"], row["text"][at:end], one["kind"], one["date"]))
        at = end + len(BETWEEN)
    return tuple(found)
