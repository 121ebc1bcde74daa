"""The seam to spaCy and medspaCy: the component, our rules as medspaCy rules, and the two traps of stock ConText."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc, DocBin, Span

from extractor import read
from extractor.errors import PatternError, ReportError
from extractor.patterns import load_patterns
from extractor.pipeline import GROUP, SECTIONS, build_pipeline
from extractor.reading.cues import Mention
from extractor.reading.mentions import find_mentions
from extractor.reading.page import lay_out
from extractor.reading.reader import FIELDS_READ

TEXT = "FINDINGS: Lytic metastasis of T7 with 60 % loss of height. Both pedicles are replaced. No epidural disease."
#: Stock ConText denies neither: its backward rule ": no" wins, and it does not know "negative for".
TRAPS = ["FINDINGS: No metastasis at T8.", "FINDINGS: The T8 vertebra is negative for metastasis."]
OTHERS = [
    "FINDINGS: Sclerotic deposit in L2. Height is maintained. Alignment is normal. No paraspinal mass.",
    "FINDINGS: T9: tumour indents the thecal sac and touches the cord, which shows normal signal.",
    "IMPRESSION: Mixed metastasis of L4 with vertebra plana. The left L4 root is encased by tumour.",
]
#: How far a cue reaches; medspaCy's own verdict on every mention must be our reader's.
REACHES = [
    "FINDINGS: A metastasis at T8 is possible.",
    "FINDINGS: None of the lesions has epidural extension.",
    "FINDINGS: There is no collapse, epidural mass or cord compression.",
    "FINDINGS: No collapse, left pedicle is involved at T9.",
    "FINDINGS: No collapse, but the left pedicle is involved at T9.",
    "FINDINGS: Epidural tumour is not seen; lytic deposit in L1.",
    "FINDINGS: If there is cord compression, surgery is advised. No kyphosis.",
    "FINDINGS: Cannot exclude an epidural component at T5, whereas T6 shows destruction of the left pedicle.",
]
LOCAL = {
    "collapse": '[[rule]]\nid = "collapse.biscuit"\ngrades = ["over_50"]\npattern = "biscuit vertebra"\n',
    "section": '[[rule]]\nid = "section.local"\ngrades = ["impression"]\npattern = "bottom of the page"\n',
}


@pytest.fixture
def local(tmp_path: Path) -> Path:
    folder = tmp_path / "patterns"
    folder.mkdir()
    for field, rules in LOCAL.items():
        (folder / f"{field}.toml").write_text(f'field = "{field}"\n{rules}', encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def nlp() -> Language:
    made = spacy.blank("en")
    made.add_pipe("sinsight")
    return made


@pytest.fixture(scope="module")
def stock() -> Language:
    return build_pipeline()


def said(doc: Doc) -> set[tuple[str, str, str]]:
    return {(span.text, span.label_, span.id_) for span in doc.spans[GROUP]}


def run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)


def snapped(doc: Doc) -> list[tuple[Mention, Span]]:
    """Return what our reader finds in a text, each with its words as a span of whole tokens."""
    rules = load_patterns()
    page = lay_out(doc.text, rules)
    found = []
    for one in find_mentions(page, FIELDS_READ, rules)[0]:
        source = page.source(one.start, one.end)
        assert source is not None
        span = doc.char_span(*source, alignment_mode="expand")
        assert span is not None
        found.append((one, span))
    return found


def longest(spans: Iterable[Span]) -> set[tuple[str, int, int]]:
    """Return (label, start, end) of the spans that no longer one of their label overlaps, as our reader keeps them."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda one: (one.start - one.end, one.start)):
        if not any(span.label == one.label and span.start < one.end and one.start < span.end for one in kept):
            kept.append(span)
    return {(span.label_, span.start, span.end) for span in kept}


def test_the_record_is_on_the_doc(nlp: Language) -> None:
    assert nlp(TEXT)._.sinsight == read(TEXT)


def test_the_words_are_spans(nlp: Language) -> None:
    assert said(nlp(TEXT)) >= {
        ("Lytic", "bone_lesion", "bone_lesion.lytic"),
        ("60 % loss of height", "collapse", "collapse.amount_lost"),
        ("Both pedicles", "posterolateral", "posterolateral.both"),
        ("No epidural disease", "epidural", "epidural.mass"),
    }


def test_a_doc_that_was_not_read_has_no_record(nlp: Language) -> None:
    assert nlp.make_doc(TEXT)._.sinsight is None


