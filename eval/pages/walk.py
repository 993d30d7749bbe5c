"""Which pages there are, and who sees them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote


class Place(Protocol):
    """What the addresses of a served sample depend on."""

    @property
    def tickets(self) -> Sequence[str]:
        """Ids of the open ones."""

    @property
    def gaps(self) -> Sequence[str]:
        """Ids, the most wanted first."""


QUESTIONS = {
    "en": "how do i clean the tank",
    "fa": "چطور مخزن را تمیز کنم",
    "zh": "怎么清洗水箱",
}
"""Something that the sample answers."""
UNANSWERED = {
    "en": "can the planter stay outside in winter",
    "fa": "گلدون رو زمستون بذارم تو بالکن",
    "zh": "冬天可以放阳台吗",
}
"""A gap that the sample's search log plants."""


@dataclass(frozen=True)
class Stop:
    """One page."""

    name: str
    path: str
    role: str = ""
    """Who has to be signed in; empty: nobody."""


def stops(site: Place, locale: str) -> list[Stop]:
    """Every page of the product, in the order of docs/tour.md."""
    language = f"locale={locale}"
    article = f"clean-and-descale.{locale}"
    ticket = site.tickets[0] if site.tickets else ""
    gap = site.gaps[0] if site.gaps else ""
    return [
        Stop("help-home", f"/?{language}"),
        Stop("help-results", f"/?q={quote(QUESTIONS[locale])}&{language}"),
        Stop("help-unanswered", f"/?q={quote(UNANSWERED[locale])}&{language}"),
        Stop("help-nothing", f"/?q=xqzzt+wvvk&{language}"),
        Stop("help-article", f"/articles/{article}?{language}"),
        Stop("help-contact", f"/contact?{language}"),
        Stop("help-missing", f"/articles/none?{language}"),
        Stop("sign-in", "/sign-in"),
        Stop("account", "/account", "rep"),
        Stop("console", "/console", "rep"),
        Stop("console-ticket", f"/console/tickets/{quote(ticket, safe='')}", "rep"),
        Stop("console-search", f"/console/search?q={quote(QUESTIONS[locale])}", "rep"),
        Stop("sidebar", f"/embed/sidebar?ticket={quote(ticket, safe='')}", "rep"),
        Stop("desk", "/desk", "writer"),
        Stop("desk-gaps", "/desk/gaps", "writer"),
        Stop("desk-gap", f"/desk/gaps/{quote(gap)}", "writer"),
        Stop("desk-health", "/desk/health", "writer"),
        Stop("desk-duplicates", "/desk/duplicates", "writer"),
        Stop("desk-translations", "/desk/translations", "writer"),
        Stop("desk-vocabulary", "/desk/vocabulary", "writer"),
        Stop("desk-effect", "/desk/effect", "writer"),
        Stop("desk-support", "/desk/support", "writer"),
        Stop("desk-articles", "/desk/articles", "writer"),
        Stop("desk-new", f"/desk/articles/new?gap={quote(gap)}", "writer"),
        Stop("desk-edit", f"/desk/articles/edit?path=help/clean-and-descale/{locale}.md", "writer"),
        Stop("users", "/users", "admin"),
        Stop("audit", "/audit", "admin"),
    ]
