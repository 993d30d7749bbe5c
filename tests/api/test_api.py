"""The HTTP side: roles, errors, limits. A real index, an instant embedder."""

from __future__ import annotations

import json
from urllib.parse import unquote_plus

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from indexer.pipeline import index
from kb.keys import create_key
from kb.parameters import packaged_parameters
from kb.service import KnowledgeBase
from kb.store import Store
from tests.fakes import BagOfWordsEmbedder

CANARIES = ("CANARYINTERNAL", "CANARYTICKET", "CANARYMACRO", "CANARYDRAFT")
RECORDS = [
    {"_id": "pump.en", "lang": "en", "title": "Pump noise",
     "text": "## Rattling\n\nTilt the tank. <script>alert(1)</script>"},
    {"_id": "a/b c.en", "lang": "en", "title": "Odd id", "text": "Odd but valid."},
    {"_id": "secret.en", "lang": "en", "title": "Refund limits", "audience": "internal",
     "text": "Pump refunds up to fifty euros. CANARYINTERNAL"},
    {"kind": "macro", "id": "m.en", "locale": "en", "title": "Pump macro",
     "body": "Hello {{customer.first_name}}, the pump is fine. CANARYMACRO"},
    {"kind": "article", "id": "draft.en", "locale": "en", "title": "Pump draft",
     "body": "Pump CANARYDRAFT", "draft": True},
    {"kind": "ticket", "id": "t1", "locale": "en", "subject": "Pump", "status": "solved",
     "group": "devices", "messages": [
         {"author": "customer", "text": "The pump rattles. CANARYTICKET"},
         {"author": "rep", "text": "Tilt the tank, then the air escapes. CANARYTICKET"}]},
]  # fmt: skip


@pytest.fixture
def keys(settings, tmp_path):
    path = tmp_path / "docs.jsonl"
    path.write_text("\n".join(json.dumps(r) for r in RECORDS), encoding="utf-8")
    store = Store(settings.store_url)
    index([path], settings, store, BagOfWordsEmbedder())
    made = {role: create_key(store, role, role) for role in ("customer", "rep", "writer", "admin")}
    store.close()
    return made


def client_for(settings) -> TestClient:
    knowledge_base = KnowledgeBase(settings, BagOfWordsEmbedder(), packaged_parameters())
    return TestClient(create_app(settings, knowledge_base), raise_server_exceptions=False)


@pytest.fixture
def client(settings, keys):
    with client_for(settings) as opened:
        yield opened


