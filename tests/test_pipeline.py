"""The seam to spaCy and medspaCy: the component, our rules as medspaCy rules, and the two traps of stock ConText."""

from __future__ import annotations

from pathlib import Path

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc

from extractor import read
from extractor.errors import ReportError
from extractor.patterns import load_patterns
from extractor.pipeline import GROUP, build_pipeline
from extractor.reading.mentions import find_cues, find_mentions
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


def test_the_pipeline_is_saved_with_its_patterns(tmp_path: Path) -> None:
    local = tmp_path / "patterns"
    local.mkdir()
    rule = '[[rule]]\nid = "collapse.biscuit"\ngrades = ["over_50"]\npattern = "biscuit vertebra"\n'
    (local / "collapse.toml").write_text(f'field = "collapse"\n{rule}', encoding="utf-8")
    made = spacy.blank("en")
    made.add_pipe("sinsight", config={"patterns": str(local)})
    made.to_disk(tmp_path / "saved")
    (lesion,) = spacy.load(tmp_path / "saved")("FINDINGS: Metastasis of T8, a biscuit vertebra.")._.sinsight.lesions
    assert lesion.fields["collapse"].grades == ("over_50",)


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


@pytest.mark.parametrize("text", [TEXT, *OTHERS, *TRAPS])
def test_a_stock_matcher_finds_the_same_mentions(stock: Language, text: str) -> None:
    rules = load_patterns()
    page = lay_out(text, rules)
    mentions = find_mentions(page, FIELDS_READ, rules, find_cues(page, rules))
    doc = stock(text)
    matched = {(span.label_, span.start_char, span.end_char) for span in doc.spans[GROUP]}
    for one in mentions:
        span = page.source(one.start, one.end)
        assert span is not None
        snapped = doc.char_span(*span, alignment_mode="expand")
        assert (one.rule.field, snapped.start_char, snapped.end_char) in matched


def test_sections_and_sentences(stock: Language) -> None:
    doc = stock("HISTORY: Breast cancer.\nFINDINGS: Metastasis of T7. Cord normal.\nIMPRESSION: As above.")
    assert [section.category for section in doc._.sections] == ["history", "findings", "impression"]
    assert "Metastasis of T7." in [sentence.text.strip() for sentence in doc.sents]