def test_many_docs_in_two_processes(nlp: Language) -> None:
    texts = [TEXT, *OTHERS]
    assert [doc._.sinsight for doc in nlp.pipe(texts, n_process=2)] == [read(text) for text in texts]


def test_a_doc_keeps_its_record_when_it_is_stored(nlp: Language) -> None:
    stored = nlp(TEXT).to_bytes()
    assert Doc(nlp.vocab).from_bytes(stored)._.sinsight == read(TEXT)


def test_a_stored_collection_keeps_records_and_spans(nlp: Language) -> None:
    stored = DocBin(store_user_data=True, docs=[nlp(TEXT)]).to_bytes()
    (doc,) = DocBin().from_bytes(stored).get_docs(spacy.blank("en").vocab)
    assert (doc._.sinsight, said(doc)) == (read(TEXT), said(nlp(TEXT)))


def test_report_wide_words_are_spans(nlp: Language) -> None:
    doc = nlp("HISTORY: Weakness of both legs. FINDINGS: No vertebral metastasis. The cord is compressed at T9.")
    assert {(label, rule.split(".")[0]) for _, label, rule in said(doc)} >= {("cord_compression", "cord_compression")}
    assert "weakness" in {label for _, label, _ in said(doc)}


def test_sections_are_spans(nlp: Language) -> None:
    doc = nlp("HISTORY: Breast cancer.\nFINDINGS: Metastasis of T7.\nIMPRESSION: As above.")
    assert [span.label_ for span in doc.spans[SECTIONS]] == ["history", "findings", "impression"]
    assert doc.spans[SECTIONS][2].text == "IMPRESSION: As above."


def test_spans_are_widened_to_tokens_and_hold_the_evidence(nlp: Language) -> None:
    for text in [TEXT, *OTHERS]:
        doc = nlp(text)
        spans = {(span.label_, span.id_): span for span in doc.spans[GROUP]}
        for field, value in doc._.sinsight.lesions[0].fields.items():
            for one in value.evidence:
                assert one.text in spans[field, one.rule].text


@pytest.mark.parametrize("place", [{"first": True}, {"last": True}])
def test_beside_other_components(place: dict[str, bool]) -> None:
    made = spacy.blank("en")
    made.add_pipe("sentencizer")
    made.add_pipe("entity_ruler").add_patterns([{"label": "LEVEL", "pattern": "T7"}])  # type: ignore[attr-defined]
    alone = made(TEXT)
    made.add_pipe("sinsight", **place)  # type: ignore[arg-type]
    doc = made(TEXT)
    assert doc._.sinsight == read(TEXT)
    assert [(one.text, one.label_) for one in doc.ents] == [("T7", "LEVEL")]
    assert [one.start for one in doc.sents] == [one.start for one in alone.sents]


def test_twice_under_two_names(local: Path) -> None:
    made = spacy.blank("en")
    made.add_pipe("sinsight")
    made.add_pipe("sinsight", name="ours", config={"patterns": str(local)})
    (lesion,) = made("FINDINGS: Metastasis of T8, a biscuit vertebra.")._.sinsight.lesions
    assert lesion.fields["collapse"].grades == ("over_50",)


def test_the_pipeline_is_saved_with_its_patterns(local: Path, tmp_path: Path) -> None:
    made = spacy.blank("en")
    made.add_pipe("sinsight", config={"patterns": str(local)})
    made.to_disk(tmp_path / "saved")
    again = spacy.blank("en").from_config(made.config).from_bytes(made.to_bytes())
    for loaded in (spacy.load(tmp_path / "saved"), again):
        (lesion,) = loaded("FINDINGS: Metastasis of T8, a biscuit vertebra.")._.sinsight.lesions
        assert lesion.fields["collapse"].grades == ("over_50",)


def test_a_saved_pipeline_loads_where_nothing_of_ours_is_imported(nlp: Language, tmp_path: Path) -> None:
    nlp.to_disk(tmp_path / "saved")
    code = f"import spacy; print(spacy.load({str(tmp_path / 'saved')!r})({TEXT!r})._.sinsight.summary.worst_level)"
    assert run(code).stdout == "T7\n"


@pytest.mark.parametrize("first", ["spacy", "extractor.pipeline"])
def test_the_factory_may_be_registered_twice(first: str) -> None:
    code = f"""
import importlib, {first}, spacy
spacy.blank("en").add_pipe("sinsight")
import extractor.pipeline
importlib.reload(extractor.pipeline)
print(spacy.blank("en").add_pipe("sinsight")(spacy.blank("en")({TEXT!r}))._.sinsight.summary.worst_level)
"""
    assert run(code).stdout == "T7\n"


