"""Find what is said on a page: every rule's words, and whether they are denied, hedged, past or hypothetical."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from extractor.patterns import Patterns, Rule
from extractor.reading.page import Page, Sentence

_INNER_DENIAL: Final = re.compile(
    r"\b(?:no|not|without|nor|neither|never|nowhere|no longer|free (?:of|from)|clear of)\b"
)
#: Words after a comma that open a new statement rather than go on with a denied list.
_OPENS: Final = re.compile(
    r"\b(?:is|are|was|were|has|have|shows?|remains?|involved|replaced|infiltrated|compressed|compresses|indents?|touches"
    r"|extends?|extending|with|normal|preserved|maintained|intact|unremarkable|clear|mild|moderate|severe|minimal|slight"
    r"|marked|small|large|new|stable|unchanged|left|right|bilateral|but|there|only|however|known|multiple|complete"
    r"|partial|\d+ ?%|\d+ ?mm)\b"
)
#: "Tumour behind it, which compressed the cord, has resolved".
_RELATIVE: Final = re.compile(r"(?: \w+){0,3}, (?:which|that)[^,;.]*,")
#: "Metastases of T1 and T3, L1 indeterminate": the hedge is about another level.
_ANOTHER: Final = re.compile(r",(?: and)? (?:[cdtl]h?[ -]?\d{1,2}|s[1-5])\b")
#: "Possible epidural extension of the T6 metastasis" does not doubt the metastasis.
_OF_THE: Final = re.compile(r"\b(?:of|at|behind|from|accompanying|that|by) (?:the|this) (?:[\w-]+ ){0,2}$")
_NEXT_LEVEL: Final = re.compile(r",? (?:in |at |also |the )*(?:[cdtl]h?[ -]?\d{1,2}|s[1-5])\b")
_CLAUSE: Final = re.compile(
    r"[;]|: |, (?:but|whereas|while|although|though|and (?:there|the|a|an|at|in|also|with))\b|\b(?:but"
    r"|whereas|however|while|although|though)\b| - "
)


#: "None elsewhere", "normal at the other levels", "There is none at T4": the finding is the one named before.
_ELLIPSIS: Final = re.compile(
    r"(?:^|[.,;:(] ?|\b(?:and|but|there (?:is|are)|has|have|shows?|cord is|it is|is|are|[cdtl]h?\d{1,2}"
    r"|latter|former|it) )"
    r"(?P<words>(?:none|nil|nowhere else|neither|no others?|nothing (?:of the kind|similar|else|like it))\b"
    r"|(?<=latter )(?:does|is|has) not(?= *(?:[.,;]|$))|(?<=former )(?:does|is|has) not(?= *(?:[.,;]|$))"
    r"|(?<= it )(?:does|is|has) not(?= *(?:[.,;]|$))"
    r"|(?:otherwise|elsewhere),? (?:it )?(?:is |are )?(?P<normal>normal|unremarkable|clear|absent"
    r"|preserved|maintained|anatomic\w*)"
    r"|(?P<good>normal|unremarkable|clear|absent|not seen|not present|preserved|maintained)"
    r"(?= (?:elsewhere|otherwise|at (?:the |all )?(?:other|remaining)|above|below|in the (?:rest|remainder))))",
    re.MULTILINE,
)
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


@dataclass(frozen=True, slots=True)
class Mention:
    """Words a rule found, with how they are said; offsets on the page."""

    rule: Rule
    start: int
    end: int
    sentence: int
    denied: bool = False
    hedge: str = ""
    past: bool = False
    amount: str = ""
    #: Where the denying words start, for the evidence.
    cue_start: int = -1


@dataclass(frozen=True, slots=True)
class Cue:
    """Words that say how other words are meant."""

    kind: str
    tags: frozenset[str]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Cues:
    """All cues and context words of a page, by kind."""

    by_kind: dict[str, tuple[Cue, ...]]

    def within(self, kind: str, start: int, end: int) -> list[Cue]:
        """Return the cues of a kind that touch a stretch."""
        return [cue for cue in self.by_kind.get(kind, ()) if cue.start < end and cue.end > start]


def find_cues(page: Page, patterns: Patterns) -> Cues:
    """Return the context words of a page."""
    found: dict[str, list[Cue]] = {}
    for rule in patterns.of("context"):
        for regex in rule.regexes:
            for match in regex.finditer(page.text):
                found.setdefault(rule.grades[0], []).append(Cue(rule.grades[0], rule.tags, match.start(), match.end()))
    return Cues({kind: tuple(sorted(cues, key=lambda cue: cue.start)) for kind, cues in found.items()})


def find_mentions(page: Page, fields: Iterable[str], patterns: Patterns, cues: Cues) -> list[Mention]:
    """Return the mentions of the fields in page order; of overlapping ones of a field the longest stays."""
    found: list[Mention] = []
    for field in fields:
        raw = [
            Mention(rule, match.start(), match.end(), page.sentence_at(match.start()), amount=_amount(match))
            for rule in patterns.of(field)
            for regex in rule.regexes
            for match in regex.finditer(page.text)
        ]
        kept = [mention for mention in raw if not _voided(mention, page, cues)]
        found += kept if field in _OVERLAPPING else _longest(kept)
    said = [asserted(mention, page, cues) for mention in found if page.source(mention.start, mention.end)]
    return sorted([*said, *_elliptic(said, page, patterns)], key=lambda mention: (mention.start, mention.end))


def _elliptic(said: Sequence[Mention], page: Page, patterns: Patterns) -> list[Mention]:
    """Return what is denied without being named again ("Tumour touches the cord at T5. None elsewhere.").

    The words deny the first positive finding of the sentence before, or of their own sentence up to there.
    """
    found: list[Mention] = []
    for number, sentence in enumerate(page.sentences):
        for match in _ELLIPSIS.finditer(page.text, sentence.start, sentence.end):
            start, end = match.start("words"), match.end()
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


def _amount(match: re.Match[str]) -> str:
    groups = match.groupdict()
    return next((value for value in groups.values() if value), "")


def _longest(mentions: list[Mention]) -> list[Mention]:
    kept: list[Mention] = []
    for mention in sorted(mentions, key=lambda one: (one.start - one.end, one.start, not one.amount)):
        if all(mention.end <= other.start or mention.start >= other.end for other in kept):
            kept.append(mention)
    return kept


def _voided(mention: Mention, page: Page, cues: Cues) -> bool:
    start, end = clause(page, mention.sentence, mention.start, mention.end)
    whole = page.sentences[mention.sentence]
    if any(not cues.within(kind, whole.start, whole.end) for kind in mention.rule.needs):
        return True
    if "whole_sentence" in mention.rule.tags:
        start, end = page.sentences[mention.sentence].start, page.sentences[mention.sentence].end
    if "segment" in mention.rule.tags:
        start = max(start, page.text.rfind(",", start, mention.start) + 1)
        comma = page.text.find(",", mention.end, end)
        end = comma if comma >= 0 else end
    return any(cues.within(kind, start, end) for kind in mention.rule.unless)


def clause(page: Page, sentence: int, start: int, end: int) -> tuple[int, int]:
    """Return the stretch between the clause boundaries around some words."""
    within = page.sentences[sentence]
    left, right = within.start, within.end
    for cut in _CLAUSE.finditer(page.text, within.start, within.end):
        if cut.end() <= start:
            left = cut.end()
        elif cut.start() >= end:
            right = cut.start()
            break
    return left, right


def asserted(mention: Mention, page: Page, cues: Cues) -> Mention:
    """Return the mention with its assertion."""
    sentence = page.sentences[mention.sentence]
    denial = _denial(mention, sentence, page, cues)
    return Mention(
        rule=mention.rule,
        start=mention.start,
        end=mention.end,
        sentence=mention.sentence,
        denied=denial is not None,
        hedge=_hedge(mention, page, cues),
        past=_governed(mention, "historical", sentence, page, cues) is not None
        or _unknown(mention, sentence, page, cues)
        or _governed(mention, "hypothetical", sentence, page, cues) is not None,
        amount=mention.amount,
        cue_start=denial if denial is not None else -1,
    )


def _denial(mention: Mention, sentence: Sentence, page: Page, cues: Cues) -> int | None:
    """Return where the denying words start; None if nothing denies."""
    if "own_no" in mention.rule.tags:
        return None
    if "normal" in mention.rule.tags:
        before = page.text[max(sentence.start, mention.start - 16) : mention.start]
        return mention.start if re.search(r"\b(?:not|no longer) (?:\w+ )?$", before) else None
    inner = _INNER_DENIAL.search(page.text, mention.start, mention.end)
    if inner and "strict" not in mention.rule.tags:
        return mention.start
    if "strict" in mention.rule.tags:
        return max(sentence.start, mention.start - 8)
    forward = _governed(mention, "denied", sentence, page, cues)
    if forward is not None:
        return forward
    for cue in cues.within("denied", mention.end, sentence.end):
        if "after" in cue.tags and cue.start >= mention.end:
            gap = _RELATIVE.sub("", page.text[mention.end : cue.start])
            if not re.search(
                r"[;:]|\bbut\b|, (?:and|which|the|with)\b|\band (?:the )?[ctl]\d|\bwith\b|, [a-z. ]+$", gap
            ):
                return mention.start
            break
    return None


def _governed(mention: Mention, kind: str, sentence: Sentence, page: Page, cues: Cues) -> int | None:
    """Return the start of a cue before the mention that reaches it."""
    for cue in reversed(cues.within(kind, sentence.start, mention.start)):
        if "before" not in cue.tags or cue.end > mention.start + 1:
            continue
        stops = [
            stop
            for stop in cues.within("stop", cue.end, mention.start)
            if stop.end <= mention.start or stop.start < mention.start
        ]
        apart = page.text[cue.end : mention.start]
        if kind == "historical" and re.search(r"[,)]", apart):
            continue
        if "subject" in cue.tags or kind == "hypothetical":
            stops = [stop for stop in stops if "verb" not in stop.tags]
        if stops or (kind in {"denied", "hypothetical"} and _list_ends(apart, page.text[mention.start : sentence.end])):
            return None
        return cue.start
    return None


def _unknown(mention: Mention, sentence: Sentence, page: Page, cues: Cues) -> bool:
    """Tell whether the words after a mention say that nothing is known of it ("pain not recorded")."""
    after = cues.within("unknown", mention.end, sentence.end)
    return bool(after) and not re.search(r"[,;:]|\band\b", page.text[mention.end : max(mention.end, after[0].start)])


def _list_ends(apart: str, following: str) -> bool:
    """Tell whether a comma between "no" and a finding ends the list of what is denied.

    A list of nouns goes on ("no collapse, epidural mass, cord oedema"); a verb, a degree or a side after the
    comma opens something new ("no collapse, left pedicle involved").
    """
    pieces = apart.split(",")
    if len(pieces) == 1:
        return False
    last = re.split(r"[,;.\n]", pieces[-1] + following)[0]
    if any(_OPENS.search(piece) for piece in pieces[1:-1]):
        return True
    return bool(_OPENS.search(last)) and not re.match(r" (?:and |or |nor )?(?:no |any |nor )", last)


def _hedge(mention: Mention, page: Page, cues: Cues) -> str:
    start, end = clause(page, mention.sentence, mention.start, mention.end)
    for kind in ("probable", "possible"):
        for cue in cues.within(kind, start, end):
            if _governs(cue, mention, page, cues, start, end):
                return kind
    return ""


def _governs(cue: Cue, mention: Mention, page: Page, cues: Cues, start: int, end: int) -> bool:
    """Tell whether a hedge is about a mention: before it, inside it, or its predicate.

    "Metastasis with possible epidural extension" hedges the extension; "metastasis of T5, possibly T6" the level.
    """
    if cue.start < mention.end and cue.end > mention.start:
        return not _is_sins_category(cue, page, cues, start, end)
    if cue.end <= mention.start:
        apart = page.text[cue.end : mention.start]
        if mention.rule.field == "lesion" and _OF_THE.search(apart):
            return False
        return not _ANOTHER.search(apart) and not _is_sins_category(cue, page, cues, start, end)
    apart, after = page.text[mention.end : cue.start], page.text[cue.end : end]
    adverb = page.text[cue.start : cue.end] in {
        "possibly",
        "probably",
        "likely",
        "presumably",
        "possible",
        "probable",
        "?",
    }
    if (
        _ANOTHER.search(apart)
        or (adverb and _NEXT_LEVEL.match(after))
        or _is_sins_category(cue, page, cues, start, end)
    ):
        return False
    if re.search(r"\bwith\b|\bwhich\b|\bmay have\b", apart + page.text[cue.start : cue.end]):
        return False
    predicate = re.search(
        r"\b(?:is|are|was|were|be|remains?|appears?|seems?|considered|thought|felt|remain|both|it)\b", apart
    )
    closes = re.match(
        r" *(?:$|[.,;:)?]|at |in |here|there|on |for |given|of (?:un|doubt)|metasta|malign|neoplas|tumou?r|over )",
        after,
    )
    return bool((predicate and "," not in apart) or closes)


def _is_sins_category(cue: Cue, page: Page, cues: Cues, start: int, end: int) -> bool:
    return page.text[cue.start : cue.end] == "indeterminate" and bool(cues.within("sins", start, end))
