"""Reviewed reports as gold records, which `sinsight evaluate` reads."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Any

from extractor.archive.columns import BAR
from extractor.case.facts import LESION
from extractor.page.origin import Origin
from extractor.page.store import Decisions
from extractor.page.values import LESION_FIELDS, Values, levels_of
from extractor.values import SYMPTOMS, level_order


def gold_lines(decisions: Mapping[str, Decisions], origin_of: Callable[[str, str], Origin]) -> Iterator[str]:
    """Yield a line for each report or case that was accepted, as read or corrected, in the order of ids.

    `origin_of` gives what it was read from by its id and digest. Where the texts are not known the line has an empty
    one: it is compared with records that are there (`sinsight evaluate --records`), and not read anew.
    """
    for report in sorted(decisions):
        values = decisions[report].accepted
        if values is not None:
            origin = origin_of(report, decisions[report].digest)
            yield json.dumps(gold_record(report, origin, values), ensure_ascii=False) + "\n"


def gold_record(report: str, origin: Origin, values: Values) -> dict[str, Any]:
    """Return values as the gold record of what was read."""
    lesions = [
        {"level": level, "certainty": values[level, LESION]}
        | {field: _grades(values, level, field) for field in LESION_FIELDS}
        for level in sorted(levels_of(values), key=level_order)
    ]
    return {"id": report, **_read(origin), "lesions": lesions, "report": _wide(values)}


def _read(origin: Origin) -> dict[str, Any]:
    """Return the text of a report, or the documents and facts of a case."""
    if not origin.documents:
        return {"text": ""}
    first, *others = origin.documents
    if not (others or origin.facts or first.kind or first.date):
        return {"text": first.text}
    facts = [{"level": one.level, "field": one.field, "grade": "+".join(one.grades)} for one in origin.facts]
    return {"documents": [asdict(one) for one in origin.documents], "facts": facts}


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
