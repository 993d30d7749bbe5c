"""Reasons, warnings and advice on a page: whole in every language."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping

import pytest

from api.pages.console.phrases import Phrases
from api.pages.frame import Page
from api.web.words import LOCALES, words
from kb.points import CODES, ENGLISH, Point
from tests.points import EXAMPLES, VALUES, blanks

TEAMS = {"en": "Devices <x>", "fa": "دستگاه‌ها", "zh": "设备组"}


def phrases(locale: str) -> Phrases:
    t = words(locale, "console")
    page = Page(
        t=t, base="", path="/", kept={}, offered=(t,), zone=dt.UTC,
        now=dt.datetime(2026, 6, 1, tzinfo=dt.UTC), site="", contact="", query="",
        max_query_chars=100,
    )  # fmt: skip
    return Phrases(page, lambda identifier: TEAMS[locale])


def told(locale: str, code: str, **values: object) -> str:
    point = Point.model_validate({"code": code, "values": values})
    return re.sub("</?bdi[^>]*>", "", phrases(locale).told(point))


@pytest.mark.parametrize("locale", LOCALES)
def test_every_code_has_words_with_the_blanks_of_the_english_sentence(locale):
    t = words(locale, "console")
    for code in CODES:
        assert blanks(getattr(t, f"point_{code}")) == blanks(ENGLISH[code]), code


def test_there_are_no_words_for_codes_that_do_not_exist():
    known = {f"point_{code}" for code in CODES}
    assert {key for key in words("en", "console")._entries if key.startswith("point_")} == known


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("point", EXAMPLES, ids=lambda point: point.code)
def test_every_point_is_said_with_everything_it_knows(locale, point):
    said = phrases(locale).told(point)
    assert not re.search(r"<(?!/?bdi)", said), "escaped"
    for name in point.values.keys() & {"title", "heading", "sentence", "about", "said", "tag"}:
        quoted = str(VALUES[name]).replace("<", "&lt;").replace(">", "&gt;")
        assert f"<bdi>{quoted}</bdi>" in said
    for name in point.values.keys() & {"codes", "words", "blanks"}:
        for one in VALUES[name]:
            assert f"<bdi>{one}</bdi>" in said
    own = re.sub("<bdi>.*?</bdi>", "", said)
    if locale == "fa":
        assert not re.search("[A-Za-z0-9]", own)
    if locale == "zh":
        assert not re.search("[A-Za-z;]|, ", own)


@pytest.mark.parametrize("locale", ["fa", "zh"])
def test_no_two_codes_are_said_alike_and_none_as_in_english(locale):
    said = {phrases(locale).told(point) for point in EXAMPLES}
    assert len(said) == len(CODES)
    assert not said & {phrases("en").told(point) for point in EXAMPLES}


@pytest.mark.parametrize(
    ("locale", "expected"),
    [
        ("en", "First answer: 81% of the time is used, it is due 16 March 2026, 18:00."),
        ("fa", "پاسخ نخست: ۸۱٪ از زمان گذشته است، مهلت آن ۲۵ اسفند ۱۴۰۴، ساعت ۱۸:۰۰ است."),
        ("zh", "首次答复：时间已用去 81%，2026年3月16日 18:00 到期。"),
    ],
)
def test_shares_and_times_are_the_language_s_own(locale, expected):
    values = {name: VALUES[name] for name in ("promise", "share", "due")}
    assert told(locale, "promise_used", **values) == expected


@pytest.mark.parametrize(
    ("locale", "expected"),
    [
        ("en", "The customer asks for “90 €” back, above the limit of 1,500 euros."),
        ("fa", "مشتری می‌خواهد «90 €» پس بگیرد که از سقف ۱٬۵۰۰ یورو بیشتر است."),
        ("zh", "客户要求退回“90 €”，超过 1,500 欧元的上限。"),
    ],
)
def test_money_is_named_in_the_language(locale, expected):
    values = {"said": "90 €", "limit": 1500.0, "currency": "EUR"}
    assert told(locale, "refund", **values) == expected


@pytest.mark.parametrize(
    ("locale", "expected"),
    [
        ("en", "12 of the 15 nearest solved tickets were resolved by Devices &lt;x&gt;."),
        ("fa", "۱۲ تا از ۱۵ تیکت حل‌شدهٔ نزدیک را گروه دستگاه‌ها حل کرده است."),
        ("zh", "15 个最接近的已解决工单中，有 12 个由设备组解决。"),
    ],
)
def test_groups_are_called_by_their_names(locale, expected):
    assert told(locale, "nearest_solved_by", count=12, of=15, group="devices") == expected


def test_what_is_quoted_tells_its_language_where_it_is_known():
    point = Point(code="macro", values={"title": "包裹"})
    assert '<bdi lang="zh">包裹</bdi>' in phrases("fa").told(point, "zh")
    assert isinstance(words("en", "console").point_solved, Mapping)
