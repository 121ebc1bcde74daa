"""Decisions of a review: kept, undone, refused where stale; what follows from a change; gold and agreement."""

from __future__ import annotations

import json
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from webpage import REPORTS

from extractor import read
from extractor.case.documents import DocumentText
from extractor.errors import FactError, OutputError, ReportError
from extractor.evaluate import compare, parse_gold
from extractor.page.agreement import agreement
from extractor.page.corrected import corrected
from extractor.page.gold import gold_lines
from extractor.page.origin import Origin
from extractor.page.store import Decisions, StaleError, Store, Subject, Verdict, open_store
from extractor.page.values import Change, Values, from_json, to_json, values_of, wanted

SUBJECT = Subject("r-1", "digest", "patterns")
LYTIC = Change("T7", "bone_lesion", "", "lytic")
VALUES: Values = {("T7", "lesion"): "certain", ("T7", "bone_lesion"): "lytic", ("", "diffuse"): "", ("", "pain"): ""}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(tmp_path)


def standing(store: Store, reviewer: str = "A") -> tuple[int, Verdict, list[Change]]:
    found = store.decisions(SUBJECT, reviewer)
    return found.version, found.verdict, found.changes


def test_decisions_are_kept_at_once_and_after_a_restart(store: Store, tmp_path: Path) -> None:
    store.change(SUBJECT, "A", 0, [LYTIC])
    assert standing(store) == standing(open_store(tmp_path)) == (1, "begun", [LYTIC])
    store.accept(SUBJECT, "A", 1, VALUES)
    reopened = open_store(tmp_path)
    assert standing(reopened) == (2, "corrected", [LYTIC])
    assert reopened.decisions(SUBJECT, "A").accepted == VALUES
    assert reopened.verdicts("A") == {"r-1": ("digest", "corrected")}


def test_each_reviewer_decides_alone(store: Store) -> None:
    store.accept(SUBJECT, "A", 0, VALUES)
    assert [standing(store, name)[1] for name in "AB"] == ["accepted", "undecided"]
    assert store.verdicts("B") == {}


def test_undoing_is_a_step_and_takes_back_one(store: Store) -> None:
    store.change(SUBJECT, "A", 0, [LYTIC])
    store.accept(SUBJECT, "A", 1, VALUES)
    said = []
    for version in (2, 3, 4):
        undone = store.undo(SUBJECT, "A", version)
        said.append((undone and undone.act, *standing(store)[:2]))
    assert said == [("accept", 3, "begun"), ("change", 4, "undecided"), (None, 4, "undecided")]


def test_a_step_on_an_older_state_is_refused(store: Store, tmp_path: Path) -> None:
    other = open_store(tmp_path)
    store.change(SUBJECT, "A", 0, [LYTIC])
    for act in (
        lambda: other.change(SUBJECT, "A", 0, [LYTIC]),
        lambda: other.accept(SUBJECT, "A", 0, VALUES),
        lambda: other.undo(SUBJECT, "A", 0),
    ):
        with pytest.raises(StaleError):
            act()
    assert standing(store) == (1, "begun", [LYTIC])


def test_of_many_at_once_one_is_kept(store: Store, tmp_path: Path) -> None:
    stores = [store, *(open_store(tmp_path) for _ in range(7))]

    def accepted(one: Store) -> bool:
        try:
            one.accept(SUBJECT, "A", 0, VALUES)
        except StaleError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(accepted, stores)) == 1
    assert standing(store)[:2] == (1, "accepted")


def test_decisions_on_another_text_do_not_count(store: Store) -> None:
    store.accept(SUBJECT, "A", 0, VALUES)
    other = Subject("r-1", "another", "patterns")
    found = store.decisions(other, "A")
    assert (found.verdict, found.elsewhere, found.version) == ("undecided", 1, 1)
    store.accept(other, "A", 1, VALUES)
    assert store.decisions(other, "A").verdict == "accepted"


