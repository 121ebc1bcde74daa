"""How far two reviewers agree on the reports that both have accepted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from extractor.evaluate import Evaluation, parse_gold
from extractor.evaluate.compare import compare_pairs
from extractor.evaluate.pairs import Pair
from extractor.evaluate.reading import Reading
from extractor.page.gold import gold_record
from extractor.page.origin import Origin
from extractor.page.store import Decisions


@dataclass(frozen=True, slots=True)
class Agreed:
    """Two reviewers compared, the first in the place of gold; None where no report was accepted by both."""

    first: str
    second: str
    evaluation: Evaluation | None


def agreement(decisions: Mapping[str, Mapping[str, Decisions]], first: str, second: str) -> Agreed:
    """Compare what two reviewers accepted of the same texts."""
    ours, theirs = decisions.get(first, {}), decisions.get(second, {})
    pairs = []
    for report in sorted(ours.keys() & theirs.keys()):
        mine, other = _reading(report, ours[report]), _reading(report, theirs[report])
        if mine and other and ours[report].digest == theirs[report].digest:
            pairs.append(Pair(report, mine, other))
    return Agreed(first, second, compare_pairs(pairs) if pairs else None)


def _reading(report: str, decided: Decisions) -> Reading | None:
    values = decided.accepted
    if values is None:
        return None
    line = json.dumps(gold_record(report, Origin(), values)).encode()
    return parse_gold(line, "review")[0].reading
