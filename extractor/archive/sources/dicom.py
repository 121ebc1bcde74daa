"""DICOM structured reports (Basic Text SR and the richer ones): the text of their content tree."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any, Final

from extractor.archive.report import Refusal, Report
from extractor.archive.sources.checking import checked, keeping
from extractor.archive.sources.extras import needed
from extractor.archive.sources.opening import Source, read_whole
from extractor.archive.sources.selection import Selection
from extractor.errors import ReportError

#: What pydicom warns of where it would put other characters in the place of some.
_UNDECODED: Final = "Failed to decode byte string|Unknown encoding"


def read_dicom(source: Source, selection: Selection) -> Iterator[Report | Refusal]:
    """Yield the report of a DICOM file: texts under the names of their concepts, codes and numbers beside theirs."""
    pydicom = needed("pydicom", source.name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # they quote values
        warnings.filterwarnings("error", _UNDECODED)
        report = _report(pydicom, source, selection)
    yield report


def _report(pydicom: Any, source: Source, selection: Selection) -> Report | Refusal:
    try:
        data = pydicom.dcmread(read_whole(source), stop_before_pixels=True)
        content = list(data.get("ContentSequence") or ())
        text = "\n".join(line for item in content for line in _lines(item))
    except (pydicom.errors.InvalidDicomError, ValueError, LookupError, EOFError, AttributeError) as error:
        raise ReportError(f"{source.name}: broken DICOM file ({type(error).__name__}); export it again") from None
    except UserWarning:
        raise ReportError(f"{source.name}: its text is not in the character set it names; export it again") from None
    if not content:
        kind = str(data.get("Modality", "") or "unknown")
        said = kind if kind.isalnum() else "unknown"
        raise ReportError(f"{source.name}: no structured report (modality {said}); export reports, not images")
    name = _value(data, "AccessionNumber") or _value(data, "SOPInstanceUID")
    have = {"patient_id": _value(data, "PatientID"), "date": _value(data, "StudyDate")}
    have["accession"] = _value(data, "AccessionNumber")
    return checked(name, text, source.name, keeping(selection.keep, have))


def _lines(item: Any) -> Iterator[str]:
    """Yield the lines of an item of the content tree and of the items below it."""
    concept = _meaning(item.get("ConceptNameCodeSequence"))
    kind = item.get("ValueType")
    if kind == "TEXT":
        yield from ([f"{concept}:"] if concept else [])
        yield str(item.TextValue).replace("\r\n", "\n").replace("\r", "\n")
    elif kind == "CODE":
        yield f"{concept}: {_meaning(item.get('ConceptCodeSequence'))}"
    elif kind == "NUM" and item.get("MeasuredValueSequence"):
        measured = item.MeasuredValueSequence[0]
        unit = _meaning(measured.get("MeasurementUnitsCodeSequence"))
        yield f"{concept}: {measured.NumericValue} {unit}".rstrip()
    elif kind == "CONTAINER" and concept and not _same_as_child(item, concept):
        yield f"{concept}:"
    for inner in item.get("ContentSequence") or ():
        if inner.get("RelationshipType") != "HAS CONCEPT MOD":
            yield from _lines(inner)


def _same_as_child(item: Any, concept: str) -> bool:
    """Tell whether the first text below has the container's own name, as Finding below Findings."""
    children = [inner for inner in item.get("ContentSequence") or () if inner.get("ValueType") == "TEXT"]
    first = _meaning(children[0].get("ConceptNameCodeSequence")) if children else ""
    return first.casefold().rstrip("s") == concept.casefold().rstrip("s")


def _meaning(sequence: Any) -> str:
    return str(sequence[0].get("CodeMeaning", "") or "").strip() if sequence else ""


def _value(data: Any, name: str) -> str:
    return str(data.get(name, "") or "").strip()
