"""Which document of a case is believed where two exclude each other: data in `precedence.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

from extractor.case.dates import days_between
from extractor.record import Document, DocumentKind

SHIPPED: Final = Path(__file__).parent / "precedence.toml"
#: What is given by hand, before anything that is read.
GIVEN: Final = "given"
NEWER: Final = "newer"
#: No rule tells: neither is believed over the other, and what each admits stays open.
UNDECIDED: Final = "undecided"
NO_LESION: Final = "no_lesion"


@dataclass(frozen=True, slots=True)
class Preference:
    """The kind of document that is believed about some fields, and why."""

    kind: DocumentKind
    fields: frozenset[str]
    why: str


@dataclass(frozen=True, slots=True)
class Precedence:
    """How many days make a document newer, which kinds read images, and what each is preferred for."""

    days: int
    images: frozenset[str]
    preferences: tuple[Preference, ...]

    def preferred(self, field: str) -> DocumentKind | None:
        """Return the kind that is believed about a field."""
        return next((one.kind for one in self.preferences if field in one.fields), None)

    def why(self, rule: str) -> str:
        """Say in words what a rule that decided between two documents means."""
        said = {
            GIVEN: "given by hand",
            NEWER: "the newer of the two",
            UNDECIDED: "no rule tells which is right, so both stay open",
            NO_LESION: "no document says there is a lesion",
        }
        return said.get(rule) or next(one.why for one in self.preferences if one.kind == rule)

    def strongest_first(self, field: str, documents: Sequence[Document]) -> list[int]:
        """Return the positions of documents, the one to believe first in front."""
        tiers = self._tiers(documents)
        preferred = self.preferred(field)

        def strength(at: int) -> tuple[bool, int, bool, int]:
            one = documents[at]
            newness = date.fromisoformat(one.date).toordinal() if one.date else 0
            return one.kind != GIVEN, tiers[at], one.kind != preferred, -newness

        return sorted(range(len(documents)), key=strength)

    def decided(self, field: str, stronger: Document, weaker: Document) -> str:
        """Return the rule by which the first is believed over the second; `undecided` where none tells."""
        if stronger.kind == GIVEN:
            return GIVEN
        dated = stronger.date is not None and weaker.date is not None
        if dated and stronger.date != weaker.date and days_between(stronger.date or "", weaker.date or "") > self.days:
            return NEWER
        preferred = self.preferred(field)
        if preferred is not None and stronger.kind == preferred != weaker.kind:
            return preferred
        return NEWER if dated and stronger.date != weaker.date else UNDECIDED

    def _tiers(self, documents: Sequence[Document]) -> list[int]:
        """Return the age of each document: 0 within `days` of the newest, 1 of the newest of the rest, and so on.

        One without a date is taken to be of the newest time.
        """
        tiers = [0] * len(documents)
        left = sorted((one.date, at) for at, one in enumerate(documents) if one.date is not None)
        for tier in range(len(left)):
            if not left:
                break
            newest = left[-1][0]
            for when, at in [one for one in left if days_between(newest, one[0]) <= self.days]:
                tiers[at] = tier
                left.remove((when, at))
        return tiers


@cache
def load_precedence() -> Precedence:
    """Return the precedence that ships along."""
    data = tomllib.loads(SHIPPED.read_text(encoding="utf-8"))
    return Precedence(
        days=data["days"],
        images=frozenset(kind for kind, speaks in data["kinds"].items() if speaks == "images"),
        preferences=tuple(Preference(one["kind"], frozenset(one["fields"]), one["why"]) for one in data["prefer"]),
    )
