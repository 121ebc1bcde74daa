"""Reports that are no prose: tables, tick boxes, labels in brackets or in a column of their own, lists, addenda."""

from __future__ import annotations

import time
from typing import Final

import pytest

from extractor import read
from extractor.reading.fold import fold
from extractor.reading.slips import mended

Wanted = dict[str, dict[str, tuple[str, ...]]]

FORMS: Final[dict[str, tuple[str, Wanted]]] = {
    "bars": (
        "| Level | Matrix | Height loss | Pedicles | Bilsky |\n|---|---|---|---|---|\n"
        "| T4 | lytic | 60 % | both | 1b |\n| L2 | sclerotic | none | spared | 0 |",
        {
            "T4": {
                "bone_lesion": ("lytic",),
                "collapse": ("over_50",),
                "posterolateral": ("bilateral",),
                "escc": ("1b",),
            },
            "L2": {"bone_lesion": ("blastic",), "posterolateral": ("none",), "escc": ("0",)},
        },
    ),
    "tabs": (
        "Metastases per vertebra\n\nLevel\tMatrix\tEpidural\tParavertebral\nT5\tlytic\tyes\tno\nT9\tmixed\tno\tyes",
        {
            "T5": {"bone_lesion": ("lytic",), "epidural": ("present",), "paraspinal": ("absent",)},
            "T9": {"bone_lesion": ("mixed",), "epidural": ("absent",), "paraspinal": ("present",)},
        },
    ),
    "semicolons": (
        "level; matrix; height loss; epidural\nT5; lytic; 20 %; yes\nL1; sclerotic; none; no",
        {
            "T5": {"bone_lesion": ("lytic",), "collapse": ("under_50",), "epidural": ("present",)},
            "L1": {"bone_lesion": ("blastic",), "epidural": ("absent",)},
        },
    ),
    "then and now": (
        "Level | Height loss 3 March | Height loss today\nT8 metastasis | 20 % | 60 %\nL3 metastasis | 10 % | 15 %",
        {"T8": {"collapse": ("over_50",)}, "L3": {"collapse": ("under_50",)}},
    ),
    "heights in mm": (
        "Level | Matrix | Height ant/post, mm\nT8 | lytic | 7/21\nT11 | mixed | 24/24",
        {"T8": {"collapse": ("over_50",)}, "T11": {"collapse": ("none_over_50_involved", "none")}},
    ),
    "a short row": (
        "Lev | Matrix | Bilsky | Paraspinal\nC7 | lytic | 1c | -\nT8 | haemangioma\nL5 | blastic | 0 | +",
        {
            "C7": {"bone_lesion": ("lytic",), "escc": ("1c",), "paraspinal": ("absent",)},
            "L5": {"bone_lesion": ("blastic",), "escc": ("0",), "paraspinal": ("present",)},
        },
    ),
    "points of SINS": (
        "SINS of the T9 metastasis: location 1, pain 3, bone lesion 2, alignment 2, collapse 3, posterolateral 3.",
        {
            "T9": {
                "bone_lesion": ("lytic",),
                "alignment": ("deformity",),
                "collapse": ("over_50",),
                "posterolateral": ("bilateral",),
            }
        },
    ),
    "tick boxes": (
        "L2 metastasis\nMatrix:     [x] lytic  [ ] mixed  [ ] blastic\n"
        "Pedicles:   [ ] both sides  [x] one side  [ ] spared\n"
        "Epidural tumour:  [ ] yes  [x] no\nParavertebral tumour:  [x] yes  [ ] no",
        {
            "L2": {
                "bone_lesion": ("lytic",),
                "posterolateral": ("unilateral",),
                "epidural": ("absent",),
                "paraspinal": ("present",),
            }
        },
    ),
    "tick boxes under levels": (
        "LEVEL: T11\n  metastasis           [x] certain   [ ] likely   [ ] possible\n"
        "  density              [ ] lytic   [x] mixed   [ ] sclerotic\n"
        "  loss of height       [ ] none   [x] below 50%   [ ] above 50%\n"
        "  pedicles             not assessed\n  extradural tumour    [ ] yes   [x] no\n\n"
        "LEVEL: L4\n  metastasis           [ ] certain   [ ] likely   [x] possible\n"
        "  density              [ ] lytic   [ ] mixed   [x] sclerotic\n"
        "  loss of height       [x] none   [ ] below 50%   [ ] above 50%\n"
        "  cauda equina         [ ] free   [x] compressed, some CSF left",
        {
            "T11": {
                "bone_lesion": ("mixed",),
                "collapse": ("under_50",),
                "posterolateral": ("bilateral", "unilateral", "none"),
                "epidural": ("absent",),
            },
            "L4": {"bone_lesion": ("blastic",), "cord_compression": ("present",), "escc": ("2",)},
        },
    ),
    "dotted lines": (
        "Metastases of T6 and L2.\n\nIndex level: T6\n 1 Bone lesion ....... lytic ....... 2\n"
        " 2 Alignment ......... normal ...... 0\n 3 Posterolateral .... unilateral (right) ....... 1\n\n"
        "Second level: L2\n 1 Bone lesion ....... blastic ..... 0\n 2 Alignment ......... scoliosis ... 2",
        {
            "T6": {"bone_lesion": ("lytic",), "alignment": ("normal",), "posterolateral": ("unilateral",)},
            "L2": {"bone_lesion": ("blastic",), "alignment": ("deformity",)},
        },
    ),
    "sizes of lesions": (
        "Focal deposits:\n\nVertebra | Diameter (mm) | Part | Height | Extraosseous tissue\n"
        "T3 | 12 | left half | kept | none\nL1 | 31 | whole body | down by 30 % | right paravertebral, 8 mm",
        {
            "T3": {"collapse": ("none",), "epidural": ("absent",), "paraspinal": ("absent",)},
            "L1": {"collapse": ("under_50",), "paraspinal": ("present",)},
        },
    ),
    "previous and present": (
        "Level | Previous (04.06) | Present\n"
        "T9 | metastasis, 20 % height loss, ESCC 2 | metastasis, 70 % height loss, ESCC 1b\n"
        "L3 | metastasis, lytic | metastasis, sclerotic",
        {"T9": {"collapse": ("over_50",), "escc": ("1b",)}, "L3": {"bone_lesion": ("blastic",)}},
    ),
    "an earlier report for reference": (
        "Earlier report (2 May), for reference: T9 metastasis, vertebra plana, cord oedema.\n\nCurrent findings\n"
        "T9 metastasis with loss of a third of its height.\n\nCord signal normal.",
        {"T9": {"collapse": ("under_50",), "cord_signal": ("normal",)}},
    ),
    "a matter dealt out to levels": (
        "Metastases of T7, T10 and L2.\nCollapse: T7 (70 %), T10 (mild), L2 none.\n"
        "Posterior elements: T7 both pedicles; T10 no; L2 left pedicle.\nESCC: T7 2, T10 1b, L2 0.",
        {
            "T7": {"collapse": ("over_50",), "posterolateral": ("bilateral",), "escc": ("2",)},
            "T10": {"collapse": ("under_50",), "posterolateral": ("none",), "escc": ("1b",)},
            "L2": {
                "collapse": ("none_over_50_involved", "none"),
                "posterolateral": ("unilateral",),
                "escc": ("0",),
            },
        },
    ),
    "a level and its disease as a heading": (
        "T9 METASTASIS\nBone quality: mixed (1)\nAlignment: kyphosis (2)\nPosterolateral: bilateral (3)\n\n"
        "L3 METASTASIS\nBone quality: blastic (0)\nAlignment: normal (0)\nPosterolateral: none (0)",
        {
            "T9": {"bone_lesion": ("mixed",), "alignment": ("deformity",), "posterolateral": ("bilateral",)},
            "L3": {"bone_lesion": ("blastic",), "alignment": ("normal",), "posterolateral": ("none",)},
        },
    ),
    "equations": (
        "Level = T10\nType = osteolytic\nCollapse = 60 %\nPosterior elements = both pedicles\nEpidural = yes\n\n"
        "Level = L4\nType = mixed\nCollapse = no\nPosterior elements = free\nEpidural = no",
        {
            "T10": {"bone_lesion": ("lytic",), "collapse": ("over_50",), "posterolateral": ("bilateral",)},
            "L4": {"bone_lesion": ("mixed",), "posterolateral": ("none",), "epidural": ("absent",)},
        },
    ),
    "a label that offers its answers": (
        "Level: T5\nLytic/blastic: lytic\nPedicle/facet: -\nHeight loss: 40 %\n\n"
        "Level: L2\nLytic/blastic: blastic\nPedicle/facet: left\nHeight loss: none",
        {
            "T5": {"bone_lesion": ("lytic",), "posterolateral": ("none",), "collapse": ("under_50",)},
            "L2": {"bone_lesion": ("blastic",), "posterolateral": ("unilateral",)},
        },
    ),
    "questions on the line of their answers": (
        "Metastases of T7, T10 and L2\nCord compressed? Yes, no CSF left\nCord signal change? No\n"
        "Posterior elements involved? T7 both pedicles; T10 no\nLytic / sclerotic? Sclerotic throughout",
        {
            "T7": {"cord_signal": ("normal",), "bone_lesion": ("blastic",), "posterolateral": ("bilateral",)},
            "T10": {"cord_signal": ("normal",), "bone_lesion": ("blastic",), "posterolateral": ("none",)},
            "L2": {"bone_lesion": ("blastic",)},
        },
    ),
    "degrees in cells": (
        "| Level | Lesion | Height loss | Pedicles |\n| T5 | lytic | mild | L>R |\n| T7 | lytic | severe | left |\n"
        "| T9 | lytic | complete | spared |",
        {
            "T5": {"collapse": ("under_50",), "posterolateral": ("bilateral",)},
            "T7": {"collapse": ("over_50", "under_50"), "posterolateral": ("unilateral",)},
            "T9": {"collapse": ("over_50",), "posterolateral": ("none",)},
        },
    ),
    "labels in brackets": (
        "[Marrow] Metastases in T6 and L1.\n[Epidural space] Clear.\n[Alignment] Kyphosis at T6, otherwise normal.",
        {
            "T6": {"epidural": ("absent",), "alignment": ("deformity",)},
            "L1": {"epidural": ("absent",), "alignment": ("normal",)},
        },
    ),
    "labels in a column": (
        "Marrow        Metastases in T6 and L1, both lytic on the\n              CT of the same day\n"
        "Epidural      T6: tumour indents the sac but does not\n              reach the cord\n"
        "Paraspinal    None at any level",
        {
            "T6": {"bone_lesion": ("lytic",), "escc": ("1b",), "paraspinal": ("absent",)},
            "L1": {"bone_lesion": ("lytic",), "paraspinal": ("absent",)},
        },
    ),
    "a heading over a list": (
        "Metastases:\nT4: lytic\nL1: sclerotic\n\nVertebral heights\nT4: 9 mm in front, 22 mm behind\nL1: full",
        {
            "T4": {"bone_lesion": ("lytic",), "collapse": ("over_50",)},
            "L1": {"bone_lesion": ("blastic",), "collapse": ("none_over_50_involved", "none")},
        },
    ),
    "a run-in heading": (
        "Metastases. T4 lytic. L1 sclerotic.",
        {"T4": {"bone_lesion": ("lytic",)}, "L1": {"bone_lesion": ("blastic",)}},
    ),
    "a legend": (
        "Key: + involved by tumour; - not involved (S2 not covered).\n\nLevel | Matrix | Epidural\n"
        "T7 | lytic | +\nT9 | mixed | -",
        {"T7": {"epidural": ("present",)}, "T9": {"epidural": ("absent",)}},
    ),
    "regions in brackets": (
        "[1] MRI CERVICAL SPINE\nC5 metastasis.\n\nNo epidural tumour.\n\n"
        "[2] MRI LUMBAR SPINE INCL. SACRUM\nS1 metastasis.",
        {"C5": {"epidural": ("absent",)}, "S1": {"epidural": ("present", "absent")}},
    ),
    "renamed together": (
        "FINDINGS: Lytic metastasis in L1. Sclerotic metastasis in L3.\n\n"
        "ADDENDUM: The metastases called L1 and L3 above"
        " are in T12 and L2 respectively.",
        {"T12": {"bone_lesion": ("lytic",)}, "L2": {"bone_lesion": ("blastic",)}},
    ),
    "renamed one by one": (
        "FINDINGS: T11: lytic metastasis. T12: sclerotic metastasis.\n\nADDENDUM: For T11 please read T10, and for T12"
        " please read T11.",
        {"T10": {"bone_lesion": ("lytic",)}, "T11": {"bone_lesion": ("blastic",)}},
    ),
    "questions over their answers": (
        "Questions of the spine board\n\nQ1. Which vertebrae contain tumour?\nA1. T4 and T8.\n\n"
        "Q2. Has any of them collapsed?\nA2. Yes, T8, by a third.\n\nQ3. Epidural tumour?\nA3. Only at T8.\n\n"
        "Q4. Compression of the cord?\nA4. No. It is touched at T8.\n\nQ5. Alignment?\nA5. Anatomical.",
        {
            "T4": {"epidural": ("absent",), "cord_compression": ("absent",)},
            "T8": {"collapse": ("under_50",), "epidural": ("present",), "alignment": ("normal",)},
        },
    ),
    "two questions at once": (
        "1. Are there metastases? If so, where?\nYes. C3 and L4.\n\n2. Loss of height?\nC3: none."
        " L4: more than half.\n\n3. Posterolateral elements?\nC3: spared. L4: right, left.",
        {
            "C3": {"posterolateral": ("none",)},
            "L4": {"collapse": ("over_50",), "posterolateral": ("bilateral",)},
        },
    ),
    "one question": (
        "Findings: Metastases at T9 and T11. Is there epidural tumour? Yes, at T11.",
        {"T9": {"epidural": ("present", "absent")}, "T11": {"epidural": ("present",)}},
    ),
    "no before yes": (
        "Findings: Metastases at T9 and T11.\nPedicle involvement: no at T11, yes at T9.\n"
        "Tumour in the canal: T11 only.",
        {
            "T9": {"posterolateral": ("unilateral",), "epidural": ("absent",)},
            "T11": {"posterolateral": ("none",), "epidural": ("present",)},
        },
    ),
    "a row of boxes for each level": (
        "Findings: Metastases at T4 and T8.\nPEDICLE / FACET      T4   [ ] R   [ ] L   [x] neither\n"
        "                     T8   [x] R   [x] L   [ ] neither\nTUMOUR IN CANAL      T4   [ ] Y   [x] N\n"
        "                     T8   [x] Y   [ ] N",
        {
            "T4": {"posterolateral": ("none",), "epidural": ("absent",)},
            "T8": {"posterolateral": ("bilateral",), "epidural": ("present",)},
        },
    ),
    "sides with signs": (
        "Level | Matrix | Pedicles\nT4 | lytic | R, L\nT6 | lytic | R+ L-\nT8 | lytic | right, left spared\n"
        "L1 | lytic | R- L-",
        {
            "T4": {"posterolateral": ("bilateral",)},
            "T6": {"posterolateral": ("unilateral",)},
            "T8": {"posterolateral": ("unilateral",)},
            "L1": {"posterolateral": ("none",)},
        },
    ),
}


