"""The desk as a whole: who may see it, in which language, with and without a report."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from api.web.words import FOLDER, words
from kb.gaps.definitions import DEFINITIONS as GAP_DEFINITIONS
from kb.gaps.report import NOTES
from kb.support_definitions import DEFINITIONS as SUPPORT_DEFINITIONS
from tests.api.pages.desk.house import text_of, texts
from tests.kb.gaps.made import NOW, gap, report
from tests.kb.gaps.mended import health, hostile, nothing

PAGES = (
    "/desk", "/desk/gaps", "/desk/health", "/desk/duplicates", "/desk/translations",
    "/desk/vocabulary", "/desk/effect", "/desk/support",
)  # fmt: skip
FILES = ("/desk/gaps.csv", "/desk/health.csv", "/desk/support.csv")
ACTIONS = (
    "/desk/refresh", "/desk/gaps/g1/state", "/desk/duplicates/" + "0" * 32,
    "/desk/vocabulary/accept", "/desk/vocabulary/refuse", "/desk/vocabulary/undo",
)  # fmt: skip
ATTACK = '<img src=x onerror="alert(1)">\u202e'


@pytest.mark.parametrize("address", PAGES + FILES)
def test_who_is_not_signed_in_is_led_there_and_back(writing, address):
    writing.client.cookies.clear()
    response = writing.client.get(address)
    assert response.status_code == 303
    assert response.headers["location"].startswith("/sign-in?next=%2Fdesk")


@pytest.mark.parametrize("address", PAGES + FILES)
def test_reps_are_told_that_it_is_not_for_them(writing, address):
    writing.sign_in("rep")
    assert writing.get(address).status_code == 403


@pytest.mark.parametrize("address", ACTIONS)
def test_nothing_changes_without_the_proof_that_a_page_asked_for_it(writing, address):
    form = {"to": "planned", "verdict": "keep_both", "word": "a", "language": "en", "key": "0" * 32}
    assert writing.client.post(address, data=form).status_code == 403
    writing.sign_in("rep")
    assert writing.post(address, **form).status_code == 403
    assert writing.audited() == []


@pytest.mark.parametrize("locale", ["en", "fa", "zh"])
@pytest.mark.parametrize("address", PAGES)
def test_every_page_has_one_heading_and_its_place_in_the_navigation(writing, address, locale):
    writing.report(report(missing=(gap(),), health=health()))
    page = writing.page(address, locale)
    assert len(page.css("h1")) == 1
    current = page.css(".desk-nav [aria-current]")
    assert len(current) == 1
    assert (current[0].attributes["href"] or "").startswith(address)


@pytest.mark.parametrize("locale", ["en", "fa", "zh"])
@pytest.mark.parametrize("address", PAGES)
def test_before_the_first_report_a_page_says_what_is_needed(writing, address, locale):
    assert writing.page(address, locale).css(".empty")


@pytest.mark.parametrize("address", PAGES)
def test_with_nothing_to_mend_a_page_says_so(writing, address):
    writing.report(report(health=nothing()))
    assert writing.page(address).css(".empty") or "Nothing waits here" in text_of(
        writing.page(address)
    )


@pytest.mark.parametrize("address", [*PAGES, "/desk/health?kind=stale", "/desk/health?kind=all",
                                     "/desk/health?kind=unfound", "/desk/gaps/g1"])  # fmt: skip
def test_what_people_wrote_stays_text(writing, address):
    attacked = gap(
        label=ATTACK, words=(ATTACK,),
        nearest=gap().nearest.model_copy(update={"title": ATTACK, "missing_words": (ATTACK,)}),
        central=tuple(q.model_copy(update={"text": ATTACK}) for q in gap().central),
    )  # fmt: skip
    writing.report(report(missing=(attacked,), health=hostile(ATTACK)))
    page = writing.get(address)
    assert page.status_code == 200
    assert "<img src=x" not in page.text
    assert not re.search(r"<[^>]*\son\w+\s*=|\sstyle=", page.text)


def test_computing_is_asked_for_once_and_watched(writing):
    writing.report(report(health=health()))
    assert text_of(writing.page("/desk"), ".report-line button") == "Compute now"
    response = writing.post("/desk/refresh")
    assert (response.status_code, writing.worker.woken) == (303, 1)
    page = writing.page("/desk")
    assert not page.css(".report-line button")
    watched = page.css_first("[data-load]").attributes
    assert (watched["data-every"], watched["data-load"].partition("?")[0]) == (
        "4",
        "/desk/progress",
    )
    assert "being computed" in writing.get("/desk/progress").text
    writing.worker.busy = False
    assert "The new report is ready" in writing.get("/desk/progress").text


def test_a_failure_to_compute_is_told(writing):
    writing.report(report(health=health()))
    writing.worker.problem = "no space left"
    assert "failed" in text_of(writing.page("/desk"), ".alert")


def test_counts_stand_beside_the_pages_and_persian_ones_in_persian(writing):
    writing.report(report(missing=(gap(), gap("g2"), gap("g3", state="open")), health=health()))
    counts = dict(zip(texts(writing.page("/desk", "fa"), ".desk-nav li a span:nth-child(2)"),
                      texts(writing.page("/desk", "fa"), ".desk-nav li"), strict=True))  # fmt: skip
    assert counts["کمبودها"].endswith("۳")
    assert counts["سلامت مقاله‌ها"].endswith("۳")


def test_notes_of_the_report_are_told_in_the_readers_language(writing):
    writing.report(report(missing=(gap(),), health=health(), notes=(NOTES["no_clicks"],)))
    assert "没有点击记录" in text_of(writing.page("/desk", "zh"), ".notes")


@pytest.mark.parametrize("locale", ["en", "fa", "zh"])
def test_every_figure_has_its_definition_and_every_note_its_words(locale):
    t = words(locale, "desk")
    assert set(t.definition) <= set(GAP_DEFINITIONS)
    for name in (t.support_figure, t.support_meaning, t.support_source):
        assert set(name) == set(SUPPORT_DEFINITIONS)
    for key in NOTES:
        assert getattr(t, f"note_{key}")


def test_every_word_that_a_template_asks_for_is_there():
    known = words("en", "desk")
    asked = re.compile(r"(?<![\w.])(?:page\.)?t(?:(?:\.count|\.text)?\(\s*\"(\w+)\"|\.(\w+))")
    methods = {"count", "text", "language_name", "locale", "direction", "section", "digits"}
    templates = (FOLDER.parent / "templates" / "desk").glob("*.html")
    mine = [path for path in templates if 'extends "desk/_area.html"' in path.read_text("utf-8")
            and "editor" not in path.name and "articles" not in path.name]  # fmt: skip
    assert mine
    for path in mine:
        for match in asked.finditer(path.read_text(encoding="utf-8")):
            key = match[1] or match[2]
            assert key in methods or hasattr(known, key), f"{path.name}: {key}"


def test_how_old_the_report_is_stands_on_every_page(writing):
    old = dt.datetime.now(dt.UTC) - dt.timedelta(hours=3)
    writing.report(report(computed_at=old, since=NOW, until=old, health=health()))
    for address in PAGES:
        assert "Computed 3 hours ago" in text_of(writing.page(address), ".report-line")
