"""The drawing of a spine: whole, in order, escaped, legible without colours, the same bytes each time."""

from __future__ import annotations

import dataclasses
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from sample import L3, NORMAL, RECORD, T8, value

from extractor.record import CanalFinding, OtherFracture, Treatment
from extractor.render.spine import Count, Vertebra, counts_svg, fused_of, spine_svg, vertebrae_of
from extractor.render.spine.geometry import USUAL, bone_of, lay_out, sacrum_of, stripes
from extractor.render.spine.labels import Label, width
from extractor.render.spine.svg import scene_of
from extractor.scoring.sins import categories
from extractor.values import LEVELS

THREE = (
    Vertebra("T8", ("unstable",), 14, 14, epidural=("3",), cord_compressed=True, cord_signal=True),
    Vertebra("L2", ("stable", "indeterminate"), 5, 9, "probable", epidural=("1a", "1b")),
    Vertebra("L4", other_fracture=True),
    Vertebra("L5", ("stable", "indeterminate", "unstable"), 4, 17, "possible", stabilised=True),
)
#: A lesion at every level there is.
EVERY = tuple(
    Vertebra(level, categories(number % 19, min(18, number % 19 + 9)), number % 19, min(18, number % 19 + 9))
    for number, level in enumerate(LEVELS)
)
HOSTILE = '"><script>alert(1)</script>&'


def tree(drawing: str) -> ElementTree.Element:
    return ElementTree.fromstring(drawing)


def vertebra(drawing: str, level: str) -> ElementTree.Element:
    """Return the one vertebra of a level."""
    (found,) = (each for each in tree(drawing).iter("g") if each.get("data-level") == level)
    return found


def fills(drawing: str, level: str) -> set[tuple[str, str]]:
    """Return with what colours and how strongly a vertebra is filled."""
    paths = vertebra(drawing, level).iter("path")
    found = {(path.get("fill", ""), path.get("fill-opacity", "1")) for path in paths}
    return {(name.removeprefix("var(--").split(",")[0], strength) for name, strength in found if "var" in name}


def legend(drawing: str) -> list[str]:
    (found,) = (each for each in tree(drawing).iter("g") if each.get("class") == "legend")
    return [text.text or "" for text in found.iter("text") if not (text.text or "").startswith("(")]


@pytest.mark.parametrize("given", [(), THREE, EVERY], ids=["none", "three", "every level"])
@pytest.mark.parametrize("how", [{}, {"compact": True}, {"link": "card"}], ids=["full", "compact", "linked"])
def test_a_drawing_is_svg_that_fetches_and_runs_nothing(given: Sequence[Vertebra], how: dict[str, Any]) -> None:
    drawing = spine_svg(given, fused=(("T4", "T9"),), diffuse=("lumbar", "unspecified"), **how)
    elements = list(tree(drawing).iter())
    assert {each.tag for each in elements} <= {"svg", "title", "desc", "g", "path", "text", "tspan", "a"}
    assert {name for each in elements for name in each.attrib if name[:2] == "on" or name == "style"} == set()
    assert re.findall(r"url\(|https?:|<style|nan|inf", drawing) == []
    ids = [each.attrib["id"] for each in elements if "id" in each.attrib]
    assert len(ids) == len(set(ids))


def test_every_vertebra_stands_there_from_head_to_tail() -> None:
    assert [each.get("data-level") for each in tree(spine_svg(())).iter("g") if each.get("data-level")] == list(USUAL)
    with_more = [each.get("data-level") for each in tree(spine_svg(EVERY)).iter("g") if each.get("data-level")]
    assert with_more == list(LEVELS)


@pytest.mark.parametrize("level", ["T13", "L6", "sacrum"])
def test_what_few_people_have_is_drawn_where_it_is_named(level: str) -> None:
    drawing = spine_svg((Vertebra(level, ("stable",), 3, 5),))
    assert vertebra(drawing, level).findtext("title") == f"{level}: SINS 3–5, stable."
    assert f'data-level="{level}"' not in spine_svg(())


