"""A past reply as a draft: its words, without its own greeting and signature."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.drafting import reply_draft, without_closing, without_greeting
from kb.drafting.bidi import balanced
from kb.models import Customer, Message, Ticket


def ticket(name: str = "Ann Lee", locale: str = "en") -> Ticket:
    return Ticket(
        id="T-7",
        locale=locale,
        customer=Customer(name=name),
        messages=(Message(author="customer", text="x"),),
    )


def test_a_past_reply_gets_a_fresh_greeting_and_sign_off_instead_of_its_own() -> None:
    text = "Hi [NAME],\n\nTilt it.\n\nBest regards,\n[NAME]\nVerdilo Support"
    assert reply_draft(text, ticket(), "en", values={"agent.name": "Sara Karimi"}) == (
        "Hello Ann,\n\nTilt it.\n\nKind regards\nSara Karimi"
    )
    text = "سلام [NAME] جان،\n\nکج کنید.\n\nبا احترام، [NAME] از وردیلو"
    assert reply_draft(text, ticket("نگار صفوی", "fa"), "fa") == (
        "سلام نگار عزیز،\n\nکج کنید.\n\nبا احترام"
    )
    text = "[NAME]您好，\n\n请倾斜水箱。\n\n祝好\n绿迪洛 [NAME]"
    assert reply_draft(text, ticket("王小满", "zh"), "zh") == (
        "王小满，您好！\n\n请倾斜水箱。\n\n祝好"
    )


def test_a_reply_in_another_language_is_offered_as_such() -> None:
    draft = reply_draft("Tilt it.", ticket("", "fa"), "en")
    assert draft.split("\n\n")[1].startswith("این پاسخ را فعلاً فقط به زبان انگلیسی داریم")


def test_other_customers_names_inside_stay_for_the_rep_to_fill() -> None:
    assert "Ask [NAME] for it." in reply_draft("Hi [NAME],\nAsk [NAME] for it.", ticket(), "en")


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("Hi Marcus,\n\nTilt it.", "Tilt it."),
        ("Hello!\nTilt it.", "Tilt it."),
        ("Good morning Ann,\nTilt it.", "Tilt it."),
        ("\n\nDear Ann:\nTilt it.", "Tilt it."),
        ("Dear Mr. [NAME],\nTilt it.", "Tilt it."),
        ("hi marcus, Tilt it.", "Tilt it."),
        ("Hello there! Tilt it.", "Tilt it."),
        ("Dear valued customer,\nTilt it.", "Tilt it."),
        ("[NAME], Tilt it.", "Tilt it."),
        ("سلام نگار جان،\n\nببینید.", "ببینید."),
        ("سلام نگار.\nببینید.", "ببینید."),
        ("با سلام\nببینید.", "ببینید."),
        ("با سلام و احترام،\nببینید.", "ببینید."),
        ("سلام وقت بخیر\nببینید.", "ببینید."),
        ("کاربر گرامی، سلام.\nببینید.", "ببینید."),
        ("آقای [NAME] سلام. ببینید.", "ببینید."),
        ("جناب دکتر، ببینید.", "ببینید."),
        ("با سلام\nجناب آقای [NAME]،\nببینید.", "ببینید."),
        ("王小满您好，\n请看。", "请看。"),
        ("您好！\n\n请看。", "请看。"),
        ("王小满，您好！\n请看。", "请看。"),
        ("您好 [NAME]，请看。", "请看。"),
        ("尊敬的[NAME]先生：\n您好！请看。", "请看。"),
        ("[NAME]女士，请看。", "请看。"),
        ("[NAME]上午好！请看。", "请看。"),
    ],
)
def test_a_greeting_is_dropped(text: str, rest: str) -> None:
    assert without_greeting(text) == rest


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("Hi, tilt it and the air escapes.\nDone", "tilt it and the air escapes.\nDone"),
        ("سلام نگار جان، نگران نباشید.\nمتن", "نگران نباشید.\nمتن"),
        ("جناب آقای دکتر [NAME]، سلام\nمتن", "متن"),
        ("王先生您好，水泵没坏。", "水泵没坏。"),
    ],
)
def test_what_is_said_after_the_greeting_in_its_line_stays(text: str, rest: str) -> None:
    assert without_greeting(text) == rest


@pytest.mark.parametrize(
    "text",
    [
        "Tilt it.",
        "High pressure is normal\nsays the guide",
        "His pump\nis loud",
        "Tilt it.\nHi again,\nmore",
        "Hello",
        "Hi the pump is fine.",
        "Hello I checked your order, and it left.",
        "سلام مشکل شما حل شد.",
        "آقای [NAME] با شما تماس می‌گیرد، لطفاً منتظر بمانید.",
        "你好像没有连上网，请再试。",
        "[NAME] is on holiday.",
    ],
)
def test_a_text_without_a_greeting_stays(text: str) -> None:
    assert without_greeting(text) == text


@pytest.mark.parametrize(
    "closing",
    [
        "Best regards, Sara, Verdilo",
        "Best regards,\nSara\nVerdilo",
        "Kind regards\n[NAME]",
        "Best,\n[NAME]\nVerdilo Support",
        "Cheers!",
        "Thanks,\n[NAME]",
        "Thank you, [NAME]",
        "[NAME]",
        "— [NAME], Verdilo",
        "-- \n[NAME]\nVerdilo Support, open 9–17",
        "با احترام، مریم از وردیلو",
        "با احترام\n[NAME] از وردیلو",
        "با سپاس\n[NAME]",
        "ارادتمند شما،\n[NAME]",
        "祝好\n绿迪洛 [NAME]",
        "祝好！\n绿迪洛 陈晓",
        "此致\n敬礼\n[NAME]",
        "绿迪洛客服 [NAME]",
        "祝您生活愉快！\n绿迪洛客服",
    ],
)
def test_the_closing_and_signature_of_another_rep_are_dropped(closing: str) -> None:
    for text in ("Tilt the tank.", "کج کنید.", "请倾斜水箱。"):
        assert without_closing(f"{text}\n\n{closing}\n") == text


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("Then it works. Thanks, [NAME]", "Then it works."),
        ("Then it works. Best regards, Sara", "Then it works."),
        ("درست می‌شود. با احترام، [NAME]", "درست می‌شود."),
        ("就好了。祝好，[NAME]", "就好了。"),
    ],
)
def test_a_closing_in_the_last_line_is_dropped(text: str, rest: str) -> None:
    assert without_closing(text) == rest


@pytest.mark.parametrize(
    "text",
    [
        "Tilt the tank.",
        "Tilt it.\n\nThank you for your patience.",
        "Tilt it.\nThanks",
        "Steps:\n1. Best\n2. Worst",
        "Best price is 9 EUR.\nOrder soon.",
        "Kind regards\n\nP.S. The code is 12345.",
        "Best regards",
        "[NAME]",
        "با احترام به نظر شما، این کار ممکن نیست.",
        "太好了。祝种植愉快。",
        "Ask the person at the desk for\n[NAME] and wait there",
    ],
)
def test_a_text_without_a_closing_or_that_is_nothing_else_stays(text: str) -> None:
    assert without_closing(text) == text


def test_nothing_else_of_a_reply_is_changed() -> None:
    body = "First:\n1. a\n2. b\n\n   indented – “quoted” …\nhttps://x.example/?a=b"
    draft = reply_draft(f"Hello,\n{body}\nCheers", ticket(), "en")
    assert body in draft


@given(st.text(max_size=200), st.sampled_from(["en", "fa", "zh"]))
def test_any_reply_at_all_becomes_a_balanced_draft_of_its_own_words(text: str, locale: str) -> None:
    draft = reply_draft(text, ticket("", locale), locale)
    assert balanced(draft) == draft
    assert without_closing(text).strip() in text
    assert without_greeting(text).strip() in text


@pytest.mark.parametrize(
    "noise",
    [
        "سلام ",
        "Hi ",
        "[NAME] ",
        "祝好",
        "Thanks, ",
        "با احترام ",
        "\n",
        "-",
        "A ",
        ".",
        "好",
        "[NAME]\n",
    ],
)
def test_noise_is_read_in_one_go(noise: str) -> None:
    text = noise * (200_000 // len(noise))
    assert without_greeting(text)
    assert without_closing(text)
