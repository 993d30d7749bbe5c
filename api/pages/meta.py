"""What search engines and link previews read of a page: addresses, descriptions, linked data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import regex
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup
from selectolax.lexbor import LexborHTMLParser, LexborNode

from api.pages.frame import Page
from kb.models import IndexedDocument

_OG_LOCALES = {"en": "en_US", "fa": "fa_IR", "zh": "zh_CN"}
_DESCRIBED = 160
"""Characters of a description that search engines show."""
_ANSWERED = 1000
"""Characters of an answer in linked data."""
_QUESTION = regex.compile(r"[?？؟]\s*$")


@dataclass(frozen=True)
class Meta:
    title: str
    description: str
    kind: str
    """Of Open Graph: `website`, `article`."""
    locale: str
    address: str = ""
    """Absolute; empty where it is not known under which address readers reach us."""
    versions: tuple[tuple[str, str], ...] = ()
    """(hreflang, absolute address) of this page in every language, itself included."""
    linked_data: Markup | None = None
    """JSON-LD, safe inside a script element."""

    @property
    def og_locale(self) -> str:
        return _OG_LOCALES.get(self.locale.split("-")[0], self.locale.replace("-", "_"))


def home_meta(page: Page, public_url: str, section: str | None = None) -> Meta:
    """Of the home page or a section's, which exist in every language of the frame."""
    title = page.site if section is None else f"{page.t.section(section)} · {page.site}"
    kept = {} if section is None else {"section": section}

    def address(locale: str) -> str:
        return f"{public_url}/?{urlencode({**kept, 'locale': locale})}"

    versions = [(words.locale, address(words.locale)) for words in page.offered]
    default = f"{public_url}/" + (f"?{urlencode(kept)}" if kept else "")
    known = bool(public_url)
    return Meta(
        title=title,
        description=page.t.text("described", site=page.site),
        kind="website",
        locale=page.locale,
        address=address(page.locale) if known else "",
        versions=(*versions, ("x-default", default)) if known else (),
    )


def article_meta(
    page: Page,
    article: IndexedDocument,
    html: str,
    addresses: Sequence[tuple[IndexedDocument, str]],
) -> Meta:
    """Of an article.

    Args:
        html: rendered and sanitised.
        addresses: absolute ones of each version, the shown one first; empty where not known.
    """
    versions = [(version.locale, address) for version, address in addresses]
    source = next((a for v, a in addresses if v.id == v.group), versions[0][1] if versions else "")
    address = versions[0][1] if versions else ""
    text = plain(html)
    return Meta(
        title=article.title,
        description=shortened(text, _DESCRIBED),
        kind="article",
        locale=article.locale,
        address=address,
        versions=(*versions, ("x-default", source)) if versions else (),
        linked_data=linked_data(page, article, html, address),
    )


def linked_data(page: Page, article: IndexedDocument, html: str, address: str) -> Markup:
    """The questions that an article answers, and where it stands, after schema.org."""
    crumbs: list[tuple[str, str]] = [(page.site, page.home())]
    if article.section:
        crumbs.append((page.t.section(article.section), page.home(section=article.section)))
    crumbs.append((article.title, address))
    root = address.rpartition("/articles/")[0].removesuffix(page.base)
    graph = [
        {
            "@type": "FAQPage",
            "inLanguage": article.locale,
            "mainEntity": [_question(q, a) for q, a in questions(article.title, html)],
        },
        {
            "@type": "BreadcrumbList",
            "itemListElement": [
                _crumb(number, name, link if not root or link == address else root + link)
                for number, (name, link) in enumerate(crumbs, start=1)
            ],
        },
    ]
    return htmlsafe_json_dumps({"@context": "https://schema.org", "@graph": graph})


def _question(question: str, answer: str) -> Mapping[str, Any]:
    return {
        "@type": "Question",
        "name": question,
        "acceptedAnswer": {"@type": "Answer", "text": answer},
    }


def _crumb(number: int, name: str, link: str) -> Mapping[str, Any]:
    entry = {"@type": "ListItem", "position": number, "name": name}
    return {**entry, "item": link} if link.startswith("http") else entry


def questions(title: str, html: str) -> list[tuple[str, str]]:
    """What an article asks and answers: headings that are questions; else its title."""
    found: list[tuple[str, list[str]]] = []
    for node in _blocks(html):
        text = _text(node)
        if node.tag in ("h2", "h3"):
            found.append((text, []))
        elif found:
            found[-1][1].append(text)
    asked = [(heading, " ".join(texts)) for heading, texts in found if _QUESTION.search(heading)]
    answered = [(heading, shortened(text, _ANSWERED)) for heading, text in asked if text]
    return answered or [(title, shortened(plain(html), _ANSWERED))]


def plain(html: str) -> str:
    """The text of an article on one line, without its headings."""
    blocks = (node for node in _blocks(html) if node.tag not in ("h1", "h2", "h3", "h4"))
    return " ".join(filter(None, map(_text, blocks)))


def shortened(text: str, most: int) -> str:
    """At most so many characters, cut between words where there are any."""
    if len(text) <= most:
        return text
    cut = text[: most - 1]
    head, space, _ = cut.rpartition(" ")
    return (head if space and len(head) > most // 2 else cut).rstrip(" ,;.،؛，。") + "…"


def _blocks(html: str) -> list[LexborNode]:
    body = LexborHTMLParser(html).body
    return [] if body is None else list(body.iter(include_text=False))


def _text(node: LexborNode) -> str:
    return " ".join(node.text(separator=" ").split())