@pytest.mark.parametrize(
    ("category", "filled"),
    [
        (("stable",), {("stable", "0.25"), ("paper", "1")}),
        (("indeterminate",), {("indeterminate", "0.8"), ("paper", "1")}),
        (("unstable",), {("unstable", "1"), ("paper", "1")}),
        (("stable", "indeterminate"), {("stable", "0.25"), ("indeterminate", "0.8"), ("paper", "1")}),
        (("indeterminate", "unstable"), {("indeterminate", "0.8"), ("unstable", "1"), ("paper", "1")}),
        (("stable", "indeterminate", "unstable"), {("faint", "1"), ("paper", "1")}),
    ],
    ids=lambda given: "-".join(given) if isinstance(given, tuple) else "",
)
def test_the_filling_tells_the_categories(category: Any, filled: set[tuple[str, str]]) -> None:
    assert {each for each in fills(spine_svg((Vertebra("T7", category, 4, 9),)), "T7") if each[0] != "ink"} == filled


def test_stripes_of_two_categories_run_either_way() -> None:
    """Without colours, the direction tells stable or indeterminate from indeterminate or unstable."""
    square = ((0.0, 0.0), (20.0, 0.0), (20.0, 20.0), (0.0, 20.0))
    falling, rising = (list(stripes(square, every=10, wide=5, falling=way)) for way in (True, False))
    assert (min(falling[1]), max(falling[1])) == ((0, 0), (20, 20))
    assert falling != rising
    assert sum(map(area, falling)) == pytest.approx(200, abs=1)


def area(outline: Sequence[tuple[float, float]]) -> float:
    pairs = zip(outline, [*outline[1:], outline[0]], strict=True)
    return abs(sum(x * lower - right * y for (x, y), (right, lower) in pairs)) / 2


SCHEMES = {
    "light": ((255, 255, 255), {"stable": (0, 114, 178), "indeterminate": (230, 159, 0), "unstable": (192, 64, 0)}),
    "dark": ((20, 24, 29), {"stable": (86, 180, 233), "indeterminate": (230, 159, 0), "unstable": (255, 140, 90)}),
}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_categories_differ_in_lightness(scheme: str) -> None:
    paper, colours = SCHEMES[scheme]
    found = []
    for name, colour in colours.items():
        drawing = spine_svg((Vertebra("T7", (name,), 4, 9),))  # type: ignore[arg-type]
        ((_, strength),) = (each for each in fills(drawing, "T7") if each[0] == name)
        found.append(
            lightness([float(strength) * a + (1 - float(strength)) * b for a, b in zip(colour, paper, strict=True)])
        )
    assert min(abs(a - b) for a, b in combinations(found, 2)) > 8


def lightness(colour: Sequence[float]) -> float:
    """Return the lightness of a colour from 0 to 100 (CIE 1976)."""
    linear = [(part / 255 + 0.055) ** 2.4 / 1.055**2.4 if part > 10 else part / 255 / 12.92 for part in colour]
    luminance = sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    return 116 * luminance ** (1 / 3) - 16


@pytest.mark.parametrize("certainty", ["certain", "probable", "possible"])
def test_a_hedged_lesion_has_a_dashed_outline(certainty: Any) -> None:
    drawing = spine_svg((Vertebra("T7", ("stable",), 4, 6, certainty),))
    (outline,) = (path for path in vertebra(drawing, "T7").iter("path") if path.get("class") == "outline")
    assert ("stroke-dasharray" in outline.attrib) == (certainty != "certain")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (Vertebra("T7", ("indeterminate",), 9, 12), "T7 9–12"),
        (Vertebra("T7", ("indeterminate",), 9, 9), "T7 9"),
        (Vertebra("T7", ("indeterminate",), 9, 12, stabilised=True), "T7 (9–12)"),
        (Vertebra("T7", other_fracture=True), "T7"),
    ],
    ids=["range", "one total", "stabilised", "no lesion"],
)
def test_a_lesion_has_its_total_beside_it(given: Vertebra, said: str) -> None:
    (text,) = vertebra(spine_svg((given,)), "T7").iter("text")
    assert "".join(text.itertext()) == said


