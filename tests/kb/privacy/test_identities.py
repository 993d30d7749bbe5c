"""National ids: announced by a word, known by their form, or bare digits of a given region."""

from __future__ import annotations

import pytest

from kb.privacy import redact


@pytest.mark.parametrize(
    "number",
    [
        "PLFMPD95P24L219T",
        "87555740F",
        "X3678545V",
        "2 70 08 75 276 890 50",
        "020.805.483-95",
        "011127-1855404",
        "FEBF991214HDFBCD09",
        "756.6725.3395.26",
        "24366-4840157-3",
        "7-5860-39523-90-8",
        "01.01.07-651.69",
        "54 259 718 059",
        "A123456(3)",
        "CE 48 20 19 C",
    ],
)
def test_a_form_of_its_own_with_check_digits_that_hold_is_known_anywhere(number: str) -> None:
    assert redact(f"here: {number}, thanks").text == "here: [NATIONAL_ID], thanks"


@pytest.mark.parametrize(
    "number",
    ["PLFMPD95P24L219A", "87555740A", "020.805.483-96", "756.6725.3395.27", "A123456(4)"],
)
def test_the_same_form_with_wrong_check_digits_is_something_else(number: str) -> None:
    assert redact(f"here: {number}, thanks").counts.get("NATIONAL_ID") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PESEL 90100884268", "PESEL [NATIONAL_ID]"),
        ("my BSN is 489934328", "my BSN is [NATIONAL_ID]"),
        ("aadhaar: 2922 2757 2346", "aadhaar: [NATIONAL_ID]"),
        ("my Turkish ID is 20733505634", "my Turkish ID is [NATIONAL_ID]"),
        ("passport number C01X00T47", "passport number [NATIONAL_ID]"),
        ("گذرنامه: K12345678", "گذرنامه: [NATIONAL_ID]"),
        ("身份證字號A123456789", "身份證字號[NATIONAL_ID]"),
        ("the device ID is 489934328", "the device ID is 489934328"),
        ("passport 2024-11-03", "passport 2024-11-03"),
    ],
)
def test_a_word_that_names_it_is_believed(text: str, expected: str) -> None:
    assert redact(text).text == expected


def test_bare_digits_count_for_the_regions_asked_for() -> None:
    text = "证件 110101198003219889"
    assert redact("编码 110101198003219889").counts == {"NATIONAL_ID": 1}
    assert redact("编码 110101198003219889", regions=("US",)).counts == {}
    assert redact(text, regions=()).counts == {"NATIONAL_ID": 1}  # announced
