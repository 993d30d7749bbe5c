"""Searches, clicks, votes, contacts and surveys over HTTP: into the log, or refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from indexer.pipeline import index
from kb.config import Settings
from kb.events import ContactMade, ResultClicked, SearchMade
from kb.keys import create_key
from kb.parameters import packaged_parameters
from kb.service import KnowledgeBase
from kb.store import Store
from tests.fakes import BagOfWordsEmbedder

RECORDS = [
    {"_id": "pump.en", "lang": "en", "title": "Pump noise", "text": "Tilt the tank of the pump."},
    {"_id": "a/b c.en", "lang": "en", "title": "Odd id", "text": "Odd but valid."},
    {"_id": "secret.en", "lang": "en", "title": "Pump limits", "audience": "internal",
     "text": "Pump refunds up to fifty."},
    {"kind": "ticket", "id": "T-77", "locale": "en", "subject": "Pump", "status": "solved",
     "messages": [{"author": "customer", "text": "The pump rattles."},
                  {"author": "rep", "text": "Tilt the tank, then the air escapes."}]},
]  # fmt: skip


@pytest.fixture
def store(settings: Settings, tmp_path: Path) -> Iterator[Store]:
    path = tmp_path / "docs.jsonl"
    path.write_text("\n".join(json.dumps(r) for r in RECORDS), encoding="utf-8")
    opened = Store(settings.store_url)
    index([path], settings, opened, BagOfWordsEmbedder())
    yield opened
    opened.close()


def client_for(settings: Settings) -> TestClient:
    knowledge_base = KnowledgeBase(settings, BagOfWordsEmbedder(), packaged_parameters())
    return TestClient(create_app(settings, knowledge_base), raise_server_exceptions=False)


@pytest.fixture
def client(settings: Settings, store: Store) -> Iterator[TestClient]:
    with client_for(settings) as opened:
        yield opened


def events_of(store: Store) -> list[Any]:
    return [entry.event for entry in store.events.visits()]


def search(client: TestClient, query: str = "pump noise", **headers: str) -> dict[str, Any]:
    reply = client.get("/v1/search", params={"q": query}, headers=headers)
    assert reply.status_code == 200
    body: dict[str, Any] = reply.json()
    return body


# Searches


def test_a_search_is_logged_under_the_id_of_its_reply(client: TestClient, store: Store) -> None:
    body = search(client, "pump of sam@doe.example")
    (event,) = events_of(store)
    assert isinstance(event, SearchMade)
    assert (event.occasion, event.query) == (body["id"], "pump of [EMAIL]")
    assert (event.role, event.channel, event.locale) == ("customer", "api", "en")
    assert event.hits == tuple(hit["id"] for hit in body["hits"])
    assert (event.confidence, event.outcome) == (body["confidence"], body["outcome"])
    assert len(event.session) == 20


def test_the_same_question_again_is_the_same_search_for_each_visitor(
    client: TestClient, store: Store
) -> None:
    ids = [search(client, **headers)["id"] for headers in (
        {}, {}, {"X-Session-Id": "v1"}, {"X-Session-Id": "v1"}, {"X-Session-Id": "v2"},
        {"User-Agent": "another"},
    )]  # fmt: skip
    assert [ids.index(one) for one in ids] == [0, 0, 2, 2, 4, 5]
    assert len(events_of(store)) == 4


def test_staff_are_logged_with_their_role_and_without_the_tickets_they_saw(
    client: TestClient, store: Store
) -> None:
    key = create_key(store, "rep", "rep")
    body = search(client, "pump rattles", Authorization=f"Bearer {key}")
    assert "T-77" in {hit["id"] for hit in body["hits"]}
    (event,) = events_of(store)
    assert event.role == "rep"
    assert "T-77" not in event.hits
    assert "secret.en" in event.hits


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Purpose": "prefetch;prerender"}, {"Purpose": "prefetch"}, {"X-Purpose": "preview"}],
)
def test_what_a_browser_fetches_ahead_is_no_search(
    client: TestClient, store: Store, headers: dict[str, str]
) -> None:
    assert search(client, **headers)["id"] == ""
    assert events_of(store) == []


def test_neither_a_session_nor_an_address_is_in_the_database(
    client: TestClient, store: Store
) -> None:
    search(client, **{"X-Session-Id": "customer-4711", "User-Agent": "CanaryAgent"})
    search(client, **{"User-Agent": "CanaryAgent"})
    for trace in ("customer-4711", "CanaryAgent", "testclient"):
        assert store.mentions(trace) == {}
    assert "set-cookie" not in client.get("/v1/search", params={"q": "pump"}).headers


def test_a_session_id_that_is_too_long_is_refused(client: TestClient, store: Store) -> None:
    reply = client.get("/v1/search", params={"q": "x"}, headers={"X-Session-Id": "s" * 201})
    assert reply.status_code == 422
    assert events_of(store) == []


@pytest.mark.parametrize("table", ["event_log", "salts"])
def test_a_search_is_answered_though_it_cannot_be_logged(
    client: TestClient, store: Store, table: str
) -> None:
    with store._engine.begin() as connection:
        connection.exec_driver_sql(f"DROP TABLE {table}")
    assert search(client)["hits"]
    vote = client.post("/v1/articles/pump.en/votes", json={"helpful": True})
    assert vote.status_code == 503


def test_a_refused_search_is_not_logged(client: TestClient, store: Store) -> None:
    assert client.get("/v1/search", params={"q": " "}).status_code == 422
    assert events_of(store) == []


# What is told


def test_what_visitors_tell_is_created_and_counted_once(client: TestClient, store: Store) -> None:
    found = search(client)["id"]
    told: list[tuple[str, dict[str, Any], str, str]] = [
        (f"/v1/searches/{found}/clicks", {"article": "pump.en"}, "result_clicked", found),
        ("/v1/articles/pump.en/votes", {"helpful": False, "search": found}, "article_voted", found),
        ("/v1/articles/a%2Fb c.en/votes", {"helpful": True}, "article_voted", ""),
        ("/v1/contacts", {"search": found, "question": "sam@doe.example?"}, "contact_made", found),
        ("/v1/contacts", {"ticket_id": "T1", "locale": "zh-CN"}, "contact_made", ""),
        ("/v1/surveys", {"survey": "nps", "score": 0}, "survey_answered", ""),
        ("/v1/surveys", {"survey": "csat", "score": 5, "ticket_id": "T1"}, "survey_answered", ""),
    ]
    for repeated in (False, True):
        for url, body, recorded, named in told:
            reply = client.post(url, json=body)
            assert reply.status_code == 201, reply.text
            assert reply.json() == {"recorded": recorded, "search": named, "repeated": repeated}
    events = events_of(store)
    assert [event.type for event in events[1:]] == [recorded for _, _, recorded, _ in told]
    assert isinstance(events[1], ResultClicked)
    assert events[1].position == 1
    assert isinstance(events[4], ContactMade)
    assert (events[4].question, events[5].locale) == ("[EMAIL]?", "zh")
    assert len({event.session for event in events}) == 1


def test_a_search_that_is_not_known_is_refused_for_a_click_and_none_for_the_others(
    client: TestClient,
) -> None:
    click = client.post("/v1/searches/gone/clicks", json={"article": "pump.en"})
    assert click.status_code == 404
    assert "No search is recorded as 'gone'" in click.json()["detail"]
    vote = client.post("/v1/articles/pump.en/votes", json={"helpful": True, "search": "gone"})
    contact = client.post("/v1/contacts", json={"search": "gone"})
    assert [(r.status_code, r.json()["search"]) for r in (vote, contact)] == [(201, "")] * 2


@pytest.mark.parametrize("article", ["none.en", "secret.en", "T-77"])
def test_an_article_that_the_caller_cannot_see_is_no_article(
    client: TestClient, store: Store, article: str
) -> None:
    found = search(client)["id"]
    vote = client.post(f"/v1/articles/{article}/votes", json={"helpful": True})
    click = client.post(f"/v1/searches/{found}/clicks", json={"article": article})
    assert (vote.status_code, click.status_code) == (404, 404)
    assert len(events_of(store)) == 1


def test_staff_may_vote_on_what_they_see(client: TestClient, store: Store) -> None:
    headers = {"Authorization": f"Bearer {create_key(store, 'rep', 'rep')}"}
    reply = client.post("/v1/articles/secret.en/votes", json={"helpful": True}, headers=headers)
    assert reply.status_code == 201


@pytest.mark.parametrize(
    ("url", "body"),
    [
        ("/v1/searches/s/clicks", {}),
        ("/v1/searches/s/clicks", {"article": "pump.en", "position": 0}),
        ("/v1/searches/s/clicks", {"article": "x" * 301}),
        ("/v1/searches/a%00b/clicks", {"article": "pump.en"}),
        ("/v1/searches/" + "x" * 65 + "/clicks", {"article": "pump.en"}),
        ("/v1/articles/pump.en/votes", {}),
        ("/v1/articles/pump.en/votes", {"helpful": True, "comment": "x" * 10_001}),
        ("/v1/articles/pump.en/votes", {"helpful": True, "search": "a b"}),
        ("/v1/contacts", {"ticket_id": "x" * 301}),
        ("/v1/contacts", {"question": "x" * 100_001}),
        ("/v1/contacts", {"locale": "english"}),
        ("/v1/surveys", {"survey": "csat", "score": 0}),
        ("/v1/surveys", {"survey": "csat", "score": 6}),
        ("/v1/surveys", {"survey": "nps", "score": 11}),
        ("/v1/surveys", {"survey": "nps", "score": -1}),
        ("/v1/surveys", {"survey": "ces", "score": 1}),
        ("/v1/surveys", {"survey": "csat"}),
    ],
)
def test_a_mistake_is_a_problem_and_leaves_no_trace(
    client: TestClient, store: Store, url: str, body: dict[str, object]
) -> None:
    reply = client.post(url, json=body)
    assert reply.status_code == 422
    assert reply.headers["content-type"] == "application/problem+json"
    assert events_of(store) == []


@pytest.mark.parametrize("content", [b"", b"[]", b'"x"', b"\xff", b"{"])
@pytest.mark.parametrize("url", ["/v1/contacts", "/v1/surveys", "/v1/articles/pump.en/votes"])
def test_broken_bodies_are_refused_never_a_500(
    client: TestClient, url: str, content: bytes
) -> None:
    reply = client.post(url, content=content, headers={"Content-Type": "application/json"})
    assert reply.status_code in {400, 422}
    assert reply.headers["content-type"] == "application/problem+json"


def test_hostile_text_is_stored_as_text(client: TestClient, store: Store) -> None:
    content = b'{"helpful": false, "comment": "=1+1\\ud800 \\u0000\\u202etxt"}'
    headers = {"Content-Type": "application/json"}
    reply = client.post("/v1/articles/pump.en/votes", content=content, headers=headers)
    assert reply.status_code == 201
    assert events_of(store)[0].comment == "=1+1 \u202etxt"


# Off


def test_with_the_log_switched_off_nothing_is_recorded(settings: Settings, store: Store) -> None:
    off = settings.model_copy(update={"event_log": False})
    with client_for(off) as client:
        assert search(client)["id"] == ""
        assert client.get("/?q=pump").status_code == 200
        for url, body in (
            ("/v1/searches/s/clicks", {"article": "pump.en"}),
            ("/v1/articles/pump.en/votes", {"helpful": True}),
            ("/v1/contacts", {}),
            ("/v1/surveys", {"survey": "csat", "score": 3}),
        ):
            reply = client.post(url, json=body)
            assert reply.status_code == 404
            assert "KB_EVENT_LOG" in reply.json()["detail"]
    assert events_of(store) == []
    with store._engine.connect() as connection:
        salts = connection.exec_driver_sql("SELECT name FROM salts WHERE name LIKE 'sessions%'")
        assert salts.all() == []


def test_a_closed_help_center_takes_nothing_from_strangers(
    settings: Settings, store: Store
) -> None:
    with client_for(settings.model_copy(update={"allow_anonymous": False})) as client:
        assert client.post("/v1/contacts", json={}).status_code == 401
    assert events_of(store) == []


# Pages


def result_links(html: str) -> list[str]:
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(html)
    nodes = [*tree.css(".answer .source a"), *tree.css(".hit h3 a")]
    return [str(node.attributes["href"]) for node in nodes]


def test_opening_a_result_of_a_page_is_one_click(client: TestClient, store: Store) -> None:
    page = client.get("/", params={"q": "odd but valid pump noise", "locale": "en"})
    assert page.headers["cache-control"] == "private, no-cache"
    links = result_links(page.text)
    assert len(links) == len({link.partition("&n=")[2] for link in links}) == 2
    link = links[1].partition("#")[0]
    opened = client.get(link)
    client.head(link)
    client.get(link)  # reloaded
    client.get(link + "&locale=fa")
    made, clicked = events_of(store)
    assert (made.channel, made.query) == ("help_center", "odd but valid pump noise")
    assert isinstance(clicked, ResultClicked)
    assert (clicked.occasion, clicked.position) == (made.occasion, 2)
    assert clicked.article == made.hits[1]
    assert clicked.session == made.session
    assert "s=" not in "".join(
        part for part in opened.text.split('"') if part.startswith(("/?", "/articles/"))
    )


def test_looking_at_the_results_again_is_the_same_search(client: TestClient, store: Store) -> None:
    for locale in ("en", "en", "fa", "zh"):
        client.get("/", params={"q": "pump", "locale": locale})
    client.head("/", params={"q": "pump"})
    client.get("/", params={"q": "pump"}, headers={"Sec-Purpose": "prefetch"})
    client.get("/")
    assert [event.type for event in events_of(store)] == ["search_made"]


def test_a_page_is_shown_whatever_its_address_says_of_a_search(
    client: TestClient, store: Store
) -> None:
    made = result_links(client.get("/", params={"q": "pump", "locale": "en"}).text)[0]
    for parameters in ("s=x&n=1", "s=" + "0" * 20, "s=%00&n=-1", "s=&n=", "n=99999999999999"):
        assert client.get(f"/articles/pump.en?{parameters}").status_code == 200
    assert client.get(made.replace("pump.en", "none.en")).status_code == 404
    assert client.get(made, headers={"Purpose": "prefetch"}).status_code == 200
    assert [event.type for event in events_of(store)] == ["search_made"]
    assert client.get(made.partition("&n=")[0] + "&n=x").status_code == 200
    assert [event.type for event in events_of(store)] == ["search_made", "result_clicked"]


def test_pages_are_shown_though_nothing_can_be_logged(client: TestClient, store: Store) -> None:
    link = result_links(client.get("/", params={"q": "pump", "locale": "en"}).text)[0]
    with store._engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE event_log")
    assert client.get(link).status_code == 200
    assert client.get("/", params={"q": "tank"}).status_code == 200
