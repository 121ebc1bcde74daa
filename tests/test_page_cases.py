"""A run of cases reviewed on the page: the texts of all documents, decisions, gold, and texts that are not there."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from commandline import run
from webpage import REPORTS, decide, entered, headline, review_site, run_of_items, said, verdict

from extractor.archive.cases import Roles, gather
from extractor.archive.examination import CANAL
from extractor.archive.facts import Facts
from extractor.archive.report import Report
from extractor.archive.texts import documents_of
from extractor.case.facts import parse_fact
from extractor.case.read import read_case
from extractor.evaluate import compare, parse_gold
from extractor.page.origin import Origin
from extractor.page.run import load_run
from extractor.page.values import values_of
from extractor.record import record_from_json
from extractor.resources import corpus_dir

pytestmark = pytest.mark.usefixtures("no_workers")

MRI = "MRI THORACIC SPINE\nFINDINGS: T7 metastasis. The cord is displaced, not compressed.\n"
CT = "CT THORACIC SPINE\nFINDINGS: T7 lytic metastasis with 60 % loss of height."
REQUEST = "MRI REQUEST: back pain, worse on standing. <script>alert(1)</script>"
ROWS = [
    {"id": "a-req", "case": "a", "kind": "request", "when": "2024-05-01", "text": REQUEST},
    {"id": "a-mri", "case": "a", "kind": "MR", "when": "2024-05-03", "text": MRI},
    {"id": "lone", "case": "", "kind": "ct", "when": "", "text": MRI},
    {"id": "a-ct", "case": "a", "kind": "", "when": "", "text": CT},
]
ROLES = {"case_column": "case", "kind_column": "kind", "date_column": "when"}
COLUMNS = {"id_column": None, "text_column": None, "encoding": "utf-8", **ROLES}


def items(rows: Iterable[dict[str, str]] = ROWS) -> list[Report]:
    """Return rows as `sinsight batch` gathers them, with a fact on the case."""
    roles = Roles("case", "kind", "when")
    plain = [Report(row["id"], row["text"], f"a.csv:{row['id']}", kept=row) for row in rows]
    facts = Facts(rows={"a": ((1, parse_fact("T7.posterolateral=none")),)})
    return [one for one in gather(plain, roles, keep=(), facts=facts, size=None, note=str) if isinstance(one, Report)]


def table(path: Path, rows: list[dict[str, str]] = ROWS) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.fixture(scope="module", params=["with text", "from the source"])
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """Return a run of a case and of a report alone, and its sources where it has no texts itself."""
    folder = tmp_path_factory.mktemp("cases")
    with_text = request.param == "with text"
    made = run_of_items(folder / "run", items(), with_text=with_text, **COLUMNS)
    return made, [] if with_text else [str(table(folder / "a.csv"))]


@pytest.fixture
def folder(site: tuple[Path, list[str]], tmp_path: Path) -> Path:
    """Return the run without decisions."""
    import shutil

    return Path(shutil.copytree(site[0], tmp_path / "run"))


def test_each_text_of_a_case_stands_under_its_heading(site: tuple[Path, list[str]]) -> None:
    answer = entered(review_site(site[0], sources=site[1], read_only=True)).get("/run/1")
    assert said(r'<h3 class="paper"[^>]*>(.*?)</h3>', answer) == [
        "a-ct ct, by “CT” · not dated · covers thoracic · speaks for all",
        "a-mri mri · 2024-05-03 · covers thoracic · speaks for all",
        "a-req request · 2024-05-01 · speaks for pain and symptoms",
    ]
    assert [text.strip() for text in said(r'<div class="text">(.*?)</div>', answer)] == [
        " ".join(text.split()) for text in (CT, MRI, REQUEST)
    ]
    assert "<script>alert" not in answer.text
    assert said(r"Given by hand when the run was made: (.*?)</p>", answer) == ["T7.posterolateral=none"]


@pytest.mark.parametrize(
    ("field", "mark", "place"),
    [
        ("collapse", "r-d0-c", "a-ct, findings"),
        ("cord_compression", "r-d1-c", "a-mri, findings"),
        ("pain", "r-d2-c", "a-req, history"),
    ],
)
def test_words_are_lit_in_their_own_document(site: tuple[Path, list[str]], field: str, mark: str, place: str) -> None:
    answer = entered(review_site(site[0], sources=site[1], read_only=True)).get("/run/1")
    (row,) = [row for row in answer.text.split("<tr ") if f'"row f-{field}"' in row and 'class="points">' in row][:1]
    link, quote, where = next(iter(_links(row)))
    assert (link.startswith(mark), where) == (True, place)
    words = said(rf'<mark id="{link}"[^>]*>(.*?)</mark>', answer)
    assert [quote.startswith(f"“{one}") for one in words] == [True]


def _links(row: str) -> list[tuple[str, str, str]]:
    import re

    return re.findall(r'<a href="#([^"]*)">(.*?)</a> <span class="section">(.*?)</span>', row)


def test_a_case_is_read_as_it_was_for_the_run(site: tuple[Path, list[str]]) -> None:
    loaded = load_run(site[0], site[1], None)
    for number, item in enumerate(items()):
        origin = loaded.origin(number)
        read = read_case(origin.documents, facts=item.facts, id=item.id)
        assert loaded.record(number, origin).to_json() == read.to_json()
        assert [one.text for one in origin.documents] == [one.text for one in item.documents or (item,)]
        assert loaded.entry(number).low == (read.summary.low if read.summary else None)


def test_the_kind_that_the_source_tells_holds(site: tuple[Path, list[str]]) -> None:
    loaded = load_run(site[0], site[1], None)
    assert [one.kind for one in loaded.record(0, loaded.origin(0)).documents] == ["ct"]


def test_a_corrected_case_is_gold_that_evaluates(folder: Path, site: tuple[Path, list[str]]) -> None:
    client = entered(review_site(folder, sources=site[1]))
    assert headline(client.get("/run/1")) == ["1 lesion, the worst at T7: SINS 9–13 of 18, indeterminate or unstable"]
    answer = decide(client, 1, "change", 0, level="T7", alignment=["normal"])
    assert headline(answer) == ["1 lesion, the worst at T7: SINS 9 of 18, indeterminate"]
    assert verdict(decide(client, 1, "accept", 1)) == ["✓ accepted as corrected"]
    decide(client, 0, "accept", 0)
    exported = client.get("/gold").content
    gold = parse_gold(exported, "gold")
    assert [(case.id, [(one.id, one.kind, one.date) for one in case.documents]) for case in gold] == [
        ("a", [("a-ct", None, None), ("a-mri", "mri", "2024-05-03"), ("a-req", "request", "2024-05-01")]),
        ("lone", [("lone", "ct", None)]),
    ]
    records = [read_case(case.documents, facts=case.facts, id=case.id) for case in gold]
    found = compare(gold, records)
    assert [(one.report, one.field) for one in found.errors] == [("a", "alignment")]
    (folder / "gold.jsonl").write_bytes(exported)
    code, out, _ = run("evaluate", folder / "gold.jsonl", "--errors")
    assert (code, "\n1 error\n" in out) == (0, True)


def test_a_case_whose_text_is_another_shows_its_quotes(tmp_path: Path) -> None:
    folder = run_of_items(tmp_path / "run", items(), with_text=False, **COLUMNS)
    changed = [row | {"text": row["text"].replace("60 %", "20 %")} for row in ROWS]
    site = review_site(folder, sources=[str(table(tmp_path / "a.csv", changed))])
    assert site.run is not None
    assert site.run.notes == (
        "1 of 2 reports has no text in the source, or another one: of these the quoted words are shown.",
    )
    answer = entered(site).get("/run/1")
    assert "The text is not known, or is another than was read." in answer.text
    assert said(r'<h3 class="paper"[^>]*>(.*?)</h3>', answer) == []
    assert headline(answer) == ["1 lesion, the worst at T7: SINS 9–13 of 18, indeterminate or unstable"]
    assert "“60 % loss of height” <span" in answer.text
    assert "a-ct, findings" in answer.text


def test_a_kept_text_that_was_altered_is_not_shown(tmp_path: Path) -> None:
    folder = run_of_items(tmp_path / "run", items(), **COLUMNS)
    (part,) = (folder / "reports").glob("*.parquet")
    stored = pq.read_table(part)
    texts = [text.replace("60 %", "20 %") for text in stored["text"].to_pylist()]
    at = stored.schema.get_field_index("text")
    pq.write_table(stored.set_column(at, "text", [texts]), part)
    answer = entered(review_site(folder)).get("/run/1")
    assert ("20 %" in answer.text, "The text is not known, or is another" in answer.text) == (False, True)


def test_the_command_keeps_what_the_page_needs(tmp_path: Path) -> None:
    source = table(tmp_path / "a.csv")
    (tmp_path / "facts.csv").write_text("case,level,field,grade\na,T7,posterolateral,none\n")
    roles = [word for name in ("case", "kind", "date") for word in (f"--{name}-column", ROLES[f"{name}_column"])]
    more = ("--facts", tmp_path / "facts.csv", "--with-text", "--workers", "1")
    code, _, err = run("batch", source, "-o", tmp_path / "run", *roles, *more)
    assert (code, err.splitlines()[-1]) == (0, "2 in = 2 out + 0 quarantined")
    loaded = load_run(tmp_path / "run", [], None)
    (number,) = loaded.find("a")[:1]
    record = loaded.record(number, loaded.origin(number))
    assert (
        record.to_json()
        == read_case(loaded.origin(number).documents, facts=(parse_fact("T7.posterolateral=none"),), id="a").to_json()
    )
    assert record_from_json(record.to_json()).documents[-1].kind == "given"
    told = pq.read_table(tmp_path / "run" / "reports")["told"].to_pylist()
    assert json.loads(told[number])[0] == {"id": "a-ct", "kind": None, "date": None, "characters": len(CT)}


DEMO = (corpus_dir() / "demo" / "report.txt").read_text(encoding="utf-8")
TREATED = (
    "MRI SPINE. Pedicle screws at T5 and T9, vertebroplasty of L1. T7 metastasis, unchanged. Old osteoporotic fracture "
    "of L3. The cord is compressed at T2."
)


@pytest.mark.parametrize("text", [*REPORTS.values(), DEMO, TREATED, None], ids=[*REPORTS, "demo", "treated", "case"])
def test_the_tables_tell_the_values_that_were_read(text: str | None, tmp_path: Path) -> None:
    item = items()[1] if text is None else Report("r", text, "a.txt")
    loaded = load_run(run_of_items(tmp_path / "run", [item], with_text=False), [], None)
    told, read = loaded.record(0, Origin()), read_case(documents_of(item), facts=item.facts, id=item.id)
    assert values_of(told) == values_of(read)
    assert (told.summary, told.findings.treatment) == (read.summary, read.findings.treatment)
    for one, other in zip(told.lesions, read.lesions, strict=True):
        assert (one.level, one.sins, one.stabilised) == (other.level, other.sins, other.stabilised)
        quotes = {name: [words.text for words in value.evidence] for name, value in one.fields.items()}
        assert quotes == {name: [words.text for words in value.evidence] for name, value in other.fields.items()}
    canal = {name: getattr(told.findings, name) for name in CANAL}
    assert {name: (one.grades, one.levels) for name, one in canal.items()} == {
        name: (getattr(read.findings, name).grades, getattr(read.findings, name).levels) for name in CANAL
    }
