"""What visitors tell: clicks, votes, contacts and surveys, each counted once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kb.errors import NotFound
from kb.events import ArticleVoted, ContactMade, ResultClicked, SearchMade, SurveyAnswered
from kb.sessions import Visit
from kb.store import Store
from kb.told import record_click, record_contact, record_survey, record_vote
from kb.visits import Source

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
SALT = "ab" * 32
SAM, KIM = Source(Visit("sam", SALT)), Source(Visit("kim", SALT))
NOBODY = Source(Visit("", SALT))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(f"sqlite:///{tmp_path / 'kb.sqlite'}")
    yield opened
    opened.close()


def events_of(store: Store) -> list[Any]:
    return [entry.event for entry in store.events.visits()]


def search_in(store: Store, *hits: str) -> None:
    """Sam searched, as `s1`."""
    made = SearchMade(occasion="s1", session="sam", query="pump", locale="en", hits=hits)
    store.events.append(made, NOW)


# Clicks


def test_a_click_belongs_to_the_visit_that_searched_and_counts_once(store: Store) -> None:
    search_in(store, "a", "b")
    told = [record_click(store.events, "s1", "b", place, NOW) for place in (None, 7)]
    assert [receipt.repeated for receipt in told] == [False, True]
    assert told[0].search == "s1"
    assert events_of(store)[1:] == [
        ResultClicked(occasion="s1", session="sam", article="b", position=2)
    ]


def test_a_click_on_what_was_not_among_the_kept_hits_has_the_place_that_is_told(
    store: Store,
) -> None:
    search_in(store, "a")
    record_click(store.events, "s1", "far down", 14, NOW)
    assert events_of(store)[1].position == 14


def test_a_click_without_a_search_is_refused(store: Store) -> None:
    with pytest.raises(NotFound, match="No search is recorded as 's1'"):
        record_click(store.events, "s1", "a", 1, NOW)
    assert events_of(store) == []


# Votes


def vote(store: Store, helpful: bool, source: Source = SAM, **more: Any) -> Any:
    return record_vote(store.events, source, "a", helpful, NOW, **more)


def test_a_vote_counts_once_and_may_be_changed_and_changed_back(store: Store) -> None:
    told = [vote(store, helpful) for helpful in (True, True, False, True, True)]
    assert [receipt.repeated for receipt in told] == [False, True, False, False, True]
    assert [event.helpful for event in events_of(store)] == [True, False, True]


def test_two_visitors_have_two_votes_and_unknown_ones_as_many_as_they_are(store: Store) -> None:
    for source in (SAM, KIM, NOBODY, NOBODY):
        assert not vote(store, False, source).repeated
    assert len({event.occasion for event in events_of(store)}) == 4


def test_a_vote_after_a_search_belongs_to_it(store: Store) -> None:
    search_in(store, "a")
    # A help desk may tell it from an address of its own.
    receipt = vote(store, False, KIM, search="s1", comment="call 0912 345 6789")
    assert receipt.search == "s1"
    assert events_of(store)[1] == ArticleVoted(
        occasion="s1", session="sam", article="a", helpful=False, comment="call [PHONE]"
    )


def test_a_vote_after_an_unknown_search_counts_without_one(store: Store) -> None:
    assert vote(store, True, search="gone").search == ""
    assert events_of(store)[0].occasion not in ("gone", "")


# Contacts


def contact(store: Store, source: Source = SAM, at: dt.datetime = NOW, **more: Any) -> Any:
    return record_contact(store.events, source, at, **more)


def test_a_contact_carries_search_ticket_and_question(store: Store) -> None:
    search_in(store)
    receipt = contact(store, KIM, search="s1", ticket_id="T1", question="I am sam@doe.example")
    assert (receipt.recorded, receipt.search, receipt.repeated) == ("contact_made", "s1", False)
    assert events_of(store)[1] == ContactMade(
        occasion="s1", session="sam", ticket_id="T1", question="I am [EMAIL]", locale="en"
    )


def test_a_ticket_is_one_contact_whoever_tells_it(store: Store) -> None:
    assert not contact(store, ticket_id="T1").repeated
    assert contact(store, KIM, NOW + HOUR, ticket_id="T1", question="more").repeated
    assert not contact(store, ticket_id="T2").repeated


def test_without_a_ticket_a_question_is_one_contact_within_the_hour(store: Store) -> None:
    told = [
        contact(store), contact(store), contact(store, at=NOW + HOUR), contact(store, KIM),
        contact(store, question="where?"), contact(store, NOBODY), contact(store, NOBODY),
    ]  # fmt: skip
    assert [receipt.repeated for receipt in told] == [False, True, *[False] * 5]


def test_an_erased_ticket_does_not_come_back_by_a_contact_or_a_survey(store: Store) -> None:
    store.documents.erase(["T1"], NOW)
    contact(store, ticket_id="T1")
    survey(store, 3, ticket="T1")
    assert [event.ticket_id for event in events_of(store)] == ["", ""]
    assert store.mentions("T1") == {}


# Surveys


def survey(store: Store, score: int, source: Source = SAM, ticket: str = "", kind: Any = "csat"):
    answered = SurveyAnswered(occasion="", survey=kind, score=score, ticket_id=ticket)
    return record_survey(store.events, source, answered, NOW)


def test_a_survey_is_answered_once_for_a_ticket_or_a_visit(store: Store) -> None:
    told = [
        survey(store, 4), survey(store, 4), survey(store, 5), survey(store, 4),
        survey(store, 4, KIM), survey(store, 4, kind="nps"),
        survey(store, 4, ticket="T1"), survey(store, 4, KIM, ticket="T1"),
    ]  # fmt: skip
    assert [receipt.repeated for receipt in told] == [
        False, True, False, False, False, False, False, True,
    ]  # fmt: skip
    assert len({event.occasion for event in events_of(store)}) == 4
