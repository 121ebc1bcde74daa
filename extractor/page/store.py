"""Decisions of a review, in a plain SQLite file beside the run: nothing in it is ever changed or deleted.

A decision is a step of one reviewer on one report: a row for each value it changes, or one that accepts all. Undoing
one is a step as well. A step carries the number of the step it was made on, so that two tabs cannot overwrite each
other.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal

from extractor.errors import OutputError, ReportError
from extractor.page.values import Change, Values, applied, from_json, to_json
from extractor.textfile import printable

NAME: Final = "review.sqlite"
Act = Literal["accept", "change", "undo"]
Verdict = Literal["undecided", "begun", "accepted", "corrected"]
VERDICTS: Final[tuple[Verdict, ...]] = ("undecided", "begun", "accepted", "corrected")
_VERSION: Final = 1
_TABLE: Final = (
    """\
CREATE TABLE history (
  number INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  reviewer TEXT NOT NULL,
  report TEXT NOT NULL,
  digest TEXT NOT NULL,
  patterns TEXT NOT NULL,
  step INTEGER NOT NULL,
  act TEXT NOT NULL CHECK (act IN ('accept', 'change', 'undo')),
  undoes INTEGER,
  level TEXT NOT NULL,
  field TEXT NOT NULL,
  old TEXT NOT NULL,
  new TEXT NOT NULL,
  UNIQUE (report, reviewer, step, level, field)
)
""",
    "CREATE TRIGGER history_kept BEFORE UPDATE ON history BEGIN SELECT RAISE(ABORT, 'history is only added to'); END",
    "CREATE TRIGGER history_whole BEFORE DELETE ON history BEGIN SELECT RAISE(ABORT, 'history is only added to'); END",
)
_ROWS: Final = "SELECT step, act, undoes, level, field, old, new, at, digest FROM history"
#: What a verdict follows from; what was accepted is long, and not needed for it.
_LIGHT: Final = """\
SELECT report, step, act, undoes, level, field, old, '', at, digest FROM history WHERE reviewer = ? ORDER BY number
"""
_INSERT: Final = """\
INSERT INTO history (at, reviewer, report, digest, patterns, step, act, undoes, level, field, old, new)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""


class StaleError(ValueError):
    """A decision made on a state that is not the latest any more."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What is decided on: a report's id, the digest of its text, and of the patterns it was read by."""

    report: str
    digest: str
    patterns: str


@dataclass(frozen=True, slots=True)
class Step:
    """One decision: its number among those of its reviewer on its report, and what it did."""

    number: int
    act: Act
    undoes: int | None
    changes: tuple[Change, ...]
    at: str
    digest: str


@dataclass(frozen=True, slots=True)
class Decisions:
    """All steps of one reviewer on one report; those on another text of that report count for nothing."""

    steps: tuple[Step, ...] = ()
    digest: str = ""

    @property
    def version(self) -> int:
        """Return the number of the latest step, which the next must name."""
        return self.steps[-1].number if self.steps else 0

    @property
    def standing(self) -> list[Step]:
        """Return the steps that are not undone."""
        undone = {step.undoes for step in self.steps}
        return [
            step
            for step in self.steps
            if step.act != "undo" and step.number not in undone and step.digest == self.digest
        ]

    @property
    def elsewhere(self) -> int:
        """Return how many steps were made on another text of this report."""
        return sum(step.digest != self.digest for step in self.steps)

    @property
    def changes(self) -> list[Change]:
        """Return the changes that stand, in their order."""
        return [change for step in self.standing if step.act == "change" for change in step.changes]

    @property
    def verdict(self) -> Verdict:
        """Return how far the review of the report is: a change that is not accepted yet is a beginning."""
        standing = self.standing
        if not standing:
            return "undecided"
        if standing[-1].act != "accept":
            return "begun"
        return "corrected" if any(step.act == "change" for step in standing) else "accepted"

    @property
    def accepted(self) -> Values | None:
        """Return the values that were accepted; None while they are not."""
        standing = self.standing
        return from_json(standing[-1].changes[0].new) if standing and standing[-1].act == "accept" else None

    def values(self, read: Values) -> Values:
        """Return the values as they stand, given those that were read."""
        return applied(read, self.changes)


