"""Header names, matched loosely."""

from __future__ import annotations

import pytest

from kb.errors import InvalidInput
from kb.search_logs import FIELDS, find_columns


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("Search Term|Date|Results", {"query": 0, "date": 1, "results": 2}),
        ("searchTerm|created_at|userId", {"query": 0, "date": 1, "session": 2}),
        ("Q|Timestamp|SESSION-ID|lang", {"query": 0, "date": 1, "session": 2, "locale": 3}),
        ("date|time|query", {"query": 2, "date": 0, "clock": 1}),
        ("time|query", {"query": 1, "date": 0}),
        ("query|searches|clicks|tickets created",
         {"query": 0, "count": 1, "clicked": 2, "contact": 3}),
        ("term|Clicked article?|Ticket created", {"query": 0, "article": 1, "contact": 2}),
        ("عبارت جستجو|تاريخ|تعداد نتایج", {"query": 0, "date": 1, "results": 2}),
        ("搜索词|日期|次数|语言", {"query": 0, "date": 1, "count": 2, "locale": 3}),
        ("search|query", {"query": 1}),
        ("when|what", {}),
        ("date|results", {}),
        ("", {}),
    ],
)  # fmt: skip
def test_columns_are_known_by_their_usual_names(header: str, expected: dict[str, int]) -> None:
    assert find_columns(header.split("|")) == expected


def test_a_column_can_be_named_and_is_not_taken_for_something_else() -> None:
    header = ["Suchbegriff", "query", "Am"]
    assert find_columns(header, {"query": "suchbegriff", "date": "AM"}) == {"query": 0, "date": 2}


def test_a_wrong_name_is_said() -> None:
    with pytest.raises(InvalidInput, match="no 'quer'; use one of query, date"):
        find_columns(["query"], {"quer": "x"})
    with pytest.raises(InvalidInput, match="no column 'Datum'; there are 'query', 'day'"):
        find_columns(["query", "day"], {"date": "Datum"})
    assert find_columns(["a", "b"], {"query": "missing"}) == {}


def test_every_field_can_be_found_by_its_own_name() -> None:
    for field in FIELDS.keys() - {"query", "clock"}:
        assert field in find_columns(["query", field])
