"""`POST /v1/suggestions`: from a ticket over feedback to the next ticket. A real, small index."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from kb.acceptance import Acceptance
from kb.config import Settings
from kb.events import SuggestionsOffered, SuggestionsShown
from kb.keys import create_key
from kb.models import Role
from kb.store import Store
from kb.suggest import SuggestionTools
from kb.suggest.tools import StoredExperience
from tests.kb.suggest.house import all_parameters, open_house, solved

URL = "/v1/suggestions"
TILT = "Tilt the tank slowly until the trapped air escapes."
RECORDS: list[dict[str, Any]] = [
    {"_id": "pump.en", "lang": "en", "title": "Rattling pump", "text": "Clean the filter."},
    {"_id": "limits.en", "lang": "en", "title": "Rattling pump refunds", "audience": "internal",
     "text": "Agents may refund fifty euros alone. CANARYINTERNAL"},
    {"kind": "macro", "id": "calm.en", "locale": "en", "title": "Rattling pump",
     "body": "Hello {{customer.first_name}}, this is harmless. {{agent.name}}"},
    solved("t1", "My pump is rattling.", f"{TILT} CANARYTICKET", subject="Rattling pump"),
]  # fmt: skip
TICKET = {
    "id": "T-7",
    "subject": "Rattling pump",
    "locale": "en",
    "customer": {"name": "Ada Moss"},
    "messages": [{"text": "The pump of my planter is rattling. What now?"}],
}


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    opened = Store(settings.store_url)
    yield opened
    opened.close()


def opened(settings: Settings, store: Store, tmp_path: Path, role: Role = "rep") -> TestClient:
    tools = SuggestionTools(experience=StoredExperience(store))
    parameters = all_parameters(acceptance_strength=10)
    house = open_house(settings, RECORDS, tmp_path, parameters=parameters, tools=tools)
    client = TestClient(create_app(settings, house))
    client.headers["X-API-Key"] = create_key(store, role, role)
    return client


@pytest.fixture
def client(settings: Settings, store: Store, tmp_path: Path) -> Iterator[TestClient]:
    with opened(settings, store, tmp_path) as client:
        yield client


def suggested(client: TestClient, **params: Any) -> dict[str, Any]:
    reply = client.post(URL, json=TICKET, params=params)
    assert reply.status_code == 200, reply.text
    body: dict[str, Any] = reply.json()
    return body


def sources(body: dict[str, Any]) -> list[str]:
    return [suggestion["sources"][0]["id"] for suggestion in body["suggestions"]]


def test_a_customer_gets_none_and_sees_nothing_of_them(
    settings: Settings, store: Store, tmp_path: Path
) -> None:
    with opened(settings, store, tmp_path, "customer") as client:
        reply = client.post(URL, json=TICKET)
        assert reply.status_code == 403
        assert "CANARY" not in reply.text
        del client.headers["X-API-Key"]
        assert client.post(URL, json=TICKET).status_code == 403
    assert list(store.events.since()) == []


@pytest.mark.parametrize("role", ["rep", "writer", "admin"])
def test_staff_are_offered_replies_articles_macros_and_guidance(
    settings: Settings, store: Store, tmp_path: Path, role: Role
) -> None:
    with opened(settings, store, tmp_path, role) as client:
        body = suggested(client)
    kinds = {s["sources"][0]["id"]: s["kind"] for s in body["suggestions"]}
    assert kinds == {
        "t1": "reply", "pump.en": "article", "calm.en": "macro", "limits.en": "guidance",
    }  # fmt: skip
    confidences = [s["confidence"] for s in body["suggestions"]]
    assert confidences == sorted(confidences, reverse=True)
    assert body["ticket_id"] == "T-7"
    by_kind = {s["kind"]: s for s in body["suggestions"]}
    assert by_kind["article"]["sources"][0]["url"] == "/articles/pump.en"
    assert by_kind["guidance"]["sources"][0]["audience"] == "internal"


def test_the_rep_s_name_fills_sign_offs_and_macros(client: TestClient) -> None:
    signed = {s["kind"]: s for s in suggested(client, agent="Mina Kord")["suggestions"]}
    assert signed["reply"]["draft"] == (
        f"Hello Ada,\n\n{TILT} CANARYTICKET\n\nKind regards\nMina Kord"
    )
    assert signed["macro"]["draft"] == "Hello Ada, this is harmless. Mina Kord"
    assert signed["macro"]["unfilled"] == []
    unsigned = {s["kind"]: s for s in suggested(client)["suggestions"]}
    assert unsigned["reply"]["draft"].endswith("\n\nKind regards")
    assert unsigned["macro"]["unfilled"] == ["{{agent.name}}"]
    assert unsigned["macro"]["warnings"] == ["Fill before sending: {{agent.name}}."]


def test_no_more_than_the_limit_are_offered(client: TestClient) -> None:
    assert sources(suggested(client, limit=2)) == sources(suggested(client))[:2]
    for limit in (0, 21, "many"):
        assert client.post(URL, json=TICKET, params={"limit": limit}).status_code == 422


def test_a_ticket_of_the_store_is_named_by_its_id_and_no_source_for_itself(
    client: TestClient,
) -> None:
    body = client.post(URL, json={"id": "t1"}).json()
    assert body["ticket_id"] == "t1"
    assert "pump.en" in sources(body)
    assert "t1" not in sources(body)
    missing = client.post(URL, json={"id": "t2"})
    assert (missing.status_code, missing.json()["detail"]) == (404, "There is no ticket 't2'.")


def test_the_occasion_is_logged_redacted_and_takes_feedback(
    client: TestClient, store: Store
) -> None:
    body = suggested(client)
    offered, shown = (entry.event for entry in store.events.of_occasion(body["id"]))
    assert isinstance(offered, SuggestionsOffered)
    assert isinstance(shown, SuggestionsShown)
    assert [item.id for item in offered.offered] == [s["id"] for s in body["suggestions"]]
    assert "Ada" not in offered.model_dump_json()
    chosen = body["suggestions"][0]
    feedback = {"action": "inserted", "suggestion_id": chosen["id"]}
    reply = client.post(f"{URL}/{body['id']}/feedback", json=feedback)
    assert (reply.status_code, reply.json()["accepted"]) == (201, [sources(body)[0]])
    counted = store.events.acceptance_of([sources(body)[0]])
    assert counted == {sources(body)[0]: Acceptance(1, 0)}


def test_what_was_fetched_ahead_is_offered_and_not_yet_shown(
    client: TestClient, store: Store
) -> None:
    body = suggested(client, shown=False)
    assert [e.event.type for e in store.events.of_occasion(body["id"])] == ["suggestions_offered"]
    client.post(f"{URL}/{body['id']}/feedback", json={"action": "shown"})
    types = [entry.event.type for entry in store.events.of_occasion(body["id"])]
    assert types == ["suggestions_offered", "suggestions_shown"]


def test_with_the_log_switched_off_nothing_is_recorded(
    settings: Settings, store: Store, tmp_path: Path
) -> None:
    quiet = settings.model_copy(update={"event_log": False})
    with opened(quiet, store, tmp_path) as client:
        assert suggested(client)["id"] == ""
    assert list(store.events.since()) == []


def test_one_feedback_leaves_the_order_and_several_change_it(client: TestClient) -> None:
    def give(body: dict[str, Any], source: str) -> None:
        chosen = next(s for s in body["suggestions"] if s["sources"][0]["id"] == source)
        feedback = {"action": "inserted", "suggestion_id": chosen["id"]}
        reply = client.post(f"{URL}/{body['id']}/feedback", json=feedback)
        assert reply.status_code == 201

    usual = suggested(client)
    best, favourite = sources(usual)[0], "calm.en"
    assert best != favourite
    give(usual, favourite)
    after_one = suggested(client)
    assert sources(after_one)[0] == best
    for _ in range(30):
        give(suggested(client), favourite)
    after_many = suggested(client)
    assert sources(after_many)[0] == favourite
    # Those that stood above it were passed over each time.
    assert best not in sources(after_many)[:1]


def test_what_is_refused_by_everybody_is_not_suggested_any_more(client: TestClient) -> None:
    for _ in range(40):
        body = suggested(client)
        found = [s for s in body["suggestions"] if s["sources"][0]["id"] == "calm.en"]
        if not found:
            break
        feedback = {"action": "rejected", "suggestion_id": found[0]["id"], "reason": "wrong"}
        client.post(f"{URL}/{body['id']}/feedback", json=feedback)
    assert "calm.en" not in sources(suggested(client))


def test_the_same_request_twice_gives_the_same_bytes_but_for_the_occasion(
    client: TestClient,
) -> None:
    def asked() -> str:
        reply = client.post(URL, json=TICKET, params={"agent": "Mina Kord"})
        return reply.text.replace(reply.json()["id"], "", 1)

    assert asked() == asked()


def test_an_application_on_its_own_learns_from_its_own_store(settings: Settings) -> None:
    app = create_app(settings)
    assert isinstance(app.state.kb.knowledge_base.tools.experience, StoredExperience)
    app.state.kb.store.close()
