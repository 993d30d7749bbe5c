"""What a page should have, checked offline: one question a row, in the manner of Lighthouse."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page, Response

FACTS = (Path(__file__).parent / "facts.js").read_text(encoding="utf-8")
OBSERVE = """
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    if (!entry.hadRecentInput) window.__shift = (window.__shift ?? 0) + entry.value;
  }
}).observe({type: "layout-shift", buffered: true});
new PerformanceObserver((list) => {
  window.__largest = list.getEntries().at(-1).startTime;
}).observe({type: "largest-contentful-paint", buffered: true});
"""
"""To run before the page does: sums up layout shift, keeps the time of the largest paint (ms)."""

RIGHT_TO_LEFT = {"fa", "ar", "he", "ur"}
_POLICY = ("default-src 'none'", "base-uri 'none'", "require-trusted-types-for 'script'")
_MAX_ELEMENTS = 3000
_MAX_SHIFT = 0.1
_TITLE_CHARS = 120


@dataclass(frozen=True)
class Inspected:
    """A page that was opened."""

    name: str
    status: int
    locale: str
    """That it was asked for in."""
    public: bool
    """Whether search engines see it."""
    headers: Mapping[str, str]
    facts: Mapping[str, Any]
    problems: tuple[str, ...]
    """What the watch noted."""


Check = Callable[[Inspected], str | None]
"""What is wrong, or None."""


def open_and_inspect(
    page: Page, name: str, address: str, locale: str, public: bool, problems: list[str]
) -> Inspected:
    """Load the page and gather what the checks judge.

    Args:
        page: of a context that has `OBSERVE` as an init script.
        problems: that the page's watch notes; emptied.
    """
    problems.clear()
    response: Response | None = page.goto(address, wait_until="networkidle")
    status = response.status if response else 0
    headers = response.all_headers() if response else {}
    facts = page.evaluate(FACTS)
    return Inspected(name, status, locale, public, headers, facts, tuple(problems))


def inspect(page: Inspected) -> dict[str, str]:
    """What is wrong, by check; empty where nothing is."""
    found = {name: check(page) for name, check in CHECKS.items()}
    return {name: problem for name, problem in found.items() if problem}


def _few(items: list[str]) -> str | None:
    more = f" and {len(items) - 3} more" if len(items) > 3 else ""
    return f"{'; '.join(items[:3])}{more}" if items else None


def _fact(name: str) -> Check:
    return lambda page: _few(page.facts[name])


def _status(page: Inspected) -> str | None:
    wanted = 404 if page.name == "help-missing" else 200
    return None if page.status == wanted else str(page.status)


def _title(page: Inspected) -> str | None:
    length = len(page.facts["title"])
    return None if 0 < length <= _TITLE_CHARS else f"{length} characters"


def _language(page: Inspected) -> str | None:
    lang = page.facts["lang"].split("-")[0]
    return None if lang == page.locale else f"lang is '{lang}', not '{page.locale}'"


def _direction(page: Inspected) -> str | None:
    wanted = "rtl" if page.locale in RIGHT_TO_LEFT else "ltr"
    return None if page.facts["dir"] == wanted else f"it is {page.facts['dir']}"


def _viewport(page: Inspected) -> str | None:
    content = page.facts["viewport"] or ""
    if "width=device-width" not in content:
        return "none"
    stuck = "user-scalable=no" in content or "maximum-scale" in content
    return "people cannot zoom" if stuck else None


def _description(page: Inspected) -> str | None:
    if page.status != 200 or "noindex" in (page.facts["robots"] or ""):
        return None  # nobody will list it
    length = len(page.facts["description"] or "")
    return None if 10 <= length <= 320 else f"{length} characters"


def _one_h1(page: Inspected) -> str | None:
    count = len(page.facts["h1"])
    return None if count == 1 else f"{count}"


def _heading_order(page: Inspected) -> str | None:
    levels = page.facts["headings"]
    jumps = [f"h{a} → h{b}" for a, b in pairwise([0, *levels]) if b > a + 1]
    return _few(jumps)


def _landmarks(page: Inspected) -> str | None:
    return None if page.facts["main"] == 1 else f"{page.facts['main']} main"


def _overflow(page: Inspected) -> str | None:
    over = page.facts["overflow"]
    return f"{over} px too wide" if over > 0 else None


def _robots(page: Inspected) -> str | None:
    said = f"{page.facts['robots'] or ''} {page.headers.get('x-robots-tag', '')}"
    hidden = page.public or "noindex" in said
    return None if hidden else "a page of the staff without noindex"


def _alternates(page: Inspected) -> str | None:
    relative = [url for _, url in page.facts["alternates"] if not url.startswith("http")]
    return _few([f"not absolute: {url}" for url in relative])


def _structured_data(page: Inspected) -> str | None:
    return _few([error for error in page.facts["jsonLd"] if error])


def _policy(page: Inspected) -> str | None:
    policy = page.headers.get("content-security-policy", "")
    missing = [part for part in _POLICY if part not in policy]
    unsafe = [word for word in ("unsafe-inline", "unsafe-eval", " * ") if word in policy]
    return _few([f"lacks {part}" for part in missing] + [f"has {word}" for word in unsafe])


def _security_headers(page: Inspected) -> str | None:
    missing = [
        name
        for name, value in (
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", ""),
        )
        if value not in page.headers.get(name, "-") or name not in page.headers
    ]
    return _few(missing)


def _caching(page: Inspected) -> str | None:
    said = page.headers.get("cache-control", "")
    return None if "no-cache" in said or "no-store" in said or "private" in said else f"'{said}'"


def _compression(page: Inspected) -> str | None:
    return None if page.headers.get("content-encoding") in ("gzip", "br") else "not compressed"


def _cookies(page: Inspected) -> str | None:
    return "sets a cookie" if page.public and "set-cookie" in page.headers else None


def _shift(page: Inspected) -> str | None:
    shift = page.facts["shift"]
    return f"{shift:.3f}" if shift > _MAX_SHIFT else None


def _size(page: Inspected) -> str | None:
    count = page.facts["elements"]
    return f"{count} elements" if count > _MAX_ELEMENTS else None


CHECKS: dict[str, Check] = {
    "status": _status,
    "title": _title,
    "language": _language,
    "direction": _direction,
    "viewport": _viewport,
    "description": _description,
    "one h1": _one_h1,
    "heading order": _heading_order,
    "one main": _landmarks,
    "image texts": _fact("imagesWithoutAlt"),
    "image sizes": _fact("imagesWithoutSize"),
    "link names": _fact("linksWithoutName"),
    "links lead somewhere": _fact("linksNowhere"),
    "field labels": _fact("fieldsWithoutLabel"),
    "targets of 24 px": _fact("smallTargets"),
    "text of 12 px": _fact("tinyText"),
    "no sideways scrolling": _overflow,
    "ids are unique": _fact("repeatedIds"),
    "no inline code": _fact("inlineCode"),
    "robots": _robots,
    "alternates": _alternates,
    "structured data": _structured_data,
    "content security policy": _policy,
    "security headers": _security_headers,
    "caching": _caching,
    "compression": _compression,
    "no cookies for customers": _cookies,
    "layout stays": _shift,
    "page size": _size,
    "nothing goes wrong": lambda page: _few(list(page.problems)),
}
