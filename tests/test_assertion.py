"""How a thing is said, of every field in many words: denied, open, stated; and how a form answers its labels."""

from __future__ import annotations

from typing import Final

import pytest

from extractor import read
from extractor.record import FieldValue

#: Field -> what denies it, and words that state it.
SAID: Final[dict[str, tuple[set[str], tuple[str, ...]]]] = {
    "collapse": (
        {"none", "none_over_50_involved"},
        ("vertebral collapse", "loss of height", "compression fracture", "pathological fracture", "wedging"),
    ),
    "epidural": ({"absent"}, ("epidural tumour", "extradural soft tissue", "tumour in the spinal canal")),
    "paraspinal": ({"absent"}, ("paraspinal mass", "paravertebral extension", "prevertebral soft tissue mass")),
    "posterolateral": ({"none"}, ("pedicle involvement", "involvement of the pedicles", "facet joint infiltration")),
    "cord_compression": ({"absent"}, ("cord compression", "compression of the spinal cord", "cord deformity")),
    "cord_signal": ({"normal"}, ("cord oedema", "abnormal cord signal", "myelomalacia")),
    "nerve_root": ({"absent"}, ("nerve root compression", "foraminal tumour", "root encasement")),
}
WORDS: Final = [(field, words) for field, (_, phrases) in SAID.items() for words in phrases]

DENIED: Final = (
    "No {}. There is no {}. No evidence of {}. No sign of {}. Without {}. Absence of {}. Free of {}. Negative for {}."
    " {} is not seen. {} is absent. {} cannot be identified. {} has resolved. {} is excluded. {} can be excluded."
    " {} was not found. {} is nowhere seen. {} has not developed. {} has not occurred."
    " No definite {}. No significant {}. Nil {}. Nor is there {}. Nor does it show {}. It does not show {}."
    " It does not demonstrate any {}."
    " The lesion shows no {}. Not associated with {}. It is not accompanied by {}. Devoid of {}. I see no {}."
    " The {} seen in March has resolved. Previously there was {}, which has resolved. {}, which has now cleared."
)
OPEN: Final = (
    "Repeat the study if {} develops. Please correlate for {}. There is a risk of {}. Impending {}."
    " CT is advised to exclude {}. To rule out {}, CT is suggested. Should {} occur, review. {} cannot be assessed."
    " {} could not be evaluated. The images do not allow assessment of {}. Assessment of {} is limited."
    " Evaluation for {} requires axial images. We cannot comment on {}. Watch for {}. Monitor for {}."
    " Repeat MRI if there are signs of {}. Potential for {} in the future. Artefact precludes evaluation of {}."
)
STATED: Final = (
    "Possible {}. Suspected {}. {} is suspected. Appearances suggest {}. {} cannot be excluded."
    " Findings in keeping with {}. There is {} at T8. T8 shows {}. With {}. Again seen is {}."
    " {} is present. {} noted. New {}. Unchanged {}."
    " Evidence of {}. It causes {}. The {} has progressed. Known {}. Residual {}."
)
#: Field -> labels of a form.
LABELS: Final = {
    "collapse": ("Collapse", "Height loss", "Compression fracture"),
    "epidural": ("Epidural tumour", "Epidural", "Epidural involvement", "Intraspinal extension"),
    "paraspinal": ("Paraspinal mass", "Paraspinal", "Paravertebral extension"),
    "posterolateral": ("Pedicle involvement", "Pedicles", "Posterolateral involvement", "Posterior elements"),
    "cord_compression": ("Cord compression", "MSCC", "Cauda equina compression"),
    "cord_signal": ("Cord oedema", "Cord signal change"),
    "nerve_root": ("Nerve root compression", "Foraminal tumour", "Root involvement"),
}


def frames(text: str) -> list[str]:
    return [f"{one.strip().rstrip('.')}." for one in text.split(". ")]


def at_t8(words: str, field: str) -> FieldValue:
    (lesion,) = read(f"FINDINGS:\nMetastasis of T8.\n{words[0].upper()}{words[1:]}").lesions
    return lesion.fields[field]


@pytest.mark.parametrize("frame", frames(DENIED))
def test_what_is_denied(frame: str) -> None:
    for field, words in WORDS:
        value = at_t8(frame.format(words), field)
        assert value.status != "missing", words
        assert set(value.grades) <= SAID[field][0], words


@pytest.mark.parametrize("frame", frames(OPEN))
def test_what_is_left_open(frame: str) -> None:
    for field, words in WORDS:
        assert at_t8(frame.format(words), field).status == "missing", words


@pytest.mark.parametrize("frame", frames(STATED))
def test_what_is_stated(frame: str) -> None:
    for field, words in WORDS:
        value = at_t8(frame.format(words), field)
        assert value.status != "missing", words
        assert not set(value.grades) & SAID[field][0], words


@pytest.mark.parametrize(
    "answer", ["no", "No.", "none", "nil", "absent", "negative", "(-)", "not present", "not identified", "not involved"]
)
def test_a_label_is_denied_by_its_answer(answer: str) -> None:
    for field, labels in LABELS.items():
        for label in labels:
            value = at_t8(f"{label}: {answer}", field)
            assert value.status != "missing", label
            assert set(value.grades) <= SAID[field][0], label


@pytest.mark.parametrize("answer", ["not assessed", "n/a", "not applicable", "?", "not recorded", "unknown (artefact)"])
@pytest.mark.parametrize("mark", [": ", " = ", " - "])
def test_a_label_is_left_open_by_its_answer(mark: str, answer: str) -> None:
    for field, labels in LABELS.items():
        for label in labels:
            assert at_t8(f"{label}{mark}{answer}", field).status == "missing", label


@pytest.mark.parametrize("answer", ["yes", "present", "+", "(+)", "positive", "seen"])
def test_a_label_is_affirmed_by_its_answer(answer: str) -> None:
    for field, labels in LABELS.items():
        for label in labels:
            value = at_t8(f"{label}: {answer}", field)
            assert value.status != "missing", label
            assert not set(value.grades) & SAID[field][0], label


@pytest.mark.parametrize(
    "words",
    [
        "T8 lesion (not visible on the prior).",
        "T8 metastasis (not assessed in March).",
    ],
)
def test_brackets_behind_a_lesion_answer_nothing(words: str) -> None:
    assert [one.level for one in read(f"FINDINGS: {words} Metastasis of L2.").lesions] == ["T8", "L2"]
