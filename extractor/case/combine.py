"""Intersect what the documents of a case admit, field by field; where two exclude each other, one is believed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from extractor.case.precedence import UNDECIDED, Precedence
from extractor.record import Contradiction, Document, FieldValue, unsaid
from extractor.values import Status, grades_of


@dataclass(slots=True)
class Ledger:
    """The documents of a case, which of them is believed, and the contradictions met so far."""

    documents: Sequence[Document]
    precedence: Precedence
    contradictions: list[Contradiction] = field(default_factory=list)

    def combine(self, level: str | None, name: str, values: Mapping[int, FieldValue]) -> FieldValue:
        """Return what remains of a field when each document, by its position, has said its own.

        A document that does not agree with one to be believed before it is left out, and noted; where no rule tells
        which of two is right, what either admits stays open. All words are kept as evidence.
        """
        said = [at for at, value in values.items() if _says(value)]
        if len(said) < 2:
            return values[said[0]] if said else unsaid(name)
        saying = [at for at in self.precedence.strongest_first(name, self.documents) if at in said]
        held = set(values[saying[0]].grades)
        believed = [saying[0]]
        conflict = any(values[at].conflict for at in saying)
        for at in saying[1:]:
            grades = set(values[at].grades)
            if held & grades:
                held &= grades
                believed.append(at)
                continue
            conflict = True
            kept = next((one for one in believed if not set(values[one].grades) & grades), believed[0])
            rule = self.precedence.decided(name, self.documents[kept], self.documents[at])
            self._note(level, name, kept, at, rule)
            if rule == UNDECIDED:
                held |= grades
        return _value(name, held, conflict, (values[at] for at in sorted(saying)))

    def unheard(self) -> Ledger:
        """Return a ledger of the same documents whose contradictions are not kept, as they are noted already."""
        return Ledger(self.documents, self.precedence)

    def _note(self, level: str | None, name: str, kept: int, against: int, rule: str) -> None:
        named = Contradiction(level, name, None, (kept, against), rule)
        decided = Contradiction(level, name, kept, (against,), rule)
        self.contradictions.append(named if rule == UNDECIDED else decided)


def _says(value: FieldValue) -> bool:
    return value.status != "missing" or value.conflict


def _value(name: str, grades: set[str], conflict: bool, values: Iterable[FieldValue]) -> FieldValue:
    evidence = tuple(dict.fromkeys(one for value in values for one in value.evidence))
    ordered = tuple(grade for grade in grades_of(name) if grade in grades)
    status: Status = "stated" if len(ordered) == 1 else "missing" if len(ordered) == len(grades_of(name)) else "partial"
    return FieldValue(ordered, status, conflict, evidence)
