"""A record is shown on a terminal and as a page with its words, whole and escaped."""

from __future__ import annotations

import dataclasses
import io
import re
from html import unescape
from html.parser import HTMLParser

import pytest
from rich.console import Console
from sample import L3, NORMAL, RECORD, T8, TEXT, words

from extractor.record import Change, Record
from extractor.render.archive import archive_table
from extractor.render.html import render_page
from extractor.render.marks import Mark, pieces
from extractor.render.rows import component_rows, other_rows, report_rows
from extractor.render.terminal import bar, open_console, print_record
from extractor.render.words import category_words, levels_words, open_words, quoted, value_words
from extractor.scoring.sins import score_sins
from extractor.values import CATEGORIES, Evidence

_VOID = {"meta", "br", "hr", "img", "link", "input"}


def printed(record: Record, width: int = 110) -> str:
    out = io.StringIO()
    print_record(record, Console(file=out, width=width, highlight=False, markup=False, emoji=False))
    return out.getvalue()


def test_components_as_rows() -> None:
    assert [(row.name, row.points, row.value) for row in component_rows(T8)] == [
        ("location", "1", "semi-rigid"),
        ("pain", "0–3", "not stated"),
        ("bone lesion", "2", "lytic"),
        ("alignment", "2", "deformity"),
        ("collapse", "3", "> 50 % collapse"),
        ("posterolateral", "3", "bilateral"),
    ]


def test_other_fields_as_rows() -> None:
    assert [(row.name, row.value) for row in other_rows(T8)] == [("ESCC", "2 or 3")]


def test_report_wide_findings_as_rows() -> None:
    assert [(row.name, row.value) for row in report_rows(RECORD.findings)] == [
        ("pain", "not stated"),
        ("weakness", "present"),
        ("epidural", "present at T6–T8"),
        ("diffuse disease", "thoracic"),
        ("other fracture", "L5, cause osteoporotic"),
        ("treatment", "radiotherapy at T5–T7"),
        ("SINS as reported", "13 at T8"),
        ("Tomita type", "7"),
        ("compartments", "extradural"),
    ]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (Change("progressed", ("T6", "T7", "T8")), "T6–T8 progressed"),
        (Change("stable", (), ("thoracic", "lumbar")), "thoracic, lumbar stable"),
        (Change("improved"), "all lesions improved"),
    ],
    ids=["levels", "regions", "all"],
)
def test_a_change_as_a_row(change: Change, said: str) -> None:
    found = dataclasses.replace(NORMAL.findings, changes=(change,))
    assert [(row.name, row.value) for row in report_rows(found)][1:] == [("change", said)]


@pytest.mark.parametrize(
    ("levels", "said"),
    [
        ([], ""),
        (["T4"], "T4"),
        (["L1", "T12"], "T12, L1"),
        (["T12", "L1", "L2"], "T12–L2"),
        (["C1", "T4", "T5", "T6", "sacrum"], "C1, T4–T6, sacrum"),
        (["T12", "T13", "L1"], "T12, T13, L1"),
    ],
)
def test_levels_in_words(levels: list[str], said: str) -> None:
    assert levels_words(levels) == said


@pytest.mark.parametrize(
    ("evidence", "said"),
    [
        (Evidence(0, 1, "lytic", "findings", "r", "clause"), "“lytic”"),
        (Evidence(0, 1, "both\r\n  pedicles", "findings", "r", "clause"), "“both pedicles”"),
        (Evidence(0, 1, "\x9b31mlytic", "findings", "r", "clause"), "“31mlytic”"),
        (Evidence(0, 1, "x", "findings", "r", "clause", denied=True, hedged=True), "“x” (denied, hedged)"),
    ],
)
def test_words_are_quoted_on_one_line(evidence: Evidence, said: str) -> None:
    assert quoted(evidence) == said


def test_what_is_open_is_said() -> None:
    settled = {"location": ["rigid"], "pain": ["none"], "bone_lesion": ["blastic"], "alignment": ["normal"]}
    assert open_words(T8.sins) == ("Missing: pain.", "Would settle the category alone: pain.")
    assert open_words(score_sins(settled | {"posterolateral": ["none"], "collapse": ["none"]})) == (
        "All six components are stated.",
    )
    assert open_words(score_sins(settled | {"posterolateral": ["unilateral", "none"]})) == (
        "Missing: collapse.",
        "Only partly stated: posterolateral.",
        "The category stands whatever they are.",
    )


