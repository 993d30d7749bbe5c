"""The inbox shows who waits for whom, until when, and finds tickets as people write."""

from __future__ import annotations

import datetime as dt

import pytest

from kb.errors import InvalidInput
from kb.escalation import EscalationRules
from kb.inbox import Filters, Inbox
from kb.models import Message, Ticket
from kb.store import Store
from kb.ticketing import Resolution, Ticketing

NOW = dt.datetime(2026, 3, 4, 12, 0, tzinfo=dt.UTC)  # a Wednesday
RULES = EscalationRules.model_validate(
    {
        "timezone": "UTC",
        "hours": {day: ["09:00-17:00"] for day in ("monday", "tuesday", "wednesday", "thursday")},
        "groups": [
            {"id": "devices", "names": {"en": "Devices"}},
            {"id": "billing", "names": {"en": "Billing"}},
        ],
        "levels": [
            {"level": 1, "names": {"en": "front"}},
            {"level": 2, "names": {"en": "specialists"}},
        ],
        "targets": [
            {"priority": "normal", "first_answer": "4 business hours"},
            {"priority": "urgent", "first_answer": "1 hour"},
        ],
    }
)


class Clock:
    """Monotonic seconds that a test moves."""

    seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def store(settings):
    opened = Store(settings.store_url)
    yield opened
    opened.close()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def tickets(store):
    return Ticketing(store, max_bytes=100_000)


@pytest.fixture
def inbox(store, clock):
    return Inbox(store, RULES, clock)


def hours(count: float) -> dt.datetime:
    """A moment before now."""
    return NOW - dt.timedelta(hours=count)


def ticket(identifier: str, asked: dt.datetime, *more: Message, **fields: object) -> Ticket:
    text = fields.pop("text", "The pump rattles.")
    first = Message(author="customer", text=str(text), at=asked)
    given = {"id": identifier, "locale": "en", "messages": (first, *more), "created": asked}
    return Ticket.model_validate(given | fields)


def said(author: str, text: str, at: dt.datetime) -> Message:
    return Message.model_validate({"author": author, "text": text, "at": at})


def ids(page) -> list[str]:
    return [row.line.id for row in page.rows]


def test_what_is_due_first_comes_first_and_says_how_urgent_it_is(tickets, inbox):
    tickets.create(ticket("fresh", hours(1)), NOW)
    tickets.create(ticket("late", hours(26)), NOW)
    tickets.create(ticket("soon", hours(2.5)), NOW)
    tickets.create(ticket("theirs", hours(9), said("rep", "Which one?", hours(8))), NOW)
    page = inbox.page(Filters(), NOW)
    assert [(row.line.id, row.urgency) for row in page.rows] == [
        ("late", "overdue"),
        ("soon", "soon"),
        ("fresh", "later"),
        ("theirs", "none"),
    ]
    assert page.rows[0].line.due == dt.datetime(2026, 3, 3, 14, 0, tzinfo=dt.UTC)
    assert page.rows[1].line.promise == "first answer"


def test_an_urgent_ticket_is_due_before_an_older_normal_one(tickets, inbox):
    tickets.create(ticket("normal", hours(1)), NOW)
    tickets.create(ticket("urgent", hours(0.5), priority="Urgent"), NOW)
    assert ids(inbox.page(Filters(), NOW)) == ["urgent", "normal"]
    assert ids(inbox.page(Filters(priority="urgent"), NOW)) == ["urgent"]


def test_views_count_and_show_the_same_tickets(tickets, inbox):
    tickets.create(ticket("late", hours(26)), NOW)
    tickets.create(ticket("theirs", hours(9), said("rep", "Which one?", hours(8))), NOW)
    tickets.create(ticket("done", hours(50)), NOW)
    tickets.resolve("done", Resolution("Tilt the tank."), NOW, None)
    expected = {
        "open": ["late", "theirs"],
        "new": ["late"],
        "ours": ["late"],
        "customers": ["theirs"],
        "overdue": ["late"],
        "soon": [],
    }
    for view, shown in expected.items():
        page = inbox.page(Filters(view=view), NOW)
        assert ids(page) == shown, view
        assert page.counts[view] == page.total == len(shown)
    assert ids(inbox.page(Filters(view="solved"), NOW)) == ["done"]


