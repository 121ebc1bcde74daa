"""The worklist on a terminal: what needs a look first, why, and the words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from extractor.render.words import range_words, visible
from extractor.worklist.cases import Case, Worklist
from extractor.worklist.results import ground_words, words_of

#: So many quotes a case; the files hold them all.
_QUOTES: Final = 4


def worklist_picture(found: Worklist, shown: Sequence[Case]) -> RenderableType:
    """Return the cases to be shown, how many there are of each kind, and what could not be read."""
    parts: list[RenderableType] = [_table(shown)] if shown else []
    parts += ["", Text(_counts(found, shown), style="bold")]
    if found.unread:
        parts.append(Text(f"Could not be read, so nothing is known of them ({len(found.unread)}):", style="bold red"))
        parts += [Text(f"  {visible(case.id)}, {visible(case.place)}") for case in found.unread]
    return Group(*parts)


def _table(shown: Sequence[Case]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False, show_edge=False, header_style="bold")
    for title in ("", "case", "code", "reason", "SINS", "the report's words"):
        table.add_column(title, overflow="fold", no_wrap=title in {"code", "SINS"})
    for rank, case in enumerate(shown, start=1):
        first, *others = case.grounds
        total = "" if case.low is None or case.high is None else range_words(case.low, case.high)
        reason = Text(ground_words(first), style="bold")
        for one in others:
            reason.append(f"\n{one.reason.code} {ground_words(one)}", style="dim not bold")
        quotes = list(words_of(first))
        more = f" +{len(quotes) - _QUOTES} more" if len(quotes) > _QUOTES else ""
        words = "; ".join(quotes[:_QUOTES]) + more
        table.add_row(str(rank), visible(case.id), first.reason.code, reason, total, words)
    return table


def _counts(found: Worklist, shown: Sequence[Case]) -> str:
    cut = f", {len(shown)} of them shown" if len(shown) < len(found.cases) else ""
    return (
        f"{found.all} cases: {len(found.cases)} on the list{cut}, {found.calm} with lesions and no reason, "
        f"{found.empty} without a lesion or reason, {len(found.unread)} not read."
    )
