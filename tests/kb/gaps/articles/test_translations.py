"""Missing translations by demand, and outdated ones."""

from __future__ import annotations

import datetime as dt

import pytest

from kb.gaps.articles.topics import topics
from kb.gaps.articles.translations import (
    demand_of,
    missing_translations,
    outdated_translations,
    untranslated,
)
from tests.kb.gaps.library import article, content, near, ticket, visit

LANGUAGES = ("en", "fa", "zh")
HARD, WIFI = article("hard.en", near(0)), article("wifi.en", near(1))


def missing(*searches, articles=(HARD, WIFI), tickets=(), languages=LANGUAGES):
    every = content(*articles, tickets=tickets)
    return missing_translations(every, demand_of(every, searches, topics(every)), languages)


def asking(count, language, identifier="hard.en", **fields):
    return [visit(language=language, hits=[identifier], **fields) for _ in range(count)]


def test_what_people_were_led_to_in_another_language_is_missing_in_theirs():
    rows = missing(
        *asking(40, "fa"), *asking(30, "zh-Hant"), *asking(35, "zh", "wifi.en"), *asking(9, "en")
    )
    assert [(row.article.id, row.language, row.asked) for row in rows] == [
        ("hard.en", "fa", 40),
        ("wifi.en", "zh", 35),
        ("hard.en", "zh", 30),
    ]
    assert rows[0].reason == (
        "There is no version in “fa”; people who searched in it and were led to the article: 40."
    )


def test_an_opened_article_counts_and_one_further_down_or_shown_as_nothing_does_not():
    opened = visit(language="fa", hits=["wifi.en", "hard.en"], clicked=["hard.en"])
    below = visit(language="zh", hits=["gone.en", "hard.en"])
    nothing = visit(language="zh", hits=["hard.en"], outcome="nothing")
    rows = missing(opened, below, nothing, *asking(40, "fa", "x"), *asking(40, "zh", "x"))
    assert {(row.article.id, row.language) for row in rows} == {
        ("hard.en", "fa"),
        ("wifi.en", "fa"),
    }


def test_a_visit_is_one_person_and_an_imported_question_counts_as_often_as_it_was_asked():
    flood = asking(500, "fa", session="v1")
    imported = asking(1, "zh", session="", times=60)
    assert {row.language: row.asked for row in missing(*flood, *imported)} == {"fa": 1, "zh": 60}


def test_where_few_searched_in_a_language_its_share_of_visitors_stands_in():
    rows = missing(*asking(80, "en"), *asking(20, "fa", "wifi.en"))
    (row,) = [row for row in rows if (row.article.id, row.language) == ("hard.en", "fa")]
    assert (row.asked, row.expected) == (0, pytest.approx(80 * 20 / 100))
    assert row.demand == row.expected
    # with enough visitors, silence is an answer
    rows = missing(*asking(80, "en"), *asking(30, "fa", "wifi.en"))
    assert [row for row in rows if (row.article.id, row.language) == ("hard.en", "fa")] == []


def test_tickets_in_the_language_are_demand_too():
    (row,) = missing(tickets=[ticket("T1", near(0), locale="fa"), ticket("T2", near(9))])
    assert (row.language, row.tickets, row.demand) == ("fa", 1, 1)


def test_nothing_is_missing_where_nobody_asks_but_it_is_counted():
    assert missing() == []
    hidden = article("hb.en", audience="internal")
    every = content(HARD, WIFI, article("wifi.fa"), hidden)
    assert untranslated(every, LANGUAGES) == {"en": 0, "fa": 1, "zh": 2}
    assert missing(*asking(50, "fa", "hb.en"), articles=(hidden,)) == []


def outdated(*articles, searches=()):
    every = content(*articles)
    return outdated_translations(every, demand_of(every, searches, {}))


def dated(identifier, day, **fields):
    return article(identifier, near(0), updated=dt.date(2026, 6, day), **fields)


def test_a_translation_is_outdated_when_its_source_was_changed_days_later():
    rows = outdated(dated("hard.en", 10), dated("hard.fa", 9), dated("hard.zh", 1))
    assert [(row.article.id, row.source.id, row.days_behind) for row in rows] == [
        ("hard.zh", "hard.en", 9)
    ]
    assert rows[0].reason == "“hard” was changed 9 days after this translation of it."


def test_the_most_wanted_translation_comes_first():
    rows = outdated(
        dated("hard.en", 20),
        dated("hard.fa", 1),
        dated("hard.zh", 10),
        searches=asking(3, "zh", "hard.zh"),
    )
    assert [(row.article.id, row.demand) for row in rows] == [("hard.zh", 3), ("hard.fa", 0)]
    assert "People who asked for it in “zh”: 3." in rows[0].reason


def test_what_an_outdated_translation_says_wrongly_is_shown():
    now, before = (
        "Rinse the Verdilo Duo tank with 30 g citric acid per litre.",
        "مخزن Verdilo Duo را با ۲۰ گرم اسید در هر لیتر بشویید.",
    )
    (row,) = outdated(dated("hard.en", 20, body=now), dated("hard.fa", 1, body=before))
    assert (row.sentence, row.source_sentence) == (before, now)
    assert row.reason.endswith("They contradict each other: ۲۰ گرم / 30 g.")


def test_without_a_source_or_a_date_nothing_is_outdated():
    unmarked = [
        article(f"hard.{one}", updated=dt.date(2026, 6, day), group="hard")
        for one, day in (("en", 20), ("fa", 1))
    ]
    assert outdated(*unmarked) == []
    assert outdated(dated("hard.en", 20), article("hard.fa", updated=None)) == []
    assert outdated(article("hard.en", updated=None), dated("hard.fa", 1)) == []
