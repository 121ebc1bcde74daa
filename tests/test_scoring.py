"""SINS over sets of grades, against a second way to reckon every one of its parts."""

from __future__ import annotations

from itertools import combinations, product
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.scoring.sins import admit, categories, category_of, score_sins
from extractor.values import COMPONENTS, GRADES, LEVELS, POINTS, location_grades

#: The published table once more, as points in the order of the grades (Fisher 2010, table 2).
TABLE: Final = {
    "location": (3, 2, 1, 0),
    "pain": (3, 1, 0),
    "bone_lesion": (2, 1, 0),
    "alignment": (4, 2, 0),
    "collapse": (3, 2, 1, 0),
    "posterolateral": (3, 1, 0),
}
ZONES: Final = ["stable"] * 7 + ["indeterminate"] * 6 + ["unstable"] * 6
Grades = dict[str, tuple[str, ...]]


def total(choice: tuple[str, ...]) -> int:
    """Return the total of one grade a component, from the table above."""
    given = zip(COMPONENTS, choice, strict=True)
    return sum(TABLE[component][GRADES[component].index(grade)] for component, grade in given)


def totals(grades: Grades) -> list[int]:
    """Return the total of every choice of one admitted grade a component."""
    return [total(choice) for choice in product(*(grades[component] for component in COMPONENTS))]


def reached(grades: Grades) -> list[str]:
    """Return the categories of the totals that can really be reached."""
    found = {ZONES[each] for each in totals(grades)}
    return [name for name in ("stable", "indeterminate", "unstable") if name in found]


def left(grades: Grades, component: str) -> list[int]:
    """Return how many categories remain reachable for each admitted grade of a component, were it stated."""
    return [len(reached(grades | {component: (grade,)})) for grade in grades[component]]


def subsets(component: str) -> list[tuple[str, ...]]:
    grades = GRADES[component]
    return [some for size in range(1, len(grades) + 1) for some in combinations(grades, size)]


admitted_sets = st.fixed_dictionaries({component: st.sampled_from(subsets(component)) for component in COMPONENTS})
CHOICES: Final = list(product(*(GRADES[component] for component in COMPONENTS)))


def test_every_combination_of_single_grades() -> None:
    scores = [score_sins(dict(zip(COMPONENTS, ([grade] for grade in choice), strict=True))) for choice in CHOICES]
    assert len(CHOICES) == 1296
    assert [(sins.low, sins.high) for sins in scores] == [(total(choice), total(choice)) for choice in CHOICES]
    assert [sins.category for sins in scores] == [(ZONES[total(choice)],) for choice in CHOICES]
    assert {(sins.missing, sins.partial, sins.deciding, sins.settling) for sins in scores} == {((), (), (), ())}


@given(admitted_sets)
def test_the_range_is_the_hull_of_the_totals(grades: Grades) -> None:
    sins = score_sins(grades)
    assert (sins.low, sins.high) == (min(totals(grades)), max(totals(grades)))


@given(admitted_sets)
def test_the_categories_are_those_of_totals_that_can_be_reached(grades: Grades) -> None:
    assert list(score_sins(grades).category) == reached(grades)


@given(admitted_sets)
def test_points_and_what_is_open(grades: Grades) -> None:
    sins = score_sins(grades)
    points = {component: [POINTS[component][grade] for grade in grades[component]] for component in COMPONENTS}
    assert sins.points == {component: (min(each), max(each)) for component, each in points.items()}
    assert sins.missing == tuple(each for each in COMPONENTS if len(grades[each]) == len(GRADES[each]))
    assert sins.partial == tuple(each for each in COMPONENTS if 1 < len(grades[each]) < len(GRADES[each]))


@given(admitted_sets)
def test_deciding_fields_are_those_of_which_some_grade_leaves_fewer_categories(grades: Grades) -> None:
    now = len(reached(grades))
    sins = score_sins(grades)
    assert sorted(sins.deciding) == sorted(each for each in COMPONENTS if min(left(grades, each)) < now)


@given(admitted_sets)
def test_the_most_narrowing_deciding_field_comes_first(grades: Grades) -> None:
    means = [sum(left(grades, each)) / len(grades[each]) for each in score_sins(grades).deciding]
    assert means == sorted(means)


@given(admitted_sets)
def test_settling_fields_are_those_of_which_every_grade_leaves_one_category(grades: Grades) -> None:
    sins = score_sins(grades)
    expected = tuple(each for each in COMPONENTS if len(reached(grades)) > 1 and max(left(grades, each)) == 1)
    assert sins.settling == expected
    assert set(sins.deciding[: len(expected)]) == set(expected)


