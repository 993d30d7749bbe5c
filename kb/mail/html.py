"""HTML mail to lines: blocks, lists, links and tables as text, quotations and signatures known.

selectolax parses. Its tree builder takes quadratic time and memory for nesting that no mail has,
so markup that says nothing is dropped before, and what comes after too many tags.
"""

from __future__ import annotations

from collections.abc import Iterator

import regex
from selectolax.lexbor import LexborHTMLParser, LexborNode

from kb.mail.lines import Line
from kb.mail.writer import Writer

_MAX_SOURCE = 2_000_000
_MAX_TAGS = 12_000

_PAGE = regex.compile(r"^\s*<(?:!doctype html|html|head|body|meta|style|img)\b[^<>]*>", regex.I)
_ELEMENT = regex.compile(
    r"^\s*<(?:div|p|table|span|font|br|center|blockquote|ul|ol|h[1-6]|pre|section|a|b|i|strong|em)"
    r"\b[^<>]*>",
    regex.I,
)
_TAG = regex.compile(r"</[a-z]|<(?:br|p|div|li)\b", regex.I)
_BREAK = regex.compile(r"<br\s?/?>|</(?:p|div|li|ul|ol|table|blockquote)>", regex.I)
_MARKED_UP_END = regex.compile(r"<(?:br\s?/?|/[a-z0-9]{1,10})>\Z", regex.I)

_WORDLESS = regex.compile(
    r"</?(?:b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)(?:\s[^<>]*)?/?>", regex.I
)
"""Formatting that parsers reopen in every paragraph after it."""
_DATA_URI = regex.compile(r"data:[\w/+.-]{1,60};base64,[\w+/=]*+")

_SKIPPED = frozenset(
    "script style head title meta link template noscript svg object iframe".split()
)
_HIDING = regex.compile(
    r"display:none|mso-hide:all|visibility:hidden|max-height:0(?:px)?(?:;|$)|opacity:0(?:;|$)"
)
_OUTLOOK_RULE = regex.compile(r"border-top:solid#[0-9a-f]{6}1\.0pt;padding:3\.0pt0")

_PARTS = {
    "gmail_attr": "intro", "moz-cite-prefix": "intro", "moz-forward-container": "forward",
    "gmail_signature": "signature", "moz-signature": "signature", "applemailsignature": "signature",
    "signature": "signature", "ms-outlook-mobile-signature": "signature",
    "protonmail_signature_block": "signature",
    "divrplyfwdmsg": "history", "appendonsend": "history", "olk_src_body_section": "history",
    "mail-editor-reference-message-container": "history", "isreplycontent": "quoted",
    "isforwardcontent": "forward", "ntes-mailmaster-quote": "quoted", "yahoo_quoted": "quoted",
    "freshdesk_quote": "quoted", "zmail_extra": "quoted", "hs_reply": "quoted",
}  # fmt: skip
"""Class or id of an element, and what mail programs put there."""


def is_html(text: str) -> bool:
    """Whether `text` is HTML rather than text that mentions it.

    A message that begins like a page or with an element is; so is one in which tags end the lines.
    """
    text = text[:_MAX_SOURCE]
    if _PAGE.match(text):
        return True
    if (start := _ELEMENT.match(text)) and _TAG.search(text, start.end()):
        return True
    if "<" not in text or "=3D" in text:
        return False
    breaks = sum(1 for _ in _BREAK.finditer(text))
    if not breaks:
        return False
    return breaks >= text.strip().count("\n") and (
        breaks >= 2 or bool(_MARKED_UP_END.search(text[-40:].rstrip()))
    )


def html_lines(source: str, limit: int) -> list[Line]:
    """The visible lines of an HTML mail, up to about `limit` characters."""
    writer = Writer()
    body = LexborHTMLParser(_bounded(source)).body
    if body is None:
        return []
    for node, entering in _walk(body):
        if writer.size > limit:
            break
        _write(writer, node, entering)
    return writer.finish()


def _bounded(source: str) -> str:
    source = source[:_MAX_SOURCE]
    for opening, closing in (("<!--", "-->"), ("<style", "</style"), ("<script", "</script")):
        source = _without(source, opening, closing)
    source = _WORDLESS.sub("", _DATA_URI.sub("", source))
    return "<".join(source.split("<", _MAX_TAGS + 1)[: _MAX_TAGS + 1])


def _without(source: str, opening: str, closing: str) -> str:
    """Without everything from `opening` to `closing`; an opening never closed stays."""
    lowered = source.lower() if len(source.lower()) == len(source) else source
    kept, at = [], 0
    while (start := lowered.find(opening, at)) >= 0:
        end = lowered.find(closing, start + len(opening))
        if end < 0:
            break
        kept.append(source[at:start])
        at = end + len(closing)
    return "".join(kept) + source[at:]


def _walk(root: LexborNode) -> Iterator[tuple[LexborNode, bool]]:
    """Every visible node on entering (True) and leaving (False), without recursion."""
    stack = [(root, True)]
    while stack:
        node, entering = stack.pop()
        if entering and (node.tag in _SKIPPED or _is_hidden(node)):
            continue
        yield node, entering
        if entering:
            stack.append((node, False))
            children = []
            child = node.child
            while child is not None:
                children.append((child, True))
                child = child.next
            stack.extend(reversed(children))


def _attribute(node: LexborNode, name: str) -> str:
    return (node.attributes.get(name) or "") if node.is_element_node else ""


def _is_hidden(node: LexborNode) -> bool:
    if not node.is_element_node:
        return False
    if "hidden" in node.attributes or "preheader" in _attribute(node, "class").lower():
        return True
    style = _attribute(node, "style")
    return bool(style) and bool(_HIDING.search(style.lower().replace(" ", "")))


def _part(node: LexborNode) -> str:
    """What the element holds, by the marks that mail programs leave."""
    if node.tag == "blockquote":
        return "quoted"
    names = f"{_attribute(node, 'class')} {_attribute(node, 'id')}".lower().split()
    for name in names:
        known = _PARTS.get(name.removeprefix("x_"))  # Outlook renames what it quotes
        if known:
            return known
    style = _attribute(node, "style").lower().replace(" ", "")
    return "history" if style and _OUTLOOK_RULE.search(style) else ""


def _write(writer: Writer, node: LexborNode, entering: bool) -> None:
    tag = node.tag or ""
    if node.is_text_node:
        if entering:
            writer.text(node.text_content or "")
    elif tag == "br":
        if entering:
            writer.line_break()
    elif tag == "a":
        if entering:
            writer.link_starts(_attribute(node, "href"))
        else:
            writer.link_ends()
    elif tag == "img":
        if entering:
            writer.image(_attribute(node, "alt"))
    elif entering:
        writer.enter(tag, _part(node), _attribute(node, "start"))
    else:
        writer.leave(tag, _part(node))
