"""The sample's open tickets."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from kb.errors import InvalidInput
from kb.sample import open_tickets, read_tickets
from kb.store import Store
from kb.ticketing import Ticketing

INBOX = Path(__file__).parents[2] / "articles" / "inbox" / "tickets.toml"
NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)


def test_messages_came_as_long_ago_as_they_say():
    tickets = {ticket.id: ticket for ticket in read_tickets(INBOX, NOW)}
    assert {ticket.status for ticket in tickets.values()} == {"open"}
    assert {ticket.locale for ticket in tickets.values()} == {"en", "fa", "zh"}
    pump = tickets["T-90004"]
    assert pump.created == NOW - dt.timedelta(days=4)
    assert pump.messages[-1].at == NOW - dt.timedelta(hours=5)
    assert "\n> On Thursday" in pump.messages[-1].text


def test_loading_twice_keeps_what_reps_did_with_the_first(tmp_path):
    store = Store(f"sqlite:///{tmp_path / 'kb.sqlite'}")
    ticketing = Ticketing(store, 1_000_000)
    tickets = read_tickets(INBOX, NOW)
    assert open_tickets(ticketing, tickets, NOW) == len(tickets)
    ticketing.amend("T-90001", NOW, None, group="billing")
    assert open_tickets(ticketing, read_tickets(INBOX, NOW + dt.timedelta(days=1)), NOW) == 0
    held = ticketing.get("T-90001").ticket
    assert (held.group, held.messages[0].at) == ("billing", NOW - dt.timedelta(minutes=25))
    store.close()


@pytest.mark.parametrize(
    "text",
    ["tickets = 3", "not toml", '[[tickets]]\nid = "a"', '[[tickets]]\nid="a"\nlocale="en"\n'
     'messages=[{author="customer", text="x", ago="soon"}]'],
)  # fmt: skip
def test_a_file_that_is_no_inbox_is_refused_with_a_sentence(tmp_path, text):
    path = tmp_path / "tickets.toml"
    path.write_text(text)
    with pytest.raises(InvalidInput, match=r"tickets\.toml|ago"):
        read_tickets(path, NOW)
