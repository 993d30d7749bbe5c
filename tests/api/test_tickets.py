"""Tickets over HTTP: stored, continued, resolved, and suggested soon after."""

from __future__ import annotations

import json
import threading

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from indexer.pipeline import index
from indexer.worker import IndexWorker
from kb.keys import create_key
from kb.parameters import packaged_parameters
from kb.service import KnowledgeBase
from kb.store import Store
from tests.fakes import BagOfWordsEmbedder

ARTICLE = {"_id": "lamp.en", "lang": "en", "title": "Lamp", "text": "The lamp needs twelve hours."}
TICKET = {
    "subject": "Pump rattles",
    "customer": {"id": "C-17", "name": "Sam Doe", "email": "sam@doe.example",
                 "attributes": {"plan": "Plus", "seats": 3}},
    "priority": "high",
    "messages": [{"text": "My pump rattles since Monday. Sam Doe, sam@doe.example"}],
}  # fmt: skip
REPLY = "Tilt the tank to the left until all the air is out of the pump, then refill it."


class Woken:
    """Stands for the worker; counts."""

    def __init__(self) -> None:
        self.times = 0
        self.closed = False

    def wake(self) -> None:
        self.times += 1

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def keys(settings, tmp_path):
    path = tmp_path / "docs.jsonl"
    path.write_text(json.dumps(ARTICLE), encoding="utf-8")
    store = Store(settings.store_url)
    index([path], settings, store, BagOfWordsEmbedder())
    made = {role: create_key(store, role, role) for role in ("customer", "rep")}
    store.close()
    return made


@pytest.fixture
def indexing():
    return Woken()


@pytest.fixture
def knowledge_base(settings):
    return KnowledgeBase(settings, BagOfWordsEmbedder(), packaged_parameters())


@pytest.fixture
def client(settings, keys, knowledge_base, indexing):
    app = create_app(settings, knowledge_base, indexing)
    with TestClient(app, raise_server_exceptions=False) as opened:
        opened.headers["Authorization"] = f"Bearer {keys['rep']}"
        yield opened


def test_a_stored_ticket_is_read_back_with_everything_and_its_etag(client):
    reply = client.put("/v1/tickets/T-1", json=TICKET)
    assert reply.status_code == 201
    again = client.get("/v1/tickets/T-1")
    assert again.headers["ETag"] == reply.headers["ETag"]
    body = again.json()
    assert (body["id"], body["status"], body["suggestible"]) == ("T-1", "open", False)
    assert body["customer"]["attributes"] == {"plan": "Plus", "seats": "3"}
    assert (body["customer"]["id"], body["priority"], body["locale"]) == ("C-17", "high", "en")
    assert body["messages"][0]["text"].startswith("My pump rattles")
    assert client.put("/v1/tickets/T-1", json=TICKET).status_code == 200


def test_a_ticket_without_an_id_gets_one_and_a_taken_id_is_refused(client):
    first, second = (client.post("/v1/tickets", json=TICKET) for _ in range(2))
    assert first.status_code == second.status_code == 201
    assert first.json()["id"] != second.json()["id"]
    taken = client.post("/v1/tickets", json=TICKET | {"id": first.json()["id"]})
    assert (taken.status_code, taken.json()["type"]) == (409, "urn:kb:problem:conflict")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/v1/tickets", None),
        ("POST", "/v1/tickets", TICKET),
        ("GET", "/v1/tickets/T-1", None),
        ("PUT", "/v1/tickets/T-1", TICKET),
        ("POST", "/v1/tickets/T-1/messages", {"messages": [{"text": "x"}]}),
        ("POST", "/v1/tickets/T-1/resolution", {"text": "x"}),
    ],
)
def test_customers_have_no_business_with_tickets(client, keys, method, path, body):
    for headers in ({"Authorization": f"Bearer {keys['customer']}"}, {"Authorization": ""}):
        assert client.request(method, path, json=body, headers=headers).status_code == 403


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "says"),
    [
        ("GET", "/v1/tickets/none", None, 404, "no ticket 'none'"),
        ("GET", "/v1/tickets/lamp.en", None, 404, "no ticket 'lamp.en'"),
        ("POST", "/v1/tickets/none/resolution", {"text": "x"}, 404, "no ticket 'none'"),
        ("POST", "/v1/tickets/none/messages", {"messages": [{"text": "x"}]}, 404, "'none'"),
        ("PUT", "/v1/tickets/lamp.en", TICKET, 409, "kind article"),
        ("PUT", "/v1/tickets/T-2", TICKET | {"id": "T-3"}, 422, "'T-3'"),
        ("PUT", "/v1/tickets/T-2", {"subject": " "}, 422, "needs a subject"),
        ("PUT", "/v1/tickets/%00", TICKET, 422, "id:"),
        ("POST", "/v1/tickets", {"id": ""}, 422, "id"),
        ("POST", "/v1/tickets/T-1/resolution", {}, 422, "text of the reply"),
        ("POST", "/v1/tickets/T-1/resolution", {"message": 0}, 422, "no rep's message"),
        ("POST", "/v1/tickets/T-1/resolution", {"text": "x", "satisfaction": 6}, 422, "satisf"),
        ("POST", "/v1/tickets/T-1/messages", {"messages": []}, 422, "messages"),
        ("GET", "/v1/tickets?cursor=nonsense", None, 422, "cursor"),
        ("GET", "/v1/tickets?cursor=WzEsMl0=", None, 422, "cursor"),
        ("GET", "/v1/tickets?limit=0", None, 422, "limit"),
        ("GET", "/v1/tickets?status=lost", None, 422, "status"),
    ],
)  # fmt: skip
def test_mistakes_are_problems_that_say_what_is_wrong(client, method, path, body, status, says):
    client.put("/v1/tickets/T-1", json=TICKET)
    reply = client.request(method, path, json=body)
    assert (reply.status_code, reply.headers["content-type"]) == (
        status,
        "application/problem+json",
    )
    assert says in reply.json()["detail"]


