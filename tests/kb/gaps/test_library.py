"""The published articles, as gaps need to know them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest

from kb.gaps.library import HelpLibrary
from kb.text import analyse
from tests.kb.gaps.house import ARTICLES, House, open_house

MORE = [
    {"_id": f"how{n}.en", "lang": "en", "title": f"Part {n}", "text": f"How do you use part{n}x?"}
    for n in range(10)
]
STAFF = {
    "_id": "limits.en",
    "lang": "en",
    "title": "Limits",
    "text": "Zebra.",
    "audience": "internal",
}
DATED = {
    "_id": "lid.en",
    "lang": "en",
    "title": "Lid",
    "text": "Close it.",
    "updated": "2026-05-01",
}


@pytest.fixture
def house(settings, tmp_path) -> Iterator[House]:
    with open_house(settings, tmp_path, [*ARTICLES, *MORE, STAFF, DATED]) as opened:
        yield opened


def library(house: House) -> HelpLibrary:
    held = house.knowledge_base.held()
    return HelpLibrary(held.snapshot.collections.get("help"), house.knowledge_base.url_of)


def test_versions_of_a_group_are_told_with_title_address_and_date(house) -> None:
    versions = {version.id: version for version in library(house).versions("parcel.en")}
    assert set(versions) == {"parcel.en", "parcel.fa"}
    persian = versions["parcel.fa"]
    assert (persian.group, persian.locale, persian.title) == ("parcel.en", "fa", "پیگیری بسته")
    assert (persian.url, persian.changed) == ("/articles/parcel.fa", None)
    assert library(house).versions("lid.en")[0].changed == dt.date(2026, 5, 1)
    assert library(house).versions("nowhere") == ()


def test_terms_are_of_title_and_text_of_every_version(house) -> None:
    terms = library(house).terms("parcel.en")
    for text, language in (("courier", "en"), ("Track", "en"), ("سفارش‌ها", "fa"), ("بسته", "fa")):
        assert {term.text for term in analyse(text, language)} & terms
    assert "pump" not in terms


def test_a_word_of_many_passages_is_common_in_its_language_only(house) -> None:
    shelf = library(house)
    assert shelf.common("how", "en")
    assert not shelf.common("pump", "en")
    assert not shelf.common("how", "fa")
    assert not shelf.common("how", "xx")
    assert not shelf.common("never written", "en")


def test_what_staff_read_is_not_there(house) -> None:
    assert library(house).versions("limits.en") == ()
    assert "limits.en" not in library(house).ids
    assert {"pump.en", "parcel.fa", "lamp.zh"} <= library(house).ids


def test_nothing_public_is_an_empty_library(house) -> None:
    nothing = HelpLibrary(None, house.knowledge_base.url_of)
    assert nothing.versions("pump.en") == ()
    assert nothing.terms("pump.en") == frozenset()
    assert not nothing.common("pump", "en")
    assert nothing.ids == frozenset()
    assert nothing.links == frozenset()


def test_links_are_those_of_articles_with_an_address_of_their_own(house) -> None:
    assert library(house).links == frozenset()
    own = {
        "kind": "article", "id": "own.en", "group": "own.en", "locale": "en", "title": "Own",
        "body": "Elsewhere.", "url": "https://www.verdilo.example/help/own/",
    }  # fmt: skip
    house.publish([own], "own.jsonl")
    assert library(house).links == {"verdilo.example/help/own"}
