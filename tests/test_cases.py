"""Documents of one patient are read together: what each may say, what remains, and who is believed."""

from __future__ import annotations

import dataclasses
import json
from itertools import permutations
from pathlib import Path

import pytest

from extractor import DocumentText, Fact, Record, read, read_case
from extractor.case.dates import parse_date
from extractor.case.documents import describe, kind_named
from extractor.case.facts import check_facts, facts_text, make_fact, parse_fact
from extractor.errors import FactError, ReportError
from extractor.evaluate import Gold, load_gold
from extractor.patterns import load_patterns
from extractor.reading.page import lay_out
from extractor.record import DocumentKind
from extractor.resources import corpus_dir
from extractor.values import GRADES, Evidence

MRI = "MRI THORACIC SPINE\n\nFINDINGS: T7 metastasis with 30 % loss of height. "
CT = "CT THORACIC SPINE\n\nFINDINGS: T7 metastasis. "
KYPHOSIS, STRAIGHT = "Kyphosis at T7.", "Alignment is normal."
CASES = load_gold(corpus_dir() / "cases")


def mri(words: str, date: str | None = None, name: str = "mri", text: str = MRI) -> DocumentText:
    return DocumentText(name, text + words, "mri", date)


def ct(words: str, date: str | None = None, name: str = "ct", text: str = CT) -> DocumentText:
    return DocumentText(name, text + words, "ct", date)


def request(words: str, date: str | None = None, kind: DocumentKind = "request") -> DocumentText:
    return DocumentText("request", words, kind, date)


def grades(record: Record, field: str, level: str = "T7") -> str:
    return "+".join(next(one for one in record.lesions if one.level == level).fields[field].grades)


def contradictions(record: Record) -> list[tuple[str | None, str, str, str]]:
    def name(at: int | None) -> str:
        return "" if at is None else record.documents[at].id

    return [(one.level, one.field, name(one.kept), one.rule) for one in record.contradictions]


def of(case: Gold) -> Record:
    return read_case(case.documents, facts=case.facts, id=case.id)


def all_evidence(value: object) -> list[Evidence]:
    """Return every piece of evidence anywhere in a record."""
    if isinstance(value, Evidence):
        return [value]
    if dataclasses.is_dataclass(value):
        return [one for each in dataclasses.fields(value) for one in all_evidence(getattr(value, each.name))]
    if isinstance(value, dict):
        return [one for each in value.values() for one in all_evidence(each)]
    return [one for each in value for one in all_evidence(each)] if isinstance(value, tuple) else []


def test_each_document_fills_what_the_others_leave_open() -> None:
    record = read_case(
        [
            mri("Alignment normal."),
            ct("It is lytic. Both pedicles destroyed."),
            request("Back pain, worse on standing."),
        ]
    )
    assert {
        field: grades(record, field) for field in ("pain", "bone_lesion", "alignment", "collapse", "posterolateral")
    } == {
        "pain": "mechanical",
        "bone_lesion": "lytic",
        "alignment": "normal",
        "collapse": "under_50",
        "posterolateral": "bilateral",
    }
    assert (record.lesions[0].sins.low, record.lesions[0].sins.high) == (11, 11)
    assert record.contradictions == ()


def test_sets_intersect() -> None:
    record = read_case([mri("No listhesis."), ct("No kyphosis.")])
    assert grades(record, "alignment") == "normal"


