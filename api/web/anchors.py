"""Headings of articles, each with a link to itself that can be copied."""

from __future__ import annotations

from html import unescape
from urllib.parse import quote

import regex
from markupsafe import Markup, escape

from api.web.icons import icon
from api.web.words import Words

_HEADING = regex.compile(
    r'<h(?P<level>[23]) id="(?P<id>[^"]+)">(?P<inner>.*?)</h(?P=level)>', regex.DOTALL
)
_TAG = regex.compile(r"<[^>]*>")


def with_anchors(html: Markup, t: Words) -> Markup:
    """The article's HTML, where headings of the second and third level link to themselves.

    Args:
        html: sanitised; see `article_body`.
    """

    def linked(match: regex.Match[str]) -> str:
        level, anchor = match["level"], unescape(match["id"])
        label = t.text("link_to", heading=unescape(_TAG.sub("", match["inner"])))
        link = Markup(
            '<a class="anchor" href="#{}" data-anchor aria-label="{}" title="{}">{}</a>'
        ).format(quote(anchor), label, label, icon("link", 18))
        return f'<h{level} id="{escape(anchor)}">{match["inner"]} {link}</h{level}>'

    return Markup(_HEADING.sub(linked, str(html)))
