"""`GET /v1/complete`."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from kb.config import load_settings
from kb.keys import create_key
from tests.kb.help_center.shop import open_shop


@pytest.fixture
def shop(settings, tmp_path):
    store, knowledge_base = open_shop(settings, tmp_path)
    yield store, knowledge_base
    store.close()


@pytest.fixture
def client(settings, shop):
    with TestClient(create_app(settings, shop[1])) as opened:
        yield opened


def test_it_proposes_queries_and_articles(client):
    reply = client.get("/v1/complete", params={"q": "inv", "locale": "en"})
    assert reply.json() == {
        "query": "inv",
        "queries": [{"text": "invoice", "popular": False}],
        "articles": [
            {
                "id": "invoice.en",
                "title": "Download an invoice",
                "locale": "en",
                "section": "payments",
                "url": "/articles/invoice.en",
            }
        ],
    }
    assert reply.headers["cache-control"] == "private, max-age=60"
    assert "set-cookie" not in reply.headers


@pytest.mark.parametrize("role", ["customer", "rep", "admin"])
def test_whoever_asks_gets_public_articles_only(client, shop, role):
    key = create_key(shop[0], role, role)
    reply = client.get(
        "/v1/complete", params={"q": "refund limits"}, headers={"X-API-Key": key}
    ).json()
    assert [article["id"] for article in reply["articles"]] == ["refund.en"]


def test_nothing_typed_proposes_what_is_read_most(client):
    reply = client.get("/v1/complete", params={"locale": "fa"}).json()
    assert reply["queries"] == []
    assert reply["articles"][0]["id"] == "invoice.en"


@pytest.mark.parametrize("typed", ["\u0000", "'\"<>", "x" * 5000, "(((", "%", "‌", "🌱", "\ud83c"])
def test_whatever_is_typed_is_no_error(client, typed):
    reply = client.get("/v1/complete", params={"q": typed.encode("utf-8", "replace").decode()})
    assert reply.status_code == 200


def test_a_locale_that_is_not_configured_is_refused(client):
    reply = client.get("/v1/complete", params={"q": "a", "locale": "xx"})
    assert reply.status_code == 422
    assert "en, fa, zh" in reply.json()["detail"]


def test_typing_is_not_recorded_and_does_not_use_up_the_searches(tmp_path, shop, settings):
    narrow = settings.model_copy(update={"requests_per_minute": 2})
    with TestClient(create_app(narrow, shop[1])) as client:
        statuses = [client.get("/v1/complete?q=a").status_code for _ in range(3)]
        assert statuses == [200, 200, 429]
        assert client.get("/v1/search?q=invoice").status_code == 200
    assert [entry.event.query for entry in shop[0].events.visits()] == ["invoice"]


def test_a_closed_help_center_completes_nothing(shop, tmp_path, settings):
    closed = load_settings(data_dir=settings.data_dir, allow_anonymous=False)
    with TestClient(create_app(closed, shop[1])) as client:
        assert client.get("/v1/complete?q=inv").status_code == 401


def test_a_search_over_http_looks_at_its_spelling(client):
    body = client.get("/v1/search", params={"q": "invioce", "locale": "en"}).json()
    assert body["query"] == "invioce"
    assert "invoice" in (body["suggestion"], body["corrected"])
