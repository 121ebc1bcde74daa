"""Intervals are those of scipy 1.17 and statsmodels 0.15, whose figures stand here to every digit shown."""

from __future__ import annotations

import pytest

from extractor.audit.intervals import (
    clustered,
    clustered_difference,
    design_effect,
    funnel_limits,
    newcombe,
    t_quantile,
)
from extractor.evaluate.figures import wilson

#: Hits and sizes of five and of four clusters.
HITS, SIZES = [2, 1, 0, 3, 1], [3, 1, 2, 4, 1]
OTHER_HITS, OTHER_SIZES = [1, 0, 1, 1], [2, 2, 1, 3]


@pytest.mark.parametrize(
    ("hits", "n", "interval"),
    [
        (0, 10, (0.0, 0.27753279986288926)),
        (3, 10, (0.10779126740630104, 0.6032218525388546)),
        (81, 263, (0.2552885198782742, 0.36620957698280004)),
        (15, 15, (0.7961166989641513, 1.0)),
    ],
)
def test_wilson_as_statsmodels_proportion_confint(hits: int, n: int, interval: tuple[float, float]) -> None:
    assert wilson(hits, n) == pytest.approx(interval, abs=1e-12)


@pytest.mark.parametrize(
    ("counts", "interval"),
    [
        # 56 of 70 against 48 of 80 is Newcombe's own example (a): 0.0524 to 0.3339
        ((56, 70, 48, 80), (0.05243147240236498, 0.33387265403690614)),
        ((9, 10, 3, 10), (0.1705227239345029, 0.809017973535488)),
        ((0, 10, 0, 20), (-0.1611251580528194, 0.27753279986288926)),
        ((10, 10, 0, 20), (0.6790860371419145, 1.0)),
    ],
)
def test_newcombe_as_statsmodels_confint_proportions_2indep(
    counts: tuple[int, int, int, int], interval: tuple[float, float]
) -> None:
    assert newcombe(*counts) == pytest.approx(interval, abs=1e-12)


@pytest.mark.parametrize(
    ("degrees", "quantile"),
    [
        (1, 12.706204736174694),
        (2, 4.302652729749462),
        (3, 3.1824463052837078),
        (5, 2.5705818356363146),
        (10, 2.228138851986274),
        (30, 2.0422724563012378),
        (100, 1.9839715185235518),
        (1000, 1.9623390808264083),
        (5000, 1.9604385517065073),
    ],
)
def test_t_as_scipy(degrees: int, quantile: float) -> None:
    assert t_quantile(degrees) == pytest.approx(quantile, abs=1e-8)


def test_clusters_as_statsmodels_least_squares_with_clustered_errors() -> None:
    found = clustered(HITS, SIZES)
    assert (found.share, found.error, found.clusters) == pytest.approx((7 / 11, 0.14726058, 5), abs=1e-8)
    # statsmodels gives 1.04522454 as the upper end; a share ends at 1
    assert found.interval == pytest.approx((0.22750273, 1.0), abs=1e-8)
    other = clustered(OTHER_HITS, OTHER_SIZES)
    assert (other.share, other.error) == pytest.approx((3 / 8, 0.14657549), abs=1e-8)
    assert clustered_difference(found, other) == pytest.approx((-0.39986609, 0.92259337), abs=1e-8)


@pytest.mark.parametrize(
    ("hits", "sizes"), [([2], [3]), ([1, 2], [1, 2]), ([0, 0], [1, 2])], ids=["one cluster", "all", "none"]
)
def test_without_spread_between_clusters_there_is_no_interval(hits: list[int], sizes: list[int]) -> None:
    found = clustered(hits, sizes)
    assert (found.error, found.interval, clustered_difference(found, clustered(HITS, SIZES))) == (None, None, None)


def test_the_design_effect_compares_clusters_with_independent_units() -> None:
    alike = ([2, 0, 2, 0], [2, 2, 2, 2])  # lesions of a report are all alike: each report is worth one
    assert design_effect([alike]) == pytest.approx(2.0)
    assert design_effect([alike, alike]) == pytest.approx(2.0)
    assert design_effect([([1, 0, 0], [1, 1, 1]), ([1, 0], [1, 1])]) == pytest.approx(1.0)
    assert design_effect([([1, 1, 1, 1], [2, 2, 2, 2])]) == 1.0
    assert design_effect([([3], [5]), ([], [])]) == 1.0
    assert design_effect([([4, 3], [4, 3])]) == 1.0


def test_the_limits_of_a_funnel() -> None:
    # 0.5 ± 1.959964 × 0.05 and ± 3.090232 × 0.05
    assert funnel_limits(0.5, 100, 95.0) == pytest.approx((0.4020018, 0.5979982), abs=1e-7)
    assert funnel_limits(0.5, 100, 99.8) == pytest.approx((0.3454884, 0.6545116), abs=1e-7)
    assert funnel_limits(0.9, 4, 99.8) == pytest.approx((0.4364652, 1.0), abs=1e-6)