@pytest.mark.parametrize(("text", "wanted"), FORMS.values(), ids=FORMS)
def test_a_form_is_read_cell_by_cell(text: str, wanted: Wanted) -> None:
    found = {lesion.level: lesion.fields for lesion in read(text).lesions}
    assert sorted(found) == sorted(wanted)
    said = {level: {field: found[level][field].grades for field in fields} for level, fields in wanted.items()}
    assert said == wanted


@pytest.mark.parametrize(
    ("text", "certainty"),
    [
        ("T8\nMetastasis: probable", "probable"),
        ("T8: metastasis: possible.", "possible"),
        ("T8. Metastasis - certain.", "certain"),
        ("| Level | Metastasis |\n| T8 | likely |", "probable"),
        ("| Level | Metastasis |\n| T8 | ? |", "possible"),
        ("| Level | Metastasis |\n| T8 | yes |", "certain"),
    ],
)
def test_a_hedge_answers_a_label(text: str, certainty: str) -> None:
    assert [(one.level, one.certainty) for one in read(text).lesions] == [("T8", certainty)]


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Leptomeningeal metastasis?\n\nNeither.", "absent"),
        ("Leptomeningeal metastasis?\n\nNo.", "absent"),
        ("Leptomeningeal tumour?\n- None.", "absent"),
        ("Leptomeningeal tumour?\n- Yes, along the cauda equina.", "present"),
    ],
)
def test_a_short_question_is_answered_below(text: str, status: str) -> None:
    assert read(f"FINDINGS: Metastasis of T8.\n\n{text}").findings.leptomeningeal.grades == (status,)


