"""Mend words mistyped at the same length ("hieght", "vertibral"), so that offsets stay those of the report."""

from __future__ import annotations

import re
from typing import Final

_WORDS: Final = (
    "alignment collapse compression deposit deposits epidural fracture height heights intact"
    " involved involvement kyphosis lesion lesions maintained metastases metastasis metastatic normal"
    " osteolytic paraspinal paravertebral pathological pedicle pedicles posterior preserved reduction"
    " sclerotic signal spared thecal tumour vertebra vertebrae vertebral"
)
_NEIGHBOURS: Final = {
    word[:at] + word[at + 1] + word[at] + word[at + 2 :]: word for word in _WORDS.split() for at in range(len(word) - 1)
}
_VOWELS: Final = {
    word.replace("verteb", wrong): word
    for word in ("vertebra", "vertebrae", "vertebral")
    for wrong in ("vertib", "vertab", "verteb")
}
_SLIPS: Final = {wrong: word for wrong, word in (_NEIGHBOURS | _VOWELS).items() if wrong != word}
_WORD: Final = re.compile(r"\b[a-z]{6,14}\b")
#: Any stretch that may be such a word, found sooner.
_LETTERS: Final = re.compile(r"[a-z]{6,}")


def mended(folded: str) -> str:
    """Return lower-case text with known slips put right; its length does not change."""
    if _SLIPS.keys().isdisjoint(_LETTERS.findall(folded)):
        return folded
    return _WORD.sub(lambda match: _SLIPS.get(match[0], match[0]), folded)
