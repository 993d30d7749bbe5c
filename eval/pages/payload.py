"""What a page weighs: its document, style sheets and scripts, as sent and unpacked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

SEARCH_PAGE_BUDGET = 60_000
"""Bytes of HTML, CSS and JavaScript of the help center's search page, compressed."""
WIDGET_BUDGET = 30_000
"""Bytes of the widget's loader and of all that it loads before somebody types, compressed."""

_ENTRIES = """() => [
    ...performance.getEntriesByType("navigation"),
    ...performance.getEntriesByType("resource"),
].map((entry) => ({
    url: entry.name,
    kind: entry.initiatorType,
    sent: entry.encodedBodySize,
    raw: entry.decodedBodySize,
}))"""


@dataclass(frozen=True)
class Weight:
    """Bytes of a page."""

    page: str
    documents: int
    styles: int
    scripts: int
    """Each as sent: compressed where the server does."""
    raw: int
    """The three of them unpacked."""
    other: int
    """Icons, images, data: as sent."""
    requests: int

    @property
    def sent(self) -> int:
        """HTML, CSS and JavaScript as sent."""
        return self.documents + self.styles + self.scripts

    def as_dict(self) -> dict[str, Any]:
        return {**vars(self), "sent": self.sent}


def weigh(page: Page, name: str, address: str) -> Weight:
    """Open the page with an empty cache and count what it loads."""
    page.goto(address, wait_until="networkidle")
    entries = [entry for frame in page.frames for entry in frame.evaluate(_ENTRIES)]
    sums = {"document": 0, "style": 0, "script": 0, "other": 0}
    raw = 0
    for entry in entries:
        kind = _kind(entry)
        sums[kind] += entry["sent"]
        raw += entry["raw"] if kind != "other" else 0
    return Weight(
        name, sums["document"], sums["style"], sums["script"], raw, sums["other"], len(entries)
    )


def _kind(entry: dict[str, Any]) -> str:
    path = entry["url"].partition("?")[0]
    if entry["kind"] == "navigation":
        return "document"
    if path.endswith(".css"):
        return "style"
    if path.endswith((".js", ".mjs")):
        return "script"
    return "other"