@pytest.mark.parametrize(
    "attributes",
    [{str(n): "x" for n in range(51)}, {"k" * 101: "x"}, {"": "x"}, {"k": "x" * 1001}, {"k": [1]}],
)
def test_attributes_of_a_customer_are_few_and_short(client, attributes):
    ticket = TICKET | {"customer": {"attributes": attributes}}
    assert client.put("/v1/tickets/T-1", json=ticket).status_code == 422


def test_an_id_with_slashes_is_an_id(client):
    assert client.put("/v1/tickets/a/b c/messages", json=TICKET).status_code == 201
    assert client.get("/v1/tickets/a/b c/messages").json()["id"] == "a/b c/messages"
    body = {"messages": [{"text": "Hello?"}]}
    assert client.post("/v1/tickets/a/b c/messages/messages", json=body).status_code == 200
    assert client.post("/v1/tickets/a/b c/messages/resolution", json={"text": REPLY}).is_success


def test_messages_are_added_in_order(client):
    client.put("/v1/tickets/T-1", json=TICKET)
    more = {"messages": [{"author": "rep", "text": "Since when?"}, {"text": "Monday."}]}
    reply = client.post("/v1/tickets/T-1/messages", json=more)
    assert [m["text"] for m in reply.json()["messages"]][1:] == ["Since when?", "Monday."]
    assert reply.json()["messages"][0]["author"] == "customer"


def test_a_change_that_was_not_seen_is_not_overwritten(client):
    seen = client.put("/v1/tickets/T-1", json=TICKET).headers["ETag"]
    client.post("/v1/tickets/T-1/messages", json={"messages": [{"text": "It stopped!"}]})
    resolution = {"text": REPLY}
    stale = client.post("/v1/tickets/T-1/resolution", json=resolution, headers={"If-Match": seen})
    assert (stale.status_code, stale.json()["type"]) == (409, "urn:kb:problem:conflict")
    now = client.get("/v1/tickets/T-1").headers["ETag"]
    fresh = client.post("/v1/tickets/T-1/resolution", json=resolution, headers={"If-Match": now})
    assert fresh.status_code == 202


def test_a_resolution_solves_the_ticket_and_wakes_the_indexer(client, indexing):
    client.put("/v1/tickets/T-1", json=TICKET)
    assert indexing.times == 0  # an open ticket is no source
    body = {"text": REPLY, "rep": "Robin", "group": "devices", "tags": ["air"], "satisfaction": 5}
    reply = client.post("/v1/tickets/T-1/resolution", json=body)
    assert (reply.status_code, reply.json()) == (
        202,
        {"ticket_id": "T-1", "suggestible": "pending"},
    )
    ticket = client.get("/v1/tickets/T-1").json()
    assert reply.headers["ETag"] == client.get("/v1/tickets/T-1").headers["ETag"]
    assert (ticket["status"], ticket["group"], ticket["tags"]) == ("solved", "devices", ["air"])
    assert (ticket["messages"][-1]["text"], ticket["messages"][-1]["accepted"]) == (REPLY, True)
    assert indexing.times == 1


def test_repeating_a_resolution_changes_nothing_and_another_is_a_conflict(client):
    client.put("/v1/tickets/T-1", json=TICKET)
    first, again = (
        client.post("/v1/tickets/T-1/resolution", json={"text": REPLY}) for _ in range(2)
    )
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.headers["ETag"] == again.headers["ETag"]
    other = client.post("/v1/tickets/T-1/resolution", json={"text": "Buy a new one."})
    assert other.status_code == 409
    assert "If-Match" in other.json()["detail"]
    assert client.put("/v1/tickets/T-1", json=TICKET).status_code == 409