@given(admitted_sets, st.data())
def test_a_narrower_set_never_widens_the_range(grades: Grades, data: st.DataObject) -> None:
    component = data.draw(st.sampled_from(COMPONENTS))
    grade = data.draw(st.sampled_from(grades[component]))
    before, after = score_sins(grades), score_sins(grades | {component: (grade,)})
    assert before.low <= after.low <= after.high <= before.high


def test_nothing_known_admits_everything_and_nothing_decides_alone() -> None:
    sins = score_sins({})
    assert (sins.low, sins.high, len(sins.category), sins.missing) == (0, 18, 3, COMPONENTS)
    assert (sins.partial, sins.deciding, sins.settling) == ((), (), ())


#: Location (1), and the stated components; what is not named is open. Each is reckoned by hand.
EXAMPLES: Final = [
    # 1 + 0..3 + 2 + 0 + 0 + {0, 3}. Posterolateral none: 3-6, bilateral: 6-9. Pain none: 3-6, else 4-7 or 6-9.
    pytest.param(
        {"bone_lesion": "lytic", "alignment": "normal", "collapse": "none", "posterolateral": "none bilateral"},
        (3, 9, ("posterolateral", "pain"), ()),
        id="two may decide",
    ),
    # 1 + 0..3 + 2 + 0 + 3 + 0. Pain none: 6, occasional: 7, mechanical: 9.
    pytest.param(
        {"bone_lesion": "lytic", "alignment": "normal", "collapse": "over_50", "posterolateral": "none"},
        (6, 9, ("pain",), ("pain",)),
        id="pain settles",
    ),
    # 1 + 0 + 0 + 0..4 + 0..3 + 0. Subluxation: 5-8, else at most 6. Over 50 %: 4-8, under: 3-7, else at most 6.
    pytest.param(
        {"pain": "none", "bone_lesion": "blastic", "posterolateral": "none"},
        (1, 8, ("alignment", "collapse"), ()),
        id="alignment narrows more than collapse",
    ),
    # 1 + 0..3 + 1 + 2 + 3 + 0: indeterminate whatever the pain.
    pytest.param(
        {"bone_lesion": "mixed", "alignment": "deformity", "collapse": "over_50", "posterolateral": "none"},
        (7, 10, (), ()),
        id="what is missing changes nothing",
    ),
]


@pytest.mark.parametrize(("stated", "expected"), EXAMPLES)
def test_examples_reckoned_by_hand(stated: dict[str, str], expected: tuple[object, ...]) -> None:
    sins = score_sins({"location": ["semirigid"]} | {name: grades.split() for name, grades in stated.items()})
    assert (sins.low, sins.high, sins.deciding, sins.settling) == expected


def test_order_and_repeats_do_not_matter() -> None:
    assert score_sins({"pain": ["none", "mechanical", "none"]}) == score_sins({"pain": {"mechanical", "none"}})
    assert admit({"pain": ["none", "mechanical", "none"]})["pain"] == ("mechanical", "none")


@pytest.mark.parametrize("level", LEVELS)
def test_every_level_has_a_location(level: str) -> None:
    sins = score_sins({"location": location_grades(level)})
    assert "location" not in sins.missing
    assert ("location" in sins.partial) == (level == "sacrum")


@pytest.mark.parametrize("each", range(19))
def test_the_category_of_every_total(each: int) -> None:
    assert category_of(each) == ZONES[each]


@pytest.mark.parametrize(("low", "high"), [(low, high) for low in range(19) for high in range(low, 19)])
def test_the_categories_of_every_range(low: int, high: int) -> None:
    assert set(categories(low, high)) == set(ZONES[low : high + 1])


@pytest.mark.parametrize("each", [-1, 19])
def test_no_total_lies_outside(each: int) -> None:
    with pytest.raises(ValueError, match=f"a SINS total lies in 0-18, not {each}"):
        category_of(each)


@pytest.mark.parametrize(
    ("grades", "message"),
    [
        ({"escc": ["2"]}, "'escc' is no SINS component; known: location, pain"),
        ({"pain": ["sharp"]}, "'sharp' is no grade of pain; it admits: mechanical, occasional, none"),
        ({"pain": []}, "pain admits no grade; give at least one of: mechanical, occasional, none"),
    ],
)
def test_what_cannot_be_scored_is_named(grades: dict[str, list[str]], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        score_sins(grades)
