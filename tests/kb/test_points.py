"""What staff is told, in English and apart from it."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from kb.points import CODES, ENGLISH, Point, in_english
from tests.points import EXAMPLES, blanks

DOCS = Path(__file__).resolve().parents[2] / "docs"
DUE = dt.datetime(2026, 3, 16, 18, 0, tzinfo=dt.UTC)


def said(code: Any, **values: Any) -> str:
    return in_english([Point(code=code, values=values)])


def test_every_code_has_an_english_sentence_and_an_example_that_fills_it():
    assert set(ENGLISH) == set(CODES) == {point.code for point in EXAMPLES}
    for point in EXAMPLES:
        assert not blanks(in_english([point]).replace("{{order.id}}", ""))


def test_one_and_several_are_told_apart():
    assert said("linked", count=1) == "1 solved ticket with a similar problem got its link"
    assert said("linked", count=2) == "2 solved tickets with a similar problem got its link"
    assert said("contacts_returned", contacts=2, count=1) == (
        "The customer has had to make contact 2 times (came back after a reply)"
    )


def test_values_are_written_as_the_command_line_writes_them():
    assert said("promise_used", promise="answer", share=0.806, due=DUE) == (
        "81% of the time for the answer is used (due 2026-03-16 18:00)"
    )
    refund = {"said": "9 million", "currency": "IRR"}
    assert said("refund", limit=1e8, **refund).endswith("limit of 100,000,000 IRR")
    assert said("refund", limit=49.5, **refund).endswith("limit of 49.50 IRR")
    assert said("topic", words=("refund", "退款"), group="billing") == (
        '"refund", "退款" is a matter for billing'
    )
    assert said("rated", rating=4.0) == "Customers' rating 4.0 of 5"


def test_points_are_joined_by_what_they_are():
    told = [
        Point(code="legal", values={"words": ("court",)}),
        Point(code="nothing_fits_either"),
        Point(code="nobody_known"),
    ]
    assert in_english(told) == (
        'The customer mentions legal action ("court"); no suggestion fits either: nothing tells '
        "whose topic it is"
    )
    macro = Point(code="macro", values={"title": "T"})
    assert in_english([macro, Point(code="updated", values={"date": dt.date(2026, 5, 1)})]) == (
        "Macro “T” fits the problem, updated 2026-05-01"
    )
    assert in_english([]) == ""


def test_what_people_wrote_is_never_read_as_a_blank():
    assert (
        said("macro", title="{count} {0} {title}") == "Macro “{count} {0} {title}” fits the problem"
    )


@pytest.mark.parametrize("point", EXAMPLES, ids=lambda point: point.code)
def test_values_keep_their_kinds_and_become_json(point):
    assert Point.model_validate(point.model_dump()) == point
    written = json.loads(point.model_dump_json())
    assert written["code"] == point.code
    assert written["values"].keys() == point.values.keys()


def test_every_code_and_value_is_documented():
    text = "".join((DOCS / name).read_text("utf-8") for name in ("suggestions.md", "escalation.md"))
    tables = "".join(line for line in text.splitlines() if line.startswith("|"))
    for point in EXAMPLES:
        for name in (point.code, *point.values):
            assert f"`{name}`" in tables, (point.code, name)


def test_an_unknown_code_is_no_point():
    with pytest.raises(ValidationError):
        said("because")
