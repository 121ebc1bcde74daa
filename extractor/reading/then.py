"""Tell what is said of an earlier date."""

from __future__ import annotations

import re
from typing import Final

from extractor.reading.cues import Mention
from extractor.reading.page import Page

_WAS: Final = frozenset({"was", "were"})
_THEN: Final = re.compile(
    r"(?:in |on )?(?:the )?(?:then|previously|before|prior|baseline|earlier|formerly|last (?:study|time|scan)"
    r"|\d{1,2}[./]\d"
    r"|(?:\d{1,2} )?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b)[^:.;]{0,16}:"
)
_TODAY: Final = re.compile(
    r"(?:today|now|currently|at present|present (?:study|scan|exam\w*)|this (?:study|scan|time))\b[^:.;]{0,16}:"
)
_AT_THAT_TIME: Final = re.compile(
    r" (?:then\b|(?:in|on|at) (?:the )?(?:jan|feb|mar|apr|may\b|jun|jul|aug|sep|oct|nov|dec|prior|previous|last"
    r"|first|earlier|baseline|20\d\d))"
)
#: "Given as ESCC 3 in the outside report".
_ELSEWHERE: Final = re.compile(
    r" (?:in|by|on) the (?:outside|previous|prior|earlier|old|referring|original) (?:hospital )?"
    r"(?:report|reader|mri?|ct|study)\b"
)
#: "The deposit, 14 mm at the last examination, has attained 26 mm".
_ON_THE_LAST: Final = re.compile(
    r" (?:at|on|in) (?:the )?(?:prior|previous|last|earlier|baseline)(?: (?:mri?|ct|annual|examination|exam|study|scan"
    r"|imaging|visit))*\b(?= *[,;)]| and| but)"
)
#: "The left pedicle, spared in May, is now infiltrated": set apart by commas, with what is now behind it.
_ASIDE: Final = re.compile(_AT_THAT_TIME.pattern + r"[^,;.]{0,20}, ")
_APART: Final = re.compile(r", (?:(?!was |were |is |are )[\w-]+ ?){1,3}$")
_NOW_WORDS: Final = frozenset({"now", "today", "currently", "presently", "meanwhile", "since"})
_TODAYS: Final = re.compile(r"\b(?:now|today|currently)\b")
_AS_NOW: Final = re.compile(r",? (?:or|and|as|nor) (?:now|today)\b")
_THEN_WORDS: Final = frozenset({"prior", "previous", "last", "earlier", "baseline"})


def is_then(mention: Mention, page: Page) -> bool:
    """Tell whether a mention stands under an earlier date that today's follows ("March: lytic. Today: sclerotic.")."""
    if mention.rule.field == "lesion" or ":" not in page.said[mention.sentence]:
        return False
    sentence = page.sentences[mention.sentence]
    if not _THEN.match(page.text, sentence.start + sentence.lead, mention.start):
        return False
    below = page.sentences[mention.sentence + 1 : mention.sentence + 4]
    return any(one.unit == sentence.unit and _TODAY.match(page.text, one.start + one.lead, one.end) for one in below)


def was_aside(mention: Mention, page: Page) -> bool:
    """Tell whether a mention is set apart by commas as an earlier state ("the pedicle, spared in May, is now ...")."""
    if _NOW_WORDS.isdisjoint(page.said[mention.sentence]) or not _ASIDE.match(page.text, mention.end):
        return False
    return _APART.search(page.text, max(0, mention.start - 2), mention.end) is not None


def was_then(mention: Mention, page: Page) -> bool:
    """Tell whether a mention is of an earlier date ("both pedicles were normal in January")."""
    if mention.amount and not _THEN_WORDS.isdisjoint(page.said[mention.sentence]):
        return bool(_ON_THE_LAST.match(page.text, mention.end))
    if mention.rule.field == "lesion":
        return False
    if _ELSEWHERE.match(page.text, mention.end):
        return True
    if not _NOW_WORDS.isdisjoint(page.said[mention.sentence]):
        end = page.sentences[mention.sentence].end
        then = _AT_THAT_TIME.match(page.text, mention.end)
        if then and not _AS_NOW.match(page.text, then.end()) and _TODAYS.search(page.text, mention.end, end):
            return True  # "the pedicles, intact in May, are now infiltrated"
    if _WAS.isdisjoint(page.said[mention.sentence]):
        return False
    said = page.text[mention.start : mention.end + 1]
    return (" was " in said or " were " in said) and bool(_AT_THAT_TIME.match(page.text, mention.end))
