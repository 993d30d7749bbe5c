"""What an installation brings to suggesting."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kb.acceptance import Acceptance
from kb.config import Settings
from kb.errors import ConfigurationError
from kb.events import Offered, SuggestionsOffered, SuggestionUsed
from kb.models import Customer, Ticket
from kb.store import Store
from kb.suggest import NoExperience, SuggestionTools
from kb.suggest.tools import StoredExperience
from kb.verdicts import verdicts_of
from tests.kb.suggest.house import NOW, asked

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    opened = Store(settings.store_url)
    yield opened
    opened.close()


def of(customer: Customer, identifier: str = "new", days_ago: float = 1, **fields: Any) -> Ticket:
    created = NOW - dt.timedelta(days=days_ago)
    return asked(id=identifier, customer=customer, **({"created": created} | fields))


def keep(store: Store, *tickets: Ticket) -> None:
    for ticket in tickets:
        store.documents.save(ticket, NOW, replaces=None)


# ── Experience ───────────────────────────────────────────────────────────────────────────────


def test_nothing_is_known_where_there_is_no_store() -> None:
    nothing = NoExperience()
    assert nothing.acceptance_of(["a"]) == {}
    assert nothing.earlier_tickets(of(Customer(id="C-1")), 30, NOW) == 0


def test_what_reps_did_is_read_from_the_store(store: Store) -> None:
    offer = SuggestionsOffered(
        occasion="o", ticket_id="t", locale="en",
        offered=(Offered(id="s", kind="macro", sources=("m",), confidence=0.5, draft=""),),
    )  # fmt: skip
    used = SuggestionUsed(
        occasion="o", ticket_id="t", suggestion_id="s", edited=False, edit_distance=0
    )
    store.events.append(offer, NOW)
    store.events.append(used, NOW, verdicts_of(used, offer))
    experience = StoredExperience(store)
    assert experience.acceptance_of(["m", "other"]) == {"m": Acceptance(1, 0)}
    assert experience.acceptance_of([]) == {}


def test_a_customer_s_other_tickets_count_by_id_or_by_address(store: Store) -> None:
    keep(
        store,
        of(Customer(id="C-17"), "by-id"),
        of(Customer(email="Ann@Example.com"), "by-address"),
        of(Customer(id="C-17", email="ann@example.com"), "by-both"),
        of(Customer(id="C-99", email="ann@example.com"), "shared-address"),
        of(Customer(id="C-170"), "longer-id"),
        of(Customer(email="joann@example.com"), "longer-address"),
        of(Customer(id="C-17"), "new"),
    )
    experience = StoredExperience(store)
    ann = of(Customer(id="C-17", email="ann@example.com"))
    assert experience.earlier_tickets(ann, 30, NOW) == 3
    assert experience.earlier_tickets(of(Customer(id="C-17")), 30, NOW) == 2
    assert experience.earlier_tickets(of(Customer(email="ANN@example.com")), 30, NOW) == 3
    assert experience.earlier_tickets(of(Customer(name="Ann")), 30, NOW) == 0


def test_a_ticket_that_only_mentions_an_address_is_not_of_that_customer(store: Store) -> None:
    keep(store, asked("My friend is ann@example.com", id="friend", created=NOW))
    ann = of(Customer(email="ann@example.com"))
    assert StoredExperience(store).earlier_tickets(ann, 30, NOW) == 0


def test_only_tickets_of_the_last_days_count_whatever_clock_they_tell(store: Store) -> None:
    ann = Customer(id="C-17")
    at = [{"author": "customer", "text": "x", "at": "2026-05-30T00:00:00"}]
    keep(
        store,
        of(ann, "lately", 29.9),
        of(ann, "long-ago", 30.1),
        of(ann, "no-zone", created=dt.datetime(2026, 5, 20)),
        of(ann, "year-one", created=dt.datetime(1, 1, 1)),
        of(ann, "year-one-far-east", created="0001-01-01T00:00:00+14:00"),
        of(ann, "no-date", created=None),
        of(ann, "by-message", created=None, messages=at),
    )
    assert StoredExperience(store).earlier_tickets(of(ann), 30, NOW) == 3


# ── As configured ────────────────────────────────────────────────────────────────────────────


def test_without_any_files_there_are_templates_and_no_rules(settings: Settings) -> None:
    tools = SuggestionTools.build(settings)
    assert tools.rules is None
    assert tools.drafter.templates.speaks("fa")
    assert isinstance(tools.experience, NoExperience)


def test_the_content_folder_brings_rules_and_templates(settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "content"
    (folder / "templates").mkdir(parents=True)
    (folder / "templates" / "en.toml").write_text('greeting = "Good day {name},"', "utf-8")
    rules = (ROOT / "articles" / "escalation.toml").read_text("utf-8")
    (folder / "escalation.toml").write_text(rules, "utf-8")
    tools = SuggestionTools.build(settings.model_copy(update={"content_dir": folder}))
    assert tools.rules is not None
    assert tools.rules.group("devices") is not None
    phrases = tools.drafter.templates.phrases("en")
    assert phrases.say("greeting", name="Ann") == "Good day Ann,"


def test_a_rules_file_that_is_named_has_to_be_there(settings: Settings, tmp_path: Path) -> None:
    missing = settings.model_copy(update={"escalation_file": tmp_path / "nowhere.toml"})
    with pytest.raises(ConfigurationError, match=r"nowhere\.toml cannot be read"):
        SuggestionTools.build(missing)


def test_the_store_is_what_experience_is_read_from(settings: Settings, store: Store) -> None:
    assert isinstance(SuggestionTools.build(settings, store).experience, StoredExperience)


def test_configured_order_numbers_are_redacted(settings: Settings) -> None:
    tools = SuggestionTools.build(settings.model_copy(update={"order_patterns": (r"ACME-\d+",)}))
    assert tools.redactor.redact("It is ACME-77").text == "It is [ORDER]"


def test_values_are_added_to_those_the_drafter_has() -> None:
    tools = SuggestionTools().with_values({"helpdesk.name": "Verdilo"})
    both = tools.with_values({"agent.name": "Mina"})
    assert dict(both.drafter.values) == {"helpdesk.name": "Verdilo", "agent.name": "Mina"}
    assert dict(tools.drafter.values) == {"helpdesk.name": "Verdilo"}