@pytest.mark.parametrize(
    ("first", "second", "field", "want", "who"),
    [
        (mri("It is sclerotic."), ct("It is lytic."), "bone_lesion", "lytic", ("ct", "ct")),
        (mri("", "2024-05-01"), ct("70 % loss of height.", "2024-05-31"), "collapse", "over_50", ("ct", "ct")),
        (mri("", "2024-05-01"), ct("70 % loss of height.", "2024-03-31"), "collapse", "under_50", ("mri", "newer")),
        (mri("", "2024-03-31"), ct("70 % loss of height.", "2024-05-01"), "collapse", "over_50", ("ct", "newer")),
        (mri("ESCC 2."), ct("ESCC 1a."), "escc", "2", ("mri", "mri")),
        (mri("ESCC 2.", "2024-01-01"), ct("ESCC 1a.", "2024-03-01"), "escc", "1a", ("ct", "newer")),
        (mri(KYPHOSIS, "2024-05-02"), ct(STRAIGHT, "2024-05-03"), "alignment", "normal", ("ct", "newer")),
        (mri(KYPHOSIS), ct(STRAIGHT), "alignment", "deformity+normal", ("", "undecided")),
        (mri(KYPHOSIS, "2024-05-02"), ct(STRAIGHT), "alignment", "deformity+normal", ("", "undecided")),
    ],
    ids=["ct-bone", "30-days", "31-days", "ct-newer", "mri-canal", "ct-newer-canal", "newer", "undated", "half-dated"],
)  # fmt: skip
@pytest.mark.parametrize("turned", [False, True], ids=["", "turned"])
def test_who_is_believed(
    first: DocumentText, second: DocumentText, field: str, want: str, who: tuple[str, str], turned: bool
) -> None:
    record = read_case([second, first] if turned else [first, second])
    assert grades(record, field) == want
    assert ("T7", field, *who) in contradictions(record)
    value = record.lesions[0].fields[field]
    assert value.conflict
    assert {one.document for one in value.evidence} == {0, 1}


def test_one_side_here_and_the_other_there_are_both() -> None:
    record = read_case([mri("The left pedicle is involved."), ct("The right facet is destroyed.")])
    assert grades(record, "posterolateral") == "bilateral"
    assert record.contradictions == ()


def test_the_surest_document_counts() -> None:
    likely = "MRI THORACIC SPINE\n\nFINDINGS: Likely T7 metastasis."
    assert read_case([mri("", text=likely), ct("")]).lesions[0].certainty == "certain"


@pytest.mark.parametrize("kind", ["request", "note"])
def test_requests_and_notes_speak_of_pain_and_symptoms_only(kind: DocumentKind) -> None:
    images = "FINDINGS: L2 metastasis, T7 vertebra plana. Cord compression. "
    record = read_case([mri(""), request(images + "Back pain worse on standing. Leg weakness.", kind=kind)])
    assert [one.level for one in record.lesions] == ["T7"]
    assert (grades(record, "collapse"), grades(record, "pain")) == ("under_50", "mechanical")
    assert record.findings.symptoms["weakness"].grades == ("present",)
    assert record.findings.cord_compression.status == "missing"


def test_words_about_the_whole_reach_no_further_than_the_examination() -> None:
    lumbar = "CT LUMBAR SPINE\n\nFINDINGS: L2 metastasis. Alignment is normal."
    record = read_case([mri(""), ct("", text=lumbar)])
    assert grades(record, "alignment", "L2") == "normal"
    assert grades(record, "alignment") == "subluxation+deformity+normal"


def test_an_examination_that_does_not_say_what_it_covers_may_cover_all() -> None:
    record = read_case([mri(""), ct("", text="CT\n\nFINDINGS: Alignment is normal.")])
    assert grades(record, "alignment") == "normal"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_evidence_reproduces_the_document_it_names(case: Gold) -> None:
    record = of(case)
    texts = [one.text for one in case.documents] + ([facts_text(case.facts)] if case.facts else [])
    assert len(texts) == len(record.documents)
    for one in all_evidence(record):
        assert texts[one.document][one.start : one.end] == one.text


@pytest.mark.parametrize("case", CASES[::5], ids=lambda case: case.id)
def test_the_order_of_documents_is_irrelevant(case: Gold) -> None:
    def said(record: Record) -> object:
        lesions = {one.level: {field: one.fields[field].grades for field in GRADES} for one in record.lesions}
        names = {(one.level, one.field, one.rule) for one in record.contradictions}
        return lesions, record.findings.pain.grades, record.summary, names

    orders = [read_case(order, facts=case.facts) for order in permutations(case.documents)]
    assert all(said(one) == said(orders[0]) for one in orders)


