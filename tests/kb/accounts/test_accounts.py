"""Signing in, sessions and one-time links, against a real store."""

from __future__ import annotations

import datetime as dt
import inspect

import pytest
from argon2 import PasswordHasher

from kb.accounts import people
from kb.accounts.passwords import Passwords
from kb.accounts.service import Accounts
from kb.accounts.throttle import Throttle, WaitLonger
from kb.accounts.welcome import welcome
from kb.config import Settings
from kb.errors import Conflict, InvalidInput, Unauthorized
from kb.store import Store
from kb.store.audit import AuditQuery

NOW = dt.datetime(2026, 11, 22, 9, 0, tzinfo=dt.UTC)
PASSWORD = "four unrelated words"
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def accounts(settings: Settings, clock):
    store = Store(settings.store_url)
    yield Accounts(
        store,
        idle=dt.timedelta(hours=1),
        longest=dt.timedelta(hours=8),
        passwords=Passwords(CHEAP),
        throttle=Throttle(clock),
    )
    store.close()


@pytest.fixture
def mina(accounts: Accounts):
    hashed = accounts.passwords.hash(PASSWORD)
    return people.add_user(
        accounts.store, "mina@example.com", "writer", "tests", NOW, password_hash=hashed
    )


def later(**span: float) -> dt.datetime:
    return NOW + dt.timedelta(**span)


def actions(accounts: Accounts) -> list[str]:
    return [line.action for line in accounts.store.audit.lines(AuditQuery(), 50)]


# Passwords


def test_the_right_password_signs_in_however_the_address_is_written(accounts, mina):
    for written in ("mina@example.com", " MINA@Example.COM ", "ｍｉｎａ@example.com"):
        assert accounts.check_password(written, PASSWORD, "1.2.3.4", NOW).id == mina.id


def test_a_password_composed_otherwise_by_the_keyboard_is_the_same(accounts):
    hashed = accounts.passwords.hash("Zürich Caf\u00e9 گل‌خانه")
    assert accounts.passwords.verify(hashed, "Zu\u0308rich Cafe\u0301 گل‌خانه")


@pytest.mark.parametrize(
    ("email", "password"),
    [("mina@example.com", "wrong words entirely"), ("nobody@example.com", PASSWORD), ("", "")],
)
def test_whatever_does_not_fit_gets_one_and_the_same_answer(accounts, mina, email, password):
    with pytest.raises(Unauthorized) as refused:
        accounts.check_password(email, password, "1.2.3.4", NOW)
    assert str(refused.value) == "The e-mail address or the password is not right."


def test_an_account_that_does_not_exist_takes_the_same_work(accounts, mina):
    hashed = []

    class Counting(PasswordHasher):
        def verify(self, stored, password):
            hashed.append(password)
            return super().verify(stored, password)

    counting = Accounts(
        accounts.store,
        idle=dt.timedelta(hours=1),
        longest=dt.timedelta(hours=8),
        passwords=Passwords(Counting(time_cost=1, memory_cost=8, parallelism=1)),
    )
    people.disable(accounts.store, mina, "tests", NOW)
    people.add_user(accounts.store, "links@example.com", "rep", "tests", NOW)
    for email in ("mina@example.com", "links@example.com", "nobody@example.com", "no address"):
        with pytest.raises(Unauthorized):
            counting.check_password(email, PASSWORD, "1.2.3.4", NOW)
    assert len(hashed) == 4


def test_a_megabyte_of_password_is_refused_without_being_hashed_whole(accounts, mina):
    with pytest.raises(Unauthorized):
        accounts.check_password("mina@example.com", "گ" * 1_000_000, "1.2.3.4", NOW)
    with pytest.raises(InvalidInput, match="longer than 1024 bytes"):
        accounts.passwords.hash("گلدان " * 200)


@pytest.mark.parametrize("weak", ["short", "aaaaaaaaaaaaaaaa", "گل گل"])
def test_weak_passwords_are_not_accepted(accounts, weak):
    with pytest.raises(InvalidInput):
        accounts.passwords.hash(weak)


