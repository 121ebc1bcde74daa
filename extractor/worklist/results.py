"""The worklist as a table, a row a case."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from extractor.archive.columns import BAR
from extractor.render.words import distinct, field_words, levels_words, quoted
from extractor.worklist.cases import Case, Ground, Worklist
from extractor.worklist.reasons import load_reasons

if TYPE_CHECKING:
    import pandas as pd

TABLE: Final = "worklist"
#: The columns of the table with their meaning.
COLUMNS: Final[dict[str, str]] = {
    "rank": "the place on the list; empty for what could not be read",
    "id": "the case, as the source names it",
    "code": "the most urgent reason, which gave the place",
    "title": "that reason",
    "levels": "the levels it fits at; empty where none is named",
    "missing": "for W301: what would settle the category alone",
    "sins_low": "lowest SINS of the worst lesion",
    "sins_high": "highest SINS of the worst lesion",
    "words": "the report's words for it, with their section",
    "others": "the other reasons, as CODE:LEVELS",
    "why": "why it is urgent",
    "source": "where that is written",
    "place": "where the report stood: file, and row or message",
}


def worklist_table(found: Worklist) -> pd.DataFrame:
    """Return the table."""
    import pandas as pd

    whole = {"rank", "sins_low", "sins_high"}
    made = pd.DataFrame(list(rows(found)), columns=list(COLUMNS), dtype=object)
    return made.astype({name: "Int64" if name in whole else "string" for name in COLUMNS})


def rows(found: Worklist) -> Iterator[dict[str, Any]]:
    """Yield a row a case, in order; what could not be read comes last."""
    for rank, case in enumerate(found.cases, start=1):
        yield {"rank": rank} | _row(case)
    for case in found.unread:
        yield {"rank": None} | _row(case)


def method() -> Iterator[tuple[str, str]]:
    """Yield each reason by its code, with why and where that is written."""
    for reason in load_reasons():
        yield reason.code, f"{reason.title}: {reason.why} ({reason.source})"
    yield from ((f"column {name}", about) for name, about in COLUMNS.items())


def words_of(ground: Ground) -> Iterator[str]:
    """Yield the quotes of a ground with the section each stands in."""
    for one in distinct(ground.words):
        yield f"{quoted(one)} {one.section}"


def _row(case: Case) -> dict[str, Any]:
    first, *others = case.grounds
    return {
        "id": case.id,
        "code": first.reason.code,
        "title": first.reason.title,
        "levels": BAR.join(first.levels) or None,
        "missing": BAR.join(first.missing) or None,
        "sins_low": case.low,
        "sins_high": case.high,
        "words": "; ".join(words_of(first)) or None,
        "others": BAR.join(f"{one.reason.code}:{','.join(one.levels)}".rstrip(":") for one in others) or None,
        "why": first.reason.why,
        "source": first.reason.source,
        "place": case.place,
    }


def ground_words(ground: Ground) -> str:
    """Return a ground in words: what, where, and what is missing."""
    at = f" at {levels_words(ground.levels)}" if ground.levels else ""
    missing = f": {' or '.join(field_words(name) for name in ground.missing)}" if ground.missing else ""
    return f"{ground.reason.title}{at}{missing}"
