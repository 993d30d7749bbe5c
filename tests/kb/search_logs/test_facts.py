"""Searches of a log to events."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from kb.events import ContactMade, ResultClicked, SearchMade
from kb.models import Article
from kb.search_logs import LoggedSearch, article_finder, facts_of
from kb.store import Fact

NOON = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)


def search(query: str = "pump", **more: Any) -> LoggedSearch:
    values = {
        "line": 2, "at": NOON, "query": query, "session": "", "results": None, "clicked": 0,
        "article": "", "contacted": 0, "locale": "", "times": 1,
    }  # fmt: skip
    return LoggedSearch(**{**values, **more})


def facts(*searches: LoggedSearch, salt: str = "ab") -> list[Fact]:
    rows = facts_of(
        searches, salt, keep=lambda text: text.replace("sam", "[NAME]"),
        language=lambda text: "fa" if "پ" in text else "en",
        article_of=lambda named: named if named == "pump.en" else "",
    )  # fmt: skip
    return [fact for row in rows for fact in row]


def shape(found: list[Fact]) -> list[tuple[str, int]]:
    return [(fact.event.type, getattr(fact.event, "times", 0)) for fact in found]


def test_a_row_becomes_a_search_with_its_click_and_contact() -> None:
    row = search("sam: پمپ", session="sam", results=3, clicked=1, article="pump.en", contacted=1)
    made, clicked, contacted = (fact.event for fact in facts(row))
    assert isinstance(made, SearchMade)
    assert (made.query, made.locale, made.channel, made.results) == (
        "[NAME]: پمپ",
        "fa",
        "import",
        3,
    )
    assert (made.confidence, made.outcome, made.hits, made.role) == (None, None, (), "customer")
    assert isinstance(clicked, ResultClicked)
    assert (clicked.article, clicked.position) == ("pump.en", None)
    assert isinstance(contacted, ContactMade)
    assert contacted.locale == "fa"
    assert {e.occasion for e in (made, clicked, contacted)} == {made.occasion}
    assert {e.session for e in (made, clicked, contacted)} == {made.session} != {"sam"}
    assert facts(search(locale="zh"))[0].event.locale == "zh"


def test_a_click_on_an_unknown_article_counts_without_it() -> None:
    assert facts(search(clicked=1, article="other"))[1].event.article == ""


@pytest.mark.parametrize(
    ("times", "clicked", "contacted", "parts"),
    [
        (40, 0, 0, [("search_made", 40)]),
        (40, 40, 0, [("search_made", 40), ("result_clicked", 0)]),
        (40, 10, 0, [("search_made", 10), ("result_clicked", 0), ("search_made", 30)]),
        (40, 10, 5, [("search_made", 10), ("result_clicked", 0), ("search_made", 25),
                     ("search_made", 5), ("contact_made", 0)]),
        (40, 30, 20, [("search_made", 20), ("result_clicked", 0), ("search_made", 10),
                      ("result_clicked", 0), ("contact_made", 0), ("search_made", 10),
                      ("contact_made", 0)]),
    ],
)  # fmt: skip
def test_a_row_of_many_searches_keeps_the_shares(
    times: int, clicked: int, contacted: int, parts: list[tuple[str, int]]
) -> None:
    found = facts(search(times=times, clicked=clicked, contacted=contacted))
    assert shape(found) == parts
    occasions = [fact.event.occasion for fact in found if fact.event.type == "search_made"]
    assert len(set(occasions)) == len(occasions)
    assert all(len(occasion) <= 64 for occasion in occasions)


def test_the_same_rows_again_are_the_same_facts_under_any_salt() -> None:
    rows = [
        search(session="sam"),
        search(session="kim"),
        search("tank"),
        search(at=NOON.replace(day=1)),
    ]
    first, again = facts(*rows), facts(*rows, salt="cd")
    assert [fact.key for fact in first] == [fact.key for fact in again]
    assert len({fact.key for fact in first}) == 4
    assert {fact.event.session for fact in first[:2]}.isdisjoint(
        fact.event.session for fact in again[:2]
    )


def test_nothing_personal_takes_part_in_what_names_a_search() -> None:
    one, other = search("sam", session="sam@doe.example"), search("sam", session="")
    assert facts(one)[0].key == facts(other)[0].key


def test_articles_are_known_by_id_and_by_address() -> None:
    def article(identifier: str, url: str = "") -> Article:
        return Article(id=identifier, group=identifier, locale="en", title="x", body="", url=url)

    find = article_finder([
        article("pump.en", "https://www.Help.example/hc/en/1-Pump/"), article("a/b پمپ.fa"),
    ])  # fmt: skip
    for named in (
        "pump.en", "https://help.example/hc/en/1-Pump?from=search#top", "help.example/hc/en/1-Pump",
        "/articles/pump.en?q=x", "https://kb.example/articles/pump.en",
    ):  # fmt: skip
        assert find(named) == "pump.en", named
    assert find("https://kb.example/articles/a%2Fb%20%D9%BE%D9%85%D9%BE.fa") == "a/b پمپ.fa"
    for unknown in ("", "other", "https://help.example/hc/en/2", "/", "?", "x" * 100_000):
        assert find(unknown) == ""


def test_a_search_is_known_by_what_the_file_says_wherever_it_was_moved() -> None:
    days = dt.timedelta(days=9)
    here, there = facts(search())[0], facts(search(at=NOON + days, moved=days))[0]
    assert here.key == there.key
    assert there.at == here.at + days
    assert facts(search(at=NOON + days))[0].key != here.key
