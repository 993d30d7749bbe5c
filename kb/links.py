"""Links in replies, brought to one form: two replies that link the same page give the same answer.

Dropped: scheme, `www.`, port, trailing slash, fragment, a language as first or second part of the
path, and the query. The query stays where the path is a script (`show_bug.cgi?id=7`): there it is
what names the page. The address of a whole site is no answer and does not count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

import regex

GENERIC_SHARE = 0.01
"""A link in more than this share of the history's replies says nothing about the question."""
GENERIC_AT_LEAST = 5
"""In a small history one reply is already more than the share; so often a link always counts."""

_URL = regex.compile(
    r"(?:https?://|www\.)[^\s<>\"'“”«»\[\](){}|，。；：！？、（）【】《》「」،؛؟]+",
    regex.IGNORECASE,
)
_LANGUAGE = regex.compile(r"([a-z]{2})(?:[-_][a-z0-9]{2,4})?")
_SCRIPT = regex.compile(r".*\.(?:cgi|php|aspx?|jsp)")
_INDEX = regex.compile(r"index\.\w+")
_ISO_639_1 = frozenset(
    """
    aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da
    de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz
    ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln
    lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi
    pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti
    tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
    """.split()
)


def links_in(text: str) -> frozenset[str]:
    """All links of a text in canonical form."""
    found = (canonical(match[0].rstrip(".,;:!?…*_")) for match in _URL.finditer(text))
    return frozenset(link for link in found if link)


def canonical(url: str) -> str | None:
    """One form for all addresses of a page; None if `url` names none (a whole site, or broken)."""
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:  # a bracket in the host
        return None
    path = [unquote(part).casefold() for part in parts.path.split("/") if part]
    path = [part for place, part in enumerate(path) if place > 1 or not _is_language(part)]
    query = f"?{parts.query.casefold()}" if path and _SCRIPT.fullmatch(path[-1]) else ""
    if path and query in ("", "?") and _INDEX.fullmatch(path[-1]):
        path, query = path[:-1], ""
    if not host or not path:
        return None
    return f"{host}/{'/'.join(path)}{query if query != '?' else ''}"


def generic_links(replies: Iterable[frozenset[str]]) -> dict[str, int]:
    """Links that occur in too many of the replies to mean anything, with how many."""
    replies = list(replies)
    counts = Counter(link for links in replies for link in links)
    limit = max(GENERIC_AT_LEAST, GENERIC_SHARE * len(replies))
    return {link: count for link, count in counts.most_common() if count > limit}


def _is_language(part: str) -> bool:
    match = _LANGUAGE.fullmatch(part)
    return match is not None and match[1] in _ISO_639_1
