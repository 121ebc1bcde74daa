"""Dates as documents and tables write them, brought to ISO 8601; one that could be two days is none."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH: Final = rf"(?P<month>{'|'.join(_MONTHS)})[a-z]*\.?"
_TIME: Final = r"(?:[t ,]+\d{1,2}[:.h]?\d{2}.*)?"
_ISO: Final = re.compile(rf"(?P<y>\d{{4}})(?P<sep>[-/.]?)(?P<m>\d{{2}})(?P=sep)(?P<d>\d{{2}}){_TIME}(?:\d{{4,6}}.*)?")
_DAY_MONTH: Final = re.compile(
    rf"(?P<d>\d{{1,2}})(?:st|nd|rd|th)?[ ./-]*(?:of )?{_MONTH},?[ ./-]*(?P<y>\d{{4}}|\d\d){_TIME}"
)
_MONTH_DAY: Final = re.compile(rf"{_MONTH}[ ./-]*(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?[ ./-]+(?P<y>\d{{4}}){_TIME}")
_NUMBERS: Final = re.compile(rf"(?P<a>\d{{1,2}})(?P<sep>[-/.])(?P<b>\d{{1,2}})(?P=sep)(?P<y>\d{{4}}|\d\d){_TIME}")
#: A year of two digits is of this century.
_CENTURY: Final = 2000


def parse_date(words: str) -> str | None:
    """Return a written date as ISO 8601; None for what is none, and for "03/04/2024", which could be two.

    With dots ("03.04.2024") the day stands first, as it does wherever dates are so written.
    """
    said = " ".join(words.casefold().split())
    if iso := _ISO.fullmatch(said):
        return _date(iso["y"], iso["m"], iso["d"])
    if named := _DAY_MONTH.fullmatch(said) or _MONTH_DAY.fullmatch(said):
        return _date(named["y"], str(_MONTHS.index(named["month"]) + 1), named["d"])
    if numbers := _NUMBERS.fullmatch(said):
        return _of_numbers(numbers)
    return None


def days_between(one: str, other: str) -> int:
    """Return how many days lie between two ISO dates."""
    return abs((date.fromisoformat(one) - date.fromisoformat(other)).days)


def _of_numbers(found: re.Match[str]) -> str | None:
    day_first = _date(found["y"], found["b"], found["a"])
    if found["sep"] == ".":
        return day_first
    month_first = _date(found["y"], found["a"], found["b"])
    if day_first and month_first and day_first != month_first:
        return None
    return day_first or month_first


def _date(year: str, month: str, day: str) -> str | None:
    whole = int(year) + (_CENTURY if len(year) == 2 else 0)
    try:
        return date(whole, int(month), int(day)).isoformat()
    except ValueError:
        return None
