"""Events to journeys: what visitors did, each thing once."""

from __future__ import annotations

import datetime as dt
from typing import Any

from kb.events import (
    ArticleVoted,
    ContactMade,
    Event,
    ResultClicked,
    SearchMade,
    SuggestionsShown,
    SurveyAnswered,
)
from kb.gaps.journeys import CONTACT_WINDOW, Click, Journeys, journeys
from kb.store import LoggedEvent

NOON = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)


def search(occasion: str, session: str = "", **more: Any) -> SearchMade:
    return SearchMade(occasion=occasion, session=session, query="pump", locale="en", **more)


def vote(session: str, helpful: bool, occasion: str = "v", article: str = "a") -> ArticleVoted:
    return ArticleVoted(occasion=occasion, session=session, article=article, helpful=helpful)


def contact(occasion: str = "c", session: str = "", ticket: str = "") -> ContactMade:
    return ContactMade(occasion=occasion, session=session, ticket_id=ticket)


def read(*events: Event | tuple[int, Event]) -> Journeys:
    """Events, a minute apart or at the minute that is given."""
    entries = []
    for number, event in enumerate(events):
        minute, what = event if isinstance(event, tuple) else (number, event)
        entries.append(LoggedEvent(number + 1, NOON + minute * MINUTE, what))
    return journeys(entries)


def test_a_search_knows_what_came_of_it() -> None:
    found = read(
        search("s1", "sam", confidence=0.3, hits=("a", "b")),
        ResultClicked(occasion="s1", article="b", position=2),
        ResultClicked(occasion="other", article="b"),
        vote("sam", False, "s1", "b"),
        SuggestionsShown(occasion="o1", ticket_id="T1"),
    )
    (only,) = found.searches
    assert (only.clicks, only.voted_down, only.contacted) == ([Click("b", 2)], ["b"], False)
    assert (only.results, only.times, only.person) == (2, 1, "sam")


def test_a_search_that_is_told_twice_keeps_what_came_of_the_first() -> None:
    found = read(search("s1"), ResultClicked(occasion="s1", article="a"), search("s1", times=7))
    assert [(s.times, len(s.clicks)) for s in found.searches] == [(1, 1)]


def test_an_imported_log_may_stand_for_many_searches() -> None:
    assert read(search("s1", times=40)).searches[0].times == 40


def test_the_last_vote_of_a_visit_on_an_article_counts() -> None:
    found = read(
        search("s1", "sam"), search("s2", "sam"), vote("sam", True, "s1"), vote("kim", True),
        vote("sam", False, "s2"), vote("sam", True, article="b"),
    )  # fmt: skip
    assert [(v.session, v.article, v.helpful) for v in found.votes] == [
        ("kim", "a", True), ("sam", "a", False), ("sam", "b", True),
    ]  # fmt: skip
    first, second = found.searches
    assert (first.voted_up, first.voted_down) == ([], [])
    assert (second.voted_up, second.voted_down) == ([], ["a"])


def test_votes_of_unknown_visits_all_count() -> None:
    found = read(
        vote("", True, "v1"), vote("", True, "v2"), vote("", False, ""), vote("", True, "")
    )
    assert len(found.votes) == 4


def test_the_last_answer_to_a_survey_counts() -> None:
    def answer(occasion: str, score: int) -> SurveyAnswered:
        return SurveyAnswered(occasion=occasion, survey="csat", score=score)

    found = read(answer("t1", 2), answer("t2", 3), answer("t1", 5), answer("", 1), answer("", 1))
    assert [s.score for s in found.surveys] == [3, 5, 1, 1]


def test_a_contact_marks_the_search_that_it_names() -> None:
    found = read(search("s1", "sam"), search("s2", "sam"), contact("s1", "sam"))
    assert [s.contacted for s in found.searches] == [True, False]


def test_another_contact_marks_the_last_search_of_the_visit_within_an_hour() -> None:
    found = read(
        search("s1", "sam"), search("s2", "sam"), search("s3", "kim"), contact(session="sam"),
        search("s4", "sam"),
    )  # fmt: skip
    assert [s.contacted for s in found.searches] == [False, True, False, False]
    assert found.contacts[0].search == ""
    window = int(CONTACT_WINDOW / MINUTE)
    late = read((0, search("s1", "sam")), (window + 1, contact(session="sam")))
    assert not late.searches[0].contacted
    assert not read(search("s1"), contact()).searches[0].contacted


def test_a_ticket_is_one_contact_and_keeps_the_search_it_followed() -> None:
    found = read(search("s1"), contact(ticket="T1"), contact("s1", ticket="T1"), contact())
    assert [(c.ticket_id, c.search, c.at) for c in found.contacts] == [
        ("T1", "s1", NOON + MINUTE), ("", "", NOON + 3 * MINUTE),
    ]  # fmt: skip
    assert found.searches[0].contacted


def test_searches_come_in_order_of_time_however_they_were_logged() -> None:
    found = read((5, search("late")), (1, search("early")))
    assert [s.id for s in found.searches] == ["early", "late"]
