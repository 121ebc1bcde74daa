"""What puts a case on the worklist: data in `reasons.toml`, the most urgent first."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal

from extractor.values import CORD_LEVELS

SHIPPED: Final = Path(__file__).parent / "reasons.toml"
#: Fields of a reason that are no graded field.
CATEGORY: Final = "category"
SETTLING: Final = "settling"
QUARANTINE: Final = "quarantine"


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason: its stable code, what must be said where, why that is urgent, and where this is written."""

    code: str
    title: str
    field: str
    grades: tuple[str, ...]
    when: Literal["settled", "open", "any"]
    at: Literal["cord", "cauda", "anywhere"]
    urgent: bool
    why: str
    source: str

    def admits(self, grades: tuple[str, ...]) -> bool:
        """Tell whether grades that are still possible are those that count."""
        if not set(grades) & set(self.grades):
            return False
        return self.when == "any" or (set(grades) <= set(self.grades)) == (self.when == "settled")

    def reaches(self, level: str | None) -> bool:
        """Tell whether a level lies where it counts; where no level is named, that is taken to be the cord's."""
        if self.at == "anywhere":
            return True
        return (level is None or level in CORD_LEVELS) == (self.at == "cord")


@cache
def load_reasons() -> tuple[Reason, ...]:
    """Return the reasons, the most urgent first."""
    listed = tomllib.loads(SHIPPED.read_text(encoding="utf-8"))["reason"]
    return tuple(Reason(**{**one, "grades": tuple(one["grades"])}) for one in listed)
