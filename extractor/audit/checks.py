"""Load and validate the checks: what a department asks of a report, in one TOML file laid over the shipped one."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from extractor.audit.states import ELEMENTS, STATES, State, Unit
from extractor.errors import CheckError
from extractor.textfile import printable, reason

SHIPPED: Final = Path(__file__).parent / "checks.toml"
_CODE: Final = re.compile(r"[A-Z]{1,8}[0-9]{3}")
#: The words after a phrase, by state, where a check has none of its own.
_SAYS: Final[dict[State, str]] = {
    "missing": "is not described.",
    "partial": "is described only in part.",
    "contradictory": "is described in conflicting ways.",
}
_OPEN: Final = tuple(_SAYS)
_TEXTS: Final = ("code", "element", "title", "expects", "why", "source", "phrase")


@dataclass(frozen=True, slots=True)
class Check:
    """One thing a report is asked for."""

    code: str
    element: str
    title: str
    expects: str
    why: str
    source: str
    phrase: str
    #: The states that call for action; none: counted only.
    open: tuple[State, ...]
    says: Mapping[State, str]
    #: Codes not repeated at a level where this one is open.
    covers: tuple[str, ...] = ()

    @property
    def unit(self) -> Unit:
        """Return what the check is counted over."""
        return ELEMENTS[self.element]

    def sentence(self, state: State) -> str:
        """Return the neutral sentence for an open item."""
        return f"{self.phrase} {self.says[state]}"


_KEYS: Final = (*(field.name for field in fields(Check)), "disabled")


@lru_cache(maxsize=4)
def load_checks(extra: Path | None = None) -> tuple[Check, ...]:
    """Return the checks that are asked, in the order of the files; CheckError for a file that cannot be used."""
    entries = _entries(SHIPPED, {})
    if extra is not None:
        entries = _entries(extra, entries)
    name = SHIPPED if extra is None else extra
    checks = tuple(_check(entry, name) for entry in entries.values() if not entry.get("disabled"))
    known = set(entries)
    for check in checks:
        if unknown := set(check.covers) - known:
            raise _error(name, check.code, f"`covers` names '{min(unknown)}', which is no check; leave it out")
    return checks


def checks_digest(checks: tuple[Check, ...]) -> str:
    """Return the SHA-256 of what is asked, so that two audits can be told apart."""
    plain = [{field.name: _plain(getattr(check, field.name)) for field in fields(check)} for check in checks]
    return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()


def _plain(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else value


def _entries(file: Path, below: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return the checks of a file laid over those below it, by code."""
    entries = {code: dict(entry) for code, entry in below.items()}
    seen: set[str] = set()
    for entry in _listed(file):
        code = _code(entry, file)
        if code in seen:
            raise _error(file, code, "is declared twice; merge the two")
        seen.add(code)
        if unknown := set(entry) - set(_KEYS):
            raise _error(file, code, f"unknown key '{min(unknown)}'; known are {', '.join(_KEYS)}")
        if not isinstance(entry.get("disabled", False), bool):
            raise _error(file, code, "`disabled` must be true or false")
        entries[code] = entries.get(code, {}) | entry
    return entries


def _listed(file: Path) -> list[dict[str, Any]]:
    name = printable(str(file))
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise CheckError(f"{name}: no TOML: {error}; correct that place") from None
    except (OSError, ValueError) as error:
        raise CheckError(f"{name}: cannot be read ({reason(error)}); give a file of [[check]] tables") from None
    listed = data.pop("check", None)
    if data:
        raise CheckError(f"{name}: unknown key '{min(data)}'; write nothing but [[check]] tables")
    if not isinstance(listed, list) or not all(isinstance(entry, dict) for entry in listed):
        raise CheckError(f"{name}: no [[check]] table; `sinsight audit --list` shows the shipped ones")
    return listed


def _code(entry: Mapping[str, Any], file: Path) -> str:
    code = entry.get("code")
    if not isinstance(code, str) or not _CODE.fullmatch(code):
        name = printable(str(file))
        raise CheckError(f"{name}: a check without a proper `code`; give capitals and three digits, such as X101")
    return code


def _check(entry: Mapping[str, Any], file: Path) -> Check:
    code = entry["code"]
    for key in _TEXTS:
        if not isinstance(entry.get(key), str) or not entry[key].strip():
            raise _error(file, code, f"`{key}` is missing or no text; write one")
    if entry["element"] not in ELEMENTS:
        raise _error(file, code, f"unknown element '{entry['element']}'; known are {', '.join(ELEMENTS)}")
    return Check(
        **{key: entry[key] for key in _TEXTS},
        open=tuple(state for state in STATES if state in _names(entry, "open", file)),
        says={**_SAYS, **_says(entry, file)},
        covers=_names(entry, "covers", file, required=False),
    )


def _names(entry: Mapping[str, Any], key: str, file: Path, *, required: bool = True) -> tuple[str, ...]:
    value = entry.get(key, None if required else [])
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise _error(file, entry["code"], f"`{key}` must be a list of texts")
    if key == "open" and (unknown := set(value) - set(_OPEN)):
        raise _error(file, entry["code"], f"`open` holds '{min(unknown)}'; it may hold {', '.join(_OPEN)}")
    return tuple(value)


def _says(entry: Mapping[str, Any], file: Path) -> dict[State, str]:
    says = entry.get("says", {})
    if not isinstance(says, dict) or not all(isinstance(words, str) for words in says.values()):
        raise _error(file, entry["code"], "`says` must give words for a state, such as { missing = 'is not given.' }")
    if unknown := set(says) - set(_OPEN):
        raise _error(file, entry["code"], f"`says` holds '{min(unknown)}'; it may hold {', '.join(_OPEN)}")
    return says


def _error(file: Path, code: str, problem: str) -> CheckError:
    return CheckError(f"{printable(str(file))}: check {code}: {problem}")
