"""Say of a mention whether it is denied, hedged, past or hypothetical."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from extractor.reading.answers import TAIL, answer_behind, answer_below
from extractor.reading.cues import Cue, Cues, Mention, clause
from extractor.reading.page import Page, Sentence
from extractor.reading.then import is_then, was_then

_INNER_DENIAL: Final = re.compile(
    r"\b(?:no|not|without|nor|neither|never|nowhere|no longer|absence of|lack of|free (?:of|from)|clear of)\b"
)
#: One of these stands in every such match, here and below.
_DENYING: Final = frozenset(
    {"no", "not", "without", "nor", "neither", "never", "nowhere", "absence", "lack", "free", "clear"}
)
#: Before what is normal.
_UNDONE: Final = re.compile(r"\b(?:not|no longer) (?:\w+ )?$")
_UNDOING: Final = frozenset({"not", "longer"})
#: Words after a comma that open a new statement rather than go on with a denied list.
_OPENS: Final = re.compile(
    r"\b(?:is|are|was|were|has|have|shows?|remains?|involved|replaced|infiltrated|compressed|compresses|indents?|touches"
    r"|deforms|flattens|displaces|abuts"
    r"|extends?|extending|with|normal|preserved|maintained|intact|unremarkable|clear|mild|moderate|severe|minimal|slight"
    r"|marked|small|large|new|stable|unchanged|left|right|bilateral|but|there|only|however|known|multiple|complete"
    r"|partial|now|suspicious|concerning|suggestive|consistent|compatible|likely|probably|\d+ ?%|\d+ ?mm)\b"
)
#: "No collapse, epidural or paravertebral extension is seen": the verb belongs to the whole list.
_SEEN: Final = re.compile(
    r"\b(?:is|are|was|were|has been|have been|can be) (?:\w+ly )?(?:seen|present|identified|noted|evident"
    r"|demonstrated|shown|visible"
    r"|visuali[sz]ed|detected|found|appreciated|observed|apparent|recogni[sz]ed|depicted|there|demonstrable|suspected)\b.*"
)
#: "Nowhere in the cord, the craniocervical junction included, is there ..."
_INSERTED: Final = re.compile(r", [^,;.]{3,60} (?:included|inclusive|excepted|apart)(?:, | (?=is |are |has |have ))")
#: "Tumour behind it, which compressed the cord, has resolved".
_RELATIVE: Final = re.compile(
    r"(?: \w+){0,3}(?:, (?:which|that)[^,;.]*,| (?:that|which) (?:was|were|had been)(?: [\w-]+){1,6}?(?= (?:has"
    r"|have|is|are)\b))"
)
#: "Epidural tumour, which has now resolved".
_WHICH: Final = re.compile(TAIL + r",? (?:which|that)(?: (?:now|since|meanwhile))? ?")
#: A word between a finding and what denies it that keeps them apart.
_APART: Final = re.compile(
    r"[;:]|\b(?:csf|liquor|subarachnoid|whereas|while|although|though|however)\b|\([+-]\)|\S {2,}\S|\bbut\b"
    r"|, (?:and|which|the|with)\b|\band (?:the )?[ctl]\d|\bwith\b|\bof which\b|\bwhose\b|, [a-z. ]+$"
)
_LEVEL: Final = r"(?:[cdtl]h?[ -]?\d{1,2}|s[1-5])\b"
#: "Metastases of T1 and T3, L1 indeterminate": the hedge is about another level.
_ANOTHER: Final = re.compile(rf",(?: and)? {_LEVEL}")
#: "Suspicious for metastases at D3, D4 and D10 with collapse": one list, one hedge.
_LISTED: Final = re.compile(rf"{_LEVEL}(?:, {_LEVEL})+,? (?:and|&) {_LEVEL}")
#: "Possible epidural extension of the T6 metastasis" does not doubt the metastasis.
#: "T5 lesion larger, L4 lesion no longer visible": the denial is of the next lesion.
_NEXT_ONE: Final = re.compile(
    r",(?: and)? (?:the )?[cdtls]h?[ -]?\d{1,2} (?:\w+ )?(?:lesion|metasta\w+|deposit|one|is|has|shows|remains)\b"
)
_OF_THE: Final = re.compile(
    r"\b(?:of|at|behind|from|within|inside|around|beside|accompanying|that|by) (?:the|this) (?:[\w-]+ ){0,2}$"
)
#: "Metastases of T5 and T9, suspected metastasis of L1": the hedge is about the noun behind it.
_OF_NEXT: Final = re.compile(
    rf" (?:\w+ )?(?:metasta\w+|deposits?|lesions?|mets?|foc(?:us|i)) (?:(?:of|in|at) )?{_LEVEL}"
)
_NEXT_LEVEL: Final = re.compile(r",? (?:in |at |also |the )*(?:[cdtl]h?[ -]?\d{1,2}|s[1-5])\b")


def asserted(mention: Mention, page: Page, cues: Cues) -> Mention:
    """Return the mention with its assertion."""
    sentence = page.sentences[mention.sentence]
    denial = _denial(mention, sentence, page, cues)
    answer = answer_below(mention, page)
    end = mention.end
    if not answer:
        answer, end = answer_behind(mention, page)
    if answer == "no":
        denial = mention.start
    past = (
        answer == "open"
        or is_then(mention, page)
        or was_then(mention, page)
        or (denial != mention.start and _governed(mention, "historical", sentence, page, cues) is not None)
        or _unknown(mention, sentence, page, cues)
        or _governed(mention, "hypothetical", sentence, page, cues) is not None
    )
    hedge = _hedge(mention, page, cues)
    if denial is None and not hedge and not past:
        return mention
    start = -1 if denial is None else denial
    return replace(mention, end=end, denied=denial is not None, hedge=hedge, past=past, cue_start=start)


def _denial(mention: Mention, sentence: Sentence, page: Page, cues: Cues) -> int | None:
    """Return where the denying words start; None if nothing denies."""
    if "own_no" in mention.rule.tags:
        return None
    said = page.said[mention.sentence]
    if "normal" in mention.rule.tags:
        if _UNDOING.isdisjoint(said):
            return None
        before = page.text[max(sentence.start, mention.start - 16) : mention.start]
        return mention.start if _UNDONE.search(before) else None
    if "strict" in mention.rule.tags:
        return max(sentence.start, mention.start - 8)
    if not _DENYING.isdisjoint(said) and _INNER_DENIAL.search(page.text, mention.start, mention.end):
        return mention.start
    if "denied" not in cues.by_sentence[mention.sentence]:
        return None
    forward = _governed(mention, "denied", sentence, page, cues)
    if forward is not None and not ("close_no" in mention.rule.tags and "," in page.text[forward : mention.start]):
        return forward
    for cue in cues.within("denied", mention.end, sentence.end):
        if "after" in cue.tags and cue.start >= mention.end:
            if mention.rule.field == "posterolateral" and re.search(
                r"gone|vanish|disappear", page.text[cue.start : cue.end]
            ):
                break  # "both pedicles have gone": destroyed
            gap = _RELATIVE.sub("", page.text[mention.end : cue.start])
            if _WHICH.fullmatch(gap) or not (_APART.search(gap) or _NEXT_ONE.search(gap)):
                return mention.start
            break
    return None


def _governed(mention: Mention, kind: str, sentence: Sentence, page: Page, cues: Cues) -> int | None:
    """Return the start of a cue before the mention that reaches it."""
    if kind not in cues.by_sentence[mention.sentence]:
        return None
    some = cues.within(kind, sentence.start, mention.start)
    for cue in reversed(some):
        if "before" not in cue.tags or cue.end > mention.start + 1 or _is_part(cue, some):
            continue
        if "near" in cue.tags and mention.start - cue.end > 3:
            continue  # "is too thin to deform it at T5 (1a)"
        stops = [
            stop
            for stop in cues.within("stop", cue.end, mention.start)
            if stop.end <= mention.start or stop.start < mention.start
        ]
        apart = page.text[cue.end : mention.start]
        if "subject" in cue.tags and (inserted := _INSERTED.search(apart)):
            low, high = (cue.end + at for at in inserted.span())
            stops = [one for one in stops if not low <= one.start < high]
            apart = _INSERTED.sub(" ", apart)
        if kind == "historical" and "current" in mention.rule.tags:
            continue  # "the formerly lytic deposit has become sclerotic"
        if (
            kind == "historical"
            and mention.rule.field == "lesion"
            and re.search(r"lytic|blastic|sclerotic|mixed", apart)
        ):
            continue  # "the formerly lytic deposit"
        if kind == "historical" and re.search(r"[,)]|\b(?:to|now|today|become|became|turned|converted)\b", apart):
            continue
        if "subject" in cue.tags or kind == "hypothetical":
            stops = [one for one in stops if "verb" not in one.tags and not page.text.startswith("with", one.start)]
        if kind == "denied" and apart.startswith(" (") and page.text[cue.start : cue.end] in {"none", "nil"}:
            return None  # "height loss: none (more than 50 % of the body involved)"
        if kind == "denied" and re.match(r" (?:\w+ ){0,2}(?:csf|liquor)\b", apart):
            return None  # "no CSF left around the compressed cord"
        if stops and kind == "denied" and _after_neither(cue, some, page):
            continue  # "neither the one nor the other has lost height"
        if stops or (kind in {"denied", "hypothetical"} and list_ends(apart, page.text[mention.start : sentence.end])):
            return None
        return cue.start
    return None


def _is_part(cue: Cue, cues: Sequence[Cue]) -> bool:
    """Tell whether a cue is part of one that reaches past the verb ("no" of "at no level is there ...")."""
    return "subject" not in cue.tags and any(
        "subject" in one.tags and one.start <= cue.start and cue.end <= one.end for one in cues
    )


def _after_neither(cue: Cue, cues: Sequence[Cue], page: Page) -> bool:
    """Tell whether a "nor" goes on after a "neither", whose reach is longer."""
    return page.text.startswith("nor", cue.start) and any(
        page.text.startswith("neither", one.start) for one in cues if one.start < cue.start
    )


def _unknown(mention: Mention, sentence: Sentence, page: Page, cues: Cues) -> bool:
    """Tell whether the words after a mention say that nothing is known of it ("pain not recorded")."""
    if "unknown" not in cues.by_sentence[mention.sentence]:
        return False
    after = cues.within("unknown", mention.end, sentence.end)
    return bool(after) and not re.search(r"[,;:(]|\band\b", page.text[mention.end : max(mention.end, after[0].start)])


def list_ends(apart: str, following: str) -> bool:
    """Tell whether a comma between "no" and a finding ends the list of what is denied.

    A list of nouns goes on ("no collapse, epidural mass, cord oedema"); a verb, a degree or a side after the
    comma opens something new ("no collapse, left pedicle involved").
    """
    pieces = apart.split(",")
    if len(pieces) == 1:
        return False
    last = _SEEN.sub("", re.split(r"[,;.\n]", pieces[-1] + following)[0])
    if re.search(r"\b(?:csf|liquor)\b", pieces[0]):
        return True  # "no CSF left, cord oedematous"
    if any(_OPENS.search(piece) for piece in pieces[1:-1]):
        return True
    return bool(_OPENS.search(last)) and not re.match(r" (?:and |or |nor )?(?:no |any |nor )", last)


def _hedge(mention: Mention, page: Page, cues: Cues) -> str:
    kinds = [kind for kind in ("probable", "possible") if kind in cues.by_sentence[mention.sentence]]
    start, end = clause(page, mention.sentence, mention.start, mention.end) if kinds else (0, 0)
    if kinds and page.text.startswith((": ", " - "), mention.end):  # "Metastasis: probable"
        end = clause(page, mention.sentence, mention.end + 3, mention.end + 3)[1]
    for kind in kinds:
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
        if mention.rule.grades == ("benign",) and re.search(r"\b(?:is|are|proves?|turns? out)\b", apart):
            return False  # "called a possible lesion, it is a haemangioma"
        return not _ANOTHER.search(_LISTED.sub("", apart)) and not _is_sins_category(cue, page, cues, start, end)
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
    if "," in apart and _OF_NEXT.match(after):
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
