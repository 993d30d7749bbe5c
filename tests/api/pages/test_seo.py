"""What search engines read."""

from __future__ import annotations

import json
from xml.etree import ElementTree as ET

import pytest
from fastapi.testclient import TestClient
from selectolax.lexbor import LexborHTMLParser

from api.app import create_app
from api.pages import seo
from api.pages.meta import plain, questions, shortened
from kb.config import load_settings
from tests.kb.help_center.shop import open_shop

ROOT = "https://verdilo.example/help"
NAMES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}


@pytest.fixture
def shop(settings, tmp_path):
    store, knowledge_base = open_shop(settings, tmp_path)
    yield knowledge_base
    store.close()


@pytest.fixture
def client(settings, shop):
    public = load_settings(data_dir=settings.data_dir, public_url=ROOT)
    shop.settings = public
    with TestClient(create_app(public, shop)) as opened:
        yield opened


def addresses(response) -> list[str]:
    return [node.text for node in ET.fromstring(response.text).iterfind(".//s:loc", NAMES)]


def test_the_sitemap_lists_public_articles_with_their_languages(client):
    reply = client.get("/sitemap.xml")
    assert reply.headers["content-type"] == "application/xml"
    found = addresses(reply)
    assert found[0] == f"{ROOT}/"
    assert f"{ROOT}/articles/password.fa" in found
    assert not any("limits" in address for address in found)
    urls = ET.fromstring(reply.text).findall("s:url", NAMES)
    password = next(u for u in urls if u.find("s:loc", NAMES).text.endswith("password.zh"))
    assert password.find("s:lastmod", NAMES).text == "2026-03-01"
    links = {link.get("hreflang"): link.get("href") for link in password.iterfind("x:link", NAMES)}
    assert links.keys() == {"en", "fa", "zh", "x-default"}
    assert links["x-default"] == links["en"] == f"{ROOT}/articles/password.en"


def test_many_articles_come_in_several_sitemaps(client, monkeypatch):
    monkeypatch.setattr(seo, "PER_FILE", 4)
    index = addresses(client.get("/sitemap.xml"))
    assert index == [f"{ROOT}/sitemap-1.xml", f"{ROOT}/sitemap-2.xml"]
    parts = [address for n in (1, 2) for address in addresses(client.get(f"/sitemap-{n}.xml"))]
    assert len(parts) == len(set(parts)) == 6
    assert client.get("/sitemap-3.xml").status_code == 404
    assert client.get("/sitemap-0.xml").status_code == 404


def test_robots_are_kept_from_staff_pages_and_shown_the_sitemap(client):
    lines = client.get("/robots.txt").text.splitlines()
    assert {"Disallow: /console", "Disallow: /desk", "Disallow: /embed", "Disallow: /v1/"} <= set(
        lines
    )
    assert lines[-1] == f"Sitemap: {ROOT}/sitemap.xml"


def test_a_closed_help_center_is_closed_for_robots(shop, settings):
    closed = load_settings(data_dir=settings.data_dir, allow_anonymous=False)
    with TestClient(create_app(closed, shop)) as client:
        assert "Disallow: /\n" in client.get("/robots.txt").text
        assert client.get("/sitemap.xml").status_code == 401


def test_without_a_public_address_the_sitemap_uses_the_one_asked(shop, settings):
    with TestClient(create_app(settings, shop), base_url="http://kb.local") as client:
        assert addresses(client.get("/sitemap.xml"))[0] == "http://kb.local/"
        assert "Sitemap" not in client.get("/robots.txt").text


def test_an_article_describes_itself(client):
    tree = LexborHTMLParser(client.get("/articles/password.en?q=x&s=y").text)
    meta = {
        node.attributes.get("property") or node.attributes.get("name"): node.attributes["content"]
        for node in tree.css("meta[content]")
    }
    assert meta["og:type"] == "article"
    assert meta["og:title"] == "Reset your password"
    assert meta["og:locale"] == "en_US"
    assert meta["og:url"] == f"{ROOT}/articles/password.en"
    assert meta["description"].startswith("Open the app. Ask for another link.")
    assert tree.css_first(".printed").text() == f"{ROOT}/articles/password.en"
    canonical = tree.css_first("link[rel=canonical]").attributes["href"]
    assert canonical == f"{ROOT}/articles/password.en"


def test_linked_data_has_the_questions_and_the_way_there(client):
    tree = LexborHTMLParser(client.get("/articles/password.en").text)
    data = json.loads(tree.css_first("script[type='application/ld+json']").text())
    faq, crumbs = data["@graph"]
    assert [(q["name"], q["acceptedAnswer"]["text"]) for q in faq["mainEntity"]] == [
        ("Did the link expire?", "Ask for another link.")
    ]
    assert [item["name"] for item in crumbs["itemListElement"]] == [
        "Help center", "Account & privacy", "Reset your password",
    ]  # fmt: skip
    items = [item["item"] for item in crumbs["itemListElement"]]
    assert items[0] == f"{ROOT}/?locale=en"
    assert items[-1] == f"{ROOT}/articles/password.en"


def test_home_and_sections_name_their_languages(client):
    tree = LexborHTMLParser(client.get("/?section=payments&locale=fa").text)
    links = {
        a.attributes["hreflang"]: a.attributes["href"] for a in tree.css("link[rel=alternate]")
    }
    assert links.keys() == {"en", "fa", "zh", "x-default"}
    assert links["x-default"] == f"{ROOT}/?section=payments"
    assert tree.css_first("link[rel=canonical]").attributes["href"] == links["fa"]


def test_results_are_for_nobody_elses_index(client):
    tree = LexborHTMLParser(client.get("/?q=invoice").text)
    assert tree.css_first("meta[name=robots]").attributes["content"] == "noindex"


def test_headings_that_ask_are_questions_else_the_title_is():
    html = "<p>Intro.</p><h2>Why?</h2><p>So.</p><ul><li>a</li></ul><h2>How</h2><p>Thus.</p>"
    assert questions("T", html) == [("Why?", "So. a")]
    assert questions("پول؟", "<p>متن</p>") == [("پول؟", "متن")]
    assert questions("T", "<h2>为什么？</h2><p>因为。</p>") == [("为什么？", "因为。")]
    assert questions("T", "<h2>Empty?</h2>") == [("T", "")]


def test_descriptions_are_cut_between_words():
    assert shortened("one two three", 9) == "one two…"
    assert shortened("一二三四五六", 4) == "一二三…"
    assert shortened("short", 9) == "short"
    assert plain("<h2>No</h2><p>a <b>b</b></p><pre>c</pre>") == "a b c"
