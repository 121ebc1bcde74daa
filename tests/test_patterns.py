"""Pattern files: what a rule may say, and one clear error for each mistake."""

from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path

import pytest

import extractor
from extractor import read
from extractor.errors import PatternError
from extractor.patterns import check_rule, compiled, expand_pattern, load_patterns
from extractor.repeats import repeats_a_run

RULE = '[[rule]]\nid = "collapse.local"\ngrades = ["over_50"]\npattern = "biscuit"\n'


def overlay(folder: Path, content: str, name: str = "collapse.toml", *, field: str = 'field = "collapse"\n') -> Path:
    (folder / name).write_text(field + content, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (RULE.replace("pattern =", "patern ="), "collapse.toml: rule 'collapse.local': unknown key 'patern'"),
        (RULE.replace("over_50", "over_60"), "collapse.toml: rule 'collapse.local': undeclared grade 'over_60'"),
        (RULE.replace('["over_50"]', "[]"), "collapse.toml: rule 'collapse.local': `grades` is empty"),
        (RULE.replace('["over_50"]', '"over_50"'), "collapse.toml: rule 'collapse.local': `grades` must be a list"),
        (RULE + RULE, "collapse.toml: rule 'collapse.local' is declared twice"),
        (RULE.replace("biscuit", "(biscuit"), "collapse.toml: rule 'collapse.local': the regex does not compile"),
        (RULE.replace("biscuit", "b*"), "collapse.toml: rule 'collapse.local': the regex matches the empty string"),
        (RULE.replace("biscuit", "a(?: |,)*b"), "collapse.toml: rule 'collapse.local': a run is repeated"),
        (RULE.replace("biscuit", "{biscuit}"), "collapse.toml: rule 'collapse.local': unknown macro '{biscuit}'"),
        (RULE.replace('pattern = "biscuit"\n', ""), "collapse.toml: rule 'collapse.local': no `pattern`"),
        (RULE.replace('id = "collapse.local"\n', ""), "collapse.toml: a rule without `id`"),
        ("rule = 3\n", "collapse.toml: `rule` must be written as [[rule]] tables"),
        ('rule = ["x"]\n', "collapse.toml: `rule` must be written as [[rule]] tables"),
        ("macros = 3\n", "collapse.toml: `macros` must be a [macros] table"),
        ("[macros]\nbiscuit = 3\n", "collapse.toml: macro 'biscuit' is no text"),
        ("colour = 3\n", "collapse.toml: unknown key 'colour'"),
        ("[[rule]\n", "collapse.toml: not valid TOML"),
        ('[macros]\na = "{b}"\nb = "{a}"\n' + RULE.replace("biscuit", "{a}"), "macros nest too deep"),
    ],
    ids=lambda value: value[:40].replace("\n", " ") if isinstance(value, str) else value,
)
def test_a_mistake_is_named_by_file_and_rule(tmp_path: Path, content: str, said: str) -> None:
    with pytest.raises(PatternError) as caught:
        load_patterns(overlay(tmp_path, content))
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_field_must_be_known(tmp_path: Path) -> None:
    with pytest.raises(PatternError, match="unknown field 'colour'"):
        load_patterns(overlay(tmp_path, RULE, field='field = "colour"\n'))
    with pytest.raises(PatternError, match="`field` is missing"):
        load_patterns(overlay(tmp_path, RULE, field="", name="other.toml"))


def test_a_folder_must_hold_patterns(tmp_path: Path) -> None:
    with pytest.raises(PatternError, match=r"holds no \.toml file"):
        load_patterns(tmp_path)
    with pytest.raises(PatternError, match="no such folder"):
        load_patterns(tmp_path / "none")


def test_a_local_rule_is_added(tmp_path: Path) -> None:
    text = "FINDINGS: Metastasis of T8, a biscuit."
    (lesion,) = read(text, patterns=overlay(tmp_path, RULE)).lesions
    assert lesion.fields["collapse"].grades == ("over_50",)
    (shipped,) = read(text).lesions
    assert shipped.fields["collapse"].status == "missing"


def test_a_local_rule_replaces_or_disables_a_shipped_one(tmp_path: Path) -> None:
    local = '[[rule]]\nid = "collapse.plana"\ngrades = ["under_50"]\npattern = "plana"\n'
    text = "FINDINGS: Metastasis of T8 with vertebra plana."
    (lesion,) = read(text, patterns=overlay(tmp_path, local)).lesions
    assert lesion.fields["collapse"].grades == ("under_50",)
    (tmp_path / "collapse.toml").write_text('field = "collapse"\n[[rule]]\nid = "collapse.plana"\ndisabled = true\n')
    load_patterns.cache_clear()
    (lesion,) = read(text, patterns=tmp_path).lesions
    assert lesion.fields["collapse"].status == "missing"


def test_the_digest_names_the_patterns(tmp_path: Path) -> None:
    assert load_patterns().digest != load_patterns(overlay(tmp_path, RULE)).digest


@pytest.mark.parametrize("text", ["para spinal", "para-spinal", "paraspinal"])
def test_a_tilde_is_at_most_a_blank_or_hyphen(text: str) -> None:
    assert compiled(expand_pattern("para~spinal", {}, "here")).fullmatch(text)


@pytest.mark.parametrize(("text", "fits"), [("soft tissue", True), ("soft-tissue", True), ("softtissue", False)])
def test_a_blank_is_blanks_or_a_hyphen(text: str, fits: bool) -> None:
    assert bool(compiled(expand_pattern("soft tissue", {}, "here")).fullmatch(text)) == fits


@pytest.mark.parametrize("between", [" " * 60, "- " * 30, "-"])
def test_a_repeated_blank_takes_time_that_grows_with_its_length(between: str) -> None:
    regex = compiled(expand_pattern("none *here", {}, "here"))
    assert regex.fullmatch(f"none{between}here")
    assert not regex.match(f"none{between}there")  # runs of runs would try 2 ** 60 ways


@pytest.mark.parametrize(
    ("source", "repeated"),
    [
        ("(?: +)*a", True),
        ("a(?:b|(?: +|-))+c", True),
        ("(?: +x?){0,5}a", True),
        ("(?=a(?:(?:a|b +)|c*)*)a", True),
        ("(?: +x)+", False),
        (r"(?:\w+ )*a", False),
        ("(?:[ ,-]|and)*a", False),
        ("(?: +|a)?b", False),
    ],
)
def test_a_repeat_of_a_run_is_found(source: str, repeated: bool) -> None:
    assert repeats_a_run(source) == repeated


def test_no_regex_of_the_package_repeats_a_run() -> None:
    modules = [one.name for one in pkgutil.walk_packages(extractor.__path__, "extractor.")]
    found = {
        f"{name}.{constant}"
        for name in modules
        if name not in {"extractor.__main__", "extractor.spark"}  # one runs, the other needs an extra
        for constant, value in vars(importlib.import_module(name)).items()
        if isinstance(value, re.Pattern) and isinstance(value.pattern, str) and repeats_a_run(value.pattern)
    }
    assert found == set()


def test_every_shipped_rule_compiles() -> None:
    for rule in load_patterns().rules:
        check_rule(rule)


def test_every_shipped_rule_has_an_id_of_its_field() -> None:
    strange = [rule.id for rule in load_patterns().rules if "." not in rule.id]
    assert strange == []
