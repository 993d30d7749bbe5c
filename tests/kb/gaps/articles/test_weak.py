"""Articles that are found and read, but do not help."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kb.acceptance import Acceptance
from kb.gaps.articles.traffic import traffic_of
from kb.gaps.articles.weak import weak_articles
from tests.kb.gaps.library import article, content, visit, vote

A, B, C = article("low-water.en"), article("wifi.en"), article("leak.en")


def weak(searches=(), votes=(), acceptance=None, articles=(A, B, C)):
    traffic = traffic_of(searches, votes)
    return weak_articles(content(*articles), searches, votes, traffic, acceptance or {})


def reads(identifier, count, *, contacted=0, query="low water"):
    return [
        visit(query, hits=[identifier], clicked=[identifier], contacted=n < contacted)
        for n in range(count)
    ]


def test_an_article_whose_readers_contact_the_team_is_weak():
    (row,) = weak(reads("low-water.en", 10, contacted=7) + reads("wifi.en", 100, contacted=5))
    assert (row.article.id, row.readers, row.let_down, row.contacted) == ("low-water.en", 10, 7, 7)
    assert row.share == pytest.approx(0.7)
    assert row.sure == pytest.approx(0.3968, abs=1e-4)  # Wilson's lower bound of 7 in 10
    assert row.priority == pytest.approx(7 * row.sure)
    assert row.reason == (
        "7 of 10 readers were let down: 7 contacted the team after reading it; "
        "at least 40% of readers, more than elsewhere."
    )


@pytest.mark.parametrize(("readers", "contacted"), [(2, 2), (20, 5), (200, 40)])
def test_few_people_or_a_usual_share_do_not_shout(readers, contacted):
    assert weak(reads("low-water.en", readers, contacted=contacted)) == []


def test_where_contact_is_usual_only_what_is_worse_is_weak():
    usual = reads("wifi.en", 100, contacted=60) + reads("leak.en", 100, contacted=60)
    assert weak(reads("low-water.en", 20, contacted=14) + usual) == []
    (row,) = weak(reads("low-water.en", 20, contacted=19) + usual)
    assert row.article.id == "low-water.en"


def test_one_shouting_person_makes_no_article_weak():
    shouting = [
        visit(session="v1", hits=["low-water.en"], clicked=["low-water.en"], contacted=True)
        for _ in range(1000)
    ]
    assert weak(shouting, [vote("low-water.en", "v1") for _ in range(1000)]) == []


def test_votes_down_count_and_their_comments_are_shown_the_newest_first():
    said = ["", "Does not say which button", "دکمه کجاست؟", "哪个按钮？", "哪个按钮？"]
    votes = [vote("low-water.en", f"v{n}", comment=text) for n, text in enumerate(said)]
    (row,) = weak(votes=votes)
    assert (row.voted_down, row.let_down) == (5, 5)
    assert row.comments == ("哪个按钮？", "دکمه کجاست؟", "Does not say which button")
    assert "5 voted that it did not help" in row.reason


def test_why_it_did_not_help_is_counted_by_each_persons_last_vote():
    def voted(session, reason, *, helpful=False):
        return replace(vote("low-water.en", session, helpful=helpful), reason=reason)

    votes = [
        voted("v1", "outdated"), voted("v1", "unclear"), voted("v2", "unclear"),
        voted("v3", "outdated"), voted("v4", ""), voted("v5", "unclear"),
        voted("v5", "", helpful=True), voted("v6", "not_working"),
    ]  # fmt: skip
    (row,) = weak(votes=votes)
    assert row.vote_reasons == {"unclear": 2, "outdated": 1, "not_working": 1}


def test_the_queries_of_those_let_down_are_shown_by_people():
    searches = [
        *reads("low-water.en", 4, contacted=4, query="Tank is FULL"),
        *reads("low-water.en", 2, contacted=2, query="tank  is full"),
        *reads("low-water.en", 3, contacted=3, query="مخزن پر است"),
        *reads("low-water.en", 1, contacted=1, query="水箱是满的"),
        *reads("low-water.en", 2, query="thanks, that helped"),
        visit("x" * 100_000, hits=["low-water.en"], clicked=["low-water.en"], contacted=True),
    ]
    (row,) = weak(searches)
    assert [(query.text, query.people) for query in row.queries[:3]] == [
        ("Tank is FULL", 6),
        ("مخزن پر است", 3),
        ("x" * 160, 1),
    ]
    assert len(row.queries) == 4


def test_what_reps_decline_more_than_other_sources_is_weak():
    known = {
        "low-water.en": Acceptance(accepted=1, declined=19),
        "wifi.en": Acceptance(accepted=20, declined=30),
        "T-1": Acceptance(declined=500),  # no article
    }
    (row,) = weak(acceptance=known)
    assert (row.article.id, row.accepted, row.declined) == ("low-water.en", 1, 19)
    assert row.reason == "Reps passed it over 19 of the 20 times it was suggested."


def test_a_source_that_is_often_passed_over_like_all_others_is_not_weak():
    known = {one.id: Acceptance(accepted=10, declined=n) for one, n in ((A, 30), (B, 28), (C, 32))}
    assert weak(acceptance=known) == []


def test_those_who_let_most_people_down_come_first():
    rows = weak(
        reads("low-water.en", 10, contacted=6)
        + reads("wifi.en", 40, contacted=24)
        + reads("leak.en", 200, contacted=4)
    )
    assert [row.article.id for row in rows] == ["wifi.en", "low-water.en"]


def test_nothing_is_said_of_articles_that_are_gone():
    assert weak(reads("gone.en", 10, contacted=10)) == []