def test_a_document_alone_is_a_report() -> None:
    text = "Request for MRI. " + MRI
    assert read_case([DocumentText("r", text)], id="r").to_json() == read(text, id="r").to_json()
    assert read(text).documents[0].kind == "mri"


def test_bad_documents_are_named() -> None:
    with pytest.raises(ReportError, match="c: no document"):
        read_case([], id="c")
    with pytest.raises(ReportError, match="two documents are called 'a'"):
        read_case([mri("", name="a"), ct("", name="a")])
    with pytest.raises(ReportError, match=r"^b: empty"):
        read_case([mri("", name="a"), DocumentText("b", "")])


@pytest.mark.parametrize(
    ("facts", "field", "want", "noted"),
    [
        ("pain=mechanical", "pain", "mechanical", []),
        ("T7.pain=none", "pain", "none", []),
        ("T7.bone_lesion=lytic", "bone_lesion", "lytic", []),
        ("t7.collapse=over_50+under_50", "collapse", "under_50", []),
        ("T7.collapse=over_50", "collapse", "over_50", [("T7", "collapse", "facts", "given")]),
        ("T7.escc=2", "epidural", "present", []),
        ("T7.escc=2", "cord_compression", "present", []),
        ("T7.epidural=absent", "escc", "0", []),
        ("L2.collapse=none", "collapse", "under_50", [("L2", "collapse", "", "no_lesion")]),
    ],
)  # fmt: skip
def test_facts_given_by_hand(facts: str, field: str, want: str, noted: list[object]) -> None:
    record = read_case([mri("")], facts=[parse_fact(facts)])
    assert grades(record, field) == want
    assert contradictions(record) == noted


def test_a_fact_is_evidence_of_a_document_of_its_own() -> None:
    facts = [parse_fact("pain=none"), parse_fact("T7.bone_lesion=lytic")]
    record = read_case([mri("")], facts=facts)
    (words,) = record.lesions[0].fields["bone_lesion"].evidence
    assert (words.section, words.rule, words.document) == ("given", "given", 1)
    assert facts_text(facts)[words.start : words.end] == words.text == "T7.bone_lesion=lytic"
    assert record.documents[1].kind == "given"


def test_documents_that_read_no_images_make_no_lesion() -> None:
    both = [request("Back pain. T7 mets."), DocumentText("note", "Leg weakness.", "note")]
    record = read_case(both)
    assert record.lesions == ()
    assert (record.findings.pain.status, record.findings.epidural.status) == ("partial", "missing")
    (lesion,) = read_case(both, facts=[parse_fact("T7.lesion=certain"), parse_fact("T7.escc=2")]).lesions
    assert (lesion.fields["escc"].grades, lesion.fields["collapse"].status) == (("2",), "missing")


def test_the_whole_case_says_what_its_lesions_say() -> None:
    said = mri("Epidural tumour at T7.")
    assert read_case([said]).findings.epidural.levels == ("T7",)
    denied = read_case([said], facts=[parse_fact("T7.epidural=absent")]).findings.epidural
    assert (denied.levels, denied.grades) == ((), ("absent",))
    given = read_case([mri("")], facts=[parse_fact("T7.cord_compression=present")]).findings.cord_compression
    assert (given.levels, given.grades, [one.text for one in given.evidence]) == (
        ("T7",),
        ("present",),
        ["T7.cord_compression=present"],
    )


def test_a_fact_makes_or_takes_a_lesion() -> None:
    record = read_case([mri("")], facts=[parse_fact("L2.lesion=possible"), parse_fact("T7.lesion=none")])
    assert [(one.level, one.certainty) for one in record.lesions] == [("L2", "possible")]
    assert contradictions(record) == [("T7", "lesion", "facts", "given")]


