"""A small rules file, and tickets as tests need them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kb.escalation import EscalationRules, load_rules
from kb.models import Customer, Message, Ticket

RULES = """
timezone = "Europe/Berlin"
[hours]
monday = ["09:00-18:00"]
tuesday = ["09:00-18:00"]
wednesday = ["09:00-18:00"]
thursday = ["09:00-18:00"]
friday = ["09:00-18:00"]
[holidays]
days = [{ date = 2026-03-18, name = "Outing" }]
[[groups]]
id = "billing"
names = { en = "Billing" }
tags = ["invoice"]
topics = { en = ["refund"], fa = ["فاکتور"], zh = ["发票"] }
channel = "note"
[[groups]]
id = "devices"
names = { en = "Devices" }
meanwhile = "macro-devices"
hours = { saturday = ["09:00-13:00"] }
[[levels]]
level = 1
names = { en = "front line" }
[[levels]]
level = 2
names = { en = "specialists" }
[[levels]]
level = 3
names = { en = "manager" }
channel = "call"
[[targets]]
priority = "urgent"
first_answer = "1 hour"
resolution = "8 business hours"
[[targets]]
priority = "normal"
first_answer = "8 business hours"
resolution = "4 business days"
[[targets]]
channel = "chat"
first_answer = "5 minutes"
[functional]
level = 2
meanwhile = "macro-team"
[triggers.safety]
level = 3
group = "devices"
priority = "urgent"
meanwhile = "macro-safety"
[triggers.legal]
level = 3
meanwhile = "macro-legal"
words = { en = ["guild of gardeners"], fa = ["انجمن گل"], zh = ["园艺协会"] }
[triggers.frustration]
level = 2
meanwhile = "macro-lead"
[triggers.repeat_contact]
level = 3
contacts = 3
earlier_tickets = 2
[triggers.sla]
level = 3
meanwhile = "macro-late"
[[triggers.refund]]
level = 2
over = { EUR = 50 }
[[triggers.refund]]
level = 3
over = { EUR = 200, IRR = 100000000, CNY = 1500 }
meanwhile = "macro-refund"
"""

MONDAY = dt.datetime(2026, 3, 16, 9, 0, tzinfo=dt.UTC)
"""10:00 in Berlin."""


@pytest.fixture
def write_rules(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        path = tmp_path / "escalation.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture
def rules(write_rules: Callable[[str], Path]) -> EscalationRules:
    return load_rules(write_rules(RULES))


@pytest.fixture
def rules_text() -> str:
    return RULES


@pytest.fixture
def monday() -> dt.datetime:
    return MONDAY


@pytest.fixture
def ticket() -> Callable[..., Ticket]:
    """`ticket("text", ("rep", "text", hours), …)`: messages so many hours after Monday 10:00."""

    def make(*messages: str | tuple[str, str, float], **fields: Any) -> Ticket:
        rows = [("customer", m, 0.0) if isinstance(m, str) else m for m in messages]
        built = tuple(
            Message.model_validate(
                {"author": author, "text": text, "at": MONDAY + dt.timedelta(hours=hours)}
            )
            for author, text, hours in rows
        )
        defaults: dict[str, Any] = {"id": "t", "locale": "en", "created": MONDAY}
        return Ticket(**{**defaults, "customer": Customer(), "messages": built, **fields})

    return make
