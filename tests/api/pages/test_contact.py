"""The contact form: nothing typed is lost, one form is one ticket, and a time is promised."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi.testclient import TestClient
from selectolax.lexbor import LexborHTMLParser

from api import contacting
from api.app import create_app
from indexer.pipeline import index
from kb.contact.spam import new_token
from kb.errors import OperationalError
from kb.escalation import EscalationRules
from kb.events import ContactMade, SearchMade
from kb.keys import create_key
from kb.models import TicketContext
from kb.parameters import packaged_parameters
from kb.service import KnowledgeBase
from kb.store import Store
from kb.suggest import SuggestionTools
from tests.fakes import BagOfWordsEmbedder

ARTICLES = [
    {"_id": "lamp.en", "lang": "en", "title": "Lamp", "text": "The lamp needs twelve hours."},
    {"_id": "pump.en", "lang": "en", "title": "Pump noise", "text": "The pump rattles: refill it."},
]
ALWAYS = {
    day: ["00:00-24:00"]
    for day in "monday tuesday wednesday thursday friday saturday sunday".split()
}
RULES = EscalationRules.model_validate(
    {
        "timezone": "Europe/Berlin",
        "hours": ALWAYS,
        "groups": [{"id": "all", "names": {"en": "All"}}],
        "levels": [{"level": 2, "names": {"en": "two"}}],
        "targets": [{"priority": "normal", "first_answer": "8 hours"}],
    }
)
HOSTILE = '"><script>alert(1)</script>'


class Woken:
    """Stands for the webhook's worker; counts."""

    def __init__(self) -> None:
        self.times = 0

    def wake(self) -> None:
        self.times += 1

    def close(self) -> None:
        """Nothing to stop."""


@pytest.fixture
def store(settings, tmp_path) -> Iterator[Store]:
    path = tmp_path / "docs.jsonl"
    path.write_text("\n".join(map(json.dumps, ARTICLES)), encoding="utf-8")
    opened = Store(settings.store_url)
    index([path], settings, opened, BagOfWordsEmbedder())
    yield opened
    opened.close()


@pytest.fixture
def telling():
    return Woken()


@pytest.fixture
def make_client(settings, store, telling):
    opened = []

    def make(rules: EscalationRules | None = RULES, **changes: object) -> TestClient:
        wanted = settings.model_copy(update=changes)
        tools = SuggestionTools(rules=rules)
        base = KnowledgeBase(wanted, BagOfWordsEmbedder(), packaged_parameters(), tools)
        client = TestClient(create_app(wanted, base, telling=telling), follow_redirects=False)
        opened.append(client)
        client.__enter__()
        return client

    yield make
    for client in opened:
        client.__exit__()


@pytest.fixture
def client(make_client):
    return make_client()


def token(seconds_ago: float = 30) -> str:
    return new_token(dt.datetime.now(dt.UTC) - dt.timedelta(seconds=seconds_ago))


def typed(**changes: object) -> dict[str, object]:
    return {
        "question": "My pump rattles",
        "details": "Since Monday.",
        "name": "Sam Doe",
        "email": "sam@doe.example",
        "token": token(),
        **changes,
    }


def form_of(html: str) -> dict[str, list[str]]:
    """What the form would send as it is shown."""
    found: dict[str, list[str]] = {}
    for node in LexborHTMLParser(html).css("form.contact [name]"):
        kind, name = node.attributes.get("type") or "", node.attributes["name"] or ""
        if node.tag == "button" or (kind == "checkbox" and "checked" not in node.attributes):
            continue
        value = node.text() if node.tag == "textarea" else node.attributes.get("value") or ""
        found.setdefault(name, []).append(value)
    return found


def test_the_form_carries_the_query_and_the_articles_on_the_way_here(client):
    reply = client.get(
        "/contact?q=pump+noise&s=0123456789abcdef0123&seen=pump.en&seen=secret.en&locale=en"
    )
    sent = form_of(reply.text)
    assert sent["question"] == ["pump noise"]
    assert (sent["asked"], sent["read"]) == (["pump noise"], ["pump.en"])
    assert sent["s"] == ["0123456789abcdef0123"]
    assert "You read" in reply.text
    assert "set-cookie" not in reply.headers


