"""From a keystroke to the next suggestions on the screen, beside what the API took for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from playwright.sync_api import Page

TYPED = {
    "en": ("how to clean the tank", "reset my password", "planter offline"),
    "fa": ("چطور رمزم را عوض کنم", "گلدان آفلاین", "بازپرداخت پول"),
    "zh": ("怎么清洗水箱", "忘记密码", "花盆离线"),
}
"""Typed letter by letter."""

_MEASURE = """() => {
    const box = document.querySelector("input[name=q]");
    const seen = window.__seen = {typed: 0, painted: []};
    box.addEventListener("input", () => { seen.typed = performance.now(); }, {capture: true});
    new MutationObserver((changes) => {
        const list = document.querySelector("[role=listbox]");
        const touched = changes.some(({target}) => list?.contains(target));
        if (!touched || !seen.typed) return;
        const typed = seen.typed;
        // The frame after the next one begins when this one is on the screen.
        requestAnimationFrame(() => requestAnimationFrame(() => {
            if (seen.typed === typed) {
                seen.painted.push(performance.now() - typed);
                seen.typed = 0;
            }
        }));
    }).observe(document.body, {childList: true, subtree: true});
}"""
_ASKED = """() => performance.getEntriesByType("resource")
    .filter((entry) => entry.name.includes("/v1/complete") && entry.responseEnd)
    .map((entry) => entry.responseEnd - entry.requestStart)"""


@dataclass(frozen=True)
class Speed:
    """Milliseconds."""

    keystrokes: int
    painted: int
    """Keystrokes that changed the list."""
    requests: int
    painted_p50: float
    painted_p95: float
    api_p50: float
    """From the browser's request to the end of the answer, of the same requests."""
    api_p95: float

    @property
    def ratio_p95(self) -> float:
        return round(self.painted_p95 / self.api_p95, 2) if self.api_p95 else 0.0

    def as_dict(self) -> dict[str, Any]:
        return {**vars(self), "ratio_p95": self.ratio_p95}


def keystrokes_to_suggestions(page: Page, address: str, locales: Sequence[str]) -> Speed:
    """Type what `TYPED` has into the search box, as a quick typist does.

    Args:
        address: of the help center's home, without parameters.
    """
    painted: list[float] = []
    asked: list[float] = []
    keys = 0
    for locale in locales:
        for text in TYPED.get(locale, ()):
            page.goto(f"{address}?locale={locale}", wait_until="networkidle")
            page.evaluate(_MEASURE)
            page.locator("input[name=q]").first.focus()
            for letter in text:
                keys += 1
                page.keyboard.insert_text(letter)
                page.wait_for_timeout(_PAUSE)
            painted += page.evaluate("window.__seen.painted")
            asked += page.evaluate(_ASKED)
    return Speed(
        keys,
        len(painted),
        len(asked),
        *(_percentile(painted, share) for share in (50, 95)),
        *(_percentile(asked, share) for share in (50, 95)),
    )


_PAUSE = 220
"""Milliseconds between two letters: 50 words a minute."""


def _percentile(values: Sequence[float], share: int) -> float:
    return round(float(np.percentile(values, share)), 1) if values else 0.0
