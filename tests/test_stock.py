"""Stock medspaCy with our rules and our reader find and judge the same; how they differ is named and counted."""

from __future__ import annotations

import pytest

from benchmarks.agreement import compared, differences
from benchmarks.reports import corpus_texts

SAMPLE = corpus_texts()[:800:20]
#: Every kind of difference with its count; one more, one less or one of a new kind is looked at by whoever causes it.
COUNTS = {
    "found by ours alone: borrows a label": 50,
    "hedged by ours alone: the cue is one of the words": 33,
    "found by stock alone: leaves its sentence": 17,
    "found by stock alone: in a heading": 15,
    "hedged by stock alone": 14,
    "denied by ours alone: the cue is one of the words": 8,
    "denied by stock alone": 7,
    "denied by ours alone": 5,
    "past by ours alone": 4,
    "found by ours alone: stock leaves its sentence there": 3,
    "hedged by ours alone": 4,
    "found by ours alone: at a line end": 2,
    "past by stock alone: the cue is one of the words": 2,
}

WITHIN_IT = ("denied by ours alone: the cue is one of the words", "intramedullary.tumour")


def test_both_find_and_judge_the_same_but_for_known_kinds() -> None:
    counts = compared(SAMPLE)
    both, alike = counts.pop("found by both"), counts.pop("judged alike")
    assert counts == COUNTS
    assert both > 1600  # these grow with the patterns
    assert alike > 1200


@pytest.mark.parametrize(
    ("text", "kind", "rule"),
    [
        ("FINDINGS: Lytic metastasis of T7.", "found by both", "bone_lesion.lytic"),
        ("FINDINGS: Lytic metastasis of T7. No collapse.", "judged alike", "collapse.unspecified"),
        ("FINDINGS: Metastasis of T7. No abnormal intradural enhancement.", *WITHIN_IT),
    ],
)
def test_a_difference_is_called_by_its_kind(text: str, kind: str, rule: str) -> None:
    assert kind in {one.kind for one in differences(text) if one.rule == rule}
