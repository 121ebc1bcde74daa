"""Reviewed reports as gold records, which `sinsight evaluate` reads."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from extractor.archive.columns import BAR
from extractor.case.facts import LESION
from extractor.page.store import Decisions
from extractor.page.values import LESION_FIELDS, Values, levels_of
from extractor.values import SYMPTOMS, level_order


def gold_lines(decisions: Mapping[str, Decisions], text_of: Callable[[str, str], str | None]) -> Iterator[str]:
    """Yield a line for each report that was accepted, as read or corrected, in the order of ids.

    `text_of` gives a text by a report's id and its digest. Where it is not known the line has an empty one: it is
    compared with records that are there (`sinsight evaluate --records`), and not read anew.
    """
    for report in sorted(decisions):
        values = decisions[report].accepted
        if values is not None:
            text = text_of(report, decisions[report].digest) or ""
            yield json.dumps(gold_record(report, text, values), ensure_ascii=False) + "\n"


def gold_record(report: str, text: str, values: Values) -> dict[str, Any]:
    """Return values as a gold record."""
    lesions = [
        {"level": level, "certainty": values[level, LESION]}
        | {field: _grades(values, level, field) for field in LESION_FIELDS}
        for level in sorted(levels_of(values), key=level_order)
    ]
    return {"id": report, "text": text, "lesions": lesions, "report": _wide(values)}


def _grades(values: Values, level: str, field: str) -> list[str] | None:
    word = values.get((level, field), "")
    return word.split(BAR) if word else None


def _wide(values: Values) -> dict[str, Any]:
    def word(field: str) -> str:
        return values.get(("", field), "")

    return {
        "pain": _grades(values, "", "pain"),
        "symptoms": {name: _one(word(name)) for name in SYMPTOMS},
        "leptomeningeal": _one(word("leptomeningeal")),
        "intramedullary": _one(word("intramedullary")),
        "diffuse": [one for one in word("diffuse").split(BAR) if one],
        "tomita": [int(one) for one in word("tomita").split(BAR) if one],
        "other_fractures": [dict(zip(("level", "cause"), one, strict=True)) for one in _split(word("other_fractures"))],
        "treatment": [{"kind": kind, "levels": levels} for kind, *levels in _split(word("treatment"))],
    }


def _one(word: str) -> str | None:
    """Return what is present or absent; nothing while both are possible."""
    return word or None


def _split(word: str) -> Iterable[list[str]]:
    return [one.split(" ") for one in word.split("; ")] if word else []
