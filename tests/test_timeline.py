"""The course of a patient: what counts as change, by the report's words and by the sets, and what is never guessed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample import lesion, value

from extractor.archive.examination import Examination
from extractor.record import CanalFinding, Change, ChangeKind, Lesion, OtherFracture, Treatment
from extractor.timeline.comparing import ranges, shift
from extractor.timeline.course import KINDS, Point, Visit, course
from extractor.timeline.patients import notes, patients
from extractor.values import GRADES, REGIONS, Region, location_grades

OPEN = ("bone_lesion", "alignment", "collapse", "posterolateral", "escc", "pain")


def at(level: str, **grades: str) -> Lesion:
    """Return a lesion that admits the grades named, with blanks between, and else everything."""
    fields = {name: value(name, *said.split()) for name, said in grades.items()}
    return lesion(level, location=value("location", *location_grades(level)), **fields)


def seen(date: str, *lesions: Lesion, name: str = "", **more: Any) -> Examination:
    return Examination(ids=(name or f"r-{date}",), lesions=lesions, date=date, **more)


def said(kind: ChangeKind, *levels: str, regions: tuple[Region, ...] = ()) -> Change:
    return Change(kind, levels, regions)


def last(*examinations: Examination) -> dict[str, tuple[str, str]]:
    """Return the change at each level of the last examination, and what it rests on."""
    return {one.level: (one.change, one.by) for one in course(examinations)[-1].points}


def point(visits: Sequence[Visit], level: str) -> Point:
    found = visits[-1].point(level)
    if found is None:
        raise ValueError(f"no {level}")
    return found


MILD, BAD = at("T7", collapse="under_50", escc="1a"), at("T7", collapse="over_50", escc="2")
UNSAID = at("T7")


@pytest.mark.parametrize(
    ("earlier", "later", "told", "change", "by"),
    [
        (MILD, BAD, (), "progressed", "sets"),
        (BAD, MILD, (), "improved", "sets"),
        (MILD, MILD, (), "stable", "sets"),
        (MILD, UNSAID, (), "stable", "sets"),
        (MILD, BAD, (said("progressed", "T7"),), "progressed", "both"),
        (MILD, BAD, (said("stable", "T7"),), "progressed", "against_words"),
        (MILD, BAD, (said("gone", "T7"),), "progressed", "against_words"),
        (MILD, BAD, (said("stable"),), "progressed", "against_words"),
        (BAD, MILD, (said("stable", "T7"),), "stable", "words"),
        (BAD, MILD, (said("progressed", "T7"),), "progressed", "words"),
        (MILD, MILD, (said("progressed", "T7"),), "progressed", "words"),
        (MILD, MILD, (said("improved"),), "improved", "words"),
        (MILD, MILD, (said("improved"), said("stable", "T7")), "stable", "both"),
        (MILD, MILD, (said("improved"), said("progressed", regions=("thoracic",))), "progressed", "words"),
        (MILD, MILD, (said("progressed", regions=("lumbar",)),), "stable", "sets"),
        (MILD, MILD, (said("stable", "T7"), said("progressed", "T7")), "progressed", "words"),
        (MILD, MILD, (said("new"),), "stable", "sets"),
        (MILD, MILD, (said("new", "T7"),), "new", "words"),
        (at("T7", collapse="over_50", escc="1a"), at("T7", collapse="none", escc="3"), (), "progressed", "sets"),
        (at("T7", pain="none"), at("T7", pain="mechanical"), (), "stable", "sets"),
        (MILD, None, (), "not_mentioned", "silence"),
        (MILD, None, (said("gone", "T7"),), "gone", "words"),
        (MILD, None, (said("stable"),), "stable", "words"),
        (MILD, None, (said("progressed", "L2"),), "not_mentioned", "silence"),
    ],
)
def test_a_change(earlier: Lesion, later: Lesion | None, told: tuple[Change, ...], change: str, by: str) -> None:
    lesions = () if later is None else (later,)
    assert last(seen("2024-01-01", earlier), seen("2024-02-01", *lesions, changes=told)) == {"T7": (change, by)}


@pytest.mark.parametrize(
    ("told", "disagree"),
    [
        ((), False),
        ((said("improved", "T7"),), False),
        ((said("stable", "T7"),), True),
        ((said("progressed", "T7"),), True),
        ((said("new", "T7"),), True),
    ],
)
def test_words_and_sets_that_exclude_each_other_are_told(told: tuple[Change, ...], disagree: bool) -> None:
    visits = course([seen("2024-01-01", BAD), seen("2024-02-01", MILD, changes=told)])
    assert (point(visits, "T7").disagree, point(visits, "T7").said) == (disagree, told)


def test_all_of_the_first_examination_is_new() -> None:
    told = (said("progressed", "T7"), said("stable"))
    visits = course([seen("2024-01-01", MILD, at("L2"), changes=told)])
    assert [(one.level, one.change, one.disagree) for one in visits[0].points] == [
        ("T7", "new", False),
        ("L2", "new", False),
    ]


def test_what_is_first_seen_later_is_new_whatever_is_said() -> None:
    later = seen("2024-02-01", MILD, at("L2"), changes=(said("stable", "L2"), said("stable")))
    visits = course([seen("2024-01-01", MILD), later])
    assert last(seen("2024-01-01", MILD), later) == {"T7": ("stable", "both"), "L2": ("new", "sets")}
    assert (point(visits, "L2").disagree, point(visits, "T7").disagree) == (True, False)


@pytest.mark.parametrize(
    ("then", "told", "change", "by"),
    [
        ((), (), "not_mentioned", "silence"),
        ((), (said("stable"),), "not_mentioned", "silence"),
        ((), (said("gone", "T7"),), "gone", "words"),
        ((MILD,), (), "progressed", "sets"),
        ((MILD,), (said("stable"),), "progressed", "sets"),
        ((MILD,), (said("new", "T7"),), "new", "words"),
        ((MILD,), (said("progressed", "T7"),), "progressed", "both"),
    ],
    ids=["silent", "all stable", "gone again", "back", "back among stable ones", "said new", "said worse"],
)
def test_after_gone(then: tuple[Lesion, ...], told: tuple[Change, ...], change: str, by: str) -> None:
    gone = seen("2024-02-01", changes=(said("gone", "T7"),))
    assert last(seen("2024-01-01", MILD), gone, seen("2024-03-01", *then, changes=told)) == {"T7": (change, by)}


def test_a_silent_examination_is_passed_over() -> None:
    between = seen("2024-02-01", regions=("lumbar",))
    assert last(seen("2024-01-01", MILD), between) == {"T7": ("not_mentioned", "not_covered")}
    assert last(seen("2024-01-01", MILD), between, seen("2024-03-01", BAD)) == {"T7": ("progressed", "sets")}


@pytest.mark.parametrize(
    ("said_there", "change", "worse"),
    [
        ({"canal": {"cord_compression": CanalFinding(("present",), "stated", ("T7",))}}, "progressed", ("escc",)),
        ({"canal": {"epidural": CanalFinding(("present",), "stated", ("T7",))}}, "stable", ()),
        ({"canal": {"epidural": CanalFinding(("absent",), "stated", ("T7",))}}, "not_mentioned", ()),
        ({"canal": {"cord_compression": CanalFinding(("present",), "stated", ("T9",))}}, "not_mentioned", ()),
        ({"fractures": (OtherFracture("T7", "unstated"),)}, "stable", ()),
    ],
    ids=["cord", "epidural", "denied", "elsewhere", "fracture"],
)
def test_a_known_lesion_may_be_named_by_its_canal_or_collapse_only(
    said_there: dict[str, Any], change: str, worse: tuple[str, ...]
) -> None:
    now = point(course([seen("2024-01-01", MILD), seen("2024-02-01", **said_there)]), "T7")
    assert (now.change, now.shift.worse) == (change, worse)
    assert [one.points for one in course([seen("2024-02-01", **said_there)])] == [()]


def test_a_treatment_holds_from_the_day_it_is_named() -> None:
    fused = (Treatment("fusion", ("T5", "T9")), Treatment("radiotherapy", ("T6", "L2")))
    days = [seen("2024-01-01", MILD, at("L2")), seen("2024-02-01", treatment=fused), seen("2024-03-01", MILD)]
    treated = [[one.treated for one in visit.points] for visit in course(days)]
    assert treated == [[(), ()], [("fusion",), ("radiotherapy",)], [("fusion",), ("radiotherapy",)]]


def test_the_examinations_of_one_day_are_one() -> None:
    mri = seen("2024-01-01", at("T7", bone_lesion="blastic", escc="1b 1c"), name="m", kinds=("mri",))
    ct = seen("2024-01-01", at("T7", bone_lesion="lytic", escc="1b"), at("L2"), name="c", kinds=("ct",))
    (visit,) = course([mri, ct])
    assert (visit.examination.ids, visit.examination.kinds) == (("c", "m"), ("ct", "mri"))
    found = visit.examination.lesion("T7")
    assert found is not None
    assert (found.fields["bone_lesion"].grades, found.fields["escc"].grades) == (("lytic",), ("1b",))
    assert found.sins.points["bone_lesion"] == (2, 2)
    assert [(one.level, one.field, one.rule) for one in visit.clashes] == [("T7", "bone_lesion", "ct")]
    assert [one.level for one in visit.points] == ["T7", "L2"]


def test_two_of_one_kind_that_contradict_leave_both_open() -> None:
    pair = [seen("2024-01-01", at("T7", alignment=one), name=one) for one in ("normal", "subluxation")]
    found = course(pair)[0].examination.lesion("T7")
    assert found is not None
    assert found.fields["alignment"].grades == ("subluxation", "normal")
    assert found.fields["alignment"].conflict


@st.composite
def lesions(draw: st.DrawFn) -> Lesion:
    chosen = {name: draw(st.sets(st.sampled_from(GRADES[name]), min_size=1)) for name in OPEN}
    return at("T7", **{name: " ".join(grades) for name, grades in chosen.items()})


CHANGES = st.lists(
    st.builds(
        Change,
        st.sampled_from(["new", "progressed", "stable", "improved", "gone"]),
        st.sampled_from([(), ("T7",), ("L2",)]),
        st.sampled_from([(), *((region,) for region in REGIONS)]),
    ),
    max_size=3,
).map(tuple)


@given(lesions(), lesions())
def test_going_back_in_time_swaps_worse_and_better(one: Lesion, other: Lesion) -> None:
    there, back = shift(one, other), shift(other, one)
    assert (there.worse, there.better) == (back.better, back.worse)


@given(lesions())
def test_the_same_again_is_stable(one: Lesion) -> None:
    assert last(seen("2024-01-01", one), seen("2024-02-01", one)) == {"T7": ("stable", "sets")}


@given(lesions(), lesions(), CHANGES)
def test_certain_progress_is_told_exactly_where_the_lowest_lies_above_the_old_highest(
    one: Lesion, other: Lesion, told: tuple[Change, ...]
) -> None:
    now = point(course([seen("2024-01-01", one), seen("2024-02-01", other, changes=told)]), "T7")
    old, new = ranges(one), ranges(other)
    assert now.certain == any(old[name][1] < new[name][0] for name in old)
    assert set(now.shift.worse) == {name for name in old if old[name][1] < new[name][0]}
    if now.certain and ("new" not in {each.kind for each in now.said}):
        assert now.change == "progressed"


@given(st.lists(st.tuples(st.one_of(st.none(), lesions()), CHANGES), min_size=1, max_size=5))
def test_every_level_known_has_one_change_at_each_examination(
    drawn: list[tuple[Lesion | None, tuple[Change, ...]]],
) -> None:
    days = [
        seen(f"2024-01-{day:02}", *([one] if one else []), changes=told) for day, (one, told) in enumerate(drawn, 1)
    ]
    visits = course(days)
    first = next((day for day, (one, _) in enumerate(drawn) if one), len(drawn))
    assert [len(visit.points) for visit in visits] == [0] * first + [1] * (len(drawn) - first)
    assert {one.change for visit in visits for one in visit.points} <= set(KINDS)
    assert visits == course(reversed(days))


def test_patients_come_worst_progress_first_and_nothing_is_dropped() -> None:
    def of(patient: str, *examinations: Examination) -> list[Examination]:
        return [replace(one, patient=patient, ids=(f"{patient}{at}",)) for at, one in enumerate(examinations)]

    undated = replace(seen("", MILD), date=None, problem="no date", places=("a.csv:3",))
    unnamed = of("", seen("2024-01-01", places=("a.csv:4",)), seen("2024-01-02", MILD, places=("a.csv:5",)))
    found = patients(
        [
            *of("calm", seen("2024-01-01", BAD), seen("2024-02-01", BAD)),
            *of("told", seen("2024-01-01", MILD), seen("2024-02-01", MILD, changes=(said("progressed"),))),
            *of("sure", seen("2024-01-01", MILD), seen("2024-02-01", BAD)),
            *of("once", undated),
            *(replace(one, ids=(f"no-{at}",)) for at, one in enumerate(unnamed)),
        ]
    )
    assert [one.name for one in found] == ["sure", "told", "calm", "", "once", ""]
    assert [len(one.visits) + len(one.undated) for one in found] == [2, 2, 2, 1, 1, 1]
    assert list(notes(found, words=False)) == [
        "2 reports without a patient, each taken alone; fill the column of patients: a.csv:5, a.csv:4",
        "1 report without a date, not placed in time; fill the column of dates: a.csv:3",
        "the run was made without words, so none are quoted; read the archive with `sinsight batch`",
    ]


def test_many_examinations_go_below_each_other_on_a_terminal() -> None:
    from rich.console import Console

    from extractor.render.timeline import timeline_picture

    days = [replace(seen(f"2024-{month:02}-01", MILD), patient="p") for month in range(1, 10)]
    console = Console(width=110, record=True, file=None, quiet=False)
    with console.capture() as caught:
        console.print(timeline_picture(patients(days)))
    said = caught.get()
    assert [said.count(f"2024-{month:02}-01") for month in range(1, 10)] == [1] * 9
    assert said.count("T7 ") == 2
