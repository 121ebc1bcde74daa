"""What must not matter and what must: another dress, a level renamed, an item made worse or left out."""

from __future__ import annotations

import json
import re
import textwrap
import time
from itertools import cycle
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor import read
from extractor.record import Lesion, Record
from extractor.resources import corpus_dir
from extractor.scoring.sins import score_sins
from extractor.values import COMPONENTS, CORD_LEVELS, GRADES, level_order, location_grades

REPORTS: Final = [
    json.loads(line)["text"]
    for path in sorted((corpus_dir() / "reports").glob("*.jsonl"))
    for line in path.read_text(encoding="utf-8").splitlines()
]
#: Grade -> a sentence that says so of level {at}; from the mildest to the worst.
ITEMS: Final[dict[str, dict[str, str]]] = {
    "bone_lesion": {
        "blastic": "The {at} lesion is sclerotic.",
        "mixed": "The {at} lesion is of mixed lytic and sclerotic character.",
        "lytic": "The lesion of {at} is lytic.",
    },
    "alignment": {
        "normal": "Alignment at {at} is normal.",
        "deformity": "There is focal kyphosis at {at}.",
        "subluxation": "There is translation at {at}.",
    },
    "collapse": {
        "none": "The height of {at} is preserved and less than half of the {at} body is involved.",
        "none_over_50_involved": "The height of {at} is preserved and more than half of the {at} body is replaced.",
        "under_50": "{at} has lost 30 % of its height.",
        "over_50": "{at} has lost 70 % of its height.",
    },
    "posterolateral": {
        "none": "The pedicles of {at} are spared.",
        "unilateral": "The left pedicle of {at} is infiltrated.",
        "bilateral": "Both pedicles of {at} are infiltrated.",
    },
    "escc": {
        "0": "There is no epidural disease at {at}.",
        "1b": "Epidural tumour at {at} indents the thecal sac.",
        "2": "Epidural tumour at {at} compresses the cord, with CSF still visible.",
    },
    "paraspinal": {
        "absent": "No paraspinal mass at {at}.",
        "present": "There is a paraspinal mass at {at}.",
    },
}
PAIN: Final = {
    "none": "No back pain.",
    "occasional": "Back pain at rest, not related to movement.",
    "mechanical": "Mechanical back pain.",
}
NOUNS: Final = ("Metastasis", "Metastatic deposit", "Tumour infiltration", "Destructive metastasis")
CORD: Final = sorted(CORD_LEVELS, key=level_order)
OTHER_PARTS: Final = (
    "CT CHEST: There is a 14 mm nodule in the right lower lobe. No pleural effusion. Mediastinal nodes up to 9 mm.",
    "CT ABDOMEN AND PELVIS: Two hypodense lesions in segment VI of the liver. The kidneys are normal.",
    "MRI BRAIN: No intracranial metastasis. Mild small vessel disease.",
    "The left kidney shows a simple cyst of 3 cm. The gallbladder contains stones.",
)
DASHES: Final = "\u2010\u2011\u2012\u2013\u2014\u2212\ufe63\uff0d"
SPACES: Final = "\u00a0\u2002\u2009\u202f\u3000\t"


def said(record: Record) -> dict[str, Any]:
    """Return what a record states, without evidence, offsets and id."""
    found = record.findings
    return {
        "lesions": {
            one.level: (one.certainty, {field: value.grades for field, value in one.fields.items()})
            for one in record.lesions
        },
        "pain": found.pain.grades,
        "symptoms": {name: value.grades for name, value in found.symptoms.items()},
        "tomita": found.tomita.grades,
        "diffuse": found.diffuse.regions,
        "fractures": [(one.level, one.cause) for one in found.other_fractures],
        "treatment": [(one.kind, one.levels) for one in found.treatment],
        "canal": [one.grades for one in (found.leptomeningeal, found.intramedullary)],
    }