def test_a_solved_ticket_leaves_the_open_ones_and_a_reopened_one_comes_back(tickets, inbox):
    tickets.create(ticket("t", hours(1)), NOW)
    assert ids(inbox.page(Filters(), NOW)) == ["t"]
    later = NOW + dt.timedelta(seconds=1)
    tickets.resolve("t", Resolution("Tilt the tank."), later, None)
    assert ids(inbox.page(Filters(), later)) == []
    held, changed = tickets.reopen("t", later + dt.timedelta(seconds=1), None)
    assert (changed, held.ticket.status) == (True, "open")
    assert not any(message.accepted for message in held.ticket.messages)
    assert ids(inbox.page(Filters(), NOW)) == ["t"]


def test_only_what_changed_is_read_again_and_the_revision_tells_of_it(tickets, inbox, clock):
    tickets.create(ticket("a", hours(2)), NOW)
    before = inbox.revision(NOW)
    assert inbox.revision(NOW) == before
    later = NOW + dt.timedelta(minutes=1)
    tickets.create(ticket("b", NOW), later)
    assert inbox.revision(later) == before + 1
    assert ids(inbox.page(Filters(sort="newest"), later)) == ["b", "a"]


def test_what_was_removed_or_stored_under_an_earlier_moment_shows_within_a_minute(
    store, tickets, inbox, clock
):
    tickets.create(ticket("a", hours(2)), NOW)
    tickets.create(ticket("b", hours(2)), NOW)
    inbox.page(Filters(), NOW)
    store.documents.remove(["a"])
    tickets.create(ticket("imported", hours(3)), hours(1))
    tickets.create(ticket("too", hours(4)), hours(1))
    clock.seconds += 61
    assert ids(inbox.page(Filters(sort="newest"), NOW)) == ["b", "imported", "too"]
    store.documents.remove(["too"])
    tickets.create(ticket("as many as before", hours(5)), hours(1))
    clock.seconds += 601
    assert ids(inbox.page(Filters(sort="newest"), NOW)) == ["b", "imported", "as many as before"]


def test_pages_follow_each_other_without_repeating_whatever_comes_in_between(tickets, inbox):
    for number in range(5):
        tickets.create(ticket(f"t{number}", hours(5 - number)), NOW)
    first = inbox.page(Filters(), NOW, limit=2)
    assert (ids(first), first.total) == (["t0", "t1"], 5)
    tickets.create(ticket("earlier", hours(30)), NOW)
    second = inbox.page(Filters(), NOW, limit=2, cursor=first.next)
    third = inbox.page(Filters(), NOW, limit=2, cursor=second.next)
    assert (ids(second), ids(third), third.next) == (["t2", "t3"], ["t4"], "")


def test_solved_tickets_are_paged_the_last_changed_first(tickets, inbox):
    for number in range(3):
        tickets.create(ticket(f"t{number}", hours(5)), NOW)
        tickets.resolve(f"t{number}", Resolution("Tilt."), NOW + dt.timedelta(hours=number), None)
    first = inbox.page(Filters(view="solved"), NOW, limit=2)
    second = inbox.page(Filters(view="solved"), NOW, limit=2, cursor=first.next)
    assert (ids(first), ids(second), second.next) == (["t2", "t1"], ["t0"], "")


