"""Read amounts ("about two thirds", "40-60 %") and sizes ("1.4 x 0.9 cm")."""

from __future__ import annotations

import re
from typing import Final

_WORDS: Final = {"one": 1, "a": 1, "an": 1, "two": 2, "three": 3, "four": 4}
_PARTS: Final = {"half": 2, "halves": 2, "third": 3, "quarter": 4, "fifth": 5, "tenth": 10}
_MORE: Final = re.compile(r"(?:over|more than|greater than|above|>|exceed|excess|at least)")
_LESS: Final = re.compile(r"(?:(?<!slightly )less than|under|below|<|up to|almost|nearly|not more than|no more than)")


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
