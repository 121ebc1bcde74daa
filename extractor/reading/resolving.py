"""Intersect the statements on each lesion into sets of admitted grades, field by field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final, NamedTuple

from extractor.reading.holding import statements_of
from extractor.reading.statements import Statement
from extractor.record import FieldValue, unsaid
from extractor.values import CORD_LEVELS, GRADES, Evidence, in_order, location_grades, status_of

#: Positive findings that one scale orders: the graver counts.
_GRAVER = {"alignment": ("subluxation", "deformity")}
#: Heights kept, with the share of the body said in the same breath.
_KEPT = {"kept_most", "kept_small"}
_BINARY = {
    "epidural": "present",
    "cord_compression": "present",
    "cord_signal": "abnormal",
    "paraspinal": "present",
    "nerve_root": "present",
}
#: Fields whose statements are narrowed with no look at others.
_ALONE: Final = frozenset({"alignment", "paraspinal", "nerve_root", "cord_signal"})
#: Fields that are resolved together.
_CANAL: Final = frozenset({"epidural", "escc", "cord_compression"})
#: What tells of a grade of ESCC without naming it.
_INDIRECT: Final = frozenset({"sign", "csf", "shape"})
#: All twelve fields of a lesion of which nothing is said.
_UNSAID: Final = {field: unsaid(field) for field in GRADES}


class Partly(NamedTuple):
    """A field of one lesion while it is resolved; no words come twice in its evidence."""

    grades: tuple[str, ...]
    conflict: bool
    evidence: tuple[Evidence, ...]


def resolve_fields(level: str, statements: Sequence[Statement], pain: FieldValue) -> dict[str, FieldValue]:
    """Return all twelve fields of a lesion."""
    of_field: dict[str, list[Statement]] = {}
    for one in statements:
        of_field.setdefault(one.field, []).append(one)
    about: dict[str, list[Statement]] = {}
    for field, some in of_field.items():
        if holding := statements_of(level, some):
            about[field] = holding
    values = _UNSAID | {"location": _location(level), "pain": pain}
    parts: dict[str, Partly] = {}
    for field in _ALONE & about.keys():
        parts[field] = _narrowed(field, about[field])
    if "bone_lesion" in about:
        parts["bone_lesion"] = _character(about["bone_lesion"])
    if "collapse" in about or "involvement" in about:
        parts["collapse"] = _collapse(about.get("collapse", ()), about.get("involvement", ()))
    if "posterolateral" in about:
        parts["posterolateral"] = _sides(about["posterolateral"])
    if not _CANAL.isdisjoint(about):
        parts |= _canal(about.get("epidural", ()), about.get("escc", ()), about.get("cord_compression", ()))
    if level not in CORD_LEVELS:
        parts.pop("cord_signal", None)
    for field, part in parts.items():
        values[field] = _value(field, part)
    return values


@lru_cache(64)
def _location(level: str) -> FieldValue:
    grades = location_grades(level)
    return FieldValue(grades, status_of("location", grades))


def add_sides(level: str, documents: Sequence[Sequence[Statement]]) -> FieldValue:
    """Return the posterolateral involvement that the statements of several documents add up to."""
    about = [one for statements in documents for one in statements if one.field == "posterolateral"]
    return _value("posterolateral", _sides(statements_of(level, about)))


def _value(field: str, part: Partly) -> FieldValue:
    grades = in_order(field, part.grades)
    return FieldValue(grades, status_of(field, grades), part.conflict, part.evidence)


def _words(statements: Sequence[Statement]) -> tuple[Evidence, ...]:
    """Return the distinct words of statements."""
    evidence = [one.evidence for one in statements]
    return tuple(dict.fromkeys(evidence)) if len(evidence) > 1 else tuple(evidence)


def _narrowed(field: str, statements: Sequence[Statement]) -> Partly:
    """Intersect statements; the graver positive counts, the impression wins a contradiction."""
    if not statements:
        return Partly(GRADES[field], conflict=False, evidence=())
    if field == "alignment":
        statements = _with_old_slips(statements)
    order = _GRAVER.get(field, (_BINARY[field],) if field in _BINARY else ())
    grades = set(GRADES[field])
    conflict = False
    for one in sorted(statements, key=_weight) if len(statements) > 1 else statements:
        left = grades.intersection(one.grades)
        if left:
            grades = left
            continue
        positives = [grade for grade in order if grade in (*grades, *one.grades)]
        if field in _GRAVER and len(positives) > 1:
            grades = {positives[0]}
            continue
        conflict = True
    return Partly(tuple(grades), conflict, _words(statements))


def _with_old_slips(statements: Sequence[Statement]) -> Sequence[Statement]:
    """Leave `normal` open wherever a displacement is named again that another sentence calls degenerative or old."""
    opened = [
        one.grades for one in statements if "normal" in one.grades and len(one.grades) == 2 and not one.mention.denied
    ]
    if not opened:
        return statements
    return [
        replace(one, grades=wider)
        if (wider := next((grades for grades in opened if set(one.grades) < set(grades)), None))
        and "normal" not in one.grades
        else one
        for one in statements
    ]


def _weight(one: Statement) -> tuple[bool, bool, bool, bool, int, bool, int]:
    """Order by the ladder: the addendum, figures, the level's own words, the specific, the impression."""
    return (
        one.section != "addendum",
        not one.figure,
        one.target.scope != "own",
        "general" in one.mention.rule.tags,
        len(one.target.levels),
        one.section == "findings",
        len(one.grades),
    )


