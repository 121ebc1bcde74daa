"""The page of an audit, from its headline to its method; everything from the data is escaped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from extractor.audit.checks import Check
from extractor.audit.completeness import ALL, PERIOD
from extractor.audit.results import Audit
from extractor.evaluate.figures import wilson
from extractor.render.html import environment
from extractor.render.page.groups import group_section, period_section
from extractor.render.page.levels import levels_section
from extractor.render.page.parts import Section
from extractor.render.page.stability import deciding_section, ranges_section
from extractor.render.page.whole import compare_section, completeness_section, incomplete_section
from extractor.render.shares import dicts, percent, span
from extractor.render.words import visible


def render_audit_page(audit: Audit, checks: Sequence[Check]) -> str:
    """Return the page; drawings need what `has_plots` looks for."""
    counted = audit.about["counted"]
    return environment().get_template("audit.html.j2").render(
        name=visible(counted["run"]),
        counted=counted,
        headline=headline(audit),
        sections=list(_sections(audit)),
        checks=checks,
        method=audit.about["method"],
        digest=audit.about["checks_digest"],
        notes=[visible(note) for note in audit.notes],
    )  # fmt: skip


def headline(audit: Audit) -> tuple[tuple[str, str, str], ...]:
    """Return what is told first: a number, what it is, and what goes with it."""
    counted = audit.about["counted"]
    category = counted["category"]
    judged = category["settled"] + category["open"]
    stabilised = category["stabilised"]
    settled = f"{category['settled']} of {judged} lesions outside stabilised spans{_interval(audit, judged)}"
    return (
        (str(counted["reports"]), "reports", _quarantine(counted)),
        (str(counted["lesions"]), "lesions", f"{stabilised} inside a stabilised span, where SINS is not validated"),
        (percent(category["settled"] / judged) if judged else "–", "stability category settled", settled),
    )


def _interval(audit: Audit, judged: int) -> str:
    """Return the interval of the share that is settled: over clusters, where the check is asked and it can be told."""
    if not judged:
        return ""
    table = audit.tables["completeness"]
    for row in dicts(table[(table["element"] == "category") & (table["grouping"] == ALL)]):
        if row["robust_low"] is not None:
            cluster = visible(row["cluster"])
            return f"; 95 % interval {span(row['robust_low'], row['robust_high'])} %, by {cluster}"
    return f"; 95 % interval {span(*wilson(audit.about['counted']['category']['settled'], judged))} %"


def _quarantine(counted: Mapping[str, Any]) -> str:
    aside = counted.get("quarantined", 0)
    return f"{aside} more in quarantine" if aside else ""


def _sections(audit: Audit) -> Iterator[Section]:
    table = audit.tables["completeness"]
    whole = table[table["grouping"] == ALL]
    yield completeness_section(table)
    yield levels_section(audit.tables["levels"])
    yield deciding_section(audit.tables["deciding"])
    yield ranges_section(audit.tables["ranges"])
    for name in audit.about["wish"]["by"]:
        yield group_section(name, table[table["grouping"] == name], whole)
    if period := audit.about["wish"]["period"]:
        yield period_section(table[table["grouping"] == PERIOD], period)
    if "compare" in audit.tables:
        yield compare_section(audit.tables["compare"], audit.about["against"])
    yield incomplete_section(audit.tables["incomplete"])
