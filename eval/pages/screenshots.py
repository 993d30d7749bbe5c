"""Every page in every language, theme and width, as pictures with a contact sheet."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

from eval.pages.browser import Watch
from eval.pages.walk import Stop, stops

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, ViewportSize

    from eval.pages.serving import Site

TAGS = {"en": "en-GB", "fa": "fa-IR", "zh": "zh-CN"}
THEMES = ("light", "dark")
WIDTHS = ("desktop", "phone")
_SIZES: dict[str, tuple[int, int]] = {"desktop": (1280, 860), "phone": (390, 844)}
_TALLEST = 4000
"""Pixels of a picture; the rest of a longer page looks like what is above."""


@dataclass(frozen=True)
class Shot:
    """One picture."""

    stop: Stop
    locale: str
    theme: str
    width: str
    status: int
    problems: tuple[str, ...]

    @property
    def file(self) -> str:
        return f"{self.stop.name}.{self.locale}.{self.theme}.{self.width}.png"


def opened(
    browser: Browser, site: Site, locale: str, theme: str, width: str, role: str
) -> tuple[Page, Watch]:
    """A page of a fresh visitor, signed in if there is a role."""
    size: ViewportSize = {"width": _SIZES[width][0], "height": _SIZES[width][1]}
    context = browser.new_context(
        locale=TAGS[locale],
        viewport=size,
        color_scheme="dark" if theme == "dark" else "light",
        reduced_motion="reduce",
        has_touch=width == "phone",
        is_mobile=width == "phone",
    )
    watch = Watch({site.url})
    watch.over(context)
    page = context.new_page()
    if role:
        site.sign_in(page, role)
    if role == "rep":
        site.sign_in_sidebar(page)
    return page, watch


def shoot(
    browser: Browser,
    site: Site,
    folder: Path,
    *,
    locales: Sequence[str],
    themes: Sequence[str] = THEMES,
    widths: Sequence[str] = WIDTHS,
    only: str = "",
    progress: Callable[[str, int, int], None] = lambda _stage, _done, _total: None,
) -> list[Shot]:
    """Write the pictures and `index.html`.

    Args:
        only: regular expression that the names of pages match.
    """
    folder.mkdir(parents=True, exist_ok=True)
    names = {
        locale: [s for s in stops(site, locale) if re.search(only, s.name)] for locale in locales
    }
    total = sum(map(len, names.values())) * len(themes) * len(widths)
    shots: list[Shot] = []
    for locale, theme, width in product(locales, themes, widths):
        pages: dict[str, tuple[Page, Watch]] = {}
        for stop in names[locale]:
            if stop.role not in pages:
                pages[stop.role] = opened(browser, site, locale, theme, width, stop.role)
            page, watch = pages[stop.role]
            shots.append(_shot(page, watch, site, stop, (locale, theme, width), folder))
            progress("screenshots", len(shots), total)
        for page, _ in pages.values():
            page.context.close()
    (folder / "index.html").write_text(_sheet(shots), encoding="utf-8")
    return shots


def _shot(
    page: Page, watch: Watch, site: Site, stop: Stop, variant: tuple[str, str, str], folder: Path
) -> Shot:
    watch.problems.clear()
    response = page.goto(f"{site.url}{stop.path}", wait_until="networkidle")
    status = response.status if response else 0
    shot = Shot(stop, *variant, status, tuple(watch.problems))
    width, tallest = _SIZES[shot.width]
    height = min(page.evaluate("document.documentElement.scrollHeight"), _TALLEST)
    clip = {"x": 0, "y": 0, "width": width, "height": max(height, tallest)}
    page.screenshot(path=folder / shot.file, full_page=True, clip=clip)  # type: ignore[arg-type]
    return shot


def _sheet(shots: Sequence[Shot]) -> str:
    """A page to look through: one row per page and language, one column per theme and width."""
    rows: dict[str, list[Shot]] = {}
    for shot in shots:
        rows.setdefault(f"{shot.stop.name} · {shot.locale}", []).append(shot)
    cells = "\n".join(
        f"<h2>{escape(title)}</h2><p>{''.join(map(_figure, row))}</p>"
        for title, row in rows.items()
    )
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Pages</title>'
        "<style>body{font:14px system-ui;margin:2rem;background:#888}p{display:flex;gap:1rem;"
        "align-items:flex-start;overflow:auto}img{height:480px;width:auto;display:block}"
        f"figure{{margin:0}}</style>{cells}</html>\n"
    )


def _figure(shot: Shot) -> str:
    wrong = "".join(f"<br>{escape(problem)}" for problem in shot.problems)
    return (
        f'<figure><a href="{shot.file}"><img src="{shot.file}" alt="" loading="lazy"></a>'
        f"<figcaption>{shot.theme}, {shot.width}, {shot.status}{wrong}</figcaption></figure>"
    )
