"""The widget's frame: for the sites of its key; the visit goes along in its addresses."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi.testclient import TestClient
from selectolax.lexbor import LexborHTMLParser

from api.app import create_app
from indexer.pipeline import index
from kb.contact.spam import new_token
from kb.events import ContactMade, ResultClicked, SearchMade
from kb.keys import create_key, create_publishable_key
from kb.parameters import packaged_parameters
from kb.service import KnowledgeBase
from kb.store import Store
from tests.fakes import BagOfWordsEmbedder

SHOP, OTHER = "https://shop.example", "https://evil.example"
ARTICLES = [
    {"_id": "lamp.en", "lang": "en", "title": "Lamp", "text": "The lamp needs twelve hours."},
    {"_id": "pump.en", "lang": "en", "title": "Pump noise", "text": "The pump rattles: refill it."},
]
HOSTILE = '"><script>alert(1)</script>'


@pytest.fixture
def store(settings, tmp_path) -> Iterator[Store]:
    path = tmp_path / "docs.jsonl"
    path.write_text("\n".join(map(json.dumps, ARTICLES)), encoding="utf-8")
    opened = Store(settings.store_url)
    index([path], settings, opened, BagOfWordsEmbedder())
    yield opened
    opened.close()


@pytest.fixture
def key(store):
    return create_publishable_key(store, [SHOP, "http://localhost:3000"], "shop")


@pytest.fixture
def client(settings, store):
    base = KnowledgeBase(settings, BagOfWordsEmbedder(), packaged_parameters())
    with TestClient(create_app(settings, base), follow_redirects=False) as opened:
        yield opened


def policy(reply) -> str:
    return re.search(r"frame-ancestors ([^;]*)", reply.headers["Content-Security-Policy"])[1]


def frame(client, path: str = "", **parameters: object):
    return client.get(f"/widget/frame{path}", params={"locale": "en", **parameters})


def test_only_the_sites_of_the_key_may_frame_it(client, key):
    assert policy(frame(client, key=key)) == f"http://localhost:3000 {SHOP}"


@pytest.mark.parametrize("made", ["", "kb_pub_unknown", "rep", "customer"])
def test_without_a_publishable_key_there_is_nothing_and_nobody_may_frame_it(client, store, made):
    key = create_key(store, made, made) if made in ("rep", "customer") else made
    for path in ("", "/results", "/articles/pump.en", "/contact", "/complete"):
        reply = frame(client, path, key=key, q="pump")
        assert (reply.status_code, policy(reply)) == (403, "'none'"), path
        assert "Pump noise" not in reply.text


def test_other_pages_stay_out_of_frames(client, key):
    assert policy(client.get("/contact", params={"key": key})) == "'none'"


def test_the_frame_talks_only_with_a_site_of_the_key(client, key):
    named = LexborHTMLParser(frame(client, key=key, host=SHOP).text).css_first("main")
    assert named.attributes["data-host"] == SHOP
    other = LexborHTMLParser(frame(client, key=key, host=OTHER).text).css_first("main")
    assert other.attributes["data-host"] == ""


def test_articles_are_proposed_for_the_page_around_only_where_one_surely_fits(client, key, store):
    fitting = frame(client, key=key, about="pump rattles refill").text
    assert "For this page" in fitting
    assert "Pump noise" in fitting
    assert fitting.index("For this page") < fitting.index("Often read")
    assert fitting.count("Pump noise") == 1
    strange = frame(client, key=key, about="zebra crossing").text
    assert "For this page" not in strange
    assert "Often read" in strange
    assert store.events.last_number() == 0  # nobody has asked anything


def links(html: str, selector: str = "a") -> dict[str, dict[str, list[str]]]:
    """Path of each link in the frame, and its parameters."""
    found = {}
    for node in LexborHTMLParser(html).css(selector):
        parts = urlsplit(node.attributes.get("href") or "")
        if parts.path.startswith("/widget/frame"):
            found[parts.path] = parse_qs(parts.query)
    return found


def test_the_visit_goes_along_in_the_addresses_from_search_to_contact(client, key, store):
    told = {"key": key, "host": SHOP, "page": f"{SHOP}/pump"}
    shown = frame(client, "/results", q="pump rattles", **told)
    article = links(shown.text)["/widget/frame/articles/pump.en"]
    assert article["key"] == [key]
    assert article["page"] == [f"{SHOP}/pump"]
    opened = client.get("/widget/frame/articles/pump.en", params=article)
    assert "refill it" in opened.text
    contact = links(opened.text)["/widget/frame/contact"]
    assert contact["seen"] == ["pump.en"]
    form = LexborHTMLParser(client.get("/widget/frame/contact", params=contact).text)
    sent = {
        node.attributes["name"]: node.attributes.get("value")
        for node in form.css("form.contact [name]")
    }
    assert (sent["asked"], sent["read"], sent["page"]) == (
        "pump rattles", "pump.en", f"{SHOP}/pump",
    )  # fmt: skip
    events = [logged.event for logged in store.events.of_occasion(contact["s"][0])]
    assert [type(event) for event in events] == [SearchMade, ResultClicked]
    assert {event.channel for event in events} == {"widget"}


def test_a_message_from_the_widget_is_a_ticket_with_the_page_it_came_from(client, key, store):
    token = new_token(dt.datetime.now(dt.UTC) - dt.timedelta(seconds=30))
    data = {
        "question": "My pump rattles",
        "email": "sam@doe.example",
        "page": f"{SHOP}/pump",
        "token": token,
    }
    address = f"/widget/frame/contact?key={key}&locale=en"
    reply = client.post(address, data=data)
    assert reply.status_code == 303
    shown = client.get(reply.headers["location"])
    ticket = store.documents.tickets(1)[0].document
    assert (ticket.channel, ticket.context.page) == ("widget", f"{SHOP}/pump")
    assert ticket.id in shown.text
    assert policy(shown) == f"http://localhost:3000 {SHOP}"
    logged = [logged.event for logged in store.events.visits()]
    contacts = [event for event in logged if isinstance(event, ContactMade)]
    assert [contact.channel for contact in contacts] == ["widget"]
    missing = client.post(address, data={**data, "email": ""})
    assert missing.status_code == 422
    assert "We need your e-mail address" in missing.text


def test_completions_open_articles_in_the_frame(client, key):
    found = frame(client, "/complete", key=key, q="pum").json()
    urls = [urlsplit(article["url"]) for article in found["articles"]]
    assert all(url.path.startswith("/widget/frame/articles/") for url in urls)
    assert all(parse_qs(url.query)["key"] == [key] for url in urls)
    assert all("q" not in parse_qs(url.query) for url in urls)


@pytest.mark.parametrize(("locale", "direction"), [("en", "ltr"), ("fa", "rtl"), ("zh", "ltr")])
def test_every_page_speaks_the_language_of_the_widget(client, key, locale, direction):
    for path in ("", "/results?q=pump", "/articles/pump.en", "/contact"):
        joint = "&" if "?" in path else "?"
        reply = client.get(f"/widget/frame{path}{joint}key={key}&locale={locale}")
        tree = LexborHTMLParser(reply.text).css_first("html")
        assert (tree.attributes["lang"], tree.attributes["dir"]) == (locale, direction)
        assert len(LexborHTMLParser(reply.text).css("h1")) == 1, path
        assert "set-cookie" not in reply.headers


def test_markup_in_what_the_page_around_says_stays_text(client, key):
    told = {"key": key, "page": HOSTILE, "about": HOSTILE, "seen": HOSTILE, "s": HOSTILE}
    for path in ("", "/results", "/contact", "/articles/pump.en"):
        html = frame(client, path, q=HOSTILE, **told).text
        scripts = LexborHTMLParser(html).css("script")
        assert all(script.attributes.get("src") for script in scripts), path


def test_an_unknown_article_fails_inside_the_frame(client, key):
    reply = frame(client, "/articles/nothing.en", key=key)
    assert reply.status_code == 404
    assert policy(reply) == f"http://localhost:3000 {SHOP}"
    assert "in-widget" in reply.text


def test_the_script_is_small_and_any_site_may_load_it(client):
    reply = client.get("/widget.js", headers={"Origin": OTHER})
    assert reply.headers["Content-Type"].startswith("text/javascript")
    assert reply.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert reply.headers["Access-Control-Allow-Origin"] == "*"
    assert len(reply.content) < 30_000
    assert "innerHTML" not in reply.text
    assert '"*"' not in reply.text  # no message to whoever listens


def test_the_script_is_the_same_for_a_site_that_has_a_key(client, key):
    reply = client.get("/widget.js", headers={"Origin": SHOP})
    assert reply.headers["Access-Control-Allow-Origin"] in ("*", SHOP)
