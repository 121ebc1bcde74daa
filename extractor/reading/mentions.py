"""Find what is said on a page: every rule's words, and whether they are denied, hedged, past or hypothetical."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final

from extractor.patterns import Patterns, Rule
from extractor.reading.answers import answered
from extractor.reading.assertion import asserted
from extractor.reading.cues import Cue, Cues, Mention, clause, in_order
from extractor.reading.finder import Finder, Places, build_finder
from extractor.reading.page import Page
from extractor.reading.roles import Offered, level_regexes
from extractor.reading.then import was_aside

#: "None elsewhere", "normal at the other levels", "There is none at T4": the finding is the one named before.
_ELLIPSIS: Final = re.compile(
    r"(?:^|[.,;:(] ?|\b(?:the|and|but|there (?:is|are)|has|have|shows?|cord is|it is|is|are|[cdtl]h?\d{1,2}"
    r"|latter|former|it) )"
    r"(?P<words>(?:none|nil|nowhere else(?! in (?:the )?(?:bone|skeleton))|neither|no others?"
    r"|nothing (?:of the kind|similar|like it))\b"
    r"|(?:elsewhere|otherwise|at (?:all |the )*other (?:\w+ )?(?:levels|vertebrae)),? (?:none|nil)\b"
    r"|no such \w+|(?:at|in) no other (?:levels?|sites?|vertebra\w*|lesions?)\b"
    r"|(?:at|in) (?:neither|none) of the other(?:s| levels| two| three| vertebrae| lesions)\b|(?:others|other (?:levels"
    r"|lesions|deposits|ones)|rest|remainder) (?:do|does|have|has|are|is) not"
    r"(?= *(?:[.,;]|$))"
    r"|(?:(?<=but )|(?<=, )|(?<=; )|(?<=and ))not(?= (?:at|in|of|behind) (?:the |any )?(?:[cdtls]h?-?\d|other"
    r"|remaining|latter|former))"
    r"|(?<=latter )(?:does|is|has) not(?= *(?:[.,;]|$))|(?<=former )(?:does|is|has) not(?= *(?:[.,;]|$))"
    r"|(?<= it )(?:does|is|has) not(?= *(?:[.,;]|$))"
    r"|(?<=\d )(?:(?:lesion|level|metastasis|deposit|vertebra|one) )?"
    r"(?:(?:does|do|is|are|has|have) not|without|is without)(?= *(?:[.,;]|$))"
    r"|(?:otherwise|elsewhere),? (?:it )?(?:is |are )?(?P<normal>normal|unremarkable|clear|absent"
    r"|preserved|maintained|anatomic\w*)"
    r"|(?P<good>normal|unremarkable|clear|absent|not seen|not present|preserved|maintained)"
    r"(?= (?:elsewhere|otherwise|at (?:the |all )?(?:other|remaining)|above|below|in the (?:rest|remainder))))",
    re.MULTILINE,
)
#: One of these stands in every such match, or right behind it.
#: "The pedicles have been spared, and so have the facets".
_SO: Final = re.compile(r"\bso (?:is|are|was|were|has|have|do|does) (?:(?:the|its|their|both|all|left|right) )*$")
_ELLIPSES: Final = frozenset({"none", "nil", "nowhere", "neither", "nothing", "not", "such", "without"}) | (
    frozenset({"elsewhere", "otherwise", "other", "others", "remaining", "above", "below", "rest", "remainder"})
)
#: "Seroma in the bed, no paraspinal tumour": the seroma voids nothing here.
_NO_TUMOUR: Final = re.compile(r"\bno [\w-]+ (?:tumou?r|metasta\w+|soft tissue mass)\b")
_KEY: Final = re.compile(r"[ (,;][a-z+-] = $")
_ELLIDED: Final = frozenset(
    {
        "epidural",
        "paraspinal",
        "cord_compression",
        "cord_signal",
        "collapse",
        "posterolateral",
        "nerve_root",
        "alignment",
    }
)
#: Fields whose rules may overlap, since one says more than the other ("back pain", "pain on turning").
_OVERLAPPING: Final = frozenset({"pain"})


def find_mentions(
    page: Page, fields: Iterable[str], patterns: Patterns
) -> tuple[list[Mention], Cues, Sequence[Offered]]:
    """Look through the words of a page once, for mentions of the fields, context words and levels.

    Returns the mentions in page order, of overlapping ones of a field the longest; the context words by which they
    are understood; and what the page offers of levels, for `name_sites`.
    """
    raw: dict[str, list[Mention]] = {field: [] for field in fields}
    context: list[dict[str, list[Cue]]] = [{} for _ in page.sentences]
    offered: list[Offered] = []
    for rule, regex, places in _finder(patterns, (*raw, "context")).places(page.text, page.words, by_line=True):
        if rule is None or rule.field == "level_role":
            offered.append((rule, regex, places))
            continue
        for match, sentence in _matches(page, regex, places):
            start, end = match.span()
            if rule.field == "context":
                kind = rule.grades[0]
                context[sentence].setdefault(kind, []).append(Cue(kind, rule.tags, start, end))
            else:
                amount = _amount(match) if regex.groups else ""
                raw[rule.field].append(Mention(rule, start, end, sentence, amount=amount))
    cues = in_order(context, page.starts)
    found: list[Mention] = []
    for field, mentions in raw.items():
        kept = [mention for mention in mentions if not _voided(mention, page, cues)]
        found += kept if field in _OVERLAPPING else _longest(kept)
    said: list[Mention] = []
    borrowed: list[Mention] = []
    for mention in found:
        if page.sentences[mention.sentence].label:
            continue
        if page.is_own(mention.start, mention.end):
            said.append(asserted(mention, page, cues))
        elif cell := answered(mention, page, cues):
            borrowed.append(cell)
    said += borrowed
    said = [_likewise(one, said, page) for one in said]
    said += _elliptic(said, page, patterns)
    return sorted(said, key=lambda mention: (mention.start, mention.end)), cues, offered


@lru_cache(8)
def _finder(patterns: Patterns, fields: tuple[str, ...]) -> Finder[Rule | None]:
    rules = patterns.of(*fields)
    return build_finder([*level_regexes(patterns), *((rule, source) for rule in rules for source in rule.sources)])


def _matches(page: Page, regex: re.Pattern[str], places: Places) -> list[tuple[re.Match[str], int]]:
    """Return the matches of a regex that may begin at some places, and the sentence of each, which none leaves."""
    text, sentences = page.text, page.sentences
    if places is None:
        spans = enumerate(sentences)
        return [(match, at) for at, one in spans for match in regex.finditer(text, one.start, one.end)]
    found: list[tuple[re.Match[str], int]] = []
    done = 0
    for place in places:
        if place < done:
            continue
        match, done = regex.match(text, place), place + 1
        if match is None:
            continue
        at = page.sentence_at(place)
        end = sentences[at].end
        if match.end() > end:
            match = regex.match(text, place, end)
        if match:
            found.append((match, at))
            done = max(match.end(), done)
    return found


def _elliptic(said: Sequence[Mention], page: Page, patterns: Patterns) -> list[Mention]:
    """Return what is denied without being named again ("Tumour touches the cord at T5. None elsewhere.").

    The words deny the first positive finding of the sentence before, or of their own sentence up to there.
    """
    found: list[Mention] = []
    for number, sentence in enumerate(page.sentences):
        if _ELLIPSES.isdisjoint(page.said[number]):
            continue
        for match in _ELLIPSIS.finditer(page.text, sentence.start, sentence.end):
            start, end = match.start("words"), match.end()
            if page.text.endswith(": ", 0, start) and start > sentence.start + sentence.lead:
                continue  # "CSF at T4: none" answers its own label
            apart = page.text[match.end() : sentence.end]
            rest_of_it = [
                one for one in said if one.sentence == number and one.end > start and one.rule.field in _ELLIDED
            ]
            if rest_of_it or re.match(r" of (?!the (?:other|remaining))", apart):
                continue
            here = [one for one in said if one.sentence == number and one.end <= start]
            above = [
                one for one in said if one.sentence == number - 1 and page.sentences[number - 1].unit == sentence.unit
            ]
            for candidates in (here, above):
                subject = [one for one in candidates if one.rule.field in _ELLIDED and not one.past]
                if subject:
                    rule = subject[0].rule
                    normal = [
                        one for one in patterns.of(rule.field) if "normal" in one.tags and "general" not in one.tags
                    ]
                    if subject[0].denied or "normal" in rule.tags:
                        break
                    if (match["normal"] or match["good"]) and normal:
                        rule = normal[0]
                    found.append(
                        Mention(rule, start, end, number, denied="normal" not in rule.tags, hedge="", cue_start=start)
                    )
                    break
    return found


def _likewise(mention: Mention, said: Sequence[Mention], page: Page) -> Mention:
    """Return a mention denied where the words say so by what is said before it ("..., and so have the facets")."""
    if mention.denied or "normal" in mention.rule.tags or "so" not in page.said[mention.sentence]:
        return mention
    so = _SO.search(page.text, page.sentences[mention.sentence].start, mention.start)
    above = [
        one
        for one in said
        if so and one.rule.field == mention.rule.field and one.end <= so.start() and one.sentence == mention.sentence
    ]
    if not above or so is None:
        return mention
    last = max(above, key=lambda one: one.end)
    quiet = last.denied or "normal" in last.rule.tags
    return replace(mention, denied=True, cue_start=so.start()) if quiet else mention


def _amount(match: re.Match[str]) -> str:
    groups = match.groupdict()
    return next((value for value in groups.values() if value), "")


def _longest(mentions: list[Mention]) -> list[Mention]:
    """Keep the longest of mentions that overlap; those of one sentence only can."""
    if len({mention.sentence for mention in mentions}) == len(mentions):
        return mentions
    kept: dict[int, list[Mention]] = {}
    for mention in sorted(mentions, key=lambda one: (one.start - one.end, one.start, not one.amount)):
        beside = kept.setdefault(mention.sentence, [])
        if all(mention.end <= other.start or mention.start >= other.end for other in beside):
            beside.append(mention)
    return [mention for beside in kept.values() for mention in beside]


def _voided(mention: Mention, page: Page, cues: Cues) -> bool:
    rule, said = mention.rule, cues.by_sentence[mention.sentence]
    if rule.needs and not said.keys() >= set(rule.needs):
        return True
    if was_aside(mention, page):
        return True
    if "=" in page.said[mention.sentence] and _KEY.search(page.text, max(0, mention.start - 6), mention.start):
        return True  # "type L = lytic, S = sclerotic"
    if said.keys().isdisjoint(rule.unless):
        return False
    whole = page.sentences[mention.sentence]
    start, end = clause(page, mention.sentence, mention.start, mention.end)
    if "whole_sentence" in rule.tags:
        start, end = whole.start, page.text.find(";", mention.end, whole.end)
        end = whole.end if end < 0 else end
    if "segment" in rule.tags:
        start = max(start, page.text.rfind(",", start, mention.start) + 1)
        comma = page.text.find(",", mention.end, end)
        end = comma if comma >= 0 else end
    voiding = [kind for kind in rule.unless if cues.within(kind, start, end)]
    if voiding == ["not_tumour"]:
        return not _NO_TUMOUR.search(page.text[max(whole.start, mention.start - 8) : mention.end])
    return bool(voiding)