def test_a_hash_of_older_parameters_is_renewed_when_its_owner_signs_in(accounts, mina):
    stronger = Passwords(PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    renewed = Accounts(
        accounts.store,
        idle=dt.timedelta(hours=1),
        longest=dt.timedelta(hours=8),
        passwords=stronger,
    )
    before = accounts.store.users.password_hash(mina.id)
    renewed.check_password(mina.email, PASSWORD, "1.2.3.4", NOW)
    after = accounts.store.users.password_hash(mina.id)
    assert (before, after) != (after, before)
    assert "t=2" in after
    assert stronger.verify(after, PASSWORD)


def test_what_was_typed_instead_of_an_address_is_not_logged(accounts):
    with pytest.raises(Unauthorized):
        accounts.check_password("my secret password", "x", "1.2.3.4", NOW)
    (line,) = accounts.store.audit.lines(AuditQuery(), 5)
    assert (line.actor, line.action, line.target) == (
        "nobody",
        "sign-in.failed",
        "no e-mail address",
    )


# Too many attempts


def fail(accounts: Accounts, times: int, address: str = "1.2.3.4", email: str = "mina@example.com"):
    for _ in range(times):
        with pytest.raises(Unauthorized):
            accounts.check_password(email, "wrong words entirely", address, NOW)


def test_after_a_few_failures_even_the_right_password_has_to_wait(accounts, mina, clock):
    fail(accounts, 5)
    with pytest.raises(WaitLonger) as wait:
        accounts.check_password(mina.email, PASSWORD, "1.2.3.4", NOW)
    assert wait.value.seconds == 2
    clock.seconds += 2.1
    assert accounts.check_password(mina.email, PASSWORD, "1.2.3.4", NOW)


def test_each_further_failure_doubles_the_wait_up_to_a_quarter_of_an_hour(accounts, mina, clock):
    waits = []
    for _ in range(20):
        try:
            accounts.check_password(mina.email, "wrong words entirely", "1.2.3.4", NOW)
        except WaitLonger as wait:
            waits.append(wait.seconds)
            clock.seconds += wait.seconds + 0.1
        except Unauthorized:
            pass
    assert waits[:4] == [2, 4, 8, 16]
    assert max(waits) <= 900


def test_others_failing_do_not_lock_an_account_out_where_it_was_signed_in_before(
    accounts, mina, clock
):
    accounts.check_password(mina.email, PASSWORD, "10.0.0.1", NOW)
    for number in range(30):
        try:
            accounts.check_password(mina.email, "wrong words entirely", f"6.6.6.{number}", NOW)
        except (Unauthorized, WaitLonger):
            clock.seconds += 0.01
    assert accounts.check_password(mina.email, PASSWORD, "10.0.0.1", NOW)
    with pytest.raises(WaitLonger) as wait:
        accounts.check_password(mina.email, PASSWORD, "10.0.0.2", NOW)
    assert wait.value.seconds <= 60


def test_one_address_does_not_try_many_accounts(accounts):
    for number in range(21):
        fail(accounts, 1, email=f"user{number}@example.com")
    with pytest.raises(WaitLonger):
        accounts.check_password("another@example.com", PASSWORD, "1.2.3.4", NOW)


def test_knowing_one_password_does_not_buy_guesses_at_others(accounts, mina):
    for number in range(10):
        fail(accounts, 2, email=f"user{number}@example.com")
        try:
            accounts.check_password(mina.email, PASSWORD, "1.2.3.4", NOW)
        except WaitLonger:
            return
    with pytest.raises(WaitLonger):
        fail(accounts, 3, email="victim@example.com")


# Sessions


def test_a_session_ends_when_it_was_not_used_for_too_long(accounts, mina):
    token = accounts.begin(mina, "password", NOW)
    assert accounts.session(token, "page", later(minutes=50)).user.id == mina.id
    assert accounts.session(token, "page", later(minutes=100))
    assert accounts.session(token, "page", later(minutes=161)) is None
    assert accounts.session(token, "page", later(minutes=101)) is None, "it is gone for good"


def test_a_session_ends_in_any_case_after_the_longest_time(accounts, mina):
    token = accounts.begin(mina, "password", NOW)
    for hour in range(1, 17):
        accounts.session(token, "page", later(minutes=30 * hour))
    assert accounts.session(token, "page", later(hours=8, minutes=1)) is None


def test_the_store_knows_no_token(accounts, mina, settings):
    session = accounts.begin(mina, "password", NOW, agent="Firefox")
    link = accounts.make_link(mina, dt.timedelta(minutes=15), "tests", NOW)
    for secret in (session, link, PASSWORD):
        assert not accounts.store.mentions(secret)


def test_signing_in_replaces_the_token_the_browser_had(accounts, mina):
    fixed = accounts.begin(mina, "password", NOW)
    fresh = accounts.begin(mina, "password", NOW, replacing=fixed)
    assert fresh != fixed
    assert accounts.session(fixed, "page", NOW) is None
    assert accounts.session(fresh, "page", NOW)


def test_a_session_of_the_sidebar_is_none_of_the_pages(accounts, mina):
    token = accounts.begin(mina, "password", NOW, place="embed")
    assert accounts.session(token, "page", NOW) is None
    assert accounts.session(token, "embed", NOW)


@pytest.mark.parametrize("change", ["password", "role", "disabled", "everywhere"])
def test_sessions_and_links_end_with_what_they_were_given_for(accounts, mina, change):
    token = accounts.begin(mina, "password", NOW)
    link = accounts.make_link(mina, dt.timedelta(hours=1), "tests", NOW)
    store = accounts.store
    if change == "password":
        people.set_password(store, accounts.passwords, mina, "other unrelated words", "x", NOW)
    elif change == "role":
        people.set_role(store, mina, "rep", "tests", NOW)
    elif change == "disabled":
        people.disable(store, mina, "tests", NOW)
    else:
        assert people.sign_out_everywhere(store, mina, "tests", NOW) == 1
    assert accounts.session(token, "page", NOW) is None
    assert accounts.link_user(link, NOW) is None


def test_who_changes_their_own_password_stays_signed_in_where_they_do(accounts, mina):
    here, there = (accounts.begin(mina, "password", NOW) for _ in range(2))
    keep = accounts.session(here, "page", NOW).digest
    people.set_password(
        accounts.store, accounts.passwords, mina, "other unrelated words", mina.email, NOW, keep
    )
    assert accounts.session(here, "page", NOW)
    assert accounts.session(there, "page", NOW) is None


# One-time links


def test_a_link_works_once_and_looking_at_it_does_not_use_it_up(accounts, mina):
    link = accounts.make_link(mina, dt.timedelta(minutes=15), "tests", NOW)
    assert accounts.link_user(link, NOW).id == mina.id
    assert accounts.link_user(link, NOW).id == mina.id
    assert accounts.redeem(link, NOW).id == mina.id
    assert accounts.link_user(link, NOW) is None
    with pytest.raises(Unauthorized):
        accounts.redeem(link, NOW)


def test_a_link_expires(accounts, mina):
    link = accounts.make_link(mina, dt.timedelta(minutes=15), "tests", NOW)
    with pytest.raises(Unauthorized):
        accounts.redeem(link, later(minutes=16))
    with pytest.raises(Unauthorized):
        accounts.redeem(link, NOW)


def test_a_code_of_the_sidebar_signs_in_nowhere_else(accounts, mina):
    code = accounts.make_code(mina, NOW)
    with pytest.raises(Unauthorized):
        accounts.redeem(code, NOW)
    assert accounts.redeem(code, NOW, "embed").id == mina.id


def test_nobody_makes_a_link_for_a_disabled_account(accounts, mina):
    people.disable(accounts.store, mina, "tests", NOW)
    disabled = people.find_user(accounts.store, mina.email)
    with pytest.raises(InvalidInput, match="disabled"):
        accounts.make_link(disabled, dt.timedelta(minutes=15), "tests", NOW)


# People


def test_one_address_has_one_account_in_whatever_form(accounts, mina):
    with pytest.raises(Conflict):
        people.add_user(accounts.store, "ＭＩＮＡ@Example.com", "rep", "tests", NOW)


@pytest.mark.parametrize(
    "address",
    [
        "", "mina", "mina@", "@example.com", "mina@example", "a b@example.com",
        "mina@exam\u200bple.com", "mina@example.com\r\nBcc: x@example.com", "<x>@example.com",
        "m\u202eina@example.com", "x" * 300 + "@example.com",
    ],
)  # fmt: skip
def test_what_is_no_address_gets_no_account(accounts, address):
    with pytest.raises(InvalidInput, match="no e-mail address"):
        people.add_user(accounts.store, address, "rep", "tests", NOW)


def test_names_keep_zwnj_and_lose_what_would_hide_or_turn_around(accounts):
    user = people.add_user(
        accounts.store, "z@example.com", "rep", "tests", NOW, name="نی\u200cلوفر \u202e evil\n"
    )
    assert user.name == "نی\u200cلوفر evil"


def test_the_only_admin_cannot_be_lost(accounts):
    ada = people.add_user(accounts.store, "ada@example.com", "admin", "tests", NOW)
    for attempt in (
        lambda: people.disable(accounts.store, ada, "tests", NOW),
        lambda: people.set_role(accounts.store, ada, "rep", "tests", NOW),
        lambda: people.forget(accounts.store, ada, "tests", NOW),
    ):
        with pytest.raises(Conflict, match="only admin"):
            attempt()
    people.add_user(accounts.store, "bo@example.com", "admin", "tests", NOW)
    people.disable(accounts.store, ada, "tests", NOW)


def test_of_a_forgotten_user_nothing_is_left_but_what_was_done(accounts, mina):
    accounts.begin(mina, "password", NOW, agent="Firefox")
    accounts.make_link(mina, dt.timedelta(minutes=15), mina.email, NOW)
    alias = people.forget(accounts.store, mina, "tests", NOW)
    assert not accounts.store.mentions(mina.email)
    assert not accounts.store.mentions(mina.id)
    lines = accounts.store.audit.lines(AuditQuery(), 50)
    assert {line.target for line in lines} == {alias}
    assert "sign-in.done" in {line.action for line in lines}


# The audit log


def test_the_log_tells_who_did_what_to_whom_and_no_secret(accounts, mina):
    people.set_role(accounts.store, mina, "rep", "ada@example.com", NOW)
    people.set_password(accounts.store, accounts.passwords, mina, PASSWORD, "ada@example.com", NOW)
    assert actions(accounts) == ["user.password-changed", "user.role-changed", "user.added"]
    line = accounts.store.audit.lines(AuditQuery(action="user.role-changed"), 1)[0]
    assert (line.at, line.actor, line.target) == (NOW, "ada@example.com", "mina@example.com")
    assert line.detail == {"from": "writer", "to": "rep"}


def test_the_log_can_only_grow_and_expire():
    from kb.store.audit import Audit

    public = {name for name, _ in inspect.getmembers(Audit) if not name.startswith("_")}
    assert public == {"add", "lines", "actors", "actions", "expire"}


def test_old_lines_leave_with_their_retention(accounts, mina):
    from kb import audit

    audit.record(accounts.store, "a@example.com", "article.saved", "x.md", now=later(days=10))
    assert audit.expire(accounts.store, 0, later(days=400)) == 0
    assert audit.expire(accounts.store, 30, later(days=35)) == 1
    assert actions(accounts) == ["article.saved"]


def test_filters_find_an_area_a_person_a_day_and_a_word(accounts):
    from kb import audit

    store = accounts.store
    audit.record(store, "a@example.com", "article.saved", "fa/گلدان.md", {"n": 1}, now=NOW)
    audit.record(store, "b@example.com", "articles.moved", "x", now=later(days=1))
    audit.record(store, "b@example.com", "article.deleted", "100%", now=later(days=2))

    def targets(**filters):
        return [line.target for line in store.audit.lines(AuditQuery(**filters), 10)]

    assert targets(action="article") == ["100%", "fa/گلدان.md"]
    assert targets(actor="b@example.com", since=later(days=2)) == ["100%"]
    assert targets(until=later(days=1)) == ["fa/گلدان.md"]
    assert targets(text="گلدان") == ["fa/گلدان.md"]
    assert targets(text="0%") == ["100%"], "a per cent sign is no wildcard"
    assert targets(before=2) == ["fa/گلدان.md"]


# The start of a server


def test_the_sample_gets_a_link_per_role_and_no_password(accounts):
    lines = welcome(accounts, "http://127.0.0.1:8600", True, NOW)
    links = [line.rsplit("/", 1)[1] for line in lines[1:]]
    users = [accounts.redeem(link, later(hours=11)) for link in links]
    assert [user.role for user in users] == ["rep", "writer", "admin"]
    assert not any(user.has_password for user in users)
    assert len(welcome(accounts, "http://127.0.0.1:8600", True, NOW)) == 4, "and at each start"
    assert len(accounts.store.users.all()) == 3


def test_a_store_without_users_says_how_to_make_the_first_admin(accounts):
    (line,) = welcome(accounts, "http://x", False, NOW)
    assert "kb user add" in line
    people.add_user(accounts.store, "ada@example.com", "admin", "tests", NOW)
    assert welcome(accounts, "http://x", False, NOW) == []
