"""Users, sessions, one-time tokens and the audit log, on every database."""

from __future__ import annotations

import datetime as dt

import pytest

from kb import audit
from kb.accounts.models import User
from kb.errors import Conflict
from kb.store import Store
from kb.store.audit import AuditQuery

NOW = dt.datetime(2026, 11, 22, 9, 0, tzinfo=dt.UTC)


def user(identifier="u1", email="mina@example.com", **values) -> User:
    defaults = {"name": "Mina", "role": "rep", "locale": "fa", "created_at": NOW}
    return User(id=identifier, email=email, **(defaults | values))


def test_a_user_comes_back_as_it_was_stored(store: Store):
    store.users.add(user(), password_hash="hash", subject="subject")
    expected = user(has_password=True, has_oidc=True)
    assert store.users.by_id("u1") == expected
    assert store.users.by_email("mina@example.com") == expected
    assert store.users.by_subject("subject") == expected
    assert store.users.all() == [expected]
    assert store.users.any()


def test_of_two_users_with_one_address_the_second_is_refused(store: Store):
    store.users.add(user())
    with pytest.raises(Conflict):
        store.users.add(user("u2"))


def test_a_session_tells_its_user_as_they_are_now(store: Store):
    store.users.add(user())
    store.user_sessions.add("digest", "u1", "page", "link", "Firefox", NOW)
    store.users.change("u1", {"name": "مینا"})
    session = store.user_sessions.find("digest")
    assert (session.user.name, session.user.signed_in_at) == ("مینا", NOW)
    assert (session.created_at, session.seen_at, session.agent) == (NOW, NOW, "Firefox")
    later = NOW + dt.timedelta(hours=1)
    store.user_sessions.touch("digest", later)
    assert store.user_sessions.of_user("u1")[0].seen_at == later


def test_sessions_end_one_by_one_together_and_by_age(store: Store):
    store.users.add(user())
    for number in range(4):
        begun = NOW + dt.timedelta(hours=number)
        store.user_sessions.add(f"d{number}", "u1", "page", "link", "", begun)
    assert not store.user_sessions.end("d0", "somebody else")
    assert store.user_sessions.end("d0", "u1")
    moment = NOW + dt.timedelta(hours=1, minutes=30)
    assert store.user_sessions.expire(moment, moment) == 1
    assert store.users.change("u1", {}, sign_out=True, keep="d3") == 1
    assert [session.digest for session in store.user_sessions.of_user("u1")] == ["d3"]


def test_a_one_time_token_is_taken_once_for_its_purpose_in_its_time(store: Store):
    until = NOW + dt.timedelta(minutes=10)
    store.one_time.add("t", "link", "u1", "/desk", until, NOW)
    assert store.one_time.peek("t", "link", NOW) == ("u1", "/desk")
    assert store.one_time.take("t", "oidc", NOW) is None
    assert store.one_time.peek("t", "link", until) is None
    assert store.one_time.take("t", "link", NOW) == ("u1", "/desk")
    assert store.one_time.take("t", "link", NOW) is None


def test_expired_tokens_leave_when_the_next_is_made(store: Store):
    store.one_time.add("old", "link", "u1", "", NOW, NOW)
    later = NOW + dt.timedelta(days=1)
    store.one_time.add("new", "link", "u1", "", later, later - dt.timedelta(hours=1))
    assert store.one_time.peek("old", "link", NOW - dt.timedelta(hours=1)) is None


def test_the_audit_log_is_read_from_its_end_page_by_page(store: Store):
    for number in range(5):
        audit.record(store, "a@example.com", "x.y", f"t{number}", {"n": number}, now=NOW)
    first = store.audit.lines(AuditQuery(), 2)
    assert [line.target for line in first] == ["t4", "t3"]
    rest = store.audit.lines(AuditQuery(before=first[-1].number), 10)
    assert [line.detail for line in rest] == [{"n": 2}, {"n": 1}, {"n": 0}]
    assert store.audit.actors() == ["a@example.com"]
    assert store.audit.actions() == ["x.y"]


def test_what_is_too_long_for_a_line_is_shortened(store: Store):
    audit.record(store, "a@example.com", "x.y", "گ" * 1000, {"text": "گ" * 5000}, now=NOW)
    (line,) = store.audit.lines(AuditQuery(), 1)
    assert len(line.target) == 300
    assert line.detail["text"] == "گ" * 499 + "…"


def test_an_erased_ticket_leaves_the_audit_log_and_what_was_done_stays(store: Store):
    audit.record(store, "a@example.com", "ticket.solved", "T-7", now=NOW)
    audit.record(store, "a@example.com", "gap.decided", "g1", {"ticket": "T-7"}, now=NOW)
    audit.record(store, "a@example.com", "ticket.solved", "T-77", now=NOW)
    store.events.forget(["T-7"])
    lines = store.audit.lines(AuditQuery(), 5)
    assert [(line.action, line.target) for line in lines] == [
        ("ticket.solved", "T-77"),
        ("gap.decided", ""),
        ("ticket.solved", ""),
    ]
    assert store.mentions('"T-7"') == {}
