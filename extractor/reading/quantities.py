"""Read amounts ("about two thirds", "40-60 %") and sizes ("1.4 x 0.9 cm")."""

from __future__ import annotations

import re
from typing import Final

_WORDS: Final = {"one": 1, "a": 1, "an": 1, "two": 2, "three": 3, "four": 4}
_PARTS: Final = {"half": 2, "halves": 2, "third": 3, "quarter": 4, "fifth": 5, "tenth": 10}
_MORE: Final = re.compile(r"(?:over|more than|greater than|above|>|exceed|excess|at least)")
_LESS: Final = re.compile(r"(?:(?<!slightly )less than|under|below|<|up to|almost|nearly|not more than|no more than)")

_ESCC: Final = ("0", "1a", "1b", "1c", "2", "3")
#: A figure with its further diameters and its unit ("2.1 x 1.4 cm").
_FIGURE: Final = re.compile(
    r"(?<![\d./])(\d{1,3}(?:[.,]\d{1,2})?)((?: ?(?:mm|cm)?(?: ?x ?| by )\d[\d.,]*)*) ?(mm|cm|%|per ?cent)?(?![\d./])"
)


def read_amount(words: str) -> tuple[float, float] | None:
    """Return the percentages an amount lies between; None if it holds no number."""
    fraction = re.search(r"(?:\b(one|two|three|four|a|an)[ -])?(half|halves|third|quarter|fifth|tenth)", words)
    digits = re.search(r"\b([1-9])/([1-9]\d?)\b", words)
    numbers = [float(number.replace(",", ".")) for number in re.findall(r"\d{1,3}(?:[.,]\d)?", words)]
    if digits and "%" not in words:
        value = 100 * int(digits[1]) / int(digits[2])
        low, high = value, value
    elif fraction:
        value = 100 * _WORDS.get(fraction[1] or "one", 1) / _PARTS[fraction[2]]
        low, high = value, value
    elif numbers:
        low, high = min(numbers), max(numbers)
    else:
        return None
    if low > 100:
        return None
    if (_MORE.search(words) and not re.search(r"over (?:less|under|no more)", words)) or "slightly more" in words:
        return low + 0.1, 100.0
    if _LESS.search(words) or "slightly less" in words:
        return 0.0 if "almost" not in words and "nearly" not in words else high - 5, high - 0.1
    return low, high


def read_size(words: str) -> float | None:
    """Return the largest diameter in millimetres."""
    numbers = [float(number.replace(",", ".")) for number in re.findall(r"\d{1,3}(?:[.,]\d{1,2})?", words)]
    return max(numbers) * (10 if re.search(r"cm|centi", words) else 1) if numbers else None


def loss_grades(low: float, high: float) -> tuple[str, ...]:
    """Return the collapse grades of a height loss between two percentages (reading rules, section 5)."""
    if low > 50:
        return ("over_50",)
    return ("under_50",) if high < 50 else ("over_50", "under_50")


def share_grade(low: float, high: float) -> str:
    """Return the share of a body replaced by between two percentages of it."""
    if low > 50:
        return "most"
    return "small" if high < 50 else "half"


def read_shift(words: str) -> float | None:
    """Return by how much the second of two figures is above the first ("12 mm, now 19 mm"), 0 if it is the same.

    Of several diameters the first counts. None where they lie too close for a change ("12 mm, now 13 mm").
    """
    if words.startswith(("escc", "bilsky")):
        grades = [_ESCC.index(grade) for grade in re.findall(r"\b(?:0|1[abc]|2|3)\b", words)]
        return float(grades[-1] - grades[0])
    found = _FIGURE.findall(words)
    units = [unit for *_, unit in found if unit]
    if len(found) < 2 or not units:
        return None
    first, last = (
        float(number.replace(",", ".")) * (10 if (unit or units[0]) == "cm" else 1)
        for number, _, unit in (found[0], found[-1])
    )
    shift = last - first
    return shift if not shift or abs(shift) > (1 if units[0] in {"mm", "cm"} else 5) else None
