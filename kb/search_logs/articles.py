"""Which of our articles a log means: by id, or by the address that readers find it at."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from urllib.parse import unquote

from kb.models import Article

_OUR_PAGE = "/articles/"


def article_finder(articles: Iterable[Article]) -> Callable[[str], str]:
    """Id of an article by what a log calls it; empty where it is none of ours."""
    known: dict[str, str] = {}
    for article in articles:
        known[article.id] = article.id
        if article.url:
            known.setdefault(_address(article.url), article.id)

    def find(named: str) -> str:
        named = named[:2000]
        address = _address(named)
        page = unquote(address.partition(_OUR_PAGE)[2])
        return known.get(named) or known.get(address) or known.get(page) or ""

    return find


def _address(url: str) -> str:
    """Without what differs from visit to visit: scheme, query, fragment, slash at the end."""
    bare = re.sub(r"\A[a-z]{2,8}://(?:www\.)?", "", url.strip(), flags=re.IGNORECASE)
    host, slash, path = re.split("[?#]", bare, maxsplit=1)[0].partition("/")
    return f"{host.lower()}{slash}{path}".rstrip("/")
