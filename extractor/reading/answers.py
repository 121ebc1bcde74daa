"""How forms answer: a cell its column, words behind a colon their label, a line the question above it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final, Literal

from extractor.reading.cues import Cues, Mention
from extractor.reading.forms import ASKING
from extractor.reading.page import Page

#: What an answer says of its matter; empty: nothing that is known here.
Answer = Literal["yes", "no", "open", ""]

_END: Final = r"(?= *(?:[,.;()]|$))"
_ABSENT: Final = re.compile(
    r"(?:\(-\)|-|no|n|none|nothing|neither|nil|absent|negative|neg\.?|resolved|gone|cleared|disappeared|0 ?%?|normal"
    r"|unremarkable"
    r"|not (?:involved|present|seen|affected|identified|found|demonstrated|detected|evident|shown|noted|apparent)"
    r"|(?:none|nil) (?:seen|present|identified|found|demonstrated|detected|evident|shown|noted)|no evidence|nl"
    r"|spared|intact|uninvolved|clear|patent|free(?: of (?:tumou?r|disease))?"
    r"|no (?:tumou?r|disease|mass|extension|involvement|loss|component|compression))" + _END
)
_SIDE: Final = r"(?:(?:on the )?(?:left|right|lt|rt|l|r)|bilateral(?:ly)?|both(?: sides)?|b/l|r *[,/&+]? *l)"
_PRESENT: Final = re.compile(
    rf"(?:\(\+\)|\+|yes|y|present|positive|pos\.?|(?:{_SIDE} )?(?:involved|inv\.?|compressed|encased|displaced|invaded"
    rf"|replaced|destroyed|eroded|infiltrated|narrowed by tumou?r)|seen|x|{_SIDE}(?: sided?)?"
    rf"|(?:burst|compression|pathologic\w*|wedge|crush)(?: fracture)?){_END}|(?:tumou?r|mass|soft tissue)\b"
)
#: "Epidural disease" over "T8 only: ventral tumour ...".
_AT_LEVELS: Final = re.compile(
    r"(?:at |in )?(?:[cdtl]h?-?\d{1,2}|s[1-5])(?:(?:, ?(?:and )?| and | ?/ ?| ?- ?"
    r"| & )(?:[cdtls]h?)?-?\d{1,2})*(?: only)?(?= *(?:[.:;(]|$))"
)
_VOID: Final = re.compile(
    r"(?:n/?[akrs]|not (?:applicable|assess\w*|evaluat\w*|scored|stated|available|visible|known|recorded|reported"
    r"|mentioned|described|documented|seen well)|unknown|un(?:recorded|reported)|\?)\b|\?$"
)
#: What may follow an answer that leaves its matter open.
_BECAUSE: Final = re.compile(r" *(?:[,.;()]|$|(?:due|because|owing|as|since|on|in|by|for|at|here)\b)")
#: The rest of what a rule found in part ("pedicle" of "pedicle involvement").
TAIL: Final = (
    r"(?: (?:involvement|invasion|extension|infiltration|disease|tumou?r|mass|metastas[ei]s|deposits?"
    r"|component|compression|fractures?|changes?|abnormality|loss|replacement|destruction)){0,2}"
)
#: What stands between a label and its answer; a colon or "=" where the group is.
_MARK: Final = re.compile(
    TAIL + r"(?: ?[/&] ?[a-z]+| (?:and|or) [a-z]+| (?:intra|lepto)\w+){0,2}"
    r"(?: (?:disease|tumou?rs?|metastas[ei]s|deposits?))?(?: (?:present|seen|status|(?:at|of) [cdtl]h?-?\d{1,2}))?"
    r" ?(?:(?P<label>[:=])|[?(]|-(?= )) *"
)
#: "Lytic/blastic: lytic", "Matrix (lytic, mixed or blastic): mixed": a label that offers what may be answered.
_CHOICE: Final = re.compile(
    r"\b(?:osteo)?(?:lytic|blastic|sclerotic|mixed|destructive)"
    r"(?: ?(?:/|,? or |,|vs\.?|-) ?(?:osteo)?(?:lytic|blastic|sclerotic|mixed|destructive)\b)+\)? ?[:=?](?: |$)"
)
#: One of these stands in every such mark.
MARKS: Final = frozenset(":=?(-")
#: Headings put as questions ("Is there epidural tumour? No.").
_QUESTION: Final = re.compile(rf"[ \d.)*-]*(?:{ASKING}|which)\b")
_REPLY: Final = re.compile(
    r"(?:(?P<yes>yes|present|positive)|no|none|neither|nil|negative|absent|not)\b"
    r"(?= *(?:[.,;:-]|$|seen|present|identified|found))"
)


def answered(mention: Mention, page: Page, cues: Cues) -> Mention | None:
    """Return what a cell says of the matter that heads its column ("Epidural tumour | (-)"); None if nothing."""
    sentence = page.sentences[mention.sentence]
    at = sentence.start + sentence.lead
    value = page.text[at : sentence.end].strip()
    doubted = value == "?" and mention.rule.field == "lesion"
    if not value or (_VOID.match(value) and not doubted):
        return None
    denied = None if "own_no" in mention.rule.tags else _ABSENT.match(value)
    described = sentence.cell and (
        mention.rule.field in {"epidural", "paraspinal"} or mention.rule.grades == ("strong",)
    )
    hedge = next((kind for kind in ("probable", "possible") if cues.within(kind, at, at + 1)), "")
    hedge = "possible" if doubted else hedge
    measured = sentence.cell and mention.rule.field == "lesion" and value[0].isdigit()
    given = described or hedge or measured or _PRESENT.match(value) or _AT_LEVELS.match(value)
    if denied is None and ("normal" in mention.rule.tags or not given):
        return None
    return replace(mention, end=sentence.end, denied=denied is not None, hedge=hedge, cue_start=at if denied else -1)


def answer_behind(mention: Mention, page: Page) -> tuple[Answer, int]:
    """Return the answer that stands right behind a mention as its label, and where it ends.

    "Collapse: not present", "Pedicle involvement - none", "Epidural disease (not assessed)".
    """
    nothing: tuple[Answer, int] = "", mention.end
    if MARKS.isdisjoint(page.said[mention.sentence]) or not mention.rule.tags.isdisjoint({"own_no", "normal"}):
        return nothing
    end = page.sentences[mention.sentence].end
    mark = _MARK.match(page.text, mention.end, end)
    if mark is None:
        return ("open" if _is_choice(mention, page) else ""), mention.end
    if void := _VOID.match(page.text, mark.end(), end):
        reason = _BECAUSE.match(page.text, void.end(), end)
        doubted = mention.rule.field == "lesion" and void[0] == "?"
        closed = reason is not None and (mark["label"] is not None or not reason[0].strip().isalpha())
        return ("open", void.end()) if closed and not doubted else nothing
    if _is_choice(mention, page):
        return "open", mention.end
    absent = _ABSENT.match(page.text, mark.end(), end)
    if absent and "(" in mark[0] and not absent[0].isalpha():
        return nothing  # "blastic (0)" gives its points
    return ("no", absent.end() + page.text.startswith(")", absent.end())) if absent else nothing


def _is_choice(mention: Mention, page: Page) -> bool:
    """Tell whether a character is one of those a label offers."""
    if mention.rule.field not in {"bone_lesion", "lesion"}:
        return False
    sentence = page.sentences[mention.sentence]
    offered = _CHOICE.search(page.text, sentence.start, sentence.end)
    return offered is not None and offered.start() <= mention.start and mention.end <= offered.end()


def answer_below(mention: Mention, page: Page) -> Answer:
    """Say how the question a mention stands in is answered by the next sentence; empty outside a question."""
    sentence = page.sentences[mention.sentence]
    if "?" not in page.said[mention.sentence]:
        return ""
    words = page.text[sentence.start + sentence.lead : sentence.end]
    if not words.rstrip().endswith("?"):
        return ""
    asked = _QUESTION.match(words) is not None
    if mention.sentence + 1 == len(page.sentences):
        return "open" if asked else ""
    following = page.sentences[mention.sentence + 1]
    at = following.start + following.lead
    if not asked and following.unit == sentence.unit:  # "T8: metastasis? Not seen on CT.", but "Epidural tumour? No."
        bare = _ABSENT.match(page.text, at, following.end)
        return "no" if bare and following.end - bare.end() < 2 else ""
    reply = _REPLY.match(page.text, at, following.end)
    return ("open" if asked else "") if reply is None else "yes" if reply["yes"] else "no"
