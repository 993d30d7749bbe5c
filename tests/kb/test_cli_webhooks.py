"""`kb webhooks …` and publishable keys on the command line."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kb.config import load_settings
from kb.models import Message, Ticket
from kb.store import Store

Run = Callable[..., tuple[int, str, str]]
MONDAY = dt.datetime(2026, 11, 16, 8, tzinfo=dt.UTC)


@pytest.fixture
def kb_(command_line: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Run `kb ARGS`; returns (exit code, stdout, stderr)."""
    return command_line


@pytest.fixture
def store(kb_: Run) -> Iterator[Store]:
    """One message was given up, another waits."""
    opened = Store(load_settings().store_url)
    for identifier, day in (("H-1", 0), ("H-2", 3)):
        message = Message(author="customer", text="Pump rattles")
        ticket = Ticket(id=identifier, locale="en", messages=(message,))
        at = MONDAY + dt.timedelta(days=day)
        opened.documents.save(ticket, at, replaces=None, telling="ticket.created")
    opened.outbox.failed(opened.outbox.pending(1)[0].id, "HTTP 500", MONDAY)
    opened.outbox.give_up(MONDAY + dt.timedelta(days=1))
    yield opened
    opened.close()


def test_messages_are_listed_the_newest_first_with_what_went_wrong(kb_, store):
    code, out, _ = kb_("webhooks", "list", "--json")
    messages = json.loads(out)["messages"]
    assert code == 0
    assert [(m["ticket_id"], m["state"], m["problem"]) for m in messages] == [
        ("H-2", "pending", ""),
        ("H-1", "given_up", "HTTP 500"),
    ]
    code, out, _ = kb_("webhooks", "list", "--state", "given_up")
    assert "H-1" in out
    assert "H-2" not in out


def test_an_empty_outbox_is_said(kb_):
    assert kb_("webhooks", "list")[1].strip() == "There are no messages."


def test_what_was_given_up_waits_again_after_a_retry(kb_, store):
    assert json.loads(kb_("webhooks", "retry", "--json")[1]) == {"waiting": 1}
    assert len(store.outbox.pending(10)) == 2
    assert kb_("webhooks", "retry")[0] == 0


def test_a_message_that_is_not_there_cannot_be_retried(kb_, store):
    code, _, err = kb_("webhooks", "retry", "msg_unknown")
    assert code == 2
    assert "kb webhooks list" in err


def test_a_secret_is_one_that_the_setting_takes(kb_, monkeypatch):
    made = kb_("webhooks", "secret")[1].strip()
    monkeypatch.setenv("KB_WEBHOOK_SECRET", made)
    assert load_settings().webhook_secret == made
    assert json.loads(kb_("webhooks", "secret", "--json")[1])["secret"] != made


def test_a_wrong_secret_is_refused_and_not_repeated(kb_, monkeypatch):
    monkeypatch.setenv("KB_WEBHOOK_SECRET", "hunter2hunter2")
    code, _, err = kb_("webhooks", "list")
    assert code == 2
    assert "KB_WEBHOOK_SECRET" in err
    assert "hunter2" not in err


def test_a_publishable_key_is_made_and_listed_with_its_origins(kb_):
    code, out, _ = kb_(
        "key", "add", "--role", "customer", "--origin", "https://Shop.example", "--label", "shop"
    )
    assert code == 0
    assert out.startswith("kb_pub_")
    listed = json.loads(kb_("key", "list", "--json")[1])
    assert [(key["label"], key["origins"]) for key in listed] == [
        ("shop", ["https://shop.example"])
    ]


@pytest.mark.parametrize(
    ("role", "origin", "words"),
    [
        ("rep", "https://shop.example", "cannot have the role rep"),
        ("customer", "shop.example", "is no origin"),
    ],
)
def test_a_key_that_everybody_can_read_opens_nothing_for_staff(kb_, role, origin, words):
    code, _, err = kb_("key", "add", "--role", role, "--origin", origin)
    assert code == 2
    assert words in err