@pytest.mark.parametrize(
    ("written", "part", "says"),
    [
        ("pain", "", "is no fact"),
        ("T7.pain=bad", "grade", "is no grade of pain; give one of mechanical, occasional, none"),
        ("T77.pain=none", "level", "is no level"),
        ("T7.location=rigid", "field", "is no field here"),
        ("collapse=none", "field", "this one needs a level"),
        ("T7.lesion=certain+none", "grade", "is no grade of lesion"),
    ],
)
def test_a_fact_that_cannot_be_says_what_is_wrong(written: str, part: str, says: str) -> None:
    with pytest.raises(FactError, match=says) as raised:
        parse_fact(written)
    assert raised.value.part == part


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("pain=none", "pain=mechanical"),
        ("T7.escc=2", "T7.epidural=absent"),
        ("T7.lesion=none", "T7.lesion=certain"),
    ],
)
def test_facts_that_exclude_each_other_are_refused(one: str, other: str) -> None:
    with pytest.raises(FactError, match="contradicts another fact"):
        check_facts([parse_fact(one), parse_fact(other)])


def test_a_fact_is_written_as_it_is_read() -> None:
    fact = make_fact(" t7 ", "Collapse", "under_50|over_50")
    assert fact == Fact("T7", "collapse", ("over_50", "under_50"))
    assert parse_fact(fact.words) == fact


@pytest.mark.parametrize(
    ("written", "want"),
    [
        ("2024-05-03", "2024-05-03"),
        ("20240503", "2024-05-03"),
        ("20240503114500", "2024-05-03"),
        ("2024-05-03T11:45:00Z", "2024-05-03"),
        ("2024/05/03", "2024-05-03"),
        ("3 May 2024", "2024-05-03"),
        ("03-MAY-2024", "2024-05-03"),
        ("3rd of May, 2024", "2024-05-03"),
        ("May 3, 2024", "2024-05-03"),
        ("Sept. 3rd, 2024", "2024-09-03"),
        ("3-Sep-24", "2024-09-03"),
        ("03.04.2024", "2024-04-03"),
        ("23/04/2024", "2024-04-23"),
        ("04/23/2024 3:14 PM", "2024-04-23"),
        ("05/05/2024", "2024-05-05"),
        ("03/04/2024", None),
        ("3-4-24", None),
        ("31.02.2024", None),
        ("2024-13-01", None),
        ("05/2024", None),
        ("", None),
        ("yesterday", None),
    ],
)
def test_dates(written: str, want: str | None) -> None:
    assert parse_date(written) == want


@pytest.mark.parametrize(
    ("cell", "want"),
    [
        ("MRI", "mri"),
        ("MR", "mri"),
        ("PET-CT", "ct"),
        ("Referral", "request"),
        ("clinic letter", "note"),
        ("XR", None),
        ("", None),
    ],
)
def test_kinds_in_a_column(cell: str, want: str | None) -> None:
    assert kind_named(cell) == want


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("CT spine 03.04.2024\nFindings: normal.", "2024-04-03"),
        ("MRI\nDate of study: 12 March 2024\nFindings: normal.", "2024-03-12"),
        ("MRI\nComparison: 12 March 2023\nFindings: normal.", None),
        ("MRI\nDate of birth: 12 March 1953\nFindings: normal.", None),
        ("MRI 03/04/2024\nFindings: normal.", None),
    ],
)
def test_the_date_a_document_states(text: str, want: str | None) -> None:
    assert describe(DocumentText("d", text), lay_out(text, load_patterns()), load_patterns()).date == want


def test_a_case_survives_json() -> None:
    record = of(CASES[0])
    assert json.loads(record.to_json())["documents"][0]["id"] == CASES[0].documents[0].id


def test_the_corpus_of_cases_has_enough_of_each() -> None:
    assert len(CASES) >= 25
    assert all(2 <= len(case.documents) <= 4 for case in CASES)
    assert Path(corpus_dir() / "cases").is_dir()
