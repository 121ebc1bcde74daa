"""The page of an audit: its numbers are those of the tables, its drawings are drawings, and names do no harm."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import pytest
from commandline import SECRET, run
from pages import CHECKS, Page, made, sample

from extractor.audit.completeness import PERIOD
from extractor.audit.results import Wish
from extractor.render.page import has_plots, render_audit_page
from extractor.render.shares import dicts, percent, span

pytestmark = pytest.mark.usefixtures("no_workers")

pytestmark = pytest.mark.skipif(not has_plots(), reason="the extra `plots` is not installed")

SHARES = "Share that states the element by {}"
HOSTILE = {
    "markup": "<script>alert(1)</script>",
    "attribute": '" onload="alert(1)',
    "entity": "&lt;b&gt; & ]]> <!--",
    "template": "{{ 7 * 7 }}{% raw %}",
    "emoji": "Kinderklinik \N{HOSPITAL}",
    "long": "x" * 200,
    "right to left": "مستشفى المدينة",
    "override": "abc\u202edef",
    "control": "a\x00b\x1bc\nd",
    "signals": "datum.x [0] url(http://example.org/)",
}


@pytest.fixture(scope="module")
def page() -> Page:
    """Return the page of the sample, against itself without the second site."""
    return Page(render_audit_page(made(sample(), against=sample(reports=30)), CHECKS))


def test_the_page_fetches_nothing_and_runs_nothing(page: Page) -> None:
    policies = [each["content"] for each in page.named("meta") if each.get("http-equiv") == "Content-Security-Policy"]
    assert policies == ["default-src 'none'; style-src 'unsafe-inline'; img-src data:"]
    used = {element.tag for element in page.elements}
    assert used & {"script", "link", "img", "iframe", "object", "embed", "form", "image", "foreignobject"} == set()
    names = {name for element in page.elements for name in element.attributes}
    assert {name for name in names if name.startswith("on") or name in {"src", "srcset", "xlink:href"}} == set()
    assert "@import" not in page.source
    assert "url(" not in page.source


def test_the_page_is_in_order(page: Page) -> None:
    ids = [element.attributes["id"] for element in page.elements if "id" in element.attributes]
    assert len(ids) == len(set(ids))
    links = [each["href"] for each in page.named("a")]
    assert [link for link in links if not link.startswith("#") or link[1:] not in ids] == []
    assert [len(page.named(tag)) for tag in ("h1", "main", "figcaption")] == [1, 1, len(page.named("figure"))]
    assert len(page.tables) == len(page.named("table")) == len(page.named("caption"))
    assert {each.get("scope") for each in page.named("th")} == {"col", "row"}
    assert [each for each in page.named("svg") if each["role"] != "img" or not each["aria-label"]] == []


def test_the_sections_stand_in_the_order_of_their_use(page: Page) -> None:
    titles = re.findall(r'<h2 id="[a-z0-9]+-title">(.*?)</h2>', page.source)
    assert titles == [
        "How complete the reports are",
        "Where the lesions are",
        "What leaves stability open",
        "How wide the ranges of SINS are",
        "By site",
        "By month",
        "Compared with another archive",
        "The most incomplete reports",
        "The checks",
        "Method and limits",
    ]


def test_the_headline(page: Page) -> None:
    numbers = [part.split("<")[0] for part in page.source.split('<dd class="number">')[1:]]
    assert numbers == ["60", "60", "50 %"]
    # Each report has one lesion, so units share no cluster: Wilson for 30 of 60
    assert "30 of 60 lesions outside stabilised spans; 95 % interval 38–62 %" in page.source


def test_the_numbers_are_those_of_the_tables(page: Page) -> None:
    audit = made(sample(), against=sample(reports=30))
    table = audit.tables["completeness"]
    rows = list(dicts(table[table["grouping"] == "all"]))
    assert [
        (line[0].split()[0], line[1], *map(int, line[2:7]), line[7], line[8])
        for line in page.tables["Completeness, check by check"][1:]
    ] == [
        (
            row["code"], row["unit"], row["applicable"], row["stated"], row["partial"], row["missing"],
            row["contradictory"], percent(row["share"]), span(row["low"], row["high"]),
        )
        for row in rows
    ]  # fmt: skip
    assert page.tables["Completeness, check by check"][2][:8] == [
        "A101 pain", "lesion", "60", "30", "0", "30", "0", "50 %",
    ]  # fmt: skip
    assert page.tables["Completeness, check by check"][2][-2:] == ["80 %", "62 %"]
    assert page.tables["The deciding component, in lesions"][1] == ["pain", "30", "100 %", "89–100", "30", "30"]
    assert page.tables["Lesions by level and stability category"] == [
        ["level", "stable", "indeterminate", "unstable", "open", "stabilised", "all"],
        ["T8", "30", "0", "0", "30", "0", "60"],
    ]
    assert "T8: 60 (stable 30, open 30)." in page.source
    assert page.tables["Lesions by the width of their range, in points"] == [
        ["points", "category settled", "category open"],
        ["2", "30", "0"],
        ["4", "0", "30"],
    ]
    assert [line[0] for line in page.tables["Reports with most open items"][1:]] == list(
        audit.tables["incomplete"]["id"]
    )
    assert page.tables["Reports with most open items"][1] == ["r30", "A101 A303", "2", "2", "100 %"]
    assert page.tables["Difference in percentage points"][2][:7] == [
        "A101 pain", "lesion", "50 %", "60", "100 %", "30", "-50",
    ]  # fmt: skip


def test_groups_and_periods_have_their_shares(page: Page) -> None:
    groups, periods = (page.tables[f"{SHARES.format(name)}, and of how many lesions"] for name in ("site", "month"))
    assert groups == [
        ["site", "A100 category", "A101 pain"],
        ["north", "100 % of 30", "100 % of 30"],
        ["south", "0 % of 30", "0 % of 30"],
    ]
    assert periods[0][0] == "month"
    assert [line[0] for line in periods[1:]] == ["2024-01", "2024-02", "2024-04", "2024-05"]
    assert periods[1] == ["2024-01", "53 %* of 15", "53 %* of 15"]


def test_what_lies_outside_the_limits_is_named(page: Page) -> None:
    # 0.5 ± 3.0902 × 0.5 / √30
    assert page.tables["Outside the 99.8 % limits, over all checks"][1:] == [
        [group, check, "lesion", side, "30", share, "22–78"]
        for check in ("A100 category", "A101 pain")
        for group, side, share in (("north", "above", "100 %"), ("south", "below", "0 %"))
    ]
    assert (
        "2 groups by site. Over all checks 4 of 6 shares of 20 units or more lie outside the 99.8 % limits; if no "
        "group differed, about 0.0 would."
    ) in page.source


@cache
def named(name: str) -> Page:
    """Return the page of a sample of which a site has this name."""
    return Page(render_audit_page(made(sample(name)), CHECKS))


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_name_is_words_and_nothing_more(name: str) -> None:
    plain, hostile = named("zzz"), named(name)
    assert [element.tag for element in hostile.elements] == [element.tag for element in plain.elements]
    shown = "".join(char if char.isprintable() else " " for char in name)
    (groups,) = (rows for caption, rows in hostile.tables.items() if caption.startswith(SHARES.format("site")))
    assert sorted(line[0] for line in groups[1:]) == sorted(["north", shown])
    for drawing in hostile.drawings:
        ElementTree.fromstring(drawing)


def test_ids_are_escaped() -> None:
    given = sample()
    for table in (given.reports, given.lesions, given.states):
        table["id"] = table["id"].replace("r30", "<b>r30</b>")
    page = Page(render_audit_page(made(given), CHECKS))
    assert page.tables["Reports with most open items"][1][0] == "<b>r30</b>"
    assert page.named("b") == []


def test_the_checks_are_told_with_why_and_where_from(page: Page) -> None:
    assert [each["id"] for each in page.named("div") if each.get("class") == "check"] == [
        f"check-{check.code}" for check in CHECKS
    ]
    for check in CHECKS:
        for words in (check.title, check.expects, check.source, check.phrase):
            assert words in page.source


def test_without_lesions_the_page_says_so() -> None:
    page = Page(render_audit_page(made(sample(lesions=False)), CHECKS))
    assert page.drawings == []
    assert "run: no lesion in 60 reports; nothing can be said of SINS" in page.source
    assert page.tables["Completeness, check by check"][1][2:8] == ["0", "0", "0", "0", "0", ""]
    assert "No lesion has a SINS." in page.source
    assert "No report has a lesion." in page.source
    assert "0 lesions outside stabilised spans have an open stability category." in page.source
    assert "No report has an open item." in page.source


def test_without_reports_and_without_checks() -> None:
    page = Page(render_audit_page(made(sample(reports=0), checks=()), ()))
    assert page.drawings == []
    assert page.tables["Completeness, check by check"] == []


def test_one_group_and_one_period() -> None:
    given = sample("north", reports=1)
    page = Page(render_audit_page(made(given, wish=Wish(("site",), "year")), CHECKS))
    assert "1 group by site." in page.source
    assert "1 year with reports, of 1 from the first to the last." in page.source
    assert len(page.drawings) == 9
    assert set(made(given).tables["completeness"]["grouping"]) == {"all", "site", PERIOD}


ROWS = f'{{"id": "a", "site": "<i>", "text": "HISTORY: {SECRET}. FINDINGS: Lytic metastasis of T7."}}\n'


def test_the_command_writes_the_page(tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text(ROWS, encoding="utf-8")
    out = tmp_path / "out"
    code, _, err = run("audit", source, "--by", "site", "-o", out, "--workers", "1")
    page = Page((out / "audit.html").read_text(encoding="utf-8"))
    assert (code, page.named("i")) == (0, [])
    assert SECRET not in page.source
    assert err.splitlines()[-1] == f"written to {out}: completeness, deciding, ranges, open_lesions, incomplete, levels"


def test_without_the_extra_the_rest_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("extractor.render.page.has_plots", lambda: False)
    source = tmp_path / "in.jsonl"
    source.write_text(ROWS, encoding="utf-8")
    out = tmp_path / "out"
    code, _, err = run("audit", source, "-o", out, "--workers", "1")
    assert (code, (out / "audit.html").exists(), (out / "completeness.csv").exists()) == (0, False, True)
    assert err.splitlines()[-2:] == [
        "the page audit.html needs the package vl-convert-python; pip install 'sinsight[plots]'",
        f"written to {out}: completeness, deciding, ranges, open_lesions, incomplete, levels",
    ]
