"""The offline checks of pages, on pages made up for them; nothing needs a browser."""

from __future__ import annotations

import pytest

from eval.pages.inspection import CHECKS, Inspected, inspect
from eval.pages.payload import Weight
from eval.pages.speed import Speed
from eval.pages.walk import stops

HEADERS = {
    "content-security-policy": (
        "default-src 'none'; base-uri 'none'; require-trusted-types-for 'script'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cache-control": "private, no-cache",
    "content-encoding": "gzip",
}
LISTS = (
    "imagesWithoutAlt imagesWithoutSize linksWithoutName linksNowhere fieldsWithoutLabel "
    "smallTargets tinyText repeatedIds inlineCode"
).split()
FACTS = {
    "title": "Reset your password · Help",
    "lang": "fa-IR",
    "dir": "rtl",
    "viewport": "width=device-width, initial-scale=1",
    "description": "How to choose a new password when the old one is forgotten.",
    "robots": None,
    "canonical": None,
    "alternates": [["en", "https://help.example/a"]],
    "h1": ["Reset your password"],
    "headings": [1, 2, 3, 2],
    "main": 1,
    "jsonLd": [""],
    "overflow": 0,
    "shift": 0.01,
    "largestPaint": 100,
    "elements": 300,
    **{name: [] for name in LISTS},
}


def page(*, name="help-article", status=200, public=True, headers=(), problems=(), **facts):
    return Inspected(
        name,
        status,
        "fa",
        public,
        {**HEADERS, **dict(headers)},
        {**FACTS, **facts},
        tuple(problems),
    )


def test_a_good_page_passes_every_check():
    assert inspect(page()) == {}


@pytest.mark.parametrize(
    ("check", "changes"),
    [
        ("status", {"status": 404}),
        ("title", {"title": ""}),
        ("language", {"lang": "en"}),
        ("direction", {"dir": "ltr"}),
        ("viewport", {"viewport": "width=device-width, user-scalable=no"}),
        ("description", {"description": "short"}),
        ("one h1", {"h1": ["One", "Two"]}),
        ("heading order", {"headings": [1, 3]}),
        ("one main", {"main": 0}),
        ("image texts", {"imagesWithoutAlt": ["<img>"]}),
        ("targets of 24 px", {"smallTargets": ["10×10 <a>"]}),
        ("no sideways scrolling", {"overflow": 12}),
        ("no inline code", {"inlineCode": ["<style>"]}),
        ("robots", {"public": False, "name": "desk", "robots": None}),
        ("alternates", {"alternates": [["en", "/a"]]}),
        ("structured data", {"jsonLd": ["SyntaxError"]}),
        ("content security policy", {"headers": {"content-security-policy": "default-src *"}}),
        ("security headers", {"headers": {"x-content-type-options": ""}}),
        ("caching", {"headers": {"cache-control": "public, max-age=60"}}),
        ("compression", {"headers": {"content-encoding": ""}}),
        ("no cookies for customers", {"headers": {"set-cookie": "a=1"}}),
        ("layout stays", {"shift": 0.3}),
        ("page size", {"elements": 9000}),
        ("nothing goes wrong", {"problems": ["console: broken"]}),
    ],
)
def test_a_fault_is_found_by_its_check_alone(check, changes):
    assert list(inspect(page(**changes))) == [check]
    assert check in CHECKS


def test_pages_that_nobody_lists_need_no_description():
    assert inspect(page(robots="noindex", description=None)) == {}


def test_a_page_weighs_what_is_sent_of_html_css_and_javascript():
    weight = Weight("home", documents=3, styles=9, scripts=6, raw=60, other=1, requests=4)
    assert weight.sent == 18
    assert weight.as_dict()["sent"] == 18


def test_the_speed_of_suggestions_is_told_relative_to_the_api():
    speed = Speed(10, 9, 8, painted_p50=50, painted_p95=120, api_p50=5, api_p95=20)
    assert speed.ratio_p95 == 6.0
    assert Speed(0, 0, 0, 0, 0, 0, 0).as_dict()["ratio_p95"] == 0.0


def test_every_page_has_one_name_and_a_role_that_sees_it():
    class Place:
        tickets = ("T 1/2",)
        gaps = ("gap-1",)

    found = stops(Place(), "fa")
    names = [stop.name for stop in found]
    assert len(set(names)) == len(names) > 20
    assert {stop.role for stop in found} == {"", "rep", "writer", "admin"}
    assert "/console/tickets/T%201%2F2" in {stop.path for stop in found}