def test_without_an_indexer_the_caller_is_told_to_wait_for_the_next_run(
    settings, keys, knowledge_base
):
    with TestClient(create_app(settings, knowledge_base)) as client:
        client.headers["Authorization"] = f"Bearer {keys['rep']}"
        client.put("/v1/tickets/T-1", json=TICKET)
        reply = client.post("/v1/tickets/T-1/resolution", json={"text": REPLY})
        assert reply.json()["suggestible"] == "next_index"


def test_the_indexer_is_closed_with_the_application(settings, keys, knowledge_base, indexing):
    with TestClient(create_app(settings, knowledge_base, indexing)):
        assert not indexing.closed
    assert indexing.closed


def test_tickets_are_listed_page_by_page(client):
    for n in range(5):
        client.put(f"/v1/tickets/T-{n}", json=TICKET)
    client.post("/v1/tickets/T-0/resolution", json={"text": REPLY})
    seen, cursor = [], None
    while True:
        params = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = client.get("/v1/tickets", params=params).json()
        seen += [line["id"] for line in page["tickets"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == ["T-0", "T-4", "T-3", "T-2", "T-1"]  # the last changed first
    still_open = client.get("/v1/tickets", params={"status": "open"}).json()
    assert [line["id"] for line in still_open["tickets"]] == ["T-4", "T-3", "T-2", "T-1"]
    assert still_open["tickets"][0] | {"created": "", "changed": ""} == {
        "id": "T-4", "subject": "Pump rattles", "locale": "en", "status": "open",
        "customer": "Sam Doe", "group": "", "priority": "high", "messages": 1,
        "created": "", "changed": "",
    }  # fmt: skip


def test_suggestions_for_an_id_are_those_for_the_stored_ticket(client):
    client.put("/v1/tickets/T-1", json=TICKET)
    by_id = client.post("/v1/suggestions", json={"id": "T-1"})
    in_full = client.post("/v1/suggestions", json=TICKET | {"id": "T-1"})
    assert by_id.status_code == 200
    ours, theirs = ({**reply.json(), "id": ""} for reply in (by_id, in_full))
    assert ours == theirs
    unknown = client.post("/v1/suggestions", json={"id": "T-2"})
    assert (unknown.status_code, unknown.json()["type"]) == (404, "urn:kb:problem:not-found")


def test_a_resolved_ticket_is_suggested_redacted_and_survives_the_next_index(
    settings, keys, knowledge_base, tmp_path
):
    worker = IndexWorker(settings, knowledge_base, debounce_seconds=0.01)
    with TestClient(create_app(settings, knowledge_base, worker)) as client:
        client.headers["Authorization"] = f"Bearer {keys['rep']}"
        client.put("/v1/tickets/T-1", json=TICKET)
        text = REPLY + " Yours, for Sam Doe, sam@doe.example"
        client.post("/v1/tickets/T-1/resolution", json={"text": text})
        pause = threading.Event()
        for _ in range(3000):
            if client.get("/v1/tickets/T-1").json()["suggestible"]:
                break
            pause.wait(0.01)
        # Somebody else has the same problem.
        question = {"q": "pump rattles since Monday"}
        hits = client.get("/v1/search", params=question).json()["hits"]
        assert hits[0]["id"] == "T-1"
        assert "[NAME]" in hits[0]["snippet"]
        assert "sam@doe.example" not in json.dumps(hits)
        again = client.post("/v1/tickets/T-1/resolution", json={"text": text})
        assert again.json() == {"ticket_id": "T-1", "suggestible": "yes"}

        store = Store(settings.store_url)
        index([tmp_path / "docs.jsonl"], settings, store, BagOfWordsEmbedder(), rebuild=True)
        store.close()
        assert client.get("/v1/search", params=question).json()["hits"][0]["id"] == "T-1"


def test_a_ticket_resolved_while_the_articles_are_being_indexed_is_neither_lost_nor_refused(
    settings, keys, knowledge_base, tmp_path
):
    worker = IndexWorker(settings, knowledge_base, debounce_seconds=0.01, retry_seconds=(0.01, 0.1))
    with TestClient(create_app(settings, knowledge_base, worker)) as client:
        client.headers["Authorization"] = f"Bearer {keys['rep']}"

        def in_the_middle(stage: str, _done: int, _total: int) -> None:
            if stage.startswith("embed"):
                client.put("/v1/tickets/T-1", json=TICKET)
                reply = client.post("/v1/tickets/T-1/resolution", json={"text": REPLY})
                assert reply.status_code == 202

        records = [ARTICLE, ARTICLE | {"_id": "more.en", "text": "More about lamps."}]
        path = tmp_path / "docs.jsonl"
        path.write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
        store = Store(settings.store_url)
        index([path], settings, store, BagOfWordsEmbedder(), progress=in_the_middle)
        store.close()
        pause = threading.Event()
        for _ in range(3000):
            if client.get("/v1/tickets/T-1").json()["suggestible"]:
                break
            pause.wait(0.01)
        assert client.get("/v1/tickets/T-1").json()["suggestible"]
