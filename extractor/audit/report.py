"""One report: what is open by the checks, what matters first, and the draft of an addendum."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from extractor.audit.checks import Check
from extractor.audit.elements import element_states
from extractor.audit.states import ElementState, State
from extractor.record import Lesion, Record
from extractor.render.words import levels_words

#: The SINS component an element tells of, where it is called otherwise.
_COMPONENT: Final = {"collapse_degree": "collapse"}


@dataclass(frozen=True, slots=True)
class Item:
    """One open item of a report, and the levels it is open at (none: the whole report)."""

    check: Check
    state: State
    levels: tuple[str, ...] = ()
    #: Levels whose stability category it settles alone, and levels whose category it could narrow.
    settles: tuple[str, ...] = ()
    narrows: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """Return the item as a neutral sentence; it states no finding."""
        said = self.check.sentence(self.state)
        return f"{levels_words(self.levels)}: {said}" if self.levels else said

    @property
    def matters(self) -> str:
        """Say what hangs on it beyond the item itself; empty where nothing does."""
        said = [f"Settles the SINS category at {levels_words(self.settles)} alone."] if self.settles else []
        if self.narrows:
            said.append(f"Could narrow the SINS category at {levels_words(self.narrows)}.")
        return " ".join(said)


def open_items(record: Record, checks: Sequence[Check]) -> tuple[Item, ...]:
    """Return what is open: first what settles a category alone, then what narrows one, then in the checks' order."""
    groups: dict[tuple[str, State], list[tuple[Check, ElementState]]] = {}
    for check, found in _open_states(element_states(record), checks):
        groups.setdefault((check.code, found.state), []).append((check, found))
    items = (_item(group[0][0], [found for _, found in group], record) for group in groups.values())
    return tuple(sorted(items, key=lambda item: (-len(item.settles), -len(item.narrows))))


def addendum(items: Sequence[Item]) -> str:
    """Return a draft that names the open items and nothing else; empty where nothing is open."""
    if not items:
        return ""
    lines = (f"- {item.sentence}" for item in items)
    return "\n".join(("ADDENDUM (draft)", "Not settled by the report as written:", *lines)) + "\n"


def _open_states(states: Sequence[ElementState], checks: Sequence[Check]) -> Iterator[tuple[Check, ElementState]]:
    """Yield each open state with its check, without those that another open check covers at the same level."""
    found = [
        (check, state)
        for check in checks
        for state in states
        if state.element == check.element and state.state in check.open
    ]
    covered = {(code, state.level) for check, state in found for code in check.covers}
    return ((check, state) for check, state in found if (check.code, state.level) not in covered)


def _item(check: Check, found: Sequence[ElementState], record: Record) -> Item:
    levels = tuple(state.level for state in found if state.level is not None)
    lesions = [lesion for lesion in record.lesions if lesion.level in levels and check.unit == "lesion"]
    component = _COMPONENT.get(check.element, check.element)
    return Item(
        check,
        found[0].state,
        levels,
        settles=_levels(lesion for lesion in lesions if component in lesion.sins.settling),
        narrows=_levels(
            lesion for lesion in lesions if component in lesion.sins.deciding and component not in lesion.sins.settling
        ),
    )


def _levels(lesions: Iterator[Lesion]) -> tuple[str, ...]:
    return tuple(lesion.level for lesion in lesions)
