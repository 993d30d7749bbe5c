"""All checks of the pages in one go: payload, speed, inspection."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from eval.pages.inspection import CHECKS, OBSERVE, Inspected, inspect, open_and_inspect
from eval.pages.payload import SEARCH_PAGE_BUDGET, WIDGET_BUDGET, Weight, weigh
from eval.pages.screenshots import opened
from eval.pages.speed import keystrokes_to_suggestions
from eval.pages.walk import QUESTIONS, stops
from kb.keys import create_publishable_key

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from eval.pages.serving import Site

Progress = Callable[[str, int, int], None]


def examine(
    browser: Browser, site: Site, locales: Sequence[str], progress: Progress
) -> dict[str, Any]:
    """Figures of the served sample.

    Returns:
        `payload`: a row per page; `budgets`: bytes and whether they are kept; `speed`: from a
        keystroke to suggestions, None without a search box that suggests; `pages`: what is wrong
        with each; `checks`: how many each page was put to; `failed`: how many were not passed.
    """
    progress("payload", 0, 1)
    weights = _weights(browser, site)
    progress("payload", 1, 1)
    page, _ = opened(browser, site, locales[0], "light", "desktop", "")
    speed = keystrokes_to_suggestions(page, f"{site.url}/", locales)
    page.context.close()
    pages = _inspected(browser, site, locales, progress)
    by_name = {weight.page: weight for weight in weights}
    return {
        "payload": [weight.as_dict() for weight in weights],
        "budgets": {
            "search_page": _budget(by_name["help-results"].sent, SEARCH_PAGE_BUDGET),
            "widget": _budget(by_name["widget"].sent, WIDGET_BUDGET),
        },
        "speed": speed.as_dict(),
        "pages": pages,
        "checks": len(CHECKS),
        "failed": sum(len(found["problems"]) for found in pages),
    }


def _budget(sent: int, most: int) -> dict[str, Any]:
    return {"bytes": sent, "budget": most, "kept": 0 < sent <= most}


def _weights(browser: Browser, site: Site) -> list[Weight]:
    addresses = {
        "help-home": "/",
        "help-results": f"/?q={QUESTIONS['en']}",
        "help-article": "/articles/clean-and-descale.en",
        "help-contact": "/contact",
    }
    weights = []
    for name, path in addresses.items():
        page, _ = opened(browser, site, "en", "light", "desktop", "")
        weights.append(weigh(page, name, site.url + path))
        page.context.close()
    for role, name, path in (
        ("rep", "console-ticket", f"/console/tickets/{site.tickets[0]}"),
        ("writer", "desk-gaps", "/desk/gaps"),
    ):
        page, _ = opened(browser, site, "en", "light", "desktop", role)
        weights.append(weigh(page, name, site.url + path))
        page.context.close()
    return [*weights, _widget(browser, site)]


def _widget(browser: Browser, site: Site) -> Weight:
    """The loader alone and its frame: what a visitor of somebody's site pays for the widget."""
    page, _ = opened(browser, site, "en", "light", "desktop", "")
    loader = page.request.get(f"{site.url}/widget.js", headers={"Accept-Encoding": "gzip"})
    raw = len(loader.body())
    sent = int(loader.headers.get("content-length", raw)) if loader.ok else 0
    key = create_publishable_key(site.store, ["https://shop.example"], "kb eval pages")
    frame = weigh(page, "widget", f"{site.url}/widget/frame?key={key}")
    page.context.close()
    return Weight(
        "widget",
        frame.documents,
        frame.styles,
        frame.scripts + sent,
        frame.raw + raw,
        frame.other,
        frame.requests + 1,
    )


def _inspected(
    browser: Browser, site: Site, locales: Sequence[str], progress: Progress
) -> list[dict[str, Any]]:
    total = len(stops(site, locales[0])) * len(locales)
    results: list[dict[str, Any]] = []
    for locale in locales:
        for role in ("", "rep", "writer", "admin"):
            page, watch = opened(browser, site, locale, "light", "phone", role)
            page.context.add_init_script(OBSERVE)
            for stop in stops(site, locale):
                if stop.role != role:
                    continue
                public = stop.name.startswith("help-")
                address = f"{site.url}{stop.path}"
                found = open_and_inspect(page, stop.name, address, locale, public, watch.problems)
                results.append(_result(found))
                progress("pages", len(results), total)
            page.context.close()
    return results


def _result(found: Inspected) -> dict[str, Any]:
    return {
        "page": found.name,
        "locale": found.locale,
        "status": found.status,
        "problems": inspect(found),
        "layout_shift": round(found.facts["shift"], 4),
        "largest_paint_ms": round(found.facts["largestPaint"]),
        "elements": found.facts["elements"],
    }
