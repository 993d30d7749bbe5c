"""Markdown to safe HTML."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from kb.text import slug

_SCHEMES = {"http", "https", "mailto", "tel"}


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": True}).enable("table")


def render_markdown(text: str) -> str:
    """CommonMark as sanitised HTML; headings carry the anchors that passages link to."""
    parser = _parser()
    tokens = parser.parse(text)
    for token, following in pairwise(tokens):
        if token.type == "heading_open":
            token.attrSet("id", slug(_plain(following)))
    renderer: RendererHTML = parser.renderer  # type: ignore[assignment]  # a protocol upstream
    html = renderer.render(tokens, parser.options, {})
    # `cite` is an address that the sanitiser does not look at.
    attributes = {tag: names - {"cite"} for tag, names in nh3.ALLOWED_ATTRIBUTES.items()}
    for level in range(1, 7):
        attributes[f"h{level}"] = {"id"}
    return nh3.clean(
        html,
        attributes=attributes,
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer nofollow",
    )


def _plain(token: Token) -> str:
    return "".join(child.content for child in token.children or ())
