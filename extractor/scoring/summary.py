"""The report in one line: the lesion that rules the patient, and the compartments tumour lies in."""

from __future__ import annotations

from collections.abc import Iterable

from extractor.record import Compartment, Lesion, Summary
from extractor.values import level_order


def summarise(lesions: Iterable[Lesion]) -> Summary | None:
    """Return the worst lesion's level and SINS (see `Summary` for the order); None without a lesion."""
    worst = min(lesions, key=_rank, default=None)
    if worst is None:
        return None
    return Summary(worst.level, worst.sins.low, worst.sins.high, worst.sins.category)


def _rank(lesion: Lesion) -> tuple[int, int, int]:
    """Return what sorts the worst lesion first."""
    return -lesion.sins.high, -lesion.sins.low, level_order(lesion.level)


def compartments(
    *, lesion: bool, epidural: bool, leptomeningeal: bool, intramedullary: bool
) -> tuple[Compartment, ...]:
    """Return the compartments in which the report finds tumour, from outside in."""
    found: dict[Compartment, bool] = {
        "extradural": lesion or epidural,
        "intradural_extramedullary": leptomeningeal,
        "intramedullary": intramedullary,
    }
    return tuple(compartment for compartment, present in found.items() if present)
