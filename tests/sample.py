"""A small report and its record, built by hand, for tests of what is shown."""

from __future__ import annotations

import dataclasses
from typing import Final

from extractor.record import (
    CanalFinding,
    Diffuse,
    Document,
    Engine,
    FieldValue,
    Findings,
    Lesion,
    OtherFracture,
    Record,
    StatedSins,
    Tomita,
    Treatment,
)
from extractor.scoring.sins import score_sins
from extractor.scoring.summary import summarise
from extractor.values import COMPONENTS, GRADES, SYMPTOMS, Evidence, in_order, status_of

TEXT: Final = """\
FINDINGS: Lytic metastasis of T8 with 60 % loss of height and <i>focal</i> kyphosis & tumour in both pedicles.
Probable metastasis of L3, possibly lytic. No epidural disease at L3.
Osteoporotic fracture of L5. Radiotherapy to T5, T6 and T7. SINS 13 at T8.
"""


def words(text: str, rule: str, *, denied: bool = False, hedged: bool = False) -> Evidence:
    """Return evidence for the first place where `text` stands in TEXT."""
    start = TEXT.index(text)
    return Evidence(start, start + len(text), text, "findings", rule, "clause", denied, hedged)


def value(field: str, *grades: str, evidence: tuple[Evidence, ...] = (), conflict: bool = False) -> FieldValue:
    """Return a field's value; without grades, everything is open."""
    admitted = in_order(field, grades or GRADES[field])
    return FieldValue(admitted, status_of(field, admitted), conflict, evidence)


def lesion(level: str, **fields: FieldValue) -> Lesion:
    """Return a lesion that states the given fields and nothing else."""
    everything = {field: fields.get(field, value(field)) for field in GRADES}
    return Lesion(
        level=level,
        certainty="certain",
        fields=everything,
        sins=score_sins({name: everything[name].grades for name in COMPONENTS}),
        evidence=(words("metastasis", "lesion.metastasis"),),
    )


T8: Final = lesion(
    "T8",
    location=value("location", "semirigid"),
    bone_lesion=value("bone_lesion", "lytic", evidence=(words("Lytic", "bone_lesion.lytic"),)),
    alignment=value(
        "alignment", "deformity", conflict=True, evidence=(words("<i>focal</i> kyphosis", "alignment.kyphosis"),)
    ),
    collapse=value("collapse", "over_50", evidence=(words("60 % loss of height", "collapse.percent"),)),
    posterolateral=value(
        "posterolateral",
        "bilateral",
        evidence=(
            words("tumour in both pedicles", "posterolateral.both"),
            words("both pedicles", "posterolateral.pair"),
        ),
    ),
    escc=value("escc", "2", "3"),
)
L3: Final = dataclasses.replace(
    lesion(
        "L3",
        location=value("location", "mobile"),
        bone_lesion=value(
            "bone_lesion", "lytic", evidence=(words("possibly lytic", "bone_lesion.lytic", hedged=True),)
        ),
        epidural=value("epidural", "absent", evidence=(words("epidural disease", "epidural.disease", denied=True),)),
    ),
    certainty="probable",
    stabilised=True,
)
_UNSAID: Final = FieldValue(("present", "absent"), "missing")
_NOWHERE: Final = CanalFinding(("present", "absent"), "missing")
QUIET: Final = Findings(
    pain=value("pain"),
    symptoms=dict.fromkeys(SYMPTOMS, _UNSAID),
    leptomeningeal=_UNSAID,
    intramedullary=_UNSAID,
    tomita=Tomita(()),
    diffuse=Diffuse(),
    compartments=(),
    epidural=_NOWHERE,
    cord_compression=_NOWHERE,
    cord_signal=CanalFinding(("abnormal", "normal"), "missing"),
)
FINDINGS: Final = dataclasses.replace(
    QUIET,
    symptoms=QUIET.symptoms | {"weakness": FieldValue(("present",), "stated")},
    tomita=Tomita((7,)),
    compartments=("extradural",),
    diffuse=Diffuse(("thoracic",)),
    epidural=CanalFinding(("present",), "stated", ("T6", "T7", "T8")),
    other_fractures=(OtherFracture("L5", "osteoporotic", (words("Osteoporotic fracture", "fracture.osteoporotic"),)),),
    treatment=(Treatment("radiotherapy", ("T5", "T6", "T7"), (words("Radiotherapy", "treatment.radiotherapy"),)),),
    stated_sins=(StatedSins("T8", 13, None, (words("SINS 13", "sins.total"),)),),
)
RECORD: Final = Record(
    id="sample.txt",
    engine=Engine("sinsight", "0.1.0", "0123456789abcdef"),
    lesions=(T8, L3),
    findings=FINDINGS,
    summary=summarise((T8, L3)),
    documents=(Document("sample.txt", "mri"),),
)
NORMAL: Final = dataclasses.replace(RECORD, id="normal.txt", lesions=(), findings=QUIET, summary=None)