def auth(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def test_a_search_has_the_shape_the_command_line_prints(client):
    body = client.get("/v1/search", params={"q": "rattling pump"}).json()
    assert set(body) == {
        "id", "query", "locale", "generation", "confidence", "answer", "outcome", "hits", "contact",
        "degraded", "suggestion", "corrected",
    }  # fmt: skip
    assert set(body["hits"][0]) >= {
        "id", "group", "title", "locale", "url", "snippet", "score", "collection", "passage_id",
    }  # fmt: skip
    assert body["hits"][0]["id"] == "pump.en"


@pytest.mark.parametrize("query", ["pump", "CANARYINTERNAL", "CANARYTICKET rattles", "refund"])
@pytest.mark.parametrize("with_key", [False, True])
def test_no_customer_reply_ever_contains_internal_or_ticket_text(client, keys, query, with_key):
    headers = auth(keys["customer"]) if with_key else {}
    replies = [
        client.get("/v1/search", params={"q": query, "limit": 100}, headers=headers),
        client.get("/", params={"q": query}, headers=headers),
        client.get("/"),
        client.get("/openapi.json"),
        *(
            client.get(f"/v1/articles/{record.get('_id') or record['id']}", headers=headers)
            for record in RECORDS
        ),
        *(
            client.get(f"/articles/{record.get('_id') or record['id']}", headers=headers)
            for record in RECORDS
        ),
        client.post("/v1/suggestions", json={"subject": query}, headers=headers),
    ]
    for reply in replies:
        text = unquote_plus(reply.text).replace(query, "")  # pages echo the query
        assert not [canary for canary in CANARIES if canary in text], reply.url


def test_staff_search_everything_but_drafts(client, keys):
    for role in ("rep", "writer", "admin"):
        reply = client.get("/v1/search", params={"q": "pump"}, headers=auth(keys[role]))
        assert {hit["id"] for hit in reply.json()["hits"]} >= {"pump.en", "secret.en", "m.en", "t1"}
        assert "CANARYDRAFT" not in reply.text


def test_suggestions_need_a_staff_key(client, keys):
    ticket = {"subject": "Pump", "messages": [{"text": "The pump rattles."}]}
    assert client.post("/v1/suggestions", json=ticket).status_code == 403
    assert (
        client.post("/v1/suggestions", json=ticket, headers=auth(keys["customer"])).status_code
        == 403
    )
    reply = client.post("/v1/suggestions", json=ticket, headers=auth(keys["rep"]))
    assert reply.status_code == 200
    assert set(reply.json()) == {
        "id", "ticket_id", "locale", "generation", "suggestions", "escalation", "degraded",
    }  # fmt: skip


def test_a_key_also_comes_in_its_own_header_and_a_wrong_one_is_refused(client, keys):
    ok = client.get("/v1/articles/secret.en", headers={"X-API-Key": keys["rep"]})
    assert ok.json()["title"] == "Refund limits"
    wrong = client.get("/v1/search", params={"q": "pump"}, headers=auth("kb_wrong"))
    assert wrong.status_code == 401
    assert wrong.json()["type"] == "urn:kb:problem:unauthorized"


def test_anonymous_access_can_be_switched_off(settings, keys):
    closed = settings.model_copy(update={"allow_anonymous": False})
    with client_for(closed) as client:
        assert client.get("/v1/search", params={"q": "pump"}).status_code == 401
        ok = client.get("/v1/search", params={"q": "pump"}, headers=auth(keys["customer"]))
        assert ok.status_code == 200


def test_an_article_comes_with_safe_html_and_its_anchor(client):
    body = client.get("/v1/articles/pump.en").json()
    assert body["html"] == '<h2 id="rattling">Rattling</h2>\n<p>Tilt the tank. </p>\n'
    assert body["markdown"].startswith("## Rattling")


def test_an_id_with_slashes_and_spaces_is_reachable_by_its_url(client):
    assert client.get("/v1/articles/a/b c.en").json()["title"] == "Odd id"
    hit = client.get("/v1/search", params={"q": "odd but valid"}).json()["hits"][0]
    assert hit["url"] == "/articles/a%2Fb%20c.en"
    assert client.get(hit["url"]).status_code == 200


@pytest.mark.parametrize(
    ("method", "url", "status", "kind"),
    [
        ("GET", "/v1/search", 422, "invalid-input"),
        ("GET", "/v1/search?q=", 422, "invalid-input"),
        ("GET", "/v1/search?q=x&limit=0", 422, "invalid-input"),
        ("GET", "/v1/search?q=x&locale=klingon", 422, "invalid-input"),
        ("GET", "/v1/search?q=" + "x" * 3000, 413, "too-large"),
        ("GET", "/v1/articles/nope", 404, "not-found"),
        ("GET", "/v1/nothing", 404, "http"),
        ("DELETE", "/v1/search", 405, "http"),
    ],
)
def test_every_mistake_is_a_problem_with_status_and_detail(client, method, url, status, kind):
    reply = client.request(method, url)
    assert reply.status_code == status
    assert reply.headers["content-type"] == "application/problem+json"
    body = reply.json()
    assert body["type"] == f"urn:kb:problem:{kind}"
    assert body["status"] == status
    assert body["detail"]
    assert body["instance"] == url.split("?")[0]


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'"text"', b'{"messages": 3}', b'{"subject": ""}', b"\xff\xfe",
     b'{"messages": [{"author": "robot", "text": "x"}]}', b'{"locale": "../etc", "subject": "x"}'],
)  # fmt: skip
def test_broken_tickets_are_refused_never_a_500(client, keys, body):
    headers = auth(keys["rep"]) | {"Content-Type": "application/json"}
    reply = client.post("/v1/suggestions", content=body, headers=headers)
    assert reply.status_code == 422
    assert reply.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_over_the_limit_is_refused(settings, keys, chunked):
    small = settings.model_copy(update={"max_body_bytes": 5000})
    content = iter([b"x" * 3000] * 3) if chunked else b"x" * 9000
    with client_for(small) as client:
        reply = client.post("/v1/suggestions", content=content, headers=auth(keys["rep"]))
    assert reply.status_code == 413
    assert "5000 bytes" in reply.json()["detail"]


def test_a_caller_over_the_rate_is_told_when_to_come_back(settings, keys):
    slow = settings.model_copy(update={"requests_per_minute": 3})
    with client_for(slow) as client:
        codes = [client.get("/v1/search", params={"q": "pump"}).status_code for _ in range(4)]
        assert codes == [200, 200, 200, 429]
        other = client.get("/v1/search", params={"q": "pump"}, headers=auth(keys["rep"]))
        assert other.status_code == 200


def test_readiness_says_what_is_missing_and_health_does_not_care(settings):
    with client_for(settings) as client:
        assert client.get("/healthz").json() == {"status": "ok"}
        reply = client.get("/readyz")
        assert reply.status_code == 503
        assert "kb index" in reply.json()["detail"]
        assert client.get("/v1/search", params={"q": "pump"}).status_code == 503


def test_readiness_names_the_serving_generation(client):
    assert client.get("/readyz").json() == {"status": "ready", "generation": 1}


def test_the_openapi_document_is_3_1_and_has_examples(client):
    document = client.get("/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    assert {"/v1/search", "/v1/articles/{identifier}", "/v1/suggestions", "/readyz"} <= set(
        document["paths"]
    )
    ok = document["paths"]["/v1/search"]["get"]["responses"]["200"]
    assert ok["content"]["application/json"]["example"]["locale"] == "fa"
    assert document["components"]["schemas"]["TicketIn"]["examples"]
