"""Header names, matched loosely in English, Persian and Chinese."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from kb.errors import InvalidInput
from kb.text import fold

FIELDS: Mapping[str, str] = {
    "query": "what was searched for",
    "date": "when",
    "clock": "the time of day, where `date` has none",
    "session": "whose visit",
    "results": "how many results there were",
    "clicked": "whether, or how often, one was opened",
    "article": "which one: id or address",
    "contact": "whether, or how often, the team was contacted",
    "locale": "language",
    "count": "how often it was searched for",
}

_NAMES: Mapping[str, str] = {
    "query": "query|search term|search query|search phrase|search string|search text|search keyword"
    "|searched for|query text|query string|term|keyword|keywords|phrase|question|q|search|queries"
    "|search terms|search queries|عبارت جستجو|متن جستجو|جستجو|عبارت|کلمه کلیدی|پرسش|سوال"
    "|搜索词|搜索关键词|关键词|搜索内容|检索词|查询|查询词|搜索|问题",
    "date": "timestamp|datetime|date time|created at|searched at|date and time|event time|ts|date"
    "|day|created|event date|time|تاریخ|تاریخ و زمان|زمان|روز|日期|时间|搜索时间|创建时间|日期时间",
    "clock": "time|time of day|hour|ساعت|زمان|时间|时刻",
    "session": "session|session id|sid|visitor|visitor id|user|user id|client id|anonymous id"
    "|customer|customer id|user email|email|ip|ip address|نشست|کاربر|شناسه کاربر|بازدیدکننده"
    "|会话|会话id|用户|用户id|访客|访客id",
    "results": "results|result count|results count|number of results|result|hits|total results"
    "|num results|no of results|results returned|نتایج|تعداد نتایج|结果|结果数|结果数量|搜索结果数",
    "clicked": "clicked|clicks|click|click count|has click|total clicks|کلیک|تعداد کلیک|کلیک شده"
    "|点击|点击数|点击次数|是否点击",
    "article": "article|clicked article|article id|clicked result|clicked url|article url"
    "|clicked article id|opened article|مقاله|شناسه مقاله|文章|文章id|点击文章",
    "contact": "contact|contacted|contacts|ticket created|tickets created|created ticket|ticket"
    "|tickets|ticket id|escalated|تیکت|تماس|تیکت ثبت شد|工单|创建工单|工单数|联系客服",
    "locale": "locale|lang|language|language code|زبان|语言|语种",
    "count": "count|searches|total|total searches|times|frequency|number of searches|search count"
    "|volume|total count|تعداد|تعداد جستجو|دفعات|次数|搜索次数|搜索量|数量",
}
_ALIASES = {field: names.split("|") for field, names in _NAMES.items()}


def find_columns(header: Sequence[str], named: Mapping[str, str] | None = None) -> dict[str, int]:
    """Each field's place in the header; empty if none has what was searched for.

    Args:
        named: field to the column's name, where somebody says it.

    Raises:
        InvalidInput: such a field does not exist, or such a column, though it is the header.
    """
    named = named or {}
    for field in named:
        if field not in FIELDS:
            raise InvalidInput(f"--map: there is no '{field}'; use one of {', '.join(FIELDS)}.")
    names = [_plain(name) for name in header]
    found: dict[str, int] = {}
    for field, column in named.items():
        if _plain(column) in names:
            found[field] = names.index(_plain(column))
    for field in FIELDS:
        if field not in named:
            place = _first(_ALIASES[field], names, set(found.values()))
            if place is not None:
                found[field] = place
    if "query" not in found:
        return {}
    for field, column in named.items():
        if field not in found:
            raise InvalidInput(
                f"--map: there is no column '{column}'; there are "
                f"{', '.join(repr(name[:40]) for name in header[:20])}."
            )
    return found


def _first(aliases: Sequence[str], names: Sequence[str], taken: set[int]) -> int | None:
    """Place of the first alias that is among the names and not taken."""
    for alias in map(_plain, aliases):
        for place, name in enumerate(names):
            if name == alias and place not in taken:
                return place
    return None


def _plain(name: str) -> str:
    """Lower case, words apart: `searchTerm`, `Search_term?` and `SEARCH TERM` are one name."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name[:200])
    return " ".join(re.findall(r"[^\W_]+", fold(apart)))
