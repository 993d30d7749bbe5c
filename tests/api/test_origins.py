"""Publishable keys and the sites they are for; CORS."""

from __future__ import annotations

import json

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.origins import PublishableOrigins
from indexer.pipeline import index
from kb.keys import create_key, create_publishable_key
from kb.parameters import packaged_parameters
from kb.service import KnowledgeBase
from kb.store import Store
from tests.fakes import BagOfWordsEmbedder

SHOP, BLOG, OTHER = "https://shop.example", "https://blog.example", "https://evil.example"
ARTICLE = {"_id": "lamp.en", "lang": "en", "title": "Lamp", "text": "The lamp needs twelve hours."}


@pytest.fixture
def keys(settings, tmp_path):
    path = tmp_path / "docs.jsonl"
    path.write_text(json.dumps(ARTICLE), encoding="utf-8")
    store = Store(settings.store_url)
    index([path], settings, store, BagOfWordsEmbedder())
    made = {
        "shop": create_publishable_key(store, [SHOP], "shop"),
        "blog": create_publishable_key(store, [BLOG], "blog"),
        "rep": create_key(store, "rep", "rep"),
    }
    store.close()
    return made


@pytest.fixture
def client(settings, keys):
    app = create_app(settings, KnowledgeBase(settings, BagOfWordsEmbedder(), packaged_parameters()))
    with TestClient(app, raise_server_exceptions=False) as opened:
        yield opened


def search(client, key: str, origin: str = ""):
    headers = {"Authorization": f"Bearer {key}"} | ({"Origin": origin} if origin else {})
    return client.get("/v1/search", params={"q": "lamp"}, headers=headers)


def test_a_publishable_key_searches_from_its_own_site(client, keys):
    reply = search(client, keys["shop"], SHOP)
    assert reply.status_code == 200
    assert reply.headers["Access-Control-Allow-Origin"] == SHOP
    assert "Origin" in reply.headers["Vary"]


def test_a_publishable_key_is_refused_from_another_site_even_one_with_a_key(client, keys):
    for origin in (OTHER, BLOG, "null"):
        reply = search(client, keys["shop"], origin)
        assert reply.status_code == 403
        assert origin in reply.json()["detail"]


def test_a_site_without_a_key_gets_no_cors_answer_but_the_answer_says_that_it_differs(client):
    reply = client.get("/v1/search", params={"q": "lamp"}, headers={"Origin": OTHER})
    assert "Access-Control-Allow-Origin" not in reply.headers
    assert "Origin" in reply.headers["Vary"]


def test_our_own_pages_and_programs_that_are_no_browsers_may_use_it(client, keys):
    assert search(client, keys["shop"], "http://testserver").status_code == 200
    assert search(client, keys["shop"]).status_code == 200


def test_a_publishable_key_opens_nothing_for_staff(client, keys):
    headers = {"Authorization": f"Bearer {keys['shop']}", "Origin": SHOP}
    assert client.get("/v1/tickets", headers=headers).status_code == 403
    assert client.get("/v1/gaps", headers=headers).status_code == 403


@pytest.mark.parametrize(("origin", "status"), [(SHOP, 200), (OTHER, 400)])
def test_preflights_are_answered_for_known_sites_only(client, origin, status):
    reply = client.options(
        "/v1/search",
        headers={"Origin": origin, "Access-Control-Request-Method": "GET"},
    )
    assert reply.status_code == status
    assert reply.headers.get("Access-Control-Allow-Origin") == (SHOP if status == 200 else None)


def test_configured_origins_are_allowed_beside_those_of_keys(settings, keys):
    allowing = settings.model_copy(update={"allowed_origins": (OTHER,)})
    app = create_app(allowing, KnowledgeBase(allowing, BagOfWordsEmbedder(), packaged_parameters()))
    with TestClient(app) as client:
        for origin in (OTHER, SHOP):
            reply = client.get("/health", headers={"Origin": origin})
            assert reply.headers["Access-Control-Allow-Origin"] == origin


def test_origins_are_read_again_after_a_few_seconds():
    answers, now = [{SHOP}, {BLOG}], [0.0]
    origins = PublishableOrigins(lambda: answers.pop(0), clock=lambda: now[0])
    assert SHOP in origins
    assert BLOG not in origins
    now[0] = 6.0
    assert BLOG in origins
    assert SHOP not in origins
