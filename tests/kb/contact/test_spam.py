"""Signs that nobody typed it."""

from __future__ import annotations

import datetime as dt

import pytest

from kb.contact.spam import new_token, suspicious

NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)


def after(**time: float) -> dt.datetime:
    return NOON + dt.timedelta(**time)


@pytest.mark.parametrize("later", [{"seconds": 3}, {"hours": 9}, {"days": 6}])
def test_a_form_that_was_open_for_a_while_is_somebodys(later):
    assert not suspicious(new_token(NOON), "", after(**later))


@pytest.mark.parametrize("later", [{"seconds": 0.5}, {"seconds": -60}, {"days": 8}])
def test_a_form_that_comes_back_at_once_or_never_was_shown_is_not(later):
    assert suspicious(new_token(NOON), "", after(**later))


@pytest.mark.parametrize("token", ["", "1795347000000", "x-y", "1795347000000-zz"])
def test_a_form_without_a_token_of_ours_is_not(token):
    assert suspicious(token, "", NOON)


def test_whoever_fills_in_the_hidden_field_is_a_program():
    assert suspicious(new_token(NOON), "https://spam.example", after(seconds=30))


def test_every_form_has_a_token_of_its_own():
    assert new_token(NOON) != new_token(NOON)