@pytest.mark.parametrize(
    ("locale", "words"),
    [("en", "You’ll hear from us by"), ("fa", "از ما خبر می‌گیرید"), ("zh", "之前答复您")],
)
def test_a_time_is_promised_in_the_words_and_digits_of_the_page_with_its_zone(
    client, locale, words
):
    due = LexborHTMLParser(client.get(f"/contact?locale={locale}").text).css_first(".due")
    assert words in due.text()
    assert {"en": "Berlin", "fa": "برلین", "zh": "柏林"}[locale] in due.text()
    at = dt.datetime.fromisoformat(due.css_first("time").attributes["datetime"])
    left = at - dt.datetime.now(dt.UTC)
    assert dt.timedelta(hours=7) < left <= dt.timedelta(hours=8)
    assert bool(re.search("[۰-۹]", due.text())) == (locale == "fa")


def test_without_rules_no_time_is_promised(make_client):
    page = make_client(rules=None).get("/contact?locale=en").text
    assert "as soon as we can" in page


def test_a_message_becomes_a_ticket_with_reference_and_promise(client, store):
    reply = client.post("/contact?locale=en", data=typed(asked="pump noise", read=["pump.en"]))
    assert reply.status_code == 303
    reference = parse_qs(urlsplit(reply.headers["location"]).query)["reference"][0]
    ticket = store.documents.get(reference)
    assert (ticket.subject, ticket.channel, ticket.locale) == (
        "My pump rattles", "help_center", "en",
    )  # fmt: skip
    assert ticket.context == TicketContext(asked="pump noise", read=("pump.en",))
    shown = client.get(reply.headers["location"])
    assert shown.status_code == 200
    assert reference in shown.text
    assert "You’ll hear from us by" in shown.text
    assert "sam@doe.example" not in shown.text
    assert "rattles" not in shown.text


def test_a_form_that_is_sent_twice_is_one_ticket_with_one_reference(client, store):
    data = typed()
    first, second = (client.post("/contact?locale=en", data=data) for _ in range(2))
    assert first.headers["location"] == second.headers["location"]
    assert len(store.documents.tickets(10)) == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"email": "sam@doe"}, "does not look like an e-mail address"),
        ({"email": ""}, "We need your e-mail address"),
        ({"question": " "}, "Write what you’d like to know"),
        ({"details": "x" * 10_001}, "longer than 10,000"),
    ],
)
def test_what_is_wrong_is_said_and_everything_typed_is_kept(client, store, changes, words):
    data = typed(asked="pump noise", read=["pump.en"], s="0123456789abcdef0123", **changes)
    reply = client.post("/contact?locale=en", data=data)
    assert reply.status_code == 422
    again = form_of(reply.text)
    for name in ("question", "details", "name", "email", "asked", "read", "s", "token"):
        expected = data[name] if isinstance(data[name], list) else [data[name]]
        assert [value.strip() for value in again[name]] == [str(v).strip() for v in expected], name
    tree = LexborHTMLParser(reply.text)
    wrong = tree.css_first("form [aria-invalid=true]")
    described = wrong.attributes["aria-describedby"].split()[-1]
    assert words in tree.css_first(f"#{described}").text()
    assert f"#{wrong.attributes['id']}" in {a.attributes["href"] for a in tree.css("form .alert a")}
    assert store.documents.tickets(10) == []


def test_what_the_customer_unticks_is_not_passed_on(client, store):
    client.post("/contact?locale=en", data=typed())
    assert store.documents.tickets(1)[0].document.context is None


def test_articles_that_customers_may_not_see_are_not_named(client, store):
    client.post("/contact?locale=en", data=typed(read=["pump.en", "nothing.en", HOSTILE]))
    assert store.documents.tickets(1)[0].document.context.read == ("pump.en",)


def test_answers_are_looked_for_first_without_scripts_and_the_form_stays_filled(client, store):
    data = typed(question="pump rattles refill", check="1")
    reply = client.post("/contact?locale=en", data=data)
    assert reply.status_code == 200
    assert "/articles/pump.en" in LexborHTMLParser(reply.text).css_first(".proposals").html
    assert form_of(reply.text)["email"] == ["sam@doe.example"]
    assert form_of(reply.text)["token"] == [data["token"]]
    assert "Send anyway" in reply.text
    assert store.documents.tickets(10) == []


def test_where_no_article_answers_that_is_said(client):
    reply = client.post("/contact?locale=en", data=typed(question="zebra crossing", check="1"))
    assert "No article answers this yet" in reply.text


def test_answers_while_writing_are_a_fragment(client):
    reply = client.post("/contact/answers?locale=en", data={"question": "pump rattles refill"})
    assert "/articles/pump.en" in reply.text
    assert "<html" not in reply.text
    assert client.post("/contact/answers?locale=en", data={"question": " "}).text.strip() == ""


