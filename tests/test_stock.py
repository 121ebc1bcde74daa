"""Stock medspaCy with our rules and our reader find and judge the same; how they differ is named and counted."""

from __future__ import annotations

import pytest

from benchmarks.agreement import compared, differences
from benchmarks.reports import corpus_texts

SAMPLE = corpus_texts()[:800:20]
#: Every kind of difference with its count; one more, one less or one of a new kind is looked at by whoever causes it.
COUNTS: dict[str, int] = {}


def test_both_find_and_judge_the_same_but_for_known_kinds() -> None:
    assert compared(SAMPLE) == COUNTS


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("FINDINGS: Lytic metastasis of T7. No collapse.", {}),
        (
            "FINDINGS: Height of T7, which is lytic, is\nmaintained.",
            {},
        ),
    ],
)
def test_a_difference_is_called_by_its_kind(text: str, kinds: dict[str, int]) -> None:
    assert {one.kind: (one.rule, text[one.start : one.end]) for one in differences(text)} == kinds