@pytest.mark.parametrize("cursor", ["x", "WzFd", "é", "2026 x"])
@pytest.mark.parametrize("view", ["open", "solved"])
def test_a_cursor_that_is_not_ours_is_refused(tickets, inbox, view, cursor):
    tickets.create(ticket("t", hours(1)), NOW)
    with pytest.raises(InvalidInput, match="unchanged"):
        inbox.page(Filters(view=view), NOW, cursor=cursor)


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("My PUMP rattles at night", "pump night"),
        ("آب گیاه كم شده است", "اب گیاه کم"),
        ("شماره سفارش ۴۰۲۱۷۷ است", "402177"),
        ("order 402177", "۴۰۲۱۷۷"),
        ("水泵有噪音，怎么办", "噪音"),
        ("Größe und ÄRGER", "ärger"),
        ("100% broken_pump", "100% broken_pump"),
    ],
)
@pytest.mark.parametrize("view", ["open", "solved"])
def test_tickets_are_found_by_words_however_they_are_written(tickets, inbox, view, text, query):
    tickets.create(ticket("found", hours(1), text=text), NOW)
    tickets.create(ticket("other", hours(1), text="Something else entirely"), NOW)
    if view == "solved":
        for identifier in ("found", "other"):
            tickets.resolve(identifier, Resolution("Tilt the tank."), NOW, None)
    assert ids(inbox.page(Filters(view=view, query=query), NOW)) == ["found"]


def test_words_are_looked_for_in_what_people_see_not_in_how_it_is_stored(tickets, inbox):
    tickets.create(ticket("t", hours(1), customer={"name": "Sam Doe", "email": "s@d.example"}), NOW)
    assert ids(inbox.page(Filters(query="messages"), NOW)) == []
    assert ids(inbox.page(Filters(query="sam S@D.example"), NOW)) == ["t"]


def test_fields_restrict_and_are_offered(tickets, inbox):
    tickets.create(ticket("a", hours(1), group="devices", channel="email"), NOW)
    tickets.create(ticket("b", hours(1), group="other", locale="zh-CN"), NOW)
    assert ids(inbox.page(Filters(group="devices"), NOW)) == ["a"]
    assert ids(inbox.page(Filters(locale="zh", query="pump"), NOW)) == ["b"]
    offered = inbox.fields(NOW)
    assert offered["group"] == ["devices", "billing", "other"]
    assert (offered["priority"], offered["locale"]) == (["normal", "urgent"], ["en", "zh"])


def test_the_excerpt_is_what_was_said_last_without_quotations(tickets, inbox):
    mail = "It still drips.\n\nOn 3 Mar 2025, Ann wrote:\n> Is it dry?"
    note = Message(author="system", text="Merged.", at=hours(1))
    tickets.create(ticket("t", hours(2), said("customer", mail, hours(1)), note), NOW)
    assert inbox.page(Filters(), NOW).rows[0].excerpt == "It still drips."


def test_other_tickets_are_those_of_the_same_customer(tickets, inbox):
    sam = {"name": "Sam", "email": "sam@doe.example"}
    tickets.create(ticket("now", hours(1), customer=sam), NOW)
    tickets.create(ticket("before", hours(99), customer=sam | {"email": "SAM@doe.example"}), NOW)
    tickets.create(ticket("quoted", hours(9), text="I am not sam@doe.example"), NOW)
    held = tickets.get("now")
    assert [line.id for line in inbox.others(held.ticket, NOW)] == ["before"]


def test_without_rules_nothing_is_due_and_the_last_changed_comes_first(store, tickets, clock):
    tickets.create(ticket("a", hours(3)), NOW)
    tickets.create(ticket("b", hours(5)), NOW + dt.timedelta(minutes=1))
    page = Inbox(store, None, clock).page(Filters(), NOW)
    assert [(row.line.id, row.urgency) for row in page.rows] == [("b", "none"), ("a", "none")]
    assert ids(Inbox(store, None, clock).page(Filters(sort="waiting"), NOW)) == ["b", "a"]


def test_group_and_priority_are_changed_as_the_ticket_was_read(tickets, inbox):
    held = tickets.create(ticket("t", hours(1)), NOW)
    moved, changed = tickets.amend("t", NOW, held.version, group="billing", priority="urgent")
    assert (changed, moved.ticket.group, moved.ticket.priority) == (True, "billing", "urgent")
    assert tickets.amend("t", NOW, None, group="billing") == (moved, False)
    line = inbox.page(Filters(), NOW).rows[0].line
    assert (line.group, line.priority, line.due) == ("billing", "urgent", NOW)