@pytest.mark.parametrize(
    "changes",
    [
        {"website": "https://spam.example"},
        {"token": ""},
        {"token": "made up"},
    ],
)
def test_what_looks_like_a_program_gets_the_form_again_and_a_person_may_send_it(
    client, store, changes
):
    reply = client.post("/contact?locale=en", data=typed(**changes))
    assert reply.status_code == 422
    assert "once more" in reply.text
    again = form_of(reply.text)
    assert again["question"] == ["My pump rattles"]
    assert again["website"] == [""]
    assert again["token"][0] != changes.get("token")
    assert store.documents.tickets(10) == []


def test_a_form_that_comes_back_within_the_second_is_not_taken(client, store):
    assert client.post("/contact", data=typed(token=token(0.2))).status_code == 422
    assert store.documents.tickets(10) == []


def test_a_form_on_somebody_elses_site_is_not_taken(client, store):
    headers = {"Sec-Fetch-Site": "cross-site"}
    assert client.post("/contact", data=typed(), headers=headers).status_code == 422
    assert store.documents.tickets(10) == []


def test_one_address_sends_only_so_many_and_loses_nothing(make_client, store):
    client = make_client(contacts_per_hour=2)
    replies = [client.post("/contact?locale=en", data=typed()) for _ in range(3)]
    assert [reply.status_code for reply in replies] == [303, 303, 429]
    assert form_of(replies[-1].text)["details"] == ["Since Monday."]
    assert "help@verdilo.example" in replies[-1].text


def test_a_store_that_fails_loses_nothing_that_was_typed(client, monkeypatch):
    def fail(*_: object, **__: object) -> None:
        raise OperationalError("The disk is full.")

    monkeypatch.setattr(contacting.ContactDesk, "write", fail)
    reply = client.post("/contact?locale=en", data=typed())
    assert reply.status_code == 503
    assert form_of(reply.text)["question"] == ["My pump rattles"]
    assert "disk" not in reply.text


def test_the_contact_is_logged_with_the_search_it_follows(client, store):
    search = client.get("/v1/search?q=pump").json()["id"]
    client.post("/contact?locale=en", data=typed(s=search))
    events = [logged.event for logged in store.events.of_occasion(search)]
    contact = next(event for event in events if isinstance(event, ContactMade))
    assert contact.ticket_id == store.documents.tickets(1)[0].document.id
    assert contact.channel == "help_center"
    assert any(isinstance(event, SearchMade) for event in events)


def test_the_webhooks_worker_is_woken_once_for_a_ticket(make_client, store, telling):
    client = make_client(webhook_url="http://127.0.0.1:9/", webhook_secret="whsec_" + "a" * 40)
    data = typed()
    for _ in range(2):
        client.post("/contact", data=data)
    assert telling.times == 1
    assert [message.type for message in store.outbox.all(10)] == ["ticket.created"]


def test_the_webhook_is_told_when_a_rep_solves_it_and_of_no_ticket_that_came_otherwise(
    make_client, store, telling
):
    client = make_client(webhook_url="http://127.0.0.1:9/", webhook_secret="whsec_" + "a" * 40)
    client.headers["Authorization"] = f"Bearer {create_key(store, 'rep', 'rep')}"
    client.post("/contact", data=typed())
    client.post("/v1/tickets", json={"id": "T-1", "subject": "Lamp flickers"})
    reference = store.outbox.all(1)[0].ticket_id
    for identifier in (reference, "T-1"):
        client.post(f"/v1/tickets/{identifier}/resolution", json={"text": "Tilt the tank."})
    told = {(message.type, message.ticket_id) for message in store.outbox.all(10)}
    assert told == {("ticket.created", reference), ("ticket.solved", reference)}
    assert telling.times >= 2


def test_a_reference_that_is_made_up_is_not_found(client, store):
    assert client.get("/contact/sent?reference=H-AAAAA-AAAAA").status_code == 404
    assert client.get("/contact/sent?reference=pump.en").status_code == 404


def test_markup_in_what_was_typed_stays_text(client):
    data = typed(question=HOSTILE, details=HOSTILE, name=HOSTILE, email=HOSTILE, asked=HOSTILE)
    html = client.post("/contact?locale=en", data=data).text
    scripts = LexborHTMLParser(html).css("script")
    assert all(script.attributes.get("src") for script in scripts)
    assert form_of(html)["name"] == [HOSTILE]
    assert form_of(html)["asked"] == [HOSTILE]


def test_what_is_no_form_is_refused_with_a_page(client):
    files = {"question": ("a.txt", b"text")}
    assert client.post("/contact", files=files).status_code == 422


def test_a_form_sent_to_a_closed_help_center_is_refused(make_client):
    assert make_client(allow_anonymous=False).get("/contact").status_code == 401