def test_history_is_only_added_to_and_says_who_and_when(store: Store, tmp_path: Path) -> None:
    store.change(SUBJECT, "A", 0, [LYTIC])
    rows = sqlite3.connect(tmp_path / "review.sqlite")
    for statement in ("UPDATE history SET new = 'blastic'", "DELETE FROM history"):
        with pytest.raises(sqlite3.IntegrityError, match="history is only added to"):
            rows.execute(statement)
    ((at, *rest),) = rows.execute(
        "SELECT at, reviewer, report, digest, patterns, step, act, level, field, old, new FROM history"
    )
    assert (at.endswith("+00:00"), rest) == (
        True,
        ["A", "r-1", "digest", "patterns", 1, "change", "T7", "bone_lesion", "", "lytic"],
    )


def test_read_only_writes_no_file(tmp_path: Path) -> None:
    assert standing(open_store(tmp_path, read_only=True)) == (0, "undecided", [])
    assert list(tmp_path.iterdir()) == []
    open_store(tmp_path).change(SUBJECT, "A", 0, [LYTIC])
    shown = open_store(tmp_path, read_only=True)
    assert standing(shown) == (1, "begun", [LYTIC])
    with pytest.raises(sqlite3.OperationalError):
        shown.change(SUBJECT, "A", 1, [LYTIC])


def test_a_file_that_is_no_database_is_said(tmp_path: Path) -> None:
    (tmp_path / "review.sqlite").write_text("hello " * 100)
    with pytest.raises(OutputError, match=r"review\.sqlite: cannot be opened"):
        open_store(tmp_path)


def test_a_file_of_a_later_version_is_said(tmp_path: Path) -> None:
    made = sqlite3.connect(tmp_path / "review.sqlite")
    made.execute("PRAGMA user_version = 99")
    made.close()
    with pytest.raises(ReportError, match="later version"):
        open_store(tmp_path)


RECORD = read(REPORTS["r-1"], id="r-1")
READ = values_of(RECORD)


def test_values_of_a_record() -> None:
    assert {key: word for key, word in READ.items() if word} == {
        ("T7", "lesion"): "certain",
        ("T7", "pain"): "mechanical",
        ("T7", "bone_lesion"): "lytic",
        ("T7", "alignment"): "normal",
        ("T7", "collapse"): "over_50",
        ("T7", "posterolateral"): "bilateral",
        ("T7", "epidural"): "present",
        ("T7", "escc"): "2|3",
        ("T7", "cord_compression"): "present",
        ("", "pain"): "mechanical",
        ("", "tomita"): "4|5",
    }
    assert from_json(to_json(READ)) == READ


def changed(level: str, **chosen: tuple[str, ...]) -> dict[str, str]:
    return {f"{one.level}.{one.field}": one.new for one in wanted(READ, level, chosen)}


_FRACTURES = "L1 osteoporotic; T9 unstated"


@pytest.mark.parametrize(
    ("level", "chosen", "changes"),
    [
        ("T7", {"bone_lesion": ("lytic",)}, {}),
        ("T7", {"bone_lesion": ()}, {"T7.bone_lesion": ""}),
        ("T7", {"bone_lesion": ("blastic", "lytic", "mixed")}, {"T7.bone_lesion": ""}),
        ("T7", {"collapse": ("under_50", "over_50")}, {"T7.collapse": "over_50|under_50"}),
        ("T7", {"escc": ("1b",)}, {"T7.escc": "1b", "T7.cord_compression": "absent"}),
        ("T7", {"epidural": ("absent",)}, {"T7.epidural": "absent", "T7.escc": "0"}),
        ("T7", {"lesion": ("none",)}, {"T7.lesion": "none", ".tomita": ""}),
        ("T9", {"lesion": ("possible",)}, {"T9.lesion": "possible", ".tomita": "7"}),
        ("T8", {"lesion": ("certain",)}, {"T8.lesion": "certain", ".tomita": "6"}),
        ("", {"pain": ("none",)}, {".pain": "none", "T7.pain": "none"}),
        ("", {"diffuse": ("thoracic",)}, {".diffuse": "thoracic", ".tomita": "7"}),
        ("", {"weakness": ("present",)}, {".weakness": "present"}),
        ("", {"other_fractures": ("l1 osteoporotic;  T9 unstated ;",)}, {".other_fractures": _FRACTURES}),
        ("", {"treatment": ("Fusion t5 T9; cement",)}, {".treatment": "fusion T5 T9; cement"}),
    ],
    ids=str,
)
def test_what_follows_from_a_choice(level: str, chosen: dict[str, tuple[str, ...]], changes: dict[str, str]) -> None:
    assert changed(level, **chosen) == changes


