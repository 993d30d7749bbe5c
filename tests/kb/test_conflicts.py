"""Contradictions between an older text and a newer one: found where they are, and only there."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from kb.conflicts import MAX_NEWER, MAX_OLDER, Conflict, Statement, find_conflict

PAIRS = yaml.safe_load(Path(__file__).with_name("conflicts.yaml").read_text(encoding="utf-8"))
CONFLICTS = [
    (pair["locale"], pair["older"], pair["newer"], pair["about"]) for pair in PAIRS["conflicts"]
]
COMPATIBLE = [(pair["locale"], pair["older"], pair["newer"]) for pair in PAIRS["compatible"]]


@pytest.mark.parametrize(("locale", "older", "newer", "about"), CONFLICTS)
def test_a_contradiction_is_found_and_named(locale, older, newer, about):
    conflict = find_conflict(Statement(older, locale), Statement(newer, locale))
    assert conflict is not None
    assert conflict.about == about


@pytest.mark.parametrize(("locale", "older", "newer"), COMPATIBLE)
def test_what_can_both_be_right_is_no_contradiction(locale, older, newer):
    assert find_conflict(Statement(older, locale), Statement(newer, locale)) is None
    assert find_conflict(Statement(newer, locale), Statement(older, locale)) is None


def test_the_contradicting_sentences_are_quoted_without_markup():
    older = Statement("Hi Ann,\n\nsorry! Items can be returned within 14 days. Best, Joe", "en")
    newer = Statement("# Returns\n\n1. Items can be **returned** within [30 days](x.en).", "en")
    assert find_conflict(older, newer) == Conflict(
        "Items can be returned within 14 days.",
        "Items can be returned within 30 days.",
        "14 days / 30 days",
    )


def test_a_value_that_the_newer_text_also_states_is_no_contradiction():
    older = Statement("Refunds to a card take 5–7 business days.", "en")
    newer = Statement(
        "Refunds take 10 business days. Refunds to a card take 5–7 business days.", "en"
    )
    assert find_conflict(older, newer) is None


def test_a_text_does_not_contradict_itself():
    text = "".join(f"{newer}\n" for _, _, newer, _ in CONFLICTS if newer.isascii())
    assert find_conflict(Statement(text, "en"), Statement(text, "en")) is None


def test_an_article_about_something_else_is_not_held_against_a_reply():
    older = Statement("The link is valid for 7 days. You find it in the export mail.", "en")
    newer = Statement("Reset your password\n\nThe link is valid for 2 days.", "en")
    assert find_conflict(older, newer) is None


@pytest.mark.parametrize(
    ("older", "newer", "about"),
    [
        (
            ("The Garden Club box costs 19 EUR.", "en"),
            ("Garden Club 每盒 24 欧元。", "zh"),
            "19 EUR / 24 欧元",
        ),
        (
            ("Garden Club: 19 EUR.", "en"),
            ("هزینهٔ Garden Club برابر ۲۴ یورو است.", "fa"),
            "19 EUR / ۲۴ یورو",
        ),
        (
            ("در Settings › Account ظرف ۷ روز", "fa"),
            ("Settings › Account：14 天内", "zh"),
            "۷ روز / 14 天",
        ),
    ],
)
def test_across_languages_a_shared_name_tells_that_the_quantities_belong_together(
    older, newer, about
):
    conflict = find_conflict(Statement(*older), Statement(*newer))
    assert conflict is not None
    assert conflict.about == about


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        (("Send items back within 14 days.", "en"), ("收货后 30 天内可以申请退货。", "zh")),
        (("The Garden Club box costs 24 EUR.", "en"), ("Garden Club 每盒 24 欧元。", "zh")),
        (("Verdilo One: 3 weeks", "en"), ("绿迪洛 Duo：4 周", "zh")),
        (("You cannot change the address.", "en"), ("可以修改地址。", "zh")),
    ],
)
def test_across_languages_nothing_is_guessed(older, newer):
    assert find_conflict(Statement(*older), Statement(*newer)) is None


@pytest.mark.parametrize(
    "noise",
    [
        "a" * 200_000,
        "1" * 200_000,
        "5 days, " * 25_000,
        "not " * 50_000,
        "[" * 200_000,
        "](" * 100_000,
        "**_" * 60_000,
        "if " * 60_000,
        "a@" * 100_000,
        "۵ تا " * 40_000,
        "不" * 200_000,
        "两个" * 100_000,
        "Aa " * 60_000,
        "| " * 100_000,
        ": " * 100_000,
        "\n" * 200_000,
        "",
        "   ",
    ],
)
@pytest.mark.parametrize("locale", ["en", "fa", "zh"])
def test_noise_is_read_to_the_end_and_contradicts_nothing(noise, locale):
    assert find_conflict(Statement(noise, locale), Statement(noise, locale)) is None


def test_texts_are_read_up_to_a_limit():
    reply = "Items can be returned within 14 days."
    article = "Items can be returned within 30 days."
    padding = "Nothing to see. "
    far = padding * (MAX_OLDER // len(padding)) + reply
    assert find_conflict(Statement(far, "en"), Statement(article, "en")) is None
    far = padding * (MAX_NEWER // len(padding)) + article
    assert find_conflict(Statement(reply, "en"), Statement(far, "en")) is None
    assert find_conflict(Statement(reply, "en"), Statement(padding * 10 + article, "en"))


def test_languages_without_rules_are_compared_by_what_is_written_alike():
    assert find_conflict(Statement("Die Frist ist 14 Tage.", "de"), Statement("", "de")) is None
    older, newer = "Garden Club: 19 EUR", "Garden Club: 24 EUR"
    conflict = find_conflict(Statement(older, "de"), Statement(newer, "de-AT"))
    assert conflict == Conflict(older, newer, "19 EUR / 24 EUR")