class Store:
    """The decisions of a run. Every call is one transaction; threads take turns."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._turn = threading.Lock()
        #: The verdicts last asked for: whose they are, and up to which row.
        self._known: tuple[str, int | None, Mapping[str, tuple[str, Verdict]]] = ("", None, {})

    def decisions(self, subject: Subject, reviewer: str) -> Decisions:
        """Return the decisions of a reviewer on a report."""
        with self._turn:
            return self._decisions(subject, reviewer)

    def change(self, subject: Subject, reviewer: str, version: int, changes: Sequence[Change]) -> None:
        """Keep changed values; StaleError where `version` is not the latest."""
        self._add(subject, reviewer, version, "change", changes)

    def accept(self, subject: Subject, reviewer: str, version: int, values: Values) -> None:
        """Keep that all values are accepted, and what they were; StaleError where `version` is not the latest."""
        self._add(subject, reviewer, version, "accept", [Change("", "", "", to_json(values))])

    def undo(self, subject: Subject, reviewer: str, version: int) -> Step | None:
        """Undo the last step that stands and return it, None where there is none; StaleError as above."""
        standing = self.decisions(subject, reviewer).standing
        if not standing:
            return None
        last = standing[-1]
        back = [Change(one.level, one.field, one.new, one.old) for one in last.changes]
        self._add(subject, reviewer, version, "undo", back, undoes=last.number)
        return last

    def all(self) -> Mapping[str, Mapping[str, Decisions]]:
        """Return all decisions: by reviewer, then by report; each as on the text it was last made on."""
        with self._turn:
            cursor = self._connection.execute(f"{_ROWS.replace('SELECT', 'SELECT reviewer, report,')} ORDER BY number")
            rows: dict[str, dict[str, list[Sequence[object]]]] = {}
            for reviewer, report, *rest in cursor:
                rows.setdefault(reviewer, {}).setdefault(report, []).append(rest)
        return {
            reviewer: {report: Decisions(steps := _steps(some), steps[-1].digest) for report, some in of.items()}
            for reviewer, of in rows.items()
        }

    def verdicts(self, reviewer: str) -> Mapping[str, tuple[str, Verdict]]:
        """Return for each report a reviewer has begun the digest of its text and the verdict."""
        with self._turn:
            latest = self._connection.execute("SELECT max(number) FROM history").fetchone()[0]
            if (reviewer, latest) != self._known[:2]:
                found = self._connection.execute(_LIGHT, (reviewer,))
                rows: dict[str, list[Sequence[object]]] = {}
                for report, *rest in found:
                    rows.setdefault(report, []).append(rest)
                decided = {report: Decisions(steps := _steps(some), steps[-1].digest) for report, some in rows.items()}
                verdicts = {report: (one.digest, one.verdict) for report, one in decided.items()}
                self._known = (reviewer, latest, verdicts)
            return self._known[2]

    def close(self) -> None:
        """Close the file."""
        with self._turn:
            self._connection.close()

    def _decisions(self, subject: Subject, reviewer: str) -> Decisions:
        found = self._connection.execute(
            f"{_ROWS} WHERE report = ? AND reviewer = ? ORDER BY number", (subject.report, reviewer)
        )
        return Decisions(_steps(found.fetchall()), subject.digest)

    def _add(
        self,
        subject: Subject,
        reviewer: str,
        version: int,
        act: Act,
        changes: Sequence[Change],
        *,
        undoes: int | None = None,
    ) -> None:
        at = datetime.now(UTC).isoformat(timespec="seconds")
        with self._turn, self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            if self._decisions(subject, reviewer).version != version:
                raise StaleError
            common = (at, reviewer, subject.report, subject.digest, subject.patterns, version + 1, act, undoes)
            self._connection.executemany(
                _INSERT,
                [(*common, one.level, one.field, one.old, one.new) for one in changes],
            )


def open_store(run: Path, *, read_only: bool = False) -> Store:
    """Open the decisions of a run, which are made if there are none; OutputError where that cannot be."""
    path = run / NAME
    try:
        if read_only and not path.exists():
            return Store(_made(sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)))
        mode = "ro" if read_only else "rwc"
        opened = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode={mode}",
            uri=True,
            timeout=10,
            check_same_thread=False,
            isolation_level=None,
        )
        return Store(opened if read_only else _made(opened))
    except sqlite3.Error as error:
        remedy = "check its permissions, or give --read-only"
        raise OutputError(f"{printable(str(path))}: cannot be opened ({error}); {remedy}") from None


def _made(connection: sqlite3.Connection) -> sqlite3.Connection:
    """Make the table where there is none, once however many begin at the same time."""
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("BEGIN IMMEDIATE")
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > _VERSION:
        raise ReportError("the decisions beside the run are of a later version of sinsight; install that")
    if version < _VERSION:
        for statement in _TABLE:
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {_VERSION}")
    connection.execute("COMMIT")
    return connection


def _steps(rows: Sequence[Sequence[object]]) -> tuple[Step, ...]:
    steps: dict[int, Step] = {}
    for step, act, undoes, level, field, old, new, at, digest in rows:
        change = Change(str(level), str(field), str(old), str(new))
        known = steps.get(int(str(step)))
        changes = (*known.changes, change) if known else (change,)
        steps[int(str(step))] = Step(int(str(step)), act, undoes, changes, str(at), str(digest))  # type: ignore[arg-type]
    return tuple(steps.values())
