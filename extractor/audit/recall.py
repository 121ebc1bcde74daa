"""How much of what stands in a report the extractor reads: the limit of what "missing" can mean."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from extractor.errors import CheckError
from extractor.textfile import printable, reason

_SHIPPED: Final = Path(__file__).parent / "recall.toml"
#: Elements that are read as the field of another name.
_AS: Final = {"collapse_degree": "collapse", "stated_escc": "escc"}


@dataclass(frozen=True, slots=True)
class Recall:
    """The share of the facts of a field that are read, with its 95 % interval; `n` facts were counted."""

    recall: float
    low: float
    high: float
    n: int


@cache
def shipped_recall() -> Mapping[str, Recall]:
    """Return the recall by field on the corpus that ships along."""
    return {field: Recall(**figures) for field, figures in tomllib.loads(_SHIPPED.read_text(encoding="utf-8")).items()}


def load_recall(file: Path) -> Mapping[str, Recall]:
    """Return the recall by field of `sinsight evaluate --format json`, made on reports of one's own; CheckError."""
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
        figures = {name: field["facts"]["recall"] for name, field in data["fields"].items()}
        found = {name: _recall(figure) for name, figure in {**figures, "level": data["levels"]["recall"]}.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        remedy = "give what `sinsight evaluate CORPUS --format json` prints"
        raise CheckError(f"{printable(str(file))}: holds no figures of recall ({reason(error)}); {remedy}") from None
    return {name: recall for name, recall in found.items() if recall is not None}


def recall_of(element: str, recalls: Mapping[str, Recall]) -> Recall | None:
    """Return the recall an element is read with; None where it was not measured."""
    return recalls.get(_AS.get(element, element))


def _recall(figure: Mapping[str, Any]) -> Recall | None:
    """Return a figure of the evaluation; None where there was no fact to find."""
    if figure["value"] is None or figure["low"] is None:
        return None
    return Recall(figure["value"], figure["low"], figure["high"], figure["n"])