@st.composite
def lesions(draw: st.DrawFn, most: int = 3) -> dict[str, dict[str, str]]:
    """Draw lesions: level -> field -> grade."""
    levels = draw(st.lists(st.sampled_from(CORD), min_size=1, max_size=most, unique=True))
    return {
        level: {field: draw(st.sampled_from(list(grades))) for field, grades in ITEMS.items() if draw(st.booleans())}
        for level in levels
    }


def sentences(drawn: dict[str, dict[str, str]]) -> list[str]:
    """Return the sentences that say what was drawn, each naming its level."""
    return [
        sentence
        for number, (level, fields) in enumerate(drawn.items())
        for sentence in (
            f"{NOUNS[number]} of {level}.",
            *(ITEMS[field][grade].format(at=level) for field, grade in fields.items()),
        )
    ]


def told(drawn: dict[str, dict[str, str]], pain: str = "") -> str:
    """Return a report that says what was drawn."""
    history = f"CLINICAL INFORMATION: Breast cancer. {PAIN[pain]}\n\n" if pain else ""
    return f"{history}FINDINGS: {' '.join(sentences(drawn))}"


def lesion_of(text: str, level: str) -> Lesion:
    return next(one for one in read(text).lesions if one.level == level)


@given(lesions(), st.sampled_from(["", *PAIN]))
def test_what_is_written_is_read(drawn: dict[str, dict[str, str]], pain: str) -> None:
    record = read(told(drawn, pain))
    assert {one.level for one in record.lesions} == set(drawn)
    for lesion in record.lesions:
        for field, grade in drawn[lesion.level].items():
            assert lesion.fields[field].grades == (grade,), (lesion.level, field)
        for field in set(COMPONENTS) - set(drawn[lesion.level]) - {"location", "pain"}:
            assert set(lesion.fields[field].grades) >= set(GRADES[field]) - {"none"} or field in {"collapse"}
        assert lesion.fields["pain"].grades == ((pain,) if pain else GRADES["pain"])


def test_unicode_blanks_do_not_matter() -> None:
    for text, blank in zip([one for one in REPORTS if "\t" not in one], cycle(SPACES)):
        assert said(read(re.sub(r"(?<=\S) (?=\S)", blank, text))) == said(read(text)), (blank, text)


def test_unicode_dashes_do_not_matter() -> None:
    for text, dash in zip(REPORTS, cycle(DASHES)):
        assert said(read(re.sub(r"(?<=\w)-(?=\w)", dash, text))) == said(read(text)), (dash, text)


@pytest.mark.parametrize("ending", ["\r\n", "\r", " \n", "\u2028"])
def test_line_ends_do_not_matter(ending: str) -> None:
    for text in REPORTS:
        assert said(read(text.replace("\n", ending))) == said(read(text)), text


@given(lesions(), st.sampled_from([str.upper, str.lower]))
def test_case_does_not_matter(drawn: dict[str, dict[str, str]], changed: Any) -> None:
    assert said(read(changed(told(drawn)))) == said(read(told(drawn)))


@given(lesions(), st.integers(50, 110))
def test_hard_wraps_do_not_matter(drawn: dict[str, dict[str, str]], width: int) -> None:
    text = told(drawn)
    assert said(read("\n".join(textwrap.wrap(text, width)))) == said(read(text))


@given(st.data())
def test_the_order_of_independent_sentences_does_not_matter(data: st.DataObject) -> None:
    parts = sentences(data.draw(lesions()))
    shuffled = data.draw(st.permutations(parts))
    assert said(read(" ".join(shuffled))) == said(read(" ".join(parts)))


@pytest.mark.parametrize("notation", ["Th{}", "D{}", "T-{}", "T {}", "th{}", "D-{}", "Th {}", "thoracic {}", "Th.{}"])
@given(drawn=lesions())
@settings(max_examples=25)
def test_thoracic_levels_are_read_in_every_notation(drawn: dict[str, dict[str, str]], notation: str) -> None:
    text = told(drawn)
    written = re.sub(r"\bT(\d{1,2})\b", lambda match: notation.format(match[1]), text)
    assert said(read(written)) == said(read(text))


