"""Links that lead nowhere. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from kb.authoring.advice.around import Around
from kb.authoring.advice.reading import Piece, Pieces
from kb.authoring.faults import Fault

_SAFE = frozenset({"http", "https", "mailto", "tel"})


def link_advice(pieces: Pieces, around: Around) -> Iterator[Fault]:
    """What is wrong with links and with where pictures are."""
    for link in pieces.links:
        found = _link(link, pieces, around)
        if found:
            yield found
        if not link.text.strip():
            yield _fault("link_empty", link)
    for picture in pieces.pictures:
        try:
            parts = urlsplit(picture.target)
        except ValueError:  # a bracket in the host
            parts = urlsplit("")
        if parts.scheme or parts.netloc:
            yield _fault("picture_elsewhere", picture)


def _link(link: Piece, pieces: Pieces, around: Around) -> Fault | None:
    try:
        parts = urlsplit(link.target)
    except ValueError:
        return _fault("link_broken", link)
    if parts.scheme or parts.netloc:
        is_safe = parts.scheme in _SAFE or not parts.scheme
        return None if is_safe else _fault("link_unsafe", link)
    anchor = unquote(parts.fragment)
    if not parts.path:
        gone = bool(anchor) and anchor not in pieces.anchors
        return _fault("anchor_broken", link) if gone else None
    identifier = unquote(parts.path).removeprefix("/articles/")
    if identifier.startswith("/"):
        return None  # another page of the site
    known = around.articles.get(identifier)
    if known is None:
        return _fault("link_broken", link)
    if known.draft:
        return _fault("link_draft", link)
    if known.audience == "internal" and around.audience == "public":
        return _fault("link_internal", link)
    if anchor and anchor not in around.anchors_of(identifier):
        return _fault("anchor_broken", link)
    if known.language != around.language and around.has_version(known.group, around.language):
        return _fault("link_language", link)
    return None


def _fault(code: str, piece: Piece) -> Fault:
    return Fault(code=code, line=piece.line, values={"target": piece.target[:200]})
