"""Others' queries and completed ones in one list."""

from __future__ import annotations

from kb.completion.ranking import matching, merged
from kb.help_center.popular import PopularQuery, query_key


def asked(text: str, visitors: int, language: str = "en") -> PopularQuery:
    return PopularQuery(text, query_key(text), language, visitors)


ASKED = [
    asked("lamp schedule", 9),
    asked("where is my order?", 8),
    asked("order lamp", 7),
    asked("لغو اشتراک", 6, "fa"),
    asked("花盆离线", 5, "zh"),
]


def texts(typed: str, language: str = "en") -> list[str]:
    return [query.text for query in matching(ASKED, typed, language)]


def test_queries_that_begin_as_typed_come_before_those_with_such_a_word():
    assert texts("la") == ["lamp schedule", "order lamp"]
    assert texts("my or") == ["where is my order?"]


def test_of_nothing_typed_others_of_the_readers_language_are_shown():
    assert texts("", "fa") == ["لغو اشتراک"]
    assert texts("  ", "en") == ["lamp schedule", "where is my order?", "order lamp"]


def test_what_is_typed_already_is_not_proposed():
    assert texts("Lamp schedule") == []
    assert texts("where is my order") == []


def test_spelling_does_not_matter():
    assert texts("لغو اشتراك".replace("ک", "ك")[:7], "fa") == ["لغو اشتراک"]
    assert texts("离线", "zh") == ["花盆离线"]


def test_both_kinds_get_their_share_and_nothing_comes_twice():
    popular = [asked(f"lamp {n}", 9 - n) for n in range(5)]
    found = merged(popular, ["Lamp 0", "lamps", "lampshade"])
    assert [(query.text, query.popular) for query in found] == [
        ("lamp 0", True), ("lamp 1", True), ("lamp 2", True), ("lamps", False),
        ("lampshade", False),
    ]  # fmt: skip
    assert [query.text for query in merged(popular, [])] == [query.text for query in popular]
    assert merged([], []) == ()