@pytest.mark.parametrize(
    ("grades", "drawn"), [((), 0), (("1a",), 1), (("3",), 1), (("1a", "1b", "1c"), 3)], ids=["none", "1a", "3", "open"]
)
def test_epidural_disease_fills_as_far_as_it_surely_reaches(grades: tuple[str, ...], drawn: int) -> None:
    found = vertebra(spine_svg((Vertebra("T7", epidural=grades),)), "T7")
    assert len([path for path in found.iter("path") if "epidural" in str(path.attrib)]) == drawn


def test_epidural_disease_is_the_deeper_the_higher_its_escc() -> None:
    # At T7 the spine stands upright, so that the width of the mark is its depth
    depths = [reach(spine_svg((Vertebra("T7", epidural=(grade,)),))) for grade in ("1a", "1b", "1c", "2", "3")]
    assert depths == sorted(depths)
    assert min(b - a for a, b in pairwise(depths)) > 1


def reach(drawing: str) -> float:
    (data,) = (path.get("d", "") for path in vertebra(drawing, "T7").iter("path") if path.get("class") == "epidural")
    x, steps = 0.0, []
    for step in re.findall(r"(-?[\d.]+),", data)[1:]:
        x += float(step)
        steps.append(x)
    return max(steps)


def test_a_compressed_cord_is_narrower() -> None:
    cords = [
        next(path.get("d") for path in tree(spine_svg((given,))).iter("path") if "--cord" in path.get("fill", ""))
        for given in (Vertebra("T7"), Vertebra("T7", cord_compressed=True))
    ]
    assert cords[0] != cords[1]


def test_the_legend_holds_what_occurs_and_nothing_else() -> None:
    assert legend(
        spine_svg((*THREE, Vertebra("C3", ("stable",), 3, 3)), fused=(("L4", "S1"),), diffuse=("lumbar",))
    ) == [
        "stable: SINS 0–6",
        "unstable: SINS 13–18",
        "stable or indeterminate",
        "any category",
        "lesion probable or possible",
        "stabilised: SINS not validated",
        "epidural: deeper by ESCC",
        "epidural: ESCC left open",
        "cord or cauda compressed",
        "abnormal cord signal",
        "fracture that is no lesion",
        "fused span",
        "diffuse, no level named",
    ]
    assert "legend" not in spine_svg(())
    assert "legend" not in spine_svg(THREE, compact=True)


def test_the_words_for_those_who_do_not_see_it() -> None:
    drawing = tree(spine_svg(THREE, fused=(("L4", "S1"),), diffuse=("lumbar",), prefix="x"))
    assert (drawing.get("role"), drawing.findtext("title"), drawing.get("aria-label")) == (
        "img",
        *["Spine: 3 lesions"] * 2,
    )
    assert drawing.get("aria-describedby") == "x-desc"
    assert drawing.findtext("desc") == (
        "T8: SINS 14, unstable, epidural disease, ESCC 3, compression of the cord or cauda equina, "
        "abnormal cord signal. L2: SINS 5–9, stable or indeterminate, probable lesion, epidural disease, ESCC 1a or 1b."
        " L4: other fracture. "
        "L5: SINS (4–17), any category, possible lesion, inside a stabilised span. Fused: L4, S1. "
        "Diffuse disease: lumbar."
    )
    assert (tree(spine_svg(())).findtext("title"), tree(spine_svg(())).findtext("desc")) == (
        "Spine: no lesions",
        "Nothing is marked.",
    )


