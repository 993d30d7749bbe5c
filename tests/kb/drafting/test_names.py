"""How customers are addressed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.drafting.names import display_name, first_name, form_of_address, last_name


@pytest.mark.parametrize(
    ("name", "locale", "first", "last"),
    [
        ("Ann Lee", "en", "Ann", "Lee"),
        ("Ann Marie Lee", "en", "Ann", "Marie Lee"),
        ("Ann", "en", "Ann", ""),
        ("Mr. John Smith", "en", "John", "Smith"),
        ("Lee, Ann", "en", "Ann", "Lee"),
        ('"Ann Lee" <ann@mail.example>', "en", "Ann", "Lee"),
        ("Ann Lee (Acme)", "en", "Ann", "Lee"),
        ("Ann 🌱 Lee", "en", "Ann", "Lee"),
        ("Declan O'Shaugh", "en", "Declan", "O'Shaugh"),
        ("A. Lee", "en", "A. Lee", "Lee"),
        ("نگار صفوی", "fa", "نگار", "صفوی"),
        ("سید علی رضایی", "fa", "علی", "رضایی"),
        ("خانم دکتر مریم احمدی", "fa", "مریم", "احمدی"),
        ("مریم خانم", "fa", "مریم", ""),
        ("علی\u200cرضا کریمی", "fa", "علی\u200cرضا", "کریمی"),
        ("محمد حسین رضایی", "fa", "محمد حسین", "رضایی"),
        ("محمد رضایی", "fa", "محمد", "رضایی"),
        ("محمد حسين رضايي", "fa", "محمد حسين", "رضايي"),  # Arabic letters, as phones type them
        ("نگار صفوی", "en", "نگار", "صفوی"),
        ("Reza Karimi", "fa", "Reza", "Karimi"),
    ],
)
def test_given_name_and_surname_are_told_apart(
    name: str, locale: str, first: str, last: str
) -> None:
    assert (first_name(name, locale), last_name(name)) == (first, last)


@pytest.mark.parametrize(
    ("name", "locale", "first"),
    [
        ("王小满", "zh", "王小满"),
        (" 王 小满 ", "zh-Hant", "王 小满"),
        ("张先生", "zh", "张先生"),
        ("王小满", "en", "王小满"),
        ("Ann Lee", "zh", "Ann Lee"),
    ],
)
def test_chinese_names_and_names_in_chinese_tickets_are_used_whole(
    name: str, locale: str, first: str
) -> None:
    assert first_name(name, locale) == first


@pytest.mark.parametrize("name", ["خانم احمدی", "آقای رضایی", "Mr Brinkmann", "سید رضایی"])
def test_a_surname_alone_keeps_its_title(name: str) -> None:
    assert first_name(name, "fa") == name
    assert last_name(name) == ""


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("دکتر بهمن فروغی", "دکتر فروغی"),
        ("خانم دکتر مریم احمدی", "خانم دکتر احمدی"),
        ("Dr. Ann Lee", "Dr. Lee"),
        ("Ann Lee", "Ann"),
        ("دکتر فروغی", "دکتر فروغی"),
    ],
)
def test_people_with_a_degree_are_greeted_by_it_and_their_surname(name: str, address: str) -> None:
    assert form_of_address(name, "fa") == address


@pytest.mark.parametrize(
    "name",
    [
        "",
        "  ",
        "info@firm.example",
        "Support",
        "no-reply",
        "Mailer Daemon",
        "کاربر",
        "کاربر مهمان",
        "用户",
        "匿名用户",
        "用户8848",
        "guest123",
        "+98 912 000 4117",
        "{{agent.name}}",
        "#{ticket.id}",
        "[NAME]",
        "<script>alert(1)</script>",
        "https://spam.example",
        "🌱",
        "---",
        "x" * 300,
    ],
)
def test_what_is_not_a_name_gives_none(name: str) -> None:
    for locale in ("en", "fa", "zh"):
        assert first_name(name, locale) == ""
        assert form_of_address(name, locale) == ""
    assert last_name(name) == ""
    assert display_name(name) == ""


@pytest.mark.parametrize("name", ["Acme GmbH", "شرکت سبزینه", "青竹科技有限公司"])
def test_an_organisation_has_a_name_but_no_first_name(name: str) -> None:
    assert display_name(name) == name
    assert first_name(name, "en") == ""


def test_a_name_is_one_line_without_marks_of_direction() -> None:
    assert display_name("Ann\n\u202eLee\u2066\t") == "Ann Lee"


@given(st.text(max_size=120), st.sampled_from(["en", "fa", "zh"]))
def test_any_text_at_all_gives_a_short_plain_name_or_none(name: str, locale: str) -> None:
    found = form_of_address(name, locale)
    assert len(found) <= 80
    assert not set(found) & set("{}[]<>@\n\u202e\u2066\u2068")
    assert last_name(name) in display_name(name).replace(",", " ") or "," in name or "،" in name