@pytest.mark.parametrize(("text", "_"), FORMS.values(), ids=FORMS)
def test_a_form_keeps_its_offsets(text: str, _: Wanted) -> None:
    record = read(text)
    evidence = [one for lesion in record.lesions for value in lesion.fields.values() for one in value.evidence]
    assert evidence
    assert [text[one.start : one.end] for one in evidence] == [one.text for one in evidence]


@pytest.mark.parametrize(
    ("wrong", "right"),
    [("hieght", "height"), ("vertibral", "vertebral"), ("maintianed", "maintained"), ("casual", "casual")],
)
def test_slips_of_the_same_length_are_mended(wrong: str, right: str) -> None:
    assert mended(f"the {wrong} of it") == f"the {right} of it"
    assert len(fold(wrong.upper())) == len(wrong)


HOSTILE: Final = {
    "blanks": "T5 height" + " " * 4000 + "x",
    "levels": "metastases at T5, T6 and T7 " * 150,
    "dashes": "- " * 2000,
    "figures": "T5 50% 20 mm x 3 cm " * 200,
    "heights": "height loss of the vertebral body " * 120,
    "cord": "the cord is normal and the epidural tumour of the left pedicle with " * 60,
    "open": "no epidural, paraspinal or foraminal mass at T5 (" * 80,
    "csf": "CSF space around the cord indents the thecal sac and touches " * 70,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_ends(text: str) -> None:
    """A pattern that goes over the same words again and again would take minutes here; all of it takes seconds."""
    start = time.perf_counter()
    read(text)
    assert time.perf_counter() - start < 60