def test_categories_and_values_in_words() -> None:
    assert category_words(CATEGORIES) == "any category"
    assert category_words(CATEGORIES[:2]) == "stable or indeterminate"
    assert value_words("escc", T8.fields["escc"]) == "2 or 3"


@pytest.mark.parametrize(
    ("sins", "said"), [(T8.sins, "······· ····██ ██····"), (L3.sins, "····███ ██████ █████·")], ids=["T8", "L3"]
)
def test_the_bar_fills_the_totals_still_possible(sins: object, said: str) -> None:
    assert bar(sins).plain == said  # type: ignore[arg-type]


def test_the_picture_holds_every_lesion_and_its_words() -> None:
    picture = printed(RECORD)
    assert picture.splitlines()[:2] == [
        "sample.txt",
        "2 lesions, the worst at L3: SINS 4–17 of 18, any category",
    ]
    for row in (*component_rows(T8), *component_rows(L3), *report_rows(RECORD.findings)):
        for evidence in row.evidence:
            assert quoted(evidence) in picture


@pytest.mark.parametrize("width", [40, 60, 80, 110])
def test_the_picture_fits_its_width(width: int) -> None:
    assert max(map(len, printed(RECORD, width).splitlines())) <= width


def test_the_picture_of_a_report_without_lesions() -> None:
    assert printed(NORMAL).splitlines()[:2] == ["normal.txt", "No vertebra is said to hold a metastasis."]


def test_a_file_gets_no_colour() -> None:
    out = io.StringIO()
    print_record(RECORD, open_console(out))
    assert "\x1b" not in out.getvalue()


def test_the_picture_ends_with_what_to_add_before_signing() -> None:
    said = printed(RECORD)
    lines = [line.rstrip() for line in said.splitlines()]
    start = lines.index("To add before signing")
    assert lines[start + 1 : start + 3] == [
        "A101 T8: Pain (mechanical, occasional or none) is not described. Settles the SINS category at T8 alone.",
        "A103 T8: Spinal alignment (normal, deformity or subluxation) is described in conflicting ways.",
    ]
    assert "Nothing to add before signing: no check is open." in printed(NORMAL)


def test_the_page_ends_with_what_to_add_before_signing() -> None:
    added = render_page([(RECORD, (TEXT,)), (NORMAL, ("No metastasis.",))]).split("<h2>To add before signing</h2>")
    assert len(added) == 2
    assert re.findall("<li>(A...)", added[1])[:2] == ["A101", "A103"]


def test_an_archive_is_a_line_a_report() -> None:
    out = io.StringIO()
    Console(file=out, width=140, highlight=False, markup=False, emoji=False).print(archive_table([RECORD, NORMAL]))
    assert [re.split(r"\s{2,}", line.strip()) for line in out.getvalue().splitlines()[2:]] == [
        [
            "sample.txt",
            "T8, L3",
            "L3",
            "4–17",
            "····███ ██████ █████·",
            "any category",
            "pain, alignment, collapse, posterolateral",
        ],
        ["normal.txt", "none"],
    ]


def mark(key: str, start: int, end: int) -> Mark:
    return Mark(key, key, Evidence(start, end, "", "findings", "r", "clause"))


@pytest.mark.parametrize(
    ("marks", "cut"),
    [
        pytest.param([], [("abcdef", "")], id="none"),
        pytest.param([("x", 1, 3)], [("a", ""), ("bc", "x"), ("def", "")], id="one"),
        pytest.param([("x", 0, 6)], [("abcdef", "x")], id="all"),
        pytest.param([("x", 0, 4), ("y", 2, 6)], [("ab", "x"), ("cd", "x y"), ("ef", "y")], id="overlapping"),
        pytest.param(
            [("y", 2, 3), ("x", 1, 5)], [("a", ""), ("b", "x"), ("c", "x y"), ("de", "x"), ("f", "")], id="nested"
        ),
        pytest.param([("x", 1, 3), ("x", 1, 3)], [("a", ""), ("bc", "x"), ("def", "")], id="twice"),
        pytest.param([("x", 1, 3), ("y", 3, 4)], [("a", ""), ("bc", "x"), ("d", "y"), ("ef", "")], id="touching"),
        pytest.param([("x", 3, 3), ("y", 4, 9)], [("abcdef", "")], id="empty or beyond the text"),
    ],
)
def test_marks_cut_a_text(marks: list[tuple[str, int, int]], cut: list[tuple[str, str]]) -> None:
    found = list(pieces("abcdef", [mark(*given) for given in marks]))
    assert [(piece.text, " ".join(piece.keys)) for piece in found] == cut


