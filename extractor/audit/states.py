"""The words of the audit: the elements a report may state, and the states an element can be in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

from extractor.values import COMPONENTS

State = Literal["stated", "partial", "missing", "contradictory", "not_applicable"]
#: What an element is counted over: the lesions, the fractures that are no lesion, or the reports.
Unit = Literal["lesion", "fracture", "report"]

STATES: Final[tuple[State, ...]] = get_args(State)
UNITS: Final[tuple[Unit, ...]] = get_args(Unit)
#: Fields outside SINS that are elements of their own.
BEYOND_SINS: Final = ("epidural", "escc", "cord_compression", "cord_signal", "paraspinal", "nerve_root")

LESION_ELEMENTS: Final[tuple[str, ...]] = (
    "category",
    *COMPONENTS,
    "collapse_degree",
    *BEYOND_SINS,
    "conclusion",
    "findings_impression",
    "stated_sins",
    "stated_escc",
)
FRACTURE_ELEMENTS: Final[tuple[str, ...]] = ("fracture_cause",)
REPORT_ELEMENTS: Final[tuple[str, ...]] = ("level", "extent", "leptomeningeal", "intramedullary", "treated_segment")
#: Every element with what it is counted over.
ELEMENTS: Final[dict[str, Unit]] = {
    **dict.fromkeys(LESION_ELEMENTS, "lesion"),
    **dict.fromkeys(FRACTURE_ELEMENTS, "fracture"),
    **dict.fromkeys(REPORT_ELEMENTS, "report"),
}


@dataclass(frozen=True, slots=True)
class ElementState:
    """How one element stands at one level, or (`level` None) in the whole report."""

    level: str | None
    element: str
    state: State
