"""Tomita types still admitted (Tomita et al., Spine 2001;26:298; reading rules, section 7)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import cast

from extractor.record import Presence, Tomita
from extractor.values import levels_between, sort_levels

#: Body; and pedicle; and lamina or whole vertebra; epidural; paravertebral.
_SINGLE = frozenset({1, 2, 3, 4, 5})
_ADJACENT = frozenset({6})
_SEPARATE = frozenset({7})


@dataclass(frozen=True, slots=True)
class Extent:
    """What is said of the extent of a single lesion; None and False where nothing is said."""

    paraspinal: Presence | None = None
    epidural: Presence | None = None
    pedicle: bool = False
    #: The lamina or the whole vertebra is involved.
    lamina: bool = False
    #: Called confined to the vertebral body.
    confined: bool = False
    #: `posterolateral` is none.
    posterolateral_spared: bool = False


def extent_of(grades: Mapping[str, Collection[str]], *, lamina: bool = False) -> Extent:
    """Return the extent of a lesion whose fields admit these grades."""
    posterolateral = grades["posterolateral"]
    return Extent(
        paraspinal=_settled(grades["paraspinal"]),
        epidural=_settled(grades["epidural"]),
        pedicle="none" not in posterolateral,
        lamina=lamina,
        posterolateral_spared=set(posterolateral) == {"none"},
    )


def tomita_types(levels: Collection[str], *, diffuse: bool = False, extent: Extent | None = None) -> Tomita:
    """Return the types the lesions at `levels` admit; none without a lesion, `extent` counts for a single one."""
    ordered = sort_levels(levels)
    if not ordered:
        return Tomita(())
    if diffuse or (len(ordered) > 1 and not _adjacent(ordered)):
        types = _SEPARATE
    else:
        types = _ADJACENT if len(ordered) > 1 else _single(extent or Extent())
    return Tomita(tuple(sorted(types)))


def _settled(grades: Collection[str]) -> Presence | None:
    return cast(Presence, next(iter(grades))) if len(grades) == 1 else None


def _adjacent(ordered: tuple[str, ...]) -> bool:
    """Tell whether lesions are two or three neighbours; a `sacrum` without segment neighbours nothing."""
    if len(ordered) > 3 or "sacrum" in ordered:
        return False
    return set(levels_between(ordered[0], ordered[-1])) <= set(ordered)


def _single(extent: Extent) -> frozenset[int]:
    if extent.paraspinal == "present":
        return frozenset({5})
    return _SINGLE - _beside(extent) - _within(extent)


def _beside(extent: Extent) -> frozenset[int]:
    """Return the types ruled out by what is said of the canal and the soft tissue beside the spine."""
    paraspinal = frozenset({5}) if extent.paraspinal == "absent" else frozenset()
    epidural = {"present": frozenset({1, 2, 3}), "absent": frozenset({4}), None: frozenset()}
    return paraspinal | epidural[extent.epidural]


def _within(extent: Extent) -> frozenset[int]:
    """Return the types ruled out by the parts of the vertebra named; a part involved outweighs a body-only extent."""
    if extent.lamina:
        return frozenset({1, 2})
    if extent.pedicle:
        return frozenset({1})
    return frozenset({2, 3}) if extent.confined or extent.posterolateral_spared else frozenset()
