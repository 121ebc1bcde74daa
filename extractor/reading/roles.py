"""What a level expression stands for, by the words around it: a vertebra, a root, a disc, a sequence."""

from __future__ import annotations

from collections.abc import Collection

from extractor.patterns import Patterns, Rule


def role_of(sentence: str, start: int, end: int, levels: Collection[str], patterns: Patterns) -> str:
    """Return what the expression stands for, by the words just before and after it."""
    sequences_only = set(levels) <= {"T1", "T2"} and sentence[start] == "t"
    before = sentence[max(0, start - 110) : start]
    after = sentence[end : end + 110]
    roles = {"before": "", "after": ""}
    for rule in patterns.of("level_role"):
        side = "before" if "before" in rule.tags else "after"
        if roles[side] or ("t1t2" in rule.tags and not sequences_only):
            continue
        if _speaks(rule, before if side == "before" else after, side):
            roles[side] = rule.grades[0]
    if start < 3 and sentence[end : end + 1] == "," and "treatment" in roles.values():
        return "vertebra"  # "T7, cemented, with 60 % loss of height"
    return _settled(roles["before"], roles["after"])


def _speaks(rule: Rule, context: str, side: str) -> bool:
    if side == "before":
        return any(regex.search(context) for regex in rule.regexes)
    return any(regex.match(context) for regex in rule.regexes)


def _settled(before: str, after: str) -> str:
    """Weigh both sides: signal words before win, then a vertebral word on either side, then the rest."""
    if before == "outside" or (before == "sequence" and after != "vertebra"):
        return before
    if before == "sequence" or "vertebra" in (before, after):
        if after in {"rib", "root", "disc"}:
            return after
        return "sequence" if before == "sequence" and after != "vertebra" else "vertebra"
    return after or before or "vertebra"
