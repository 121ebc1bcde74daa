"""Words that set a level apart: excepted from a range, or only what another is unlike."""

from __future__ import annotations

import re
from typing import Final

EXCEPTED: Final = re.compile(
    r",?(?: \()?(?: but)? ?\b(?:except(?:ing)?|excluding|but not|save|bar|apart from|other than"
    r"|with the (?:\w+ )?exception of|sparing"
    r"|the (?:sole |only |single |one )?exceptions? (?:being|is|are)|minus"
    r"|skipping|all but|without)(?: for)?(?: the)? $"
)
#: "From T4 to T9 every vertebra, T6 and T8 excepted", "L2 to L4, though here it is L3 that has been passed over".
EXCEPTED_AFTER: Final = re.compile(
    r"[ ,]*(?:alone |only |itself |both )?(?:(?:is|are|was|were|being|having|has|have|been|that"
    r"|which) )*(?:alone |both )?"
    r"(?:excepted|excluded|excluding|apart\b(?! from)|aside\b|spared|skipped|passed over|missed out|omitted|left out"
    r"|escaped|escaping)"
    r"(?= *(?:[.,;:)]|$))"
)
#: "The vertebrae from T4 to T9 except T7 contain deposits": said of the range.
GOES_ON: Final = re.compile(
    r",?\)? (?:contain|are|have|show|carry|harbou?r|hold|display|demonstrate|exhibit|enhance|bear|house)\b"
)
#: "T7, unlike T6, keeps its height" says nothing of T6.
_CONTRASTED: Final = re.compile(
    r"\b(?:unlike|in contrast (?:to|with)|in contradistinction to|as opposed to|contrary to|different(?:ly)? from)"
    r"(?: (?:at|in|to|that (?:at|in|of)|those (?:at|in|of)|the|its neighbour,?|(?:\w+ )?(?:vertebra|body|bodies"
    r"|level)s?))* $"
)

#: "In contrast to T6, whose body is replaced, T7 ..." says something of T6 after all.
_RELATIVE: Final = re.compile(r",? (?:whose|which|where|in which|the \w+ of which)\b")


def is_contrasted(text: str, first: int, start: int) -> bool:
    """Tell whether an expression stands behind "unlike"; its sentence starts at `first`."""
    return _CONTRASTED.search(text, max(first, start - 60), start) is not None


def is_beside_the_point(text: str, first: int, start: int, end: int) -> bool:
    """Tell whether an expression only says what something is unlike, and nothing is said of it ("..., whose")."""
    return is_contrasted(text, first, start) and not _RELATIVE.match(text, end)
