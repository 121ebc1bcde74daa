"""Load, validate and overlay the pattern files: TOML in, immutable rules out.

The language of a pattern is Python's `re` on folded (lower-case, plain dash and quote) text, with three
additions that keep it readable: `{name}` inserts a macro, a blank matches any run of blanks or a hyphen,
and `~` matches an optional blank or hyphen (`para~spinal`).
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

from extractor.errors import PatternError
from extractor.resources import patterns_dir

VOCABULARY: Final = "vocabulary.toml"
_MACRO: Final = re.compile(r"\{([a-z_]+)\}")
#: What matters to blanks: an escaped sign and a class, which stay as they are, the ends of groups, blanks, a line end.
_SIGN: Final = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]?|\((?:\?<[=!])?|[) ~\n]", re.DOTALL)
_BLANKS: Final = {" ": "(?: +|-)", "~": "[ -]?"}
_SINGLE: Final = "(?: |-)"
_HEADER_KEYS: Final = {"field", "about", "grades", "macros", "rule"}
_RULE_KEYS: Final = {"id", "grades", "denied", "pattern", "patterns", "tags", "unless", "needs", "disabled", "note"}


@dataclass(frozen=True, slots=True)
class Rule:
    """One way of saying something: what it is called, what it admits, how it is written.

    `grades` are the admitted grades of the file's value space, `denied` what remains when the words are
    denied (empty: the complement). `tags` are switches the readers know; `unless` and `needs` name context
    categories that void, or must accompany, the rule in its clause.
    """

    id: str
    field: str
    grades: tuple[str, ...]
    denied: tuple[str, ...]
    patterns: tuple[str, ...]
    #: The patterns as Python's `re` takes them; `compiled` gives the regex.
    sources: tuple[str, ...]
    tags: frozenset[str]
    unless: tuple[str, ...]
    needs: tuple[str, ...]
    file: str

    @property
    def pattern(self) -> str:
        """Return the patterns as written, one a line."""
        return "\n".join(self.patterns)

    @property
    def regexes(self) -> tuple[re.Pattern[str], ...]:
        """Return the patterns as regexes."""
        return tuple(compiled(source) for source in self.sources)


@dataclass(frozen=True, slots=True, eq=False)
class Patterns:
    """All rules, the value space each file declares, and the digest of the files; equal only to itself."""

    rules: tuple[Rule, ...]
    grades: Mapping[str, tuple[str, ...]]
    digest: str

    def of(self, *fields: str) -> tuple[Rule, ...]:
        """Return the rules of each field in turn, in file order; none for an unknown field."""
        return tuple(rule for field in fields for rule in self.rules if rule.field == field)

    def rule(self, rule_id: str) -> Rule:
        """Return the rule of that id; KeyError if there is none."""
        for rule in self.rules:
            if rule.id == rule_id:
                return rule
        raise KeyError(rule_id)


@cache
def compiled(source: str) -> re.Pattern[str]:
    """Return the regex of a rule; compiled when it is first needed, for most reports need few."""
    return re.compile(source, re.MULTILINE)


@lru_cache(maxsize=8)
def load_patterns(overlay: Path | None = None) -> Patterns:
    """Read the shipped pattern files, then those of `overlay`, whose rules replace, add to or disable ours.

    Raises PatternError naming file and rule. With an `overlay` all are compiled at once, else when first needed.
    """
    shipped = _read_folder(patterns_dir())
    local = _read_folder(overlay) if overlay is not None else {}
    macros = _vocabulary(shipped) | _vocabulary(local)
    spaces = {data["field"]: _declared(data, name) for name, data in shipped.items() if name != VOCABULARY}
    rules: dict[str, Rule] = {}
    for name, data in shipped.items():
        _add_rules(rules, name, data, spaces, macros, replace=False)
    for name, data in local.items():
        _add_rules(rules, name, data, spaces, macros, replace=True)
    if overlay is not None:
        for rule in rules.values():
            check_rule(rule)
    digest = _digest(folder for folder in (patterns_dir(), overlay) if folder is not None)
    return Patterns(rules=tuple(rules.values()), grades=spaces, digest=digest)


def _read_folder(folder: Path) -> dict[str, dict[str, Any]]:
    """Parse the TOML files of a folder, keyed by file name."""
    if not folder.is_dir():
        raise PatternError(f"{folder}: no such folder of patterns; name a folder that holds .toml files")
    files = sorted(folder.glob("*.toml"))
    if not files:
        raise PatternError(
            f"{folder}: holds no .toml file; `sinsight patterns list` shows how the shipped ones are named"
        )
    return {file.name: _parse(file) for file in files}


def _parse(file: Path) -> dict[str, Any]:
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PatternError(f"{file.name}: not valid TOML: {error}") from error
    if not isinstance(data.get("macros", {}), dict):
        raise PatternError(f"{file.name}: `macros` must be a [macros] table of names and texts")
    if file.name == VOCABULARY:
        return data
    unknown = set(data) - _HEADER_KEYS
    if unknown:
        raise PatternError(f"{file.name}: unknown key {_quoted(unknown)}; known are {_quoted(_HEADER_KEYS)}")
    if not isinstance(data.get("rule", []), list) or not all(isinstance(entry, dict) for entry in data.get("rule", [])):
        raise PatternError(f"{file.name}: `rule` must be written as [[rule]] tables")
    if not isinstance(data.get("field"), str):
        raise PatternError(f"{file.name}: `field` is missing; say which field the rules are for")
    return data


def _vocabulary(files: Mapping[str, dict[str, Any]]) -> dict[str, str]:
    """Return the macros of the vocabulary and of every other file, refusing one name with two meanings."""
    macros: dict[str, str] = {}
    for name, data in files.items():
        for key, value in data.get("macros", {}).items():
            if not isinstance(value, str):
                raise PatternError(f"{name}: macro '{key}' is no text")
            if key in macros:
                raise PatternError(f"{name}: macro '{key}' is declared twice; give it another name")
            macros[key] = value
    return macros


def _declared(data: Mapping[str, Any], name: str) -> tuple[str, ...]:
    grades = data.get("grades")
    if not isinstance(grades, list) or not grades or not all(isinstance(grade, str) for grade in grades):
        raise PatternError(f"{name}: `grades` must list the grades its rules may admit")
    return tuple(grades)


def _add_rules(
    rules: dict[str, Rule],
    name: str,
    data: Mapping[str, Any],
    spaces: Mapping[str, tuple[str, ...]],
    macros: Mapping[str, str],
    *,
    replace: bool,
) -> None:
    seen: set[str] = set()
    for entry in data.get("rule", []):
        rule_id = entry.get("id")
        if not isinstance(rule_id, str):
            raise PatternError(f"{name}: a rule without `id`; give it a stable one such as '{data['field']}.name'")
        if rule_id in seen or (rule_id in rules and not replace):
            raise PatternError(f"{name}: rule '{rule_id}' is declared twice")
        seen.add(rule_id)
        if entry.get("disabled"):
            rules.pop(rule_id, None)
        else:
            rules[rule_id] = _rule(entry, name, data["field"], spaces, macros)


def _rule(
    entry: Mapping[str, Any], name: str, field: str, spaces: Mapping[str, tuple[str, ...]], macros: Mapping[str, str]
) -> Rule:
    where = f"{name}: rule '{entry['id']}'"
    unknown = set(entry) - _RULE_KEYS
    if unknown:
        raise PatternError(f"{where}: unknown key {_quoted(unknown)}; known are {_quoted(_RULE_KEYS)}")
    if field not in spaces:
        raise PatternError(f"{name}: unknown field '{field}'; known are {_quoted(spaces)}")
    grades, denied = _texts(entry, "grades", where), _texts(entry, "denied", where)
    undeclared = set(grades + denied) - set(spaces[field])
    if undeclared:
        raise PatternError(f"{where}: undeclared grade {_quoted(undeclared)}; {field} has {_quoted(spaces[field])}")
    if not grades:
        raise PatternError(f"{where}: `grades` is empty; list what the words admit")
    single = entry.get("pattern")
    sources = (single,) if isinstance(single, str) else _texts(entry, "patterns", where)
    if not sources:
        raise PatternError(f"{where}: no `pattern`; write one, or several under `patterns`")
    return Rule(
        id=entry["id"],
        field=field,
        grades=grades,
        denied=denied,
        patterns=sources,
        sources=tuple(expand_pattern(source, macros, where) for source in sources),
        tags=frozenset(_texts(entry, "tags", where)),
        unless=_texts(entry, "unless", where),
        needs=_texts(entry, "needs", where),
        file=name,
    )


def _texts(entry: Mapping[str, Any], key: str, where: str) -> tuple[str, ...]:
    value = entry.get(key, [])
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise PatternError(f"{where}: `{key}` must be a list of texts")
    return tuple(value)


def check_rule(rule: Rule) -> None:
    """Refuse a rule whose patterns do not compile, match the empty string, or may take for ever; PatternError."""
    from extractor.repeats import repeats_a_run

    where = f"{rule.file}: rule '{rule.id}'"
    for source in rule.sources:
        try:
            regex = compiled(source)
        except re.error as error:
            raise PatternError(f"{where}: the regex does not compile: {error}") from error
        if regex.match(""):
            raise PatternError(f"{where}: the regex matches the empty string; make at least one word obligatory")
        if repeats_a_run(source):
            raise PatternError(f"{where}: a run is repeated, which may take for ever; write '[ ,-]*' for '(?: |,|-)*'")


def expand_pattern(source: str, macros: Mapping[str, str], where: str) -> str:
    """Return a pattern with its macros and blanks as `re` takes it; PatternError with `where`."""
    return _blanks(_expand(source, macros, where))


def _expand(source: str, macros: Mapping[str, str], where: str, depth: int = 0) -> str:
    if depth > 8:
        raise PatternError(f"{where}: macros nest too deep; does one contain itself?")

    def insert(match: re.Match[str]) -> str:
        if match[1] not in macros:
            raise PatternError(f"{where}: unknown macro '{match[0]}'; declare it under [macros]")
        return f"(?:{_expand(macros[match[1]], macros, where, depth + 1)})"

    return _MACRO.sub(insert, source)


def _blanks(source: str) -> str:
    """Turn a blank into 'blanks or a hyphen' and `~` into 'at most that'.

    Character classes keep both as they are, and so do look-behinds, which `re` wants of one width. Where the blank
    is repeated, each repeat takes one sign: repeats of runs would try all ways to divide a run of blanks.
    """
    groups: list[bool] = []

    def even(match: re.Match[str]) -> str:
        sign = match[0]
        if sign.startswith("("):
            groups.append(sign != "(")
        elif sign == ")" and groups:
            groups.pop()
        elif sign == "\n":
            return ""
        elif sign in _BLANKS and not any(groups):
            repeated = source.startswith(("*", "+"), match.end())
            return _SINGLE if repeated and sign == " " else _BLANKS[sign]
        return sign

    return _SIGN.sub(even, source)


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f"'{name}'" for name in sorted(names))


def _digest(folders: Iterator[Path]) -> str:
    """Return the SHA-256 of names and bytes of all files, shipped first."""
    total = hashlib.sha256()
    for folder in folders:
        for file in sorted(folder.glob("*.toml")):
            total.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return total.hexdigest()
