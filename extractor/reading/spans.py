"""Find the vertebrae of a span that is given by its two ends in other ways than as a range."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from extractor.reading.cues import Mention
from extractor.reading.levels import LevelMention
from extractor.reading.page import Page
from extractor.reading.sites import Site
from extractor.values import levels_between

_UP_TO: Final = re.compile(
    r"[^;.]{0,60}\b(?:up|upwards?|cranially|above|cephalad|superiorly|rostrally)\b"
    r"[^;.]{0,25}\b(?:to|as far as|reaching)(?: the| level of)* "
)
_DOWN_TO: Final = re.compile(
    r"[^;.]{0,30}\b(?:down|downwards?|caudally|below|inferiorly|distally)\b"
    r"[^;.]{0,25}\b(?:to|as far as|reaching)(?: the| level of)* "
)
_UPWARD: Final = frozenset({"up", "upward", "upwards", "cranially", "above", "cephalad", "superiorly", "rostrally"})


def span_of_discs(mention: Mention, page: Page, site: Site) -> tuple[str, ...]:
    """Return the vertebrae between two discs that bound a span ("oedema from the T9-10 disc to the bottom of T11")."""
    if "span" not in mention.rule.tags or not site.discs:
        return ()
    after = sorted((one for one in (*site.discs, *site.levels) if one.start >= mention.end), key=lambda one: one.start)
    if len(after) < 2 or after[0].role != "disc":
        return ()
    if not re.fullmatch(r"[^,;.]*\bfrom (?:the )?", page.text[mention.end : after[0].start]):
        return ()
    if not re.search(r"\bto\b[^,;.]*$", page.text[after[0].end : after[1].start]):
        return ()
    return levels_between(after[0].levels[-1], after[1].levels[0])


def up_and_down(mention: Mention, page: Page, after: Sequence[LevelMention]) -> tuple[str, ...]:
    """Return the levels of a span given by its two ends ("oedema extends up to T7 and down to T11")."""
    if "span" not in mention.rule.tags or len(after) < 2 or _UPWARD.isdisjoint(page.said[mention.sentence]):
        return ()
    if not _UP_TO.fullmatch(page.text, mention.end, after[0].start):
        return ()
    return (
        levels_between(after[0].levels[0], after[1].levels[-1])
        if (_DOWN_TO.fullmatch(page.text, after[0].end, after[1].start))
        else ()
    )
