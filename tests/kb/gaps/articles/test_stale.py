"""Articles that the world has moved on from."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from kb.gaps.articles.pairs import similar_pairs
from kb.gaps.articles.stale import stale_articles
from kb.gaps.articles.topics import topics
from tests.kb.gaps.library import NOW, OLD, article, content, near, ticket

AXES = {"low-water": 0, "wifi": 1}


def stale(*articles, tickets=()):
    every = content(*articles, tickets=tickets)
    return stale_articles(every, topics(every), similar_pairs(every), NOW)


def old(name="low-water", **fields):
    return article(f"{name}.en", near(AXES[name]), **({"updated": OLD} | fields))


def solved(count, first_day, last_day, name="low-water", likeness=0.8, **fields):
    """Tickets on the topic of an article, spread evenly over some days ago."""
    problem = near(AXES[name], 0.8)
    for n, day in enumerate(np.linspace(first_day, last_day, count)):
        reply = near(AXES[name], likeness + 0.02 * (n % 3), 20)
        yield ticket(f"{name} {first_day} {n}", problem, reply, days_ago=int(day), **fields)


GROWING = [*solved(8, 57, 111), *solved(24, 1, 55)]
MOVED_ON = [*solved(20, 600, 200), *solved(12, 180, 100, likeness=0.6)]


def test_an_old_article_whose_tickets_grow_is_stale():
    (row,) = stale(old(), tickets=GROWING)
    assert (row.growing, row.tickets, row.tickets_before) == (True, 24, 8)
    assert row.days_old == (NOW.date() - OLD).days
    assert row.reason == (
        f"It is {row.days_old} days old, and 24 tickets on its topic were solved in the last 8 "
        "weeks, after 8 in the 8 before."
    )


def test_an_article_of_unknown_age_counts_as_old_and_a_fresh_one_does_not():
    (row,) = stale(old(updated=None), tickets=GROWING)
    assert row.days_old is None
    assert row.reason.startswith("It is of unknown age")
    assert stale(old(updated=NOW.date() - dt.timedelta(days=365)), tickets=GROWING) == []


@pytest.mark.parametrize(
    "tickets",
    [
        [*solved(2, 57, 111), *solved(6, 1, 55)],  # too few
        [*solved(20, 57, 111), *solved(24, 1, 55)],  # hardly more
        [*solved(8, 57, 111), *solved(24, 1, 3)],  # one bad week
        [*GROWING, *solved(30, 57, 111, "wifi"), *solved(100, 1, 55, "wifi")],  # all tickets grow
        [*solved(8, 57, 111), *solved(24, -50, -1)],  # dates to come
        [*solved(32, 120, 400)],  # long ago
    ],
    ids=["few", "steady", "burst", "all grow", "future", "past"],
)
def test_noise_is_no_growth(tickets):
    assert not any(row.growing and row.article.id == "low-water.en" for row in stale(
        old(), tickets=tickets
    ))  # fmt: skip


def test_an_old_article_that_replies_have_moved_away_from_is_stale():
    (row,) = stale(old(), tickets=MOVED_ON)
    assert row.diverging is not None
    assert (row.diverging.recent_replies, row.diverging.earlier_replies) == (12, 20)
    assert row.diverging.recent == pytest.approx(6.2, abs=0.1)
    assert row.diverging.earlier == pytest.approx(8.2, abs=0.1)
    assert "less like it than the 20 before (6.2 against 8.2 spreads)" in row.reason


@pytest.mark.parametrize(
    "tickets",
    [
        [*solved(20, 600, 200), *solved(7, 180, 100, likeness=0.6)],
        [*solved(20, 600, 200), *solved(12, 180, 100, likeness=0.75)],
        [*solved(20, 600, 200, likeness=0.6), *solved(12, 180, 100)],
        [*solved(20, 600, 200), *solved(12, 180, 100, likeness=0.6, locale="fa")],
        [*solved(20, 600, 200), *solved(11, 180, 110), *solved(2, 100, 99, likeness=0.1)],
    ],
    ids=["few", "little", "closer", "another language", "two odd ones"],
)
def test_noise_is_no_divergence(tickets):
    assert stale(old(), tickets=tickets) == []


def test_a_fresh_article_may_differ_from_its_replies():
    assert stale(old(updated=NOW.date()), tickets=MOVED_ON) == []


TITLE = {"en": "The reset link", "fa": "پیوند بازیابی رمز", "zh": "重置密码"}
RULES = {
    "en": ("The reset link is valid for 24 hours.", "The reset link is valid for 3 hours."),
    "fa": ("پیوند بازیابی رمز ۲۴ ساعت اعتبار دارد.", "پیوند بازیابی رمز فقط ۳ ساعت اعتبار دارد."),
    "zh": ("重置密码的链接24小时内有效。", "重置密码的链接 3 小时内有效。"),
}


def rule(identifier, *vectors, language="en", newer=False, **fields):
    values = {"title": TITLE[language], "body": RULES[language][newer], "group": identifier}
    return article(identifier, *vectors, **(values | fields))


@pytest.mark.parametrize("language", ["en", "fa", "zh"])
def test_a_newer_reply_that_says_something_else_contradicts_an_article_of_any_age(language):
    before, after = RULES[language]
    page = rule(f"link.{language}", near(0), language=language)
    replies = [
        ticket(f"T{n}", near(0), text=after, days_ago=n, locale=language) for n in (1, 2, 40)
    ]
    (row,) = stale(page, tickets=replies)
    (said,) = row.contradictions
    assert (said.sentence, said.newer_sentence) == (before, after)
    assert (said.source, said.kind, said.times) == ("T1", "ticket", 2)  # T40 is older than the page
    assert row.reason.startswith("A newer reply says something else (2 replies do): ")


def test_a_reply_to_something_else_contradicts_nothing():
    _, after = RULES["en"]
    page = rule("link.en", near(0))
    assert stale(page, tickets=[ticket("T1", near(5), text=after)]) == []
    assert stale(page, tickets=[ticket("T1", near(0), near(5), text=after)]) == []


def test_without_a_date_only_replies_of_the_last_year_are_newer():
    _, after = RULES["en"]
    page = rule("link.en", near(0), updated=None)
    (row,) = stale(page, tickets=[ticket("T1", near(0), text=after, days_ago=360)])
    assert row.reason.startswith(
        "A reply of the last year says something else: 24 hours / 3 hours."
    )
    assert stale(page, tickets=[ticket("T1", near(0), text=after, days_ago=370)]) == []
    assert stale(page, tickets=[ticket("T1", near(0), text=after, days_ago=None)]) == []


def test_a_newer_article_about_the_same_contradicts_an_older_one():
    older = rule("link.en", near(0), updated=dt.date(2026, 9, 1))
    other = {"newer": True, "audience": "internal"}
    newer = rule("guide.en", near(0, 0.7), updated=dt.date(2026, 10, 1), **other)
    (row,) = stale(older, newer)
    assert (row.article.id, row.contradictions[0].source) == ("link.en", "guide.en")
    assert row.reason == "A newer article says something else: 24 hours / 3 hours."
    assert stale(older, rule("guide.en", near(0, 0.7), updated=None, **other)) == []


def test_what_is_contradicted_on_a_busy_topic_comes_first():
    _, after = RULES["en"]
    rows = stale(
        old(),
        rule("link.en", near(1)),
        tickets=[
            *GROWING,
            *(ticket(f"T{n}", near(1), text=after, days_ago=1 + n) for n in range(20)),
            *(ticket(f"U{n}", near(1), days_ago=60 + n) for n in range(20)),
        ],
    )
    assert [row.article.id for row in rows] == ["link.en", "low-water.en"]
    assert [row.priority for row in rows] == [2 * 21, 25]


def test_each_article_is_one_row_whatever_its_versions():
    versions = [old(), article("low-water.fa", near(2), updated=OLD)]
    rows = stale(*versions, tickets=[*GROWING, *MOVED_ON])
    assert [row.article.id for row in rows] == ["low-water.en"]
