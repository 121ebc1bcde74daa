"""Elements about agreement: a report against itself, and against what follows from its own words."""

from __future__ import annotations

from typing import Final

from extractor.audit.states import State
from extractor.record import Lesion, Record, StatedSins
from extractor.values import Certainty

#: How far a report concludes on a lesion: a hedge that is never taken back leaves the question open.
_CONCLUSIONS: Final[dict[Certainty, State]] = {"certain": "stated", "probable": "partial", "possible": "missing"}
#: Rules that read a grade written as such, "Bilsky 1b", rather than a description.
_ESCC_GRADES: Final = ("escc.grade_", "escc.next_")


def agreement_states(record: Record, lesion: Lesion) -> dict[str, State]:
    """Return the states of a lesion's elements of agreement."""
    return {
        "conclusion": _CONCLUSIONS[lesion.certainty],
        "findings_impression": _findings_impression(record, lesion),
        "stated_sins": _stated_sins(record, lesion),
        "stated_escc": _stated_escc(lesion),
    }


def _findings_impression(record: Record, lesion: Lesion) -> State:
    """Return whether findings and impression agree on the lesion, in a report that has both."""
    kinds = {section.kind for document in record.documents for section in document.sections}
    if not {"findings", "impression"} <= kinds:
        return "not_applicable"
    conflicts = (value for value in lesion.fields.values() if value.conflict)
    sections = ({evidence.section for evidence in value.evidence} for value in conflicts)
    return "contradictory" if any({"findings", "impression"} <= each for each in sections) else "stated"


def _stated_sins(record: Record, lesion: Lesion) -> State:
    """Return whether a SINS the report states lies within what follows from its words."""
    said = [stated for stated in record.findings.stated_sins if _is_about(stated, record, lesion)]
    if not said:
        return "not_applicable"
    return "stated" if all(_admits(lesion, stated) for stated in said) else "contradictory"


def _is_about(stated: StatedSins, record: Record, lesion: Lesion) -> bool:
    """Tell whose SINS is stated; one without a level is of the worst lesion."""
    worst = record.summary.worst_level if record.summary else None
    return lesion.level == (stated.level or worst)


def _admits(lesion: Lesion, stated: StatedSins) -> bool:
    sins = lesion.sins
    total = stated.total is None or sins.low <= stated.total <= sins.high
    return total and (stated.category is None or stated.category in sins.category)


def _stated_escc(lesion: Lesion) -> State:
    """Return whether an ESCC grade the report states agrees with its description."""
    escc = lesion.fields["escc"]
    if not any(evidence.rule.startswith(_ESCC_GRADES) for evidence in escc.evidence):
        return "not_applicable"
    return "contradictory" if escc.conflict else "stated"
