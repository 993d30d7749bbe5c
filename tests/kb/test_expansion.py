"""Synonyms as they are looked up: which of a query's terms may be called what."""

from __future__ import annotations

import pytest

from kb.expansion import NO_SYNONYMS, Expansion, Synonyms, Wording, variants
from kb.text import analyse

LANGUAGES = ("en", "fa", "zh")


def synonyms(*pairs: tuple[str, str], language: str = "", languages=LANGUAGES) -> Synonyms:
    return Synonyms(
        [(Wording(asked, language), Wording(also, language)) for asked, also in pairs], languages
    )


def expand(known: Synonyms, text: str, language: str = "en") -> tuple[Expansion, ...]:
    return known.expand(analyse(text, language), language)


@pytest.mark.parametrize(
    ("asked", "also", "query", "language", "terms", "alternatives"),
    [
        ("passcode", "password", "my passcodes?", "en", ("passcod",), (("password",),)),
        ("پسورد", "رمز عبور", "پسورد من", "fa", ("پسورد",), (("رمز", "عبور"),)),
        ("口令", "密码", "忘记口令怎么办", "zh", ("口令",), (("密码",),)),
        ("口令", "密码", "忘記口令怎麼辦", "zh", ("口令",), (("密码",),)),
        ("پسورد", "password", "پسورد من", "fa", ("پسورد",), (("password",),)),
    ],
)
def test_a_word_of_the_query_is_known_by_its_synonyms_in_three_languages(
    asked, also, query, language, terms, alternatives
) -> None:
    assert expand(synonyms((asked, also)), query, language) == (Expansion(terms, alternatives),)


def test_a_phrase_stands_for_a_word_and_a_word_for_a_phrase() -> None:
    known = synonyms(("two factor login", "2fa"), ("2fa", "two factor login"))
    assert expand(known, "how does two-factor login work") == (
        Expansion(("two", "twofactor", "factor", "login"), (("2fa",),)),
    )
    assert expand(known, "2fa") == (Expansion(("2fa",), (("two", "factor", "login"),)),)
    assert expand(known, "two login factors") == ()


def test_what_is_written_together_apart_or_with_a_hyphen_is_one_wording() -> None:
    known = synonyms(("wi-fi", "wlan"))
    for query in ("wi-fi", "wi fi", "wifi"):
        (found,) = expand(known, query)
        assert found.alternatives == (("wlan",),)
    persian = synonyms(("گذر‌واژه", "رمز"))
    for query in ("گذر‌واژه", "گذر واژه", "گذرواژه"):
        (found,) = expand(persian, query, "fa")
        assert found.alternatives == (("رمز",),)


def test_a_chinese_word_is_not_replaced_by_a_shorter_word_inside_it() -> None:
    assert variants(Wording("知识库", "zh"), LANGUAGES) == (("知识库",),)


def test_of_overlapping_wordings_the_longer_counts() -> None:
    known = synonyms(("verification", "check"), ("verification code", "pin"))
    (found,) = expand(known, "the verification code")
    assert found == Expansion(("verif", "code"), (("pin",),))


def test_a_word_of_another_language_in_the_same_script_is_another_word() -> None:
    german = synonyms(("gift", "toxin"), language="de", languages=("de", "en", "fa"))
    assert expand(german, "gift", "de")
    assert not expand(german, "gift", "en")
    assert expand(german, "gift", "fa")  # no Persian word is written like that


def test_synonyms_are_not_passed_on_and_one_way_stays_one_way() -> None:
    known = synonyms(("pairing", "connect"), ("connect", "join"))
    assert expand(known, "pairing") == (Expansion(("pair",), (("connect",),)),)
    assert expand(known, "join") == ()


def test_a_wording_asked_many_times_is_expanded_once() -> None:
    known = synonyms(("passcode", "password"))
    assert len(expand(known, "passcode " * 20_000)) == 1


def test_without_synonyms_nothing_is_expanded() -> None:
    assert not NO_SYNONYMS
    assert expand(NO_SYNONYMS, "passcode") == ()
    assert not synonyms(("!!!", "password"))
