"""The help center's pages, over a knowledge base that answers from a list."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Literal
from urllib.parse import parse_qs, unquote, urlsplit

import numpy as np
import pytest
from fastapi.testclient import TestClient
from selectolax.lexbor import LexborHTMLParser

from api.app import create_app
from api.pages import help as pages
from api.web import contact_link, marked, passage
from api.web.words import words
from kb.config import Settings, load_settings
from kb.errors import KBError, NoSnapshot, NotFound, TooLarge
from kb.models import Answer, Hit, IndexedDocument, Passage, SearchResult
from kb.suggest import SuggestionTools
from kb.text import clean

EN = words("en", "help")
HOSTILE = '<script>alert("1")</script>'


def document(identifier: str, title: str, **changes: object) -> IndexedDocument:
    name, _, locale = identifier.rpartition(".")
    values = {
        "id": identifier, "group": f"{name}.en", "kind": "article", "collection": "help",
        "locale": locale, "title": title, "section": "payments",
        "body": f"Intro.\n\n## First\n\nText.\n\n## Second\n\n{HOSTILE}\n\n## Third\n\nEnd.",
        "updated": dt.date(2026, 2, 25),
    }  # fmt: skip
    return IndexedDocument.model_validate({**values, **changes})


REFUND_EN = document("refund.en", "Refund time")
REFUND_FA = document("refund.fa", "زمان بازپرداخت")
ONLY_EN = document("hard-water.en", "Hard water", section="planter")
DOCUMENTS = (REFUND_EN, REFUND_FA, ONLY_EN)


def hit(shown: IndexedDocument, snippet: str = "Some text", **changes: object) -> Hit:
    values = {
        "id": shown.id, "group": shown.group, "title": shown.title, "locale": shown.locale,
        "url": f"/articles/{shown.id}", "snippet": snippet, "score": 0.5, "collection": "help",
        "kind": "article", "passage_id": f"{shown.id}#top.1", "section": shown.section,
        "updated": shown.updated,
    }  # fmt: skip
    return Hit.model_validate({**values, **changes})


ANSWER = Answer(
    id="refund.fa",
    passage_id="refund.fa#روش-پرداخت~2.1",
    title="زمان بازپرداخت",
    heading="روش پرداخت",
    text="بازپرداخت:\n- کارت: ۷ روز\n- کیف پول: ۱ روز",
    highlights=((0, 9), (13, 17)),
    locale="fa",
    url="/articles/refund.fa",
)


class FakeCollection:
    """The documents, without a passage."""

    document_ids = tuple(shown.id for shown in DOCUMENTS)
    groups = tuple(shown.group for shown in DOCUMENTS)
    locales = tuple(shown.locale for shown in DOCUMENTS)
    document_of = np.zeros(0, np.int32)
    languages = np.zeros(0, np.str_)
    lexical: frozenset[str] = frozenset()
    dense = SimpleNamespace(all_vectors=lambda: np.zeros((0, 4), np.float32))

    def __len__(self) -> int:
        return 0

    def all_documents(self) -> list[IndexedDocument]:
        return list(DOCUMENTS)

    def passages(self, _ordinals: object) -> dict[int, Passage]:
        return {}

    def ordinal_of(self, identifier: str) -> int:
        return self.document_ids.index(identifier)


HELD = SimpleNamespace(
    snapshot=SimpleNamespace(generation=1, collections={"help": FakeCollection()})
)


@dataclass
class FakeKnowledgeBase:
    """Returns what it was given and remembers how it was asked."""

    settings: Settings
    hits: tuple[Hit, ...] = ()
    answer: Answer | None = None
    outcome: Literal["related", "nothing"] = "nothing"
    degraded: bool = False
    failure: Exception | None = None
    tools: SuggestionTools = field(default_factory=SuggestionTools)
    asked: list[dict[str, object]] = field(default_factory=list)

    def _fail(self) -> None:
        if self.failure:
            raise self.failure

    def search(self, query: str, *, locale: str | None, role: str, limit: int) -> SearchResult:
        self.asked.append({"query": query, "locale": locale, "role": role})
        self._fail()
        if len(query) > self.settings.max_query_chars:
            raise TooLarge("too long")
        return SearchResult(
            query=query,
            locale=locale or "en",
            generation=1,
            confidence=0.9 if self.answer else 0.1,
            answer=self.answer,
            outcome="answered" if self.answer else self.outcome,
            hits=self.hits[:limit],
            contact="" if self.answer else self.settings.contact,
            degraded=self.degraded,
        )

    def article(self, identifier: str, *, role: str) -> IndexedDocument:
        self.asked.append({"article": identifier, "role": role})
        self._fail()
        for found in DOCUMENTS:
            if found.id == identifier:
                return found
        raise NotFound("no such article")

    def translations(self, shown: IndexedDocument) -> list[IndexedDocument]:
        return [other for other in DOCUMENTS if other.group == shown.group]

    def held(self) -> SimpleNamespace:
        self._fail()
        return HELD

    def url_of(self, shown: IndexedDocument) -> str:
        return f"{self.settings.public_url}/articles/{shown.id}"


@pytest.fixture
def fake(settings: Settings) -> FakeKnowledgeBase:
    return FakeKnowledgeBase(settings)


@pytest.fixture
def client(settings: Settings, fake: FakeKnowledgeBase):
    with TestClient(create_app(settings, fake)) as opened:  # type: ignore[arg-type]
        yield opened


def page(response) -> LexborHTMLParser:
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    return LexborHTMLParser(response.text)


# Safety


def test_nothing_hostile_reaches_the_page_as_markup(client, fake):
    fake.hits = (
        hit(document("x.en", HOSTILE, section=HOSTILE), f"see {HOSTILE}", heading=HOSTILE),
    )
    fake.answer = ANSWER.model_copy(
        update={"title": HOSTILE, "heading": HOSTILE, "text": f"{HOSTILE}\n- {HOSTILE}"}
    )
    for path, parameters in (("/", {"q": HOSTILE}), ("/articles/refund.en", {"q": HOSTILE})):
        response = client.get(path, params={**parameters, "section": HOSTILE, "locale": HOSTILE})
        assert response.status_code == 200
        inert = "script:not([src]):not([type='application/ld+json']), style, [style], [onclick]"
        assert not page(response).css(inert)
        assert HOSTILE not in response.text
    assert (
        page(client.get("/", params={"q": HOSTILE})).css_first("#q").attributes["value"] == HOSTILE
    )


def test_marks_are_put_around_escaped_text():
    assert marked("a <b> c", [(2, 5)]) == "a <mark>&lt;b&gt;</mark> c"
    assert marked("abc", [(2, 3), (0, 1)]) == "<mark>a</mark>b<mark>c</mark>"


@pytest.mark.parametrize("spans", [[(-1, 2)], [(2, 1)], [(1, 9)], [(1, 1)]])
def test_spans_that_make_no_sense_are_ignored(spans):
    assert marked("abc", spans) == "abc"


def test_overlapping_spans_lose_no_text():
    assert marked("abcd", [(0, 3), (1, 4)]) == "<mark>abc</mark>d"


def test_a_passage_gets_its_lists_and_tables_back():
    assert passage("Two:\n- one\n- two", [(7, 10)]) == (
        "<p>Two:</p><ul><li><mark>one</mark></li><li>two</li></ul>"
    )
    assert passage("3. c\n4. d", []) == '<ol start="3"><li>c</li><li>d</li></ol>'
    assert passage("Card | 5 days\nWallet | 1 day", [(14, 20)]) == (
        "<table><tr><td>Card</td><td>5 days</td></tr>"
        "<tr><td><mark>Wallet</mark></td><td>1 day</td></tr></table>"
    )
    assert passage("this | that", []) == "<p>this | that</p>"


@pytest.mark.parametrize(
    ("path", "status"),
    [("/", 200), ("/?q=refund", 200), ("/articles/refund.en", 200), ("/articles/none", 404),
     ("/?q=", 422)],
)  # fmt: skip
def test_every_page_forbids_what_it_does_not_need(client, path, status):
    response = client.get(path)
    assert response.status_code == status
    policy = response.headers["content-security-policy"]
    assert policy.startswith(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'"
    )
    assert "frame-ancestors 'none'" in policy
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"] == "same-origin"
    assert not re.findall(r'(?:src|href|action)="(?:https?:)?//', response.text)


def test_whoever_asks_sees_what_a_customer_sees(client, fake):
    from kb.keys import create_key

    key = create_key(client.app.state.kb.store, "admin", "admin")
    headers = {"Authorization": f"Bearer {key}"}
    assert client.get("/?q=refund", headers=headers).status_code == 200
    assert client.get("/articles/refund.en", headers=headers).status_code == 200
    assert {asked["role"] for asked in fake.asked} == {"customer"}


# Languages


@pytest.mark.parametrize(("locale", "direction"), [("en", "ltr"), ("fa", "rtl"), ("zh", "ltr")])
def test_a_page_states_its_language_and_direction(client, locale, direction):
    html = page(client.get("/", params={"locale": locale})).css_first("html")
    assert (html.attributes["lang"], html.attributes["dir"]) == (locale, direction)


@pytest.mark.parametrize(
    ("header", "locale"),
    [("fa-IR,fa;q=0.9,en;q=0.8", "fa"), ("de, zh;q=0.5, en;q=0.4", "zh"), ("de", "en"),
     ("en;q=0.1,zh-TW", "zh"), ("", "en"), (";;q=x,,fa;q=0", "en")],
)  # fmt: skip
def test_the_browser_chooses_the_language_unless_the_address_does(client, header, locale):
    headers = {"Accept-Language": header}
    assert page(client.get("/", headers=headers)).css_first("html").attributes["lang"] == locale
    stated = page(client.get("/?locale=fa-IR", headers=headers))
    assert stated.css_first("html").attributes["lang"] == "fa"


def test_the_language_switcher_keeps_the_query(client):
    question = "a & b? پول"
    tree = page(client.get("/", params={"q": question, "locale": "en"}))
    links = [link.attributes["href"] for link in tree.css(".languages a")]
    kept = [parse_qs(urlsplit(link).query) for link in links]
    assert kept == [{"q": [question], "locale": [locale]} for locale in ("en", "fa", "zh")]
    current = tree.css(".languages a[aria-current]")
    assert [link.attributes["lang"] for link in current] == ["en"]


def test_a_hit_in_another_language_carries_a_badge_and_its_own_direction(client, fake):
    fake.hits = (hit(REFUND_FA), hit(ONLY_EN))
    tree = page(client.get("/?q=refund&locale=fa"))
    first, second = tree.css(".hit")
    assert first.css_first(".badge") is None
    assert (first.attributes["lang"], first.attributes["dir"]) == ("fa", "rtl")
    assert "انگلیسی" in second.css_first(".badge").text()
    assert (second.attributes["lang"], second.attributes["dir"]) == ("en", "ltr")


def test_persian_pages_use_persian_digits_and_the_persian_calendar(client, fake):
    fake.outcome = "related"
    fake.hits = tuple(hit(REFUND_FA) for _ in range(10))
    tree = page(client.get("/?q=x&locale=fa"))
    assert tree.css_first(".count").text() == "۱۰ مقاله"
    assert tree.css_first("time").text() == "به‌روزرسانی: ۶ اسفند ۱۴۰۴"
    assert tree.css_first("time").attributes["datetime"] == "2026-02-25"
    assert page(client.get("/?q=x&locale=zh")).css_first("time").text() == "更新于 2026年2月25日"
    assert page(client.get("/?q=x&locale=en")).css_first(".count").text() == "10 articles"


# Results


def test_the_answer_stands_above_the_other_articles(client, fake):
    fake.answer = ANSWER
    fake.hits = (hit(REFUND_FA), hit(ONLY_EN, "Some hard water", highlights=((5, 9),)))
    tree = page(client.get("/?q=پول&locale=fa"))
    answer = tree.css_first(".answer")
    assert answer.attributes["dir"] == "rtl"
    assert [mark.text() for mark in answer.css("mark")] == ["بازپرداخت", "کارت"]
    assert len(answer.css("li")) == 2
    source = urlsplit(answer.css_first(".source a").attributes["href"])
    assert source.path == "/articles/refund.fa"
    assert unquote(source.fragment) == "روش-پرداخت"
    assert parse_qs(source.query)["q"] == ["پول"]
    assert [h.css_first("h3").text() for h in tree.css(".hit")] == ["Hard water"]
    assert tree.css_first(".hit mark").text() == "hard"
    assert tree.css_first(".no-answer") is None


def test_related_articles_come_without_an_apology_but_with_a_way_to_ask(client, fake):
    fake.outcome = "related"
    fake.hits = (hit(ONLY_EN),)
    tree = page(client.get("/", params={"q": "refund?", "locale": "en"}))
    assert tree.css_first(".no-answer") is None
    link = urlsplit(tree.css_first(".still a").attributes["href"])
    assert (link.path, parse_qs(link.query)["q"]) == ("/contact", ["refund?"])


@pytest.mark.parametrize("hits", [(), (hit(ONLY_EN),)])
def test_without_an_answer_the_question_goes_along_to_the_team(client, fake, hits):
    fake.hits = hits
    question = "Bitcoin & cash?\r\nپول 100%"
    tree = page(client.get("/", params={"q": question, "locale": "en"}))
    link = urlsplit(tree.css_first(".no-answer a").attributes["href"])
    assert link.path == "/contact"
    carried = parse_qs(link.query, strict_parsing=True)
    assert carried["q"] == [clean(question)]
    assert re.fullmatch("[0-9a-f]{20}", carried["s"][0])
    assert len(tree.css(".hit")) == len(hits)
    assert tree.css_first(".answer") is None


def test_a_long_question_is_shortened_for_the_mail_program():
    link = contact_link("help@verdilo.example", EN, "پرسش " * 400)
    assert "…" in unquote(link)
    assert len(link) < 5000


def test_a_contact_may_be_a_web_address_or_plain_words():
    assert contact_link("https://verdilo.example/ask", EN, "x") == "https://verdilo.example/ask"
    assert contact_link("javascript:alert(1)", EN, "x") == ""
    assert contact_link("the shop", EN) == ""


def test_a_reduced_search_says_so(client, fake):
    assert page(client.get("/?q=x&locale=en")).css_first("main [role=status]") is None
    fake.degraded = True
    assert "reduced" in page(client.get("/?q=x&locale=en")).css_first("main [role=status]").text()


# Home and articles


def test_the_home_page_lists_articles_by_topic(client):
    tree = page(client.get("/?locale=fa"))
    topics = [topic.css_first("h3 a").text() for topic in tree.css(".topic")]
    assert topics == ["پرداخت و بازپرداخت", "گلدان شما"]
    assert [link.text() for link in tree.css(".topic li a")] == ["زمان بازپرداخت", "Hard water"]
    assert len(tree.css("h1")) == 1


def test_a_topic_has_a_page_of_its_own(client):
    tree = page(client.get("/?section=planter&locale=en"))
    assert tree.css_first("h1").text() == "Your planter"
    assert [link.text() for link in tree.css(".articles a")] == ["Hard water"]
    current = tree.css(".elsewhere [aria-current]")
    assert [link.text() for link in current] == ["Your planter"]
    assert client.get("/?section=nowhere").status_code == 404


def test_a_long_topic_is_cut_on_the_home_page(client, monkeypatch):
    monkeypatch.setattr(pages, "_LISTED", 0)
    tree = page(client.get("/?locale=en"))
    assert [link.text() for link in tree.css(".topic .more")] == ["Show all 1", "Show all 1"]


def test_an_article_is_framed_in_its_own_language(client):
    tree = page(client.get("/articles/refund.fa", headers={"Accept-Language": "en"}))
    assert tree.css_first("html").attributes["lang"] == "fa"
    assert tree.css_first("h1").text() == "زمان بازپرداخت"
    assert [a.attributes["href"] for a in tree.css(".outline a")] == ["#first", "#second", "#third"]
    assert {h.attributes["id"] for h in tree.css(".prose h2")} == {"first", "second", "third"}
    version = tree.css_first(".versions a")
    assert version.attributes["hreflang"] == "en"
    assert version.attributes["href"].startswith("/articles/refund.en?")


def test_an_article_found_by_a_search_leads_back_to_it(client):
    tree = page(client.get("/articles/refund.en?q=a%26b&locale=fa"))
    assert tree.css_first("html").attributes["dir"] == "rtl"
    assert tree.css_first(".reading").attributes["dir"] == "ltr"
    back = urlsplit(tree.css_first(".back").attributes["href"])
    assert parse_qs(back.query) == {"q": ["a&b"], "locale": ["fa"]}
    assert "زمان بازپرداخت" in tree.css_first(".aside").text()


def test_an_article_without_a_translation_says_so(client):
    tree = page(client.get("/articles/hard-water.en?locale=zh"))
    assert "还没有中文版" in tree.css_first(".aside").text()
    assert page(client.get("/articles/hard-water.en")).css_first(".aside") is None


def test_links_and_addresses_follow_the_public_url(fake, tmp_path):
    settings = load_settings(data_dir=tmp_path / "d", public_url="https://verdilo.example/help")
    fake.settings = settings
    with TestClient(create_app(settings, fake)) as client:  # type: ignore[arg-type]
        tree = page(client.get("/articles/refund.en"))
    canonical = tree.css_first("link[rel=canonical]").attributes["href"]
    assert canonical == "https://verdilo.example/help/articles/refund.en"
    alternates = {
        a.attributes["hreflang"]: a.attributes["href"] for a in tree.css("link[rel=alternate]")
    }
    assert alternates.keys() == {"en", "fa", "x-default"}
    assert alternates["x-default"] == canonical
    assert tree.css_first("link[rel=stylesheet]").attributes["href"].startswith("/help/static/")
    assert tree.css_first("form").attributes["action"] == "/help/"


# Trouble


def test_an_unknown_address_is_a_page_for_browsers_and_a_problem_for_programs(client):
    page = client.get("/helpp", headers={"Accept": "text/html", "Accept-Language": "fa"})
    assert page.status_code == 404
    assert words("fa", "help").not_found in page.text
    assert "script-src" in page.headers["content-security-policy"]
    for path, accept in (("/helpp", "*/*"), ("/v1/nothing", "text/html"), ("/static/x.css", "*/*")):
        reply = client.get(path, headers={"Accept": accept})
        assert (reply.status_code, reply.headers["content-type"]) == (
            404,
            "application/problem+json",
        )


@pytest.mark.parametrize(
    ("locale", "words"), [("en", "can’t find"), ("fa", "پیدا نشد"), ("zh", "找不到")]
)
def test_a_missing_article_is_a_404_in_the_readers_language(client, locale, words):
    response = client.get("/articles/a/b/none", headers={"Accept-Language": locale})
    assert response.status_code == 404
    assert words in page(response).css_first("h1").text()


@pytest.mark.parametrize("query", ["", "   ", "\u0000"])
def test_an_empty_query_is_explained(client, fake, query):
    response = client.get("/", params={"q": query, "locale": "en"})
    assert response.status_code == 422
    assert "Write what you are looking for" in page(response).css_first("[role=alert]").text()
    assert fake.asked == []


def test_a_query_that_is_too_long_is_explained_and_can_be_shortened(client, settings):
    response = client.get("/", params={"q": "x" * 2001, "locale": "fa"})
    assert response.status_code == 413
    tree = page(response)
    assert "۲٬۰۰۰" in tree.css_first("[role=alert]").text()
    assert len(tree.css_first("#q").attributes["value"]) == settings.max_query_chars


@pytest.mark.parametrize("failure", [NoSnapshot("/secret/path"), KBError("x"), OSError("/secret")])
@pytest.mark.parametrize("path", ["/", "/?q=refund", "/articles/refund.en"])
def test_no_failure_shows_its_insides(client, fake, failure, path):
    fake.failure = failure
    response = client.get(path)
    assert response.status_code == 503
    assert "short break" in page(response).css_first("h1").text()
    assert "secret" not in response.text
    assert response.headers["retry-after"]


def test_the_rate_limit_holds_for_pages_too(fake, tmp_path):
    settings = load_settings(data_dir=tmp_path / "d", requests_per_minute=2)
    with TestClient(create_app(settings, fake)) as client:  # type: ignore[arg-type]
        statuses = [client.get("/").status_code for _ in range(3)]
        response = client.get("/")
    assert statuses == [200, 200, 429]
    assert "a lot of searches" in page(response).css_first("h1").text()


def test_a_closed_help_center_shows_nothing(fake, tmp_path):
    settings = load_settings(data_dir=tmp_path / "d", allow_anonymous=False)
    with TestClient(create_app(settings, fake)) as client:  # type: ignore[arg-type]
        response = client.get("/?q=refund")
    assert response.status_code == 401
    assert fake.asked == []
    assert page(response).css_first("h1")


def test_pages_answer_head_and_stay_out_of_the_api_description(client):
    assert client.head("/").status_code == 200
    assert client.head("/articles/refund.en").status_code == 200
    assert not {"/", "/articles/{identifier}"} & set(client.get("/openapi.json").json()["paths"])
