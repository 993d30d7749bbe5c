"""Why the nearest article does not do: one of five reasons, in any of the languages."""

from __future__ import annotations

from typing import Any

import pytest

from kb.gaps.missing.coverage import Found
from kb.gaps.missing.shortfall import Candidate, Judged, judged, nearest_of
from kb.text import analyse

TITLES = {"en": "Connect to Wi-Fi", "fa": "اتصال به وای‌فای", "zh": "连接无线网络"}
WORDS = {"en": "router", "fa": "مودم", "zh": "路由"}
EVERY_LANGUAGE = pytest.mark.parametrize("language", ["en", "fa", "zh"])


def judge(language: str = "en", **changes: Any) -> Judged:
    """Of an article in a language that all ask in and that says all they say."""
    candidate = {"id": "wifi", "group": "wifi", "share": 1.0, "confidence": 0.6}
    candidate |= {name: changes.pop(name) for name in list(changes) if name in candidate}
    fields: dict[str, Any] = {
        "title": TITLES[language],
        "languages": {language: 10},
        "written_in": [language],
        "words": [],
        "terms": frozenset({term.text for term in analyse(TITLES[language], language)}),
        "related_threshold": 0.25,
    }
    return judged(Candidate(**candidate), **(fields | changes))  # type: ignore[arg-type]


@EVERY_LANGUAGE
def test_nothing_near_where_the_search_would_say_so(language: str) -> None:
    found = judge(language, confidence=0.24, share=0.1, written_in=["de"])
    assert found.shortfall == "nothing_near"
    assert TITLES[language] in found.reason
    assert judge(language, confidence=0.25).shortfall != "nothing_near"


@EVERY_LANGUAGE
def test_another_language_where_half_of_the_people_ask_in_one_it_lacks(language: str) -> None:
    found = judge(language, languages={language: 5, "de": 5, "fr": 0}, written_in=["it", "pt"])
    asked = max(language, "de")
    assert found.shortfall == "other_language"
    assert found.reason == f"“{TITLES[language]}” exists only in it, pt; 50% ask in {asked}."
    few = judge(language, languages={language: 3, "de": 2, "fr": 2}, written_in=["it"])
    assert few.shortfall != "other_language"  # none of them is half


@EVERY_LANGUAGE
def test_does_not_mention_a_word_that_half_of_the_people_use(language: str) -> None:
    (term,) = {term.text for term in analyse(WORDS[language], language)}
    found = judge(language, words=[(WORDS[language], term, 0.5), ("seldom", "seldom", 0.49)])
    assert found.shortfall == "does_not_mention"
    assert found.missing_words == (WORDS[language],)
    assert found.reason == f"“{TITLES[language]}” does not mention “{WORDS[language]}”."
    known = judge(language, words=[(WORDS[language], term, 1.0)], terms=frozenset({term}))
    assert known.shortfall == "unsure"


def test_at_most_four_words_are_named() -> None:
    found = judge(words=[(f"word{n}", f"word{n}", 1.0) for n in range(9)])
    assert found.missing_words == ("word0", "word1", "word2", "word3")


@EVERY_LANGUAGE
def test_another_subject_where_less_than_half_leads_to_one_article(language: str) -> None:
    found = judge(language, share=0.4)
    assert found.shortfall == "other_subject"
    assert "only 40%" in found.reason
    assert TITLES[language] in found.reason
    assert judge(language, share=0.5).shortfall == "unsure"


@EVERY_LANGUAGE
def test_unsure_where_all_is_said_and_it_does_not_help(language: str) -> None:
    found = judge(language)
    assert (found.shortfall, found.missing_words) == ("unsure", ())
    assert TITLES[language] in found.reason


def test_the_candidate_is_what_most_of_the_demand_leads_to() -> None:
    found = [
        Found(0.2, "a.en", "a", "en"), Found(0.4, "b.en", "b", "en"),
        Found(0.8, "b.fa", "b", "fa"), Found(0.0, "", "", ""),
    ]  # fmt: skip
    nearest = nearest_of(found, [3.0, 1.0, 3.0, 1.0])
    assert nearest is not None
    assert (nearest.id, nearest.group, nearest.share) == ("b.fa", "b", 0.5)
    assert nearest.confidence == pytest.approx((0.4 * 1 + 0.8 * 3) / 4)


def test_of_equals_the_first_by_name_and_of_nothing_none() -> None:
    tied = [
        Found(0.5, "b.en", "b", "en"),
        Found(0.5, "a.fa", "a", "fa"),
        Found(0.5, "a.en", "a", "en"),
    ]
    nearest = nearest_of(tied, [2.0, 1.0, 1.0])
    assert nearest is not None
    assert nearest.id == "a.en"
    assert nearest_of([Found(0.0, "", "", "")], [5.0]) is None
    assert nearest_of([], []) is None
