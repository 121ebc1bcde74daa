"""The drawing of a spine: each vertebra by the categories its SINS still admits, and what lies in its canal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from extractor.render.spine import geometry, marks, paint
from extractor.render.spine.bones import BONES, plain
from extractor.render.spine.frame import APART, MARGIN, SIZE, extent, framed
from extractor.render.spine.geometry import Column, Outline
from extractor.render.spine.labels import Label, Wanted, place_labels, wanted_at
from extractor.render.spine.legend import legend
from extractor.render.spine.paint import element, group, path
from extractor.render.spine.vertebra import Vertebra
from extractor.render.words import levels_words
from extractor.values import CATEGORIES, REGIONS

#: Size of the words in a compact drawing, which is shown at less than half its size.
_COMPACT_SIZE: Final = 19.0
_SHRUNK: Final = 0.44
#: How much of the natural curves a compact drawing keeps.
_SWAY: Final = 0.4
#: Room for the words before the most forward bone.
_WORDS: Final = 66.0
_COMPACT_WORDS: Final = 92.0
#: Between the sacrum and the outline round it.
_ROUND: Final = 4.0
_DASH: Final = "3.2 2.2"


@dataclass(frozen=True, slots=True)
class Scene:
    """What is to be drawn, and where."""

    known: dict[str, Vertebra]
    column: Column
    bones: dict[str, tuple[Outline, ...]]
    labels: dict[str, Label]
    prefix: str
    compact: bool
    link: str | None

    def vertebrae(self) -> Iterator[Vertebra]:
        """Yield every vertebra that is drawn, from head to tail, and last the sacrum as a whole."""
        for level in (*self.bones, *(level for level in self.known if level not in self.bones)):
            yield self.known.get(level, Vertebra(level))


def spine_svg(
    vertebrae: Sequence[Vertebra],
    *,
    fused: Sequence[tuple[str, str]] = (),
    diffuse: Sequence[str] = (),
    prefix: str = "spine",
    compact: bool = False,
    link: str | None = None,
) -> Markup:
    """Return a spine as SVG to stand in a page: lesions by category, canal marks, a legend of what occurs.

    Ids begin with `prefix`: the vertebra T7 is `{prefix}-T7`. `compact` leaves out the legend, the processes and the
    names of vertebrae without a lesion. With `link`, each lesion is a link to `#{link}-T7` and the like.
    """
    scene = scene_of(vertebrae, prefix=prefix, compact=compact, link=link)
    regions = [region for region in REGIONS if region in diffuse]
    inside = [
        *_background(scene),
        _bones(scene),
        *(marks.diffuse(scene.column, region) for region in regions),
        *(marks.fused(scene.column, *span) for span in fused),
    ]
    left, top, right, bottom = extent(scene.column, scene.bones, _COMPACT_WORDS if compact else _WORDS, slim=compact)
    left = min([left, *(label.box[0] for label in scene.labels.values())])
    if not compact:
        said, wide, high = legend(vertebrae, bool(fused), diffuse, (left + MARGIN, bottom + APART))
        inside.append(said)
        right, bottom = max(right, left + wide), bottom + high
    described = _described(vertebrae, fused, diffuse)
    return framed(
        inside, (left, top, right, bottom), described, prefix, shrunk=_SHRUNK if compact else 1, live=bool(link)
    )


def scene_of(
    vertebrae: Sequence[Vertebra], *, prefix: str = "spine", compact: bool = False, link: str | None = None
) -> Scene:
    """Return where everything is drawn."""
    known = {vertebra.level: vertebra for vertebra in vertebrae}
    column = geometry.lay_out(known, _SWAY if compact else 1.0)
    bones = {level: geometry.bone_of(level, place) for level, place in column.places.items()}
    outlines = [outline for each in bones.values() for outline in each]
    outlines += [geometry.sacrum_of(column, _ROUND)] if "sacrum" in known else []
    wanted = [
        Wanted(level, vertebra.total, vertebra.lesion, wanted_at(level, column))
        for level in (*bones, *(["sacrum"] if "sacrum" in known else []))
        for vertebra in [known.get(level, Vertebra(level))]
        if vertebra.lesion or not compact
    ]
    labels = place_labels(wanted, outlines, _COMPACT_SIZE if compact else SIZE)
    return Scene(known, column, bones, {label.level: label for label in labels}, prefix, compact, link)


def _described(
    vertebrae: Sequence[Vertebra], fused: Sequence[tuple[str, str]], diffuse: Sequence[str]
) -> tuple[str, str]:
    count = sum(vertebra.lesion for vertebra in vertebrae)
    title = f"Spine: {count or 'no'} lesion{'' if count == 1 else 's'}"
    said = [vertebra.sentence for vertebra in vertebrae if vertebra.sentence]
    said += [f"Fused: {levels_words(span)}." for span in fused]
    said += [f"Diffuse disease: {', '.join(diffuse)}."] if diffuse else []
    return title, " ".join(said) or "Nothing is marked."


def _background(scene: Scene) -> Iterator[Markup]:
    """Yield what carries no finding of a vertebra: the canal, the skull, the processes, the coccyx."""
    compressed = {level for level, vertebra in scene.known.items() if vertebra.cord_compressed}
    yield group(marks.canal(scene.column, compressed), class_="canal")
    yield plain(scene.column, slim=scene.compact)


def _bones(scene: Scene) -> Markup:
    """Return the vertebrae; what most of them share is said once."""
    return group(
        (_vertebra(vertebra, scene) for vertebra in scene.vertebrae()),
        **BONES,
        font_size=_COMPACT_SIZE if scene.compact else SIZE,
        text_anchor="end",
    )


def _vertebra(vertebra: Vertebra, scene: Scene) -> Markup:
    level = vertebra.level
    label = scene.labels.get(level)
    inside = [
        element("title", vertebra.sentence or level),
        *(_sacrum(vertebra, scene) if level == "sacrum" else _body(vertebra, scene)),
        *(_label(label, vertebra) if label else ()),
        *([_reach(label)] if label and vertebra.lesion else []),
    ]
    if scene.link is not None and vertebra.lesion:
        inside = [element("a", *inside, href=f"#{scene.link}-{level}")]
    name = "vertebra lesion" if vertebra.lesion else "vertebra"
    return group(inside, class_=name, data_level=level, id=f"{scene.prefix}-{level}")


def _body(vertebra: Vertebra, scene: Scene) -> Iterator[Markup]:
    """Yield the bone of a vertebra and what is marked in it and behind it."""
    place, bones = scene.column.places[vertebra.level], scene.bones[vertebra.level]
    if vertebra.lesion:
        dash = _DASH if vertebra.certainty != "certain" else None
        yield element("path", d=path(*bones), fill=paint.PAPER, stroke="none")
        yield group([paint.fill(bones, vertebra.category)], stroke="none")
        yield element(
            "path", d=path(*bones), class_="outline", fill="none", stroke=paint.INK, stroke_width=1.3,
            stroke_dasharray=dash,
        )  # fmt: skip
    else:
        yield element("path", d=path(*bones), class_="outline")
    if vertebra.other_fracture:
        yield marks.fracture(marks.wedge_of(place))
    if vertebra.epidural:
        yield group([marks.epidural(place, vertebra.epidural)], stroke="none")
    if vertebra.cord_signal:
        yield marks.cord_signal(place.at(sum(place.canal) / 2, 0))


def _sacrum(vertebra: Vertebra, scene: Scene) -> Iterator[Markup]:
    """Yield an outline round the sacrum in the colours of its categories, each a part of its length."""
    outline = path(geometry.sacrum_of(scene.column, _ROUND))
    known = [paint.COLOURS[each] for each in vertebra.category]
    colours = [paint.FAINT] if len(known) == len(CATEGORIES) else known or [paint.EDGE]
    whole = len(colours) == 1 and vertebra.certainty == "certain"
    drawn = 7 if vertebra.certainty == "certain" else 4
    for position, colour in enumerate(colours):
        yield element(
            "path", d=outline, class_="outline", fill="none", stroke=colour, stroke_width=2.2,
            stroke_dasharray=None if whole else f"{drawn} {7 * len(colours) - drawn}", stroke_dashoffset=-7 * position,
        )  # fmt: skip


def _label(label: Label, vertebra: Vertebra) -> Iterator[Markup]:
    if label.moved:
        line = ((label.x + 1, label.y), label.anchor)
        yield element("path", d=path(line, closed=False), stroke=paint.FAINT, stroke_width=0.6)
    words = label.level
    if vertebra.lesion:
        words = element("tspan", label.level, font_weight="bold") + Markup(" {}").format(label.total)
    yield paint.text(
        words, (label.x, label.y + label.size * 0.36), stroke="none",
        fill=paint.INK if vertebra.lesion else paint.FAINT,
    )  # fmt: skip


def _reach(label: Label) -> Markup:
    """Return an unseen area between words and bone, so that a lesion can be pointed at without aiming."""
    left, top, _, bottom = label.box
    right = label.anchor[0]
    corners = ((left, top), (right, top), (right, bottom), (left, bottom))
    return element("path", d=path(corners), fill="none", stroke="none", pointer_events="all")
