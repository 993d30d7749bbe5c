"""Which article a solved ticket is about."""

from __future__ import annotations

import pytest

from kb.gaps.articles.topics import likeness, topics
from tests.kb.gaps.library import article, content, near, ticket

LEAK = article("leak.en", near(0), near(1))
LEAK_FA = article("leak.fa", near(2))
WIFI = article("wifi.en", near(3))


def on_topic(*tickets, articles=(LEAK, LEAK_FA, WIFI)):
    found = topics(content(*articles, tickets=tickets))
    return {group: [(one.ticket.id, one.clear) for one in items] for group, items in found.items()}


def test_a_ticket_is_about_the_article_that_its_problem_is_clearly_nearest_to():
    # any passage of any language version; the reply is about something else
    assert on_topic(ticket("T1", near(1, 0.6), near(9)), ticket("T2", near(2, 0.5), near(8))) == {
        "leak.en": [("T1", True), ("T2", True)]
    }


def test_where_the_problem_is_between_two_articles_the_reply_decides():
    between = 0.5 * near(0) + 0.45 * near(3) + 0.74 * near(9)
    assert on_topic(ticket("T1", between, near(0, 0.5))) == {"leak.en": [("T1", False)]}
    assert on_topic(ticket("T1", between, near(3, 0.5))) == {}


def test_a_ticket_that_is_near_to_nothing_has_no_topic():
    assert on_topic(ticket("T1", near(0, 0.3), near(0))) == {}


def test_internal_articles_and_empty_ones_take_no_tickets():
    hidden = article("leak.en", near(0), audience="internal")
    assert on_topic(ticket("T1", near(0)), articles=(hidden, article("bare.en"), WIFI)) == {}
    assert on_topic(ticket("T1", near(0)), articles=()) == {}
    assert on_topic(articles=(LEAK,)) == {}


def test_a_reply_is_as_like_an_article_as_its_nearest_passage():
    every = content(LEAK, tickets=[ticket("T1", near(0), near(1, 0.6))])
    (item,) = topics(every)["leak.en"]
    assert likeness(LEAK, item, every) == pytest.approx(6)
