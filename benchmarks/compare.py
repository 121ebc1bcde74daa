"""All systems over the same reports, in turns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from statistics import median
from typing import Any, Final

from benchmarks.figures import ratio
from benchmarks.reports import mean_length, usual_reports, varied
from benchmarks.systems import OURS, STOCK, SYSTEMS, System
from benchmarks.systems.terms import field_rules, rules, whole
from benchmarks.worker import Timed, Timing, started

_ROUNDS: Final = 7
#: A turn takes at least so many seconds, so that the clock's grain does not count.
_LEAST: Final = 0.3
_QUICK_REPORTS: Final = 10
_QUICK_ROUNDS: Final = 5


def compare(say: Callable[[str], None], *, quick: bool) -> dict[str, Any]:
    """Time every system that is installed, each in a process of its own.

    Each has read all reports once before; each round has other reports, the same for all, and begins with another.
    """
    reports = usual_reports(_QUICK_REPORTS if quick else None)
    rounds = _QUICK_ROUNDS if quick else _ROUNDS
    here = [system for system in SYSTEMS if system.here]
    for system in SYSTEMS:
        if not system.here:
            say(f"{system.label}: left out; `pip install {system.needs}` brings it")
    with ExitStack() as stack:
        seats = {system.name: stack.enter_context(started(system)) for system in here}
        first = {}
        for name, timed in seats.items():
            say(f"{name}: loads, and reads each report once")
            first[name] = timed(reports, 0)
        turns = [_round(seats, reports[number::rounds], number, say) for number in range(rounds)]
    return {
        "reports": len(reports),
        "characters": mean_length(reports),
        "rounds": rounds,
        "rules": {"all": len(field_rules()), "context": len(rules().of("context"))}
        | {"whole": sum(map(whole, field_rules()))},
        "systems": [_result(system, first, turns) for system in here],
    }


def _round(
    seats: dict[str, Timed], reports: Sequence[str], number: int, say: Callable[[str], None]
) -> dict[str, Timing]:
    """Let every system read the same reports, each round beginning with the next one."""
    texts = [varied(text, number + 1) for text in reports]
    names = list(seats)
    at = number % len(names)
    done = {name: seats[name](texts, _LEAST) for name in names[at:] + names[:at]}
    say(f"round {number + 1}: " + ", ".join(f"{name} {done[name].rate:.1f}/s" for name in names))
    return done


def _result(system: System, first: dict[str, Timing], turns: Sequence[dict[str, Timing]]) -> dict[str, Any]:
    rates = [turn[system.name].rate for turn in turns]
    of_ours = ratio([turn[OURS].rate for turn in turns], rates)
    return {
        "name": system.name,
        "label": system.label,
        "does": system.does,
        "regexes": system.regexes,
        "found": round(first[system.name].found / first[system.name].reports, 1),
        "rates": [round(rate, 2) for rate in rates],
        "median": round(median(rates), 2),
        "of_ours": {"value": of_ours.value, "low": of_ours.low, "high": of_ours.high},
    }


def headline(result: dict[str, Any]) -> str:
    """Return the two figures that count in one line."""
    by_name = {one["name"]: one for one in result["systems"]}
    times = by_name[STOCK]["of_ours"]["value"]
    return f"sinsight reads {by_name[OURS]['median']:.0f} reports/s per core, {times:.0f} times stock medspaCy"
