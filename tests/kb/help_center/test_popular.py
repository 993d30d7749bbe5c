"""What is offered to everybody was asked by many, helped them, and holds nothing personal."""

from __future__ import annotations

import datetime as dt

from kb.gaps.journeys import Click, Journeys, Search, Vote
from kb.help_center.popular import popular, query_key

AT = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)


def search(query: str, person: str, **more: object) -> Search:
    values = {
        "id": f"{query} {person}", "at": AT, "session": person, "query": query, "language": "en",
        "role": "customer", "channel": "help_center", "confidence": 0.9, "outcome": "answered",
        "hits": ("a.en",), "results": 1,
    }  # fmt: skip
    return Search(**{**values, **more})  # type: ignore[arg-type]


def asked(query: str, people: int, **more: object) -> list[Search]:
    return [search(query, f"{query} {n}", **more) for n in range(people)]


def found(*searches: list[Search], visitors: int = 3) -> list[tuple[str, int]]:
    journeys = Journeys([one for some in searches for one in some], [], [], [])
    queries = popular(journeys, visitors, lambda article: article).queries
    return [(query.text, query.visitors) for query in queries]


def test_a_query_needs_enough_different_visitors():
    same = [search("my secret plan", "robin") for _ in range(9)]
    assert found(asked("lamp", 3), asked("pump", 2), same) == [("lamp", 3)]


def test_one_query_in_several_spellings_is_one_as_it_is_written_most():
    spelt = [search("Wi‌Fi?", "a"), search("wifi", "b"), search("wifi", "c"), search("WIFI!", "d")]
    assert found(spelt) == [("wifi", 4)]
    assert query_key("كتاب‌ها؟") == query_key("کتابها")


def test_noise_that_helped_nobody_is_not_offered():
    assert found(asked("asdfgh", 9, outcome="nothing")) == []
    assert found(asked("pump", 3, outcome="related"), asked("pump!", 1)) == []
    clicked = asked("pump", 3, outcome="related", clicks=[Click("a.en", 1)])
    assert found(clicked) == [("pump", 3)]


def test_what_was_redacted_or_is_long_or_of_staff_is_not_offered():
    assert found(asked("mail to [EMAIL] lost", 9)) == []
    assert found(asked("x" * 81, 9)) == []
    assert found(asked("limits", 9, role="rep")) == []


def test_articles_are_ranked_by_clicks_and_votes_and_gone_ones_left_out():
    searches = [
        search("a", "1", clicks=[Click("lamp.en", 1), Click("lamp.en", 1)]),
        search("b", "2", clicks=[Click("pump.fa", 1)]),
        search("c", "3", clicks=[Click("pump.en", 2), Click("gone.en", 1)]),
    ]
    votes = [
        Vote(AT, "1", "lamp.en", True, ""),
        Vote(AT, "2", "bad.en", False, ""),
    ]
    groups = {"lamp.en": "lamp", "pump.en": "pump", "pump.fa": "pump", "bad.en": "bad"}
    ranked = popular(Journeys(searches, votes, [], []), 5, groups.get).articles
    assert ranked == ("lamp", "pump")
