"""For search engines: `robots.txt`, and `sitemap.xml` with the languages of each article."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote
from xml.etree import ElementTree as ET

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response

from api.auth import RoleDep, StateDep
from api.state import State
from kb.errors import NotFound
from kb.help_center.shelf import Entry, Shelf

router = APIRouter(include_in_schema=False)

PER_FILE = 50_000
"""Addresses that one sitemap may hold."""
_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_XHTML = "http://www.w3.org/1999/xhtml"
_PRIVATE = (
    "/console", "/desk", "/embed", "/users", "/audit", "/account", "/sign-in", "/v1/", "/widget/",
    "/contact/", "/*?q=", "/*&q=",
)  # fmt: skip
"""Staff's pages, what is no page, and results, which nobody should find by another search."""
_SECONDS = 3600

ET.register_namespace("", _SITEMAP)
ET.register_namespace("xhtml", _XHTML)


@router.api_route("/robots.txt", methods=["GET", "HEAD"])
def robots(state: StateDep) -> PlainTextResponse:
    """What crawlers may read; nothing, where the help center is not open to the public."""
    settings = state.settings
    if not settings.allow_anonymous:
        return PlainTextResponse("User-agent: *\nDisallow: /\n")
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in _PRIVATE)]
    if settings.public_url:
        lines += ["", f"Sitemap: {settings.public_url}/sitemap.xml"]
    return PlainTextResponse("\n".join(lines) + "\n")


@router.api_route("/sitemap.xml", methods=["GET", "HEAD"])
def sitemap(request: Request, state: StateDep, _role: RoleDep) -> Response:
    """All public articles; over `PER_FILE` of them, an index of sitemaps."""
    root = _root(request, state)
    articles = _own(state.help_center.shelf())
    if len(articles) + 1 <= PER_FILE:
        return _xml(_urls(root, articles, state, home=True))
    index = ET.Element(f"{{{_SITEMAP}}}sitemapindex")
    for number in range(-(-len(articles) // PER_FILE)):
        entry = ET.SubElement(index, f"{{{_SITEMAP}}}sitemap")
        ET.SubElement(entry, f"{{{_SITEMAP}}}loc").text = f"{root}/sitemap-{number + 1}.xml"
    return _xml(index)


@router.api_route("/sitemap-{number:int}.xml", methods=["GET", "HEAD"])
def sitemap_part(number: int, request: Request, state: StateDep, _role: RoleDep) -> Response:
    """One of several sitemaps, from 1."""
    articles = _own(state.help_center.shelf())
    part = articles[(number - 1) * PER_FILE : number * PER_FILE] if number > 0 else []
    if not part:
        raise NotFound(f"There is no sitemap {number}.")
    return _xml(_urls(_root(request, state), part, state, home=False))


def _root(request: Request, state: State) -> str:
    """Absolute, without a slash at its end."""
    return state.settings.public_url or str(request.base_url).rstrip("/")


def _own(shelf: Shelf) -> list[Entry]:
    """Articles that are read here, not elsewhere."""
    return [entry for entry in shelf.entries if not entry.url]


def _urls(root: str, articles: Sequence[Entry], state: State, *, home: bool) -> ET.Element:
    shelf = state.help_center.shelf()
    urls = ET.Element(f"{{{_SITEMAP}}}urlset")
    if home:
        entry = ET.SubElement(urls, f"{{{_SITEMAP}}}url")
        ET.SubElement(entry, f"{{{_SITEMAP}}}loc").text = f"{root}/"
    for article in articles:
        entry = ET.SubElement(urls, f"{{{_SITEMAP}}}url")
        ET.SubElement(entry, f"{{{_SITEMAP}}}loc").text = _address(root, article.id)
        if article.updated:
            ET.SubElement(entry, f"{{{_SITEMAP}}}lastmod").text = article.updated.isoformat()
        versions = [version for version in shelf.versions(article.group) if not version.url]
        if len(versions) > 1:
            source = next((v for v in versions if v.id == v.group), versions[0])
            for locale, identifier in (
                *((version.locale, version.id) for version in versions),
                ("x-default", source.id),
            ):
                link = ET.SubElement(entry, f"{{{_XHTML}}}link")
                link.set("rel", "alternate")
                link.set("hreflang", locale)
                link.set("href", _address(root, identifier))
    return urls


def _address(root: str, identifier: str) -> str:
    return f"{root}/articles/{quote(identifier, safe='')}"


def _xml(element: ET.Element) -> Response:
    content = ET.tostring(element, encoding="utf-8", xml_declaration=True)
    headers = {"Cache-Control": f"public, max-age={_SECONDS}", "X-Content-Type-Options": "nosniff"}
    return Response(content, media_type="application/xml", headers=headers)
