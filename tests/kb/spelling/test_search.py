"""Another spelling is offered only where it finds clearly more."""

from __future__ import annotations

import pytest

from kb.completion.words import key_of
from kb.models import Answer, SearchResult
from kb.spelling.known import is_known
from kb.spelling.search import with_spelling

ANSWER = Answer(
    id="a", passage_id="a#top.1", title="A", heading="", text="A", locale="en", url="/articles/a"
)


def result(query: str, outcome: str, confidence: float, **more: object) -> SearchResult:
    return SearchResult(
        query=query, locale="en", generation=1, confidence=confidence, hits=(),
        answer=ANSWER if outcome == "answered" else None, outcome=outcome, **more,
    )  # fmt: skip


def searched(written: tuple[str, float], mended: tuple[str, float], better: str = "b"):
    asked = []

    def search(query: str) -> SearchResult:
        asked.append(query)
        return result(query, *(mended if query == "b" else written))

    return with_spelling("a", search, lambda _query: better), asked


def test_an_answered_query_is_not_questioned():
    found, asked = searched(("answered", 0.5), ("answered", 0.9))
    assert (found.suggestion, found.corrected, asked) == ("", "", ["a"])


def test_what_finds_nothing_is_replaced_by_what_is_answered():
    found, _ = searched(("nothing", 0.1), ("answered", 0.8))
    assert (found.query, found.corrected, found.suggestion) == ("a", "b", "")
    assert found.answer == ANSWER


@pytest.mark.parametrize(
    ("written", "mended"),
    [(("nothing", 0.1), ("related", 0.3)), (("related", 0.3), ("answered", 0.5)),
     (("related", 0.25), ("related", 0.4))],
)  # fmt: skip
def test_what_finds_more_is_offered_beside_the_result(written, mended):
    found, _ = searched(written, mended)
    assert (found.query, found.suggestion, found.corrected) == ("a", "b", "")
    assert found.outcome == written[0]


@pytest.mark.parametrize(
    ("written", "mended"),
    [(("nothing", 0.1), ("nothing", 0.3)), (("related", 0.3), ("related", 0.35)),
     (("related", 0.3), ("nothing", 0.2))],
)  # fmt: skip
def test_what_finds_no_more_is_not_mentioned(written, mended):
    found, asked = searched(written, mended)
    assert (found.suggestion, found.corrected, asked) == ("", "", ["a", "b"])


def test_without_a_correction_nothing_is_searched_again():
    assert searched(("nothing", 0.1), ("answered", 0.9), better="")[1] == ["a"]


def test_word_lists_know_right_words_of_many_languages():
    right = ["password", "Rechnung", "contraseña", "oublié", "سفارش", "aujourd’hui", "пароль"]
    assert all(is_known(key_of(word)) for word in right)
    assert not any(map(is_known, ["pasword", "invioce", "warrenty", ""]))
