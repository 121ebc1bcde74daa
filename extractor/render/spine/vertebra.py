"""What is drawn of one vertebra, as plain values, and how a record gives them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from extractor.record import CanalFinding, Lesion, Record
from extractor.render.words import category_words, grade_words, range_words
from extractor.values import Category, Certainty, levels_between, sort_levels

#: ESCC grades of epidural disease; grade 0 is none.
ESCC: Final = ("1a", "1b", "1c", "2", "3")
_THERE: Final = (("present",), ("abnormal",))


@dataclass(frozen=True, slots=True)
class Vertebra:
    """A vertebra with what is said of it; without a SINS it is no lesion.

    `epidural` holds the ESCC grades still possible of epidural disease that is said to be there.
    """

    level: str
    category: tuple[Category, ...] = ()
    low: int | None = None
    high: int | None = None
    certainty: Certainty = "certain"
    stabilised: bool = False
    epidural: tuple[str, ...] = ()
    cord_compressed: bool = False
    cord_signal: bool = False
    other_fracture: bool = False

    @property
    def lesion(self) -> bool:
        """Tell whether it is a lesion."""
        return self.low is not None

    @property
    def total(self) -> str:
        """Return the SINS as '9' or '9–12', in brackets inside a stabilised span; empty without a lesion."""
        if self.low is None or self.high is None:
            return ""
        said = range_words(self.low, self.high)
        return f"({said})" if self.stabilised else said

    @property
    def sentence(self) -> str:
        """Return all of it in words; empty where nothing is said of it."""
        said = ", ".join(self._said())
        return f"{self.level}: {said}." if said else ""

    def _said(self) -> Iterator[str]:
        if self.lesion:
            yield f"SINS {self.total}"
            yield category_words(self.category)
            if self.certainty != "certain":
                yield f"{self.certainty} lesion"
            if self.stabilised:
                yield "inside a stabilised span"
        if self.epidural:
            yield f"epidural disease, ESCC {' or '.join(grade_words('escc', grade) for grade in self.epidural)}"
        if self.cord_compressed:
            yield "compression of the cord or cauda equina"
        if self.cord_signal:
            yield "abnormal cord signal"
        if self.other_fracture:
            yield "other fracture"


def vertebrae_of(record: Record) -> tuple[Vertebra, ...]:
    """Return each vertebra of which a record has something to draw, from head to tail."""
    findings = record.findings
    lesions = {lesion.level: lesion for lesion in record.lesions}
    canal = (findings.epidural, findings.cord_compression, findings.cord_signal)
    found = {level for finding in canal for level in finding.levels if _found(finding, level)}
    fractures = {fracture.level for fracture in findings.other_fractures}
    return tuple(_vertebra(record, level, lesions.get(level)) for level in sort_levels({*lesions, *fractures, *found}))


def fused_of(record: Record) -> tuple[tuple[str, str], ...]:
    """Return the first and last level of each fused span."""
    fusions = (one.levels for one in record.findings.treatment if one.kind == "fusion" and one.levels)
    ends = ((levels[0], levels[-1]) for levels in map(sort_levels, fusions))
    return tuple(dict.fromkeys(span for span in ends if levels_between(*span)))


def _vertebra(record: Record, level: str, lesion: Lesion | None) -> Vertebra:
    findings = record.findings
    fractured = any(fracture.level == level for fracture in findings.other_fractures)
    if lesion is None:
        return Vertebra(
            level,
            epidural=ESCC if _found(findings.epidural, level) else (),
            cord_compressed=_found(findings.cord_compression, level),
            cord_signal=_found(findings.cord_signal, level),
            other_fracture=fractured,
        )
    grades = {name: value.grades for name, value in lesion.fields.items()}
    return Vertebra(
        level,
        lesion.sins.category,
        lesion.sins.low,
        lesion.sins.high,
        lesion.certainty,
        lesion.stabilised,
        epidural=_epidural(grades["epidural"], grades["escc"]),
        cord_compressed=grades["cord_compression"] == ("present",),
        cord_signal=grades["cord_signal"] == ("abnormal",),
        other_fracture=fractured,
    )


def _found(finding: CanalFinding, level: str) -> bool:
    """Tell whether a canal finding is said to be there at a level."""
    return finding.grades in _THERE and level in finding.levels


def _epidural(present: tuple[str, ...], escc: tuple[str, ...]) -> tuple[str, ...]:
    """Return the ESCC grades that are still possible where there is epidural disease; nothing where it is open."""
    if present != ("present",) and "0" in escc:
        return ()
    return tuple(grade for grade in escc if grade in ESCC)