@pytest.mark.parametrize(
    "heading",
    ["Findings:", "FINDINGS", "Observations:", "Report:", "MRI FINDINGS:", "**Findings:**", "Findings -", "RESULT:"],
)
@given(drawn=lesions(), pain=st.sampled_from(list(PAIN)))
@settings(max_examples=25)
def test_headings_may_be_written_in_any_way(drawn: dict[str, dict[str, str]], pain: str, heading: str) -> None:
    text = told(drawn, pain)
    assert said(read(text.replace("FINDINGS:", f"{heading}\n"))) == said(read(text))


@given(lesions(), st.data())
def test_renaming_a_level_changes_only_that_level(drawn: dict[str, dict[str, str]], data: st.DataObject) -> None:
    old = data.draw(st.sampled_from(list(drawn)))
    new = data.draw(st.sampled_from([level for level in CORD if level not in drawn]))
    renamed = {new if level == old else level: fields for level, fields in drawn.items()}
    before, after = said(read(told(drawn))), said(read(told(renamed)))
    expected = {new if level == old else level: value for level, value in before["lesions"].items()}
    expected[new][1]["location"] = location_grades(new)
    assert after["lesions"] == expected


@given(lesions(), st.data())
def test_a_worse_item_never_lowers_the_total(drawn: dict[str, dict[str, str]], data: st.DataObject) -> None:
    level = data.draw(st.sampled_from(list(drawn)))
    field = data.draw(st.sampled_from([field for field in ITEMS if field in COMPONENTS]))
    grades = list(ITEMS[field])
    mild, bad = sorted(data.draw(st.lists(st.integers(0, len(grades) - 1), min_size=2, max_size=2)))
    milder, worse = (
        lesion_of(told(drawn | {level: drawn[level] | {field: grades[at]}}), level).sins for at in (mild, bad)
    )
    assert worse.low >= milder.low
    assert worse.high >= milder.high


@given(st.data())
def test_a_worse_grade_never_lowers_the_score(data: st.DataObject) -> None:
    grades = {name: tuple(data.draw(st.sets(st.sampled_from(GRADES[name]), min_size=1))) for name in COMPONENTS}
    name = data.draw(st.sampled_from(COMPONENTS))
    worst = score_sins(grades | {name: (GRADES[name][0],)})
    assert worst.high >= score_sins(grades).high
    assert worst.low >= score_sins(grades).low


@given(lesions(), st.data())
def test_leaving_a_sentence_out_widens_the_range(drawn: dict[str, dict[str, str]], data: st.DataObject) -> None:
    level = data.draw(st.sampled_from(list(drawn)))
    fields = drawn[level]
    if not fields:
        return
    field = data.draw(st.sampled_from(list(fields)))
    shorter = drawn | {level: {name: grade for name, grade in fields.items() if name != field}}
    full, less = lesion_of(told(drawn), level).sins, lesion_of(told(shorter), level).sins
    assert less.low <= full.low <= full.high <= less.high
    assert set(less.category) >= set(full.category)


@given(lesions(), st.sampled_from(OTHER_PARTS))
def test_another_part_of_the_body_changes_nothing(drawn: dict[str, dict[str, str]], other: str) -> None:
    assert said(read(f"{told(drawn)}\n\n{other}")) == said(read(told(drawn)))


def test_a_long_run_of_blanks_takes_no_time_out_of_measure() -> None:
    read("MRI SPINE. Metastasis of T7.")
    began = time.process_time()
    read(f"FINDINGS: Metastasis of T7. Alignment n{' ' * 40}x, so is the alignment.")
    assert time.process_time() - began < 5  # seconds; twice as long with each blank it would take days


@pytest.mark.parametrize("unit", ["- ", "a", "_", "T1 ", "no ", "pain, ", "| ", "of the vertebral body ", "(", "1. "])
def test_hostile_text_takes_no_time_out_of_measure(unit: str) -> None:
    read("MRI SPINE. Metastasis of T7.")
    began = time.process_time()
    read((unit * 40_000)[:40_000])
    assert time.process_time() - began < 20  # seconds; with its square it would be a minute, its length takes one