class Page(HTMLParser):
    """What a browser would find on a page; raises on tags that do not close each other."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.open.pop() != tag:
            raise ValueError(f"</{tag}> closes another tag")

    def values(self, name: str) -> list[str]:
        return [value for _, attribute, value in self.attributes if attribute == name]


def text_of(page: str) -> list[str]:
    """Return the text of every report on a page, its highlights taken off."""
    found = re.findall(r'<div class="text".*?>(.*?)</div>', page, flags=re.DOTALL)
    return [unescape(re.sub(r"</?mark[^>]*>", "", body)) for body in found]


def test_the_page_shows_the_whole_text_escaped() -> None:
    page = render_page([(RECORD, (TEXT,)), (NORMAL, ("\n<script>alert(1)</script>",))])
    assert text_of(page) == [TEXT, "\n<script>alert(1)</script>"]
    assert "<i>" not in page
    assert "<script" not in page


def test_the_page_is_well_formed_and_its_links_lead_somewhere() -> None:
    page = Page(render_page([(RECORD, (TEXT,)), (NORMAL, ("No metastasis.",)), (RECORD, (TEXT,))]))
    ids = page.values("id")
    assert page.open == []
    assert len(ids) == len(set(ids))
    assert {link.removeprefix("#") for link in page.values("href")} <= set(ids)


def test_the_page_loads_nothing() -> None:
    page = render_page([(RECORD, (TEXT,))])
    assert re.findall(r"https?:|url\(|@import|src=", page) == []


def test_the_page_highlights_each_word_and_says_what_it_gave() -> None:
    page = render_page([(RECORD, (TEXT,))])
    found = re.findall(r'<mark [^>]*title="([^"]*)">([^<]*)</mark>', page)
    assert ("T8: bone lesion, lytic (rule bone_lesion.lytic)", "Lytic") in found
    assert ("T8: posterolateral, bilateral (rule posterolateral.both)", "tumour in ") in found
    assert [words for title, words in found if "posterolateral.pair" in title] == ["both pedicles"]
    assert re.findall(r'<mark [^>]*class="[^"]*hedged[^"]*"[^>]*>([^<]*)</mark>', page) == ["possibly lytic"]
    assert re.findall(r'<mark [^>]*class="[^"]*denied[^"]*"[^>]*>([^<]*)</mark>', page) == ["epidural disease"]


def test_the_page_draws_each_lesion_and_links_it_to_its_card() -> None:
    page = render_page([(RECORD, TEXT), (NORMAL, "No metastasis."), (RECORD, TEXT)])
    assert re.findall(r'<svg [^>]*aria-label="([^"]*)"', page) == [
        "Spine: 2 lesions",
        "Spine: no lesions",
        "Spine: 2 lesions",
    ]
    links = [link for link in Page(page).values("href") if "-card-" in link]
    assert links == ["#r1-card-T8", "#r1-card-L3", "#r3-card-T8", "#r3-card-L3"]


def test_hostile_names_are_escaped() -> None:
    hostile = '"><img src=x onerror=alert(1)>'
    evidence = dataclasses.replace(words("Lytic", hostile), section=hostile)
    fields = T8.fields | {"bone_lesion": dataclasses.replace(T8.fields["bone_lesion"], evidence=(evidence,))}
    record = dataclasses.replace(RECORD, id=hostile, lesions=(dataclasses.replace(T8, fields=fields),))
    page = Page(render_page([(record, (TEXT,))]))
    assert page.open == []
    assert [tag for tag, *_ in page.attributes if tag == "img"] == []
