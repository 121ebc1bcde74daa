"""Cut a text into pieces at the ends of its evidence, so that overlapping words can all be highlighted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from extractor.values import Evidence


@dataclass(frozen=True, slots=True)
class Mark:
    """Evidence that stands behind a value: `key` names the value on the page, `label` says it to people.

    `field` is what the value is of.
    """

    key: str
    label: str
    evidence: Evidence
    field: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the text and the marks that cover all of it; `opens` where one of them starts."""

    start: int
    text: str
    marks: tuple[Mark, ...] = ()
    opens: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the values these words stand behind, each once."""
        return tuple(dict.fromkeys(mark.key for mark in self.marks))

    @property
    def fields(self) -> tuple[str, ...]:
        """Return the fields these words are of, that of the fewest words first, each once."""
        by_length = sorted(self.marks, key=lambda mark: mark.evidence.end - mark.evidence.start)
        return tuple(dict.fromkeys(mark.field for mark in by_length))

    @property
    def title(self) -> str:
        """Return what these words say, for people who point at them."""
        return "\n".join(dict.fromkeys(mark.label for mark in self.marks))


def pieces(text: str, marks: Iterable[Mark]) -> Iterator[Piece]:
    """Yield pieces that together are the text; a mark that is empty or reaches beyond the text is left out."""
    inside = sorted(
        (mark for mark in marks if 0 <= mark.evidence.start < mark.evidence.end <= len(text)),
        key=lambda mark: (mark.evidence.start, -mark.evidence.end),
    )
    starts = {mark.evidence.start for mark in inside}
    cuts = sorted({0, len(text), *starts, *(mark.evidence.end for mark in inside)})
    covering: list[Mark] = []
    waiting = iter(inside)
    upcoming = next(waiting, None)
    for start, end in pairwise(cuts):
        covering = [mark for mark in covering if mark.evidence.end > start]
        while upcoming is not None and upcoming.evidence.start == start:
            covering.append(upcoming)
            upcoming = next(waiting, None)
        yield Piece(start, text[start:end], tuple(covering), start in starts)