def test_each_lesion_links_to_its_card() -> None:
    drawing = tree(spine_svg(THREE, link="card"))
    assert [each.get("href") for each in drawing.iter("a")] == ["#card-T8", "#card-L2", "#card-L5"]
    # Links within a picture could not be reached
    assert drawing.get("role") == "group"


def test_what_is_given_is_escaped() -> None:
    drawing = spine_svg(THREE, prefix=HOSTILE, link=HOSTILE, diffuse=(HOSTILE,))
    assert "<script" not in drawing
    assert vertebra(drawing, "T8").get("id") == f"{HOSTILE}-T8"
    assert f"Diffuse disease: {HOSTILE}." in (tree(drawing).findtext("desc") or "")


def test_drawings_with_prefixes_of_their_own_share_a_page() -> None:
    ids = re.findall(r' id="([^"]*)"', spine_svg(THREE, prefix="a") + spine_svg(THREE, prefix="b") + counts_svg(()))
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("compact", [False, True], ids=["full", "compact"])
@pytest.mark.parametrize("given", [(), THREE, EVERY], ids=["none", "three", "every level"])
def test_no_words_overlap(given: Sequence[Vertebra], compact: bool) -> None:
    scene = scene_of(given, compact=compact)
    boxes = [label.box for label in scene.labels.values()]
    assert [pair for pair in combinations(boxes, 2) if overlap(*pair)] == []
    bones = [outline for each in scene.bones.values() for outline in each]
    if "sacrum" in scene.known:
        bones.append(sacrum_of(scene.column, 4))
    assert [
        (label, point) for label in scene.labels.values() for bone in bones for point in bone if holds(label, point)
    ] == []
    left = min(x for bone in bones for x, _ in bone)
    edge = float((tree(spine_svg(given, compact=compact)).get("viewBox") or "").split()[0])
    assert edge <= min([left, *(box[0] for box in boxes)]) + 0.1


def overlap(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] - 0.01 and other[1] < one[3] - 0.01


def holds(label: Label, point: tuple[float, float]) -> bool:
    left, top, right, bottom = label.box
    return left < point[0] < right and top < point[1] < bottom


def test_no_vertebra_overlaps_the_next() -> None:
    column = lay_out(LEVELS)
    bones = [bone_of(level, place)[0] for level, place in column.places.items() if level not in {"C1", "C2"}]
    for upper, lower in pairwise(bones):
        assert [point for point in lower if inside(point, upper)] == []


def inside(point: tuple[float, float], outline: Sequence[tuple[float, float]]) -> bool:
    x, y = point
    pairs = zip(outline, [*outline[1:], outline[0]], strict=True)
    return sum((b > y) != (d > y) and x < a + (c - a) * (y - b) / (d - b) for (a, b), (c, d) in pairs) % 2 == 1


def test_bodies_grow_downwards() -> None:
    places = lay_out(()).places
    sizes = [
        area(bone_of(level, places[level])[0]) for level in USUAL if level[0] in "CTL" and level not in {"C1", "C2"}
    ]
    assert sizes[:-1] == sorted(sizes[:-1])


def test_a_record_gives_its_vertebrae() -> None:
    assert [(one.level, one.total, one.category) for one in vertebrae_of(RECORD)] == [
        ("T6", "", ()),
        ("T7", "", ()),
        ("T8", "11–14", ("indeterminate", "unstable")),
        ("L3", "(4–17)", ("stable", "indeterminate", "unstable")),
        ("L5", "", ()),
    ]
    by_level = {one.level: one for one in vertebrae_of(RECORD)}
    # Epidural disease at a level that is no lesion has no ESCC; at T8 the ESCC alone says that it is there
    assert by_level["T6"].epidural == ("1a", "1b", "1c", "2", "3")
    assert (by_level["T8"].epidural, by_level["L3"].epidural) == (("2", "3"), ())
    assert (by_level["L3"].certainty, by_level["L3"].stabilised, by_level["L5"].other_fracture) == (
        "probable",
        True,
        True,
    )
    assert vertebrae_of(NORMAL) == ()


