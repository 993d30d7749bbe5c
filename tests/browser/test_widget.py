"""The widget on somebody else's site, in a real browser: two origins, keyboard, hostile styles."""

from __future__ import annotations

import re
from contextlib import ExitStack
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from playwright.sync_api import expect

from kb.keys import create_publishable_key
from tests.browser.house import served

PAGE = """<!doctype html><html lang="{locale}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>{css}</head>
<body><h1>{title}</h1><p><a id="plain" href="{url}/" data-kb-open>Help</a>
<button id="other">Other</button></p>{script}{more}</body></html>"""
TITLES = {"en": "My planter pump makes a noise", "fa": "صدای پمپ گلدان", "zh": "水泵有噪音"}
WRITE = {"en": "Write to us", "fa": "برای ما بنویسید", "zh": "联系我们"}
# What a strict site allows, and what it has to allow for the widget.
STRICT = (
    "default-src 'none'; script-src {url}; frame-src {url}; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
HOSTILE = """*{display:none!important;opacity:.01!important;transform:scale(.1)!important}
html,body,h1{display:block!important;opacity:1!important;transform:none!important}
body{transform:translateX(40px)!important;font-size:60px!important}
kb-help,kb-help *{visibility:hidden!important;z-index:-1!important;pointer-events:none!important}"""


class Site:
    """A site that has the widget: opens pages of it."""

    def __init__(self, visitor: Any, house: Any, stack: ExitStack) -> None:
        self._visitor, self.house, self._stack = visitor, house, stack

    def __call__(
        self,
        locale: str = "en",
        *,
        css: str = "",
        more: str = "",
        strict: bool = False,
        twice: bool = False,
        **options: Any,
    ) -> Any:
        url, key = self.house.url, ""
        app = FastAPI()

        @app.get("/")
        def show() -> HTMLResponse:
            tag = f'<script src="{url}/widget.js" data-key="{key}" defer></script>' * (1 + twice)
            html = PAGE.format(
                locale=locale,
                title=TITLES[locale],
                url=url,
                css=f"<style>{css}</style>" if css else "",
                script=tag,
                more=more,
            )
            policy = {"Content-Security-Policy": STRICT.format(url=url)} if strict else None
            return HTMLResponse(html, headers=policy)

        address = self._stack.enter_context(served(app))
        key = create_publishable_key(self.house.store, [address], "test")
        page = self._visitor(locale, also=(address,), house=self.house, **options)
        page.goto(address)
        page.wait_for_function("Boolean(window.KB)")
        return page


@pytest.fixture
def site(visitor, sample_house):
    with ExitStack() as stack:
        yield Site(visitor, sample_house, stack)


def inside(page: Any) -> Any:
    """The document in the frame, once it answers."""
    page.wait_for_function("document.querySelector('kb-help')")
    for _ in range(200):
        for frame in page.frames:
            if "/widget/frame" in frame.url and frame.query_selector("main"):
                return frame
        page.wait_for_timeout(50)
    raise AssertionError("the frame does not open")


def until(document: Any, expression: str) -> None:
    """Wait until something is true in a document whose policy forbids `wait_for_function`."""
    for _ in range(160):
        if document.evaluate(expression):
            return
        document.page.wait_for_timeout(50)
    raise AssertionError(f"never true: {expression}")


def named(page: Any, role: str) -> list[str]:
    """Names of what assistive technology finds of a role, in closed shadow roots as well."""
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    return [node["name"]["value"] for node in nodes if node.get("role", {}).get("value") == role]


def opened(page: Any) -> Any:
    """Open the panel; returns the document in its frame, with the focus."""
    page.evaluate("KB.open()")
    frame = inside(page)
    until(frame, "document.hasFocus()")
    return frame


def button(page: Any) -> tuple[int, int]:
    """Centre of the round button, which stands in a corner: its shadow root is closed."""
    size = page.viewport_size
    right = page.evaluate("document.documentElement.lang") != "fa"
    return (size["width"] - 60 if right else 60), size["height"] - 44


@pytest.mark.parametrize("locale", ["en", "fa", "zh"])
@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_articles_for_the_page_search_article_and_contact_in_every_language(site, locale, phone):
    page = site(locale, phone=phone)
    page.mouse.click(*button(page))
    frame = inside(page)
    frame.click(".entries a")
    frame.wait_for_selector("article .prose")
    assert frame.query_selector("article h1").inner_text()
    frame.click(f"text={WRITE[locale]}")
    frame.wait_for_selector("form.contact")
    frame.fill("[name=question]", TITLES[locale])
    frame.fill("[name=email]", "sam@doe.example")
    assert frame.query_selector("[name=read]").is_checked()
    assert frame.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.wait_for_timeout(2100)  # nobody fills in a form faster
    frame.click("form.contact button:not([name])")
    frame.wait_for_selector(".arrived")
    reference = frame.inner_text(".reference dd")
    ticket = site.house.store.documents.get(reference)
    assert (ticket.channel, ticket.subject) == ("widget", TITLES[locale])
    assert ticket.context.page.startswith("http://127.0.0.1")
    assert len(ticket.context.read) == 1


def test_the_keyboard_is_enough_and_stays_inside_until_escape(site):
    page = site()
    page.focus("#plain")
    page.keyboard.press("Enter")
    frame = inside(page)
    until(frame, "document.activeElement.name === 'q'")
    for _ in range(12):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.localName") == "kb-help"
    for _ in range(12):
        page.keyboard.press("Shift+Tab")
        assert page.evaluate("document.activeElement.localName") == "kb-help"
    frame.focus("[name=q]")
    page.keyboard.press("Escape")
    page.wait_for_function("document.activeElement.id === 'plain'")


def test_escape_first_closes_what_is_proposed_and_then_the_panel(site):
    page = site()
    address = f"{site.house.url}/v1/complete?q=pum&locale=en"
    for _ in range(100):  # what completes is counted once, after the start
        if page.request.get(address).json()["articles"]:
            break
        page.wait_for_timeout(100)
    frame = opened(page)
    until(frame, "document.activeElement.name === 'q'")
    page.keyboard.type("pum")
    option = frame.wait_for_selector(".suggestions [role=option]")
    assert option.bounding_box()["height"] < 100  # a line or two: its icon is small
    page.keyboard.press("Escape")
    frame.wait_for_selector(".suggestions", state="hidden")
    assert frame.evaluate("document.hasFocus()")
    page.keyboard.press("Escape")
    until(frame, "!document.hasFocus()")


def test_a_page_may_open_it_with_a_question_and_close_it(site):
    page = site()
    page.evaluate("KB.open({query: 'pump noise'})")
    frame = inside(page)
    frame.wait_for_selector(".entries, .answer")
    page.evaluate("KB.open({query: 'where is my parcel'})")
    expect(frame.locator("[name=q]")).to_have_value("where is my parcel")
    page.evaluate("KB.close()")
    until(frame, "!document.hasFocus()")


def test_a_strict_site_needs_to_allow_our_address_only(site):
    page = site(strict=True)
    page.mouse.click(*button(page))
    assert inside(page).wait_for_selector("form.search")


def test_it_stands_above_hostile_styles(site):
    page = site(css=HOSTILE, more='<div style="position:fixed;inset:0;z-index:2147483647"></div>')
    box = page.evaluate(
        """() => { const style = getComputedStyle(document.querySelector("kb-help"));
        return [style.display, style.opacity, style.visibility, style.transform]; }"""
    )
    assert box == ["block", "1", "visible", "none"]
    top = page.evaluate("([x, y]) => document.elementFromPoint(x, y)?.localName", button(page))
    assert top == "kb-help"
    page.mouse.click(*button(page))
    assert inside(page).wait_for_selector("form.search")


def test_the_tag_may_be_there_twice(site):
    page = site(twice=True)
    assert page.evaluate("document.querySelectorAll('kb-help').length") == 1


def test_on_a_phone_the_page_behind_does_not_scroll_until_it_is_closed(site):
    page = site(phone=True, more="<p>long</p>" * 200)
    opened(page)
    assert page.evaluate("getComputedStyle(document.documentElement).overflowY") == "hidden"
    page.evaluate("KB.close()")
    assert page.evaluate("document.documentElement.style.overflow") == ""


def test_nothing_is_stored_in_the_page(site):
    page = site()
    opened(page)
    stored = "[document.cookie, localStorage.length, sessionStorage.length]"
    assert page.evaluate(stored) == ["", 0, 0]
    assert page.context.cookies() == []


def test_messages_of_others_are_not_listened_to(site):
    page = site()
    frame = opened(page)
    page.evaluate("postMessage({kb: 1, type: 'close'}, '*')")
    page.evaluate("postMessage({kb: 1, type: 'ready'}, '*')")
    page.wait_for_timeout(200)
    assert frame.evaluate("document.hasFocus()")
    before = frame.url
    frame.evaluate("postMessage({kb: 1, type: 'search', query: 'hello'}, '*')")
    page.wait_for_timeout(200)
    assert frame.url == before


def test_a_server_that_does_not_answer_leaves_a_link_to_the_help_center(site):
    page = site()
    page.clock.install()
    page.route(re.compile("/widget/frame"), lambda route: route.abort())
    page.evaluate("KB.open()")
    page.clock.run_for(9000)
    assert "Open the help center" in named(page, "link")
    page.keyboard.press("Escape")
    assert "Open the help center" not in named(page, "link")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_serious_in_the_frame(site, violations, dark):
    page = site(dark=dark)
    frame = opened(page)
    for path in ("", "/results", "/articles/pump-noise-or-leak.en", "/contact"):
        address = frame.url.split("/widget/frame", 1)
        query = address[1].partition("?")[2]
        alone = page.context.new_page()
        alone.goto(f"{address[0]}/widget/frame{path}?{query}&q=pump+noise")
        assert violations(alone) == [], path
        alone.close()
