"""Tomita types still admitted, rule by rule."""

from __future__ import annotations

from itertools import product

import pytest

from extractor.scoring.tomita import Extent, tomita_types


@pytest.mark.parametrize(
    ("levels", "types"),
    [
        ([], ()),
        (["T7", "T8"], (6,)),
        (["T9", "T7", "T8"], (6,)),
        (["T7", "T8", "T9", "T10"], (7,)),
        (["T7", "T9"], (7,)),
        (["T7", "T8", "L1"], (7,)),
        (["C7", "T1"], (6,)),
        (["T12", "L1"], (6,)),
        (["T12", "T13", "L1"], (6,)),
        (["L5", "S1"], (6,)),
        (["L5", "L6", "S1"], (6,)),
        (["L5", "sacrum"], (7,)),
        (["sacrum"], (1, 2, 3, 4, 5)),
        (["T7", "T7"], (1, 2, 3, 4, 5)),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_number_and_place_of_lesions(levels: list[str], types: tuple[int, ...]) -> None:
    assert tomita_types(levels).grades == types


@pytest.mark.parametrize(("levels", "types"), [([], ()), (["T7"], (7,)), (["T7", "T8"], (7,))])
def test_diffuse_disease_beside_a_lesion(levels: list[str], types: tuple[int, ...]) -> None:
    assert tomita_types(levels, diffuse=True).grades == types


@pytest.mark.parametrize(
    ("extent", "types"),
    [
        (Extent(), (1, 2, 3, 4, 5)),
        (Extent(paraspinal="present"), (5,)),
        (Extent(paraspinal="present", epidural="present", lamina=True), (5,)),
        (Extent(paraspinal="absent"), (1, 2, 3, 4)),
        (Extent(epidural="present"), (4, 5)),
        (Extent(epidural="present", paraspinal="absent"), (4,)),
        (Extent(epidural="absent"), (1, 2, 3, 5)),
        (Extent(epidural="absent", paraspinal="absent"), (1, 2, 3)),
        (Extent(pedicle=True), (2, 3, 4, 5)),
        (Extent(lamina=True), (3, 4, 5)),
        (Extent(pedicle=True, lamina=True), (3, 4, 5)),
        (Extent(lamina=True, posterolateral_spared=True), (3, 4, 5)),
        (Extent(posterolateral_spared=True), (1, 4, 5)),
        (Extent(confined=True), (1, 4, 5)),
        (Extent(confined=True, epidural="absent", paraspinal="absent"), (1,)),
        (Extent(pedicle=True, epidural="absent", paraspinal="absent"), (2, 3)),
        (Extent(lamina=True, epidural="absent", paraspinal="absent"), (3,)),
    ],
    ids=str,
)
def test_extent_of_a_single_lesion(extent: Extent, types: tuple[int, ...]) -> None:
    assert tomita_types(["T7"], extent=extent).grades == types


def test_the_extent_counts_for_a_single_lesion_only() -> None:
    assert tomita_types(["T7", "T8"], extent=Extent(paraspinal="present")).grades == (6,)


def test_some_type_always_remains() -> None:
    said = (None, "present", "absent")
    flags = (False, True)
    extents = [Extent(*values) for values in product(said, said, flags, flags, flags, flags)]
    assert [extent for extent in extents if not tomita_types(["T7"], extent=extent).grades] == []