def test_canal_findings_are_drawn_where_they_are_said_to_be() -> None:
    findings = dataclasses.replace(
        RECORD.findings,
        epidural=CanalFinding(("absent",), "stated"),
        cord_compression=CanalFinding(("present",), "stated", ("T4",)),
        cord_signal=CanalFinding(("abnormal",), "stated", ("T5",)),
        other_fractures=(OtherFracture("T4", "unstated"),),
        treatment=(Treatment("fusion", ("T9", "T10", "T11")), Treatment("fusion"), Treatment("cement", ("T4",))),
    )
    lesion = dataclasses.replace(
        T8, fields=T8.fields | {"escc": value("escc"), "epidural": value("epidural", "present")}
    )
    record = dataclasses.replace(RECORD, findings=findings, lesions=(lesion,))
    assert vertebrae_of(record) == (
        Vertebra("T4", cord_compressed=True, other_fracture=True),
        Vertebra("T5", cord_signal=True),
        Vertebra("T8", lesion.sins.category, 11, 14, epidural=("1a", "1b", "1c", "2", "3")),
    )
    assert fused_of(record) == (("T9", "T11"),)
    assert fused_of(RECORD) == ()


def test_every_lesion_of_a_record_is_in_its_drawing() -> None:
    drawing = tree(spine_svg(vertebrae_of(RECORD)))
    lesions = [each.get("data-level") for each in drawing.iter("g") if each.get("class") == "vertebra lesion"]
    assert lesions == [T8.level, L3.level]


def test_counts_are_bars_beside_their_level() -> None:
    given = (Count("T8", stable=1, unstable=2, open=1), Count("sacrum", stabilised=2), Count("L1"), Count("C1", open=1))
    drawing = counts_svg(given, prefix="x")
    assert tree(drawing).findtext("desc") == (
        "C1: 1 (open 1). T8: 4 (stable 1, unstable 2, open 1). sacrum: 2 (stabilised 2)."
    )
    assert [each.get("id") for each in tree(drawing).iter("g") if each.get("data-level")] == [
        "x-C1",
        "x-T8",
        "x-sacrum",
    ]
    assert [text.text for text in vertebra(drawing, "T8").iter("text")] == ["T8", "4"]
    assert legend(drawing) == ["stable", "unstable", "category open", "stabilised, not asked"]
    widths = [
        bar_width(path.get("d", "")) for path in vertebra(drawing, "T8").iter("path") if path.get("fill") == "none"
    ]
    assert widths == pytest.approx([35, 70, 35], abs=0.2)


def bar_width(data: str) -> float:
    return float(data.split("l")[1].split(",")[0])


def test_counts_of_nothing() -> None:
    assert tree(counts_svg(())).findtext("desc") == "No lesion."


@pytest.mark.parametrize("words", ["T7 9–12", "sacrum (10–14)"])
def test_words_are_not_wider_than_they_are_taken_to_be(words: str) -> None:
    # Arial's widths for these letters, in thousandths of its size, the bold ones for the level
    assert (
        width(words, 1000) >= sum({" ": 278, "–": 556, "(": 333, ")": 333}.get(letter, 611) for letter in words) * 0.99
    )


def test_the_same_record_gives_the_same_bytes() -> None:
    script = (
        "import sys; from sample import RECORD; from extractor.render.spine import *; "
        "sys.stdout.buffer.write(spine_svg(vertebrae_of(RECORD), link='card').encode())"
    )
    here = Path(__file__).parent
    path = os.pathsep.join([str(here), str(here.parent)])
    environment = {**os.environ, "PYTHONPATH": path, "PYTHONHASHSEED": "7"}
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, env=environment)
    assert done.stdout == spine_svg(vertebrae_of(RECORD), link="card").encode()
