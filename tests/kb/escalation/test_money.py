"""Amounts in running text, in the three languages' ways of writing them."""

from __future__ import annotations

import pytest

from kb.escalation.matching import plain
from kb.escalation.money import amounts


@pytest.mark.parametrize(
    ("text", "value", "currency"),
    [
        ("I paid €1,250.00 for it", 1250, "EUR"),
        ("1.250,50 € zurück", 1250.5, "EUR"),
        ("3 000 euros", 3000, "EUR"),
        ("EUR 250 each", 250, "EUR"),
        ("order VD-455602 218 EUR", 218, "EUR"),
        ("it cost $ 40.5", 40.5, "USD"),
        ("£300", 300, "GBP"),
        ("۲ میلیون تومان", 20_000_000, "IRR"),
        ("۲٫۵ میلیون تومن", 25_000_000, "IRR"),
        ("۱٬۲۰۰٬۰۰۰ ریال", 1_200_000, "IRR"),
        ("٣٥٠ هزار تومان", 3_500_000, "IRR"),
        ("۱۲۰ یورو", 120, "EUR"),
        ("退款240元", 240, "CNY"),
        ("３万元", 30_000, "CNY"),
        ("¥1,999.00", 1999, "CNY"),
        ("一共218歐元", 218, "EUR"),
        ("250美元", 250, "USD"),
    ],
)
def test_an_amount_is_found_with_its_currency(text, value, currency):
    [found] = amounts(plain(text).text)
    assert (float(found.value), found.currency) == (value, currency)


@pytest.mark.parametrize(
    "text",
    [
        "order 455602",
        "VD-240",
        "call 0203",
        "第3块面板",
        "3 元素",
        "in 2024",
        "24 V",
        "15 %",
        "x240eur",
    ],
)
def test_numbers_without_a_currency_are_no_amounts(text):
    assert amounts(plain(text).text) == []


def test_several_amounts_come_in_order_and_once_each():
    found = amounts(plain("24 EUR per box, 6 EUR postage, $9").text)
    assert [(float(a.value), a.currency) for a in found] == [(24, "EUR"), (6, "EUR"), (9, "USD")]