def _character(statements: Sequence[Statement]) -> Partly:
    current = [one for one in statements if "current" in one.mention.rule.tags and one.target.scope == "own"]
    statements = current or statements
    seen = {grade for one in statements if len(one.grades) == 1 for grade in one.grades}
    own = {grade for one in statements if one.target.scope == "own" and len(one.grades) == 1 for grade in one.grades}
    grades = own or seen
    if len(grades) > 1:
        grades = {"mixed"}
    return Partly(tuple(grades) or GRADES["bone_lesion"], conflict=False, evidence=_words(statements))


def _collapse(height: Sequence[Statement], share: Sequence[Statement]) -> Partly:
    """Join height and share of the body (reading rules, section 5)."""
    share = [
        *share,
        *(replace(one, grades=(one.grades[0].removeprefix("kept_"),)) for one in height if one.grades[0] in _KEPT),
    ]
    height = [replace(one, grades=("kept",)) if one.grades[0] in _KEPT else one for one in height]
    grades: set[str] = {"over_50", "under_50", "kept"}
    conflict = False
    for one in sorted(height, key=_weight):
        left = grades & set(one.grades)
        conflict = conflict or not left
        grades = left or grades
    shares = {grade for one in share for grade in one.grades if one.target.scope == "own"} or {
        grade for one in share for grade in one.grades
    }
    evidence = _words((*height, *share))
    involved = "most" if "most" in shares else "small" if shares & {"small", "none"} else "part" if shares else ""
    if not height:
        open_grades = {"most": ("over_50", "under_50", "none_over_50_involved")}.get(
            involved, ("none",) if "none" in shares else GRADES["collapse"]
        )
        return Partly(open_grades, conflict=False, evidence=evidence if involved == "most" or "none" in shares else ())
    kept = {"most": ("none_over_50_involved",), "small": ("none",)}.get(involved, ("none_over_50_involved", "none"))
    left_over = tuple(grade for grade in grades if grade != "kept") + (kept if "kept" in grades else ())
    return Partly(left_over, conflict, evidence if "kept" in grades else _words(height))


