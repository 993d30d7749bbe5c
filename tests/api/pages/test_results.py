"""What a search found, cut into facets and pages; and the page that shows it."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi.testclient import TestClient
from selectolax.lexbor import LexborHTMLParser

from api.app import create_app
from api.pages.results import results_page
from kb.models import Answer, Hit, SearchResult
from tests.kb.help_center.shop import open_shop


def hits(count: int, sections=("a", "b"), scores=None) -> tuple[Hit, ...]:
    return tuple(
        Hit(
            id=f"h{n}", group=f"h{n}", title=f"Hit {n}", locale="en", url="", snippet="",
            score=scores[n] if scores else 0.9, collection="help", kind="article",
            passage_id=f"h{n}#top.1", section=sections[n % len(sections)],
        )
        for n in range(count)
    )  # fmt: skip


def result(found: tuple[Hit, ...], outcome: str = "answered") -> SearchResult:
    answer = Answer(
        id="h0", passage_id="h0#top.1", title="Hit 0", heading="", text="T", locale="en", url=""
    )
    return SearchResult(
        query="q", locale="en", generation=1, confidence=0.9, outcome=outcome, hits=found,
        answer=answer if outcome == "answered" else None,
    )  # fmt: skip


def test_facets_count_what_was_ranked_not_what_is_on_the_page():
    found = results_page(result(hits(25)), None, 1)
    assert [(facet.section, facet.count) for facet in found.facets] == [("a", 13), ("b", 12)]
    assert (found.total, found.everywhere, found.number, found.last) == (25, 25, 1, 3)
    assert [one.hit.id for one in found.hits] == [f"h{n}" for n in range(1, 11)]
    assert [one.place for one in found.hits] == list(range(2, 12))


def test_a_section_keeps_the_order_and_the_places():
    found = results_page(result(hits(25)), "b", 2)
    assert [one.place for one in found.hits] == [22, 24]
    assert (found.total, found.number, found.last) == (12, 2, 2)


def test_the_answers_article_stands_in_the_list_of_its_section():
    assert results_page(result(hits(4)), "a", 1).hits[0].hit.id == "h0"
    assert results_page(result(hits(4)), None, 1).answer_place == 1


@pytest.mark.parametrize(("asked", "shown"), [(-3, 1), (0, 1), (99, 3)])
def test_a_page_that_is_not_there_is_the_nearest(asked, shown):
    assert results_page(result(hits(25)), None, asked).number == shown


def test_one_section_needs_no_facets_and_nothing_no_pages():
    assert results_page(result(hits(5, ("a",))), None, 1).facets == ()
    empty = results_page(result((), "nothing"), None, 1)
    assert (empty.hits, empty.total, empty.last) == ((), 0, 1)


def test_the_tail_of_hardly_related_hits_is_left_out():
    found = results_page(result(hits(4, scores=[0.9, 0.5, 0.32, 0.3])), None, 1)
    assert [one.hit.id for one in found.hits] == ["h1", "h2"]
    assert results_page(result(hits(30), "related"), None, 1).total == 10
    assert results_page(result(hits(30), "nothing"), None, 1).total == 5


@pytest.fixture
def client(settings, tmp_path):
    store, knowledge_base = open_shop(settings, tmp_path)
    with TestClient(create_app(settings, knowledge_base)) as opened:
        yield opened
    store.close()


def page(client, **parameters) -> LexborHTMLParser:
    response = client.get("/", params={"locale": "en", **parameters})
    assert response.status_code == 200
    return LexborHTMLParser(response.text)


def test_a_slip_is_mended_and_the_query_as_written_one_link_away(client):
    tree = page(client, q="invioce")
    link = tree.css_first(".spelling a")
    query = parse_qs(urlsplit(link.attributes["href"]).query)
    assert query["q"] in (["invioce"], ["invoice"])
    assert tree.css_first("#q").attributes["value"] == "invioce"
    exact = page(client, q="invioce", exact="1")
    assert exact.css_first(".spelling") is None


def test_facets_are_links_that_can_be_shared(client):
    tree = page(client, q="refund invoice account")
    facets = {link.attributes["href"]: link.text(strip=True) for link in tree.css(".facets a")}
    if facets:
        for address in facets:
            shown = LexborHTMLParser(client.get(address).text)
            assert len(shown.css(".facets a[aria-current]")) == 1


def test_the_search_box_has_what_suggestions_need_and_works_without(client):
    form = page(client).css_first("form.search")
    assert form.attributes["data-typeahead"] == "/v1/complete"
    assert form.attributes["action"] == "/"
    assert "role" not in form.css_first("#q").attributes  # scripts make it a combobox
    for locale, word in (("fa", "مقاله‌ها"), ("zh", "文章")):
        form = page(client, locale=locale).css_first("form.search")
        assert form.attributes["data-articles"] == word
        assert "{count}" in form.attributes["data-other"]


def test_nothing_found_offers_ways_on(client):
    tree = page(client, q="zzzz qqqq xxxx")
    assert tree.css_first(".no-answer a").attributes["href"].startswith("/contact?")
    assert [chip.text(strip=True) for chip in tree.css(".next-steps .chip")] == [
        "Account & privacy",
        "Payments & refunds",
    ]


def test_a_page_number_that_is_none_is_the_first(client):
    assert page(client, q="invoice", page="x").css_first("h1")
    assert page(client, q="invoice", page="99999999999999999999").css_first("h1")


def test_a_long_query_is_whole_in_the_search_box_and_short_above_the_results(client):
    query = " ".join(["refund"] * 60)
    page = LexborHTMLParser(client.get("/", params={"q": query, "locale": "en"}).text)
    assert page.css_first("#q").attributes["value"] == query
    shown = page.css_first("h1.echo bdi").text()
    assert len(shown) <= 120
    assert shown.endswith("…")
