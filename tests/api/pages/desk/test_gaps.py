"""Gaps in a list and one by one: filters, evidence, decisions that keep what was typed."""

from __future__ import annotations

import csv
import io

import pytest

from api.pages.desk.gaps import Asked, chosen
from kb.gaps.decisions.states import StateChange
from tests.api.pages.desk.house import NOW, text_of, texts
from tests.kb.gaps.made import QUESTIONS, gap, report
from tests.kb.gaps.mended import health

GAPS = (
    gap(),
    gap("g2", label="兑换礼品卡", languages={"zh": 4}, priority=5.0, people=4, uncovered=0.95,
        nearest=None, central=(), words=("礼品卡",)),
    gap("g3", label="کد تخفیف", languages={"fa": 13}, priority=1.0, people=13, central=()),
)  # fmt: skip


@pytest.fixture
def gaps(writing):
    writing.report(report(missing=GAPS, health=health()))
    return writing


def labels(page):
    return texts(page, ".gap-row :is(h2, h3)")


def test_the_most_pressing_comes_first_with_people_share_and_reason(gaps):
    page = gaps.page("/desk/gaps")
    assert labels(page) == ["pair second phone", "兑换礼品卡", "کد تخفیف"]
    first = text_of(page, "li.gap-row")
    assert "People 10" in first
    assert "Unanswered 80%" in first
    assert "“Connecting your planter to Wi-Fi” comes nearest, but does not mention “second phone”" in first.replace(" ”", "”").replace("“ ", "“")  # fmt: skip  # noqa: E501
    assert len(page.css("li.gap-row .sparkline rect")) == 12


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ({"language": "zh"}, ["g1", "g2"]),
        ({"language": "fa-IR"}, ["g1", "g3"]),
        ({"q": "礼品卡"}, ["g2"]),
        ({"q": "گوشي دوم"}, ["g1"]),  # an Arabic ya finds the Persian one
        ({"kind": "nothing_near"}, ["g2"]),
        ({"section": "growing"}, ["g1", "g3"]),
        ({"sort": "people"}, ["g3", "g1", "g2"]),
        ({"sort": "uncovered"}, ["g2", "g1", "g3"]),
        ({"sort": "no such"}, ["g1", "g2", "g3"]),
        ({"state": "dismissed"}, []),
    ],
)
def test_filters_and_orders_are_in_the_address(gaps, asked, kept):
    nearest = {"nearest": GAPS[0].nearest.model_copy(update={"id": "connect-wifi.en"})}
    gaps.report(report(missing=tuple(
        one if one.nearest is None else one.model_copy(update=nearest) for one in GAPS
    )))  # fmt: skip
    page = gaps.page("/desk/gaps", **asked)
    links = [node.attributes["href"] for node in page.css(".gap-row a")]
    assert [link.partition("?")[0].rpartition("/")[2] for link in links] == kept
    rows = list(csv.DictReader(io.StringIO(gaps.get("/desk/gaps.csv", **asked).text[1:])))
    assert [row["id"] for row in rows] == kept


def test_what_is_decided_leaves_the_list_but_can_be_asked_for(gaps):
    gaps.store.gaps.decide(
        StateChange(gap_id="g3", state="dismissed", at=NOW, reason="No codes.", people_at=13), 0
    )
    assert labels(gaps.page("/desk/gaps")) == ["pair second phone", "兑换礼品卡"]
    assert labels(gaps.page("/desk/gaps", state="dismissed")) == ["کد تخفیف"]
    assert len(labels(gaps.page("/desk/gaps", state="all"))) == 3
    assert [one.id for one in chosen(GAPS, Asked(state="all"), {})] == ["g1", "g2", "g3"]


def test_a_filter_that_leaves_nothing_offers_to_take_it_away(gaps):
    page = gaps.page("/desk/gaps", q="zebra")
    assert "Nothing matches" in text_of(page, ".empty")
    assert page.css_first("a.button.plain").text() == "Clear filters"


