"""An article's page: contents, links to headings, what else to read, and whether it helped."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi.testclient import TestClient
from markupsafe import Markup
from selectolax.lexbor import LexborHTMLParser

from api.app import create_app
from api.web.anchors import with_anchors
from api.web.words import words
from kb.config import load_settings
from kb.events import ArticleVoted
from tests.kb.help_center.shop import open_shop

EN = words("en", "help")
PATH = "/articles/password.en"


@pytest.fixture
def shop(settings, tmp_path):
    store, knowledge_base = open_shop(settings, tmp_path)
    yield store, knowledge_base
    store.close()


@pytest.fixture
def client(settings, shop):
    with TestClient(create_app(settings, shop[1])) as opened:
        yield opened


def votes(store) -> list[ArticleVoted]:
    return [e.event for e in store.events.visits() if isinstance(e.event, ArticleVoted)]


def tree(response) -> LexborHTMLParser:
    return LexborHTMLParser(response.text)


def test_headings_link_to_themselves():
    html = Markup('<h2 id="a-b">One <em>&amp;</em> two</h2><h3 id="x">Three</h3><h4 id="y">No</h4>')
    found = LexborHTMLParser(with_anchors(html, EN))
    links = found.css("a.anchor")
    assert [link.attributes["href"] for link in links] == ["#a-b", "#x"]
    assert links[0].attributes["aria-label"] == "Link to “One & two”"
    assert found.css_first("h2").attributes["id"] == "a-b"


def test_a_heading_cannot_break_out_of_its_link():
    html = Markup('<h2 id="&quot;&gt;&lt;b&gt;">&lt;script&gt;"</h2>')
    found = LexborHTMLParser(with_anchors(html, EN))
    assert not found.css("script, b")
    assert found.css_first("h2").attributes["id"] == '"><b>'


def test_an_article_has_contents_for_desk_and_phone_and_what_to_read_next(client):
    page = tree(client.get(PATH))
    for place in (".outline", ".outline-fold"):
        assert [a.attributes["href"] for a in page.css(f"{place} a")] == [
            "#did-the-link-expire", "#account-locked", "#afterwards",
        ]  # fmt: skip
    assert page.css_first(".outline-fold").tag == "details"
    crumbs = [item.text(strip=True) for item in page.css(".crumbs li")]
    assert crumbs == ["Help center", "Account & privacy", "Reset your password"]
    assert not tree(client.get("/articles/email.en")).css(".outline, .outline-fold")


def test_a_vote_counts_without_scripts_and_leads_back_to_the_page(client, shop):
    reply = client.post(PATH, data={"helpful": "yes"}, follow_redirects=False)
    assert reply.status_code == 303
    target = urlsplit(reply.headers["location"])
    assert (target.path, target.fragment) == (PATH, "vote")
    assert parse_qs(target.query)["told"] == ["yes"]
    assert "Good to know" in tree(client.get(reply.headers["location"])).css_first(".vote").text()
    assert [(vote.article, vote.helpful, vote.channel) for vote in votes(shop[0])] == [
        ("password.en", True, "help_center")
    ]
    assert "set-cookie" not in reply.headers


def test_who_says_no_is_asked_why_and_the_reason_takes_the_place_of_the_first_vote(client, shop):
    reply = client.post(PATH, data={"helpful": "no"})
    reasons = [i.attributes["value"] for i in tree(reply).css(".vote input[type=radio]")]
    assert reasons == ["unclear", "outdated", "not_working", "other_question"]
    told = {"helpful": "no", "reason": "outdated", "comment": "Call me: sam@example.com"}
    reply = client.post(PATH, data=told)
    assert "Our writers" in tree(reply).css_first(".vote").text()
    last = votes(shop[0])[-1]
    assert (last.helpful, last.reason) == (False, "outdated")
    assert "sam@example.com" not in last.comment
    assert len({vote.occasion for vote in votes(shop[0])}) == 1


def test_a_script_gets_the_part_of_the_page_that_comes_next(client):
    reply = client.post(PATH, data={"helpful": "no"}, headers={"X-Fragment": "1"})
    assert reply.status_code == 200
    assert "<html" not in reply.text
    assert tree(reply).css_first("form.reason legend[data-focus]")
    assert tree(reply).css_first("form").attributes["data-fragment"] == "#vote"


@pytest.mark.parametrize(
    "data", [{}, {"helpful": "maybe"}, {"helpful": "no", "comment": "x" * 2001}]
)
def test_a_vote_that_says_nothing_is_refused_as_a_page(client, shop, data):
    reply = client.post(PATH, data=data)
    assert reply.status_code == 422
    assert tree(reply).css_first("h1")
    assert votes(shop[0]) == []


def test_reasons_of_others_and_searches_that_are_none_are_dropped(client, shop):
    client.post(PATH, data={"helpful": "no", "reason": "<script>", "s": "../../x"})
    assert votes(shop[0])[0].reason == ""
    client.post(PATH, data={"helpful": "yes", "reason": "unclear"})
    assert votes(shop[0])[-1].reason == ""


def test_other_sites_cannot_vote_for_their_visitors(client, shop):
    reply = client.post(PATH, data={"helpful": "no"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert reply.status_code == 403
    reply = client.post(PATH, data={"helpful": "no"}, headers={"Origin": "https://evil.example"})
    assert reply.status_code == 403
    assert votes(shop[0]) == []


def test_only_public_articles_can_be_voted_on(client, shop):
    assert client.post("/articles/limits.en", data={"helpful": "yes"}).status_code == 404
    assert votes(shop[0]) == []


def test_without_an_event_log_nobody_is_asked(shop, settings):
    silent = load_settings(data_dir=settings.data_dir, event_log=False)
    with TestClient(create_app(silent, shop[1])) as client:
        assert tree(client.get(PATH)).css_first(".vote") is None
        assert client.post(PATH, data={"helpful": "yes"}).status_code == 404


@pytest.mark.parametrize(
    ("locale", "question"),
    [("en", "Was this article helpful?"), ("fa", "این مقاله به کارتان آمد؟"),
     ("zh", "这篇文章有帮助吗？")],
)  # fmt: skip
def test_the_question_is_asked_in_the_language_of_the_page(client, locale, question):
    page = tree(client.get(f"{PATH}?locale={locale}"))
    assert page.css_first(".vote h2").text() == question
