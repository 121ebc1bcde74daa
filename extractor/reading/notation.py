"""How a level is written: codes, words, names; and what one of them stands for."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from extractor.values import LEVELS

_LETTERS: Final = {
    **{"c": "C", "t": "T", "th": "T", "d": "T", "l": "L", "s": "S"},
    # German: Hals-, Brust-, Lenden-, Sakralwirbelkörper.
    **{"hwk": "C", "bwk": "T", "lwk": "L", "swk": "S"},
}
_ALONE: Final = {level: (level,) for level in LEVELS}
_REGIONS: Final = {"cervical": "C", "thoracic": "T", "dorsal": "T", "lumbar": "L", "sacral": "S"}
_ORDINALS: Final = {
    word: number
    for number, words in enumerate(
        (
            "first 1st one",
            "second 2nd two",
            "third 3rd three",
            "fourth 4th four",
            "fifth 5th five",
            "sixth 6th six",
            "seventh 7th seven",
            "eighth 8th eight",
            "ninth 9th nine",
            "tenth 10th ten",
            "eleventh 11th eleven",
            "twelfth 12th twelve",
            "thirteenth 13th thirteen",
        ),
        start=1,
    )
    for word in words.split()
}
_NOT_A_UNIT: Final = (
    r"(?![\da-z%/]|[.,]\d| ?(?:mm\b|cm\b|%|x ?\d|mg\b|ml\b|months?|weeks?|days?|years?|hours?|percent"
    r"|per cent|st\b|nd\b|rd\b|th\b|"
    r"further|small|tiny|new|other|more|additional|lesions?|deposits?|metasta|foci|cycles?|fractions?"
    r"|of the|separate|large|discrete))"
)
_CODE: Final = (
    r"(?<![a-z0-9'])(?P<letter>[hbls]wk|c|th|t|d|l|s)(?:(?P<gap>\. ?|- | |-)?)(?P<number>1[0-3o]|[1-9]"
    r"|[il][0-2](?<=[0-2]))(?![\da-z%]|\.\d|/\d\d)"
)
_ORDINAL: Final = (
    "(?:"
    + "|".join(word for word in _ORDINALS if not word.isalpha() or word.endswith(("th", "st", "nd", "rd")))
    + "|second|third)"
)
_PHRASE: Final = (
    rf"(?P<ordinals>\b{_ORDINAL}(?:(?:,? and |, | to |-| through ){_ORDINAL})*) (?P<region>cervical"
    rf"|thoracic|dorsal|lumbar|sacral)"
    r"(?! (?:nerve|root|rib|disc|disk|dermatome))(?: (?:vertebra[le]?|segments?))?"
    r"|\b(?P<region2>cervical|thoracic|dorsal|lumbar|sacral)(?: (?:vertebra[le]?|body|level|segment"
    r"|spine at))?(?: body)?(?: (?:no\.? ?|number )?)"
    r"(?P<cardinal>1[0-3]|[1-9]|one(?! (?:has|is|was|shows?|remains?|does|had|measures|which|with|in|at|and)\b)"
    r"|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen)\b" + _NOT_A_UNIT
)
_NAMED: Final = (
    r"(?P<atlas>\batlas\b(?! vertebrae of))|(?P<axis>\bodontoid\b"
    r"|(?<=the )peg\b(?! tube| feed)|\bdens\b(?! )|\bdens (?=process|fracture"
    r"|lesion|metasta\w+|mets|deposit|is|of|with|and)|"
    r"\baxis(?=:| (?:vertebra|body|metasta|lesion|deposit|mass|fracture|\(c2\)))"
    r"|(?<!bending of the )(?<!deviation of the )(?<!angulation of the )(?<!tilt of the )(?<=the )axis\b(?! of"
    r"|-))"
    r"|(?P<top>\b(?:foramen magnum|(?:cervicomedullary|cranio~?cervical) junction)"
    r"(?= (?:down )?(?:to|through) (?:the )?(?:level of )?(?:[ctdls]h?~?\d|sacrum)))|(?P<both>\batlanto~?axial\b)"
    r"|(?P<sacrum>\b(?:hemi~?)?sacrum\b|\bsacral (?:alae?|body(?! heights?)|bone|promontory|lesions?|metasta\w+|mass"
    r"|deposits?|vertebrae?|bodies|wing|"
    r"tumou?r|marrow)\b|\bhemi~?sacrum\b|\balae? of (?:the )?sacrum\b|\b(?:left"
    r"|right) (?:sacral )?alar (?:lesion|metastasis|deposit|mass)|(?<=left )\balae?\b|(?<=right )\balae?\b)"
).replace("~", "[ -]")
_UNIT: Final = re.compile(r" ?(?:mm\b|cm\b|%|st\b|nd\b|rd\b|th\b|x ?\d|months?|weeks?|years?|days?)")
ATOM: Final = re.compile(f"{_CODE}|{_PHRASE}|{_NAMED}")
BARE: Final = re.compile(r"(?P<number>1[0-3]|[1-9])" + _NOT_A_UNIT + r"(?![\w])")


@dataclass(slots=True)
class Atom:
    """One level as it is written; offsets in the sentence."""

    level: str
    start: int
    end: int


def levels_of(match: re.Match[str], original: Callable[[], str], place: int) -> tuple[str, ...]:
    """Return the levels one atom names; empty if the code is none (C9) or only looks like one.

    `original` gives its sentence unfolded, where it stands at `place`.
    """
    letter, gap, number = match.group("letter", "gap", "number")
    if letter:
        if gap in (" ", ". ") and (_is_measure(match) or _is_small(original(), place)):
            return ()
        number = number.replace("o", "0").lstrip("0")
        if number[0] in "il":
            if letter not in ("t", "d", "th"):
                return ()
            number = "1" + number[1:]
        return _known(_LETTERS[letter] + number)
    if match["ordinals"]:
        numbers = [_ORDINALS[word] for word in re.findall(_ORDINAL, match["ordinals"])]
        letter = _REGIONS[match["region"]]
        if re.search(r" to |-| through ", match["ordinals"]) and len(numbers) == 2:
            numbers = list(range(numbers[0], numbers[1] + 1))
        return tuple(level for number in numbers for level in _known(f"{letter}{number}"))
    if match["cardinal"]:
        number_word = match["cardinal"]
        return _known(_REGIONS[match["region2"]] + str(_ORDINALS.get(number_word, number_word)))
    if match["both"]:
        return ("C1", "C2")
    if match["atlas"] or match["top"]:
        return ("C1",)
    return ("C2",) if match["axis"] else ("sacrum",)


def _is_measure(match: re.Match[str]) -> bool:
    """Tell whether a unit goes on where a code ends ("at least 3 mm")."""
    return _UNIT.match(match.string, match.end()) is not None


def _is_small(original: str, place: int) -> bool:
    """Tell whether a small letter stands at a place of what is not written in small letters only."""
    return original[place].islower() and any(char.isupper() for char in original)


def _known(code: str) -> tuple[str, ...]:
    return _ALONE.get(code, ())