def test_a_gap_shows_its_evidence_with_definitions_in_place(gaps):
    page = gaps.page("/desk/gaps/g1")
    assert text_of(page, "h1") == "pair second phone"
    assert texts(page, ".questions blockquote") == list(QUESTIONS.values())
    assert "Persian · 3 people" in text_of(page, ".questions")
    assert "People whom nothing answered" in text_of(page, ".figures")
    assert texts(page, ".legend td") == ["8", "2", "5", "3", "2"]
    write = page.css_first(".page-head .button").attributes["href"]
    assert write.startswith("/desk/articles/new?gap=g1")


def test_languages_that_the_nearest_article_lacks_are_named(gaps):
    assert "Not there in: Chinese" in text_of(gaps.page("/desk/gaps/g1"))


def test_the_draft_is_shown_in_the_language_that_is_chosen(gaps):
    page = gaps.page("/desk/gaps/g1", draft="fa")
    draft = page.css_first("#draft ~ article")
    assert (draft.attributes["lang"], draft.attributes["dir"]) == ("fa", "rtl")
    assert draft.css_first("h3").text() == "گوشی دوم را چطور وصل کنم؟"
    assert not gaps.page("/desk/gaps/g1").css("#draft ~ article")
    assert gaps.store.gaps.history("g1") == []


def test_a_decision_is_kept_with_who_and_audited(gaps):
    response = gaps.post("/desk/gaps/g1/state", to="dismissed", reason="No phones.", version=0)
    assert (response.status_code, response.headers["location"]) == (
        303, "/desk/gaps/g1?locale=en",
    )  # fmt: skip
    (made,) = gaps.store.gaps.history("g1")
    assert (made.state, made.reason, made.who) == ("dismissed", "No phones.", "Nora Lind")
    assert gaps.audited() == [("gap.decided", "g1")]
    page = gaps.page("/desk/gaps/g1")
    assert "No phones." in text_of(page, "#history ~ ol")
    assert not page.css(".page-head .button")


def test_done_names_articles_that_exist(gaps):
    response = gaps.post("/desk/gaps/g1/state", to="done", articles="nowhere.en", version=0)
    assert response.status_code == 422 or response.status_code == 404
    assert "not known" in response.text
    assert 'value="nowhere.en"' in response.text
    done = gaps.post("/desk/gaps/g1/state", to="done", articles="connect-wifi.en", version=0)
    assert done.status_code == 303
    assert gaps.store.gaps.history("g1")[0].articles == ("connect-wifi.en",)


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"to": "dismissed"}, "Say why"),
        ({"to": ""}, "Choose what happens"),
        ({"to": "burnt"}, "Choose what happens"),
    ],
)
def test_what_cannot_be_decided_says_why_and_keeps_what_was_typed(gaps, form, said):
    response = gaps.post("/desk/gaps/g1/state", articles="a.en", version=0, **form)
    assert response.status_code == 422
    assert said in response.text
    assert 'value="a.en"' in response.text
    assert gaps.store.gaps.history("g1") == []


def test_of_two_who_decide_at_once_the_second_keeps_what_was_typed(gaps):
    gaps.post("/desk/gaps/g1/state", to="planned", version=0)
    late = gaps.post("/desk/gaps/g1/state", to="dismissed", reason="因为没有", version=0)
    assert late.status_code == 409
    assert "Somebody else decided" in late.text
    assert "因为没有" in late.text
    assert 'name="version" value="1"' in late.text
    assert [one.state for one in gaps.store.gaps.history("g1")] == ["planned"]


def test_a_gap_that_nobody_knows_is_not_found(gaps):
    assert gaps.get("/desk/gaps/g9").status_code == 404
    assert gaps.post("/desk/gaps/g9/state", to="planned", version=0).status_code == 404


def test_a_decided_gap_that_left_the_report_is_still_told(gaps):
    gaps.post("/desk/gaps/g1/state", to="planned", version=0)
    gaps.report(report(missing=(), health=health()))
    page = gaps.page("/desk/gaps/g1")
    assert "not in the last report" in text_of(page, ".alert")
    assert "Planned" in text_of(page, "#history ~ ol")
