"""The help center over a small index."""

from __future__ import annotations

import datetime as dt
import time

import pytest

from kb.events import ArticleVoted, ResultClicked, SearchMade
from kb.help_center.service import HelpCenter
from tests.kb.help_center.shop import NOW, open_shop


@pytest.fixture
def shop(settings, tmp_path):
    store, knowledge_base = open_shop(settings, tmp_path)
    yield store, knowledge_base
    store.close()


def center(shop, settings, clock=lambda: 0.0) -> HelpCenter:
    store, knowledge_base = shop
    return HelpCenter(settings, knowledge_base, store.events, clock=clock, now=lambda: NOW)


@pytest.fixture
def help_center(shop, settings):
    return center(shop, settings)


def ask(store, query: str, person: str, article: str = "", days: int = 1, **more) -> None:
    at = NOW - dt.timedelta(days=days)
    occasion = f"{query} {person}"
    made = SearchMade(
        occasion=occasion, session=person, channel="help_center", query=query, locale="en",
        confidence=0.9, outcome="answered", results=1, **more,
    )  # fmt: skip
    store.events.append(made, at)
    if article:
        store.events.append(ResultClicked(occasion=occasion, session=person, article=article), at)


def test_completions_have_queries_and_articles_of_customers_only(help_center):
    found = help_center.complete("ref", "en")
    assert [query.text for query in found.queries] == ["refund"]
    assert [(one.id, one.url) for one in found.articles] == [("refund.en", "/articles/refund.en")]
    assert "limits.en" not in help_center.complete("Refund limits", "en").model_dump_json()
    assert help_center.complete("CANARYINT", "en").queries == ()


@pytest.mark.parametrize(
    ("typed", "locale", "article"),
    [("بازی", "fa", "password.fa"), ("重置密", "zh", "password.zh"), ("passw", "fa", "password.en"),
     ("رمز", "en", "password.fa"), ("invioc", "en", "invoice.en"),
     ("PASSWORD", None, "password.en")],
)  # fmt: skip
def test_completions_come_in_the_language_of_what_is_typed(help_center, typed, locale, article):
    assert help_center.complete(typed, locale).articles[0].id == article


def test_an_articles_text_is_searched_where_no_title_fits(help_center):
    assert [one.id for one in help_center.complete("fifty").articles] == []
    assert "password.en" in [one.id for one in help_center.complete("hour").articles]


def test_others_queries_are_proposed_once_enough_asked_them(shop, settings):
    store, _ = shop
    for person in range(5):
        ask(store, "refund for my mother", f"p{person}")
    ask(store, "refund for robin", "p1")
    help_center = center(shop, settings)
    found = help_center.complete("refund f", "en").queries
    assert [(query.text, query.popular) for query in found] == [("refund for my mother", True)]
    assert [query.text for query in help_center.complete("", "en").queries] == [
        "refund for my mother"
    ]


def test_what_is_popular_is_counted_again_after_a_while_and_old_things_fade(shop, settings):
    store, _ = shop
    now = [0.0]
    help_center = center(shop, settings, clock=lambda: now[0])
    assert help_center.popular().articles == ()
    ask(store, "invoice", "p1", article="invoice.en")
    ask(store, "email", "p1", article="email.en", days=91)
    assert help_center.popular().articles == ()
    now[0] = 901.0
    for _ in range(200):
        if help_center.popular().articles:
            break
        time.sleep(0.02)
    assert help_center.popular().articles == ("invoice.en",)


def test_popular_articles_are_in_the_readers_language_and_filled_up_with_new_ones(shop, settings):
    store, _ = shop
    ask(store, "password", "p1", article="password.en")
    store.events.append(
        ArticleVoted(occasion="v", session="p2", article="refund.en", helpful=False), NOW
    )
    found = center(shop, settings).popular_articles("fa", 3)
    assert [entry.id for entry in found] == ["password.fa", "invoice.en", "email.en"]


def test_without_an_event_log_nothing_is_popular(shop, settings):
    silent = settings.model_copy(update={"event_log": False})
    store, _ = shop
    ask(store, "password", "p1", article="password.en")
    assert center(shop, silent).popular().articles == ()


def test_sections_list_every_article_once_the_readers_language_first(help_center):
    sections = help_center.shelf().sections("fa")
    assert [(section.key, [entry.id for entry in section.articles]) for section in sections] == [
        ("account", ["password.fa", "email.en"]),
        ("payments", ["invoice.en", "refund.en"]),
    ]
    entry = help_center.shelf().entry("password.en")
    assert entry.headings == ("Did the link expire?", "Account locked", "Afterwards")


def test_related_articles_are_public_and_of_the_same_language(help_center):
    found = help_center.related("password.en", 10)
    assert {entry.id for entry in found} <= {"email.en", "invoice.en", "refund.en"}
    assert help_center.related("nowhere") == []


def test_related_articles_come_in_the_readers_language_where_they_can(help_center):
    english = help_center.related("email.en", 10)
    persian = help_center.related("email.en", 10, "fa")
    assert "password.en" in [entry.id for entry in english]
    assert [entry.group for entry in persian] == [entry.group for entry in english]
    assert "password.fa" in [entry.id for entry in persian]


def test_a_search_looks_at_its_spelling(help_center):
    found = help_center.search("invioce", locale="en")
    assert (found.query, found.corrected or found.suggestion) == ("invioce", "invoice")
    assert help_center.search("invoice", locale="en").suggestion == ""


def test_a_new_generation_is_noticed(shop, settings, tmp_path):
    from indexer.pipeline import index
    from tests.fakes import BagOfWordsEmbedder

    store, knowledge_base = shop
    help_center = center(shop, settings)
    assert help_center.complete("zebra").articles == ()
    more = tmp_path / "more.jsonl"
    more.write_text('{"_id": "zebra.en", "lang": "en", "title": "Zebra", "text": "Stripes."}')
    index([more], settings, store, BagOfWordsEmbedder())
    knowledge_base.reload()
    assert help_center.shelf().entry("zebra.en")
    for _ in range(200):
        if help_center.complete("zebra").articles:
            break
        time.sleep(0.02)
    assert help_center.complete("zebra").articles[0].id == "zebra.en"