@pytest.mark.parametrize(
    ("code", "absent"),
    [("import extractor; extractor.read", "spacy"), ("import extractor.pipeline", "medspacy")],
)
def test_nothing_heavy_is_imported_early(code: str, absent: str) -> None:
    assert run(f"import sys; {code}; print({absent!r} in sys.modules)").stdout == "False\n"


def test_patterns_that_cannot_be_used(tmp_path: Path) -> None:
    with pytest.raises(PatternError, match=r"holds no \.toml file"):
        spacy.blank("en").add_pipe("sinsight", config={"patterns": str(tmp_path)})


def test_text_that_is_no_report(nlp: Language) -> None:
    with pytest.raises(ReportError, match="empty"):
        nlp(" ")


@pytest.mark.parametrize("text", TRAPS)
def test_the_traps_make_no_lesion(text: str) -> None:
    assert read(text).lesions == ()


@pytest.mark.parametrize("text", TRAPS)
def test_the_traps_are_denied_by_our_context_rules(stock: Language, text: str) -> None:
    doc = stock(text)
    found = [span for span in doc.spans[GROUP] if span.label_ == "lesion" and "metastasis" in span.text]
    assert found
    assert all(span._.is_negated for span in found)


@pytest.mark.parametrize("text", [TEXT, *OTHERS, *TRAPS, *REACHES])
def test_a_stock_matcher_finds_the_same_mentions(stock: Language, text: str) -> None:
    doc = stock(text)
    matched = longest(span for span in doc.spans[GROUP] if span.label_ != "level")
    assert matched == {(one.rule.field, span.start, span.end) for one, span in snapped(doc)}


@pytest.mark.parametrize("text", [TEXT, *OTHERS, *TRAPS, *REACHES])
def test_stock_context_judges_as_our_reader(stock: Language, text: str) -> None:
    doc = stock(text)
    judged = {
        (span.id_, span.start, span.end): (
            span._.is_negated,
            span._.is_uncertain,
            span._.is_historical or span._.is_hypothetical,
        )
        for span in doc.spans[GROUP]
    }
    for one, span in snapped(doc):
        verdict = judged[one.rule.id, span.start, span.end]
        assert (span.text, *verdict) == (span.text, one.denied, bool(one.hedge), one.past)


def test_phrases_are_found_across_the_end_of_a_line(stock: Language) -> None:
    doc = stock("FINDINGS: Lytic metastasis of T7 with 60 % loss of\nheight. Both\npedicles are replaced.")
    assert ("60 % loss of\nheight", "collapse", "collapse.amount_lost") in said(doc)


def test_levels_are_targets_but_sequences_are_not(stock: Language) -> None:
    doc = stock("TECHNIQUE: Sagittal T1 and T2.\nFINDINGS: Metastases of T3 to T5, bright on T2. No lesion at L1.")
    levels = [span for span in doc.spans[GROUP] if span.label_ == "level"]
    assert [(span.text, span.id_) for span in levels] == [("T3 to T5", "T3 T4 T5"), ("L1", "L1")]
    assert not doc.ents


def test_local_rules_reach_every_component(local: Path) -> None:
    doc = build_pipeline(local)("FINDINGS: A biscuit vertebra at T8.\nBOTTOM OF THE PAGE: Metastasis of T8.")
    assert ("biscuit vertebra", "collapse", "collapse.biscuit") in said(doc)
    assert [section.category for section in doc._.sections] == ["findings", "impression"]
    assert "Metastasis of T8." in [sentence.text.strip() for sentence in doc.sents]


def test_medspacy_writes_no_text(capfd: pytest.CaptureFixture[str]) -> None:
    assert build_pipeline()(TEXT).spans[GROUP]
    assert tuple(capfd.readouterr()) == ("", "")


def test_no_warnings_are_silenced_in_a_fresh_process() -> None:
    code = f"""
import warnings
from extractor.pipeline import build_pipeline
before = len(warnings.filters)
build_pipeline()({TEXT!r})
warnings.warn("still heard")
"""
    heard = run(code).stderr
    assert "still heard" in heard
    assert "metastasis" not in heard
    assert "W036" not in heard


def test_sections_and_sentences(stock: Language) -> None:
    doc = stock("HISTORY: Breast cancer.\nFINDINGS: Metastasis of T7. Cord normal.\nIMPRESSION: As above.")
    assert [section.category for section in doc._.sections] == ["history", "findings", "impression"]
    assert "Metastasis of T7." in [sentence.text.strip() for sentence in doc.sents]
