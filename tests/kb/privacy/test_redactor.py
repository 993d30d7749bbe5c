"""An installation's own regions and patterns; spans of the original text."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from kb.config import Settings
from kb.errors import ConfigurationError
from kb.privacy import PersonalSpan, Redactor, redact
from kb.privacy.redaction import DEFAULT_REGIONS
from kb.privacy.spans import in_original


@dataclass
class Wanted:
    phone_regions: tuple[str, ...] = ("US",)
    order_patterns: tuple[str, ...] = ()


def test_the_settings_defaults_are_the_redactor_s() -> None:
    assert Settings.model_fields["phone_regions"].default == DEFAULT_REGIONS
    assert Redactor.of(Wanted(DEFAULT_REGIONS)) == Redactor()


def test_own_patterns_are_looked_for_besides_the_usual_forms() -> None:
    redactor = Redactor.of(Wanted(order_patterns=(r"\bQ/(\d+)",)))
    assert redactor.redact("Q/77, Q/۷۷, VD-402177").text == "Q/[ORDER], Q/[ORDER], [ORDER]"


def test_national_numbers_are_those_of_the_configured_regions() -> None:
    text = "020 7946 0143 or +44 20 7946 0143"
    assert Redactor.of(Wanted()).redact(text).text == "020 7946 0143 or [PHONE]"
    assert Redactor.of(Wanted(("GB",))).redact(text).text == "[PHONE] or [PHONE]"


def test_an_unknown_region_or_a_broken_pattern_is_a_wrong_setting() -> None:
    with pytest.raises(ConfigurationError, match="KB_PHONE_REGIONS: XX"):
        Redactor.of(Wanted(("XX",)))
    with pytest.raises(ConfigurationError, match="KB_ORDER_PATTERNS"):
        Redactor.of(Wanted(order_patterns=("(",)))


def test_spans_say_where_things_stood_in_the_original_text() -> None:
    text = "ann@shop.example، ۰۹۱۲۳۴۵۶۷۸۹ و 85.12.33.4"
    assert [(s.kind, text[s.start : s.end]) for s in redact(text).spans] == [
        ("EMAIL", "ann@shop.example"),
        ("PHONE", "۰۹۱۲۳۴۵۶۷۸۹"),
        ("IP", "85.12.33.4"),
    ]


def test_a_placeholder_that_was_there_before_is_no_span() -> None:
    assert redact("[EMAIL] [NAME]").spans == ()


def test_what_a_later_pass_finds_is_told_in_terms_of_the_original() -> None:
    # abc EMAIL(4..9) def NUMBER → "abc [EMAIL] def 12": 12 is at 16 then, at 14 before
    earlier = [PersonalSpan(4, 9, "EMAIL")]
    assert in_original(earlier, [PersonalSpan(16, 18, "PHONE")]) == [
        PersonalSpan(4, 9, "EMAIL"),
        PersonalSpan(14, 16, "PHONE"),
    ]
    assert in_original(earlier, [PersonalSpan(0, 2, "NAME")])[0] == PersonalSpan(0, 2, "NAME")


def test_a_later_span_that_swallows_an_earlier_one_replaces_it() -> None:
    earlier = [PersonalSpan(4, 9, "EMAIL"), PersonalSpan(20, 22, "IP")]
    assert in_original(earlier, [PersonalSpan(2, 14, "URL")]) == [
        PersonalSpan(2, 12, "URL"),
        PersonalSpan(20, 22, "IP"),
    ]
