"""Pseudonyms: the same within a day, unlinkable between days, nobody's address."""

from __future__ import annotations

import datetime as dt

import pytest

from kb.errors import OperationalError
from kb.sessions import Sessions, Visit, fresh_id, new_salt, pseudonym

NOON = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
SALT = "ab" * 32


class FakeSalts:
    """Keeps one salt a day and remembers who asked for which."""

    def __init__(self) -> None:
        self.days: dict[dt.date, str] = {}
        self.asked: list[dt.date] = []

    def of_day(self, day: dt.date, fresh: str) -> str:
        self.asked.append(day)
        return self.days.setdefault(day, fresh)


def test_a_pseudonym_is_short_and_depends_on_the_salt_and_on_every_part() -> None:
    one = pseudonym(SALT, "192.0.2.1", "agent")
    assert len(one) == 20
    assert int(one, 16)
    assert one == pseudonym(SALT, "192.0.2.1", "agent")
    others = [
        pseudonym("cd" * 32, "192.0.2.1", "agent"),
        pseudonym(SALT, "192.0.2.1a", "gent"),
        pseudonym(SALT, "192.0.2.1", "agent", ""),
        pseudonym(SALT, "agent", "192.0.2.1"),
    ]
    assert len({one, *others}) == 5


def test_half_a_character_is_no_failure() -> None:
    assert len(pseudonym(SALT, "a\ud800", "سلام 你好")) == 20


def test_a_salt_is_random_and_fits_the_store() -> None:
    assert len(new_salt()) == 64
    assert new_salt() != new_salt()
    assert fresh_id() != fresh_id()


def test_a_visitor_is_one_visit_all_day_and_another_one_tomorrow() -> None:
    sessions = Sessions(FakeSalts())
    morning = sessions.visit(NOON - 11 * dt.timedelta(hours=1), "", "192.0.2.1", "agent")
    evening = sessions.visit(NOON + 11 * dt.timedelta(hours=1), "", "192.0.2.1", "agent")
    tomorrow = sessions.visit(NOON + DAY, "", "192.0.2.1", "agent")
    assert morning.session == evening.session
    assert tomorrow.session != morning.session


def test_the_day_is_that_of_utc_and_its_salt_is_asked_for_once() -> None:
    salts = FakeSalts()
    sessions = Sessions(salts)
    tehran = dt.timezone(dt.timedelta(hours=3.5))
    for moment in (NOON, NOON.astimezone(tehran), NOON.replace(hour=23).astimezone(tehran)):
        sessions.visit(moment, "", "192.0.2.1", "")
    assert salts.asked == [NOON.date()]


def test_what_the_caller_states_comes_before_address_and_agent() -> None:
    sessions = Sessions(FakeSalts())
    one = sessions.visit(NOON, "visitor 7", "192.0.2.1", "agent")
    assert one.session == sessions.visit(NOON, "visitor 7", "192.0.2.9", "other").session
    assert one.session != sessions.visit(NOON, "visitor 8", "192.0.2.1", "agent").session
    # Nobody takes another's session by stating their address.
    assert (
        sessions.visit(NOON, "192.0.2.1", "", "").session
        != sessions.visit(NOON, "", "192.0.2.1", "").session
    )


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("testclient", "testclient", True),
    ],
)
def test_a_household_is_one_address(one: str, other: str, same: bool) -> None:
    sessions = Sessions(FakeSalts())
    named = [sessions.visit(NOON, "", address, "agent").session for address in (one, other)]
    assert (named[0] == named[1]) == same


def test_a_visit_names_the_same_thing_the_same_and_an_unknown_one_never() -> None:
    known, unknown = Visit("s", SALT), Visit("", SALT)
    assert known.name("search", "pump") == known.name("search", "pump")
    assert known.name("search", "pump") != Visit("t", SALT).name("search", "pump")
    assert unknown.name("search", "pump") != unknown.name("search", "pump")
    assert Sessions(FakeSalts()).visit(NOON, "", "", "").session == ""


def test_nothing_shows_the_salt() -> None:
    assert SALT not in repr(Visit("s", SALT))


def test_a_day_without_a_salt_is_told() -> None:
    class Broken:
        def of_day(self, day: dt.date, fresh: str) -> str:
            raise OperationalError("no")

    with pytest.raises(OperationalError):
        Sessions(Broken()).visit(NOON, "", "192.0.2.1", "")
