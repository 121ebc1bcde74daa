"""Which statements hold for a level: its own, those of the rest, and the wide ones that agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from extractor.reading.statements import Statement
from extractor.values import GRADES, region_of

#: Fields whose finding lies at one level or another, and not in the whole spine.
_FOCAL: Final = frozenset({"epidural", "escc", "cord_compression", "cord_signal", "paraspinal", "nerve_root"})


def statements_of(level: str, statements: Sequence[Statement]) -> list[Statement]:
    """Return the statements that hold for a level: its own or the rest's, and the wide ones that agree."""
    own: list[Statement] = []
    wide: list[Statement] = []
    excepted: list[Statement] = []
    rest: list[Statement] = []
    region = region_of(level)
    for one in statements:
        target, scope = one.target, one.target.scope
        if scope == "own":
            if level in target.levels:
                own.append(one)
        elif target.regions and region not in target.regions:
            continue
        elif scope == "only" and level in target.levels:
            own.append(one)
        elif scope == "except" and level in target.levels and one.mention.denied:
            excepted.append(replace(one, grades=one.mention.rule.grades))  # "no collapse other than at T8"
        elif scope == "only" or (scope == "except" and level not in target.levels):
            wide.append(one)
        elif scope == "rest":
            rest.append(one)
        elif scope == "wide" and not _is_anothers(level, one, statements):
            wide.append(one)
    own = [one for one in own if one.section == "addendum"] or own
    if not wide:
        return own or excepted or rest
    plain = [one for one in wide if one.target.scope != "only"]
    against = [one for one in wide if one.target.scope == "only"]
    if rest and any(_is_curve(one) for one in wide):
        rest = [one for one in rest if "normal" not in one.mention.rule.tags]  # "mild scoliosis" speaks of all
    if any(one.field == "bone_lesion" and one.target.regions for one in plain):
        rest = []  # "The cervical deposits are lytic, the remaining three are mixed."
    found = own or excepted or rest
    if not own and against:
        found = [*found, *(_opposite(one) for one in against)]
    return [*found, *(one for one in plain if not found or _agrees(one, found))]


def _is_anothers(level: str, one: Statement, statements: Sequence[Statement]) -> bool:
    """Tell whether a focal finding without a level is one that another level has of its own."""
    if one.field not in _FOCAL or not _is_found(one):
        return False
    owners = [other.target for other in statements if _is_found(other) and other.target.scope in {"own", "only"}]
    return bool(owners) and not any(level in owner.levels for owner in owners)


def _is_found(one: Statement) -> bool:
    return not one.mention.denied and "normal" not in one.mention.rule.tags and "0" not in one.grades


def _is_curve(one: Statement) -> bool:
    return (
        one.target.scope == "wide"
        and "deformity" in one.grades
        and not one.mention.denied
        and "normal" not in one.mention.rule.tags
    )


def _agrees(wide: Statement, own: Sequence[Statement]) -> bool:
    return all(set(wide.grades) & set(one.grades) for one in own)


def _opposite(one: Statement) -> Statement:
    """Return what "the only level with X" says of the other levels."""
    open_grades = len(one.grades) == len(GRADES.get(one.field, ()))  # "only at T7 has it broken out of bone"
    if one.mention.rule.denied and (one.field == "alignment" or open_grades):
        return replace(one, grades=one.mention.rule.denied)
    if one.grades == ("both",):
        return replace(one, grades=("spared_one",))  # "only T8 has both pedicles involved"
    space = {"collapse": ("kept",), "posterolateral": ("none",), "alignment": ("normal",), "escc": ("0",)}.get(
        one.field
    )
    grades = space or tuple(grade for grade in GRADES.get(one.field, ()) if grade not in one.grades)
    return Statement(one.field, grades or one.grades, one.target, one.section, one.mention, one.evidence, one.figure)