def _sides(statements: Sequence[Statement]) -> Partly:
    lamina = {one.mention.sentence for one in statements if "lamina" in one.grades}
    statements = [one for one in statements if "some" not in one.grades or one.mention.sentence not in lamina]
    said = {grade for one in statements for grade in one.grades}
    evidence = _words(statements)
    several = any("plural" in one.grades and len(one.target.levels) > 1 for one in statements)
    positive = said & {"left", "right", "one", "both", "plural", "some"}
    spared = any(
        one.target.scope == "own" and "general" not in one.mention.rule.tags
        for one in statements
        if "none" in one.grades
    )
    if positive == {"some"} and spared:  # "The posterior arch. The pedicles are spared."
        return Partly(("none",), conflict=False, evidence=evidence)
    conflict = (
        bool(positive)
        and "none" in said
        and any(one.target.scope == "own" for one in statements if "none" in one.grades)
    )
    if (
        "both" in said
        or {"left", "right"} <= said
        or ("plural" in said and not several and not said & {"left", "right"})
    ):
        return Partly(("bilateral",), conflict, evidence)
    if said & {"left", "right", "one"}:
        return Partly(("unilateral",), conflict, evidence)
    if said & {"some", "plural"}:
        return Partly(("bilateral", "unilateral"), conflict, evidence)
    if "none" in said or {"spared_left", "spared_right"} <= said:
        return Partly(("none",), conflict=False, evidence=evidence)
    if said & {"spared_left", "spared_right", "spared_one"}:
        return Partly(("unilateral", "none"), conflict=False, evidence=evidence)
    return Partly(GRADES["posterolateral"], conflict=False, evidence=())


def _canal(
    epidural: Sequence[Statement], escc: Sequence[Statement], compression: Sequence[Statement]
) -> dict[str, Partly]:
    """Resolve epidural disease, ESCC and cord compression together, so that they agree."""
    space = _narrowed("epidural", epidural)
    by_bone = [one for one in compression if "bone" in one.mention.rule.tags]
    if by_bone and _is_denied(epidural):
        by_bone = list(compression)
    cord = _narrowed("cord_compression", compression)
    compressed = cord.grades == ("present",) and len(by_bone) < len(compression)
    grades, told = _escc(escc, space.grades, cord.grades, compressed=compressed)
    untouched = any("touch" in one.mention.rule.tags and one.mention.denied for one in escc)
    if cord.grades == ("absent",) and (left := grades & {"0", "1a", "1b", "1c"}):
        grades = left
    if space.grades == ("absent",) and not told and not compressed:
        grades = {"0"}
    present = grades <= {"1a", "1b", "1c", "2", "3"}
    space_grades = ("present",) if present else ("absent",) if grades == {"0"} else space.grades
    cord_grades = cord.grades
    if grades <= {"2", "3"}:
        cord_grades = ("present",)
    elif (grades <= {"1a", "1b", "1c"} or (untouched and len(cord_grades) > 1)) and not by_bone:
        cord_grades = ("absent",)
    everything = _words((*epidural, *compression, *escc))
    return {
        "epidural": Partly(space_grades, space.conflict, everything if len(space_grades) == 1 else ()),
        "escc": Partly(tuple(grades), conflict=False, evidence=everything if len(grades) < 6 else ()),
        "cord_compression": Partly(cord_grades, cord.conflict, everything if len(cord_grades) == 1 else ()),
    }


def _escc(
    escc: Sequence[Statement], space: tuple[str, ...], cord: tuple[str, ...], *, compressed: bool
) -> tuple[set[str], bool]:
    """Return the grades that statements on ESCC leave beside those on the space and the cord.

    And whether a grade, or a sign of one, is named.
    """
    explicit = [one.grades for one in escc if _INDIRECT.isdisjoint(one.mention.rule.tags)]
    if explicit:
        return set(max(explicit, key=max)), True
    signs = [one for one in escc if "sign" in one.mention.rule.tags and not one.mention.denied]
    grades = set(GRADES["escc"])
    if compressed:
        grades = {"2", "3"}
    elif cord != ("absent",) and any(_is_effaced(one) for one in escc):
        grades = {"3"}
    elif signs:
        grades = {max(one.grades[0] for one in signs)}
    elif space == ("present",):
        grades -= {"0"}
    elif space == ("absent",):
        grades = {"0"}
    for one in escc:
        left = grades & set(one.grades)
        if left and one not in signs and ("csf" not in one.mention.rule.tags or compressed):
            grades = left
    return grades, bool(signs)


def _is_effaced(one: Statement) -> bool:
    """Tell whether no fluid is left around the cord at a level of its own."""
    return one.grades == ("3",) and "csf" in one.mention.rule.tags and one.target.scope == "own"


def _is_denied(epidural: Sequence[Statement]) -> bool:
    """Tell whether epidural disease is denied, and nowhere found."""
    said = [one.grades for one in epidural]
    return ("absent",) in said and ("present",) not in said
