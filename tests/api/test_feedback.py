"""`POST /v1/suggestions/{occasion}/feedback`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from kb.acceptance import Acceptance
from kb.config import Settings
from kb.events import Offered, SuggestionsOffered, SuggestionUsed
from kb.keys import create_key
from kb.parameters import packaged_parameters
from kb.service import KnowledgeBase
from kb.store import Store
from tests.fakes import BagOfWordsEmbedder

URL = "/v1/suggestions/o1/feedback"
NOW = dt.datetime(2026, 11, 21, tzinfo=dt.UTC)


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    """With one occasion that offered two suggestions."""
    opened = Store(settings.store_url)
    offered = tuple(
        Offered(
            id=name, kind="reply", sources=(f"source {name}",), confidence=0.6,
            draft=f"Hello [NAME], {name} the tank.",
        )
        for name in ("tilt", "drain")
    )  # fmt: skip
    opened.events.append(
        SuggestionsOffered(occasion="o1", ticket_id="T1", locale="en", offered=offered), NOW
    )
    yield opened
    opened.close()


def client_for(settings: Settings) -> TestClient:
    knowledge_base = KnowledgeBase(settings, BagOfWordsEmbedder(), packaged_parameters())
    return TestClient(create_app(settings, knowledge_base), raise_server_exceptions=False)


@pytest.fixture
def client(settings: Settings, store: Store) -> Iterator[TestClient]:
    with client_for(settings) as opened:
        opened.headers["Authorization"] = f"Bearer {create_key(store, 'rep', 'rep')}"
        yield opened


def test_what_a_rep_did_is_created_and_the_reply_says_what_counted(
    client: TestClient, store: Store
) -> None:
    reply = client.post(URL, json={"action": "inserted", "suggestion_id": "drain"})
    assert reply.status_code == 201
    assert reply.json() == {
        "occasion": "o1",
        "recorded": "suggestion_used",
        "repeated": False,
        "edit_distance": 0,
        "accepted": ["source drain"],
        "declined": ["source tilt"],
    }
    assert store.events.acceptance_of(["source drain"]) == {"source drain": Acceptance(1, 0)}
    again = client.post(URL, json={"action": "inserted", "suggestion_id": "drain"})
    assert (again.status_code, again.json()["repeated"]) == (201, True)


def test_the_sent_text_is_compared_redacted_and_kept(client: TestClient, store: Store) -> None:
    sent = {
        "action": "inserted",
        "suggestion_id": "tilt",
        "text": "Hello Sam, empty the tank and write to sam@doe.example.",
        "people": ["Sam Doe"],
    }
    assert 0 < client.post(URL, json=sent).json()["edit_distance"] < 1
    used = store.events.of_occasion("o1")[-1].event
    assert isinstance(used, SuggestionUsed)
    assert used.text == "Hello [NAME], empty the tank and write to [EMAIL]."


@pytest.mark.parametrize(
    ("url", "body", "status"),
    [
        ("/v1/suggestions/other/feedback", {"action": "shown"}, 404),
        (URL, {"action": "rejected", "suggestion_id": "nope"}, 404),
        (URL, {"action": "rejected"}, 422),
        (URL, {"action": "edited", "suggestion_id": "tilt"}, 422),
        (URL, {"action": "edited", "suggestion_id": "tilt", "text": "Hi {{contact.name}}"}, 422),
        (URL, {"action": "liked"}, 422),
        (URL, {}, 422),
        (URL, {"action": "shown", "people": "Sam"}, 422),
        (URL, {"action": "nothing_fitted", "reason": "x" * 1001}, 422),
        ("/v1/suggestions/a%00b/feedback", {"action": "shown"}, 422),
        ("/v1/suggestions/" + "x" * 65 + "/feedback", {"action": "shown"}, 422),
    ],
)
def test_a_mistake_is_a_problem_and_leaves_no_trace(
    client: TestClient, store: Store, url: str, body: dict[str, object], status: int
) -> None:
    reply = client.post(url, json=body)
    assert reply.status_code == status
    assert reply.headers["content-type"] == "application/problem+json"
    assert len(list(store.events.since())) == 1


def test_customers_cannot_give_feedback(settings: Settings, store: Store) -> None:
    with client_for(settings) as client:
        assert client.post(URL, json={"action": "shown"}).status_code == 403
        key = create_key(store, "customer", "customer")
        headers = {"X-API-Key": key}
        assert client.post(URL, json={"action": "shown"}, headers=headers).status_code == 403


def test_with_the_log_switched_off_nothing_is_recorded(settings: Settings, store: Store) -> None:
    key = create_key(store, "rep", "rep")
    with client_for(settings.model_copy(update={"event_log": False})) as client:
        reply = client.post(URL, json={"action": "shown"}, headers={"X-API-Key": key})
    assert reply.status_code == 404
    assert "KB_EVENT_LOG" in reply.json()["detail"]
    assert len(list(store.events.since())) == 1


@pytest.mark.parametrize("content", [b"", b"[]", b'"x"', b"\xff", b"{"])
def test_broken_bodies_are_refused_never_a_500(client: TestClient, content: bytes) -> None:
    reply = client.post(URL, content=content, headers={"Content-Type": "application/json"})
    assert reply.status_code in {400, 422}
    assert reply.headers["content-type"] == "application/problem+json"


def test_half_a_character_in_a_reason_does_no_harm(client: TestClient, store: Store) -> None:
    content = b'{"action": "nothing_fitted", "reason": "a\\ud800b\\u0000c"}'
    reply = client.post(URL, content=content, headers={"Content-Type": "application/json"})
    assert reply.status_code == 201
    assert store.events.of_occasion("o1")[-1].event.model_dump()["comment"] == "abc"
