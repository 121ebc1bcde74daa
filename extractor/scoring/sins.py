"""SINS as interval arithmetic over sets of admitted grades (Fisher et al., Spine 2010;35:E1221)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import lru_cache

from extractor.record import Sins
from extractor.values import CATEGORIES, COMPONENTS, POINTS, Category, in_order, status_of

Admitted = Mapping[str, tuple[str, ...]]


def score_sins(grades: Mapping[str, Collection[str]]) -> Sins:
    """Score the grades each component still admits; a component left out admits all of its grades.

    Raises ValueError naming an unknown component or grade, or a component that admits nothing.
    """
    admitted = admit(grades)
    sins = _scored(*admitted.values())
    return replace(sins, points=dict(sins.points))


@lru_cache(4096)
def _scored(*grades: tuple[str, ...]) -> Sins:
    """Score the grades of all six components; archives repeat few sets of them."""
    admitted = dict(zip(COMPONENTS, grades, strict=True))
    low, high = total_range(admitted)
    category = categories(low, high)
    statuses = {component: status_of(component, admitted[component]) for component in COMPONENTS}
    left = _categories_left(admitted)
    return Sins(
        low=low,
        high=high,
        category=category,
        points={component: points_range(component, admitted[component]) for component in COMPONENTS},
        missing=tuple(component for component in COMPONENTS if statuses[component] == "missing"),
        partial=tuple(component for component in COMPONENTS if statuses[component] == "partial"),
        deciding=_deciding(left, len(category)),
        settling=_settling(left, len(category)),
    )


def admit(grades: Mapping[str, Collection[str]]) -> dict[str, tuple[str, ...]]:
    """Return all six components with their admitted grades in table order; ValueError as in `score_sins`."""
    if unknown := [component for component in grades if component not in POINTS]:
        raise ValueError(f"{unknown[0]!r} is no SINS component; known: {', '.join(COMPONENTS)}")
    return {component: _admitted(component, grades.get(component, POINTS[component])) for component in COMPONENTS}


def _admitted(component: str, grades: Collection[str]) -> tuple[str, ...]:
    admitted = in_order(component, grades)
    if admitted and len(admitted) == len(set(grades)):
        return admitted
    known = ", ".join(POINTS[component])
    if unknown := [grade for grade in grades if grade not in POINTS[component]]:
        raise ValueError(f"{unknown[0]!r} is no grade of {component}; it admits: {known}")
    raise ValueError(f"{component} admits no grade; give at least one of: {known}")


@lru_cache(256)
def points_range(component: str, grades: tuple[str, ...]) -> tuple[int, int]:
    """Return the fewest and the most points among the grades of one component."""
    points = [POINTS[component][grade] for grade in grades]
    return min(points), max(points)


def total_range(admitted: Admitted) -> tuple[int, int]:
    """Return the lowest and the highest total of all six components."""
    ranges = [points_range(component, admitted[component]) for component in COMPONENTS]
    return sum(low for low, _ in ranges), sum(high for _, high in ranges)


def category_of(total: int) -> Category:
    """Return the stability category of a total; ValueError outside 0-18."""
    if not 0 <= total <= 18:
        raise ValueError(f"a SINS total lies in 0-18, not {total}")
    return "stable" if total <= 6 else "indeterminate" if total <= 12 else "unstable"


@lru_cache(512)
def categories(low: int, high: int) -> tuple[Category, ...]:
    """Return the categories of every total from `low` to `high`, in order.

    These are the categories of the totals that can really be reached, too: neighbouring reachable totals
    lie at most 4 points apart (the largest step of any component) and the middle category is 6 wide.
    """
    return CATEGORIES[CATEGORIES.index(category_of(low)) : CATEGORIES.index(category_of(high)) + 1]


def _categories_left(admitted: Admitted) -> dict[str, list[int]]:
    """Return for each open component how many categories each of its grades would leave, if that were stated."""
    low, high = total_range(admitted)
    left: dict[str, list[int]] = {}
    for component in COMPONENTS:
        grades = admitted[component]
        if len(grades) > 1:
            fewest, most = points_range(component, grades)
            points = POINTS[component]
            left[component] = [len(categories(low - fewest + points[one], high - most + points[one])) for one in grades]
    return left


def _deciding(left: Mapping[str, list[int]], now: int) -> tuple[str, ...]:
    """Return the open components of which some admitted grade leaves fewer categories, most narrowing first.

    A component narrows the more, the fewer categories its admitted grades leave on average; on a tie the
    order of the table holds. Empty once the category is settled.
    """
    narrowing = [component for component, counts in left.items() if min(counts) < now]
    return tuple(sorted(narrowing, key=lambda component: sum(left[component]) / len(left[component])))


def _settling(left: Mapping[str, list[int]], now: int) -> tuple[str, ...]:
    """Return the open components of which every admitted grade leaves one category; empty once it is settled."""
    return tuple(component for component, counts in left.items() if max(counts) == 1) if now > 1 else ()
