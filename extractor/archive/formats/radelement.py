"""Codes of RadElement (radelement.org), the common data elements of RSNA and ACR, for what they define of a lesion.

The sets are RDES21 (SINS) and RDES288 (ESCC). A value's code is its element's and its place in the element's list, as
the Open Imaging Finding Model copies it; its places are RadElement's own wherever both are published.
"""

from __future__ import annotations

from typing import Any, Final

SYSTEM: Final = "https://radelement.org"
SINS: Final = {"system": SYSTEM, "code": "RDES21", "display": "Spine Instability Neoplastic Score (SINS)"}

_LEVELS: Final = (
    *(f"T{number}" for number in range(1, 13)),
    *(f"C{number}" for number in range(1, 8)),
    *(f"S{number}" for number in range(1, 5)),
    *(f"L{number}" for number in range(1, 6)),
)
#: Each element: its code, its name, and its values by our grade, as pairs of code and name.
_ELEMENTS: Final[dict[str, tuple[str, str, dict[str, tuple[int, str]]]]] = {
    "level": ("RDE151", "Spinal level", {level: (place, level) for place, level in enumerate(_LEVELS)}),
    "location": (
        "RDE152",
        "Location",
        {
            "rigid": (0, "rigid spine"),
            "semirigid": (1, "semi-rigid spine"),
            "mobile": (2, "mobile spine"),
            "junctional": (3, "junctional spine"),
        },
    ),
    "bone_lesion": (
        "RDE153",
        "Lesion quality",
        {"blastic": (0, "blastic"), "mixed": (1, "mixed"), "lytic": (2, "lytic")},
    ),
    "alignment": (
        "RDE154",
        "Alignment",
        {"normal": (0, "preserved"), "deformity": (1, "deformed"), "subluxation": (2, "subluxated")},
    ),
    "collapse": (
        "RDE155",
        "Collapse",
        {
            "none": (0, "none"),
            "under_50": (1, "less than 50 percent collapse"),
            "over_50": (2, "more than 50 percent collapse"),
            "none_over_50_involved": (3, "no collapse with more 50 percent vertebral body involved"),
        },
    ),
    "posterolateral": (
        "RDE156",
        "Posterior elements",
        {"none": (0, "absent"), "unilateral": (1, "unilateral"), "bilateral": (2, "bilateral")},
    ),
    "escc": (
        "RDE1998",
        "Compression grade",
        {grade: (place, f"grade {grade}") for place, grade in enumerate(("0", "1a", "1b", "1c", "2", "3"))},
    ),
}


def element_concept(field: str) -> dict[str, Any]:
    """Return the FHIR concept of a field; text only where RadElement has no element for it."""
    text = {"text": field.replace("_", " ")}
    if field not in _ELEMENTS:
        return text
    code, name, _ = _ELEMENTS[field]
    return {"coding": [{"system": SYSTEM, "code": code, "display": name}], **text}


def value_concept(field: str, grade: str) -> dict[str, Any]:
    """Return the FHIR concept of a grade; text only where RadElement has no value for it."""
    code, _, values = _ELEMENTS.get(field, ("", "", {}))
    if grade not in values:
        return {"text": grade}
    place, name = values[grade]
    return {"coding": [{"system": SYSTEM, "code": f"{code}.{place}", "display": name}], "text": grade}
