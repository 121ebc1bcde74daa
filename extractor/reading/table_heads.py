"""What the heads of a table's rows and columns are about, in words the patterns know."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_SIZE: Final = (
    r"(?:(?:lesion|tumou?r|max(?:imum|imal|\.)?|largest|longest|axial) )*"
    r"(?:size|diameter|diam\.?|dimensions?)(?: of .*)?"
)
#: What the head of a column is about, in words the patterns know.
_MATTERS: Final = tuple(
    (re.compile(words), matter)
    for words, matter in (
        (r"(?:r|rt\.?|right) pedicles?(?: ?[/&,].*)?|pedicles? \(?(?:r|rt\.?|right)\)?", "right pedicle"),
        (r"(?:l|lt\.?|left) pedicles?(?: ?[/&,].*)?|pedicles? \(?(?:l|lt\.?|left)\)?", "left pedicle"),
        (r".*\b(?:escc|bilsky)\b.*|epidural spinal cord compression\b.*", "escc"),
        (r"(?:matrix|bone quality|character|nature|density|lesion type|type)\b.*", "matrix"),
        (r"(?:ht|height)s?\.? loss ?\(?(?:%|percent|in %)\)?|(?:%|percent) (?:ht|height)s? loss", "height loss %"),
        (
            r"(?:%|percent)? ?(?:vertebral |body )?(?:ht|height)s?\.? (?:loss|lost|reduction)|loss of (?:ht"
            r"|height)|(?:vertebral )?(?:collapse|compression)",
            "height loss",
        ),
        (r"(?:vertebral |compression |pathological )*fractures?", "vertebral fracture"),
        (
            r"(?:vertebral |vert\.? )?(?:body )?(?:ht|height)s?\.?(?: \(?ant.*post.*\)?)?,? ?\(?(?:in )?mm\)?",
            "height mm",
        ),
        (r"(?:vertebral |vert\.? )?(?:body )?(?:ht|height)s?\.?", "height"),
        (
            r"(?:%|share)? ?(?:of )?(?:vertebral )?body(?: (?:involved|involvement|replaced|replacement"
            r"|extent))?(?: ?%)?",
            "body involved",
        ),
        (r"extent(?: (?:in|of) (?:the )?body)?|body extent", "body involved"),
        (
            r"(?:involvement of (?:the )?)?(?:(?:post(?:erior|\.)?|posterolateral)\.? (?:el\w*\.?|involvement)"
            r"(?: involvement)?|pedicles? ?(?:/|and|&|,|or).*|pedicles?(?: (?:involve\w+|invasion|destruction"
            r"|infiltration|tumou?r|disease))?|facets?.*)",
            "pedicle",
        ),
        (r"(?:neural |vertebral |posterior )?arch(?:es)?", "posterior elements"),
        (
            r"(?:(?:tumou?r|disease|mass|extension|spread|involvement) (?:in|into|of|within) (?:the )?)?"
            r"(?:(?:epi|extra)-?dural(?: .*)?|intra-?spinal(?: .*)?)"
            r"|(?:tumou?r|disease|mass|extension|spread) (?:in|into|within) (?:the )?(?:spinal )?canal",
            "epidural tumour",
        ),
        (
            r"(?:spinal )?(?:cord|cauda(?: equina)?) compression|compression of (?:the )?(?:spinal )?"
            r"(?:cord|cauda(?: equina)?)",
            "cord compression",
        ),
        (r"(?:signal|oedema|edema) (?:change )?(?:of|in|within) (?:the )?(?:spinal )?cord", "cord signal"),
        (r"(?:para|pre)-?(?:spinal|vertebral)\b.*|soft tissues?(?: .*)?|pv", "paraspinal mass"),
        (r"extra-?(?:osseous|vertebral|skeletal|compartmental)\b.*", "extraosseous component"),
        (rf"{_SIZE} ?[(,]? ?(?:in )?mm\)?", "lesion mm"),
        (rf"{_SIZE} ?[(,]? ?(?:in )?cm\)?", "lesion cm"),
        (_SIZE, "lesion size"),
        (r"(?:nerve )?roots?(?: .*)?", "nerve root compressed"),
        (r"(?:neuro-?|neural )?foram\w+(?: .*)?", "foraminal tumour"),
        (r"(?:spinal )?cord (?:t2|signal|t2 signal)(?: .*)?", "cord signal"),
        (r"(?:spinal )?cord(?: ?(?:/|or|and) ?cauda(?: equina)?)?|cord ?/ ?cauda", "cord"),
    )
)
#: "Pedicles involved" asks for what "pedicles" does.
_STATE: Final = re.compile(r"(?:(?<=pedicles)|(?<=elements)|(?<=facets)) (?:involved|invaded|affected|destroyed)$")
SIDES: Final = re.compile(r"pedicles? \(?(?:r(?:ight)? ?/ ?l(?:eft)?|l(?:eft)? ?/ ?r(?:ight)?)\)?")
#: The six elements; a table with most of them gives the points of SINS.
ELEMENTS: Final = re.compile(
    r"location|pain|bone(?: lesion| quality)?|lesion|alignment|collapse|postero-?lateral(?: .*)?"
)
#: "Baseline 9 Jan" beside "Today": only what is now counts.
NOW: Final = re.compile(
    r"\b(?:today|currently|current|now|present|follow-?up|this (?:study|exam\w*|scan|mri?|time))\b.*"
)
_THEN: Final = re.compile(
    r"\b(?:baseline|prior|previous(?:ly)?|before|earlier|last|then|initial(?:ly)?|comparison|pre-?(?:rt|op\w*|treatment)"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*|20\d\d|\d{1,2}[./]\d{1,2})\b"
)


#: Labels come back from report to report.
_REMEMBERED: Final = 500


def lesion_quality(element: str) -> str:
    """Return the name patterns know for an element of SINS ("bone quality" for "bone lesion")."""
    return "bone lesion" if element.startswith(("bone", "lesion")) else element


def is_past(word: str) -> bool:
    """Tell whether a column holds an earlier state."""
    return bool(_THEN.search(word)) and not NOW.search(word)


@lru_cache(_REMEMBERED)
def is_matter(word: str) -> bool:
    """Tell whether a label names a matter that is known here."""
    word = _STATE.sub("", word)
    return bool(ELEMENTS.fullmatch(word)) or any(words.fullmatch(word) for words, _ in _MATTERS)


def matter_of(word: str) -> str:
    """Return what a column is about, in words the patterns know."""
    word = _STATE.sub("", NOW.sub("", word).strip(" -:"))
    return next((matter for words, matter in _MATTERS if words.fullmatch(word)), word)
