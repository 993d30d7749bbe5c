"""From what a rep did to events, and to what they say of sources."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kb.acceptance import Acceptance
from kb.errors import InvalidInput, NotFound
from kb.events import (
    NothingFitted,
    Offered,
    SuggestionRejected,
    SuggestionsOffered,
    SuggestionsShown,
    SuggestionUsed,
)
from kb.feedback import Feedback, event_of, expire, give, new_occasion, offer_of, record
from kb.models import (
    Customer,
    Escalation,
    Message,
    Source,
    Suggestion,
    SuggestionKind,
    SuggestionResult,
    Ticket,
)
from kb.store import Store
from kb.verdicts import verdicts_of

NOW = dt.datetime(2026, 11, 21, 9, tzinfo=dt.UTC)
PEOPLE = ["Sam Doe"]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(f"sqlite:///{tmp_path / 'kb.sqlite'}")
    yield opened
    opened.close()


def ticket(**fields: Any) -> Ticket:
    given: dict[str, Any] = {
        "id": "T1", "locale": "en", "group": "devices", "customer": Customer(name="Sam Doe"),
        "messages": (Message(author="customer", text="The pump rattles"),),
    }  # fmt: skip
    return Ticket.model_validate(given | fields)


def suggestion(
    name: str, kind: SuggestionKind = "reply", *sources: str, **fields: Any
) -> Suggestion:
    cited = tuple(
        Source(id=s, kind="ticket", title=s, locale="en", url="", audience="internal")
        for s in sources or (f"source of {name}",)
    )
    given: dict[str, Any] = {
        "id": name, "kind": kind, "draft": f"Hello Sam,\n\n{name} the tank slowly.", "locale": "en",
        "sources": cited, "confidence": 0.7, "reason": "",
    }  # fmt: skip
    return Suggestion.model_validate(given | fields)


def result(*suggestions: Suggestion, **fields: Any) -> SuggestionResult:
    given: dict[str, Any] = {
        "ticket_id": "T1", "locale": "en", "generation": 1, "suggestions": suggestions,
        "escalation": None,
    }  # fmt: skip
    return SuggestionResult.model_validate(given | fields)


def offered(*suggestions: Suggestion, **fields: Any) -> SuggestionsOffered:
    return offer_of(result(*suggestions, id="o1", **fields), ticket())


def told(action: str, suggestion_id: str = "", **fields: Any) -> Feedback:
    return Feedback.model_validate({"action": action, "suggestion_id": suggestion_id, **fields})


# ── Offering ─────────────────────────────────────────────────────────────────────────────────


def test_recording_names_the_occasion_and_logs_what_was_offered_and_shown(store: Store) -> None:
    answer = result(suggestion("tilt", "reply", "a", "b"), suggestion("drain"))
    recorded = record(store.events, answer, ticket(), NOW, new_id=lambda: "o1")
    assert recorded == answer.model_copy(update={"id": "o1"})
    offer, shown = [entry.event for entry in store.events.of_occasion("o1")]
    assert isinstance(offer, SuggestionsOffered)
    assert (offer.ticket_id, offer.locale, offer.group) == ("T1", "en", "devices")
    assert [(o.id, o.sources) for o in offer.offered] == [
        ("tilt", ("a", "b")),
        ("drain", ("source of drain",)),
    ]
    assert shown == SuggestionsShown(occasion="o1", ticket_id="T1")


def test_what_is_fetched_ahead_is_offered_but_not_shown(store: Store) -> None:
    recorded = record(store.events, result(suggestion("tilt")), ticket(), NOW, shown=False)
    (entry,) = store.events.of_occasion(recorded.id)
    assert isinstance(entry.event, SuggestionsOffered)


def test_occasions_have_names_that_nobody_guesses() -> None:
    names = {new_occasion() for _ in range(100)}
    assert len(names) == 100
    assert all(len(name) == 32 and name.isalnum() for name in names)


def test_when_the_log_cannot_be_written_the_suggestions_go_out_unnamed(store: Store) -> None:
    with store._engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE event_log")
    answer = result(suggestion("tilt"))
    assert record(store.events, answer, ticket(), NOW) == answer


@pytest.mark.parametrize(
    ("name", "draft", "kept"),
    [
        (
            "Sam Doe",
            "Hello Sam,\n\nwrite to sam@doe.example.",
            "Hello [NAME],\n\nwrite to [EMAIL].",
        ),
        ("سارا رضایی", "سلام سارا،\n\nبه sara@doe.example", "سلام [NAME]،\n\nبه [EMAIL]"),
        ("王小明", "王小明，您好：\n\n请写信 wang@doe.example", "[NAME]，您好：\n\n请写信 [EMAIL]"),
    ],
)
def test_drafts_are_logged_without_the_people_of_the_ticket(
    name: str, draft: str, kept: str
) -> None:
    asked = ticket(customer=Customer(name=name))
    offer = offer_of(result(suggestion("tilt", draft=draft), id="o1"), asked)
    assert offer.offered[0].draft == kept


def test_an_escalation_is_logged_with_its_holding_reply() -> None:
    advice = Escalation(support_group="x", reason="", meanwhile=suggestion("hold", "macro"))
    offer = offered(escalation=advice)
    assert (offer.offered, offer.escalated) == ((), True)
    assert offer.meanwhile is not None
    assert offer.meanwhile.sources == ("source of hold",)


# ── From an action to an event ───────────────────────────────────────────────────────────────


def test_inserted_without_a_text_is_used_as_it_was() -> None:
    event = event_of(told("inserted", "tilt"), offered(suggestion("tilt")), PEOPLE)
    assert event == SuggestionUsed(
        occasion="o1", ticket_id="T1", suggestion_id="tilt", edited=False, edit_distance=0
    )


@pytest.mark.parametrize("action", ["inserted", "edited"])
def test_the_text_says_whether_it_was_edited_whatever_the_action_says(action: str) -> None:
    offer = offered(suggestion("tilt"))
    as_it_was = told(action, "tilt", text="Hello Sam,\n\ntilt the tank slowly.\n")
    assert event_of(as_it_was, offer, PEOPLE) == SuggestionUsed(
        occasion="o1", ticket_id="T1", suggestion_id="tilt", edited=False, edit_distance=0
    )
    changed = told(action, "tilt", text="Hello Sam,\n\ntilt the tank gently.\n")
    event = event_of(changed, offer, PEOPLE)
    assert isinstance(event, SuggestionUsed)
    assert (event.edited, event.text) == (True, "Hello [NAME],\n\ntilt the tank gently.\n")
    assert event.edit_distance == pytest.approx(4 / 35)  # four letters of slowly/gently


def test_a_name_that_nobody_told_us_is_no_edit() -> None:
    unchanged = told("inserted", "tilt", text="Hello Sam,\n\ntilt the tank slowly.")
    event = event_of(unchanged, offered(suggestion("tilt")), None)
    assert isinstance(event, SuggestionUsed)
    assert (event.edited, event.edit_distance) == (False, 0)


def test_without_the_people_an_edited_text_is_compared_but_not_kept() -> None:
    changed = told("edited", "tilt", text="Hello Sam,\n\nempty the tank.")
    event = event_of(changed, offered(suggestion("tilt")), None)
    assert isinstance(event, SuggestionUsed)
    assert event.edited
    assert event.edit_distance is not None
    assert event.text == ""


def test_without_the_draft_the_action_says_whether_it_was_edited() -> None:
    offer = offered(suggestion("tilt"))
    scrubbed = offer.model_copy(
        update={"offered": (offer.offered[0].model_copy(update={"draft": ""}),)}
    )
    for action, edited in [("inserted", False), ("edited", True)]:
        event = event_of(told(action, "tilt", text="Anything"), scrubbed, PEOPLE)
        assert isinstance(event, SuggestionUsed)
        assert (event.edited, event.edit_distance) == (edited, None)


@pytest.mark.parametrize("text", ["Hi {{contact.name}}", "#{ticket.state}", "to [EMAIL]", "[NAME]"])
def test_a_text_with_placeholders_left_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match=r"^Fill "):
        event_of(told("edited", "tilt", text=text), offered(suggestion("tilt")), PEOPLE)


def test_edited_needs_the_text_and_every_verdict_on_one_needs_its_id() -> None:
    offer = offered(suggestion("tilt"))
    with pytest.raises(InvalidInput, match="`text`"):
        event_of(told("edited", "tilt", text="  "), offer, PEOPLE)
    for action in ("inserted", "edited", "rejected"):
        with pytest.raises(InvalidInput, match="`suggestion_id`"):
            event_of(told(action), offer, PEOPLE)
        with pytest.raises(NotFound, match="did not offer 'other'"):
            event_of(told(action, "other"), offer, PEOPLE)


def test_reasons_and_comments_are_redacted() -> None:
    offer = offered(suggestion("tilt"))
    reason = " Sam Doe asked for sam@doe.example "
    assert event_of(told("rejected", "tilt", reason=reason), offer, PEOPLE) == SuggestionRejected(
        occasion="o1", ticket_id="T1", suggestion_id="tilt", reason="[NAME] asked for [EMAIL]"
    )
    assert event_of(told("nothing_fitted", reason=reason), offer, PEOPLE) == NothingFitted(
        occasion="o1", ticket_id="T1", comment="[NAME] asked for [EMAIL]"
    )
    assert event_of(told("shown"), offer, PEOPLE) == SuggestionsShown(occasion="o1", ticket_id="T1")


def test_of_a_very_long_text_the_beginning_is_kept() -> None:
    long = told("edited", "tilt", text="Hello Sam, " + "the tank is empty. " * 20_000)
    event = event_of(long, offered(suggestion("tilt")), PEOPLE)
    assert isinstance(event, SuggestionUsed)
    assert event.text.startswith("Hello [NAME], the tank")
    assert 19_000 < len(event.text) < 20_100


# ── What events say of sources ───────────────────────────────────────────────────────────────

FOUR = offered(
    suggestion("1", "reply", "a", "b"),
    suggestion("2", "guidance", "handbook"),
    suggestion("3", "article", "c"),
    suggestion("4", "macro", "d"),
    escalation=Escalation(support_group="", reason="", meanwhile=suggestion("5", "macro", "e")),
)


@pytest.mark.parametrize(
    ("feedback", "verdicts"),
    [
        (told("inserted", "1"), {"a": True, "b": True}),
        (told("inserted", "3"), {"a": False, "b": False, "c": True}),
        (told("inserted", "4"), {"a": False, "b": False, "c": False, "d": True}),
        (told("inserted", "2"), {"a": False, "b": False, "handbook": True}),
        (told("inserted", "5"), {"e": True}),
        (told("edited", "3", text="Hm"), {"a": False, "b": False, "c": True}),
        (told("rejected", "1"), {"a": False, "b": False}),
        (told("rejected", "4"), {"d": False}),
        (told("nothing_fitted"), {"a": False, "b": False, "handbook": False, "c": False}),
        (told("shown"), {}),
    ],
)
def test_the_used_is_accepted_what_it_was_chosen_over_and_the_refused_are_declined(
    feedback: Feedback, verdicts: dict[str, bool]
) -> None:
    assert verdicts_of(event_of(feedback, FOUR, PEOPLE), FOUR) == verdicts
    assert verdicts_of(FOUR, FOUR) == {}


def test_a_source_of_both_the_used_and_a_passed_over_suggestion_is_accepted() -> None:
    items = tuple(
        Offered(id=name, kind="reply", sources=("a", name), confidence=0.5) for name in "xy"
    )
    offer = FOUR.model_copy(update={"offered": items})
    used = event_of(told("inserted", "y"), offer, PEOPLE)
    assert verdicts_of(used, offer) == {"a": True, "x": False, "y": True}


# ── Giving feedback ──────────────────────────────────────────────────────────────────────────


def served(store: Store, *names: str) -> str:
    answer = result(*(suggestion(name) for name in names))
    return record(store.events, answer, ticket(), NOW).id


def test_feedback_is_logged_counted_and_acknowledged(store: Store) -> None:
    occasion = served(store, "tilt", "drain")
    receipt = give(store, occasion, told("inserted", "drain"), NOW)
    assert receipt.model_dump() == {
        "occasion": occasion,
        "recorded": "suggestion_used",
        "repeated": False,
        "edit_distance": 0,
        "accepted": ("source of drain",),
        "declined": ("source of tilt",),
    }
    assert store.events.acceptance_of(["source of tilt", "source of drain"]) == {
        "source of tilt": Acceptance(0, 1),
        "source of drain": Acceptance(1, 0),
    }


def test_the_same_feedback_counts_once(store: Store) -> None:
    occasion = served(store, "tilt")
    give(store, occasion, told("inserted", "tilt"), NOW)
    again = give(store, occasion, told("inserted", "tilt"), NOW)
    assert (again.repeated, again.accepted, again.declined) == (True, (), ())
    assert store.events.acceptance_of(["source of tilt"]) == {"source of tilt": Acceptance(1, 0)}


def test_edited_after_inserted_is_logged_and_not_counted_again(store: Store) -> None:
    occasion = served(store, "tilt")
    give(store, occasion, told("inserted", "tilt"), NOW)
    edited = give(store, occasion, told("edited", "tilt", text="Hi! Empty the tank."), NOW)
    assert (edited.repeated, edited.accepted) == (False, ())
    assert store.events.acceptance_of(["source of tilt"]) == {"source of tilt": Acceptance(1, 0)}
    events = [entry.event for entry in store.events.of_occasion(occasion)]
    assert [e.edited for e in events if isinstance(e, SuggestionUsed)] == [False, True]


def test_the_same_answer_on_two_occasions_counts_twice(store: Store) -> None:
    for _ in range(2):
        give(store, served(store, "tilt"), told("inserted", "tilt"), NOW)
    assert store.events.acceptance_of(["source of tilt"]) == {"source of tilt": Acceptance(2, 0)}


def test_an_unknown_or_purged_occasion_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound, match="No suggestions were offered as 'nope'"):
        give(store, "nope", told("shown"), NOW)
    occasion = served(store, "tilt")
    store.events.purge(NOW + dt.timedelta(days=1))
    with pytest.raises(NotFound, match="are deleted"):
        give(store, occasion, told("inserted", "tilt"), NOW)


def test_refused_feedback_leaves_no_trace(store: Store) -> None:
    occasion = served(store, "tilt")
    with pytest.raises(InvalidInput):
        give(store, occasion, told("edited", "tilt", text="{{contact.name}}"), NOW)
    assert len(store.events.of_occasion(occasion)) == 2
    assert store.events.acceptance_of(["source of tilt"]) == {}


@pytest.mark.parametrize(
    ("stored", "names", "text"),
    [
        (True, None, "[NAME], ask Lea Roe to empty it."),
        (True, ["Lea Roe"], "[NAME], ask [NAME] to empty it."),
        (False, ["Sam Doe", "Lea Roe"], "[NAME], ask [NAME] to empty it."),
        (False, [], "Sam, ask Lea Roe to empty it."),
        (False, None, ""),
    ],
)
def test_a_kept_text_is_without_the_people_of_the_stored_ticket_and_those_named(
    store: Store, stored: bool, names: list[str] | None, text: str
) -> None:
    if stored:
        store.documents.upsert([(ticket(), "")], "api", NOW)
    occasion = served(store, "tilt")
    give(store, occasion, told("edited", "tilt", text="Sam, ask Lea Roe to empty it."), NOW, names)
    used = store.events.of_occasion(occasion)[-1].event
    assert isinstance(used, SuggestionUsed)
    assert used.text == text


def test_nothing_in_the_log_names_a_person_or_their_address(store: Store) -> None:
    answer = result(suggestion("tilt", draft="Hello Sam, we wrote to sam@doe.example."))
    occasion = record(store.events, answer, ticket(), NOW).id
    for feedback in (
        told("edited", "tilt", text="Dear Mr Doe, call +1 202-555-0143, not sam@doe.example."),
        told("rejected", "tilt", reason="Sam Doe has card 4111 1111 1111 1111"),
        told("nothing_fitted", reason="for Sam"),
    ):
        give(store, occasion, feedback, NOW, PEOPLE)
    log = " ".join(entry.event.model_dump_json() for entry in store.events.since())
    assert not [word for word in ("Sam", "Doe", "@", "4111", "0143") if word in log]


def test_events_expire_after_the_retention_and_never_with_0(store: Store) -> None:
    served(store, "tilt")
    later = NOW + dt.timedelta(days=30, seconds=1)
    assert expire(store.events, 0, later) == 0
    assert expire(store.events, 31, later) == 0
    assert expire(store.events, 30, later) == 2