@pytest.mark.parametrize(
    ("level", "chosen"),
    [
        ("T99", {"pain": ("none",)}),
        ("T7", {"location": ("mobile",)}),
        ("T7", {"weakness": ("present",)}),
        ("T7", {"pain": ("<b>",)}),
        ("T7", {"lesion": ("certain", "possible")}),
        ("", {"lesion": ("certain",)}),
        ("", {"other_fractures": ("T7 broken",)}),
        ("", {"treatment": ("surgery T7",)}),
        ("", {"treatment": ("cement T99",)}),
    ],
    ids=str,
)
def test_a_choice_that_is_none_is_refused(level: str, chosen: dict[str, tuple[str, ...]]) -> None:
    with pytest.raises(FactError):
        wanted(READ, level, chosen)


@pytest.mark.parametrize("report", REPORTS)
def test_a_record_with_its_own_values_is_the_same(report: str) -> None:
    record = read(REPORTS[report], id=report)
    assert corrected(record, values_of(record)) == record


def test_a_corrected_record_is_scored_anew() -> None:
    values = READ | {("T7", "collapse"): "none", ("T9", "lesion"): "possible"}
    made = corrected(RECORD, values)
    assert [(one.level, one.certainty, one.sins.low, one.sins.high) for one in made.lesions] == [
        ("T7", "certain", 9, 9),
        ("T9", "possible", 1, 16),
    ]
    assert values_of(made) == values | {("T9", field): "" for field in made.lesions[1].fields if field != "location"}


def accepted(report: str, values: Values, digest: str = "d") -> Decisions:
    from extractor.page.store import Step

    return Decisions((Step(1, "accept", None, (Change("", "", "", to_json(values)),), "", digest),), digest)


def test_exported_gold_loads_and_evaluates() -> None:
    records = {name: read(text, id=name) for name, text in REPORTS.items()}
    decided = {name: accepted(name, values_of(record)) for name, record in records.items()}
    lines = list(gold_lines(decided, lambda name, digest: Origin((DocumentText(name, REPORTS[name]),))))
    gold = parse_gold("".join(lines).encode(), "gold")
    assert [(case.id, case.documents[0].text) for case in gold] == list(REPORTS.items())
    evaluation = compare(gold, records.values())
    assert (evaluation.reports, evaluation.perfect.value, evaluation.errors) == (4, 1.0, ())


def test_gold_holds_what_was_corrected_and_nothing_undecided() -> None:
    values = READ | {
        ("T7", "bone_lesion"): "mixed",
        ("", "other_fractures"): "L1 unstated",
        ("", "treatment"): "cement",
    }
    decided = {"r-1": accepted("r-1", values), "r-2": Decisions()}
    (line,) = gold_lines(decided, lambda name, digest: Origin())
    found = json.loads(line)
    assert (found["id"], found["text"], found["lesions"][0]["bone_lesion"]) == ("r-1", "", ["mixed"])
    assert found["report"]["other_fractures"] == [{"level": "L1", "cause": "unstated"}]
    assert found["report"]["treatment"] == [{"kind": "cement", "levels": []}]
    parse_gold(line.encode(), "gold")


def test_agreement_of_two_reviewers() -> None:
    other = READ | {("T7", "bone_lesion"): "mixed"}
    decided = {
        "A": {"r-1": accepted("r-1", READ), "r-2": accepted("r-2", READ), "r-3": accepted("r-3", READ)},
        "B": {"r-1": accepted("r-1", READ), "r-2": accepted("r-2", other), "r-3": accepted("r-3", READ, "e")},
    }
    found = agreement(decided, "A", "B").evaluation
    assert found is not None
    bone, collapse = found.fields["bone_lesion"], found.fields["collapse"]
    assert (found.reports, bone.exact.value, collapse.exact.value, found.perfect.value) == (2, 0.5, 1.0, 0.5)


def test_no_agreement_without_a_common_report() -> None:
    assert agreement({"A": {"r-1": accepted("r-1", READ)}, "B": {}}, "A", "B").evaluation is None
