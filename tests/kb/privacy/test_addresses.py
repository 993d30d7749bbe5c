"""A street with its number goes; a street that is everybody's stays."""

from __future__ import annotations

import pytest

from kb.privacy import redact


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ship to 8 Oak Lane, York YO1 7HH please", "ship to [ADDRESS] please"),
        ("We are at 500 Pine St., Apt 3C, Austin, TX 78701.", "We are at [ADDRESS]."),
        ("i live at 12 rose hill road thanks", "i live at [ADDRESS] thanks"),
        ("Hauptstraße 5a, 80331 München", "[ADDRESS]"),
        ("3 bis rue de l'Église, 69005 Lyon", "[ADDRESS]"),
        ("P.O. Box 77", "[ADDRESS]"),
        ("postcode SW1A 2AA", "postcode [ADDRESS]"),
        ("به خیابان حافظ، کوچه گلها، پلاک ۵ بفرستید", "به [ADDRESS] بفرستید"),
        ("شيراز، بلوار چمران، پلاک 12، واحد ۲", "[ADDRESS]"),
        ("کد پستی: ۱۲۳۴۵۶۷۸۹۰", "کد پستی: [ADDRESS]"),
        ("我住在杭州市西湖区文一路5号2栋301室，谢谢", "我住在[ADDRESS]，谢谢"),
        ("臺北市信義區松高路11號3樓", "[ADDRESS]"),
        ("地址改成成都市高新区天府大道８８号", "地址改成[ADDRESS]"),
    ],
)
def test_streets_with_a_number_are_replaced_in_three_scripts(text: str, expected: str) -> None:
    assert redact(text).text == expected


@pytest.mark.parametrize(
    "text",
    [
        "The street light in our road is too bright for the 2 sensors.",
        "I have 2 Hard Drives and 1 Google Drive",
        "It took 3 days all the way to the court",
        "5 star road show, 10 out of 10",
        "square: 20 square feet; 3 way valve",
        "در خیابان ما برق رفت و واحد دما عوض شد",
        "طبقه دوم گلخانه ۳ گلدان دارد",
        "میدان دید دوربین ۱۲۰ درجه است",
        "我想知道5号能不能发货",
        "这条路上3号线停运，1号花盆离线",
        "请看第2单元第3层",
    ],
)
def test_streets_of_everybody_and_other_numbers_stay(text: str) -> None:
    assert redact(text).text == text


@pytest.mark.parametrize(
    "unit",
    [
        "خیابان ",
        "خیابان آزادی، ",
        "تهران، ",
        "路1",
        "文三路",
        "12 Elm ",
        "live at 1 a ",
        "12 rue de ",
    ],
)
def test_noise_that_begins_like_an_address_is_read_to_its_end(unit: str) -> None:
    noise = (unit * 200_000)[:200_000]
    assert len(redact(noise).text) <= len(noise)
