"""Tell when a mention says nothing of a vertebra."""

from __future__ import annotations

import re
from typing import Final

from extractor.reading.beside import BREAK, HERE_WORDS
from extractor.reading.cues import Mention
from extractor.reading.page import Page
from extractor.reading.place import Place
from extractor.reading.scope import EXCEPT_AT, EXCEPT_WORDS, OF_BONE, of_other_bone, recalls_exception
from extractor.reading.sites import Site, about_tumour
from extractor.reading.spans import span_of_discs

#: "As for the posterior elements, those of T5 are involved."
_AS_FOR: Final = re.compile(
    r"\b(?:with regard to|as regards|as for|as to|regarding|concerning|with respect to|turning to|in respect of)"
    r" (?:the |their |its )?$"
)
_HEADING_WORDS: Final = frozenset({"regard", "regards", "as", "regarding", "concerning", "respect", "turning"})
#: "... opposite the collapsed body": a place.
_OPPOSITE: Final = re.compile(r"\b(?:opposite|behind|beside|over|around|adjacent to) the $")
_BODY_NEXT: Final = re.compile(r" (?:vertebral )?(?:body|vertebra|level|segment)\b")
_ONE_OF: Final = re.compile(
    r"\b(?:one|two|some|several|most|a few) (?:of (?:them|these|which|the (?:lesions|metastases|deposits|levels"
    r"|vertebrae))|others?)\b(?![^;.]*\b(?:at|in) [cdtl]h?-?\d)"
    r"|(?<!all )(?<!the )(?<!these )(?<!those )(?<!last )(?<!first )\b(?:two|three|four|several|most|some)"
    r" (?:have|are|show|exhibit)\b"
)
_ONE_WORDS: Final = frozenset({"one", "two", "three", "four", "some", "several", "most", "few", "other", "others"})


def says_nothing(at: Place) -> bool:
    """Tell whether a mention is of a disc, of another bone, or of one of several that is not named."""
    if at.mention.rule.field in OF_BONE and of_other_bone(at.mention, at.page, at.site, at.start, at.end):
        return True
    text, mention = at.page.text, at.mention
    of_body = mention.rule.field == "collapse" and not at.quiet and _BODY_NEXT.match(text, mention.end)
    if of_body and _OPPOSITE.search(text, max(at.start, mention.start - 20), mention.start):
        return True
    excepted = at.after and EXCEPT_AT.search(at.page.text, at.mention.end, at.after[0].start)
    one_of = not (at.quiet or at.here or (at.after and not excepted) or _ONE_WORDS.isdisjoint(at.said))
    if one_of and _ONE_OF.search(at.page.text, at.start, at.mention.start):
        return True  # "five metastases, one of them with epidural disease"
    unplaced = not (at.quiet or at.before or at.inside or at.after)
    if unplaced and not EXCEPT_WORDS.isdisjoint(at.said) and recalls_exception(mention, at.page):
        return True
    named = at.quiet or at.mention.rule.field == "lesion"
    if not (named or _HEADING_WORDS.isdisjoint(at.said)) and _AS_FOR.search(at.page.text, at.start, at.mention.start):
        return True
    if not (at.site.discs or at.site.disc) or "of_segment" in at.tags:
        return False
    return not span_of_discs(at.mention, at.page, at.site) and _of_disc(at.mention, at.page, at.site)


def of_no_lesion(at: Place) -> bool:
    """Tell whether a denial stands beside a vertebra that is no lesion ("Angioma of T7. No cord oedema.")."""
    if not (at.quiet and at.site.prose and at.known and "wide" in at.tags):
        return False
    return HERE_WORDS.isdisjoint(at.said) and set(at.site.topic).isdisjoint(at.known)


def _of_disc(mention: Mention, page: Page, site: Site) -> bool:
    """Tell whether a mention is about a disc: the words nearest before it are, or its line is."""
    sentence = page.sentences[mention.sentence]
    if about_tumour(page.text[sentence.start : sentence.end]):
        return False
    nearest = [one for one in (*site.discs, *site.levels) if one.end <= mention.start]
    if not nearest:
        return site.disc
    last = max(nearest, key=lambda one: one.end)
    if BREAK.search(page.text[last.end : mention.start]):
        return False
    return last.role == "disc" or (site.disc and last.pair)
